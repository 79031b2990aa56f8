"""Lists that go on under the next sub-heading, or for the next addressee, become one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evaluator.readers import words
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Run
from evaluator.readers.scoring import Scored, of_parts, repeats, worded

_PROSE: Final = 8  # paragraphs that may stand between two parts of a numbered list
_WORDED: Final = 0.4  # how far the second part has to be worded as advice where prose precedes it
_NAME: Final = 120  # characters of a line that may name whom a list is for


def merged(blocks: Sequence[Block], found: Sequence[Scored]) -> list[Scored]:
    """The lists of a document, in order, with the parts of one list put together."""
    done: list[Scored] = []
    grown: list[Scored] = []
    for one in found:
        first = done[-1] if done else None
        if first is None or not _goes_on(blocks, first, one):
            done.append(one)
            continue
        if not grown or grown[-1] is not first:
            grown.append(first)
            _name_group(blocks, first.run)
        _name_group(blocks, one.run)
        first.advice = worded((first, one))
        first.run.items += one.run.items
        first.run.end, first.run.value = one.run.end, one.run.value
    for first in grown:
        anew = of_parts(blocks, first.run, first.run.start, (first,))
        first.score = max(first.score, anew.score)
    return done


def _goes_on(blocks: Sequence[Block], first: Scored, second: Scored) -> bool:
    between = blocks[first.run.end : second.run.start]
    heads = [block for block in between if block.kind == "heading"]
    prose = [block for block in between if block.kind == "text"]
    gone = len(heads) + len(prose) < len(between)
    if not between or gone or first.run.stem != second.run.stem:
        return False
    if all(item.linked for item in second.run.items):
        return False
    if not prose and _under_siblings(blocks, first, second):
        return not (repeats(first.run, second.run) or repeats(second.run, first.run))
    if any(words.topic(block.text) in ("other", "summary", "advice") for block in heads):
        return False
    return _one_list(first, second, _first_value(blocks, second.run), prose)


def _one_list(first: Scored, second: Scored, begins: int, prose: Sequence[Block]) -> bool:
    """Whether two lists are one by their numbers, or by the section they stand in."""
    if second.run.value and begins == first.run.value + 1:
        return _counts_on(first, second, len(prose))
    if first.run.made == "label" and begins == 1:
        return first.run.key != second.run.key
    return _one_section(first, second) and _follows(prose, second, anew=begins == 1)


def _counts_on(first: Scored, second: Scored, prose: int) -> bool:
    """Whether a list that begins with the next number is the rest of the one before."""
    same = first.context.opener == second.context.opener
    return first.run.made == "label" or (same and prose <= _PROSE)


def _under_siblings(blocks: Sequence[Block], first: Scored, second: Scored) -> bool:
    """Whether two lists stand under two headings of one rank that both promise advice."""
    if min(first.context.opener, second.context.opener) < 0:
        return False
    one, other = blocks[first.context.opener], blocks[second.context.opener]
    alike = (one.family, one.rank) == (other.family, other.rank) and one is not other
    return alike and words.topic(one.text) == words.topic(other.text) == "advice"


def _one_section(first: Scored, second: Scored) -> bool:
    """Whether two lists stand in one section of advice, or are both announced as advice."""
    if first.context.opener >= 0:
        return first.context.opener == second.context.opener
    announced = all(one.context.lead > 0 or one.context.points > 0 for one in (first, second))
    return announced and first.context.points >= 0


def _follows(prose: Sequence[Block], second: Scored, *, anew: bool) -> bool:
    """Whether what stands between two lists lets the second go on; `anew`: it counts from one."""
    announces = len(prose) == 1 and (prose[0].text.endswith(":") or words.leads_in(prose[0].text))
    return not prose or announces or (not anew and second.advice >= _WORDED)


def _first_value(blocks: Sequence[Block], run: Run) -> int:
    marker = blocks[run.start].marker
    return marker.value if marker else 0


def _name_group(blocks: Sequence[Block], run: Run) -> None:
    """Notes the sub-heading or addressee above a part of a list on its points."""
    above = blocks[run.start - 1] if run.start else None
    if above is None or any(item.group for item in run.items):
        return
    if above.kind == "heading":
        named = words.topic(above.text) != "advice"
    else:
        named = above.text.endswith(":") and len(above.text) <= _NAME
    who = words.addressee(above.text) if named else ""
    for item in run.items:
        item.group = above.text.rstrip(" :") if named else ""
        item.actors = (who,) if who else ()
