"""Drives the app by its keys, and reads the screen as text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from evaluator.opening import open_here
from evaluator.plugin import sources, trust
from evaluator.plugin.wire import Limits
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

    async def command(self, words: str) -> None:
        """Runs what the palette finds first."""
        await self.press("ctrl+p")
        await self.type(words)
        await self.settle()
        await self.press("enter")
        await self.settle()

    async def settle(self) -> None:
        """Waits for what runs beside: suggestions, the index, a save."""
        for _ in range(2):
            await self.pilot.pause()
            running = [worker for worker in self.app.workers if worker.group != "look"]
            for worker in running:
                with suppress(WorkerCancelled):  # one that a newer one of its kind replaced
                    await worker.wait()
        await self.pilot.pause()

    async def gather(self) -> None:
        """Waits until plugins have been asked."""
        self.app.advice.gather()
        await self.settle()

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


PLUGIN = """\
import os, sys, time
from evaluator.api import Criterion, Suggestion, find, hookimpl, likert
{head}


def suggest(option):
    {body}
    return Suggestion(4, 0.3, "Names the {id}", find(option, "ferry", "lamps", "sails"))


@hookimpl
def evaluator_criteria():
    yield Criterion(id="{id}", title="{id} of it", question="Would it stay calm?",
                    better="higher", levels=likert("Loud", "Noisy", "Calm", "Quiet", "Still"),
                    suggest=suggest)
"""
LIMITS = Limits(load=3.0, option=1.0, brief=5.0)

Write = Callable[..., Path]


@pytest.fixture
def write(root: Path) -> Write:
    """Puts a plugin into the project, and its criterion to use."""

    def put(id: str, head: str = "", body: str = "pass", *, trusted: bool = True) -> Path:
        path = root / "plugins" / f"{id}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(PLUGIN.format(id=id, head=head, body=body), encoding="utf-8")
        if trusted:
            for found in sources.find_in(root)[0]:
                trust.grant(root, found)
        table = f"\n[criteria.{id}]\nweight = 10\n"
        with (root / "criteria.toml").open("a", encoding="utf-8") as file:
            file.write(table)
        return path

    return put


@pytest.fixture
def opened(root: Path) -> Iterator[Callable[[], tuple[Project, Workshop]]]:
    """Opens the project as the app does, with short limits for its plugins."""
    made: list[Project] = []

    def start() -> tuple[Project, Workshop]:
        found = open_here(root, who="amina")
        assert found.project is not None
        assert found.workshop is not None
        found.project.host.limits = LIMITS
        made.append(found.project)
        return found.project, found.workshop

    yield start
    for project in made:
        project.host.close()
