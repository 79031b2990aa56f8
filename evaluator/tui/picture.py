"""A picture of a view as SVG: it loads nothing from elsewhere, and never overwrites unasked."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError, fail
from evaluator.store import atomic
from evaluator.tui.text import width

if TYPE_CHECKING:
    from textual.app import App

    from evaluator.tui.view import View

_FACE = re.compile(r"@font-face\s*\{[^}]*\}\s*")
_TEXT = re.compile(r'(<text [^>]*?)textLength="([\d.]+)"([^>]*>)([^<]*)<')
_FAMILY = re.compile(r"font-family:\s*Fira Code,\s*monospace")


def drawn(app: App[int], title: str) -> str:
    """The screen as it stands, as an SVG that names no place on the internet."""
    drawing = _FACE.sub("", app.export_screenshot(title=title, simplify=True))
    drawing = _TEXT.sub(_in_cells, drawing)
    return _FAMILY.sub("font-family: ui-monospace, monospace", drawing)


def _in_cells(found: re.Match[str]) -> str:
    """A piece of text as wide as its cells: its length is told in characters, some of two cells."""
    before, length, between, written = found.groups()
    said = html.unescape(written)
    if not said or width(said) == len(said):
        return found[0]
    return f'{before}textLength="{float(length) * width(said) / len(said):g}"{between}{written}<'


def write(path: Path, text: str) -> None:
    """Writes a text file whole or not at all; `EvaluatorError` where it can't be written."""
    try:
        atomic.write(path, text.encode("utf-8", "replace"))
    except atomic.NotConfirmed:
        return
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise fail(f"can't be written: {why}", file=str(path)) from error


async def save(view: View, name: str) -> None:
    """Takes the picture, then asks for the file, and before overwriting one."""
    drawing = drawn(view.evaluator, "evaluator")

    def to(said: str) -> None:
        path = Path(said.strip()).expanduser()
        if not said.strip():
            return
        if path.exists():
            question = f"{path.name} is there. Overwrite? type yes"
            view.run_worker(view.ask(question, "", lambda a: over(path, a), "esc keeps it"))
        else:
            view.run_worker(put(path))

    def over(path: Path, answer: str) -> None:
        if answer.strip().casefold() == "yes":
            view.run_worker(put(path))
        else:
            view.evaluator.say("kept; nothing was written")

    async def put(path: Path) -> None:
        try:
            await asyncio.to_thread(write, path, drawing)
        except EvaluatorError as error:
            view.evaluator.fail(error)
        else:
            view.evaluator.say(f"written: {path}")

    await view.ask("picture", f"{name}.svg", to, "enter writes it")
