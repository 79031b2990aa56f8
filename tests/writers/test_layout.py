"""How tables are set on a page: nothing is cut off, names keep their room, heads stand upright."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.api import Report
from evaluator.model import Criterion, Level
from evaluator.writers import docx as word
from evaluator.writers import html, xlsx
from evaluator.writers.story import Grid
from evaluator.writers.table import layout
from tests.writers.conftest import replaced

_CELLS = st.text(st.sampled_from("abc 12-%"), max_size=70)


@given(st.data())
def test_columns_share_a_line_and_no_more(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 24))
    line = st.lists(_CELLS, min_size=count, max_size=count)
    head, rows = data.draw(line), data.draw(st.lists(line, max_size=4))
    figures = frozenset(data.draw(st.sets(st.integers(0, count - 1))))
    found = layout(head, rows, figures)
    assert len(found.sizes) == count
    assert all(size > 0 for size in found.sizes)
    assert sum(found.sizes) <= 1 + 1e-9
    assert 0.6 <= found.scale <= 1
    assert found.upright <= figures


def table(criteria: int) -> tuple[list[str], list[list[str]], frozenset[int]]:
    """A ranking of two options with so many criteria."""
    head = ["#", "Option", "Value", *[f"Reach across the harbour {n}" for n in range(criteria)]]
    rows = [[str(n), "Put lamps along the whole harbour", "50.0", *["12.5"] * criteria]
            for n in (1, 2)]  # fmt: skip
    return head, rows, frozenset({0, *range(2, criteria + 3)})


def test_few_columns_leave_the_rest_of_the_line_free() -> None:
    """4 of a name and 4 of a number, 2 between: 12 of the line's 96 characters."""
    found = layout(["Name", "n"], [["Anna", "12.5"]], frozenset({1}))
    assert found.sizes == pytest.approx((6 / 96, 6 / 96))
    assert (found.upright, found.scale) == (frozenset(), 1)


def test_a_name_gets_the_room_that_figures_leave() -> None:
    """Of 96: 1 + 2, 5 + 2, and 11 for each head's longest word (2 of it 8 long, "(30 %)" is 6)."""
    found = layout(*table(4))
    assert found.upright == frozenset()
    assert found.sizes[1] == pytest.approx(35 / 96)
    assert found.sizes[1] > 2 * max(found.sizes[2:])


def test_heads_stand_upright_where_they_would_crowd_the_names_out() -> None:
    found = layout(*table(8))
    assert found.upright == frozenset(range(3, 11))
    assert found.scale == 1
    assert found.sizes[1] >= 28 / 96


def test_still_more_columns_make_the_type_smaller() -> None:
    """3 + 28 + 7 + 16 × 6 = 134 characters in a line of 96: 0.72 of the size."""
    found = layout(*table(16))
    assert found.scale == pytest.approx(96 / 134)
    assert found.sizes[1] == pytest.approx(28 / 134)
    assert layout(*table(60)).scale == 0.6


@pytest.fixture
def wide(report: Report) -> Report:
    """The report with twelve criteria of one scale, alike scored."""
    levels = tuple(Level(score, f"Level {score}") for score in range(1, 6))
    ids = [f"c{n}" for n in range(12)]
    criteria = {
        id: Criterion(id=id, title=f"Reach across {id}", question="?", better="higher",
                      levels=levels)
        for id in ids
    }  # fmt: skip
    rows = tuple(
        replaced(row, scores=dict.fromkeys(ids, 3), contributions=dict.fromkeys(ids, 50 / 12))
        for row in report.ranking.rows
    )
    ranking = report.ranking.__class__(rows, dict.fromkeys(ids, 1 / 12))
    session = replaced(report.session, criteria=criteria, weights={})
    return replaced(report, session=session, ranking=ranking, ballots={}, analyses={}, spreads={})


def test_a_page_sets_wide_tables_with_upright_heads(wide: Report, report: Report) -> None:
    text = html.write(wide).decode()
    table_ = text[text.index("<table") : text.index("</table>")]
    assert table_.count('<th class="n u"><span>Reach across') == 12
    assert re.search(r'<table class="whole" style="width:[0-9.]+%;font-size:0\.[0-9]+em">', table_)
    assert '<th class="n u">' not in html.write(report).decode()


def test_word_sets_wide_tables_with_upright_heads(wide: Report) -> None:
    table_ = docx.Document(io.BytesIO(word.write(wide))).tables[0]
    head, row = table_.rows[0]._tr.xml, table_.rows[1]._tr.xml
    assert head.count('<w:textDirection w:val="btLr"/>') == 12
    assert "<w:trHeight" in head
    assert "textDirection" not in row
    assert table_.columns[1].width > 3 * table_.columns[3].width


def test_word_keeps_heads_with_their_rows_and_numbers_its_pages(report: Report) -> None:
    data = word.write(report)
    table_ = docx.Document(io.BytesIO(data)).tables[0]
    kept = ["<w:keepNext/>" in row._tr.xml for row in table_.rows]
    assert kept[0]
    assert kept[-2]
    assert not kept[-1]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        footers = [parts.read(name).decode() for name in parts.namelist() if "footer" in name]
    assert any('w:instr="PAGE"' in footer for footer in footers)


def test_a_percent_sign_stays_with_its_number(report: Report) -> None:
    assert " %" not in html.write(report).decode().split("</style>")[1]
    with zipfile.ZipFile(io.BytesIO(word.write(report))) as parts:
        assert " %" not in parts.read("word/document.xml").decode()


def test_lines_of_a_note_stay_lines_on_a_page(report: Report) -> None:
    report.ballots["amina"].notes["lamps"] = {"option": "One line\nand another"}
    text = html.write(report).decode()
    assert "One line\nand another" in text
    assert "white-space: pre-line" in text


def test_what_is_drawn_is_said_to_be_the_beginning_only_where_it_is_drawn(report: Report) -> None:
    from evaluator.writers import markdown

    row = next(row for row in report.ranking.rows if row.complete)
    ranking = replaced(report.ranking, rows=(row,) * 120)
    many = replaced(report, ranking=ranking, spreads={})
    assert "Drawn are the first 100 of 120" in html.write(many).decode()
    assert "Drawn are" not in markdown.write(many).decode()


def test_a_sheet_prints_what_people_read_and_wide_ones_upright(
    report: Report, wide: Report
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))
    assert book["Ranking"].print_area == "'Ranking'!$A$1:$H$5"
    assert book["Ranking"]["F1"].alignment.horizontal == "right"
    many = openpyxl.load_workbook(io.BytesIO(xlsx.write(wide)))["Ranking"]
    assert many["F1"].alignment.textRotation == 90
    assert many.column_dimensions["F"].width < book["Ranking"].column_dimensions["F"].width


def test_a_grid_of_words_shares_the_sheet_of_text(report: Report) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))["Report"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Amina")
    assert sheet.cell(row, 2).value == "participant"
    assert any(str(area).startswith(f"B{row}:") for area in sheet.merged_cells.ranges)


def test_a_grid_without_rows_has_a_layout() -> None:
    grid = Grid(("Option", "n"), ())
    assert len(layout(grid.head, grid.rows, grid.right).sizes) == 2
