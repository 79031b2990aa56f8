"""Checks the tables of a document against what they should hold, and collects every problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import msgspec

from evaluator.display import is_plain
from evaluator.errors import EvaluatorError, Problem, Severity, nearest
from evaluator.model import Number, is_number
from evaluator.store import limits
from evaluator.store.documents import SCHEMA, Document, Path_, Source, digest, dotted


def shown(value: Any) -> str:
    """A value from a file as a message may quote it: short, and in TOML's own words."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


class Checker:
    """Reads values of one document; what is wrong becomes a `Problem`, and a default is returned.

    So one pass finds all problems. `path` is always the key path of the table that is read.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def report(
        self, path: Path_, what: str, hint: str = "", level: Severity = "error", key: str = ""
    ) -> None:
        """Notes a problem at a key path."""
        name = key or (dotted(path) if path else None)
        line = self.source.line(path) if path else None
        self.problems.append(Problem(self.source.file, line, name, what, hint, level))

    def warn(self, path: Path_, what: str, hint: str = "", *, minor: bool = False) -> None:
        """Notes a problem that stops nothing; `minor`: for `check` alone to tell."""
        self.report(path, what, hint, "warning")
        if minor:
            self.problems[-1] = msgspec.structs.replace(self.problems[-1], minor=True)

    @property
    def errors(self) -> list[Problem]:
        """The problems that are not mere warnings."""
        return [problem for problem in self.problems if problem.level == "error"]

    def stop_on_errors(self) -> None:
        """Raises every problem found, where one of them is an error."""
        if self.errors:
            raise EvaluatorError(self.problems)

    def schema(self) -> None:
        """Checks the top key `schema`."""
        found = self.source.document.get("schema")
        if found is None:
            self.report((), "has no schema", f"Begin it with: schema = {SCHEMA}", key="schema")
        elif isinstance(found, bool) or not isinstance(found, int) or found < 1:
            self.report(("schema",), f"schema is {shown(found)}", f"Write: schema = {SCHEMA}")
        elif found > SCHEMA:
            self.report(
                ("schema",),
                f"schema {shown(found)} is newer than this evaluator, which knows {SCHEMA}",
                "Install a newer evaluator to open it",
            )

    def names(self, kind: str, **expected: object) -> None:
        """Checks that a file we own says what its name says (`kind`, `id`, `participant`, …)."""
        for key, value in {"kind": kind, **expected}.items():
            found = self.source.document.get(key)
            if found is None:
                self.report((), f"{key} is missing", f"Write: {key} = {shown(value)}", key=key)
            elif found != value or isinstance(found, bool) != isinstance(value, bool):
                self.report(
                    (key,),
                    f"{key} is {shown(found)}, but its place says {shown(value)}",
                    f"Rename the file or folder, or write: {key} = {shown(value)}",
                )

    def end(self) -> None:
        """Checks `[end]`: missing means cut short, another digest means edited outside."""
        document = self.source.document
        end = document.get("end")
        found = end.get("digest") if isinstance(end, dict) else None
        if not isinstance(found, str) or next(reversed(document)) != "end":
            self.report(
                ("end",) if end is not None else (),
                "is cut short: it does not end with the table [end] and its digest",
                'Put back a whole copy; if it is whole, end it with [end] and digest = ""',
                key="end",
            )
        elif found != digest(document):
            # An empty digest is how a file written by hand says that it is whole.
            what, hint = "was edited outside evaluator", "The next save seals it"
            self.warn(("end", "digest"), what, hint, minor=not found)

    def table(self, table: Document, key: str, path: Path_) -> Document:
        """A table inside `table`; `{}` where it is missing or something else."""
        found = table.get(key, {})
        if isinstance(found, dict):
            return found
        listed = isinstance(found, list) and all(isinstance(item, dict) for item in found)
        name = dotted((*path, key))
        hint = f"Write one table each: [{name}.ID]" if listed else f"Write: [{name}]"
        said = "a list of tables" if listed else shown(found)
        self.report((*path, key), f"{name} is {said}, not a table", hint)
        return {}

    def tables(self, table: Document, key: str, path: Path_) -> dict[str, Document]:
        """A table of tables, by name."""
        inner = self.table(table, key, path)
        return {name: self.table(inner, name, (*path, key)) for name in inner}

    def text(
        self, table: Document, key: str, path: Path_, *, need: bool = False, long: bool = False
    ) -> str:
        """A text; `need`: it may not be missing or blank; `long`: line breaks are welcome."""
        where = (*path, key)
        if key not in table:
            if need:
                hint = f'Write: {key} = "…"'
                self.report(path, f"{dotted(where)} is missing", hint, key=dotted(where))
            return ""
        found = table[key]
        if not isinstance(found, str):
            self.report(where, f"{dotted(where)} is {shown(found)}, not text", "Put it in quotes")
            return ""
        if need and not found.strip():
            self.report(where, f"{dotted(where)} is blank", "Write a few words")
        return found if long else self._in_one_line(found, where)

    def _in_one_line(self, found: str, where: Path_) -> str:
        if len(found) > limits.TITLE:
            most = f"{limits.TITLE:,} characters are the most"
            self.report(where, f"{dotted(where)} is too large for one line: {most}", "Shorten it")
        elif not is_plain(found):
            what = f"{dotted(where)} holds a line break or control character"
            self.warn(where, what, "It is shown safely; take it out")
        return found[: limits.TITLE]

    def number(
        self,
        table: Document,
        key: str,
        path: Path_,
        default: Number = 0,
        *,
        least: float | None = 0,
    ) -> Number:
        """A finite number, at least `least`."""
        where = (*path, key)
        found = table.get(key, default)
        if not is_number(found):
            what = f"{dotted(where)} is {shown(found)}, not a number"
            self.report(
                where, what, f"Put a number{'' if least is None else f' from {least:g} up'}"
            )
            return default
        if least is not None and found < least:
            what = f"{dotted(where)} is {shown(found)}"
            self.report(where, what, f"Put a number from {least:g} up")
            return default
        value: Number = found
        return value

    def integer(
        self, table: Document, key: str, path: Path_, default: int | None, *, least: int = 1
    ) -> int | None:
        """A whole number, at least `least`, or the default where it is missing."""
        where = (*path, key)
        found = table.get(key, default)
        if found is default:
            return default
        if isinstance(found, bool) or not isinstance(found, int) or found < least:
            what = f"{dotted(where)} is {shown(found)}"
            self.report(where, what, f"Put a whole number from {least} up")
            return default
        return found

    def flag(self, table: Document, key: str, path: Path_) -> bool:
        """`true` or `false`; false where it is missing."""
        found = table.get(key, False)
        if not isinstance(found, bool):
            where = (*path, key)
            self.report(where, f"{dotted(where)} is {shown(found)}", "Write true or false")
            return False
        return found

    def choice(
        self, table: Document, key: str, path: Path_, known: Collection[str], default: str
    ) -> str:
        """One of the known words."""
        where = (*path, key)
        found = table.get(key, default)
        if isinstance(found, str) and found in known:
            return found
        near = nearest(found, known) if isinstance(found, str) else None
        what = f"{dotted(where)} is {shown(found)}"
        hint = f"Did you mean {near!r}?" if near else f"Write one of: {', '.join(known)}"
        self.report(where, what, hint)
        return default

    def texts(self, table: Document, key: str, path: Path_) -> tuple[str, ...]:
        """A list of texts."""
        where = (*path, key)
        found = table.get(key, [])
        if isinstance(found, list) and all(isinstance(item, str) for item in found):
            return tuple(found)
        what = f"{dotted(where)} is {shown(found)}, not a list of texts"
        if isinstance(found, list):
            what = f"{dotted(where)} holds something that is no text"
        self.report(where, what, f'Write: {key} = ["…", "…"]')
        return ()

    def time(self, table: Document, key: str, path: Path_) -> dt.datetime | None:
        """A date-time in UTC, or None where it is missing."""
        where = (*path, key)
        found = table.get(key)
        if found is None:
            return None
        hint = f"Write a date with its time: {key} = 2026-11-23T14:31:09Z"
        if not isinstance(found, dt.datetime):
            self.report(where, f"{dotted(where)} is {shown(found)}, not a time", hint)
            return None
        if found.tzinfo is None:
            found = found.replace(tzinfo=dt.UTC)
        try:
            return found.astimezone(dt.UTC)
        except OverflowError:
            self.report(where, f"{dotted(where)} is no time that can be reckoned with", hint)
            return None

    def numbers(self, table: Document, key: str, path: Path_) -> dict[str, Number]:
        """A table of numbers ≥ 0 by name."""
        inner = self.table(table, key, path)
        before = len(self.errors)
        found = {name: self.number(inner, name, (*path, key)) for name in inner}
        return found if len(self.errors) == before else {}


def extras(table: Document, known: Iterable[str]) -> dict[str, Any]:
    """The keys of a table that we do not know: kept, and written back after the known ones."""
    names = set(known)
    return {key: value for key, value in table.items() if key not in names}
