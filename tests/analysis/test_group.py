"""Spread, disagreement and the agenda, from ballots to the document of `evaluator group`."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import group
from evaluator.errors import EvaluatorError
from evaluator.model import Ballot, Consensus, Criterion

NAN = float("nan")
SHARES = {"reach": 0.5, "days": 0.5}


def ballots(*rows: dict[str, dict[str, object]]) -> list[Ballot]:
    return [Ballot(f"p{i}", 1, scores=row) for i, row in enumerate(rows)]


def one_cell(
    scales: dict[str, Criterion], *scores: object, rule: Consensus | None = None
) -> group.Cell:
    used = {"reach": scales["reach"]}
    made = ballots(*({"a": {"reach": score}} for score in scores))
    table = group.scores_of(made, ["a"], used)
    (cell,) = group.cells(table, ["a"], used, rule or Consensus())
    return cell


@given(st.lists(st.lists(st.one_of(st.integers(1, 9), st.just(NAN)), min_size=4, max_size=4)))
def test_quantiles_of_all_rows_at_once_are_those_of_each(rows: list[list[float]]) -> None:
    table = np.array(rows, dtype=float).reshape(len(rows), 4)
    found = group.quantiles(table, (0.25, 0.5, 0.7))
    for i, row in enumerate(rows):
        known = [cell for cell in row if not math.isnan(cell)]
        if known:
            assert found[:, i] == pytest.approx(np.quantile(known, (0.25, 0.5, 0.7)))
        else:
            assert np.isnan(found[:, i]).all()


def test_a_cell_counts_those_who_scored_it(scales: dict[str, Criterion]) -> None:
    cell = one_cell(scales, 1, 2, 4, "abstain", None)
    # quartiles of 1 2 4 are 1.5 and 3; mean 7/3, squares 16/9 + 1/9 + 25/9 over 2
    assert (cell.n, cell.median, cell.iqr) == (3, 2, pytest.approx(1.5))
    assert cell.mean == pytest.approx(7 / 3)
    assert cell.sd == pytest.approx(math.sqrt(42 / 9 / 2))
    assert cell.disagreement is None
    assert cell.spread == pytest.approx(37.5)
    # on nine points 1, 3 and 7
    assert cell.camps == (2, 0, 1)


def test_one_score_has_no_deviation_and_none_has_nothing(scales: dict[str, Criterion]) -> None:
    one = one_cell(scales, 4)
    assert (one.n, one.median, one.mean, one.iqr, one.sd) == (1, 4, 4, 0, None)
    none = one_cell(scales, "abstain")
    assert (none.n, none.median, none.mean, none.iqr, none.sd) == (0, None, None, None, None)
    assert none.spread is None


def test_two_camps_disagree_by_the_ram_rule(scales: dict[str, Criterion]) -> None:
    # on nine points 1 1 1 9 9 9: IPR 8, centre 5, so IPRAS is 2.35 itself
    assert one_cell(scales, 1, 1, 1, 5, 5, 5).disagreement is True
    assert one_cell(scales, 4, 4, 4, 5, 5, 5).disagreement is False
    assert one_cell(scales, 1, 1, 5, 5).disagreement is None
    # 3 3 3 5 5 5: IPR 2, centre 4: IPRAS 2.35 + 1.5; with a constant of 0 it is 1.5
    small = Consensus("ram", 0)
    assert one_cell(scales, 2, 2, 2, 3, 3, 3).disagreement is False
    assert one_cell(scales, 2, 2, 2, 3, 3, 3, rule=small).disagreement is True


def test_the_other_rules(scales: dict[str, Criterion]) -> None:
    by_levels, by_share = Consensus("iqr", 1), Consensus("share", 0.75)
    assert one_cell(scales, 2, 3, 3, 4, rule=by_levels).disagreement is False
    assert one_cell(scales, 1, 2, 4, 5, rule=by_levels).disagreement is True
    assert one_cell(scales, 3, rule=by_levels).disagreement is None
    assert one_cell(scales, 3, 3, 3, 1, rule=by_share).disagreement is False
    assert one_cell(scales, 3, 3, 1, 1, rule=by_share).disagreement is True
    # a level of a measured scale is a tenth of it: quartiles 10 and 30, two tenths apart
    used = {"days": scales["days"]}
    table = group.scores_of(ballots(*({"a": {"days": d}} for d in (10, 10, 30, 30))), ["a"], used)
    for limit, apart in ((2, False), (1.9, True)):
        (cell,) = group.cells(table, ["a"], used, Consensus("iqr", limit))
        assert cell.disagreement is apart
    with pytest.raises(EvaluatorError, match="no consensus rule"):
        group.cells(table, ["a"], used, Consensus("most"))  # type: ignore[arg-type]


def test_fewer_than_five_ratings_are_not_judged() -> None:
    few, enough = group.ram(np.array([[1, 2, 3, 4, NAN], [1, 2, 3, 4, 5]], dtype=float))
    assert few is None
    assert enough is not None
    assert enough.n == 5


def test_a_bent_value_function_bends_the_spread(scales: dict[str, Criterion]) -> None:
    used = {"days": scales["days"]}
    made = ballots({"a": {"days": 0}}, {"a": {"days": 100}})
    scores = group.scores_of(made, ["a"], used)
    # values 100 and 0; and of 50 days 80
    assert group.values_of(scores, used).ravel().tolist() == [100, 0]
    assert group.values_of(np.array([[[50.0]]]), used)[0, 0, 0] == pytest.approx(80)


@pytest.fixture
def three(scales: dict[str, Criterion]) -> tuple[list[Ballot], dict[str, Criterion]]:
    used = {"reach": scales["reach"], "days": scales["days"]}
    bad: dict[str, object] = {"reach": 1, "days": 100}
    made = ballots(
        {"a": {"reach": 5, "days": 0}, "b": bad, "c": {"reach": 3, "days": 0}},
        {"a": {"reach": 1, "days": 0}, "b": bad, "c": {"reach": 4, "days": 0}},
        {"a": {"reach": 5, "days": 0}, "b": {"reach": 1}, "c": {"reach": 3, "days": "abstain"}},
    )
    return made, used


def test_the_document(three: tuple[list[Ballot], dict[str, Criterion]]) -> None:
    made, used = three
    found = group.survey(made, ["a", "b", "c"], used, SHARES, participants=4)
    assert (found.participants, found.ballots, found.ranked) == (4, 3, 2)
    # orders a c b and c a b: rank sums 3 3 6 around 4: S = 6; 12 · 6 / (4 · 24)
    assert found.kendall_w == pytest.approx(72 / 96)
    assert set(found.krippendorff_alpha) == {"reach", "days"}
    assert found.krippendorff_alpha["days"] == pytest.approx(1)
    assert [(c.option, c.criterion) for c in found.cells][:3] == [
        ("a", "reach"), ("a", "days"), ("b", "reach"),
    ]  # fmt: skip
    # overall values of a: 100, 50, 100
    assert found.spreads == {"a": 25, "b": 0, "c": pytest.approx(6.25)}


def test_the_agenda_begins_with_what_weighs_most(
    three: tuple[list[Ballot], dict[str, Criterion]],
) -> None:
    made, used = three
    found = group.survey(made, ["a", "b", "c"], used, SHARES, participants=4)
    # a: values 100 0 100, middle half 50, of which reach weighs a half; c: 50 75 50
    assert [(t.option, t.criterion, t.effect) for t in found.agenda] == [
        ("a", "reach", pytest.approx(25)), ("c", "reach", pytest.approx(6.25)),
    ]  # fmt: skip
    assert (
        found.agenda[0].reason
        == "1 low, 0 middle, 2 high; worth 25 points; enough to change its rank"
    )
    heavy = {"reach": 0.01, "days": 0.99}
    light = group.survey(made, ["a", "b", "c"], used, heavy, participants=4)
    assert light.agenda[0].reason.endswith("worth less than a point; enough to change its rank")


def test_orders_of_the_agenda(scales: dict[str, Criterion]) -> None:
    used = {"reach": scales["reach"], "burden": scales["burden"]}
    made = ballots(
        *({"a": {"reach": r, "burden": b}, "b": {"reach": 1, "burden": w}}
          for r, b, w in [(1, 1, 1), (1, 1, 1), (2, 1, 1), (3, 1, 5), (3, 5, 5), (3, 5, 5)])
    )  # fmt: skip
    shares = {"reach": 0.9, "burden": 0.1}

    def agenda(order: group.Order) -> list[tuple[str, str]]:
        found = group.survey(made, ["a", "b"], used, shares, participants=6, order=order)
        return [(topic.option, topic.criterion) for topic in found.agenda]

    # middle halves: a's reach 43.75 points, worth 39; its burden 75, worth 7.5; b's burden 100,
    # worth 10, and the only one flagged: 1 1 1 9 9 9 of nine points
    a_reach, a_burden, b_burden = ("a", "reach"), ("a", "burden"), ("b", "burden")
    assert agenda("effect") == [a_reach, b_burden, a_burden]
    assert agenda("spread") == [b_burden, a_burden, a_reach]
    assert agenda("flag") == [b_burden, a_reach, a_burden]
    flagged = group.survey(made, ["a", "b"], used, shares, participants=6).agenda[0]
    assert flagged.reason == "disagreement; 3 low, 0 middle, 3 high; worth 10 points"
    with pytest.raises(EvaluatorError, match="no order of the agenda"):
        agenda("worst")  # type: ignore[arg-type]


def test_nobody_has_answered_yet(scales: dict[str, Criterion]) -> None:
    used = {"reach": scales["reach"]}
    found = group.survey([], ["a", "b"], used, {"reach": 1.0}, participants=3)
    assert (found.ballots, found.kendall_w, found.agenda) == (0, None, ())
    assert found.krippendorff_alpha == {"reach": None}
    assert found.spreads == {"a": None, "b": None}
    assert {cell.n for cell in found.cells} == {0}
