"""A title for an option, from its text: a start for the person who will word it."""

from __future__ import annotations

import re
from typing import Final

from evaluator.readers.sentences import first_sentence

LONGEST: Final = 90
_STOP: Final = re.compile(
    r"\s*(?:[;:]|\s[–—-]\s"
    r"|,\s(?=and |but |which |so that |while |including |et |y |und |sowie |e ))"
)
# "We call upon all levels of government to": the points of such a list all begin so.
_CALLED: Final = re.compile(
    r"^(?:we|the \w+) (?:\w+ )?(?:calls? (?:up)?on|urges?|asks?|requests?|invites?|encourages?)"
    r" [^.:;]{0,160}? to (?!the |an? |all |their |this |our |its |which |whom )(?=[a-z]+ )",
    re.IGNORECASE,
)
_DANGLES: Final = re.compile(
    r"\s(?:the|an?|of|and|or|to|in|for|with|by|from|on|at|that|which|their|its|de|des?|du|la|le"
    r"|les|et|à|y|el|los|en|der|die|das|den|und|von|zu|mit|für|di|e|il|che|as|than|be|is|are)$",
    re.IGNORECASE,
)


def title(text: str) -> str:
    """The first clause of `text` in one line of at most 90 characters; never empty."""
    flat = _CALLED.sub("", " ".join(text[:2000].split()), count=1)
    sentence = first_sentence(flat).rstrip(" .;:,!")
    if len(sentence) > LONGEST:
        sentence = _cut(sentence)
    made = sentence.strip(" .;:,–—-") or flat[:LONGEST].strip() or "Untitled"
    return made[:1].upper() + made[1:] if made[1:2].islower() or len(made) < 2 else made


def _cut(sentence: str) -> str:
    ends = [
        found.start() for found in _STOP.finditer(sentence[: LONGEST + 1]) if found.start() >= 30
    ]
    if ends:
        return _undangled(sentence[: ends[0]])
    short = sentence[:LONGEST]
    return _undangled(short.rpartition(" ")[0] or short[:-1]) + "…"


def _undangled(text: str) -> str:
    """`text` without small words at its end that need another."""
    while (found := _DANGLES.search(text)) is not None and found.start() > 30:
        text = text[: found.start()]
    return text.rstrip(" ,;:–—-")
