"""Dominance against its definition, filling by filling, and the frontier of value and cost."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import dominance
from evaluator.errors import EvaluatorError

level = st.sampled_from([0.0, 50.0, 100.0])


@st.composite
def tables(draw: st.DrawFn) -> list[list[float | None]]:
    count = draw(st.integers(1, 3))
    row = st.lists(st.one_of(level, st.none()), min_size=count, max_size=count)
    return draw(st.lists(row, min_size=2, max_size=5))


def beats(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


def fillings(row: list[float | None]) -> list[tuple[float, ...]]:
    return list(product(*([0.0, 50.0, 100.0] if cell is None else [cell] for cell in row)))


@given(tables())
def test_dominance_holds_for_every_filling(table: list[list[float | None]]) -> None:
    low = [[0.0 if cell is None else cell for cell in row] for row in table]
    high = [[100.0 if cell is None else cell for cell in row] for row in table]
    expected = [
        [
            j
            for j, theirs in enumerate(table)
            if i != j and all(beats(a, b) for a in fillings(theirs) for b in fillings(mine))
        ]
        for i, mine in enumerate(table)
    ]
    assert dominance.dominated(low, high) == expected


@given(tables())
def test_blocks_do_not_change_it(table: list[list[float | None]]) -> None:
    full = [[cell or 0.0 for cell in row] for row in table]
    whole = dominance.dominated(full)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dominance, "_BLOCK", 1)
        assert dominance.dominated(full) == whole


def test_equal_options_do_not_dominate_each_other() -> None:
    assert dominance.dominated([[50, 50], [50, 50 + 1e-12]]) == [[], []]


pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=8)


@given(pairs)
def test_the_frontier_is_what_nothing_beats(points: list[tuple[int, int]]) -> None:
    values, uses = zip(*points, strict=True)
    expected = [
        i
        for i, (value, use) in enumerate(points)
        if not any(beats((v, -u), (value, -use)) for v, u in points)
    ]
    assert dominance.efficient(values, uses) == expected


def test_bad_tables_are_named() -> None:
    with pytest.raises(EvaluatorError, match="fewer than two options"):
        dominance.dominated([[1, 2]])
    with pytest.raises(EvaluatorError, match="differ in shape"):
        dominance.dominated([[1, 2], [2, 1]], [[1], [2]])
    with pytest.raises(EvaluatorError, match="1 values for 2 uses"):
        dominance.efficient([1], [1, 2])
