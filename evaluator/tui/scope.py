"""Whose ranking the views of results show, and with which weights."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from evaluator.errors import EvaluatorError
from evaluator.progress import Cancelled

if TYPE_CHECKING:
    from textual.widget import Widget
    from textual.worker import WorkType

    from evaluator.model import Number
    from evaluator.progress import Progress
    from evaluator.workshop import Workshop

T = TypeVar("T")


class Scope:
    """What the views of results agree on; a way of looking, nothing that is saved.

    Attributes:
        scenario: the named weight set in view, or None for the weights in force.
        criterion: number of the criterion whose weight the keys change.
        option: id of the option that was looked at last, in whichever view.
        named: whether views say who gave a score or wrote a note.
    """

    def __init__(self) -> None:
        self._asked: tuple[str | None] | None = None  # who chose; None: nobody has
        self._who: str | None = None
        self._scenario: str | None = None
        self.criterion = 0
        self.option: str | None = None
        self.named = False

    def who(self, workshop: Workshop) -> str | None:
        """The participant whose ranking is in view, or None for the group.

        Until somebody is chosen: one's own where nobody else has answered or others are still
        hidden, else the group's. What one person chose is not what the next one sees.
        """
        if self._asked == (workshop.me,) and self._who in self.choices(workshop):
            return self._who
        me = workshop.me
        if me is None:
            return None
        others = any(key != me for key in workshop.ballots())
        return None if others and workshop.sees_all(me) else me

    def choices(self, workshop: Workshop) -> list[str | None]:
        """Whose ranking may be shown: the group, oneself, and where names are open the others."""
        me = workshop.me
        own: list[str | None] = [me] if me is not None else []
        if not workshop.sees_all(me):
            return own
        found: list[str | None] = [None, *own]
        if not workshop.session.anonymous or workshop.is_facilitator(me):
            found += [key for key in workshop.ballots() if key != me]
        return found

    def stamp(self, workshop: Workshop) -> tuple[object, ...]:
        """Differs where what the views show differs."""
        return self.who(workshop), self.scenario(workshop), self.criterion, workshop.round

    def choose(self, workshop: Workshop, who: str | None) -> None:
        """Shows the ranking of a participant, or of the group, as long as the same person looks."""
        self._asked, self._who = (workshop.me,), who

    def scenario(self, workshop: Workshop) -> str | None:
        """The named weight set in view, where there still is one of that name."""
        return self._scenario if self._scenario in workshop.session.scenarios else None

    def use_scenario(self, name: str | None) -> None:
        """Shows results with a named weight set, or with the weights in force."""
        self._scenario = name

    def weights(self, workshop: Workshop) -> dict[str, Number]:
        """The raw weights in view, one per criterion."""
        found: dict[str, Number] = dict(workshop.session.weights)
        scenario, who = self.scenario(workshop), self.who(workshop)
        if scenario is not None:
            found |= workshop.session.scenarios[scenario]
        elif who is not None:
            found |= workshop.ballot(who).weights
        return {id: found.get(id, 10) for id in workshop.criteria}

    def weigh(self, workshop: Workshop, weights: dict[str, Number]) -> None:
        """Sets raw weights of what is in view: of a scenario, of one's ballot, or the agreed ones.

        Raises:
            EvaluatorError: the weights are no good, or the round is closed.
        """
        scenario, who = self.scenario(workshop), self.who(workshop)
        if scenario is not None:
            workshop.set_scenario(scenario, {**workshop.session.scenarios[scenario], **weights})
        else:
            workshop.weigh(weights, participant=who)


def step(total: float) -> float:
    """By how much one key press changes a raw weight: about 1 in 100 of all of them."""
    return float(10.0 ** round(math.log10(total / 100))) if total > 0 else 1.0


def moved(weight: Number, by: float) -> Number:
    """A raw weight changed by whole steps of `by`, never below 0; whole numbers stay whole."""
    size = abs(by)
    digits = max(0, -math.floor(math.log10(size)))
    found = round(max(0.0, round(weight / size) * size + by), digits)
    return int(found) if found == int(found) else found


class Background:
    """One computation at a time in a thread; a newer one cancels the one before.

    The thread never touches a widget: what it found is handed over on the event loop.
    """

    def __init__(self, node: Widget, group: str) -> None:
        self._node, self._group = node, group
        self._turn = 0
        self.busy = False

    def start(
        self,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[EvaluatorError], None],
        told: Callable[[int, int], None] | None = None,
    ) -> None:
        """Runs `work(progress)`; then `done(result)` or `failed(error)`, unless overtaken.

        `told` hears (steps done, steps in all) while it runs.
        """
        self._turn += 1
        self.busy = True
        # A function, not a coroutine: one that is overtaken before it begins is never awaited.
        run: WorkType[None] = partial(self._run, self._turn, work, done, failed, told)
        self._node.run_worker(run, group=self._group, exclusive=True)

    def stop(self) -> None:
        """Cancels what is running."""
        self._turn += 1
        self.busy = False

    async def _run(
        self,
        turn: int,
        work: Callable[[Progress], T],
        done: Callable[[T], None],
        failed: Callable[[EvaluatorError], None],
        told: Callable[[int, int], None] | None,
    ) -> None:
        loop = asyncio.get_running_loop()

        def progress(steps: int, total: int) -> bool:
            if turn != self._turn:
                return False
            if told is not None:
                try:
                    loop.call_soon_threadsafe(self._tell, turn, told, steps, total)
                except RuntimeError:  # the app has been left meanwhile
                    return False
            return True

        try:
            found: Any = await asyncio.to_thread(work, progress)
        except Cancelled:
            return
        except EvaluatorError as error:
            if turn == self._turn:
                self.busy = False
                failed(error)
            return
        if turn == self._turn:
            self.busy = False
            done(found)

    def _tell(self, turn: int, told: Callable[[int, int], None], steps: int, total: int) -> None:
        if turn == self._turn and self._node.is_running:
            told(steps, total)
