"""Formats that results go to; each loads what it needs when it first writes."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import msgspec

from evaluator.api import Report, Writer, hookimpl

if TYPE_CHECKING:
    from evaluator.progress import Progress

# Formats that print no analysis: for them none is reckoned, and numpy need not be loaded.
PLAIN: Final = frozenset({"csv", "csv-ballots", "json", "toml"})
# Formats that print neither the session nor its digest.
ROWS: Final = frozenset({"csv", "csv-ballots"})
# Formats that hold the packed session: in it people keep their names.
PACKED: Final = frozenset({"json", "toml"})
# Formats that tell of the whole workshop: there is none of one ballot.
OF_GROUP: Final = frozenset({"report", "report-html"})
# Formats that tell nothing of earlier rounds.
NEWEST: Final = frozenset({"md", "html", "xlsx", "docx"})


class _Later(msgspec.Struct, frozen=True):
    """A function of a module that is imported when it is first called.

    `tells`: it also takes what it may tell how far it is.
    """

    module: str
    name: str = "write"
    tells: bool = True

    def __call__(self, report: Report, progress: Progress | None = None) -> bytes:
        write = getattr(import_module(f"evaluator.writers.{self.module}"), self.name)
        made: bytes = write(report, progress) if self.tells else write(report)
        return made


def written(writer: Writer, report: Report, progress: Progress | None = None) -> bytes:
    """What a writer makes of a report; one that is built in tells `progress` how far it is."""
    if isinstance(writer.write, _Later):
        return writer.write(report, progress)
    return writer.write(report)


@hookimpl
def evaluator_writers() -> Iterable[Writer]:
    """The built-in formats; those of an extra only where it is installed.

    Of several with one suffix the first is what a file's name alone asks for.
    """
    yield Writer("md", "Markdown", ".md", _Later("markdown"))
    yield Writer("report", "Workshop report, Markdown", ".md", _Later("report", "write_markdown"))
    yield Writer("csv", "Table of the ranked list", ".csv", _Later("csv"))
    yield Writer("csv-ballots", "Table of every score", ".csv", _Later("csv", "write_ballots"))
    yield Writer("json", "JSON, with the packed session", ".json", _Later("json", tells=False))
    yield Writer("html", "Web page", ".html", _Later("html"))
    yield Writer(
        "report-html", "Workshop report, web page", ".html", _Later("report", "write_html")
    )
    yield Writer("xlsx", "Workbook with live weights", ".xlsx", _Later("xlsx"))
    if find_spec("docx") is not None:
        yield Writer("docx", "Word document", ".docx", _Later("docx"))
    yield Writer("toml", "Packed session", ".toml", _Later("toml", tells=False))
