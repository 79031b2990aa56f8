"""TOML documents: read warily, located line by line, sealed with a digest, written back."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import math
import re
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec
import tomli

from evaluator.errors import EvaluatorError, Problem
from evaluator.store import limits

Document: TypeAlias = dict[str, Any]
Path_: TypeAlias = tuple[str, ...]
SCHEMA: Final = 1
_DIGITS: Final = re.compile(r"[0-9_]{4301}")  # more than Python turns into a number
_AT_LINE: Final = re.compile(r" \(at line (\d+), column (\d+)\)$")


class Source(msgspec.Struct, frozen=True):
    """A document with the text it came from, and the name to blame in messages."""

    file: str
    text: str
    document: Document

    def line(self, path: Path_) -> int | None:
        """The line (from 1) where the key at `path` stands, or its nearest table; None if empty."""
        places = _places(self.text)
        for end in range(len(path), 0, -1):
            if path[:end] in places:
                return places[path[:end]]
        return None


def parse(data: bytes, file: str) -> Source:
    """The document in `data`; `EvaluatorError` names file and line of what is no good TOML."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _broken(file, 1, "is UTF-16, not UTF-8 text", "Save it in the encoding UTF-8")
    if b"\0" in data:
        hint = "It was cut off by a crash or is no text; put back a copy"
        raise _broken(file, None, "holds NUL bytes, so it is no TOML", hint)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _broken(file, line, "is not UTF-8 text", "Save it in the encoding UTF-8") from None
    if max(map(len, text.split("\n"))) > limits.LINE:
        raise _broken(file, None, "has a line that is far too large", "Break it into lines")
    try:
        document = tomli.loads(text)
    except RecursionError:
        what = f"is nested too deeply; {limits.DEPTH} levels are the most"
        raise _broken(file, _deepest(text), what) from None
    except (ValueError, MemoryError) as error:
        raise _syntax(file, text, error) from None
    source = Source(file, text, document)
    _refuse_unusable(source)
    return source


def _deepest(text: str) -> int:
    """The line with the most brackets and dots: where a text is nested too deeply."""
    depths = [sum(map(line.count, "[{.")) for line in text.split("\n")]
    return depths.index(max(depths)) + 1


def _broken(file: str, line: int | None, what: str, hint: str = "") -> EvaluatorError:
    return EvaluatorError([Problem(file, line, None, what, hint)])


def _syntax(file: str, text: str, error: Exception) -> EvaluatorError:
    said = str(error)[:300]
    at = _AT_LINE.search(said)
    line = int(at[1]) if at else None
    if at is None and said.endswith("(at end of document)"):
        line = text.count("\n") + 1
    plain = re.sub(r" \(at .*\)$", "", said)
    if digits := _DIGITS.search(text) if "integer string conversion" in said else None:
        line, plain = text.count("\n", 0, digits.start()) + 1, "an integer of too many digits"
    hint = "Mend that line; the TOML rules are at toml.io"
    if "<<<<<<<" in text:
        hint = "An unfinished merge left its markers here; choose one side and remove them"
    elif "“" in text or "”" in text:
        hint = 'Use straight quotes: "…"'
    return _broken(file, line, f"is no good TOML: {plain[:1].lower()}{plain[1:]}", hint)


def _refuse_unusable(source: Source) -> None:
    """Numbers that are no numbers, integers past any float, nesting past what we would write."""
    problems: list[Problem] = []
    stack: list[tuple[Path_, Any]] = [((), source.document)]
    while stack:
        path, inside = stack.pop()
        if len(path) == limits.DEPTH and inside:
            what = f"is nested too deeply; {limits.DEPTH} levels are the most"
            problems.append(Problem(source.file, source.line(path[:3]), None, what))
            break
        for key, value in inside.items() if isinstance(inside, dict) else enumerate(inside):
            kind = type(value)
            if kind is dict or kind is list:
                stack.append(((*path, str(key)), value))
            elif kind is int and value.bit_length() > limits.INTEGER_BITS:
                what = "is an integer of too many digits"
                problems.append(_unusable(source, (*path, str(key)), what))
            elif kind is float and not math.isfinite(value):
                what = f"{value} is no number to reckon with"
                problems.append(_unusable(source, (*path, str(key)), what))
    if problems:
        raise EvaluatorError(problems)


def _unusable(source: Source, path: Path_, what: str) -> Problem:
    key = dotted(path)
    return Problem(source.file, source.line(path), key, f"{key} {what}", "Put a finite number")


def dotted(path: Path_) -> str:
    """A key path as it is written in TOML."""
    return ".".join(
        part if re.fullmatch(r"[A-Za-z0-9_-]+", part) else json.dumps(part, ensure_ascii=False)
        for part in path
    )


_KEY: Final = re.compile(r"""[ \t]*(?:([A-Za-z0-9_-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[ \t]*""")


def _key_parts(text: str, at: int) -> tuple[Path_, int]:
    """The dotted key that starts at `at`, and where it ends; `()` where there is none."""
    parts: list[str] = []
    while match := _KEY.match(text, at):
        bare, basic, literal = match.groups()
        if basic is not None and "\\" in basic:
            try:
                basic = str(tomli.loads(f'k = "{basic}"')["k"])
            except ValueError:
                return (), at
        parts.append(bare if bare is not None else basic if basic is not None else literal)
        at = match.end()
        if at >= len(text) or text[at] != ".":
            break
        at += 1
    return tuple(parts), at


_VALUE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'|#[^\n]*|[\[{\]}\n]",
    re.DOTALL,
)


def _after_value(text: str, at: int) -> int:
    """Where the line after a value starts: strings and brackets are skipped whole."""
    depth = 0
    for match in _VALUE.finditer(text, at):
        mark = match[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return match.end()
    return len(text)


@lru_cache(maxsize=4)
def _places(text: str) -> dict[Path_, int]:
    """The line of every table and key that has a line of its own."""
    places: dict[Path_, int] = {}
    header: Path_ = ()
    at, line, counted = 0, 1, 0
    while at < len(text):
        line += text.count("\n", counted, at)
        counted = at
        if text[at] in " \t\r\n":
            at += 1
        elif text[at] == "#":
            at = _after_value(text, at)
        elif text[at] == "[":
            start = at + (2 if text.startswith("[[", at) else 1)
            header, _ = _key_parts(text, start)
            _note(places, header, line)
            at = _after_value(text, max(start, text.find("]", start)))
        else:
            key, end = _key_parts(text, at)
            _note(places, header + key, line)
            at = _after_value(text, end)
    return places


def _note(places: dict[Path_, int], path: Path_, line: int) -> None:
    for end in range(1, len(path) + 1):
        places.setdefault(path[:end], line)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            return value.isoformat()
        with contextlib.suppress(OverflowError):  # at the very ends of the calendar
            value = value.astimezone(dt.UTC)
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no TOML value")


def digest(document: Document) -> str:
    """The first 16 hex digits of SHA-256 over the document without `[end]`, as canonical JSON."""
    rest = {key: value for key, value in document.items() if key != "end"}
    text = json.dumps(
        rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def sealed(document: Document) -> Document:
    """The same document with a right `[end]` as its last table."""
    rest = {key: value for key, value in document.items() if key != "end"}
    return {**rest, "end": {"digest": digest(rest)}}


def dump(document: Document, *, end: Document | None = None) -> bytes:
    """The document as TOML, line ends LF, checked by reading it back.

    A document that we own (it has a `kind`) is sealed; a copy keeps the `end` that it has.

    Raises:
        EvaluatorError: where what would be written does not read back as what was meant.
    """
    import tomli_w

    plain = _writable(document)
    if "kind" in plain:
        plain = sealed(plain) if end is None else {**plain, "end": end}
    text = tomli_w.dumps(plain, multiline_strings=True)
    if "ranges" in plain:
        text = _ranges_in_one_line(text)
    if tomli.loads(text) != plain:
        raise _broken("", None, "could not be written as TOML without loss")
    return text.encode("utf-8")


_RANGE: Final = re.compile(r"(?m)^(\S+ = \[)\n    (\S+),\n    (\S+),\n\]$")


def _ranges_in_one_line(text: str) -> str:
    """The same with each range in a line of its own, as every other cell of a ballot is.

    Where the words of a note look like a range it stays as tomli_w wrote it.
    """
    short = _RANGE.sub(r"\1\2, \3]", text)
    return short if tomli.loads(short) == tomli.loads(text) else text


def _writable(value: Any) -> Any:
    """The same with LF as line end (tomli_w drops a lone CR) and text that UTF-8 can hold."""
    if isinstance(value, str):
        text = value.replace("\r\n", "\n").replace("\r", "\n")
        return text.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {key: _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(inner) for inner in value]
    return value


def now() -> dt.datetime:
    """The time in UTC, to the second."""
    return dt.datetime.now(dt.UTC).replace(microsecond=0)
