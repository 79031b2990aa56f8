"""Which files are copies: the names that each tool leaves, in a folder of real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.model import Option, Participant
from evaluator.project import Project
from evaluator.store import conflicts, copies
from evaluator.synced import merge_conflicts
from evaluator.workshop import Workshop

FOLDER = "sessions/first"
ROUND = f"{FOLDER}/ballots/round-1"

# By tool, what stands in place of `amina.toml`.
NAMES = {
    "Dropbox": "amina (Bilal's conflicted copy 2026-11-24).toml",
    "Dropbox, again": "amina (Bilal's conflicted copy 2026-11-24 (1)).toml",
    "Dropbox in German": "amina (In Konflikt stehende Kopie von Bilal 2026-11-24).toml",
    "Dropbox in French": "amina (Copie en conflit de Bilal 2026-11-24).toml",
    "Dropbox in Japanese": "amina (Bilal の競合コピー 2026-11-24).toml",
    "Dropbox in Arabic": "amina (نسخة متعارضة 2026-11-24).toml",
    "Dropbox, letter case": "amina (Case Conflict).toml",
    "Nextcloud": "amina (conflicted copy 2026-11-24 101010).toml",
    "Nextcloud in German": "amina (Konfliktkopie Bilal 2026-11-24 101010).toml",
    "ownCloud": "amina_conflict-20261124-101010.toml",
    "Syncthing": "amina.sync-conflict-20261124-101010-ABCDEFG.toml",
    "Syncthing, lower case": "amina.sync-conflict-20261124-101010-abcdefg.toml",
    "OneDrive": "amina-DESKTOP-4F2K.toml",
    "OneDrive, a laptop": "amina-LAPTOP.toml",
    "OneDrive, lower case": "amina-laptop.toml",
    "OneDrive, again": "amina-LAPTOP-2.toml",
    "OneDrive, a Mac": "amina-Bilals MacBook Pro.toml",
    "Google Drive": "amina (1).toml",
    "Resilio": "amina.Conflict.toml",
    "Seafile": "amina (SFConflict bilal@example.org 2026-11-24-10-10-10).toml",
    "pCloud": "amina [conflicted].toml",
    "iCloud": "amina 2.toml",
    "Windows Explorer": "amina - Copy.toml",
    "Windows Explorer in German": "amina – Kopie.toml",
    "a merge by hand": "amina.orig.toml",
}


@pytest.fixture
def there(workshop: Workshop, root: Path) -> dict[str, bytes]:
    """What another machine wrote, by the file it is of; here nothing of it is left."""
    workshop.score("lamps", "reach", 2)
    workshop.save()
    files = {
        "amina": root / ROUND / "amina.toml",
        "history": root / FOLDER / "history/amina.toml",
        "session": root / FOLDER / "session.toml",
        "options": root / FOLDER / "options.toml",
    }
    here = {name: path.read_bytes() for name, path in files.items()}
    workshop.score("boats", "burden", 3)
    workshop.weigh({"reach": 70})
    workshop.edit_option(Option("kiosk", "Open a kiosk"))
    workshop.save()
    written = {name: path.read_bytes() for name, path in files.items()}
    for name, path in files.items():
        path.write_bytes(here[name])
    return written


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_ballots_copy_is_known_by_any_tools_name(
    there: dict[str, bytes], root: Path, name: str
) -> None:
    (root / ROUND / name).write_bytes(there["amina"])
    opened = Project.open(root).workshop("first")
    assert [p.what for p in opened.problems] == ["is a conflict copy of amina.toml"]
    assert list(opened.ballots()) == ["amina"]
    made = merge_conflicts(opened)
    assert made.aside == (f"ballots/round-1/{name}",)
    again = Project.open(root).workshop("first")
    assert again.ballot("amina").scores == {"lamps": {"reach": 2}, "boats": {"burden": 3}}
    assert again.problems == ()
    assert (root / FOLDER / ".merged" / f"ballots-round-1-{name}").read_bytes() == there["amina"]


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_so_are_those_of_history_session_and_options(
    there: dict[str, bytes], root: Path, name: str
) -> None:
    tail = name.removeprefix("amina")
    (root / FOLDER / "history" / name).write_bytes(there["history"])
    (root / FOLDER / f"session{tail}").write_bytes(there["session"])
    (root / FOLDER / f"options{tail}").write_bytes(there["options"])
    assert {p.what for p in Project.check(root)} == {
        f"is a conflict copy of {file}.toml" for file in ("amina", "session", "options")
    }
    made = merge_conflicts(Project.open(root).workshop("first"))
    assert (len(made.aside), made.stays, made.refused) == (3, (), ())
    again = Project.open(root).workshop("first")
    assert again.session.weights["reach"] == 70
    assert again.option("kiosk").title == "Open a kiosk"
    assert made.histories == {f"history/{name}": 1}
    assert Project.check(root) == []


@pytest.mark.parametrize(
    "name", ["amina-desktop", "amina-laptop", "amina-conflict-resolution", "amina.orig", "amina-2"]
)
def test_a_participant_of_such_a_name_is_never_a_copy(
    workshop: Workshop, root: Path, name: str
) -> None:
    """By the list of participants, and by what the ballot itself says where it came first."""
    workshop.score("lamps", "reach", 2)
    workshop.save()
    path = root / FOLDER / "session.toml"
    before = path.read_bytes()
    workshop.set_participant(name, Participant(name))
    workshop.score("lamps", "reach", 5, participant=name)
    workshop.save()
    opened = Project.open(root).workshop("first")
    assert opened.problems == ()
    assert opened.ballot(name).score("lamps", "reach") == 5
    assert not merge_conflicts(opened)
    path.write_bytes(before)  # their ballot came first
    (problem,) = Project.open(root).workshop("first").problems
    assert f"is a ballot of {name!r}, who does not take part" in problem.what
    assert not merge_conflicts(Project.open(root).workshop("first"))
    assert (root / ROUND / f"{name}.toml").exists()


def test_the_letter_case_of_a_name_makes_no_copy(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "amina-DESKTOP.toml"
    path.write_text('participant = "amina-desktop"\n')
    assert copies.original(path, tmp_path, ["amina", "amina-desktop"], "participant") is None


def test_the_file_says_whose_it_is_before_its_name_does(tmp_path: Path) -> None:
    known = ["amina", "amina-b"]
    path = tmp_path / "amina-b-LAPTOP.toml"
    path.write_text('schema = 1\nparticipant = "amina"\n')
    assert copies.original(path, tmp_path, known, "participant") == "amina"
    path.write_text("schema = 1\n[scores.x]\nparticipant = 'amina'\n")
    assert copies.original(path, tmp_path, known, "participant") == "amina-b"


def test_a_copy_that_is_cut_short_or_no_file_is_known_by_its_name(tmp_path: Path) -> None:
    known = ["amina"]
    for name in ("amina-LAPTOP.toml", "amina (1).toml", "amina.sync-conflict-1-2-abc.toml"):
        (tmp_path / name).write_bytes(b"sche")
        assert copies.original(tmp_path / name, tmp_path, known, "participant") == "amina"
    # Nobody knows whether this is amina's or somebody's of whom one has not heard.
    (tmp_path / "amina-laptop.toml").write_bytes(b"sche")
    assert copies.original(tmp_path / "amina-laptop.toml", tmp_path, known, "participant") is None
    folder = tmp_path / "amina-LAPTOP-3.toml"
    folder.mkdir()
    assert copies.original(folder, tmp_path, known, "participant") == "amina"


@pytest.mark.parametrize(
    "name",
    ["amina_BACKUP_1234.toml", "amina_REMOTE_1234.toml", "amina.toml.orig", "amina.toml.rej"],
)
def test_what_git_leaves_is_named_and_in_nobodys_way(
    there: dict[str, bytes], root: Path, name: str
) -> None:
    (root / ROUND / name).write_bytes(there["amina"])
    opened = Project.open(root).workshop("first")
    assert [(p.what, p.level) for p in opened.problems] == [("is no ballot", "warning")]
    assert list(opened.ballots()) == ["amina"]
    assert not merge_conflicts(opened)
    assert (root / ROUND / name).exists()


def test_other_files_beside_session_toml_are_none_of_ours(workshop: Workshop, root: Path) -> None:
    for name in ("session-notes.toml", "sessions (1).toml", "budget.toml"):
        (root / FOLDER / name).write_text('kind = "notes"\n')
    opened = Project.open(root).workshop("first")
    assert opened.problems == ()
    assert conflicts.found(opened.folder, opened.session) == []


def test_a_copy_that_arrives_while_it_is_open_is_noticed(
    there: dict[str, bytes], root: Path
) -> None:
    opened = Project.open(root).workshop("first")
    (root / FOLDER / "session (1).toml").write_bytes(there["session"])
    scan = opened.scan()
    assert scan is not None
    opened.take_in(scan)
    assert [p.what for p in opened.problems] == ["is a conflict copy of session.toml"]


def test_a_packed_session_leaves_copies_out(there: dict[str, bytes], root: Path) -> None:
    from evaluator.store.pack import pack

    opened = Project.open(root).workshop("first")
    whole = pack(opened.folder)
    (root / FOLDER / "history/amina-laptop.toml").write_bytes(there["history"])
    (root / ROUND / "amina-laptop.toml").write_bytes(there["amina"])
    (root / FOLDER / "options-laptop.toml").write_bytes(there["options"])
    assert pack(opened.folder) == whole
