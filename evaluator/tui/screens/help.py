"""Help: which keys do what, made from the bindings in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from textual.containers import VerticalScroll

from evaluator.tui import keys
from evaluator.tui.commands import APP, BY_NAME, EVERYWHERE, VIEWS, Action
from evaluator.tui.text import fit, width
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from evaluator.tui.view import View

Entry: TypeAlias = tuple[str, str]
Column: TypeAlias = "tuple[str, list[Entry]]"
NARROW = 60  # cells below which the two columns stand one below the other


class HelpScreen(Paper):
    """Two columns of keys; any key closes it, but those that scroll where it is too long."""

    DEFAULT_CSS = """
    HelpScreen { background: $surface; }
    HelpScreen VerticalScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self, view: View) -> None:
        super().__init__()
        self._columns = columns(view)

    def compose(self) -> ComposeResult:
        """The lines."""
        yield VerticalScroll(HelpLines(self._columns), can_focus=False)

    def on_resize(self, event: events.Resize) -> None:
        """Puts the columns side by side, or one below the other."""
        lines = self.query_one(HelpLines)
        lines.below = event.size.width < NARROW
        lines.styles.height = lines.count


def columns(view: View) -> tuple[Column, Column]:
    """Title and (keys, what they do) of what the view has, and of what all views have."""
    bound: dict[str, list[str]] = {}
    for key, active in view.active_bindings.items():
        if active.binding.id in BY_NAME:
            bound.setdefault(active.binding.id, []).append(key)
    own: dict[tuple[str, str], list[str]] = {}
    general: dict[tuple[str, str], list[str]] = {}
    for name, action in BY_NAME.items():
        if name in bound:
            says = "views" if action.group == "views" and name in VIEWS else action.says
            lines = general if _is_general(action) else own
            lines.setdefault((action.group, says), []).extend(bound[name])
    return (
        (VIEWS[view.NAME].title.upper() if view.NAME in VIEWS else "", _entries(own)),
        ("EVERYWHERE", _entries(general)),
    )


def _is_general(action: Action) -> bool:
    return EVERYWHERE in action.where or APP in action.where


def _entries(lines: dict[tuple[str, str], list[str]]) -> list[Entry]:
    return [(keys.runs(found), says) for (_, says), found in lines.items()]


class HelpLines(Drawn):
    """The two columns, side by side or one below the other."""

    def __init__(self, columns: tuple[Column, Column]) -> None:
        super().__init__(id="help")
        self._columns = columns
        self.below = False

    @property
    def count(self) -> int:
        """How many lines there are."""
        sizes = [len(found) + 1 for _, found in self._columns]
        return sum(sizes) if self.below else max(sizes)

    def line(self, y: int, cells: int) -> Parts:
        """One line."""
        first, second = self._columns
        if self.below:
            size = len(first[1]) + 1
            return (
                self._entry(first, y, cells) if y < size else self._entry(second, y - size, cells)
            )
        room = cells // 2
        return [*self._entry(first, y, room), *self._entry(second, y, cells - room)]

    def _entry(self, column: Column, y: int, cells: int) -> Parts:
        title, found = column
        if y == 0:
            return [(fit(f" {title}", cells), self.paint.head)]
        if y > len(found):
            return [(" " * cells, self.paint.base)]
        shown, says = found[y - 1]
        wide = min(max(width(key) for key, _ in found) + 3, cells // 2)
        return [
            (fit(f" {shown}", wide), self.paint.strong),
            (fit(says, cells - wide), self.paint.base),
        ]
