"""Which options are worse than another whatever the weights, and which stand on the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from evaluator.analysis.inputs import Floats, Matrix, matrix, signs
from evaluator.analysis.ranking import NEAR
from evaluator.errors import fail

_BLOCK = 250_000  # truth values of one block of pairs: what a cache holds


def dominated(low: Matrix, high: Matrix | None = None) -> list[list[int]]:
    """For each option the row numbers of the options that dominate it, in row order.

    One option dominates another when it is at least as good on every criterion and better on at
    least one; with open cells, only where that holds for every filling: its `low` reaches the
    other's `high` everywhere and exceeds it somewhere (Keeney & Raiffa 1976, ch. 3). Differences
    up to 1e-9 count as none.

    Args:
        low: options × criteria, higher is better; open cells at their worst.
        high: the same with open cells at their best; left out: no cell is open.

    Raises:
        EvaluatorError: fewer than two options, or the two tables differ in shape.
    """
    worst = matrix(low)
    best = worst if high is None else matrix(high)
    if worst.shape != best.shape:
        raise fail("the tables of worst and best values differ in shape")
    n = len(worst)
    rows = max(1, _BLOCK // n)
    found: list[list[int]] = []
    for start in range(0, n, rows):
        found += _block(worst, best[start : start + rows])
    return found


def _block(theirs: Floats, mine: Floats) -> list[list[int]]:
    """The same for some options (`mine`, at their best) against all (`theirs`, at their worst)."""
    reaches = np.ones((len(mine), len(theirs)), dtype=bool)
    pairs = list(zip(theirs.T.copy(), mine.T.copy(), strict=True))
    for low, high in pairs:
        reaches &= low >= high[:, None] - NEAR
    beaten, by = np.divmod(np.flatnonzero(reaches), len(theirs))
    exceeds = np.zeros(len(by), dtype=bool)
    for low, high in pairs:
        exceeds |= low[by] > high[beaten] + NEAR
    beaten, by = beaten[exceeds], by[exceeds]
    edges = np.searchsorted(beaten, np.arange(len(mine) + 1)).tolist()
    return [by[start:end].tolist() for start, end in pairwise(edges)]


def non_dominated(values: Matrix, directions: Sequence[str] | None = None) -> list[int]:
    """Row numbers of the options that no other dominates.

    `directions` says "max" or "min" per criterion; all "max" where left out.
    """
    table = matrix(values)
    found = dominated(table * signs(directions, table.shape[1]))
    return [i for i, by in enumerate(found) if not by]


def efficient(values: Sequence[float], uses: Sequence[float]) -> list[int]:
    """Row numbers of the options that give most for what they use, in row order.

    An option is efficient when none has at least its value for at most its use, with one of the
    two strictly better; options that are equal in both are efficient together.

    Args:
        values: overall value of each option, higher is better.
        uses: what each uses up of one resource, lower is better.

    Raises:
        EvaluatorError: the two differ in length.
    """
    if len(values) != len(uses):
        raise fail(f"{len(values)} values for {len(uses)} uses", "Give one use per option")
    order = sorted(range(len(values)), key=lambda i: (uses[i], -values[i]))
    kept: list[int] = []
    for i in order:
        ahead = not kept or values[i] > values[kept[-1]]
        if ahead or (values[i] == values[kept[-1]] and uses[i] == uses[kept[-1]]):
            kept.append(i)
    return sorted(kept)
