"""What the shell may offer for a half-typed word: ids, read without any plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
import tomli


def _root(context: click.Context) -> Path | None:
    from evaluator.project import find_root

    call = context.find_root().obj
    folder = getattr(call, "folder", None)
    return find_root(Path(folder) if folder else Path.cwd())


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomli.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}


def _sessions(root: Path, _: click.Context) -> Iterable[str]:
    return sorted(path.parent.name for path in (root / "sessions").glob("*/session.toml"))


def _session(root: Path, context: click.Context) -> Path | None:
    call = context.find_root().obj
    named = getattr(call, "session", None)
    found = [path.parent for path in (root / "sessions").glob("*/session.toml")]
    chosen = [folder for folder in found if folder.name == named] if named else found
    return max(chosen, key=lambda folder: folder.stat().st_mtime, default=None)


def _options(root: Path, context: click.Context) -> Iterable[str]:
    folder = _session(root, context)
    if folder is None:
        name = _document(root / "criteria.toml").get("options", "")
        return _keys(_document(root / str(name)), "options") if isinstance(name, str) else ()
    return _keys(_document(folder / "options.toml"), "options")


def _criteria(root: Path, context: click.Context) -> Iterable[str]:
    folder = _session(root, context)
    path = folder / "session.toml" if folder is not None else root / "criteria.toml"
    return _keys(_document(path), "criteria")


def _people(root: Path, context: click.Context) -> Iterable[str]:
    folder = _session(root, context)
    return _keys(_document(folder / "session.toml"), "participants") if folder is not None else ()


def _formats(_: Path, __: click.Context) -> Iterable[str]:
    from evaluator.writers import evaluator_writers

    return [writer.id for writer in evaluator_writers()]


def _methods(_: Path, __: click.Context) -> Iterable[str]:
    from evaluator.analysis.methods_hook import evaluator_methods

    return [method.id for method in evaluator_methods()]


def _keys(document: dict[str, Any], name: str) -> Iterable[str]:
    table = document.get(name)
    return list(table) if isinstance(table, dict) else ()


def _offered(
    find: Callable[[Path, click.Context], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def offer(context: click.Context, _: click.Parameter, start: str) -> list[str]:
        root = _root(context)
        if root is None:
            return []
        return [word for word in find(root, context) if word.startswith(start)]

    return offer


complete_sessions = _offered(_sessions)
complete_options = _offered(_options)
complete_criteria = _offered(_criteria)
complete_people = _offered(_people)
complete_formats = _offered(_formats)
complete_methods = _offered(_methods)
