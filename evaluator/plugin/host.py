"""The one place that knows every plugin: finds them, has them loaded apart, and asks them.

Nothing a plugin does stops anything else: every fault is a `Problem` that names the plugin.
"""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Generator, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from evaluator import __version__
from evaluator.api import Method, Reader, Writer
from evaluator.errors import EvaluatorError, Problem
from evaluator.model import Brief, Criterion, Option, Suggestion
from evaluator.plugin import hookspecs, inprocess, sources
from evaluator.plugin.faults import Faults
from evaluator.plugin.sources import Found
from evaluator.plugin.wire import Limits

if TYPE_CHECKING:
    from evaluator.plugin.running import Running
    from evaluator.plugin.trust import Ledger

State: TypeAlias = Literal["loaded", "waits", "off", "problem"]
Settings: TypeAlias = Mapping[str, Mapping[str, Any]]
Cell: TypeAlias = tuple[str, str, Suggestion | None]

BUILT_IN: Final = "built in"
INSTALLED: Final = "installed"
_AT_ONCE: Final = 4


class PluginInfo(msgspec.Struct, frozen=True):
    """One plugin, as a list of them shows it.

    Attributes:
        name: of the file, folder or entry point; "evaluator" for what is built in.
        version: as the package or the module says; may be empty.
        source: "built in", "installed", or the path relative to the project.
        criteria: ids of its criteria; of a project's plugin that is not loaded, those that its
            text writes out.
        state: "loaded" (or, while nothing has been run, ready to be), "waits" for review, "off",
            or "problem".
        problem: the first thing that is wrong with it, as a sentence.
        path: of a project's plugin.
        sha256: of a project's plugin as it is now.
    """

    name: str
    version: str
    source: str
    criteria: tuple[str, ...]
    state: State
    problem: str | None = None
    path: Path | None = None
    sha256: str = ""


class _Known:
    """A plugin that was found, with what is known of it."""

    def __init__(self, found: Found, state: State, problem: Problem | None = None) -> None:
        self.found = found
        self.state: State = state
        self.problem = problem
        self.running: Running | None = None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Why it waits, and all that went wrong with it."""
        own = () if self.problem is None else (self.problem,)
        return own + (tuple(self.running.problems) if self.running else ())

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The ids that its text gives to criteria; found without running it."""
        if not self.found.source.files:
            return ()
        from evaluator.plugin.manage import criteria_in

        return criteria_in(self.found)

    def info(self) -> PluginInfo:
        """What a list shows."""
        found, running = self.found, self.running
        stopped = running is not None and running.stopped
        state: State = "problem" if stopped and self.state == "loaded" else self.state
        return PluginInfo(
            name=found.name,
            version=running.version if running else found.version,
            source=found.label if found.path else INSTALLED,
            criteria=tuple(running.criteria) if running and running.criteria else self.written,
            state=state,
            problem=next((p.what for p in self.problems), None),
            path=found.path,
            sha256=found.sha256,
        )


def _classified(found: Found, ledger: Ledger) -> _Known:
    if found.key in ledger.off:
        return _Known(found, "off")
    if ledger.trusts(found):
        return _Known(found, "loaded")
    what, changed = "waits for review, so it is not loaded", ledger.changed(found)
    if changed:
        names = ", ".join(changed[:3]) + (" …" if len(changed) > 3 else "")
        what = f"has changed since it was reviewed ({names}), so it is not loaded"
    hint = f"Look through it, then: evaluator plugins trust {found.label}"
    return _Known(found, "waits", Problem(found.label, None, None, what, hint, "warning"))


def _unreadable(problem: Problem) -> PluginInfo:
    """A plugin that is there but can't be read, such as a link."""
    parts = problem.file.split("/")
    name = parts[1].removesuffix(".py") if len(parts) > 1 else problem.file
    return PluginInfo(name, "", problem.file, (), "problem", problem.what)


def _close_all(running: list[Running]) -> None:
    for one in running:
        one.close()


class Host:
    """Every plugin that there is for one project, or (without one) for this installation.

    Making one does nothing slow: files are looked at when something is asked, processes are
    started by `load`. Any thread may call any method; `close` ends all processes.

    Args:
        root: the project's folder, or None.
        enabled: False asks no plugin anything (`--no-plugins`).
        limits: how long and how large plugins may be.
    """

    def __init__(
        self, root: Path | None, *, enabled: bool = True, limits: Limits | None = None
    ) -> None:
        self.root = root.resolve() if root is not None else None
        self.enabled = enabled
        self.limits = limits or Limits()
        self._loading = threading.RLock()
        self._finding = threading.Lock()
        self._built_in: dict[str, Criterion] | None = None
        self._running: list[Running] = []
        self._closings = 0
        self._forget()
        self._finalizer = weakref.finalize(self, _close_all, self._running)

    def _forget(self) -> None:
        self._known: list[_Known] | None = None
        self._found_wrong: list[Problem] = []
        self._said_wrong: list[Problem] = []
        self._gained: dict[str, Criterion] = {}
        self._owners: dict[str, Running] = {}
        self._offers: dict[str, dict[str, Any]] = {}
        self._loaded = False

    def __enter__(self) -> Host:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends every plugin's process at once; waiting threads are told that it is over."""
        self._closings += 1  # first: whoever is about to start processes ends them then
        _close_all(self._running)

    def reload(self) -> None:
        """Looks for plugins anew: something was trusted, switched, or has changed."""
        self.close()  # so that nobody who is loading a plugin that hangs keeps us waiting
        with self._loading:
            self.close()
            self._running.clear()
            self._forget()

    # -- finding and loading

    def _discover(self) -> list[_Known]:
        with self._finding:
            if self._known is None:
                self._known = self._find()
            return self._known

    def _find(self) -> list[_Known]:
        found, wrong = sources.find_in(self.root) if self.root else ([], [])
        installed = sources.find_installed(self.root)
        if not self.enabled:
            return [_Known(one, "off") for one in (*installed, *found)]
        known = []
        if found or installed:
            from evaluator.plugin import trust

            ledger = trust.Ledger()
            try:
                ledger = trust.read(self.root)
            except EvaluatorError as error:
                wrong += [msgspec.structs.replace(p, level="warning") for p in error.problems]
            known = [_classified(one, ledger) for one in (*installed, *found)]
        self._found_wrong = wrong
        return known

    @property
    def loaded(self) -> bool:
        """Whether every plugin that may run has been loaded, or found wanting."""
        return self._loaded or not self.enabled

    def load(self) -> None:
        """Has every plugin that may run loaded in a process of its own; once, and slow.

        Plugins start side by side, some at a time, and each is known as soon as it is there.
        Nothing is raised: see `problems`.
        """
        with self._loading:
            if self.loaded:
                return
            closings = self._closings
            ready = [known for known in self._discover() if known.state == "loaded"]
            if ready:
                self._start(ready, closings)
            self._loaded = True

    def load_beside(self) -> None:
        """Has `load` done in a thread of its own; `loaded` says when it is over."""
        threading.Thread(target=self.load, name="plugins", daemon=True).start()

    def _start(self, ready: list[_Known], closings: int) -> None:
        from concurrent.futures import ThreadPoolExecutor, as_completed

        from evaluator.plugin.running import Running

        started = [Running(known.found, self.limits, self.root) for known in ready]
        for known, running in zip(ready, started, strict=True):
            known.running = running
        self._running += started
        if closings != self._closings:
            _close_all(started)
        with ThreadPoolExecutor(min(_AT_ONCE, len(started))) as pool:
            coming = {pool.submit(one.load): one for one in started}
            here: set[Running] = set()
            for done in as_completed(coming):
                done.result()
                here.add(coming[done])
                self._take(ready, here)

    def _take(self, ready: list[_Known], here: set[Running]) -> None:
        """Takes over criteria in order; an id that is there already is left out.

        While some are still to come, what they write out is kept for them where they are the
        first in order, so that it is no matter who is quick.
        """
        given, kept = [], set[str]()
        for known in ready:
            running = known.running
            if running is None or running not in here:
                kept.update(known.written)
            elif not running.stopped:
                mine = {id: c for id, c in running.criteria.items() if id not in kept}
                given.append((running, mine))
        found = [(running.found, mine) for running, mine in given]
        merged, wrong = inprocess.merged(self.builtin_criteria(), found)
        if len(here) == len(ready):
            self._said_wrong += wrong
        owners = {id: one for one, mine in given for id, c in mine.items() if merged.get(id) is c}
        self._gained = {id: merged[id] for id in owners}
        self._owners = owners

    # -- what there is

    def builtin_criteria(self) -> dict[str, Criterion]:
        """The built-in criteria by id, in their order."""
        if self._built_in is None:
            given = inprocess.built_in(hookspecs.CRITERIA)
            self._built_in = {
                id: msgspec.structs.replace(criterion, origin=BUILT_IN)
                for id, criterion in given.items()
            }
        return dict(self._built_in)

    def criteria(self, *, wait: bool = True) -> dict[str, Criterion]:
        """Every criterion that is known, by id: built in, then installed, then the project's.

        Those of plugins are data: their `suggest` is None, and `Host.suggest` asks for them.

        Args:
            wait: False gives what is known at once; the rest is there once `load` has run.
        """
        if wait:
            self.load()
        return {**self.builtin_criteria(), **self._gained}

    def suggests(self, criterion: Criterion) -> bool:
        """Whether anything can propose scores for a criterion, as far as is known."""
        owner = self._owners.get(criterion.id)
        return criterion.suggest is not None or (
            owner is not None and criterion.id in owner.suggests and not owner.stopped
        )

    def readers(self) -> dict[str, Reader]:
        """Formats that options come from, by id."""
        return self._offered(hookspecs.READERS)

    def writers(self) -> dict[str, Writer]:
        """Formats that results go to, by id."""
        return self._offered(hookspecs.WRITERS)

    def methods(self) -> dict[str, Method]:
        """Ways to rank, by id."""
        return self._offered(hookspecs.METHODS)

    def _offered(self, hook: str) -> dict[str, Any]:
        """Built-in things, and those of installed packages whose process said they have any."""
        with self._loading:
            if hook in self._offers:
                return dict(self._offers[hook])
            built = inprocess.built_in(hook)
            ready = [known for known in self._discover() if known.found.path is None]
            if any(known.state == "loaded" for known in ready):
                self.load()
            others = []
            for known in ready:
                if known.running and not known.running.stopped and hook in known.running.hooks:
                    given, wrong = inprocess.installed(hook, known.found)
                    others.append((known.found, given))
                    self._said_wrong += wrong
            self._offers[hook], wrong = inprocess.merged(built, others)
            self._said_wrong += wrong
            return dict(self._offers[hook])

    def plugins(self, *, run: bool = False) -> tuple[PluginInfo, ...]:
        """Every plugin: built in, installed, the project's; and what can't be one.

        Args:
            run: True loads them first, so that criteria and problems are known; False imports
                nothing of anybody else's.
        """
        if run:
            self.load()
        own = tuple(self.builtin_criteria())
        first = PluginInfo("evaluator", __version__, BUILT_IN, own, "loaded")
        known = [one.info() for one in self._discover()]
        unreadable = [_unreadable(p) for p in self._found_wrong if p.file.startswith("plugins")]
        return (first, *known, *unreadable)

    def problems(self) -> tuple[Problem, ...]:
        """Everything wrong with any plugin so far, each named; nothing is run for it.

        All are warnings: a session stays readable and rankable without its plugins.
        """
        if not self.enabled:
            return ()
        known = [problem for one in self._discover() for problem in one.problems]
        return (*self._found_wrong, *known, *self._said_wrong)

    # -- suggesting

    def suggest(
        self,
        criteria: Iterable[Criterion],
        options: Iterable[Option],
        brief: Brief,
        settings: Settings | None = None,
    ) -> Generator[Cell, None, None]:
        """(criterion, option, suggestion or None) for each pair, exactly once, as they are known.

        Criteria that carry a function are asked here, the others in their plugin's process; where
        nothing can be asked, or a fault was found (see `problems`), the suggestion is None.

        Args:
            criteria: as the project or the session has them.
            options: the options asked for.
            brief: title and language; its options are what a criterion sees beside the one.
            settings: by criterion id; None takes each criterion's own table `settings`, which
                it has from `criteria.toml`.
        """
        chosen, wanted = tuple(options), tuple(criteria)
        told = {c.id: _settings(c) for c in wanted} if settings is None else settings
        for criterion in wanted:
            if criterion.suggest is not None:
                yield from self._ask_here(criterion, chosen, brief, told.get(criterion.id, {}))
        others = [criterion for criterion in wanted if criterion.suggest is None]
        if any(criterion.id not in self._owners for criterion in others):
            self.load()
        owners = self._owners
        for owner in {id(one): one for one in owners.values()}.values():
            theirs = [c for c in others if owners.get(c.id) is owner]
            if theirs:
                with contextlib.closing(owner.suggest(theirs, chosen, brief, told)) as given:
                    for one in given:
                        yield one.criterion, one.option, one.suggestion
        for criterion in others:
            if criterion.id not in owners:
                yield from ((criterion.id, option.id, None) for option in chosen)

    def _ask_here(
        self,
        criterion: Criterion,
        options: tuple[Option, ...],
        brief: Brief,
        settings: Mapping[str, Any],
    ) -> Iterator[Cell]:
        def report(what: str, *, file: str, line: int | None, key: str | None) -> None:
            problem = Problem(file or criterion.origin, line, key, what, "", "warning")
            if problem not in self._said_wrong:
                self._said_wrong.append(problem)

        faults = Faults(report, len(options))
        try:
            for option in options:
                said = inprocess.answered(criterion, option, brief, settings)
                yield criterion.id, option.id, faults.judge(criterion, option, said)
        finally:
            faults.report()


def _settings(criterion: Criterion) -> Mapping[str, Any]:
    found = criterion.extra.get("settings")
    return found if isinstance(found, dict) else {}
