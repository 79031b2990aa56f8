"""Text from files made safe for any terminal, log and message; figures rounded in one way."""

from __future__ import annotations

import math
import re

# C0 and C1 controls, DEL, bidi marks and controls, line and paragraph separators, lone surrogates,
# interlinear annotations and tag characters: nothing of these reaches a terminal as such.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSAFE_IN_TEXT = re.compile(_UNSAFE.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))
_MARKS = re.compile(
    r"([\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]{4})[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff]+"
)
_SPACES = re.compile(r"[\t\r\n]+")
_PICTURES = {**{code: 0x2400 + code for code in range(32)}, 0x7F: 0x2421}


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(_PICTURES[code]) if code in _PICTURES else f"‹{code:04X}›"


def clean(text: str) -> str:
    """One line of `text` in which nothing can steer a terminal.

    Tabs and line breaks become one space; every other control, bidi control, separator and tag
    character is shown as a visible stand-in (`␛`, `‹202E›`); more than four combining marks on
    one letter are cut to four.
    """
    if text.isascii() and text.isprintable():
        return text
    return _MARKS.sub(r"\1", _UNSAFE.sub(_shown, _SPACES.sub(" ", text)))


def clean_text(text: str) -> str:
    """Like `clean`, but line breaks stay (tabs become four spaces): for texts of several lines."""
    plain = text.replace("\r\n", "\n").replace("\t", "    ")
    return _MARKS.sub(r"\1", _UNSAFE_IN_TEXT.sub(_shown, plain))


def is_plain(text: str) -> bool:
    """Whether a one-line text holds no line break, control, bidi or tag character."""
    return _UNSAFE.search(text) is None


def shorten(text: str, width: int) -> str:
    """`text` cut to `width` characters, with `…` for what is gone."""
    return text if len(text) <= width else text[: max(0, width - 1)].rstrip() + "…"


def rounded(number: float, digits: int = 0) -> str:
    """`number` with so many decimals; halves go away from zero, as people and spreadsheets do.

    What a machine's binary fractions leave beyond the twelfth figure is no half missed: 0.285 × 100
    is 28.5 and becomes 29.
    """
    if not math.isfinite(number):
        return str(number)
    step = 10.0**digits
    size = math.floor(float(f"{abs(number) * step:.12g}") + 0.5) / step
    return f"{-size if number < 0 < size else size:.{digits}f}"
