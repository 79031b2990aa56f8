"""Lines put together to blocks: paragraphs, points of lists, rows of tables, known headings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

import msgspec

from evaluator.readers import markers
from evaluator.readers.inline import LONG, bare, bold_opening, is_link
from evaluator.readers.lines import Line
from evaluator.readers.markers import Marker
from evaluator.readers.sentences import finished, goes_on, hangs

Kind = Literal["heading", "text", "point", "row"]


class Block(msgspec.Struct):
    """One heading, paragraph, point or table row.

    Attributes:
        kind: what it is.
        parts: its lines without marker and marks, of which `text` is made.
        first, last: lines of the source.
        page: where it begins.
        indent, blank, cut: of its first line (see `Line`).
        marker: of a point, or of a heading with a label.
        family, rank: of a heading: how it is made, and its level among headings made so.
        lead: the words that open it in bold, or empty.
        joined: it was put together across a gap.
        cells, head: of a table row (see `Line`).
        actors: whom a label names: "Recommendation 3 (ministry, towns): …".
        text: running text.
        raw: its first line with the marker.
        linked: all of its first line is one link.
    """

    kind: Kind
    parts: list[str]
    first: int
    last: int
    page: int = 0
    indent: int = 0
    blank: int = 0
    cut: bool = False
    marker: Marker | None = None
    family: str = ""
    rank: int = 0
    lead: str = ""
    joined: bool = False
    cells: tuple[str, ...] = ()
    head: bool = False
    actors: tuple[str, ...] = ()
    text: str = ""
    raw: str = ""
    linked: bool = False

    @property
    def apart(self) -> bool:
        """Whether something stands between it and the block before: a blank line, a page's end."""
        return self.blank > 0 or self.cut


_FAR: Final = 160  # characters; lines that long are paragraphs, not lines of a page
_ESCAPED: Final = re.compile(r"^(\d{1,4})\\([.)])(?=\s|$)")  # a number that is to stay as it is
_EMPHASIZED: Final = re.compile(r"(\*{1,3}|__?)(?=[^\s*_])(.{1,300}?)(?<=\S)\1(?![\w*])")


def width_of(lines: Sequence[Line]) -> int:
    """The width at which a document is wrapped, in characters; 0 where it is not.

    Where many lines are far longer than a page is wide, a line's end is a paragraph's end.
    """
    lengths = sorted(
        line.indent + len(line.text) for line in lines if not line.level and not line.cells
    )
    if not lengths:
        return 0
    tight = sum(not line.blank and not line.whole for line in lines)
    if lengths[int((len(lengths) - 1) * 0.95)] > _FAR or tight * 10 < len(lines):
        return 0
    return lengths[int(len(lengths) * 0.9)]


def _opened(text: str) -> str:
    """`text` without the emphasis around its opening words, so that a marker inside shows."""
    found = _EMPHASIZED.match(text)
    opened = found[2] + text[found.end() :] if found else text
    return _ESCAPED.sub(r"\1\2", opened, count=1)


class Builder:
    """Puts the lines of one document together; use `build`."""

    def __init__(self, lines: Sequence[Line], *, markdown: bool) -> None:
        self.lines = lines
        self.markdown = markdown
        self.width = width_of(lines)
        self.blocks: list[Block] = []
        self.texts = [_opened(line.text) for line in lines]
        self.found = [self._markers(at) for at in range(len(lines))]
        counts = Counter(marker for found, _ in self.found for marker in found)
        self.present = counts
        self.lazy = markers.lazy(counts)
        self.flush = self._is_flush()
        self.last: dict[str, int] = {}

    def _is_flush(self) -> bool:
        """Whether points that are set in go on at the margin when they are wrapped."""
        back = [
            line.indent < before.indent
            for at, (before, line) in enumerate(pairwise(self.lines), 1)
            if before.indent and self.found[at - 1][0] and not self.found[at][0]
            if not (line.blank or line.cut) and goes_on(line.text)
        ]
        return len(back) > 1 and sum(back) * 2 > len(back)

    def _markers(self, at: int) -> markers.Found:
        line, text = self.lines[at], self.texts[at]
        if line.cells or len(text) > LONG:
            return (), 0
        return markers.find(text, indent=line.indent)

    def build(self) -> list[Block]:
        """The blocks, in order."""
        for at, line in enumerate(self.lines):
            if line.cells:
                self._row(line)
            elif line.level:
                self._heading(line)
            else:
                self._running(at, line)
        return self.blocks

    def _add(self, block: Block, line: Line) -> None:
        block.page, block.indent = line.page, line.indent
        block.blank, block.cut = line.blank, line.cut
        self.blocks.append(block)

    def _row(self, line: Line) -> None:
        block = Block("row", list(line.cells), line.number, line.last)
        block.cells, block.head = line.cells, line.head
        self._add(block, line)

    def _heading(self, line: Line) -> None:
        text = bare(line.text, markdown=self.markdown)
        marker, start = markers.label(text)
        block = Block("heading", [text[start:] if marker else text], line.number, line.last)
        block.marker, block.raw = marker, text
        block.family, block.rank = "level", line.level
        self._add(block, line)

    def _running(self, at: int, line: Line) -> None:
        marker, start = self._accepted(at)
        previous = self.blocks[-1] if self.blocks else None
        if marker is None and previous is not None and self._continues(previous, line):
            previous.parts.append(bare(line.text, markdown=self.markdown))
            previous.last = line.last
            return
        text = self.texts[at][start:] if marker is not None else self.texts[at]
        block = Block("point" if marker else "text", [], line.number, line.last, marker=marker)
        block.lead = self._lead(line, text, start)
        block.parts = [bare(text, markdown=self.markdown)]
        block.raw = bare(line.text, markdown=self.markdown)
        block.linked = is_link(text)
        self._add(block, line)
        if marker is not None:
            self.last[marker.key] = marker.value
            block.actors = markers.named(self.texts[at][:start]) if marker.label else ()

    def _lead(self, line: Line, text: str, start: int) -> str:
        """The bold words that open a text; in "**3. Do this.** Then …" those after the number."""
        whole = bold_opening(line.text)
        if whole and start:
            return whole[markers.find(whole)[1] :].strip()
        if whole or not line.lead:
            return whole or bold_opening(text)
        return bare(text[: max(0, line.lead - start)])

    def _accepted(self, at: int) -> tuple[Marker | None, int]:
        """The marker of a line, where its number fits what stands before and after."""
        line = self.lines[at]
        if line.marker:
            return self._given(at, line.marker)
        found, start = self.found[at]
        if found and found[0] in self.lazy and not self._inside_sentence(line):
            return self._counted(found[0]), start
        fitting = [marker for marker in found if markers.plausible(marker, self.present)]
        following = [one for one in fitting if self.last.get(one.key) == one.value - 1]
        if following and not following[0].bullet:
            return following[0], start
        if not fitting or (self._doubtful(fitting[0], at, start) and self._inside_sentence(line)):
            return None, 0
        return fitting[0], start

    def _given(self, at: int, sign: str) -> tuple[Marker, int]:
        """The marker that the format knows of, unless the text has a label of its own."""
        named, start = markers.label(self.texts[at])
        if named is not None:
            return named, start
        return (Marker("1.", int(sign.rstrip("."))) if sign[0].isdigit() else Marker(sign)), 0

    def _counted(self, marker: Marker) -> Marker:
        """The number that is meant where every point of a list is written as "1."."""
        for block in reversed(self.blocks):
            if block.kind == "heading":
                break
            if block.marker is not None and block.marker.key == marker.key:
                return msgspec.structs.replace(marker, value=block.marker.value + 1)
        return marker

    def _doubtful(self, marker: Marker, at: int, start: int) -> bool:
        """Whether a marker may be a word or number of a sentence that was wrapped."""
        if marker.label:
            return not self.texts[at][start:].strip()
        return not marker.bullet

    def _inside_sentence(self, line: Line) -> bool:
        """Whether a wrapped line only goes on with the sentence of the line before."""
        previous = self.blocks[-1] if self.blocks else None
        if previous is None or previous.kind in ("heading", "row"):
            return False
        if line.blank or line.cut or not self.width:
            return False
        before = previous.parts[-1]
        return not finished(before) and len(before) > self.width * 0.6

    def _continues(self, previous: Block, line: Line) -> bool:
        """Whether a line without a marker belongs to the block before it."""
        if previous.kind in ("heading", "row") or (line.whole and line.blank and not line.cut):
            return False
        if not previous.parts[-1]:
            return True
        return not (line.blank or line.cut) and self._wraps(previous, line)

    def _wraps(self, previous: Block, line: Line) -> bool:
        """Whether a line that follows at once goes on with the paragraph."""
        before = previous.parts[-1]
        set_in = previous.kind == "point" and line.indent > previous.indent
        capitals = before.isupper() != line.text.isupper() and len(line.text) > 3 and not set_in
        if self.width and not line.whole and not capitals:
            return not self._ends_paragraph(previous, line)
        rest = goes_on(line.text) and not finished(before)
        return rest and not (capitals and before.isupper())

    def _ends_paragraph(self, previous: Block, line: Line) -> bool:
        """Whether a paragraph ends before a line: it stops early, or the margin changes."""
        if goes_on(line.text):
            return False
        before = previous.parts[-1]
        word = line.text.split(" ", 1)[0]
        room = self.width - len(before) - previous.indent - len(word) - 1
        if finished(before):
            if previous.kind == "point":
                moved = line.indent < previous.indent and not self.flush
            else:
                moved = len(previous.parts) > 1 and line.indent >= previous.indent + 2
            return room > self.width * 0.12 or moved
        alone = len(previous.parts) == 1 and previous.kind == "text"
        return alone and len(before) < self.width * 0.6 and not hangs(before)
