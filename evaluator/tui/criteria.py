"""Criteria are changed in criteria.toml: where it lies, an editor for it, and reading it anew."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from evaluator.errors import EvaluatorError
from evaluator.project import CRITERIA
from evaluator.tui.text import plain

if TYPE_CHECKING:
    from pathlib import Path

    from evaluator.project import Project
    from evaluator.tui.view import View
    from evaluator.workshop import Workshop


def named(project: Project) -> str:
    """The short names of a project's criteria in one line."""
    return ", ".join(plain(criterion.head) for criterion in project.criteria.values())


async def edit(view: View) -> None:
    """Opens criteria.toml in $VISUAL or $EDITOR, and reads the project anew; says where it lies.

    A session in which nothing has been done yet begins again with what stands there now; any other
    keeps the criteria it began with.
    """
    app = view.evaluator
    project, editor = app.project, os.environ.get("VISUAL") or os.environ.get("EDITOR")
    if project is None:
        return
    path = project.root / CRITERIA
    if editor:
        _run(view, editor, path)
    else:
        app.say(f"edit {path}, then give this command again; with $EDITOR set it opens the file")
    await _read_again(view, project)


def _run(view: View, editor: str, path: Path) -> None:
    try:
        with view.evaluator.suspend():
            subprocess.run([*shlex.split(editor), str(path)], check=False)  # noqa: S603
    except (SuspendNotSupported, OSError, ValueError) as error:
        view.evaluator.say(f"no editor: {error}; the file is {path}", "warning")


async def _read_again(view: View, project: Project) -> None:
    app, workshop = view.evaluator, view.workshop
    try:
        found = await asyncio.to_thread(project.again)
        fresh = _begun_again(found, workshop)
    except EvaluatorError as error:
        app.fail(error)
        return
    before = (project.criteria, project.weights, project.options)
    app.project = found
    if before == (found.criteria, found.weights, found.options):
        return
    if fresh is None:
        app.say(f"{CRITERIA} is read: {named(found)}; sessions begun from now on have them")
        return
    await app.open(fresh)
    app.say(f"{CRITERIA} is read: {named(found)}")


def _begun_again(project: Project, workshop: Workshop) -> Workshop | None:
    """The open session anew, where nothing has been done in it; None: it stays."""
    if workshop.on_disk or workshop.undo_label is not None:
        return None
    session = workshop.session
    made = project.begin(session.title, id=workshop.id, blind=session.blind)
    person = session.participants.get(workshop.me or "")
    if person is not None:
        made.join(person.name)
    return made
