"""Figures are rounded in one way everywhere: halves go away from zero."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.display import rounded


@pytest.mark.parametrize(
    ("number", "digits", "said"),
    [
        (57.25, 1, "57.3"),
        (72.5, 0, "73"),
        (12.5, 0, "13"),
        (-2.5, 0, "-3"),
        (-0.04, 1, "0.0"),
        (0.285 * 100, 0, "29"),  # the machine's product is 28.499999999999996
        (2.675, 2, "2.68"),
        (1e15, 0, "1000000000000000"),
    ],
)
def test_halves_go_away_from_zero(number: float, digits: int, said: str) -> None:
    assert rounded(number, digits) == said


@given(st.integers(-(10**8), 10**8), st.integers(0, 2))
def test_it_is_what_decimal_arithmetic_gives(thousandths: int, digits: int) -> None:
    exact = Decimal(thousandths) / 1000
    said = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert rounded(thousandths / 1000, digits) == f"{abs(said) if said == 0 else said}"
