"""Making projects: each passes its check, and nothing that is there is overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.creation import create
from evaluator.errors import EvaluatorError
from evaluator.model import Option, OptionSet
from evaluator.project import Project


def test_a_new_project_passes_its_check(tmp_path: Path) -> None:
    made = create(tmp_path / "a" / "plan")
    assert [path.name for path in made] == ["options.toml", "criteria.toml"]
    assert Project.check(tmp_path / "a" / "plan") == []
    assert Project.open(tmp_path / "a" / "plan").title == "plan"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(st.text(max_size=30))
def test_any_title_is_written_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, title: str
) -> None:
    folder = tmp_path_factory.mktemp("any") / "plan"
    create(folder, title=title, options=OptionSet(options={"quay": Option("quay", "Quay")}))
    found = Project.open(folder)
    assert found.title == (title or "plan")
    assert list(found.options.options) == ["quay"]


def test_a_title_of_bytes_that_are_no_text_is_readable(tmp_path: Path) -> None:
    create(tmp_path / "plan", title="H\udcffe\x07 \u202e “🚢”")
    assert Project.open(tmp_path / "plan").title == "H?e\x07 \u202e “🚢”"
    text = (tmp_path / "plan/criteria.toml").read_text(encoding="utf-8")
    assert r'title = "H?e\U00000007 \U0000202e “🚢”"' in text


def test_the_example_is_a_project_with_a_workshop(tmp_path: Path) -> None:
    made = create(tmp_path / "example", example=True)
    assert all(path.exists() for path in made)
    project = Project.open(tmp_path / "example", plugins=False)
    assert len(project.options.options) == 16
    assert project.session_names() == ["sample-workshop"]


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda f: f.write_text("x"), "is a file, not a folder. Choose another name"),
        (
            lambda f: (f.mkdir(), (f / "criteria.toml").write_text("")),
            "holds a project already. Choose another folder, or open it: evaluator -C FOLDER",
        ),
        (
            lambda f: (f.mkdir(), (f / "criteria.toml").symlink_to("gone")),
            "holds a project already. Choose another folder, or open it: evaluator -C FOLDER",
        ),
        (
            lambda f: (f.mkdir(), (f / "plugins").write_text("")),
            "can't be written: file exists.",
        ),
    ],
)
def test_a_folder_that_is_taken_is_left_alone(tmp_path: Path, spoil: object, says: str) -> None:
    folder = tmp_path / "plan"
    spoil(folder)  # type: ignore[operator]
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(EvaluatorError) as caught:
        create(folder)
    assert str(caught.value) == f"{folder}: {says}"
    assert sorted(tmp_path.rglob("*")) == before


def test_options_that_lie_there_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "options.toml").write_text("mine")
    with pytest.raises(EvaluatorError, match=r"options\.toml: is there already. Move it away"):
        create(tmp_path)
    assert (tmp_path / "options.toml").read_text() == "mine"
    assert not (tmp_path / "criteria.toml").exists()
