"""Which share of all weightings gives an option which rank: one row per option, one cell a rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.display import rounded
from evaluator.tui.text import fit, width
from evaluator.tui.widgets.sections import BOLD, Sections

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

    from evaluator.tui.theme import Paint
    from evaluator.tui.widgets.drawn import Parts

CELL = 3
SHORT = 12  # cells of a title, at least
MOST = 99  # ranks with a column: names of three digits would run together
STEPS = ((0.5, 100, "50 and over"), (0.25, 72, "25–49"), (0.1, 44, "10–24"), (0.01, 18, "1–9"))
FAINT = "·"


class Row(NamedTuple):
    """One option's shares (0–1) by rank.

    Attributes:
        rank: where it stands today, as it is printed.
        title: the option's title.
        shares: of rank 1, 2, 3 …
        central: the weights (0–1) that speak for it, by criterion; None: it is never first.
    """

    rank: str
    title: str
    shares: tuple[float, ...]
    central: tuple[float, ...] | None = None

    @property
    def top(self) -> float:
        """The share of weightings that put it among the first three."""
        return sum(self.shares[:3])


def figure(share: float) -> str:
    """A share as a whole percentage; `·` under 1 %."""
    return FAINT if share < 0.01 else rounded(100 * share)


def shade(share: float, paint: Paint) -> Style:
    """The style of a heat cell: five steps of one hue, the same for every option."""
    for least, heat, _ in STEPS:
        if share >= least:
            return paint.heat(heat)
    return paint.muted


def legend(paint: Paint) -> Parts:
    """What the shades mean."""
    found: Parts = [
        (" ramp  ", paint.muted),
        (f" {FAINT} ", paint.muted),
        ("under 1   ", paint.muted),
    ]
    for _, heat, says in reversed(STEPS):
        found += [("   ", paint.heat(heat)), (f" {says}   ", paint.muted)]
    return found


class _Columns(NamedTuple):
    title: int
    ranks: int
    folded: bool
    beside: int

    def cell(self, n: int) -> int:
        """Cells of a rank's column; the last, where it holds several ranks, has a longer name."""
        return CELL + 1 if self.folded and n == self.ranks - 1 else CELL

    @property
    def before(self) -> int:
        """Cells up to what stands beside the ranks."""
        return 5 + self.title + sum(map(self.cell, range(self.ranks)))


class HeatMap(Sections):
    """The heat map; its cursor stands on a cell, and figures are printed in every one."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.column = 0
        self.heads: tuple[str, ...] = ()
        self.wide = False
        self.longest = SHORT

    def show_heat(
        self, rows: Sequence[tuple[str, Any]], heads: Sequence[str], *, wide: bool
    ) -> None:
        """Shows other shares; `heads` are short names of the criteria, for the central weights."""
        self.heads, self.wide = tuple(heads), wide
        self.head = 2 if self._columns(self.cells - 1).beside else 1
        titles = [row.title for _, row in rows if isinstance(row, Row)]
        self.longest = max(map(width, titles), default=SHORT)
        self.show(rows)
        self.column = min(self.column, max(0, self._columns(self.cells - 1).ranks - 1))

    @property
    def ranks(self) -> int:
        """How many ranks there are."""
        return max((len(r.shares) for r in self.data.values() if isinstance(r, Row)), default=0)

    def _columns(self, cells: int) -> _Columns:
        beside = 9 + 7 * len(self.heads) if self.wide else 0
        if cells - beside < 80:
            beside = 0
        room = cells - 4 - beside
        title = max(SHORT, min(self.longest + 1, room - CELL * self.ranks))
        fitting = min(MOST, max(1, (room - title) // CELL))
        if fitting >= self.ranks:
            return _Columns(title, self.ranks, folded=False, beside=beside)
        fitting = min(MOST, max(1, (room - title - 1) // CELL))
        return _Columns(title, fitting, folded=True, beside=beside)

    # -- drawing

    def head_line(self, y: int, cells: int) -> Parts:
        """The ranks over their columns; the cursor's stands out."""
        paint, at = self.paint, self._columns(cells - 1)
        if y < self.head - 1:
            caption = " share of all weightings in which an option takes each rank (%)"
            text = fit(caption, at.before)
            return [(text + " │        best weights", paint.head)]
        says = "" if self.head > 1 else "% at rank"
        title = fit("OPTION", at.title - 10) + fit(says, 10, "right")
        found: Parts = [(" " + fit("#", 3, "right") + " " + title, paint.head)]
        for n in range(at.ranks):
            name = f"{n + 1}+" if at.folded and n == at.ranks - 1 else str(n + 1)
            style = paint.strong + BOLD if n == self.column else paint.head
            name = f"▾{name}" if n == self.column and len(name) < CELL else name
            found.append((fit(name, at.cell(n), "right"), style))
        if at.beside:
            names = "".join(fit(head, 7, "right") for head in self.heads)
            found.append((" │ top 3" + names, paint.head))
        return found

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """One option's row."""
        paint, at = self.paint, self._columns(cells)
        if not isinstance(data, Row):
            return [(" " * 4 + str(data), paint.muted)]
        found: Parts = [(fit(data.rank, 3, "right") + " " + fit(data.title, at.title), paint.base)]
        for n in range(at.ranks):
            last = at.folded and n == at.ranks - 1
            share = sum(data.shares[n:]) if last else data.shares[n]
            here = n == self.column and id == self.current
            style = paint.cursor if here else shade(share, paint)
            found.append((fit(figure(share), at.cell(n), "right"), style))
        return [*found, *self._beside(data)] if at.beside else found

    def _beside(self, row: Row) -> Parts:
        paint = self.paint
        weights = ("–",) * len(self.heads)
        if row.central is not None:
            weights = tuple(rounded(100 * weight) for weight in row.central)
        text = "".join(fit(weight, 7, "right") for weight in weights)
        return [(f" │ {100 * row.top:4.0f}%", paint.base), (text, paint.muted)]

    # -- the cell of the cursor

    def turn(self, by: int) -> None:
        """Moves the cursor by so many ranks."""
        most = self._columns(self.cells - 1).ranks - 1
        column = min(max(self.column + by, 0), max(0, most))
        if column != self.column:
            self.column = column
            self.refresh_head()
            if self.current:
                self.refresh_rows((self.current,))
            self.post_message(self.Moved(self))

    def span(self) -> tuple[int, int]:
        """The ranks, from 1, that the cursor's cell stands for: (first, last)."""
        at = self._columns(self.cells - 1)
        last = self.ranks if at.folded and self.column == at.ranks - 1 else self.column + 1
        return self.column + 1, last

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a cell."""
        at = self._columns(self.cells - 1)
        column = (event.x - 5 - at.title) // CELL
        if 0 <= column < at.ranks:
            self.turn(column - self.column)
