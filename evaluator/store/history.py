"""Histories: every change a participant made, appended after the ballot is saved."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any, Final

import msgspec

from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import Ballot, Change
from evaluator.store import atomic, limits
from evaluator.store.checker import Checker
from evaluator.store.documents import SCHEMA, Document, dump, parse
from evaluator.store.files import name_in, read_bytes
from evaluator.store.lock import locked
from evaluator.store.state import State, Target

_BLOCK: Final = b"\n[[change]]\n"


def append(path: Path, participant: str, changes: list[Change]) -> None:
    """Adds changes to a history, each a block of its own; an unfinished last block is cut off."""
    import tomli_w

    if not path.exists():
        atomic.make_folder(path.parent)
        head = {"schema": SCHEMA, "kind": "history", "participant": participant}
        atomic.write(path, tomli_w.dumps(head).encode())
    blocks = b"".join(_BLOCK + tomli_w.dumps(_row(change)).encode() for change in changes)
    with path.open("r+b") as file:
        file.seek(0, os.SEEK_END)
        whole = _whole_length(path, file.tell())
        file.truncate(whole)
        file.seek(whole)
        file.write(blocks)
        file.flush()
        os.fsync(file.fileno())


def _whole_length(path: Path, size: int) -> int:
    """The length without an unfinished last block: one whose last line has no end."""
    data = path.read_bytes()
    if data.endswith(b"\n") and _parses(data[data.rfind(_BLOCK) :]):
        return size
    cut = data.rfind(_BLOCK)
    return cut if cut >= 0 else size


def _parses(block: bytes) -> bool:
    import tomli

    try:
        tomli.loads(block.decode())
    except ValueError:
        return False
    return True


def merge(path: Path, copy: Path, participant: str, *, dry_run: bool = False) -> int:
    """Adds to a history what a copy of it knows besides; answers how many changes that were.

    Raises:
        EvaluatorError: one of the two can't be read, or the copy is somebody else's.
    """
    document, _ = read_raw(copy)
    if document.get("kind") != "history" or document.get("participant") != participant:
        raise fail("is no history of the participant its name says", file=str(copy))
    known = Counter(map(_key, read(path)[0]))
    new = []
    for change in read(copy)[0]:
        if known[_key(change)]:
            known[_key(change)] -= 1
        else:
            new.append(change)
    if new and not dry_run:
        with locked(path.parent.parent):
            append(path, participant, new)
    return len(new)


def _key(change: Change) -> tuple[Any, ...]:
    return tuple(repr(part) for part in msgspec.structs.astuple(change))


def _row(change: Change) -> Document:
    row: Document = {"at": change.at, "round": change.round, "what": change.what}
    pairs = {
        "option": change.option, "criterion": change.criterion, "from": change.before,
        "to": change.after, "why": change.why,
    }  # fmt: skip
    row |= {key: value for key, value in pairs.items() if value not in (None, "")}
    return row


def read(path: Path, root: Path | None = None) -> tuple[list[Change], list[Problem]]:
    """The changes in a history, oldest first, and what is odd about the file."""
    document, problems = read_raw(path, root)
    changes, odd = _changes(document, name_in(root, path) if root else str(path))
    return changes, [*problems, *odd]


def _changes(document: Document, file: str) -> tuple[list[Change], list[Problem]]:
    rows = document.get("change", [])
    found = [_change(row) for row in rows] if isinstance(rows, list) else [None]
    changes = [change for change in found if change is not None]
    if len(changes) == len(found):
        return changes, []
    what = f"holds changes that can't be read; left out: {len(found) - len(changes)}"
    return changes, [Problem(file, None, "change", what, "Put back a copy", "warning")]


def read_raw(path: Path, root: Path | None = None) -> tuple[Document, list[Problem]]:
    """A history's document; an unfinished last block is left out with a warning."""
    if not path.is_symlink() and not path.exists():
        return {}, []
    file = name_in(root, path) if root else str(path)
    data = read_bytes(path, file, root=root, limit=limits.LARGE)
    try:
        return parse(data, file).document, []
    except EvaluatorError as error:
        cut = data.rfind(_BLOCK)
        if cut < 0:
            raise
        try:
            document = parse(data[:cut], file).document
        except EvaluatorError:
            raise error from None
    line = data.count(b"\n", 0, cut) + 2
    what = "its last block is unfinished and was left out"
    hint = "The next save cuts it off"
    return document, [Problem(file, line, None, what, hint, "warning")]


def _change(row: Any) -> Change | None:
    """The change in a block; None where it holds something else, edited by hand perhaps."""
    if not isinstance(row, dict):
        return None
    said = {key: value for key, value in row.items() if key not in ("from", "to")}
    pairs = {"before": _value(row.get("from")), "after": _value(row.get("to"))}
    try:
        return msgspec.convert({**said, **pairs}, Change)
    except msgspec.ValidationError:
        return None


def _value(found: Any) -> Any:
    return tuple(found) if isinstance(found, list) else found


_TABLE: Final = {"score": "scores", "note": "notes", "range": "ranges"}


def rebuild(participant: str, round_: int, changes: list[Change], state: State) -> Ballot | None:
    """A ballot made again from its history, for when the file itself is damaged.

    The changes of the round are played in their order; a round that began as a copy starts from
    the ballot of the round it copied. None where the history knows nothing of the round.
    """
    mine = [change for change in changes if change.round == round_ and change.what != "rebuilt"]
    if not mine:
        return None
    made = _without_round(state, round_)
    for change in mine:
        value = change.after
        if change.what == "start":
            if participant in made.ballots.get(round_, {}):
                continue  # two programs began it; what either gave before stays
            value = _begun(participant, change, changes, state)
        made = made.replaced(_target(participant, change), value, change.at)
    return made.ballots.get(round_, {}).get(participant)


def _begun(who: str, change: Change, changes: list[Change], state: State) -> Ballot | None:
    """What a round began as: the ballot of the round it copied, made again where that is gone."""
    earlier = change.before if change.before in range(1, change.round) else change.round - 1
    found = state.ballots.get(earlier, {}).get(who) or rebuild(who, earlier, changes, state)
    return msgspec.structs.replace(found, round=change.round) if found is not None else None


def _target(who: str, change: Change) -> Target:
    """Where a change was made."""
    whose = (change.round, who)
    if change.what == "start":
        return ("start", *whose)
    if change.what == "weight":
        return ("weight", *whose, change.criterion)
    if change.what in ("recused", "dissent"):
        return ("mark", *whose, change.what, change.option)
    table = _TABLE.get(change.what, change.what)
    return ("ballot", *whose, table, change.option, change.criterion)


def _without_round(state: State, round_: int) -> State:
    """The state without the ballots of a round."""
    ballots = {number: given for number, given in state.ballots.items() if number != round_}
    return msgspec.structs.replace(state, ballots=ballots)


def check(path: Path, root: Path, participant: str) -> list[Problem]:
    """What is wrong with a history file."""
    file = name_in(root, path)
    try:
        document, problems = read_raw(path, root)
        source = parse(dump({k: v for k, v in document.items() if k != "change"}), file)
    except EvaluatorError as error:
        return [
            Problem(p.file, p.line, p.key, p.what, "Its ballot still counts", "warning")
            for p in error.problems
        ]
    checker = Checker(source)
    checker.schema()
    if document.get("participant") != participant or document.get("kind") != "history":
        checker.warn((), "is no history of the participant its name says")
    return [*problems, *checker.problems, *_changes(document, file)[1]]
