"""For people who write plugins: fixtures and checks for pytest.

Put `pytest_plugins = ["evaluator.testing"]` into a test module or the top `conftest.py`; then tests
can take `evaluator_host` and `sample_brief`. Everything runs in the test's own process, so that
debuggers, coverage and tracebacks work as usual. (For pytest itself: PYTEST_DONT_REWRITE.)
"""

from __future__ import annotations

import contextlib
import io
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from evaluator.api import Brief, Criterion, Method, Option, Reader, Suggestion, Writer
from evaluator.plugin import contract, hookspecs, memory, sample, sources

__all__ = ["EvaluatorHost", "ask", "check_criterion", "evaluator_host", "sample_brief"]


class EvaluatorHost:
    """Loads plugins for tests: finds nothing by itself, and hides no error.

    Attributes:
        criteria, readers, writers, methods: everything loaded so far, by id.
    """

    def __init__(self) -> None:
        self.criteria: dict[str, Criterion] = {}
        self.readers: dict[str, Reader] = {}
        self.writers: dict[str, Writer] = {}
        self.methods: dict[str, Method] = {}
        self._modules = set(sys.modules)
        self._finders = list(sys.meta_path)

    def load(self, what: Path | str | ModuleType) -> dict[str, Criterion]:
        """Loads a plugin, as evaluator would, and gives its criteria by id.

        Args:
            what: the path of a file, or of a folder with `__init__.py`; or an imported module.

        Raises:
            ValueError: it breaks a rule; the message says which.
            Exception: whatever the plugin raises.
        """
        if isinstance(what, ModuleType):
            module, name = what, what.__name__
        else:
            place = sources.absolute(Path(what))
            source = sources.read(place, str(what)).source
            self._forget(memory.module_name(source))
            module, name = memory.load(source), source.name
        contract.handshake(getattr(module, memory.API_NAME, "1.0"))
        hooks = contract.hooks_of(module, name)
        given = {hook: contract.collect(hook, functions) for hook, functions in hooks.items()}
        places: dict[str, dict[str, Any]] = {
            hookspecs.CRITERIA: self.criteria,
            hookspecs.READERS: self.readers,
            hookspecs.WRITERS: self.writers,
            hookspecs.METHODS: self.methods,
        }
        for hook, things in given.items():
            places[hook].update((thing.id, thing) for thing in things)
        return {thing.id: thing for thing in given.get(hookspecs.CRITERIA, ())}

    def close(self) -> None:
        """Takes what was loaded from a path out of Python again."""
        sys.meta_path[:] = self._finders
        for name in set(sys.modules) - self._modules:
            if name.startswith("evaluator_plugin_"):
                del sys.modules[name]

    def _forget(self, module: str) -> None:
        for name in [n for n in sys.modules if n == module or n.startswith(f"{module}.")]:
            del sys.modules[name]


@pytest.fixture
def evaluator_host() -> Iterator[EvaluatorHost]:
    """A host that loads what a test names, and nothing else."""
    host = EvaluatorHost()
    yield host
    host.close()


@pytest.fixture
def sample_brief() -> Brief:
    """A brief of five options: `plain`, `money`, `empty`, `non-ascii`, `very-long`."""
    return sample.sample_brief()


def ask(
    criterion: Criterion,
    option: Option,
    *,
    brief: Brief | None = None,
    settings: Mapping[str, Any] | None = None,
) -> Suggestion | None:
    """What a criterion proposes for an option, checked as evaluator checks it.

    Args:
        criterion: one that has `suggest`.
        option: the option asked for.
        brief: what it may see of the whole; the option alone where left out.
        settings: its table `settings` from `criteria.toml`.

    Raises:
        AssertionError: the answer breaks a rule.
        Exception: whatever `suggest` raises.
    """
    suggest = criterion.suggest
    assert suggest is not None, f"{criterion.id}: has no suggest"
    names = contract.arguments(suggest)
    whole = brief if brief is not None else Brief("", (option,))
    answer = contract.ask(suggest, names, option, whole, settings or {})
    fault = contract.suggestion_fault(criterion, option, answer)
    assert not fault, f"{criterion.id}: suggest {fault} (for {option.id})"
    found: Suggestion | None = answer
    return found


def check_criterion(
    criterion: Criterion,
    *,
    options: Iterable[Option] = (),
    settings: Mapping[str, Any] | None = None,
    seconds: float = 1.0,
) -> None:
    """Checks what every criterion promises.

    Its value runs from 0 to 100 and never turns back; `suggest` takes arguments that there are,
    answers twice the same, prints nothing, keeps its time, and stays inside scale and text.

    Args:
        criterion: as a plugin gives it.
        options: what to ask about beside the five of the sample brief.
        settings: its table `settings` from `criteria.toml`.
        seconds: the most that one answer may take.

    Raises:
        AssertionError: a promise is not kept; the message says which.
    """
    _check_value(criterion)
    if criterion.suggest is None:
        return
    brief = sample.sample_brief()
    for option in (*brief.options, *options):
        printed = io.StringIO()
        start = time.perf_counter()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            first = ask(criterion, option, brief=brief, settings=settings)
        taken = time.perf_counter() - start
        where = f"{criterion.id}: suggest"
        assert taken <= seconds, (
            f"{where} took {taken:.1f} s for {option.id}; {seconds:g} s is most"
        )
        assert not printed.getvalue(), f"{where} prints {printed.getvalue()[:60]!r}"
        again = ask(criterion, option, brief=brief, settings=settings)
        assert first == again, f"{where} answers differently when asked again, for {option.id}"


def _check_value(criterion: Criterion) -> None:
    step = (criterion.high - criterion.low) / 100
    scores = [criterion.low, *(criterion.low + n * step for n in range(1, 100)), criterion.high]
    values = [criterion.value(score) for score in scores]
    if criterion.better == "lower":
        values.reverse()
    assert (values[0], values[-1]) == (0, 100), f"{criterion.id}: values must run from 0 to 100"
    turns = any(a > b + 1e-9 for a, b in pairwise(values))
    assert not turns, f"{criterion.id}: values must never turn back"
