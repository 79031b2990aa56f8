"""One module per format that options come from.

Each reader imports its module only when it is used: a start of the app pays for none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Final

from evaluator.api import Draft, Reader, hookimpl

# id, title, suffixes, module, function
_READERS: Final = (
    ("text", "Plain text", (".txt",), "text", "read_text"),
    ("markdown", "Markdown", (".md", ".markdown"), "text", "read_markdown"),
    ("options", "Options file (TOML)", (".toml",), "options", "read_toml"),
    ("json", "JSON", (".json",), "options", "read_json"),
    ("csv", "Table (CSV, TSV)", (".csv", ".tsv"), "delimited", "read"),
    ("xlsx", "Excel workbook", (".xlsx",), "workbook", "read"),
    ("html", "Web page", (".html", ".htm"), "webpage", "read"),
    ("pdf", "PDF", (".pdf",), "pdf", "read"),
    ("docx", "Word document", (".docx",), "word", "read"),
)


_MAPPED: Final = ("csv", "xlsx", "json")  # readers of tables


def _lazy(module: str, function: str) -> Callable[[bytes, str], Draft]:
    def read(data: bytes, name: str) -> Draft:
        found = getattr(import_module(f"evaluator.readers.{module}"), function)
        draft: Draft = found(data, name)
        return draft

    return read


def _mapped(module: str, function: str) -> Callable[[bytes, str, Mapping[str, str]], Draft]:
    def read(data: bytes, name: str, columns: Mapping[str, str]) -> Draft:
        found = getattr(import_module(f"evaluator.readers.{module}"), function)
        draft: Draft = found(data, name, columns)
        return draft

    return read


@hookimpl
def evaluator_readers() -> Iterator[Reader]:
    """The formats that come with evaluator."""
    for id, title, suffixes, module, function in _READERS:
        mapped = _mapped(module, function) if id in _MAPPED else None
        yield Reader(id, title, suffixes, _lazy(module, function), mapped)
