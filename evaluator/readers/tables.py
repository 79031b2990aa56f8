"""Rows of a table to options: which column is what, and what is wrong with a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from evaluator.api import Draft
from evaluator.display import is_plain
from evaluator.errors import EvaluatorError, Problem, fail, unknown
from evaluator.readers import words
from evaluator.readers.options import NO_COLUMNS, Places, draft_of, place
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


def columns(
    head: Sequence[str], name: str, given: Mapping[str, str] = NO_COLUMNS
) -> tuple[dict[int, str], tuple[str, ...]]:
    """What each column holds (a field, or `resources.NAME`), and warnings about the others.

    A column's own name wins over a synonym, and what is given by heading ("": nothing) over both.

    Raises:
        EvaluatorError: no column for the title, two for one field, or a field there is not.
    """
    found: dict[int, str] = {}
    said = {at: given[cell.strip()] for at, cell in enumerate(head) if cell.strip() in given}
    for at, field in said.items():
        if field:
            _claim(found, at, _field(field, name), name)
    for at, cell in enumerate(head):
        if at in said:
            continue
        resource = _RESOURCE.fullmatch(cell.strip())
        field = f"resources.{resource[1].strip()}" if resource else _plain(cell)
        if resource or field in SYNONYMS:
            _claim(found, at, field, name)
    _guess(found, head, said)
    named = [(at, shown(cell.strip())) for at, cell in enumerate(head) if cell.strip()]
    if "title" not in found.values():
        hint = f"Call one of the columns title; there are: {_listed(name_ for _, name_ in named)}"
        raise fail("has no column title", hint, file=name, line=1, key="title")
    rest = [name_ for at, name_ in named if at not in found and at not in said]
    return found, ((f"{name}: columns not read: {_listed(rest)}",) if rest else ())


def _guess(found: dict[int, str], head: Sequence[str], said: Collection[int]) -> None:
    """Adds the columns that go by another usual name, but for those of which something was said."""
    places = {
        _plain(cell): at
        for at, cell in reversed(list(enumerate(head)))
        if at not in found and at not in said
    }
    for field, synonyms in SYNONYMS.items():
        known = next((synonym for synonym in synonyms if synonym in places), None)
        if known is not None and field not in found.values():
            found[places.pop(known)] = field


def _field(said: str, name: str) -> str:
    """The field that a mapping names, as it is written in an options file."""
    resource = _RESOURCE.fullmatch(said.strip())
    if resource:
        return f"resources.{resource[1].strip()}"
    if said.strip().casefold() not in SYNONYMS:
        raise unknown("field", said, [*SYNONYMS, "resources.NAME"], file=name)
    return said.strip().casefold()


def _listed(names: Iterable[str]) -> str:
    return ", ".join(list(names)[:12]) or "none"


def has_title(head: Sequence[str]) -> bool:
    """Whether a row of headings names a column for the title, by that name or another."""
    return any(_plain(cell) in ("title", *SYNONYMS["title"]) for cell in head)


def _claim(found: dict[int, str], at: int, field: str, name: str) -> None:
    if field in found.values():
        raise fail(f"has two columns {shown(field)}", "Remove one", file=name, line=1, key=field)
    found[at] = field


def of_objects(
    objects: Sequence[Mapping[str, Any]], name: str, given: Mapping[str, str] = NO_COLUMNS
) -> Draft:
    """A draft from objects (of JSON) as rows; the headings are their keys, in order of sight.

    Lines are counted as if each object stood on one, the headings on the first.
    """
    head = list(dict.fromkeys(key for entry in objects for key in entry))
    rows: list[Row] = [(1, head)]
    for line, entry in enumerate(objects, 2):
        rows.append((line, [_value_of(entry.get(key)) for key in head]))
    return draft(rows, name, given=given)


def _value_of(value: Any) -> Value:
    """A value of JSON as a cell."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "; ".join(value)
    numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return Cell(shown(value), value if numeric else None)


def draft(
    rows: Iterable[Row],
    name: str,
    *,
    comma: bool = False,
    given: Mapping[str, str] = NO_COLUMNS,
) -> Draft:
    """A draft from the rows of a table, the first of which is its head.

    Args:
        rows: line numbers and cells; blank rows are left out by the caller or here.
        name: of the file.
        comma: numbers may have a decimal comma.
        given: by heading what a column holds, "" for nothing; the others are found.

    Raises:
        EvaluatorError: with all problems; too many rows or columns.
    """
    lines = iter(rows)
    _, first = next(lines, (1, ()))
    head = [_text(cell) for cell in first]
    if len(head) > limits.COLUMNS:
        raise fail(f"has {len(head):,} columns; {limits.COLUMNS:,} are the most", file=name, line=1)
    if not any(head):
        raise fail("is an empty table", "Give it a row of headings with a column title", file=name)
    fields, warnings = columns(head, name, given)
    maker = _Maker(name, fields, head, comma=comma)
    for number, (line, cells) in enumerate(lines, 1):
        if number > limits.ROWS:
            raise fail(f"has more than {limits.ROWS:,} rows", "Give a smaller table", file=name)
        maker.add(line, cells)
    return maker.draft(warnings)


def _text(cell: Value) -> str:
    return cell.strip() if isinstance(cell, str) else ""


class _Maker:
    """Collects the options of one table and what is wrong with its rows."""

    def __init__(
        self, name: str, fields: Mapping[int, str], head: Sequence[str], *, comma: bool
    ) -> None:
        self.name = name
        self.fields = fields
        self.head = head
        self.width = len(head)
        self.beside = {at: said for at, said in enumerate(head) if said and at not in fields}
        self.cells: dict[str, dict[str, Any]] = {}
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
        self.cells[key] = {
            said: _plain_value(cells[at], comma=self.comma)
            for at, said in self.beside.items()
            if at < len(cells) and cells[at] != ""
        }

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
        return draft_of(
            source,
            frozenset(self.nameless),
            (*warnings, *self.warnings[:20]),
            cells=self.cells,
            columns=self._columns(),
        )

    def _columns(self) -> dict[str, str]:
        """What each heading was read as; of two alike, the one that was read."""
        found: dict[str, str] = {}
        for at, said in enumerate(self.head):
            if said:
                found[said] = found.get(said) or self.fields.get(at, "")
        return found


def _plain_value(cell: Value, *, comma: bool) -> str | int | float:
    """A cell as a number where it is one, else as it is written."""
    if isinstance(cell, Cell):
        return cell.said if cell.number is None else cell.number
    number = _number(cell, comma=comma)
    return cell.strip() if number is None else number


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
