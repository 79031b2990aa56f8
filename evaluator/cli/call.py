"""One call of the program: the options for all, and the way to what they name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from evaluator.cli import show
from evaluator.errors import fail

if TYPE_CHECKING:
    from evaluator.errors import Problem
    from evaluator.project import Project
    from evaluator.workshop import Workshop

NO_SESSION: Final = "no session yet; try: evaluator score OPTION CRITERION VALUE"
NO_OPTIONS: Final = "no options yet; try: evaluator import FILE"


@dataclass
class Call:
    """What the options for all say; each may stand before the command or after it.

    Attributes:
        folder: `-C`, as it was typed.
        session, round, who: `--session`, `--round`, `--as`.
        json: one JSON document on stdout.
        color: whether colour is welcome.
        plugins: False with `--no-plugins`.
        status: what the program ends with.
        told: the warnings that were told; an error does not say them again.
    """

    folder: str | None = None
    session: str | None = None
    round: int | None = None
    who: str | None = None
    json: bool = False
    color: bool = True
    plugins: bool = True
    status: int = 0
    told: list[Problem] = field(default_factory=list, repr=False)
    _opened: Project | None = field(default=None, repr=False)
    _waited: bool = field(default=False, repr=False)
    _read: Workshop | None = field(default=None, repr=False)
    _newcomer: str = field(default="", repr=False)

    # -- what the options name

    def root(self) -> Path:
        """The project's folder.

        Raises:
            EvaluatorError: there is none, or `-C` names something else.
        """
        from evaluator.project import CRITERIA, find_root

        start = self.start()
        if self.folder is None:
            found = find_root(start)
            if found is None:
                hint = "Make one with: evaluator new FOLDER, or name it with -C DIR"
                raise fail("no criteria.toml here or in a folder above: this is no project", hint)
            return found
        path = start / CRITERIA
        if not path.exists() and not path.is_symlink():
            near = find_root(start)
            hint = f"The project is in {near}" if near else "Make one with: evaluator new FOLDER"
            raise fail("no criteria.toml in this folder: it is no project", hint, file=self.folder)
        return start

    def start(self) -> Path:
        """The folder that `-C` names, or the working folder."""
        if self.folder is None:
            return Path.cwd()
        path = Path(self.folder)
        try:
            is_folder = path.is_dir()
        except (OSError, ValueError):
            is_folder = False
        if not is_folder:
            raise fail("is no folder", "-C names the project's folder", file=self.folder)
        return path

    def project(self, *, wait: bool = True) -> Project:
        """The project, opened once; its warnings are told on stderr.

        `wait` False is for commands that need no criterion of a plugin: none is run for them.
        """
        from evaluator.project import Project

        if self._opened is None or (wait and not self._waited):
            told = self._opened.problems if self._opened is not None else ()
            self._opened = Project.open(self.root(), plugins=self.plugins, wait=wait)
            self._waited = wait
            show.tell_warnings(p for p in self._opened.problems if p not in told)
        return self._opened

    def anew(self) -> Call:
        """The same call with nothing opened: for what comes after a file of the project changed."""
        return replace(self, _opened=None, _waited=False, _read=None)

    def reading(self) -> Workshop:
        """The session that a command reads, in the round it means.

        Raises:
            EvaluatorError: no session yet, no such session or round, or it can't be read.
        """
        if self._read is None:
            project = self.project(wait=False)
            id = project.session_id(self.session)
            if id is None:
                raise fail(NO_SESSION if project.options.options else NO_OPTIONS)
            self._read = self._opened_session(project, id)
        return self._read

    def writing(self) -> Workshop:
        """The session that a command writes; one named after the day where there is none open."""
        project = self.project(wait=False)
        id = project.session_id(self.session, writing=True)
        if id is None:
            if self.round not in (None, 1):
                raise fail(f"no round {self.round}", "A new session has round 1")
            from evaluator.opening import begin_today

            return begin_today(self.project() if project.missing else project)
        return self._opened_session(project, id)

    def _opened_session(self, project: Project, id: str) -> Workshop:
        from evaluator.cli.waiting import waiting

        with waiting(f"reading {id}") as progress:
            workshop = project.workshop(id, round_=self.round, progress=progress)
        warnings = (p for p in workshop.problems if p.level == "warning")
        self.told += show.tell_warnings(warnings)
        return workshop

    def reader(self, workshop: Workshop) -> str | None:
        """The participant that `--as` names, None without it; somebody unknown is an error."""
        return None if self.who is None else workshop.participant(self.who)

    def writer(self, workshop: Workshop) -> str:
        """The participant who writes: `--as`, the configured name or the login name; taken in.

        That somebody was taken in is said with the answer: not before all of it is saved.
        """
        from evaluator import settings

        before = len(workshop.session.participants)
        key = workshop.join(self.who if self.who is not None else settings.load().who)
        if len(workshop.session.participants) > before:
            name = workshop.session.participants[key].name
            self._newcomer = f"{name} takes part from now on (as {key})"
        return key

    # -- answering

    def answer(self, document: Mapping[str, Any], lines: Iterable[str], status: int = 0) -> None:
        """Prints the document (`--json`) or the lines, and keeps the exit status."""
        self.status = status
        if self._newcomer:
            show.tell(self._newcomer)
        if self.json:
            show.emit({"schema": 1, **document})
            return
        for line in lines:
            show.say(line)

    def styled(self, text: str, **style: Any) -> str:
        """Text in colour where colour is welcome; it must be safe already."""
        import click

        return click.style(text, **style) if self.color else text


def save(workshop: Workshop) -> None:
    """Saves; says so where the disk did not confirm it.

    Raises:
        EvaluatorError: nothing was saved.
    """
    warnings: list[str] = []
    stop = workshop.listen(
        lambda event: warnings.append(w) if (w := getattr(event, "warning", "")) else None
    )
    try:
        workshop.save()
    finally:
        stop()
    for warning in warnings:
        show.tell(f"warning: {warning}")
