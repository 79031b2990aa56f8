"""Excel workbooks: made by two libraries and by hand, sound and broken."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = (
    '<row><c t="inlineStr"><is><t>id</t></is></c><c t="inlineStr"><is><t>title</t></is></c></row>'
)
ROW = HEAD.replace("id", "lamps").replace("title", "Light it")


def parts(rows: str = HEAD + ROW, before: str = "") -> dict[str, str]:
    """The parts of a workbook as small as can be."""
    return {
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        '<Relationship Id="r1" Type="x" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<?xml version="1.0"?>{before}<worksheet xmlns="{MAIN}">'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }


def cell(title: str, kind: str = "inlineStr") -> str:
    inner = f"<is><t>{title}</t></is>" if kind == "inlineStr" else f"<v>{title}</v>"
    return f'<row><c t="inlineStr"><is><t>a</t></is></c><c t="{kind}">{inner}</c></row>'


def test_a_workbook_as_excel_writes_it(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Cover")
        sheet = book.add_worksheet("Options")
        sheet.write_row(0, 0, ["Recommendation", "Text", "tags", "resources.money", "Date"])
        sheet.write_row(1, 0, ["Light the quay", "In full", "a; b", 1.5])
        sheet.write_rich_string(2, 0, "Run ", book.add_format({"bold": True}), "a ferry")
        sheet.write_formula(3, 0, '="Paint"&" it"', None, "Paint it")
        sheet.write_number(3, 3, 7)
    draft = read(path.read_bytes(), "a.xlsx")
    assert [item.title for item in draft.options] == ["Light the quay", "Run a ferry", "Paint it"]
    assert draft.options[0].rest == {"tags": ["a", "b"], "resources": {"money": 1.5}}
    assert draft.options[2].rest == {"resources": {"money": 7}}
    assert draft.warnings == ("a.xlsx: columns not read: 'Date'",)


def test_gaps_empty_rows_and_dates_that_nobody_reads(read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["B2"], sheet["C2"], sheet["D2"] = "id", "title", "made"
    sheet["B5"], sheet["C5"], sheet["D5"] = "lamps", "Light it", dt.date(2024, 1, 2)
    buffer = io.BytesIO()
    book.save(buffer)
    draft = read(buffer.getvalue(), "a.xlsx")
    assert [(item.id, item.title) for item in draft.options] == [("lamps", "Light it")]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (cell("#REF!", "e"), "the title is the error #REF!"),
        (cell("5", "n"), "the title is 5"),
        (cell("1", "b"), "the title is true"),
        (cell("97", "s"), "text of a cell is lost"),
        (cell(""), "title is blank"),
        ('<row r="9"><c r="XFD9" t="inlineStr"><is><t>x</t></is></c></row>', "column 16,384"),
    ],
)
def test_cells_that_are_no_title(
    refused: Refused, make_zip: Callable[..., bytes], row: str, says: str
) -> None:
    said = refused(make_zip(parts(HEAD + row)), "a.xlsx")
    assert says in said
    assert said.startswith(("a.xlsx:2", "a.xlsx:9"))


def test_codes_for_control_characters(read: Read, make_zip: Callable[..., bytes]) -> None:
    draft = read(make_zip(parts(HEAD + cell("Light_x000D_ it_xD800_"))), "a.xlsx")
    assert draft.options[0].title == "Light it\ufffd"


def test_a_sheet_that_claims_to_be_huge_costs_nothing(
    read: Read, make_zip: Callable[..., bytes]
) -> None:
    far = '<row r="1048576"><c r="B1048576" t="inlineStr"><is><t>Last</t></is></c></row>'
    draft = read(make_zip(parts('<dimension ref="A1:XFD1048576"/>' + HEAD + far)), "a.xlsx")
    assert [item.title for item in draft.options] == ["Last"]


def test_a_formula_is_not_run_and_its_last_value_is_text(
    read: Read, make_zip: Callable[..., bytes]
) -> None:
    row = cell("x").replace(
        '<c t="inlineStr"><is><t>x</t></is></c>',
        '<c t="str"><f>HYPERLINK("x")</f><v>Run it</v></c>',
    )
    assert read(make_zip(parts(HEAD + row)), "a.xlsx").options[0].title == "Run it"


def test_broken_files(refused: Refused, make_zip: Callable[..., bytes]) -> None:
    good = make_zip(parts())
    assert "not an Excel workbook" in refused(b"id,title\n", "a.xlsx")
    assert "cut short" in refused(good[:-40], "a.xlsx")
    flipped = bytes(byte ^ 85 if 60 < at < 90 else byte for at, byte in enumerate(good))
    assert "damaged" in refused(flipped, "a.xlsx")
    assert "password" in refused(b"\xd0\xcf\x11\xe0" + bytes(600), "a.xlsx")
    assert "no list of sheets" in refused(make_zip({"a.txt": "x"}), "a.xlsx")
    torn = parts()
    torn["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>"
    assert "damaged" in refused(make_zip(torn), "a.xlsx")
    assert "no rows" in refused(make_zip(parts("")), "a.xlsx")


def test_bombs(refused: Refused, make_zip: Callable[..., bytes]) -> None:
    laughs = '<!DOCTYPE l [<!ENTITY a "haha"><!ENTITY b "&a;&a;">]>'
    assert "document type" in refused(make_zip(parts(before=laughs)), "a.xlsx")
    wide = parts()
    wide["xl/worksheets/sheet1.xml"] = (laughs + "<worksheet/>").encode("utf-16")
    assert "document type" in refused(make_zip(wide), "a.xlsx")
    assert "unpacked" in refused(
        make_zip({**parts(), "xl/media/a.xml": b"<" * 101_000_000}), "a.xlsx"
    )
    assert "cells" in refused(make_zip(parts(HEAD + "<row>" + "<c/>" * 2_000_001)), "a.xlsx")


def test_a_part_that_climbs_out_is_never_unpacked(
    read: Read, make_zip: Callable[..., bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    draft = read(make_zip({**parts(), "../../evil.txt": "x"}), "a.xlsx")
    assert draft.options[0].title == "Light it"
    assert not list(tmp_path.parent.rglob("evil.txt"))
