"""The group's table, and what a ranking never does whatever the scores are."""

from __future__ import annotations

import itertools
import statistics
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis.ranking import midranks, rank, shares
from evaluator.analysis.table import Table, of_ballot, of_group
from evaluator.api import likert
from evaluator.model import Ballot, Criterion, Option, Placing

FIVE = likert("None", "Little", "Some", "Much", "All")
CRITERIA = {
    "reach": Criterion("reach", "Reach", "How many?", "higher", FIVE),
    "burden": Criterion("burden", "Burden", "How much?", "lower", FIVE),
    "days": Criterion("days", "Days", "How long?", "lower", scale=(0, 90)),
}
SCORE = st.integers(1, 5) | st.sampled_from(("abstain", None))
VOTES = st.lists(st.tuples(SCORE, st.integers(0, 4)), min_size=1, max_size=7)


def cell(votes: list[tuple[Any, int]], combine: Any) -> tuple[float | None, float | None, int]:
    """Value, score and count of one cell on which people of some weight have voted."""
    ballots = [
        Ballot(f"p{n}", 1, scores={"lamps": {"reach": vote}} if vote is not None else {})
        for n, (vote, _) in enumerate(votes)
    ]
    weights = [weight for _, weight in votes]
    options, criteria = [Option("lamps", "Lamps")], {"reach": CRITERIA["reach"]}
    table = of_group(ballots, options, criteria, combine=combine, weights=weights)
    return table.values["lamps"][0], table.scores["lamps"][0], table.counts["lamps"][0]


@given(VOTES, st.sampled_from(("mean", "median")))
def test_a_weight_counts_like_so_many_people(votes: list[tuple[Any, int]], combine: Any) -> None:
    alike = len({weight for _, weight in votes}) == 1
    times = {n: 1 if alike else weight for n, (_, weight) in enumerate(votes)}
    given_ = [vote for n, (vote, _) in enumerate(votes) for _ in range(times[n])]
    scores = [vote for vote in given_ if isinstance(vote, int)]
    value, score, count = cell(votes, combine)
    if not scores:
        assert (value, score, count) == (None, None, 0)
        return
    middle = getattr(statistics, combine)(scores)
    assert score == pytest.approx(middle)
    # five levels: (score - 1) × 25, and straight, so the middle of values is the middle's value
    assert value == pytest.approx((middle - 1) * 25)
    assert count == sum(isinstance(vote, int) and times[n] > 0 for n, (vote, _) in enumerate(votes))


def test_the_median_lies_midway_where_half_the_weight_ends() -> None:
    # weights 1 and 3 of 4 are passed at 5; 2 and 2 end in the middle of 1 and 5
    assert cell([(1, 1), (5, 3)], "median") == (100, 5, 2)
    assert cell([(1, 3), (5, 1)], "median") == (0, 1, 2)
    assert cell([(1, 2), (5, 2), (3, 0)], "median") == (50, 3, 2)
    assert cell([(2, 1), (3, 1), (5, 1)], "median") == (50, 3, 3)


def test_nobody_recused_is_counted() -> None:
    options = [Option("lamps", "Lamps")]
    scored = Ballot("a", 1, scores={"lamps": {"reach": 5}})
    recused = Ballot("b", 1, scores={"lamps": {"reach": 1}}, recused={"lamps": "Owns it"})
    table = of_group([scored, recused], options, CRITERIA)
    assert table.values["lamps"] == (100, None, None)
    assert table.counts["lamps"] == (1, 0, 0)
    assert of_ballot(None, options, CRITERIA).values["lamps"] == (None, None, None)


# -- laws of the ranking

CELLS = st.tuples(
    st.none() | st.integers(1, 5), st.none() | st.integers(1, 5), st.none() | st.floats(0, 90)
)
ROWS = st.lists(CELLS, min_size=2, max_size=8)
WEIGHTS = st.tuples(*(st.integers(0, 9) for _ in CRITERIA)).filter(any)


def placed(rows: dict[str, Any], weights: tuple[float, ...]) -> dict[str, Placing]:
    """Every option's place, in order of the ranking."""
    cells = {
        id: {c: score for c, score in zip(CRITERIA, row, strict=True) if score is not None}
        for id, row in rows.items()
    }
    options = [Option(id, id) for id in rows]
    table = of_ballot(Ballot("amina", 1, scores=cells), options, CRITERIA)
    share = shares(dict(zip(CRITERIA, weights, strict=True)), CRITERIA)
    return {placing.option: placing for placing in rank(table, share).rows}


def named(rows: list[Any]) -> dict[str, Any]:
    return {f"o{n}": row for n, row in enumerate(rows)}


@given(ROWS, WEIGHTS)
def test_the_parts_of_a_place_agree(rows: list[Any], weights: tuple[int, ...]) -> None:
    for placing in placed(named(rows), weights).values():
        known = [points for points in placing.contributions.values() if points is not None]
        assert placing.complete == (None not in placing.contributions.values())
        assert placing.rank == (placing.rank_best if placing.complete else None)
        assert placing.value == (placing.low if placing.complete else None)
        assert placing.low == pytest.approx(sum(known))
        assert placing.low <= placing.high <= 100 + 1e-9
        assert placing.rank_best <= placing.rank_worst <= len(rows)


@given(ROWS, WEIGHTS)
def test_places_are_in_order_and_open_options_last(
    rows: list[Any], weights: tuple[int, ...]
) -> None:
    found = list(placed(named(rows), weights).values())
    complete = [placing for placing in found if placing.complete]
    assert found[: len(complete)] == complete
    values = [placing.value for placing in complete]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(values))
    order = [placing.option for placing in found[len(complete) :]]
    assert order == sorted(order), "in file order"


@given(ROWS, WEIGHTS, st.sampled_from((2, 0.125, 1024)))
def test_the_scale_of_weights_does_not_matter(
    rows: list[Any], weights: tuple[int, ...], by: float
) -> None:
    scaled = tuple(weight * by for weight in weights)
    assert placed(named(rows), scaled) == placed(named(rows), weights)


@given(ROWS, WEIGHTS, st.randoms(use_true_random=False))
def test_the_order_of_options_does_not_matter(
    rows: list[Any], weights: tuple[int, ...], luck: Any
) -> None:
    whole = named(rows)
    shuffled = list(whole.items())
    luck.shuffle(shuffled)
    assert placed(dict(shuffled), weights) == placed(whole, weights)


@given(ROWS, WEIGHTS)
def test_one_more_option_never_turns_two_others_round(
    rows: list[Any], weights: tuple[int, ...]
) -> None:
    whole, less = placed(named(rows), weights), placed(named(rows[:-1]), weights)
    for id, placing in less.items():
        assert (whole[id].low, whole[id].high) == (placing.low, placing.high)
        assert whole[id].rank_best - placing.rank_best in (0, 1)
        assert whole[id].rank_worst - placing.rank_worst in (0, 1)
    assert [id for id in whole if id in less] == list(less)


@given(ROWS, WEIGHTS)
def test_a_better_score_never_costs_a_place(rows: list[Any], weights: tuple[int, ...]) -> None:
    before = placed(named(rows), weights)["o0"]
    for at, best in enumerate((5, 1, 0)):
        if rows[0][at] is not None:
            better = (*rows[0][:at], best, *rows[0][at + 1 :])
            after = placed(named([better, *rows[1:]]), weights)["o0"]
            assert after.rank_best <= before.rank_best
            assert after.rank_worst <= before.rank_worst


@given(st.lists(st.integers(0, 5), max_size=9))
def test_midranks_are_what_counting_gives(values: list[int]) -> None:
    assert midranks([float(value) for value in values]) == [
        sum(other > value for other in values) + (values.count(value) + 1) / 2 for value in values
    ]


def test_values_nearer_than_a_billionth_are_equal() -> None:
    values = {"a": (50.0,), "b": (50.0 + 5e-10,), "c": (50.0 + 3e-9,)}
    table = Table(("x",), dict.fromkeys(values, ""), values, values, {})  # type: ignore[arg-type]
    found = {row.option: row.rank for row in rank(table, {"x": 1.0}).rows}
    assert found == {"c": 1, "a": 2, "b": 2}
    assert midranks([50.0, 50.0 + 5e-10, 50.0 + 3e-9]) == [2.5, 2.5, 1]
