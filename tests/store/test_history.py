"""Histories that were cut, edited by hand or mixed up: what is kept, and what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.project import Project
from evaluator.store import history
from evaluator.workshop import Workshop

FILE = "sessions/first/history/amina.toml"
BLOCK = '[[change]]\nat = 2026-01-01T10:00:00Z\nround = 1\nwhat = "score"\noption = "lamps"\n'


@pytest.fixture
def kept(workshop: Workshop) -> Workshop:
    """One score in amina's history."""
    workshop.score("lamps", "reach", 4)
    workshop.save()
    return workshop


def told(root: Path) -> list[str]:
    return [str(problem) for problem in Project.check(root)]


def test_a_last_block_that_can_not_be_read_is_cut_off(kept: Workshop, root: Path) -> None:
    path = root / FILE
    path.write_bytes(path.read_bytes() + b"\n[[change]]\nat = \n")
    line = path.read_bytes().count(b"\n") - 1
    assert told(root) == [
        f"{FILE}:{line}: its last block is unfinished and was left out. The next save cuts it off"
    ]
    kept.score("lamps", "reach", 5)
    kept.save()
    changes, problems = history.read(path)
    assert [change.after for change in changes] == [4, 5]
    assert problems == []


@pytest.mark.parametrize(
    "break_",
    [
        lambda data: b"schema = \n",
        lambda data: data.replace(b"schema", b"schema = ="),
        lambda data: data.replace(b"round = 1", b"round = ") + b"\n[[change]]\nat",
    ],
)
def test_a_history_broken_further_up_is_a_warning(
    kept: Workshop, root: Path, break_: object
) -> None:
    path = root / FILE
    path.write_bytes(break_(path.read_bytes()))  # type: ignore[operator]
    (said,) = Project.check(root)
    assert said.level == "warning"
    assert said.file == FILE
    assert said.line is not None
    assert said.what.startswith("is no good TOML")
    assert said.hint == "Its ballot still counts"
    with pytest.raises(EvaluatorError):
        history.read(path)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("change = 5\n", 1),
        ("change = [1, 2]\n", 2),
        ("[change]\nat = 2026-01-01T10:00:00Z\n", 1),
        (BLOCK.replace('"score"', '"colour"'), 1),
        (BLOCK.replace("round = 1", 'round = "one"'), 1),
        (BLOCK.replace('option = "lamps"', 'option = ["lamps"]'), 1),
        (BLOCK.replace("at = 2026-01-01T10:00:00Z\n", ""), 1),
        (BLOCK + "why = 3\n", 1),
    ],
)
def test_a_change_that_is_none_is_left_out_and_counted(
    kept: Workshop, root: Path, text: str, count: int
) -> None:
    path = root / FILE
    path.write_text(f'schema = 1\nkind = "history"\nparticipant = "amina"\n{text}')
    said = f"{FILE}: holds changes that can't be read; left out: {count}. Put back a copy"
    assert told(root) == [said]
    assert history.read(path, root)[0] == []


def test_somebody_elses_history_is_named(kept: Workshop, root: Path) -> None:
    path = root / FILE
    path.write_text(path.read_text().replace('"amina"', '"bilal"'))
    assert told(root) == [f"{FILE}: is no history of the participant its name says."]


def test_a_copy_gives_what_this_one_lacks_and_nothing_twice(kept: Workshop, root: Path) -> None:
    path, copy = root / FILE, root / "copy.toml"
    copy.write_bytes(path.read_bytes())
    assert history.merge(path, copy, "amina") == 0
    copy.write_text(copy.read_text() + "\n" + BLOCK + "\n" + BLOCK)
    assert history.merge(path, copy, "amina", dry_run=True) == 2
    assert len(history.read(path)[0]) == 1
    assert history.merge(path, copy, "amina") == 2
    assert history.merge(path, copy, "amina") == 0
    assert len(history.read(path)[0]) == 3
    with pytest.raises(EvaluatorError, match="is no history of the participant"):
        history.merge(path, copy, "bilal")


def test_a_round_is_made_again_with_the_round_it_began_as(kept: Workshop, root: Path) -> None:
    """Both ballots are gone: round 2 takes what round 1 had from the same history."""
    for number in (1, 2):
        kept.close_round()
        kept.open_round()
        if number == 2:
            kept.score("ferry", "burden", 2)
            kept.save()
    assert kept.ballot("amina", 3).scores == {"lamps": {"reach": 4}, "ferry": {"burden": 2}}
    changes, _ = history.read(root / FILE)
    assert [(c.what, c.round, c.before) for c in changes] == [
        ("score", 1, None),
        ("start", 3, 1),  # nothing was answered in round 2
        ("score", 3, None),
    ]
    for path in (root / "sessions/first/ballots").rglob("amina.toml"):
        path.unlink()
    state = Project.open(root).workshop("first")._state
    made = history.rebuild("amina", 3, changes, state)
    assert made is not None
    assert made.scores == {"lamps": {"reach": 4}, "ferry": {"burden": 2}}
    assert history.rebuild("amina", 2, changes, state) is None


@pytest.mark.parametrize("before", ["99", '"one"', "0", "[1]"])
def test_a_round_that_says_it_began_as_itself_ends_the_search(
    kept: Workshop, root: Path, before: str
) -> None:
    path = root / FILE
    start = BLOCK.replace('"score"', f'"start"\nfrom = {before}').replace("round = 1", "round = 2")
    path.write_text(path.read_text() + "\n" + start)
    changes, problems = history.read(path, root)
    assert problems == []
    state = Project.open(root).workshop("first")._state
    made = history.rebuild("amina", 2, changes, state)
    assert made is not None
    assert made.scores == {"lamps": {"reach": 4}}, "as the round before"
