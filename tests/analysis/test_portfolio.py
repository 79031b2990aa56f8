"""Portfolios against exhaustive search, by both solvers, and the errors that name what clashes."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.analysis import knapsack, milp, portfolio, solving
from evaluator.analysis.portfolio import Rules
from evaluator.errors import EvaluatorError
from evaluator.model import Option
from evaluator.progress import Cancelled

SHARES = {"reach": 0.7, "ease": 0.3}


def option(id: str, money: float = 0, **rest: Any) -> Option:
    return Option(id, id.capitalize(), resources={"money": money} if money else {}, **rest)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Option], dict[str, float], Rules]:
    """Up to nine options that need, exclude and are worth anything, under some rules."""
    count = draw(st.integers(1, 9))
    ids = [f"o{i}" for i in range(count)]
    some = st.lists(st.sampled_from(ids), max_size=2, unique=True)
    options = [
        Option(
            id,
            id,
            resources={"money": draw(st.integers(-2, 9)), "staff": draw(st.integers(0, 4))},
            requires=tuple(x for x in draw(some) if x != id) if draw(st.booleans()) else (),
            excludes=tuple(x for x in draw(some) if x != id) if draw(st.booleans()) else (),
            tags=("trade",) if draw(st.booleans()) else (),
        )
        for id in ids
    ]
    worth = {id: float(draw(st.integers(-5, 20))) for id in ids}
    rules = Rules(
        budget={"money": draw(st.integers(0, 25)), "staff": draw(st.integers(0, 12))},
        at_most={"trade": draw(st.integers(0, 4))},
        must=tuple(draw(st.lists(st.sampled_from(ids), max_size=1))),
        must_not=tuple(draw(st.lists(st.sampled_from(ids), max_size=1))),
    )
    return options, worth, rules


def keeps(options: Sequence[Option], chosen: set[str], rules: Rules) -> bool:
    picked = [o for o in options if o.id in chosen]
    return (
        all(set(o.requires) <= chosen and not set(o.excludes) & chosen for o in picked)
        and all(
            sum(o.resources.get(name, 0) for o in picked) <= most
            for name, most in rules.budget.items()
        )
        and all(sum(tag in o.tags for o in picked) <= k for tag, k in rules.at_most.items())
        and set(rules.must) <= chosen
        and not set(rules.must_not) & chosen
    )


def exhaustive(options: Sequence[Option], worth: dict[str, float], rules: Rules) -> float | None:
    found = None
    for mask in range(1 << len(options)):
        chosen = {o.id for i, o in enumerate(options) if mask >> i & 1}
        if keeps(options, chosen, rules):
            total = sum(worth[id] for id in chosen)
            found = total if found is None else max(found, total)
    return found


@given(problems())
@settings(max_examples=150)
def test_no_set_beats_it(problem: tuple[list[Option], dict[str, float], Rules]) -> None:
    options, worth, rules = problem
    most = exhaustive(options, worth, rules)
    if most is None:
        with pytest.raises(EvaluatorError):
            portfolio.best(options, worth, rules)
        return
    chosen = portfolio.best(options, worth, rules)
    assert keeps(options, set(chosen), rules)
    assert sum(worth[id] for id in chosen) == most
    assert chosen == sorted(chosen, key=[o.id for o in options].index)


@given(problems())
@settings(max_examples=60)
def test_the_next_budget_is_the_smallest_that_buys_more(
    problem: tuple[list[Option], dict[str, float], Rules],
) -> None:
    options, worth, rules = problem
    most = exhaustive(options, worth, rules)
    if most is None:
        return
    values = {id: [w, w] for id, w in worth.items()}
    found = portfolio.choose(options, values, SHARES, rules, draws=0)
    assert found.value == pytest.approx(most)
    named = {step.resource: step for step in found.next_budget}
    for name in rules.budget:
        others = {**rules.budget, name: 10**6}
        top = exhaustive(options, worth, replaced(rules, others))
        assert (name in named) == (top is not None and top > most)
        if name in named:
            step = named[name]
            less = replaced(rules, {**rules.budget, name: step.budget - 1})
            enough = replaced(rules, {**rules.budget, name: step.budget})
            assert exhaustive(options, worth, enough) == pytest.approx(step.value)
            assert exhaustive(options, worth, less) == most
            picked = (set(found.chosen) | set(step.adds)) - set(step.drops)
            assert sum(worth[id] for id in picked) == pytest.approx(step.value)


def replaced(rules: Rules, budget: dict[str, float]) -> Rules:
    return Rules(budget, rules.at_most, rules.must, rules.must_not)


@given(problems())
@settings(max_examples=60)
def test_near_misses_cost_what_forcing_them_costs(
    problem: tuple[list[Option], dict[str, float], Rules],
) -> None:
    options, worth, rules = problem
    if exhaustive(options, worth, rules) is None:
        return
    values = {id: [w, w] for id, w in worth.items()}
    found = portfolio.choose(options, values, SHARES, rules, draws=0)
    for miss in found.near_misses:
        forced = Rules(rules.budget, rules.at_most, (*rules.must, miss.option), rules.must_not)
        assert exhaustive(options, worth, forced) == pytest.approx(found.value - miss.loss)


def large(count: int, seed: int) -> tuple[list[Option], dict[str, float], Rules]:
    source = random.Random(seed)
    ids = [f"o{i}" for i in range(count)]
    options = [
        Option(
            id,
            id,
            resources={"money": source.randint(5, 90), "staff": source.randint(1, 9)},
            requires=tuple({source.choice(ids)} - {id}) if source.random() < 0.2 else (),
            excludes=tuple({source.choice(ids)} - {id}) if source.random() < 0.2 else (),
        )
        for id in ids
    ]
    worth = {id: source.random() * 100 for id in ids}
    return options, worth, Rules(budget={"money": count * 15, "staff": count * 2})


def test_both_solvers_find_the_same_value() -> None:
    options, worth, rules = large(40, 3)
    chosen = portfolio.best(options, worth, rules)
    value = sum(worth[id] for id in chosen)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knapsack, "best", too_large)
        other = portfolio.best(options, worth, rules)
    assert sum(worth[id] for id in other) == pytest.approx(value)
    assert keeps(options, set(other), rules)


def test_everything_is_found_by_highs_too() -> None:
    options, worth, rules = large(12, 6)
    values = {id: [w, 100 - w] for id, w in worth.items()}
    quick = portfolio.choose(options, values, SHARES, rules, draws=4)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knapsack, "best", too_large)
        slow = portfolio.choose(options, values, SHARES, rules, draws=4)
    assert slow.chosen == quick.chosen
    assert slow.value == pytest.approx(quick.value)
    assert slow.core == quick.core
    assert [step.budget for step in slow.next_budget] == [step.budget for step in quick.next_budget]
    assert slow.near_misses[0].loss == pytest.approx(quick.near_misses[0].loss)


def too_large(choice: knapsack.Choice) -> int:
    raise knapsack.TooLargeError


def test_the_search_gives_up_where_it_grows_too_large() -> None:
    options, worth, rules = large(40, 3)
    choice = portfolio._Plan(options, worth, rules).choice(worth)
    with pytest.raises(knapsack.TooLargeError):
        knapsack.best(choice, nodes=5)


def test_highs_finds_that_no_set_keeps_the_rules() -> None:
    """Three that exclude each other pairwise can't be two, as the income of two is asked for."""
    choice = knapsack.Choice(
        gains=(1.0, 1.0, 1.0),
        limits=(knapsack.Limit((-1.0, -1.0, -1.0), -2.0),),
        needs=(1, 2, 4),
        clashes=(6, 5, 3),
    )
    assert knapsack.best(choice) is None
    with milp.Child() as child:
        assert child.best(choice) is None
        assert child.best(choice.forced(into=1, out_of=1)) is None


def test_highs_keeps_what_an_option_needs() -> None:
    """The best one needs another, and both together are too dear."""
    choice = knapsack.Choice(
        gains=(5.0, 0.0, 3.0),
        limits=(knapsack.Limit((1.0, 1.0, 1.0), 1.0),),
        needs=(3, 2, 4),
        clashes=(0, 0, 0),
    )
    assert knapsack.best(choice) == 4
    with milp.Child() as child:
        assert child.best(choice) == 4


def test_the_solvers_banner_reaches_nobody() -> None:
    code = (
        "from evaluator.analysis import knapsack, milp\n"
        "choice = knapsack.Choice((1.0, 2.0), (knapsack.Limit((1.0, 1.0), 1.0),), (1, 2), (0, 0))\n"
        "with milp.Child() as child:\n"
        "    assert child.best(choice) == 2\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, env=os.environ
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_a_solver_that_ends_is_named() -> None:
    options, worth, rules = large(6, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knapsack, "best", too_large)
        patch.setattr(milp, "__file__", os.devnull)
        with pytest.raises(EvaluatorError, match="without HiGHS"):
            portfolio.best(options, worth, rules)


def test_a_solver_that_ends_half_way_is_named() -> None:
    options, worth, rules = large(6, 1)
    choice = portfolio._Plan(options, worth, rules).choice(worth)
    with pytest.MonkeyPatch.context() as patch, solving.Solver() as solver:
        patch.setattr(knapsack, "best", too_large)
        whole = [solver.best(choice) for _ in range(3)]
        assert len(set(whole)) == 1
        child = solver.children[0]
        child.process.kill()
        child.process.wait()
        with pytest.raises(EvaluatorError, match=r"without HiGHS \(the solver ended\)"):
            list(solver.all([choice] * 3))


def test_waiting_for_the_solver_can_be_stopped() -> None:
    options, worth, rules = large(12, 1)
    values = {id: [w, w] for id, w in worth.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(knapsack, "best", too_large)
        with pytest.raises(Cancelled):
            portfolio.choose(options, values, SHARES, rules, progress=lambda done, total: False)


def test_core_is_the_share_of_weights_that_choose_it() -> None:
    # one of two fits: a with w(reach) above ½, b below; c always
    options = [option("a", 5), option("b", 5), option("c"), option("d", 50)]
    values = {"a": [100, 0], "b": [0, 100], "c": [10, 10], "d": [90, 90]}
    told: list[tuple[int, int]] = []

    def note(done: int, total: int) -> None:
        told.append((done, total))

    found = portfolio.choose(options, values, SHARES, Rules({"money": 5}), progress=note)
    assert found.chosen == ("a", "c")
    assert found.value == pytest.approx(80)
    assert found.used == {"money": 5}
    assert found.core["a"] == pytest.approx(0.5, abs=0.1)
    assert found.core["a"] + found.core["b"] == pytest.approx(1)
    assert (found.core["c"], found.core["d"]) == (1, 0)
    assert told[-1] == (201, 201)
    again = portfolio.choose(options, values, SHARES, Rules({"money": 5}))
    assert again == found
    assert portfolio.core_index(options, values, Rules({"money": 5})) == found.core
    # d can't be had at all; b costs 70 - 30
    assert [(miss.option, miss.drops) for miss in found.near_misses] == [("b", ("a",))]
    assert found.near_misses[0].loss == pytest.approx(40)
    # 10 of money buys b as well
    assert [(step.budget, step.adds) for step in found.next_budget] == [(10, ("b",))]


@pytest.mark.parametrize("seed", range(12))
def test_near_misses_are_those_that_trying_every_set_finds(seed: int) -> None:
    luck = random.Random(seed)
    options = [option(f"o{n}", luck.randint(1, 9)) for n in range(luck.randint(8, 11))]
    worth = {o.id: float(luck.randint(1, 30)) for o in options}
    budget = luck.randint(5, 15)
    best = dict.fromkeys([*worth, ""], 0.0)
    for mask in range(1 << len(options)):
        chosen = [o for n, o in enumerate(options) if mask >> n & 1]
        if sum(o.resources["money"] for o in chosen) <= budget:
            value = sum(worth[o.id] for o in chosen)
            for id in ["", *(o.id for o in chosen)]:
                best[id] = max(best[id], value)
    values = {id: [w, w] for id, w in worth.items()}
    found = portfolio.choose(options, values, SHARES, Rules({"money": budget}), draws=1)
    out = [o for o in options if o.id not in found.chosen and o.resources["money"] <= budget]
    losses = sorted(best[""] - best[o.id] for o in out)
    assert [miss.loss for miss in found.near_misses] == pytest.approx(losses[:5])


def test_the_five_nearest_misses_are_told_the_nearest_first() -> None:
    options = [option(id, 1) for id in "abcdefghi"]
    values = {id: [100 - 9 * n] * 2 for n, id in enumerate("abcdefghi")}
    found = portfolio.choose(options, values, SHARES, Rules({"money": 2}), draws=2)
    assert found.chosen == ("a", "b")
    # each takes the place of b, which is worth 91
    assert [(miss.option, miss.drops) for miss in found.near_misses] == [
        (id, ("b",)) for id in "cdefg"
    ]
    assert [miss.loss for miss in found.near_misses] == pytest.approx([9, 18, 27, 36, 45])


def test_the_core_can_be_stopped() -> None:
    with pytest.raises(Cancelled):
        portfolio.choose(
            [option("a")], {"a": [1, 1]}, SHARES, Rules(), progress=lambda done, _: done < 5
        )


def test_worth_is_above_the_reference_which_is_never_chosen() -> None:
    options = [
        option("usual", reference=True), option("a"), option("b"),
        option("gone", status="discounted"), option("open"),
    ]  # fmt: skip
    values = {"usual": [50, 50], "a": [60, 60], "b": [40, 40], "gone": [99, 99], "open": [1, None]}
    found = portfolio.choose(options, values, SHARES, Rules(), draws=3)
    assert (found.chosen, found.left_out) == (("a",), ("open",))
    assert found.value == pytest.approx(10)
    assert set(found.core) == {"a", "b"}


def test_what_gives_nothing_is_not_chosen_unless_needed() -> None:
    options = [option("a", requires=("b",)), option("b"), option("c")]
    assert portfolio.best(options, {"a": 5.0, "b": 0.0, "c": 0.0}, Rules()) == ["a", "b"]


def test_options_in_a_circle_are_taken_together() -> None:
    options = [
        option("a", 4, requires=("b",)), option("b", 4, requires=("c",)),
        option("c", 4, requires=("a",)), option("d", 9),
    ]  # fmt: skip
    worth = {"a": 10.0, "b": -1.0, "c": 1.0, "d": 9.0}
    assert portfolio.best(options, worth, Rules({"money": 12})) == ["a", "b", "c"]
    assert portfolio.best(options, worth, Rules({"money": 11})) == ["d"]


def test_an_option_that_needs_what_cannot_be_chosen_is_not_chosen() -> None:
    options = [option("a", requires=("b",)), option("b", status="discounted"), option("c")]
    assert portfolio.best(options, {"a": 9.0, "c": 1.0}, Rules()) == ["c"]


def test_rules_come_from_the_project_with_budgets_of_now() -> None:
    settings_ = {"budget": {"money": 100, "staff": 3}, "at-most": {"trade": 2}, "must": ["a"]}
    found = portfolio.rules(settings_, {"money": 50})
    assert found == Rules({"money": 50, "staff": 3}, {"trade": 2}, ("a",), ())


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        (Rules(must=("z",)), "no option 'z'"),
        (Rules(must=("gone",)), "must asks for gone, which is discounted"),
        (Rules(must=("usual",)), "must asks for usual, which is the reference"),
        (Rules(must=("open",)), "must asks for open, which has an open cell"),
        (Rules(must=("a",), must_not=("a",)), "must and must-not both name a"),
        (Rules(must=("a",), must_not=("b",)), "must-not rules out b, needed by a"),
        (Rules(must=("lame",)), "asks for lame, which needs gone, and that is discounted"),
        (Rules(must=("lost",)), "asks for lost, which needs atlantis, and that is not known"),
        (Rules(must=("a", "foe")), "b and foe, which exclude each other"),
        (Rules({"money": 12}, must=("a",)), "must uses 14 money with all it requires, .* is 12"),
        (Rules(at_most={"trade": 1}, must=("a",)), "brings in 2 options tagged trade, .* most 1"),
        (Rules({"money": -1}), "the budget of money is -1, so not even the empty set"),
        (Rules(at_most={"trade": -1}), "at-most for trade is -1"),
    ],
)
def test_rules_that_clash_are_named(rules: Rules, said: str) -> None:
    options = [
        option("usual", reference=True), option("gone", status="discounted"), option("open"),
        option("a", 5, requires=("b",), tags=("trade",)), option("b", 9, tags=("trade",)),
        option("foe", excludes=("b",)), option("lame", requires=("gone",)),
        option("lost", requires=("atlantis",)),
    ]  # fmt: skip
    worth = {"a": 1.0, "b": 1.0, "foe": 1.0, "lame": 1.0, "lost": 1.0}
    with pytest.raises(EvaluatorError, match=said) as caught:
        portfolio.best(options, worth, rules)
    assert caught.value.problems[0].hint


def test_clashes_of_three_are_told_too() -> None:
    """Income only from two that exclude each other: each is possible, the two are not."""
    options = [option("a", -5, excludes=("b",)), option("b", -5), option("c", 8)]
    rules = Rules({"money": 0, "staff": 3}, {"trade": 2}, must=("c",))
    with pytest.raises(EvaluatorError, match=r"together: budget money, must c\."):
        portfolio.best(options, {"a": 1.0, "b": 1.0, "c": 1.0}, rules)


def test_nothing_to_choose_from() -> None:
    with pytest.raises(EvaluatorError, match="no option is complete"):
        portfolio.choose([option("a")], {"a": [None, 1]}, SHARES, Rules())
    with pytest.raises(EvaluatorError, match="the reference option usual has an open cell"):
        portfolio.choose([option("usual", reference=True)], {"usual": [None, 1]}, SHARES, Rules())
