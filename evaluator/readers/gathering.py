"""Lists that stand in parts all over a document: under sub-headings, or at the end of each chapter.

Where no part has a claim of its own, the whole is meant: a part then never stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from evaluator.readers import sections
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Run
from evaluator.readers.scoring import Scored, of_parts, repeats

_DEPTH: Final = 8  # headings one inside the other
_WHOLE: Final = 0.25  # a part stands at least so far behind the whole
_COUNTED: Final = 0.7  # how far a list that goes on through a document is worded as advice
_UNLIKE: Final = 0.8  # so far apart in wording, two parts are hardly of one list
_ALIKE: Final = 0.5  # how far each part is worded as advice where no heading promises any


class Section(msgspec.Struct):
    """A heading, by index, with the lists under it and under its sub-headings.

    `parts` counts the headings that these lists stand under directly.
    """

    at: int
    lists: list[Scored] = msgspec.field(default_factory=list)
    parts: set[int] = msgspec.field(default_factory=set)


def tree(blocks: Sequence[Block], found: Sequence[Scored]) -> list[Section]:
    """The sections of a document that hold lists, outer ones before those inside them."""
    by_start = {one.run.start: one for one in found}
    done: list[Section] = []
    open_: list[Section] = []
    for at, block in enumerate(blocks):
        if block.kind == "heading" and block.marker is None:
            while open_ and _ends(blocks[open_[-1].at], block):
                open_.pop()
            open_ = [*open_[-_DEPTH:], Section(at)]
            done.append(open_[-1])
        one = by_start.get(at)
        if one is None or not open_ or one.context.topic in ("other", "summary"):
            continue
        for section in open_:
            section.lists.append(one)
            section.parts.add(open_[-1].at)
    return [section for section in done if len(section.parts) > 1]


def _ends(opener: Block, heading: Block) -> bool:
    alike = (opener.family, opener.rank) == (heading.family, heading.rank)
    return alike or sections.ends(opener, heading)


def gathered(blocks: Sequence[Block], found: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
    """The lists put together of parts: those to offer, and those for a person only."""
    offered: list[Scored] = []
    others: list[Scored] = []
    for section in tree(blocks, found):
        whole = _whole(blocks, section.at + 1, section.lists)
        if whole is None:
            continue
        if _inseparable(whole, section.lists):
            offered.append(_before_parts(whole, section.lists))
        else:
            others.append(whole)
    for parts in (*_repeated(blocks, found), *_counting(blocks, found)):
        whole = _whole(blocks, parts[0].run.start, parts)
        if whole is not None:
            offered.append(_before_parts(whole, parts))
    return offered, others


def _whole(blocks: Sequence[Block], at: int, parts: Sequence[Scored]) -> Scored | None:
    """One list of the parts that are made alike, as if it stood at the block `at`."""
    stems = [part.run.stem for part in parts]
    stem = max(dict.fromkeys(stems), key=stems.count)
    kept = [part for part in parts if part.run.stem == stem]
    if len(kept) < 2:
        return None
    first, last = kept[0].run, kept[-1].run
    items = [item for part in kept for item in part.run.items]
    run = Run(first.made, first.key, items, first.start, last.end, last.value)
    return of_parts(blocks, run, at, kept)


def _inseparable(whole: Scored, parts: Sequence[Scored]) -> bool:
    """Whether no part has a claim of its own, and what stands above the whole speaks for it."""
    if any(part.context.topic != "none" or part.run.stem != whole.run.stem for part in parts):
        return False
    if len({part.context.opener for part in parts}) > 1:
        return False
    shares = [part.advice for part in parts]
    if whole.run.made != "table" and max(shares) - min(shares) > _UNLIKE:
        return False
    return whole.context.points > 0 or all(part.advice >= _ALIKE for part in parts)


def _before_parts(whole: Scored, parts: Iterable[Scored]) -> Scored:
    for part in parts:
        part.score = min(part.score, whole.score - _WHOLE)
    return whole


def _counting(blocks: Sequence[Block], found: Sequence[Scored]) -> Iterator[list[Scored]]:
    """Numbered lists that count on through a document, whatever stands between them."""
    chains: dict[tuple[str, int], list[Scored]] = {}
    done: list[list[Scored]] = []
    for one in found:
        marker = blocks[one.run.start].marker
        if marker is None or not one.run.value or one.run.made not in ("marked", "label"):
            continue
        chain = chains.pop((one.run.stem, marker.value), None)
        if chain is None:
            chain = []
            done.append(chain)
        chain.append(one)
        chains[one.run.stem, one.run.value + 1] = chain
    for chain in done:
        count = sum(len(one.run.items) for one in chain)
        worded = sum(one.advice * len(one.run.items) for one in chain)
        if len(chain) > 2 and worded >= _COUNTED * count:
            yield chain


_NOT_LETTERS: Final = re.compile(r"[\W\d_]+")
_PLURAL: Final = re.compile(r"s\b")


def _repeated(blocks: Sequence[Block], found: Sequence[Scored]) -> Iterator[list[Scored]]:
    """Lists that stand under one and the same heading of advice again and again."""
    groups: dict[tuple[str, str], list[Scored]] = {}
    for one in found:
        opener = one.context.opener
        if opener < 0 or one.context.topic != "advice":
            continue
        name = _PLURAL.sub("", _NOT_LETTERS.sub(" ", blocks[opener].text).strip().casefold())
        groups.setdefault((name, one.run.stem), []).append(one)
    for parts in groups.values():
        openers = {part.context.opener for part in parts}
        if len(openers) > 1 and not any(repeats(part.run, parts[-1].run) for part in parts[:-1]):
            yield parts
