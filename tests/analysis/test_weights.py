"""Weights by rank, swing and pairwise comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import weights
from evaluator.errors import EvaluatorError


@given(st.integers(1, 15), st.sampled_from(sorted(weights.RULES)))
def test_rank_weights_fall_and_sum_to_one(n: int, rule: str) -> None:
    found = weights.RULES[rule](n)
    assert sum(found) == pytest.approx(1)
    assert found == sorted(found, reverse=True)


def test_criteria_of_one_rank_share_its_places() -> None:
    # rank sum of three: 3/6, 2/6, 1/6; the two that tie share 2/6 and 1/6
    found = weights.by_order(["cost", ["reach", "ease"]], "rank-sum")
    assert found == pytest.approx({"cost": 1 / 2, "reach": 1 / 4, "ease": 1 / 4})
    assert weights.by_order(["b", "a"]) == pytest.approx({"b": 0.75, "a": 0.25})


def test_swings_become_shares() -> None:
    found = weights.swing({"cost": 100, "reach": 60, "ease": 40})
    assert found == pytest.approx({"cost": 0.5, "reach": 0.3, "ease": 0.2})


def test_consistent_judgements_give_their_own_ratios_back() -> None:
    matrix = weights.judgements(3, {(0, 1): 2, (1, 2): 3, (0, 2): 6})
    found = weights.ahp(matrix)
    # 6 : 3 : 1
    assert found.weights == pytest.approx((0.6, 0.3, 0.1))
    assert found.lambda_max == pytest.approx(3)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.consistent
    assert found.worst is None
    assert found.table == "saaty-1980"


def test_the_judgement_that_fits_least_is_pointed_out() -> None:
    # 2 × 3 = 6 is expected of the third pair; it says the reverse
    found = weights.ahp(weights.judgements(3, {(0, 1): 2, (1, 2): 3, (2, 0): 6}))
    assert not found.consistent
    assert found.worst is not None
    assert found.worst.implied != pytest.approx(found.worst.given)
    one, two, three = found.weights
    strain = {(0, 1): 2 * two / one, (0, 2): (1 / 6) * three / one, (1, 2): 3 * three / two}
    gap = {pair: max(ratio, 1 / ratio) for pair, ratio in strain.items()}
    assert gap[found.worst.row, found.worst.column] == pytest.approx(max(gap.values()))


def test_judgements_that_contradict_each_other_wildly_still_have_their_eigenvector() -> None:
    far = {(0, 1): 5e5, (0, 2): 1e-3, (0, 3): 7, (1, 2): 3e4, (1, 3): 2e-5, (2, 3): 9e5}
    matrix = weights.judgements(4, far)
    found = weights.ahp(matrix)
    assert sum(found.weights) == pytest.approx(1)
    for row, weight in zip(matrix, found.weights, strict=True):
        product = sum(a * x for a, x in zip(row, found.weights, strict=True))
        assert product == pytest.approx(found.lambda_max * weight, rel=1e-9)


def test_a_ratio_of_a_tenth_is_where_consistency_ends() -> None:
    # three items: λ = 1 + k + 1/k with k³ = a₁₂ a₂₃ / a₁₃ (Saaty 1980), its index (λ - 3) / 2
    for third, k in ((5, (2 / 5) ** (1 / 3)), (6, (2 / 6) ** (1 / 3))):
        found = weights.ahp(weights.judgements(3, {(0, 1): 2, (1, 2): 1, (0, 2): third}))
        ratio = (k + 1 / k - 2) / 2 / 0.58
        assert found.consistency_ratio == pytest.approx(ratio)
        assert found.consistent == (ratio <= 0.1)
    assert ratio == pytest.approx(0.117, abs=0.001)


def test_one_matrix_has_another_ratio_by_another_table() -> None:
    matrix = weights.judgements(3, {(0, 1): 0.25, (0, 2): 4, (1, 2): 9})
    early, late = (weights.ahp(matrix, name) for name in ("saaty-1980", "saaty-2004"))
    assert early.consistency_ratio == pytest.approx(early.consistency_index / 0.58)
    assert late.consistency_ratio == pytest.approx(late.consistency_index / 0.52)


def test_beyond_the_table_there_is_no_ratio() -> None:
    found = weights.ahp([[1.0] * 11 for _ in range(11)], "saaty-2004")
    assert found.consistency_ratio is None
    assert found.weights == pytest.approx([1 / 11] * 11)


@given(st.lists(st.floats(0.2, 5), min_size=2, max_size=6))
def test_any_priorities_come_back_from_their_ratios(raw: list[float]) -> None:
    found = weights.ahp([[a / b for b in raw] for a in raw])
    assert found.weights == pytest.approx([x / sum(raw) for x in raw])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: weights.swing({"cost": 0, "reach": 0}), "all swings are 0"),
        (lambda: weights.swing({"cost": -1}), "the swing of cost is -1"),
        (lambda: weights.swing({}), "all swings are 0"),
        (lambda: weights.equal(0), "no criterion to weigh"),
        (lambda: weights.by_order(["a", "a"]), "stands twice"),
        (lambda: weights.by_order(["a", "b"], "rocc"), "Did you mean 'roc'?"),
        (lambda: weights.ahp([[1, 2], [0.5]]), "not a square"),
        (lambda: weights.ahp([[1, 2], [0.6, 1]]), "compared as 2 and 0.6"),
        (lambda: weights.ahp([[1, 0], [0, 1]]), "compared as 0"),
        (lambda: weights.ahp([[1]], "saaty"), "Did you mean 'saaty-"),
        (lambda: weights.judgements(3, {(0, 1): 2}), "2 pairs are not judged"),
        (lambda: weights.judgements(2, {(0, 1): 2, (1, 0): 2}), "given twice"),
        (lambda: weights.judgements(2, {(0, 1): 0}), "the ratio 0"),
    ],
)
def test_bad_judgements_are_named(call: object, said: str) -> None:
    with pytest.raises(EvaluatorError, match=said.replace("?", r"\?")):
        call()  # type: ignore[operator]
