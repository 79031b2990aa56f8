"""Two processes at once on one ballot; for a whole workshop see `tests/tui/test_two_apps.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from evaluator.project import Project
from evaluator.store import history
from tests import simulated


def machine(*words: object) -> subprocess.Popen[str]:
    program = Path(simulated.__file__)
    return subprocess.Popen(
        [sys.executable, str(program), *map(str, words)], stderr=subprocess.PIPE, text=True
    )


def test_two_processes_on_one_ballot_lose_nothing(tmp_path: Path) -> None:
    simulated.begin(tmp_path / "p")
    times = 30
    machines = [machine(tmp_path / "p", "screening", "amina", n, times) for n in (0, 1)]
    for one in machines:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said
    found = Project.open(tmp_path / "p", plugins=False).workshop("screening")
    told, problems = history.read(found.folder.path / "history/amina.toml")
    assert problems == []
    assert sorted(c.after for c in told if c.what == "note") == sorted(
        f"{n}-{i}" for n in (0, 1) for i in range(times)
    )
    notes = {text for row in found.ballot("amina").notes.values() for text in row.values()}
    assert notes == {f"{n}-{i}" for n in (0, 1) for i in range(times)}
