"""The source of an import: its lines with those of the items marked, or an item's own words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from evaluator.tui.text import fit, width, wrap
from evaluator.tui.widgets.drawn import Drawn, Parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluator.api import Candidate
    from evaluator.preview import Item, Preview

BEFORE = 2  # lines shown above an item
OTHER = 22  # strength, of 100, of the tint of other items
_ENOUGH = 24  # letters of a line that tell whether it is of a text
_NEAR = 60  # lines before the first one shown in which an item may have begun
_WORD = re.compile(r"\S+")


class Line(msgspec.Struct, frozen=True):
    """One line of the pane: a number in the source (0: none), an item's number, text, and kind.

    `kind` is "own" (of the item under the cursor), "other" (of another item of the chosen list),
    "head" or "" (neither: it is left out of the import).
    """

    text: str
    kind: str = ""
    number: int = 0
    item: int = 0


def _squashed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def noise(candidate: Candidate, source: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines inside an item that are none of its words: captions, footnotes."""
    if candidate.lines is None:
        return frozenset()
    words = _squashed(candidate.text or candidate.title)
    first, last = candidate.lines
    found = []
    for number in range(first, min(last, len(source)) + 1):
        line = _squashed(source[number - 1])
        if line[:_ENOUGH] not in words and line[-_ENOUGH:] not in words:
            found.append(number)
    return frozenset(found)


def spans(items: Sequence[Item], source: Sequence[str]) -> dict[int, int]:
    """For each line of the source the number of the item, from 0, that it belongs to."""
    found: dict[int, int] = {}
    for place, item in enumerate(items):
        if item.candidate.lines is not None and item.kept:
            first, last = item.candidate.lines
            apart = noise(item.candidate, source)
            for number in range(first, last + 1):
                if number not in apart:
                    found.setdefault(number, place)
    return found


def source_lines(
    preview: Preview, place: int, owner: Mapping[int, int], size: tuple[int, int], skip: int = 0
) -> list[Line]:
    """The lines of the source around an item, `size` (cells, lines) of them, `skip` further on."""
    cells, height = size
    candidate, source = preview.items[place].candidate, preview.draft.source
    assert candidate.lines is not None
    first, last = candidate.lines
    start = max(1, min(first - BEFORE + skip, len(source)))
    owner = {**owner, **dict.fromkeys(range(first, last + 1), place)}
    for number in noise(candidate, source):
        owner.pop(number, None)
    begun = {owner.get(number) for number in range(max(1, start - _NEAR), start)}
    rows: list[Line] = []
    above = 0  # rows over the item that are too many
    for number in range(start, len(source) + 1):
        at = owner.get(number)
        if number == first and not skip:
            above = max(0, len(rows) - BEFORE)
        rows += _rows(source[number - 1], cells, number, at, place, named=at not in begun)
        begun.add(at)
        if len(rows) >= height + above and (skip or number > first):
            break
    return rows[above : above + height]


def _rows(
    text: str, cells: int, number: int, item: int | None, here: int, *, named: bool
) -> Iterator[Line]:
    """One line of the source, wrapped; its number, and that of an item it begins, at the top."""
    kind = "" if item is None else "own" if item == here else "other"
    begins = item + 1 if item is not None and named else 0
    for part in wrap(text, cells) or ("",):
        yield Line(part, kind, number, begins)
        number = begins = 0


class Caret:
    """A place between two words of a text, for splitting it."""

    def __init__(self, text: str) -> None:
        self.words = [(word.start(), word.end()) for word in _WORD.finditer(text)]
        self.text = text
        self.at = min(1, len(self.words) - 1)

    @property
    def place(self) -> int:
        """The character that the second part would begin with."""
        return self.words[self.at][0] if self.words else 0

    def move(self, words: int) -> None:
        """Goes so many words on, never past the first or last."""
        self.at = max(min(1, len(self.words) - 1), min(self.at + words, len(self.words) - 1))

    def lines(self, cells: int) -> list[list[int]]:
        """The numbers of the words in each line of `cells`."""
        rows: list[list[int]] = []
        used = cells + 1
        for n, (start, end) in enumerate(self.words):
            size = width(fit(self.text[start:end], min(cells, end - start)))
            if used + 1 + size > cells:
                rows.append([])
                used = -1
            rows[-1].append(n)
            used += 1 + size
        return rows

    def move_line(self, cells: int, lines: int) -> None:
        """Goes to about the same place in another line."""
        rows = self.lines(cells)
        here = next((n for n, row in enumerate(rows) if self.at in row), 0)
        there = max(0, min(here + lines, len(rows) - 1))
        column = rows[here].index(self.at)
        self.at = rows[there][min(column, len(rows[there]) - 1)]
        self.move(0)


class SourcePane(Drawn):
    """Draws what the view says: lines of the source, or a text with a caret in it."""

    def __init__(self) -> None:
        super().__init__(id="brief")
        self.rows: list[Line] = []
        self.caret: Caret | None = None

    @property
    def room(self) -> tuple[int, int]:
        """(cells for text, lines)."""
        return max(8, self.size.width - 12), max(1, self.size.height)

    def show(self, rows: list[Line]) -> None:
        """Shows other lines."""
        if rows != self.rows or self.caret is not None:
            self.rows = rows
            self.refresh()

    def line(self, y: int, cells: int) -> Parts:
        """One line."""
        if self.caret is not None:
            return self._split_line(self.caret, y, cells)
        if y >= len(self.rows):
            return []
        row, paint = self.rows[y], self.paint
        look = {
            "own": paint.strong, "other": paint.heat(OTHER), "head": paint.head,
        }.get(row.kind, paint.muted)  # fmt: skip
        mark = {"own": "▌", "other": "│"}.get(row.kind, " ")
        number = f"{row.number:>5} " if row.number else "      "
        item = f"{row.item:>3}" if row.item else "   "
        text = fit(row.text, cells - 12) if row.kind == "other" else row.text
        return [
            (number, paint.rest),
            (item, paint.head),
            (mark, paint.bar if row.kind == "own" else paint.rest),
            (" ", look if row.kind == "other" else paint.base),
            (text, look),
        ]

    def _split_line(self, caret: Caret, y: int, cells: int) -> Parts:
        paint = self.paint
        if y == 0:
            return [(fit("  The second part begins with the marked word.", cells), paint.head)]
        rows = caret.lines(cells - 4)
        here = next((n for n, row in enumerate(rows) if caret.at in row), 0)
        first = max(0, here - max(1, self.size.height - 3))
        if y - 1 + first >= len(rows):
            return []
        parts: Parts = [("  ", paint.base)]
        for n in rows[y - 1 + first]:
            start, end = caret.words[n]
            look = paint.muted if n < caret.at else paint.base
            parts += [(caret.text[start:end], paint.cursor if n == caret.at else look)]
            parts += [(" ", paint.base)]
        return parts
