"""From lines of running text to the blocks of a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evaluator.readers import headings
from evaluator.readers.blocks import Block, Builder
from evaluator.readers.inline import join, without_references
from evaluator.readers.lines import Line
from evaluator.readers.sentences import finished, goes_on, hangs
from evaluator.readers.words import Advice

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONG: Final = 60  # characters of a point that is no mere catchword


def build(
    lines: Sequence[Line], notes: frozenset[str], advice: Advice, *, markdown: bool
) -> list[Block]:
    """The blocks of a document.

    Args:
        lines: running text only (see `noise.drop`).
        notes: numbers of its footnotes, whose references are taken out.
        advice: how its language asks for something.
        markdown: back-ticks and backslashes are marks.
    """
    blocks = Builder(lines, markdown=markdown).build()
    vocabulary = _vocabulary(blocks)
    for block in blocks:
        block.text = without_references(join(block.parts, vocabulary), notes).strip()
        if block.lead and not block.text.startswith(block.lead[:20]):
            block.lead = ""
    headings.find(blocks, advice)
    kept = [block for block in blocks if block.text or (block.kind == "heading" and block.marker)]
    return _joined(kept, vocabulary)


def _vocabulary(blocks: Sequence[Block]) -> frozenset[str]:
    """The words of a document, where some of its lines end in a hyphen."""
    if not any(part.endswith(("-", "‐")) for block in blocks for part in block.parts):
        return frozenset()
    parts = (part.rstrip("-‐").lower() for block in blocks for part in block.parts)
    return frozenset(word for part in parts for word in _WORD.findall(part))


def _joined(blocks: Sequence[Block], vocabulary: frozenset[str]) -> list[Block]:
    """Blocks that a page break, a note or a caption cut in two are made whole."""
    points = [block for block in blocks if block.kind == "point"]
    stopped = sum(finished(block.text) for block in points) * 5 >= len(points) * 3
    kept: list[Block] = []
    for block in blocks:
        previous = kept[-1] if kept else None
        if previous is not None and _is_rest(previous, block, stopped=stopped):
            previous.text = join([previous.text, block.text], vocabulary)
            previous.last, previous.joined = block.last, True
        else:
            kept.append(block)
    return kept


def _is_rest(previous: Block, block: Block, *, stopped: bool) -> bool:
    """Whether a paragraph is the rest of the block before it.

    `stopped`: the points of this document usually end with a full stop, so that one without is
    cut off.
    """
    if block.kind != "text" or previous.kind not in ("text", "point") or finished(previous.text):
        return False
    if goes_on(block.text):
        return True
    torn = (block.cut or block.page != previous.page) and len(previous.text) > 30
    return torn and (hangs(previous.text) or (stopped and len(previous.text) > _LONG))
