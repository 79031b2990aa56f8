"""`sessions merge --conflicts` and `sessions rebuild`."""

from pathlib import Path

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
    assert not (folder / COPY).exists()
    assert run("sessions", "merge", "--conflicts").out == "no conflict copies\n"
    rows = run("--as", "amina", "rank", "--json").json["ranking"]
    given = {row["option"]: row["scores"]["reach"] for row in rows}
    assert given == {"lamps": 1, "ferry": 5, "boats": 2}


def test_files_and_conflicts_exclude_each_other(scored: Path, run: Run) -> None:
    for words in ([], ["--conflicts", "x.toml"]):
        result = run("sessions", "merge", *words)
        assert result.status == 2
        assert "--conflicts" in result.err


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
