"""The report as a Word document; every word is set as text, never as a field or markup."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH

from evaluator.api import Report
from evaluator.writers.story import Block, Grid, Heading, Items, Text, story
from evaluator.writers.text import xml_text

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_TABLE: Final = "Light List Accent 1"


def write(report: Report) -> bytes:
    """The whole report; the same bytes for the same report."""
    document = docx.Document()
    about = document.core_properties
    about.title = xml_text(report.session.title, 250)
    about.author = ""
    about.created = about.modified = report.date or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    for block in story(report):
        _set(document, block)
    out = io.BytesIO()
    document.save(out)
    return _without_times(out.getvalue())


def _set(document: Any, block: Block) -> None:
    if isinstance(block, Heading):
        document.add_heading(xml_text(block.text), level=block.level - 1)
    elif isinstance(block, Text):
        styles = {"question": "Quote", "lead": "Intense Quote"}
        document.add_paragraph(xml_text(block.text), style=styles.get(block.kind))
    elif isinstance(block, Items):
        for line in block.lines:
            document.add_paragraph(xml_text(line), style="List Bullet")
    elif isinstance(block, Grid):
        _table(document, block)


def _table(document: Any, grid: Grid) -> None:
    table = document.add_table(rows=0, cols=len(grid.head), style=_TABLE)
    for row in (grid.head, *grid.rows):
        for place, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            cell.text = xml_text(text)
            if place in grid.right:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def _without_times(data: bytes) -> bytes:
    """The same archive with every member dated alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return out.getvalue()
