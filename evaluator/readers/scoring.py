"""How likely a list is to be the list of recommendations.

The weights were set by hand on briefs in some ninety layouts. They only have to put the right list
first; a score is no probability.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from evaluator.readers import sections
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Run
from evaluator.readers.sections import Context
from evaluator.readers.words import Advice

# What the making of a list says for it: a label more than a bullet, a mere paragraph less.
_MADE: Final = {
    "marked": 0.5,
    "label": 2.0,
    "heading": 0.75,
    "lead": 1.0,
    "plain": -0.75,
    "table": 1.5,
    "inline": 0.0,
    "stated": 0.0,
}
_SAYS_SO: Final = 1.5  # a label that says "recommendation"
_WORDED: Final = 3.0  # every point is worded as advice
_NAMED: Final = 2.5  # what a heading says that names recommendations
_COUNTS: Final = {1: -2.5, 2: -0.25}  # a list of one point is hardly one
_UNCALLED: Final = 3.0  # against mere paragraphs that nothing announces
_SHORT: Final = 20  # characters; points shorter than that are mere names
_LATE: Final = 0.5  # what standing at the end says
_LONG: Final = 40  # blocks of a long document
_ASKED: Final = 3.0  # against questions
_REACH: Final = 2.0  # against ways to reach somebody, or to read more
_REACHED: Final = 200  # characters of such a point at most
_CONTACT: Final = re.compile(
    r"https?://|\bwww\.|[\w.]@[\w-]+\.\w|\(?\b\d{3}\)?[ ./-]\d{3}[ ./-]\d{4}\b|\+\d{2} ?\(?\d"
    r"|^(?:contact|e-?mail|kontakt|contacto|contatto)\b",
    re.IGNORECASE,
)
_COMPARED: Final = 24  # points of a list that are compared with those of another
_TOKEN: Final = re.compile(r"[^\W\d_]{4,}")


class Scored(msgspec.Struct):
    """A list with what stands above it, its score, and how far it is worded as advice (0–1)."""

    run: Run
    context: Context
    score: float
    advice: float


def score(blocks: Sequence[Block], run: Run, advice: Advice) -> Scored:
    """Scores one list: its headings, the sentence before it, its wording, how it is made."""
    count = len(run.items)
    made = _scored(blocks, run, run.start, sum(advice.weight(i.text) for i in run.items) / count)
    if run.made == "heading":
        made.score += sum(advice.asks(item.title) for item in run.items) / count
    return made


def of_parts(blocks: Sequence[Block], run: Run, at: int, parts: Sequence[Scored]) -> Scored:
    """Scores a list that was put together of scored ones, as if it stood at the block `at`."""
    return _scored(blocks, run, at, worded(parts))


def worded(parts: Sequence[Scored]) -> float:
    """How far all the points of some lists are worded as advice (0–1)."""
    count = sum(len(part.run.items) for part in parts)
    return sum(part.advice * len(part.run.items) for part in parts) / count


def _scored(blocks: Sequence[Block], run: Run, at: int, worded: float) -> Scored:
    context = sections.context(blocks, at)
    says_so = run.made == "label" and not run.weak
    if context.points < 0 and (says_so or run.made == "stated"):
        context = msgspec.structs.replace(context, points=0.0)
    total = context.points + context.lead + _WORDED * worded + _MADE[run.made] - run.doubt
    total += (_SAYS_SO if says_so else 0.0) + _size(run, context) + _late(blocks, run)
    if run.made == "plain" and context.opener < 0 and not context.lead:
        total -= _UNCALLED
    return Scored(run, context, total, worded)


def _late(blocks: Sequence[Block], run: Run) -> float:
    """Recommendations stand near the end of a long document."""
    return _LATE * run.start / len(blocks) if len(blocks) > _LONG else 0.0


def _size(run: Run, context: Context) -> float:
    """What the number and length of its points, and ways to reach somebody, say for a list."""
    count = len(run.items)
    points = _COUNTS.get(count, 0.25)
    lengths = sorted(len(item.text) for item in run.items)
    if run.made != "label" and lengths[count // 2] < _SHORT:
        points -= 0.5 if context.points >= _NAMED and run.made != "table" else 1.5
    reached = sum(
        item.linked or (len(item.text) < _REACHED and _reaches(item.text)) for item in run.items
    )
    asked = sum(item.text.endswith("?") for item in run.items)
    points -= _ASKED if asked * 2 >= count else 0.0
    return points - (_REACH if reached * 2 >= count else 0.0)


def _reaches(text: str) -> bool:
    return _CONTACT.search(text) is not None


def repeats(short: Run, full: Run) -> bool:
    """Whether most points of a list stand, at least as fully, in another one of like length."""
    if not 0.6 <= len(short.items) / len(full.items) <= 1.4 or short.length > full.length:
        return False
    tokens = [_tokens(item.text) for item in full.items[:100]]
    some = [_tokens(item.text) for item in short.items[:_COMPARED]]
    hits = sum(
        bool(own) and max(len(own & other) / len(own) for other in tokens) >= 0.6 for own in some
    )
    return hits * 3 >= len(some) * 2


def _tokens(text: str) -> set[str]:
    return set(_TOKEN.findall(text[:4000].lower()))
