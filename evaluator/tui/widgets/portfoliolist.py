"""The portfolio: what is chosen, what just misses, and what each option costs and brings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.display import rounded
from evaluator.tui.text import bar, figure, fit, width
from evaluator.tui.widgets.sections import Sections

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.tui.widgets.drawn import Parts

_NAME = 8  # cells of one resource
_CORE = 6


class Row(NamedTuple):
    """One option as the portfolio sees it.

    Attributes:
        mark: `●` chosen, `○` not; `▲` must, `▽` must not.
        title: the option's title.
        worth: points of overall value above the reference; None: some scores are missing.
        uses: what it uses up of each resource that is shown; None: it names none.
        core: share (0–1) of weightings in which it is in the best set; None: not known yet.
    """

    mark: str
    title: str
    worth: float | None
    uses: tuple[float | None, ...]
    core: float | None


class PortfolioList(Sections):
    """Options under headings: chosen, just missed, not chosen, left out."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.resources: tuple[str, ...] = ()
        self.longest = 24

    def show_options(self, resources: Sequence[str], rows: Sequence[tuple[str, Any]]) -> None:
        """Shows other rows; `resources` head the columns of costs."""
        self.resources = tuple(resources)
        titles = [data.title for _, data in rows if isinstance(data, Row)]
        self.longest = max(map(width, titles), default=24)
        self.show(rows)

    def _columns(self, cells: int) -> tuple[int, int, int]:
        """(title, resources shown, bar)."""
        shown = max(0, min(len(self.resources), (cells - 40) // _NAME))
        room = cells - 3 - 8 - _NAME * shown - _CORE
        size = max(0, min(24, room - 30))
        return max(8, min(self.longest + 2, room - size)), shown, size

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings of the columns."""
        title, shown, size = self._columns(cells - 1)
        names = "".join(fit(name, _NAME - 1, "right") + " " for name in self.resources[:shown])
        text = "    " + fit("OPTION", title) + fit("WORTH", 7, "right") + " " + names
        return [(text + fit("CORE", _CORE - 1, "right") + " " * size, self.paint.head)]

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """One option."""
        paint = self.paint
        title, shown, size = self._columns(cells)
        if not isinstance(data, Row):
            return [("   " + fit(str(data), cells - 3), paint.muted)]
        uses = "".join(
            fit("" if use is None else figure(use), _NAME - 1, "right") + " "
            for use in data.uses[:shown]
        )
        worth = "–" if data.worth is None else rounded(data.worth, 1)
        core = "" if data.core is None else f"{rounded(100 * data.core)}%"
        return [
            (f"{data.mark}  ", paint.bar),
            (fit(data.title, title) + fit(worth, 7, "right") + " " + uses, paint.base),
            (fit(core, _CORE - 1, "right") + " ", paint.base),
            (bar(data.core or 0, size, 1), paint.bar),
        ]
