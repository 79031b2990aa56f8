"""The Agenda view: cells that the group talks over, one by one, with a clock and a big picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evaluator.tui import words
from evaluator.tui.agreeing import AgreeingView, Answer
from evaluator.tui.commands import bindings
from evaluator.tui.text import bar, figure, fit, wrap
from evaluator.tui.widgets import topics
from evaluator.tui.widgets.sections import rule, said
from evaluator.tui.widgets.topics import Topics, counted

if TYPE_CHECKING:
    from textual.timer import Timer

    from evaluator.analysis.group import Cell, Topic
    from evaluator.model import Criterion, Mark, Option
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing

ORDERS: Final = {
    "flag": "disagreement first",
    "effect": "most for the ranking first",
    "spread": "most split first",
    "open": "still to be talked over first",
}
MINUTES: Final = 6  # for one cell, unless the clock is set otherwise
_NOTES: Final = 6
_BAR: Final = 120  # cells of the longest bar on the wall


class AgendaScreen(AgreeingView[Topics]):
    """What to talk about: settle it, note what was said, vote on it again."""

    NAME = "agenda"
    BINDINGS = bindings(NAME)
    ROWS = Topics

    def __init__(self) -> None:
        super().__init__()
        self.order = "flag"
        self.wall = False
        self._full = self._left = MINUTES * 60
        self._timed: tuple[str, str] | None = None  # the cell that the clock is about
        self._ticking: Timer | None = None

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

    # -- status

    def left(self) -> list[str]:
        """Round and session; on the wall the round alone."""
        if self.wall:
            return [f"round {self.workshop.round}"]
        return super().left()

    def right(self) -> list[str]:
        """How far the agenda is, and the clock."""
        rows = [row for row in self.listing.data.values() if isinstance(row, topics.Row)]
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

    # -- the list

    def show_rows(self) -> None:
        """Paints the cells in which people differ."""
        rows = self.listing
        rows.empty = self.missing()
        rows.caption = ORDERS[self.order]
        rows.show(self._rows())

    def nothing_found(self) -> str:
        """Nothing is searched here: there is nothing to show."""
        return "Nothing to talk about: nobody differs."

    def lacking(self) -> str:
        """There are no ballots yet."""
        if self.workshop.ballots():
            return ""
        return f"No ballots in round {self.workshop.round} yet.   {self.key('sessions')}: sessions"

    def _rows(self) -> list[tuple[str, topics.Row]]:
        answer = self._answer
        if answer is None:
            return []
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        return [
            (
                f"{cell.option} {cell.criterion}",
                topics.Row(
                    numbers[cell.option],
                    self.workshop.option(cell.option).title,
                    self.head_of(cell.criterion),
                    cell.camps,
                    topic.effect if topic is not None else 0.0,
                    topics.marks(cell, topic),
                    _state(self._mark(cell.option, cell.criterion)),
                ),
            )
            for cell, topic in self._topics(answer)
            if cell.option in numbers
        ]

    def _topics(self, answer: Answer) -> list[tuple[Cell, Topic | None]]:
        """The cells in which people differ, in the order in force; then others that are marked."""
        marks, cells = self.workshop.session.agenda, answer.cells
        found = [(cells[topic.option, topic.criterion], topic) for topic in answer.group.agenda]
        if self.order == "effect":
            found.sort(key=lambda pair: -pair[1].effect)
        elif self.order == "spread":
            found.sort(key=lambda pair: -(pair[0].spread or 0))
        elif self.order == "open":
            settled = {place for place, mark in marks.items() if mark.settled}
            found.sort(key=lambda pair: (pair[0].option, pair[0].criterion) in settled)
        known = {(cell.option, cell.criterion) for cell, _ in found}
        rest = [cells[place] for place in marks if place in cells and place not in known]
        return [*found, *((cell, None) for cell in rest)]

    # -- below

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Gives another cell its whole time, unless the clock is running."""
        if self.place != self._timed and self._ticking is None:
            self._left = self._full
            self.refresh_status()
        self._timed = self.place

    def show_below(self) -> None:
        """Says what there is to say of the cell under the cursor."""
        cells, place, answer = self.room, self.place, self._answer
        cell = answer.cells.get(place) if answer is not None and place is not None else None
        if answer is None or cell is None:
            self.below.show([rule("", cells, self.paint)])
            return
        option, criterion = (
            self.workshop.option(cell.option),
            self.workshop.criterion(cell.criterion),
        )
        counts = self._counts(answer, cell, criterion)
        if self.wall:
            self.below.show(self._on_the_wall(cell, option, criterion, counts))
            return
        title = f"{option.title} — {criterion.title}"
        lines = [rule(title, cells, self.paint), *self._said(answer, cell, counts)]
        notes = self.notes_on(cell.option, cell.criterion)[:_NOTES]
        lines += [[(" " + fit(note, cells - 2), self.paint.base)] for note in notes]
        legend = wrap(topics.LEGEND, cells - 2)
        if len(lines) + len(legend) < self.below.size.height:
            lines += [[], *([(" " + line, self.paint.muted)] for line in legend)]
        self.below.show(lines)

    def _said(self, answer: Answer, cell: Cell, counts: list[tuple[str, int]]) -> list[Parts]:
        """How often each score was given, the figures, and what was said."""
        cells, paint = self.room, self.paint
        counted_ = " · ".join(f"{label} {count}" for label, count in counts)
        told = {True: "disagreement", False: "no disagreement", None: "too few to tell"}
        figures = f"median {figure(cell.median)}, middle half {figure(cell.iqr)} wide, n = {cell.n}"
        figures += f": {told[cell.disagreement]}"
        rated = answer.rated.get((cell.option, cell.criterion))
        if rated is not None:
            sign = ">" if cell.disagreement else "≤"
            figures += f", IPR {rated.ipr:.3g} {sign} IPRAS {rated.ipras:.3g}"
        lines: list[Parts] = [
            [(" " + fit(counted_, cells - 2), paint.base)],
            [(" " + fit(figures, cells - 2), paint.muted)],
        ]
        mark = self._mark(cell.option, cell.criterion)
        if mark is not None and mark.note:
            note = wrap(f"Discussion: {mark.note}", cells - 2)
            lines += [[(" " + line, paint.base)] for line in note]
        return lines

    @staticmethod
    def _counts(answer: Answer, cell: Cell, criterion: Criterion) -> list[tuple[str, int]]:
        """(level, how many gave it), or (range, how many) of a measured scale; then abstentions."""
        ballots = answer.question.ballots.values()
        given = [ballot.score(cell.option, criterion.id) for ballot in ballots]
        found = counted(criterion, [s for s in given if isinstance(s, int | float)])
        away = given.count("abstain")
        counts = [(each.words, each.number) for each in found]
        return [*counts, ("abstained", away)] if away else counts

    def _on_the_wall(
        self, cell: Cell, option: Option, criterion: Criterion, counts: list[tuple[str, int]]
    ) -> list[Parts]:
        """One cell in rows that can be read from afar; nobody is named."""
        paint, cells = self.paint, self.room
        most = max((count for _, count in counts), default=0)
        label = min(24, cells // 3)
        lines: list[Parts] = [[]]
        titles = wrap(option.title.upper(), cells - 4)[:2]
        lines += [[("  " + line, paint.strong)] for line in titles]
        asked = wrap(f"{criterion.title}: {criterion.question}", cells - 4)[:2]
        lines += [[], *([("  " + line, paint.base)] for line in asked), []]
        room = (self.size.height - len(lines) - 4) // max(1, len(counts))
        thick = 1 + (room >= 3) + (room >= 5)
        gap = max(0, min(2, room - thick))
        for name, count in counts:
            line = bar(count, min(_BAR, cells - label - 12), most or 1)
            first = ("  " + fit(name, label) + "  ", paint.strong)
            number = (f"  {count}" if count else "·", paint.strong)
            lines.append([first, (line, paint.bar), number])
            more: Parts = [(" " * (label + 4), paint.base), (line, paint.bar)]
            lines += [more] * (thick - 1) + [[]] * gap
        state = _state(self._mark(cell.option, cell.criterion))
        tail = [f"median {figure(cell.median)}", words.count(cell.n, "score"), state]
        lines.append([(f"  {' · '.join(filter(None, tail))}   {self.clock}", paint.strong)])
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
        place = self.place
        if place is not None:
            mark = self._mark(*place)
            self.attempt(lambda: self.workshop.mark(*place, settled=not (mark and mark.settled)))

    def action_revote(self) -> None:
        """Marks the cell to be voted on again in the next round, or not."""
        place = self.place
        if place is not None:
            mark = self._mark(*place)
            self.attempt(lambda: self.workshop.mark(*place, revote=not (mark and mark.revote)))

    def action_agenda_note(self) -> None:
        """Opens the note on what was said of the cell."""
        from evaluator.tui.screens.note import NoteScreen

        place, option = self.place, self.option
        if place is None or option is None:
            return
        mark = self._mark(*place)
        heading = f"{option.title} — {self.workshop.criterion(place[1]).title}: what was said"

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.mark(*place, note=text))

        self.app.push_screen(NoteScreen(heading, mark.note if mark else ""), keep)

    def _mark(self, option: str, criterion: str) -> Mark | None:
        return self.workshop.session.agenda.get((option, criterion))

    def action_order(self) -> None:
        """The next order of the list."""
        names = list(ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        self.show_rows()

    def action_wall(self) -> None:
        """Shows one cell in large rows for the projector, or the list again."""
        self.wall = not self.wall
        self.set_class(self.wall, "-wall")
        if self.wall and self.few:
            self.evaluator.say("with so few people it can be guessed who gave which score")
        self.call_after_refresh(self.show_below)  # once it is known how much room there is
        self.refresh_status()

    # -- the clock

    def action_clock(self) -> None:
        """Starts the clock, or stops it; after the time is up it begins anew."""
        if self._ticking is not None:
            self._stop()
        else:
            if self._left <= 0:
                self._left = self._full
            self._ticking = self.set_interval(1, self._tick)
        self._show_clock()

    def action_more_time(self) -> None:
        """A minute more."""
        self._set_clock(self._left + 60)

    def action_less_time(self) -> None:
        """A minute less."""
        self._set_clock(self._left - 60)

    def _set_clock(self, seconds: int) -> None:
        """Sets what is left; before the start of the clock for the cells to come too."""
        self._left = max(0, seconds)
        if self._ticking is None:
            self._full = self._left or self._full
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
                self.show_below()

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
