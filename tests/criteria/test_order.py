"""How well the word lists order texts that a person has labelled.

Concordance: the share of pairs whose labels are two or more levels apart which the suggestions
put in the same order; a tie and a missing suggestion count as half right. Chance is 0.5.
"""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from evaluator import examples
from evaluator.criteria import evaluator_criteria
from evaluator.model import Criterion, Option

LABELLED = tomllib.loads(
    (Path(__file__).parents[1] / "data" / "suggest" / "labelled.toml").read_text(encoding="utf-8")
)
CRITERIA = list(evaluator_criteria())


def concordance(pairs: list[tuple[int, float | None]]) -> float:
    """Of (label, suggested score or None) pairs."""
    right = [
        0.5 if None in (x, y) or x == y else float((x < y) == (a < b))  # type: ignore[operator]
        for (a, x), (b, y) in combinations(pairs, 2)
        if abs(a - b) >= 2
    ]
    return sum(right) / len(right)


def suggested(criterion: Criterion, option: Option) -> float | None:
    assert criterion.suggest is not None
    found = criterion.suggest(option)
    return found.score if found else None


def test_concordance_itself() -> None:
    assert concordance([(1, 1.0), (3, 2.0), (5, 3.0)]) == 1
    assert concordance([(1, 3.0), (3, 2.0), (4, 1.0)]) == 0, "labels 3 and 4 are not far apart"
    assert concordance([(1, None), (5, 2.0)]) == 0.5
    assert concordance([(1, 2.0), (5, 2.0)]) == 0.5


@pytest.mark.parametrize("criterion", CRITERIA, ids=[c.id for c in CRITERIA])
@pytest.mark.parametrize("chosen", ["tuned", "fresh"])
def test_labelled_texts_are_ordered(criterion: Criterion, chosen: str) -> None:
    items = [
        (item["labels"][criterion.id], Option(id=id, title="", text=item["text"]))
        for id, item in LABELLED["items"].items()
        if item["set"] == chosen and criterion.id in item["labels"]
    ]
    assert len(items) >= 100
    assert concordance([(label, suggested(criterion, o)) for label, o in items]) >= 0.8


@pytest.mark.parametrize("criterion", CRITERIA, ids=[c.id for c in CRITERIA])
def test_the_example_is_ordered(criterion: Criterion) -> None:
    path = Path(examples.__file__).with_name("us_pakistan_2024.toml")
    options = tomllib.loads(path.read_text(encoding="utf-8"))["options"]
    place = CRITERIA.index(criterion)
    pairs = []
    for id, labels in LABELLED["example"].items():
        told = {name: options[id][name] for name in ("title", "summary", "text")}
        pairs.append((labels[place], suggested(criterion, Option(id=id, **told))))
    assert len(pairs) == 16
    assert concordance(pairs) >= 0.75
