"""What every analysis asks of the numbers it is given, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from evaluator.errors import fail, unknown

Floats: TypeAlias = npt.NDArray[np.float64]
Matrix: TypeAlias = Sequence[Sequence[float]] | Floats
Vector: TypeAlias = Sequence[float] | Floats


def matrix(rows: Matrix) -> Floats:
    """Options × criteria as a float array.

    Raises:
        EvaluatorError: fewer than two options, no criterion, rows of unlike length, or a cell
            that is no finite number.
    """
    if len(rows) < 2:
        raise fail("fewer than two options are complete", "Score at least two on every criterion")
    try:
        found = np.asarray(rows, dtype=np.float64)
    except (TypeError, ValueError):
        raise fail("the table has rows of unlike length, or a cell that is no number") from None
    if found.ndim != 2 or found.shape[1] == 0:
        raise fail("the table has no criterion", "Add a criterion first")
    if not np.isfinite(found).all():
        raise fail("the table has an open cell", "Leave incomplete options out, or fill the cell")
    return found


def shares(weights: Vector, count: int) -> Floats:
    """`count` weights as shares that sum to 1.

    Raises:
        EvaluatorError: another number of weights, one below 0 or not finite, or all 0.
    """
    found = np.asarray(weights, dtype=np.float64)
    if found.shape != (count,):
        raise fail(f"{found.size} weights for {count} criteria", "Give one weight per criterion")
    if not np.isfinite(found).all() or (found < 0).any():
        raise fail("a weight is below 0 or no number", "Weights are numbers from 0 up")
    total = float(found.sum())
    if total <= 0:
        raise fail("all weights are 0", "Give one criterion a weight above 0")
    shares_: Floats = found / total
    return shares_


def signs(directions: Sequence[str] | None, count: int) -> Floats:
    """+1 for each criterion where more is better ("max"), -1 where less is ("min").

    Raises:
        EvaluatorError: another number of directions, or another word.
    """
    if directions is None:
        return np.ones(count)
    if len(directions) != count:
        raise fail(f"{len(directions)} directions for {count} criteria", "Give one per criterion")
    for word in directions:
        if word not in ("max", "min"):
            raise unknown("direction", word, ("max", "min"))
    return np.array([1.0 if word == "max" else -1.0 for word in directions])
