"""Writes a first plugin, with tests that pass at once, for its author to change."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Final

from evaluator.api import API_VERSION
from evaluator.display import shorten
from evaluator.errors import fail, reason
from evaluator.model import ID_RULE, MAX_CRITERION_ID, is_id
from evaluator.plugin import hookspecs, inprocess
from evaluator.plugin.sources import FOLDER

_PLUGIN: Final = Template('''\
"""$title: say here in one sentence what it asks of an option."""

from evaluator.api import Criterion, Suggestion, find, hookimpl, likert
$head

def suggest(option):
    """More words found, a higher score; nothing found, no suggestion."""
    found = find(option, $cues)
    if not found:
        return None
    score = min(5, 2 + len(found))
    return Suggestion(score, confidence=0.3, rationale="Names the matter", evidence=found)


@hookimpl
def evaluator_criteria():
    """One criterion, from 1 to 5."""
    yield Criterion(
        id="$id",
        title="$title",
        question="How much does the option do for this, within five years?",
        better="higher",
        levels=likert("Nothing", "Little", "Something", "Much", "Very much"),
        suggest=suggest,
    )
''')

_TEST: Final = Template('''\
"""Tests of the criterion "$id"; run them with pytest."""

$imports

pytest_plugins = ["evaluator.testing"]


@pytest.fixture
def criterion(evaluator_host):
    return evaluator_host.load($what)["$id"]


def test_it_keeps_what_a_criterion_promises(criterion):
    check_criterion(criterion)


def test_a_text_that_names_the_matter_gets_a_score(criterion):
    suggestion = ask(criterion, Option("one", "…", text="More $word for all."))
    assert suggestion.score == 3
    assert [(found.start, found.end) for found in suggestion.evidence] == [(5, $end)]


def test_a_text_that_says_nothing_of_it_gets_none(criterion):
    assert ask(criterion, Option("one", "…")) is None
''')

_PROJECT: Final = Template("""\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "evaluator-$id"
version = "0.1.0"
description = "The criterion $id for evaluator."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["evaluator>=1,<2"]

[project.optional-dependencies]
test = ["pytest"]

[project.entry-points.evaluator]
$id = "$module"

[tool.hatch.build.targets.wheel]
packages = ["src/$module"]

[tool.pytest.ini_options]
pythonpath = ["src"]
testpaths = ["tests"]
""")

_README: Final = Template("""\
# evaluator-$id

The criterion `$id` for evaluator. Install it where evaluator is installed:

    pip install evaluator-$id

Then name it in a project's `criteria.toml`:

    [criteria.$id]
    weight = 10
""")

_WORKFLOW: Final = Template("""\
name: test
on: [push, pull_request]
jobs:
  test:
    runs-on: ubuntu-latest
    strategy:
      matrix:
        python: ["3.11", "3.12", "3.13"]
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: $${{ matrix.python }}
      - run: pip install '.[test]'
      - run: pytest
""")


def new_plugin(root: Path, id: str) -> list[Path]:
    """Writes `plugins/ID.py` and `tests/test_ID.py` into a project; gives what was made.

    Raises:
        EvaluatorError: the id is none or taken, a file is there already, or can't be written.
    """
    _refuse_bad(id)
    load = f'Path(__file__).parents[1] / "{FOLDER}" / "{id}.py"'
    imports = (
        "from pathlib import Path\n\nimport pytest\n\n"
        "from evaluator.api import Option\nfrom evaluator.testing import ask, check_criterion"
    )
    return _write(
        root,
        {
            f"{FOLDER}/{id}.py": _PLUGIN.substitute(_words(id), head=""),
            f"tests/test_{id}.py": _TEST.substitute(_words(id), imports=imports, what=load),
        },
    )


def new_package(root: Path, id: str) -> list[Path]:
    """Writes a package `evaluator-ID/` into a folder: entry point, tests, CI; gives what was made.

    Raises:
        EvaluatorError: as `new_plugin`.
    """
    _refuse_bad(id)
    module = "evaluator_" + id.replace("-", "_")
    words = {**_words(id), "module": module}
    head = f'\n__version__ = "0.1.0"\nEVALUATOR_API = "{API_VERSION[0]}.{API_VERSION[1]}"\n'
    imports = (
        f"import {module}\nimport pytest\n\n"
        "from evaluator.api import Option\nfrom evaluator.testing import ask, check_criterion"
    )
    files = {
        "pyproject.toml": _PROJECT.substitute(words),
        "README.md": _README.substitute(words),
        f"src/{module}/__init__.py": _PLUGIN.substitute(words, head=head),
        f"tests/test_{module}.py": _TEST.substitute(words, imports=imports, what=module),
        ".github/workflows/test.yml": _WORKFLOW.substitute(words),
    }
    return _write(root, {f"evaluator-{id}/{name}": text for name, text in files.items()})


def _words(id: str) -> dict[str, str]:
    parts = id.split("-")
    longest = max(parts, key=len)
    cues = ", ".join(f'"{part}*"' for part in dict.fromkeys(parts) if part == longest)
    title = shorten(" ".join(parts).capitalize(), 30)
    end = str(len("More ") + len(longest))
    return {"id": id, "title": title, "cues": cues, "word": longest, "end": end}


def _refuse_bad(id: str) -> None:
    if not is_id(id, MAX_CRITERION_ID):
        raise fail(f"{id!r} is no id", ID_RULE.format(MAX_CRITERION_ID).capitalize())
    if id in inprocess.built_in(hookspecs.CRITERIA):
        raise fail(f"{id!r} is the id of a built-in criterion", "Take another one")


def _write(root: Path, texts: dict[str, str]) -> list[Path]:
    for name in texts:
        if (root / name).exists() or (root / name).is_symlink():
            raise fail("is there already", "Take another id, or move it away", file=name)
    made = []
    for name, text in texts.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except OSError as error:
            raise fail(f"can't be written: {reason(error)}", file=name) from None
        made.append(path)
    return made
