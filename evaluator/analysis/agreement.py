"""How far people agree: on ranks (W, tau), on ratings (alpha, ICC), and on a winner (Borda)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from evaluator.analysis.inputs import Floats, Matrix, Vector, matrix
from evaluator.analysis.ranking import NEAR, midranks
from evaluator.errors import fail, unknown

Measure: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
_BLOCK = 1_000_000  # pairs looked at together


class Concordance(msgspec.Struct, frozen=True):
    """Kendall's W: 0 (no agreement) to 1 (the same order); None where it is not defined.

    `squares` is the sum of squares of the rank sums around their mean; `n` counts the judges.
    """

    w: float | None
    squares: float
    items: int
    n: int


def kendall_w(scores: Matrix) -> Concordance:
    """Concordance of several judges' orders, ties taken as midranks and corrected for.

    W = 12 S / (m²(k³ - k) - m ΣT), T = Σ(t³ - t) over the ties of a judge (Kendall & Babington
    Smith 1939; Siegel & Castellan 1988, ch. 9). Values within 1e-9 are tied. Ranks do as well as
    scores.

    Args:
        scores: items × judges, no cell open.
    """
    table = matrix(scores)
    items, judges = table.shape
    ranks = [midranks(column.tolist()) for column in table.T]
    ties = sum(t**3 - t for judge in ranks for t in Counter(judge).values())
    sums = np.sum(ranks, axis=0)
    squares = float(((sums - sums.mean()) ** 2).sum())
    most = judges**2 * (items**3 - items) - judges * ties
    defined = judges > 1 and most > 0
    return Concordance(12 * squares / most if defined else None, squares, items, judges)


class Alpha(msgspec.Struct, frozen=True):
    """Krippendorff's alpha: 1 full agreement, 0 what chance would give, below 0 worse than that.

    None where nothing can be paired or nothing varies; `n` counts the ratings that can be paired.
    """

    alpha: float | None
    n: int


def krippendorff_alpha(ratings: Matrix, measure: Measure) -> Alpha:
    """Reliability of ratings with gaps (Krippendorff 2011, by the matrix of coincidences).

    Args:
        ratings: judges × items; not a number where a judge did not rate.
        measure: "nominal", "ordinal", "interval" or "ratio".
    """
    if measure not in ("nominal", "ordinal", "interval", "ratio"):
        raise unknown("measure", measure, ("nominal", "ordinal", "interval", "ratio"))
    table = np.asarray(ratings, dtype=np.float64)
    table = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    scores = np.unique(table[~np.isnan(table)])
    counts = np.array([(table == score).sum(axis=0) for score in scores], dtype=np.float64)
    n = int(counts.sum())
    if len(scores) < 2:
        return Alpha(None, n)
    pairs = counts / (counts.sum(axis=0) - 1)
    coincidences = pairs @ counts.T
    coincidences[np.diag_indices_from(coincidences)] -= pairs.sum(axis=1)
    totals = coincidences.sum(axis=0)
    apart = _distance(scores, totals, measure)
    observed = float((coincidences * apart).sum())
    expected = float((np.outer(totals, totals) * apart).sum())
    return Alpha(1 - (n - 1) * observed / expected if expected > 0 else None, n)


def _distance(scores: Floats, totals: Floats, measure: Measure) -> Floats:
    """Squared difference of every two scores on their scale of measurement."""
    gap = scores[:, None] - scores
    if measure == "nominal":
        gap = (gap != 0).astype(np.float64)
    elif measure == "ordinal":
        middle = np.cumsum(totals) - totals / 2
        gap = middle[:, None] - middle
    elif measure == "ratio":
        whole = scores[:, None] + scores
        gap = gap / np.where(whole != 0, whole, 1)
    squared: Floats = gap**2
    return squared


class Icc(msgspec.Struct, frozen=True):
    """Intraclass correlations, single judge and (k) mean of all judges; None where undefined.

    1: each item has judges of its own; 2: the judges are a sample; 3: they are all there are.
    `n` counts the items, `judges` the judges.
    """

    icc1: float | None
    icc2: float | None
    icc3: float | None
    icc1k: float | None
    icc2k: float | None
    icc3k: float | None
    n: int
    judges: int


def icc(scores: Matrix) -> Icc:
    """The six forms of Shrout & Fleiss 1979, Psychological Bulletin 86(2), from mean squares.

    Args:
        scores: items × judges, no cell open.
    """
    table = matrix(scores)
    n, k = table.shape
    if k < 2:
        return Icc(None, None, None, None, None, None, n, k)
    between = k * float(table.mean(axis=1).var()) * n
    judges = n * float(table.mean(axis=0).var()) * k
    total = float(table.var()) * n * k
    bms, jms = between / (n - 1), judges / (k - 1)
    wms = (total - between) / (n * (k - 1))
    ems = (total - between - judges) / ((n - 1) * (k - 1))
    sample = (jms - ems) / n
    return Icc(
        icc1=_ratio(bms - wms, bms + (k - 1) * wms),
        icc2=_ratio(bms - ems, bms + (k - 1) * ems + k * sample),
        icc3=_ratio(bms - ems, bms + (k - 1) * ems),
        icc1k=_ratio(bms - wms, bms),
        icc2k=_ratio(bms - ems, bms + sample),
        icc3k=_ratio(bms - ems, bms),
        n=n,
        judges=k,
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if abs(whole) > NEAR else None


class Tau(msgspec.Struct, frozen=True):
    """Kendall's tau-b of two orders: 1 the same, -1 reversed; None where one is all ties.

    `n` counts the items.
    """

    tau: float | None
    n: int


def kendall_tau(first: Vector, second: Vector) -> Tau:
    """Tau-b of two lists of scores or two lists of ranks of the same items (Kendall 1945).

    Values within 1e-9 are tied.

    Raises:
        EvaluatorError: the lists differ in length.
    """
    if len(first) != len(second):
        raise fail(f"orders of {len(first)} and of {len(second)} items can't be compared")
    orders = [np.asarray(order, dtype=np.float64) for order in (first, second)]
    n = len(orders[0])
    both, one, other = 0.0, 0.0, 0.0
    rows = max(1, _BLOCK // max(1, n))
    for start in range(0, n, rows):
        a, b = (_signs(order[start : start + rows, None] - order) for order in orders)
        both += float((a * b).sum())
        one += float(np.abs(a).sum())
        other += float(np.abs(b).sum())
    return Tau(both / float(np.sqrt(one * other)) if one * other > 0 else None, n)


def _signs(gaps: Floats) -> Floats:
    signs: Floats = np.sign(gaps) * (np.abs(gaps) > NEAR)
    return signs


class Borda(msgspec.Struct, frozen=True):
    """Points of the Borda count, duels won, and the option that wins every duel, if one does.

    `points` and `wins` in the order of the options; `condorcet` is a row number; `n` counts the
    ballots.
    """

    points: tuple[float, ...]
    wins: tuple[int, ...]
    condorcet: int | None
    n: int


def borda(ranks: Matrix, counts: Sequence[int] | None = None) -> Borda:
    """Borda count with Condorcet winner and Copeland wins (Borda 1781; Condorcet 1785).

    An option gets a point for each option that a ballot ranks below it, half a one for a tie.

    Args:
        ranks: ballots × options, 1 is best; ties have equal ranks.
        counts: how many people cast each ballot; 1 each where left out.
    """
    table = np.asarray(ranks, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2 or np.isnan(table).any():
        raise fail("a Borda count needs ballots that rank two or more options")
    voters = [1] * len(table) if counts is None else list(counts)
    options = table.shape[1]
    ahead = np.zeros((options, options))
    for ballot, count in zip(table, voters, strict=True):
        ahead += count * (ballot[:, None] < ballot - NEAR)
    level = sum(voters) - ahead - ahead.T
    np.fill_diagonal(level, 0)
    wins = (ahead > ahead.T).sum(axis=1)
    winner = np.flatnonzero(wins == options - 1)
    return Borda(
        points=tuple((ahead + level / 2).sum(axis=1).tolist()),
        wins=tuple(wins.tolist()),
        condorcet=int(winner[0]) if winner.size else None,
        n=sum(voters),
    )
