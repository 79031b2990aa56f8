"""What holds for every command: options anywhere, messages, exit statuses, output that is safe."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator import __version__
from evaluator.cli import main, show
from evaluator.cli.options import number, pairs
from evaluator.errors import EvaluatorError
from evaluator.model import is_number
from evaluator.project import Project
from evaluator.store import atomic
from tests.cli.conftest import Run

PROGRAM = Path(sys.executable).with_name("evaluator")


def program(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
        errors="surrogateescape",
    )


@pytest.mark.parametrize(
    "arguments", [["--json", "options"], ["options", "--json"], ["--json", "options", "--json"]]
)
def test_options_for_all_stand_before_and_after_the_command(run: Run, arguments: list[str]) -> None:
    document = run(*arguments).json
    assert [option["id"] for option in document["options"]] == ["lamps", "ferry", "boats"]


def test_the_project_may_be_named_after_the_command(root: Path, run: Run) -> None:
    assert run("options", "-C", str(root), at=None).status == 0


def test_a_misspelt_command_is_answered_with_the_nearest(run: Run) -> None:
    result = run("rnak")
    assert result.status == 2
    assert result.err == "error: no such command 'rnak'. Did you mean 'rank'?\n"


def test_a_misspelt_command_of_a_group_too(run: Run) -> None:
    assert "Did you mean 'merge'?" in run("sessions", "merg").err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["options", "--josn"], "--josn"),
        (["score", "lamps"], "criterion"),
        (["--round", "zzqq", "rank"], "zzqq"),
        (["new"], "folder"),
        (["plugins", "trust"], "path"),
    ],
)
def test_wrong_usage_is_one_line_and_ends_with_2(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert said in result.err.casefold()
    assert result.err.count("\n") == 1
    assert result.err.startswith("error: ")


def test_outside_a_project_every_command_says_how_to_make_one(tmp_path: Path, run: Run) -> None:
    result = run("rank", at=tmp_path)
    assert result.status == 2
    assert "criteria.toml" in result.err
    assert "evaluator new FOLDER" in result.err


def test_a_folder_below_the_project_names_the_project(root: Path, run: Run) -> None:
    (root / "below").mkdir()
    result = run("options", at=root / "below")
    assert result.status == 2
    assert str(root) in result.err


def test_the_nearest_project_upward_is_found(
    root: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "below").mkdir()
    monkeypatch.chdir(root / "below")
    assert run("options", at=None).status == 0


def test_a_session_that_is_needed_and_not_there(run: Run) -> None:
    result = run("rank", "--json")
    assert (result.status, result.out) == (2, "")
    assert "no session yet; try: evaluator score" in result.err


def test_json_holds_nothing_that_steers_a_terminal(root: Path, run: Run) -> None:
    path = root / "options.toml"
    title = "a\\u202Eb\\u2028c\\U000E0041d\\u009De\\u007Ff é"
    path.write_text(path.read_text().replace("Put lamps along the harbour", title))
    result = run("options", "--json")
    assert "\u202e" not in result.out
    assert not any(0x7F <= ord(char) <= 0x9F or ord(char) > 0xE0000 for char in result.out)
    assert result.json["options"][0]["title"] == "a\u202eb\u2028c\U000e0041d\x9de\x7ff é"


def test_a_table_shows_hostile_titles_safely(root: Path, run: Run) -> None:
    path = root / "options.toml"
    path.write_text(path.read_text().replace("Put lamps", "\\u001B[31mPut\\r\\u202Elamps"))
    out = run("options").out
    assert "\x1b" not in out
    assert "\r" not in out
    assert "␛[31mPut ‹202E›lamps along the harbour" in out


def test_version_names_extras_and_project_plugins(root: Path, run: Run) -> None:
    (root / "plugins").mkdir()
    (root / "plugins" / "mine.py").write_text("raise SystemExit('never run')")
    result = run("--version")
    assert result.status == 0
    assert result.out.startswith(f"evaluator {__version__} (Python ")
    assert "plugin mine (project)" in result.out
    assert "extra docx: installed" in result.out
    assert run("--version", "--json").json["version"] == __version__


def test_help_lists_every_command_in_order(run: Run) -> None:
    result = run("--help")
    assert result.status == 0
    commands = [line.split()[0] for line in result.out.split("Commands:\n")[1].splitlines() if line]
    assert commands[:5] == ["new", "import", "options", "criteria", "suggest"]
    assert {"robustness", "portfolio", "group", "export", "plugins", "check"} <= set(commands)


def test_without_a_terminal_the_app_says_what_to_type(run: Run) -> None:
    result = run()
    assert result.status == 2
    assert "needs a terminal" in result.err
    assert "evaluator --help" in result.err


def test_opening_the_app_loads_nothing_of_the_command_line(root: Path) -> None:
    code = (
        "import sys\n"
        "from evaluator.cli import main\n"
        "status = main(['-C', sys.argv[1]])\n"
        "print('click' in sys.modules, status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=False
    )
    assert done.stdout == "False 2\n", done.stderr


def test_a_fault_of_ours_is_one_sentence_and_a_log(
    run: Run, monkeypatch: pytest.MonkeyPatch, own_home: Path
) -> None:
    def broken(*_: object, **__: object) -> Project:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr(Project, "open", broken)
    result = run("options")
    assert result.status == 2
    assert result.err.count("\n") == 1
    assert "ZeroDivisionError: seven" in result.err
    log = own_home / "state" / "evaluator" / "errors.log"
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> Project:
        raise KeyboardInterrupt

    monkeypatch.setattr(Project, "open", interrupted)
    assert run("options").status == 130


def test_an_ascii_terminal_gets_escapes_and_valid_json(root: Path) -> None:
    path = root / "options.toml"
    path.write_text(path.read_text().replace("Put lamps", "Pút 🚢 lamps"))
    plain = program("-C", str(root), "options", PYTHONIOENCODING="ascii")
    assert plain.returncode == 0
    assert "P\\xfat \\U0001f6a2 lamps" in plain.stdout
    found = program("-C", str(root), "options", "--json", PYTHONIOENCODING="ascii")
    assert json.loads(found.stdout)["options"][0]["title"].startswith("Pút 🚢 lamps")


def test_a_reader_that_has_had_enough_is_no_error(root: Path) -> None:
    code = f"'{PROGRAM}' -C '{root}' criteria --json | head -c 1 >/dev/null"
    done = subprocess.run(["sh", "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_bytes_that_are_no_text_survive_in_an_argument(root: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "-C", str(root), "score", b"fe\xffrry", "reach", "4"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert b"'fe\\udcffrry'. Did you mean 'ferry'?" in done.stderr


@given(st.one_of(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9)))
def test_plain_decimal_numbers_are_read_as_they_are(value: float) -> None:
    word = f"{value:f}" if isinstance(value, float) else str(value)
    assert number(word, "x") == float(word)


@pytest.mark.parametrize(
    "word", ["4_0", "4,5", "nan", "inf", "true", "1e3", "", "٤", "0x1", "+", "9" * 400, "1 2"]
)
def test_what_is_no_plain_decimal_is_refused_and_named(word: str) -> None:
    with pytest.raises(EvaluatorError) as caught:
        number(word, "weight of reach")
    assert word[:60] in str(caught.value)
    assert "weight of reach" in str(caught.value)


@given(st.text(max_size=30))
def test_no_text_is_read_as_anything_but_a_finite_number(word: str) -> None:
    with contextlib.suppress(EvaluatorError):
        assert is_number(number(word, "x"))


def test_pairs_are_parted_at_the_last_equals_sign() -> None:
    assert pairs(["a=1", "b=c=2.5"], "weight") == {"a": 1, "b=c": 2.5}


@pytest.mark.parametrize("words", [["a"], ["=1"], ["a="], ["a=1", "a=2"]])
def test_bad_pairs_are_refused(words: list[str]) -> None:
    with pytest.raises(EvaluatorError):
        pairs(words, "weight")


def test_a_table_gives_way_where_the_terminal_is_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    columns = [show.Column("N", right=True), show.Column("TITLE", flex=True)]
    lines = show.table(columns, [["1", "漢字" * 20], ["10", "short"]])
    assert lines[0] == " N  TITLE"
    assert lines[1].endswith("…")
    assert show.cells(lines[1]) <= 30
    assert lines[2] == "10  short"


def test_completion_runs_no_plugin(root: Path) -> None:
    (root / "plugins").mkdir()
    (root / "plugins" / "mine.py").write_text("raise SystemExit('never run')")
    done = program(
        _EVALUATOR_COMPLETE="bash_complete", COMP_WORDS=f"evaluator -C {root} ra", COMP_CWORD="3"
    )
    assert (done.returncode, done.stdout.strip()) == (0, "plain,rank"), done.stderr


def test_main_reads_the_command_line_by_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["evaluator", "--version"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("evaluator ")


@pytest.fixture
def offered(root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """What bash would offer for a half-typed line about the project."""

    def offered_(line: str) -> list[str]:
        words = f"evaluator -C {root} {line}"
        monkeypatch.setenv("_EVALUATOR_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", words)
        monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
        capsys.readouterr()
        assert main([]) == 0
        return [found.split(",", 1)[1] for found in capsys.readouterr().out.split()]

    return offered_


def test_ids_complete_from_the_project_while_there_is_no_session(offered) -> None:
    assert offered("score ") == ["lamps", "ferry", "boats"]
    assert offered("score lamps b") == ["burden"]
    assert offered("suggest --criterion r") == ["reach"]
    assert offered("sessions show ") == []


def test_ids_complete_from_the_session(root: Path, offered, run: Run) -> None:
    run_ = Project.open(root).begin("Second", participants=["Amina"])
    run_.save()
    (root / "options.toml").write_text("schema = 1\n")
    assert offered("--session s") == ["second"]
    assert offered("sessions show s") == ["second"]
    assert offered("score l") == ["lamps"]
    assert offered("--session nosuch score l") == []


def test_completion_passes_over_broken_files(root: Path, offered) -> None:
    (root / "options.toml").write_text("options = 3\n")
    assert offered("score l") == []
    (root / "criteria.toml").write_text("[[[")
    assert offered("score lamps r") == []


def test_completion_outside_a_project_offers_nothing(
    tmp_path: Path, offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert offered(f"-C {tmp_path} score l") == []


class TestOpening:
    """What reaches the app; the app itself is not started."""

    @pytest.fixture(autouse=True)
    def _app(self, somebody: None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[tuple[object, ...]] = []

        def run_app(project: object, workshop: object, **_: object) -> int:
            self.seen.append((project, workshop))
            return 0

        stub = types.SimpleNamespace(run=run_app)
        monkeypatch.setitem(sys.modules, "evaluator.tui.app", stub)

    def test_options_for_all_reach_the_app(self, scored: Path, run: Run) -> None:
        assert run("--session", "first", "--as", "bilal", "--round", "1").status == 0
        _, workshop = self.seen[0]
        assert (workshop.id, workshop.me, workshop.round) == ("first", "bilal", 1)

    def test_a_folder_alone_is_enough(self, root: Path, run: Run) -> None:
        assert run().status == 0
        project, workshop = self.seen[0]
        assert project.root == root
        assert not workshop.on_disk

    def test_a_session_that_is_not_there_is_one_line(self, scored: Path, run: Run) -> None:
        result = run("--session", "frist")
        assert result.status == 2
        assert "'first'" in result.err
        assert not self.seen


@pytest.mark.parametrize("folder", ["options.toml", "no/such", "x" * 5000, "a\0b"])
def test_minus_c_must_name_a_folder(root: Path, run: Run, folder: str) -> None:
    result = run("rank", at=root / folder)
    assert result.status == 2
    assert "folder" in result.err


def test_the_options_for_all_are_set_apart_in_the_help(run: Run) -> None:
    own, shared = run("weigh", "--help").out.split("Options for all:")
    assert "--session" not in own
    assert "--session ID" in shared


def test_a_new_session_has_only_round_1(run: Run) -> None:
    result = run("--round", "2", "score", "lamps", "reach", "4")
    assert result.status == 2
    assert "no round 2" in result.err


def test_a_disk_that_does_not_confirm_is_told(
    scored: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def unsure(folder: Path) -> None:
        raise atomic.NotConfirmed(5, "saved, but the disk did not confirm it")

    monkeypatch.setattr(atomic, "sync_folder", unsure)
    commands = [
        ["--as", "amina", "score", "lamps", "reach", "5"],
        ["export", str(tmp_path / "out.csv")],
        ["import", str(scored / "options.toml"), "--to", str(tmp_path / "new.toml")],
    ]
    for command in commands:
        result = run(*command)
        assert result.status == 0
        assert "did not confirm" in result.err
    assert run("--as", "amina", "rank", "--json").json["ranking"][0]["scores"]["reach"] == 5


def test_many_warnings_are_cut_short(scored: Path, run: Run) -> None:
    for place in range(8):
        (scored / f"sessions/first/ballots/round-1/x{place}.txt").write_text("x")
    lines = run("rank").err.splitlines()
    assert len(lines) == 6
    assert lines[-1] == "warning: 3 more; see them all with: evaluator check"
