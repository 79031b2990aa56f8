"""Columns of tables: which criterion a heading names, what a score may look like, memory."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from evaluator import exchange
from evaluator.api import Candidate
from evaluator.columns import criterion_of, given_scores, remember, remembered
from evaluator.errors import EvaluatorError
from evaluator.project import Project
from evaluator.workshop import Workshop


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("reach", "reach"),
        (" Reach ", "reach"),
        ("REACH, score", "reach"),
        ("Bürden", "burden"),
        ("burdens", None),
        ("burden.contribution", None),
        ("", None),
    ],
)
def test_a_heading_names_a_criterion_by_id_or_title(
    project: Project, heading: str, wanted: str | None
) -> None:
    assert criterion_of(heading, project.criteria) == wanted


def read(project: Project, **cells: object) -> dict[str, object]:
    return given_scores([("lamps", Candidate("Lamps", cells=dict(cells)))], project.criteria).scores


def test_numbers_labels_and_abstentions_are_scores(project: Project) -> None:
    assert read(project, reach=4, Burden="Much") == {"lamps": {"reach": 4, "burden": 4}}
    assert read(project, reach="Abstain", burden="–") == {"lamps": {"reach": "abstain"}}
    assert read(project, colour="blue") == {}


def test_every_cell_that_is_no_score_is_named(project: Project) -> None:
    with pytest.raises(EvaluatorError) as found:
        read(project, reach=9, burden="lots")
    assert [problem.key for problem in found.value.problems] == ["lamps.reach", "lamps.burden"]
    assert "from 1 to 5" in found.value.problems[0].hint


def test_scores_fill_what_is_open_and_never_replace(workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 4)
    given = {"lamps": {"reach": 1, "burden": 2, "charm": 3}, "nosuch": {"reach": 1}}
    merge = exchange.take_scores(workshop, "amina", given)
    assert merge.taken == 1
    assert [(d.option, d.criterion, d.here, d.theirs) for d in merge.differences] == [
        ("lamps", "reach", 4, 1)
    ]
    assert workshop.ballot().scores == {"lamps": {"reach": 4, "burden": 2}}
    workshop.undo()
    assert workshop.ballot().scores == {"lamps": {"reach": 4}}


def test_what_was_said_of_columns_is_kept_by_project(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    remember(one, {"Name": "title", "Nr": ""})
    remember(one, {"Nr": "id"})
    assert remembered(one) == {"Name": "title", "Nr": "id"}
    assert remembered(two) == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "3", "{", "[" * 60_000, '{"Name": "title", "a": "' + "x" * 64_000 + '"}']
)
def test_a_memory_that_can_not_be_used_is_none(tmp_path: Path, own_home: Path, text: str) -> None:
    remember(tmp_path, {"Name": "title"})
    (kept,) = (own_home / "state/evaluator/columns").iterdir()
    kept.write_text(text)
    assert remembered(tmp_path) == {}
    remember(tmp_path, {"Nr": "id"})
    assert remembered(tmp_path) == {"Nr": "id"}


def test_what_is_no_text_in_a_memory_is_passed_over(tmp_path: Path, own_home: Path) -> None:
    remember(tmp_path, {"Name": "title"})
    (kept,) = (own_home / "state/evaluator/columns").iterdir()
    kept.write_text('{"Name": "title", "Nr": 3}')
    assert remembered(tmp_path) == {"Name": "title"}


def test_nothing_is_remembered_where_nothing_can_be_written(tmp_path: Path, own_home: Path) -> None:
    (own_home / "state").write_text("a file where the folder should be")
    remember(tmp_path, {"Name": "title"})
    assert remembered(tmp_path) == {}


def test_scores_are_counted_abstentions_too(project: Project) -> None:
    cells = {"reach": "abstain", "Burden": 3, "colour": "blue"}
    found = given_scores([("lamps", Candidate("Lamps", cells=cells))], project.criteria)
    assert found.count == 2
    assert found.headings == {"reach": "reach", "Burden": "burden"}


@pytest.mark.parametrize("value", [6, 0, True, "six", float("nan"), None])
def test_what_is_no_score_is_said_with_the_scale(project: Project, value: object) -> None:
    with pytest.raises(EvaluatorError) as caught:
        given_scores(
            [("lamps", Candidate("Lamps", cells={"reach": value}))],
            project.criteria,
            file="t.csv",
        )
    assert str(caught.value) == (
        f"t.csv: lamps.reach: Reach: {str(value)!r} is no score on its scale. "
        'Put a number from 1 to 5, "abstain", or leave it empty'
    )


def test_two_criteria_of_one_heading_are_none(project: Project) -> None:
    one = project.criteria["reach"]
    twins = {"a": msgspec.structs.replace(one, id="a"), "b": msgspec.structs.replace(one, id="b")}
    assert criterion_of("Reach", twins) is None
    assert criterion_of("a", twins) == "a"
