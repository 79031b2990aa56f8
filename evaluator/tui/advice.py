"""What the texts suggest: asked for in threads, taken in as it comes, never waited for.

Our own criteria are asked about the rows in view; plugins, each in its process, about every
option, those in view first. A plugin that hangs, dies or answers nonsense is named once.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError
from evaluator.model import Brief
from evaluator.project import from_plugin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.worker import WorkType

    from evaluator.errors import Problem
    from evaluator.model import Criterion
    from evaluator.plugin.host import Cell, Host
    from evaluator.project import Project
    from evaluator.tui.app import EvaluatorApp
    from evaluator.workshop import Workshop

PAUSE = 0.1  # seconds between two pictures of what has come in
MOST = 2  # plugins named in a message each; more share one


class _Run:
    """One pass over the options; whoever wants it to end says so."""

    def __init__(self) -> None:
        self.stopped = False


class Advice:
    """The suggestions for a workshop's options, as far as they are known.

    Attributes:
        known: ids of the options for which our own criteria have been asked.
        missing: ids of the criteria whose plugin is not there.
        progress: what is under way, in a few words; empty where nothing is.
    """

    def __init__(self, app: EvaluatorApp, workshop: Workshop) -> None:
        self._app = app
        self._workshop = workshop
        self._asked: set[str] = set()
        self._view: tuple[str, ...] = ()
        self._named: set[str] = set()
        self._done = 0
        self._own, self._plugins = _Run(), _Run()
        self.known: set[str] = set()
        self.missing: frozenset[str] = frozenset()
        self.progress = ""

    def forget(self) -> None:
        """The options' texts, or the word lists, have changed: all is asked for again."""
        self._own.stopped = True
        self._own = _Run()
        self._asked.clear()
        self.known.clear()
        self._workshop.brief_changed()
        self.gather()

    def stop(self) -> None:
        """Asks nobody any more, until it is told to gather again."""
        self._own.stopped = self._plugins.stopped = True
        self._own = _Run()
        self._asked = set(self.known)
        self._say("")

    # -- our own criteria

    async def learn(self, ids: Sequence[str]) -> bool:
        """Asks our own criteria about these options; answers whether anything is new."""
        self._view = tuple(ids)
        wanted = [id for id in ids if id not in self._asked]
        if not wanted:
            return False
        self._asked.update(wanted)
        own = [c for c in self._workshop.live.values() if c.id in self._workshop.criteria]
        if not await self._take(self._own, [c for c in own if c.suggest is not None], wanted):
            return False
        self.known.update(wanted)
        return True

    async def learn_all(self) -> None:
        """Asks our own criteria about every option."""
        await self.learn([option.id for option in self._workshop.options])

    # -- plugins

    def gather(self) -> None:
        """Has plugins loaded and asked, beside; what was under way ends."""
        self._plugins.stopped = True
        self._plugins = _Run()
        run: WorkType[None] = partial(self._gather, self._plugins)
        self._app.run_worker(run, group="gather")

    async def _gather(self, run: _Run) -> None:
        project = self._app.project
        if project is None:
            return
        try:
            await self._say_waiting(project.host)
            self._workshop.gain(project.criteria, project.weights)
            if self._needs(project) and not run.stopped:
                await self._load(run, project)
        finally:
            if self._plugins is run:
                self._say("")

    async def _say_waiting(self, host: Host) -> None:
        found = await asyncio.to_thread(host.plugins)
        waiting = {plugin.source for plugin in found if plugin.state == "waits"}
        if new := waiting - self._named:
            self._named |= new
            said = "1 plugin waits" if len(new) == 1 else f"{len(new)} plugins wait"
            self._app.say(f"{said} for review: ^p, plugins")

    def _needs(self, project: Project) -> bool:
        """Whether any plugin is needed: without one in use, no process is started."""
        return bool(project.missing) or any(map(from_plugin, self._workshop.criteria.values()))

    async def _load(self, run: _Run, project: Project) -> None:
        self._say("plugins load")
        host = project.host
        await asyncio.to_thread(host.load)
        if project.missing:
            await self._read_again(project)
        known = host.criteria(wait=False)
        used = self._workshop.criteria
        self.missing = frozenset(
            id for id, criterion in used.items() if from_plugin(criterion) and id not in known
        )
        self._name_faults(host)
        self._app.show_learnt()
        if self._workshop.session.suggestions.get("show") == "never":
            return
        live = self._workshop.live
        wanted = [c for id, c in used.items() if getattr(live.get(id), "suggest", None) is None]
        await self._ask(run, [criterion for criterion in wanted if host.suggests(criterion)])

    async def _read_again(self, project: Project) -> None:
        """Takes in the criteria that were not known before the plugins were loaded."""
        try:
            found = await asyncio.to_thread(project.again)
        except EvaluatorError:
            return  # said when the project is opened or checked
        if self._app.project is project:
            self._app.project = found
            self._workshop.live = found.criteria
            self._workshop.gain(found.criteria, found.weights)

    async def _ask(self, run: _Run, criteria: list[Criterion]) -> None:
        ids = list(self._workshop.option_set.options)
        first = [id for id in self._view if id in self._workshop.option_set.options]
        rest = [id for id in ids if id not in set(first)]
        self._done = 0
        for part in (first, rest):
            if criteria and part and not run.stopped:
                await self._take(run, criteria, part, len(criteria) * len(ids))

    # -- taking in

    async def _take(
        self, run: _Run, criteria: Sequence[Criterion], ids: Sequence[str], total: int = 0
    ) -> bool:
        """Asks in a thread; answers whether it came to its end. `total` cells: says how far."""
        workshop, loop = self._workshop, asyncio.get_running_loop()
        host = self._host()
        all_ = workshop.option_set.options
        brief = Brief(workshop.session.title, tuple(all_.values()))
        options = [all_[id] for id in ids if id in all_]

        def pull() -> None:
            batch: list[Cell] = []
            due = time.monotonic() + PAUSE
            with closing(host.suggest(criteria, options, brief)) as cells:
                for cell in cells:
                    if run.stopped:
                        return
                    batch.append(cell)
                    if time.monotonic() >= due:
                        loop.call_soon_threadsafe(self._learnt, run, batch, total)
                        batch, due = [], time.monotonic() + PAUSE
            loop.call_soon_threadsafe(self._learnt, run, batch, total)

        await asyncio.to_thread(pull)
        return not run.stopped

    def _host(self) -> Host:
        if self._app.project is not None:
            return self._app.project.host
        from evaluator.plugin.host import Host

        return Host(None, enabled=False)

    def _learnt(self, run: _Run, cells: list[Cell], total: int) -> None:
        if run.stopped:
            return
        for criterion, option, suggestion in cells:
            self._workshop.learn(option, criterion, suggestion)
        if total:
            self._done += len(cells)
            self._name_faults(self._host())
            self._say(f"suggestions {self._done:,} of {total:,}")
            self._app.show_learnt()

    def _name_faults(self, host: Host) -> None:
        """Names every plugin that something is wrong with, once."""
        new: dict[str, Problem] = {}
        for problem in host.problems():
            name = "/".join(problem.file.split("/")[:2])
            if name not in self._named:
                new.setdefault(name, problem)
        self._named.update(new)
        if len(new) > MOST:
            self._app.say(f"problems in {len(new)} plugins: {', '.join(new)}", "warning")
            return
        for problem in new.values():
            self._app.say(str(problem), "warning")

    def _say(self, progress: str) -> None:
        if progress != self.progress:
            self.progress = progress
            self._app.refresh_status()
