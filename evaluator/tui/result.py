"""What the views of results share: whose they are, which weights count, and changing these."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.tui import words
from evaluator.tui.scope import Background, Scope, moved, step
from evaluator.tui.text import bar, plain, width
from evaluator.tui.view import View
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.sections import HEADING, Pane, Sections

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluator.model import Number, Option, Ranking
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

_WEIGHTS = ("more_weight", "less_weight", "reset_weights")


class ResultView(View):
    """A view of results: of the group or of one person, with the weights in force or a scenario."""

    def __init__(self) -> None:
        super().__init__()
        self._stamp: tuple[object, ...] = ()
        self._jobs: list[Background] = []

    def background(self, group: str) -> Background:
        """A place for slow work, which ends with the view."""
        self._jobs.append(Background(self, group))
        return self._jobs[-1]

    def on_unmount(self) -> None:
        """Cancels what is still being computed: leaving must not wait for it."""
        for job in self._jobs:
            job.stop()

    @property
    def scope(self) -> Scope:
        """Whose results are in view, and with which weights."""
        return self.evaluator.scope

    @property
    def who(self) -> str | None:
        """The participant whose results are in view, or None for the group."""
        return self.scope.who(self.workshop)

    @property
    def scenario(self) -> str | None:
        """The named weight set in view, or None."""
        return self.scope.scenario(self.workshop)

    @property
    def ranking(self) -> Ranking:
        """The additive ranking in view."""
        return self.workshop.ranking(self.who, scenario=self.scenario)

    @property
    def sections(self) -> Sections:
        """The list of the view."""
        found = self.listing
        assert isinstance(found, Sections)
        return found

    @property
    def option(self) -> Option | None:
        """The option under the cursor."""
        id = self.sections.current
        if id is None or id.startswith(HEADING):
            return None
        return self.workshop.option_set.options.get(id)

    @property
    def hidden(self) -> bool:
        """Whether the group's results may not be seen yet: a blind round that is not revealed."""
        return self.who is None and not self.workshop.sees_all(self.workshop.me)

    # -- following other views

    def changed(self, event: Changed | None) -> None:
        """Paints, and remembers for whom and with which weights."""
        self._stamp = self.scope.stamp(self.workshop)
        if isinstance(self.listing, Sections):
            self.listing.first = self.scope.option
        super().changed(event)

    def on_screen_resume(self) -> None:
        """Catches up with what another view chose: whose, which weights, which option."""
        if not self.is_mounted or self.evaluator.workshop is None:
            return
        if self._stamp != self.scope.stamp(self.workshop):
            self.changed(None)
        if self.listing is not None and self.scope.option is not None:
            self.listing.go_to(self.scope.option)

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Remembers the option that is looked at."""
        option = self.option
        if option is not None:
            self.scope.option = option.id

    # -- status

    def left(self) -> list[str]:
        """Round, whose results, session."""
        workshop = self.workshop
        said = [f"round {workshop.round}", self.whose(), plain(workshop.id)]
        if self.scenario is not None:
            said.append(f"weights: {plain(self.scenario)}")
        return said

    def whose(self) -> str:
        """Whose results these are, in words."""
        workshop, who = self.workshop, self.who
        if who is not None:
            return self.name_of(who)
        given, people = len(workshop.ballots()), len(workshop.session.participants)
        return f"group {given}/{people}"

    def name_of(self, key: str) -> str:
        """A participant's name as it may be shown."""
        person = self.workshop.session.participants.get(key)
        return plain(person.name if person is not None else key)

    # -- moving in the pane below

    @property
    def below(self) -> Pane:
        """The pane below the list."""
        return self.query_one("#below", Pane)

    def action_next_pane(self) -> None:
        """Moves in the pane below the list, or in the list again."""
        self.below.activate(not self.below.active)

    def action_previous_pane(self) -> None:
        """The same, the other way round."""
        self.action_next_pane()

    def _go(self, row: Callable[[Listing], int]) -> None:
        if self.below.active and self.listing is not None:
            self.below.turn(row(self.listing) - self.listing.cursor)
        else:
            super()._go(row)

    # -- names

    @property
    def named(self) -> bool:
        """Whether it is said who gave a score or wrote a note: hidden until asked for."""
        return self.scope.named and self.may_name

    @property
    def may_name(self) -> bool:
        """Whether the session lets this person see names."""
        workshop = self.workshop
        return not workshop.session.anonymous or workshop.is_facilitator(workshop.me)

    def action_names(self) -> None:
        """Shows who gave which score and wrote which note, or hides it again."""
        self.scope.named = not self.scope.named
        self.changed(None)

    # -- whose, which weights

    def can(self, action: Action) -> bool:
        """Whether an action applies at this moment."""
        if action.name == "whose":
            return len(self.scope.choices(self.workshop)) > 1
        if action.name == "names":
            return self.may_name
        if action.name == "scenario":
            return bool(self.workshop.session.scenarios)
        if action.name in ("next_pane", "previous_pane"):
            return self.is_mounted and (self.below.overflows or self.below.active)
        if action.name in ("next_criterion", "previous_criterion"):
            return len(self.workshop.criteria) > 1
        return super().can(action)

    def action_whose(self) -> None:
        """Shows the next one's results: the group's, one's own, then the others'."""
        choices = self.scope.choices(self.workshop)
        at = choices.index(self.who) if self.who in choices else -1
        self.scope.choose(choices[(at + 1) % len(choices)])
        self.changed(None)

    def action_scenario(self) -> None:
        """Shows the results with the next weight set, then with the weights in force again."""
        names: list[str | None] = [None, *self.workshop.session.scenarios]
        self.scope.use_scenario(names[(names.index(self.scenario) + 1) % len(names)])
        self.changed(None)

    # -- weights

    @property
    def criterion(self) -> str:
        """Id of the criterion whose weight the keys change."""
        ids = list(self.workshop.criteria)
        return ids[min(self.scope.criterion, len(ids) - 1)] if ids else ""

    def _turn(self, by: int) -> None:
        count = len(self.workshop.criteria)
        self.scope.criterion = (min(self.scope.criterion, count - 1) + by) % max(1, count)
        self.changed(None)

    def action_previous_criterion(self) -> None:
        """The criterion before."""
        self._turn(-1)

    def action_next_criterion(self) -> None:
        """The next criterion."""
        self._turn(1)

    def action_more_weight(self) -> None:
        """More weight for the criterion."""
        self._weigh(1)

    def action_less_weight(self) -> None:
        """Less weight for the criterion."""
        self._weigh(-1)

    def _weigh(self, steps: int) -> None:
        weights = self.scope.weights(self.workshop)
        by = steps * step(sum(weights.values()))
        self.weigh({self.criterion: moved(weights[self.criterion], by)})

    def weigh(self, weights: dict[str, Number]) -> bool:
        """Sets weights of what is in view, if they are one's own or the group's to set."""
        if self.who not in (None, self.workshop.me) and self.scenario is None:
            self.evaluator.say(f"these are the weights of {self.whose()}", "warning")
            return False
        return self.attempt(lambda: self.scope.weigh(self.workshop, weights))

    def action_reset_weights(self) -> None:
        """One's own: the group's again; the group's: those of the project, else all alike."""
        workshop, who = self.workshop, self.who
        if self.scenario is not None or who is None:
            known = dict(self.evaluator.project.weights) if self.evaluator.project else {}
            self.weigh({id: known.get(id, 10) for id in workshop.criteria})
        elif who == workshop.me:
            self.attempt(lambda: workshop.forget_own_weights(who))

    def weights_line(self, cells: int) -> Parts:
        """The weights in one line, the one the keys change in brackets; with bars in a wide one."""
        paint, weights = self.paint, self.scope.weights(self.workshop)
        total = float(sum(weights.values())) or 1.0
        room = (cells - 24) // max(1, len(weights)) - 14
        size = min(20, room) if room >= 8 else 0
        entries: list[Parts] = []
        for n, (id, weight) in enumerate(weights.items()):
            here = id == self.criterion
            left, right = ("[", "]") if here else (" ", " ")
            head = plain(self.workshop.criteria[id].head)
            text = f"{left}{head}{bars.glyph(n)} {words.weight(weight)}"
            line = " " + bar(weight, size, max(weights.values())) if size and weight else ""
            style = paint.strong if here else paint.base
            entries.append([(text, style), (line, paint.bar), (right, style), (" ", paint.base)])
        shown = _around(entries, min(self.scope.criterion, len(entries) - 1), cells - 20)
        tail = "" if abs(total - 100) < 1e-9 else f" sum {words.weight(total)}"
        return [(" weights ", paint.muted), *shown, (tail, paint.muted)]


def _around(entries: Sequence[Parts], chosen: int, cells: int) -> Parts:
    """As many entries as fit, the chosen one among them."""
    sizes = [sum(width(text) for text, _ in entry) for entry in entries]
    first = 0
    while first < chosen and sum(sizes[first : chosen + 1]) > cells:
        first += 1
    found: Parts = []
    used = 0
    for entry, size in zip(entries[first:], sizes[first:], strict=True):
        if found and used + size > cells:
            break
        found += entry
        used += size
    return found
