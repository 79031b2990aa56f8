"""Options files: from a document to an `OptionSet`, and back."""

from __future__ import annotations

from typing import Any, Final

from evaluator.errors import nearest
from evaluator.model import ID_RULE, MAX_ID, STATUSES, Number, Option, OptionSet, is_id
from evaluator.store.checker import Checker, extras, shown
from evaluator.store.documents import SCHEMA, Document, Path_, dotted

_HEAD: Final = ("title", "author", "publisher", "published", "source", "sha256")
_TEXTS: Final = ("title", "summary", "text", "section", "reason")
_LISTS: Final = ("tags", "actors", "keywords", "requires", "excludes")
_KNOWN: Final = (
    "title", "summary", "text", "section", "tags", "actors", "keywords", "item", "lines",
    "resources", "requires", "excludes", "reference", "status", "reason",
)  # fmt: skip


def read_options(checker: Checker) -> OptionSet:
    """The options of a document; what is wrong is reported to the checker."""
    document = checker.source.document
    checker.schema()
    head = {key: checker.text(document, key, ()) for key in _HEAD if key != "published"}
    head["published"] = _published(checker, document)
    table = checker.table(document, "options", ())
    options = {id: _option(checker, id, table[id]) for id in table}
    _check_links(checker, options)
    known = ("schema", "kind", "id", "options", "end", *_HEAD)
    return OptionSet(**head, options=options, extra=extras(document, known))


def _published(checker: Checker, document: Document) -> str:
    found = document.get("published")
    if found is not None and not isinstance(found, str) and hasattr(found, "isoformat"):
        return str(found.isoformat())
    return checker.text(document, "published", ())


def _option(checker: Checker, id: str, table: Any) -> Option:
    path = ("options", id)
    if not is_id(id):
        rule = "is reserved" if id == "option" else "is no id"
        checker.report(path, f"{shown(id)} {rule}", f"For an id {ID_RULE.format(MAX_ID)}")
    if not isinstance(table, dict):
        checker.report(path, f"{dotted(path)} is {shown(table)}, not a table", 'Give it a "title"')
        return Option(id=id, title=id)
    long = ("text", "summary", "reason")
    texts = {
        key: checker.text(table, key, path, need=key == "title", long=key in long) for key in _TEXTS
    }
    if len(texts["title"]) > 120 and "\n" not in texts["title"]:
        what = f"{dotted((*path, 'title'))} has {len(texts['title'])} characters"
        checker.warn(
            (*path, "title"), what, "A title of up to 120 reads well in a list", minor=True
        )
    lists = {key: checker.texts(table, key, path) for key in _LISTS}
    return Option(
        id=id,
        **texts,  # type: ignore[arg-type]
        **lists,  # type: ignore[arg-type]
        item=checker.integer(table, "item", path, None),
        lines=_lines(checker, table, path),
        resources=_resources(checker, table, path),
        reference=checker.flag(table, "reference", path),
        status=checker.choice(table, "status", path, STATUSES, "open"),  # type: ignore[arg-type]
        extra=extras(table, _KNOWN),
    )


def _lines(checker: Checker, table: Document, path: Path_) -> tuple[int, int] | None:
    found = table.get("lines")
    if found is None:
        return None
    numbers = isinstance(found, list) and all(type(n) is int and n >= 1 for n in found)
    if not numbers or len(found) != 2 or found[0] > found[1]:
        where = (*path, "lines")
        said = str(found)[:60] if isinstance(found, list) else shown(found)
        hint = "Write two rising line numbers from 1 up, as in [94, 96]"
        checker.report(where, f"{dotted(where)} is {said}", hint)
        return None
    return found[0], found[1]


def _resources(checker: Checker, table: Document, path: Path_) -> dict[str, Number]:
    inner = checker.table(table, "resources", path)
    where = (*path, "resources")
    return {name: checker.number(inner, name, where, least=None) for name in inner}


def _check_links(checker: Checker, options: dict[str, Option]) -> None:
    for id, option in options.items():
        for field in ("requires", "excludes"):
            _check_names(checker, options, id, field)
        for other in set(option.requires) & set(option.excludes):
            what = f"{shown(other)} is both required and excluded"
            checker.report(("options", id, "excludes"), what, "Take it out of one of them")
    _check_clashes(checker, options)
    references = [id for id, option in options.items() if option.reference]
    for id in references[1:]:
        what = f"is a second reference option beside {shown(references[0])}"
        hint = "Only one option can be the one to compare with; take one out"
        checker.report(("options", id, "reference"), what, hint)


def _check_names(checker: Checker, options: dict[str, Option], id: str, field: str) -> None:
    where = ("options", id, field)
    for name in getattr(options[id], field):
        if name == id:
            checker.report(where, f"{dotted(where)} names the option itself", "Take it out")
        elif name not in options:
            near = nearest(name, options)
            hint = f"Did you mean {near!r}?" if near else "Name an option of this file"
            checker.report(where, f"{dotted(where)}: no option {shown(name)}", hint)


def _check_clashes(checker: Checker, options: dict[str, Option]) -> None:
    """An option that requires one which excludes it can never be chosen."""
    for id, option in options.items():
        for other in option.requires:
            if other in options and id in options[other].excludes:
                what = f"{shown(other)} excludes this option, so it can't be chosen"
                checker.warn(("options", id, "requires"), what, "Take one of the two out")


def option_table(option: Option) -> Document:
    """An option as a table of an options file: empty fields left out, unknown keys last."""
    table: Document = {"title": option.title}
    for key in _KNOWN[1:]:
        value = getattr(option, key)
        if key == "status" and value == "open":
            continue
        if value not in (None, "", (), {}, False):
            table[key] = list(value) if isinstance(value, tuple) else value
    return {**table, **option.extra}


def options_document(found: OptionSet, session: str | None = None) -> Document:
    """An options file; with `session` the frozen options of that session."""
    own = {"kind": "options", "id": session} if session is not None else {}
    head = {key: getattr(found, key) for key in _HEAD if getattr(found, key)}
    tables = {id: option_table(option) for id, option in found.options.items()}
    return {"schema": SCHEMA, **own, **head, **found.extra, "options": tables}
