"""Reading what somebody else put there, writing whole or not at all, one lock at a time."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.project import Project
from evaluator.store import atomic, lock
from evaluator.store.files import read_bytes, read_document
from evaluator.workshop import Event, Saved, Workshop

MB = 1_000_000


def why_not(path: Path, root: Path | None = None, limit: int = MB) -> str:
    """What is said of a file that is not read."""
    with pytest.raises(EvaluatorError) as caught:
        read_document(path, root, limit)
    return str(caught.value)


def test_only_ordinary_files_inside_the_project_are_opened(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("a = 1\n")
    os.mkfifo(root / "pipe.toml")
    for name, target in [
        ("out.toml", tmp_path / "outside.toml"),
        ("nothing.toml", root / "gone.toml"),
        ("round.toml", root / "round.toml"),
        ("device.toml", Path("/dev/null")),
    ]:
        (root / name).symlink_to(target)
    assert why_not(root / "out.toml", root) == "out.toml: is a link that leaves the project."
    assert why_not(root / "device.toml", root) == "device.toml: is a link that leaves the project."
    assert why_not(root / "nothing.toml", root) == "nothing.toml: is a link to nothing."
    assert "circle" in why_not(root / "round.toml", root) or "symbolic links" in why_not(
        root / "round.toml", root
    )
    no_file = "is no ordinary file. Name a file, not a folder or device"
    assert why_not(root / "pipe.toml", root) == f"pipe.toml: {no_file}"
    assert why_not(root / "device.toml") == f"{root / 'device.toml'}: {no_file}"
    outside = tmp_path / "outside.toml"
    assert why_not(outside, root) == f"{outside}: lies outside the project."
    under = root / "criteria.toml" / "x"
    assert why_not(under, root) == "criteria.toml/x: can't be opened: not a directory."
    assert read_document(root / "out.toml", None, MB).document == {"a": 1}, "outside a project"


def test_a_file_past_its_limit_is_not_read(root: Path) -> None:
    with (root / "criteria.toml").open("r+b") as file:
        file.truncate(11 * MB)
    said = [str(problem) for problem in Project.check(root)]
    assert said == ["criteria.toml: is too large: 11.0 MB; the limit is 10 MB."]
    (root / "exact").write_bytes(b"abc")
    assert read_bytes(root / "exact", "exact", limit=3) == b"abc"
    assert "is too large" in why_not(root / "exact", limit=2)


def test_a_file_that_can_not_be_read_to_the_end_is_named() -> None:
    # An ordinary file of length 0 by its looks, whose first bytes are no memory of anybody.
    with pytest.raises(EvaluatorError, match=r"mem: can't be read: input/output error"):
        read_bytes(Path("/proc/self/mem"), "mem", limit=MB)


# -- writing


def test_a_file_keeps_its_mode_and_a_new_one_has_the_usual(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_text("x")
    old.chmod(0o640)
    mask = os.umask(0o022)
    try:
        for path in (old, new):
            atomic.write(path, b"y")
    finally:
        os.umask(mask)
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"y", 0o640)
    assert new.stat().st_mode & 0o777 == 0o644


def test_what_fails_half_way_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")

    def broken(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        atomic.write(path, b"new")
    assert list(tmp_path.glob("*a*")) == [path]
    assert path.read_bytes() == b"old"


def test_a_folder_the_disk_does_not_confirm_is_saved_with_a_word(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []
    workshop.listen(heard.append)
    workshop.score("lamps", "reach", 4)
    workshop.save()
    workshop.score("lamps", "reach", 5)
    sync = os.fsync

    def files_alone(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").is_dir():
            raise OSError(5, "Input/output error")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", files_alone)
    workshop.save()
    said = heard[-1]
    assert isinstance(said, Saved)
    assert said.warning == "saved, but the disk did not confirm it"
    assert not workshop.unsaved
    again = workshop.folder.load()
    assert again.ballots[1]["amina"].score("lamps", "reach") == 5


def test_where_folders_can_not_be_synced_they_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(atomic.NotConfirmed):
        atomic.sync_folder(gone)
    monkeypatch.setattr(os, "name", "nt")
    atomic.sync_folder(gone)


@pytest.mark.parametrize(
    ("name", "swept"),
    [
        (".a.toml.999999999.0123abcd.tmp", True),
        (f".a.toml.{os.getpid()}.0123abcd.tmp", False),  # of somebody who still writes
        (f".a.toml.{'9' * 30}.0123abcd.tmp", False),  # of no process of ours
        (".other.tmp", False),
        (".a.toml.999999999.0123abcd.tmp.toml", False),
    ],
    ids=["gone", "alive", "none of ours", "another's", "no such end"],
)
def test_only_what_a_killed_save_left_is_swept(tmp_path: Path, name: str, swept: bool) -> None:
    path = tmp_path / name
    path.write_text("x")
    atomic.sweep(tmp_path)
    assert path.exists(), "an hour has not passed"
    os.utime(path, (1, 1))
    atomic.sweep(tmp_path)
    assert path.exists() is not swept


# -- the lock


def test_a_second_save_waits_for_the_first(tmp_path: Path) -> None:
    done: list[str] = []
    inside = threading.Event()

    def first() -> None:
        with lock.locked(tmp_path):
            inside.set()
            time.sleep(0.05)
            done.append("first")

    other = threading.Thread(target=first)
    other.start()
    inside.wait()
    with lock.locked(tmp_path):
        done.append("second")
    other.join()
    assert done == ["first", "second"]


def test_a_lock_that_is_never_given_back_is_named(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "_PATIENCE", 0.02)
    workshop.score("lamps", "reach", 4)
    with (
        lock.locked(workshop.folder.path),
        pytest.raises(EvaluatorError) as caught,
    ):
        workshop.save()
    assert str(caught.value) == (
        "sessions/first/.lock: another program is saving this session and does not finish. "
        "Close it, or wait and save again"
    )
    workshop.save()
    assert not workshop.unsaved
