"""What a person can work from where no likely list is the right one: whole kinds of blocks.

All points under a heading, every heading of a level with its text, every point, every paragraph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from evaluator.readers import sections
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Item, Run, item_of
from evaluator.readers.scoring import Scored

_MOST: Final = 10  # such lists
_WHOLES: Final = 4  # of points under one heading
_LEVELS: Final = 3  # of headings of one level
_SECTIONS: Final = 3  # of paragraphs under one heading of advice
_LONGEST: Final = 20_000  # characters of one point: more is a chapter
_SAME: Final = 0.9  # share of points that begin alike in two lists that are hardly two


class Whole(msgspec.Struct, frozen=True):
    """A list of everything of a kind, with the words that say of which."""

    name: str
    items: list[Item]


def wholes(
    blocks: Sequence[Block],
    runs: Sequence[Run],
    gathered: Sequence[Scored],
    offered: Sequence[Scored],
) -> list[Whole]:
    """The lists of everything that are not offered already.

    Args:
        blocks: of the document.
        runs: its marked lists.
        gathered: those put together under a heading.
        offered: the likely ones.
    """
    taken = [_starts(one.run.items) for one in offered]
    kept: list[Whole] = []
    for whole in _found(blocks, runs, gathered):
        starts = _starts(whole.items)
        if any(len(item.text) > _LONGEST for item in whole.items):
            continue
        if len(starts) > 1 and not any(_same(starts, other) for other in taken):
            kept.append(whole)
            taken.append(starts)
    return kept[:_MOST]


def _starts(items: Iterable[Item]) -> frozenset[int]:
    return frozenset(item.first for item in items)


def _same(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= _SAME * max(len(one), len(other))


def _found(
    blocks: Sequence[Block], runs: Sequence[Run], gathered: Sequence[Scored]
) -> Iterator[Whole]:
    for at in sections.openers(blocks)[-_SECTIONS:]:
        body = blocks[at + 1 : sections.reach(blocks, at)]
        yield Whole(f"every paragraph under “{blocks[at].text[:60]}”", list(_paragraphs(body)))
    for one in sorted(gathered, key=lambda one: -one.score)[:_WHOLES]:
        yield Whole(f"all points under “{one.context.heading[:60]}”", one.run.items)
    yield from _levels(blocks)
    yield Whole("every point", [item for run in runs for item in run.items])
    yield Whole("every paragraph", list(_paragraphs(blocks)))


def _levels(blocks: Sequence[Block]) -> list[Whole]:
    """The headings of each level with what stands under them, those of the most numerous first."""
    items: dict[tuple[str, int], list[Item]] = {}
    open_: dict[tuple[str, int], tuple[Block, Item]] = {}
    for block in blocks:
        if block.kind == "heading":
            key = (block.family, block.rank)
            for other in [k for k, (opener, _) in open_.items() if sections.ends(opener, block)]:
                del open_[other]
            open_.pop(key, None)
            for _, item in open_.values():
                item.take(block, "nested")
            item = item_of(block)
            item.title = block.text
            items.setdefault(key, []).append(item)
            open_[key] = (block, item)
        elif block.kind != "row":
            for _, item in open_.values():
                item.take(block, "joined" if block.kind == "text" else "nested")
    made = []
    for found in items.values():
        bodied = [item for item in found if len(item.parts) > 1]
        if bodied:
            name = f"every heading like “{bodied[0].title[:40]}” with its text"
            made.append(Whole(name, bodied))
    return sorted(made, key=lambda whole: -len(whole.items))[:_LEVELS]


def _paragraphs(blocks: Iterable[Block]) -> Iterator[Item]:
    """Each paragraph and each point by itself, with the heading above it."""
    above = ""
    for block in blocks:
        if block.kind == "heading":
            above = block.text
        elif block.kind != "row" and block.text:
            item = item_of(block)
            item.group = above
            yield item
