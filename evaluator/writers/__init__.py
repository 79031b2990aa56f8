"""Formats that results go to; each loads what it needs when it first writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from evaluator.api import Report, Writer, hookimpl

# Formats that print no analysis: for them none is reckoned, and numpy need not be loaded.
PLAIN: Final = frozenset({"csv", "csv-ballots", "json", "toml"})
# Formats that print neither the session nor its digest.
ROWS: Final = frozenset({"csv", "csv-ballots"})
# Formats that tell nothing of earlier rounds.
NEWEST: Final = frozenset({"md", "html", "xlsx", "docx"})


def _later(module: str, name: str = "write") -> Callable[[Report], bytes]:
    def write(report: Report) -> bytes:
        made: bytes = getattr(import_module(f"evaluator.writers.{module}"), name)(report)
        return made

    return write


@hookimpl
def evaluator_writers() -> Iterable[Writer]:
    """The built-in formats; those of an extra only where it is installed."""
    yield Writer("md", "Markdown", ".md", _later("markdown"))
    yield Writer("report", "Workshop report, Markdown", "", _later("report", "write_markdown"))
    yield Writer("report-html", "Workshop report, web page", "", _later("report", "write_html"))
    yield Writer("csv", "Table of the ranked list", ".csv", _later("csv"))
    yield Writer("csv-ballots", "Table of every score", "", _later("csv", "write_ballots"))
    yield Writer("json", "JSON, with the packed session", ".json", _later("json"))
    yield Writer("html", "Web page", ".html", _later("html"))
    yield Writer("xlsx", "Workbook with live weights", ".xlsx", _later("xlsx"))
    if find_spec("docx") is not None:
        yield Writer("docx", "Word document", ".docx", _later("docx"))
    yield Writer("toml", "Packed session", ".toml", _later("toml"))
