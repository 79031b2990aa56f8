"""Ways to arrive at weights, step by step; each knows what to ask next and what weights follow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from evaluator.analysis import weights
from evaluator.analysis.weights import RULES, Pairwise

RULE_NAMES: Final = {
    "roc": "centroid (ROC)",
    "rank-sum": "rank sum",
    "rank-reciprocal": "rank reciprocal",
    "equal": "all equal",
}
MOST = 8  # steps from "equally" to "9 times as much" on Saaty's scale


class Order:
    """Criteria picked one after another, the swing that matters most first."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self.picked: list[str] = []

    @property
    def open(self) -> tuple[str, ...]:
        """Those not picked yet."""
        return tuple(id for id in self.ids if id not in self.picked)

    @property
    def rows(self) -> tuple[str, ...]:
        """The picked ones in their order, then the open ones."""
        return (*self.picked, *self.open)

    @property
    def ready(self) -> bool:
        """Whether weights can be taken over."""
        return not self.open

    def pick(self, id: str) -> None:
        """Puts a criterion next; the last one follows by itself."""
        if id in self.open:
            self.picked.append(id)
        if len(self.open) == 1:
            self.picked += self.open

    def take_back(self) -> bool:
        """Takes the last pick back; answers whether there was one."""
        if not self.picked:
            return False
        if self.ready and len(self.picked) > 1:
            self.picked.pop()
        self.picked.pop()
        return True


class Ranked(Order):
    """Weights from the order alone."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(ids)
        self.rule = "roc"

    def next_rule(self) -> None:
        """Uses the next rule."""
        rules = [rule for rule in RULE_NAMES if rule in RULES]
        self.rule = rules[(rules.index(self.rule) + 1) % len(rules)]

    def shares(self) -> dict[str, float]:
        """Shares by the rule, of the order as far as it stands."""
        return weights.by_order(self.rows, self.rule) if self.ready else {}


class Swing(Order):
    """Weights from swings rated against the first, which is 100."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(ids)
        self.rating: dict[str, float] = {}

    def pick(self, id: str) -> None:
        """Puts a swing next; it begins with the rating of the one before."""
        super().pick(id)
        for picked in self.picked:
            self.rating.setdefault(picked, 100.0)

    def take_back(self) -> bool:
        """Takes the last pick and its rating back."""
        took = super().take_back()
        self.rating = {id: self.rating[id] for id in self.picked}
        return took

    def rate(self, id: str, by: float) -> bool:
        """Rates a swing higher or lower, from 0 to 100; the first one stays 100."""
        if id not in self.rating or id == self.picked[0]:
            return False
        self.rating[id] = min(100.0, max(0.0, self.rating[id] + by))
        return True

    def shares(self) -> dict[str, float]:
        """Shares in proportion to the ratings."""
        return weights.swing(self.rating) if self.ready else {}


class Pairs:
    """Weights from comparing criteria two by two on Saaty's scale (AHP)."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = tuple(ids)
        self.pairs = [(i, j) for i in range(len(ids)) for j in range(i + 1, len(ids))]
        self.said: dict[tuple[int, int], int] = {}

    @property
    def ready(self) -> bool:
        """Whether every pair has been judged."""
        return len(self.said) == len(self.pairs)

    def judge(self, pair: tuple[int, int], by: int) -> bool:
        """Moves a judgement by so many steps: below 0 for the first of the pair."""
        before = self.said.get(pair)
        after = min(MOST, max(-MOST, (before or 0) + by))
        self.said[pair] = after
        return after != before

    def ratio(self, pair: tuple[int, int]) -> float:
        """How many times as much the first of the pair matters."""
        said = self.said.get(pair, 0)
        return 1.0 - said if said <= 0 else 1 / (1 + said)

    def result(self) -> Pairwise:
        """Priorities and consistency; pairs not judged yet count as equal."""
        ratios = {pair: self.ratio(pair) for pair in self.pairs}
        return weights.ahp(weights.judgements(len(self.ids), ratios))

    def shares(self) -> dict[str, float]:
        """Shares from the judgements so far."""
        return dict(zip(self.ids, self.result().weights, strict=True))


def raw(shares: dict[str, float]) -> dict[str, int | float]:
    """Shares as raw weights out of 100, one digit after the point at most."""
    found = {id: round(100 * share, 1) for id, share in shares.items()}
    return {id: int(weight) if weight == int(weight) else weight for id, weight in found.items()}
