"""Changes to criteria.toml on request: comments stay, and the project stays good."""

from pathlib import Path

import pytest

from evaluator.editing import add_criterion, add_cue
from evaluator.errors import EvaluatorError
from evaluator.project import Project


def test_a_criterion_is_put_to_use_and_comments_stay(root: Path) -> None:
    add_criterion(Project.open(root), "cost", 20)
    text = (root / "criteria.toml").read_text()
    assert text.startswith("# Written by hand: this comment stays.\n")
    assert list(Project.open(root).criteria) == ["reach", "burden", "cost"]
    assert Project.open(root).weights["cost"] == 20
    assert Project.check(root) == []


def test_a_criterion_beside_the_four_that_nobody_named(root: Path) -> None:
    (root / "criteria.toml").write_text('schema = 1\noptions = "options.toml"\n')
    project = Project.open(root)
    assert len(project.criteria) == 4
    with pytest.raises(EvaluatorError, match=r"'csot'.*'cost'"):
        add_criterion(project, "csot")
    add_criterion(project, "cost")
    assert len(Project.open(root).criteria) == 4


def test_a_marked_word_becomes_a_cue(root: Path) -> None:
    project = Project.open(root)
    add_cue(project, "burden", "Quay", 4, note="stone work")
    add_cue(Project.open(root), "burden", "harbour", 4)
    project = Project.open(root)
    assert Project.check(root) == []
    workshop = project.begin("Any")
    found = workshop.suggestion("lamps", "burden")
    assert found is not None
    assert found.score == 4
    text = (root / "criteria.toml").read_text()
    assert "# Written by hand: this comment stays." in text
    cue = """
[criteria.burden.suggest.cues.added-4]
words = ["quay", "harbour"]
score = 4
note = "stone work"

[portfolio]
"""
    assert cue in text
    with pytest.raises(EvaluatorError, match="outside the scale"):
        add_cue(project, "burden", "pier", 9)
    with pytest.raises(EvaluatorError, match="words"):
        add_cue(project, "burden", " * ", 3)
