"""Word documents: real headings, lists, tables, references, and broken files."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def brief() -> Any:
    document = docx.Document()
    document.core_properties.author = "Harbour Group"
    document.add_heading("Footbridges", 0)
    document.add_heading("Findings", 1)
    document.add_paragraph("Boards rot.", style="List Bullet")
    document.add_paragraph("Nobody should be surprised.", style="List Bullet")
    document.add_heading("Recommendations", 1)
    document.add_paragraph("Replace the boards every ten years.", style="List Number")
    document.add_paragraph("Publish for each bridge:", style="List Number")
    document.add_paragraph("its width,", style="List Bullet 2")
    document.add_paragraph("its age.", style="List Bullet 2")
    last = document.add_paragraph("Test the ropes", style="List Number")
    last.add_run("4").font.superscript = True
    last.add_run(" in spring.")
    document.add_heading("Annex", 1)
    document.add_paragraph("Bridges should be listed here.", style="List Bullet")
    return document


def test_headings_and_lists(read: Read) -> None:
    draft = read(saved(brief()), "a.docx")
    assert [item.text for item in draft.options] == [
        "Replace the boards every ten years.",
        "Publish for each bridge: its width, its age.",
        "Test the ropes in spring.",
    ]
    assert draft.options[1].flags == ("nested",)
    assert draft.lists[0].heading == "Recommendations"
    assert draft.title == "Footbridges"
    assert draft.meta == {"author": "Harbour Group"}
    assert draft.source[draft.options[0].lines[0] - 1] == "Replace the boards every ten years."  # type: ignore[index]


def test_a_table_of_recommendations(read: Read) -> None:
    document = docx.Document()
    document.add_heading("Recommendations", 1)
    table = document.add_table(3, 3)
    rows = (
        ("No", "Recommendation", "Lead"),
        ("1", "Light the quay", "City"),
        ("2", "Paint it", "Port"),
    )
    for cells, row in zip(rows, table.rows, strict=True):
        for text, cell in zip(cells, row.cells, strict=True):
            cell.text = text
    draft = read(saved(document), "a.docx")
    assert [(item.text, item.rest["actors"]) for item in draft.options] == [
        ("Light the quay", ["City"]),
        ("Paint it", ["Port"]),
    ]


def test_bold_openings_page_breaks_and_deleted_text(read: Read) -> None:
    document = docx.Document()
    document.add_heading("Recommendations", 1)
    for title, text in (("Light the quay.", " It is dark."), ("Paint the crane.", " It rusts.")):
        paragraph = document.add_paragraph()
        paragraph.add_run(title).bold = True
        paragraph.add_run(text)
        deleted = OxmlElement("w:del")
        run = OxmlElement("w:r")
        gone = OxmlElement("w:delText")
        gone.text = "GONE"
        run.append(gone)
        deleted.append(run)
        paragraph._p.append(deleted)
        paragraph.add_run().add_break(WD_BREAK.PAGE)
    draft = read(saved(document), "a.docx")
    assert [item.text for item in draft.options] == [
        "Light the quay. It is dark.",
        "Paint the crane. It rusts.",
    ]
    assert [item.title for item in draft.options] == ["Light the quay", "Paint the crane"]
    assert [item.page for item in draft.options] == [1, 2]


def test_inserted_text_links_and_outline_levels(read: Read) -> None:
    document = docx.Document()
    heading = document.add_paragraph("Recommendations")
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    heading._p.get_or_add_pPr().append(level)
    for text in ("Light the quay", "Paint the crane"):
        paragraph = document.add_paragraph(text, style="List Bullet")
        inserted = OxmlElement("w:ins")
        inserted.append(paragraph.add_run(" soon.")._r)
        paragraph._p.append(inserted)
    draft = read(saved(document), "a.docx")
    assert [item.text for item in draft.options] == [
        "Light the quay soon.",
        "Paint the crane soon.",
    ]


def test_broken_files(refused: Refused, make_zip: Callable[..., bytes]) -> None:
    good = saved(brief())
    assert "not a Word document" in refused("a,b", "a.docx")
    assert "cut short" in refused(good[:-50], "a.docx")
    flipped = bytes(byte ^ 85 if 900 < at < 960 else byte for at, byte in enumerate(good))
    assert "damaged" in refused(flipped, "a.docx")
    assert "no good Word document" in refused(make_zip({"a.txt": "x"}), "a.docx")
    bomb = dict.fromkeys(("word/document.xml",), "") | {"word/media/a.xml": b"<" * 101_000_000}
    assert "unpacked" in refused(make_zip(bomb), "a.docx")
    assert "document type" in refused(make_zip({"word/document.xml": "<!DOCTYPE a>"}), "a.docx")


def test_a_part_that_is_missing_is_no_crash(refused: Refused) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(brief()))) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            if name != "word/document.xml":
                new.writestr(name, old.read(name))
    assert "no good Word document" in refused(buffer.getvalue(), "a.docx")


def test_without_the_package_it_says_what_to_install(
    refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    assert "pip install 'evaluator[docx]'" in refused(b"PK", "a.docx")
