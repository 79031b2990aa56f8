"""score and weigh."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def ballot(root: Path, who: str = "amina", round_: int = 1) -> dict[str, object]:
    path = root / f"sessions/first/ballots/round-{round_}/{who}.toml"
    return tomllib.loads(path.read_text("utf-8"))


def test_a_score_is_written_and_the_change_is_printed(scored: Path, run: Run) -> None:
    result = run("--as", "amina", "score", "ferry", "reach", "2.5", "--note", "Summer", "--json")
    assert result.json == {
        "schema": 1,
        "session": "first",
        "round": 1,
        "participant": "amina",
        "option": "ferry",
        "criterion": "reach",
        "from": 5,
        "to": 2.5,
    }
    found = ballot(scored)
    assert found["scores"]["ferry"]["reach"] == 2.5
    assert found["notes"]["ferry"]["reach"] == "Summer"


def test_abstain_and_clear(scored: Path, run: Run) -> None:
    assert run("--as", "amina", "score", "ferry", "reach", "abstain", "--json").json["to"] == (
        "abstain"
    )
    assert ballot(scored)["scores"]["ferry"]["reach"] == "abstain"
    cleared = run("--as", "amina", "score", "ferry", "reach", "clear", "--json").json
    assert (cleared["from"], cleared["to"]) == ("abstain", None)
    assert "reach" not in ballot(scored)["scores"]["ferry"]


@pytest.mark.parametrize("word", ["6", "0", "nan", "three", "true", "4,5", "4_0", "-1", "abstian"])
def test_what_is_no_score_is_refused_and_nothing_changes(scored: Path, run: Run, word: str) -> None:
    before = ballot(scored)
    result = run("--as", "amina", "score", "ferry", "reach", word)
    assert (result.status, result.out) == (2, "")
    assert "Reach" in result.err
    assert word in result.err
    assert ballot(scored) == before


def test_a_misspelt_abstain_is_recognised(scored: Path, run: Run) -> None:
    assert "Did you mean 'abstain'?" in run("score", "ferry", "reach", "abstian").err


def test_negative_scores_need_no_double_dash(root: Path, run: Run) -> None:
    path = root / "criteria.toml"
    path.write_text(
        path.read_text()
        + '\n[criteria.balance]\nquestion = "Gain?"\nbetter = "higher"\nscale = [-10, 10]\n'
    )
    result = run("score", "lamps", "balance", "-2.5", "--note", "loss", "--json")
    assert result.json["to"] == -2.5


def test_the_first_score_starts_a_session_named_after_the_day(root: Path, run: Run) -> None:
    before = dt.datetime.now().astimezone().date().isoformat()
    found = run("score", "lamps", "reach", "4", "--json").json
    assert found["session"] >= before
    assert found["from"] is None
    assert (root / "sessions" / found["session"] / "session.toml").is_file()


def test_who_writes_is_the_configured_name_else_the_login_name(
    scored: Path, run: Run, own_home: Path
) -> None:
    first = run("score", "lamps", "reach", "4", "--json")
    assert first.json["participant"] == "tester"
    assert "tester takes part from now on" in first.err
    config = own_home / "config" / "evaluator" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('name = "Bilal"\n')
    assert run("score", "lamps", "reach", "4", "--json").json["participant"] == "bilal"


def test_somebody_unknown_is_taken_in_under_a_key_of_their_own(scored: Path, run: Run) -> None:
    result = run("--as", "Zoë  K.", "score", "lamps", "reach", "4", "--json")
    assert result.json["participant"] == "zoe-k"
    again = run("--as", "ZOË  k.", "score", "lamps", "reach", "5", "--json")
    assert again.json["participant"] == "zoe-k"
    assert again.json["from"] == 4
    session = tomllib.loads((scored / "sessions/first/session.toml").read_text("utf-8"))
    assert session["participants"]["zoe-k"]["name"] == "Zoë  K."


def test_a_blank_name_is_no_participant(scored: Path, run: Run) -> None:
    assert run("--as", "  ", "score", "lamps", "reach", "4").status == 2


def test_a_closed_round_takes_no_score(scored: Path, run: Run) -> None:
    run("sessions", "round", "close")
    before = ballot(scored)
    result = run("--session", "first", "--as", "amina", "score", "lamps", "reach", "5")
    assert result.status == 2
    assert "round 1" in result.err
    assert ballot(scored) == before


def test_weights_of_the_session(scored: Path, run: Run) -> None:
    found = run("weigh", "reach=10", "burden=30", "--json").json
    assert found["weights"] == {"reach": 0.25, "burden": 0.75}
    session = tomllib.loads((scored / "sessions/first/session.toml").read_text("utf-8"))
    assert session["weights"] == {"reach": 10, "burden": 30}


def test_weights_of_one_ballot(scored: Path, run: Run) -> None:
    found = run("--as", "bilal", "weigh", "reach=40", "--json").json
    assert found["weights"] == {"reach": 0.5, "burden": 0.5}
    assert ballot(scored, "bilal")["weights"] == {"reach": 40}
    assert run("rank", "--json").json["weights"]["reach"] == 0.6
    assert run("--as", "bilal", "rank", "--json").json["weights"]["reach"] == 0.5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["reech=5"], "'reach'"),
        (["reach=lots"], "lots"),
        (["reach"], "NAME=NUMBER"),
        (["reach=0", "burden=0"], "0"),
        (["burden=3", "reech=5"], "reech"),
        (["reach=-1"], "-1"),
    ],
)
def test_bad_weights_change_nothing(scored: Path, run: Run, words: list[str], said: str) -> None:
    path = scored / "sessions/first/session.toml"
    before = path.read_bytes()
    result = run("weigh", *words)
    assert result.status == 2
    assert said in result.err
    assert path.read_bytes() == before
