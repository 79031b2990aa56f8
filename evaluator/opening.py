"""What the app opens: the project one stands in, and the session one left off in."""

from __future__ import annotations

from pathlib import Path

import msgspec

from evaluator import settings as own
from evaluator.errors import EvaluatorError, fail
from evaluator.project import Project, find_root
from evaluator.settings import Settings
from evaluator.store.documents import now
from evaluator.workshop import Workshop


class Opened(msgspec.Struct, frozen=True):
    """A project (None: none here) with the session to show, and the user's settings."""

    project: Project | None
    workshop: Workshop | None
    settings: Settings


def open_here(
    start: Path,
    *,
    session: str | None = None,
    round_: int | None = None,
    who: str | None = None,
    plugins: bool = True,
) -> Opened:
    """The project around `start`, and in it the session that is asked for, or was left off.

    Raises:
        EvaluatorError: a file that is needed can't be read; no such session, round or folder.
    """
    settings = own.load()
    if not start.is_dir():
        raise fail("is no folder", "Name the folder of a project", file=str(start))
    root = find_root(start)
    if root is None:
        return Opened(None, None, settings)
    project = Project.open(root, plugins=plugins, wait=False)
    if project.missing and not project.criteria:
        # A session that is begun now would have none; else the app takes them in as they load.
        project = Project.open(root, plugins=plugins)
    name = who or settings.who
    workshop = resume(project, name, session)
    if round_ is not None:
        workshop.look_at_round(round_)
    return Opened(project, workshop, settings)


def resume(project: Project, name: str, session: str | None = None) -> Workshop:
    """The session `name` left off in: the newest that is open, else one of today's own.

    Nothing is written before the first score.
    """
    id = project.session_id(session, writing=True)
    if id is None:
        workshop = begin_today(project)
        workshop.join(name)
        return workshop
    workshop = project.workshop(id)
    if workshop.can_score:
        workshop.join(name)
    else:
        try:
            workshop.act_as(workshop.participant(name))
        except EvaluatorError:
            workshop.act_as(None)
    return workshop


def begin_today(project: Project) -> Workshop:
    """A session that nobody named: the day is its title and, with -2 … where taken, its id."""
    return project.begin(f"{now().astimezone():%Y-%m-%d}")
