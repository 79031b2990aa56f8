"""The Group view: where people differ, what to talk about first, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from evaluator.display import rounded
from evaluator.tui import words
from evaluator.tui.agreeing import AgreeingView, Answer
from evaluator.tui.commands import bindings
from evaluator.tui.text import fit, plain, wrap
from evaluator.tui.widgets import figures, strips, topics
from evaluator.tui.widgets.sections import columns, rule, said
from evaluator.tui.widgets.strips import Strips

if TYPE_CHECKING:
    from evaluator.model import Option
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing

SPLIT: Final = 20.0  # points of overall value between the quartiles
MIXED: Final = 10.0
ORDERS: Final = {"spread": "most split first", "rank": "in order of rank", "file": "in file order"}
_TOPICS = 8
_NOTES = 6


class GroupScreen(AgreeingView[Strips]):
    """Strips of ballots, scores by criterion, the agenda, and agreement."""

    NAME = "group"
    BINDINGS = bindings(NAME)
    ROWS = Strips

    def __init__(self) -> None:
        super().__init__()
        self.order = "spread"

    def right(self) -> list[str]:
        """Whether names are shown."""
        if self.named:
            return ["names shown"]
        return ["names hidden; so few can be guessed" if self.few else "names hidden"]

    # -- the strips

    def show_rows(self) -> None:
        """Paints the strips."""
        self.listing.empty = self.missing()
        self.listing.show_strips(self._rows(), ORDERS[self.order])

    def lacking(self) -> str:
        """There are no ballots yet."""
        workshop = self.workshop
        if workshop.ballots():
            return ""
        people = words.count(len(workshop.voters), "participant")
        sessions = self.key("sessions")
        return f"No ballots in round {workshop.round} yet; {people}.   {sessions}: sessions"

    def _rows(self) -> list[tuple[str, Any]]:
        answer = self._answer
        if answer is None:
            return []
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        ids = [id for id in answer.question.options if id in numbers]
        if self.order == "spread":
            ids.sort(key=lambda option: -(answer.group.spreads[option] or -1.0))
        elif self.order == "rank":
            ids = [row.option for row in self.ranking.rows if row.option in answer.overall]
        if self.hits is not None:
            ids = [id for id in ids if id in set(self.hits)]
        return [(id, self._row(id, str(numbers[id]), answer)) for id in ids]

    def _row(self, id: str, number: str, answer: Answer) -> strips.Row:
        spread, ends = answer.group.spreads[id], answer.quartiles[id]
        values = tuple(value for _, value in answer.overall[id])
        return strips.Row(
            number=number,
            title=self.workshop.option(id).title,
            values=values,
            middle=(ends[0], ends[2]) if ends and spread is not None else None,
            median=ends[1] if ends else None,
            spread=spread,
            word=_word(spread) if spread is not None else f"n={len(values)}",
        )

    # -- below

    def show_below(self) -> None:
        """Paints why people differ on the option, and what is opened."""
        paint, answer, option, cells = self.paint, self._answer, self.option, self.room
        if answer is None or option is None:
            self.below.show([rule("", cells, paint)])
            return
        lines = [rule(option.title, cells, paint)]
        if not self.pane or self.has_class("-wide"):
            lines += self._facts(option, answer, cells)
        if self.pane == "talk":
            lines += self._talk(answer, cells, _TOPICS)
        elif self.pane == "agreement":
            lines += self._agreement(answer, cells)
        elif self.pane == "criteria" or self.roomy:
            lines += self._scores(option, answer, cells)
        if self.roomy and not self.pane:
            half = cells // 2
            most = max(3, self.below.size.height - len(lines) - 5)
            left, right = self._talk(answer, half - 2, most), self._agreement(answer, half)
            lines += [[], *columns(left, right, half, paint)]
        self.below.show(lines)

    def _facts(self, option: Option, answer: Answer, cells: int) -> list[Parts]:
        """Why people differ on it, from where to where; or, where asked for, who is where."""
        base, muted = self.paint.base, self.paint.muted
        why = self._why(option, answer)
        if self.named:
            said_ = [why, *wrap(self._values(option, answer), cells - 2)]
            return [[(" " + fit(line, cells - 2), base)] for line in (*said_, "", "", "")[:4]]
        legend = "• one ballot  2 two ballots  ◆ median  ── middle half  spread: its width"
        spreads = [spread for spread in answer.group.spreads.values() if spread is not None]
        kinds = [_word(spread) for spread in spreads]
        counted = " · ".join(
            f"{kind} {kinds.count(kind)}" for kind in ("split", "mixed", "close")
        ).replace("split", f"split (over {rounded(SPLIT)})")
        lines = [*wrap(why, cells - 2)[:2], f"{self._values(option, answer)}   {counted}", ""]
        return [
            [(" " + fit(legend, cells - 2), muted)],
            *([(" " + fit(line, cells - 2), base)] for line in lines[:3]),
        ]

    def _why(self, option: Option, answer: Answer) -> str:
        topic = next((t for t in answer.group.agenda if t.option == option.id), None)
        if len(answer.question.ballots) < 2:
            return "There is one ballot at most: nothing to compare yet."
        if topic is None:
            return "Everybody gave much the same scores."
        return f"Mostly {self.head_of(topic.criterion)}: {topic.reason}."

    def _values(self, option: Option, answer: Answer) -> str:
        given = answer.overall[option.id]
        if not given:
            return "Nobody has scored it on every criterion."
        if self.named:
            ordered = sorted(given, key=lambda pair: pair[1])
            return " · ".join(f"{self.name_of(key)} {rounded(value)}" for key, value in ordered)
        low, high = min(v for _, v in given), max(v for _, v in given)
        return f"{words.count(len(given), 'ballot')}, from {rounded(low)} to {rounded(high)}."

    def _scores(self, option: Option, answer: Answer, cells: int) -> list[Parts]:
        """How often each score was given, what that comes to, and what people wrote."""
        notes = self.notes_on(option.id)
        lines = figures.scores(answer, option.id, cells, self.paint)
        if notes:
            lines.append([(f" NOTES ({len(notes)})", self.paint.head)])
        lines += [[(" " + fit(note, cells - 2), self.paint.base)] for note in notes[:_NOTES]]
        return lines

    def _talk(self, answer: Answer, cells: int, most: int) -> list[Parts]:
        """The agenda: cells in which people differ, most worth a talk first."""
        paint, found = self.paint, answer.group.agenda
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        lines: list[Parts] = [[(topics.head("TALK ABOUT", cells), paint.head)]]
        if not found:
            lines.append([(" Nothing: nobody differs.", paint.muted)])
        for topic in found[:most]:
            row = topics.Row(
                numbers.get(topic.option, 0),
                self.workshop.option(topic.option).title,
                self.head_of(topic.criterion),
                answer.cells[topic.option, topic.criterion].camps,
                topic.effect,
                topics.marks(answer.cells[topic.option, topic.criterion], topic),
            )
            lines.append([(topics.text(row, cells), paint.base)])
        more = len(found) - most
        if more > 0:
            lines.append([(f" and {more} more", paint.muted)])
        legend = wrap(topics.LEGEND, cells - 2)
        return [*lines, *([(" " + line, paint.muted)] for line in legend)]

    def _agreement(self, answer: Answer, cells: int) -> list[Parts]:
        """How far people agree, what changed since the round before, who is still to come in."""
        workshop = self.workshop
        lines = figures.agreement(answer, self.workshop, cells, self.paint)
        panel = workshop.panel()
        away = [key for key in panel if not workshop.has_answered(key)]
        if away and workshop.can_score:
            text = f"Still to come in: {len(away)} of {len(panel)}"
            if workshop.is_facilitator(workshop.me):
                text += ": " + words.listed([self.name_of(key) for key in away], 6)
            lines.append([(" " + fit(text, cells - 1), self.paint.base)])
        return lines

    # -- actions

    def can(self, action: Action) -> bool:
        """What needs an answer needs one."""
        if action.name in ("by_criterion", "talk", "agreement", "order", "why", "otherwise"):
            return self._answer is not None
        return super().can(action)

    def action_order(self) -> None:
        """The next order of the list."""
        names = list(ORDERS)
        self._sort(names[(names.index(self.order) + 1) % len(names)])

    def on_listing_head_clicked(self, event: Listing.HeadClicked) -> None:
        """Sorts by the column."""
        self._sort(event.name)

    def _sort(self, order: str) -> None:
        self.order = order
        self.show_rows()

    def action_by_criterion(self) -> None:
        """How often each score was given."""
        self.turn_to("criteria")

    def action_talk(self) -> None:
        """What to talk about first."""
        self.turn_to("talk")

    def action_agreement(self) -> None:
        """How far people agree, in figures."""
        self.turn_to("agreement")

    def action_why(self) -> None:
        """Opens how often each score was given, or closes what is open."""
        self.turn_to(self.pane or "criteria")

    def action_otherwise(self) -> None:
        """Who would rank otherwise; names only where they are shown."""
        from evaluator.tui.screens.changes import OrdersScreen

        self.app.push_screen(OrdersScreen(self.workshop, named=self.named))

    # -- copying

    def as_text(self) -> str:
        """The option under the cursor: its spread, and what it comes from."""
        option = self.option if self.is_mounted else None
        if option is None or self._answer is None:
            return ""
        lines = self._facts(option, self._answer, 200)
        return f"{plain(option.title)}\n{said(lines if self.named else lines[1:]).strip()}"

    def action_copy_all(self) -> None:
        """Copies strips, agenda and agreement as text."""
        answer, rows = self._answer, self.listing
        if answer is None:
            return
        lines = [rows.row_line(id, 0, 120, here=False) for id in rows.rows]
        below = [*self._talk(answer, 120, len(answer.group.agenda)), *self._agreement(answer, 120)]
        self.copied(said([rows.head_line(0, 120), *lines, [], *below]), "the strips and the agenda")


def _word(spread: float) -> str:
    if spread > SPLIT:
        return "split"
    return "mixed" if spread > MIXED else "close"
