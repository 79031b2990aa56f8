"""The Robustness view: the ranks options take under all weights, and what would change them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from evaluator.analysis import crossover
from evaluator.errors import EvaluatorError
from evaluator.tui import words
from evaluator.tui.commands import bindings
from evaluator.tui.result import ResultView
from evaluator.tui.text import fit, plain, wrap
from evaluator.tui.widgets import heatmap
from evaluator.tui.widgets.heatmap import HeatMap
from evaluator.tui.widgets.ranklist import Place
from evaluator.tui.widgets.sections import HEADING, Pane, columns, rule, said

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual import events
    from textual.widget import Widget

    from evaluator.analysis.crossover import Crossover, Flip, Standing, Verdict
    from evaluator.analysis.progress import Progress
    from evaluator.model import Criterion, Option
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

DRAWS: Final = (10_000, 100_000, 1_000_000)
WITHIN: Final = (0, 20, 10, 5)  # points of share; 0: any weights
ORDERED: Final = -1  # weights in the order of those in force
_MOST = 8  # lines of flips or of dominated options

VERDICTS: Final[Mapping[str, str]] = {
    "tie": "Tie: first place is shared.",
    "fragile": "Fragile: 5 points of one weight, or one level of one score, move first place.",
    "robust": "Robust: no 5 points of one weight, no level of one score, move first place.",
}


class Question(msgspec.Struct, frozen=True):
    """What is asked of the analysis.

    Attributes:
        now: the complete options as they stand.
        criteria: by id.
        cells: values of every option, open cells None, for dominance.
        draws, seed: how many weights, from which seed.
        limit: how far a share may move, in points; 0: anywhere; -1: in the order in force.
    """

    now: Standing
    criteria: dict[str, Criterion]
    cells: dict[str, tuple[float | None, ...]]
    draws: int
    seed: int
    limit: int


class Answer(msgspec.Struct, frozen=True):
    """What it says; shares are 0–1, by option.

    Attributes:
        ranks: of rank 1, 2, 3 …
        central: weights that speak for an option, or None where it is never first.
        dominated: who dominates an option.
    """

    question: Question
    ranks: dict[str, tuple[float, ...]]
    central: dict[str, tuple[float, ...] | None]
    verdict: Verdict
    crossovers: tuple[Crossover, ...]
    swaps: tuple[Crossover, ...]
    flips: tuple[Flip, ...]
    dominated: dict[str, tuple[str, ...]]


def analyse(question: Question, progress: Progress) -> Answer:
    """Runs in a thread: everything the view shows. numpy is loaded here."""
    from evaluator.analysis import draws, robustness

    now = question.now
    limits = None
    if question.limit > 0:
        limits = draws.within(now.shares, question.limit)
    elif question.limit == ORDERED:
        order = sorted(range(len(now.shares)), key=lambda k: -now.shares[k])
        limits = draws.Limits(order=tuple(order))
    found = robustness.acceptability(
        now.values, draws=question.draws, seed=question.seed, limits=limits, progress=progress
    )
    document = found.document(now.options, now.criteria)
    central = document["central_weights"]
    return Answer(
        question=question,
        ranks={id: tuple(row) for id, row in document["acceptability"].items()},
        central={id: tuple(row.values()) if row else None for id, row in central.items()},
        verdict=crossover.verdict(now, question.criteria),
        crossovers=crossover.crossovers(now),
        swaps=crossover.adjacent(now)[:_MOST],
        flips=crossover.flips(now, question.criteria, most=_MOST),
        dominated=_dominated(question.cells),
    )


def _dominated(cells: Mapping[str, Sequence[float | None]]) -> dict[str, tuple[str, ...]]:
    from evaluator.analysis import dominance

    ids = list(cells)
    low = [[0.0 if value is None else value for value in row] for row in cells.values()]
    high = [[100.0 if value is None else value for value in row] for row in cells.values()]
    rows = dominance.dominated(low, high)
    return {id: tuple(ids[other] for other in by) for id, by in zip(ids, rows, strict=True) if by}


class RobustnessScreen(ResultView):
    """The heat map of ranks, flips, dominated options and the verdict."""

    NAME = "robustness"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        self.seed = 1
        self.draws: int = DRAWS[0]
        self.limit = 0
        self.pane: Literal["flips", "dominated", ""] = ""
        self._answer: Answer | None = None
        self._done = 0.0
        self._work = self.background("robustness")

    def content(self) -> Iterable[Widget]:
        """The heat map, and what is said of its row."""
        yield HeatMap(id="rows")
        yield Pane(id="below")

    @property
    def listing(self) -> HeatMap:
        """The heat map."""
        return self.query_one(HeatMap)

    # -- asking

    def show(self, event: Changed | None = None) -> None:
        """Asks anew; until the answer is there the picture stays."""
        if event is not None and event.topics <= {"people"}:
            return
        question = self._question()
        if question is None:
            self._work.stop()
            self._answer = None
        elif self._answer is None or question != self._answer.question:
            self._work.start(
                lambda progress: analyse(question, progress), self._take, self._failed, self._told
            )
        self._paint()

    def _question(self) -> Question | None:
        if self.hidden:
            return None
        table = self.workshop.table(self.who)
        try:
            now = crossover.standing(self.ranking, self.workshop.criteria, table.values)
        except EvaluatorError:
            return None
        return Question(
            now, dict(self.workshop.criteria), table.values, self.draws, self.seed, self.limit
        )

    def _take(self, answer: Answer) -> None:
        self._answer = answer
        self._done = 0.0
        self._paint()
        self.refresh_status()

    def _failed(self, error: EvaluatorError) -> None:
        self._done = 0.0
        self.evaluator.fail(error)
        if self.limit:
            self.limit = 0
            self.changed(None)

    def _told(self, done: int, total: int) -> None:
        self._done = done / total if self.draws > DRAWS[0] else 0.0
        self.refresh_status()

    def right(self) -> list[str]:
        """How many weightings, from which seed, inside which limits."""
        drawn = f"{100 * self._done:.0f}% of {self.draws:,}" if self._done else f"{self.draws:,}"
        found = [f"{drawn} draws, seed {self.seed}"]
        return [*found, self._limits()] if self.limit else found

    def _limits(self) -> str:
        return "weights in order" if self.limit == ORDERED else f"within ±{self.limit}"

    # -- painting

    def ids(self) -> Sequence[str]:
        """Every option that counts."""
        return [row.option for row in self.ranking.rows]

    def narrow(self) -> None:
        """Shows the options that were found, in the order of the ranking."""
        self._paint()

    def _paint(self) -> None:
        rows = self.listing
        rows.empty = self._missing()
        heads = [criterion.head for criterion in self.workshop.criteria.values()]
        rows.show_heat(self._rows(), heads, wide=self.has_class("-wide"))
        self._paint_below()

    def _missing(self) -> str:
        workshop = self.workshop
        if self.hidden:
            return f"Round {workshop.round} is blind: others' scores are shown once it is revealed."
        if not workshop.options:
            return "No options yet.   ins: type one in   ^p: import a brief"
        if self._question() is None:
            needed = words.count(len(workshop.criteria), "score")
            return f"Nothing to compare: two options need all {needed}.   S: score"
        return "…" if self._answer is None else "Nothing found.   esc: show all"

    def _rows(self) -> list[tuple[str, Any]]:
        answer = self._answer
        if answer is None:
            return []
        found = None if self.hits is None else set(self.hits)
        ranking = self.ranking.rows
        shared = Counter(row.rank for row in ranking)
        rows: list[tuple[str, Any]] = []
        for row in ranking:
            shares = answer.ranks.get(row.option)
            if shares is None or (found is not None and row.option not in found):
                continue
            rank = Place(row, shared[row.rank] > 1).rank
            central = answer.central.get(row.option)
            rows.append((row.option, heatmap.Row(rank, row.title, shares, central)))
        gone = [row for row in ranking if row.option not in answer.ranks]
        if gone and found is None:
            rows.append((f"{HEADING}open", f"left out ({len(gone)}): some scores are missing"))
            rows += [(row.option, plain(row.title)) for row in gone]
        return rows

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Says what there is to say of the cell under the cursor."""
        event.stop()
        self._paint_below()

    def on_resize(self, event: events.Resize) -> None:
        """There is room for more or for less."""
        self.call_after_refresh(self.changed, None)

    def _paint_below(self) -> None:
        cells, paint = max(20, self.size.width), self.paint
        pane, answer, option = self.below, self._answer, self.option
        if answer is None or option is None:
            pane.show([rule("", cells, paint), self.weights_line(cells)])
            return
        lines = [rule(option.title, cells, paint), *self._of(option, answer, cells)]
        lines.append(self.weights_line(cells))
        if self.has_class("-wide") and self.has_class("-tall"):
            left, right = self._flips(answer, cells // 2 - 2), self._dominated(answer, cells // 2)
            both = columns(left, right, cells // 2, paint)
            lines += [heatmap.legend(paint), [], *both]
        elif self.pane == "flips":
            lines += self._flips(answer, cells)
        elif self.pane == "dominated":
            lines += self._dominated(answer, cells)
        pane.show(lines)

    def _of(self, option: Option, answer: Answer, cells: int) -> list[Parts]:
        """The cell under the cursor, the nearest change, the verdict."""
        base = self.paint.base
        shares = answer.ranks.get(option.id)
        if shares is None:
            said_ = [words.standing(self.ranking.rows, option.id)]
        else:
            said_ = [self._cell(shares, answer.question.draws)]
            ranks = {row.option: row.rank for row in self.ranking.rows if row.rank is not None}
            now = answer.question.now
            said_ += words.changes(now, answer.question.criteria, ranks, option.id)[:1]
        while len(said_) < 2:
            said_.append("")
        said_.append(VERDICTS[answer.verdict])
        return [[(" " + fit(text, cells - 2), base)] for text in said_]

    def _cell(self, shares: Sequence[float], draws: int) -> str:
        first, last = self.listing.span()
        share = sum(shares[first - 1 : last])
        rank = f"rank {first}" if first == last else f"ranks {first} to {last}"
        top = f"Top 3 in {100 * sum(shares[:3]):.0f}% of weightings"
        error = 196 * math.sqrt(max(0.0, share * (1 - share)) / draws)
        off = f" (± {max(0.1, error):.1f})" if 0 < share < 1 else ""
        return f"{top}; {rank} in {100 * share:.1f}%{off}."

    def _flips(self, answer: Answer, cells: int) -> list[Parts]:
        """What would change first place, then the nearest swaps of neighbours."""
        paint, criteria = self.paint, answer.question.criteria
        titles = {row.option: plain(row.title) for row in self.ranking.rows}
        ranks = {row.option: row.rank for row in self.ranking.rows}
        lines: list[Parts] = [[(" WHAT WOULD CHANGE FIRST PLACE", paint.head)]]
        told = crossover.sentences(answer.question.now, criteria, titles)
        texts = [line for sentence in told for line in wrap(sentence, cells - 3)]
        lines += [[(" " + text, paint.base)] for text in texts]
        if answer.swaps:
            lines.append([(" FLIPS NEAREST TO TODAY'S WEIGHTS", paint.head)])
        for swap in answer.swaps[: _MOST - 2]:
            name = fit(criteria[swap.criterion].head, 7)
            share = f"{100 * swap.now:.0f} → {crossover.percent(swap)}"
            pair = f"#{ranks[swap.rises]} overtakes #{ranks[swap.falls]}"
            lines.append([(f"  {name}{fit(share, 15)}{pair}", paint.base)])
        return lines

    def _dominated(self, answer: Answer, cells: int) -> list[Parts]:
        """Options that another one beats whatever the weights."""
        paint, dominated = self.paint, answer.dominated
        places = {row.option: n for n, row in enumerate(self.ranking.rows, 1)}
        lines: list[Parts] = [[(" DOMINATED: never better than another option", paint.head)]]
        if not dominated:
            lines.append([(" None: each is best somewhere, or for some weights.", paint.muted)])
        for id in sorted(dominated, key=places.__getitem__)[:_MOST]:
            by = words.listed([f"#{places[other]}" for other in dominated[id]])
            title = fit(f"{places[id]:3} {plain(self.workshop.option(id).title)}", cells - 26)
            lines.append([(f" {title} by {by}", paint.base)])
        more = len(dominated) - _MOST
        if more > 0:
            lines.append([(f"     and {more} more; y copies them all", paint.muted)])
        return lines

    # -- actions

    def can(self, action: Action) -> bool:
        """What needs an answer needs one."""
        if action.name in ("flips", "dominated", "why"):
            return self._answer is not None
        return super().can(action)

    def action_left(self) -> None:
        """The rank before."""
        self.listing.turn(-1)

    def action_right(self) -> None:
        """The next rank."""
        self.listing.turn(1)

    def action_flips(self) -> None:
        """What would change the order."""
        self._turn_to("flips")

    def action_dominated(self) -> None:
        """Which options another one dominates."""
        self._turn_to("dominated")

    def action_why(self) -> None:
        """Opens what would change the order, or closes it."""
        self._turn_to(self.pane or "flips")

    def _turn_to(self, pane: Literal["flips", "dominated"]) -> None:
        self.pane = "" if self.pane == pane else pane
        self.set_class(bool(self.pane), "-open")
        self._paint_below()

    def action_limits(self) -> None:
        """Keeps weights near those in force, or in their order; then lets them go again."""
        choices = [*WITHIN, ORDERED]
        self.limit = choices[(choices.index(self.limit) + 1) % len(choices)]
        self.changed(None)

    def action_redraw(self) -> None:
        """Draws other weights, from the next seed."""
        self.seed += 1
        self.changed(None)

    def action_draws(self) -> None:
        """Draws ten times as many weights; after the most, 10,000 again."""
        self.draws = DRAWS[(DRAWS.index(self.draws) + 1) % len(DRAWS)]
        self.changed(None)

    # -- copying

    def as_text(self) -> str:
        """The row under the cursor."""
        option = self.option if self.is_mounted else None
        shares = self._answer.ranks.get(option.id) if self._answer and option else None
        if option is None or shares is None:
            return ""
        figures = " ".join(heatmap.figure(share) for share in shares)
        return f"{plain(option.title)}: {figures} (% of weightings by rank)"

    def action_copy_all(self) -> None:
        """Copies the heat map, flips and dominated options as text."""
        answer, rows = self._answer, self.listing
        if answer is None:
            return
        lines = [rows.row_line(id, 0, 160, here=False) for id in rows.rows]
        below = [*self._flips(answer, 100), *self._dominated(answer, 100)]
        verdict: Parts = [(f" {VERDICTS[answer.verdict]}", self.paint.base)]
        self.app.copy_to_clipboard(said([rows.head_line(0, 160), *lines, *below, verdict]))
        self.evaluator.say("copied the heat map")
