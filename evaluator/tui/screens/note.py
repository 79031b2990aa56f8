"""A note of a few lines: typed here, or in the person's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.app import SuspendNotSupported
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import TextArea

from evaluator.tui.commands import bindings, here
from evaluator.tui.text import fit
from evaluator.tui.widgets.drawn import Drawn
from evaluator.tui.widgets.footer import Footer

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.widgets.drawn import Parts

NAME = "note"


class _Heading(Drawn):
    def __init__(self, text: str) -> None:
        super().__init__(id="heading")
        self._text = text

    def line(self, y: int, cells: int) -> Parts:
        """What the note is about."""
        return [(fit(f" {self._text}", cells), self.paint.head)]


class NoteScreen(ModalScreen[str | None], inherit_bindings=False):
    """Answers the text, or None where it is left as it was."""

    DEFAULT_CSS = """
    NoteScreen { align: center bottom; background: $background 40%; }
    NoteScreen #paper { width: 100%; height: 9; max-height: 100%; background: $surface; }
    NoteScreen #heading { height: 1; }
    NoteScreen TextArea, NoteScreen TextArea:focus {
        height: 1fr; border: none; padding: 0 1; background: $panel;
    }
    """

    BINDINGS = bindings(NAME)

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self._about = heading
        self._text = text

    def compose(self) -> ComposeResult:
        """Heading, text, keys."""
        area = TextArea(self._text, id="note", compact=True, soft_wrap=True)
        area.cursor_blink = False
        yield Vertical(_Heading(self._about), area, Footer(), id="paper")

    def on_mount(self) -> None:
        """Puts the cursor at the end of the text."""
        area = self.query_one(TextArea)
        area.move_cursor(area.document.end)
        area.focus()
        app = cast("EvaluatorApp", self.app)
        entries = [(app.keys_of(action)[0], action.footer) for action in here(NAME)]
        self.query_one(Footer).show(entries, "")

    def action_keep_note(self) -> None:
        """Keeps the text."""
        self.dismiss(self.query_one(TextArea).text)

    def action_cancel(self) -> None:
        """Leaves the note as it was."""
        self.dismiss(None)

    def action_new_line(self) -> None:
        """Begins a line."""
        self.query_one(TextArea).insert("\n")

    def action_editor(self) -> None:
        """Opens the text in the person's editor."""
        area = self.query_one(TextArea)
        try:
            with self.app.suspend():
                area.text = edited(area.text)
        except (SuspendNotSupported, OSError) as error:
            self.app.notify(f"no editor: {error}", severity="warning", markup=False)


def edited(text: str) -> str:
    """The text after the person's editor ($VISUAL, $EDITOR, else vi) was left.

    Raises:
        OSError: the editor cannot be started.
    """
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "note.txt"
        path.write_text(text, encoding="utf-8")
        subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603
        return path.read_text(encoding="utf-8", errors="replace")
