"""What all writers share: numbers, times, JSON, and texts that no reader of a file may run."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any, Final

from evaluator.display import clean, clean_text, rounded, shorten

# What a spreadsheet takes for the beginning of a formula, full-width forms included.
_RUNS: Final = "=+-@\t\r\n＝＋－＠"
NO_BREAK: Final = "\u00a0"  # a space at which no line ends
_PLAIN_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~^$!&])")
_AT_START: Final = re.compile(r"^(\s*)([-+=:]|[0-9]+(?=[.)](?:\s|$)))")
_UNSAFE: Final = re.compile(
    "[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NO_XML: Final = re.compile("[\ufffe\uffff]")
_NOT_ASCII: Final = re.compile("[\x7f-\U0010ffff]")


def number(value: float | None, digits: int = 1) -> str:
    """A number with this many decimals; an en dash where there is none."""
    return "–" if value is None else rounded(value, digits)


def short(value: float | None) -> str:
    """A number with at most two decimals and no idle zeros; an en dash where there is none."""
    return "–" if value is None else rounded(value, 2).rstrip("0").rstrip(".")


def exact(value: float | None) -> str:
    """A number for machines: ten significant digits, no idle zeros; empty where there is none."""
    return "" if value is None else f"{value:.10g}"


def percent(share: float, space: str = " ") -> str:
    """A share 0–1 in percent, with a decimal only where it says something."""
    return f"{rounded(100 * share, 1).removesuffix('.0')}{space}%"


def stamp(time: dt.datetime | None) -> str:
    """A time in UTC to the second, as `2026-11-23T14:31:09Z`; empty where there is none."""
    return "" if time is None else time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(time: dt.datetime | None) -> str:
    """A time in UTC to the second, as `2026-11-23 14:31:09`; an en dash where there is none."""
    return stamp(time).replace("T", " ").removesuffix("Z") or "–"


def day(time: dt.datetime | None) -> str:
    """The date of a time in UTC, as `2026-11-23`; empty where there is none."""
    return stamp(time)[:10]


def plain(value: Any) -> Any:
    """What JSON has no word for: date-times as `2026-11-23T14:31:09Z`, dates as `2024-01-01`."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return stamp(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _escaped(match: re.Match[str]) -> str:
    return json.dumps(match[0])[1:-1] if match[0] != "\x7f" else "\\u007f"


def json_text(document: Any, *, ascii_only: bool = False) -> str:
    """A document as JSON, two spaces a step, ending with a line break.

    Control characters, bidi controls, separators and tag characters are escaped; with
    `ascii_only` everything beyond ASCII is.

    Raises:
        ValueError: a number in it is not finite.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False, default=plain)
    return (_NOT_ASCII if ascii_only else _UNSAFE).sub(_escaped, text) + "\n"


def toml_for_screens(text: str) -> str:
    """TOML as `tomli_w` writes it, with what could steer a terminal escaped.

    It means the same: tomli_w writes basic strings only, in which these escapes are allowed.
    """

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"

    return _UNSAFE.sub(escape, text)


def csv_cell(text: str) -> str:
    """A cell that no spreadsheet runs: a leading `'` before a formula's first character.

    Plain numbers stay as they are; control characters are shown, line breaks stay.
    """
    safe = clean_text(text.replace("\t", " ") if text[:1] != "\t" else text)
    if (text[:1] in _RUNS or safe[:1] in _RUNS) and text and not _PLAIN_NUMBER.fullmatch(text):
        return "'" + safe
    return safe


def typeset(text: str) -> str:
    """Text for a page: no line ends before a percent sign."""
    return text.replace(" %", f"{NO_BREAK}%")


def xml_text(text: str, most: int | None = None) -> str:
    """Text that XML can hold, line breaks kept; past `most` characters cut, with `…`."""
    plain_ = text.isascii() and text.isprintable()
    safe = text if plain_ else _NO_XML.sub("�", clean_text(text))
    return safe if most is None else shorten(safe, most)


def markdown(text: str) -> str:
    """One line of text in which nothing is Markdown or HTML."""
    escaped = _MARKS.sub(r"\\\1", clean(text).strip())
    return _AT_START.sub(_start_escaped, escaped)


def _start_escaped(match: re.Match[str]) -> str:
    space, mark = match.groups()
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
