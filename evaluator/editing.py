"""Changes to criteria.toml that somebody asked for; comments and order stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaluator.errors import fail, reason, unknown
from evaluator.model import Number, is_number
from evaluator.project import CRITERIA, Project
from evaluator.store import atomic

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def _edit(root: Path, change: Callable[[TOMLDocument], None]) -> None:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    path = root / CRITERIA
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
        change(document)
        atomic.write(path.resolve(), tomlkit.dumps(document).encode("utf-8"))
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise fail(f"can't be changed: {error}", file=CRITERIA) from error
    except OSError as error:
        raise fail(f"can't be written: {reason(error)}", file=CRITERIA) from error


def _table(parent: Any, key: str, *, hidden: bool = False) -> Any:
    import tomlkit

    if key not in parent:
        parent[key] = tomlkit.table(is_super_table=hidden)
    return parent[key]


def add_criterion(project: Project, id: str, weight: Number = 10) -> None:
    """Puts a criterion to use: adds its table to criteria.toml.

    Raises:
        EvaluatorError: no plugin knows it, or the file can't be changed.
    """
    import tomlkit

    known = project.host.criteria()
    if id not in known:
        raise unknown("criterion", id, known)
    if id in project.criteria:
        return

    def change(document: TOMLDocument) -> None:
        if "criteria" not in document:
            # Without a table the four built-in ones are in use; naming one more keeps them.
            for used in project.criteria:
                _table(_table(document, "criteria", hidden=True), used)["weight"] = 10
        table = _table(_table(document, "criteria", hidden=True), id)
        table["weight"] = weight
        table.add(tomlkit.nl())

    _edit(project.root, change)


def add_cue(project: Project, criterion: str, word: str, score: Number, *, note: str = "") -> str:
    """Adds a word to a criterion's list in criteria.toml; answers the name of its cue.

    Words of one score that were added this way stand in one cue.

    Raises:
        EvaluatorError: an unknown criterion, a blank word, or a score outside the scale.
    """
    import tomlkit

    found = project.criteria.get(criterion)
    if found is None:
        raise unknown("criterion", criterion, project.criteria)
    plain = " ".join(word.split()).casefold()
    if not plain.strip("* "):
        raise fail("a word list takes words", "Mark a word first")
    if not is_number(score) or not found.holds(score):
        raise fail(f"{score} is outside the scale", f"Put {found.low} to {found.high}")
    name = f"added-{str(score).replace('.', '-')}"

    def change(document: TOMLDocument) -> None:
        table = _table(_table(document, "criteria", hidden=True), criterion)
        cues = _table(_table(table, "suggest", hidden=True), "cues", hidden=True)
        new = name not in cues
        cue = _table(cues, name)
        words = [str(known) for known in cue.get("words", [])]
        cue["words"] = [*words, plain] if plain not in words else words
        cue["score"] = score
        if note:
            cue["note"] = note
        if new:
            cue.add(tomlkit.nl())

    _edit(project.root, change)
    return name
