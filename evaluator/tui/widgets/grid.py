"""The score grid: options × criteria, every cell shaded by its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.display import rounded
from evaluator.model import ABSTAIN
from evaluator.tui.text import bar, beyond, figure, fit, open_bar, plain, width
from evaluator.tui.widgets.drawn import marked
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from rich.style import Style
    from textual import events

    from evaluator.model import Criterion, Option, Placing, Score
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.workshop import Workshop

COLUMN = 7  # cells of a column
VALUE = 6  # cells of the value
BAR = 10  # cells of a value of 100
LEAST_TITLE, SMALL_TITLE, GOOD_TITLE = 12, 20, 28


class Columns:
    """How a line of the grid is parted: number, title, criteria, value, bar.

    Where not all criteria fit, those around the cursor's are shown.
    """

    def __init__(self, cells: int, rows: int, criteria: int, column: int, lines: int) -> None:
        self.number = max(2, len(str(rows)))
        lead = self.number + 2
        value = VALUE if cells - lead - VALUE - COLUMN >= LEAST_TITLE else 0
        room = cells - lead - value
        if criteria * COLUMN + SMALL_TITLE > room:
            room -= max(LEAST_TITLE, cells // 3)
        shown = min(criteria, max(1, room // COLUMN))
        first = max(0, min(column - shown // 2, criteria - shown))
        self.first, self.last = first, first + shown
        title = cells - lead - value - shown * COLUMN
        self.bar = BAR + 1 if title - BAR - 1 >= GOOD_TITLE and lines == 1 else 0
        if lines > 1 and title - BAR - 1 >= 2 * GOOD_TITLE:
            self.bar = BAR + 1
        self.value = value
        self.title = max(0, title - self.bar)
        self.lead = lead

    def criterion_at(self, x: int) -> int | None:
        """The number of the criterion drawn at cell `x` of a line, or None."""
        at = (x - self.lead - self.title) // COLUMN + self.first
        return at if self.first <= at < self.last and x >= self.lead + self.title else None


class Grid(Listing):
    """Scores of one person; the cursor is on a cell.

    Attributes:
        column: the number of the criterion under the cursor.
        marks: tells which spans of an option's title to highlight, while there is a search.
        known: the options whose suggestions are worked out.
        missing: ids of the criteria whose plugin is not there.
    """

    head = 2
    empty = "No options yet."

    def __init__(self, workshop: Workshop, known: Collection[str]) -> None:
        super().__init__(id="list")
        self.workshop = workshop
        self.column = 0
        self.marks: Callable[[str], Sequence[tuple[int, int]]] | None = None
        self.known = known
        self.missing: Collection[str] = ()
        self._caught: tuple[int, str | None, int] | None = None
        self._criteria: list[Criterion] = []
        self._numbers: dict[str, int] = {}
        self._options: dict[str, Option] = {}
        self._placings: Mapping[str, Placing] = {}
        self._columns: tuple[tuple[int, ...], Columns] | None = None

    # -- what is shown

    def _catch_up(self) -> None:
        """Looks things up once for each revision of the workshop, person and round."""
        workshop = self.workshop
        standing = (workshop.revision, workshop.me, workshop.round)
        if self._caught == standing:
            return
        self._caught = standing
        counted = workshop.options
        self._options = {option.id: option for option in (*counted, *workshop.discounted)}
        self._numbers = {option.id: n for n, option in enumerate(counted, 1)}
        # Whoever does not take part has no values of their own, and need not see the group's.
        rows = workshop.ranking(workshop.me).rows if workshop.me is not None else ()
        self._placings = {row.option: row for row in rows}
        self._take_criteria(list(workshop.criteria.values()))
        self._ballot = workshop.ballot()
        self._shares = workshop.shares(workshop.me)
        self._again = workshop.again() | set(workshop.revotes())

    def _take_criteria(self, criteria: list[Criterion]) -> None:
        """The cursor stays on its criterion, though another has come in before it."""
        ids = [criterion.id for criterion in criteria]
        here = [criterion.id for criterion in self._criteria[self.column :]][:1]
        if here and here[0] in ids:
            self.column = ids.index(here[0])
        self._criteria = criteria

    @property
    def criteria(self) -> list[Criterion]:
        """The criteria, in order."""
        self._catch_up()
        return self._criteria

    @property
    def criterion(self) -> Criterion:
        """The criterion under the cursor; there must be one."""
        return self.criteria[min(self.column, len(self.criteria) - 1)]

    def number(self, id: str) -> int:
        """The number of an option, from 1, in file order; 0 where it does not count."""
        self._catch_up()
        return self._numbers.get(id, 0)

    def columns(self, cells: int) -> Columns:
        """How a line of this width is parted."""
        key = (cells, len(self._options), len(self.criteria), self.column, self.row_height)
        if self._columns is None or self._columns[0] != key:
            self._columns = key, Columns(*key)
        return self._columns[1]

    def turn_to(self, column: int) -> None:
        """Puts the cursor on another criterion of the same option."""
        column = max(0, min(column, len(self.criteria) - 1))
        if column == self.column:
            return
        before = self.columns(self.cells)
        self.column = column
        after = self.columns(self.cells)
        if (before.first, before.last) != (after.first, after.last):
            self.refresh()
        else:
            self.refresh_head()
            self.refresh_rows([self.current or ""])
        self.moved()

    # -- drawing

    def head_line(self, y: int, cells: int) -> Parts:
        """Names of the criteria, and their weights."""
        at, paint = self.columns(cells), self.paint
        shown = self._criteria[at.first : at.last]
        if y == 0:
            title, value, style = "OPTION", "VALUE", paint.head
            heads = [criterion.head for criterion in shown]
        else:
            title, value, style = "weight of 100", "", paint.muted
            gone = dict.fromkeys(self.missing, " ?")
            heads = [f"{rounded(100 * self._shares[c.id])}{gone.get(c.id, '')}" for c in shown]
        before = "‹" if y == 0 and at.first > 0 else " "
        after = "›" if y == 0 and at.last < len(self._criteria) else " "
        parts: Parts = [(" " * at.lead + fit(title, at.title - 1) + before, style)]
        for n, head in enumerate(heads, at.first):
            end = after if n == at.last - 1 else " "
            said = fit(head, COLUMN - 1, "center") + end
            parts.append((said, paint.strong if n == self.column else style))
        return [*parts, (fit(value, at.value), paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """An option with its scores, or (second line) the first words of its text."""
        self._catch_up()
        at = self.columns(cells)
        paint = self.paint
        option = self._options.get(id)
        if option is None:
            return []
        style = paint.strong if here else paint.base
        mark = ("▌", paint.bar) if here else (" ", paint.base)
        if y > 0:
            words = fit(beyond(option.title, option.summary, option.text), at.title - 1)
            return [mark, (" " * (at.lead - 1), paint.base), (words, paint.muted)]
        if not option.counts:
            reason = f"discounted: {option.reason}" if option.reason else "discounted"
            lead: Parts = [mark, (f"{'–':>{at.number}} ", paint.muted)]
            title = self._title(option, at.title, style if here else paint.muted)
            return [*lead, *title, (f" {reason}", paint.muted)]
        number = f"{self._numbers[id]:>{at.number}} "
        parts: Parts = [mark, (number, style if here else paint.muted)]
        parts += self._title(option, at.title, style)
        for n in range(at.first, at.last):
            parts += self._cell(id, self._criteria[n], here=here and n == self.column)
        return [*parts, *self._value(id, at, style)]

    def _title(self, option: Option, cells: int, style: Style) -> Parts:
        spans = self.marks(option.id) if self.marks else ()
        line = fit(option.title, cells)
        if not spans or plain(option.title) != option.title:
            return [(line, style)]
        return marked(line, sorted(spans), style, self.paint.mark)

    def _cell(self, id: str, criterion: Criterion, *, here: bool) -> Parts:
        score = self._ballot.score(id, criterion.id)
        said, value = shown(score, criterion)
        aside = self._aside(id, criterion, score)
        if here:
            text, style = f"[{said}]", self.paint.cursor
        else:
            text, style = said, self.paint.muted if value is None else self.paint.heat(value)
        if width(text + aside) > COLUMN - 2:
            gap = COLUMN - 1 if width(text + aside) < COLUMN else COLUMN
            return [(fit(text + aside, gap), style), (" " * (COLUMN - gap), self.paint.base)]
        # The figure keeps its place, whatever stands beside it.
        before = " " * min((COLUMN - 1 - width(text)) // 2, COLUMN - 2 - width(text + aside))
        inner = fit(before + text + aside, COLUMN - 2)
        return [(" ", self.paint.base), (inner, style), (" ", self.paint.base)]

    def _aside(self, id: str, criterion: Criterion, score: Score | None) -> str:
        """What stands beside a score.

        ↻: to be scored again, as the group wants or as it was given on an earlier wording;
        ˄ ˅: above or below what the text suggests; *: has a note.
        """
        said = "↻" if (id, criterion.id) in self._again else ""
        if isinstance(score, int | float) and id in self.known:
            found = self.workshop.suggestion(id, criterion.id)
            if found is not None and found.score != score:
                said += "˄" if score > found.score else "˅"
        return said + ("*" if self._ballot.notes.get(id, {}).get(criterion.id) else "")

    def _value(self, id: str, at: Columns, style: Style) -> Parts:
        placing = self._placings.get(id)
        if placing is None or not at.value:
            return []
        figure_ = "–" if placing.value is None else rounded(placing.value)
        parts: Parts = [(fit(figure_, at.value - 1, "right") + " ", style)]
        if not at.bar:
            return parts
        if placing.value is not None:
            return [*parts, (bar(placing.value, BAR), self.paint.bar)]
        low, high = placing.low or 0, placing.high or 0
        drawn = open_bar(low, high, BAR)
        sure = drawn.count("━")
        return [*parts, (drawn[:sure], self.paint.bar), (drawn[sure:], self.paint.rest)]

    # -- mouse

    def heading_at(self, x: int) -> str | None:
        """A criterion's id, "value", or "" for the options'."""
        at = self.columns(self.cells)
        column = at.criterion_at(x)
        if column is not None:
            return self.criteria[column].id
        return "value" if x >= at.lead + at.title else ""

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a cell."""
        column = self.columns(self.cells).criterion_at(event.x)
        if column is not None and self.row_at(event.y) is not None:
            self.turn_to(column)


def shown(score: Score | None, criterion: Criterion) -> tuple[str, float | None]:
    """How a score is printed in a cell, and its value 0–100 (None where it has none)."""
    if score is None:
        return "·", None
    if isinstance(score, str):
        return ("–" if score == ABSTAIN else plain(score)), None
    said = figure(score)
    return said, criterion.value(score) if criterion.holds(score) else None
