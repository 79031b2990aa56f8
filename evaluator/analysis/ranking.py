"""The additive ranking: overall value, contributions, rank intervals, ties. Plain Python, live."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from evaluator.analysis.table import Table
from evaluator.errors import fail
from evaluator.model import Number, Placing, Ranking

NEAR = 1e-9  # two overall values closer than this are equal
_HUGE = 1e300  # numbers whose sum may be past any float


def shares(weights: Mapping[str, Number], criteria: Mapping[str, object]) -> dict[str, float]:
    """Raw weights (10 where left out) as shares that sum to 1.

    Raises:
        EvaluatorError: every weight is 0.
    """
    raw = {id: weights.get(id, 10) for id in criteria}
    if (most := max(raw.values(), default=0)) > _HUGE:
        raw = {id: weight / most for id, weight in raw.items()}
    total = float(sum(raw.values()))
    if raw and total <= 0:
        raise fail("all weights are 0", "Give one criterion a weight above 0")
    return {id: weight / total for id, weight in raw.items()}


def rank(table: Table, share: Mapping[str, float]) -> Ranking:
    """The options in order by the additive model, overall value = Σ share × value.

    An option with an open cell keeps its interval and stands after the others in the order of the
    table. `rank_best` = 1 + options whose `low` exceeds this `high`; `rank_worst` = 1 + other
    options whose `high` exceeds this `low`; both by more than 1e-9. (Keeney & Raiffa 1976, ch. 3.)
    """
    by_share = [share[id] for id in table.criteria]
    intervals = {id: _interval(row, by_share) for id, row in table.values.items()}
    lows = sorted(low for low, _ in intervals.values())
    highs = sorted(high for _, high in intervals.values())
    rows = [_placing(table, id, by_share, intervals[id], lows, highs) for id in table.values]
    place = {id: n for n, id in enumerate(table.values)}
    rows.sort(key=lambda row: (not row.complete, row.rank or 0, place[row.option]))
    return Ranking(tuple(rows), dict(share))


def _interval(row: tuple[float | None, ...], by_share: list[float]) -> tuple[float, float]:
    low = sum(s * v for s, v in zip(by_share, row, strict=True) if v is not None)
    gap = sum(s for s, v in zip(by_share, row, strict=True) if v is None)
    return low, low + 100 * gap


def _placing(
    table: Table,
    id: str,
    by_share: list[float],
    interval: tuple[float, float],
    lows: list[float],
    highs: list[float],
) -> Placing:
    low, high = interval
    values = table.values[id]
    complete = None not in values
    best = 1 + len(lows) - bisect_right(lows, high + NEAR)
    above = len(highs) - bisect_right(highs, low + NEAR)
    own = 1 if high > low + NEAR else 0
    points = [s * v if v is not None else None for s, v in zip(by_share, values, strict=True)]
    return Placing(
        option=id,
        title=table.titles[id],
        rank=best if complete else None,
        rank_best=best,
        rank_worst=1 + above - own,
        value=low if complete else None,
        low=low,
        high=high,
        complete=complete,
        scores=dict(zip(table.criteria, table.scores[id], strict=True)),
        contributions=dict(zip(table.criteria, points, strict=True)),
    )


def midranks(values: list[float]) -> list[float]:
    """The ranks of values, the highest first; equal values share the mean of their ranks."""
    ordered = sorted(-value for value in values)
    return [
        (bisect_left(ordered, -value - NEAR) + bisect_right(ordered, -value + NEAR) + 1) / 2
        for value in values
    ]
