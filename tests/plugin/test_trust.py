"""Trust: asked once per change, kept outside every project, given to bytes and not to names."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.model import Brief
from evaluator.plugin import manage, sources, trust
from evaluator.plugin.host import Host

Write = Callable[..., Path]


def the_one(root: Path) -> sources.Found:
    (found,), _ = sources.find_in(root)
    return found


def test_nothing_is_trusted_at_first_and_no_file_is_made(root: Path, write: Write) -> None:
    write()
    assert not trust.read(root).trusts(the_one(root))
    assert not trust.trust_file().exists()


def test_the_file_is_private_and_outside_the_project(root: Path, write: Write) -> None:
    write()
    trust.grant(root, the_one(root))
    path = trust.trust_file()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.is_relative_to(root)
    assert path.parent.name == "evaluator"
    trust.switch(root, "installed:foo", on=False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 10_000), by=st.integers(1, 255))
def test_one_changed_byte_anywhere_makes_it_wait(
    root: Path, write: Write, at: int, by: int
) -> None:
    data = bytearray(write().read_bytes())
    trust.grant(root, the_one(root))
    assert trust.read(root).trusts(the_one(root))
    data[at % len(data)] ^= by
    (root / "plugins/visibility.py").write_bytes(data)
    changed = the_one(root)
    assert not trust.read(root).trusts(changed)
    assert trust.read(root).changed(changed) == ("visibility.py",)


def test_in_a_folder_the_files_that_changed_came_or_went_are_named(
    root: Path, write: Write, host: Host
) -> None:
    write("a/__init__.py")
    write("a/old.txt", "1")
    write("a/same.txt", "1")
    trust.grant(root, the_one(root))
    (root / "plugins/a/old.txt").unlink()
    write("a/new.py", "1")
    write("a/__init__.py", "1")
    assert trust.read(root).changed(the_one(root)) == ("__init__.py", "new.py", "old.txt")
    (problem,) = host.problems()
    assert "has changed since it was reviewed (__init__.py, new.py, old.txt)" in problem.what


def test_putting_the_reviewed_bytes_back_is_enough(root: Path, write: Write) -> None:
    before = write().read_bytes()
    trust.grant(root, the_one(root))
    write(text="x = 1")
    write(text=before.decode())
    assert trust.read(root).trusts(the_one(root))


def test_trust_is_for_a_place_too(root: Path, write: Write, tmp_path: Path) -> None:
    data = write().read_bytes()
    trust.grant(root, the_one(root))
    other = tmp_path / "other/plugins"
    other.mkdir(parents=True)
    (other / "visibility.py").write_bytes(data)
    assert not trust.read(other.parent).trusts(the_one(other.parent))


def test_a_project_can_not_trust_itself(root: Path, write: Write, host: Host) -> None:
    write(head=f"open({str(root / 'ran.txt')!r}, 'w').close()")
    found = the_one(root)
    entry = f'schema = 1\n[trusted."{found.path}"]\nsha256 = "{found.sha256}"\n'
    for name in ("trust.toml", "evaluator/trust.toml", "plugins/trust.toml", "state/trust.toml"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(entry)
    with (root / "criteria.toml").open("a") as file:
        file.write("[plugins]\ntrust = true\n")
    host.load()
    assert [info.state for info in host.plugins()] == ["loaded", "waits"]
    assert not (root / "ran.txt").exists()


def test_a_state_folder_inside_the_project_grants_nothing(
    root: Path, write: Write, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setenv("XDG_STATE_HOME", str(root / "state"))
    with pytest.raises(EvaluatorError, match="lies inside the project"):
        trust.grant(root, the_one(root))
    host.load()
    assert host.plugins()[1].state == "waits"
    assert any("lies inside the project" in p.what for p in host.problems())


@pytest.mark.parametrize(
    "text",
    ["schema = ", "schema = 1\ntrusted = 3\n", "schema = 9\n", 'schema = 1\n[trusted."/x"]\n'],
)
def test_a_broken_file_trusts_nothing_and_is_named(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None], text: str
) -> None:
    write()
    trust_all()
    trust.trust_file().write_text(text)
    assert host.plugins()[1].state == "waits"
    assert str(trust.trust_file()) in {p.file for p in host.problems()}
    with pytest.raises(EvaluatorError):
        trust.grant(root, the_one(root))
    assert trust.trust_file().read_text() == text


def test_a_file_that_can_not_be_looked_at_trusts_nothing(
    root: Path, write: Write, host: Host
) -> None:
    write()
    folder = trust.trust_file().parent
    folder.parent.mkdir(parents=True)
    folder.write_text("a file where the folder should be")
    assert host.plugins()[1].state == "waits"
    problem, waits = host.problems()
    assert str(problem) == f"{trust.trust_file()}: can't be read: not a directory."
    assert waits.what == "waits for review, so it is not loaded"


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_trusts_nothing(
    root: Path, write: Write, trust_all: Callable[[], None], mode: int
) -> None:
    write()
    trust_all()
    trust.trust_file().chmod(mode)
    with pytest.raises(EvaluatorError, match="written by somebody else"):
        trust.read(root)


def test_a_file_that_is_a_link_trusts_nothing(
    root: Path, write: Write, trust_all: Callable[[], None], tmp_path: Path
) -> None:
    write()
    trust_all()
    trust.trust_file().rename(tmp_path / "elsewhere.toml")
    trust.trust_file().symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(EvaluatorError, match="no ordinary file"):
        trust.read(root)


def test_what_was_reviewed_is_trusted_not_what_lies_there_by_then(
    root: Path, write: Write, host: Host
) -> None:
    path = write()
    reviewed = manage.review(path, root)
    write(head=f"open({str(root / 'ran.txt')!r}, 'w').close()")
    manage.trust_review(reviewed, root)
    host.load()
    assert host.plugins()[1].state == "waits"
    assert not (root / "ran.txt").exists()


def test_the_bytes_that_were_hashed_are_the_bytes_that_run(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write(body="return Suggestion(3, 0.3, 'as reviewed')")
    trust_all()
    assert host.plugins()[1].state == "loaded"  # read and hashed, not yet loaded
    mark = root / "ran.txt"
    write(head=f"open({str(mark)!r}, 'w').close()", body="return Suggestion(1, 0.3, 'swapped')")
    (cell, *_) = host.suggest([host.criteria()["visibility"]], brief.options, brief)
    assert cell[2] is not None
    assert cell[2].rationale == "as reviewed"
    assert not mark.exists()


def test_no_byte_code_is_left_in_the_project(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write()
    write("a/__init__.py", "from .inner import evaluator_criteria\n")
    write("a/inner.py", id="inner")
    trust_all()
    assert {"visibility", "inner"} <= set(host.criteria())
    assert not list(root.rglob("*.pyc"))


def test_trust_withdrawn_is_gone(root: Path, write: Write, trust_all: Callable[[], None]) -> None:
    write()
    trust_all()
    assert trust.withdraw(root, the_one(root).key)
    assert not trust.withdraw(root, the_one(root).key)
    assert not trust.read(root).trusts(the_one(root))


def test_installed_ones_need_no_trust(root: Path, install: Write) -> None:
    install("foo")
    (found,) = sources.find_installed(root)
    assert trust.read(root).trusts(found)


def test_a_relative_state_folder_is_ignored(
    monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "state")
    assert trust.trust_file() == own_home / ".local/state/evaluator/trust.toml"
    monkeypatch.delenv("XDG_STATE_HOME")
    assert trust.trust_file() == own_home / ".local/state/evaluator/trust.toml"


def test_a_folder_that_can_not_be_written_is_named(
    root: Path, write: Write, own_home: Path
) -> None:
    write()
    (own_home / "state").write_text("a file where the folder would be")
    with pytest.raises(EvaluatorError, match="can't be written"):
        trust.grant(root, the_one(root))
