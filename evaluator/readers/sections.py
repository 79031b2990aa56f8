"""Which heading a block stands under, how far a section reaches, and what announces a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from evaluator.readers import words
from evaluator.readers.blocks import Block

_PRECISE: Final = frozenset({"level", "number", "chapter"})
_EXPIRES: Final = {True: 12, False: 4}  # paragraphs of prose after which a heading no longer counts
_WORTH: Final = {
    "advice": 3.0,
    "steps": 1.75,
    "summary": -0.5,
    "other": -4.0,
}  # what a heading says
_FARTHER: Final = 0.5  # less where another heading stands between
_TITLED: Final = 1.25  # what the title of the whole document says
_TOP: Final = 6  # blocks in which the title stands
_ASKED: Final = 1.0  # "To the Ministry of Trade"
_LEAD: Final = 2.5  # "We recommend the following:"
_MOST: Final = 40  # sections of advice in one document
_BACK: Final = 300  # blocks looked back on for a heading


class Context(msgspec.Struct, frozen=True):
    """What stands above a list.

    Attributes:
        points: what the headings say for the list (negative: against it), and
        lead: what the paragraph before it says.
        heading: the heading or sentence to show for the list.
        opener: index of the heading that promises advice, or -1.
        topic: of the nearest heading.
    """

    points: float
    lead: float
    heading: str
    opener: int
    topic: words.Topic


def ends(opener: Block, heading: Block) -> bool:
    """Whether a heading ends the section that an earlier one opened."""
    topic = words.topic(heading.raw or heading.text)
    if topic in ("other", "summary"):
        return (
            opener.family != "level" or heading.family != "level" or heading.rank <= opener.rank + 1
        )
    if opener.family == heading.family and opener.family in _PRECISE:
        return heading.rank <= opener.rank
    if heading.family == "chapter":
        return True
    if opener.family in ("plain", "bold", "colon") and heading.family in ("capitals", "level"):
        return not words.addressee(heading.text) and topic == "none"
    return opener.family == "number" and heading.family == "capitals"


def reach(blocks: Sequence[Block], at: int) -> int:
    """The index after the last block of the section that the heading at `at` opens."""
    opener = blocks[at]
    for index in range(at + 1, len(blocks)):
        block = blocks[index]
        if block.kind == "heading" and block.marker is None and ends(opener, block):
            return index
    return len(blocks)


def openers(blocks: Sequence[Block]) -> list[int]:
    """The headings that promise advice or steps, in order."""
    found = [
        at
        for at, block in enumerate(blocks)
        if block.kind == "heading"
        and block.marker is None
        and words.topic(block.text) in ("advice", "steps")
        and not (at == 0 and block.rank == 1 and block.family == "level")
    ]
    return found[:_MOST]


def context(blocks: Sequence[Block], at: int) -> Context:
    """What stands above the block at `at`."""
    lead, said = _lead(blocks, at)
    nearest: Block | None = None
    for index, prose in _headings_above(blocks, at):
        block = blocks[index]
        nearest = nearest or block
        topic = words.topic(block.text)
        if topic == "other" and block is nearest and _outdone(block, lead, prose):
            break
        worth = _worth(topic, block, nearest)
        if worth:
            opener = index if worth > 0 else -1
            return Context(worth, lead, block.text, opener, words.topic(nearest.text))
    title = next((n for n, block in enumerate(blocks[:_TOP]) if block.kind == "heading"), at)
    if title < at and words.topic(blocks[title].text) == "advice":
        return Context(_TITLED, lead, said or blocks[title].text, title, "none")
    above = nearest.text if nearest is not None else ""
    return Context(_ASKED if words.addressee(above) else 0.0, lead, said or above, -1, "none")


def _worth(topic: words.Topic, heading: Block, nearest: Block) -> float:
    """What a heading says for a list (below 0: against it); 0 where it says nothing.

    A farther heading says less, and only where it is not one of a row of headings of which a later
    one is nearer.
    """
    worth = _WORTH.get(topic, 0.0)
    if heading is nearest or not worth:
        return worth
    if worth > 0:
        row = topic == "steps" and _are_siblings(heading, nearest)
        return 0.0 if row else worth - _FARTHER
    return 0.0 if topic == "summary" or _are_siblings(heading, nearest) else worth


def _outdone(heading: Block, lead: float, prose: int) -> bool:
    """Whether a heading that speaks against a list is outdone by the sentence before the list."""
    return lead >= _LEAD and prose >= 2 and heading.family not in _PRECISE


def _are_siblings(block: Block, nearest: Block) -> bool:
    """Whether a heading is one of several in a row, of which a later one is the nearest."""
    return block is not nearest and (block.family, block.rank) == (nearest.family, nearest.rank)


def _headings_above(blocks: Sequence[Block], at: int) -> Iterator[tuple[int, int]]:
    """The headings that the block at `at` stands under, nearest first, with the paragraphs between.

    A heading whose rank is a guess no longer counts after a few paragraphs of prose; the heading
    of the whole document never does.
    """
    prose = 0
    nearest = True
    for index in range(at - 1, max(-1, at - _BACK), -1):
        block = blocks[index]
        if block.kind != "heading" or block.marker is not None:
            prose += block.kind == "text"
        elif nearest or _above(blocks, index, at):
            if prose > _EXPIRES[block.family in _PRECISE]:
                return
            yield index, prose
            nearest = False
            if block.rank <= 1 and block.family == "level":
                return


def _above(blocks: Sequence[Block], index: int, at: int) -> bool:
    """Whether the section of the heading at `index` still holds the block at `at`."""
    opener = blocks[index]
    return not any(
        block.kind == "heading" and block.marker is None and ends(opener, block)
        for block in blocks[index + 1 : at]
    )


def _lead(blocks: Sequence[Block], at: int) -> tuple[float, str]:
    """What the paragraph just before a list announces (headings may stand between)."""
    for block in reversed(blocks[max(0, at - 3) : at]):
        sure = words.announced(block.text) if block.kind != "row" else 0.0
        if block.kind == "point" and sure == 1.0 and block is blocks[at - 1]:
            return _LEAD, block.text
        if block.kind not in ("text", "heading"):
            break
        if sure and (block.kind == "text" or block.text.endswith(":")):
            return _LEAD * sure, block.text
        if block.kind == "text":
            return (_ASKED, block.text) if words.addressee(block.text) else (0.0, "")
    return 0.0, ""
