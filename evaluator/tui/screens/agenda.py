"""The Agenda view: cells that the group talks over, one by one, with a clock and a big picture."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from evaluator.errors import EvaluatorError
from evaluator.tui import words
from evaluator.tui.commands import bindings
from evaluator.tui.result import ResultView
from evaluator.tui.scope import Background
from evaluator.tui.screens.group import FEW, Answer, Question, analyse
from evaluator.tui.text import bar, figure, fit, plain, wrap
from evaluator.tui.widgets.sections import Pane, Sections, rule, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events
    from textual.timer import Timer
    from textual.widget import Widget

    from evaluator.analysis.group import Cell, Topic
    from evaluator.model import Criterion, Mark, Option
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

ORDERS: Final = {
    "flag": "disagreement first",
    "effect": "most for the ranking first",
    "spread": "most split first",
    "open": "still to be talked over first",
}
MINUTES: Final = 6  # for one cell, unless the clock is set otherwise
_NOTES: Final = 6
_BAR: Final = 60  # cells of the longest bar on the wall


class Row(NamedTuple):
    """One cell of the agenda, as it is drawn."""

    number: int
    title: str
    criterion: str
    camps: tuple[int, int, int]
    effect: float
    marks: str
    state: str


class Topics(Sections):
    """The agenda, one row a cell."""

    def __init__(self) -> None:
        super().__init__(id="rows")
        self.caption = ""

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings."""
        room = max(8, cells - 52)
        head = fit(f"      {self.caption}", 15 + room) + "  low  mid high points"
        return [(fit(head, cells), self.paint.head)]

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """A cell: option, criterion, how many low, middle and high, what it is worth, its state."""
        paint = self.paint
        if not isinstance(data, Row):
            return [(str(data), paint.muted)]
        room = max(8, cells - 51)
        text = fit(f"#{data.number}", 5, "right") + " " + fit(data.criterion, 7)
        text += " " + fit(data.title, room)
        text += "".join(f"{count:5}" for count in data.camps) + f"{data.effect:7.0f} "
        done = data.state == "settled"
        return [
            (text + fit(data.marks, 3), paint.muted if done else paint.base),
            (fit(data.state, 12), paint.mark if data.state == "vote again" else paint.muted),
        ]


class AgendaScreen(ResultView):
    """What to talk about: settle it, note what was said, vote on it again."""

    NAME = "agenda"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        self.order = "flag"
        self.wall = False
        self._left = MINUTES * 60
        self._ticking: Timer | None = None
        self._answer: Answer | None = None
        self._work = Background(self, "agenda")

    def content(self) -> Iterable[Widget]:
        """The cells, and what is said of one of them."""
        yield Topics()
        yield Pane(id="below")

    @property
    def listing(self) -> Topics:
        """The cells."""
        return self.query_one(Topics)

    @property
    def who(self) -> str | None:
        """Always the group."""
        return None

    @property
    def scenario(self) -> str | None:
        """The session's weights."""
        return None

    @property
    def place(self) -> tuple[str, str] | None:
        """(option, criterion) of the cursor."""
        id = self.listing.current
        if id is None:
            return None
        option, criterion = id.split(" ")
        return option, criterion

    @property
    def option(self) -> Option | None:
        """The option of the cursor."""
        place = self.place
        return self.workshop.option_set.options.get(place[0]) if place else None

    # -- asking

    def show(self, event: Changed | None = None) -> None:
        """Asks anew; until the answer is there the picture stays."""
        question = self._question()
        if question is None:
            self._work.stop()
            self._answer = None
        elif self._answer is None or question != self._answer.question:
            self._work.start(
                lambda progress: analyse(question, progress), self._take, self.evaluator.fail
            )
        self._paint()

    def _question(self) -> Question | None:
        workshop = self.workshop
        ballots = {} if self.hidden else workshop.ballots()
        if not ballots or not workshop.options:
            return None
        try:
            shares = workshop.shares()
        except EvaluatorError:
            return None
        return Question(
            ballots=ballots,
            earlier={},
            options=tuple(option.id for option in workshop.options),
            criteria=dict(workshop.criteria),
            shares=shares,
            participants=len(workshop.session.participants),
            consensus=workshop.session.consensus,
        )

    def _take(self, answer: Answer) -> None:
        self._answer = answer
        self._paint()
        self.refresh_status()

    # -- status

    def left(self) -> list[str]:
        """Round and session; on the wall the round alone."""
        if self.wall:
            return [f"round {self.workshop.round}"]
        return super().left()

    def right(self) -> list[str]:
        """How far the agenda is, and the clock."""
        rows = [row for row in self.listing.data.values() if isinstance(row, Row)]
        done = sum(row.state == "settled" for row in rows)
        said_ = [f"{done} of {len(rows)} settled"] if rows else []
        return [*said_, self.clock]

    @property
    def clock(self) -> str:
        """What is left of the time for this cell."""
        if self._left <= 0:
            return "time is up"
        minutes, seconds = divmod(self._left, 60)
        return f"{'▶' if self._ticking else '‖'} {minutes}:{seconds:02}"

    # -- painting

    def _paint(self) -> None:
        rows = self.listing
        rows.empty = self._missing()
        rows.caption = ORDERS[self.order]
        rows.show(self._rows())
        self._paint_below()

    def _missing(self) -> str:
        workshop = self.workshop
        if self.hidden:
            return f"Round {workshop.round} is blind: others' scores are shown once it is revealed."
        if not workshop.ballots():
            return f"No ballots in round {workshop.round} yet.   O: sessions"
        return "…" if self._answer is None else "Nothing to talk about: nobody differs."

    def _rows(self) -> list[tuple[str, Row]]:
        answer = self._answer
        if answer is None:
            return []
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        found = self._cells(answer)
        return [
            (f"{option} {criterion}", self._row(numbers[option], topic, found[option, criterion]))
            for option, criterion, topic in self._topics(answer)
            if option in numbers
        ]

    @staticmethod
    def _cells(answer: Answer) -> dict[tuple[str, str], Cell]:
        return {(cell.option, cell.criterion): cell for cell in answer.group.cells}

    def _topics(self, answer: Answer) -> list[tuple[str, str, Topic | None]]:
        """The cells in which people differ, in the order in force; then others that are marked."""
        found = self._cells(answer)
        topics = list(answer.group.agenda)
        if self.order == "effect":
            topics.sort(key=lambda topic: -topic.effect)
        elif self.order == "spread":
            topics.sort(key=lambda topic: -(found[topic.option, topic.criterion].spread or 0))
        elif self.order == "open":
            marks = self.workshop.session.agenda
            settled = {place for place, mark in marks.items() if mark.settled}
            topics.sort(key=lambda topic: (topic.option, topic.criterion) in settled)
        known = {(topic.option, topic.criterion) for topic in topics}
        rest = [p for p in self.workshop.session.agenda if p in found and p not in known]
        return [
            *((topic.option, topic.criterion, topic) for topic in topics),
            *((option, criterion, None) for option, criterion in rest),
        ]

    def _row(self, number: int, topic: Topic | None, cell: Cell) -> Row:
        mark = self.workshop.session.agenda.get((cell.option, cell.criterion))
        signs = "≠" if cell.disagreement else " "
        signs += "↕" if topic is not None and topic.changes_rank else " "
        return Row(
            number,
            self.workshop.option(cell.option).title,
            self.workshop.criterion(cell.criterion).head,
            cell.camps,
            topic.effect if topic is not None else 0.0,
            signs,
            _state(mark),
        )

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Says what there is to say of the cell under the cursor."""
        event.stop()
        option = self.option
        if option is not None:
            self.scope.option = option.id
        self._paint_below()

    def on_resize(self, event: events.Resize) -> None:
        """There is room for more or for less."""
        self.call_after_refresh(self._paint)

    def _paint_below(self) -> None:
        cells, paint, place = max(20, self.size.width), self.paint, self.place
        cell = None
        if place is not None and self._answer is not None:
            cell = self._cells(self._answer).get(place)
        if cell is None:
            self.below.show([rule("", cells, paint)])
            return
        if self.wall:
            self.below.show(self._on_the_wall(cell, cells))
            return
        option, criterion = (
            self.workshop.option(cell.option),
            self.workshop.criterion(cell.criterion),
        )
        head = f"{option.title} — {criterion.title}"
        lines = [rule(head, cells, paint), *self._said(cell, criterion, cells)]
        lines += self._arguments(cell, cells)
        self.below.show(lines)

    def _said(self, cell: Cell, criterion: Criterion, cells: int) -> list[Parts]:
        counted = " · ".join(f"{label} {count}" for label, count in self._counts(cell, criterion))
        figures = f"median {figure(cell.median)}, middle half {figure(cell.iqr)} wide, n = {cell.n}"
        told = {True: "disagreement", False: "no disagreement", None: "too few to tell"}
        mark = self.workshop.session.agenda.get((cell.option, cell.criterion))
        lines: list[Parts] = [
            [(" " + fit(counted, cells - 2), self.paint.base)],
            [(" " + fit(f"{figures}: {told[cell.disagreement]}", cells - 2), self.paint.muted)],
        ]
        if mark is not None and mark.note:
            note = wrap(f"Discussion: {mark.note}", cells - 2)
            lines += [[(" " + line, self.paint.base)] for line in note]
        return lines

    def _counts(self, cell: Cell, criterion: Criterion) -> list[tuple[str, int]]:
        """(level, how many gave it), or (range, how many) of a measured scale."""
        assert self._answer is not None
        ballots = self._answer.question.ballots.values()
        given = [ballot.score(cell.option, criterion.id) for ballot in ballots]
        scores = [score for score in given if isinstance(score, int | float)]
        if criterion.levels:
            steps = [level.score for level in criterion.levels]
            nearest = [min(steps, key=lambda step: abs(step - score)) for score in scores]
            found = [
                (f"{figure(level.score)} {level.label}", nearest.count(level.score))
                for level in criterion.levels
            ]
        else:
            found = _fifths(criterion, scores)
        away = given.count("abstain")
        return [*found, ("abstained", away)] if away else found

    def _arguments(self, cell: Cell, cells: int) -> list[Parts]:
        """What people wrote on this cell and option, names only where they are shown."""
        lines: list[Parts] = []
        for key, ballot in self.workshop.visible_ballots(self.workshop.me).items():
            row = ballot.notes.get(cell.option, {})
            for about in (cell.criterion, "option"):
                if row.get(about):
                    by = f" – {self.name_of(key)}" if self.named else ""
                    text = fit(f"“{plain(str(row[about]))}”{by}", cells - 2)
                    lines.append([(" " + text, self.paint.base)])
        return lines[:_NOTES]

    def _on_the_wall(self, cell: Cell, cells: int) -> list[Parts]:
        """One cell in rows that can be read from afar; nobody is named."""
        paint = self.paint
        option, criterion = (
            self.workshop.option(cell.option),
            self.workshop.criterion(cell.criterion),
        )
        counts = self._counts(cell, criterion)
        most = max((count for _, count in counts), default=0)
        label = min(24, cells // 3)
        lines: list[Parts] = [[], [(f"  {fit(option.title.upper(), cells - 4)}", paint.strong)], []]
        lines += [[("  " + line, paint.base)] for line in wrap(criterion.question, cells - 4)[:2]]
        lines.append([])
        room = (self.size.height - len(lines) - 4) // max(1, len(counts))
        for name, count in counts:
            line = bar(count, min(_BAR, cells - label - 12), most or 1)
            said_ = f"  {count}" if count else "  ·"
            first = ("  " + fit(name, label) + "  ", paint.strong)
            lines.append([first, (line, paint.bar), (said_, paint.strong)])
            if room >= 3:
                lines.append([(" " * (label + 4), paint.base), (line, paint.bar)])
            if room >= 2:
                lines.append([])
        tail = f"median {figure(cell.median)} · {words.count(cell.n, 'score')}"
        lines.append([(f"  {tail}   {self.clock}", paint.strong)])
        return lines

    # -- actions

    def can(self, action: Action) -> bool:
        """Marks are the facilitator's, where there is one; they need a cell."""
        if action.name == "find":
            return False
        if action.group == "agenda":
            return self._leads and self.is_mounted and self.place is not None
        if action.name == "names":
            return self.may_name and not self.wall
        return super().can(action)

    @property
    def _leads(self) -> bool:
        people = self.workshop.session.participants.values()
        return self.workshop.is_facilitator(self.workshop.me) or not any(
            person.role == "facilitator" for person in people
        )

    def action_settle(self) -> None:
        """Marks the cell as talked over, or not."""
        mark, place = self._mark(), self.place
        if place is not None:
            self.attempt(lambda: self.workshop.mark(*place, settled=not (mark and mark.settled)))

    def action_revote(self) -> None:
        """Marks the cell to be voted on again in the next round, or not."""
        mark, place = self._mark(), self.place
        if place is not None:
            self.attempt(lambda: self.workshop.mark(*place, revote=not (mark and mark.revote)))

    def action_agenda_note(self) -> None:
        """Opens the note on what was said of the cell."""
        from evaluator.tui.screens.note import NoteScreen

        mark, place, option = self._mark(), self.place, self.option
        if place is None or option is None:
            return
        heading = f"{option.title} — {self.workshop.criterion(place[1]).title}: what was said"

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.mark(*place, note=text))

        self.app.push_screen(NoteScreen(heading, mark.note if mark else ""), keep)

    def _mark(self) -> Mark | None:
        place = self.place
        return self.workshop.session.agenda.get(place) if place is not None else None

    def action_order(self) -> None:
        """The next order of the list."""
        names = list(ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        self._paint()

    def action_wall(self) -> None:
        """Shows one cell in large rows for the projector, or the list again."""
        self.wall = not self.wall
        self.set_class(self.wall, "-wall")
        people = len(self.workshop.voters)
        if self.wall and people < FEW:
            self.evaluator.say("with so few people it can be guessed who gave which score")
        self._paint_below()
        self.refresh_status()

    # -- the clock

    def action_clock(self) -> None:
        """Starts the clock, or stops it; after the time is up it begins anew."""
        if self._ticking is not None:
            self._stop()
        else:
            if self._left <= 0:
                self._left = MINUTES * 60
            self._ticking = self.set_interval(1, self._tick)
        self._show_clock()

    def action_more_time(self) -> None:
        """A minute more."""
        self._left = max(self._left, 0) + 60
        self._show_clock()

    def action_less_time(self) -> None:
        """A minute less."""
        self._left = max(self._left - 60, 0)
        self._show_clock()

    def _stop(self) -> None:
        if self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _tick(self) -> None:
        self._left = max(0, self._left - 1)
        if not self._left:
            self._stop()
            self.app.bell()
            self.evaluator.say("time is up")
        self._show_clock()

    def _show_clock(self) -> None:
        if self.is_current:
            self.refresh_status()
            if self.wall:
                self._paint_below()

    # -- copying

    def as_text(self) -> str:
        """What is said of the cell under the cursor."""
        return said(self.below.lines) if self.is_mounted and self.place is not None else ""


def _state(mark: Mark | None) -> str:
    if mark is None:
        return ""
    if mark.revote:
        return "vote again"
    return "settled" if mark.settled else "noted"


def _fifths(criterion: Criterion, scores: Sequence[float]) -> list[tuple[str, int]]:
    """How many scores lie in each fifth of a measured scale."""
    low, width = float(criterion.low), float(criterion.high - criterion.low) / 5
    places = [min(4, int((score - low) / width)) for score in scores]
    ends = [low + n * width for n in range(6)]
    return [
        (f"{figure(start)}–{figure(end)}", places.count(n))
        for n, (start, end) in enumerate(pairwise(ends))
    ]
