"""The first picture while a large session is read: how far that is; every key is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evaluator.tui.commands import APP, BY_NAME, bindings
from evaluator.tui.keys import show as shown
from evaluator.tui.text import bar, fit
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Drawn, Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from evaluator.opening import Opening, Stage
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed

LOOK: Final = 0.1  # seconds between two looks at how far it is
BAR: Final = 30  # cells of the whole bar
_SAID: Final = {
    "project": "Reading the project",
    "options": "Reading the options",
    "plugins": "Loading plugins",
    "session": "Reading the session",
}
_OFFERED: Final = ("help", "palette", "theme", "back")


def said(stage: Stage) -> str:
    """How far it is, in words."""
    if not stage.count:
        return f"{_SAID.get(stage.what, stage.what)} …"
    return f"Reading ballots: {stage.done:,} of {stage.count:,}"


class Stages(Drawn):
    """How far it is, in the middle: a line of words, and a bar where ballots are counted."""

    def __init__(self, opening: Opening) -> None:
        super().__init__(id="body")
        self._opening = opening

    def line(self, y: int, cells: int) -> Parts:
        """One line."""
        stage, paint = self._opening.stage, self.paint
        left = " " * max(1, (cells - BAR) // 2)
        row = y - max(0, self.size.height // 2 - 1)
        if row == 0:
            return [(left, paint.base), (fit(said(stage), max(0, cells - len(left))), paint.strong)]
        if row == 1 and stage.count:
            full = bar(stage.done, BAR, stage.count)
            return [(left, paint.base), (full, paint.bar), ("╌" * (BAR - len(full)), paint.rest)]
        return []


class OpeningScreen(View):
    """The Score view to come."""

    NAME = "score"
    BINDINGS = bindings(NAME)

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self._opening = opening

    def content(self) -> Iterable[Widget]:
        """How far it is."""
        yield Stages(self._opening)

    def show(self, event: Changed | None = None) -> None:
        """There is no workshop to show yet."""

    def on_mount(self) -> None:
        """Looks now and then how far it is."""
        self.refresh_status()
        self._seen = self._opening.stage
        self.set_interval(LOOK, self._look)

    def _look(self) -> None:
        if self._opening.stage != self._seen:
            self._seen = self._opening.stage
            self.query_one(Stages).refresh()

    def _allowed(self, action: Action) -> bool:
        """Nothing that needs a session: whether it would apply can't be asked yet."""
        return APP in action.where or action.name in _OFFERED

    def refusal(self, action: Action) -> str:
        """Why a key does nothing yet."""
        return f"the session is still being read; {shown(self.keys_of(BY_NAME['quit'])[0])} quits"
