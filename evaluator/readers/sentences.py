"""Where a sentence begins, ends, or breaks off."""

from __future__ import annotations

import re
from typing import Final

STOPS: Final = re.compile(r"[.;,。；，、]$")
INNER_STOP: Final = re.compile(r"[.;!?]\s|[。；]\w")
_CLOSED: Final = re.compile(r"[.!?;:…。；！？：؟][\"'”’»)\]]*$")
_FIRST: Final = re.compile(r"[\"'“‘«(]?([^\W\d_])")
_HANGING: Final = (
    "the a an of and or to in for with by from on at that which their its le la les de des du et "
    "ou à au aux en pour que el los las y o del al para con der die das den dem und oder mit von "
    "zu für im il lo gli di e i per het een van met os as em com"
)
_HANGS: Final = re.compile(rf"(?:[,‐-]|\b(?:{'|'.join(_HANGING.split())}))$")
_ABBREVIATIONS: Final = re.compile(
    r"(?:\b(?:[A-Za-z]|[A-Z][a-z]?|e\.g|i\.e|cf|etc|al|vs|No|no|Nr|St|Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep"
    r"|Gov|Art|art|Abs|bzw|ca|approx|Fig|Vol|vol|pp|ed|Inc|Ltd|Co|Corp|resp|usw|z\.B|d\.h|u\.a|Sr"
    r"|Sra|núm|Ej)|\b[A-Z]\.[A-Z])\.$"
)
_STOP: Final = re.compile(r"[.!?]+[\"'”’»)\]]*(?=\s|$)|[。！？]")


def finished(text: str) -> bool:
    """Whether a text ends like a sentence or like a point of a list."""
    return _CLOSED.search(text[-8:]) is not None


def hangs(text: str) -> bool:
    """Whether a text breaks off: at a comma, a hyphen, or a word that needs another."""
    return _HANGS.search(text[-20:]) is not None


def goes_on(text: str) -> bool:
    """Whether a text opens like the rest of a sentence: in lower case."""
    first = _FIRST.match(text)
    return first is not None and first[1].islower()


def first_sentence(text: str) -> str:
    """The first sentence, its full stop included; abbreviations ("U.S.", "e.g.") do not end it."""
    for match in _STOP.finditer(text):
        before = text[: match.end()]
        if match[0][0] != "." or _ABBREVIATIONS.search(before[-24:]) is None:
            return before
    return text
