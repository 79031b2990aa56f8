"""The published cases: each figure of each file, within the file's own tolerance."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluator.analysis import (
    agreement,
    crossover,
    dominance,
    group,
    methods,
    portfolio,
    robustness,
    uncertain,
    weights,
)
from evaluator.model import Criterion, Option

FOLDER = Path(__file__).parents[1] / "data" / "cases"
CASES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.toml")}
Answer = dict[str, Any]


def additive(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    value = methods.additive(given["matrix"], given["weights"])
    kept = dominance.efficient(value.tolist(), given["cost"])
    return {
        "value": value,
        "rank_min": methods.competition_ranks(value),
        "efficient_value_vs_cost": [given["options"][i] for i in kept],
    }


def ahp_hierarchy(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    top = weights.ahp(given["criteria_pairwise"])
    # The printed ratios of the options follow the later table, 0.52 for three items: with the
    # 0.58 that the file names they would be 0.032 and 0.056.
    below = [weights.ahp(matrix, "saaty-2004") for matrix in given["option_pairwise"]]
    value = weights.synthesis(top.weights, [each.weights for each in below])
    return {
        "value": value,
        "rank_min": methods.competition_ranks(value),
        "criteria_weights": top.weights,
        "criteria_cr": top.consistency_ratio,
        "option_cr_first_two": [each.consistency_ratio for each in below[:2]],
    }


def ahp_weights(case: dict[str, Any]) -> Answer:
    found = weights.ahp(case["inputs"]["pairwise"])
    assert found.random_index == case["params"]["random_index"]
    assert not found.consistent
    assert found.worst is not None
    items = case["inputs"]["items"]
    assert (items[found.worst.row], items[found.worst.column]) == ("neighbourhood", "condition")
    return {
        "weights": found.weights,
        "lambda_max": found.lambda_max,
        "consistency_index": found.consistency_index,
        "consistency_ratio": found.consistency_ratio,
    }


def borda_copeland(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    ranks = [[1 + ballot.index(o) for o in given["options"]] for ballot in given["ballots"]]
    found = agreement.borda(ranks, given["ballot_count"])
    assert found.n == 100
    assert found.condorcet is not None
    return {
        "borda": found.points,
        "condorcet_winner": given["options"][found.condorcet],
        "copeland_wins": list(found.wins),
    }


def weight_crossover(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    totals = methods.additive(given["matrix"], given["weights"]).tolist()
    order = sorted(range(len(totals)), key=lambda i: -totals[i])
    now = crossover.Standing(
        criteria=tuple(given["criteria"]),
        shares=tuple(given["weights"]),
        options=tuple(given["options"][i] for i in order),
        values=tuple(tuple(given["matrix"][i]) for i in order),
        scores=tuple(tuple(given["matrix"][i]) for i in order),
        totals=tuple(totals[i] for i in order),
    )
    (found,) = crossover.group_crossovers(now, given["group"])
    assert found.at < found.now
    return {
        "current_group_weight": found.now,
        "leader": found.falls,
        "next_leader_below": found.rises,
        "crossover_group_weight": found.at,
    }


def pareto(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    kept = dominance.non_dominated(given["matrix"], given["directions"])
    return {"non_dominated": [given["options"][i] for i in kept]}


def icc(case: dict[str, Any]) -> Answer:
    found = agreement.icc(case["inputs"]["scores"])
    assert (found.n, found.judges) == (6, 4)
    return {name: getattr(found, name) for name in case["expected"]}


def ipras(case: dict[str, Any]) -> Answer:
    counts = case["inputs"]["counts_1_to_9"]
    ratings = [[float(score) for score, n in enumerate(counts, 1) for _ in range(n)]]
    (found,) = group.ram(np.array(ratings), case["params"]["iprr"], case["params"]["correction"])
    assert found is not None
    assert found.n == 15
    return {
        "median": found.median,
        "p30": found.p30,
        "p70": found.p70,
        "ipr": found.ipr,
        "iprcp": found.centre,
        "asymmetry_index": found.asymmetry,
        "ipras": found.ipras,
        "disagreement": found.disagreement,
        "outside_median_region": found.outside,
    }


def kendall_w(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    scores = given.get("ranks") or given["scores"]
    found = agreement.kendall_w(scores)
    assert (found.items, found.n) == (len(scores), len(scores[0]))
    return {"W": found.w, "sum_of_squares": found.squares}


def krippendorff(case: dict[str, Any]) -> Answer:
    ratings = case["inputs"]["reliability"]
    names: tuple[agreement.Measure, ...] = ("nominal", "ordinal", "interval", "ratio")
    found = {name: agreement.krippendorff_alpha(ratings, name) for name in names}
    assert {each.n for each in found.values()} == {40}
    return {name: each.alpha for name, each in found.items()}


def best_set(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    names = [f"o{i}" for i in range(len(given["value"]))]
    requires: dict[str, list[str]] = {name: [] for name in names}
    excludes: dict[str, list[str]] = {name: [] for name in names}
    for table, pairs in ((requires, "requires"), (excludes, "excludes")):
        for i, j in given.get(pairs, []):
            table[names[i]].append(names[j])
    options = [
        Option(
            name, name, resources={"money": cost},
            requires=tuple(requires[name]), excludes=tuple(excludes[name]),
        )
        for name, cost in zip(names, given["cost"], strict=True)
    ]  # fmt: skip
    worth = dict(zip(names, map(float, given["value"]), strict=True))
    chosen = portfolio.best(options, worth, portfolio.Rules(budget={"money": given["budget"]}))
    return {"value": sum(worth[id] for id in chosen), "chosen": [int(n in chosen) for n in names]}


def promethee(case: dict[str, Any]) -> Answer:
    given, set_ = case["inputs"], case["params"]
    found = methods.promethee(
        given["matrix"], given["weights"], given["directions"], functions=set_["functions"],
        q=set_["q"], p=set_["p"], s=set_.get("s", 0),
    )  # fmt: skip
    assert found.net == pytest.approx(np.subtract(found.plus, found.minus))
    return {"net": found.net}


def smaa(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    values: Any = given.get("matrix")
    if values is None:
        cells = [[uncertain.Measurement(**cell) for cell in row] for row in given["measurements"]]
        values = uncertain.measured(cells, given["directions"])
    found = robustness.acceptability(values, draws=max(100_000, case["params"]["draws"]))
    return {
        "rank_acceptability": found.ranks,
        "central_weights": found.central,
        "confidence_factor": found.confidence,
    }


def topsis(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    scaling = "minmax" if "min-max" in case["params"]["normalisation"] else "vector"
    found = methods.topsis(given["matrix"], given["weights"], given["directions"], scaling)
    return {"closeness": found, "rank_min": methods.competition_ranks(found)}


def value_function(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    points = tuple(zip(given["cutoffs"], given["values"], strict=True))
    scale = (given["cutoffs"][0], given["cutoffs"][-1])
    made = Criterion("c", "C", "C?", given["better"], scale=scale, curve=points)
    for score in given["outside"]:
        with pytest.raises(ValueError, match="outside"):
            made.value(score)
    return {"value": [made.value(score) for score in given["x"]]}


def vikor(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    found = methods.vikor(
        given["matrix"], given["weights"], given["directions"], case["params"]["v"]
    )
    return {
        "S": found.s,
        "R": found.r,
        "Q": found.q,
        "rank_min": methods.competition_ranks([-q for q in found.q]),
        "acceptable_advantage": found.advantage,
        "acceptable_stability": found.stability,
        "compromise_set": [given["options"][i] for i in found.compromise],
    }


def rank_weights(case: dict[str, Any]) -> Answer:
    found = {f"roc_{n}": weights.rank_order_centroid(n) for n in case["inputs"]["n"]}
    found["rank_sum_4"] = weights.rank_sum(4)
    found["rank_reciprocal_4"] = weights.rank_reciprocal(4)
    return found


def weighted_product(case: dict[str, Any]) -> Answer:
    given = case["inputs"]
    found = methods.weighted_product(given["matrix"], given["weights"], given["directions"])
    summed = methods.weighted_product(given["matrix"], given["weights"], normalisation="sum")
    return {
        "ratio_A1_A2": found[0] / found[1],
        "ratio_A1_A3": found[0] / found[2],
        "ratio_A2_A3": found[1] / found[2],
        "rank_min": methods.competition_ranks(found),
        "log10_score_sum_scaled": np.log10(summed),
    }


ANSWERS: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "additive": additive,
    "ahp_hierarchy": ahp_hierarchy,
    "ahp_weights": ahp_weights,
    "borda_copeland": borda_copeland,
    "weight_crossover": weight_crossover,
    "pareto": pareto,
    "icc": icc,
    "ipras": ipras,
    "kendall_w": kendall_w,
    "krippendorff_alpha": krippendorff,
    "portfolio": best_set,
    "promethee2": promethee,
    "smaa2": smaa,
    "topsis": topsis,
    "piecewise_linear_value": value_function,
    "vikor": vikor,
    "rank_weights": rank_weights,
    "weighted_product": weighted_product,
}
# Figures whose tolerance goes by another name.
TOLERANCES = {"criteria_cr": "cr", "option_cr_first_two": "cr"}
# Two sets are best in this case: its value is compared, and its set checked against the rules.
LEFT_OUT = {"portfolio-requires-excludes-16": {"chosen"}}


def tolerance(case: dict[str, Any], figure: str) -> float:
    """The file's tolerance for a figure: by its name, its group's name, or the only one there."""
    given: dict[str, float] = case["tolerance"]
    if figure in given:
        return given[figure]
    if figure in TOLERANCES:
        return given[TOLERANCES[figure]]
    near = [name for name in given if figure.startswith(name)]
    return given[near[0]] if near else next(iter(given.values()))


def test_all_cases_are_here() -> None:
    assert len(CASES) == 26
    assert {case["method"] for case in CASES.values()} == set(ANSWERS)


@pytest.mark.parametrize("name", sorted(CASES))
def test_published_figures(name: str) -> None:
    case = CASES[name]
    answer = ANSWERS[case["method"]](case)
    figures = set(case["expected"]) - LEFT_OUT.get(name, set())
    assert figures <= set(answer)
    for figure in figures:
        expected = case["expected"][figure]
        words = np.asarray(expected).dtype.kind in "Ub"
        if words or figure in ("rank_min", "copeland_wins", "chosen"):
            assert answer[figure] == expected, figure
        else:
            off = np.abs(np.asarray(answer[figure], dtype=float) - np.asarray(expected))
            assert off.max() <= tolerance(case, figure), figure


def test_the_other_best_set_keeps_the_rules() -> None:
    case = CASES["portfolio-requires-excludes-16"]
    given = case["inputs"]
    chosen = best_set(case)["chosen"]
    assert sum(cost * taken for cost, taken in zip(given["cost"], chosen, strict=True)) <= 260
    assert all(chosen[j] for i, j in given["requires"] if chosen[i])
    assert not any(chosen[i] and chosen[j] for i, j in given["excludes"])
