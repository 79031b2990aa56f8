"""The table: values 0–100 of options × criteria, of one ballot or of the group. Plain Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TypeAlias

import msgspec

from evaluator.model import Ballot, Combine, Criterion, Number, Option

Join: TypeAlias = Callable[[Sequence[Number], Sequence[Number]], float]


class Table(msgspec.Struct, frozen=True):
    """Values and scores by option and criterion; None where a cell is open.

    `values` are 0–100, 100 is best; `scores` the score they come from (of a group: the mean of
    the scores, to be read only). `counts` says how many people scored the cell.
    """

    criteria: tuple[str, ...]
    titles: dict[str, str]
    values: dict[str, tuple[float | None, ...]]
    scores: dict[str, tuple[float | None, ...]]
    counts: dict[str, tuple[int, ...]]


def of_ballot(
    ballot: Ballot | None, options: Sequence[Option], criteria: Mapping[str, Criterion]
) -> Table:
    """The table of one ballot: abstained and missing scores are open."""
    return of_group([ballot] if ballot is not None else [], options, criteria)


def of_group(
    ballots: Sequence[Ballot],
    options: Sequence[Option],
    criteria: Mapping[str, Criterion],
    *,
    combine: Combine = "mean",
    weights: Sequence[Number] | None = None,
) -> Table:
    """The group's table: each cell the mean of the values of those who scored it.

    Args:
        ballots: those that count.
        options: in order.
        criteria: by id, in order.
        combine: "median" takes the middle of the values instead of their mean.
        weights: how much each ballot counts, ≥ 0; all alike where left out. A cell that only
            ballots of weight 0 scored is open.
    """
    force = weights if weights is not None and len(set(weights)) > 1 else [1] * len(ballots)
    join = _median if combine == "median" else _mean
    values: dict[str, tuple[float | None, ...]] = {}
    scores: dict[str, tuple[float | None, ...]] = {}
    counts: dict[str, tuple[int, ...]] = {}
    for option in options:
        rows = [
            (row, weight)
            for ballot, weight in zip(ballots, force, strict=True)
            if weight and (row := ballot.scores.get(option.id)) and option.id not in ballot.recused
        ]
        cells = [_cell(rows, id, criterion, join) for id, criterion in criteria.items()]
        values[option.id] = tuple(value for value, _, _ in cells)
        scores[option.id] = tuple(score for _, score, _ in cells)
        counts[option.id] = tuple(count for _, _, count in cells)
    titles = {option.id: option.title for option in options}
    return Table(tuple(criteria), titles, values, scores, counts)


def _cell(
    rows: Sequence[tuple[Mapping[str, Number | str], Number]],
    id: str,
    criterion: Criterion,
    join: Join,
) -> tuple[float | None, float | None, int]:
    given = [(row.get(id), weight) for row, weight in rows]
    numbers = [(score, weight) for score, weight in given if isinstance(score, int | float)]
    if not numbers:
        return None, None, 0
    scores = [score for score, _ in numbers]
    if len(numbers) == 1:
        return criterion.value(scores[0]), scores[0], 1
    force = [weight for _, weight in numbers]
    return join([criterion.value(s) for s in scores], force), join(scores, force), len(numbers)


def _mean(numbers: Sequence[Number], weights: Sequence[Number]) -> float:
    total = sum(weights)
    return sum(n * w for n, w in zip(numbers, weights, strict=True)) / total


def _median(numbers: Sequence[Number], weights: Sequence[Number]) -> float:
    """The number at which half the weight is reached; midway to the next where it is exactly."""
    pairs = sorted(zip(numbers, weights, strict=True))
    half, reached = sum(weights) / 2, 0.0
    for (number, weight), (following, _) in pairwise(pairs):
        reached += weight
        if abs(reached - half) <= 1e-12 * half:
            return (number + following) / 2
        if reached > half:
            return float(number)
    return float(pairs[-1][0])
