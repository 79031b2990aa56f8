"""Excel workbooks: the first sheet that has rows.

Only what a table needs is looked at: the list of sheets, shared texts, and cells with their last
values. Formulas are never run. The parts are read as a stream and cells kept by place, so a sheet
that claims to be huge costs nothing.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final
from xml.etree import ElementTree as ET

from evaluator.api import Draft
from evaluator.errors import fail
from evaluator.readers import tables
from evaluator.readers.options import NO_COLUMNS
from evaluator.readers.package import HINT, part, unzipped
from evaluator.readers.tables import Cell, Value
from evaluator.readers.text import check_size
from evaluator.store import limits

_PLACE: Final = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_CODE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CHUNK: Final = 65_536
_CELLS: Final = 2_000_000  # cells and rows of a sheet, empty ones too
Attributes = dict[str, str]


def read(data: bytes, name: str, columns: Mapping[str, str] = NO_COLUMNS) -> Draft:
    """A draft from the first sheet of a workbook that has rows.

    `columns` says by heading what a column holds, "" for nothing; the others are found.

    Raises:
        EvaluatorError: no workbook, damaged, too large, or what `tables.draft` refuses.
    """
    check_size(data, name)
    with unzipped(data, name, "an Excel workbook") as book:
        try:
            return _first_sheet(book, name, columns)
        except ET.ParseError as error:
            said = str(error).partition(":")[0]
            raise fail(f"is damaged: {said}", HINT, file=name) from None


def _first_sheet(book: zipfile.ZipFile, name: str, columns: Mapping[str, str]) -> Draft:
    sheets = _sheets(book, name)
    shared = _Texts()
    for _ in _streamed(part(book, "xl/sharedStrings.xml", name) or b"", shared):
        pass
    for path in sheets:
        sheet = _Sheet(shared.found, name)
        rows = _rows(part(book, path, name) or b"", sheet)
        first = next(rows, None)
        if first is not None:
            return tables.draft(chain([first], rows), name, given=columns)
    raise fail("has no rows in any of its sheets", "Give it a row of headings", file=name)


def _rows(data: bytes, sheet: _Sheet) -> Iterator[tables.Row]:
    for _ in _streamed(data, sheet):
        yield from sheet.rows
        sheet.rows.clear()
    yield from sheet.rows


def _streamed(data: bytes, target: _Target) -> Iterator[None]:
    """Feeds a part to a target bit by bit; stops after each bit so that rows can be taken."""
    if not data:
        return
    parser = ET.XMLParser(target=target)  # noqa: S314 - `part` has refused document types
    for start in range(0, len(data), _CHUNK):
        parser.feed(data[start : start + _CHUNK])
        yield
    parser.close()


def _sheets(book: zipfile.ZipFile, name: str) -> list[str]:
    """The parts that hold the sheets, in the workbook's order; hidden ones last."""
    listed = _Elements("sheet")
    related = _Elements("Relationship")
    for path, target in (("xl/workbook.xml", listed), ("xl/_rels/workbook.xml.rels", related)):
        data = part(book, path, name)
        if data is None:
            raise fail("is no Excel workbook: it has no list of sheets", HINT, file=name)
        for _ in _streamed(data, target):
            pass
    places = {found.get("Id", ""): found.get("Target", "") for found in related.found}
    shown: list[str] = []
    hidden: list[str] = []
    for found in listed.found:
        id = next((value for key, value in found.items() if key.endswith("}id")), "")
        if places.get(id):
            path = posixpath.normpath(posixpath.join("/xl", places[id])).lstrip("/")
            (hidden if found.get("state", "visible") != "visible" else shown).append(path)
    return shown + hidden


def _tag(name: str) -> str:
    return name.rpartition("}")[2]


class _Target:
    """What a streaming XML parser calls; takes no notice of anything."""

    def start(self, tag: str, attributes: Attributes) -> None:
        """An element opens."""

    def end(self, tag: str) -> None:
        """An element closes."""

    def data(self, text: str) -> None:
        """Text stands inside an element."""

    def close(self) -> None:
        """The part has ended."""


class _Elements(_Target):
    """Collects the attributes of all elements of one name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found: list[Attributes] = []

    def start(self, tag: str, attributes: Attributes) -> None:
        if _tag(tag) == self.name and len(self.found) < limits.COLUMNS:
            self.found.append(dict(attributes))


class _Texts(_Target):
    """Collects the shared texts of a workbook, without their phonetic readings."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts: list[str] = []
        self.inside = False
        self.phonetic = False

    def start(self, tag: str, attributes: Attributes) -> None:  # noqa: ARG002 - not needed
        name = _tag(tag)
        if name == "si":
            self.parts = []
        elif name == "rPh":
            self.phonetic = True
        self.inside = name == "t" and not self.phonetic

    def end(self, tag: str) -> None:
        name = _tag(tag)
        self.inside = False
        if name == "si":
            self.found.append(_decoded("".join(self.parts)))
        elif name == "rPh":
            self.phonetic = False

    def data(self, text: str) -> None:
        if self.inside:
            self.parts.append(text)


def _decoded(text: str) -> str:
    """`text` with `_x000D_` and the like as the characters they stand for."""
    if "_x" not in text:
        return text
    return _CODE.sub(lambda found: _character(int(found[1], 16)), text)


def _character(code: int) -> str:
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)


class _Sheet(_Target):
    """Collects the rows of one sheet that hold something; whoever reads on takes them away."""

    def __init__(self, shared: list[str], name: str) -> None:
        self.shared = shared
        self.name = name
        self.rows: list[tables.Row] = []
        self.row = 0
        self.column = -1
        self.kind = ""
        self.parts: list[str] = []
        self.inside = False
        self.cells: dict[int, Value] = {}
        self.width = 0
        self.count = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        name = _tag(tag)
        if name == "row":
            given = attributes.get("r", "")
            self.row = int(given) if given.isdigit() and len(given) < 8 else self.row + 1
            self.column, self.cells = -1, {}
            self._count()
        elif name == "c":
            self._count()
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self.column = _column(place[1]) if place else self.column + 1
            self.kind, self.parts = attributes.get("t", "n"), []
        self.inside = name == "v" or (name == "t" and self.kind == "inlineStr")

    def data(self, text: str) -> None:
        if self.inside:
            self.parts.append(text)

    def end(self, tag: str) -> None:
        name = _tag(tag)
        self.inside = False
        if name == "c" and self.parts:
            value = self._value("".join(self.parts))
            if isinstance(value, Cell) or value.strip():
                self.cells[self.column] = value
                self._check_column()
            self.parts = []
        elif name == "row" and self.cells:
            far = max(self.cells)
            self.width = self.width or far + 1
            self.rows.append((self.row, [self.cells.get(at, "") for at in range(far + 1)]))

    def _count(self) -> None:
        self.count += 1
        if self.count > _CELLS:
            what = f"has more than {_CELLS:,} cells"
            raise fail(what, "Give only the table you need", file=self.name)

    def _check_column(self) -> None:
        if self.column >= max(self.width, limits.COLUMNS if not self.width else 0):
            what = f"has a cell in column {self.column + 1:,}, beyond the head"
            raise fail(what, "Remove it", file=self.name, line=self.row)

    def _value(self, said: str) -> Value:
        if self.kind == "s":
            return self._shared_text(said)
        if self.kind in ("str", "inlineStr"):
            return _decoded(said)
        if self.kind == "e":
            return Cell(f"the error {said[:20]}")
        if self.kind == "b":
            return Cell("true" if said == "1" else "false")
        return _figure(said)

    def _shared_text(self, index: str) -> str:
        if index.isdigit() and len(index) < 10 and int(index) < len(self.shared):
            return self.shared[int(index)]
        what = "is damaged: the text of a cell is lost"
        raise fail(what, HINT, file=self.name, line=self.row)


def _figure(said: str) -> Value:
    try:
        number = float(said)
    except ValueError:
        return said
    if not abs(number) < float("inf"):
        return Cell("no number")
    whole = number.is_integer() and abs(number) < 1e15
    figure = int(number) if whole else number
    return Cell(str(figure), figure)


def _column(letters: str) -> int:
    """The number from 0 of a column: "A" is 0, "Z" 25, "AA" 26."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - 64
    return value - 1
