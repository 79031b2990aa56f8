"""Drives the app by its keys, and reads the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
from textual.pilot import Pilot

from evaluator.project import Project
from evaluator.settings import Settings
from evaluator.tui.app import EvaluatorApp
from evaluator.workshop import Workshop

NAMES = {
    " ": "space",
    ".": "full_stop",
    "/": "slash",
    "-": "minus",
    ":": "colon",
    "?": "question_mark",
}


class Driver:
    """One running app."""

    def __init__(self, app: EvaluatorApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*(NAMES.get(key, key) for key in text))

    async def settle(self) -> None:
        """Waits for what runs beside: suggestions, the index, a save."""
        for _ in range(2):
            await self.pilot.pause()
            running = [worker for worker in self.app.workers if worker.group != "look"]
            await self.app.workers.wait_for_complete(running)
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def said(self) -> str:
        """The messages that stand at the lower right."""
        return " | ".join(note.message for note in self.app._notifications)

    def line(self, words: str) -> str:
        """The first line that holds these words."""
        return next((line for line in self.lines if words in line), "")


Drive = Callable[..., AbstractAsyncContextManager[Driver]]


@pytest.fixture
def drive() -> Drive:
    @asynccontextmanager
    async def driven(
        workshop: Workshop | None,
        project: Project | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        settings: Settings | None = None,
    ) -> AsyncIterator[Driver]:
        app = EvaluatorApp(workshop, project, settings=settings)
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            await driver.settle()
            yield driver

    return driven
