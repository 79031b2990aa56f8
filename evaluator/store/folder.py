"""A session's folder: reading it whole, noticing what changed, saving under its lock."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

import msgspec

from evaluator.errors import EvaluatorError, Problem, Severity, reason
from evaluator.model import Change, OptionSet, Session
from evaluator.progress import Progress
from evaluator.store import atomic, bases, copies, history, limits
from evaluator.store.ballots import ballot_document, read_ballot, warn_unknown
from evaluator.store.checker import Checker
from evaluator.store.documents import Document, Source, dump, now
from evaluator.store.files import fault, name_in, read_document
from evaluator.store.lock import locked
from evaluator.store.options import options_document, read_options
from evaluator.store.sessions import read_session, session_document, warn_unknown_names
from evaluator.store.state import Stamp, State, Target, merge

__all__ = ["SaveJob", "SaveResult", "SessionFolder", "State"]

SESSION: Final = "session.toml"
OPTIONS: Final = "options.toml"
FROZEN: Final = ("session", "options")
_TELL: Final = 25  # ballots between two words on progress
_ROUND: Final = re.compile(r"round-([1-9][0-9]{0,5})")


class SessionFolder:
    """The files of one session, `sessions/NAME/` inside the project `root`."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.root = root

    @property
    def id(self) -> str:
        """The folder's name, the session's id."""
        return self.path.name

    def load(self, progress: Progress | None = None) -> State:
        """Everything the folder says; a broken ballot is noted, not raised.

        `progress` is told now and then (ballots read, ballots in all).

        Raises:
            EvaluatorError: the session or its options can't be read.
        """
        atomic.sweep(self.path)
        stamps = self._stamps()
        problems: list[Problem] = []
        session, source = self._session(problems)
        options = self._options(problems)
        problems += warn_unknown_names(source, session, options)
        state = State(session, options, on_disk=True, stamps=stamps)
        files = list(self._ballot_files(session, problems))
        for done, (round_, who, path) in enumerate(files):
            if progress is not None and done % _TELL == 0:
                progress(done, len(files))
            state = self._with_ballot(state, round_, who, path, problems)
        for path in (*_listed(self.path), *_listed(self.path / "history")):
            self._is_copy(path, session, problems)
        return msgspec.structs.replace(state, problems=tuple(problems))

    def ballot_files(self) -> list[tuple[int, str, Path]]:
        """(round, participant, path) of every ballot, in order of round and name."""
        return list(self._ballot_files(self._session([])[0], []))

    def history_files(self) -> list[Path]:
        """The histories, in order of their names; conflict copies are none."""
        session = self._session([])[0]
        files = [path for path in _listed(self.path / "history") if path.suffix == ".toml"]
        return [path for path in files if self.original(path, session) is None]

    def original(self, path: Path, session: Session) -> Path | None:
        """The file of this session that `path` is a conflict copy of, or None."""
        known: Collection[str] = session.participants
        says = "participant"
        if path.parent == self.path:
            known, says = FROZEN, "kind"
        name = copies.original(path, self.root, known, says)
        if name is None or (known is FROZEN and name not in FROZEN):
            return None
        return path.with_name(f"{name}.toml")

    def _checker(self, name: str, limit: int) -> Checker:
        return Checker(read_document(self.path / name, self.root, limit))

    def _session(self, problems: list[Problem]) -> tuple[Session, Source]:
        checker = self._checker(SESSION, limits.SMALL)
        session = read_session(checker, self.id)
        checker.stop_on_errors()
        problems.extend(checker.problems)
        return session, checker.source

    def _options(self, problems: list[Problem]) -> OptionSet:
        checker = self._checker(OPTIONS, limits.LARGE)
        checker.names("options", id=self.id)
        checker.end()
        options = read_options(checker)
        checker.stop_on_errors()
        problems.extend(checker.problems)
        return options

    def _ballot_files(
        self, session: Session, problems: list[Problem]
    ) -> Iterator[tuple[int, str, Path]]:
        """(round, participant, path) of every file that may be a ballot; the rest is named."""
        top = self.path / "ballots"
        for folder in _listed(top):
            match = _ROUND.fullmatch(folder.name)
            if match is None or int(match[1]) not in session.rounds:
                self._odd(problems, folder, "is the folder of no round of this session")
                continue
            for path in _listed(folder):
                if self._is_ballot(path, session, problems):
                    yield int(match[1]), path.stem, path

    def _is_ballot(self, path: Path, session: Session, problems: list[Problem]) -> bool:
        if path.name.endswith("~") or self._is_copy(path, session, problems):
            return False
        no_ballot = path.suffix != ".toml" or copies.is_passing(path)
        why = "is no ballot" if no_ballot else fault(self.root, path)
        if why and not why.startswith("is a link"):
            self._odd(problems, path, why, "It is not counted; move it away")
            return False
        return True

    def _is_copy(self, path: Path, session: Session, problems: list[Problem]) -> bool:
        """Whether a file is a conflict copy; it is named then."""
        original = self.original(path, session)
        if original is None:
            return False
        # A plain second copy may be anybody's by mistake; a sync tool's says what it is.
        by_hand = original.stem not in FROZEN and copies.is_numbered(path)
        level: Severity = "error" if by_hand else "warning"
        hint = "It is not counted; take it in with: evaluator sessions merge --conflicts"
        self._odd(problems, path, f"is a conflict copy of {original.name}", hint, level)
        return True

    def _odd(
        self,
        problems: list[Problem],
        path: Path,
        what: str,
        hint: str = "",
        level: Severity = "warning",
    ) -> None:
        hint = hint or "It is not counted"
        problems.append(Problem(name_in(self.root, path), None, None, what, hint, level))

    def _with_ballot(
        self, state: State, round_: int, who: str, path: Path, problems: list[Problem]
    ) -> State:
        """The state with one more ballot; a broken one is kept apart and its problems noted."""
        session = state.session
        try:
            checker = Checker(read_document(path, self.root, limits.SMALL))
            ballot = read_ballot(checker, who, round_, session)
            checker.stop_on_errors()
        except EvaluatorError as error:
            found = (*error.problems, *self._offer(path, round_, who))
            problems.extend(found)
            of_round = {**state.broken.get(round_, {}), who: found}
            broken = {**state.broken, round_: of_round}
            return msgspec.structs.replace(state, broken=broken)
        warn_unknown(checker, ballot, session, state.options.options)
        if who not in session.participants:
            what = f"is a ballot of {who!r}, who does not take part"
            hint = f"Take them in with: evaluator sessions add {who}"
            self._odd(problems, path, what, hint)
        problems.extend(checker.problems)
        ballots = {**state.ballots, round_: {**state.ballots.get(round_, {}), who: ballot}}
        return msgspec.structs.replace(state, ballots=ballots)

    def _offer(self, path: Path, round_: int, who: str) -> Iterator[Problem]:
        """What is said of a broken ballot whose history is there."""
        if (self.path / "history" / f"{who}.toml").is_file():
            what = "can be rebuilt from its history"
            hint = f"evaluator --session {self.id} --round {round_} sessions rebuild {who}"
            yield Problem(name_in(self.root, path), None, None, what, hint, "warning")

    # -- noticing changes

    def _stamps(self) -> dict[str, Stamp]:
        stamps: dict[str, Stamp] = {}
        folders = [folder for folder in _listed(self.path / "ballots") if folder.is_dir()]
        files = [path for path in _listed(self.path) if path.suffix == ".toml"]
        for path in [*files, *(path for folder in folders for path in _listed(folder))]:
            try:
                info = path.stat()
            except OSError:
                continue
            name = path.relative_to(self.path).as_posix()
            stamps[name] = (info.st_mtime_ns, info.st_size, info.st_ino)
        return stamps

    def changed_since(self, base: State) -> State | None:
        """What the folder says now, where a file differs from when `base` was read; else None."""
        if not base.on_disk:
            return None
        stamps = self._stamps()
        if stamps == base.stamps:
            return None
        moved = {
            name for name in {*stamps, *base.stamps} if stamps.get(name) != base.stamps.get(name)
        }
        if any("/" not in name or name not in stamps for name in moved):
            return self.load()
        problems = list(base.problems)
        state = msgspec.structs.replace(base, stamps=stamps)
        odd: list[Problem] = []
        for round_, who, path in self._ballot_files(base.session, odd):
            if path.relative_to(self.path).as_posix() in moved:
                state = self._with_ballot(_without(state, round_, who), round_, who, path, problems)
        problems += [problem for problem in odd if problem not in problems]
        return msgspec.structs.replace(state, problems=tuple(problems))

    # -- saving

    def save(self, base: State, mine: State, changes: tuple[tuple[str, Change], ...]) -> SaveResult:
        """Writes what differs, merged with what others have written since `base` was read.

        Raises:
            EvaluatorError: nothing was saved, and why.
        """
        with self._naming(""):
            if not base.on_disk:
                atomic.make_folder(self.path)
            with locked(self.path):
                return self._save_locked(base, mine, changes)

    @contextlib.contextmanager
    def _naming(self, name: str) -> Iterator[None]:
        """Turns what the system refuses into an error that names the file being saved."""
        try:
            yield
        except OSError as error:
            file = name_in(self.root, self.path / name)
            what = f"not saved: {reason(error)}"
            hint = "See that there is room and the folder may be written to, then do it again"
            raise EvaluatorError([Problem(file, None, None, what, hint)]) from error

    def _save_locked(
        self, base: State, mine: State, changes: tuple[tuple[str, Change], ...]
    ) -> SaveResult:
        theirs = self.changed_since(base) or base
        merged = merge(base, mine, theirs)
        warnings: list[str] = []
        for name, document in self._to_write(theirs, merged.state):
            self._write(name, document, warnings)
        for who in dict.fromkeys(key for key, _ in changes):
            own = [change for key, change in changes if key == who]
            name = f"history/{who}.toml"
            with self._naming(name):
                history.append(self.path / name, who, own)
        state = msgspec.structs.replace(merged.state, on_disk=True, stamps=self._stamps())
        return SaveResult(state, now(), " ".join(warnings), merged.taken, merged.clashes)

    def _to_write(self, theirs: State, state: State) -> Iterator[tuple[str, Document]]:
        new = not theirs.on_disk
        if new or state.options != theirs.options:
            yield OPTIONS, options_document(state.options, self.id)
        order = list(state.options.options)
        for round_, ballots in state.ballots.items():
            for who, ballot in ballots.items():
                if ballot != theirs.ballots.get(round_, {}).get(who):
                    self._refuse_broken(theirs, round_, who)
                    name = f"ballots/round-{round_}/{who}.toml"
                    yield name, ballot_document(ballot, state.session, order)
        if new or state.session != theirs.session:
            yield SESSION, session_document(state.session)
        for round_, ballots in theirs.ballots.items():
            for who in ballots:
                if who not in state.ballots.get(round_, {}):
                    (self.path / f"ballots/round-{round_}/{who}.toml").unlink(missing_ok=True)

    def _refuse_broken(self, theirs: State, round_: int, who: str) -> None:
        found = theirs.broken.get(round_, {}).get(who)
        if found:
            raise EvaluatorError(found)

    def _write(self, name: str, document: Document, warnings: list[str]) -> None:
        data = dump(document)
        limit = limits.LARGE if name == OPTIONS else limits.SMALL
        if len(data) > limit:
            what = f"would be larger than {limit / limits.MB:g} MB"
            raise EvaluatorError([Problem(f"sessions/{self.id}/{name}", None, None, what)])
        path = self.path / name
        if path.is_symlink():
            path = path.resolve()
        with self._naming(name):
            atomic.make_folder(path.parent)
            if name in (SESSION, OPTIONS):
                bases.keep(self.path, name, data)
            try:
                atomic.write(path, data)
            except atomic.NotConfirmed as doubt:
                warnings.append(str(doubt))


def _without(state: State, round_: int, who: str) -> State:
    ballots = {k: v for k, v in state.ballots.get(round_, {}).items() if k != who}
    broken = {k: v for k, v in state.broken.get(round_, {}).items() if k != who}
    return msgspec.structs.replace(
        state,
        ballots={**state.ballots, round_: ballots},
        broken={**state.broken, round_: broken},
    )


def _listed(folder: Path) -> list[Path]:
    """What lies in a folder, sorted, hidden files left out; `[]` where there is none."""
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


class SaveResult(msgspec.Struct, frozen=True):
    """What a save did: the state now on the disk, what came in from others, what clashed."""

    state: State
    at: dt.datetime
    warning: str
    taken: tuple[Target, ...]
    clashes: tuple[tuple[Target, object, object], ...]


class SaveJob(msgspec.Struct, frozen=True):
    """Something to be saved, ready for any thread."""

    folder: SessionFolder
    base: State
    mine: State
    changes: tuple[tuple[str, Change], ...]

    def run(self) -> SaveResult:
        """Saves; `EvaluatorError` where nothing was saved."""
        return self.folder.save(self.base, self.mine, self.changes)
