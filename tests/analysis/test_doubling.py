"""A criterion and a budget that measure the same thing: by name, and by the order they give."""

from __future__ import annotations

import pytest

from evaluator.analysis.doubling import doubled, sentence
from evaluator.model import Criterion, Option


def criteria(title: str) -> dict[str, Criterion]:
    return {"a": Criterion("a", title, "How much?", "lower", scale=(0, 100))}


def options(*uses: float) -> list[Option]:
    return [Option(f"o{n}", f"O{n}", resources={"money": use}) for n, use in enumerate(uses)]


@pytest.mark.parametrize(
    ("title", "found"),
    [("Cost", True), ("Money needed", True), ("Public support", False), ("Time", False)],
)
def test_names_that_mean_the_same(title: str, found: bool) -> None:
    some = options(1, 2)
    values = {option.id: (50.0,) for option in some}
    pairs = doubled(some, values, criteria(title), {"a": 1.0}, ["money"])
    assert pairs == ([("a", "money")] if found else [])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ((90, 80, 70, 60, 50), True),  # the dearer, the worse
        ((90, 80, 60, 70, 50), True),  # one pair of ten turned: tau-b is 0.8
        ((80, 90, 60, 70, 50), False),  # two: 0.6
        ((50, 60, 70, 80, 90), False),  # what costs more is better: no double counting
        ((90, 80, 70, 60, None), False),  # four are too few to tell
        ((50, 50, 50, 50, 50), False),
    ],
)
def test_the_same_order(values: tuple[float | None, ...], found: bool) -> None:
    some = options(10, 20, 30, 40, 50)
    table = {option.id: (value,) for option, value in zip(some, values, strict=True)}
    pairs = doubled(some, table, criteria("Effort"), {"a": 1.0}, ["money"])
    assert bool(pairs) is found
    assert doubled(some, table, criteria("Effort"), {"a": 0.0}, ["money"]) == []
    assert doubled(some, table, criteria("Effort"), {"a": 1.0}, ["staff"]) == []


def test_it_is_said_in_one_sentence() -> None:
    said = sentence("Cost", "money")
    assert said == "Cost and the budget of money seem to measure one thing: it counts twice."
