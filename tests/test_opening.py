"""What the app opens, what a new project holds, and the user's own settings."""

from pathlib import Path

import pytest

from evaluator import settings
from evaluator.creation import create, example_root
from evaluator.errors import EvaluatorError
from evaluator.model import Option, OptionSet
from evaluator.opening import open_here
from evaluator.project import Project


def test_a_folder_without_a_project_is_no_error(tmp_path: Path) -> None:
    found = open_here(tmp_path)
    assert (found.project, found.workshop) == (None, None)


def test_one_comes_back_to_the_session_one_left(root: Path) -> None:
    first = open_here(root, who="Amina")
    assert first.workshop is not None
    first.workshop.score("lamps", "reach", 4)
    first.workshop.save()
    again = open_here(root / "sessions", who="amina")
    assert again.workshop is not None
    assert again.workshop.id == first.workshop.id
    assert again.workshop.me == "amina"
    assert again.workshop.ballot().score("lamps", "reach") == 4
    assert again.workshop.undo_label is None


def test_whoever_took_part_comes_back_to_a_session_that_is_over(project: Project) -> None:
    closed = project.begin("Closed", participants=["Amina"])
    closed.close_round()
    closed.save()
    found = open_here(project.root, who="Amina")
    assert found.workshop is not None
    assert found.workshop.id == "closed"
    assert found.workshop.me == "amina"
    assert not found.workshop.can_score
    assert found.note == ""


def test_for_others_one_of_today_begins_and_the_one_that_is_over_is_named(project: Project) -> None:
    closed = project.begin("Closed", participants=["Amina"], blind=True)
    closed.close_round()
    closed.save()
    found = open_here(project.root, who="Zoe")
    assert found.workshop is not None
    assert found.workshop.id != "closed"
    assert not found.workshop.on_disk
    assert found.note == "Closed is closed"
    stranger = open_here(project.root, who="Zoe", session="closed")
    assert stranger.workshop is not None
    assert stranger.workshop.me is None


def test_a_second_session_of_a_day_gets_another_id(project: Project) -> None:
    from evaluator.opening import begin_today

    first = begin_today(project)
    first.save()
    assert begin_today(project).id == f"{first.id}-2"


def test_no_session_round_or_folder_is_an_error_that_names_it(root: Path, project: Project) -> None:
    project.begin("First").save()
    with pytest.raises(EvaluatorError, match=r"'frist'.*'first'"):
        open_here(root, session="frist")
    with pytest.raises(EvaluatorError, match="no round 3"):
        open_here(root, session="first", round_=3)
    with pytest.raises(EvaluatorError, match="no folder"):
        open_here(root / "criteria.toml")


def test_the_settings_name_theme_and_keys(own_home: Path) -> None:
    folder = settings.config_folder()
    assert folder.is_relative_to(own_home)
    folder.mkdir(parents=True)
    path = folder / "config.toml"
    path.write_text('name = "Amina R."\ntheme = "nord"\n[keys]\nundo = "z"\nfind = ["f", "/"]\n')
    found = settings.load()
    assert (found.who, found.theme) == ("Amina R.", "nord")
    assert found.keys == {"undo": ("z",), "find": ("f", "/")}
    path.write_text("name = 5\n")
    assert "config.toml:1" in str(settings.load().problems[0])
    assert settings.load().who
    path.write_text("name = \n")
    assert settings.load().problems


def test_a_new_project_passes_check(tmp_path: Path) -> None:
    made = create(tmp_path / "a", title='Quote " and \\ and ü')
    assert {path.name for path in made} == {"criteria.toml", "options.toml"}
    assert Project.check(tmp_path / "a") == []
    assert Project.open(tmp_path / "a").title == 'Quote " and \\ and ü'
    options = OptionSet(title="Plan", options={"x": Option("x", "Do it")})
    create(tmp_path / "b", options=options)
    assert Project.open(tmp_path / "b").options.options["x"].title == "Do it"


def test_a_project_is_never_made_over_another(root: Path, tmp_path: Path) -> None:
    before = (root / "criteria.toml").read_bytes()
    with pytest.raises(EvaluatorError, match="holds a project already"):
        create(root)
    assert (root / "criteria.toml").read_bytes() == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(EvaluatorError, match="not a folder"):
        create(tmp_path / "file")
    half = tmp_path / "half"
    half.mkdir()
    (half / "options.toml").write_text("mine")
    with pytest.raises(EvaluatorError, match=r"options\.toml: is there already"):
        create(half)
    assert (half / "options.toml").read_text() == "mine"
    assert not (half / "criteria.toml").exists()


def test_the_example_is_the_repositorys_own_project(tmp_path: Path) -> None:
    create(tmp_path / "copy", example=True)
    copy, source = Project.open(tmp_path / "copy"), Project.open(example_root())
    assert copy.options == source.options
    assert list(copy.criteria) == list(source.criteria)
    assert "# Take" not in (tmp_path / "copy" / "options.toml").read_text()
    assert len(copy.options.options) == 16
    sample = copy.workshop("sample-workshop")
    assert not sample.session.is_open
    assert "invented" in sample.session.title
    assert len(sample.ballots()) == 5
    assert sample.ranking().rows[0].rank == 1
