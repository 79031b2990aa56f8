"""A project: the folder with `criteria.toml`, its options, plugins and sessions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from evaluator import __version__
from evaluator.errors import EvaluatorError, Problem, fail, nearest, reason, unknown
from evaluator.model import (
    ID_RULE,
    MAX_CRITERION_ID,
    Consensus,
    Criterion,
    Number,
    OptionSet,
    Participant,
    Round,
    Session,
    is_id,
)
from evaluator.progress import Progress
from evaluator.store import limits
from evaluator.store.checker import Checker, shown
from evaluator.store.criteria import check_cue_scores, read_criterion, read_word_list, slips
from evaluator.store.documents import Document, dotted, now
from evaluator.store.files import fault, name_in, read_document
from evaluator.store.folder import SESSION, SessionFolder
from evaluator.store.names import free_slug, is_file_key
from evaluator.store.options import read_options
from evaluator.store.sessions import read_session
from evaluator.store.state import State
from evaluator.workshop import Workshop

if TYPE_CHECKING:
    from evaluator.plugin.host import Host, PluginInfo

CRITERIA: Final = "criteria.toml"
SESSIONS: Final = "sessions"
SHOW: Final = ("after", "always", "never")
BUILT_IN: Final = ("cost", "china-sensitivity", "india-sensitivity", "feasibility")


def from_plugin(criterion: Criterion) -> bool:
    """Whether somebody's plugin supplied a criterion: neither built in nor declared."""
    return criterion.origin not in ("", "built in", CRITERIA)


class SessionSummary(msgspec.Struct, frozen=True):
    """What a list of sessions says of one; `problem` where it can't be read.

    `asked` is how many of its participants were asked for a ballot: all but facilitators who gave
    none.
    `state` is that of the newest round: "open", "closed" or "revealed".
    """

    id: str
    title: str = ""
    round: int = 0
    open: bool = False
    participants: int = 0
    ballots: int = 0
    created: dt.datetime | None = None
    problem: Problem | None = None
    state: str = ""
    asked: int = 0


def find_root(start: Path) -> Path | None:
    """The nearest folder upward from `start` that holds a criteria.toml, or None."""
    here = start.resolve()
    for folder in (here, *here.parents):
        if (folder / CRITERIA).is_file() or (folder / CRITERIA).is_symlink():
            return folder
    return None


class Project:
    """What a project's folder says, checked. `Project.open` makes one."""

    def __init__(self, root: Path, host: Host, *, wait: bool = True) -> None:
        self.root = root
        self.host = host
        self._waited = wait
        self.title = ""
        self.question = ""
        self.options_path: Path | None = None
        self.options = OptionSet()
        self.criteria: dict[str, Criterion] = {}
        self.missing: tuple[str, ...] = ()
        self.weights: dict[str, Number] = {}
        self.show_suggestions = "after"
        self.portfolio: dict[str, Any] = {}
        self.methods: dict[str, dict[str, Any]] = {}
        self.problems: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, root: Path, *, plugins: bool = True, wait: bool = True) -> Project:
        """The project in `root`; warnings are in `problems`.

        With `wait` False no plugin is run: a criterion that only one knows is in `missing`.

        Raises:
            EvaluatorError: every problem of criteria.toml and the options file, at once.
        """
        return cls._sound(*cls._read(root, plugins=plugins, wait=wait))

    def again(self) -> Project:
        """The project as its files say now, with the plugins that run already.

        Raises:
            EvaluatorError: as `open` does; this project stays as it is.
        """
        return self._sound(*self._read(self.root, plugins=True, wait=False, host=self.host))

    @staticmethod
    def _sound(project: Project, problems: list[Problem]) -> Project:
        if any(problem.level == "error" for problem in problems):
            raise EvaluatorError(problems)
        project.problems = tuple(problems)
        return project

    @classmethod
    def _read(
        cls, root: Path, *, plugins: bool, wait: bool = True, host: Host | None = None
    ) -> tuple[Project, list[Problem]]:
        from evaluator.plugin.host import Host

        root = root.resolve()
        project = cls(root, host or Host(root, enabled=plugins), wait=wait)
        try:
            source = read_document(root / CRITERIA, root, limits.SMALL)
        except EvaluatorError as error:
            return project, list(error.problems)
        checker = Checker(source)
        project._read_head(checker)
        problems = project._read_options(checker)
        project._read_criteria(checker)
        project._read_rest(checker)
        return project, [*checker.problems, *problems]

    # -- criteria.toml

    def _read_head(self, checker: Checker) -> None:
        checker.schema()
        document = checker.source.document
        self.title = checker.text(document, "title", ()) or self.root.name
        self.question = checker.text(document, "question", (), long=True)

    def _read_options(self, checker: Checker) -> list[Problem]:
        """Reads the options file; answers its problems (those of the name are the checker's)."""
        document = checker.source.document
        name = checker.text(document, "options", (), need=True)
        if not name.strip():
            return []
        why = _bad_path(name)
        path = self.root / name if not why else self.root
        if not why and fault(self.root, path) == "lies outside the project":
            why = "lies outside the project"
        if why:
            hint = "Name a file inside the project, relative to criteria.toml"
            checker.report(("options",), f"options = {shown(name)}: it {why}", hint)
            return []
        self.options_path = path
        try:
            inner = Checker(read_document(path, self.root, limits.LARGE))
        except EvaluatorError as error:
            return list(error.problems)
        self.options = read_options(inner)
        return inner.problems

    def _read_criteria(self, checker: Checker) -> None:
        document = checker.source.document
        known = self.host.criteria(wait=self._waited)
        if "criteria" not in document:
            self.criteria = {id: known[id] for id in BUILT_IN if id in known}
            self.weights = dict.fromkeys(self.criteria, 10)
            return
        for id, table in checker.table(document, "criteria", ()).items():
            if isinstance(table, dict):
                self._use(checker, id, table, known)
            else:
                what = f"criteria.{id} is {shown(table)}, not a table"
                checker.report(("criteria", id), what, f"Write: [criteria.{id}]")
        if self.weights and not any(self.weights.values()) and not checker.errors:
            hint = "Give one criterion a weight above 0"
            checker.report(("criteria",), "all weights are 0", hint, key="criteria")

    def _use(
        self, checker: Checker, id: str, table: Document, known: Mapping[str, Criterion]
    ) -> None:
        """Puts a criterion to use as its table says, or notes that it is missing."""
        weight = checker.number(table, "weight", ("criteria", id), 10)
        found = self._criterion(checker, id, table, known)
        if found is not None:
            self.criteria[id], self.weights[id] = found, weight
        elif not _declares(table) and self._waiting(known, id):
            self.missing += (id,)

    def _criterion(
        self, checker: Checker, id: str, table: Document, known: Mapping[str, Criterion]
    ) -> Criterion | None:
        path = ("criteria", id)
        if not is_id(id, MAX_CRITERION_ID):
            rule = "is reserved" if id == "option" else "is no id"
            hint = f"For an id {ID_RULE.format(MAX_CRITERION_ID)}"
            checker.report(path, f"{shown(id)} {rule}", hint)
            return None
        base = known.get(id)
        if base is None and not _declares(table):
            self._report_unknown(checker, id, table, known)
            return None
        before = len(checker.errors)
        words = read_word_list(checker, table, path)
        found = read_criterion(checker, id, table, path, base)
        if found is None or len(checker.errors) > before:
            return None
        check_cue_scores(checker, words, found, path)
        return self._with_words(found, base, words)

    @staticmethod
    def _with_words(found: Criterion, base: Criterion | None, words: Document) -> Criterion:
        """The criterion with its word list: extended by the project's, fitted to its scale."""
        cues = words.get("cues")
        same = base is None or (found.levels, found.scale) == (base.levels, base.scale)
        if same and not cues:
            return found
        from evaluator.criteria.cues import Suggester, extended, with_words

        known = base.suggest.words if base and isinstance(base.suggest, Suggester) else None
        if cues:
            known = extended(known, words)
        return with_words(found, known) if known is not None else found

    def _waiting(self, known: Mapping[str, Criterion], id: str) -> bool:
        """Whether a plugin that is not loaded may be what supplies a criterion.

        One whose text writes the id out surely is; an installed one, or one that makes its ids up,
        may be, where the id is no slip of a known one.
        """
        if id in known:
            return False
        idle = [p for p in self._others if not self._waited or p.state != "loaded"]
        if any(id in plugin.criteria for plugin in idle):
            return True
        unread = any(not plugin.criteria for plugin in idle)
        return unread and nearest(id, known) is None

    def _runs_later(self, id: str) -> bool:
        """Whether a plugin that may run, but was not to be run now, may supply a criterion."""
        ready = [p for p in self._others if p.state == "loaded"]
        return not self._waited and any(id in p.criteria or not p.criteria for p in ready)

    @cached_property
    def _others(self) -> list[PluginInfo]:
        """The plugins that are not built in, as they were when criteria.toml was read."""
        return [p for p in self.host.plugins() if p.source != "built in"]

    def _report_unknown(
        self, checker: Checker, id: str, table: Document, known: Mapping[str, Criterion]
    ) -> None:
        path = ("criteria", id)
        slip = slips(table)
        if slip and "question" in table:
            what = f"criteria.{id} has neither levels nor a scale"
            checker.report(path, what, slip)
            return
        if self._waiting(known, id):
            if self._runs_later(id):
                return
            what = f"criteria.{id} is known from no plugin that is loaded"
            checker.warn(path, what, "Review the one that waits: evaluator plugins list")
            return
        near = nearest(id, known)
        hint = f"Did you mean {near!r}? " if near else ""
        hint += "To declare a criterion of your own, give it a question, better and levels"
        what = f"criteria.{id}: no plugin knows the criterion {shown(id)}"
        checker.report(path, what, hint)

    def _read_rest(self, checker: Checker) -> None:
        document = checker.source.document
        suggestions = checker.table(document, "suggestions", ())
        self.show_suggestions = checker.choice(suggestions, "show", ("suggestions",), SHOW, "after")
        self.methods = checker.tables(document, "methods", ())
        table = checker.table(document, "portfolio", ())
        self.portfolio = table
        checker.numbers(table, "budget", ("portfolio",))
        checker.numbers(table, "at-most", ("portfolio",))
        for field in ("must", "must-not"):
            for name in checker.texts(table, field, ("portfolio",)):
                if name not in self.options.options and self.options.options:
                    near = nearest(name, self.options.options)
                    hint = f"Did you mean {near!r}?" if near else ""
                    where = ("portfolio", field)
                    checker.report(where, f"{dotted(where)}: no option {shown(name)}", hint)

    # -- sessions

    @property
    def sessions_folder(self) -> Path:
        """Where the sessions lie."""
        return self.root / SESSIONS

    def session_names(self) -> list[str]:
        """The folders under `sessions/` that hold a session.toml.

        Raises:
            EvaluatorError: `sessions` is a link that leaves the project, or no folder.
        """
        top = self.sessions_folder
        if not top.exists() and not top.is_symlink():
            return []
        if why := fault(self.root, top, folder=True):
            raise fail(why, "Put a folder of the project there", file=SESSIONS)
        return sorted(
            path.name
            for path in top.iterdir()
            if not path.name.startswith(".")
            and (path / SESSION).exists()
            and not (path.is_symlink() and path.resolve() in (top.resolve(), self.root))
        )

    def sessions(self) -> list[SessionSummary]:
        """Every session, the newest first; one that can't be read says why."""
        found = [self._summary(name) for name in self.session_names()]
        epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
        return sorted(found, key=lambda summary: (summary.created or epoch, summary.id))[::-1]

    def _summary(self, name: str) -> SessionSummary:
        try:
            session = self._head(name)
        except EvaluatorError as error:
            first = next(p for p in error.problems if p.level == "error")
            return SessionSummary(name, problem=first)
        rounds = self.sessions_folder / name / "ballots" / f"round-{session.round}"
        names = {path.stem for path in rounds.glob("*.toml")}
        return SessionSummary(
            id=name,
            title=session.title,
            round=session.round,
            open=session.is_open,
            participants=len(session.participants),
            ballots=len(names & set(session.participants)),
            created=session.created,
            state=session.rounds[session.round].state,
            asked=len(session.panel(names)),
        )

    def _head(self, name: str) -> Session:
        path = self.sessions_folder / name / SESSION
        if why := fault(self.root, path.parent, folder=True):
            raise fail(why, file=name_in(self.root, path.parent))
        checker = Checker(read_document(path, self.root, limits.SMALL))
        session = read_session(checker, name)
        checker.stop_on_errors()
        return session

    def session_id(self, wanted: str | None = None, *, writing: bool = False) -> str | None:
        """The session that a command means; None where there is none yet.

        Raises:
            EvaluatorError: no such session (the nearest is named), or one that can't be read
                while none was named.
        """
        if wanted is not None:
            names = self.session_names()
            if wanted not in names:
                raise unknown("session", wanted, names, file=SESSIONS)
            return wanted
        found = self.sessions()
        broken = [summary.problem for summary in found if summary.problem is not None]
        if broken:
            raise EvaluatorError(broken)
        still_open = [summary for summary in found if summary.open]
        if still_open:
            return still_open[0].id
        return found[0].id if found and not writing else None

    def workshop(
        self, id: str, *, round_: int | None = None, progress: Progress | None = None
    ) -> Workshop:
        """A session, opened; nobody scores yet (`Workshop.join` or `Workshop.look_as`).

        `progress` is told (ballots read, ballots in all) while it is read.

        Raises:
            EvaluatorError: the session can't be read, or has no such round.
        """
        path = self.sessions_folder / id
        if why := fault(self.root, path, folder=True):
            raise fail(why, file=name_in(self.root, path))
        folder = SessionFolder(path, self.root)
        workshop = Workshop(folder, folder.load(progress), live=self.criteria)
        if round_ is not None:
            workshop.look_at_round(round_)
        return workshop

    def begin(
        self,
        title: str,
        *,
        id: str | None = None,
        blind: bool = False,
        participants: Iterable[str] = (),
        facilitators: Iterable[str] = (),
        consensus: Consensus | None = None,
    ) -> Workshop:
        """A new session with round 1 open; written with the first change, or by `save`.

        Raises:
            EvaluatorError: a blank title, an id that is taken or malformed, or no criteria.
        """
        if not title.strip():
            raise fail("the title of a session is blank", "Give it a name")
        if not self.criteria:
            raise fail("no criteria are in use", "Name some in criteria.toml", file=CRITERIA)
        id = self._new_id(title, id)
        time = now()
        session = Session(
            id=id,
            title=title,
            question=self.question,
            created=time,
            made_by=f"evaluator {__version__}",
            blind=blind,
            rounds={1: Round(opened=time)},
            consensus=consensus or Consensus(),
            weights=dict(self.weights),
            criteria={id: criterion.frozen for id, criterion in self.criteria.items()},
            suggestions={"show": self.show_suggestions},
            portfolio=self.portfolio,
            methods=self.methods,
        )
        folder = SessionFolder(self.sessions_folder / id, self.root)
        workshop = Workshop(folder, State(session, self.options), live=self.criteria)
        for name in participants:
            workshop.take_part(Participant(name))
        for name in facilitators:
            workshop.take_part(Participant(name, "facilitator"))
        return workshop

    def delete_session(self, id: str) -> Path:
        """Moves a session's folder to `sessions/.deleted`; answers where it lies now.

        Raises:
            EvaluatorError: no such session, or the folder can't be moved.
        """
        if id not in self.session_names():
            raise unknown("session", id, self.session_names(), file=SESSIONS)
        aside = self.sessions_folder / ".deleted"
        place = aside / f"{id}-{now():%Y%m%d-%H%M%S}"
        try:
            aside.mkdir(exist_ok=True)
            (self.sessions_folder / id).rename(place)
        except OSError as error:
            raise fail(f"can't be deleted: {reason(error)}", file=f"{SESSIONS}/{id}") from error
        return place

    def _new_id(self, title: str, id: str | None) -> str:
        top = self.sessions_folder
        there = top.is_symlink() or top.exists()
        if there and (why := fault(self.root, top, folder=True)):
            raise fail(why, "Put a folder of the project there", file=SESSIONS)
        taken = {path.name.casefold() for path in top.iterdir()} if top.is_dir() else set()
        if id is None:
            return free_slug(title, taken)
        if not is_file_key(id):
            raise fail(f"{id!r} can't name a session's folder", "Use a–z, 0–9 and -, at most 64")
        if id in taken:
            raise fail(f"a session {id!r} is there already", "Choose another --id", file=SESSIONS)
        return id

    # -- checking

    @classmethod
    def check(cls, root: Path, *, plugins: bool = True) -> list[Problem]:
        """Everything that is wrong in the project, all at once."""
        project, problems = cls._read(root, plugins=plugins)
        problems += project.host.problems()
        try:
            names = project.session_names()
        except EvaluatorError as error:
            return [*problems, *error.problems]
        for name in names:
            problems += project.check_session(name)
        return [*problems, *project.strays(names)]

    def check_session(self, name: str) -> list[Problem]:
        """Everything that is wrong with one session."""
        from evaluator.store import history

        path = self.sessions_folder / name
        if why := fault(self.root, path, folder=True):
            return [Problem(name_in(self.root, path), None, None, why)]
        if not is_file_key(name):
            what = f"{shown(name)} can't name a session's folder"
            return [Problem(name_in(self.root, path), None, None, what, "Use a–z, 0–9 and -")]
        folder = SessionFolder(path, self.root)
        try:
            state = folder.load()
        except EvaluatorError as error:
            return list(error.problems)
        found = list(state.problems)
        for file in folder.history_files():
            found += history.check(file, self.root, file.stem)
        at = name_in(self.root, path / SESSION)
        for id in self._not_loaded(state.session.criteria):
            what = "its plugin is not loaded; its frozen scale and scores still count"
            hint = "Try: evaluator plugins list"
            found.append(Problem(at, None, f"criteria.{id}", what, hint, "warning"))
        return found

    def _not_loaded(self, criteria: Mapping[str, Criterion]) -> list[str]:
        """Which of a session's criteria came from a plugin that does not supply them now."""
        known = {**self.criteria, **self.host.criteria(wait=self._waited)}
        return [
            id
            for id, criterion in criteria.items()
            if id not in known and (id in self.missing or from_plugin(criterion))
        ]

    def strays(self, names: list[str]) -> list[Problem]:
        """Folders under `sessions/` that hold no session: named, in nobody's way."""
        top = self.sessions_folder
        if not top.is_dir():
            return []
        strays = []
        for path in sorted(top.iterdir()):
            if path.name.startswith(".") or path.name in names:
                continue
            why = fault(self.root, path, folder=True)
            level: Any = "error" if why.startswith("is a link") else "warning"
            what = why or "is a folder without a session.toml"
            hint = "It is not counted; move it away, or put its session.toml back"
            strays.append(Problem(name_in(self.root, path), None, None, what, hint, level))
        return strays


def _declares(table: Document) -> bool:
    """Whether a criterion's table brings a scale of its own."""
    return "levels" in table or "scale" in table


def _bad_path(name: str) -> str:
    if "\0" in name:
        return "holds a NUL character"
    if "://" in name:
        return "is a web address, and evaluator works offline"
    return "is an absolute path" if Path(name).is_absolute() else ""
