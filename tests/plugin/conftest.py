"""Small plugins, put into the project of `root` and trusted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evaluator.model import Brief, Option
from evaluator.plugin import sources, trust
from evaluator.plugin.host import Host
from evaluator.plugin.wire import Limits

SOURCE = """\
import math, os, re, sys, time
from evaluator.api import Criterion, Evidence, Level, Suggestion, find, hookimpl, likert
{head}

def suggest(option):
    {body}


@hookimpl
def evaluator_criteria():
    {first}
    yield Criterion(
        id="{id}", title="Visibility", question="Would people notice?", better="higher",
        levels=likert("Hidden", "Few", "News", "Most", "Everyone"), suggest=suggest,
    )
"""
ANSWER = "return Suggestion(4.5, 0.3, 'Names a boat', find(option, 'boat*'))"

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def source() -> Callable[..., str]:
    """The text of a good plugin, in which one piece may be another."""

    def make(id: str = "visibility", head: str = "", body: str = ANSWER, first: str = "") -> str:
        return SOURCE.format(id=id, head=head, body=body, first=first or "pass")

    return make


@pytest.fixture
def write(root: Path, source: Callable[..., str]) -> Write:
    """Puts a plugin into the project: `write(name, text)`, or pieces of a good one by name."""

    def put(name: str = "visibility.py", text: str | None = None, **pieces: str) -> Path:
        path = root / "plugins" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source(**pieces) if text is None else text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Callable[..., str]) -> Write:
    """Puts a package with an entry point where this Python, and a worker's, finds it."""
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(site)
    monkeypatch.setenv("PYTHONPATH", str(site))

    def put(
        name: str = "foo", text: str | None = None, version: str = "0.3", **pieces: str
    ) -> Path:
        info = site / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[evaluator]\n{name} = {name}_plugin\n")
        path = site / f"{name}_plugin.py"
        path.write_text(source(**pieces) if text is None else text, encoding="utf-8")
        monkeypatch.delitem(sys.modules, f"{name}_plugin", raising=False)
        return path

    return put


@pytest.fixture
def trust_all(root: Path) -> Callable[[], None]:
    """Trusts every plugin of the project as it is now."""

    def trust_them() -> None:
        for found in sources.find_in(root)[0]:
            trust.grant(root, found)

    return trust_them


@pytest.fixture
def limits() -> Limits:
    """Short enough for tests, long enough for a busy machine."""
    return Limits(load=5.0, option=2.0, brief=5.0, memory=1 << 29)


@pytest.fixture
def host(root: Path, limits: Limits) -> Iterator[Host]:
    """The host of the project; it has not looked at anything yet."""
    with Host(root, limits=limits) as made:
        yield made


@pytest.fixture
def brief() -> Brief:
    options = (
        Option("boats", "Teach sailing", text="Every pupil sails a boat for two terms."),
        Option("lamps", "Put lamps along the harbour"),
    )
    return Brief("Harbour plan", options)
