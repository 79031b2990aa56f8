"""A small reckoner for the formulas of a workbook: what a spreadsheet would show in each cell.

Knows the operators and functions that the workbook uses; arrays are lists of columns' cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import openpyxl
from openpyxl.utils import range_boundaries

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:E[+-]?\d+)?)|(?P<text>\"[^\"]*\")"
    r"|(?P<ref>(?:\w+!)?\$?[A-Z]+\$?\d+(?::\$?[A-Z]+\$?\d+)?|\w+!\$[A-Z]+:\$[A-Z]+)"
    r"|(?P<name>[A-Z]+)(?=\()|(?P<defined>[A-Z][a-z]+)|(?P<op><=|>=|<>|[-+*/(),=<>]))"
)


class Workbook:
    """Cells by sheet; formulas are reckoned when they are asked for, and kept."""

    def __init__(self, path: Any) -> None:
        self.book = openpyxl.load_workbook(path)
        self.kept: dict[tuple[str, int, int], Any] = {}

    def put(self, sheet: str, cell: str, value: float) -> None:
        """Types a value into a cell; everything is reckoned anew."""
        self.book[sheet][cell] = value
        self.kept.clear()

    def value(self, sheet: str, row: int, column: int) -> Any:
        """What the cell (from 1) shows; None where it is empty."""
        key = (sheet, row, column)
        if key not in self.kept:
            cell = self.book[sheet].cell(row, column)
            found = cell.value
            if cell.data_type == "f":
                found = _plain(_Formula(self, sheet, row, found[1:]).value())
            self.kept[key] = found
        return self.kept[key]

    def column(self, sheet: str, column: int, first: int, last: int) -> list[Any]:
        """The cells of a column from `first` to `last`."""
        return [self.value(sheet, row, column) for row in range(first, last + 1)]


class _Formula:
    def __init__(self, book: Workbook, sheet: str, row: int, text: str) -> None:
        self.book, self.sheet, self.row = book, sheet, row
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            assert match, text[at:]
            self.tokens.append((match.lastgroup or "", match[0].strip()))
            at = match.end()
        self.at = 0

    def value(self) -> Any:
        found = self.compare()
        assert self.at == len(self.tokens)
        return found

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[str, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def compare(self) -> Any:
        left = self.sum()
        while self.peek() in ("=", "<", ">", "<=", ">=", "<>"):
            op = self.take()[1]
            left = _each(_COMPARE[op], left, self.sum())
        return left

    def sum(self) -> Any:
        left = self.product()
        while self.peek() in ("+", "-"):
            op = self.take()[1]
            sign = 1 if op == "+" else -1
            left = _each(lambda a, b, s=sign: _number(a) + s * _number(b), left, self.product())
        return left

    def product(self) -> Any:
        left = self.unary()
        while self.peek() in ("*", "/"):
            if self.take()[1] == "*":
                left = _each(lambda a, b: _number(a) * _number(b), left, self.unary())
            else:
                left = _each(lambda a, b: _number(a) / _number(b), left, self.unary())
        return left

    def unary(self) -> Any:
        if self.peek() == "-":
            self.take()
            return _each(lambda a, _: -_number(a), self.unary(), 0)
        return self.atom()

    def atom(self) -> Any:
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1]
        if kind == "ref":
            return self.reference(text)
        if kind == "defined":
            return self.reference(self.book.book.defined_names[text].attr_text)
        if kind == "name":
            return self.call(text)
        assert text == "("
        found = self.compare()
        assert self.take()[1] == ")"
        return found

    def reference(self, text: str) -> Any:
        sheet, _, cells = text.rpartition("!")
        left, top, right, bottom = range_boundaries(cells.replace("$", ""))
        if top is None:
            return _Column(self.book, sheet, left)
        found = [
            _Cell(self.book.value(sheet or self.sheet, row, column), row)
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        ]
        return found if ":" in cells else found[0]

    def call(self, name: str) -> Any:
        assert self.take()[1] == "("
        arguments = []
        while self.peek() != ")":
            if self.peek() == ",":
                self.take()
            arguments.append(self.compare())
        self.take()
        return getattr(self, f"_{name.lower()}")(*arguments)

    def _row(self, cells: Any = None) -> Any:
        if cells is None:
            return self.row
        return [cell.row for cell in cells]

    @staticmethod
    def _sum(cells: Any) -> float:
        return float(sum(_number(cell) for cell in cells))

    @staticmethod
    def _count(cells: Any) -> float:
        return float(sum(isinstance(_plain(cell), int | float) for cell in cells))

    @staticmethod
    def _sumproduct(*arrays: Any) -> float:
        assert len({len(array) for array in arrays}) == 1
        total = 0.0
        for cells in zip(*arrays, strict=True):
            product = 1.0
            for cell in cells:
                product *= _number(cell)
            total += product
        return total

    @staticmethod
    def _if(test: Any, then: Any, otherwise: Any) -> Any:
        return _plain(then) if _plain(test) else _plain(otherwise)

    @staticmethod
    def _match(wanted: Any, cells: Any, kind: float) -> int | str:
        """How many of the cells, which rise, are at most what is wanted; none is an error."""
        assert kind == 1
        found = [_number(cell) for cell in cells]
        assert found == sorted(found), "what MATCH halves its way through must rise"
        return sum(number <= _number(wanted) for number in found) or "#N/A"

    @staticmethod
    def _index(cells: Any, place: Any) -> Any:
        return cells[int(_number(place)) - 1]

    @staticmethod
    def _small(cells: Any, place: Any) -> float:
        return sorted(_number(cell) for cell in cells)[int(_number(place)) - 1]

    @staticmethod
    def _mod(number: Any, divisor: Any) -> float:
        return _number(number) % _number(divisor)


class _Column:
    """A whole column, of which only single cells are asked for."""

    def __init__(self, book: Workbook, sheet: str, column: int) -> None:
        self.book, self.sheet, self.column = book, sheet, column

    def __getitem__(self, place: int) -> _Cell:
        return _Cell(self.book.value(self.sheet, place + 1, self.column), place + 1)


class _Cell:
    def __init__(self, value: Any, row: int) -> None:
        self.value, self.row = value, row


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, _Cell) else value


def _number(value: Any) -> float:
    value = _plain(value)
    if value is None:
        return 0.0
    assert not isinstance(value, str), "text is no number: #VALUE!"
    return float(value)


def _order(value: Any) -> tuple[int, Any]:
    """Numbers come before text, as a spreadsheet compares; an empty cell is 0."""
    value = _plain(value)
    return (1, value) if isinstance(value, str) else (0, value or 0)


def _same(a: Any, b: Any) -> bool:
    a, b = _plain(a), _plain(b)
    if "" in (a, b) and None in (a, b):
        return True
    return _order(a) == _order(b)


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": _same,
    "<>": lambda a, b: not _same(a, b),
    "<": lambda a, b: _order(a) < _order(b),
    ">": lambda a, b: _order(a) > _order(b),
    "<=": lambda a, b: _order(a) <= _order(b),
    ">=": lambda a, b: _order(a) >= _order(b),
}


def _each(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """An operation on two values, or cell by cell where one is an array."""
    if not isinstance(left, list) and not isinstance(right, list):
        return operation(left, right)
    size = len(left) if isinstance(left, list) else len(right)
    lefts = left if isinstance(left, list) else [left] * size
    rights = right if isinstance(right, list) else [right] * size
    return [operation(a, b) for a, b in zip(lefts, rights, strict=True)]
