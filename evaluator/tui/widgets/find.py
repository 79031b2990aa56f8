"""The line above the footer: to find something, or to type one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from evaluator.tui.commands import bindings
from evaluator.tui.text import width
from evaluator.tui.widgets.drawn import Drawn, Parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

LEAST = 28  # cells to type in; where less would be left, what is said stands above


class _Typing(Input):
    """An input of one line, without frame, whose cursor does not blink."""

    def __init__(self, value: str, *, replace: bool = False) -> None:
        super().__init__(value, compact=True, select_on_focus=replace)
        self.cursor_blink = False


class FindLine(_Typing):
    """The query of a search."""

    BINDINGS = bindings("find")
    PLACE = "find"

    class Typed(Message):
        """The query is another one."""

        def __init__(self, query: str) -> None:
            super().__init__()
            self.query = query

    class Left(Message):
        """The line was left; `keep` says whether what was found stays."""

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self.keep = keep

    def on_input_changed(self, event: Input.Changed) -> None:
        """Passes a changed query on."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def action_keep(self) -> None:
        """Leaves the line and keeps what was found."""
        self.post_message(self.Left(keep=True))

    def action_drop(self) -> None:
        """Leaves the line and shows everything again."""
        self.post_message(self.Left(keep=False))


class EntryLine(_Typing):
    """One value to type; what is typed first takes the place of the old one."""

    BINDINGS = bindings("entry")
    PLACE = "entry"

    class Entered(Message):
        """A value was typed, or (None) the line was left without one."""

        def __init__(self, value: str | None, then: Callable[[str], None]) -> None:
            super().__init__()
            self.value = value
            self.then = then

    def __init__(
        self,
        value: str,
        then: Callable[[str], None],
        check: Callable[[str], str] | None = None,
        *,
        begun: bool = False,
    ) -> None:
        super().__init__(value, replace=not begun)
        self._then = then
        self._check = check

    def action_done(self) -> None:
        """Hands the value over; one that is wrong stays, and it is said why."""
        wrong = self._check(self.value) if self._check is not None else ""
        if not wrong:
            self.post_message(self.Entered(self.value, self._then))
            return
        self.action_select_all()
        for prompt in self.ancestors:
            if isinstance(prompt, Prompt):
                prompt.say(wrong)

    def action_cancel(self) -> None:
        """Leaves without a value."""
        self.post_message(self.Entered(None, self._then))


class _Words(Drawn):
    """A few words before or after the input; as wide as they are."""

    def __init__(self, text: str, *, strong: bool = False) -> None:
        super().__init__()
        self._strong = strong
        self._text = ""
        self.styles.width = 0
        self.say(text)

    def say(self, text: str) -> None:
        """Shows another text."""
        if text != self._text:
            self._text = text
            self.styles.width = width(text)
            self.refresh()

    def line(self, y: int, cells: int) -> Parts:
        """The words."""
        return [(self._text, self.paint.strong if self._strong else self.paint.muted)]


class Prompt(Vertical):
    """A label, an input, and what is to be said of what was typed: beside it, or above."""

    def __init__(self, label: str, entry: FindLine | EntryLine, info: str = "") -> None:
        super().__init__(id="prompt")
        self.entry = entry
        self._label = _Words(label, strong=True)
        self._info = _Words(info)
        self._taken = width(label) + width(info)

    def compose(self) -> ComposeResult:
        """The parts."""
        above = self._taken + LEAST > self.app.size.width
        if above:
            yield self._info
        with Horizontal():
            yield self._label
            yield self.entry
            if not above:
                yield self._info

    def on_mount(self) -> None:
        """Takes the keyboard."""
        # Now, not when there is time: what is typed meanwhile is meant for the line.
        self.screen.set_focus(self.entry, scroll_visible=False)

    def say(self, info: str) -> None:
        """Says something of what was typed."""
        self._info.say(info)
