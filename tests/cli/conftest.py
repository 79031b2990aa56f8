"""Running the program in this process, and a session in which two people have scored."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from evaluator.cli import main, terminal
from evaluator.project import Project

SCORES = {
    "amina": {"lamps": (4, 1), "ferry": (5, 4), "boats": (2, 3)},
    "bilal": {"lamps": (3, 2), "ferry": (4, 3), "boats": (1, 2)},
}


class Result(NamedTuple):
    """What one call gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        document = json.loads(self.out)
        assert document["schema"] == 1
        return document


Run = Callable[..., Result]


@pytest.fixture
def run(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `evaluator -C PROJECT …`."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LOGNAME", "tester")

    def call(*arguments: str, at: Path | None = root) -> Result:
        capsys.readouterr()
        where = ["-C", str(at)] if at is not None else []
        status = main([*where, *arguments])
        out, err = capsys.readouterr()
        return Result(status, out, err)

    return call


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody sits at the terminal."""
    monkeypatch.setattr(terminal, "somebody_there", lambda: True)


@pytest.fixture
def scored(root: Path) -> Path:
    """The project with a session `first`; group: lamps 72.5, ferry 67.5, boats 32.5."""
    fill(Project.open(root), SCORES)
    return root


def fill(project: Project, scores: dict[str, dict[str, tuple[Any, Any]]], **session: Any) -> None:
    """Begins `first` and gives each person's scores, (reach, burden) by option."""
    workshop = project.begin("First", participants=[name.title() for name in scores], **session)
    for who, rows in scores.items():
        for option, cells in rows.items():
            for criterion, score in zip(("reach", "burden"), cells, strict=True):
                if score is not None:
                    workshop.score(option, criterion, score, participant=who)
    workshop.save()
