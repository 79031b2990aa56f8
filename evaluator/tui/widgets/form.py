"""A form: labelled lines to fill in, kept or cancelled as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.containers import Horizontal, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, TextArea

from evaluator.tui.commands import bindings, here
from evaluator.tui.text import width, wrap
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.footer import Footer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from evaluator.tui.app import EvaluatorApp

Values = dict[str, str]
LABEL = 14  # cells before an entry, at least
ENTRIES = "Input, TextArea, Choice"


class Field:
    """One line of a form.

    Attributes:
        name: key of its value.
        label: what stands before it.
        value: what it begins with.
        hint: shown while it is empty.
        lines: 1, or the height of a text of several lines.
        choices: what it can be, where that is one of a few words; `value` is one of them.
        help: shown below while one is in it, in place of the hint.
        replace: whether what is typed first takes the place of `value`.
    """

    def __init__(
        self,
        name: str,
        label: str,
        value: str = "",
        hint: str = "",
        lines: int = 1,
        *,
        choices: Sequence[str] = (),
        help: str = "",
        replace: bool = False,
    ) -> None:
        self.name = name
        self.label = label
        self.value = value
        self.hint = hint
        self.lines = lines
        self.choices = choices
        self.help = help or hint
        self.replace = replace


class Choice(Drawn, can_focus=True):
    """One of a few words: space takes the next one, a letter the next that begins with it."""

    def __init__(self, value: str, choices: Sequence[str], id: str) -> None:
        super().__init__(id=id)
        self.value = value
        self.choices = choices
        self.styles.height = 1

    def turn(self, by: int, letter: str = "") -> None:
        """The next choice (or, with -1, the one before) that begins with these letters."""
        at = self.choices.index(self.value) if self.value in self.choices else -1
        order = [
            self.choices[(at + by * n) % len(self.choices)] for n in range(1, len(self.choices) + 1)
        ]
        self.value = next((word for word in order if word.startswith(letter)), self.value)
        self.refresh()

    def on_key(self, event: events.Key) -> None:
        """Space and letters choose; enter keeps the form."""
        if event.key in ("space", "right", "left"):
            self.turn(-1 if event.key == "left" else 1)
        elif event.key == "enter":
            cast("Form", self.screen).action_keep_form()
        elif event.character is not None and event.character.isalpha():
            self.turn(1, event.character.casefold())
        else:
            return
        event.stop()

    def on_click(self) -> None:
        """A click takes the next one."""
        self.turn(1)

    def on_focus(self) -> None:
        """Shows that the keys are for it."""
        self.refresh()

    def on_blur(self) -> None:
        """Shows that they are not."""
        self.refresh()

    def line(self, y: int, cells: int) -> Parts:
        """All the words, the chosen one in brackets."""
        paint, parts = self.paint, []
        for word in self.choices:
            here = word == self.value
            chosen = paint.cursor if self.has_focus else paint.strong
            said = f"[{word}]" if here else f" {word} "
            parts.append((said, chosen if here else paint.muted))
        return [*parts, ("  space: another" if self.has_focus else "", paint.muted)]


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
        lines = wrap(self._text, cells - 1)
        return [(" " + lines[y] if y < len(lines) else "", getattr(self.paint, self._look))]


class Form(ModalScreen[None], inherit_bindings=False):
    """A form over a view. `check` gets the values and answers what is wrong, or an empty text.

    Keeping calls `check`; only where it answers nothing does the form close.
    """

    NAME: ClassVar[str] = "form"
    BINDINGS = bindings("form")
    AUTO_FOCUS = ENTRIES

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
        """Title, fields, what is wrong or what the field is about, keys."""
        labels = max(LABEL, *(width(field.label) + 2 for field in self._fields))
        with VerticalScroll(id="form", can_focus=False):
            yield _Said(self._title, look="strong", id="form-title")
            for field in self._fields:
                with Horizontal(classes="field"):
                    label = _Said(field.label, look="muted")
                    label.styles.width = labels
                    yield label
                    yield self._entry(field)
            yield _Said("", id="form-said")
        yield Footer()

    @staticmethod
    def _entry(field: Field) -> Widget:
        if field.choices:
            return Choice(field.value, field.choices, f"field-{field.name}")
        if field.lines == 1:
            entry = Input(
                field.value,
                id=f"field-{field.name}",
                compact=True,
                select_on_focus=field.replace,
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
                entry.text if isinstance(entry, TextArea) else cast("Input | Choice", entry).value
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
        self.focus_next(ENTRIES)

    def action_previous_field(self) -> None:
        """To the field before."""
        self.focus_previous(ENTRIES)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Says below what the field is about."""
        name = (event.widget.id or "").removeprefix("field-")
        about = next((field.help for field in self._fields if field.name == name), "")
        self.query_one("#form-said", _Said).say(about, "muted")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in a line keeps the form."""
        event.stop()
        self.action_keep_form()
