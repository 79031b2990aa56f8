"""Changes to criteria.toml on request: comments stay, and the project stays good."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.editing import add_criterion, add_cue
from evaluator.errors import EvaluatorError
from evaluator.plugin import sources, trust
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


PLUGIN = """\
from evaluator.api import Criterion, hookimpl, likert

@hookimpl
def evaluator_criteria():
    yield Criterion("charm", "Charm", "Is it charming?", "higher", likert("No", "Yes"))
"""


def test_naming_one_more_keeps_the_four_that_nobody_named(root: Path) -> None:
    (root / "criteria.toml").write_text('schema = 1\noptions = "options.toml"\n')
    (root / "plugins").mkdir()
    (root / "plugins/charm.py").write_text(PLUGIN)
    for found in sources.find_in(root)[0]:
        trust.grant(root, found)
    before = list(Project.open(root).criteria)
    add_criterion(Project.open(root), "charm", 5)
    project = Project.open(root)
    assert list(project.criteria) == [*before, "charm"]
    assert list(project.weights.values()) == [10, 10, 10, 10, 5]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda path: path.write_text("schema = "), "criteria.toml: can't be changed: "),
        (lambda path: path.write_bytes(b"a = '\xff'"), "criteria.toml: can't be changed: "),
        (lambda path: path.unlink(), "criteria.toml: can't be written: no such file or directory."),
    ],
)
def test_a_file_that_was_spoilt_meanwhile_is_named(
    root: Path, spoil: Callable[[Path], object], says: str
) -> None:
    project = Project.open(root)
    spoil(root / "criteria.toml")
    with pytest.raises(EvaluatorError) as caught:
        add_cue(project, "burden", "quay", 4)
    assert str(caught.value).startswith(says)


def test_a_word_for_a_criterion_that_is_none(root: Path) -> None:
    with pytest.raises(EvaluatorError, match=r"no criterion 'burdn'. Did you mean 'burden'?"):
        add_cue(Project.open(root), "burdn", "quay", 4)
