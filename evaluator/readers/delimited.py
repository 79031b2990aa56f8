"""Tables as text: CSV and TSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from evaluator.api import Draft
from evaluator.errors import fail
from evaluator.readers import tables
from evaluator.readers.options import NO_COLUMNS
from evaluator.readers.text import check_size, decode

_SEPARATORS: Final = (",", ";", "\t", "|")
_CELL: Final = 1_000_000  # characters in one cell
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


def read(data: bytes, name: str, columns: Mapping[str, str] = NO_COLUMNS) -> Draft:
    """A draft from a CSV or TSV file; the separator is found in its first line.

    `columns` says by heading what a column holds, "" for nothing; the others are found.

    Raises:
        EvaluatorError: too large, no text, no column title, an unclosed quote, a row with more
            cells than the head, a blank title, a malformed id or one given twice.
    """
    check_size(data, name)
    at = data.find(b"\0")
    if at >= 0 and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        hint = "Save the table as CSV in UTF-8 again"
        raise fail("holds a NUL byte", hint, file=name, line=data.count(b"\n", 0, at) + 1)
    text, warnings = decode(data, name, strict_utf8=False)
    start, separator = _separator(text, tabs=name.lower().endswith((".tsv", ".tab")))
    if text[start : start + 200].lstrip().startswith(("<", "{")):
        raise fail("is a web page or JSON, not a table", "Give it its right suffix", file=name)
    rows = _rows(text, start, separator, name)
    draft = tables.draft(rows, name, comma=separator != ",", given=columns)
    return msgspec.structs.replace(draft, warnings=(*warnings, *draft.warnings))


def _separator(text: str, *, tabs: bool) -> tuple[int, str]:
    """Where the table starts, and what parts its cells.

    A line `sep=;` says it; else it is the sign that is most frequent in the head, of those that
    leave a column which can be the title.
    """
    start = len(text) - len(text.lstrip("\r\n \ufeff"))
    first = _line_at(text, start)
    told = re.match(r"sep=(.)\s*$", first, re.IGNORECASE)
    if told:
        return start + len(first), told[1]
    unquoted = re.sub(
        r'"([^"]*)"', lambda found: re.sub(r"[,;|\t]", " ", found[1]), first[:100_000]
    )
    ranked = sorted(_SEPARATORS, key=unquoted.count, reverse=True)
    if tabs and "\t" in unquoted:
        return start, "\t"
    fit = (sign for sign in ranked if tables.has_title(unquoted.split(sign)))
    return start, next(fit, ranked[0])


def _line_at(text: str, start: int) -> str:
    end = _LINE_END.search(text, start)
    return text[start : end.end()] if end else text[start:]


def _lines(text: str, start: int) -> Iterator[str]:
    """The lines with their ends, one at a time: no second copy of a large file is made."""
    at = start
    for end in _LINE_END.finditer(text, start):
        yield text[at : end.start()] + "\n"
        at = end.end()
    if at < len(text):
        yield text[at:]


def _rows(text: str, start: int, separator: str, name: str) -> Iterator[tables.Row]:
    offset = len(_LINE_END.findall(text, 0, start))
    previous = csv.field_size_limit(_CELL)
    reader = csv.reader(_lines(text, start), delimiter=separator, strict=True)
    line = 1
    try:
        for row in reader:
            if any(row):
                yield offset + line, row
            line = reader.line_num + 1
    except csv.Error as error:
        what, hint = _said(str(error))
        raise fail(what, hint, file=name, line=offset + line) from None
    finally:
        csv.field_size_limit(previous)


def _said(error: str) -> tuple[str, str]:
    if "field larger" in error:
        what = f"a cell has more than {_CELL:,} characters"
        return what, "Look for a quote that is never closed, or shorten the cell"
    if "end of data" in error:
        return (
            "a quote that opens here is never closed",
            'Close it, or write "" for a quote in a cell',
        )
    return "a quote stands where none may", 'Write "" for a quote inside a quoted cell'
