"""Options that are given as data: options files (TOML), JSON, and rows of any table.

All of them are put into the shape of an options file and pass the checks that an options file
passes; only the names of places differ.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn

from evaluator.api import Candidate, CandidateList, Draft
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import Option, OptionSet
from evaluator.readers.text import check_size, decode
from evaluator.store import limits
from evaluator.store.checker import Checker, shown
from evaluator.store.documents import SCHEMA, Document, Path_, Source, parse
from evaluator.store.options import read_options

NO_COLUMNS: Final[Mapping[str, str]] = MappingProxyType({})
_META: Final = ("author", "publisher", "published")
_REST: Final = (
    "summary", "section", "tags", "actors", "keywords", "resources", "requires", "excludes",
    "reference", "status", "reason", "item",
)  # fmt: skip
_GIVEN: Final = frozenset((*_REST, "id", "title", "text", "lines"))
_PLACE: Final = "number-{}-has-no-id"  # stands in for the id of an option that has none


class Places(Source, frozen=True):
    """A document made from rows; knows on which line each option stands."""

    rows: Mapping[str, int] = {}

    def line(self, path: Path_) -> int | None:
        """The line of the row that a key path belongs to."""
        return self.rows.get(path[1]) if len(path) > 1 else None


def draft_of(
    source: Source,
    nameless: frozenset[str],
    warnings: tuple[str, ...],
    *,
    cells: Mapping[str, dict[str, Any]] = MappingProxyType({}),
    columns: Mapping[str, str] = NO_COLUMNS,
) -> Draft:
    """A draft of the options in a document.

    Args:
        source: a document in the shape of an options file.
        nameless: keys of options whose id was not given.
        warnings: what was found before.
        cells: by key of an option, what stands in columns that are no field of it.
        columns: by heading, what was read from each column.

    Raises:
        EvaluatorError: with every problem that the document has.
    """
    checker = Checker(source)
    found = read_options(checker)
    checker.stop_on_errors()
    said = tuple(str(problem) for problem in checker.problems)
    items = tuple(
        _candidate(option, option.id in nameless, cells.get(option.id, {}))
        for option in found.options.values()
    )
    lists = (CandidateList("", items, 1.0, "given as data"),) if items else ()
    return Draft(found.title, lists, (), (*warnings, *said), _meta(found), columns=dict(columns))


def _meta(found: OptionSet) -> dict[str, str]:
    return {key: getattr(found, key) for key in _META if getattr(found, key)}


def _candidate(option: Option, nameless: bool, cells: dict[str, Any]) -> Candidate:
    rest = {}
    for key in _REST:
        value = getattr(option, key)
        if value not in (None, "", (), {}, False) and (key, value) != ("status", "open"):
            rest[key] = list(value) if isinstance(value, tuple) else value
    return Candidate(
        title=" ".join(option.title.split()),
        text=option.text,
        lines=option.lines,
        id="" if nameless else option.id,
        rest={**rest, **option.extra},
        cells=cells,
    )


def read_toml(data: bytes, name: str) -> Draft:
    """A draft from an options file.

    Raises:
        EvaluatorError: what is no good TOML, or breaks a rule of options files.
    """
    check_size(data, name, limits.LARGE)
    source = parse(data, name)
    kind = source.document.get("kind")
    if kind == "packed":
        hint = f"Use: evaluator sessions unpack {name}"
        raise fail("is a packed session, not an options file", hint, file=name, key="kind")
    if "options" not in source.document:
        hint = 'Give each option a table [options.ID] with a title = "…"'
        raise fail("has no options", hint, file=name, key="options")
    return draft_of(source, frozenset(), ())


class _RefusedError(ValueError):
    """Something that JSON allows for and an options file does not."""


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RefusedError(f"the key {shown(key)} is given twice in one object")
        found[key] = value
    return found


def _constant(word: str) -> NoReturn:
    raise _RefusedError(f"{word} is not a number that JSON knows")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise _RefusedError(f"{text[:40]} is larger than any number")
    return value


def _int(text: str) -> int:
    if len(text) > 300:
        raise _RefusedError("an integer has too many digits")
    return int(text)


def read_json(data: bytes, name: str, columns: Mapping[str, str] = NO_COLUMNS) -> Draft:
    """A draft from JSON: what `import --json` prints, an exported document, or a list of rows.

    A list of objects is read like a table whose headings are their keys; `columns` is as there.

    Raises:
        EvaluatorError: what is no JSON, is too large or too deep, names a key twice, or breaks a
            rule of options files.
    """
    check_size(data, name)
    text, _ = decode(data, name, strict_utf8=True)
    if data.count(b"{") + data.count(b"[") > 10 * limits.ROWS:
        raise fail("holds too many objects and lists", "Give a smaller file", file=name)
    document = _parsed_json(text, name)
    if isinstance(document, list) and document and all(isinstance(e, dict) for e in document):
        from evaluator.readers.tables import of_objects

        return of_objects(_sound(document, name), name, columns)
    if not isinstance(document, dict) or not isinstance(document.get("options"), list):
        what = 'has no list "options"'
        hint = 'Write: {"schema": 1, "options": [{"title": "…"}]}'
        raise fail(what, hint, file=name, key="options")
    return _from_json(_sound(document, name), name)


def _parsed_json(text: str, name: str) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_pairs,
            parse_constant=_constant,
            parse_float=_float,
            parse_int=_int,
        )
    except RecursionError:
        raise fail(
            "is nested too deeply", f"{limits.DEPTH} levels are the most", file=name
        ) from None
    except json.JSONDecodeError as error:
        what = f"is no good JSON: {error.msg[:1].lower()}{error.msg[1:]} (column {error.colno})"
        hint = "Mend that line, or save the file anew"
        raise fail(what, hint, file=name, line=error.lineno) from None
    except _RefusedError as error:
        raise fail(f"is no good JSON: {error}", "Mend it", file=name) from None


def _sound(value: Any, name: str, depth: int = 0) -> Any:
    """The value with broken characters put right; refuses what is nested too deeply."""
    if depth > limits.DEPTH:
        raise fail("is nested too deeply", f"{limits.DEPTH} levels are the most", file=name)
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, list):
        return [_sound(inner, name, depth + 1) for inner in value]
    if isinstance(value, dict):
        return {_sound(key, name): _sound(inner, name, depth + 1) for key, inner in value.items()}
    return value


def _from_json(document: Document, name: str) -> Draft:
    tables: Document = {}
    nameless: set[str] = set()
    problems: list[Problem] = []
    unknown: set[str] = set()
    cells = _ranked_scores(document)
    for number, entry in enumerate(document["options"], 1):
        if not isinstance(entry, dict):
            what = f"option {number} is {shown(entry)}, not an object"
            problems.append(Problem(name, None, f"options.{number}", what, 'Write: {"title": "…"}'))
            continue
        key = _key(entry, number, tables, name, problems)
        if "id" not in entry or entry["id"] in (None, ""):
            nameless.add(key)
        more = {field: entry[field] for field in entry if field not in _GIVEN}
        scores = more.pop("scores", None)
        unknown.update(set(more) - {"change"})
        beside = {**more, **(scores if isinstance(scores, dict) else {})}
        cells[key] = {**cells.get(key, {}), **_single(beside)}
        kept = {field: value for field, value in entry.items() if field in _GIVEN and field != "id"}
        tables[key] = {field: value for field, value in kept.items() if value is not None}
    if problems:
        raise EvaluatorError(problems)
    head = {
        key: document[key] for key in ("schema", "title", *_META) if document.get(key) is not None
    }
    source = Source(name, "", {"schema": SCHEMA, **head, "options": tables})
    return draft_of(source, frozenset(nameless), _ignored(name, unknown), cells=cells)


def _single(table: Mapping[str, Any]) -> dict[str, Any]:
    """What of a table is one text or number."""
    return {
        key: value
        for key, value in table.items()
        if isinstance(value, str | int | float) and not isinstance(value, bool)
    }


def _ranked_scores(document: Document) -> dict[str, dict[str, Any]]:
    """The scores in the ranking of an exported document, by option."""
    rows = document.get("ranking")
    found: dict[str, dict[str, Any]] = {}
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("scores"), dict):
            found[str(row.get("option"))] = _single(row["scores"])
    return found


def _ignored(name: str, unknown: set[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    shown_ = ", ".join(sorted(shown(key).strip("'") for key in unknown)[:12])
    return (f"{name}: not read: {shown_}",)


def _key(entry: Document, number: int, taken: Document, name: str, problems: list[Problem]) -> str:
    """The key of one option: its id, or a place holder; a wrong id is a problem."""
    given = entry.get("id")
    if given is None or given == "":
        return place(number)
    if not isinstance(given, str):
        what = f"the id of option {number} is {shown(given)}, not text"
        problems.append(Problem(name, None, f"options.{number}.id", what, "Put it in quotes"))
        return place(number)
    if given in taken:
        what = f"the id {shown(given)} is given twice"
        problems.append(Problem(name, None, f"options.{given}", what, "Give each option its own"))
    return given


def place(number: int) -> str:
    """The key that stands for the id of the option with this number, which has none."""
    return _PLACE.format(number)
