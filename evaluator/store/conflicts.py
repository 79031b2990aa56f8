"""Files that stand beside the ones that count: conflict copies, and damaged ballots.

Conflict copies are what sync tools leave where two machines wrote one file: Dropbox
`amina (Bilal's conflicted copy 2026-11-24).toml`, Nextcloud `amina (conflicted copy 2026-11-24
101010).toml`, Syncthing `amina.sync-conflict-20261124-101010-ABCDEFG.toml`, and the numbered
copies of others (`amina (1).toml`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import msgspec

from evaluator.model import Ballot, Change
from evaluator.store import atomic, history
from evaluator.store.ballots import ballot_document
from evaluator.store.documents import dump, now
from evaluator.store.files import fault
from evaluator.store.folder import CONFLICT, SessionFolder, State
from evaluator.store.lock import locked
from evaluator.store.names import is_file_key

MERGED: Final = ".merged"
DAMAGED: Final = ".damaged"


class Copy(msgspec.Struct, frozen=True):
    """A conflict copy: what it is a copy of.

    Attributes:
        path: where it lies.
        original: the file that counts.
        key: the original's name without its suffix, a participant's key for ballot and history.
        kind: what the original is.
    """

    path: Path
    original: Path
    key: str
    kind: Literal["ballot", "history", "session"]


def found(folder: SessionFolder) -> list[Copy]:
    """The conflict copies in a session's folder, in order of their names."""
    top = folder.path
    copies = []
    for path in sorted(top.rglob("*.toml")):
        inside = path.relative_to(top).parts
        match = CONFLICT.fullmatch(path.stem)
        if match is None or any(part.startswith(".") for part in inside):
            continue
        if fault(folder.root, path):
            continue
        kind: Literal["ballot", "history", "session"] = "session"
        if len(inside) == 3 and inside[0] == "ballots":
            kind = "ballot"
        elif len(inside) == 2 and inside[0] == "history":
            kind = "history"
        key = match["key"]
        if kind != "session" and not is_file_key(key):
            continue
        copies.append(Copy(path, path.with_name(f"{key}.toml"), key, kind))
    return copies


def put_aside(folder: SessionFolder, path: Path, name: str = MERGED) -> str:
    """Moves a file of a session into a hidden folder inside it; answers where it lies now.

    A file that lies elsewhere, as a mailed one does, or that counts, stays (an empty answer).
    """
    top, place = folder.path.resolve(), path.resolve()
    counts = name == MERGED and CONFLICT.fullmatch(path.stem) is None
    if counts or not place.is_relative_to(top):
        return ""
    inside = place.relative_to(top)
    aside = top / name
    atomic.make_folder(aside)
    target = aside / "-".join(inside.parts)
    number = 2
    while target.exists():
        target = aside / f"{number}-{'-'.join(inside.parts)}"
        number += 1
    place.replace(target)
    return target.relative_to(top).as_posix()


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
