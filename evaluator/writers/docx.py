"""The report as a Word document; every word is set as text, never as a field or markup."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

import docx
from docx.shared import Cm

from evaluator.api import Report
from evaluator.writers.story import Bars, Block, Grid, Heading, Items, Strips, Text, story
from evaluator.writers.table import widths
from evaluator.writers.text import xml_text

_DOCUMENT: Final = "word/document.xml"
_SECTION: Final = b"<w:sectPr"  # what ends a document
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MARGIN: Final = Cm(2)
_LETTER: Final = Cm(21.59)
_TWIPS: Final = 635  # English Metric Units in a twentieth of a point
_SIZE: Final = 17  # of a table's type, in half points
_LINES: Final = "bfbfbf"
_SHADE: Final = (0, 114, 178)  # of a heat map at its strongest, half of which is mixed with white


def write(report: Report) -> bytes:
    """The whole report; the same bytes for the same report."""
    document = docx.Document()
    about = document.core_properties
    about.title = xml_text(report.session.title, 250)
    about.author = ""
    about.created = about.modified = report.date or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    section = document.sections[0]
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    room = ((section.page_width or _LETTER) - 2 * _MARGIN) // _TWIPS
    made = "".join(part for block in story(report) for part in _set(block, room))
    out = io.BytesIO()
    document.save(out)
    return _with_body(out.getvalue(), made.encode("utf-8", "replace"))


def _set(block: Block, room: int) -> Iterator[str]:
    """A block as WordprocessingML; `room` is the width of a line in twentieths of a point."""
    if isinstance(block, Heading):
        style = "Title" if block.level == 1 else f"Heading{block.level - 1}"
        yield _paragraph(block.text, f'<w:pStyle w:val="{style}"/>')
    elif isinstance(block, Text):
        styled = '<w:pStyle w:val="Quote"/>' if block.kind == "question" else ""
        yield _paragraph(block.text, styled, "<w:b/>" if block.kind == "lead" else "")
    elif isinstance(block, Items):
        for line in block.lines:
            yield _paragraph(line, '<w:pStyle w:val="ListBullet"/>')
    elif isinstance(block, Grid):
        yield from _table(block, room)
    else:
        assert isinstance(block, Bars | Strips)  # the tables say the same in figures


def _paragraph(text: str, about: str = "", look: str = "") -> str:
    lines = escape(xml_text(text)).split("\n")
    run = '</w:t><w:br/><w:t xml:space="preserve">'.join(lines)
    return (
        f"<w:p><w:pPr>{about}</w:pPr><w:r><w:rPr>{look}</w:rPr>"
        f'<w:t xml:space="preserve">{run}</w:t></w:r></w:p>'
    )


def _table(grid: Grid, room: int) -> Iterator[str]:
    sizes = [round(room * size) for size in widths(grid.head, grid.rows)]
    border = f'w:val="single" w:sz="4" w:space="0" w:color="{_LINES}"'
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableNormal"/>'
        f'<w:tblW w:w="{sum(sizes)}" w:type="dxa"/><w:tblBorders><w:bottom {border}/>'
        f'<w:insideH {border}/></w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr>"
    )
    columns = "".join(f'<w:gridCol w:w="{size}"/>' for size in sizes)
    yield f"<w:tblGrid>{columns}</w:tblGrid>"
    yield _row(grid.head, sizes, grid, (), head=True)
    shades = grid.shades or ((),) * len(grid.rows)
    for row, shade in zip(grid.rows, shades, strict=True):
        yield _row(row, sizes, grid, shade)
    yield "</w:tbl><w:p/>"


def _row(
    cells: tuple[str, ...],
    sizes: list[int],
    grid: Grid,
    shades: tuple[float | None, ...],
    *,
    head: bool = False,
) -> str:
    """A row that no page break cuts; the head is repeated on every page."""
    look = f'{"<w:b/>" * head}<w:sz w:val="{_SIZE}"/>'
    parts = []
    for place, (text, size) in enumerate(zip(cells, sizes, strict=True)):
        shade = _shade(shades[place]) if shades else ""
        side = '<w:jc w:val="right"/>' if place in grid.right else ""
        about = f'<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>{side}'
        width = f'<w:tcW w:w="{size}" w:type="dxa"/>'
        low = '<w:vAlign w:val="bottom"/>' * head
        parts.append(
            f"<w:tc><w:tcPr>{width}{shade}{low}</w:tcPr>{_paragraph(text, about, look)}</w:tc>"
        )
    repeated = "<w:tblHeader/>" * head
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(parts)}</w:tr>"


def _shade(value: float | None) -> str:
    if value is None:
        return ""
    part = value / 200
    red, green, blue = (round(255 - (255 - full) * part) for full in _SHADE)
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{red:02x}{green:02x}{blue:02x}"/>'


def _with_body(data: bytes, made: bytes) -> bytes:
    """The archive with this content in its empty document, and every member dated alike.

    The content is put in as text: as elements, a table of thousands of options takes minutes.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            content = old.read(name)
            if name == _DOCUMENT:
                head, mark, rest = content.partition(_SECTION)
                content = head + made + mark + rest
            new.writestr(member, content)
    return out.getvalue()
