"""Headings that no format marks as such: short lines that stand alone, numbers, capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from evaluator.readers import words
from evaluator.readers.blocks import Block
from evaluator.readers.markers import Marker
from evaluator.readers.sentences import INNER_STOP, STOPS, goes_on, hangs
from evaluator.readers.words import Advice

_LONGEST: Final = 120  # characters
_LONGEST_BOLD: Final = 220  # of a line that is bold and stands over a list
_WORDS: Final = 16
_NUMBERED: Final = re.compile(
    r"(?:(?:chapter|part|section|kapitel|teil|chapitre|partie|capítulo|parte)\s+(?:\d+|[ivx]+)\b"
    r"|(?P<n>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+|(?P<r>[IVX]{1,5})\.\s+)(?=\W*\w)",
    re.IGNORECASE,
)
_OTHER: Final = re.compile(
    rf"(?:{words.any_of('labels', 'others')}) \d{{1,2}}\s*[:.–—]", re.IGNORECASE
)


def find(blocks: list[Block], advice: Advice) -> None:
    """Turns the paragraphs and numbered lines that are headings into headings.

    Those made in one way form a family; `rank` orders the headings of one family.
    """
    for at, block in enumerate(blocks):
        if block.kind == "text" and _OTHER.match(block.text):
            block.kind, block.family, block.rank = "heading", "bold", 2
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        longest = _LONGEST_BOLD if _is_bold(block) and _is_point(following) else _LONGEST
        short = block.kind == "text" and len(block.parts) <= 2 and len(block.text) <= longest
        if short and _is_heading(block, following, first=at == 0):
            block.kind = "heading"
            block.family, block.rank = _family(block)
    _numbered(blocks, advice)


def _is_heading(block: Block, following: Block | None, *, first: bool) -> bool:
    text = block.text
    if _is_bold(block) and _is_point(following):
        return True
    if not _is_short(text):
        return False
    apart = block.apart or first
    if _is_bold(block):
        return True
    if text.endswith(":"):
        return _may_end_in_colon(text) and (apart or _is_point(following))
    if _names_section(text) and not STOPS.search(text):
        return True
    if STOPS.search(text) or following is None or not apart:
        return text.isupper()
    return _heads(following)


def _is_bold(block: Block) -> bool:
    return bool(block.lead) and len(block.lead) >= len(block.text) - 2


def _is_point(block: Block | None) -> bool:
    return block is not None and block.kind == "point"


def _names_section(text: str) -> bool:
    """Whether a short line is the name of a section by its words alone."""
    topic = words.topic(text)
    if len(text) > 60 or topic in ("steps", "none"):
        return False
    return topic != "advice" or len(text.split()) <= 8 or not words.leads_in(text + ":")


def _heads(following: Block) -> bool:
    """Whether what follows a line that stands alone leaves it a heading."""
    if following.kind == "text" and goes_on(following.text):
        return False
    return following.apart or following.kind == "point"


def _is_short(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    if letters < (3 if text.isascii() else 2) or len(text.split()) > _WORDS:
        return False
    return not goes_on(text) and not hangs(text)


def _may_end_in_colon(text: str) -> bool:
    """Whether a line that ends with a colon stands over a part rather than announces a list."""
    if len(text.split()) > 12 or INNER_STOP.search(text):
        return False
    return not words.leads_in(text) or (words.topic(text) == "advice" and len(text.split()) <= 4)


def _family(block: Block) -> tuple[str, int]:
    numbered = _NUMBERED.match(block.raw)
    if numbered is not None:
        if numbered["n"]:
            return "number", numbered["n"].count(".") + 1
        return ("number", 1) if numbered["r"] else ("chapter", 0)
    if block.text.endswith(":"):
        return "colon", 9
    if block.text.isupper():
        return "capitals", 1
    return ("bold", 2) if block.lead else ("plain", 3)


def _numbered(blocks: Sequence[Block], advice: Advice) -> None:
    """Short numbered lines that stand alone are headings where nothing speaks for a list.

    That is where one of them names a section, where each has a list under it, or where none asks
    for anything. The shape that comes first in the document ranks highest: "III." above "A.".
    """
    alone: dict[str, list[Block]] = {}
    held: set[int] = set()
    for block, following in pairwise(blocks):
        marker = block.marker
        if block.kind != "point" or marker is None or marker.bullet or marker.label:
            continue
        if _stands_alone(block, following):
            alone.setdefault(re.sub(r"\d+", "1", marker.key), []).append(block)
            if _is_list(following, marker):
                held.add(id(block))
    order = 0
    for group in alone.values():
        holds = sum(id(block) in held for block in group) * 2 > len(group)
        if holds or _names_sections(group) or _only_names(group, advice):
            order = _promote(group, order)


def _stands_alone(block: Block, following: Block) -> bool:
    text = block.text
    if len(text) > 90 or len(block.parts) > 2 or goes_on(text):
        return False
    if STOPS.search(text.rstrip(":")) or INNER_STOP.search(text):
        return False
    if text.endswith(":") and len(text.split()) > 4:
        return False
    return block.apart and (following.apart or following.kind == "heading")


def _is_list(block: Block, above: Marker) -> bool:
    """Whether a block begins a list in another shape than the line above it."""
    return block.marker is not None and block.marker.key != above.key and block.blank > 0


def _names_sections(group: Sequence[Block]) -> bool:
    return any(
        words.is_section(block.text)
        or (words.topic(block.text) == "steps" and len(block.text) < 40)
        for block in group
    )


def _only_names(group: Sequence[Block], advice: Advice) -> bool:
    return len(group) > 1 and not any(advice.weight(block.text) for block in group)


def _promote(group: Sequence[Block], order: int) -> int:
    """Makes headings of numbered lines; where the numbers begin anew a level deeper begins.

    Returns the deepest rank that was given.
    """
    running: list[int] = []  # the last number of each level
    deepest = order
    for block in group:
        assert block.marker is not None
        value, depth = block.marker.value, block.marker.depth
        levels = [n for n in range(len(running) - 1, -1, -1) if running[n] == value - 1]
        if levels:
            del running[levels[0] + 1 :]
        if levels or (running and value != 1):
            running[-1] = value
        else:
            running.append(value)
        deepest = max(deepest, order + len(running))
        block.kind, block.family, block.marker = "heading", "number", None
        block.rank = depth if depth > 1 else order + len(running)
    return deepest
