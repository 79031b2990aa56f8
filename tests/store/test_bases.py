"""The version two copies of a file came from: kept at each save, found again, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.store import bases
from evaluator.workshop import Workshop

NAME = "session.toml"


@pytest.fixture
def line(tmp_path: Path) -> Path:
    """A folder in which versions are saved."""
    return tmp_path


def said(number: int) -> bytes:
    return f"kind = {number}\n".encode()


def save(folder: Path, *numbers: int) -> None:
    """Saves one version after the other."""
    for number in numbers:
        bases.keep(folder, NAME, said(number))
        (folder / NAME).write_bytes(said(number))


def common(folder: Path, here: int, there: int) -> int | None:
    found = bases.common(folder, folder, NAME, said(here), said(there))
    return found.document["kind"] if found is not None else None


def branch(folder: Path, at: int, *numbers: int) -> None:
    """Another machine goes on from a version; the folder of versions is shared."""
    before = (folder / NAME).read_bytes()
    (folder / NAME).write_bytes(said(at))
    save(folder, *numbers)
    (folder / NAME).write_bytes(before)


def test_two_branches_came_from_the_version_before(line: Path) -> None:
    save(line, 0, 1, 2)
    branch(line, 1, 10, 11)
    assert common(line, 2, 11) == common(line, 11, 2) == 1
    assert common(line, 10, 11) == 10
    assert common(line, 2, 0) == 0
    assert common(line, 2, 99) is None


def test_a_copy_that_was_taken_in_is_one_that_the_next_goes_on_from(line: Path) -> None:
    save(line, 0, 1)
    branch(line, 0, 10)
    save(line, 2)
    bases.link(line, NAME, said(2), said(10))
    branch(line, 10, 11)
    assert common(line, 2, 11) == 10


def test_what_was_undone_does_not_hide_what_both_came_from(line: Path) -> None:
    save(line, 0, 1, 0)
    branch(line, 0, 10)
    assert common(line, 0, 10) == common(line, 10, 0) == 0
    assert common(line, 2, 10) is None
    save(line, 2)
    assert common(line, 2, 10) == common(line, 10, 2) == 0


def test_where_an_undo_makes_two_beginnings_possible_neither_is_taken(line: Path) -> None:
    """1 was undone, and the other went on from 1: is the 0 that is here the first or the second?"""
    save(line, 0, 1, 0)
    branch(line, 1, 10)
    assert common(line, 0, 10) is common(line, 10, 0) is None
    assert common(line, 0, 1) is common(line, 1, 0) is None


def test_where_both_came_to_say_the_same_by_themselves_it_is_no_beginning(line: Path) -> None:
    """Here went from 0 over 1 to 2, the other from 0 to 1 as well: it has not seen this 1."""
    save(line, 0, 1, 2)
    branch(line, 0, 1)
    assert common(line, 2, 1) is common(line, 1, 2) is None


def test_a_version_that_is_not_what_its_name_says_is_no_base(line: Path) -> None:
    save(line, 0, 1)
    branch(line, 0, 10)
    for path in (line / bases.FOLDER).glob("session-*"):
        path.write_bytes(path.read_bytes()[:5])
    assert common(line, 1, 10) is None


def test_the_versions_take_little_room_and_git_leaves_them_alone(
    line: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bases, "_ROOM", 40)
    save(line, *range(20))
    place = line / bases.FOLDER
    kept = [path for path in place.iterdir() if path.name != ".gitignore"]
    assert sum(path.stat().st_size for path in kept) <= 40
    assert (place / ".gitignore").read_text() == "*\n"
    assert common(line, 19, 18) == 18
    assert common(line, 19, 3) is None
    monkeypatch.setattr(bases, "_LARGEST", 3)
    save(line, 20)
    assert common(line, 20, 19) is None


def test_a_disk_that_refuses_hinders_no_save(
    workshop: Workshop, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "sessions/first" / bases.FOLDER).write_text("no folder")
    workshop.weigh({"reach": 90})
    workshop.save()
    assert Project.open(root).workshop("first").session.weights["reach"] == 90


def test_ballots_leave_no_versions(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 3)
    workshop.save()
    assert not (root / "sessions/first" / bases.FOLDER).exists()
