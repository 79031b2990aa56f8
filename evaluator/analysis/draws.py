"""Random weights, uniform on the simplex or on the part of it that limits leave."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from evaluator.analysis.inputs import Floats
from evaluator.errors import fail

Flags: TypeAlias = npt.NDArray[np.bool_]
Draw: TypeAlias = Callable[[np.random.Generator, int], Floats]

_SLACK = 1e-12
_FIXED = 1e-9  # a share with less room than this does not move
_PILOT = 2000  # proposals by which the share that will be accepted is judged
_WORTH_REJECTING = 0.02  # below this share of accepted proposals walking is faster


class Limits(msgspec.Struct, frozen=True):
    """What weights have to keep; nothing by default.

    Attributes:
        lower: least share per criterion, 0–1; empty: 0 for all.
        upper: largest share per criterion, 0–1; empty: 1 for all.
        order: column numbers whose weights fall (or stay equal) from one to the next.
    """

    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()
    order: tuple[int, ...] = ()

    @property
    def bounded(self) -> bool:
        """Whether a lower or upper limit is set."""
        return bool(self.lower or self.upper)


def within(shares: Sequence[float], points: float, order: Sequence[int] = ()) -> Limits:
    """Limits that keep each share within `points` percentage points of what it is now.

    Raises:
        EvaluatorError: `points` is below 0.
    """
    if not points >= 0:
        raise fail(f"weights within {points:g} points", "Give a number from 0 up")
    reach = points / 100
    lower = tuple(max(0.0, share - reach) for share in shares)
    upper = tuple(min(1.0, share + reach) for share in shares)
    return Limits(lower, upper, tuple(order))


def weights(count: int, limits: Limits | None = None) -> Draw:
    """A function (generator, draws) → draws × count shares, uniform on what the limits leave.

    Without limits: normalised exponentials, which are uniform on the simplex. With an order
    alone: the same, the ordered shares sorted, which is exact since the simplex is symmetric.
    With bounds: exact rejection from whichever simple body around the polytope is fullest of it
    (the simplex pushed up from the lower or down from the upper limits, the box of the limits,
    the ordered simplex); and where all of these waste more than 98 % of their draws, a
    hit-and-run walk (Smith 1984) of as many parallel chains as draws are asked for, each begun
    at an inner point and mixed for 4m² + 50 steps, thinned by m² / 2 + 10 between batches.

    Raises:
        EvaluatorError: no weights keep the limits, or the limits do not fit the criteria.
    """
    if limits is None or not (limits.bounded or limits.order):
        return _simplex(count)
    _check(count, limits)
    if not limits.bounded:
        return _ordered(count, limits.order)
    lower, upper = _tightened(count, limits)
    body = _Body(lower, upper, limits.order)
    if (upper - lower).max() <= _FIXED:
        return lambda _, draws: np.tile(lower / lower.sum(), (draws, 1))
    proposals = body.proposals()
    rates = [_rate(body, draw) for draw in proposals]
    best = max(range(len(rates)), key=rates.__getitem__)
    if rates[best] >= _WORTH_REJECTING:
        return _rejection(body, proposals[best], rates[best])
    return _Walk(body).draw


def _check(count: int, limits: Limits) -> None:
    for bounds in (limits.lower, limits.upper):
        if bounds and len(bounds) != count:
            raise fail(f"{len(bounds)} limits for {count} criteria", "Give one per criterion")
    order = limits.order
    if len(set(order)) < len(order) or any(not 0 <= k < count for k in order):
        raise fail("the order of weights names a criterion twice, or an unknown one")


def _simplex(count: int) -> Draw:
    def draw(rng: np.random.Generator, draws: int) -> Floats:
        found = rng.standard_exponential((draws, count))
        found /= found.sum(axis=1, keepdims=True)
        return found

    return draw


def _ordered(count: int, order: Sequence[int]) -> Draw:
    simplex, columns = _simplex(count), list(order)

    def draw(rng: np.random.Generator, draws: int) -> Floats:
        found = simplex(rng, draws)
        found[:, columns] = np.sort(found[:, columns], axis=1)[:, ::-1]
        return found

    return draw


def _tightened(count: int, limits: Limits) -> tuple[Floats, Floats]:
    """The limits that each criterion really has, once the others and the order are heeded."""
    lower = np.array(limits.lower or (0.0,) * count, dtype=np.float64)
    upper = np.array(limits.upper or (1.0,) * count, dtype=np.float64)
    order = list(limits.order)
    for _ in range(2 * count + 2):
        upper = np.minimum(upper, 1 - (lower.sum() - lower))
        lower = np.maximum(lower, 1 - (upper.sum() - upper))
        upper[order] = np.minimum.accumulate(upper[order])
        lower[order] = np.maximum.accumulate(lower[order][::-1])[::-1]
    if (lower > upper + 1e-9).any() or not lower.sum() - 1e-9 <= 1 <= upper.sum() + 1e-9:
        raise fail("no weights keep all these limits", "Widen the limits, or leave out the order")
    return np.minimum(lower, upper), upper


class _Body:
    """The polytope of weights between two limits, summing to 1, in an order."""

    def __init__(self, lower: Floats, upper: Floats, order: Sequence[int]) -> None:
        self.lower, self.upper, self.order = lower, upper, list(order)
        self.count = len(lower)

    def holds(self, weights: Floats) -> Flags:
        """Which rows keep every limit."""
        inside = (weights >= self.lower - _SLACK) & (weights <= self.upper + _SLACK)
        falls = np.diff(weights[:, self.order], axis=1) <= _SLACK
        kept: Flags = np.logical_and.reduce(np.hstack([inside, falls]), axis=1)
        return kept

    def proposals(self) -> list[Draw]:
        """Uniform draws from simple bodies that each hold the whole polytope."""
        found: list[Draw] = [self._box]
        simplex = _simplex(self.count)
        room, excess = 1 - self.lower.sum(), self.upper.sum() - 1
        found.append(lambda rng, draws: self.lower + room * simplex(rng, draws))
        found.append(lambda rng, draws: self.upper - excess * simplex(rng, draws))
        if self.order:
            found.append(_ordered(self.count, self.order))
        return found

    def _box(self, rng: np.random.Generator, draws: int) -> Floats:
        """Uniform in the box, but for the widest share, which makes the sum 1."""
        found = rng.uniform(self.lower, self.upper, (draws, self.count))
        widest = int(np.argmax(self.upper - self.lower))
        found[:, widest] += 1 - found.sum(axis=1)
        return found

    def middle(self) -> Floats:
        """A point that keeps every limit."""
        spread = self.upper.sum() - self.lower.sum()
        middle: Floats = self.lower + (1 - self.lower.sum()) / spread * (self.upper - self.lower)
        return middle


def _rate(body: _Body, draw: Draw) -> float:
    return float(body.holds(draw(np.random.default_rng(0), _PILOT)).mean())


def _rejection(body: _Body, propose: Draw, rate: float) -> Draw:
    def draw(rng: np.random.Generator, draws: int) -> Floats:
        kept: list[Floats] = []
        missing = draws
        while missing > 0:
            found = propose(rng, math.ceil(1.1 * missing / rate) + 8)
            found = found[body.holds(found)][:missing]
            kept.append(found)
            missing -= len(found)
        return np.concatenate(kept)

    return draw


class _Walk:
    """Hit-and-run in a polytope; a direction is the difference of two draws of a proposal."""

    def __init__(self, body: _Body) -> None:
        self.body = body
        self.proposals = body.proposals()
        self.free = body.upper - body.lower > _FIXED
        self.points: Floats = np.empty((0, body.count))

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """`draws` points, each from a chain of its own; later calls walk the chains on."""
        m = self.body.count
        steps = m * m // 2 + 10
        if len(self.points) < draws:
            self.points = np.tile(self.body.middle(), (draws, 1))
            steps = 4 * m * m + 50
        for number in range(steps):
            self._step(rng, self.proposals[number % len(self.proposals)])
        found: Floats = self.points[:draws] / self.points[:draws].sum(axis=1, keepdims=True)
        return found

    def _step(self, rng: np.random.Generator, propose: Draw) -> None:
        """Moves every chain to a uniform point of its chord."""
        size = len(self.points)
        way = propose(rng, size) - propose(rng, size)
        way[:, ~self.free] = 0
        way[:, self.free] -= way[:, self.free].mean(axis=1, keepdims=True)
        slopes = [way, -way]
        rooms = [self.body.upper - self.points, self.points - self.body.lower]
        if self.body.order:
            slopes.append(np.diff(way[:, self.body.order], axis=1))
            rooms.append(-np.diff(self.points[:, self.body.order], axis=1))
        slope, room = np.hstack(slopes), np.maximum(np.hstack(rooms), 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = room / slope
        ahead = np.where(slope > _SLACK, reach, np.inf).min(axis=1)
        behind = np.where(slope < -_SLACK, reach, -np.inf).max(axis=1)
        stuck = ~np.isfinite(ahead - behind)
        ahead[stuck] = behind[stuck] = 0
        self.points += rng.uniform(behind, ahead)[:, None] * way
