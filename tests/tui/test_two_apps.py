"""A whole workshop over a shared folder: two apps at once, and ballots that come by mail.

Each app runs in a terminal of its own, with settings of its own, and is driven by keys alone. In
the end everything is as if one keyboard had been passed round.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from evaluator import results, rounds
from evaluator.model import Score
from evaluator.project import Project
from evaluator.report import build
from evaluator.store import history
from evaluator.workshop import Workshop
from evaluator.writers.report import write_markdown
from tests import simulated
from tests.simulated import FACILITATOR, KEYS, MARKED, PEOPLE, Cell, cells, votes

pytest.importorskip("pty")
pytest.importorskip("pyte")

from bench.pty_harness import START, Terminal, environment, evaluator

ROWS, COLUMNS = 24, 100
OPTIONS = 16
ALL_IN = f"{len(KEYS)} of {len(KEYS)} ballots in"
FIRST, SECOND, BY_MAIL = PEOPLE[:5], PEOPLE[5:9], PEOPLE[9:]


class Machine:
    """One app, and who sits before it."""

    def __init__(self, folder: Path, home: Path, name: str) -> None:
        config = home / "config/evaluator/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'name = "{name}"\n')
        self.terminal = Terminal(evaluator(folder), home, ROWS, COLUMNS, own_cache=False)

    def press(self, keys: str, *shown: str) -> None:
        """Sends keys, and waits until all these words stand on the screen."""
        self.terminal.type(keys)
        self.see(*shown)

    def see(self, *shown: str) -> None:
        self.terminal.wait(lambda lines: all(word in "\n".join(lines) for word in shown))

    def status(self, *shown: str) -> None:
        """Waits until all these words stand in the first line."""
        self.terminal.wait(lambda lines: all(word in lines[0] for word in shown))

    # -- what people do

    def pass_to(self, name: str, *, proposed: bool = False) -> None:
        """Passes the keyboard on: `O`, `p`, and the name where another one is proposed."""
        self.press("O", "WHO TAKES PART")
        self.press("p", f"pass the keyboard to {name}" if proposed else "pass the keyboard to")
        if not proposed:
            self.press(name, f"pass the keyboard to {name}")
        self.terminal.type("\r")
        self.status(" Score ", f" · {name} · ")

    def score(self, name: str, all_: list[Cell]) -> None:
        """A whole ballot from the first cell on; each digit steps on by itself."""
        given = list(votes(name.lower(), 1, all_, ()).values())
        self.terminal.type("ghhh")
        for done in range(0, len(given), 8):
            part = given[done : done + 8]
            self.terminal.type("".join("-" if vote == "abstain" else str(vote) for vote in part))
            self.status(f" · {name} · ", f" {done + len(part)} of {len(given)} ")

    def vote_again(self, name: str, all_: list[Cell], marked: list[Cell]) -> None:
        """The marked cells alone: `m` goes to the next one, where the cursor is not there yet."""
        given = votes(name.lower(), 2, all_, marked)
        keys, here = "ghhh", 0
        for place in sorted(all_.index(cell) for cell in marked):
            keys += ("" if place == here else "m") + str(given[all_[place]])
            last = (place + 1) % OPTIONS == 0
            here = place if last else place + 1
        self.press(keys + "O", "WHO TAKES PART")

    def close(self, round_: int) -> None:
        """The facilitator closes and reveals, once all ballots have come in."""
        self.press("O", ALL_IN)
        self.terminal.type("c")
        self.status(f"round {round_} (closed)")
        self.terminal.type("r")

    def mark(self) -> None:
        """The facilitator marks what heads the agenda."""
        self.press("A", " settled ")
        self.terminal.type("j".join("r" * MARKED))
        self.terminal.wait(lambda lines: _count("vote again", lines[:-1]) == MARKED)


def _count(word: str, lines: list[str]) -> int:
    return sum(word in line for line in lines)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    simulated.begin(tmp_path / "many")
    first = Machine(tmp_path / "many", tmp_path / "home-1", FIRST[0])
    with first.terminal:
        second = Machine(tmp_path / "many", tmp_path / "home-2", SECOND[0])
        with second.terminal:
            yield first, second


def mailed(folder: Path, elsewhere: Path, round_: int) -> list[Path]:
    """Three people score in copies of the project of their own, and send their ballots."""
    paths = []
    for name in BY_MAIL:
        copy = elsewhere / f"{name}-{round_}"
        shutil.copytree(folder, copy)
        theirs = Project.open(copy, plugins=False).workshop("screening")
        simulated.score(theirs, name.lower(), round_)
        paths.append(theirs.folder.path / f"ballots/round-{round_}/{name.lower()}.toml")
    return paths


def merge(folder: Path, home: Path, paths: list[Path]) -> None:
    """Takes ballots in on the command line, while the apps run."""
    call = ["-C", str(folder), "--json", "--as", FACILITATOR, "sessions", "merge"]
    done = subprocess.run(
        [sys.executable, "-c", START, *call, *map(str, paths)],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told["made"]) == len(BY_MAIL)
    assert told["problems"] == []


def hold(first: Machine, second: Machine, folder: Path, top: Path) -> None:
    """Both rounds: scoring at two machines at once while the mail comes in, then closing."""
    all_ = cells(Project.open(folder, plugins=False).workshop("screening"))
    first.status("round 1", f" · {FIRST[0]} · screening")
    second.status("round 1", f" · {SECOND[0]} · screening")
    letters = mailed(folder, top / "elsewhere", 1)
    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(_round_1, *these, all_) for these in ((first, FIRST), (second, SECOND))]
        merge(folder, top / "home-3", letters)
        for one in work:
            one.result()
    second.press("O", ALL_IN)
    first.pass_to(FACILITATOR)
    first.close(1)
    first.mark()
    first.press("O", "WHO TAKES PART")
    first.terminal.type("n")
    first.status("round 2")
    second.status("round 2")  # by itself
    marked = list(Project.open(folder, plugins=False).workshop("screening").revotes())
    letters = mailed(folder, top / "elsewhere", 2)
    with ThreadPoolExecutor(2) as pool:
        people = ((first, FIRST), (second, SECOND))
        work = [pool.submit(_round_2, *these, all_, marked) for these in people]
        merge(folder, top / "home-3", letters)
        for one in work:
            one.result()
    first.pass_to(FACILITATOR)
    first.close(2)
    second.press("O", ALL_IN)
    second.status("round 2 (closed)")
    for machine in (first, second):
        machine.terminal.type("\x11")
        assert machine.terminal.ended() == 0


def _round_1(machine: Machine, people: list[str], all_: list[Cell]) -> None:
    for name in people:
        if name != people[0]:
            machine.pass_to(name, proposed=people is FIRST)
        machine.score(name, all_)


def _round_2(machine: Machine, people: list[str], all_: list[Cell], marked: list[Cell]) -> None:
    for name in people:
        machine.pass_to(name, proposed=people is FIRST)
        machine.vote_again(name, all_, marked)


def test_two_apps_and_the_mail_give_what_one_machine_gives(
    machines: tuple[Machine, Machine], tmp_path: Path
) -> None:
    simulated.on_one_machine(tmp_path / "one")
    try:
        hold(*machines, tmp_path / "many", tmp_path)
    except TimeoutError as error:
        for machine in machines:
            error.add_note("\n".join(machine.terminal.show()))
        raise
    one, many = (
        Project.open(tmp_path / name, plugins=False).workshop("screening")
        for name in ("one", "many")
    )
    for workshop in (one, many):
        nothing_is_lost(workshop)
    same_results(one, many)
    same_histories(one, many)
    nothing_is_left_over(many)
    assert report(one) == report(many)


def nothing_is_lost(workshop: Workshop) -> None:
    all_, marked = cells(workshop), workshop.revotes()
    assert len(marked) == MARKED
    for round_ in (1, 2):
        ballots = workshop.ballots(round_)
        assert list(ballots) == KEYS
        for who, ballot in ballots.items():
            given = {cell: ballot.score(*cell) for cell in all_}
            assert given == votes(who, round_, all_, marked), (who, round_)


def same_results(one: Workshop, many: Workshop) -> None:
    assert [found.state for found in many.session.rounds.values()] == ["revealed", "revealed"]
    assert one.session.agenda == many.session.agenda
    for round_ in (1, 2):
        assert one.ranking(round_=round_) == many.ranking(round_=round_)
    assert results.group_document(one) == results.group_document(many)
    assert rounds.document(one) == rounds.document(many)
    first, second = rounds.document(one)["agreement"]
    assert (first["ballots"], second["ballots"], first["invited"]) == (12, 12, 12)


def same_histories(one: Workshop, many: Workshop) -> None:
    """Told alike where it was typed; and everybody's ballots can be made again from theirs."""
    for name in (*FIRST, *SECOND):
        found = told(many, name)
        assert found == told(one, name)
        assert [change[1] for change in found] == ["score"] * 64 + ["start"] + ["score"] * MARKED
    for name in PEOPLE:
        scores: dict[int, dict[Cell, Score]] = {1: {}, 2: {}}
        for round_, what, option, criterion, _, after in told(many, name):
            if what == "start":
                scores[round_] = dict(scores[round_ - 1])
            elif what == "score":
                scores[round_][option, criterion] = after
        for round_, given in scores.items():
            assert given == votes(name.lower(), round_, cells(many), many.revotes()), name


def told(workshop: Workshop, name: str) -> list[tuple[Any, ...]]:
    path = workshop.folder.path / "history" / f"{name.lower()}.toml"
    changes, problems = history.read(path)
    assert problems == []
    return [(c.round, c.what, c.option, c.criterion, c.before, c.after) for c in changes]


def nothing_is_left_over(workshop: Workshop) -> None:
    """No conflict copies, no half-written files: one file each, and nothing to be said of them."""
    top = workshop.folder.path
    found = {path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file()}
    ballots = {f"ballots/round-{round_}/{who}.toml" for round_ in (1, 2) for who in KEYS}
    histories = {f"history/{who}.toml" for who in KEYS}
    assert {name for name in found if not name.startswith(".")} == {
        "session.toml", "options.toml", *ballots, *histories,
    }  # fmt: skip
    assert [name for name in found if name.endswith(".tmp")] == []
    assert workshop.problems == ()
    assert Project.check(workshop.folder.root, plugins=False) == []


def report(workshop: Workshop) -> list[str]:
    """What the report says but for times and the digest of the files."""
    project = Project.open(workshop.folder.root, plugins=False)
    made = build(project, workshop, workshop.ranking(), as_=FACILITATOR.lower())
    lines = write_markdown(made).decode().splitlines()
    assert any("Kendall's W went from" in line for line in lines)
    return [line for line in lines if not any(word in line for word in ("20", "igest"))]
