"""The repository's own plugin keeps the rules that it shows others."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from evaluator.model import Option
from evaluator.plugin.contract import suggestion_fault

FILE = Path(__file__).parents[2] / "plugins" / "visibility.py"


@pytest.fixture(scope="module")
def criterion():
    spec = importlib.util.spec_from_file_location("visibility", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (found,) = module.evaluator_criteria()
    return found


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Amend annex B.", None),
        ("Tell the public.", 2),
        ("Public jobs, more jobs.", 3),
        ("People, voters, elections, families, jobs, schools and refugees.", 5),
    ],
)
def test_it_counts_kinds_of_people(criterion, text: str, score: int | None) -> None:
    option = Option(id="o", title="", text=text)
    found = criterion.suggest(option)
    assert (found and found.score) == score
    assert suggestion_fault(criterion, option, found) == ""


def test_it_fits_the_screen(criterion) -> None:
    assert criterion.id == "visibility"
    assert criterion.head == "Public"
    assert len(criterion.levels) == 5
