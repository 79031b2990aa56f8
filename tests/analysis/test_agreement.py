"""Agreement: laws and edge cases; the published figures are in test_cases.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import agreement, panel
from evaluator.errors import EvaluatorError

NAN = float("nan")
order = st.permutations(range(5))


@given(order, st.integers(2, 5))
def test_the_same_order_by_all_is_full_agreement(ranks: list[int], judges: int) -> None:
    found = agreement.kendall_w([[rank] * judges for rank in ranks])
    assert found.w == pytest.approx(1)
    assert found.n == judges


def test_two_opposite_orders_agree_in_nothing() -> None:
    assert agreement.kendall_w([[1, 3], [2, 2], [3, 1]]).w == pytest.approx(0)


def test_w_is_not_defined_for_one_judge_or_where_all_is_tied() -> None:
    assert agreement.kendall_w([[1], [2]]).w is None
    assert agreement.kendall_w([[1, 4], [1, 4]]).w is None


@given(st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=2, max_size=6))
def test_w_is_between_0_and_1_and_the_same_for_ranks_reversed(rows: list[list[int]]) -> None:
    found = agreement.kendall_w(rows).w
    other = agreement.kendall_w([[-cell for cell in row] for row in rows]).w
    assert found == other or found == pytest.approx(other)
    assert found is None or -1e-12 <= found <= 1 + 1e-12


@pytest.mark.parametrize("measure", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_of_full_agreement_is_one(measure: agreement.Measure) -> None:
    found = agreement.krippendorff_alpha([[1, 2, 5, NAN], [1, 2, 5, 3]], measure)
    # the last item has one rating: nothing to pair
    assert found == agreement.Alpha(pytest.approx(1), 6)


def test_alpha_by_hand() -> None:
    # values 1 1 | 1 2 | 2 2: 3 ones, 3 twos; of 6 coincidences 2 disagree;
    # expected 2 · 3 · 3 = 18: 1 - 5 · 2 / 18
    found = agreement.krippendorff_alpha([[1, 1, 2], [1, 2, 2]], "nominal")
    assert found.alpha == pytest.approx(1 - 10 / 18)


def test_alpha_is_not_defined_without_variation_or_pairs() -> None:
    assert agreement.krippendorff_alpha([[3, 3], [3, 3]], "ordinal") == agreement.Alpha(None, 4)
    assert agreement.krippendorff_alpha([[1, NAN], [NAN, 2]], "interval").alpha is None
    assert agreement.krippendorff_alpha([[0, 0], [0, 0]], "ratio").alpha is None
    with pytest.raises(EvaluatorError, match="Did you mean 'ordinal'"):
        agreement.krippendorff_alpha([[1, 2], [1, 2]], "ordinals")  # type: ignore[arg-type]


def test_alpha_takes_zeros_on_a_ratio_scale() -> None:
    # pairs (0, 0) and (0, 2): 1 of 1 apart; n = 4, values 0 0 0 2: expected 2 · 3 · 1
    found = agreement.krippendorff_alpha([[0, 0], [0, 2]], "ratio")
    assert found.alpha == pytest.approx(1 - 3 * 2 / 6)


def test_icc_of_one_judge_and_of_equal_scores() -> None:
    assert agreement.icc([[1], [2]]).icc1 is None
    assert agreement.icc([[2, 2], [2, 2]]).icc3 is None
    same = agreement.icc([[1, 1], [2, 2], [5, 5]])
    assert (same.icc1, same.icc2, same.icc3) == pytest.approx((1, 1, 1))


@given(order)
def test_tau_of_an_order_with_itself_and_with_its_reverse(ranks: list[int]) -> None:
    assert agreement.kendall_tau(ranks, ranks).tau == pytest.approx(1)
    assert agreement.kendall_tau(ranks, [-rank for rank in ranks]).tau == pytest.approx(-1)


def test_tau_b_by_hand() -> None:
    # pairs: (a,b) tied in one; (a,c) and (b,c) agree: 2 / √(2 · 3)
    found = agreement.kendall_tau([1, 1, 2], [1, 2, 3])
    assert found.tau == pytest.approx(2 / 6**0.5)
    assert found.n == 3
    assert agreement.kendall_tau([1, 1], [1, 2]).tau is None
    with pytest.raises(EvaluatorError, match="orders of 1 and of 2 items"):
        agreement.kendall_tau([1], [1, 2])


def test_tau_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = [3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8]
    whole = agreement.kendall_tau(one, other)
    monkeypatch.setattr(agreement, "_BLOCK", 3)
    assert agreement.kendall_tau(one, other).tau == pytest.approx(whole.tau)


@given(st.lists(order, min_size=1, max_size=6))
def test_borda_points_and_condorcet_winners(ballots: list[list[int]]) -> None:
    found = agreement.borda(ballots)
    expected = [sum(4 - ballot[i] for ballot in ballots) for i in range(5)]
    assert found.points == pytest.approx(expected)
    duels = [
        all(
            2 * sum(ballot[i] < ballot[j] for ballot in ballots) > len(ballots)
            for j in range(5)
            if j != i
        )
        for i in range(5)
    ]
    assert found.condorcet == (duels.index(True) if any(duels) else None)


def test_a_panel_too_small_or_too_large_has_no_winner() -> None:
    assert panel.votes(np.array([[50, NAN], [NAN, 20]])) is None, "no ballot is complete"
    assert panel.votes(np.array([[50], [20]])) is None, "one option"
    assert panel.votes(np.zeros((1, panel.MOST + 1))) is None
    assert panel.votes(np.zeros((1, 2))) is not None
    assert panel.reliability(np.array([[3, 4], [NAN, 2]])) is None, "one complete ballot"
    assert panel.reliability(np.array([[3], [4]])) is None, "one option"
    assert panel.reliability(np.array([[3, 4], [2, 5]])) is not None
    # options 1 and 3 have two scores each, option 2 has one
    assert panel.paired(np.array([[3, NAN, 1], [2, 4, 1]])) == 4


def test_a_tie_on_a_ballot_is_half_a_point() -> None:
    found = agreement.borda([[1, 1, 3]], [4])
    assert found.points == (6, 6, 0)
    assert found.condorcet is None
    assert found.n == 4
    with pytest.raises(EvaluatorError, match="two or more options"):
        agreement.borda([[1]])
