"""Where the ballots put each option: a strip of marks per option, the most split first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.display import rounded
from evaluator.tui.text import fit
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.sections import Sections

if TYPE_CHECKING:
    from evaluator.tui.widgets.drawn import Parts

_SPREAD = 11


class Row(NamedTuple):
    """One option's overall values over the ballots.

    Attributes:
        number: its number in the options file.
        title: the option's title.
        values: 0–100, one per ballot that scored it whole.
        middle: lower and upper quartile; None: too few ballots.
        median: the middle value; None: no ballot.
        spread: the distance between the quartiles; None: too few ballots.
        word: "split", "mixed", "close"; or why there is no spread.
    """

    number: str
    title: str
    values: tuple[float, ...]
    middle: tuple[float, float] | None
    median: float | None
    spread: float | None
    word: str


class Strips(Sections):
    """Strips of ballots, one row per option."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.caption = ""

    def show_strips(self, rows: Sequence[tuple[str, Any]], caption: str) -> None:
        """Shows other strips; `caption` says in which order."""
        self.caption = caption
        self.show(rows)

    @staticmethod
    def _widths(cells: int) -> tuple[int, int]:
        free = max(0, cells - 5 - _SPREAD)
        strip = min(81, free * 56 // 100)
        return free - strip, strip

    def head_line(self, y: int, cells: int) -> Parts:
        """The axis over the strips."""
        title, strip = self._widths(cells - 1)
        text = " " * 5 + fit(self.caption, title) + " " + bars.axis(strip)
        return [(text + fit(" SPREAD", _SPREAD), self.paint.head)]

    def heading_at(self, x: int) -> str:
        """Over the titles "file", over the strips "rank", at the right "spread"."""
        title, strip = self._widths(self.cells - 1)
        if x < 6 + title:
            return "file"
        return "rank" if x < 6 + title + strip else "spread"

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """One option's strip."""
        paint = self.paint
        title, strip = self._widths(cells)
        if not isinstance(data, Row):
            return [(" " * 4 + str(data), paint.muted)]
        line = bars.strip(data.values, strip, middle=data.middle, median=data.median)
        spread = "" if data.spread is None else rounded(data.spread)
        return [
            (fit(data.number, 3, "right") + " " + fit(data.title, title) + " ", paint.base),
            (line, paint.bar),
            (fit(spread, 4, "right") + " " + fit(data.word, _SPREAD - 5), paint.base),
        ]
