"""options, criteria, suggest and search."""

from __future__ import annotations

from pathlib import Path

from evaluator.project import Project
from tests.cli.conftest import Run


def test_options_has_every_field_of_the_file(run: Run) -> None:
    first = run("options", "--json").json["options"][0]
    assert first["text"] == "Lamps make the quay safe after dark."
    assert first["tags"] == ["safety"]
    assert first["resources"] == {"money": 20}
    assert first["status"] == "open"
    assert first["lines"] is None


def test_options_shows_the_status_where_one_differs(root: Path, run: Run) -> None:
    assert "STATUS" not in run("options").out
    path = root / "options.toml"
    path.write_text(path.read_text() + 'status = "discounted"\n')
    assert "discounted" in run("options").out


def test_criteria_with_levels_weights_and_origin(run: Run) -> None:
    reach, burden = run("criteria", "--json").json["criteria"]
    assert (reach["id"], reach["weight"], reach["better"]) == ("reach", 60, "higher")
    assert reach["levels"][0] == {"score": 1, "label": "Hardly anyone", "describe": ""}
    assert reach["scale"] == [1, 5]
    assert burden["from"] == "criteria.toml"
    assert "Reach  (reach, weight 60, higher is better)" in run("criteria").out


def test_with_a_session_the_frozen_copy_is_read(scored: Path, run: Run) -> None:
    path = scored / "options.toml"
    path.write_text(path.read_text().replace("Put lamps", "Set lamps"))
    assert "Set lamps" in run("options").out
    assert "Put lamps" in run("options", "--session", "first").out


def test_an_unknown_session_is_answered_with_the_nearest(scored: Path, run: Run) -> None:
    result = run("options", "--session", "frist")
    assert result.status == 2
    assert "'first'" in result.err


def test_suggest_gives_score_reason_and_the_words_found(run: Run) -> None:
    found = run("suggest", "--json").json["suggestions"]
    said = found["ferry"]["reach"]
    assert said["score"] == 4
    assert {piece["text"].casefold() for piece in said["evidence"]} == {"ferry"}
    assert found["lamps"] == {"reach": None, "burden": None}


def test_suggest_for_one_criterion(run: Run) -> None:
    found = run("suggest", "--criterion", "reach", "--json").json["suggestions"]
    assert list(found["lamps"]) == ["reach"]
    result = run("suggest", "--criterion", "reech")
    assert result.status == 2
    assert "'reach'" in result.err


def test_suggest_in_words(run: Run) -> None:
    out = run("suggest").out
    assert "Reach: 4 (Many), confidence" in out
    assert "Burden: the text gives nothing to go by" in out


def test_search_finds_with_spans(run: Run) -> None:
    hit = run("search", "sailing", "--json").json["hits"][0]
    assert hit["option"] == "boats"
    span = hit["matches"][0]
    assert (span["field"], span["index"]) == ("title", None)
    assert hit["title"][span["start"] : span["end"]] == "sailing"


def test_search_for_nothing_lists_all_and_a_miss_ends_with_1(run: Run) -> None:
    everything = run("search", "", "--json").json["hits"]
    assert [hit["option"] for hit in everything] == ["lamps", "ferry", "boats"]
    missed = run("search", "zzqqzz", "--json")
    assert missed.status == 1
    assert missed.json["hits"] == []


def test_search_with_a_filter_on_scores_needs_a_session(run: Run) -> None:
    result = run("search", "reach>=4")
    assert result.status == 2
    assert "no session yet" in result.err


def test_search_with_filters_on_scores_and_ranks(scored: Path, run: Run) -> None:
    hits = run("search", "reach>=4", "--json").json["hits"]
    assert [hit["option"] for hit in hits] == ["ferry"]
    hits = run("--as", "bilal", "search", "rank<=1", "--json").json["hits"]
    assert [hit["option"] for hit in hits] == ["ferry"]


def test_search_finds_notes_and_gaps(root: Path, run: Run) -> None:
    workshop = Project.open(root).begin("First", participants=["Amina"])
    workshop.score("lamps", "reach", 3, note="The quay is dark", participant="amina")
    workshop.score("lamps", "burden", "abstain", participant="amina")
    workshop.save()
    assert [h["option"] for h in run("search", "note:quay", "--json").json["hits"]] == ["lamps"]
    gaps = run("--as", "amina", "search", "is:gap", "--json").json["hits"]
    assert [hit["option"] for hit in gaps] == ["ferry", "boats"]


def test_a_mistyped_filter_is_named(scored: Path, run: Run) -> None:
    result = run("search", "reech>=4")
    assert result.status == 2
    assert "reach" in result.err


def test_a_measured_criterion_and_one_that_a_session_froze(root: Path, run: Run) -> None:
    path = root / "criteria.toml"
    more = '\n[criteria.jobs]\nquestion = "Jobs?"\nbetter = "higher"\nscale = [0, 500]\n'
    path.write_text(path.read_text() + more + 'unit = "hundred"\n')
    assert "    0 to 500 hundred" in run("criteria").out
    run("sessions", "new", "First")
    path.write_text(path.read_text().replace(more, "").replace('unit = "hundred"\n', ""))
    assert len(run("criteria", "--json").json["criteria"]) == 2
    frozen = run("criteria", "--session", "first", "--json").json["criteria"]
    assert (frozen[2]["levels"], frozen[2]["scale"], frozen[2]["weight"]) == ([], [0, 500], 10)
