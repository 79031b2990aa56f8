"""The welcome view: shown where there is no project, never an error."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Final

from evaluator.errors import EvaluatorError, fail
from evaluator.tui.commands import bindings
from evaluator.tui.text import fit
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Drawn, Parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from evaluator.workshop import Changed

_LINES: Final = (
    ("strong", "evaluator"),
    ("base", "From a brief full of recommendations to a ranked list that shows why."),
    ("base", ""),
    ("muted", "There is no project in this folder. Three ways to begin:"),
    ("base", ""),
    ("key", "t   try the example   sixteen recommendations on US–Pakistan relations"),
    ("key", "b   start from a brief   its recommendations become options (.txt .md .pdf .docx …)"),
    ("key", "f   open a folder   that holds a criteria.toml"),
    ("base", ""),
    ("muted", "Everything is kept as plain TOML in the project's folder, and works offline."),
)


class Welcome(Drawn):
    """The lines, centred."""

    def line(self, y: int, cells: int) -> Parts:
        """One of them."""
        top = max(0, (self.size.height - len(_LINES)) // 2)
        if not top <= y < top + len(_LINES):
            return []
        look, text = _LINES[y - top]
        wide = min(cells - 2, max(len(said) for _, said in _LINES))
        left = " " * max(1, (cells - wide) // 2)
        if look != "key":
            return [(left, self.paint.base), (fit(text, wide), getattr(self.paint, look))]
        key, what, more = (part.strip() for part in text.split("   ", 2))
        return [
            (left, self.paint.base),
            (f" {key}  ", self.paint.mark),
            (fit(what, 21), self.paint.strong),
            (fit(more, max(0, wide - 25)), self.paint.muted),
        ]


class WelcomeScreen(View):
    """Try the example, start from a brief, open a folder."""

    NAME = "welcome"
    BINDINGS = bindings(NAME)

    def content(self) -> Iterable[Widget]:
        """The lines."""
        yield Welcome(id="body")

    def show(self, event: Changed | None = None) -> None:
        """There is no workshop to show."""

    def on_mount(self) -> None:
        """Shows the keys."""
        self.refresh_footer()

    async def action_try_example(self) -> None:
        """Asks where the example's copy should lie."""
        info = "a new folder · enter makes it"
        await self.ask("copy the example to", "evaluator-example", self._example, info)

    def _example(self, said: str) -> None:
        from evaluator.creation import create

        folder = _folder(said)

        def make() -> None:
            create(folder, example=True)

        if self.attempt(make):
            self._enter(folder)

    async def action_from_brief(self) -> None:
        """Asks for the brief."""
        await self.ask("brief", "", self._brief, "its path · a project is made beside it")

    def _brief(self, said: str) -> None:
        def begin() -> None:
            path = _folder(said)
            if not path.is_file():
                raise fail("is no file", "Type the path of a brief", file=str(path))
            self.evaluator.import_brief(path)

        self.attempt(begin)

    async def action_open_folder(self) -> None:
        """Asks for the folder of a project."""
        await self.ask("open folder", str(Path.cwd()), lambda said: self._enter(_folder(said)), "")

    def _enter(self, folder: Path) -> None:
        self.evaluator.run_worker(self._enter_folder(folder))

    async def _enter_folder(self, folder: Path) -> None:
        from evaluator.opening import open_here

        try:
            found = await asyncio.to_thread(open_here, folder)
            if found.project is None or found.workshop is None:
                raise fail("holds no criteria.toml", "Choose another", file=str(folder))
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        await self.evaluator.enter(found.project, found.workshop)


def _folder(said: str) -> Path:
    return Path(said.strip() or ".").expanduser()
