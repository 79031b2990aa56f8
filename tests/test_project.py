"""criteria.toml: what it may say, what is refused, and declared criteria with their word lists."""

import shutil
from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.model import Level
from evaluator.plugin import sources, trust
from evaluator.project import Project, find_root, from_plugin

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


def test_a_known_criterion_may_have_another_curve_and_origin(root: Path) -> None:
    project = opened(
        root,
        """
[criteria.cost]
curve = [[1, 100], [3, 80], [5, 0]]
from = "our own"
[criteria.feasibility]
better = "higher"
""",
    )
    cost, feasibility = project.criteria.values()
    # half the way from (1, 100) to (3, 80), and from (3, 80) to (5, 0)
    assert (cost.value(2), cost.value(4)) == (90, 40)
    assert (cost.origin, feasibility.origin) == ("our own", "built in")
    assert [len(c.levels) for c in (cost, feasibility)] == [5, 5]


def test_a_known_criterion_may_be_measured_instead(root: Path) -> None:
    project = opened(root, '[criteria.cost]\nscale = [0, 200]\nunit = "million"\n')
    cost = project.criteria["cost"]
    assert (cost.levels, cost.scale, cost.value(50)) == ((), (0, 200), 75)


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


# -- what a project knows from plugins


PLUGIN = """\
from evaluator.api import Criterion, Suggestion, hookimpl, likert

@hookimpl
def evaluator_criteria():
    yield Criterion("charm", "Charm", "Is it charming?", "higher", likert("No", "Some", "Yes"),
                    suggest=lambda option: Suggestion(2, 0.5, "Says so"))
"""


def with_plugin(root: Path, *, trusted: bool) -> None:
    (root / "plugins").mkdir(exist_ok=True)
    (root / "plugins/charm.py").write_text(PLUGIN)
    text = (root / "criteria.toml").read_text()
    (root / "criteria.toml").write_text(text + "\n[criteria.charm]\nweight = 5\n")
    if trusted:
        for found in sources.find_in(root)[0]:
            trust.grant(root, found)


def test_a_session_outlives_the_plugin_it_was_begun_with(root: Path) -> None:
    with_plugin(root, trusted=True)
    project = Project.open(root)
    assert from_plugin(project.criteria["charm"])
    assert not from_plugin(project.criteria["reach"])
    made = project.begin("First", participants=["Amina"])
    made.act_as("amina")
    made.score("lamps", "charm", 3)
    made.save()
    assert Project.check(root) == []
    (root / "plugins/charm.py").unlink()
    text = (root / "criteria.toml").read_text()
    (root / "criteria.toml").write_text(text.replace("[criteria.charm]\nweight = 5\n", ""))
    (said,) = Project.check(root)
    assert str(said) == (
        "sessions/first/session.toml: criteria.charm: its plugin is not loaded; its frozen scale "
        "and scores still count. Try: evaluator plugins list"
    )
    assert (said.level, said.key) == ("warning", "criteria.charm")
    assert Project.open(root).workshop("first").ranking("amina").rows[0].scores["charm"] == 3


def test_a_session_keeps_a_declared_criterion_that_the_project_dropped(root: Path) -> None:
    Project.open(root).begin("First").save()
    text = (root / "criteria.toml").read_text()
    cut = text[: text.index("[criteria.burden]")] + text[text.index("[portfolio]") :]
    (root / "criteria.toml").write_text(cut)
    assert Project.check(root) == []
    assert list(Project.open(root).workshop("first").criteria) == ["reach", "burden"]


def test_a_criterion_of_a_plugin_that_waits_is_missing_and_no_error(root: Path) -> None:
    with_plugin(root, trusted=False)
    project = Project.open(root)
    assert project.missing == ("charm",)
    assert [problem.level for problem in project.problems] == ["warning"]
    assert "known from no plugin that is loaded" in project.problems[0].what


def test_without_waiting_a_plugins_criterion_is_missing_and_nothing_is_said(root: Path) -> None:
    with_plugin(root, trusted=True)
    project = Project.open(root, wait=False)
    assert (project.missing, project.problems) == (("charm",), ())
    assert list(project.weights) == ["reach", "burden"]
    again = Project.open(root).again()
    assert list(again.criteria) == ["reach", "burden", "charm"], "the plugin runs already"


def test_a_broken_criteria_toml_leaves_the_open_project_alone(project: Project, root: Path) -> None:
    (root / "criteria.toml").write_text("schema = ")
    with pytest.raises(EvaluatorError, match="no good TOML"):
        project.again()
    assert list(project.criteria) == ["reach", "burden"]


def test_a_scale_said_differently_keeps_the_words_that_fit_it(root: Path) -> None:
    words = '[criteria.cost]\nlevels = ["Cheap", "Dear"]\n'
    (root / "options.toml").write_text(
        'schema = 1\n[options.a]\ntitle = "Build a dam"\ntext = "Build a large dam."\n'
    )
    project = opened(root, words)
    found = project.begin("Any").suggestion("a", "cost")
    assert found is not None
    assert found.score == 2, "building, the top of the built-in scale, is the top of this one"


# -- sessions that are not what they should be


def test_a_folder_of_sessions_must_be_one_of_the_project(root: Path, tmp_path: Path) -> None:
    project = Project.open(root)
    (root / "sessions").write_text("x")
    said = "sessions: is no folder. Put a folder of the project there"
    for ask in (project.session_names, lambda: project.begin("New")):
        with pytest.raises(EvaluatorError) as caught:
            ask()
        assert str(caught.value) == said
    assert [str(problem) for problem in Project.check(root)] == [said]
    (root / "sessions").unlink()
    (root / "sessions").symlink_to(tmp_path)
    with pytest.raises(EvaluatorError, match="is a link that leaves the project"):
        project.sessions()


def test_a_session_behind_a_link_that_leaves_is_not_opened(
    project: Project, root: Path, tmp_path: Path
) -> None:
    project.begin("First").save()
    (root / "sessions/first").rename(tmp_path / "first")
    (root / "sessions/first").symlink_to(tmp_path / "first")
    (summary,) = project.sessions()
    said = "sessions/first: is a link that leaves the project."
    assert str(summary.problem) == said
    with pytest.raises(EvaluatorError) as caught:
        project.workshop("first")
    assert str(caught.value) == said
    assert [str(problem) for problem in Project.check(root)] == [said]


def test_a_session_with_a_name_that_is_none_is_an_error(project: Project, root: Path) -> None:
    project.begin("First").save()
    (root / "sessions/first").rename(root / "sessions/First One")
    assert [str(problem) for problem in Project.check(root)] == [
        "sessions/First One: 'First One' can't name a session's folder. Use a–z, 0–9 and -"
    ]


def test_a_session_without_its_options_is_an_error(project: Project, root: Path) -> None:
    project.begin("First").save()
    (root / "sessions/first/options.toml").unlink()
    assert [str(problem) for problem in Project.check(root)] == [
        "sessions/first/options.toml: is not there. Put it there, or mend the name"
    ]


def test_a_session_needs_criteria_and_a_free_name(root: Path, project: Project) -> None:
    project.begin("First").save()
    for id, says in [
        ("first", r"sessions: a session 'first' is there already. Choose another --id"),
        ("No id", "'No id' can't name a session's folder. Use a–z, 0–9 and -, at most 64"),
    ]:
        with pytest.raises(EvaluatorError) as caught:
            project.begin("Other", id=id)
        assert str(caught.value) == says
    assert project.begin("First").id == "first-2"
    with pytest.raises(EvaluatorError, match="the title of a session is blank"):
        project.begin(" ")
    with pytest.raises(EvaluatorError, match=r"criteria.toml: no criteria are in use"):
        opened(root, "[criteria]\n").begin("Other")


def test_a_deleted_session_lies_where_it_can_be_found(project: Project, root: Path) -> None:
    project.begin("First").save()
    place = project.delete_session("first")
    assert place.parent == root.resolve() / "sessions/.deleted"
    assert (place / "session.toml").is_file()
    assert project.sessions() == []
    assert Project.check(root) == []
    with pytest.raises(EvaluatorError, match="no session 'first'"):
        project.delete_session("first")


def test_a_session_that_can_not_be_moved_stays(project: Project, root: Path) -> None:
    project.begin("First").save()
    (root / "sessions/.deleted").write_text("a file in the way")
    with pytest.raises(EvaluatorError, match=r"sessions/first: can't be deleted: file exists"):
        project.delete_session("first")
    assert project.session_names() == ["first"]


def test_ballots_that_can_not_be_counted_are_none(project: Project, root: Path) -> None:
    made = project.begin("First", participants=["Amina"])
    made.score("lamps", "reach", 3, participant="amina")
    made.save()
    assert project.sessions()[0].ballots == 1
    folder = root / "sessions/first/ballots"
    shutil.rmtree(folder)
    folder.write_text("a file where the folder should be")
    assert project.sessions()[0].ballots == 0


def test_without_options_no_rule_names_a_wrong_one(root: Path) -> None:
    (root / "options.toml").write_text("schema = 1\n")
    assert opened(root, '[portfolio]\nmust = ["later"]\n').problems == ()
