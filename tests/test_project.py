"""criteria.toml: what it may say, what is refused, and declared criteria with their word lists."""

from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.model import Level
from evaluator.project import Project, find_root

HEAD = 'schema = 1\noptions = "options.toml"\n'


def opened(root: Path, text: str) -> Project:
    (root / "criteria.toml").write_text(HEAD + text, encoding="utf-8")
    return Project.open(root)


def said(root: Path, text: str) -> str:
    with pytest.raises(EvaluatorError) as caught:
        opened(root, text)
    return str(caught.value)


def test_without_criteria_the_four_built_in_ones_are_in_use(root: Path) -> None:
    assert list(opened(root, "").criteria) == [
        "cost", "china-sensitivity", "india-sensitivity", "feasibility",
    ]  # fmt: skip


def test_a_declared_criterion_needs_no_code(root: Path) -> None:
    project = opened(
        root,
        """
[criteria.public-support]
question = "How would the public take it?"
better = "higher"
levels = ["Protest", "Mixed", "Approval"]

[criteria.jobs]
question = "How many jobs?"
better = "higher"
unit = "thousand"
scale = [0, 500]
curve = [[0, 0], [100, 60], [500, 100]]
weight = 30
""",
    )
    support, jobs = project.criteria.values()
    assert support.title == "Public support"
    assert support.levels == (Level(1, "Protest"), Level(2, "Mixed"), Level(3, "Approval"))
    assert jobs.value(50) == 30, "half the way from (0, 0) to (100, 60)"
    assert jobs.anchor(120) == "120 thousand"
    assert project.weights == {"public-support": 10, "jobs": 30}


def test_a_project_says_a_known_criterion_differently(root: Path) -> None:
    project = opened(
        root,
        """
[criteria.cost]
title = "Price"
[criteria.cost.levels.5]
describe = "More than a year's budget."
[criteria.cost.suggest.cues.lamps]
words = ["lamps"]
score = 5
note = "wiring"
unless = ["without"]
""",
    )
    cost = project.criteria["cost"]
    assert cost.title == "Price"
    assert cost.levels[4].describe == "More than a year's budget."
    assert len(cost.levels) == 5
    workshop = project.begin("Any")
    found = workshop.suggestion("lamps", "cost")
    assert found is not None
    assert found.score == 5
    assert any(evidence.note == "wiring" for evidence in found.evidence)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[criteria.csot]\nweight = 1\n", ["criteria.csot", "'cost'"]),
        ("[criteria]\ncost = 5\n", ["criteria.cost", "not a table"]),
        ("[criteria.cost]\nweight = -1\n", ["criteria.cost.weight", "from 0 up"]),
        ("[criteria.cost]\nweight = 0\n", ["all weights are 0"]),
        ('[criteria.x]\nlevels = ["a", "b"]\n', ["x.question", "x.better"]),
        ('[criteria.x]\nquestion = "x?"\nbetter = "up"\nlevels = ["a", "b"]\n', ["'up'"]),
        ('[criteria.cost.suggest]\ncombine = "median"\n', ["combine", "'median'"]),
        (
            '[criteria.cost.suggest.cues.a]\nwords = ["x"]\nscore = 9\n',
            ["outside the scale", "1 to 5"],
        ),
        ('[portfolio]\nmust = ["lmaps"]\n', ["'lmaps'", "'lamps'"]),
        ('[suggestions]\nshow = "sometimes"\n', ["'sometimes'"]),
    ],
)
def test_every_fault_names_place_and_cure(root: Path, text: str, says: list[str]) -> None:
    message = said(root, text)
    assert "criteria.toml" in message
    assert all(word in message for word in says), message


def test_all_faults_of_all_files_at_once(root: Path) -> None:
    (root / "options.toml").write_text(
        'schema = 1\n[options.a]\ntitle = ""\n[options.B]\ntitle = 5\n'
    )
    message = said(root, '[criteria.cost]\nweight = "high"\n[criteria.x]\nquestion = 1\n')
    assert len(message.splitlines()) >= 5
    assert "options.toml:3" in message
    assert "criteria.toml:4" in message


def test_a_link_that_leaves_the_project_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text((root / "options.toml").read_text())
    (root / "options.toml").unlink()
    (root / "options.toml").symlink_to(tmp_path / "outside.toml")
    with pytest.raises(EvaluatorError, match=r"options\.toml: is a link that leaves"):
        Project.open(root)
    (root / "inside.toml").write_text((tmp_path / "outside.toml").read_text())
    (root / "options.toml").unlink()
    (root / "options.toml").symlink_to("inside.toml")
    assert len(Project.open(root).options.options) == 3


def test_the_project_is_found_upward(root: Path) -> None:
    deep = root / "a" / "b"
    deep.mkdir(parents=True)
    assert find_root(deep) == root.resolve()


def test_a_broken_session_is_named_and_no_other_is_taken(project: Project, root: Path) -> None:
    project.begin("One").save()
    project.begin("Two").save()
    path = root / "sessions" / "one" / "session.toml"
    path.write_bytes(path.read_bytes()[:100])
    assert [summary.id for summary in project.sessions() if summary.problem] == ["one"]
    with pytest.raises(EvaluatorError, match=r"sessions/one/session\.toml"):
        project.session_id()
    assert project.session_id("two") == "two"


def test_strange_files_are_named_and_in_nobodys_way(project: Project, root: Path) -> None:
    made = project.begin("One", participants=["Amina"])
    made.join("amina")
    made.score("lamps", "reach", 3)
    made.save()
    ballots = root / "sessions/one/ballots/round-1"
    copy = (ballots / "amina.toml").read_bytes()
    for name in (
        "amina (conflicted copy 2026-11-23).toml",
        "amina.sync-conflict-20261123-101010-ABCDEFG.toml",
        "amina (Amina's conflicted copy).toml",
    ):
        (ballots / name).write_bytes(copy)
    (root / "sessions/one/ballots/round-one").mkdir()
    (root / "sessions/empty").mkdir()
    problems = Project.check(root)
    assert {problem.level for problem in problems} == {"warning"}
    assert len(problems) == 5
    assert len(project.workshop("one").ballots()) == 1


def test_a_copied_ballot_is_an_error_and_never_a_second_voter(project: Project, root: Path) -> None:
    made = project.begin("One", participants=["Amina", "Bilal"])
    made.join("amina")
    made.score("lamps", "reach", 3)
    made.save()
    ballots = root / "sessions/one/ballots/round-1"
    (ballots / "bilal.toml").write_bytes((ballots / "amina.toml").read_bytes())
    assert [p.level for p in Project.check(root)] == ["error"]
    with pytest.raises(EvaluatorError, match=r"bilal\.toml"):
        project.workshop("one").ranking()
    assert project.workshop("one").ranking("amina").rows[0].scores["reach"] == 3
