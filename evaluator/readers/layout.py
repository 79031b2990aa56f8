"""Pieces of text with their places on pages: reading order, rows, headings by size, footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Final

import msgspec

from evaluator.readers.lines import Line, with_

_LARGER: Final = 1.12  # times the size of running text: a heading
_SMALLER: Final = 0.92  # a footnote
_FOOT: Final = 0.6  # share of a page, from its foot, in which footnotes stand
_HEADING: Final = 160  # characters of a heading at most
_AWAY: Final = 2.2  # times its size that the foot of a page stands off
_LEAST: Final = 60  # points; a column is at least that wide
_NOTE: Final = re.compile(r"(?:\d{1,3}|[*†‡])[.)]?\s*\S")


class Piece(msgspec.Struct):
    """Characters that stand on one line without a wide gap; places in points from bottom left.

    `column` counts the columns of a page in reading order.
    """

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool = False
    page: int = 0
    column: int = 0


def in_order(pieces: Sequence[Piece]) -> list[Piece]:
    """The rows of a page in the order of reading: columns, between rows that span the page."""
    body, foot = _parted(pieces)
    page = _Page()
    return page.ordered(body, 0) + (page.ordered(foot, 3) if foot else [])


def _parted(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """The pieces of a page without its foot, and the foot: one row that stands far below all."""
    lowest = min(pieces, key=lambda piece: piece.base, default=None)
    if lowest is None:
        return [], []
    limit = lowest.base + 0.4 * lowest.size
    foot = [piece for piece in pieces if piece.base <= limit]
    body = [piece for piece in pieces if piece.base > limit]
    nearest = min((piece.base for piece in body), default=limit)
    apart = nearest - lowest.base > _AWAY * lowest.size
    return (body, foot) if apart and len(foot) <= 3 else (list(pieces), [])


class _Page:
    """Parts one page into columns and counts them."""

    def __init__(self) -> None:
        self.column = 0

    def ordered(self, pieces: list[Piece], depth: int) -> list[Piece]:
        """The rows of a region; a region that has a gutter is parted, up to three times."""
        gutter = _gutter(pieces) if depth < 3 else None
        if gutter is None:
            return self._column(pieces)
        done: list[Piece] = []
        band: list[Piece] = []
        for piece in sorted(pieces, key=lambda one: -one.base):
            if piece.left < gutter < piece.right:
                done += self._sides(band, gutter, depth)
                done += self._column([piece])
                band = []
            else:
                band.append(piece)
        return done + self._sides(band, gutter, depth)

    def _sides(self, band: Sequence[Piece], gutter: float, depth: int) -> list[Piece]:
        left = [piece for piece in band if piece.right <= gutter]
        right = [piece for piece in band if piece.left >= gutter]
        done: list[Piece] = []
        for side in (left, right):
            if side:
                done += self.ordered(side, depth + 1)
        return done

    def _column(self, pieces: Sequence[Piece]) -> list[Piece]:
        self.column += 1
        for piece in pieces:
            piece.column = self.column
        return _rows(pieces)


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """Where a region parts into two columns: a line that hardly any piece crosses."""
    if len(pieces) < 16:
        return None
    low, high = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    best: tuple[float, float] | None = None
    for step in range(30, 71):
        at = low + (high - low) * step / 100
        left = [piece for piece in pieces if piece.right <= at]
        right = [piece for piece in pieces if piece.left >= at]
        crossing = len(pieces) - len(left) - len(right)
        cost = crossing + abs(step - 50) / 100
        if crossing > 0.2 * len(pieces) or (best is not None and cost >= best[0]):
            continue
        if min(len(left), len(right)) >= 6 and _side_by_side(left, right):
            best = (cost, at)
    return best[1] if best else None


def _side_by_side(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two groups are columns of text: next to each other, and wide enough."""
    tops = min(max(piece.base for piece in side) for side in (left, right))
    bottoms = max(min(piece.base for piece in side) for side in (left, right))
    shared = sum(bottoms <= piece.base <= tops for side in (left, right) for piece in side)
    if shared * 2 < len(left) + len(right):
        return False
    return all(
        median(piece.right - piece.left for piece in side) > _LEAST for side in (left, right)
    )


def _rows(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces of one column from top to bottom; those on one line are put together."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda one: (-one.base, one.left)):
        first = rows[-1][0] if rows else None
        if first and abs(first.base - piece.base) < 0.4 * max(piece.size, first.size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_row(sorted(row, key=lambda one: one.left)) for row in rows]


def _row(row: Sequence[Piece]) -> Piece:
    main = max(row, key=lambda one: len(one.text))
    text = row[0].text
    for before, piece in pairwise(row):
        wide = piece.left - before.right > 4 * piece.size
        text += ("      " if wide else " ") + piece.text
    bold = all(piece.bold for piece in row)
    return Piece(
        text, row[0].left, row[-1].right, main.base, main.size, bold, main.page, main.column
    )


class Text(msgspec.Struct, frozen=True):
    """A document's lines of running text, all its lines, and the numbers of its footnotes."""

    lines: tuple[Line, ...]
    source: tuple[str, ...]
    notes: frozenset[str]


def text_of(pages: Sequence[Sequence[Piece]]) -> Text:
    """The lines of a document from the rows of its pages; there is at least one row."""
    rows = [row for page in pages for row in page]
    sizes: Counter[float] = Counter()
    for row in rows:
        sizes[row.size] += len(row.text)
    body = sizes.most_common(1)[0][0]
    notes = [row for page in pages for row in _notes(page, body)]
    skipped = {id(row) for row in notes}
    setter = _Setter(rows, sizes, body)
    for number, row in enumerate(rows, 1):
        if id(row) not in skipped:
            setter.add(row, number)
    numbers = frozenset(found[0] for row in notes if (found := re.match(r"\d+", row.text)))
    return Text(tuple(setter.lines), tuple(row.text for row in rows), numbers)


class _Setter:
    """Makes lines of rows: indents, gaps, headings."""

    def __init__(self, rows: Sequence[Piece], sizes: Counter[float], body: float) -> None:
        larger = sorted((size for size in sizes if size >= body * _LARGER), reverse=True)
        self.levels = {size: min(6, level) for level, size in enumerate(larger, 1)}
        self.body = body
        self.margins = _margins(rows)
        self.lines: list[Line] = []
        self.before: Piece | None = None

    def add(self, row: Piece, number: int) -> None:
        """Adds a row; a heading set on two rows becomes one line."""
        line = self._line(row, number)
        self.before = row
        last = self.lines[-1] if self.lines else None
        if last is not None and _goes_on(last, line):
            self.lines[-1] = with_(last, text=f"{last.text} {line.text}", last=number)
        else:
            self.lines.append(line)

    def _line(self, row: Piece, number: int) -> Line:
        indent = round((row.left - self.margins[row.page, row.column]) / (0.5 * self.body))
        level = self.levels.get(row.size, 0) if len(row.text) <= _HEADING else 0
        gap = self._gap(row)
        before = self.before or row
        turned = (before.page, before.column) != (row.page, row.column)
        return Line(
            row.text,
            number,
            number,
            row.page,
            indent=max(0, min(indent, 40)),
            blank=int(gap or level > 0),
            cut=gap and turned,
            level=level,
            lead=len(row.text) if row.bold and not level else 0,
        )

    def _gap(self, row: Piece) -> bool:
        """Whether more than a line's distance lies between a row and the one before it."""
        before = self.before
        if before is None:
            return True
        same = (before.page, before.column) == (row.page, row.column)
        if row.bold and not before.bold and not same:
            return True
        if row.page == before.page and not same and row.base < before.base - _AWAY * row.size:
            return True  # the foot of the page
        return same and before.base - row.base > 1.75 * max(row.size, before.size)


def _goes_on(heading: Line, line: Line) -> bool:
    """Whether a line is the second one of a heading."""
    if not line.level or (heading.level, heading.page) != (line.level, line.page):
        return False
    return heading.last == line.number - 1 and len(heading.text) + len(line.text) < 200


def _margins(rows: Sequence[Piece]) -> dict[tuple[int, int], float]:
    """The left edge of each column: the leftmost place where more than a stray line begins."""
    places: dict[tuple[int, int], Counter[int]] = {}
    for row in rows:
        places.setdefault((row.page, row.column), Counter())[round(row.left)] += 1
    edges = {}
    for key, counts in places.items():
        least = max(2, sum(counts.values()) // 10)
        edges[key] = float(min((at for at, n in counts.items() if n >= least), default=min(counts)))
    return edges


def _notes(page: Sequence[Piece], body: float) -> Iterator[Piece]:
    """The footnotes of a page: smaller rows from the first that starts with a number, downwards."""
    small = {id(row) for row in page if row.size <= body * _SMALLER}
    bases = [row.base for row in page]
    half = min(bases, default=0.0) * (1 - _FOOT) + max(bases, default=0.0) * _FOOT
    starts = [row for row in page if id(row) in small and _NOTE.match(row.text)]
    for column in {row.column for row in starts}:
        tops = (row.base for row in starts if row.column == column and row.base <= half)
        for top in sorted(tops, reverse=True):
            under = [row for row in page if row.column == column and row.base <= top]
            notes = [row for row in under if id(row) in small]
            if len(notes) * 5 >= len(under) * 4:
                yield from notes
                break
