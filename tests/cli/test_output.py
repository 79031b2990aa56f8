"""What comes out: cut to the terminal or whole in a pipe, and what stands behind a `--`."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.cli import main, show
from evaluator.project import Project
from tests.cli.conftest import Run

LONG = "Widen the quay, " * 20


@pytest.fixture
def long_title(root: Path) -> None:
    path = root / "options.toml"
    path.write_text(path.read_text().replace("Put lamps along the harbour", LONG.strip()))


@pytest.mark.usefixtures("long_title")
def test_a_pipe_gets_the_whole_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert all(len(line) <= 60 for line in run("options").out.splitlines())
    monkeypatch.delenv("COLUMNS")
    assert LONG.strip() in run("options").out


def test_a_stream_that_can_not_be_set_up_is_written_to_as_it_is(root: Path) -> None:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(["-C", str(root), "options"]) == 0
    assert "lamps" in out.getvalue()


@given(st.text(st.sampled_from("ab é漢字\u0301…"), max_size=20), st.integers(1, 12))
def test_a_text_fits_its_room_and_loses_no_more_than_it_must(text: str, room: int) -> None:
    fitted = show.fit(text, room)
    if show.cells(text) <= room:
        assert fitted == text
        return
    kept = fitted.removesuffix("…")
    assert fitted.endswith("…")
    assert text.startswith(kept)
    assert show.cells(fitted) <= room
    more = text[: len(kept) + 1]
    assert more.isspace() or more != more.rstrip() or show.cells(more) > room - 1


def test_help_names_the_arguments_in_its_first_line_alone(run: Run) -> None:
    shown = run("score", "--help").out
    assert "OPTION CRITERION" in shown.splitlines()[0]
    own, shared = shown.split("Options for all:")
    assert "--note" in own
    assert [line for line in own.splitlines() if line.split()[:1] == ["CRITERION"]] == []
    assert "--session" in shared


def test_what_stands_behind_two_dashes_is_no_option(run: Run) -> None:
    assert run("--as", "amina", "score", "lamps", "reach", "--", "4").status == 0
    result = run("--as", "amina", "score", "lamps", "reach", "--", "-4")
    assert result.status == 2
    assert "Reach: -4 is no score on its scale" in result.err
    assert run("--as", "amina", "score", "lamps", "reach", "-4").err == result.err


def test_version_outside_a_project_names_no_plugin(run: Run, tmp_path: Path) -> None:
    result = run("--version", at=tmp_path)
    assert result.status == 0
    assert result.out.startswith("evaluator ")
    assert "(project)" not in result.out


def test_a_fault_of_ours_without_a_place_for_its_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    (own_home / "state").write_text("a file where the folder should be")

    def broken(*_: object, **__: object) -> Project:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr(Project, "open", broken)
    result = run("options")
    assert result.status == 2
    assert result.err == "error: this should not happen: ZeroDivisionError: seven\n"


def test_a_filter_on_scores_asks_the_session_once(scored: Path, run: Run) -> None:
    found = run("--session", "first", "--as", "amina", "search", "reach>=4", "--json").json
    assert {hit["option"] for hit in found["hits"]} == {"lamps", "ferry"}


def test_a_plugin_that_writes_out_no_id_is_trusted_without_a_word_on_use(
    root: Path, run: Run
) -> None:
    (root / "plugins").mkdir()
    (root / "plugins/later.py").write_text("x = 1\n")
    result = run("plugins", "trust", "plugins/later.py", "--yes")
    assert result.status == 0
    assert "trusted: plugins/later.py" in result.out
    assert "criteria.toml" not in result.out


def test_what_is_of_no_consequence_is_told_by_check_alone(scored: Path, run: Run) -> None:
    path = scored / "sessions/first/ballots/round-1/amina.toml"
    text = path.read_text()
    path.write_text(text[: text.index("[end]")] + '[end]\ndigest = ""\n')
    for command in (["rank"], ["group"], ["sessions", "show"], ["score", "lamps", "reach", "3"]):
        assert "edited outside" not in run(*command).err
    assert "edited outside" in run("check").out
