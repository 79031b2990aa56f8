"""Laws that every method keeps, and the variants each one names."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import methods
from evaluator.analysis.methods_hook import evaluator_methods
from evaluator.errors import EvaluatorError

METHODS = {method.id: method for method in evaluator_methods()}
cell = st.integers(0, 20).map(lambda step: 5.0 * step)


@st.composite
def problems(draw: st.DrawFn, least: int = 2) -> tuple[list[list[float]], list[float]]:
    count = draw(st.integers(1, 5))
    row = st.lists(cell, min_size=count, max_size=count)
    rows = draw(st.lists(row, min_size=least, max_size=7))
    raw = draw(st.lists(st.integers(1, 9), min_size=count, max_size=count))
    return rows, [weight / sum(raw) for weight in raw]


def test_six_methods_come_through_the_hook() -> None:
    assert list(METHODS) == ["additive", "wpm", "topsis", "vikor", "promethee", "borda"]
    assert METHODS["vikor"].parameters == {"v": 0.5}


def test_offering_them_loads_no_numpy() -> None:
    code = (
        "import sys; from evaluator.analysis.methods_hook import evaluator_methods as offer;"
        "list(offer()); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("id", METHODS)
@given(problem=problems(), data=st.data())
def test_the_order_of_the_options_does_not_matter(
    id: str, problem: tuple[list[list[float]], list[float]], data: st.DataObject
) -> None:
    rows, weights = problem
    order = data.draw(st.permutations(range(len(rows))))
    rank, given_ = METHODS[id].rank, METHODS[id].parameters
    straight = rank(rows, weights, **given_).scores
    shuffled = rank([rows[i] for i in order], weights, **given_).scores
    assert list(shuffled) == pytest.approx([straight[i] for i in order], abs=1e-9)


@pytest.mark.parametrize("id", METHODS)
@given(problem=problems(), data=st.data())
def test_a_dominated_option_is_never_above(
    id: str, problem: tuple[list[list[float]], list[float]], data: st.DataObject
) -> None:
    rows, weights = problem
    lower = [data.draw(cell.filter(lambda x, top=top: x <= top)) for top in rows[0]]
    scores = METHODS[id].rank([*rows, lower], weights, **METHODS[id].parameters).scores
    assert scores[-1] <= scores[0] + 1e-9


@pytest.mark.parametrize("id", METHODS)
@given(problem=problems())
def test_equal_options_score_the_same(
    id: str, problem: tuple[list[list[float]], list[float]]
) -> None:
    rows, weights = problem
    scores = METHODS[id].rank([*rows, rows[0]], weights, **METHODS[id].parameters).scores
    assert scores[-1] == pytest.approx(scores[0])


@pytest.mark.parametrize("id", METHODS)
@pytest.mark.parametrize(
    ("rows", "weights", "said"),
    [
        ([[1.0, 2.0]], [0.5, 0.5], "fewer than two options"),
        ([], [0.5, 0.5], "fewer than two options"),
        ([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0], "all weights are 0"),
        ([[1.0, 2.0], [3.0, float("nan")]], [0.5, 0.5], "open cell"),
        ([[1.0, 2.0], [3.0, 4.0]], [0.5], "1 weights for 2 criteria"),
        ([[1.0, 2.0], [3.0, 4.0]], [1.5, -0.5], "below 0"),
    ],
)
def test_bad_input_is_one_sentence(
    id: str, rows: list[list[float]], weights: list[float], said: str
) -> None:
    with pytest.raises(EvaluatorError, match=said) as caught:
        METHODS[id].rank(np.array(rows), weights, **METHODS[id].parameters)
    assert len(caught.value.problems) == 1


def test_normalisation_can_change_the_winner_of_topsis() -> None:
    # the mountain climb of Opricovic & Tzeng 2004: A2 by min-max, A1 by vector
    matrix, weights, directions = [[1, 3000], [2, 3750], [5, 4500]], [1, 1], ["min", "max"]
    by_vector = methods.topsis(matrix, weights, directions, "vector")
    by_minmax = methods.topsis(matrix, weights, directions, "minmax")
    assert (int(by_vector.argmax()), int(by_minmax.argmax())) == (0, 1)
    assert by_vector == pytest.approx([0.76214, 0.72218, 0.23786], abs=1e-5)


def test_alike_options_stand_in_the_middle_of_topsis() -> None:
    assert methods.topsis([[3, 4], [3, 4]], [1, 1]).tolist() == [0.5, 0.5]


def test_weighted_product_is_zero_at_the_worst_level_and_says_so() -> None:
    ranked = METHODS["wpm"].rank([[0.0, 100.0], [25.0, 100.0]], [0.5, 0.5])
    # 100 × (0.25 × 1)^½ = 50
    assert ranked.scores == pytest.approx([0, 50])
    assert any("got 0 for it: 1" in note for note in ranked.notes)
    free = METHODS["wpm"].rank([[0.0, 100.0], [25.0, 100.0]], [0.0, 1.0])
    assert free.scores == pytest.approx([100, 100])


def test_product_refuses_what_it_cannot_multiply() -> None:
    with pytest.raises(EvaluatorError, match="from 0 up"):
        methods.weighted_product([[1, -1], [1, 1]], [1, 1])
    with pytest.raises(EvaluatorError, match="above 0 where less"):
        methods.weighted_product([[1, 0], [1, 1]], [1, 1], ["max", "min"])


def test_vikor_names_its_compromise() -> None:
    # three options apart by less than 1/(n-1) = 0.5 in Q: the first two by Q
    found = methods.vikor([[100, 40], [60, 80], [0, 0]], [1, 1])
    assert found.q[2] == pytest.approx(1)
    assert not found.advantage
    assert set(found.compromise) == {0, 1}
    notes = METHODS["vikor"].rank([[100, 40], [60, 80], [0, 0]], [0.5, 0.5], v=0.5).notes
    assert any("the first 2 by score form the compromise" in note for note in notes)


def test_vikor_with_advantage_but_without_stability_names_the_first_two() -> None:
    # s: .383 first is row 0, row 4 has .397; r: .167 first is row 3, row 4 has .175;
    # q: row 4 first (.077), row 3 next (.313): further apart than 1/5
    rows = [
        [80, 90, 40, 0],
        [40, 10, 30, 40],
        [0, 0, 60, 50],
        [50, 40, 20, 50],
        [30, 50, 60, 50],
        [100, 30, 0, 90],
    ]
    found = methods.vikor(rows, [1, 1, 1, 1])
    assert (found.advantage, found.stability, found.compromise) == (True, False, (4, 3))
    notes = METHODS["vikor"].rank(rows, [0.25] * 4, v=0.5).notes
    assert any("not stable: the first two by score" in note for note in notes)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("usual", [0, 1, 1, 1, 1]),
        ("u-shape", [0, 0, 0, 1, 1]),
        ("v-shape", [0, 0.25, 0.5, 0.75, 1]),
        ("level", [0, 0, 0, 0.5, 0.5]),
        ("linear", [0, 0, 0, 0.5, 1]),
        ("gaussian", [0, 0.1175031, 0.3934693, 0.6753475, 0.8646647]),
    ],
)
def test_preference_functions_at_a_few_differences(name: str, expected: list[float]) -> None:
    # two options that differ by 0, 5, 10, 15, 20 with q = 10, p = 20, s = 10;
    # gaussian: 1 - exp(-d² / 200)
    found = [
        methods.promethee([[d], [0]], [1], functions=name, q=10, p=20, s=10).plus[0]
        for d in (0, 5, 10, 15, 20)
    ]
    assert found == pytest.approx(expected, abs=1e-6)


def test_promethee_without_thresholds_counts_any_difference() -> None:
    for name in ("v-shape", "linear"):
        assert methods.promethee([[3], [0]], [1], functions=name).net == (1.0, -1.0)


def test_promethee_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(2).random((9, 3))
    whole = methods.promethee(rows, [1, 2, 3], functions="linear", q=0.1, p=0.6)
    monkeypatch.setattr(methods, "_BLOCK", 20)
    parts = methods.promethee(rows, [1, 2, 3], functions="linear", q=0.1, p=0.6)
    assert parts.net == pytest.approx(whole.net)
    assert sum(parts.net) == pytest.approx(0)


def test_borda_takes_each_criterion_as_a_voter() -> None:
    # two criteria, weights 3 : 1; points 2 1 0 and, with a tie, 0.5 0.5 2
    ranked = METHODS["borda"].rank([[90, 10], [50, 10], [10, 80]], [0.75, 0.25])
    assert ranked.scores == pytest.approx([1.5 + 0.125, 0.75 + 0.125, 0.5])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: methods.topsis([[1], [2]], [1], None, "sum"), "no normalisation 'sum'"),
        (lambda: methods.weighted_product([[1], [2]], [1], None, "max"), "no normalisation 'max'"),
        (lambda: methods.topsis([[1], [2]], [1], ["up"]), "no direction 'up'"),
        (lambda: methods.topsis([[1], [2]], [1], ["max", "max"]), "2 directions for 1 criteria"),
        (lambda: methods.vikor([[1], [2]], [1], v=2), "v is 2"),
        (lambda: methods.promethee([[1], [2]], [1], functions="vshape"), "did you mean"),
        (lambda: methods.promethee([[1], [2]], [1], functions="linear", q=2, p=1), "out of order"),
        (lambda: methods.promethee([[1], [2]], [1], functions="gaussian"), "width s is 0"),
        (lambda: methods.promethee([[1], [2]], [1], q=[1, 2]), "q, p or s are not 1"),
        (lambda: methods.additive([[1, 2], [1]], [1]), "unlike length"),  # type: ignore[list-item]
        (lambda: methods.additive([[], []], []), "no criterion"),
    ],
)
def test_bad_parameters_are_named(call: Any, said: str) -> None:
    with pytest.raises(EvaluatorError, match=f"(?i){said}"):
        call()


def test_equal_scores_share_a_rank() -> None:
    assert methods.competition_ranks([5.0, 7.0, 7.0 + 1e-12, 1.0]) == [3, 1, 1, 4]
