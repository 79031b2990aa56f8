"""Which lists of a document are offered as its recommendations, and in what order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evaluator.readers import kinds
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Lister, Run
from evaluator.readers.merging import merged
from evaluator.readers.scoring import Scored, repeats, score
from evaluator.readers.words import Advice

THRESHOLD: Final = 2.7  # a list below it is not offered at all
_BARE: Final = 2.5  # for a list that is nearly all of its file
_COMPARED: Final = 24  # lists compared with each other
_OFFERED: Final = 8


def offered(blocks: Sequence[Block], advice: Advice) -> list[Scored]:
    """The lists of a document that may be its recommendations, the likeliest first.

    Empty where none reaches the threshold: a document may recommend nothing.
    """
    runs = Lister(blocks, advice).runs()
    found = merged(blocks, [score(blocks, run, advice) for run in runs], advice)
    if any(run.weak for run in runs):
        finer = Lister(blocks, advice, titled=False).runs()
        found += merged(blocks, [score(blocks, run, advice) for run in finer], advice)
    found += [score(blocks, run, advice) for run in kinds.others(blocks, advice)]
    _prefer_full(found)
    _favour_bare(blocks, found)
    good = [one for one in found if one.score >= THRESHOLD]
    return _distinct(sorted(good, key=lambda one: -one.score)[:_COMPARED])


def _prefer_full(found: Sequence[Scored]) -> None:
    """A summary that repeats a longer list stands behind it."""
    ranked = sorted(found, key=lambda one: -one.score)[:_COMPARED]
    for short in ranked:
        for full in ranked:
            if short is full or short.score < THRESHOLD or not _apart(short.run, full.run):
                continue
            if repeats(short.run, full.run):
                full.score = max(full.score, short.score + 0.5)


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
