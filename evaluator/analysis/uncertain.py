"""Values that are not known for certain: open cells, a group's ballots, measured distributions.

Each source gives, on request, any number of possible tables of values 0–100.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec
import numpy as np

from evaluator.analysis.inputs import Floats, signs
from evaluator.errors import fail
from evaluator.model import Criterion, Number

Spread: TypeAlias = Literal["gaps", "group", "all"]
Cells: TypeAlias = Sequence[Sequence[float | None]]
Tables: TypeAlias = Sequence[Cells] | Floats

_NORMAL_95 = 1.96


class Source(Protocol):
    """Anything that gives tables of values, options × criteria."""

    @property
    def shape(self) -> tuple[int, int]:
        """Options and criteria."""

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """`draws` tables: draws × options × criteria, no cell open."""


class Ballots:
    """A table whose open cells are filled at random, or one ballot of a group for each draw."""

    def __init__(self, tables: Floats, criteria: Sequence[Criterion]) -> None:
        self.tables = tables
        self.criteria = criteria

    @property
    def shape(self) -> tuple[int, int]:
        """Options and criteria."""
        return self.tables.shape[1], self.tables.shape[2]

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """One of the tables for each draw, its open cells filled."""
        return self.filled(rng, self.tables[rng.integers(len(self.tables), size=draws)])

    def filled(self, rng: np.random.Generator, found: Floats) -> Floats:
        """The tables given, their open cells filled in place."""
        for k, criterion in enumerate(self.criteria):
            column = found[:, :, k]
            is_open = np.isnan(column)
            column[is_open] = _possible(criterion, rng, int(is_open.sum()))
        return found


def _possible(criterion: Criterion, rng: np.random.Generator, count: int) -> Floats:
    """Values of a criterion, uniform over its levels, or over its scale where it is measured."""
    if criterion.levels:
        values = np.array([criterion.value(level.score) for level in criterion.levels])
        found: Floats = values[rng.integers(len(values), size=count)]
    else:
        at, value = zip(*criterion.points, strict=True)
        found = np.interp(rng.uniform(criterion.low, criterion.high, count), at, value)
    return found


def gaps(table: Cells, criteria: Sequence[Criterion]) -> Ballots:
    """The table as it is, each open cell uniform over the levels (or scale) of its criterion.

    `table` holds values 0–100, options × criteria, None where open.
    """
    return Ballots(_floats([table], criteria), criteria)


def group(ballots: Tables, criteria: Sequence[Criterion], *, open_vary: bool = False) -> Ballots:
    """The tables of several people: each draw takes one ballot, whole, at random.

    A cell open in that ballot is the mean of those who scored it (with `open_vary`: uniform over
    the levels of its criterion, as is a cell that nobody scored in either case).

    Raises:
        EvaluatorError: no ballot.
    """
    if len(ballots) == 0:
        raise fail("no ballot has been counted", "Score first, or leave the group's spread out")
    tables = _floats(ballots, criteria)
    if not open_vary:
        known = ~np.isnan(tables)
        count = known.sum(axis=0)
        total = np.where(known, tables, 0).sum(axis=0)
        mean = np.where(count > 0, total / np.maximum(count, 1), np.nan)
        tables = np.where(known, tables, mean)
    return Ballots(tables, criteria)


def _floats(tables: Tables, criteria: Sequence[Criterion]) -> Floats:
    found = np.array(tables, dtype=np.float64)
    if found.ndim != 3 or found.shape[1] < 2:
        raise fail("there are fewer than two options", "Add options first")
    if found.shape[2] != len(criteria):
        raise fail(f"{found.shape[2]} columns for {len(criteria)} criteria")
    return found


class Measurement(msgspec.Struct, frozen=True):
    """A cell known by its distribution: of the measure itself, or ("lognormal") of its logarithm.

    `mean` and `sd` are of the normal distribution; sd 0 is an exact value.
    """

    dist: Literal["normal", "lognormal"]
    mean: Number
    sd: Number


class Measured:
    """Cells drawn from their distributions, on a scale that is straight between two bounds."""

    def __init__(self, cells: Sequence[Sequence[Measurement]], directions: Sequence[str]) -> None:
        self.mean = np.array([[cell.mean for cell in row] for row in cells], dtype=np.float64)
        self.sd = np.array([[cell.sd for cell in row] for row in cells], dtype=np.float64)
        self.log = np.array([[cell.dist == "lognormal" for cell in row] for row in cells])
        self.sign = signs(directions, self.mean.shape[1])
        self.low = self._measure(self.mean - _NORMAL_95 * self.sd).min(axis=0)
        self.high = self._measure(self.mean + _NORMAL_95 * self.sd).max(axis=0)

    @property
    def shape(self) -> tuple[int, int]:
        """Options and criteria."""
        return self.mean.shape[0], self.mean.shape[1]

    def _measure(self, normal: Floats) -> Floats:
        found: Floats = np.where(self.log, np.exp(np.where(self.log, normal, 0)), normal)
        return found

    def draw(self, rng: np.random.Generator, draws: int) -> Floats:
        """Every cell from its own distribution; values may leave 0–100 at the tails."""
        measure = self._measure(rng.normal(self.mean, self.sd, (draws, *self.shape)))
        width = np.where(self.high > self.low, self.high - self.low, 1)
        share = (measure - self.low) / width
        value: Floats = 100 * np.where(self.sign > 0, share, 1 - share)
        return value


def measured(cells: Sequence[Sequence[Measurement]], directions: Sequence[str]) -> Measured:
    """Normal and lognormal measurements as values 0–100.

    The scale of a criterion is straight from the lowest to the highest bound of the 95 %
    intervals of all options on it (Tervonen et al. 2011).

    Args:
        cells: options × criteria.
        directions: "max" or "min" per criterion.
    """
    return Measured(cells, directions)
