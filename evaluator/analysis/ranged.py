"""Scores that people gave as ranges: from the lowest to the highest that may be true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from evaluator.analysis.inputs import Floats
from evaluator.analysis.uncertain import Ballots
from evaluator.model import Ballot, Criterion


class Ranged:
    """Another source of ballots, whose ranged cells are drawn uniformly between their ends.

    The ends are scores; each draw is mapped to its value by the criterion's value function, so on
    a curve it is the score that is uniform, not the value.
    """

    def __init__(self, ballots: Ballots, low: Floats, high: Floats) -> None:
        self.ballots = ballots
        self.low = low
        self.high = high

    @property
    def shape(self) -> tuple[int, int]:
        """Options and criteria."""
        return self.ballots.shape

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """`draws` tables; each takes one ballot whole, its ranged cells somewhere inside."""
        chosen = rng.integers(len(self.ballots.tables), size=draws)
        found = self.ballots.filled(rng, self.ballots.tables[chosen])
        low, high = self.low[chosen], self.high[chosen]
        score = low + (high - low) * rng.random(low.shape)
        for k, criterion in enumerate(self.ballots.criteria):
            column = score[:, :, k]
            known = ~np.isnan(column)
            at, value = zip(*criterion.points, strict=True)
            found[:, :, k][known] = np.interp(column[known], at, value)
        return found


def ranged(
    source: Ballots,
    ballots: Sequence[Ballot],
    options: Sequence[str],
    criteria: Mapping[str, Criterion],
) -> Ballots | Ranged:
    """The source with the ranges that its ballots give; the source itself where they give none.

    Args:
        source: one table a ballot, in the same order.
        ballots: whose ranges.
        options: ids, in the order of the tables' rows.
        criteria: by id, in the order of the tables' columns.
    """
    ends = [
        [
            [
                (np.nan, np.nan)
                if option in ballot.recused
                else ballot.ranges.get(option, {}).get(id, (np.nan, np.nan))
                for id in criteria
            ]
            for option in options
        ]
        for ballot in ballots
    ]
    found = np.array(ends, dtype=np.float64)
    if np.isnan(found).all():
        return source
    return Ranged(source, found[..., 0], found[..., 1])
