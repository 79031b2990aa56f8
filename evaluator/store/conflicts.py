"""Files that stand beside the ones that count: conflict copies, and damaged ballots."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal, TypeAlias, TypeVar

import msgspec

from evaluator.errors import EvaluatorError
from evaluator.model import Ballot, Change, OptionSet, Session
from evaluator.store import atomic, bases, history, limits
from evaluator.store.ballots import ballot_document
from evaluator.store.checker import Checker
from evaluator.store.documents import Source, dump, now, parse
from evaluator.store.files import fault, name_in, read_bytes
from evaluator.store.folder import OPTIONS, SESSION, SessionFolder, State
from evaluator.store.lock import locked
from evaluator.store.names import is_file_key
from evaluator.store.options import read_options
from evaluator.store.sessions import read_session

MERGED: Final = ".merged"
DAMAGED: Final = ".damaged"
T = TypeVar("T")
Kind: TypeAlias = Literal["ballot", "history", "session", "options"]


class Copy(msgspec.Struct, frozen=True):
    """A conflict copy: what it is a copy of.

    Attributes:
        path: where it lies.
        original: the file that counts.
        kind: what the original is.
        name: the copy's path inside the session's folder.
    """

    path: Path
    original: Path
    kind: Kind
    name: str

    @property
    def key(self) -> str:
        """The original's name without its suffix: of ballot and history a participant's key."""
        return self.original.stem

    @property
    def round(self) -> int:
        """The round of a ballot, as its folder says; 0 for the others and for an odd folder."""
        number = self.path.parent.name.removeprefix("round-")
        plain = self.kind == "ballot" and number.isascii() and number.isdigit()
        return int(number) if plain and len(number) <= 6 else 0


def found(folder: SessionFolder, session: Session) -> list[Copy]:
    """The conflict copies in a session's folder, in order of their names."""
    copies = []
    for path in sorted(folder.path.rglob("*.toml")):
        inside = path.relative_to(folder.path).parts
        kind = _kind(inside)
        if kind is None or fault(folder.root, path):
            continue
        original = folder.original(path, session)
        if original is None or (kind != "frozen" and not is_file_key(original.stem)):
            continue
        if kind == "frozen":
            kind = "session" if original.name == SESSION else "options"
        copies.append(Copy(path, original, kind, "/".join(inside)))
    return copies


def _kind(inside: tuple[str, ...]) -> Kind | Literal["frozen"] | None:
    """What may lie at a place inside a session's folder."""
    if any(part.startswith(".") for part in inside):
        return None
    if len(inside) == 1:
        return "frozen"
    if len(inside) == 3 and inside[0] == "ballots":
        return "ballot"
    return "history" if len(inside) == 2 and inside[0] == "history" else None


def session_versions(folder: SessionFolder, copy: Copy) -> tuple[Source, Session, Session | None]:
    """A copy of session.toml as it was read, what it says, and the version both came from.

    Raises:
        EvaluatorError: the copy can't be read, or is one of another session.
    """

    def read(source: Source) -> Session:
        checker = Checker(source)
        found = read_session(checker, folder.id)
        checker.stop_on_errors()
        return found

    return _versions(folder, copy, read)


def options_versions(
    folder: SessionFolder, copy: Copy
) -> tuple[Source, OptionSet, OptionSet | None]:
    """The same of a copy of options.toml."""

    def read(source: Source) -> OptionSet:
        checker = Checker(source)
        checker.names("options", id=folder.id)
        checker.end()
        found = read_options(checker)
        checker.stop_on_errors()
        return found

    return _versions(folder, copy, read)


def _versions(
    folder: SessionFolder, copy: Copy, read: Callable[[Source], T]
) -> tuple[Source, T, T | None]:
    name, root = copy.original.name, folder.root
    limit = limits.SMALL if name == SESSION else limits.LARGE
    data = read_bytes(copy.path, name_in(root, copy.path), root=root, limit=limit)
    source = parse(data, name_in(root, copy.path))
    there = read(source)
    here = read_bytes(copy.original, name_in(root, copy.original), root=root, limit=limit)
    base = bases.common(folder.path, root, name, here, data)
    with contextlib.suppress(EvaluatorError):
        return source, there, read(base) if base is not None else None
    return source, there, None


def settle(folder: SessionFolder, copy: Copy) -> str:
    """Puts a copy aside whose contents are taken, or decided on; answers where it lies now."""
    if copy.original.name in (SESSION, OPTIONS):
        name = copy.original.name
        with locked(folder.path):
            bases.link(folder.path, name, copy.original.read_bytes(), copy.path.read_bytes())
    return put_aside(folder, copy.path)


def put_aside(folder: SessionFolder, path: Path, name: str = MERGED) -> str:
    """Moves a file of a session into a hidden folder inside it; answers where it lies now."""
    inside = path.relative_to(folder.path)
    aside = folder.path / name
    atomic.make_folder(aside)
    target = aside / "-".join(inside.parts)
    number = 2
    while target.exists():
        target = aside / f"{number}-{'-'.join(inside.parts)}"
        number += 1
    path.replace(target)
    return target.relative_to(folder.path).as_posix()


def restore(folder: SessionFolder, ballot: Ballot, state: State) -> str:
    """Puts a rebuilt ballot in its place; answers where the damaged file lies ("": there was none).

    The history says that this was done.
    """
    who = ballot.participant
    path = folder.path / "ballots" / f"round-{ballot.round}" / f"{who}.toml"
    data = dump(ballot_document(ballot, state.session, list(state.options.options)))
    with locked(folder.path):
        aside = put_aside(folder, path, DAMAGED) if path.exists() else ""
        atomic.make_folder(path.parent)
        atomic.write(path, data)
        why = f"the file was damaged; it lies in {aside}" if aside else "the file was missing"
        note = Change(now(), ballot.round, "rebuilt", why=why)
        history.append(folder.path / "history" / f"{who}.toml", who, [note])
    return aside
