"""Tries one plugin out: loads it apart, reviewed or not, and asks it for every option, twice."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from evaluator.errors import EvaluatorError, Problem
from evaluator.model import Brief, Criterion, Option, Suggestion
from evaluator.plugin import hookspecs, inprocess, sources
from evaluator.plugin.running import Running
from evaluator.plugin.sample import sample_brief
from evaluator.plugin.wire import Limits
from evaluator.store.files import name_in


class CheckResult(msgspec.Struct, frozen=True):
    """What came of trying a plugin out.

    Attributes:
        criteria: those it gives; empty where it could not be loaded.
        suggestions: by option, then criterion; None where it proposes nothing.
        ms: by criterion, how long each option took, in milliseconds, in the options' order.
        problems: everything that is wrong, all at level "error"; empty for a good plugin.
    """

    criteria: tuple[Criterion, ...] = ()
    suggestions: dict[str, dict[str, Suggestion | None]] = msgspec.field(default_factory=dict)
    ms: dict[str, tuple[float, ...]] = msgspec.field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def check_file(
    path: Path,
    options: Sequence[Option] = (),
    brief: Brief | None = None,
    *,
    root: Path | None = None,
    limits: Limits | None = None,
) -> CheckResult:
    """Runs the plugin at `path` in a process of its own and says everything that is wrong.

    To name a file is to agree that it runs, this once: nothing is trusted by it.

    Args:
        path: a `.py` file, or a folder with `__init__.py`.
        options: what it is asked about; the sample brief where there are none.
        brief: its title and language; the options themselves where it is None.
        root: the project, whose own modules stay out of reach; paths in messages start there.
        limits: of time and memory.
    """
    root = root.resolve() if root is not None else None
    place = sources.absolute(path)
    label = name_in(root, place) if root is not None else str(path)
    try:
        found = sources.read(place, label)
    except EvaluatorError as error:
        return CheckResult(problems=error.problems)
    running = Running(found, limits or Limits(), root, level="error", hint="")
    try:
        return _tried(running, options, brief)
    finally:
        running.close()


def _tried(running: Running, options: Sequence[Option], brief: Brief | None) -> CheckResult:
    running.load()
    if running.stopped:
        return CheckResult(problems=tuple(running.problems))
    criteria = tuple(running.criteria.values())
    if not criteria:
        running.report("gives no criterion", "Let evaluator_criteria yield one")
    for id in sorted(set(running.criteria) & set(inprocess.built_in(hookspecs.CRITERIA))):
        what = f"gives a criterion {id!r}, and there is a built-in one with that id"
        running.report(what, "Give it another id", key=id)
    chosen = tuple(options)
    whole = brief if brief is not None else Brief("", chosen)
    if not chosen:
        whole = sample_brief()
        chosen = whole.options
    suggestions, ms = _asked(running, criteria, chosen, whole)
    if not running.problems:
        again, _ = _asked(running, criteria, chosen, whole)
        _compare(running, suggestions, again)
    return CheckResult(criteria, suggestions, ms, tuple(running.problems))


def _asked(
    running: Running, criteria: tuple[Criterion, ...], options: tuple[Option, ...], brief: Brief
) -> tuple[dict[str, dict[str, Suggestion | None]], dict[str, tuple[float, ...]]]:
    suggestions: dict[str, dict[str, Suggestion | None]] = {option.id: {} for option in options}
    ms: dict[str, list[float]] = {criterion.id: [] for criterion in criteria}
    for given in running.suggest(criteria, options, brief, {}):
        suggestions[given.option][given.criterion] = given.suggestion
        ms[given.criterion].append(given.ms)
    return suggestions, {id: tuple(times) for id, times in ms.items()}


def _compare(
    running: Running,
    first: dict[str, dict[str, Suggestion | None]],
    again: dict[str, dict[str, Suggestion | None]],
) -> None:
    for option, given in first.items():
        for criterion, suggestion in given.items():
            if again[option][criterion] != suggestion:
                what = f"suggest answers differently when it is asked again (for {option})"
                hint = "It must depend on nothing but what it is given"
                running.report(what, hint, key=criterion)
                return
