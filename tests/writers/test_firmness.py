"""Exports carry how firm the ranking is, and the best set with what lies beside it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from evaluator.api import Report
from evaluator.model import Criterion
from evaluator.project import Project
from evaluator.report import build
from evaluator.results import ranked
from evaluator.workshop import Workshop
from evaluator.writers import firmness, html, markdown, xlsx
from evaluator.writers import json as as_json

ROWS = {"lamps": (4, 2), "ferry": (5, 4), "boats": (1, 5)}
PARTS = (
    "How firm the ranking is",
    "What would change the first place",
    "Burden at 33.3 % (now 40 %): Run a night ferry to the island draws level and passes",
    "Ranks under all weights",
    "seed 1; standard error of a figure at most",
    "First under weights such as",
    "Dominated: never better than another option",
    "Best set under the budget",
    "Core: the share of 200 weightings",
    "Just out: Teach sailing in school; it would cost",
    "Most worth for its money, the cheapest first: Put lamps along the harbour",
    "no option is marked as the reference",
)


@pytest.fixture
def session(project: Project) -> Workshop:
    """Lamps 45 + 30 = 75, ferry 60 + 10 = 70, boats 0; equal where reach weighs 2/3."""
    workshop = project.begin("First", participants=["Amina"])
    for option, row in ROWS.items():
        for criterion, score in zip(("reach", "burden"), row, strict=True):
            workshop.score(option, criterion, score, participant="amina")
    workshop.set_scenario("wide", {"reach": 90, "burden": 10})
    workshop.save()
    return workshop


@pytest.fixture
def reported(project: Project, session: Workshop) -> Callable[..., Report]:
    def made(method: str = "additive", scenario: str | None = None) -> Report:
        chosen = project.host.methods()[method]
        ranking = ranked(session, method=chosen, scenario=scenario)
        return build(project, session, ranking)

    return made


def sheets(data: bytes) -> str:
    with zipfile.ZipFile(BytesIO(data)) as book:
        return book.read("xl/sharedStrings.xml").decode()


def test_every_format_tells_all_of_it(reported: Callable[..., Report]) -> None:
    report = reported()
    told = {
        "md": markdown.write(report).decode().replace("\\", ""),
        "html": html.write(report).decode().replace("\u00a0", " "),
        "xlsx": sheets(xlsx.write(report)),
    }
    for name, text in told.items():
        missing = [part for part in PARTS if part not in text]
        assert not missing, (name, missing)


def test_json_holds_both_documents(reported: Callable[..., Report]) -> None:
    found = json.loads(as_json.write(reported()))
    assert found["robustness"]["verdict"] == "fragile"
    assert found["robustness"]["crossovers"][0]["at"] == pytest.approx(2 / 3)
    assert found["portfolio"]["chosen"] == ["lamps", "ferry"]
    assert found["method"] == "additive"


def test_another_weight_set_is_spoken_of_as_what_it_is(reported: Callable[..., Report]) -> None:
    report = reported(scenario="wide")
    assert report.ranking.rows[0].option == "ferry"
    assert report.robustness.startswith("Run a night ferry to the island stays first unless")
    assert report.analyses["robustness"]["crossovers"][0]["falls"] == "ferry"
    # 90 on reach: lamps 67.5 + 7.5, ferry 90 + 2.5
    assert report.analyses["portfolio"]["value"] == pytest.approx(75 + 92.5)


def test_another_method_is_named_with_its_parameters(reported: Callable[..., Report]) -> None:
    told = markdown.write(reported("topsis")).decode()
    assert "Method: topsis (normalisation = vector)" in told
    assert "What follows is said of the additive ranking" in told


def test_limits_and_varying_scores_in_words() -> None:
    scale = {"cost": Criterion("cost", "Cost", "How much?", "lower", scale=(0, 9))}
    asked = {"within": 5, "order": ["cost"], "between": {"cost": [1, 2.5]}, "uncertain": "gaps"}
    assert firmness.asked_for(asked, scale) == [
        "weights within 5 points of those in force",
        "weights in order: Cost",
        "Cost between 1 % and 2.5 %",
        "scores vary: open cells vary over their levels or scale",
    ]
    assert firmness.asked_for({"within": None, "order": [], "uncertain": None}, scale) == []
