"""The report as a Word document; every word of it is set as text, never as a field or markup."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

from evaluator.api import Report
from evaluator.progress import Progress, counted
from evaluator.writers.story import Bars, Block, Grid, Heading, Items, Strips, Text, extent, story
from evaluator.writers.table import Layout, layout
from evaluator.writers.text import typeset, xml_text

_DOCUMENT: Final = "word/document.xml"
_SECTION: Final = b"<w:sectPr"  # what ends a document
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MARGIN: Final = Cm(2)
_WIDE, _HIGH = Cm(21), Cm(29.7)  # A4
_TWIPS: Final = 635  # English Metric Units in a twentieth of a point
_SIZE: Final = 17  # of a table's type, in half points
_LETTER: Final = 5.4  # twentieths of a point that a letter takes for each half point of its type
_TALLEST: Final = 24  # letters of an upright head in one line
_KEEP: Final = "<w:keepNext/>"
_LINES: Final = "bfbfbf"
_SHADE: Final = (0, 114, 178)  # of a heat map at its strongest, half of which is mixed with white


def write(report: Report, progress: Progress | None = None) -> bytes:
    """The whole report; the same bytes for the same report."""
    document = docx.Document()
    about = document.core_properties
    about.title = xml_text(report.session.title, 250)
    about.author = about.comments = ""
    about.created = about.modified = report.date or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    section = document.sections[0]
    section.page_width, section.page_height = _WIDE, _HIGH
    section.left_margin = section.right_margin = _MARGIN
    section.top_margin = section.bottom_margin = _MARGIN
    _number_pages(section)
    told = [block for block in story(report) if not isinstance(block, Bars | Strips)]
    parts = (
        part
        for block, after in zip(told, [*told[1:], None], strict=True)
        for part in _set(block, isinstance(after, Grid))
    )
    made = "".join(counted(parts, extent(told), progress))
    out = io.BytesIO()
    document.save(out)
    return _with_body(out.getvalue(), made.encode("utf-8", "replace"))


def _number_pages(section: Any) -> None:
    """The number of the page in the middle of its foot: the only field there is."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    paragraph.paragraph_format.element.append(field)


def _set(block: Block, before_table: bool) -> Iterator[str]:
    """A block as WordprocessingML; what stands before a table stays on its page."""
    if isinstance(block, Heading):
        style = "Title" if block.level == 1 else f"Heading{block.level - 1}"
        yield _paragraph(block.text, f'<w:pStyle w:val="{style}"/>')
    elif isinstance(block, Text):
        styled = '<w:pStyle w:val="Quote"/>' if block.kind == "question" else ""
        styled += _KEEP * before_table
        yield _paragraph(block.text, styled, "<w:b/>" if block.kind == "lead" else "")
    elif isinstance(block, Items):
        for line in block.lines:
            yield _paragraph(line, '<w:pStyle w:val="ListBullet"/>')
    elif isinstance(block, Grid):
        yield from _table(block)


def _paragraph(text: str, about: str = "", look: str = "") -> str:
    lines = typeset(escape(xml_text(text))).split("\n")
    run = '</w:t><w:br/><w:t xml:space="preserve">'.join(lines)
    return (
        f"<w:p><w:pPr>{about}</w:pPr><w:r><w:rPr>{look}</w:rPr>"
        f'<w:t xml:space="preserve">{run}</w:t></w:r></w:p>'
    )


def _table(grid: Grid) -> Iterator[str]:
    set_ = layout(grid.head, grid.rows, grid.right)
    room = (_WIDE - 2 * _MARGIN) // _TWIPS
    sizes = [round(room * size) for size in set_.sizes]
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
    yield _head(grid, sizes, set_)
    size = round(_SIZE * set_.scale)
    kept = {0, len(grid.rows) - 2}  # no row stands alone before or after a page break
    shades = grid.shades or ((),) * len(grid.rows)
    for n, (row, shade) in enumerate(zip(grid.rows, shades, strict=True)):
        looks = [_shade(value) for value in shade] if shade else [""] * len(row)
        cells = zip(row, sizes, looks, _sides(grid), strict=True)
        yield _row([_cell(*cell, size=size, keep=n in kept) for cell in cells])
    yield "</w:tbl><w:p/>"


def _sides(grid: Grid) -> list[str]:
    right = '<w:jc w:val="right"/>'
    return [right if place in grid.right else "" for place in range(len(grid.head))]


def _head(grid: Grid, sizes: list[int], set_: Layout) -> str:
    """The head, which is repeated on every page; figures' names upright where room is scarce."""
    size = round(_SIZE * set_.scale)
    upright = [place in set_.upright for place in range(len(grid.head))]
    letters = max((min(_TALLEST, len(grid.head[n])) for n in set_.upright), default=0)
    height = f'<w:trHeight w:val="{round(size * (letters + 2) * _LETTER)}"/>' * bool(letters)
    cells = [
        _cell(
            text,
            width,
            '<w:textDirection w:val="btLr"/>' * up + '<w:vAlign w:val="bottom"/>' * (not up),
            "" if up else side,
            size=size,
            keep=True,
            look="<w:b/>",
        )
        for text, width, up, side in zip(grid.head, sizes, upright, _sides(grid), strict=True)
    ]
    return _row(cells, f"{height}<w:tblHeader/>")


def _row(cells: list[str], about: str = "") -> str:
    """A row that no page break cuts."""
    return f"<w:tr><w:trPr><w:cantSplit/>{about}</w:trPr>{''.join(cells)}</w:tr>"


def _cell(
    text: str, width: int, about: str, side: str, *, size: int, keep: bool = False, look: str = ""
) -> str:
    spacing = '<w:spacing w:before="30" w:after="30" w:line="240" w:lineRule="auto"/>'
    said = _paragraph(text, f"{_KEEP * keep}{spacing}{side}", f'{look}<w:sz w:val="{size}"/>')
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{about}</w:tcPr>{said}</w:tc>'


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
