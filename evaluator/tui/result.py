"""What the views of results share: whose they are, which weights count, and changing these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, Protocol, TypeVar

from evaluator.tui import words
from evaluator.tui.scope import Background, Scope, moved, step
from evaluator.tui.text import bar, plain, width
from evaluator.tui.view import View
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.sections import HEADING, Pane, Sections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual import events
    from textual.widget import Widget

    from evaluator.errors import EvaluatorError
    from evaluator.model import Number, Option, Ranking
    from evaluator.progress import Progress
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed


class Asked(Protocol):
    """What an analysis answers: it says to which question."""

    @property
    def question(self) -> Any:
        """The question."""


FEW: Final = 4  # ballots below which it can be guessed who gave which score
Rows = TypeVar("Rows", bound=Sections)
Answer = TypeVar("Answer", bound=Asked)


class ResultView(View, Generic[Rows]):
    """A view of results: of the group or of one person, with the weights in force or a scenario.

    A list, and a pane below it about the row of the cursor. A subclass names the list in `ROWS`
    and fills the two in `show_rows` and `show_below`.
    """

    ROWS: type[Rows]

    def __init__(self) -> None:
        super().__init__()
        self.pane = ""  # what is opened below the list, beside what always stands there
        self._stamp: tuple[object, ...] = ()
        self._jobs: list[Background] = []

    def content(self) -> Iterable[Widget]:
        """The list, and what is said of its row."""
        yield self.ROWS(id="rows")
        yield Pane(id="below")

    @property
    def listing(self) -> Rows:
        """The list."""
        return self.query_one(self.ROWS)

    def show_rows(self) -> None:
        """Paints the list."""
        raise NotImplementedError

    def show_below(self) -> None:
        """Paints what is said of the row under the cursor."""
        raise NotImplementedError

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
    def option(self) -> Option | None:
        """The option under the cursor."""
        id = self.listing.current
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
        if self.evaluator.workshop is None:
            return
        self._stamp = self.scope.stamp(self.workshop)
        self.listing.first = self.scope.option
        super().changed(event)

    def on_screen_resume(self) -> None:
        """Catches up with what another view chose: whose, which weights, which option."""
        if not self.is_mounted or self.evaluator.workshop is None:
            return
        if self._stamp != self.scope.stamp(self.workshop):
            self.changed(None)
        if self.scope.option is not None:
            self.listing.go_to(self.scope.option)

    def narrow(self) -> None:
        """Shows what was found, in the order of the view."""
        self.show_rows()

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Remembers the option that is looked at, and says what there is to say of it."""
        event.stop()
        option = self.option
        if option is not None:
            self.scope.option = option.id
        self.show_below()

    def on_resize(self, event: events.Resize) -> None:
        """There is room for more or for less."""
        self.call_after_refresh(self.changed, None)

    @property
    def room(self) -> int:
        """Cells of a line."""
        return max(20, self.size.width)

    @property
    def roomy(self) -> bool:
        """Whether the pane below shows all it has, side by side."""
        return self.has_class("-wide") and self.has_class("-tall")

    # -- what is missing

    def missing(self) -> str:
        """What an empty list says: what is missing, and the key that helps."""
        workshop = self.workshop
        if self.hidden:
            return f"Round {workshop.round} is blind: others' scores are shown once it is revealed."
        if not workshop.options:
            add, palette = self.key("add_option"), self.key("palette")
            return f"No options yet.   {add}: type one in   {palette}: import a brief"
        return self.lacking() or self.nothing_found()

    def lacking(self) -> str:
        """What else is missing; empty: nothing, as far as is known."""
        return ""

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
        return f"group {len(workshop.ballots())}/{len(workshop.panel())}"

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
        if self.below.active:
            self.below.turn(row(self.listing) - self.listing.cursor)
        else:
            super()._go(row)

    def turn_to(self, pane: str) -> None:
        """Opens something below the list, or closes it if it is open."""
        self.pane = "" if self.pane == pane else pane
        self.set_class(bool(self.pane), "-open")
        self.below.top = 0
        self.show_below()

    def copied(self, text: str, what: str) -> None:
        """Puts a text into the clipboard, and says what it was."""
        self.app.copy_to_clipboard(text)
        self.evaluator.say(f"copied {what}")

    # -- names, and what people wrote

    def head_of(self, criterion: str) -> str:
        """The short name of a criterion; its id where there is none any more."""
        found = self.workshop.criteria.get(criterion)
        return plain(found.head if found is not None else criterion)

    def notes_on(self, option: str, *criteria: str, whose: str | None = None) -> list[str]:
        """What was written on an option, as far as it may be seen; names where they are shown.

        With `criteria`: on these (and on the option as a whole) alone; with `whose`: theirs alone.
        """
        found = []
        for key, ballot in self.workshop.visible_ballots(self.workshop.me).items():
            name = f" – {self.name_of(key)}" if self.named else ""
            for place, text in ballot.notes.get(option, {}).items():
                if whose in (None, key) and (not criteria or place in (*criteria, "option")):
                    about = "" if place == "option" else f"{self.head_of(place)}: "
                    found.append(f"{about}“{plain(str(text))}”{name}")
        return found

    @property
    def named(self) -> bool:
        """Whether it is said who gave a score or wrote a note: hidden until asked for."""
        return self.scope.named and self.may_name

    @property
    def may_name(self) -> bool:
        """Whether the session lets this person see names."""
        workshop = self.workshop
        return not workshop.session.anonymous or workshop.is_facilitator(workshop.me)

    @property
    def few(self) -> bool:
        """Whether it can be guessed who gave which score, though nobody is named."""
        return len(self.workshop.ballots()) < FEW

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
        self.scope.choose(self.workshop, choices[(at + 1) % len(choices)])
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


class AskingView(ResultView[Rows], Generic[Rows, Answer]):
    """A view of what an analysis finds in a thread; until that is there the picture stays."""

    def __init__(self) -> None:
        super().__init__()
        self._answer: Answer | None = None
        self._done = 0.0  # how far a long analysis is, 0–1
        self._work = self.background(self.NAME)

    def question(self) -> Any:
        """What is asked of the analysis; None: there is nothing that could be asked."""
        raise NotImplementedError

    def analyse(self, question: Any, progress: Progress) -> Answer:
        """The answer; runs in a thread."""
        raise NotImplementedError

    def show(self, event: Changed | None = None) -> None:
        """Asks anew where the question is another one."""
        question = self.question()
        if question is None:
            self._work.stop()
            self._answer = None
        elif self._answer is None or question != self._answer.question:
            self.work(lambda progress: self.analyse(question, progress))
        self.paint_all()

    def work(self, analysis: Callable[[Progress], Answer]) -> None:
        """Has something worked out in a thread, and takes it."""
        self._work.start(analysis, self.take, self.failed, self.told)

    def take(self, answer: Answer) -> None:
        """Shows an answer."""
        self._answer, self._done = answer, 0.0
        self.paint_all()
        self.refresh_status()

    def failed(self, error: EvaluatorError) -> None:
        """Says why there is no answer."""
        self._done = 0.0
        self.evaluator.fail(error)

    def told(self, done: int, total: int) -> None:
        """Shows how far it is."""
        self._done = done / total if total else 0.0
        self.refresh_status()

    def paint_all(self) -> None:
        """Paints list and pane."""
        self.show_rows()
        self.show_below()

    def missing(self) -> str:
        """What an empty list says; an ellipsis while it is being worked out."""
        unknown = self._answer is None and not self.hidden and self.workshop.options
        return self.lacking() or "…" if unknown else super().missing()


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
