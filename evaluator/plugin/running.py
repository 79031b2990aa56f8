"""One plugin at work in its process: what it gives, checked, and what is wrong with it, in words.

Nothing that a plugin does comes out of here as an exception.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from evaluator.api import Criterion
from evaluator.display import shorten
from evaluator.errors import Problem, Severity
from evaluator.model import Brief, Option, Suggestion
from evaluator.model import Criterion as AnyCriterion
from evaluator.plugin import hookspecs
from evaluator.plugin.client import StoppedError, Worker
from evaluator.plugin.faults import Faults
from evaluator.plugin.sources import Found
from evaluator.plugin.wire import CriterionData, Failed, Limits, Loaded, Said


class Given(msgspec.Struct, frozen=True):
    """A plugin's answer for one option: a checked suggestion or None, and the time it took."""

    criterion: str
    option: str
    suggestion: Suggestion | None
    ms: float = 0.0


class Running:
    """A plugin that was found and may run.

    Attributes:
        found: what is run.
        criteria: its criteria by id, as data: `suggest` is None in them.
        suggests: the ids of those that have a `suggest`.
        hooks: the hooks it has.
        version: what it says, or what its package says.
        printed: the beginning of what it printed while it was loaded.
        problems: everything wrong with it so far.
        stopped: whether it failed to load, or was ended for a fault.
    """

    def __init__(
        self,
        found: Found,
        limits: Limits,
        root: Path | None = None,
        *,
        level: Severity = "warning",
        hint: str | None = None,
    ) -> None:
        self.found = found
        self.criteria: dict[str, Criterion] = {}
        self.suggests: set[str] = set()
        self.hooks: tuple[str, ...] = ()
        self.version = found.version
        self.printed = ""
        self.problems: list[Problem] = []
        self.stopped = False
        self._closed = False
        self._level: Severity = level
        way = f"check {found.label}" if found.path else f"off {found.name}"
        self._hint = f"Try: evaluator plugins {way}" if hint is None else hint
        self._limits = limits
        self._root = root
        self._lock = threading.Lock()
        self._workers: list[Worker] = []
        self._idle: list[Worker] = []

    @property
    def origin(self) -> str:
        """Name and version, as a session freezes it."""
        return f"{self.found.name} {self.version}".strip()

    def report(
        self,
        what: str,
        hint: str | None = None,
        *,
        line: int | None = None,
        key: str | None = None,
        file: str = "",
    ) -> None:
        """Notes a problem; `file` is one inside the plugin's folder."""
        label = self.found.label
        if file and self.found.path is not None and file != self.found.path.name:
            label = f"{label}/{file}"
        said = self._hint if hint is None else hint
        problem = Problem(label, line, key, what, said, self._level)
        if problem not in self.problems:
            self.problems.append(problem)

    def load(self) -> None:
        """Starts the process and learns the plugin's criteria; a fault is a problem, no more."""
        worker = self._worker()
        loaded = self._loaded(worker)
        if loaded is None:
            return
        try:
            self._take(loaded)
        except ValueError as error:
            worker.close()
            self._stop(f"is not loaded: {error}")
        else:
            self._put_back(worker)

    def _loaded(self, worker: Worker) -> Loaded | None:
        try:
            answer = worker.load()
        except StoppedError as stopped:
            self._stop(f"is not loaded: it {stopped}")
            return None
        if isinstance(answer, Failed):
            worker.close()
            self._stop(f"is not loaded: {answer.what}", answer.hint, answer.file, answer.line)
            return None
        return answer

    def _worker(self) -> Worker:
        worker = Worker(self.found.source, self._limits, self._root)
        with self._lock:
            self._workers.append(worker)
            over = self._closed
        if over:
            worker.close()
        return worker

    def _taken(self) -> Worker | None:
        """The process, for one use alone; a second one where it is in use or was given up."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        worker = self._worker()
        return worker if self._loaded(worker) is not None else None

    def _put_back(self, worker: Worker) -> None:
        with self._lock:
            if worker.alive and not self._idle and not self.stopped:
                self._idle.append(worker)
                return
            if worker in self._workers:
                self._workers.remove(worker)
        worker.close()

    def _take(self, loaded: Loaded) -> None:
        """Checks the criteria once more: what comes from over there is only a claim."""
        self.version = loaded.version or self.version
        self.hooks, self.printed = loaded.hooks, loaded.printed
        for data in loaded.criteria:
            fields = {name: getattr(data, name) for name in _CRITERION_FIELDS}
            self.criteria[data.id] = Criterion(**fields, origin=self.origin)
        self.suggests = {data.id for data in loaded.criteria if data.suggests}
        if self.printed:
            text = shorten(" ".join(self.printed.split()), 60)
            self.report(f"prints {text!r} while it is loaded; it may only hand objects over")
        if self.found.path is None:
            return
        for hook in self.hooks:
            if hook != hookspecs.CRITERIA:
                what = f"has {hook}, which only an installed package may have, so it is left out"
                self.report(what, "Make it a package: evaluator plugins new ID --package")

    def suggest(
        self,
        criteria: Sequence[AnyCriterion],
        options: Sequence[Option],
        brief: Brief,
        settings: Mapping[str, Mapping[str, Any]],
    ) -> Generator[Given, None, None]:
        """Each criterion for each option, exactly once, in this order, as the answers come."""
        ids = [c.id for c in criteria if c.id in self.suggests and not self.stopped]
        worker = self._taken() if ids else None
        if worker is None:
            yield from (Given(c.id, option.id, None) for c in criteria for option in options)
            return
        known = {option.id: option for option in (*brief.options, *options)}
        whole = msgspec.structs.replace(brief, options=tuple(known.values()))
        answers = worker.suggest(ids, [option.id for option in options], whole, settings)
        faults = Faults(self.report, len(options))
        try:
            for criterion in criteria:
                asked = criterion.id in ids
                for option in options:
                    said = self._next(answers) if asked else None
                    if said is None:
                        yield Given(criterion.id, option.id, None)
                    else:
                        judged = faults.judge(criterion, option, said)
                        yield Given(criterion.id, option.id, judged, said.ms)
            self._next(answers)
        finally:
            answers.close()
            self._put_back(worker)
            faults.report()

    def _next(self, answers: Iterator[Said]) -> Said | None:
        """The next answer; None once the plugin was stopped."""
        try:
            return next(answers, None)
        except StoppedError as stopped:
            if not self._closed:
                self._stop(f"is stopped: it {stopped}")
            return None

    def close(self) -> None:
        """Ends the process; the plugin gives nothing any more."""
        self._closed = self.stopped = True
        with self._lock:
            workers, self._workers, self._idle = self._workers, [], []
        for worker in workers:
            worker.close()

    def _stop(
        self, what: str, hint: str | None = None, file: str = "", line: int | None = None
    ) -> None:
        self.stopped = True
        if not self._closed:
            self.report(what, hint or None, file=file, line=line)


_CRITERION_FIELDS: Final = tuple(
    name for name in CriterionData.__struct_fields__ if name != "suggests"
)
