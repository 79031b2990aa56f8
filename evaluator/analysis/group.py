"""A group's scores: middle, spread, disagreement, agreement, and what to talk about first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from evaluator.analysis.agreement import kendall_w, krippendorff_alpha
from evaluator.analysis.inputs import Floats
from evaluator.analysis.ranking import NEAR
from evaluator.display import rounded
from evaluator.errors import unknown
from evaluator.model import Ballot, Consensus, Criterion

Order: TypeAlias = Literal["flag", "effect", "spread"]

CONSTANT = 2.35  # IPRr of the RAND/UCLA manual (Fitch et al. 2001)
CORRECTION = 1.5
FEWEST = 5  # ratings below which a disagreement can't be told from chance


def scores_of(
    ballots: Sequence[Ballot], options: Sequence[str], criteria: Mapping[str, Criterion]
) -> Floats:
    """Ballots × options × criteria: the scores, not a number where missing or abstained."""
    return np.array(
        [[[_score(b, o, c) for c in criteria] for o in options] for b in ballots],
        dtype=np.float64,
    ).reshape(len(ballots), len(options), len(criteria))


def _score(ballot: Ballot, option: str, criterion: str) -> float:
    score = ballot.score(option, criterion)
    return float(score) if isinstance(score, int | float) else float("nan")


def values_of(scores: Floats, criteria: Mapping[str, Criterion]) -> Floats:
    """The same cells as values 0–100, through each criterion's value function."""
    values = np.empty_like(scores)
    for k, criterion in enumerate(criteria.values()):
        at, value = zip(*criterion.points, strict=True)
        values[..., k] = np.interp(scores[..., k], at, value)
    return values


def quantiles(rows: Floats, shares: Sequence[float]) -> Floats:
    """Linear quantiles of every row at once, gaps (not a number) left out.

    Returns:
        shares × rows; not a number for a row of gaps.
    """
    if not rows.size:
        return np.full((len(shares), len(rows)), np.nan)
    ordered = np.sort(rows, axis=1)
    count = (~np.isnan(rows)).sum(axis=1)
    at = np.outer(shares, np.maximum(count - 1, 0))
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    row = np.arange(len(rows))
    low, high = ordered[row, below], ordered[row, above]
    found: Floats = low + (high - low) * (at - below)
    return found


class Ram(msgspec.Struct, frozen=True):
    """One item rated on nine points, as the RAND/UCLA appropriateness method sees it.

    Attributes:
        n: ratings.
        median, p30, p70: linear quantiles.
        ipr: p70 - p30; centre: their mean.
        asymmetry: how far the centre is from 5.
        ipras: constant + correction × asymmetry.
        disagreement: whether ipr exceeds ipras.
        outside: ratings outside the third of the scale (1–3, 4–6, 7–9) that holds the median.
    """

    n: int
    median: float
    p30: float
    p70: float
    ipr: float
    centre: float
    asymmetry: float
    ipras: float
    disagreement: bool
    outside: int


def ram(
    ratings: Floats, constant: float = CONSTANT, correction: float = CORRECTION
) -> list[Ram | None]:
    """Disagreement by the interpercentile range adjusted for symmetry (Fitch et al. 2001, ch. 8).

    Args:
        ratings: items × raters, 1–9, not a number where not rated.
        constant: IPRr; 2.35 in the manual, 2.5 in some papers.
        correction: the factor on the asymmetry.

    Returns:
        One answer per item; None with fewer than five ratings.
    """
    p30, median, p70 = quantiles(ratings, (0.3, 0.5, 0.7))
    count = (~np.isnan(ratings)).sum(axis=1)
    centre = (p30 + p70) / 2
    asymmetry = np.abs(5 - centre)
    ipras = constant + correction * asymmetry
    known = ~np.isnan(ratings)
    outside = (known & (_third(ratings) != _third(median)[:, None])).sum(axis=1)
    return [
        Ram(
            n=int(count[i]),
            median=float(median[i]),
            p30=float(p30[i]),
            p70=float(p70[i]),
            ipr=float(p70[i] - p30[i]),
            centre=float(centre[i]),
            asymmetry=float(asymmetry[i]),
            ipras=float(ipras[i]),
            disagreement=bool(p70[i] - p30[i] > ipras[i] + NEAR),
            outside=int(outside[i]),
        )
        if count[i] >= FEWEST
        else None
        for i in range(len(ratings))
    ]


def _third(ratings: Floats) -> npt.NDArray[np.int64]:
    """0, 1 or 2: the third of 1–9; what lies just between counts as the higher."""
    return (ratings >= 3.5).astype(np.int64) + (ratings >= 6.5)


class Cell(msgspec.Struct, frozen=True):
    """What the group gave one option on one criterion; figures are in the criterion's scores.

    Attributes:
        n: scores given (abstentions and gaps left out).
        median, mean, iqr, sd: None where too few scores (sd, with n - 1: fewer than 2).
        disagreement: by the session's rule; None where too few scores to tell.
        spread: interquartile range of the *values*, 0–100; None without a score.
        camps: how many scores lie in the lowest, middle and highest third of the scale.
    """

    option: str
    criterion: str
    n: int
    median: float | None
    mean: float | None
    iqr: float | None
    sd: float | None
    disagreement: bool | None
    spread: float | None
    camps: tuple[int, int, int]


def cells(
    scores: Floats,
    options: Sequence[str],
    criteria: Mapping[str, Criterion],
    consensus: Consensus,
) -> tuple[Cell, ...]:
    """Every cell's statistics, option by option, from ballots × options × criteria scores."""
    by_cell = np.moveaxis(scores, 0, 2).reshape(len(options) * len(criteria), len(scores))
    values = np.moveaxis(values_of(scores, criteria), 0, 2).reshape(by_cell.shape)
    q25, median, q75 = quantiles(by_cell, (0.25, 0.5, 0.75))
    value25, value75 = quantiles(values, (0.25, 0.75))
    known = ~np.isnan(by_cell)
    count = known.sum(axis=1)
    mean = np.where(known, by_cell, 0).sum(axis=1) / np.maximum(count, 1)
    off = np.where(known, by_cell - mean[:, None], 0)
    sd = np.sqrt((off**2).sum(axis=1) / np.maximum(count - 1, 1))
    nine = _on_nine_points(by_cell, list(criteria.values()), len(options))
    flags = _flags(by_cell, nine, q75 - q25, list(criteria.values()), consensus)
    third = np.where(known, _third(nine), -1)
    camps = [(third == part).sum(axis=1) for part in range(3)]
    names = [(option, id) for option in options for id in criteria]
    return tuple(
        Cell(
            option,
            id,
            n=int(count[i]),
            median=_given(median[i], count[i]),
            mean=_given(mean[i], count[i]),
            iqr=_given(q75[i] - q25[i], count[i]),
            sd=_given(sd[i], count[i] - 1),
            disagreement=flags[i],
            spread=_given(value75[i] - value25[i], count[i]),
            camps=(int(camps[0][i]), int(camps[1][i]), int(camps[2][i])),
        )
        for i, (option, id) in enumerate(names)
    )


def _given(number: float, count: int) -> float | None:
    return float(number) if count > 0 else None


def _on_nine_points(by_cell: Floats, criteria: Sequence[Criterion], options: int) -> Floats:
    low = np.tile([float(criterion.low) for criterion in criteria], options)
    high = np.tile([float(criterion.high) for criterion in criteria], options)
    nine: Floats = 1 + 8 * (by_cell - low[:, None]) / (high - low)[:, None]
    return nine


def _flags(
    by_cell: Floats,
    nine: Floats,
    iqr: Floats,
    criteria: Sequence[Criterion],
    consensus: Consensus,
) -> list[bool | None]:
    """Whether people disagree in each cell, by the rule fixed for the session."""
    constant = float(consensus.constant)
    if consensus.rule == "ram":
        return [item.disagreement if item else None for item in ram(nine, constant)]
    count = (~np.isnan(by_cell)).sum(axis=1)
    if consensus.rule == "iqr":
        steps = np.tile([_level_width(criterion) for criterion in criteria], len(by_cell))
        apart = iqr > constant * steps[: len(by_cell)] + NEAR
    elif consensus.rule == "share":
        alike = np.array([_most_alike(row) for row in by_cell])
        apart = alike < constant * count - NEAR
    else:
        raise unknown("consensus rule", consensus.rule, ("ram", "iqr", "share"))
    return [bool(flag) if n >= 2 else None for flag, n in zip(apart, count, strict=True)]


def _level_width(criterion: Criterion) -> float:
    """The mean step between two levels; a tenth of a measured scale."""
    steps = len(criterion.levels) - 1 if criterion.levels else 10
    return float(criterion.high - criterion.low) / steps


def _most_alike(row: Floats) -> int:
    counts = np.unique(row[~np.isnan(row)], return_counts=True)[1]
    return int(counts.max()) if counts.size else 0


def overall(values: Floats, shares: Sequence[float]) -> Floats:
    """Each ballot's overall value of each option, 0–100; not a number where a cell is open."""
    found: Floats = values @ np.asarray(shares, dtype=np.float64)
    return found


def spreads(
    values: Floats, shares: Sequence[float], options: Sequence[str]
) -> dict[str, float | None]:
    """Interquartile range of the ballots' overall values, by option; None with fewer than two."""
    table = overall(values, shares).T
    count = (~np.isnan(table)).sum(axis=1)
    q25, q75 = quantiles(table, (0.25, 0.75))
    return {id: _given(q75[i] - q25[i], count[i] - 1) for i, id in enumerate(options)}


class Topic(msgspec.Struct, frozen=True):
    """A cell to talk about, and why: `effect` is share × spread, in points of overall value."""

    option: str
    criterion: str
    reason: str
    effect: float
    changes_rank: bool


def agenda(
    found: Sequence[Cell],
    values: Floats,
    shares: Mapping[str, float],
    order: Order = "flag",
) -> tuple[Topic, ...]:
    """The cells in which people differ, most worth a talk first.

    Args:
        found: what `cells` gave.
        values: ballots × options × criteria, for the gaps between options.
        shares: by criterion.
        order: "flag" (disagreement first, then effect), "effect" (share × spread) or "spread".
    """
    gaps = _gaps(found, values, shares)
    topics = []
    for cell in found:
        if not cell.spread and not cell.disagreement:
            continue
        effect = shares[cell.criterion] * (cell.spread or 0)
        moves = effect > 0 and effect >= gaps[cell.option] - NEAR
        topic = Topic(cell.option, cell.criterion, _reason(cell, effect, moves), effect, moves)
        topics.append((_urgency(cell, effect, order), topic))
    topics.sort(key=lambda entry: entry[0])
    return tuple(topic for _, topic in topics)


def _urgency(cell: Cell, effect: float, order: Order) -> tuple[float, ...]:
    if order == "spread":
        return (-(cell.spread or 0),)
    if order == "effect":
        return (-effect,)
    if order != "flag":
        raise unknown("order of the agenda", order, ("flag", "effect", "spread"))
    return (not cell.disagreement, -effect, -(cell.spread or 0))


def _reason(cell: Cell, effect: float, moves: bool) -> str:
    low, middle, high = cell.camps
    parts = [f"{low} low, {middle} middle, {high} high"]
    if cell.disagreement:
        parts.insert(0, "disagreement")
    parts.append(f"worth {_points(effect)}")
    if moves:
        parts.append("enough to change its rank")
    return "; ".join(parts)


def _points(effect: float) -> str:
    if effect < 1:
        return "less than a point"
    return "1 point" if effect < 1.5 else f"{rounded(effect)} points"


def _gaps(found: Sequence[Cell], values: Floats, shares: Mapping[str, float]) -> dict[str, float]:
    """How far each option's overall value (of mean values) is from the nearest other one."""
    options = list(dict.fromkeys(cell.option for cell in found))
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    mean = np.where(known, values, 0).sum(axis=0) / np.where(count > 0, count, np.nan)
    total = overall(mean, list(shares.values()))
    order = [i for i in np.argsort(total) if not np.isnan(total[i])]
    gaps = dict.fromkeys(options, float("inf"))
    for low, high in pairwise(order):
        gap = float(total[high] - total[low])
        for i in (low, high):
            gaps[options[i]] = min(gaps[options[i]], gap)
    return gaps


class Group(msgspec.Struct, frozen=True):
    """The group's state in one round.

    Attributes:
        participants: people in the session; ballots: those with a ballot in this round.
        kendall_w: over `ranked` ballots without open cells, of their orders by overall value.
        krippendorff_alpha: by criterion; ordinal for levels, interval for measured scales.
        cells: option by option.
        agenda: what to talk about, first things first.
        spreads: interquartile range of the ballots' overall values, by option.
    """

    participants: int
    ballots: int
    ranked: int
    kendall_w: float | None
    krippendorff_alpha: dict[str, float | None]
    cells: tuple[Cell, ...]
    agenda: tuple[Topic, ...]
    spreads: dict[str, float | None]


def survey(
    ballots: Sequence[Ballot],
    options: Sequence[str],
    criteria: Mapping[str, Criterion],
    shares: Mapping[str, float],
    *,
    participants: int,
    consensus: Consensus | None = None,
    order: Order = "flag",
) -> Group:
    """Everything `evaluator group` prints, from the ballots of one round.

    Args:
        ballots: those that count.
        options: ids of the options that count, in file order.
        criteria: by id, in order.
        shares: of the session, for every ballot alike, in the order of the criteria.
        participants: how many people are in the session.
        consensus: the rule for disagreement; RAND/UCLA with 2.35 where left out.
        order: of the agenda.
    """
    scores = scores_of(ballots, options, criteria)
    values = values_of(scores, criteria)
    in_force = list(shares.values())
    totals = overall(values, in_force)
    complete = totals[~np.isnan(totals).any(axis=1)]
    able = len(complete) > 1 and len(options) > 1
    found = cells(scores, options, criteria, consensus or Consensus())
    return Group(
        participants=participants,
        ballots=len(ballots),
        ranked=len(complete),
        kendall_w=kendall_w(complete.T).w if able else None,
        krippendorff_alpha={
            id: krippendorff_alpha(
                scores[:, :, k], "ordinal" if criterion.levels else "interval"
            ).alpha
            for k, (id, criterion) in enumerate(criteria.items())
        },
        cells=found,
        agenda=agenda(found, values, shares, order),
        spreads=spreads(values, in_force, options),
    )
