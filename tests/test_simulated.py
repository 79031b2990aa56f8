"""A whole workshop, twice: passed round on one machine, and over a shared folder and by mail."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from evaluator import exchange, results, rounds
from evaluator.creation import create
from evaluator.project import Project
from evaluator.report import build
from evaluator.store import history
from evaluator.workshop import Workshop
from tests import simulated

PEOPLE = [
    "Amina", "Bilal", "Chidi", "Dora", "Emil", "Fatima", "Gul", "Hina", "Ivo", "Jan", "Kim", "Lea",
]  # fmt: skip
KEYS = [name.lower() for name in PEOPLE]
FIRST_MACHINE, SECOND_MACHINE, BY_MAIL = KEYS[:5], KEYS[5:9], KEYS[9:]
SEED = 4


def machine(*words: object) -> subprocess.Popen[str]:
    program = Path(simulated.__file__)
    return subprocess.Popen(
        [sys.executable, str(program), *map(str, words)], stderr=subprocess.PIPE, text=True
    )


def wait(*machines: subprocess.Popen[str]) -> None:
    for one in machines:
        _, said = one.communicate(timeout=120)
        assert one.returncode == 0, said


def begin(folder: Path) -> Workshop:
    """16 options, the four built-in criteria, 12 people and a facilitator; blind."""
    create(folder, example=True)
    shutil.rmtree(folder / "sessions")
    criteria = folder / "criteria.toml"
    text = criteria.read_text()
    criteria.write_text(text.split("[criteria.", 1)[0] + "[suggestions]\nshow = 'never'\n")
    made = Project.open(folder, plugins=False).begin(
        "Screening", blind=True, participants=PEOPLE, facilitators=["Zoe"]
    )
    made.save()
    assert (len(made.options), len(made.criteria)) == (16, 4)
    return made


def on_one_machine(folder: Path) -> Workshop:
    workshop = begin(folder)
    for round_ in (1, 2):
        for who in KEYS:
            simulated.score(workshop, who, round_, SEED)
            workshop.save()
        workshop.act_as("zoe")
        workshop.close_round()
        workshop.reveal_round()
        if round_ == 1:
            workshop.open_round()
        workshop.save()
    return workshop


def over_a_folder(folder: Path, elsewhere: Path) -> Workshop:
    facilitator = begin(folder)
    facilitator.act_as("zoe")
    for round_ in (1, 2):
        wait(
            machine("score", folder, "screening", round_, SEED, *FIRST_MACHINE),
            machine("score", folder, "screening", round_, SEED, *SECOND_MACHINE),
        )
        for who in BY_MAIL:
            mail(folder, elsewhere / f"{who}-{round_}", who, round_)
        scan = facilitator.scan()
        assert scan is not None
        facilitator.take_in(scan)
        for who in BY_MAIL:
            path = (
                elsewhere / f"{who}-{round_}/sessions/screening/ballots/round-{round_}/{who}.toml"
            )
            merged = exchange.merge_ballot(facilitator, path)
            assert merged.differences == ()
        facilitator.close_round()
        facilitator.reveal_round()
        if round_ == 1:
            facilitator.open_round()
        facilitator.save()
    return facilitator


def mail(folder: Path, copy: Path, who: str, round_: int) -> None:
    """Somebody scores in a copy of the project of their own, and sends the ballot."""
    shutil.copytree(folder, copy)
    theirs = Project.open(copy, plugins=False).workshop("screening")
    simulated.score(theirs, who, round_, SEED)
    theirs.save()


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workshop, Workshop]:
    """The same workshop held in the two ways, read back from the disk."""
    top = tmp_path_factory.mktemp("simulated")
    on_one_machine(top / "one")
    over_a_folder(top / "many", top / "elsewhere")
    one, many = (
        Project.open(top / name, plugins=False).workshop("screening") for name in ("one", "many")
    )
    return one, many


def test_nothing_is_lost(both: tuple[Workshop, Workshop]) -> None:
    for workshop in both:
        cells = [(option.id, id) for option in workshop.options for id in workshop.criteria]
        for round_ in (1, 2):
            ballots = workshop.ballots(round_)
            assert list(ballots) == KEYS
            for who, ballot in ballots.items():
                given = [ballot.score(*cell) for cell in cells]
                assert given == simulated.votes(who, round_, SEED, cells), (who, round_)


def test_the_same_result_both_ways(both: tuple[Workshop, Workshop]) -> None:
    one, many = both
    assert one.ranking() == many.ranking()
    assert one.ranking(round_=1) == many.ranking(round_=1)
    assert results.group_document(one) == results.group_document(many)
    assert rounds.document(one) == rounds.document(many)
    first, second = rounds.document(one)["agreement"]
    assert (first["ballots"], second["ballots"], first["invited"]) == (12, 12, 12)


def test_every_change_is_told_in_the_history(both: tuple[Workshop, Workshop]) -> None:
    one, many = both
    for who in (*FIRST_MACHINE, *SECOND_MACHINE):
        told = [
            [(c.round, c.what, c.option, c.criterion, c.after) for c in history.read(path)[0]]
            for path in (w.folder.path / "history" / f"{who}.toml" for w in (one, many))
        ]
        assert told[0] == told[1]
        assert sum(change[:2] == (1, "score") for change in told[0]) == 64


def test_the_reports_say_the_same(both: tuple[Workshop, Workshop]) -> None:
    from evaluator.writers.report import write_markdown

    texts = []
    for workshop in both:
        project = Project.open(workshop.folder.root, plugins=False)
        report = build(project, workshop, workshop.ranking(), as_="zoe")
        lines = write_markdown(report).decode().splitlines()
        # times and the digest of the files differ, nothing else
        texts.append([line for line in lines if not any(word in line for word in ("20", "igest"))])
    assert texts[0] == texts[1]
    assert any("Kendall's W went from" in line for line in texts[0])


def test_two_processes_on_one_ballot_lose_nothing(tmp_path: Path) -> None:
    begin(tmp_path / "p")
    times = 30
    wait(*(machine("keep", tmp_path / "p", "screening", "amina", n, times) for n in (0, 1)))
    found = Project.open(tmp_path / "p", plugins=False).workshop("screening")
    told, problems = history.read(found.folder.path / "history/amina.toml")
    assert problems == []
    assert sorted(c.after for c in told if c.what == "note") == sorted(
        f"{n}-{i}" for n in (0, 1) for i in range(times)
    )
    notes = {text for row in found.ballot("amina").notes.values() for text in row.values()}
    assert notes == {f"{n}-{i}" for n in (0, 1) for i in range(times)}
