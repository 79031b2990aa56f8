"""A small project that every test may start from: a harbour, three options, two criteria."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.workshop import Workshop

CRITERIA = """\
# Written by hand: this comment stays.
schema = 1
title = "Harbour plan"
question = "Which of these should the council take up first?"
options = "options.toml"

[criteria.reach]
title = "Reach"
question = "How many people would notice?"
better = "higher"
levels = ["Hardly anyone", "Few", "Some", "Many", "Everyone"]
weight = 60

[criteria.reach.suggest.cues.ferries]
words = ["ferry", "boat*"]
score = 4
note = "many travel"

[criteria.burden]
title = "Burden"
question = "How much work would it make?"
better = "lower"
levels = ["None", "Little", "Some", "Much", "Too much"]
weight = 40

[portfolio]
budget.money = 100
"""

OPTIONS = """\
schema = 1
title = "Harbour plan"

[options.lamps]
title = "Put lamps along the harbour"
text = "Lamps make the quay safe after dark."
tags = ["safety"]
resources.money = 20

[options.ferry]
title = "Run a night ferry to the island"
text = "A ferry at eleven serves late shifts."
tags = ["transport"]
resources.money = 60

[options.boats]
title = "Teach sailing in school"
text = "Every pupil sails for two terms."
keywords = ["pupils"]
resources.money = 40
"""

PEOPLE = ["Amina", "Bilal", "Chidi", "Dora", "Emil"]


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes the settings, trust or logs of whoever runs it."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("STATE", "CONFIG", "CACHE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return home


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folder of a good project without sessions."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "criteria.toml").write_text(CRITERIA, encoding="utf-8")
    (folder / "options.toml").write_text(OPTIONS, encoding="utf-8")
    return folder


@pytest.fixture
def project(root: Path) -> Project:
    """The same, opened."""
    return Project.open(root)


@pytest.fixture
def room(project: Project) -> Workshop:
    """A session `room` of five people and Farah, who facilitates and has the keyboard; saved."""
    made = project.begin("Room", participants=PEOPLE, facilitators=["Farah"])
    made.join("Farah")
    made.save()
    return made


@pytest.fixture
def workshop(project: Project) -> Workshop:
    """A session `first` of amina and bilal, saved; amina scores."""
    made = project.begin("First", participants=["Amina", "Bilal"])
    made.save()
    opened = project.workshop("first")
    opened.join("amina")
    return opened
