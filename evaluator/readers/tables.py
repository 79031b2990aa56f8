"""Rows of a table to options: which column is what, and what is wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from evaluator.api import Draft
from evaluator.display import is_plain
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.readers import words
from evaluator.readers.options import Places, draft_of, place
from evaluator.store import limits
from evaluator.store.checker import shown
from evaluator.store.documents import SCHEMA, Document

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = words.table("columns")
_LISTS: Final = ("tags", "actors", "keywords")
_RESOURCE: Final = re.compile(r"resources?\s*[.:]\s*(.{1,60})", re.IGNORECASE)


class Cell(msgspec.Struct, frozen=True):
    """A cell that is no plain text: a number, a truth value, or an error that a sheet shows."""

    said: str
    number: int | float | None = None


Value = str | Cell
Row = tuple[int, Sequence[Value]]


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name.strip().lower().replace("ß", "ss"))
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def columns(head: Sequence[str], name: str) -> tuple[dict[int, str], tuple[str, ...]]:
    """What each column holds (a field, or `resources.NAME`), and warnings about the others.

    A column's own name wins over a synonym.

    Raises:
        EvaluatorError: no column for the title, or two for one field.
    """
    found: dict[int, str] = {}
    for at, cell in enumerate(head):
        resource = _RESOURCE.fullmatch(cell.strip())
        field = f"resources.{resource[1].strip()}" if resource else _plain(cell)
        if resource or field in SYNONYMS:
            _claim(found, at, field, name)
    places = {_plain(cell): at for at, cell in reversed(list(enumerate(head))) if at not in found}
    for field, synonyms in SYNONYMS.items():
        known = next((synonym for synonym in synonyms if synonym in places), None)
        if known is not None and field not in found.values():
            found[places.pop(known)] = field
    named = [(at, shown(cell.strip())) for at, cell in enumerate(head) if cell.strip()]
    if "title" not in found.values():
        hint = f"Call one of the columns title; there are: {_listed(said for _, said in named)}"
        raise fail("has no column title", hint, file=name, line=1, key="title")
    rest = [said for at, said in named if at not in found]
    return found, ((f"{name}: columns not read: {_listed(rest)}",) if rest else ())


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:12]) or "none"


def has_title(head: Sequence[str]) -> bool:
    """Whether a row of headings names a column for the title, by that name or another."""
    return any(_plain(cell) in ("title", *SYNONYMS["title"]) for cell in head)


def _claim(found: dict[int, str], at: int, field: str, name: str) -> None:
    if field in found.values():
        raise fail(f"has two columns {shown(field)}", "Remove one", file=name, line=1, key=field)
    found[at] = field


def draft(rows: Iterable[Row], name: str, *, comma: bool = False) -> Draft:
    """A draft from the rows of a table, the first of which is its head.

    Args:
        rows: line numbers and cells; blank rows are left out by the caller or here.
        name: of the file.
        comma: numbers may have a decimal comma.

    Raises:
        EvaluatorError: with all problems; too many rows or columns.
    """
    given = iter(rows)
    _, first = next(given, (1, ()))
    head = [_text(cell) for cell in first]
    if len(head) > limits.COLUMNS:
        raise fail(f"has {len(head):,} columns; {limits.COLUMNS:,} are the most", file=name, line=1)
    if not any(head):
        raise fail("is an empty table", "Give it a row of headings with a column title", file=name)
    fields, warnings = columns(head, name)
    maker = _Maker(name, fields, len(head), comma=comma)
    for number, (line, cells) in enumerate(given, 1):
        if number > limits.ROWS:
            raise fail(f"has more than {limits.ROWS:,} rows", "Give a smaller table", file=name)
        maker.add(line, cells)
    return maker.draft(warnings)


def _text(cell: Value) -> str:
    return cell.strip() if isinstance(cell, str) else ""


class _Maker:
    """Collects the options of one table and what is wrong with its rows."""

    def __init__(self, name: str, fields: Mapping[int, str], width: int, *, comma: bool) -> None:
        self.name = name
        self.fields = fields
        self.width = width
        self.comma = comma
        self.tables: Document = {}
        self.lines: dict[str, int] = {}
        self.nameless: set[str] = set()
        self.problems: list[Problem] = []
        self.warnings: list[str] = []

    def _problem(self, line: int, key: str, what: str, hint: str) -> None:
        if len(self.problems) < 200:
            self.problems.append(Problem(self.name, line, key, what, hint))

    def add(self, line: int, cells: Sequence[Value]) -> None:
        """Takes one row in."""
        if not any(_text(cell) or isinstance(cell, Cell) for cell in cells):
            return
        if len(cells) > self.width:
            what = f"the row has {len(cells)} cells, but the head has {self.width}"
            hint = "Put quotes around a cell that holds the separator"
            self._problem(line, "", what, hint)
            return
        table: Document = {}
        given = ""
        for at, field in self.fields.items():
            cell = cells[at] if at < len(cells) else ""
            if field == "id":
                given = self._id(line, cell)
            else:
                self._cell(line, table, field, cell)
        key = given or place(len(self.tables) + 1)
        if not given:
            self.nameless.add(key)
        if key in self.tables:
            first = self.lines[key]
            what = f"the id {shown(key)} is given twice; it stands on line {first} already"
            self._problem(line, "id", what, "Give each option its own")
            return
        self.tables[key], self.lines[key] = table, line

    def _id(self, line: int, cell: Value) -> str:
        if isinstance(cell, Cell):
            if cell.number is None:
                self._problem(line, "id", f"the id is {cell.said}, no text", "Put a text there")
            return str(cell.number) if isinstance(cell.number, int) else ""
        return cell.strip()

    def _cell(self, line: int, table: Document, field: str, cell: Value) -> None:
        if field.startswith("resources."):
            self._resource(line, table, field.removeprefix("resources."), cell)
            return
        if isinstance(cell, Cell):
            if field == "title" or cell.number is None:
                what = f"the {field} is {cell.said}, no text"
                self._problem(line, field, what, f"Put the {field} there in words")
                return
            cell = cell.said
        if field in _LISTS:
            table[field] = [part.strip() for part in cell.split(";") if part.strip()]
        elif field == "title":
            table[field] = self._title(line, cell)
        else:
            table[field] = cell.strip()

    def _title(self, line: int, cell: str) -> str:
        flat = " ".join(cell.split())
        if not is_plain(cell.strip()):
            self.warnings.append(
                f"{self.name}:{line}: the title holds a line break or control character"
            )
        return flat

    def _resource(self, line: int, table: Document, resource: str, cell: Value) -> None:
        if isinstance(cell, str) and not cell.strip():
            return
        value = cell.number if isinstance(cell, Cell) else _number(cell, comma=self.comma)
        if value is None:
            said = cell.said if isinstance(cell, Cell) else shown(cell.strip())
            self._problem(line, f"resources.{resource}", f"{said} is not a number", "Put a number")
            return
        table.setdefault("resources", {})[resource] = value

    def draft(self, warnings: tuple[str, ...]) -> Draft:
        """The draft; `EvaluatorError` where a row was wrong."""
        if self.problems:
            raise EvaluatorError(self.problems)
        document: dict[str, Any] = {"schema": SCHEMA, "options": self.tables}
        source = Places(self.name, "", document, self.lines)
        return draft_of(source, frozenset(self.nameless), (*warnings, *self.warnings[:20]))


def _number(text: str, *, comma: bool) -> int | float | None:
    plain = text.strip().replace("\u00a0", "").replace("\u202f", "").replace("−", "-")
    if comma and re.fullmatch(r"-?\d+,\d+", plain):
        plain = plain.replace(",", ".")
    if re.fullmatch(r"[+-]?\d{1,300}", plain):
        return int(plain)
    if re.fullmatch(r"[+-]?(?:\d{1,300}\.\d*|\.\d+|\d{1,300})(?:[eE][+-]?\d{1,3})?", plain):
        value = float(plain)
        return value if abs(value) < float("inf") else None
    return None
