"""The Group view: where people differ, and what to talk about first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from evaluator.errors import EvaluatorError
from evaluator.tui import words
from evaluator.tui.commands import bindings
from evaluator.tui.result import ResultView
from evaluator.tui.text import figure, fit, plain, wrap
from evaluator.tui.widgets import bars, strips
from evaluator.tui.widgets.sections import Pane, columns, rule, said
from evaluator.tui.widgets.strips import Strips

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.widget import Widget

    from evaluator.analysis.group import Group
    from evaluator.analysis.progress import Progress
    from evaluator.model import Ballot, Consensus, Criterion, Option
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

SPLIT: Final = 20.0  # points of overall value between the quartiles
MIXED: Final = 10.0
FEW: Final = 4  # people below whom it can be guessed who gave which score
ORDERS: Final = {"spread": "most split first", "rank": "in order of rank", "file": "in file order"}
_TOPICS = 8
_NOTES = 6
_BINS = 5  # of a measured scale in the histogram


class Question(msgspec.Struct, frozen=True):
    """What is asked of the analysis."""

    ballots: dict[str, Ballot]
    earlier: dict[str, Ballot]
    options: tuple[str, ...]
    criteria: dict[str, Criterion]
    shares: dict[str, float]
    participants: int
    consensus: Consensus


class Answer(msgspec.Struct, frozen=True):
    """The group's state, with each option's overall values and their quartiles.

    Attributes:
        overall: by option, (ballot, value 0–100) of those who scored it whole.
        quartiles: by option, (lower, median, upper); None: too few ballots.
        before: Kendall's W of the round before; None: there is none.
    """

    question: Question
    group: Group
    overall: dict[str, tuple[tuple[str, float], ...]]
    quartiles: dict[str, tuple[float, float, float] | None]
    before: float | None


def analyse(question: Question, progress: Progress) -> Answer:  # noqa: ARG001 - it is quick
    """Runs in a thread: everything the view shows. numpy is loaded here."""
    import numpy as np

    from evaluator.analysis import group

    def survey(ballots: Mapping[str, Ballot]) -> Group:
        return group.survey(
            list(ballots.values()),
            question.options,
            question.criteria,
            question.shares,
            participants=question.participants,
            consensus=question.consensus,
        )

    scores = group.scores_of(list(question.ballots.values()), question.options, question.criteria)
    values = group.values_of(scores, question.criteria)
    totals = group.overall(values, list(question.shares.values())).T
    ends = group.quantiles(totals, (0.25, 0.5, 0.75)) if totals.size else totals
    overall: dict[str, tuple[tuple[str, float], ...]] = {}
    quartiles: dict[str, tuple[float, float, float] | None] = {}
    for n, id in enumerate(question.options):
        row = zip(question.ballots, totals[n].tolist(), strict=True)
        overall[id] = tuple((key, value) for key, value in row if not np.isnan(value))
        known = ends[:, n].tolist() if overall[id] else None
        quartiles[id] = (known[0], known[1], known[2]) if known else None
    before = survey(question.earlier).kendall_w if question.earlier else None
    return Answer(question, survey(question.ballots), overall, quartiles, before)


class GroupScreen(ResultView):
    """Strips of ballots, the agenda, and agreement."""

    NAME = "group"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        self.order = "spread"
        self.pane: Literal["criteria", "talk", ""] = ""
        self._answer: Answer | None = None
        self._work = self.background("group")

    def content(self) -> Iterable[Widget]:
        """The strips, and what is said of one of them."""
        yield Strips(id="rows")
        yield Pane(id="below")

    @property
    def listing(self) -> Strips:
        """The strips."""
        return self.query_one(Strips)

    @property
    def who(self) -> str | None:
        """Always the group."""
        return None

    @property
    def scenario(self) -> str | None:
        """Spreads use the session's weights."""
        return None

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
        number = workshop.round - 1
        seen = number > 0 and workshop.sees_all(workshop.me, number)
        try:
            shares = workshop.shares()
        except EvaluatorError:
            return None
        return Question(
            ballots=ballots,
            earlier=workshop.ballots(number) if seen else {},
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

    def right(self) -> list[str]:
        """Whether names are shown."""
        if self.named:
            return ["names shown"]
        few = len(self.workshop.voters) < FEW
        return ["names hidden; so few can be guessed" if few else "names hidden"]

    # -- painting

    def narrow(self) -> None:
        """Shows the options that were found, in the order in force."""
        self._paint()

    def _paint(self) -> None:
        rows = self.listing
        rows.empty = self._missing()
        rows.show_strips(self._rows(), ORDERS[self.order])
        self._paint_below()

    def _missing(self) -> str:
        workshop = self.workshop
        if self.hidden:
            return f"Round {workshop.round} is blind: others' scores are shown once it is revealed."
        if not workshop.options:
            return "No options yet.   ins: type one in   ^p: import a brief"
        if not workshop.ballots():
            people = words.count(len(workshop.session.participants), "participant")
            return f"No ballots in round {workshop.round} yet; {people}.   O: sessions"
        return "…" if self._answer is None else "Nothing found.   esc: show all"

    def _rows(self) -> list[tuple[str, Any]]:
        answer = self._answer
        if answer is None:
            return []
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        found = None if self.hits is None else set(self.hits)
        ids = [id for id in answer.question.options if id in numbers]
        if self.order == "spread":
            ids.sort(key=lambda option: -(answer.group.spreads[option] or -1.0))
        elif self.order == "rank":
            ids = [row.option for row in self.ranking.rows if row.option in answer.overall]
        return [
            (id, self._row(id, str(numbers[id]), answer))
            for id in ids
            if found is None or id in found
        ]

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

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Says what there is to say of the option under the cursor."""
        event.stop()
        self._paint_below()

    def on_resize(self, event: events.Resize) -> None:
        """There is room for more or for less."""
        self.call_after_refresh(self._paint)

    def _paint_below(self) -> None:
        cells, paint = max(20, self.size.width), self.paint
        pane, answer, option = self.below, self._answer, self.option
        if answer is None or option is None:
            pane.show([rule("", cells, paint)])
            return
        lines = [rule(option.title, cells, paint)]
        if not self.pane or self.has_class("-wide"):
            lines += self._facts(option, answer, cells)
        if self.has_class("-wide") and self.has_class("-tall"):
            half = cells // 2
            left = [*self._talk(answer, half - 2), [], *self._agreement(answer, half - 2)]
            right = [*self._by_criterion(option, answer, half), *self._notes(option, half)]
            lines += [[], *columns(left, right, half, paint)]
        elif self.pane == "criteria":
            lines += [*self._by_criterion(option, answer, cells), *self._notes(option, cells)]
        elif self.pane == "talk":
            lines += [*self._talk(answer, cells), *self._agreement(answer, cells)]
        pane.show(lines)

    def _facts(self, option: Option, answer: Answer, cells: int) -> list[Parts]:
        base, muted = self.paint.base, self.paint.muted
        legend = "• one ballot  2 two ballots  ◆ median  ── middle half  spread: its width"
        topic = next((t for t in answer.group.agenda if t.option == option.id), None)
        if len(self.workshop.visible_ballots(self.workshop.me)) < 2:
            why = "There is one ballot at most: nothing to compare yet."
        elif topic is None:
            why = "Everybody gave much the same scores."
        else:
            why = f"Mostly {self._head(topic.criterion)}: {topic.reason}."
        said_ = [*wrap(why, cells - 2)[:2], ""][:2]
        groups = self._groups(answer)
        counted = " · ".join(
            f"{name}{about} {len(groups[name])}"
            for name, about in (
                ("talk", f" (over {SPLIT:.0f})"),
                ("check", ""),
                ("settled", ""),
            )
        )
        values = self._values(option, answer)
        last = values if self.named else f"{values}   {counted}"
        return [
            [(" " + fit(legend, cells - 2), muted)],
            *([(" " + fit(line, cells - 2), base)] for line in said_),
            [(" " + fit(last, cells - 2), base)],
        ]

    def _values(self, option: Option, answer: Answer) -> str:
        given = answer.overall[option.id]
        if not given:
            return "Nobody has scored it on every criterion."
        if self.named:
            ordered = sorted(given, key=lambda pair: pair[1])
            return " · ".join(f"{self.name_of(key)} {value:.0f}" for key, value in ordered)
        low, high = min(v for _, v in given), max(v for _, v in given)
        return f"{words.count(len(given), 'ballot')}, from {low:.0f} to {high:.0f}."

    def _groups(self, answer: Answer) -> dict[str, list[str]]:
        """Options by what they ask of the group: to be talked over, checked, or settled."""
        found: dict[str, list[str]] = {"talk": [], "check": [], "settled": []}
        names = {"split": "talk", "mixed": "check", "close": "settled"}
        for id, spread in answer.group.spreads.items():
            if spread is not None:
                found[names[_word(spread)]].append(id)
        return found

    def _talk(self, answer: Answer, cells: int) -> list[Parts]:
        """The agenda: cells in which people differ, most worth a talk first."""
        paint, topics = self.paint, answer.group.agenda
        numbers = {option.id: n for n, option in enumerate(self.workshop.options, 1)}
        found = {(cell.option, cell.criterion): cell for cell in answer.group.cells}
        room = max(8, cells - 42)
        head = fit(" TALK ABOUT", 13 + room) + "  low  mid high points"
        lines: list[Parts] = [[(head, paint.head)]]
        if not topics:
            lines.append([(" Nothing: nobody differs.", paint.muted)])
        for topic in topics[:_TOPICS]:
            cell, option = found[topic.option, topic.criterion], self.workshop.option(topic.option)
            marks = ("≠" if cell.disagreement else " ") + ("↕" if topic.changes_rank else " ")
            text = f" {fit(f'#{numbers.get(topic.option, 0)}', 4)}"
            text += fit(self._head(topic.criterion), 7) + fit(option.title, room) + " "
            text += "".join(f"{count:5}" for count in cell.camps)
            text += f"{topic.effect:7.0f}  {marks}"
            lines.append([(text, paint.base)])
        more = len(topics) - _TOPICS
        said_ = f" {words.count(more, 'cell')} more." if more > 0 else ""
        legend = f"{said_} ≠ disagreement  ↕ could change its rank"
        lines.append([(fit(legend, cells), paint.muted)])
        return lines

    def _agreement(self, answer: Answer, cells: int) -> list[Parts]:
        """Kendall's W, and who is still to come in."""
        workshop, paint, group = self.workshop, self.paint, answer.group
        if group.kendall_w is None:
            said_ = "Agreement: two ballots without open cells are needed"
        else:
            said_ = (
                f"Agreement: Kendall's W {group.kendall_w:.2f} (0 none, 1 full; n = {group.ranked})"
            )
            if answer.before is not None:
                said_ += f"; round {workshop.round - 1}: {answer.before:.2f}"
        lines: list[Parts] = [[(" " + text, paint.base)] for text in wrap(said_, cells - 2)]
        away = [k for k in workshop.session.participants if not workshop.has_answered(k)]
        if away:
            text = f"Still to come in: {len(away)} of {group.participants}"
            if workshop.is_facilitator(workshop.me):
                text += ": " + words.listed([self.name_of(key) for key in away], 6)
            lines.append([(" " + fit(text, cells - 1), paint.base)])
        return lines

    def _by_criterion(self, option: Option, answer: Answer, cells: int) -> list[Parts]:
        """How often each score was given, by criterion."""
        paint, ballots = self.paint, answer.question.ballots
        lines: list[Parts] = [[(" SCORES GIVEN, lowest to highest", paint.head)]]
        previous: tuple[str, ...] = ()
        disagree = {
            c.criterion for c in answer.group.cells if c.option == option.id and c.disagreement
        }
        for id, criterion in answer.question.criteria.items():
            scores = [ballot.score(option.id, id) for ballot in ballots.values()]
            numbers = [score for score in scores if isinstance(score, int | float)]
            labels, counts = _counted(criterion, numbers)
            text = "".join(fit(str(n) if n else "·", 4, "right") for n in counts)
            alpha = answer.group.krippendorff_alpha[id]
            tail = "" if alpha is None else f"   α {alpha:.2f}"
            tail += "  disagreement" if id in disagree else ""
            head = fit(criterion.title, 18)
            blocks = "".join("   " + block for block in bars.histogram(counts))
            if labels != previous:
                row = "".join(fit(label, 4, "right") for label in labels)
                lines.append([(" " + " " * 18 + row, paint.muted)])
            previous = labels
            lines.append([(" " + head + text, paint.base), (fit(tail, cells - 40), paint.muted)])
            lines.append([(" " * 19 + blocks, paint.bar)])
        return lines

    def _notes(self, option: Option, cells: int) -> list[Parts]:
        paint = self.paint
        notes = [
            (key, str(text))
            for key, ballot in self.workshop.visible_ballots(self.workshop.me).items()
            for text in ballot.notes.get(option.id, {}).values()
        ]
        if not notes:
            return []
        lines: list[Parts] = [[(f" NOTES ({len(notes)})", paint.head)]]
        for key, text in notes[:_NOTES]:
            by = f" – {self.name_of(key)}" if self.named else ""
            lines.append([(" " + fit(f"“{plain(text)}”{by}", cells - 2), paint.base)])
        return lines

    def _head(self, id: str) -> str:
        criterion = self.workshop.criteria.get(id)
        return plain(criterion.head if criterion is not None else id)

    # -- actions

    def can(self, action: Action) -> bool:
        """What needs an answer needs one."""
        if action.name in ("by_criterion", "talk", "order", "why", "otherwise"):
            return self._answer is not None
        return super().can(action)

    def action_order(self) -> None:
        """The next order of the list."""
        names = list(ORDERS)
        self.order = names[(names.index(self.order) + 1) % len(names)]
        self._paint()

    def action_by_criterion(self) -> None:
        """How often each score was given."""
        self._turn_to("criteria")

    def action_talk(self) -> None:
        """What to talk about first."""
        self._turn_to("talk")

    def action_otherwise(self) -> None:
        """Who would rank otherwise; names only where they are shown."""
        from evaluator.tui.screens.changes import OrdersScreen

        self.app.push_screen(OrdersScreen(self.workshop, named=self.named))

    def action_why(self) -> None:
        """Opens how often each score was given, or closes what is open."""
        self._turn_to(self.pane or "criteria")

    def _turn_to(self, pane: Literal["criteria", "talk"]) -> None:
        self.pane = "" if self.pane == pane else pane
        self.set_class(bool(self.pane), "-open")
        self._paint_below()

    # -- copying

    def as_text(self) -> str:
        """The option under the cursor: its spread, and what it comes from."""
        option = self.option if self.is_mounted else None
        if option is None or self._answer is None:
            return ""
        lines = self._facts(option, self._answer, 200)[1:3]
        return f"{plain(option.title)}\n{said(lines)}"

    def action_copy_all(self) -> None:
        """Copies strips, agenda and agreement as text."""
        answer, rows = self._answer, self.listing
        if answer is None:
            return
        lines = [rows.row_line(id, 0, 120, here=False) for id in rows.rows]
        below = [*self._talk(answer, 120), *self._agreement(answer, 120)]
        self.app.copy_to_clipboard(said([rows.head_line(0, 120), *lines, [], *below]))
        self.evaluator.say("copied the strips and the agenda")


def _word(spread: float) -> str:
    if spread > SPLIT:
        return "split"
    return "mixed" if spread > MIXED else "close"


def _counted(
    criterion: Criterion, scores: Sequence[float]
) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """(labels, counts) of scores: by level, or by fifths of a measured scale."""
    if criterion.levels:
        levels = [level.score for level in criterion.levels]
        nearest = [min(levels, key=lambda level: abs(level - score)) for score in scores]
        return tuple(map(figure, levels)), tuple(nearest.count(level) for level in levels)
    low, width = float(criterion.low), float(criterion.high - criterion.low) / _BINS
    places = [min(_BINS - 1, int((score - low) / width)) for score in scores]
    labels = tuple(figure(low + n * width) for n in range(_BINS))
    return labels, tuple(places.count(n) for n in range(_BINS))
