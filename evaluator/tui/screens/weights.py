"""The Weights view: direct, by swings, by rank, by pairs; scenarios side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from evaluator.analysis.ranking import shares as as_shares
from evaluator.display import rounded
from evaluator.tui import words
from evaluator.tui.commands import bindings
from evaluator.tui.elicit import RULE_NAMES, Order, Pairs, Ranked, Swing, raw
from evaluator.tui.result import ResultView
from evaluator.tui.text import fit, plain, width
from evaluator.tui.widgets import bars, weightlist
from evaluator.tui.widgets.sections import columns, rule, said
from evaluator.tui.widgets.weightlist import WeightList

if TYPE_CHECKING:
    from evaluator.model import Criterion, Number
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

WAYS: Final = {
    "direct": "direct",
    "swing": "swing",
    "ranks": "by rank",
    "pairs": "pairwise (AHP)",
}
GUIDES: Final[Mapping[str, Callable[[Sequence[str]], Swing | Ranked | Pairs]]] = {
    "swing": Swing,
    "ranks": Ranked,
    "pairs": Pairs,
}
_ROWS = 60  # options in that table
_TITLE = 34  # cells of an option's title in the table of weight sets, at least
_SET = 11  # cells of a weight set in it


class WeightsScreen(ResultView[WeightList]):
    """Weights, and what follows from them."""

    NAME = "weights"
    BINDINGS = bindings(NAME)
    ROWS = WeightList

    def __init__(self) -> None:
        super().__init__()
        self.way = "direct"
        self._sure = False  # of equal swings
        self._guide: Swing | Ranked | Pairs | None = None

    def ids(self) -> Sequence[str]:
        """The rows; nothing is found among them."""
        return self.listing.rows

    def can(self, action: Action) -> bool:
        """What applies in the way of weighing that is in view."""
        if action.name == "find":
            return False
        if action.name in ("less_weight", "more_weight", "reset_weights"):
            return self.way == "direct"
        if action.name == "rule":
            return self.way == "ranks"
        if action.name == "unpick":
            guide = self._guide
            return bool(guide.said if isinstance(guide, Pairs) else guide and guide.picked)
        if action.name == "drop_scenario":
            return self.scenario is not None
        return super().can(action)

    def right(self) -> list[str]:
        """The way of weighing."""
        return [WAYS[self.way]]

    # -- painting

    def show(self, event: Changed | None = None) -> None:
        """Paints weights and what follows from them."""
        ids = tuple(self.workshop.criteria)
        if self._guide is not None and self._guide.ids != ids:
            self._begin(self.way)
        self.listing.empty = "No criteria yet: name some in criteria.toml"
        self.show_rows()
        self.show_below()

    def show_rows(self) -> None:
        """Paints the criteria, or the pairs."""
        guide = self._guide
        if guide is None:
            self.listing.show_weights(self._direct_heads(), self._direct(), at=self.criterion)
        elif isinstance(guide, Pairs):
            rows = [(f"{i}-{j}", self._pair(guide, (i, j))) for i, j in guide.pairs]
            self.listing.show_weights(("which matters more",), rows)
        else:
            heads = ("of 100", "share") if isinstance(guide, Swing) else ("", "share")
            self.listing.show_weights(heads, self._swings(guide))

    def _direct_heads(self) -> tuple[str, str]:
        if self.scenario is not None:
            return "  " + plain(self.scenario), "  agreed" if self.who is None else "  one's own"
        if self.who is not None:
            return "  own" if self.who == self.workshop.me else "  " + self.whose(), "  group's"
        return "  agreed", "  people's own, mean" if self._own_sets() else ""

    def _direct(self) -> list[tuple[str, Any]]:
        raw_ = self.scope.weights(self.workshop)
        now, beside = as_shares(raw_, self.workshop.criteria), self._beside()
        return [
            (
                id,
                weightlist.Weight(
                    criterion.title,
                    bars.glyph(n),
                    words.weight(raw_[id]),
                    now[id],
                    beside[id] if beside is not None else None,
                ),
            )
            for n, (id, criterion) in enumerate(self.workshop.criteria.items())
        ]

    def _beside(self) -> dict[str, float] | None:
        """The shares to compare with: the group's, or the mean of people's own."""
        if self.scenario is not None:
            return self.workshop.shares(self.who)
        if self.who is not None:
            return self.workshop.shares()
        own = list(self._own_sets().values())
        if not own:
            return None
        return {id: sum(each[id] for each in own) / len(own) for id in own[0]}

    def _own_sets(self) -> dict[str, dict[str, float]]:
        """The shares of everybody who weighs otherwise than the group, as far as they are shown."""
        workshop = self.workshop
        ballots = workshop.visible_ballots(workshop.me)
        return {key: workshop.shares(key) for key, ballot in ballots.items() if ballot.weights}

    def _swings(self, guide: Order) -> list[tuple[str, Any]]:
        shares = guide.shares() if isinstance(guide, Swing | Ranked) else {}
        rating = guide.rating if isinstance(guide, Swing) else {}
        found: list[tuple[str, Any]] = []
        for id in guide.rows:
            criterion = self.workshop.criteria[id]
            place = guide.picked.index(id) + 1 if id in guide.picked else None
            ends = _end(criterion, criterion.worst), _end(criterion, criterion.best)
            row = weightlist.Swing(criterion.title, place, *ends, rating.get(id), shares.get(id))
            found.append((id, row))
        return found

    def _pair(self, guide: Pairs, pair: tuple[int, int]) -> weightlist.Pair:
        one, other = (self.workshop.criteria[guide.ids[k]].head for k in pair)
        return weightlist.Pair(one, other, guide.said.get(pair))

    # -- below

    def show_below(self) -> None:
        """Says what the way of weighing asks for, and what follows."""
        cells = self.room
        lines = self._guidance(cells)
        block = self._sets(cells)
        self.below.show([*lines, [], *block])

    def _guidance(self, cells: int) -> list[Parts]:
        """What the way of weighing asks for at this moment."""
        guide, paint = self._guide, self.paint
        if guide is None:
            return self._about(cells)
        if isinstance(guide, Pairs):
            return self._consistency(guide, cells)
        criterion = self.workshop.criteria.get(self.listing.current or "")
        title = criterion.title if criterion is not None else ""
        take, back = self.key("weigh"), self.key("unpick")
        over = f"{take}: takes these weights over.   {back}: picks again."
        if not guide.ready:
            most = "would help most" if not guide.picked else "would help most next"
            ask = (
                f"With everything at its worst: which one swing {most}?",
                f"{take}: picks {title}.   {back}: takes the last pick back.",
            )
        elif isinstance(guide, Swing):
            ask = (
                "If the first swing is worth 100, what is each of the others worth?",
                f"← →: rate the swing.   {over}",
            )
        else:
            ask = (
                f"Weights follow from the order alone: {RULE_NAMES[guide.rule]}.",
                f"{self.key('rule')}: another rule.   {over}",
            )
        texts: list[Parts] = [[(" " + fit(line, cells - 2), paint.base)] for line in ask]
        return [rule("", cells, paint), *texts]

    def _about(self, cells: int) -> list[Parts]:
        criterion = self.workshop.criteria.get(self.criterion)
        if criterion is None:
            return []
        paint = self.paint
        ends = f"{_end(criterion, criterion.worst)}” to “{_end(criterion, criterion.best)}"
        means = f"The weight is what it is worth to go from “{ends}”."
        return [
            rule(criterion.title, cells, paint),
            [(" " + fit(criterion.question, cells - 2), paint.muted)],
            [(" " + fit(means, cells - 2), paint.base)],
        ]

    def _consistency(self, guide: Pairs, cells: int) -> list[Parts]:
        paint, result = self.paint, guide.result()
        titles = [self.workshop.criteria[id].head for id in guide.ids]
        listed = "  ".join(
            f"{plain(title)} {rounded(100 * weight, 1)}"
            for title, weight in zip(titles, result.weights, strict=True)
        )
        ratio = result.consistency_ratio
        if ratio is None:
            said_ = f"No consistency ratio: the random index ends at {len(titles) - 1} criteria."
        else:
            verdict = "consistent" if result.consistent else "not consistent"
            said_ = f"Consistency ratio {ratio:.3f}: {verdict} (0.10 at most; {result.table})."
        left = len(guide.pairs) - len(guide.said)
        hint = f"← →: judge the pair; {words.count(left, 'pair')} to go."
        if not left:
            take, back = self.key("weigh"), self.key("unpick")
            hint = (
                f"{take}: takes these weights over.   ← →: change a judgement.   {back}: clears it."
            )
        lines = [f"Weights: {listed}", said_, hint]
        worst = result.worst
        if not result.consistent and worst is not None:
            pair = titles[worst.row], titles[worst.column]
            given, implied = _times(*pair, worst.given), _times(*pair, worst.implied)
            lines.insert(2, f"Furthest from the rest: {given}, where the others imply {implied}.")
        texts: list[Parts] = [[(" " + fit(line, cells - 2), paint.base)] for line in lines]
        return [rule("", cells, paint), *texts]

    # -- weight sets side by side

    def _sets(self, cells: int) -> list[Parts]:
        """The order under the weights in force and under each scenario."""
        people = self._people() if self.has_class("-wide") else []
        beside = 22 + 7 * len(self.workshop.criteria) if people else 0
        table = self._table_of_ranks(cells - beside)
        return columns(table, people, cells - beside, self.paint) if people else table

    def _table_of_ranks(self, cells: int, most: int = _ROWS) -> list[Parts]:
        workshop, paint, who = self.workshop, self.paint, self.who
        if self.hidden:
            return [[(" Blind round: results are shown once it is revealed.", paint.muted)]]
        names = list(workshop.session.scenarios)
        names = names[: max(1, (cells - _TITLE) // _SET) - 1]
        now = workshop.ranking(who)
        longest = max((width(plain(row.title)) for row in now.rows), default=0) + 2
        at = max(_TITLE, min(longest, cells - _SET * (len(names) + 1)))
        ranks = [{row.option: row.rank for row in now.rows}]
        ranks += [{r.option: r.rank for r in workshop.ranking(who, scenario=n).rows} for n in names]
        heads = ["now", *map(plain, names)]
        head: Parts = [(fit(" RANKS BY WEIGHT SET", at), paint.head)]
        for title, name in zip(heads, [None, *names], strict=True):
            style = paint.strong if name == self.scenario else paint.head
            head.append((fit(("▸" if name == self.scenario else " ") + title, _SET), style))
        lines: list[Parts] = [head]
        for row in now.rows[:most]:
            cells_ = [_rank(each.get(row.option), row.rank) for each in ranks]
            text = "".join(fit(cell, _SET) for cell in cells_)
            lines.append([(" " + fit(row.title, at - 1) + text, paint.base)])
        if len(now.rows) > most:
            lines.append([(f" and {len(now.rows) - most} more", paint.muted)])
        if not names:
            keep = self.key("keep_scenario")
            lines.append([(f" {keep}: keep these weights as a scenario, to compare", paint.muted)])
        return lines

    def _people(self) -> list[Parts]:
        """Each person's own weights, where they differ from the group's and may be seen."""
        workshop, paint = self.workshop, self.paint
        sets = self._own_sets()
        if not sets:
            return []
        heads = "".join(fit(c.head, 7, "right") for c in workshop.criteria.values())
        lines: list[Parts] = [[(fit("OWN WEIGHTS", 18) + heads, paint.head)]]
        for n, (key, shares) in enumerate(sets.items(), 1):
            name = self.name_of(key) if self.named else f"ballot {n}"
            text = "".join(f"{100 * share:6.0f}%" for share in shares.values())
            lines.append([(fit(name, 18) + text, paint.base)])
        return lines

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """The criterion under the cursor is the one whose weight the keys change."""
        ids = list(self.workshop.criteria)
        current = self.listing.current
        if self._guide is None and current in ids:
            self.scope.criterion = ids.index(current)

    # -- changing

    def action_left(self) -> None:
        """Less of what is under the cursor."""
        self._push(-1)

    def action_right(self) -> None:
        """More of what is under the cursor."""
        self._push(1)

    def _push(self, way: int) -> None:
        guide, current = self._guide, self.listing.current
        if guide is None:
            (self.action_more_weight if way > 0 else self.action_less_weight)()
        elif isinstance(guide, Pairs) and current:
            guide.judge(_pair_of(current), way)
            self.changed(None)
        elif isinstance(guide, Swing) and current and guide.ready:
            guide.rate(current, 5 * way)
            self.changed(None)

    def action_method(self) -> None:
        """Weighs in the next way; what was judged so far in this one is let go."""
        ways = list(WAYS)
        self._begin(ways[(ways.index(self.way) + 1) % len(ways)])
        self.changed(None)

    def _begin(self, way: str) -> None:
        ids = tuple(self.workshop.criteria)
        self._sure = False
        self.way = way if len(ids) > 1 else "direct"
        self._guide = GUIDES[self.way](ids) if self.way in GUIDES else None
        self.listing.cursor = 0

    def action_rule(self) -> None:
        """The next rule for weights from ranks."""
        if isinstance(self._guide, Ranked):
            self._guide.next_rule()
            self.changed(None)

    def action_unpick(self) -> None:
        """Takes the last pick back, or the judgement under the cursor."""
        guide = self._guide
        if isinstance(guide, Pairs):
            guide.said.pop(_pair_of(self.listing.current or "0-0"), None)
        elif guide is not None:
            guide.take_back()
        self.changed(None)

    async def action_weigh(self) -> None:
        """Direct: an exact weight. Guided: picks, or takes the weights over."""
        guide, current = self._guide, self.listing.current
        if guide is None:
            await self._ask_weight()
        elif isinstance(guide, Order) and not guide.ready and current:
            guide.pick(current)
            self.changed(None)
            self.listing.go_to((*guide.open, *guide.picked[1:])[0])
        elif isinstance(guide, Swing) and not self._sure and len({*guide.rating.values()}) == 1:
            self._sure = True  # said once: who picks by one key after another is not asked to rate
            again = self.key("weigh")
            self.evaluator.say(f"every swing is worth 100: ← → rate them, or {again} again")
        elif guide.ready:
            self._take_over(guide)
        else:
            self.evaluator.say("some pairs are not judged yet", "warning")

    async def _ask_weight(self) -> None:
        criterion = self.workshop.criteria.get(self.criterion)
        if criterion is None:
            return
        now = self.scope.weights(self.workshop)[self.criterion]
        label = f"weight of {plain(criterion.head)}"
        await self.ask(label, words.weight(now), self._typed, "a number from 0 up")

    def _typed(self, text: str) -> None:
        try:
            number: Number = float(text.strip().replace(",", "."))
        except ValueError:
            self.evaluator.say(f"{plain(text)[:40]!r} is no number", "warning")
            return
        whole = int(number) if number == number // 1 and abs(number) < 1e15 else number
        self.weigh({self.criterion: whole})

    def _take_over(self, guide: Swing | Ranked | Pairs) -> None:
        if self.weigh(raw(guide.shares())):
            way = WAYS[self.way]
            self._begin("direct")
            self.changed(None)
            self.evaluator.say(f"weights taken over: {way}")

    # -- scenarios

    async def action_keep_scenario(self) -> None:
        """Keeps the weights in view under a name."""
        await self.ask("keep these weights as", "", self._keep, "a name, such as frugal")

    def _keep(self, name: str) -> None:
        weights = self.scope.weights(self.workshop)
        if self.attempt(lambda: self.workshop.set_scenario(name.strip(), weights)):
            self.evaluator.say(f"kept as {plain(name.strip())}; z shows the next weight set")

    def action_drop_scenario(self) -> None:
        """Removes the scenario in view."""
        name = self.scenario
        if name is not None and self.attempt(lambda: self.workshop.set_scenario(name, None)):
            self.evaluator.say(f"removed {plain(name)}; u brings it back")

    # -- copying

    def as_text(self) -> str:
        """The row under the cursor."""
        if not self.is_mounted or not self.listing.current:
            return ""
        rows = self.listing
        return said([rows.row_line(rows.current or "", 0, 100, here=False)]).strip()

    def action_copy_all(self) -> None:
        """Copies weights and the table of weight sets as text."""
        rows = self.listing
        lines = [rows.row_line(id, 0, 100, here=False) for id in rows.rows]
        table = self._table_of_ranks(100, len(self.workshop.options))
        self.copied(said([rows.head_line(0, 100), *lines, *table]), "the weights")


def _end(criterion: Criterion, score: Number) -> str:
    return plain(criterion.anchor(score))


def _pair_of(row: str) -> tuple[int, int]:
    one, other = map(int, row.split("-"))
    return one, other


def _times(one: str, other: str, ratio: float) -> str:
    if ratio < 1:
        one, other, ratio = other, one, 1 / ratio
    return f"{plain(one)} {ratio:.2g} × {plain(other)}"


def _rank(rank: int | None, now: int | None) -> str:
    if rank is None:
        return "  –"
    if now is None or rank == now:
        return f" {rank:2}"
    return f" {rank:2} {'▲' if rank < now else '▼'}{abs(now - rank)}"
