"""The Rank view: the order, what each value is made of, and what would change it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluator.analysis import crossover
from evaluator.display import rounded
from evaluator.errors import EvaluatorError
from evaluator.model import ABSTAIN, Placing
from evaluator.tui import words
from evaluator.tui.commands import bindings
from evaluator.tui.methods import Compared, by_all
from evaluator.tui.result import ResultView
from evaluator.tui.text import bar, beyond, figure, fit, plain, wrap
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.ranklist import Board, Place, RankList, decimals
from evaluator.tui.widgets.sections import HEADING, columns, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.analysis.crossover import Standing
    from evaluator.model import Number, Option, Ranking
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

ADDITIVE = "additive"
_NOTES = 6  # notes shown in the detail, at most


class Order(NamedTuple):
    """The order of the list: "" (by rank), "title" (as in the file), "since" or a criterion."""

    column: str = ""
    falling: bool = True

    def after(self, column: str) -> Order:
        """The next order where a column is asked for: falling, rising, then by rank again."""
        if column in ("value", "title") or column != self.column:
            return Order("" if column == "value" else column)
        return Order(column, falling=False) if self.falling else Order()


class RankScreen(ResultView[RankList]):
    """Options in order, with live weights."""

    NAME = "rank"
    BINDINGS = bindings(NAME)
    ROWS = RankList

    def __init__(self) -> None:
        super().__init__()
        self.method = ADDITIVE
        self.order = Order()
        self.pinned: str | None = None
        self._compared: Compared | None = None
        self._methods = self.background("methods")

    # -- painting

    def show(self, event: Changed | None = None) -> None:
        """Paints order, values and weights anew: one score can move every row."""
        self._compare_methods()
        self.show_rows()
        self.show_below()

    def ids(self) -> Sequence[str]:
        """Every option that counts."""
        return [row.option for row in self.ranking.rows]

    def show_rows(self) -> None:
        """Paints the ranking."""
        rows = self.listing
        rows.empty = self.missing()
        ranking = self._in_force()
        if self.hidden or not ranking.rows:
            rows.show_ranking(Board(()), [])
            return
        values = [row.value for row in ranking.rows if row.value is not None]
        wide = self._compared is not None and self.has_class("-wide")
        board = Board(
            criteria=tuple((id, c.head) for id, c in self.workshop.criteria.items()),
            decimals=decimals(values),
            since=self._since_round() if ranking.method == ADDITIVE else 0,
            methods=self._compared.heads if wide and self._compared else (),
            top=100.0 if ranking.method == ADDITIVE else max([*values, 1e-9]),
            intervals=any(not row.complete for row in ranking.rows),
            stacked=ranking.method == ADDITIVE,
            sorted=self.order.column,
        )
        rows.show_ranking(board, self._rows(ranking, board))

    def _rows(self, ranking: Ranking, board: Board) -> list[tuple[str, Any]]:
        found = None if self.hits is None else set(self.hits)
        before = self._ranks_before(board.since)
        counted = Counter(row.rank for row in ranking.rows)
        rows: list[tuple[str, Any]] = []
        gaps = [row for row in ranking.rows if row.rank is None]
        whole = [row for row in ranking.rows if row.rank is not None]
        for row in (*self._sorted(whole, before), *gaps):
            if found is not None and row.option not in found:
                continue
            if gaps and row is gaps[0]:
                rows.append((f"{HEADING}open", self._open_heading(len(gaps), len(ranking.rows))))
            rows.append((row.option, self._placed(row, counted, before, board)))
        return rows if found is not None else [*rows, *self._left_out()]

    def _sorted(self, rows: Sequence[Placing], before: dict[str, int]) -> Sequence[Placing]:
        """The ranked options in the order asked for; ranks stay what they are."""
        column, falling = self.order
        if column == "title":
            numbers = {option.id: n for n, option in enumerate(self.workshop.options)}
            return sorted(rows, key=lambda row: numbers[row.option])
        if column == "since":
            gains = {row.option: before.get(row.option, 0) - (row.rank or 0) for row in rows}
            return sorted(rows, key=lambda row: gains[row.option], reverse=falling)
        if column in self.workshop.criteria:
            parts = {row.option: row.contributions[column] or 0.0 for row in rows}
            return sorted(rows, key=lambda row: parts[row.option], reverse=falling)
        return rows

    def on_listing_head_clicked(self, event: Listing.HeadClicked) -> None:
        """Sorts by the column: falling, then rising, then by rank again."""
        self._sort(event.name)

    def action_sort(self) -> None:
        """Sorts by what the criterion adds; once more the other way round; then by rank again."""
        self._sort(self.criterion)

    def _sort(self, column: str) -> None:
        self.order = self.order.after(column)
        self.show_rows()

    def says(self, action: Action) -> str:
        """Names the criterion to sort by."""
        if action.name == "sort":
            return f"sort by {self.head_of(self.criterion)}"
        return super().says(action)

    def _open_heading(self, gaps: int, all_: int) -> str:
        if gaps == all_:
            needed = words.count(len(self.workshop.criteria), "score")
            score = self.key("score")
            return f"still open: an option is ranked once it has all {needed}.   {score}: score"
        return f"still open ({gaps}): possible ranks and values"

    def _left_out(self) -> list[tuple[str, Any]]:
        gone = self.workshop.discounted
        if not gone:
            return []
        heading = (f"{HEADING}out", f"left out ({len(gone)}): discounted, with the reason")
        return [heading, *((option.id, option) for option in gone)]

    def _placed(
        self, row: Placing, counted: Counter[int | None], before: dict[str, int], board: Board
    ) -> Place:
        since = None
        if row.rank is not None and row.option in before:
            since = before[row.option] - row.rank
        others: tuple[int | None, ...] = ()
        if board.methods and self._compared is not None:
            others = self._compared.ranks(row.option)
        return Place(row, row.rank is not None and counted[row.rank] > 1, since, others)

    def _since_round(self) -> int:
        workshop = self.workshop
        number = workshop.round - 1
        if number < 1:
            return 0
        if self.who is None:
            given = workshop.ballots(number)
            return number if given and workshop.sees_all(workshop.me, number) else 0
        return number if workshop.has_answered(self.who, number) else 0

    def _ranks_before(self, number: int) -> dict[str, int]:
        if not number:
            return {}
        rows = self.workshop.ranking(self.who, number, self.scenario).rows
        return {row.option: row.rank for row in rows if row.rank is not None}

    # -- other methods

    def _in_force(self) -> Ranking:
        """The ranking in view by the method in view; the additive one until that is computed."""
        ranking = self.ranking
        if self.method == ADDITIVE or self._compared is None:
            return ranking
        return self._compared.ranking(self.method, ranking)

    def _compare_methods(self) -> None:
        """Ranks by all methods in a thread, where they are asked for."""
        if self.hidden or not (self.method != ADDITIVE or self.has_class("-wide")):
            return
        now = self._standing
        if now is None:
            self._compared = None
            return
        values = dict(zip(now.options, now.values, strict=True))
        shares, host = self.ranking.shares, getattr(self.evaluator.project, "host", None)
        self._methods.start(
            lambda progress: by_all(values, shares, host, progress), self._take, self._no_methods
        )

    def _take(self, compared: Compared) -> None:
        self._compared = compared
        self.show_rows()
        self.refresh_status()

    def _no_methods(self, error: EvaluatorError) -> None:
        self._compared = None
        self.evaluator.fail(error)

    def action_method(self) -> None:
        """Ranks by the next method."""
        names = self._compared.names if self._compared is not None else (ADDITIVE, "topsis")
        at = names.index(self.method) if self.method in names else 0
        self.method = names[(at + 1) % len(names)]
        self.changed(None)

    def right(self) -> list[str]:
        """The method."""
        if self.method == ADDITIVE:
            return [ADDITIVE]
        title = self._compared.titles.get(self.method, self.method) if self._compared else "…"
        return [plain(title)]

    # -- below the list

    @property
    def _standing(self) -> Standing | None:
        ranking = self.ranking
        # Where every criterion weighs something the contributions say what the values are.
        weighed = all(share > 0 for share in ranking.shares.values())
        values = None if weighed else self.workshop.table(self.who).values
        try:
            return crossover.standing(ranking, self.workshop.criteria, values)
        except EvaluatorError:
            return None

    def show_below(self) -> None:
        """Says where the option under the cursor stands, and what would change that."""
        pane, cells, option = self.below, self.room, self.option
        if option is None or self.hidden:
            pane.show([rule("", cells, self.paint), self.weights_line(cells)])
            return
        lines = self._facts(option, cells)
        if self.roomy or self.pane:
            lines = [*lines, [], *self._why(option, cells)]
        pane.show([rule(option.title, cells, self.paint), *lines])

    def _facts(self, option: Option, cells: int) -> list[Parts]:
        """Where it stands, what would change that, the weights."""
        base = self.paint.base
        if not option.counts:
            reason = option.reason or "no reason given"
            said = [f"Discounted, so it is not ranked: {plain(reason)}"]
        else:
            ranking = self._in_force()
            in_points = ranking.method == ADDITIVE
            said = [words.standing(ranking.rows, option.id, in_points=in_points)]
        changes = self._changes(option)
        if changes:
            said += _fitting(changes, cells - 2) if self.roomy else [changes[0] + "."]
        elif self.method != ADDITIVE:
            said += _shortened(_about(self._in_force()), cells - 2)
        elif option.counts:
            said += _shortened(beyond(option.title, option.summary, option.text), cells - 2)
        lines: list[Parts] = [[(" " + fit(text, cells - 2), base)] for text in said]
        while len(lines) < 3:
            lines.append([])
        return [*lines[:3], self.weights_line(cells)]

    def _changes(self, option: Option) -> list[str]:
        now = self._standing
        if now is None or self.method != ADDITIVE:
            return []
        ranks = {row.option: row.rank for row in self.ranking.rows if row.rank is not None}
        criteria = self.workshop.criteria
        found = words.changes(now, criteria, ranks, option.id)
        return [*found, *words.single_scores(now, criteria, option.id)]

    # -- why

    def action_why(self) -> None:
        """Opens or closes what the value is made of."""
        self.turn_to("why")

    def action_compare(self) -> None:
        """Holds on to this option, to compare the next ones with it; on itself: lets go."""
        id = self.listing.current
        self.pinned = None if id == self.pinned else id
        self.pane = ""
        self.turn_to("why")
        if self.pinned is not None:
            self.evaluator.say("move to another option to compare the two")

    def can(self, action: Action) -> bool:
        """What needs an option needs one; other methods say nothing of single criteria."""
        if action.name in ("why", "compare"):
            return self.option is not None
        if action.name == "sort":
            return self.method == ADDITIVE and bool(self.criterion)
        return super().can(action)

    def _placing(self, id: str | None) -> Placing | None:
        return next((row for row in self.ranking.rows if row.option == id), None)

    def _why(self, option: Option, cells: int) -> list[Parts]:
        placing = self._placing(option.id)
        if placing is None:
            return []
        other = self._placing(self.pinned) if self.pinned != option.id else None
        table = self._why_table(placing, other, cells)
        if not self.roomy:
            return table
        words_ = wrap(option.text or option.summary, max(20, cells - 86))
        beside: list[Parts] = [
            [("│ ", self.paint.rest), (line, self.paint.muted)] for line in words_
        ]
        notes = self._notes(option, cells)
        block = columns(table, beside, 82, self.paint) if cells >= 110 else table
        return [*block, [], *notes] if notes else block

    def _why_table(self, placing: Placing, other: Placing | None, cells: int) -> list[Parts]:
        paint = self.paint
        last = "adds" if other is None else "more"
        means = 26 if cells >= 110 else 20
        head = fit("Why here", 17) + fit("score", 6, "right") + "  " + fit("which means", means)
        lines: list[Parts] = [[(f" {head}  {fit('weight', 7)}{fit(last, 7, 'right')}", paint.head)]]
        if other is not None:
            against = (
                f"Against {plain(other.title)}: by how many points each criterion speaks for it"
            )
            lines.insert(0, [(" " + fit(against, cells - 2), paint.muted)])
        top = max([p for p in placing.contributions.values() if p is not None], default=0) or 1
        for n, (id, criterion) in enumerate(self.workshop.criteria.items()):
            score, adds = placing.scores[id], placing.contributions[id]
            anchor = "not scored" if score is None else criterion.anchor(score)
            share = f"{rounded(100 * self.ranking.shares[id])} %"
            gained = self._gained(adds, other, id)
            text = fit(criterion.title, 15) + " " + bars.glyph(n)
            text += (
                fit(figure(score), 6, "right") + "  " + fit(anchor, means) + "  " + fit(share, 7)
            )
            length = bar(adds or 0, 10, top) if other is None else ""
            lines.append(
                [(" " + text + fit(gained, 7, "right"), paint.base), ("  " + length, paint.bar)]
            )
        return lines

    @staticmethod
    def _gained(adds: float | None, other: Placing | None, id: str) -> str:
        if adds is None:
            return "–"
        if other is None:
            return rounded(adds, 1)
        theirs = other.contributions[id]
        return "–" if theirs is None else f"{adds - theirs:+.1f}"

    def _notes(self, option: Option, cells: int) -> list[Parts]:
        """Who gave which score, and the notes on this option, as far as they may be seen."""
        workshop, paint = self.workshop, self.paint
        ballots = workshop.visible_ballots(workshop.me)
        lines: list[Parts] = []
        if len(ballots) > 1 and self.who is None:
            lines.append([(" Scores given", paint.head)])
            for id, criterion in workshop.criteria.items():
                given = [ballot.score(option.id, id) for ballot in ballots.values()]
                said = _given([score for score in given if score is not None])
                lines.append([(" " + fit(criterion.title, 17) + " " + said, paint.base)])
        notes = self.notes_on(option.id, whose=self.who)
        if notes:
            lines.append([(f" Notes ({len(notes)})", paint.head)])
        lines += [[(fit(f" {note}", cells - 1), paint.muted)] for note in notes[:_NOTES]]
        return lines

    # -- copying

    def as_text(self) -> str:
        """The option under the cursor: rank, title, value, contributions."""
        option = self.option if self.is_mounted else None
        placing = self._placing(option.id) if option is not None else None
        if placing is None:
            return ""
        return self._told(placing)

    def _told(self, row: Placing) -> str:
        rank = f"{row.rank}." if row.rank is not None else f"{row.rank_best}–{row.rank_worst}."
        adds = ", ".join(
            f"{self.head_of(id)} {'–' if part is None else format(part, '.1f')}"
            for id, part in row.contributions.items()
        )
        return f"{rank} {plain(row.title)}: {self.listing.value(row)} ({adds})"

    def action_copy_all(self) -> None:
        """Copies the whole ranking as text."""
        text = "\n".join(self._told(row) for row in self.ranking.rows)
        self.copied(text, "the ranking")


def _about(ranking: Ranking) -> str:
    """The parameters of a method and its remarks, in one line."""
    settings = [f"{name} = {value}" for name, value in ranking.parameters.items()]
    parts = [f"with {', '.join(settings)}"] if settings else []
    known = {f"{value} {name}" for name, value in ranking.parameters.items()}
    parts += [note for note in ranking.notes if note not in known]
    said = [plain(part.rstrip(".")) for part in parts] or [ranking.method]
    return " ".join(f"{part[:1].upper()}{part[1:]}." for part in said)


def _shortened(text: str, cells: int) -> list[str]:
    """The first two lines of a text; an ellipsis where there are more."""
    lines = wrap(text, cells)
    return [*lines[:1], " ".join(lines[1:])] if len(lines) > 2 else list(lines)


def _fitting(changes: Sequence[str], cells: int) -> list[str]:
    """As many changes as fit into two lines."""
    lines: tuple[str, ...] = ()
    for most in range(1, len(changes) + 1):
        longer = wrap("What would change it: " + " · ".join(changes[:most]) + ".", cells)
        if len(longer) > 2:
            break
        lines = longer
    return list(lines)


def _given(scores: Sequence[Number | str]) -> str:
    numbers = sorted(score for score in scores if not isinstance(score, str))
    abstained = sum(score == ABSTAIN for score in scores)
    said = " ".join(figure(score) for score in numbers)
    return said + (f"  abstained {abstained}" if abstained else "")
