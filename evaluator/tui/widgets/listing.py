"""The list of options that every view is made of: one widget draws all rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView

from evaluator.tui.widgets.drawn import Parts, strip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.strip import Strip

    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.theme import Paint


class Listing(ScrollView, can_focus=False, inherit_bindings=False):
    """Rows with a cursor, under a head that stays.

    A view says which rows there are by `set_rows`; a subclass draws them by `row_line`, and the
    head by `head_line`. Only what changed is drawn again: the rows the cursor leaves and enters,
    and those named to `refresh_rows`.

    Attributes:
        rows: the ids of the rows, in order.
        cursor: the number of the row under the cursor, 0 where there is none.
        head: lines of the head.
        row_height: lines of one row.
        empty: what is said where there are no rows.
        follow: called whenever the cursor has moved, before anything is drawn.
    """

    head = 1
    row_height = 1
    empty = ""

    class Moved(Message):
        """The cursor is on another row, or on another cell of it."""

        def __init__(self, listing: Listing) -> None:
            super().__init__()
            self.listing = listing

        @property
        def control(self) -> Listing:
            """The list that was moved in."""
            return self.listing

    class HeadClicked(Message):
        """A heading was clicked; `name` says which column."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows: list[str] = []
        self.cursor = 0
        self.follow: Callable[[], None] | None = None

    def moved(self) -> None:
        """Tells the view: at once by `follow`, to be drawn in one frame, and by `Moved`."""
        if self.follow is not None:
            self.follow()
        self.post_message(self.Moved(self))

    @property
    def paint(self) -> Paint:
        """The styles of the theme in force."""
        return cast("EvaluatorApp", self.app).paint

    @property
    def current(self) -> str | None:
        """The id of the row under the cursor."""
        return self.rows[self.cursor] if self.rows else None

    @property
    def cells(self) -> int:
        """How many cells a line has, beside the scroll bar."""
        return self.size.width - self.scrollbar_size_vertical

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return max(1, (self.size.height - self.head) // self.row_height)

    # -- what a subclass draws

    def head_line(self, y: int, cells: int) -> Parts:
        """Line `y` of the head."""
        raise NotImplementedError

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """Line `y` (from 0) of a row; `here`: it is the cursor's."""
        raise NotImplementedError

    # -- rows and cursor

    def set_rows(self, ids: Sequence[str], *, at: str | None = None) -> None:
        """Shows these rows; the cursor stays on its row, or goes to `at`, or to the first."""
        wanted = at if at is not None else self.current
        self.rows = list(ids)
        self.cursor = self.rows.index(wanted) if wanted in self.rows else 0
        self._fit()
        self._into_view()
        self.refresh()
        self.moved()

    def go(self, row: int) -> None:
        """Puts the cursor on a row, counted from 0; outside the list: the nearest end."""
        row = min(max(row, 0), len(self.rows) - 1)
        if row < 0 or row == self.cursor:
            return
        before, self.cursor = self.cursor, row
        self._refresh_numbers((before, row))
        self._into_view()
        self.moved()

    def go_to(self, id: str) -> None:
        """Puts the cursor on the row with this id, if it is there."""
        if id in self.rows:
            self.go(self.rows.index(id))

    def refresh_rows(self, ids: Iterable[str]) -> None:
        """Draws these rows again."""
        wanted = set(ids)
        self._refresh_numbers(n for n, id in enumerate(self.rows) if id in wanted)

    def _refresh_numbers(self, numbers: Iterable[int]) -> None:
        top = self.head - round(self.scroll_y)
        regions = [
            region for number in numbers if (region := self._region(top + number * self.row_height))
        ]
        if regions:
            self.refresh(*regions)

    def _region(self, y: int) -> Region:
        """The part of a row at line `y` that can be seen; false where none can."""
        above = max(y, self.head)
        below = min(y + self.row_height, self.size.height)
        return Region(0, above, self.size.width, max(0, below - above))

    def refresh_head(self) -> None:
        """Draws the head again."""
        self.refresh(Region(0, 0, self.size.width, self.head))

    def _fit(self) -> None:
        lines = self.head + len(self.rows) * self.row_height
        self.virtual_size = Size(1, max(lines, self.head + 1))  # lines are as wide as the widget

    def _into_view(self) -> None:
        height = self.size.height - self.head
        if height <= 0:
            return
        top = self.cursor * self.row_height
        bottom = top + self.row_height
        if top < self.scroll_y:
            self.scroll_to(y=top, animate=False, immediate=True, force=True)
        elif bottom > self.scroll_y + height:
            self.scroll_to(y=bottom - height, animate=False, immediate=True, force=True)

    # -- drawing

    def render_line(self, y: int) -> Strip:
        """One line, as Textual asks for it."""
        cells, base = self.cells, self.paint.base
        if y < self.head:
            return strip(self.head_line(y, cells), cells, base)
        number, line = divmod(y - self.head + round(self.scroll_y), self.row_height)
        if number < len(self.rows):
            id = self.rows[number]
            return strip(self.row_line(id, line, cells, here=number == self.cursor), cells, base)
        if not self.rows and number == 0 and line == 0:
            return strip([("  " + self.empty, self.paint.muted)], cells, base)
        return strip([], cells, base)

    def on_resize(self) -> None:
        """Keeps the cursor in view."""
        self._fit()
        self.call_after_refresh(self._into_view)

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        """A click puts the cursor on a row; on a heading it asks for another order."""
        event.stop()
        name = self.heading_at(event.x) if event.y < self.head else None
        if name is not None:
            self.post_message(self.HeadClicked(name))
        row = self.row_at(event.y)
        if row is not None:
            self.go(row)

    def heading_at(self, x: int) -> str | None:
        """The column whose heading is drawn at cell `x`; None: it sorts nothing."""
        return None

    def row_at(self, y: int) -> int | None:
        """The number of the row drawn at line `y` of the widget, or None."""
        if y < self.head:
            return None
        number = (y - self.head + round(self.scroll_y)) // self.row_height
        return number if number < len(self.rows) else None
