"""Which lists of a document are offered as its recommendations, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec

from evaluator.readers import everything, kinds
from evaluator.readers.blocks import Block
from evaluator.readers.everything import Whole
from evaluator.readers.gathering import gathered
from evaluator.readers.lists import Lister, Run
from evaluator.readers.merging import merged
from evaluator.readers.scoring import Scored, repeats, score
from evaluator.readers.words import Advice

THRESHOLD: Final = 2.7  # a list below it is not offered at all
_BARE: Final = 2.5  # for a list that is nearly all of its file
_INNER: Final = 0.5  # how far a list inside a point stands behind the one that holds it
_COMPARED: Final = 24  # lists compared with each other
_OFFERED: Final = 8


class Offered(msgspec.Struct, frozen=True):
    """The lists of a document that may be its recommendations, the likeliest first.

    `likely` is empty where none reaches the threshold: a document may recommend nothing. `more`
    are lists of everything.
    """

    likely: list[Scored]
    more: list[Whole]


def offered(blocks: Sequence[Block], advice: Advice) -> Offered:
    """Which lists are offered."""
    runs = Lister(blocks, advice).runs()
    found = merged(blocks, [score(blocks, run, advice) for run in runs])
    marked = [one.run for one in found]
    if any(run.weak for run in runs):
        finer = Lister(blocks, advice, titled=False).runs()
        found += merged(blocks, [score(blocks, run, advice) for run in finer])
    wholes, others = gathered(blocks, found)
    rows = [score(blocks, run, advice) for run in kinds.tables(blocks)]
    found += [*wholes, *rows, *gathered(blocks, rows)[0]]
    inner = [score(blocks, run, advice) for run in kinds.inside_points(blocks, advice)]
    found += [score(blocks, run, advice) for run in kinds.others(blocks, advice)]
    _prefer_full(found)
    _prefer_marked(found)
    _prefer_headed(found)
    _favour_bare(blocks, found)
    good = [one for one in found if one.score >= THRESHOLD]
    good += _behind(inner, good)
    ranked = sorted(good, key=lambda one: (-one.score, -len(one.run.items)))
    likely = _distinct(ranked[:_COMPARED])
    return Offered(likely, everything.wholes(blocks, marked, [*wholes, *others], likely))


def _behind(inner: Sequence[Scored], good: Sequence[Scored]) -> list[Scored]:
    """Lists inside a point, behind the list that holds the point."""
    for one in inner:
        first, last = one.run.span
        for outer in good:
            holds = outer.run.span[0] <= first and last <= outer.run.span[1]
            if holds and len(outer.run.items) > 1:
                one.score = min(one.score, outer.score - _INNER)
    return [one for one in inner if one.score >= THRESHOLD]


def _prefer_full(found: Sequence[Scored]) -> None:
    """A summary that repeats a longer list stands behind it."""
    ranked = sorted(found, key=lambda one: -one.score)[:_COMPARED]
    for short in ranked:
        for full in ranked:
            if short is full or short.score < THRESHOLD or not _apart(short.run, full.run):
                continue
            if repeats(short.run, full.run):
                full.score = max(full.score, short.score + 0.5)


def _prefer_marked(found: Sequence[Scored]) -> None:
    """Mere paragraphs stand behind a longer list of the same section that they only lead up to."""
    marked = [one for one in found if one.run.made == "marked" and one.score >= THRESHOLD]
    for plain in found:
        if plain.run.made != "plain":
            continue
        for other in marked:
            longer = len(other.run.items) > len(plain.run.items)
            same = other.context.opener == plain.context.opener
            if longer and same and not _within(other.run, plain.run):
                plain.score = min(plain.score, other.score - _INNER)


def _prefer_headed(found: Sequence[Scored]) -> None:
    """A table stands behind the list of headings of which one has it for its text."""
    headed = [one for one in found if one.run.made == "heading" and len(one.run.items) > 2]
    for table in found:
        if table.run.made != "table":
            continue
        for other in headed:
            if _within(table.run, other.run):
                table.score = min(table.score, other.score - _INNER)


def _within(inner: Run, outer: Run) -> bool:
    """Whether a list stands inside the points of another one."""
    return any(item.first <= inner.span[0] <= item.last for item in outer.items)


def _apart(one: Run, other: Run) -> bool:
    return one.span[1] < other.span[0] or other.span[1] < one.span[0]


def _favour_bare(blocks: Sequence[Block], found: Sequence[Scored]) -> None:
    """A file that is hardly more than one list is a list of options, whatever it says."""
    marked = [one for one in found if one.run.made in ("marked", "label")]
    rest = [block for block in blocks if block.kind != "point"]
    if len(marked) != 1 or len(rest) > 4:
        return
    run = marked[0].run
    inside = sum(len(item.text) for item in run.items if "no marker" in item.flags)
    around = sum(len(block.text) for block in rest) - inside
    if len(run.items) > 1 and marked[0].context.points >= 0 and around < run.length * 0.3:
        marked[0].score += _BARE


def _distinct(found: Sequence[Scored]) -> list[Scored]:
    """Without lists that cut the lines of a better one in nearly the same way."""
    kept: list[Scored] = []
    for one in found:
        first, last = one.run.span
        around = [kin for kin in kept if kin.run.span[0] <= first and last <= kin.run.span[1]]
        if not around or all(_differs(one.run, kin.run) for kin in around):
            kept.append(one)
    return kept[:_OFFERED]


def _differs(one: Run, other: Run) -> bool:
    starts = {item.first for item in one.items}
    return len(starts & {item.first for item in other.items}) * 2 < len(starts)
