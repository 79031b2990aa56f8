"""Markdown, HTML, Word, CSV and JSON: what a report says, and that words stay words."""

from __future__ import annotations

import csv
import datetime as dt
import html.parser
import io
import json
import re
import zipfile
from collections.abc import Callable

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from evaluator.api import Report
from evaluator.errors import EvaluatorError
from evaluator.model import Consensus
from evaluator.store.documents import digest
from evaluator.writers import csv as tables
from evaluator.writers import docx as word
from evaluator.writers import html as page
from evaluator.writers import json as shapes
from evaluator.writers import markdown as md
from evaluator.writers import toml
from evaluator.writers.story import consensus_words
from evaluator.writers.text import (
    csv_cell,
    exact,
    json_text,
    markdown,
    percent,
    short,
    stamp,
    toml_for_screens,
)
from tests.writers.conftest import HOSTILE, replaced

RUNS = re.compile(r"[=+@\t\r]|-[^0-9.]")


def words(report: Report) -> str:
    return md.write(report).decode()


def test_a_report_says_what_it_rests_on(report: Report) -> None:
    text = words(report)
    assert "# First" in text
    assert "Harbour plan · round 1 · 2 of 2 ballots" in text
    assert "· draft" in text
    assert "share first place" in text
    assert "| 2= | Put lamps along the harbour | 50.0 |" in text
    assert "Too deep" in text
    assert "Burden: 1" in text
    assert "higher is better" in text
    assert "1 – Hardly anyone" in text
    assert "Method: additive" in text
    assert f"Digest of the packed session: {report.digest}" in text
    assert "evaluator 1." in text
    assert "| Amina | participant |" in text


def test_an_open_option_shows_what_is_still_possible(report: Report) -> None:
    """Bridge: reach (3 + 5) ÷ 2 → 75 × 0.6 = 45, burden 3 → 50 × 0.4 = 20; jobs are open."""
    rows = [line for line in words(report).splitlines() if line.startswith("| Build a bridge")]
    assert rows[0] == "| Build a bridge | 65.0 – 65.0 | 1 – 1 | Jobs |"


def test_a_closed_round_is_final(make: Callable[..., Report]) -> None:
    report = make()
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    closed = {1: report.session.rounds[1].__class__(opened=now, closed=now, revealed=now)}
    assert "· final" in words(make(rounds=closed))


def test_an_anonymous_session_names_nobody(make: Callable[..., Report]) -> None:
    report = make(anonymous=True)
    for write in (md.write, page.write, tables.write_ballots):
        text = write(report).decode()
        assert "Amina" not in text
        assert "amina" not in text
        assert "P1" in text


def test_another_method_is_named_with_its_parameters(make: Callable[..., Report]) -> None:
    text = words(make(method="vikor"))
    assert "Method: vikor (v = 0.5)" in text
    assert "Value 0–100" not in text


def test_one_ballot_is_said_to_be_one(make: Callable[..., Report]) -> None:
    text = words(make(as_="bilal"))
    assert "ballot of Bilal" in text
    assert "Spread" not in text
    assert "Group's cell" not in text


def test_raw_weights_are_told_only_where_they_are_those_of_the_ranking(report: Report) -> None:
    """Raw weights 60, 40 and 0; with shares of one half each they say nothing."""
    assert "Weight 60 (60 %); higher is better; declared in criteria.toml" in words(report)
    halves = {"reach": 0.5, "burden": 0.5, "jobs": 0.0}
    text = words(replaced(report, ranking=replaced(report.ranking, shares=halves)))
    assert "Weight 50 %; higher is better" in text
    assert "Weights: Reach 50 %, Burden 50 %, Jobs 0 %" in text


PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_is_markup_in_markdown(text: str) -> None:
    plain = re.sub(r"\s+", " ", markdown("x" + text))
    tokens = PARSER.parse(
        f"| a |\n| --- |\n| {markdown(text)} |\n\n- {markdown(text)} x\n\n{plain}"
    )
    kinds = {child.type for token in tokens for child in token.children or []}
    assert kinds <= {"text", "text_special"}
    blocks = {token.type for token in tokens}
    assert not blocks & {"heading_open", "blockquote_open", "html_block", "fence", "hr"}
    assert sum(token.type == "bullet_list_open" for token in tokens) == 1
    assert sum(token.type == "td_open" for token in tokens) == 1


def test_markdown_and_terminal_codes_in_a_report(report: Report) -> None:
    text = words(report)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "<script>" not in text.replace("\\<script\\>", "")


class Tags(html.parser.HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_html_holds_no_script_and_loads_nothing(report: Report) -> None:
    text = page.write(report).decode()
    found = Tags()
    found.feed(text)
    assert found.tags <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "blockquote",
        "ul", "li", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "i",
        "col", "svg", "rect", "line",
    }  # fmt: skip
    assert not found.attributes & {"src", "href", "onclick", "onload"}
    assert "default-src 'none'" in text
    assert '=HYPERLINK("http://x","y") <script>alert(1)</script> ␛[31m‹202E›|*_`#' in found.text
    assert "url(" not in text


def test_html_draws_contributions_ballots_and_a_heat_map(report: Report) -> None:
    """Lamps: 75 × 0.6 + 75 × 0.4 by Amina, 25 by Bilal; the group 50, of reach 30, burden 20."""
    text = page.write(report).decode()
    bar = next(line for line in text.splitlines() if "lamps" in line and "<rect" in line)
    widths = re.findall(r'<rect x="([0-9.]+)" width="([0-9.]+)"', bar)
    assert [(float(x), float(width)) for x, width in widths] == [(0, 30), (30, 20), (50, 0)]
    strip = next(line for line in text.splitlines() if "lamps" in line and "<line" in line)
    assert re.findall(r'<line x1="([0-9.]+)"', strip) == ["75.000", "25.000", "50.000"]
    cells = re.findall(
        r'<td class="n" style="background:rgb\(0 114 178 / ([0-9.]+)\)">3</td>', text
    )
    assert "0.25" in cells  # value 50 at half strength


def test_the_weighted_table_shows_scores_beside_contributions(report: Report) -> None:
    text = words(replaced(report, table="weighted")).replace("\u00a0", " ")
    assert "| 2= | Put lamps along the harbour | 50.0 | 3 → 30.0 | 3 → 20.0 | 75 → 0.0 |" in text
    assert "Before each contribution stands the score." in text


def test_what_is_drawn_leaves_no_heading_behind_in_text(report: Report) -> None:
    assert "a dot a ballot" in page.write(report).decode()
    assert "a dot a ballot" not in words(report)


def test_word_tables_repeat_their_head_and_keep_to_the_line(report: Report) -> None:
    document = docx.Document(io.BytesIO(word.write(report)))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        first, *others = (row._tr.trPr.xml for row in table.rows)
        assert "w:tblHeader" in first
        assert not any("w:tblHeader" in other for other in others)
        assert sum(column.width for column in table.columns) <= room * 1.001
    ranking = document.tables[0]
    assert ranking.columns[1].width > 2 * ranking.columns[0].width


def test_word_holds_the_tables_as_text(report: Report) -> None:
    data = word.write(report)
    document = docx.Document(io.BytesIO(data))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert {"Put lamps along the harbour", "2=", "50.0"} <= cells
    assert document.paragraphs[0].text == "First"
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        body = parts.read("word/document.xml").decode()
    assert "fldSimple" not in body
    assert "instrText" not in body


def test_word_takes_what_xml_can_not_hold(report: Report) -> None:
    report.ballots["amina"].notes["lamps"] = {"option": "a\ufffeb\uffffc\x00d\ud800e"}
    texts = [p.text for p in docx.Document(io.BytesIO(word.write(report))).paragraphs]
    assert any("a�b�c␀d‹D800›e" in text for text in texts)


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8"))))


def test_csv_has_the_columns_of_the_contract(report: Report) -> None:
    found = rows(tables.write(report))
    assert found[0] == [
        "rank", "rank_best", "rank_worst", "option", "title", "value", "low", "high",
        "reach", "reach.contribution", "burden", "burden.contribution", "jobs", "jobs.contribution",
    ]  # fmt: skip
    assert found[1] == [
        "2", "2", "2", "lamps", "Put lamps along the harbour", "50", "50", "50",
        "3", "30", "3", "20", "75", "0",
    ]  # fmt: skip
    by_id = {row[3]: row for row in found[1:]}
    assert set(by_id) == {"lamps", "ferry", "boats", "bridge"}
    assert by_id["bridge"][0] == ""
    assert by_id["bridge"][12:] == ["", ""]


def test_csv_of_ballots_has_a_row_for_each_score(report: Report) -> None:
    found = rows(tables.write_ballots(report))
    assert found[0] == list(tables.BALLOTS)
    cell = next(row for row in found if row[1:4] == ["bilal", "bridge", "burden"])
    assert cell[4] == "abstain"
    assert cell[5].startswith("'=HYPERLINK")
    assert cell[7].endswith("Z")
    assert len(found) == 1 + 4 * 3 - 1 + 4 * 3 - 1


@given(st.text(max_size=40))
def test_no_cell_is_one_that_a_spreadsheet_runs(text: str) -> None:
    cell = csv_cell(text)
    number = re.fullmatch(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?", cell)
    assert number or not RUNS.match(cell)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", cell)


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "＝1", "-x"])
def test_formulas_are_made_inert(text: str) -> None:
    assert csv_cell(text).startswith("'")


@pytest.mark.parametrize("text", ["-1.5", "+3", "12", "1e-9", "-.5", "plain", ""])
def test_plain_numbers_and_words_stay(text: str) -> None:
    assert csv_cell(text) == text


def test_json_is_the_rank_document_and_more(report: Report) -> None:
    found = json.loads(shapes.write(report))
    assert list(found)[:6] == ["schema", "project", "title", "question", "date", "session"]
    assert found["ranking"][0]["option"] == "lamps"
    assert [criterion["id"] for criterion in found["criteria"]] == ["reach", "burden", "jobs"]
    assert found["criteria"][2]["curve"] == [[0, 0], [100, 60], [500, 100]]
    assert len(found["options"]) == 5
    assert found["date"] == max(
        b["updated"] for b in found["packed"]["ballots"]["round-1"].values()
    )
    assert found["packed"]["end"]["digest"] == digest(found["packed"])


def test_json_without_the_right_to_see_all_has_no_packed(report: Report) -> None:
    assert "packed" not in json.loads(shapes.write(replaced(report, packed=None)))


def test_a_packed_export_that_would_show_too_much_is_refused(report: Report) -> None:
    assert b'kind = "packed"' in toml.write(report)
    with pytest.raises(EvaluatorError, match="blind"):
        toml.write(replaced(report, packed=None))


@given(st.text(max_size=30))
def test_json_text_means_the_same_and_steers_nothing(text: str) -> None:
    for ascii_only in (False, True):
        made = json_text({"a": text}, ascii_only=ascii_only)
        assert json.loads(made) == {"a": text}
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u202a-\u202e\u2028]", made)
        assert not ascii_only or made.isascii()


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="JSON"):
        json_text({"a": float("nan")})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_toml_for_screens_means_the_same(text: str) -> None:
    import tomllib

    import tomli_w

    document = {"a": text.replace("\r", ""), "b": {text.replace("\r", ""): [1]}}
    made = toml_for_screens(tomli_w.dumps(document, multiline_strings=True))
    assert tomllib.loads(made) == document
    assert not re.search("[\x7f-\x9f\u202a-\u202e\u2028\U000e0000-\U000e007f]", made)


def test_numbers_in_words() -> None:
    assert [short(x) for x in (2.0, 2.675, 0.1, -0.001, None)] == ["2", "2.68", "0.1", "0", "–"]
    assert [percent(x) for x in (0.3, 1 / 3, 1.0)] == ["30 %", "33.3 %", "100 %"]
    assert exact(1 / 3) == "0.3333333333"
    assert stamp(dt.datetime(2026, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1)))) == (
        "2026-01-01T00:00:00Z"
    )


def test_hostile_words_reach_no_writer_raw(report: Report) -> None:
    assert HOSTILE in report.options[2].title
    for write in (md.write, page.write, tables.write, tables.write_ballots, shapes.write):
        text = write(report).decode()
        assert "\x1b" not in text
        assert "\u202e" not in text


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Consensus("ram", 2.35), "RAND/UCLA: disagreement where IPR > IPRAS, constant 2.35"),
        (Consensus("iqr", 1), "agreed where the interquartile range is at most 1 levels"),
        (Consensus("share", 0.8), "agreed where at least 80 % chose the same score"),
    ],
)
def test_a_rule_of_consensus_in_words(rule: Consensus, said: str) -> None:
    assert consensus_words(rule) == said


def test_dates_in_unknown_keys_have_a_form_in_json() -> None:
    found = {"a": dt.date(2026, 1, 2), "b": dt.datetime(2026, 1, 2, 3, tzinfo=dt.UTC)}
    assert json.loads(json_text(found)) == {"a": "2026-01-02", "b": "2026-01-02T03:00:00Z"}
    with pytest.raises(TypeError, match="no form in JSON"):
        json_text({"a": {1}})
