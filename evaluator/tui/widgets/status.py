"""The first line of a view: where one is, and how far."""

from __future__ import annotations

from evaluator.tui.widgets.drawn import Drawn, Parts, both_ends


class Status(Drawn):
    """View, round, who and session at the left; saving and progress at the right."""

    def __init__(self) -> None:
        super().__init__(id="status")
        self._left: Parts = []
        self._right: Parts = []

    def show(self, left: Parts, right: Parts) -> None:
        """Shows these texts, if they differ from what stands there."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def line(self, y: int, cells: int) -> Parts:
        """The line itself."""
        return both_ends(self._left, self._right, cells, self.paint.base)
