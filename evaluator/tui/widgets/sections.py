"""A list with headings between its rows, and a pane of drawn lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.style import Style

from evaluator.tui.text import fit, width
from evaluator.tui.widgets.drawn import Drawn, Parts, strip
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.geometry import Size

    from evaluator.tui.theme import Paint

EDGE = "▌"
HEADING = "§"  # no option's id begins with it
BOLD = Style(bold=True)


class Sections(Listing):
    """Rows that hold data, under headings that the cursor passes over.

    Rows are (id, data); one whose id begins with `§` is a heading and its data the text. A
    subclass draws a row by `cells_of` and the head by `head_line`. The cursor begins on the row
    `first`, if it is there.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.data: dict[str, Any] = {}
        self.first: str | None = None

    def show(self, rows: Iterable[tuple[str, Any]], *, at: str | None = None) -> None:
        """Shows these rows; the cursor stays on its row."""
        self.data = dict(rows)
        before, wanted = self.virtual_size, at if at is not None else self.current or self.first
        self.set_rows(list(self.data), at=wanted)
        if self.rows and self.rows[self.cursor].startswith(HEADING):
            self.go(self.cursor + 1)
        auto = self.styles.height is not None and self.styles.height.is_auto
        if auto and before.height != self.virtual_size.height:
            self.refresh(layout=True)

    def go(self, row: int) -> None:
        """Puts the cursor on a row, past a heading where one stands there."""
        if not self.rows:
            return
        last = len(self.rows) - 1
        row = min(max(row, 0), last)
        ahead, behind = range(row, last + 1), range(row, -1, -1)
        order = (*behind, *ahead) if row < self.cursor else (*ahead, *behind)
        found = (n for n in order if not self.rows[n].startswith(HEADING))
        super().go(next(found, row))
        if not any(not id.startswith(HEADING) for id in self.rows[: self.cursor]):
            self.scroll_to(y=0, animate=False, immediate=True)

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """The parts of one row, `cells` wide, without the edge before it."""
        raise NotImplementedError

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """One row: the edge, and what the subclass draws; bold where the cursor is."""
        data = self.data.get(id)
        if id.startswith(HEADING):
            return [("    " + str(data), self.paint.head)]
        parts = self.cells_of(id, data, cells - 1)
        if not here:
            return [(" ", self.paint.base), *parts]
        return [(EDGE, self.paint.bar), *((text, style + BOLD) for text, style in parts)]


class Pane(Drawn):
    """Lines that a view has made; as high as they are where its height is `auto`.

    Where there is no room for all of them the last line in view says how many are below.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.lines: tuple[Parts, ...] = ()
        self.top = 0
        self.active = False

    def show(self, lines: Sequence[Parts]) -> None:
        """Shows other lines, if they differ from what stands there."""
        lines = tuple(lines)
        if lines == self.lines:
            return
        grown = len(lines) != len(self.lines)
        self.lines = lines
        self.top = min(self.top, self._most)
        auto = self.styles.height is not None and self.styles.height.is_auto
        self.refresh(layout=grown and auto)

    @property
    def _most(self) -> int:
        return max(0, len(self.lines) - self.size.height)

    @property
    def overflows(self) -> bool:
        """Whether some lines are out of view."""
        return self._most > 0

    def turn(self, by: int) -> None:
        """Moves by so many lines, down where above 0."""
        top = min(max(self.top + by, 0), self._most)
        if top != self.top:
            self.top = top
            self.refresh()

    def activate(self, active: bool) -> None:
        """Whether the keys that move are for this pane: its rule shows it."""
        if active != self.active:
            self.active = active
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as there are."""
        return len(self.lines)

    def line(self, y: int, cells: int) -> Parts:
        """One of the lines; nothing past the last."""
        paint, at = self.paint, y + self.top
        below = len(self.lines) - at - 1
        if y == self.size.height - 1 and y and below > 0:
            return [(f" … {below + 1} more lines: tab, then ↓", paint.muted)]
        found = self.lines[at] if at < len(self.lines) else []
        if self.active and y == 0 and found:
            (text, style), *rest = found
            return [("▼", paint.bar), (text[1:], style), *rest]
        return found


def rule(caption: str, cells: int, paint: Paint) -> Parts:
    """A rule over a pane, with a caption at its left."""
    text = fit(caption, min(cells - 2, width(caption))) if caption and cells > 4 else ""
    if not text:
        return [("─" * cells, paint.rest)]
    return [("▔", paint.rest), (text, paint.strong), ("▔" * (cells - 1 - width(text)), paint.rest)]


def columns(left: Sequence[Parts], right: Sequence[Parts], at: int, paint: Paint) -> list[Parts]:
    """Two blocks of lines side by side, the right one beginning in cell `at`."""
    found: list[Parts] = []
    for n in range(max(len(left), len(right))):
        line = strip(left[n] if n < len(left) else [], at, paint.base)
        parts: Parts = [(segment.text, segment.style or paint.base) for segment in line]
        found.append([*parts, *(right[n] if n < len(right) else [])])
    return found


def said(lines: Iterable[Parts]) -> str:
    """What drawn lines say, as plain text to be copied."""
    return "\n".join("".join(text for text, _ in parts).rstrip() for parts in lines)
