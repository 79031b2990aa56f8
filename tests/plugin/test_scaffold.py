"""What is written for a new author passes at once."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.model import ID, is_id
from evaluator.plugin.check import check_file
from evaluator.plugin.scaffold import new_package, new_plugin
from evaluator.testing import EvaluatorHost, check_criterion


def run_tests(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:asyncio"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_a_new_plugin_passes_its_tests_and_the_check(root: Path) -> None:
    made = new_plugin(root, "public-support")
    assert made == [root / "plugins/public-support.py", root / "tests/test_public-support.py"]
    result = check_file(made[0], root=root)
    assert result.problems == ()
    assert result.criteria[0].title == "Public support"
    run_tests(root)


def test_a_new_package_passes_its_tests_and_offers_its_entry_point(tmp_path: Path) -> None:
    made = new_package(tmp_path, "public-support")
    folder = tmp_path / "evaluator-public-support"
    assert [path.relative_to(folder).as_posix() for path in made] == [
        "pyproject.toml",
        "README.md",
        "src/evaluator_public_support/__init__.py",
        "tests/test_evaluator_public_support.py",
        ".github/workflows/test.yml",
    ]
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    assert project["entry-points"] == {"evaluator": {"public-support": "evaluator_public_support"}}
    assert "${{ matrix.python }}" in made[-1].read_text()
    run_tests(folder)


def test_an_installed_package_is_found_by_its_entry_point(root: Path, tmp_path: Path) -> None:
    new_package(tmp_path, "public-support")
    folder, site = tmp_path / "evaluator-public-support", tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", site, folder], check=True, capture_output=True)
    env = {**os.environ, "PYTHONPATH": str(site)}
    shutil.rmtree(folder / "src")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio", "-o", "pythonpath="],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "3 passed" in done.stdout, done.stdout
    command = Path(sys.executable).with_name("evaluator")
    done = subprocess.run(
        [command, "-C", root, "plugins", "list", "--json"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    listed = {plugin["name"]: plugin for plugin in json.loads(done.stdout)["plugins"]}
    assert listed["public-support"]["source"] == "installed"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.from_regex(ID, fullmatch=True).filter(lambda word: is_id(word, 40)))
def test_every_id_gives_a_criterion_that_keeps_its_promises(tmp_path: Path, id: str) -> None:
    path = new_plugin(tmp_path / "p", id)[0]
    host = EvaluatorHost()
    check_criterion(host.load(path)[id])
    host.close()
    for made in (tmp_path / "p").rglob("*.py"):
        made.unlink()


@pytest.mark.parametrize("id", ["", "Öl", "a b", "-a", "../a", "x" * 41, "option", "cost"])
def test_what_is_no_free_id_is_refused_and_nothing_written(tmp_path: Path, id: str) -> None:
    for make in (new_plugin, new_package):
        with pytest.raises(EvaluatorError, match="id"):
            make(tmp_path, id)
    assert not (tmp_path / "plugins").exists()


def test_nothing_is_overwritten(root: Path) -> None:
    (root / "tests").mkdir()
    (root / "tests/test_mine.py").write_text("mine")
    with pytest.raises(EvaluatorError, match="is there already"):
        new_plugin(root, "mine")
    assert not (root / "plugins").exists()
    assert (root / "tests/test_mine.py").read_text() == "mine"


def test_a_folder_that_is_a_file_is_named(root: Path) -> None:
    (root / "plugins").write_text("a file")
    with pytest.raises(EvaluatorError, match="can't be written"):
        new_plugin(root, "mine")
