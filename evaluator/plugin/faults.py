"""Faults of suggestions, put together: a plugin that fails for every option is one problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from evaluator.display import shorten
from evaluator.model import Criterion, Option, Suggestion
from evaluator.plugin import contract
from evaluator.plugin.wire import Said

_MOST_FAULTS: Final = 5


class Faults:
    """What went wrong in one pass over a brief, put together by criterion and fault."""

    def __init__(self, report: Callable[..., None], count: int) -> None:
        self._report = report
        self._count = count
        self._seen: dict[tuple[str, str], tuple[Any, ...]] = {}

    def judge(self, criterion: Criterion, option: Option, said: Said) -> Suggestion | None:
        """The suggestion, where nothing is wrong with it."""
        what = said.fault
        if not what and (found := contract.suggestion_fault(criterion, option, said.suggestion)):
            what = f"suggest {found}"
        if not what and said.printed:
            text = shorten(" ".join(said.printed.split()), 60)
            self._note(criterion.id, option.id, f"suggest prints {text!r}; it may only answer")
        if what:
            self._note(criterion.id, option.id, what, said.file, said.line)
        return None if what else said.suggestion

    def _note(
        self, criterion: str, option: str, what: str, file: str = "", line: int | None = None
    ) -> None:
        times, *place = self._seen.get((criterion, what), (0, option, file, line))
        self._seen[criterion, what] = (times + 1, *place)

    def report(self) -> None:
        """One problem a fault; a plugin that fails in many ways is cut short."""
        seen = list(self._seen.items())[:_MOST_FAULTS]
        for (criterion, what), (times, first, file, line) in seen:
            several = f"for {times} of {self._count} options, {first} first"
            where = several if times > 1 else f"for {first}"
            self._report(f"{what} ({where})", file=file, line=line, key=criterion)
        self._seen.clear()
