"""new, check, import and export."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from evaluator.cli import imports
from evaluator.project import Project
from tests.cli.conftest import Run

TABLE = "id,title,text,tags\nquay,Widen the quay,For two ships,safety;trade\n,Paint the pier,,\n"
BRIEF = """\
The harbour in 2030

Recommendations

- The council should widen the quay for two ships.
- The council should paint the pier every spring.
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "more.csv"
    path.write_text(TABLE)
    return path


def options_in(path: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = tomllib.loads(path.read_text("utf-8"))["options"]
    return found


def test_new_makes_a_project_without_a_problem(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "made"
    result = run("new", str(folder), "--json", at=None)
    assert result.status == 0
    assert str(folder / "criteria.toml") in result.json["made"]
    assert run("check", "--json", at=folder).json["problems"] == []
    again = run("new", str(folder), at=None)
    assert again.status == 2
    assert "already" in again.err


def test_new_from_a_brief_has_its_options(tmp_path: Path, run: Run) -> None:
    brief = tmp_path / "brief.txt"
    brief.write_text(BRIEF)
    assert run("new", str(tmp_path / "made"), "--from", str(brief), at=None).status == 0
    assert len(options_in(tmp_path / "made/options.toml")) == 2
    assert run("check", at=tmp_path / "made").status == 0


def test_new_does_not_take_two_sources(tmp_path: Path, run: Run) -> None:
    result = run("new", str(tmp_path / "made"), "--from", "x", "--example", at=None)
    assert result.status == 2
    assert not (tmp_path / "made").exists()


def test_check_reports_all_problems_at_once(root: Path, run: Run) -> None:
    criteria = root / "criteria.toml"
    criteria.write_text(criteria.read_text().replace("weight = 60", "weight = true"))
    options = root / "options.toml"
    options.write_text(options.read_text().replace('"Run a night ferry to the island"', "3"))
    found = run("check", "--json")
    assert found.status == 1
    files = {(p["file"], p["key"], p["level"]) for p in found.json["problems"]}
    assert ("criteria.toml", "criteria.reach.weight", "error") in files
    assert ("options.toml", "options.ferry.title", "error") in files
    out = run("check").out
    assert "error: criteria.toml:" in out
    assert out.endswith("2 errors\n")


def test_check_of_a_good_project_says_so(scored: Path, run: Run) -> None:
    result = run("check")
    assert (result.status, result.out) == (0, "no problem found\n")


def test_a_warning_does_not_fail_a_check(scored: Path, run: Run) -> None:
    (scored / "sessions/stray").mkdir()
    result = run("check")
    assert result.status == 0
    assert "1 warning" in result.out


def test_import_json_writes_nothing_and_needs_no_project(
    tmp_path: Path, run: Run, table: Path
) -> None:
    found = run("import", str(table), "--json", at=None).json
    assert [(o["id"], o["change"]) for o in found["options"]] == [
        ("quay", "new"),
        ("paint-pier", "new"),
    ]
    assert found["gone"] == []
    assert found["options"][0]["tags"] == ["safety", "trade"]


def test_what_import_prints_can_be_imported(tmp_path: Path, run: Run, table: Path) -> None:
    path = tmp_path / "again.json"
    path.write_text(run("import", str(table), "--json").out)
    again = run("import", str(path), "--json").json
    assert [o["id"] for o in again["options"]] == ["quay", "paint-pier"]
    assert again["options"][0]["tags"] == ["safety", "trade"]


def test_import_into_a_project_that_has_options_asks_where_to(
    root: Path, run: Run, table: Path
) -> None:
    before = (root / "options.toml").read_bytes()
    result = run("import", str(table))
    assert result.status == 2
    assert "--to" in result.err
    assert (root / "options.toml").read_bytes() == before


def test_import_into_an_empty_project(root: Path, run: Run, table: Path) -> None:
    (root / "options.toml").write_text('schema = 1\ntitle = "Empty"\nmine = 1\n')
    result = run("import", str(table))
    assert result.status == 0
    assert "2 new, 0 changed" in result.out
    document = tomllib.loads((root / "options.toml").read_text())
    assert list(document["options"]) == ["quay", "paint-pier"]
    assert document["mine"] == 1
    assert document["source"] == "more.csv"


def test_import_merges_into_a_file(tmp_path: Path, run: Run, table: Path) -> None:
    target = tmp_path / "options.toml"
    run("import", str(table), "--to", str(target), at=None)
    document = target.read_text().replace("[options.quay]", '[options.quay]\nowner = "Port"')
    target.write_text(document)
    table.write_text("id,title,text\nquay,Widen the quay,For three ships\n,Plant trees,\n")
    shown = run("import", str(table), "--to", str(target), "--json", at=None).json
    assert [(o["id"], o["change"]) for o in shown["options"]] == [
        ("quay", "changed"),
        ("plant-trees", "new"),
    ]
    assert shown["gone"] == ["paint-pier"]
    run("import", str(table), "--to", str(target), at=None)
    found = options_in(target)
    assert list(found) == ["quay", "paint-pier", "plant-trees"]
    assert found["quay"]["text"] == "For three ships"
    assert found["quay"]["owner"] == "Port"
    assert found["quay"]["tags"] == ["safety", "trade"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch.csv"], "nosuch.csv"),
        (["more.csv", "--format", "cvs"], "'csv'"),
        (["more.zzz"], ".csv"),
        (["empty.txt"], "no option"),
    ],
)
def test_what_import_refuses(
    tmp_path: Path, run: Run, table: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "more.zzz").write_text("x")
    (tmp_path / "empty.txt").write_text("Nothing is advised here.\n")
    result = run("import", str(tmp_path / arguments[0]), *arguments[1:], "--json")
    assert (result.status, result.out) == (2, "")
    assert said in result.err


@pytest.mark.usefixtures("somebody")
def test_the_preview_drops_joins_retitles_and_takes_back(
    tmp_path: Path, run: Run, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["d 1", "t 2 Paint it", "t 9 no", "x", "d 1", "d 1", "u", ""])
    monkeypatch.setattr(imports.click, "prompt", lambda *_, **__: next(answers))
    target = tmp_path / "options.toml"
    result = run("import", str(table), "--to", str(target), at=None)
    assert result.status == 0
    assert "dropped" in result.out
    assert "there is no such item" in result.err
    assert {id: o["title"] for id, o in options_in(target).items()} == {
        "quay": "Widen the quay",
        "paint": "Paint it",
    }


@pytest.mark.usefixtures("somebody")
def test_quitting_the_preview_imports_nothing(
    tmp_path: Path, run: Run, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports.click, "prompt", lambda *_, **__: "q")
    run("import", str(table), "--to", str(tmp_path / "options.toml"), at=None)
    assert not (tmp_path / "options.toml").exists()


@pytest.mark.parametrize("suffix", [".md", ".csv", ".json", ".html", ".xlsx", ".docx", ".toml"])
def test_export_by_suffix_is_the_same_every_time(
    scored: Path, run: Run, tmp_path: Path, suffix: str
) -> None:
    one, two = tmp_path / f"one{suffix}", tmp_path / f"two{suffix}"
    result = run("export", str(one), "--json")
    assert result.status == 0
    assert result.json == {"schema": 1, "file": str(one), "format": suffix[1:]}
    run("export", str(two))
    assert one.read_bytes() == two.read_bytes()


def test_export_overwrites_only_when_told(scored: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("mine")
    result = run("export", str(path))
    assert result.status == 2
    assert "--force" in result.err
    assert path.read_text() == "mine"
    assert run("export", str(path), "--force").status == 0
    assert "lamps" in path.read_text()


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("out", [], ".csv"),
        ("out.cvs", [], ".csv"),
        ("out.csv", ["--format", "htm"], "'html'"),
        ("no/such/out.csv", [], "out.csv"),
        ("out.csv", ["--method", "topsys"], "'topsis'"),
    ],
)
def test_what_export_refuses(
    scored: Path, run: Run, tmp_path: Path, name: str, more: list[str], said: str
) -> None:
    result = run("export", str(tmp_path / name), *more)
    assert (result.status, result.out) == (2, "")
    assert said in result.err
    assert not (tmp_path / name).exists()


def test_export_to_stdout(scored: Path, run: Run) -> None:
    found = run("export", "-", "--json").json
    assert found["ranking"][0]["option"] == "lamps"
    assert found["packed"]["kind"] == "packed"
    rows = list(csv.reader(io.StringIO(run("export", "-", "--format", "csv").out)))
    assert rows[0][:4] == ["rank", "rank_best", "rank_worst", "option"]
    assert run("export", "-", "--format", "md").out.startswith("# First\n")
    assert json.loads(run("export", "-").out) == found
    assert run("export", "-", "--json", "--format", "csv").status == 2


def test_export_with_a_byte_order_mark(scored: Path, run: Run, tmp_path: Path) -> None:
    run("export", str(tmp_path / "out.csv"), "--bom")
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfrank,")


def test_a_blind_round_is_not_exported_whole(root: Path, run: Run, tmp_path: Path) -> None:
    workshop = Project.open(root).begin("First", participants=["Amina", "Bilal"], blind=True)
    for who, score in (("amina", 4), ("bilal", 2)):
        workshop.score("lamps", "reach", score, participant=who)
        workshop.score("lamps", "burden", score, participant=who)
    workshop.save()
    assert run("export", str(tmp_path / "all.json")).status == 2
    run("--as", "amina", "export", str(tmp_path / "own.json"))
    own = json.loads((tmp_path / "own.json").read_text())
    assert own["participant"] == "amina"
    assert "packed" not in own
    run("--as", "amina", "export", str(tmp_path / "own.csv"), "--format", "csv-ballots")
    assert "bilal" not in (tmp_path / "own.csv").read_text()
    packed = run("--as", "amina", "export", str(tmp_path / "own.toml"))
    assert packed.status == 2
    assert "blind" in packed.err


def test_a_packed_session_is_said_to_name_people_who_are_left_out_elsewhere(
    scored: Path, run: Run, tmp_path: Path
) -> None:
    workshop = Project.open(scored).workshop("first")
    workshop.set_session(anonymous=True)
    workshop.save()
    for suffix, names in ((".json", True), (".toml", True), (".md", False), (".csv", False)):
        result = run("export", str(tmp_path / f"out{suffix}"))
        assert ("names the people" in result.err) is names
        assert ("Amina" in (tmp_path / f"out{suffix}").read_text()) is names


def test_a_workbook_goes_to_a_pipe_as_it_is(scored: Path, run: Run, tmp_path: Path) -> None:
    run("export", str(tmp_path / "out.xlsx"))
    program = Path(sys.executable).with_name("evaluator")
    words = [program, "-C", scored, "export", "-", "--format", "xlsx"]
    done = subprocess.run(words, capture_output=True, check=True)
    assert done.stdout == (tmp_path / "out.xlsx").read_bytes()


def test_an_export_through_a_link_writes_where_it_leads(
    scored: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    run("export", str(tmp_path / "link.csv"), "--force")
    assert (tmp_path / "link.csv").is_symlink()
    assert "lamps" in (tmp_path / "real.csv").read_text()


def test_a_report_on_a_session_without_scores(root: Path, run: Run, tmp_path: Path) -> None:
    run("sessions", "new", "First")
    for suffix in (".md", ".html", ".docx", ".xlsx", ".csv", ".json"):
        assert run("export", str(tmp_path / f"out{suffix}")).status == 0
    assert "No option has all its scores yet" in (tmp_path / "out.md").read_text()


def test_new_tells_what_a_reader_warns_of(tmp_path: Path, run: Run) -> None:
    brief = tmp_path / "brief.txt"
    brief.write_bytes(BRIEF.replace("quay", "qu\xe9y").encode("cp1252"))
    assert "1252" in run("new", str(tmp_path / "made"), "--from", str(brief), at=None).err
    assert "1252" in run("import", str(brief), "--to", str(tmp_path / "o.toml"), at=None).err


SCORED = "id,Measure,Reach,burden,colour\nlamps,Lamps,4,Little,blue\nferry,Ferry,,abstain,red\n"


def test_scores_in_a_table_come_along_as_a_ballot(root: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(SCORED)
    before = (root / "options.toml").read_bytes()
    dry = run("import", str(path), "--as", "Amina", "--json").json
    assert dry["scores"] == {"lamps": {"reach": 4, "burden": 2}, "ferry": {"burden": "abstain"}}
    assert dry["columns"]["Measure"] == "title"
    assert dry["columns"]["colour"] == ""
    assert not (root / "sessions").exists()
    result = run("import", str(path), "--as", "Amina")
    assert result.status == 0
    assert "3 scores into the ballot of Amina" in result.out
    assert (root / "options.toml").read_bytes() == before
    ranking = {row["option"]: row for row in run("rank", "--as", "Amina", "--json").json["ranking"]}
    assert ranking["lamps"]["scores"] == {"reach": 4, "burden": 2}


def test_a_score_given_already_stays_and_is_listed(scored: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    path.write_text("id,title,reach\nlamps,Lamps,1\n")
    result = run("import", str(path), "--as", "amina")
    assert result.status == 1
    assert "1 in the table, 4 here" in result.err


def test_options_and_scores_come_from_one_table(root: Path, run: Run, tmp_path: Path) -> None:
    (root / "options.toml").write_text('schema = 1\ntitle = "Empty"\n')
    path = tmp_path / "all.json"
    path.write_text('{"options": [{"title": "Light the pier", "scores": {"reach": 5}}]}')
    assert run("import", str(path), "--as", "Amina").status == 0
    row = run("rank", "--as", "Amina", "--json").json["ranking"][0]
    assert (row["option"], row["scores"]["reach"]) == ("light-pier", 5)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,title,reach\nlamps,Lamps,9\n", "no score on its scale"),
        ("id,title,colour\nlamps,Lamps,9\n", "no column with scores"),
    ],
)
def test_a_table_with_no_good_scores_writes_nothing(
    root: Path, run: Run, tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "scores.csv"
    path.write_text(text)
    result = run("import", str(path), "--as", "Amina")
    assert result.status == 2
    assert said in result.err
    assert not (root / "sessions").exists()


def test_a_mapping_of_columns_is_used_and_remembered(root: Path, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text("What,Name,Why\nLight the pier,P1,Dark\n")
    plain = run("import", str(path), "--json").json
    assert plain["options"][0]["title"] == "P1"
    more = ("--column", "What=title", "--column", "Name=", "--column", "Why=text")
    found = run("import", str(path), *more, "--to", str(tmp_path / "new.toml"))
    assert found.status == 0
    again = run("import", str(path), "--json").json
    assert (again["options"][0]["title"], again["options"][0]["text"]) == ("Light the pier", "Dark")
    assert again["columns"] == {"What": "title", "Name": "", "Why": "text"}
    wrong = run("import", str(path), "--column", "What=tilte", "--json")
    assert wrong.status == 2
    assert "'title'" in wrong.err


def test_a_list_of_objects_is_read_like_a_table(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rows.json"
    path.write_text(
        '[{"Recommendation": "Light the pier", "tags": ["safety"]}, {"Recommendation": "Dig"}]'
    )
    found = run("import", str(path), "--json", at=None).json
    assert [o["title"] for o in found["options"]] == ["Light the pier", "Dig"]
    assert found["options"][0]["tags"] == ["safety"]
