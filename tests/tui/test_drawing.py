"""Bars, strips and words: numbers in, text out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import crossover
from evaluator.analysis.ranking import rank
from evaluator.analysis.table import Table
from evaluator.model import Criterion, Level
from evaluator.tui import words
from evaluator.tui.scope import moved, step
from evaluator.tui.widgets import bars, heatmap
from evaluator.tui.widgets.ranklist import decimals

points = st.floats(0, 40, allow_nan=False)


@given(st.lists(st.one_of(st.none(), points), min_size=1, max_size=6), st.integers(1, 80))
def test_a_stack_is_as_long_as_its_sum(parts: list[float | None], width: int) -> None:
    total = sum(part or 0 for part in parts)
    assert sum(bars.stack(parts, width)) == min(width, round(total * width / 100))


def test_a_strip_counts_ballots_and_marks_middle_and_median() -> None:
    # 11 cells, so that every ten points of value are one cell
    strip = bars.strip([0, 20, 20, 50, 90], 11, middle=(20, 50), median=20)
    assert strip == "• ◆──•   • "
    assert bars.strip([70] * 12, 11) == "       +   "
    assert bars.axis(21) == "0        50       100"


def test_heat_figures_keep_small_shares_apart_from_none() -> None:
    assert [heatmap.figure(share) for share in (0, 0.009, 0.01, 0.456, 1)] == [
        *("·", "·", "1", "46", "100")
    ]


@pytest.mark.parametrize(
    ("values", "digits"), [([50.0, 50.0], 0), ([61.5, 62.4], 1), ([61.52, 61.53], 2), ([1, 2], 0)]
)
def test_unlike_values_are_printed_unlike(values: list[float], digits: int) -> None:
    assert decimals(values) == digits


def test_a_key_press_moves_a_weight_by_about_a_hundredth() -> None:
    assert [step(total) for total in (100, 40, 10, 1)] == [1, 1, 0.1, 0.01]
    assert (moved(30, 1), moved(0, -1), moved(0.3, 0.1), moved(2.45, 0.1)) == (31, 0, 0.4, 2.5)


def _criterion(id: str) -> Criterion:
    levels = tuple(Level(score, f"level {score}") for score in range(1, 6))
    return Criterion(id, id.title(), "What is meant?", "higher", levels)


def test_standing_and_what_would_change_it_in_words() -> None:
    criteria = {id: _criterion(id) for id in ("cost", "reach")}
    values = {"a": (100.0, 0.0), "b": (0.0, 75.0), "c": (0.0, 75.0), "d": (50.0, None)}
    table = Table(
        criteria=tuple(criteria),
        titles={id: id.upper() for id in values},
        values=values,
        scores={id: tuple(v and 1 + v / 25 for v in row) for id, row in values.items()},
        counts=dict.fromkeys(values, (1, 1)),
    )
    rows = rank(table, {"cost": 0.5, "reach": 0.5})
    # a 50, b and c 37.5; a = b where 100 t = 75 (1 - t), so at a share of 3/7 for cost
    assert words.standing(rows.rows, "a") == "1st of 3, 13 points clear of 2nd."
    assert words.standing(rows.rows, "b") == "2nd of 3, sharing the place with C."
    assert words.standing(rows.rows, "d").startswith("Still open: 1 of 2 scores missing; somewhere")
    now = crossover.standing(rows, criteria, values)
    assert sorted(words.changes(now, criteria, {"a": 1, "b": 2, "c": 2}, "a")) == [
        "Loses first place if Cost weighs under 43 % (now 50)",
        "Loses first place if Reach weighs over 57 % (now 50)",
    ]
    assert "First if Cost weighs under 43 % (now 50)" in words.changes(
        now, criteria, {"a": 1, "b": 2, "c": 2}, "b"
    )
