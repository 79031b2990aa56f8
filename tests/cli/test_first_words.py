"""What the program says where something small is wrong: the truth, once, and what helps."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from evaluator.cli import main
from evaluator.store import atomic
from tests.cli.conftest import Run


def test_a_score_off_the_scale_takes_nobody_in(scored: Path, run: Run) -> None:
    refused = run("--as", "Zoe", "score", "lamps", "reach", "9")
    assert refused.status == 2
    assert "takes part" not in refused.err
    taken = run("--as", "Zoe", "score", "lamps", "reach", "4")
    assert "Zoe takes part from now on (as zoe)" in taken.err


def test_a_save_that_fails_promises_nothing(
    scored: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(atomic, "write", full)
    refused = run("--as", "Zoe", "score", "lamps", "reach", "4")
    assert refused.status == 2
    assert "not saved: read-only file system" in refused.err
    assert "memory" not in refused.err
    assert "takes part" not in refused.err


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('levels = ["None"', 'level = ["None"', "Did you mean 'levels' for 'level'?"),
        ('better = "lower"\nlevels', 'better = "lower"\nscael', "Did you mean 'scale' for 'scael'"),
    ],
)
def test_a_misspelt_key_of_a_criterion_is_named(
    root: Path, run: Run, old: str, new: str, said: str
) -> None:
    path = root / "criteria.toml"
    path.write_text(path.read_text().replace(old, new))
    found = run("check")
    assert found.status == 1
    assert "criteria.burden has neither levels nor a scale" in found.out
    assert said in found.out
    assert "no plugin knows" not in found.out


def test_import_of_what_is_no_table(run: Run, root: Path, tmp_path: Path) -> None:
    folder = run("import", str(tmp_path))
    assert folder.status == 2
    assert "is a folder, not a file" in folder.err
    for suffix in (".odt", ".doc"):
        path = tmp_path / f"brief{suffix}"
        path.write_bytes(b"x")
        assert "Save it as .docx" in run("import", str(path)).err


def test_a_ranking_without_options_points_to_import(run: Run, tmp_path: Path) -> None:
    run("new", str(tmp_path / "empty"), at=None)
    refused = run("rank", at=tmp_path / "empty")
    assert refused.status == 2
    assert "no options yet; try: evaluator import FILE" in refused.err


@pytest.mark.parametrize(("word", "near"), [("frobnicate", ""), ("rnak", "rank")])
def test_only_a_near_command_is_proposed(run: Run, word: str, near: str) -> None:
    said = run(word).err
    assert ("Did you mean" in said) == bool(near)
    assert near in said


def test_export_names_the_formats_without_a_suffix(run: Run) -> None:
    said = "".join(run("export", "--help").out.split())
    assert "report,report-htmlandcsv-ballots" in said


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("evaluator export out --format rep", {"report", "report-html"}),
        ("evaluator rank --method top", {"topsis"}),
        ("evaluator --as am", {"amina"}),
        ("evaluator rank --as bi", {"bilal"}),
    ],
)
def test_the_shell_is_offered_formats_methods_and_people(
    scored: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: str,
    offered: set[str],
) -> None:
    monkeypatch.chdir(scored)
    monkeypatch.setenv("_EVALUATOR_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    main([])
    assert {line.split(",")[1] for line in capsys.readouterr().out.splitlines()} == offered


@pytest.mark.parametrize("more", [[], ["--example"]])
def test_a_new_project_keeps_locks_out_of_git(run: Run, tmp_path: Path, more: list[str]) -> None:
    folder = tmp_path / "made"
    run("new", str(folder), *more, at=None)
    ignored = (folder / ".gitignore").read_text().splitlines()
    assert {"/sessions/*/.lock", "/sessions/*/.merged/"} <= set(ignored)


def test_a_gitignore_that_is_there_stays(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / ".gitignore").write_text("mine\n")
    assert run("new", str(folder), at=None).status == 0
    assert (folder / ".gitignore").read_text() == "mine\n"


def test_a_damaged_ballot_is_told_once(scored: Path, run: Run) -> None:
    path = scored / "sessions/first/ballots/round-1/amina.toml"
    path.write_bytes(path.read_bytes()[:60])
    refused = run("rank")
    assert refused.status == 2
    lines = refused.err.splitlines()
    assert len(lines) == len({line.split(": ", 1)[1] for line in lines})
    assert refused.err.count("amina.toml") == len(lines)
    assert sum("rebuilt from its history" in line for line in lines) == 1
