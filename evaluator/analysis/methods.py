"""Ways to rank besides the additive one; each says its variant, its source and its parameters.

Each method stands here twice: as a function of any matrix, as published tables need it, and as
`rank_…`, which takes values 0–100 (higher is better) and shares, as `evaluator.api.Method` asks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np

from evaluator.analysis.inputs import Floats, Matrix, Vector, matrix, shares, signs
from evaluator.analysis.ranking import NEAR, midranks
from evaluator.api import Ranked
from evaluator.errors import fail, unknown

PREFERENCES: Final = ("usual", "u-shape", "v-shape", "level", "linear", "gaussian")
_BLOCK = 1_000_000  # pairs of one block in PROMETHEE: 8 MB


def competition_ranks(scores: Vector) -> list[int]:
    """Ranks from 1, the highest score first; equal scores share one, the next is left free."""
    rising = sorted(float(score) for score in scores)
    return [1 + len(rising) - bisect_right(rising, float(score) + NEAR) for score in scores]


def additive(values: Matrix, weights: Vector) -> Floats:
    """Σ share × value (Keeney & Raiffa 1976, ch. 3); on the scale of the values."""
    table = matrix(values)
    total: Floats = table @ shares(weights, table.shape[1])
    return total


def weighted_product(
    values: Matrix,
    weights: Vector,
    directions: Sequence[str] | None = None,
    normalisation: str = "none",
) -> Floats:
    """Π x^share, or x^-share where less is better (Bridgman 1922; Triantaphyllou 2000, ch. 2).

    Args:
        values: options × criteria, from 0 up; 0 in a criterion with weight gives 0 in all.
        weights: raw weights.
        directions: "max" or "min" per criterion; all "max" where left out.
        normalisation: "none", or "sum": each column divided by its sum.

    Raises:
        EvaluatorError: a value below 0, or a 0 where less is better.
    """
    table = matrix(values)
    count = table.shape[1]
    power = shares(weights, count) * signs(directions, count)
    if (table < 0).any() or (table[:, power < 0] == 0).any():
        raise fail("a product needs values from 0 up, and above 0 where less is better")
    if normalisation not in ("none", "sum"):
        raise unknown("normalisation", normalisation, ("none", "sum"))
    if normalisation == "sum":
        table = table / np.where(table.sum(axis=0) > 0, table.sum(axis=0), 1)
    product: Floats = np.prod(table**power, axis=1)
    return product


def topsis(
    values: Matrix,
    weights: Vector,
    directions: Sequence[str] | None = None,
    normalisation: str = "vector",
) -> Floats:
    """Closeness 0–1 to the best point and away from the worst one (Hwang & Yoon 1981).

    Args:
        values: options × criteria.
        weights: raw weights.
        directions: "max" or "min" per criterion; all "max" where left out.
        normalisation: "vector" (column ÷ its Euclidean length) or "minmax" (0–1 from the worst
            to the best option present). The choice can change the winner.

    Returns:
        d- / (d+ + d-) for each option; 0.5 for all where the options are alike.
    """
    table = matrix(values)
    count = table.shape[1]
    sign = signs(directions, count)
    scaled = _scaled(table * sign, normalisation) * shares(weights, count)
    far_best = np.linalg.norm(scaled - scaled.max(axis=0), axis=1)
    far_worst = np.linalg.norm(scaled - scaled.min(axis=0), axis=1)
    whole = far_best + far_worst
    closeness: Floats = np.where(whole > 0, far_worst / np.where(whole > 0, whole, 1), 0.5)
    return closeness


def _scaled(table: Floats, normalisation: str) -> Floats:
    if normalisation not in ("vector", "minmax"):
        raise unknown("normalisation", normalisation, ("vector", "minmax"))
    if normalisation == "vector":
        length = np.linalg.norm(table, axis=0)
    else:
        length = np.ptp(table, axis=0)
        table = table - table.min(axis=0)
    scaled: Floats = table / np.where(length > 0, length, 1)
    return scaled


class Vikor(msgspec.Struct, frozen=True):
    """The three measures of VIKOR (less is better) and the compromise they lead to.

    Attributes:
        s: weighted sum of the distances to the best, per option.
        r: the largest single weighted distance, per option.
        q: v × scaled s + (1 - v) × scaled r, 0–1, per option.
        advantage: Q(second) - Q(first) ≥ 1/(n - 1).
        stability: the first by Q is also first by S or by R.
        compromise: row numbers of the options that form the compromise, best first.
    """

    s: tuple[float, ...]
    r: tuple[float, ...]
    q: tuple[float, ...]
    advantage: bool
    stability: bool
    compromise: tuple[int, ...]


def vikor(
    values: Matrix, weights: Vector, directions: Sequence[str] | None = None, v: float = 0.5
) -> Vikor:
    """Compromise ranking (Opricovic & Tzeng 2004, EJOR 156(2), equations 1–4).

    Args:
        values: options × criteria.
        weights: raw weights.
        directions: "max" or "min" per criterion; all "max" where left out.
        v: weight of "the majority of criteria" against "the worst single regret", 0–1.
    """
    if not 0 <= v <= 1:
        raise fail(f"v is {v:g}", "Give a number from 0 to 1")
    table = matrix(values)
    count = table.shape[1]
    best_first = table * signs(directions, count)
    spread = np.ptp(best_first, axis=0)
    far = (best_first.max(axis=0) - best_first) / np.where(spread > 0, spread, 1)
    weighted = far * shares(weights, count)
    s, r = weighted.sum(axis=1), weighted.max(axis=1)
    q = v * _unit(s) + (1 - v) * _unit(r)
    return _compromise(s, r, q)


def _unit(measure: Floats) -> Floats:
    spread = float(np.ptp(measure))
    scaled: Floats = (measure - measure.min()) / (spread if spread > NEAR else 1)
    return scaled


def _compromise(s: Floats, r: Floats, q: Floats) -> Vikor:
    order = np.argsort(q, kind="stable")
    threshold = 1 / (len(q) - 1)
    first = order[0]
    advantage = bool(q[order[1]] - q[first] >= threshold - NEAR)
    stability = bool(s[first] <= s.min() + NEAR or r[first] <= r.min() + NEAR)
    if advantage:
        members = order[: 1 if stability else 2]
    else:
        members = order[q[order] - q[first] < threshold - NEAR]
    return Vikor(
        s=tuple(s.tolist()),
        r=tuple(r.tolist()),
        q=tuple(q.tolist()),
        advantage=advantage,
        stability=stability,
        compromise=tuple(members.tolist()),
    )


class Flows(msgspec.Struct, frozen=True):
    """PROMETHEE's flows per option: `plus` and `minus` 0–1, `net` their difference, -1 to 1."""

    plus: tuple[float, ...]
    minus: tuple[float, ...]
    net: tuple[float, ...]


def promethee(
    values: Matrix,
    weights: Vector,
    directions: Sequence[str] | None = None,
    *,
    functions: str | Sequence[str] = "usual",
    q: float | Sequence[float] = 0.0,
    p: float | Sequence[float] = 0.0,
    s: float | Sequence[float] = 0.0,
) -> Flows:
    """PROMETHEE II outranking flows, divided by n - 1 (Brans & Vincke 1985; Brans et al. 1986).

    Args:
        values: options × criteria.
        weights: raw weights.
        directions: "max" or "min" per criterion; all "max" where left out.
        functions: preference function, one for all or one per criterion: "usual" (any difference
            counts in full), "u-shape" (from above q), "v-shape" (rising up to p), "level" (half
            from above q, full from above p), "linear" (rising from q to p), "gaussian" (width s).
        q: difference that counts as none; one for all or one per criterion, as are p and s.
        p: difference that counts in full.
        s: width of "gaussian", in units of the criterion.

    Raises:
        EvaluatorError: no such function, a threshold below 0, q above p, or a width of 0.
    """
    table = matrix(values)
    n, count = table.shape
    table = table * signs(directions, count)
    share = shares(weights, count)
    plus, minus = np.zeros(n), np.zeros(n)
    for k, shape in enumerate(_shapes(functions, q, p, s, count)):
        ahead, behind = _flows(table[:, k], *shape)
        plus += share[k] * ahead / (n - 1)
        minus += share[k] * behind / (n - 1)
    return Flows(tuple(plus.tolist()), tuple(minus.tolist()), tuple((plus - minus).tolist()))


_Shape = tuple[str, float, float, float]


def _shapes(
    functions: str | Sequence[str],
    q: float | Sequence[float],
    p: float | Sequence[float],
    s: float | Sequence[float],
    count: int,
) -> list[_Shape]:
    names = [functions] * count if isinstance(functions, str) else list(functions)
    numbers = [np.ravel(np.asarray(each, dtype=np.float64)).tolist() for each in (q, p, s)]
    given = [each * count if len(each) == 1 else each for each in numbers]
    if {len(names), *map(len, given)} != {count}:
        raise fail(
            f"functions, q, p or s are not {count}", "Give one for all, or one per criterion"
        )
    shapes = list(zip(names, *given, strict=True))
    for shape in shapes:
        _check_shape(*shape)
    return shapes


def _check_shape(name: str, low: float, high: float, width: float) -> None:
    if name not in PREFERENCES:
        raise unknown("preference function", name, PREFERENCES)
    if min(low, high, width) < 0 or (name in ("level", "linear") and low > high):
        raise fail(f"{name}: q {low:g} and p {high:g} are out of order", "0 ≤ q ≤ p, s above 0")
    if name == "gaussian" and width == 0:
        raise fail("gaussian: the width s is 0", "Give s above 0")


def _flows(column: Floats, name: str, q: float, p: float, s: float) -> tuple[Floats, Floats]:
    """For each option the sum of degrees by which it is preferred to others, and they to it."""
    steps = _steps(name, q, p)
    if not steps:
        return _ramp_flows(column, name, q, p, s)
    plus, minus = np.zeros(len(column)), np.zeros(len(column))
    rising = np.sort(column)
    for threshold, part in steps:
        plus += part * np.searchsorted(rising, column - threshold - NEAR, side="left")
        higher = np.searchsorted(rising, column + threshold + NEAR, side="right")
        minus += part * (len(column) - higher)
    return plus, minus


def _steps(name: str, q: float, p: float) -> list[tuple[float, float]]:
    """Where a preference function jumps, and by how much; none where it rises by degrees."""
    jumps = {
        "usual": [(0.0, 1.0)],
        "u-shape": [(q, 1.0)],
        "level": [(q, 0.5), (p, 0.5)],
        "v-shape": [(0.0, 1.0)] if p == 0 else [],
        "linear": [(q, 1.0)] if p == q else [],
    }
    return jumps.get(name, [])


def _ramp_flows(column: Floats, name: str, q: float, p: float, s: float) -> tuple[Floats, Floats]:
    """The same pair by pair, for the functions that rise by degrees."""
    n = len(column)
    plus, minus = np.zeros(n), np.zeros(n)
    rows = max(1, _BLOCK // n)
    for start in range(0, n, rows):
        block = slice(start, start + rows)
        ahead = np.maximum(column[block, None] - column, 0)
        if name == "gaussian":
            degree = 1 - np.exp(-(ahead**2) / (2 * s * s))
        else:
            least = q if name == "linear" else 0.0
            degree = np.clip((ahead - least) / (p - least), 0, 1)
        plus[block] += degree.sum(axis=1)
        minus += degree.sum(axis=0)
    return plus, minus


def borda_points(values: Matrix, weights: Vector) -> Floats:
    """Borda count with criteria as voters: Σ share × (n - midrank), 0 to n - 1 (Borda 1781)."""
    table = matrix(values)
    share = shares(weights, table.shape[1])
    ranks = np.array([midranks(column.tolist()) for column in table.T])
    points: Floats = share @ (len(table) - ranks)
    return points


def rank_additive(values: Matrix, weights: Vector) -> Ranked:
    """Overall value 0–100, see `additive`."""
    return Ranked(additive(values, weights).tolist())


def rank_wpm(values: Matrix, weights: Vector) -> Ranked:
    """Weighted geometric mean of the values, 0–100, see `weighted_product`."""
    scores = (100 * weighted_product(np.asarray(values) / 100, weights)).tolist()
    zero = sum(score <= NEAR for score in scores)
    notes = (
        "values are multiplied: an option at the worst level of a criterion with weight gets 0",
        *([f"options that got 0 for it: {zero}"] if zero else []),
    )
    return Ranked(scores, notes)


def rank_topsis(values: Matrix, weights: Vector, normalisation: str = "vector") -> Ranked:
    """Closeness 0–1, see `topsis`."""
    scores = topsis(values, weights, normalisation=normalisation)
    note = "best and worst are those of the options present: adding one can change the order"
    return Ranked(scores.tolist(), (f"{normalisation} normalisation", note))


def rank_vikor(values: Matrix, weights: Vector, v: float = 0.5) -> Ranked:
    """1 - Q, 0–1, see `vikor`; the notes say which options form the compromise."""
    found = vikor(values, weights, v=v)
    size = len(found.compromise)
    if found.advantage and found.stability:
        said = "the first has an acceptable advantage and is stable: it is the compromise"
    elif found.advantage:
        said = "the first has an acceptable advantage but is not stable: the first two by score "
        said += "form the compromise"
    else:
        said = f"no acceptable advantage: the first {size} by score form the compromise"
    return Ranked([1 - q for q in found.q], ("score is 1 - Q", said))


def rank_promethee(
    values: Matrix,
    weights: Vector,
    *,
    functions: str | Sequence[str] = "usual",
    q: float | Sequence[float] = 10.0,
    p: float | Sequence[float] = 50.0,
    s: float | Sequence[float] = 25.0,
) -> Ranked:
    """Net flow -1 to 1, see `promethee`; q, p and s are points of value."""
    flows = promethee(values, weights, functions=functions, q=q, p=p, s=s)
    names = [functions] if isinstance(functions, str) else functions
    return Ranked(flows.net, (f"preference function: {', '.join(names)}",))


def rank_borda(values: Matrix, weights: Vector) -> Ranked:
    """Weighted Borda points, 0 to options - 1, see `borda_points`."""
    note = "each criterion votes with its share; only the order on it counts"
    return Ranked(borda_points(values, weights).tolist(), (note,))
