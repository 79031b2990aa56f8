"""Finding plugins: what counts as one, what is refused, and that bytes are read once."""

import hashlib
import os
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.errors import EvaluatorError
from evaluator.plugin import sources
from evaluator.plugin.sources import find_in, find_installed

Write = Callable[..., Path]


def test_a_project_without_a_folder_has_none(root: Path) -> None:
    assert find_in(root) == ([], [])


def test_files_and_folders_are_found_in_order_of_name(root: Path, write: Write) -> None:
    for name in ("b.py", "a/__init__.py", "c.py"):
        write(name)
    found, problems = find_in(root)
    assert [(f.name, f.label) for f in found] == [
        ("a", "plugins/a"), ("b", "plugins/b.py"), ("c", "plugins/c.py"),
    ]  # fmt: skip
    assert problems == []
    assert found[1].path == root.resolve() / "plugins/b.py"


def test_what_begins_with_underscore_or_point_and_other_files_are_none(
    root: Path, write: Write
) -> None:
    for name in ("_a.py", ".b.py", "_c/__init__.py", "readme.md", "data/words.txt", "a.pyc"):
        write(name)
    assert find_in(root) == ([], [])


def test_a_file_is_hashed_as_sha256sum_does(root: Path, write: Write) -> None:
    data = write().read_bytes()
    (found,), _ = find_in(root)
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.source.files == {"visibility.py": data}


def test_a_folder_is_hashed_with_all_it_holds_but_byte_code(root: Path, write: Write) -> None:
    write("a/__init__.py")
    write("a/words/list.txt", "boat")
    write("a/__pycache__/x.pyc", "left by Python")
    (found,), _ = find_in(root)
    assert sorted(found.source.files) == ["__init__.py", "words/list.txt"]
    before = found.sha256
    write("a/__pycache__/y.pyc", "more of it")
    assert find_in(root)[0][0].sha256 == before
    write("a/words/list.txt", "boats")
    assert find_in(root)[0][0].sha256 != before


def test_moving_a_byte_from_one_file_to_the_next_changes_the_hash(root: Path, write: Write) -> None:
    write("a/__init__.py", "")
    write("a/b", "12")
    write("a/c", "3")
    (one,), _ = find_in(root)
    write("a/b", "1")
    write("a/c", "23")
    (other,), _ = find_in(root)
    assert one.sha256 != other.sha256


def test_a_link_is_refused_wherever_it_stands(root: Path, write: Write, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("x = 1")
    write("b/__init__.py")
    write("c/__init__.py")
    (root / "plugins/a.py").symlink_to(outside)
    (root / "plugins/b/inner.py").symlink_to(outside)
    (root / "plugins/d").symlink_to(root / "plugins/c")
    found, problems = find_in(root)
    assert [f.name for f in found] == ["c"]
    assert [p.file for p in problems] == ["plugins/a.py", "plugins/b/inner.py", "plugins/d"]
    assert all("is a link" in p.what and p.level == "warning" for p in problems)


def test_a_folder_of_plugins_that_is_a_link_is_refused(
    root: Path, write: Write, tmp_path: Path
) -> None:
    write()
    (root / "plugins").rename(tmp_path / "elsewhere")
    (root / "plugins").symlink_to(tmp_path / "elsewhere")
    found, (problem,) = find_in(root)
    assert found == []
    assert problem.what.startswith("is a link")


def test_a_project_behind_a_link_of_the_users_own_is_all_right(
    root: Path, write: Write, tmp_path: Path
) -> None:
    path = write()
    (tmp_path / "short").symlink_to(root)
    (found,), problems = find_in(tmp_path / "short")
    assert problems == []
    assert found.path == path.resolve()


def test_a_file_of_that_name_is_one_problem(root: Path) -> None:
    (root / "plugins").write_text("not a folder")
    found, (problem,) = find_in(root)
    assert (found, problem.file, problem.level) == ([], "plugins", "warning")
    assert "is a file" in problem.what


def test_a_pipe_does_not_hang_us(root: Path) -> None:
    (root / "plugins").mkdir()
    os.mkfifo(root / "plugins/a.py")
    found, (problem,) = find_in(root)
    assert (found, problem.what) == ([], "is no ordinary file")


def test_two_of_one_name_are_told_apart(root: Path, write: Write) -> None:
    write("a.py")
    write("a/__init__.py")
    (found,), (problem,) = find_in(root)
    assert {found.label, problem.file} == {"plugins/a.py", "plugins/a"}
    assert found.label in problem.what


@pytest.mark.parametrize("owner", [os.getuid() + 1, 65534])
def test_somebody_elses_file_is_refused(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch, owner: int
) -> None:
    write()
    real = os.fstat

    def fstat(descriptor: int) -> os.stat_result:
        values = list(real(descriptor))
        values[4] = owner
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", fstat)
    found, (problem,) = find_in(root)
    assert (found, problem.what) == ([], "belongs to another user")


def test_too_much_is_refused(root: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_BYTES", 2000)
    write("a/__init__.py", "x" * 1500)
    write("a/more.py", "x" * 501)
    write("b.py", "x" * 2000)
    found, (problem,) = find_in(root)
    assert [f.name for f in found] == ["b"]
    assert problem.file == "plugins/a/more.py"
    assert "is too large" in problem.what


def test_too_many_files_are_refused(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    for name in ("a/__init__.py", "a/b.py", "c/__init__.py", "c/d.py", "c/e.py"):
        write(name)
    found, (problem,) = find_in(root)
    assert [f.name for f in found] == ["a"]
    assert str(problem) == "plugins/c: holds more than 2 files. Install it as a package instead"


def test_a_name_that_is_no_unicode_is_refused(root: Path, write: Write) -> None:
    write("b/__init__.py")
    for name in (b"plugins/\xff.py", b"plugins/b/\xff.txt"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text("x = 1")
    found, problems = find_in(root)
    assert found == []
    assert [(p.what, p.hint) for p in problems] == [
        ("holds a file whose name is no Unicode", "Rename it"),
        ("has a name that is no Unicode", "Rename it"),
    ]


def test_a_folder_that_can_not_be_looked_into_is_a_problem(root: Path) -> None:
    found, (problem,) = find_in(root / "criteria.toml")
    assert found == []
    assert str(problem) == "plugins: can't be opened: not a directory."


def test_reading_what_is_not_there_says_so(root: Path) -> None:
    with pytest.raises(EvaluatorError, match="is not there"):
        sources.read(root / "plugins/no.py", "plugins/no.py")


def test_nothing_is_installed_here_and_it_is_found_out_quickly(root: Path) -> None:
    assert find_installed(root) == []


def test_an_installed_one_is_found_by_its_entry_point(root: Path, install: Write) -> None:
    install("foo")
    install("bar", version="2.0")
    found = find_installed(root)
    assert [(f.label, f.version, f.source.entry, f.key) for f in found] == [
        ("bar 2.0", "2.0", "bar_plugin", "installed:bar"),
        ("foo 0.3", "0.3", "foo_plugin", "installed:foo"),
    ]


def test_one_that_is_installed_as_a_zip_is_found(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "site.zip"
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("zipped-1.0.dist-info/METADATA", "Name: zipped\nVersion: 1.0\n")
        archive.writestr("zipped-1.0.dist-info/entry_points.txt", "[evaluator]\nzipped = x\n")
    monkeypatch.setattr(sys, "path", [str(place)])
    assert [found.label for found in find_installed(root)] == ["zipped 1.0"]


def test_metadata_that_lies_in_the_project_is_not_installed(
    root: Path, install: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install("foo")
    (tmp_path / "site").rename(root / "site")
    for place in (root / "site", "site", ""):
        monkeypatch.syspath_prepend(place)
    monkeypatch.chdir(root)
    assert find_installed(root) == []


def test_an_environment_kept_inside_the_project_stays_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / ".venv"
    monkeypatch.setattr("sys.prefix", str(home))
    places = [str(tmp_path), str(home / "lib"), str(tmp_path / "lib"), "relative", "", "/else"]
    assert sources.module_path(tmp_path, places) == [str(home / "lib"), "/else"]
