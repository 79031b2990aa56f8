"""What the app opens: the project one stands in, and the session one left off in."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from evaluator import settings as own
from evaluator.errors import EvaluatorError, fail
from evaluator.progress import Progress
from evaluator.project import Project, find_root
from evaluator.settings import Settings
from evaluator.store.documents import now
from evaluator.workshop import Workshop

Tell: TypeAlias = Callable[["Stage"], None]
GRACE: Final = 0.1  # seconds in which an ordinary project is opened


class Stage(msgspec.Struct, frozen=True):
    """How far opening is: what is being read, and `done` of `count` (0: nobody knows)."""

    what: str
    done: int = 0
    count: int = 0


class Opened(msgspec.Struct, frozen=True):
    """A project (None: none here) with the session to show, and the user's settings.

    `note` says what else there is, where the session is a new one.
    """

    project: Project | None
    workshop: Workshop | None
    settings: Settings
    note: str = ""


def open_here(
    start: Path,
    *,
    session: str | None = None,
    round_: int | None = None,
    who: str | None = None,
    plugins: bool = True,
    tell: Tell | None = None,
) -> Opened:
    """The project around `start`, and in it the session that is asked for, or was left off.

    `tell` hears how far it is, in the thread that this runs in.

    Raises:
        EvaluatorError: a file that is needed can't be read; no such session, round or folder.
    """
    settings = own.load()
    if not start.is_dir():
        raise fail("is no folder", "Name the folder of a project", file=str(start))
    root = find_root(start)
    if root is None:
        return Opened(None, None, settings)
    said = tell or (lambda _: None)
    said(Stage("options"))
    project = Project.open(root, plugins=plugins, wait=False)
    if project.missing and not project.criteria:
        # A session that is begun now would have none; else the app takes them in as they load.
        said(Stage("plugins"))
        project = Project.open(root, plugins=plugins)
    name = who or settings.who
    workshop = resume(project, name, session, tell=said)
    if round_ is not None:
        workshop.look_at_round(round_)
    return Opened(project, workshop, settings, "" if workshop.on_disk else _finished(project))


def _finished(project: Project) -> str:
    """Names the newest session where all are over: it is not what is shown."""
    found = next((summary for summary in project.sessions() if summary.state), None)
    return f"{found.title or found.id} is {found.state}" if found is not None else ""


class Opening:
    """What `open_here` opens, in a thread of its own: a screen can show how far it is.

    Nobody waits for that thread when the program ends: it only reads.

    Attributes:
        stage: how far it is.
        coming: what it will answer, or the error it will raise.
    """

    def __init__(self, work: Callable[[Tell], Opened]) -> None:
        self.stage = Stage("project")
        self.coming: Future[Opened] = Future()
        self._work = work
        threading.Thread(target=self._run, name="opening", daemon=True).start()

    def _run(self) -> None:
        self.coming.set_running_or_notify_cancel()  # from now on nobody cancels it
        try:
            opened = self._work(self._tell)
        except Exception as error:  # noqa: BLE001 - raised again in the thread that asks
            self.coming.set_exception(error)
        else:
            self.coming.set_result(opened)

    def _tell(self, stage: Stage) -> None:
        self.stage = stage

    def within(self, seconds: float) -> Opened | None:
        """What was opened, if it is there within so many seconds; else None.

        Raises:
            EvaluatorError: as `open_here` does.
        """
        done, _ = wait([self.coming], seconds)
        return self.coming.result() if done else None


def resume(
    project: Project, name: str, session: str | None = None, *, tell: Tell | None = None
) -> Workshop:
    """The session `name` left off in: the newest that is open, else one of today's own.

    Where none is open and `name` took part in the newest, that one is shown as it ended. Nothing is
    written before the first score.
    """
    if tell is not None:
        tell(Stage("session"))
    id = project.session_id(session)
    if id is not None:
        workshop = project.workshop(id, progress=_ballots(tell) if tell is not None else None)
        if workshop.can_score:
            workshop.join(name)
            return workshop
        try:
            workshop.act_as(workshop.participant(name))
        except EvaluatorError:
            workshop.act_as(None)
        if session is not None or workshop.me is not None:
            return workshop
    workshop = begin_today(project)
    workshop.join(name)
    return workshop


def _ballots(tell: Tell) -> Progress:
    return lambda done, count: tell(Stage("ballots", done, count))


def begin_today(project: Project) -> Workshop:
    """A session that nobody named: the day is its title and, with -2 … where taken, its id."""
    return project.begin(f"{now().astimezone():%Y-%m-%d}")
