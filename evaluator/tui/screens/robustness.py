"""The Robustness view: the ranks options take under all weights, and what would change them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from evaluator.analysis import crossover
from evaluator.display import rounded
from evaluator.errors import EvaluatorError
from evaluator.tui import limits, words
from evaluator.tui.commands import bindings
from evaluator.tui.firmness import VARYING, Answer, Question, analyse, span
from evaluator.tui.limits import Limits
from evaluator.tui.result import AskingView
from evaluator.tui.text import fit, plain, wrap
from evaluator.tui.widgets import heatmap
from evaluator.tui.widgets.heatmap import HeatMap
from evaluator.tui.widgets.ranklist import Place
from evaluator.tui.widgets.sections import HEADING, columns, rule, said
from evaluator.writers.firmness import VERDICTS

if TYPE_CHECKING:
    from evaluator.analysis.crossover import Standing
    from evaluator.model import Ballot, Option
    from evaluator.progress import Progress
    from evaluator.results import Spread
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts

DRAWS: Final = (10_000, 100_000, 1_000_000)
_MOST = 8  # lines of flips or of dominated options


class RobustnessScreen(AskingView[HeatMap, Answer]):
    """The heat map of ranks, flips, dominated options and the verdict."""

    NAME = "robustness"
    BINDINGS = bindings(NAME)
    ROWS = HeatMap

    def __init__(self) -> None:
        super().__init__()
        self.seed = 1
        self.draws: int = DRAWS[0]
        self.limits = limits.FREE
        self.uncertain: Spread | None = None
        self.together: tuple[str, ...] = ()

    # -- asking

    def question(self) -> Question | None:
        """The scores in view, with what may vary and inside which limits."""
        workshop, ranking, uncertain = self.workshop, self.ranking, self._varying
        if self.hidden or len(ranking.rows) < 2:
            return None
        table = workshop.table(self.who)
        try:
            now = crossover.standing(ranking, workshop.criteria, table.values)
        except EvaluatorError:
            if uncertain is None:
                return None
            now = None
        return Question(
            now=now,
            criteria=dict(workshop.criteria),
            shares=ranking.shares,
            cells={row.option: table.values[row.option] for row in ranking.rows},
            draws=self.draws,
            seed=self.seed,
            limits=self.limits,
            uncertain=uncertain,
            ballots=self._ballots() if uncertain is not None else (),
        )

    def analyse(self, question: Question, progress: Progress) -> Answer:
        """Ranks under all weights, what would change them, what is dominated."""
        return analyse(question, progress)

    @property
    def _varying(self) -> Spread | None:
        """Which scores vary: of one ballot nothing but its gaps can."""
        if self.uncertain is None or self.who is None:
            return self.uncertain
        return "gaps"

    def _ballots(self) -> tuple[Ballot, ...]:
        if self.who is not None:
            return (self.workshop.ballot(self.who),)
        return tuple(self.workshop.ballots().values()) if self.uncertain != "gaps" else ()

    def failed(self, error: EvaluatorError) -> None:
        """Says why; limits that no weights keep are let go."""
        super().failed(error)
        if self.limits:
            self.limits = limits.FREE
            self.changed(None)

    def told(self, done: int, total: int) -> None:
        """Shows how far it is, where that takes long."""
        super().told(done, total if self.draws > DRAWS[0] else 0)

    def right(self) -> list[str]:
        """How many weightings, from which seed, inside which limits."""
        drawn = (
            f"{rounded(100 * self._done)}% of {self.draws:,}" if self._done else f"{self.draws:,}"
        )
        more = (VARYING[self._varying], self.limits.said(self.workshop.criteria))
        return [f"{drawn} draws, seed {self.seed}", *filter(None, more)]

    # -- painting

    def ids(self) -> Sequence[str]:
        """Every option that counts."""
        return [row.option for row in self.ranking.rows]

    def show_rows(self) -> None:
        """Paints the heat map."""
        rows = self.listing
        rows.empty = self.missing()
        heads = [criterion.head for criterion in self.workshop.criteria.values()]
        rows.show_heat(self._rows(), heads, wide=self.has_class("-wide"))

    def lacking(self) -> str:
        """There are too few options, or too few scores."""
        workshop = self.workshop
        if len(workshop.options) < 2:
            add = self.key("add_option")
            return f"Only one option: there is nothing to compare.   {add}: type another one in"
        if self.question() is not None:
            return ""
        needed = words.count(len(workshop.criteria), "score")
        score, vary = self.key("score"), self.key("vary")
        what = f"Nothing to compare: two options need all {needed}."
        return f"{what}   {score}: score   {vary}: let gaps vary"

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

    def show_below(self) -> None:
        """Says what there is to say of the cell under the cursor."""
        cells, paint = self.room, self.paint
        pane, answer, option = self.below, self._answer, self.option
        if answer is None or option is None:
            pane.show([rule("", cells, paint), self.weights_line(cells)])
            return
        lines = [rule(option.title, cells, paint), *self._of(option, answer, cells)]
        lines.append(self.weights_line(cells))
        if self.roomy:
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
        shares, question = answer.ranks.get(option.id), answer.question
        if shares is None:
            said_ = [words.standing(self.ranking.rows, option.id)]
        else:
            said_ = [self._cell(shares, question.draws)]
            said_ += [f"{change}." for change in self._changes(option, answer)[:1]]
        while len(said_) < 2:
            said_.append("")
        said_[1] = self._sure(option, answer) or said_[1]
        said_.append(self._verdict(answer))
        return [[(" " + fit(text, cells - 2), base)] for text in said_]

    def _changes(self, option: Option, answer: Answer) -> list[str]:
        """What would change the place of an option, the nearest first."""
        now = answer.question.now
        if now is None:
            return []
        ranks = {row.option: row.rank for row in self.ranking.rows if row.rank is not None}
        return words.changes(now, answer.question.criteria, ranks, option.id)

    @staticmethod
    def _sure(option: Option, answer: Answer) -> str:
        """How sure a first place is where scores vary, in words."""
        if answer.question.uncertain is None:
            return ""
        sure = answer.confidence.get(option.id)
        if sure is None:
            return "First under no weights, whatever the scores turn out to be."
        return f"First in {rounded(100 * sure)}% under its own best weights (confidence)."

    @staticmethod
    def _verdict(answer: Answer) -> str:
        now = answer.question.now
        if answer.verdict is None or now is None:
            return "No verdict: it needs two options with every score."
        where = " (An open option is ahead of all.)" if now.ahead else ""
        return VERDICTS[answer.verdict] + where

    def _cell(self, shares: Sequence[float], draws: int) -> str:
        first, last = self.listing.span()
        share = sum(shares[first - 1 : last])
        rank = f"rank {first}" if first == last else f"ranks {first} to {last}"
        top = f"Top 3 in {rounded(100 * sum(shares[:3]))}% of weightings"
        error = 196 * math.sqrt(max(0.0, share * (1 - share)) / draws)
        off = f" (± {rounded(max(0.1, error), 1)})" if 0 < share < 1 else ""
        return f"{top}; {rank} in {rounded(100 * share, 1)}%{off}."

    def _flips(self, answer: Answer, cells: int) -> list[Parts]:
        """What would change first place, the row's own chances, the nearest swaps."""
        paint, criteria, now = self.paint, answer.question.criteria, answer.question.now
        lines: list[Parts] = [[(" WHAT WOULD CHANGE FIRST PLACE", paint.head)]]
        if now is None:
            return [*lines, [(" Fewer than two options have every score.", paint.muted)]]
        titles = {row.option: plain(row.title) for row in self.ranking.rows}
        told = [*crossover.sentences(now, criteria, titles), *self._moved_together(now, titles)]
        texts = [line for sentence in told for line in wrap(sentence, cells - 3)]
        lines += [[(" " + text, paint.base)] for text in texts]
        lines += self._reaches(now, cells)
        ranks = {row.option: row.rank for row in self.ranking.rows}
        if answer.swaps:
            lines.append([(" FLIPS NEAREST TO TODAY'S WEIGHTS", paint.head)])
        for swap in answer.swaps[: _MOST - 2]:
            name = fit(criteria[swap.criterion].head, 7)
            share = f"{rounded(100 * swap.now)} → {crossover.percent(swap)}"
            pair = f"#{ranks[swap.rises]} overtakes #{ranks[swap.falls]}"
            lines.append([(f"  {name}{fit(share, 15)}{pair}", paint.base)])
        return lines

    def _moved_together(self, now: Standing, titles: Mapping[str, str]) -> list[str]:
        """Crossovers of the criteria that were asked for as one."""
        known = [id for id in self.together if id in now.criteria]
        if not 0 < len(known) < len(now.criteria):
            return []
        heads = " + ".join(plain(self.workshop.criteria[id].head) for id in known)
        found = crossover.group_crossovers(now, known)
        if not found:
            return [f"{heads} together change nothing, whatever they weigh."]
        return [
            f"{heads} at {crossover.percent(c)} together (now {rounded(100 * c.now)}): "
            f"{titles[c.rises]} passes."
            for c in found
        ]

    def _reaches(self, now: Standing, cells: int) -> list[Parts]:
        """For the option under the cursor the shares, and the single scores, that put it first."""
        option, paint, criteria = self.option, self.paint, self.workshop.criteria
        if option is None or option.id not in now.options:
            return []
        place = now.options.index(option.id) + 1
        lines: list[Parts] = [[(f" WHERE #{place} IS FIRST   (others in proportion)", paint.head)]]
        for reach in crossover.reaches(now, option.id):
            name = fit(criteria[reach.criterion].head, 7)
            said_ = f"  {name}{fit(span(reach), 24)}now {rounded(100 * reach.now)} %"
            lines.append([(fit(said_, cells - 1), paint.base)])
        single = words.single_scores(now, criteria, option.id)
        return [*lines, *([(fit("  " + text, cells - 1), paint.base)] for text in single)]

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
        if action.name in ("flips", "dominated", "why", "together"):
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
        self.turn_to("flips")

    def action_dominated(self) -> None:
        """Which options another one dominates."""
        self.turn_to("dominated")

    def action_why(self) -> None:
        """Opens what would change the order, or closes it."""
        self.turn_to(self.pane or "flips")

    def action_limits(self) -> None:
        """Keeps weights near those in force, or in their order; then lets them go again."""
        choices = limits.choices(self.ranking.shares)
        at = choices.index(self.limits) if self.limits in choices else -1
        self.limits = choices[(at + 1) % len(choices)]
        self.changed(None)

    async def action_exact_limits(self) -> None:
        """Types limits in: near the weights in force, an order, or bounds of single ones."""
        now = self.limits.said(self.workshop.criteria)
        await self.ask("limits", now, self._limit, limits.HINT)

    def _limit(self, text: str) -> None:
        found: list[Limits] = []
        if self.attempt(lambda: found.append(limits.typed(text, self.workshop.criteria))):
            self.limits = found[0]
            self.changed(None)

    def action_vary(self) -> None:
        """Lets scores vary too: gaps, then the group's ballots, then both; then none again."""
        kinds: Sequence[Spread | None] = list(VARYING) if self.who is None else (None, "gaps")
        at = kinds.index(self._varying)
        self.uncertain = kinds[(at + 1) % len(kinds)]
        self.changed(None)

    async def action_together(self) -> None:
        """Asks which criteria move together; what that would change stands among the flips."""
        now = ", ".join(plain(self.workshop.criteria[id].head) for id in self.together)
        await self.ask("criteria together", now, self._together, "names, with commas; blank: none")

    def _together(self, text: str) -> None:
        found: list[Sequence[str]] = []
        if self.attempt(lambda: found.append(limits.several(text, self.workshop.criteria))):
            self.together = tuple(found[0])
            self.pane = "flips"
            self.add_class("-open")
            self.show_below()

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
        verdict: Parts = [(f" {self._verdict(answer)}", self.paint.base)]
        self.copied(said([rows.head_line(0, 160), *lines, *below, verdict]), "the heat map")
