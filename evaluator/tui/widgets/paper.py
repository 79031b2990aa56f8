"""Lines laid over a view, to be read and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.screen import ModalScreen

if TYPE_CHECKING:
    from textual import events


class Paper(ModalScreen[None], inherit_bindings=False):
    """Lines in a `VerticalScroll`; any key closes it, but those that scroll."""

    def on_key(self, event: events.Key) -> None:
        """Any key closes; where there is more than fits, keys that move scroll."""
        event.stop()
        scroll = self.query_one(VerticalScroll)
        step = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 8, "pageup": -8}.get(event.key)
        if step is not None and scroll.max_scroll_y > 0:
            scroll.scroll_relative(y=step, animate=False)
        else:
            self.dismiss()

    def on_click(self) -> None:
        """So does a click."""
        self.dismiss()
