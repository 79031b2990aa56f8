"""The ranking: rank, change, title, value and what makes it up, one row per option."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.display import rounded
from evaluator.model import Option, Placing
from evaluator.tui.text import fit, open_bar, width
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.drawn import Parts
from evaluator.tui.widgets.sections import Sections

if TYPE_CHECKING:
    from rich.style import Style

_VALUE = 7
_SINCE = 9
_METHOD = 7


class Place(NamedTuple):
    """One option in the ranking, with what the list says of it besides.

    Attributes:
        placing: rank, value and contributions.
        tied: whether another option has the same rank.
        since: places gained (below 0: lost) since the round before; None: not known.
        others: its rank by each of the other methods; None: not ranked.
    """

    placing: Placing
    tied: bool = False
    since: int | None = None
    others: tuple[int | None, ...] = ()

    @property
    def rank(self) -> str:
        """Its rank as it is printed: `3`, `=3` where it is shared, `2–5` where cells are open."""
        best, worst = self.placing.rank_best, self.placing.rank_worst
        if self.placing.rank is None:
            return str(best) if best == worst else f"{best}–{worst}"
        return f"={self.placing.rank}" if self.tied else str(self.placing.rank)

    @property
    def apart(self) -> bool:
        """Whether another method puts it two or more places from here."""
        own = self.placing.rank
        return own is not None and any(r is not None and abs(r - own) > 1 for r in self.others)


class Board(NamedTuple):
    """What the headings and all rows of a ranking share.

    Attributes:
        criteria: (id, short name) in order of the columns.
        decimals: digits after the point that keep unlike values apart.
        since: the round that changes are counted from; 0: none.
        methods: short names of the other methods.
        top: the value whose bar is full.
        intervals: whether some options have open cells.
        stacked: whether bars are made of what each criterion adds.
        sorted: the heading that the list is sorted by; empty: by rank.
    """

    criteria: tuple[tuple[str, str], ...]
    decimals: int = 0
    since: int = 0
    methods: tuple[str, ...] = ()
    top: float = 100.0
    intervals: bool = False
    stacked: bool = True
    sorted: str = ""


class _Columns(NamedTuple):
    rank: int
    since: int
    title: int
    bar: int
    methods: int


def decimals(values: Sequence[float], most: int = 2) -> int:
    """The fewest digits after the point that keep every two unlike values apart, up to `most`."""
    pairs = [(a, b) for a, b in pairwise(sorted(values)) if b - a > 1e-9]
    if all(rounded(a) != rounded(b) for a, b in pairs):
        return 0
    for digits in range(1, most):
        if all(f"{a:.{digits}f}" != f"{b:.{digits}f}" for a, b in pairs):
            return digits
    return most


class RankList(Sections):
    """Options in order: complete ones ranked, then the open ones, then those left out."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.board = Board(())
        self.longest = 24

    def show_ranking(self, board: Board, rows: Sequence[tuple[str, Any]]) -> None:
        """Shows another ranking: rows hold a `Place`, an option left out, or a heading's text."""
        self.board = board
        titles = [data.placing.title for _, data in rows if isinstance(data, Place)]
        self.longest = max(map(width, titles), default=24)
        self.head = 2 if board.methods else 1
        self.show(rows)

    def _columns(self, cells: int) -> _Columns:
        board = self.board
        rank = 6 if board.intervals else 4
        since = _SINCE if board.since and cells >= 60 else 0
        methods = _METHOD * len(board.methods) + 6 if board.methods else 0
        if methods > cells - 90:
            methods = 0
        free = max(0, cells - rank - since - _VALUE - 2 - methods)
        title = min(self.longest + 1, free * 56 // 100)
        return _Columns(rank, since, title, free - title, methods)

    # -- headings

    def head_line(self, y: int, cells: int) -> Parts:
        """What the columns are."""
        paint, at = self.paint, self._columns(cells - 1)
        if y == 1:
            names = "".join(fit(name, _METHOD, "right") for name in self.board.methods)
            return [(" " * (cells - at.methods), paint.base), (" │" + names, paint.head)]
        since = fit(f"since r{self.board.since}", at.since) if at.since else ""
        found: Parts = [
            (" " + fit("#", at.rank - 1, "right") + " ", paint.head),
            (since, self._look("since")),
            (fit("OPTION", at.title), self._look("title")),
            (fit("VALUE", _VALUE, "right") + "  ", paint.head),
            *self._legend(at.bar),
        ]
        if at.methods:
            found.append((fit(" │ by other methods", at.methods), paint.head))
        return found

    def _look(self, column: str) -> Style:
        return self.paint.strong if column == self.board.sorted else self.paint.head

    def _entries(self, cells: int) -> list[tuple[str, str, int]]:
        """(criterion, short name, cells) of those named over the bars, as many as there is room."""
        found: list[tuple[str, str, int]] = []
        used = 0
        for id, name in self.board.criteria if self.board.stacked else ():
            size = width(name) + 2
            if used + size - 1 > cells:
                break
            found.append((id, name, size))
            used += size
        return found

    def _legend(self, cells: int) -> Parts:
        found: Parts = []
        entries = self._entries(cells)
        for n, (id, name, _) in enumerate(entries):
            found += [(name, self._look(id)), (bars.glyph(n) + " ", self.paint.bar)]
        return [*found, (" " * (cells - sum(size for *_, size in entries)), self.paint.base)]

    def heading_at(self, x: int) -> str | None:
        """The heading "since", "title" or "value", or a criterion's id."""
        at = self._columns(self.cells - 1)
        columns: list[tuple[str | None, int]] = [(None, 1 + at.rank), ("since", at.since)]
        columns += [("title", at.title), ("value", _VALUE + 2)]
        columns += [(id, size) for id, _, size in self._entries(at.bar)]
        for name, size in columns:
            if x < size:
                return name
            x -= size
        return None

    # -- rows

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """One option: ranked, still open, or left out."""
        at = self._columns(cells)
        if isinstance(data, Option):
            return self._left_out(data, at)
        paint = self.paint
        found = [
            (fit(data.rank, at.rank - 1, "right") + " ", paint.base),
            (fit(_since(data.since), at.since), paint.base),
            (fit(data.placing.title, at.title), paint.base),
            (fit(self.value(data.placing), _VALUE, "right") + "  ", paint.base),
            *self._bar(data.placing, at.bar),
        ]
        return [*found, *self._others(data, at)] if at.methods else found

    def value(self, placing: Placing) -> str:
        """A value as it is printed; where cells are open, from the lowest to the highest."""
        if placing.value is not None:
            digits = self.board.decimals
            return rounded(placing.value, digits)
        if placing.low is None or placing.high is None:
            return "–"
        return f"{rounded(placing.low)}–{rounded(placing.high)}"

    def _bar(self, placing: Placing, cells: int) -> Parts:
        paint, top = self.paint, self.board.top
        parts = [placing.contributions.get(id) for id, _ in self.board.criteria]
        if placing.complete and any(part is not None for part in parts):
            sizes = bars.stack(parts, cells, top)
            line = "".join(bars.glyph(n) * size for n, size in enumerate(sizes))
            return [(fit(line, cells), paint.bar)]
        low, high = (
            (placing.value, placing.value) if placing.complete else (placing.low, placing.high)
        )
        line = open_bar(low or 0.0, high or 0.0, cells, top)
        sure = line.rstrip("┄")
        rest = fit(line[len(sure) :], cells - width(sure))
        return [(sure, paint.bar), (rest, paint.rest)]

    def _others(self, place: Place, at: _Columns) -> Parts:
        ranks = ["–" if rank is None else str(rank) for rank in place.others]
        line = " │" + "".join(fit(rank, _METHOD, "right") for rank in ranks)
        return [(line, self.paint.base), ("  ≠ " if place.apart else "    ", self.paint.warn)]

    def _left_out(self, option: Option, at: _Columns) -> Parts:
        muted = self.paint.muted
        return [
            (" " * (at.rank + at.since), muted),
            (fit(option.title, at.title + _VALUE) + "  ", muted),
            (fit(option.reason or "no reason given", at.bar + at.methods), muted),
        ]


def _since(places: int | None) -> str:
    if not places:
        return ""
    return f"  ▲{places}" if places > 0 else f"  ▼{-places}"
