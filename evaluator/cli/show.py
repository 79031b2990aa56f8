"""What goes to the terminal: tables, JSON, messages. Nothing from a file gets there raw."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NamedTuple, TextIO

from evaluator.display import clean, clean_text
from evaluator.errors import EvaluatorError, Problem
from evaluator.model import cells
from evaluator.writers.text import json_text

_GAP: Final = "  "
_LEAST: Final = 12  # cells that a shrinking column keeps
_WARNINGS: Final = 5


class Column(NamedTuple):
    """A column of a table: `right` for figures; `flex` gives way where the line is too long."""

    head: str
    right: bool = False
    flex: bool = False


def prepare_streams() -> None:
    """Makes stdout and stderr print whatever comes: what they can't show is written as escapes."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            with contextlib.suppress(ValueError, OSError):
                reconfigure(errors="backslashreplace")


def width() -> int | None:
    """The terminal's width in cells; None where output goes elsewhere and nothing limits it."""
    if "COLUMNS" not in os.environ and not sys.stdout.isatty():
        return None
    return max(20, shutil.get_terminal_size().columns)


def fit(text: str, room: int) -> str:
    """`text` cut to `room` terminal cells, with `…` for what is gone."""
    if cells(text) <= room:
        return text
    end = bisect_right(range(len(text)), room - 1, key=lambda n: cells(text[: n + 1]))
    return text[:end].rstrip() + "…"


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> list[str]:
    """An aligned table with its head, as lines that fit the terminal."""
    body = [[clean(cell) for cell in row] for row in rows]
    heads = [clean(column.head) for column in columns]
    wide = [max(cells(row[n]) for row in [heads, *body]) for n in range(len(columns))]
    limit = width()
    if limit is not None:
        over = sum(wide) + len(_GAP) * (len(wide) - 1) - limit
        for n in sorted(range(len(columns)), key=lambda n: -wide[n]):
            if over > 0 and columns[n].flex:
                cut = min(over, max(0, wide[n] - _LEAST))
                wide[n], over = wide[n] - cut, over - cut
    return [_line(columns, row, wide) for row in [heads, *body]]


def _line(columns: Sequence[Column], row: Sequence[str], wide: Sequence[int]) -> str:
    parts = []
    for column, text, room in zip(columns, row, wide, strict=True):
        shown = fit(text, room)
        space = " " * (room - cells(shown))
        parts.append(space + shown if column.right else shown + space)
    return _GAP.join(parts).rstrip()


def wrapped(text: str, indent: str = "") -> list[str]:
    """Running text as lines that fit the terminal (at most 100 cells)."""
    import textwrap

    room = min(100, width() or 100)
    lines = []
    for paragraph in clean_text(text).split("\n"):
        lines += textwrap.wrap(
            paragraph, room, initial_indent=indent, subsequent_indent=indent
        ) or [""]
    return lines


def say(text: str = "", stream: TextIO | None = None) -> None:
    """Prints one line that is safe already."""
    print(text, file=stream or sys.stdout)


def tell(text: str) -> None:
    """A message on stderr, made safe."""
    say(clean(text), sys.stderr)


def emit(document: Any) -> None:
    """A JSON document on stdout; beyond ASCII only where the terminal takes UTF-8."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    sys.stdout.write(json_text(document, ascii_only=encoding != "utf8"))


def problem_line(problem: Problem, level: str | None = None) -> str:
    """`error: file:line: what. hint`, made safe."""
    return clean(f"{level or problem.level}: {problem}")


def tell_error(error: EvaluatorError, told: Collection[Problem] = ()) -> None:
    """Everything that is wrong and was not told yet, on stderr, errors first."""
    fresh = [problem for problem in error.problems if problem not in told]
    worst_first = sorted(fresh, key=lambda problem: problem.level != "error")
    for problem in worst_first:
        say(problem_line(problem), sys.stderr)


def tell_warnings(problems: Iterable[Problem]) -> list[Problem]:
    """The first few of what is odd and matters, on stderr; answers them."""
    found = [problem for problem in problems if not problem.minor]
    for problem in found[:_WARNINGS]:
        say(problem_line(problem, "warning"), sys.stderr)
    if len(found) > _WARNINGS:
        tell(f"warning: {len(found) - _WARNINGS} more; see them all with: evaluator check")
    return found[:_WARNINGS]
