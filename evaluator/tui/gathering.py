"""What plugins say, gathered after the first picture: their faults, and what they propose."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from evaluator.api import Brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluator.model import Criterion, Suggestion
    from evaluator.project import Project
    from evaluator.tui.app import EvaluatorApp
    from evaluator.workshop import Workshop

BATCH = 64  # suggestions handed over at once


async def gather(app: EvaluatorApp) -> None:
    """Loads plugins in a thread, says what is wrong, and takes in suggestions as they come.

    A worker of the app: it ends with it, and the app never waits for a plugin.
    """
    project, workshop = app.project, app.workshop
    if project is None or workshop is None:
        return
    found = await asyncio.to_thread(project.host.plugins)
    others = [plugin for plugin in found if plugin.source != "built in"]
    waiting = sum(plugin.state == "waits" for plugin in others)
    if waiting:
        said = "1 plugin waits" if waiting == 1 else f"{waiting} plugins wait"
        app.say(f"{said} for review: ^p, plugins")
    if not any(plugin.state == "loaded" for plugin in others):
        return
    await asyncio.to_thread(project.host.load)
    for problem in project.host.problems()[:2]:
        app.say(str(problem), "warning")
    wanted = _asked(project, workshop)
    if wanted:
        await _take_in(app, project, workshop, wanted)


def _asked(project: Project, workshop: Workshop) -> list[Criterion]:
    """The criteria of the session that a plugin's process can be asked for."""
    known = project.host.criteria(wait=False)
    return [
        known[id]
        for id in workshop.criteria
        if id in known and known[id].suggest is None and project.host.suggests(known[id])
    ]


async def _take_in(
    app: EvaluatorApp, project: Project, workshop: Workshop, wanted: list[Criterion]
) -> None:
    options = tuple(workshop.option_set.options.values())
    brief = Brief(project.title, options)
    stream = project.host.suggest(wanted, options, brief)
    try:
        while batch := await asyncio.to_thread(_next, stream):
            if app.workshop is not workshop:
                return
            for criterion, option, suggestion in batch:
                workshop.learn(option, criterion, suggestion)
            app.show_learnt()
    finally:
        stream.close()


def _next(
    stream: Iterator[tuple[str, str, Suggestion | None]],
) -> list[tuple[str, str, Suggestion | None]]:
    return [cell for _, cell in zip(range(BATCH), stream, strict=False)]
