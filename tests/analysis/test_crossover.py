"""Crossovers and flips, each verified by ranking again just before and just past it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis import crossover, ranking
from evaluator.analysis.table import Table
from evaluator.errors import EvaluatorError
from evaluator.model import Criterion, Ranking

Make = Callable[..., tuple[Ranking, Table]]
Problem = tuple[dict[str, list[float]], dict[str, float]]
IDS = ("reach", "burden", "jobs", "days")
STEP = 1e-6


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Scores of two to six options, and weights of which some may be 0."""
    levels, jobs, days = st.integers(1, 5), st.integers(0, 500), st.integers(0, 100)
    row = st.tuples(levels, levels, jobs, days).map(list)
    rows = draw(st.lists(row, min_size=2, max_size=6))
    weights = draw(st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(any))
    named = {f"o{i}": row for i, row in enumerate(rows)}
    return named, dict(zip(IDS, map(float, weights), strict=True))


def moved(shares: Mapping[str, float], members: Sequence[str], to: float) -> dict[str, float]:
    """Shares with those of some criteria summing to `to`, proportions kept on both sides."""
    now = sum(shares[id] for id in members)
    rest = 1 - now
    inside = {id: shares[id] / now if now > 0 else 1 / len(members) for id in members}
    others = [id for id in shares if id not in members]
    outside = {id: shares[id] / rest if rest > 1e-9 else 1 / len(others) for id in others}
    new = {id: to * part for id, part in inside.items()}
    return new | {id: (1 - to) * part for id, part in outside.items()}


def in_order(shares: dict[str, float], like: Mapping[str, float]) -> dict[str, float]:
    return {id: shares[id] for id in like}


def totals(table: Table, shares: Mapping[str, float]) -> dict[str, float]:
    return {
        id: sum(s * v for s, v in zip(shares.values(), row, strict=True) if v is not None)
        for id, row in table.values.items()
    }


def first(table: Table, shares: dict[str, float]) -> set[str]:
    rows = ranking.rank(table, shares).rows
    return {row.option for row in rows if row.rank == 1}


@given(problem=problems())
def test_the_leader_loses_its_place_just_past_a_crossover_and_not_before(
    problem: Problem, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    leader = now.options[0]
    for found in crossover.crossovers(now):
        assert (found.falls, found.now) == (leader, order.shares[found.criterion])
        way = 1 if found.at > found.now else -1
        at = in_order(moved(order.shares, [found.criterion], found.at), order.shares)
        values = totals(table, at)
        assert values[leader] == pytest.approx(values[found.rises], abs=1e-6)
        assert values[leader] == pytest.approx(max(values.values()), abs=1e-6)
        for nearer in (0.25, 0.5, 0.75, 0.999):
            share = found.now + nearer * (found.at - found.now)
            before = in_order(moved(order.shares, [found.criterion], share), order.shares)
            assert leader in first(table, before)
        past = found.at + way * min(STEP, abs((1 if way > 0 else 0) - found.at))
        after = totals(table, in_order(moved(order.shares, [found.criterion], past), order.shares))
        assert after[leader] < after[found.rises]


@given(problem=problems())
def test_where_no_crossover_is_named_the_leader_stays(
    problem: Problem, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    if now.shared:
        assert crossover.crossovers(now) == ()
        return
    found = {(c.criterion, c.at > c.now) for c in crossover.crossovers(now)}
    for id in order.shares:
        for end, above in ((0.0, False), (1.0, True)):
            if (id, above) not in found and order.shares[id] < 1:
                there = in_order(moved(order.shares, [id], end), order.shares)
                values = totals(table, there)
                assert values[now.options[0]] >= max(values.values()) - 1e-6


@given(problem=problems(), data=st.data())
def test_criteria_that_move_together(
    problem: Problem, data: st.DataObject, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    some = st.lists(st.sampled_from(IDS), min_size=1, max_size=3, unique=True)
    members = sorted(data.draw(some), key=IDS.index)
    for found in crossover.group_crossovers(now, members):
        assert found.criterion == "+".join(members)
        assert found.now == pytest.approx(sum(order.shares[id] for id in members))
        values = totals(table, in_order(moved(order.shares, members, found.at), order.shares))
        assert values[found.falls] == pytest.approx(max(values.values()), abs=1e-6)
        assert values[found.falls] == pytest.approx(values[found.rises], abs=1e-6)


@given(problem=problems())
def test_neighbours_are_equal_where_they_swap(
    problem: Problem, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    everything = crossover.adjacent(now)
    assert [c.change for c in everything] == sorted(c.change for c in everything)
    for option in now.options:
        mine = crossover.neighbours(now, option)
        assert set(mine) <= set(everything)
        assert all(option in (found.rises, found.falls) for found in mine)
    for found in everything:
        assert now.options.index(found.rises) == now.options.index(found.falls) + 1
        there = moved(order.shares, [found.criterion], found.at)
        values = totals(table, in_order(there, order.shares))
        assert values[found.rises] == pytest.approx(values[found.falls], abs=1e-6)


@given(problem=problems())
def test_a_flip_makes_the_two_equal_and_past_it_the_order_changes(
    problem: Problem, ranked: Make, scales: dict[str, Criterion]
) -> None:
    scores, weights = problem
    order, table = ranked(scores, weights)
    now = crossover.standing(order, scales, table.values)
    found = crossover.flips(now, scales)
    assert [flip.change for flip in found] == sorted(flip.change for flip in found)
    for flip in found:
        criterion = scales[flip.criterion]
        assert criterion.low <= flip.needed <= criterion.high
        value = criterion.value(flip.needed)
        there = first_after(order, table, flip, value)
        assert len(there) > 1
        assert now.options[0] in there
        worse = flip.option == now.options[0]
        past = max(0.0, min(100.0, value + (-1e-4 if worse else 1e-4)))
        after = first_after(order, table, flip, past)
        assert flip.rises in after
        assert now.options[0] not in after


def first_after(
    order: Ranking, table: Table, flip: crossover.Flip, value: float, near: float = 1e-7
) -> set[str]:
    """Who is first once one cell has another value; equal up to `near`."""
    column = table.criteria.index(flip.criterion)
    row = list(table.values[flip.option])
    row[column] = value
    changed = msgspec.structs.replace(table, values={**table.values, flip.option: tuple(row)})
    values = totals(changed, order.shares)
    return {id for id, total in values.items() if total >= max(values.values()) - near}


@given(problem=problems())
def test_the_verdict_is_what_trying_everything_says(
    problem: Problem, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    leaders = first(table, order.shares)
    said = crossover.verdict(now, scales)
    if len(leaders) > 1:
        assert said == "tie"
        return
    shaken = any(
        first(table, in_order(moved(order.shares, [id], share + step / 100), order.shares))
        != leaders
        for id, share in order.shares.items()
        for step in range(-5, 6)
        if 0 <= share + step / 100 <= 1
    )
    shaken = shaken or any(
        first(with_score(table, scales[id], option, score), order.shares) != leaders
        for option, row in table.scores.items()
        for id, now_ in zip(table.criteria, row, strict=True)
        for score in scales[id].neighbours(now_)
    )
    if shaken:
        assert said == "fragile"
    elif said == "fragile":
        # only a crossover between the whole points tried can have been missed
        assert any(c.change <= 0.05 + 1e-9 for c in crossover.crossovers(now))


def with_score(table: Table, criterion: Criterion, option: str, score: float) -> Table:
    row = list(table.values[option])
    row[table.criteria.index(criterion.id)] = criterion.value(score)
    return msgspec.structs.replace(table, values={**table.values, option: tuple(row)})


def test_one_level_that_only_reaches_equality_is_fragile(
    ranked: Make, scales: dict[str, Criterion]
) -> None:
    # 75 and 50 on one criterion alone: one level makes them equal
    order, _ = ranked({"a": [4], "b": [3]}, {"reach": 1})
    now = crossover.standing(order, scales)
    assert crossover.crossovers(now) == ()
    assert crossover.verdict(now, scales) == "fragile"
    wide, _ = ranked({"a": [5], "b": [3]}, {"reach": 1})
    assert crossover.verdict(crossover.standing(wide, scales), scales) == "robust"


def test_a_tie_has_no_crossovers_and_no_flips(ranked: Make, scales: dict[str, Criterion]) -> None:
    order, _ = ranked({"a": [4, 2], "b": [4, 2], "c": [1, 5]}, {"reach": 3, "burden": 2})
    now = crossover.standing(order, scales)
    assert crossover.verdict(now, scales) == "tie"
    assert crossover.crossovers(now) == crossover.flips(now, scales) == ()
    assert crossover.group_crossovers(now, ["reach"]) == ()
    assert crossover.sentences(now, scales, {"a": "Lamps", "b": "Boats", "c": "Ferry"}) == (
        "Lamps and Boats share first place.",
    )


def test_words_for_weights_and_scores(ranked: Make, scales: dict[str, Criterion]) -> None:
    # reach 100 : 25, burden 25 : 75 with 60 : 40, so 70 : 45; equal where 75 t = 50 (1 - t)
    order, _ = ranked({"a": [5, 4], "b": [2, 2]}, {"reach": 60, "burden": 40})
    now = crossover.standing(order, scales)
    reach, burden = crossover.crossovers(now)
    assert (reach.at, burden.at) == (pytest.approx(0.4), pytest.approx(0.6))
    one, two = crossover.sentences(now, scales, {"a": "Lamps", "b": "Ferry"})
    assert one == "Lamps stays first unless Reach weighs less than 40 % (now 60 %)."
    # 25 points of overall value are 41.7 points on reach: from 100 to 58.3, score 3.33
    assert two == "Ferry would be first if Lamps scored below 3.33 on Reach (now 5)."
    assert crossover.percent(msgspec.structs.replace(reach, at=0.598)) == "59.8 %"


def test_words_where_nothing_can_change_it(ranked: Make, scales: dict[str, Criterion]) -> None:
    order, _ = ranked({"a": [5, 1], "b": [1, 5]}, {"reach": 60, "burden": 40})
    now = crossover.standing(order, scales)
    one, two = crossover.sentences(now, scales, {"a": "Lamps", "b": "Ferry"})
    assert one == "Lamps stays first whatever a single criterion weighs."
    assert two == "No single score could change the first place."


def test_only_complete_options_take_part(ranked: Make, scales: dict[str, Criterion]) -> None:
    order, table = ranked({"a": [5, 1], "b": [None, 1], "c": [2, 2]}, {"reach": 1, "burden": 1})
    assert crossover.standing(order, scales, table.values).options == ("a", "c")


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"a": [None], "b": [None]}, "no option is complete"),
        ({"a": [3], "b": [None]}, "only one option is complete"),
    ],
)
def test_too_few_options(
    scores: dict[str, list[int | None]], said: str, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, _ = ranked(scores, {"reach": 1})
    with pytest.raises(EvaluatorError, match=said):
        crossover.standing(order, scales)


def test_unknown_names_and_other_methods(ranked: Make, scales: dict[str, Criterion]) -> None:
    order, _ = ranked({"a": [5, 1], "b": [2, 2]}, {"reach": 1, "burden": 1})
    now = crossover.standing(order, scales)
    with pytest.raises(EvaluatorError, match="no criterion 'reech'"):
        crossover.group_crossovers(now, ["reech"])
    with pytest.raises(EvaluatorError, match="must leave some out"):
        crossover.group_crossovers(now, ["reach", "burden"])
    with pytest.raises(EvaluatorError, match="no complete option 'z'"):
        crossover.neighbours(now, "z")
    with pytest.raises(EvaluatorError, match="crossovers of vikor"):
        crossover.standing(msgspec.structs.replace(order, method="vikor"), scales)


def test_no_numpy_is_loaded() -> None:
    code = "import sys, evaluator.analysis.crossover; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(problem=problems(), data=st.data())
def test_the_shares_that_make_an_option_first_are_all_there_are(
    problem: Problem, data: st.DataObject, ranked: Make, scales: dict[str, Criterion]
) -> None:
    order, table = ranked(*problem)
    now = crossover.standing(order, scales, table.values)
    option = data.draw(st.sampled_from(now.options))
    for reach in crossover.reaches(now, option):
        assert reach.now == order.shares[reach.criterion]
        for at in (n / 20 for n in range(21)):
            if order.shares[reach.criterion] > 1 - 1e-6 and at < 1:
                continue  # the others weigh nothing: they have no proportions to keep
            there = in_order(moved(order.shares, [reach.criterion], at), order.shares)
            values = totals(table, there)
            behind = max(values.values()) - values[option]
            if reach.low is None or reach.high is None:
                assert behind > -1e-6
            elif reach.low <= at <= reach.high:
                assert behind == pytest.approx(0, abs=1e-6)
            elif not reach.low - 1e-6 <= at <= reach.high + 1e-6:
                assert behind > 0
    with pytest.raises(EvaluatorError, match="no complete option 'z'"):
        crossover.reaches(now, "z")


def test_an_open_option_that_is_ahead_already_is_said_to_be(
    ranked: Make, scales: dict[str, Criterion]
) -> None:
    # reach alone counts 90: the open boats have at least 90, lamps and ferry 45 + 5
    scores = {"a": [3, 3], "b": [3, 3], "c": [5, None]}
    order, table = ranked(scores, {"reach": 90, "burden": 10})
    now = crossover.standing(order, scales, table.values)
    assert [row.rank for row in order.rows] == [2, 2, None]
    titles = {"a": "Lamps", "b": "Ferry", "c": "Boats"}
    one, two = crossover.sentences(now, scales, titles)
    assert one == "Boats, still open, is ahead whatever the missing scores will be."
    assert two == "Lamps and Ferry share first place among the options with every score."
    # at 40 to 60 they have 40 to 100, against 50
    order, table = ranked(scores, {"reach": 40, "burden": 60})
    now = crossover.standing(order, scales, table.values)
    assert crossover.sentences(now, scales, titles) == (
        "Lamps and Ferry share first place.",
        "Still open, Boats may yet come first.",
    )


def test_a_tie_at_the_end_of_a_share_is_fragile(scales: dict[str, Criterion]) -> None:
    # the one criterion that parts the two weighs 4 of 100 and can only go down to 0, where they
    # are equal; a tenth of any scale is 10 points of value, or 0.4 of overall value
    made = {f"c{n}": scales["jobs"] for n in range(25)}
    rows = ((100.0, *[0.0] * 24), (0.0,) * 25)
    scores = tuple(tuple(5 * value for value in row) for row in rows)
    now = crossover.Standing(tuple(made), (0.04,) * 25, ("a", "b"), rows, scores, (4.0, 0.0))
    assert crossover.crossovers(now) == ()
    assert crossover.verdict(now, made) == "fragile"


def test_all_criteria_that_could_change_it_are_told(
    ranked: Make, scales: dict[str, Criterion]
) -> None:
    # values 100 0 50 against 0 100 50: reach and burden at 60 and 20 of 100, jobs at 20
    order, _ = ranked({"a": [5, 5, 250], "b": [1, 1, 250]}, {"reach": 60, "burden": 20, "jobs": 20})
    now = crossover.standing(order, scales)
    (one, _) = crossover.sentences(now, scales, {"a": "Lamps", "b": "Ferry"})
    # reach against 40 that are half burden: equal at 1/3; burden against 80 at 3/4 reach: at 3/7
    assert one == (
        "Lamps stays first unless Burden weighs more than 43 % (now 20 %) "
        "or Reach less than 33 % (now 60 %)."
    )
