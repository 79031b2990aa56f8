"""Weights as bars that move: one row per criterion, or per pair of criteria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.display import rounded
from evaluator.tui.text import bar, fit, width
from evaluator.tui.widgets.sections import Sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.tui.widgets.drawn import Parts

_SCALE = 17  # places on Saaty's scale, from 9 times the one to 9 times the other


class Weight(NamedTuple):
    """A criterion's weight beside that of somebody else.

    Attributes:
        title: the criterion.
        glyph: the mark that stands for it in bars.
        weight: the raw weight, as it is printed.
        share: 0–1.
        other: the share to compare with, 0–1; None: there is none.
    """

    title: str
    glyph: str
    weight: str
    share: float
    other: float | None = None


class Swing(NamedTuple):
    """A criterion's swing: its place, from what to what, its rating; None: not picked yet."""

    title: str
    place: int | None
    worst: str
    best: str
    rating: float | None
    share: float | None


class Pair(NamedTuple):
    """Two criteria: `said` steps (0–8) towards the first where below 0; None: not judged yet."""

    one: str
    other: str
    said: int | None


class WeightList(Sections):
    """The list of the Weights view, in one of its ways to weigh."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.heads: tuple[str, ...] = ()
        self.top = 1.0

    def show_weights(
        self, heads: Sequence[str], rows: Sequence[tuple[str, Any]], *, at: str | None = None
    ) -> None:
        """Shows other rows; `heads` are the headings of their columns."""
        self.heads = tuple(heads)
        shares = [x for _, d in rows if isinstance(d, Weight) for x in (d.share, d.other or 0)]
        self.top = max(shares, default=1.0) or 1.0
        self.show(rows, at=at)

    def _sample(self) -> Any:
        return next(iter(self.data.values()), None)

    @staticmethod
    def _weight_columns(cells: int) -> tuple[int, int]:
        """(title, one bar)."""
        title = max(12, min(32, cells // 3))
        return title, max(4, min(50, (cells - title - 25) // 2))

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings of the columns."""
        sample, heads = self._sample(), (*self.heads, "", "", "", "")
        if isinstance(sample, Weight):
            title, size = self._weight_columns(cells - 1)
            text = fit("CRITERION", title + 3) + fit("WEIGHT", 7, "right") + fit(heads[0], size + 9)
            return [(" " + text + fit(heads[1], size + 6), self.paint.head)]
        if isinstance(sample, Swing):
            words, _ = self._swing_columns(cells - 1)
            text = fit("#", 3, "right") + " " + fit("SWING", words) + fit(heads[0], 7, "right")
            return [(" " + text + fit(heads[1], 7, "right"), self.paint.head)]
        side = self._side(cells - 1)
        text = fit("", side) + fit("9 ← equal → 9", _SCALE + 2, "center")
        return [(" " + text + "   " + heads[0], self.paint.head)]

    @staticmethod
    def _swing_columns(cells: int) -> tuple[int, int]:
        """(words, bar)."""
        room = cells - 4 - 16
        size = max(0, min(30, room - 40))
        return room - size, size

    @staticmethod
    def _side(cells: int) -> int:
        return max(8, min(24, (cells - _SCALE - 30) // 2 + 6))

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """One row."""
        if isinstance(data, Weight):
            return self._weight(data, cells)
        if isinstance(data, Swing):
            return self._swing(data, cells)
        return self._pair(data, cells)

    def _weight(self, row: Weight, cells: int) -> Parts:
        paint = self.paint
        title, size = self._weight_columns(cells)
        found: Parts = [
            (fit(row.title, title) + " ", paint.base),
            (row.glyph + " ", paint.bar),
            (fit(row.weight, 7, "right") + f"{100 * row.share:6.1f}% ", paint.base),
            (fit(bar(row.share, size, self.top), size + 1), paint.bar),
        ]
        if row.other is not None:
            found.append((f"{100 * row.other:5.1f}% ", paint.muted))
            found.append((bar(row.other, size, self.top).replace("━", "─"), paint.muted))
        return found

    def _swing(self, row: Swing, cells: int) -> Parts:
        paint = self.paint
        words, size = self._swing_columns(cells)
        place = "–" if row.place is None else str(row.place)
        rating = "" if row.rating is None else rounded(row.rating)
        share = "" if row.share is None else f"{rounded(100 * row.share)} %"
        title = fit(row.title, min(width(row.title), max(8, words // 3)))
        text = f"{title}: {row.worst} → {row.best}"
        return [
            (fit(place, 3, "right") + " " + fit(text, words), paint.base),
            (fit(rating, 7, "right") + fit(share, 7, "right") + "  ", paint.base),
            (bar(row.rating or 0, size), paint.bar),
        ]

    def _pair(self, row: Pair, cells: int) -> Parts:
        paint, side = self.paint, self._side(cells)
        places = ["─"] * _SCALE
        places[_SCALE // 2] = "┼"
        if row.said is not None:
            places[_SCALE // 2 + row.said] = "◆"
        return [
            (fit(row.one, side, "right") + " ", paint.base),
            ("".join(places), paint.bar),
            (" " + fit(row.other, side) + "  ", paint.base),
            (_in_words(row), paint.muted),
        ]


def _in_words(row: Pair) -> str:
    if row.said is None:
        return "not judged"
    if row.said == 0:
        return "equally"
    return f"{row.one if row.said < 0 else row.other} {abs(row.said) + 1} ×"
