"""Acceptability: closed forms, laws, limits on weights, and scores that are not certain."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import draws, robustness, uncertain, weights
from evaluator.errors import EvaluatorError
from evaluator.model import Criterion
from evaluator.progress import Cancelled

Rows = list[list[float]]
level = st.sampled_from([0.0, 25.0, 50.0, 75.0, 100.0])


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    count = draw(st.integers(1, 4))
    return draw(st.lists(st.lists(level, min_size=count, max_size=count), min_size=2, max_size=7))


@given(tables())
def test_rows_and_columns_sum_to_one(rows: Rows) -> None:
    found = robustness.acceptability(rows, draws=300)
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(len(rows)))
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(len(rows)))
    assert (found.ranks >= 0).all()


@given(tables(), st.data())
def test_equal_options_have_equal_acceptability(rows: Rows, data: st.DataObject) -> None:
    twin = data.draw(st.integers(0, len(rows) - 1))
    found = robustness.acceptability([*rows, rows[twin]], draws=300)
    assert found.ranks[-1].tolist() == found.ranks[twin].tolist()
    assert np.array_equal(found.central[-1], found.central[twin], equal_nan=True)


@given(tables(), st.data())
def test_the_order_of_the_options_does_not_matter(rows: Rows, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(rows))))
    straight = robustness.acceptability(rows, draws=300)
    shuffled = robustness.acceptability([rows[i] for i in order], draws=300)
    assert shuffled.ranks == pytest.approx(straight.ranks[order], abs=1e-12)


@given(tables())
def test_a_dominated_option_is_never_first_alone(rows: Rows) -> None:
    lower = [max(0.0, value - 25) for value in rows[0]]
    found = robustness.acceptability([*rows, lower], draws=300)
    assert found.ranks[-1].cumsum() == pytest.approx(
        np.minimum(found.ranks[-1].cumsum(), found.ranks[0].cumsum())
    )


@given(tables())
def test_certain_scores_by_either_path(rows: Rows) -> None:
    """The fast path (packed sort) and the one for varying scores agree draw for draw."""
    fixed = Fixed(np.array(rows))
    fast = robustness.acceptability(rows, draws=200, seed=3)
    slow = robustness.acceptability(fixed, draws=200, seed=3)
    assert slow.ranks == pytest.approx(fast.ranks)
    assert slow.central == pytest.approx(fast.central, nan_ok=True)


class Fixed:
    """A source that always gives one table."""

    def __init__(self, table: Any) -> None:
        self.table = table
        self.shape: tuple[int, int] = table.shape

    def draw(self, rng: np.random.Generator, count: int) -> Any:
        return np.broadcast_to(self.table, (count, *self.shape))


def test_central_weights_are_the_mean_of_the_weights_that_make_it_first() -> None:
    # w1 uniform on 0–1: first with w1 above and below one half, so means 3/4 and 1/4
    found = robustness.acceptability([[100, 0], [0, 100], [10, 10]], draws=50_000)
    assert found.ranks[:2, 0] == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.central[0] == pytest.approx([0.75, 0.25], abs=0.01)
    assert found.central[1] == pytest.approx([0.25, 0.75], abs=0.01)
    assert np.isnan(found.central[2]).all()
    assert found.error == pytest.approx(np.sqrt(0.25 / 50_000), rel=0.01)
    document = found.document(["a", "b", "c"], ["x", "y"])
    assert document["central_weights"]["c"] is None
    assert document["confidence"] == {"a": None, "b": None, "c": None}
    assert document["acceptability"]["a"] == found.ranks[0].tolist()


def test_three_equal_options_share_three_ranks() -> None:
    found = robustness.acceptability([[50, 50]] * 3 + [[0, 0]], draws=10)
    third = [1 / 3, 1 / 3, 1 / 3, 0]
    assert found.ranks == pytest.approx(np.array([third, third, third, [0, 0, 0, 1]]))


def test_a_criterion_that_can_weigh_nothing_cannot_part_two_options() -> None:
    only = draws.Limits(lower=(0.5, 0.5, 0), upper=(0.5, 0.5, 0))
    found = robustness.acceptability([[80, 20, 0], [80, 20, 100]], draws=20, limits=only)
    assert found.ranks == pytest.approx(np.full((2, 2), 0.5))


def test_the_same_seed_gives_the_same_figures() -> None:
    rows = [[100, 0, 30], [20, 90, 50], [60, 60, 10]]
    one, two, other = (robustness.acceptability(rows, seed=s, draws=500) for s in (4, 4, 5))
    assert np.array_equal(one.ranks, two.ranks)
    assert not np.array_equal(one.ranks, other.ranks)


def test_chunks_do_not_change_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(1).random((12, 3)) * 100
    monkeypatch.setattr(robustness, "_CELLS", 50)
    found = robustness.acceptability(rows, draws=101)
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(12))


def test_progress_is_told_and_can_stop_it() -> None:
    told: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        told.append((done, total))

    robustness.acceptability([[1, 2], [2, 1]], draws=10_000, progress=note)
    assert told[-1] == (10_000, 10_000)
    with pytest.raises(Cancelled):
        robustness.acceptability([[1, 2], [2, 1]], progress=lambda done, total: False)


@pytest.mark.parametrize(
    ("rows", "settings", "said"),
    [
        ([[1, 2]], {}, "fewer than two options"),
        ([[1, 2], [2, 1]], {"draws": 0}, "0 draws"),
        ([[1, 2], [2, 1]], {"draws": 10_000_001}, "10000001 draws"),
        ([[1, 2], [2, 1]], {"seed": -1}, "seed -1"),
        ([[1, 2], [2, 1]], {"limits": draws.Limits(order=(0, 0))}, "names a criterion twice"),
        ([[1, 2], [2, 1]], {"limits": draws.Limits(lower=(1.0,))}, "1 limits for 2 criteria"),
        ([[1, 2], [2, 1]], {"limits": draws.Limits(lower=(0.6, 0.6))}, "no weights keep"),
        ([[1, 2], [2, 1]], {"limits": draws.Limits(upper=(0.4, 0.4))}, "no weights keep"),
    ],
)
def test_bad_input_is_one_sentence(rows: Rows, settings: dict[str, Any], said: str) -> None:
    with pytest.raises(EvaluatorError, match=said):
        robustness.acceptability(rows, **settings)


# -- limits on weights


def drawn(count: int, limits: draws.Limits | None, size: int = 20_000) -> Any:
    return draws.weights(count, limits)(np.random.default_rng(7), size)


def test_weights_are_uniform_on_the_simplex() -> None:
    found = drawn(3, None)
    # the share that has w1 above t is (1 - t)²
    assert found.sum(axis=1) == pytest.approx(np.ones(len(found)))
    for edge in (0.2, 0.5, 0.8):
        assert (found[:, 0] > edge).mean() == pytest.approx((1 - edge) ** 2, abs=0.01)


def test_ordered_weights_have_the_centroid_of_rank_order_weights() -> None:
    found = drawn(4, draws.Limits(order=(2, 0, 3, 1)))
    assert (np.diff(found[:, [2, 0, 3, 1]], axis=1) <= 0).all()
    roc = weights.rank_order_centroid(4)
    assert found.mean(axis=0)[[2, 0, 3, 1]] == pytest.approx(roc, abs=0.005)


def test_an_order_of_some_leaves_the_others_free() -> None:
    found = drawn(3, draws.Limits(order=(0, 2)))
    assert (found[:, 0] >= found[:, 2]).all()
    assert found[:, 1].mean() == pytest.approx(1 / 3, abs=0.01)


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=6),
    st.floats(0.5, 40),
    st.booleans(),
)
def test_limits_are_kept(raw: list[int], points: float, ordered: bool) -> None:
    shares = [weight / sum(raw) for weight in raw]
    order = sorted(range(len(raw)), key=lambda i: -raw[i]) if ordered else []
    limits = draws.within(shares, points, order)
    found = drawn(len(raw), limits, 50)
    assert found.sum(axis=1) == pytest.approx(np.ones(50))
    assert (found >= np.array(limits.lower) - 1e-9).all()
    assert (found <= np.array(limits.upper) + 1e-9).all()
    assert (np.diff(found[:, order], axis=1) <= 1e-9).all()


def grid_mean(limits: draws.Limits, count: int, steps: int = 60) -> Any:
    """The mean weight by counting the points of a fine lattice that keep the limits."""
    axis = (np.arange(steps) + 0.5) / steps
    points = np.array([p for p in product(axis, repeat=count - 1) if sum(p) <= 1])
    points = np.column_stack([points, 1 - points.sum(axis=1)])
    kept = (points >= np.array(limits.lower)).all(axis=1)
    kept &= (points <= np.array(limits.upper)).all(axis=1)
    kept &= (np.diff(points[:, list(limits.order)], axis=1) <= 0).all(axis=1)
    return points[kept].mean(axis=0)


@pytest.mark.parametrize(
    "limits",
    [
        draws.Limits((0.1, 0.2, 0.0), (0.5, 0.6, 0.6)),
        draws.Limits((0.0, 0.0, 0.0), (1.0, 0.3, 0.3)),
        draws.Limits((0.0, 0.0, 0.0), (0.5, 0.5, 1.0), (2, 1, 0)),
    ],
)
def test_bounded_weights_are_uniform(limits: draws.Limits) -> None:
    found = drawn(3, limits)
    assert found.mean(axis=0) == pytest.approx(grid_mean(limits, 3, 300), abs=0.006)


def test_the_walk_is_as_uniform_as_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = draws.within([0.4, 0.3, 0.2, 0.1], 15, (0, 1, 2, 3))
    exact = drawn(4, limits)
    monkeypatch.setattr(draws, "_WORTH_REJECTING", 2.0)
    sampler = draws.weights(4, limits)
    rng = np.random.default_rng(11)
    walked = np.concatenate([sampler(rng, 1000) for _ in range(10)])
    assert walked.mean(axis=0) == pytest.approx(exact.mean(axis=0), abs=0.004)
    assert walked.std(axis=0) == pytest.approx(exact.std(axis=0), abs=0.004)
    assert (np.diff(walked, axis=1) <= 1e-9).all()


def test_eight_ordered_criteria_in_a_narrow_box_are_walked() -> None:
    shares = [0.2, 0.16, 0.14, 0.13, 0.12, 0.1, 0.08, 0.07]
    limits = draws.within(shares, 9, range(8))
    found = drawn(8, limits, 400)
    assert (np.diff(found, axis=1) <= 1e-9).all()
    assert (np.abs(found - shares) <= 0.09 + 1e-9).all()
    assert found.std(axis=0).min() > 0.01


def test_a_few_tight_limits_among_wide_ones_are_walked() -> None:
    """Four shares of at most 2 % and eight free ones: no simple body is filled well enough.

    What four tight shares of sum s leave is a simplex of volume (1 - s)⁷, so the density of one
    falls from 0 to 0.02 like that of (1 - t)⁷ about: its mean is 0.01 - 7 × 0.02² / 12 ÷ (1 - s).
    """
    limits = draws.Limits(upper=(0.02,) * 4 + (1.0,) * 8)
    found = drawn(12, limits, 1000)
    assert (found[:, :4] <= 0.02 + 1e-9).all()
    assert found.sum(axis=1) == pytest.approx(np.ones(1000))
    tight = 0.01 - 7 * 0.02**2 / 12 / (1 - 4 * 0.01)
    assert found[:, :4].mean() == pytest.approx(tight, abs=0.0003)
    assert found[:, 4:].mean(axis=0) == pytest.approx([(1 - 4 * tight) / 8] * 8, abs=0.012)


def test_limits_that_leave_one_point_leave_one_point() -> None:
    found = drawn(3, draws.within([0.5, 0.3, 0.2], 0), 5)
    assert found == pytest.approx(np.tile([0.5, 0.3, 0.2], (5, 1)))


def test_an_order_against_the_limits_is_refused() -> None:
    with pytest.raises(EvaluatorError, match="no weights keep all these limits"):
        # none may weigh more than the first: three times 0.2 is no whole
        draws.weights(3, draws.Limits(upper=(0.2, 1.0, 1.0), order=(0, 1, 2)))
    with pytest.raises(EvaluatorError, match="no weights keep all these limits"):
        draws.weights(2, draws.within([0.7, 0.3], 5, (1, 0)))
    with pytest.raises(EvaluatorError, match="within -1 points"):
        draws.within([0.7, 0.3], -1)


# -- scores that are not certain


def test_gaps_are_uniform_over_levels_and_scales(scales: dict[str, Criterion]) -> None:
    used = [scales["reach"], scales["days"]]
    source = uncertain.gaps([[None, 40.0], [75.0, None]], used)
    found = source.draw(np.random.default_rng(1), 40_000)
    values, counts = np.unique(found[:, 0, 0], return_counts=True)
    assert values.tolist() == [0, 25, 50, 75, 100]
    assert counts / 40_000 == pytest.approx([0.2] * 5, abs=0.01)
    # the curve is at 80 after half its scale: half of all scores are worth 80 or more
    assert (found[:, 1, 1] >= 80).mean() == pytest.approx(0.5, abs=0.01)
    assert (found[:, 0, 1] == 40).all()
    assert (found[:, 1, 0] == 75).all()


def test_open_cells_take_part_and_confidence_is_filled(scales: dict[str, Criterion]) -> None:
    source = uncertain.gaps([[None], [50.0]], [scales["reach"]])
    found = robustness.acceptability(source, draws=50_000)
    # levels 0 25 50 75 100 against 50: better in two of five, shared in one
    assert found.ranks[0, 0] == pytest.approx(0.5, abs=0.01)
    assert found.confidence is not None
    assert found.confidence == pytest.approx([0.5, 0.5], abs=0.01)
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(2))


def test_one_ballot_is_drawn_for_each_weight(scales: dict[str, Criterion]) -> None:
    ballots = [[[100.0], [0.0]], [[100.0], [0.0]], [[0.0], [100.0]]]
    found = robustness.acceptability(uncertain.group(ballots, [scales["reach"]]), draws=50_000)
    assert found.ranks[0, 0] == pytest.approx(2 / 3, abs=0.01)
    assert found.confidence == pytest.approx([2 / 3, 1 / 3], abs=0.01)


def test_a_ballots_open_cell_is_the_groups_mean_or_varies(scales: dict[str, Criterion]) -> None:
    ballots = [[[100.0], [10.0]], [[50.0], [10.0]], [[None], [10.0]]]
    rng = np.random.default_rng(5)
    mean = uncertain.group(ballots, [scales["reach"]]).draw(rng, 500)
    assert set(mean[:, 0, 0].tolist()) == {100.0, 50.0, 75.0}
    assert set(mean[:, 1, 0].tolist()) == {10.0}
    varied = uncertain.group(ballots, [scales["reach"]], open_vary=True).draw(rng, 500)
    assert set(varied[:, 0, 0].tolist()) == {0.0, 25.0, 50.0, 75.0, 100.0}


def test_sources_refuse_what_they_cannot_vary(scales: dict[str, Criterion]) -> None:
    with pytest.raises(EvaluatorError, match="no ballot"):
        uncertain.group([], [scales["reach"]])
    with pytest.raises(EvaluatorError, match="fewer than two options"):
        uncertain.gaps([[50.0]], [scales["reach"]])
    with pytest.raises(EvaluatorError, match="1 columns for 2 criteria"):
        uncertain.gaps([[50.0], [50.0]], [scales["reach"], scales["burden"]])


def test_varying_scores_can_be_stopped(scales: dict[str, Criterion]) -> None:
    source = uncertain.gaps([[None], [50.0]], [scales["reach"]])
    with pytest.raises(Cancelled):
        robustness.acceptability(source, progress=lambda done, total: done < total)
