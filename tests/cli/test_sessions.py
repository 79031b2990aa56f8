"""sessions list, show, new, add, round, refresh, merge, pack and unpack."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from evaluator.cli import sessions
from evaluator.project import Project
from tests.cli.conftest import Run, fill


def session(root: Path, id: str = "first") -> dict[str, object]:
    return tomllib.loads((root / f"sessions/{id}/session.toml").read_text("utf-8"))


def test_list_is_the_newest_first_with_counts(scored: Path, run: Run) -> None:
    found = run("sessions", "list", "--json").json["sessions"]
    assert found == [
        {"id": "first", "title": "First", "round": 1, "open": True, "participants": 2, "ballots": 2}
    ]
    assert "2 of 2" in run("sessions", "list").out


def test_list_names_a_session_that_can_not_be_read(scored: Path, run: Run) -> None:
    (scored / "sessions/first/session.toml").write_text("schema = 1\n")
    result = run("sessions", "list")
    assert result.status == 0
    assert "unreadable" in result.out
    assert "sessions/first/session.toml" in result.err


def test_list_without_a_session_says_how_to_begin(run: Run) -> None:
    assert "evaluator score" in run("sessions", "list").out
    assert run("sessions", "list", "--json").json["sessions"] == []


def test_show_prints_the_sessions_own_keys(scored: Path, run: Run) -> None:
    found = run("sessions", "show", "first", "--json").json
    assert (found["id"], found["kind"], found["round"]) == ("first", "session", 1)
    assert found["participants"]["bilal"]["name"] == "Bilal"
    assert found["rounds"]["1"]["opened"].endswith("Z")
    out = run("sessions", "show").out
    assert "6 of 6" in out
    assert "RAND/UCLA" in out


def test_show_names_the_nearest(scored: Path, run: Run) -> None:
    result = run("sessions", "show", "frst")
    assert result.status == 2
    assert "'first'" in result.err


def test_new_takes_people_rules_and_an_id(root: Path, run: Run) -> None:
    found = run(
        "sessions", "new", "Second look", "--id", "second", "--blind", "--participant", "Amina",
        "--participant", "Bilal", "--facilitator", "Dina", "--consensus", "iqr=1.5", "--json",
    ).json  # fmt: skip
    assert (found["id"], found["blind"]) == ("second", True)
    assert {k: p["role"] for k, p in found["participants"].items()} == {
        "amina": "participant",
        "bilal": "participant",
        "dina": "facilitator",
    }
    assert found["consensus"] == {"rule": "iqr", "constant": 1.5}
    assert session(root, "second")["title"] == "Second look"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["   "], "blank"),
        (["A", "--id", "../x"], "../x"),
        (["A", "--consensus", "ramm"], "'ram'"),
        (["A", "--consensus", "share=1.5"], "0 to 1"),
        (["A", "--consensus", "iqr=lots"], "lots"),
        (["A", "--participant", " "], "name"),
    ],
)
def test_new_refuses(root: Path, run: Run, arguments: list[str], said: str) -> None:
    result = run("sessions", "new", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert not list((root / "sessions").glob("*/session.toml"))


def test_add_with_a_role(scored: Path, run: Run) -> None:
    run("sessions", "add", "Carla", "--role", "facilitator")
    assert session(scored)["participants"]["carla"] == {"name": "Carla", "role": "facilitator"}
    result = run("sessions", "add", "Dora", "--role", "facilitatr")
    assert result.status == 2
    assert "'facilitator'" in result.err


def test_rounds_close_reveal_and_open(scored: Path, run: Run) -> None:
    assert run("sessions", "round", "open").status == 2
    closed = run("sessions", "round", "close", "--json").json["rounds"]["1"]
    assert {"closed", "revealed"} <= set(closed)
    opened = run("sessions", "round", "open", "--json").json
    assert (opened["round"], list(opened["rounds"])) == (2, ["1", "2"])
    run("--as", "amina", "score", "ferry", "reach", "1")
    ballot = scored / "sessions/first/ballots/round-2/amina.toml"
    assert tomllib.loads(ballot.read_text())["scores"]["lamps"] == {"reach": 4, "burden": 1}
    assert run("--round", "1", "rank", "--json").json["round"] == 1
    result = run("--round", "1", "sessions", "round", "close")
    assert result.status == 2
    assert "not the newest" in result.err


def test_a_step_no_round_has(scored: Path, run: Run) -> None:
    result = run("sessions", "round", "clos")
    assert result.status == 2
    assert "'close'" in result.err


def test_refresh_takes_over_wording_and_new_criteria(scored: Path, run: Run) -> None:
    options = scored / "options.toml"
    options.write_text(options.read_text().replace("Put lamps", "Set lamps"))
    criteria = scored / "criteria.toml"
    more = '\n[criteria.calm]\nquestion = "Calm?"\nbetter = "higher"\nlevels = ["No", "Yes"]\n'
    criteria.write_text(criteria.read_text() + more)
    shown = run("sessions", "refresh", "--dry-run", "--json").json
    assert len(shown["changes"]) == 2
    assert "calm" not in session(scored)["criteria"]
    assert "taken over" in run("sessions", "refresh").out
    assert "calm" in session(scored)["criteria"]
    assert "Set lamps" in run("options", "--session", "first").out
    assert "nothing has changed" in run("sessions", "refresh").out


@pytest.fixture
def mailed(scored: Path, tmp_path: Path) -> Path:
    """Amina's ballot as it went out by mail, with a score that is missing here."""
    away = tmp_path / "amina.toml"
    shutil.copy(scored / "sessions/first/ballots/round-1/amina.toml", away)
    return away


def test_merge_takes_what_is_missing_here(scored: Path, run: Run, mailed: Path) -> None:
    run("--as", "amina", "score", "boats", "reach", "clear")
    shown = run("sessions", "merge", str(mailed), "--dry-run")
    assert "1 cells to take, 0 that differ" in shown.out
    done = run("sessions", "merge", str(mailed), "--json")
    assert done.status == 0
    assert done.json["made"] == ["sessions/first/ballots/round-1/amina.toml"]
    ballot = scored / "sessions/first/ballots/round-1/amina.toml"
    assert tomllib.loads(ballot.read_text())["scores"]["boats"]["reach"] == 2


def test_merge_lists_what_differs_and_keeps_what_is_here(
    scored: Path, run: Run, mailed: Path
) -> None:
    run("--as", "amina", "score", "boats", "reach", "3")
    done = run("sessions", "merge", str(mailed), "--json")
    assert done.status == 1
    assert "scores.boats.reach" in done.json["problems"][0]["key"]
    assert run("--as", "amina", "rank", "--json").json["ranking"][2]["scores"]["reach"] == 3


def test_merge_refuses_a_closed_round(scored: Path, run: Run, mailed: Path) -> None:
    run("sessions", "round", "close")
    result = run("sessions", "merge", str(mailed))
    assert result.status == 2
    assert "closed" in result.err


def test_pack_and_unpack_give_the_same_bytes(
    scored: Path, run: Run, tmp_path: Path, root: Path
) -> None:
    first, again = tmp_path / "first.toml", tmp_path / "again.toml"
    assert run("sessions", "pack", "first", str(first), "--json").json["made"] == [str(first)]
    assert "is there already" in run("sessions", "unpack", str(first)).err
    shutil.rmtree(root / "sessions/first")
    run("sessions", "unpack", str(first), "--dry-run")
    assert not (root / "sessions/first").exists()
    unpacked = run("sessions", "unpack", str(first))
    assert "sessions/first/session.toml" in unpacked.out
    run("sessions", "pack", "first", str(again))
    assert again.read_bytes() == first.read_bytes()


def test_pack_to_stdout_is_the_same_document(scored: Path, run: Run, tmp_path: Path) -> None:
    run("--as", "amina", "score", "lamps", "reach", "4", "--note", "a\u202eb\x9bc")
    path = tmp_path / "first.toml"
    run("sessions", "pack", "first", str(path))
    out = run("sessions", "pack", "first", "-").out
    assert "\u202e" not in out
    assert "\x9b" not in out
    assert tomllib.loads(out) == tomllib.loads(path.read_text("utf-8"))


def test_pack_overwrites_nothing(scored: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "first.toml"
    path.write_text("mine")
    result = run("sessions", "pack", "first", str(path))
    assert result.status == 2
    assert "--force" in result.err
    assert path.read_text() == "mine"
    assert run("sessions", "pack", "first", str(path), "--force").status == 0


def test_an_exported_json_can_be_unpacked(scored: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "first.json"
    run("export", str(path))
    before = {p.name: p.read_bytes() for p in (scored / "sessions/first").rglob("*.toml")}
    shutil.rmtree(scored / "sessions/first")
    assert run("sessions", "unpack", str(path)).status == 0
    after = {p.name: p.read_bytes() for p in (scored / "sessions/first").rglob("*.toml")}
    assert after == before


class TestAsked:
    """On a terminal what would be done is shown first, and asked."""

    @pytest.fixture(autouse=True)
    def _answers(self, somebody: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sessions.click, "confirm", lambda *_, **__: False)

    def test_no_leaves_everything_as_it_is(
        self, scored: Path, run: Run, mailed: Path, tmp_path: Path
    ) -> None:
        run("--as", "amina", "score", "boats", "reach", "clear")
        options = scored / "options.toml"
        options.write_text(options.read_text().replace("Put lamps", "Set lamps"))
        run("sessions", "pack", "first", str(tmp_path / "first.toml"))
        before = {p: p.read_bytes() for p in (scored / "sessions").rglob("*.toml")}
        assert before
        assert "1 cells to take" in run("sessions", "merge", str(mailed)).out
        assert "option lamps: wording corrected" in run("sessions", "refresh").out
        assert {p: p.read_bytes() for p in (scored / "sessions").rglob("*.toml")} == before
        shutil.rmtree(scored / "sessions/first")
        assert (
            "sessions/first/session.toml"
            in run("sessions", "unpack", str(tmp_path / "first.toml")).out
        )
        assert not (scored / "sessions/first").exists()

    def test_yes_is_not_asked(self, scored: Path, run: Run, mailed: Path) -> None:
        run("--as", "amina", "score", "boats", "reach", "clear")
        run("sessions", "merge", "--yes", str(mailed))
        assert run("--as", "amina", "rank", "--json").json["ranking"][2]["scores"]["reach"] == 2


def test_pack_without_a_session_or_to_json_and_stdout(root: Path, run: Run) -> None:
    assert "no session yet" in run("sessions", "pack").err
    run("sessions", "new", "First")
    assert run("sessions", "pack", "first", "-", "--json").status == 2


def test_somebody_new_in_the_mail_is_taken_in(scored: Path, run: Run, mailed: Path) -> None:
    text = mailed.read_text().replace('"amina"', '"carla"')
    mailed.write_text(text[: text.index("[end]")] + '[end]\ndigest = ""\n')
    shown = run("sessions", "merge", str(mailed))
    assert "carla is new here" in shown.out
    assert session(scored)["participants"]["carla"]["name"] == "carla"


def test_the_panel_weighs_and_combines(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {"lamps": (5, 1)}, "bilal": {"lamps": (3, 1)}})
    # reach: values 100 and 50, Amina counting three times: 87.5; burden 100; shares 0.6 and 0.4
    done = run("sessions", "panel", "Amina=3", "--combine", "mean")
    assert "Amina (amina) weighs 3" in done.out
    row = run("rank", "--json").json["ranking"][0]
    assert row["value"] == pytest.approx(0.6 * 87.5 + 0.4 * 100)
    assert run("sessions", "panel", "--combine", "middle").status == 2
    assert run("sessions", "panel", "Amina=0", "Bilal=0").status == 2
    assert run("sessions", "panel", "Amena=1").status == 2


def test_words_for_the_report_are_kept_shown_and_taken_out(scored: Path, run: Run) -> None:
    assert "Who chose the panel, and how" in run("sessions", "about").out
    kept = run("sessions", "about", "sponsor=Council", "mode=In a room = together", "--json")
    assert kept.json["about"] == {"sponsor": "Council", "mode": "In a room = together"}
    assert session(scored)["about"] == {"sponsor": "Council", "mode": "In a room = together"}
    out = run("sessions", "about").out
    assert "Council" in out
    assert "In a room = together" in out
    assert "| Council" in run("export", "-", "--format", "report").out
    run("sessions", "about", "mode=")
    assert session(scored)["about"] == {"sponsor": "Council"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sponser=x"], "Did you mean 'sponsor'? Keys: sponsor, choice-of-panel"),
        (["weather=x"], "Keys: sponsor, choice-of-panel, mode, information"),
        (["sponsor"], "not KEY=TEXT"),
        (["mode=a", "mode=b"], "given twice"),
    ],
)
def test_words_for_the_report_under_no_such_key(
    scored: Path, run: Run, words: list[str], said: str
) -> None:
    before = (scored / "sessions/first/session.toml").read_bytes()
    result = run("sessions", "about", *words)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert (scored / "sessions/first/session.toml").read_bytes() == before


def test_a_key_that_somebody_wrote_by_hand_is_shown_and_can_be_changed(
    scored: Path, run: Run
) -> None:
    workshop = Project.open(scored).workshop("first")
    workshop.describe("venue", "Town hall")
    workshop.save()
    assert "Town hall" in run("sessions", "about").out
    run("sessions", "about", "venue=")
    assert "about" not in session(scored)


class TestUnknownNames:
    """What names an option, criterion, person or tag that the session does not have: a warning."""

    def warned(self, run: Run) -> dict[str, str]:
        found = run("check", "--json")
        assert found.status == 0
        problems = found.json["problems"]
        assert {p["level"] for p in problems} <= {"warning"}
        return {p["key"]: f"{p['line']} {p['what']}. {p['hint']}" for p in problems}

    def test_on_the_agenda_in_statements_and_in_rules(self, scored: Path, run: Run) -> None:
        workshop = Project.open(scored).workshop("first")
        workshop.mark("lamps", "reach", settled=True)
        workshop.state_minority("amina", "No")
        workshop.set_session(
            portfolio={"must": ["lamps"], "must-not": ["boats"], "at-most": {"safety": 1}}
        )
        workshop.save()
        path = scored / "sessions/first/session.toml"
        assert self.warned(run) == {}
        text = path.read_text()
        more = "[agenda.lamp.reach]\nsettled = true\n\n[agenda.ferry.raech]\nrevote = true\n\n"
        for good, bad in (
            ("[agenda.lamps.reach]", more + "[agenda.boats.option]"),
            ("amina = \"No\"", "amena = \"No\""),
            ("\"lamps\",\n]", "\"lamp\",\n]"),
            ("\"boats\",\n]", "\"boat\",\n]"),
            ("safety = 1", "safty = 1"),
        ):  # fmt: skip
            assert good in text
            text = text.replace(good, bad)
        path.write_text(text[: text.index("[end]")] + '[end]\ndigest = ""\n')
        found = self.warned(run)
        assert set(found) == {
            "end.digest", "agenda.lamp", "agenda.ferry.raech", "dissent.amena",
            "portfolio.must", "portfolio.must-not", "portfolio.at-most.safty",
        }  # fmt: skip
        assert "no option 'lamp'. Did you mean 'lamps'?" in found["agenda.lamp"]
        assert "no criterion 'raech'. Did you mean 'reach'?" in found["agenda.ferry.raech"]
        assert "no participant 'amena'. Did you mean 'amina'?" in found["dissent.amena"]
        assert "no option 'boat'. Did you mean 'boats'?" in found["portfolio.must-not"]
        assert "no tag 'safty'. Did you mean 'safety'?" in found["portfolio.at-most.safty"]
        line = int(found["agenda.lamp"].split()[0])
        assert path.read_text().splitlines()[line - 1] == "[agenda.lamp.reach]"

    def test_in_a_ballot(self, scored: Path, run: Run) -> None:
        path = scored / "sessions/first/ballots/round-1/amina.toml"
        text = path.read_text()
        path.write_text(
            text[: text.index("[end]")]
            + "[ranges.lamp]\nreach = [2, 4]\n\n[ranges.lamps]\nraech = [2, 4]\n\n"
            + '[recused]\nfery = "Owns it"\n\n[dissent]\nboat = "No"\n\n[end]\ndigest = ""\n'
        )
        found = self.warned(run)
        assert set(found) == {
            "end.digest", "ranges.lamp", "ranges.lamps.raech", "recused.fery", "dissent.boat",
        }  # fmt: skip
        assert "Did you mean 'ferry'?" in found["recused.fery"]
        assert run("rank").status == 0


class TestATamperedPack:
    """What was changed after it was sealed is told before anything is written."""

    @pytest.fixture
    def pack(self, scored: Path, run: Run, tmp_path: Path) -> Path:
        path = tmp_path / "first.toml"
        run("sessions", "pack", "first", str(path))
        shutil.rmtree(scored / "sessions/first")
        return path

    def test_an_untouched_one_tells_its_digest(self, run: Run, pack: Path) -> None:
        digest = tomllib.loads(pack.read_text())["end"]["digest"]
        shown = run("sessions", "unpack", str(pack), "--dry-run")
        assert shown.status == 0
        assert "warning" not in shown.err
        assert f"digest of the packed session: {digest}" in shown.err

    def test_each_part_that_does_not_fit_is_named(self, run: Run, pack: Path) -> None:
        digest = tomllib.loads(pack.read_text())["end"]["digest"]
        ballots = pack.read_text().index("[ballots")
        text = pack.read_text()
        pack.write_text(text[:ballots] + text[ballots:].replace("reach = 4", "reach = 5", 1))
        shown = run("sessions", "unpack", str(pack), "--json")
        assert shown.status == 0
        assert [problem["key"] for problem in shown.json["problems"]] == [
            "ballots.round-1.amina",
            "end.digest",
        ]
        assert shown.json["digest"] != digest
        assert shown.err.count("was changed after it was sealed") == 2
        assert "Compare the digest with the one in the report" in shown.err

    def test_emptied_digests_hide_nothing(self, run: Run, pack: Path) -> None:
        pack.write_text(re.sub(r'digest = "\w+"', 'digest = ""', pack.read_text()))
        told = run("sessions", "unpack", str(pack), "--dry-run").err
        assert told.count("was changed after it was sealed") == 5  # 2 files, 2 ballots, the whole
