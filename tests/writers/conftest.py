"""A report with ties, an open cell, an abstention, a zero weight and hostile words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from evaluator.api import Report
from evaluator.project import Project
from evaluator.report import build
from evaluator.results import ranked

HOSTILE = '=HYPERLINK("http://x","y") <script>alert(1)</script> \x1b[31m\u202e|*_`#'
JOBS = """
[criteria.jobs]
title = "Jobs"
question = "How many jobs within five years?"
better = "higher"
unit = "hundred"
scale = [0, 500]
curve = [[0, 0], [100, 60], [500, 100]]
weight = 0
"""
MORE = """
[options.bridge]
title = "Build a bridge"

[options.tunnel]
title = "Dig a tunnel"
status = "discounted"
reason = "Too deep"
"""


@pytest.fixture
def harbour(root: Path) -> Path:
    """The project with a criterion that weighs nothing and two more options."""
    for name, more in (("criteria.toml", JOBS), ("options.toml", MORE)):
        path = root / name
        path.write_text(path.read_text() + more)
    path = root / "options.toml"
    title = '"""' + HOSTILE.replace("\x1b", "\\u001b").replace("\u202e", "\\u202E") + '"""'
    path.write_text(path.read_text().replace('"Teach sailing in school"', title))
    return root


@pytest.fixture
def make(harbour: Path) -> Callable[..., Report]:
    """Builds a report on the scored session; keyword `method` ranks by another method."""
    project = Project.open(harbour)
    workshop = project.begin("First", participants=["Amina", "Bilal"])
    cells = {
        "amina": {"lamps": (4, 2, 100), "ferry": (4, 2, 300), "boats": (1, 5, 0), "bridge": (3, 3)},
        "bilal": {"lamps": (2, 4, 50), "ferry": (2, 4, 20), "boats": (1, 3, 500), "bridge": (5,)},
    }
    for who, rows in cells.items():
        for option, scores in rows.items():
            for criterion, score in zip(("reach", "burden", "jobs"), scores, strict=False):
                workshop.score(option, criterion, score, participant=who)
    workshop.score("bridge", "burden", "abstain", participant="bilal", note=HOSTILE)
    workshop.save()

    def build_(*, method: str = "additive", as_: str | None = None, **session: object) -> Report:
        if session:
            workshop.set_session(**session)
            workshop.save()
        chosen = project.host.methods()[method]
        ranking = ranked(workshop, as_, method=chosen)
        return build(project, workshop, ranking, participant=as_, as_=as_)

    return build_


@pytest.fixture
def report(make: Callable[..., Report]) -> Report:
    """The group's report."""
    return make()


def replaced(report: Report, **fields: object) -> Report:
    """The same report with other fields."""
    return msgspec.structs.replace(report, **fields)
