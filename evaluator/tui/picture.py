"""A picture of a view as SVG: it loads nothing from elsewhere, and never overwrites unasked."""

from __future__ import annotations

import asyncio
import html
import re
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError
from evaluator.store.files import write_file
from evaluator.tui.text import width
from evaluator.tui.writing import ask_where

if TYPE_CHECKING:
    from pathlib import Path

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


async def save(view: View, name: str) -> None:
    """Takes the picture, then asks for the file, and before overwriting one."""
    drawing = drawn(view.evaluator, "evaluator").encode("utf-8", "replace")

    async def put(path: Path) -> None:
        try:
            await asyncio.to_thread(write_file, path, drawing)
        except EvaluatorError as error:
            view.evaluator.fail(error)
        else:
            view.evaluator.say(f"written: {path}")

    await ask_where(view, "picture", f"{name}.svg", put)
