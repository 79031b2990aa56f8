"""Every block of Python and TOML in the documents for authors of plugins works as it stands.

A block whose first line names a file is that file; the others of a page run one after the other.
"""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from evaluator.plugin.check import check_file
from evaluator.plugin.manage import review, trust_review
from evaluator.project import Project
from evaluator.testing import EvaluatorHost

DOCS = Path(__file__).parents[1] / "docs"
TUTORIAL = "tutorial/write-a-criterion.md"
PAGES = (
    TUTORIAL,
    "how-to/test-a-criterion.md",
    "how-to/package-a-criterion.md",
    "how-to/declare-a-criterion.md",
    "reference/plugin-api.md",
    "explanation/why-plugins-run-apart.md",
)
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w/.-]+\.\w+)\n")


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [body for name, body in BLOCK.findall(text) if name == language]


def files(*pages: str) -> dict[str, str]:
    found = [body for page in pages for body in blocks(page, "python")]
    return {match[1]: body for body in found if (match := FILE.match(body))}


@pytest.mark.parametrize("page", PAGES)
def test_python_runs(page: str) -> None:
    module = ModuleType("page")
    for body in blocks(page, "python"):
        if not FILE.match(body):
            exec(compile(body, page, "exec"), module.__dict__)
        else:
            compile(body, page, "exec")


def test_the_examples_of_the_reference_are_good_hooks() -> None:
    module = ModuleType("reference")
    for body in blocks("reference/plugin-api.md", "python"):
        exec(compile(body, "reference", "exec"), module.__dict__)
    host = EvaluatorHost()
    host.load(module)
    assert (list(host.readers), list(host.writers)) == (["tabbed"], ["plain"])
    assert list(host.methods) == ["maximin"]


def test_the_tutorials_plugin_passes_the_check_and_its_tests(root: Path) -> None:
    for name, body in files(TUTORIAL, "how-to/test-a-criterion.md").items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(body, encoding="utf-8")
    assert check_file(root / "plugins/reversibility.py", root=root).problems == ()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:asyncio"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert "4 passed" in done.stdout, done.stdout


def test_the_tutorial_leads_to_suggestions(root: Path) -> None:
    path = root / "plugins/reversibility.py"
    path.parent.mkdir()
    path.write_text(files(TUTORIAL)["plugins/reversibility.py"], encoding="utf-8")
    trust_review(review(path, root), root)
    with (root / "criteria.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + "\n".join(blocks(TUTORIAL, "toml")))
    project = Project.open(root)
    with project.host as host:
        assert project.criteria["reversibility"].origin == "reversibility"
        assert project.weights["reversibility"] == 10
        assert host.problems() == ()


def test_what_the_how_to_declares_is_a_good_project(root: Path) -> None:
    for body in blocks("how-to/declare-a-criterion.md", "toml"):
        with (root / "criteria.toml").open("a", encoding="utf-8") as file:
            file.write("\n" + body)
    assert Project.check(root) == []
    assert {"public-support", "jobs", "reversibility"} <= set(Project.open(root).criteria)


def test_the_entry_point_is_toml() -> None:
    (body,) = blocks("how-to/package-a-criterion.md", "toml")
    points = tomllib.loads(body)["project"]["entry-points"]["evaluator"]
    assert points == {"reversibility": "evaluator_reversibility"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+\.md)\)", text):
        assert (DOCS / page).parent.joinpath(target).is_file(), target
