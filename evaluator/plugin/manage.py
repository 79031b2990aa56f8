"""What a person does about plugins: look one over, trust it, take that back, switch it off and on.

Nothing here runs a plugin.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec

from evaluator.errors import EvaluatorError, Problem, fail, nearest, unknown
from evaluator.plugin import sources, trust
from evaluator.plugin.memory import INIT
from evaluator.plugin.sources import Found


class Review(msgspec.Struct, frozen=True):
    """A plugin as it is now, for a person to judge; trusting it trusts exactly this.

    Attributes:
        found: name, label, path, digests and the very bytes that would be run.
        imports: the modules that its text imports, sorted; its own parts start with a point.
        criteria: the ids that its text gives to criteria, as far as they are written out.
        trusted: whether it is trusted as it is.
        changed: the files that differ from what was trusted; empty for one never trusted.
    """

    found: Found
    imports: tuple[str, ...]
    criteria: tuple[str, ...]
    trusted: bool = False
    changed: tuple[str, ...] = ()


def review(path: Path, root: Path | None) -> Review:
    """Reads a project's plugin without running it.

    Args:
        path: a file or folder in the project's `plugins/`.
        root: the project; None takes the folder that `plugins/` is in.

    Raises:
        EvaluatorError: it is no plugin of the project, is not there, or can't be one.
    """
    root, place, label = _place(path, root)
    try:
        found = sources.read(place, label)
    except EvaluatorError as error:
        raise EvaluatorError([_with_nearest(p, place) for p in error.problems]) from None
    ledger = trust.read(root)
    imports = sorted({name for text in _texts(found) for name in imports_of(text)})
    known, changed = ledger.trusts(found), ledger.changed(found)
    return Review(found, tuple(imports), criteria_in(found), known, changed)


def trust_review(reviewed: Review, root: Path | None) -> None:
    """Trusts a plugin as it was reviewed; what has changed since then waits again."""
    trust.grant(root, reviewed.found)


def untrust(path: Path, root: Path | None) -> bool:
    """Trusts a project's plugin no longer, be it there or not; whether it was trusted."""
    root, place, _ = _place(path, root)
    return trust.withdraw(root, str(place))


def _place(path: Path, root: Path | None) -> tuple[Path, Path, str]:
    """The project, the plugin's path with no link in it, and its name in messages."""
    place = sources.absolute(path)
    if place.name == INIT:
        place = place.parent
    root = (root if root is not None else place.parent.parent).resolve()
    folder = root / sources.FOLDER
    if place.parent.resolve() != folder:
        hint = f"Plugins are files in {folder}"
        raise fail("is no plugin of this project", hint, file=str(path))
    label = f"{sources.FOLDER}/{place.name}"
    if place.name.startswith(("_", ".")):
        hint = "Names that begin with _ or . are passed over; rename it"
        raise fail("is no plugin", hint, file=label)
    return root, folder / place.name, label


def _with_nearest(problem: Problem, place: Path) -> Problem:
    if problem.what != "is not there" or not place.parent.is_dir():
        return problem
    near = nearest(place.name, [path.name for path in place.parent.iterdir()])
    return msgspec.structs.replace(problem, hint=f"Did you mean {near!r}?" if near else "")


def switch_off(name: str, root: Path | None) -> None:
    """Switches a plugin off, broken or not; it stays off until `switch_on`."""
    for key in _keys(name, root):
        trust.switch(root, key, on=False)


def switch_on(name: str, root: Path | None) -> None:
    """Switches a plugin on again."""
    for key in _keys(name, root):
        trust.switch(root, key, on=True)


def _keys(name: str, root: Path | None) -> list[str]:
    """The keys of what is called `name`: plugins that are there, or are switched off.

    Raises:
        EvaluatorError: there is none; the nearest name is given.
    """
    known: dict[str, list[str]] = {}
    for wanted, key in _named(root):
        known.setdefault(wanted, []).append(key)
    if name in ("evaluator", "built in"):
        hint = "Name the criteria you want in criteria.toml"
        raise fail("what is built in can't be switched off or on", hint)
    found = known.get(name) or known.get(Path(name).name.removesuffix(".py"))
    if not found:
        raise unknown("plugin", name, known)
    return sorted(set(found))


def _named(root: Path | None) -> Iterator[tuple[str, str]]:
    for found in sources.find_installed(root):
        yield found.name, found.key
    for key in trust.read(root).off:
        yield key.removeprefix("installed:").rsplit("/", 1)[-1].removesuffix(".py"), key
    folder = root.resolve() / sources.FOLDER if root is not None else None
    if folder is not None and folder.is_dir():
        plugins = (path for path in folder.iterdir() if _is_plugin(path))
        yield from ((path.name.removesuffix(".py"), str(path)) for path in plugins)


def _is_plugin(path: Path) -> bool:
    """Whether something in the folder of plugins is one, broken or not."""
    looks = path.suffix == ".py" or (path / INIT).exists()
    return looks and not path.name.startswith(("_", "."))


def criteria_in(found: Found) -> tuple[str, ...]:
    """The ids that a plugin's texts give to criteria, as far as they are written out."""
    return tuple(dict.fromkeys(id for text in _texts(found) for id in criteria_of(text)))


def _texts(found: Found) -> list[bytes]:
    return [data for name, data in found.source.files.items() if name.endswith(".py")]


def imports_of(source: bytes) -> tuple[str, ...]:
    """The modules that a text imports anywhere in it, sorted; nothing where it is no Python."""
    found: set[str] = set()
    for node in _nodes(source):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return tuple(sorted(found))


def criteria_of(source: bytes) -> tuple[str, ...]:
    """The ids that a text gives to `Criterion(…)` in plain words, in their order."""
    found: list[str] = []
    for node in _nodes(source):
        if not isinstance(node, ast.Call) or not _is_criterion(node.func):
            continue
        given = [key.value for key in node.keywords if key.arg == "id"] or node.args[:1]
        values = [value.value for value in given if isinstance(value, ast.Constant)]
        found += [value for value in values if isinstance(value, str)]
    return tuple(dict.fromkeys(found))


def _is_criterion(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else function
    return name == "Criterion" or (isinstance(name, ast.Name) and name.id == "Criterion")


def _nodes(source: bytes) -> Iterator[ast.AST]:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return iter(())
    return ast.walk(tree)
