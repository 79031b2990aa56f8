"""A form: labelled lines to fill in, kept or cancelled as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from evaluator.tui.commands import bindings, here
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.footer import Footer

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget

    from evaluator.tui.app import EvaluatorApp

Values = dict[str, str]


class Field:
    """One line of a form.

    Attributes:
        name: key of its value.
        label: what stands before it, at most 12 cells.
        value: what it begins with.
        hint: shown while it is empty.
        lines: 1, or the height of a text of several lines.
    """

    def __init__(
        self, name: str, label: str, value: str = "", hint: str = "", lines: int = 1
    ) -> None:
        self.name = name
        self.label = label
        self.value = value
        self.hint = hint
        self.lines = lines


class _Said(Drawn):
    """A line of a form that says something: its title, a label, what is wrong."""

    def __init__(self, text: str, *, look: str = "muted", id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = text
        self._look = look

    def say(self, text: str, look: str = "warn") -> None:
        """Says something else."""
        self._text, self._look = text, look
        self.refresh()

    def line(self, y: int, cells: int) -> Parts:
        """The words."""
        return [(" " + self._text if y == 0 else "", getattr(self.paint, self._look))]


class Form(ModalScreen[None], inherit_bindings=False):
    """A form over a view. `check` gets the values and answers what is wrong, or an empty text.

    Keeping calls `check`; only where it answers nothing does the form close.
    """

    NAME: ClassVar[str] = "form"
    BINDINGS = bindings("form")
    AUTO_FOCUS = "Input, TextArea"

    def __init__(self, title: str, fields: list[Field], check: Callable[[Values], str]) -> None:
        super().__init__()
        self._title = title
        self._fields = fields
        self._check = check

    @property
    def evaluator(self) -> EvaluatorApp:
        """The app, by its own type."""
        return cast("EvaluatorApp", self.app)

    def compose(self) -> ComposeResult:
        """Title, fields, what is wrong, keys."""
        with VerticalScroll(id="form", can_focus=False):
            yield _Said(self._title, look="strong", id="form-title")
            for field in self._fields:
                with Horizontal(classes="field"):
                    yield _Said(field.label, look="muted")
                    yield self._entry(field)
            yield _Said("", id="form-said")
        yield Footer()

    @staticmethod
    def _entry(field: Field) -> Widget:
        if field.lines == 1:
            entry = Input(
                field.value,
                id=f"field-{field.name}",
                compact=True,
                select_on_focus=False,
                placeholder=field.hint,
            )
            entry.cursor_blink = False
            return entry
        area = TextArea(
            field.value,
            id=f"field-{field.name}",
            compact=True,
            soft_wrap=True,
            tab_behavior="focus",
        )
        area.cursor_blink = False
        area.styles.height = field.lines
        return area

    def on_mount(self) -> None:
        """Shows the keys."""
        entries = [
            (self.evaluator.keys_of(action)[0], action.footer)
            for action in here("form")
            if action.footer and action.keys
        ]
        self.query_one(Footer).show(entries, "")

    def values(self) -> Values:
        """What stands in the fields."""
        found: Values = {}
        for field in self._fields:
            entry = self.query_one(f"#field-{field.name}")
            found[field.name] = (
                entry.text if isinstance(entry, TextArea) else cast("Input", entry).value
            )
        return found

    def action_keep_form(self) -> None:
        """Keeps what was filled in, where nothing is wrong with it."""
        wrong = self._check(self.values())
        if wrong:
            self.query_one("#form-said", _Said).say(wrong)
        else:
            self.dismiss()

    def action_cancel(self) -> None:
        """Closes without keeping anything."""
        self.dismiss()

    def action_next_field(self) -> None:
        """To the next field."""
        self.focus_next("Input, TextArea")

    def action_previous_field(self) -> None:
        """To the field before."""
        self.focus_previous("Input, TextArea")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line keeps the form."""
        event.stop()
        self.action_keep_form()
