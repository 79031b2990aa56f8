"""Which solver answers: branch and bound where that is quick, else HiGHS in children."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from types import TracebackType

from evaluator.analysis import knapsack
from evaluator.analysis.knapsack import Choice
from evaluator.analysis.milp import Child
from evaluator.errors import EvaluatorError, fail
from evaluator.progress import Progress, step

_PATIENCE = 3  # cases in a row found too large before branch and bound is given up
_CHILDREN = 4  # at most, and not more than there are processors


class Solver:
    """Branch and bound, and HiGHS in a child for the cases that are too large for it.

    Once it has been too large some times in a row, it is no longer tried. A context: leaving it
    ends the children.

    Args:
        progress: told the steps done of `total`; answering False stops with `Cancelled`.
    """

    def __init__(self, progress: Progress | None = None, total: int = 1) -> None:
        self.progress, self.total, self.steps = progress, total, 0
        self.children: list[Child] = []
        self.given_up = 0

    @property
    def slow(self) -> bool:
        """Whether a case has taken HiGHS."""
        return bool(self.children)

    def done(self) -> None:
        """One more step is taken."""
        self.steps += 1
        step(self.progress, self.steps, self.total)

    def waiting(self) -> None:
        """No step is taken, but somebody may want to stop."""
        step(self.progress, self.steps, self.total)

    def best(self, choice: Choice) -> int | None:
        """The mask of a best set, or None where no set keeps the rules.

        Raises:
            EvaluatorError: the case is too large, and HiGHS can't be used.
        """
        if self.given_up < _PATIENCE:
            try:
                found = knapsack.best(choice)
            except knapsack.TooLargeError:
                self.given_up += 1
            else:
                self.given_up = 0
                return found
        if not self.children:
            self.children.append(Child())
        try:
            return self.children[0].best(choice, self.waiting)
        except RuntimeError as error:
            raise _without_highs(error) from None

    def all(self, choices: Sequence[Choice]) -> Iterator[int]:
        """The masks of best sets of choices that differ in gains, each a step, in order.

        Cases that go to HiGHS are shared among as many children as there are processors.

        Raises:
            EvaluatorError: as `best`; `Cancelled` where somebody wants to stop.
        """
        for n, choice in enumerate(choices):
            if self.given_up >= _PATIENCE:
                yield from self._shared(choices[n:])
                return
            yield self.best(choice) or 0
            self.done()

    def _shared(self, choices: Sequence[Choice]) -> Iterator[int]:
        count = min(_CHILDREN, os.cpu_count() or 1, len(choices))
        while len(self.children) < count:
            self.children.append(Child())
        try:
            for child, choice in zip(self.children, choices, strict=False):
                child.ask(choice)
            for n in range(len(choices)):
                child = self.children[n % count]
                found = child.answer(self.waiting)
                if n + count < len(choices):
                    child.ask(choices[n + count])
                yield found or 0
                self.done()
        except RuntimeError as error:
            raise _without_highs(error) from None

    def __enter__(self) -> Solver:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self.children:
            child.__exit__(kind, error, trace)


def _without_highs(error: RuntimeError) -> EvaluatorError:
    hint = "Try: python -m pip install highspy; or take fewer options"
    return fail(f"the portfolio is too large to solve without HiGHS ({error})", hint)
