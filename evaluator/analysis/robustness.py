"""Stochastic acceptability (SMAA-2): which rank an option takes under how many of all weights.

Lahdelma & Salminen 2001, Operations Research 49(3). Weights are uniform on the simplex unless
limited, see `evaluator.analysis.draws`; scores vary as `evaluator.analysis.uncertain` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from evaluator.analysis.draws import Draw, Limits, weights
from evaluator.analysis.inputs import Floats, Matrix, matrix
from evaluator.analysis.ranking import NEAR
from evaluator.analysis.uncertain import Source
from evaluator.errors import fail
from evaluator.progress import Progress, step

DRAWS = 10_000
MOST_DRAWS = 10_000_000
_CHUNK = 4096  # draws at once, at most: bounds the memory
_CELLS = 1_000_000  # cells at once, at most: 8 MB a table
_PROBES = 8  # weights by which options that can never differ are found

Ints = npt.NDArray[np.int64]


class Acceptability(msgspec.Struct, frozen=True):
    """What the draws show; arrays in the order of the options and criteria given.

    Attributes:
        draws, seed: how many weights, from which seed.
        ranks: options × ranks: the share of draws, 0–1, in which an option takes a rank; rows and
            columns sum to 1, tied options share the ranks they occupy in equal parts.
        central: options × criteria: the mean of the weights with which an option is first, a
            shared first counted by its part; not a number where it never is.
        confidence: with uncertain scores, the share of draws in which an option is first under
            its own central weights, not a number where it has none; None for certain scores.
        error: the largest standard error of a cell of `ranks`.
    """

    draws: int
    seed: int
    ranks: Floats
    central: Floats
    confidence: Floats | None
    error: float

    def document(self, options: Sequence[str], criteria: Sequence[str]) -> dict[str, Any]:
        """`acceptability`, `central_weights` and `confidence` as plain data, by id."""
        known = [not np.isnan(row).any() for row in self.central]
        sure = self.confidence if self.confidence is not None else np.full(len(options), np.nan)
        rows = list(enumerate(options))
        return {
            "acceptability": dict(zip(options, self.ranks.tolist(), strict=True)),
            "central_weights": {
                id: dict(zip(criteria, self.central[i].tolist(), strict=True)) if known[i] else None
                for i, id in rows
            },
            "confidence": {id: None if np.isnan(sure[i]) else float(sure[i]) for i, id in rows},
        }


def acceptability(
    values: Matrix | Source,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Acceptability:
    """Rank acceptability indices, central weights and (uncertain scores) confidence factors.

    Args:
        values: options × criteria, higher is better, no cell open; or a source of such tables.
        draws: how many weights are drawn, 1 to 10,000,000.
        seed: the same seed gives the same figures.
        limits: what the weights have to keep.
        progress: told the draws done; answering False stops with `Cancelled`.

    Raises:
        EvaluatorError: fewer than two options, a number of draws out of range, or limits that no
            weights keep.
    """
    if not 1 <= draws <= MOST_DRAWS:
        raise fail(f"{draws} draws", f"Ask for 1 to {MOST_DRAWS:,}")
    if not 0 <= seed < 2**63:
        raise fail(f"seed {seed}", "Give a whole number from 0 up")
    rng = np.random.default_rng(seed)
    if isinstance(values, np.ndarray | Sequence):
        table = matrix(values)
        draw = weights(table.shape[1], limits)
        ranks, central = _certain(table, draw, rng, draws, progress)
        confidence = None
    else:
        draw = weights(values.shape[1], limits)
        ranks, central, confidence = _varying(values, draw, rng, draws, progress)
    error = float(np.sqrt((ranks * (1 - ranks)).max() / draws))
    return Acceptability(draws, seed, ranks, central, confidence, error)


def _certain(
    table: Floats, draw: Draw, rng: np.random.Generator, draws: int, progress: Progress | None
) -> tuple[Floats, Floats]:
    """Ranks and central weights where only weights vary.

    Values are packed with the number of their option into one integer each, so that a plain sort
    puts options in order; options that can never differ are drawn as one and share their ranks.
    """
    table = table - table.min(axis=0)
    member, size = _alike(table @ draw(np.random.default_rng(0), _PROBES).T)
    rows = np.empty((len(size), table.shape[1]))
    rows[member] = table
    starts = np.zeros((len(table), len(size)), dtype=np.int64)
    sums = np.zeros_like(rows)
    chunk = max(1, min(_CHUNK, _CELLS // len(size)))
    for done in range(0, draws, chunk):
        drawn = draw(rng, min(chunk, draws - done))
        order = _ordered(drawn @ rows.T)
        for k, column in enumerate(drawn.T):
            sums[:, k] += np.bincount(order[:, -1], weights=column, minlength=len(size))
        _count_starts(starts, order, size)
        step(progress, done + len(drawn), draws)
    return _shared(starts / draws, member, size), _means(sums, starts[0])[member]


def _alike(overall: Floats) -> tuple[Ints, Ints]:
    """Which options have the same overall value under every weight: group numbers, and sizes.

    Values that agree at several random points of a polytope agree on all of it.
    """
    order = np.lexsort(overall.T[::-1])
    apart = np.abs(np.diff(overall[order], axis=0)).max(axis=1) > NEAR
    member = np.empty(len(order), dtype=np.int64)
    member[order] = np.concatenate(([0], np.cumsum(apart)))
    return member, np.bincount(member).astype(np.int64)


def _ordered(overall: Floats) -> Ints:
    """For each draw the options from the lowest to the highest overall value; overwrites it."""
    options = overall.shape[1]
    low_bits = np.int64((1 << (options - 1).bit_length()) - 1)
    packed = np.ascontiguousarray(overall).view(np.int64)
    packed &= ~low_bits
    packed |= np.arange(options)
    packed.sort(axis=1)
    packed &= low_bits
    return packed


def _count_starts(starts: Ints, order: Ints, size: Ints) -> None:
    """Adds to `starts[rank, option]` how often an option begins there; overwrites `order`."""
    ranks, options = starts.shape
    if ranks == options:
        order += np.arange(options - 1, -1, -1) * options
    else:
        taken = size[order]
        order += (ranks - np.cumsum(taken, axis=1)) * options
    starts += np.bincount(order.ravel(), minlength=starts.size).reshape(starts.shape)


def _shared(starts: Floats, member: Ints, size: Ints) -> Floats:
    """Options × ranks from where groups start: each member takes an equal part of each rank."""
    ranks = len(starts)
    found = np.zeros((len(size), ranks))
    for extra in range(int(size.max())):
        wide = size > extra
        found[wide, extra:] += (starts[: ranks - extra, wide] / size[wide]).T
    shares: Floats = found[member]
    return shares


def _means(sums: Floats, counts: npt.NDArray[Any]) -> Floats:
    first = counts[:, None] > 0
    means: Floats = np.where(first, sums / np.where(first, counts[:, None], 1), np.nan)
    return means


def _varying(
    source: Source, draw: Draw, rng: np.random.Generator, draws: int, progress: Progress | None
) -> tuple[Floats, Floats, Floats]:
    """Ranks, central weights and confidence factors where the scores vary too."""
    options, criteria = source.shape
    starts = np.zeros((options, options + 1))
    first, sums = np.zeros(options), np.zeros((options, criteria))
    chunk = max(1, min(_CHUNK, _CELLS // (options * criteria)))
    for done in range(0, draws, chunk):
        count = min(chunk, draws - done)
        drawn = draw(rng, count)
        overall = np.matmul(source.draw(rng, count), drawn[:, :, None])[:, :, 0]
        parts = _tally(starts, overall)
        first += parts.sum(axis=0)
        sums += parts.T @ drawn
        step(progress, done + count, 2 * draws)
    central = _means(sums, first)
    ranks = np.cumsum(starts, axis=1)[:, :-1] / draws
    return ranks, central, _confidence(source, central, rng, draws, progress)


def _tally(starts: Floats, overall: Floats) -> Floats:
    """Adds each draw's ranks to `starts`, and gives each option's part of the first place.

    An option in a tie of g that begins at rank p takes 1/g of each of the ranks p … p + g - 1:
    1/g is added where they begin and taken off where they end, for a running sum afterwards.
    """
    options = overall.shape[1]
    order = np.argsort(-overall, axis=1)
    falling = np.take_along_axis(overall, order, axis=1)
    places = np.arange(options)
    apart = np.ones(overall.shape, dtype=bool)
    apart[:, 1:] = falling[:, :-1] - falling[:, 1:] > NEAR
    begin = np.maximum.accumulate(np.where(apart, places, 0), axis=1)
    last = np.ones(overall.shape, dtype=bool)
    last[:, :-1] = apart[:, 1:]
    ends = np.where(last, places + 1, options)
    end = np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1]
    part = 1 / (end - begin)
    for edge, weight in ((begin, part), (end, -part)):
        cell = (order * (options + 1) + edge).ravel()
        counted = np.bincount(cell, weights=weight.ravel(), minlength=starts.size)
        starts += counted.reshape(starts.shape)
    parts = np.zeros_like(overall)
    np.put_along_axis(parts, order, np.where(begin == 0, part, 0), axis=1)
    return parts


def _confidence(
    source: Source,
    central: Floats,
    rng: np.random.Generator,
    draws: int,
    progress: Progress | None,
) -> Floats:
    """How often each option is first under its own central weights, a shared first by its part."""
    options, criteria = source.shape
    able = np.flatnonzero(~np.isnan(central).any(axis=1))
    hits = np.zeros(len(able))
    chunk = max(1, min(_CHUNK, _CELLS // (options * max(criteria, len(able)))))
    for done in range(0, draws, chunk):
        count = min(chunk, draws - done)
        overall = source.draw(rng, count) @ central[able].T
        best = overall >= overall.max(axis=1, keepdims=True) - NEAR
        own = best[:, able, np.arange(len(able))]
        hits += (own / best.sum(axis=1)).sum(axis=0)
        step(progress, draws + done + count, 2 * draws)
    confidence = np.full(options, np.nan)
    confidence[able] = hits / draws
    return confidence
