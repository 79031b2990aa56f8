"""Weights from judgements: by rank, by swing, by pairwise comparison (AHP). Plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from operator import mul
from typing import Final

import msgspec

from evaluator.errors import fail, unknown
from evaluator.model import Number, is_number

RANDOM_INDICES: Final[Mapping[str, tuple[float, ...]]] = {  # for 1, 2, 3 … items
    "saaty-1980": (
        *(0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49),
        *(1.51, 1.48, 1.56, 1.57, 1.59),
    ),
    "saaty-2004": (0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49),
}
ACCEPTABLE_RATIO: Final = 0.10
_RECIPROCAL_SLACK = 0.025  # 0.14 for 1/7 is a fair way to write it down


def equal(n: int) -> list[float]:
    """`n` equal shares that sum to 1."""
    return [1 / n for _ in range(_counted(n))]


def rank_order_centroid(n: int) -> list[float]:
    """ROC shares, most important first: w_i = (1/n) Σ_{k=i..n} 1/k.

    The centre of all weights that keep the order (Barron & Barrett 1996).
    """
    return [sum(1 / k for k in range(i, n + 1)) / n for i in range(1, _counted(n) + 1)]


def rank_sum(n: int) -> list[float]:
    """Rank-sum shares, most important first: w_i ∝ n + 1 - i (Stillwell, Seaver & Edwards 1981)."""
    return [2 * (n + 1 - i) / (n * (n + 1)) for i in range(1, _counted(n) + 1)]


def rank_reciprocal(n: int) -> list[float]:
    """Rank-reciprocal shares, most important first: w_i ∝ 1/i (Stillwell et al. 1981)."""
    total = sum(1 / k for k in range(1, _counted(n) + 1))
    return [1 / i / total for i in range(1, n + 1)]


RULES: Final[Mapping[str, Callable[[int], list[float]]]] = {
    "equal": equal,
    "roc": rank_order_centroid,
    "rank-sum": rank_sum,
    "rank-reciprocal": rank_reciprocal,
}


def by_order(order: Sequence[str | Sequence[str]], rule: str = "roc") -> dict[str, float]:
    """Shares of criteria from their order of importance, the most important first.

    Args:
        order: criterion ids; ids that weigh the same stand together in a list and share the mean
            of the places they take.
        rule: "roc", "rank-sum", "rank-reciprocal" or "equal".

    Raises:
        EvaluatorError: no criterion, one named twice, or no such rule.
    """
    if rule not in RULES:
        raise unknown("rule for weights", rule, RULES)
    groups = [(place,) if isinstance(place, str) else tuple(place) for place in order]
    ids = [id for group in groups for id in group]
    if len(set(ids)) < len(ids):
        raise fail("a criterion stands twice in the order", "Name each criterion once")
    places = RULES[rule](len(ids))
    found: dict[str, float] = {}
    for group in groups:
        taken = places[len(found) : len(found) + len(group)]
        found |= dict.fromkeys(group, sum(taken) / len(group) if group else 0)
    return found


def swing(ratings: Mapping[str, Number]) -> dict[str, float]:
    """Shares from swing ratings: 100 for the swing from worst to best that matters most.

    The other swings are rated in proportion to it (von Winterfeldt & Edwards 1986, ch. 8).

    Raises:
        EvaluatorError: no rating, one that is below 0 or no number, or all 0.
    """
    for id, rating in ratings.items():
        if not is_number(rating) or rating < 0:
            raise fail(f"the swing of {id} is {rating!r}", "Rate each swing from 0 to 100")
    total = math.fsum(ratings.values())
    if total <= 0:
        raise fail("all swings are 0", "Give the swing that matters most 100")
    return {id: rating / total for id, rating in ratings.items()}


class Judgement(msgspec.Struct, frozen=True):
    """One pairwise judgement: row against column as `given`, and as all weights imply it.

    `given` 4 says that the row's item matters four times as much as the column's.
    """

    row: int
    column: int
    given: float
    implied: float


class Pairwise(msgspec.Struct, frozen=True):
    """Priorities from pairwise judgements, and how consistent these are.

    Attributes:
        weights: shares, the normalised principal eigenvector.
        lambda_max: the principal eigenvalue; n where all judgements agree, more otherwise.
        consistency_index: (λmax - n) / (n - 1).
        consistency_ratio: index ÷ random index; None where the table ends before n.
        random_index: the one used, and the `table` it comes from.
        worst: the judgement furthest from what the weights imply; None where all agree.
    """

    weights: tuple[float, ...]
    lambda_max: float
    consistency_index: float
    consistency_ratio: float | None
    random_index: float | None
    table: str
    worst: Judgement | None

    @property
    def consistent(self) -> bool:
        """Whether the ratio is at most 0.10, Saaty's limit."""
        return self.consistency_ratio is None or self.consistency_ratio <= ACCEPTABLE_RATIO


def judgements(n: int, ratios: Mapping[tuple[int, int], Number]) -> list[list[float]]:
    """The full matrix from the ratios of pairs (row, column), each pair given once.

    Raises:
        EvaluatorError: a pair is missing, unknown, given both ways, or its ratio is not above 0.
    """
    matrix = [[1.0] * n for _ in range(n)]
    missing = {(i, j) for i in range(n) for j in range(i + 1, n)}
    for (i, j), ratio in ratios.items():
        pair = (min(i, j), max(i, j))
        if pair not in missing:
            raise fail(f"pair {i + 1}, {j + 1} is unknown or given twice", "Judge each pair once")
        if not is_number(ratio) or ratio <= 0:
            raise fail(f"pair {i + 1}, {j + 1} has the ratio {ratio!r}", "Give a ratio above 0")
        missing.remove(pair)
        matrix[i][j], matrix[j][i] = float(ratio), 1 / ratio
    if missing:
        i, j = min(missing)
        raise fail(f"{len(missing)} pairs are not judged", f"Compare items {i + 1} and {j + 1}")
    return matrix


def ahp(matrix: Sequence[Sequence[Number]], table: str = "saaty-1980") -> Pairwise:
    """Priorities of n items from an n × n matrix of ratios (Saaty 1980, 1990).

    The principal eigenvector of the matrix.

    Args:
        matrix: row against column; the diagonal 1.
        table: of random indices: "saaty-1980" (0.58 for three items; up to 15), or "saaty-2004"
            (0.52 for three; up to 10). One matrix can pass by one and fail by the other.

    Raises:
        EvaluatorError: the matrix is not square, holds a ratio that is not above 0, or a pair
            whose two ratios are not each other's reciprocal; or no such table.
    """
    _check_pairwise(matrix)
    if table not in RANDOM_INDICES:
        raise unknown("table of random indices", table, RANDOM_INDICES)
    n = len(matrix)
    weights, eigenvalue = _principal(matrix)
    index = (eigenvalue - n) / (n - 1) if n > 1 else 0.0
    known = RANDOM_INDICES[table]
    random = known[n - 1] if n <= len(known) else None
    ratio = None if random is None else index / random if random else 0.0
    worst = _worst(matrix, weights)
    return Pairwise(tuple(weights), eigenvalue, index, ratio, random, table, worst)


def synthesis(criteria: Sequence[float], options: Sequence[Sequence[float]]) -> list[float]:
    """Overall priorities: Σ over criteria of its weight × each option's priority under it.

    `options` has one row of priorities per criterion (distributive mode, Saaty 1980).
    """
    rows = zip(*options, strict=True)
    return [sum(w * p for w, p in zip(criteria, row, strict=True)) for row in rows]


def _counted(n: int) -> int:
    if n < 1:
        raise fail("there is no criterion to weigh", "Add a criterion first")
    return n


def _check_pairwise(matrix: Sequence[Sequence[Number]]) -> None:
    n = _counted(len(matrix))
    if any(len(row) != n for row in matrix):
        raise fail("the pairwise judgements are not a square", f"Give {n} rows of {n} ratios")
    for i, row in enumerate(matrix):
        for j, ratio in enumerate(row):
            if not is_number(ratio) or ratio <= 0:
                what = f"items {i + 1} and {j + 1} are compared as {ratio!r}"
                raise fail(what, "Give a ratio above 0")
            if abs(ratio * matrix[j][i] - 1) > _RECIPROCAL_SLACK:
                what = f"items {i + 1} and {j + 1} are compared as {ratio:g} and {matrix[j][i]:g}"
                raise fail(what, "One must be 1 divided by the other")


def _principal(matrix: Sequence[Sequence[Number]]) -> tuple[list[float], float]:
    """The principal eigenvector, summing to 1, and its eigenvalue.

    The matrix is squared over and over (Saaty 1980), divided first by what the geometric means of
    its rows imply: so even judgements that contradict each other wildly are settled in a few steps.
    """
    means = [math.exp(math.fsum(map(math.log, row)) / len(row)) for row in matrix]
    power = [
        [x * b / a for x, b in zip(row, means, strict=True)]
        for row, a in zip(matrix, means, strict=True)
    ]
    vector, moved = [1.0] * len(matrix), 1.0
    while moved > 1e-14:
        columns = list(zip(*power, strict=True))
        squared = [[sum(map(mul, row, column)) for column in columns] for row in power]
        sums = [sum(row) for row in squared]
        total = sum(sums)
        power = [[x / total for x in row] for row in squared]
        following = [x / total for x in sums]
        moved = max(abs(a - b) for a, b in zip(following, vector, strict=True))
        vector = following
    raw = [a * x for a, x in zip(means, vector, strict=True)]
    weights = [x / sum(raw) for x in raw]
    return weights, sum(sum(map(mul, row, weights)) for row in matrix)


def _worst(matrix: Sequence[Sequence[Number]], weights: Sequence[float]) -> Judgement | None:
    pairs = [(i, j) for i in range(len(weights)) for j in range(i + 1, len(weights))]

    def strain(pair: tuple[int, int]) -> float:
        i, j = pair
        return abs(math.log(matrix[i][j] * weights[j] / weights[i]))

    worst = max(pairs, key=strain, default=None)
    if worst is None or strain(worst) < 1e-9:
        return None
    i, j = worst
    return Judgement(i, j, float(matrix[i][j]), weights[i] / weights[j])
