"""`sessions merge --conflicts` and `sessions rebuild`."""

import shutil
from pathlib import Path

from evaluator.model import Option
from evaluator.project import Project
from tests.cli.conftest import Run

COPY = "amina.sync-conflict-20261124-101010-ABCDEFG.toml"


def test_conflict_copies_are_shown_then_taken_in(scored: Path, run: Run) -> None:
    folder = scored / "sessions/first/ballots/round-1"
    whole = (folder / "amina.toml").read_bytes()
    run("--as", "amina", "score", "boats", "reach", "clear")
    run("--as", "amina", "score", "lamps", "reach", "1")
    (folder / COPY).write_bytes(whole)
    assert "--conflicts" in run("check").out
    shown = run("sessions", "merge", "--conflicts", "--dry-run")
    assert "1 cells to take, 1 that differ" in shown.out
    assert shown.status == 1
    assert (folder / COPY).exists()
    taken = run("sessions", "merge", "--conflicts", "--json")
    assert taken.status == 1
    assert taken.json["made"] == ["sessions/first/ballots/round-1/amina.toml"]
    assert [p["key"] for p in taken.json["problems"]] == ["scores.lamps.reach"]
    assert taken.json["copies"] == [{"copy": f"ballots/round-1/{COPY}", "taken": 1, "aside": False}]
    assert (folder / COPY).exists()
    kept = run("sessions", "merge", "--conflicts", "--keep-here")
    assert kept.status == 0
    assert "put aside in sessions/first/.merged: 1 of 1" in kept.out
    assert not (folder / COPY).exists()
    assert run("sessions", "merge", "--conflicts").out == "no conflict copies\n"
    rows = run("--as", "amina", "rank", "--json").json["ranking"]
    given = {row["option"]: row["scores"]["reach"] for row in rows}
    assert given == {"lamps": 1, "ferry": 5, "boats": 2}


def test_copies_of_session_and_options_are_shown_key_by_key_then_taken_in(
    scored: Path, run: Run
) -> None:
    folder = scored / "sessions/first"
    here = {name: (folder / name).read_bytes() for name in ("session.toml", "options.toml")}
    run("sessions", "add", "Dora", "--role", "facilitator")
    run("weigh", "reach=70")
    opened = Project.open(scored).workshop("first")
    opened.edit_option(Option("kiosk", "Open a kiosk"))
    opened.save()
    for name, data in here.items():
        copy = folder / name.replace(".toml", "-DESKTOP-4F2K.toml")
        copy.write_bytes((folder / name).read_bytes())
        (folder / name).write_bytes(data)
    run("weigh", "burden=50")
    assert run("check").out.count("sessions merge --conflicts") == 2
    shown = run("sessions", "merge", "--conflicts", "--dry-run")
    assert shown.out.splitlines() == [
        "options-DESKTOP-4F2K.toml: 1 keys to take, 0 that differ",
        "  options.kiosk is new",
        "session-DESKTOP-4F2K.toml: 2 keys to take, 0 that differ",
        "  participants.dora is new",
        "  weights.reach: 60 → 70",
    ]
    assert shown.status == 0
    assert "Open a kiosk" not in run("options", "--session", "first").out
    done = run("sessions", "merge", "--conflicts", "--json")
    assert done.status == 0
    assert done.json["made"] == [f"sessions/first/{name}" for name in sorted(here)]
    assert done.json["copies"] == [
        {"copy": "options-DESKTOP-4F2K.toml", "taken": ["options.kiosk is new"], "aside": True},
        {
            "copy": "session-DESKTOP-4F2K.toml",
            "taken": ["participants.dora is new", "weights.reach: 60 → 70"],
            "aside": True,
        },
    ]
    assert "kiosk" in run("options", "--session", "first").out
    assert run("sessions", "show", "--json").json["weights"] == {"reach": 70, "burden": 50}
    assert run("check").out == "no problem found\n"


def test_what_differs_on_both_sides_is_named_until_it_is_settled(scored: Path, run: Run) -> None:
    folder = scored / "sessions/first"
    here = (folder / "session.toml").read_bytes()
    run("weigh", "reach=70")
    (folder / "session (1).toml").write_bytes((folder / "session.toml").read_bytes())
    (folder / "session.toml").write_bytes(here)
    run("weigh", "reach=80")
    shown = run("sessions", "merge", "--conflicts")
    assert shown.status == 1
    said = "weights.reach: 70 in the copy, 80 here. To change it: evaluator --session first weigh"
    assert said in shown.err
    assert "stays where it is: session (1).toml" in shown.out
    assert "--keep-here" in shown.out
    run("weigh", "reach=70")
    settled = run("sessions", "merge", "--conflicts")
    assert settled.status == 0
    assert "put aside in sessions/first/.merged: 1 of 1" in settled.out


def test_a_copy_that_cant_be_read_is_named_and_stays(scored: Path, run: Run) -> None:
    copy = scored / "sessions/first/session (1).toml"
    copy.write_bytes((scored / "sessions/first/session.toml").read_bytes()[:200])
    result = run("sessions", "merge", "--conflicts", "--keep-here")
    assert result.status == 1
    assert "sessions/first/session (1).toml" in result.err
    assert result.out.splitlines()[0] == "stays where it is: session (1).toml"
    assert copy.exists()


def test_files_and_conflicts_exclude_each_other(scored: Path, run: Run) -> None:
    for words in ([], ["--conflicts", "x.toml"]):
        result = run("sessions", "merge", *words)
        assert result.status == 2
        assert "--conflicts" in result.err
    assert "--conflicts too" in run("sessions", "merge", "x.toml", "--keep-here").err


def test_before_the_reveal_only_how_many_are_in_is_said(root: Path, run: Run) -> None:
    run("sessions", "new", "First", "--blind", "--participant", "Amina", "--participant", "Bilal",
        "--facilitator", "Zoe")  # fmt: skip
    run("--as", "amina", "score", "lamps", "reach", "4")
    shown = run("--as", "bilal", "sessions", "show").out
    assert "ballots in: 1 of 2" in shown
    assert "1 of 6" not in shown
    assert "1 of 6" in run("--as", "amina", "sessions", "show").out
    assert "1 of 6" in run("--as", "zoe", "sessions", "show").out


def test_a_packed_session_keeps_all_that_a_room_adds(root: Path, run: Run, tmp_path: Path) -> None:
    made = Project.open(root).begin("First", participants=["Amina", "Bilal"])
    made.score_room("lamps", "reach", "4 2")
    made.set_range("lamps", "reach", (3, 5), participant="amina")
    made.recuse("ferry", "Owns it", participant="bilal")
    made.dissent("boats", "Too early", participant="bilal")
    made.mark("lamps", "reach", revote=True, note="two\nlines")
    made.state_minority("amina", "No")
    made.combine("median")
    made.weigh_people([("amina", 2)])
    made.describe("sponsor", "Council")
    made.save()
    run("sessions", "pack", "first", str(tmp_path / "a.toml"))
    before = {p.name: p.read_bytes() for p in (root / "sessions/first").rglob("*.toml")}
    shutil.rmtree(root / "sessions/first")
    assert run("sessions", "unpack", str(tmp_path / "a.toml")).status == 0
    after = {p.name: p.read_bytes() for p in (root / "sessions/first").rglob("*.toml")}
    assert after == before
    run("sessions", "pack", "first", str(tmp_path / "b.toml"))
    assert (tmp_path / "a.toml").read_bytes() == (tmp_path / "b.toml").read_bytes()
    assert run("check").status == 0


def test_a_damaged_ballot_is_offered_and_rebuilt(scored: Path, run: Run) -> None:
    path = scored / "sessions/first/ballots/round-1/amina.toml"
    before = run("--as", "amina", "rank", "--json").json
    path.write_bytes(path.read_bytes()[:100])
    broken = run("rank")
    assert broken.status == 2
    assert "sessions rebuild amina" in broken.err
    assert "6 cells" in run("sessions", "rebuild", "Amina", "--dry-run").out
    assert len(path.read_bytes()) == 100
    done = run("sessions", "rebuild", "amina")
    assert done.status == 0
    assert ".damaged" in done.out
    assert run("--as", "amina", "rank", "--json").json == before
    assert run("sessions", "rebuild", "amina").status == 2
