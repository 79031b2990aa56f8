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
    """One pass over the options; whoever wants it to end says so.

    Attributes:
        stopped: nobody is asked any more.
        asked: ids of the plugins' criteria that have been asked, or are being asked.
        done, total: cells of plugins that are answered, and that are asked for.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.asked: set[str] = set()
        self.done = self.total = 0


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
        """Takes each plugin in once it is loaded: one that is slow to load keeps none waiting."""
        host = project.host
        host.load_beside()
        seen: set[str] = set()
        over = False
        while self._is_newest(run) and not over:
            over = host.loaded  # asked first: what is known then is all there will be
            known = set(host.criteria(wait=False))
            if over or known - seen:
                seen = known
                await self._take_in(run, host, over=over)
                await self._ask(run, host)
            if not over:
                if not run.stopped:
                    self._say("plugins load")
                await asyncio.sleep(PAUSE)

    def _is_newest(self, run: _Run) -> bool:
        """Whether no other pass, and no other session, has taken a pass's place."""
        return self._plugins is run and self._app.advice is self

    async def _take_in(self, run: _Run, host: Host, *, over: bool) -> None:
        """Takes in the criteria that are known by now; `over`: no more will come."""
        await self._read_again(run, host)
        known = host.criteria(wait=False)
        if over:
            self.missing = frozenset(
                id
                for id, criterion in self._workshop.criteria.items()
                if from_plugin(criterion) and id not in known
            )
        self._name_faults(host)
        self._app.show_learnt()

    async def _read_again(self, run: _Run, host: Host) -> None:
        """Reads the project again, where it has criteria that were not known before."""
        project = self._app.project
        if project is None or project.host is not host or not project.missing:
            return
        try:
            found = await asyncio.to_thread(project.again)
        except EvaluatorError:
            return  # said when the project is opened or checked
        if self._is_newest(run) and self._app.project is not None:
            self._app.project = found
            self._workshop.live = found.criteria
            self._workshop.gain(found.criteria, found.weights)

    async def _ask(self, run: _Run, host: Host) -> None:
        """Asks the plugins that are there and were not asked yet, for the options in view first."""
        if self._workshop.session.suggestions.get("show") == "never":
            return
        live = self._workshop.live
        criteria = [
            criterion
            for id, criterion in self._workshop.criteria.items()
            if id not in run.asked
            and getattr(live.get(id), "suggest", None) is None
            and host.suggests(criterion)
        ]
        ids = list(self._workshop.option_set.options)
        first = [id for id in self._view if id in self._workshop.option_set.options]
        rest = [id for id in ids if id not in set(first)]
        run.asked.update(criterion.id for criterion in criteria)
        run.total += len(criteria) * len(ids)
        for part in (first, rest):
            if criteria and part and not run.stopped:
                await self._take(run, criteria, part)

    # -- taking in

    async def _take(self, run: _Run, criteria: Sequence[Criterion], ids: Sequence[str]) -> bool:
        """Asks in a thread; answers whether it came to its end."""
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
                        loop.call_soon_threadsafe(self._learnt, run, batch)
                        batch, due = [], time.monotonic() + PAUSE
            loop.call_soon_threadsafe(self._learnt, run, batch)

        await asyncio.to_thread(pull)
        return not run.stopped

    def _host(self) -> Host:
        if self._app.project is not None:
            return self._app.project.host
        from evaluator.plugin.host import Host

        return Host(None, enabled=False)

    def _learnt(self, run: _Run, cells: list[Cell]) -> None:
        if run.stopped:
            return
        for criterion, option, suggestion in cells:
            self._workshop.learn(option, criterion, suggestion)
        if run.total:
            run.done += len(cells)
            self._name_faults(self._host())
            self._say(f"suggestions {run.done:,} of {run.total:,}")
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
