"""What a change of a session is made of: values with their targets, and the history they leave."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from evaluator.model import Change, Option
from evaluator.store.state import OF_BALLOT, Target

_WHAT: Final = {"scores": "score", "notes": "note", "ranges": "range"}


class Edit(msgspec.Struct, frozen=True):
    """One value changed: where, from what, to what (None: not there)."""

    target: Target
    before: Any
    after: Any

    @property
    def of_ballot(self) -> bool:
        """Whether a ballot is changed: only while its round is open."""
        return self.target[0] in OF_BALLOT

    @property
    def back(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.target, self.after, self.before)


class Step(msgspec.Struct, frozen=True):
    """What one key press changed, and what undo says of it."""

    label: str
    edits: tuple[Edit, ...]


def topics(target: Target) -> Iterator[str]:
    """What kinds of things a change concerns, for those who listen."""
    kind = target[0]
    if kind in ("ballot", "start", "mark"):
        yield "scores"
    elif kind == "weight":
        yield "weights"
    elif kind == "option":
        yield "options"
    else:
        yield "session"
        if target[1] in ("weights", "scenarios"):
            yield "weights"
        if target[1] == "participants":
            yield "people"


def told(edit: Edit, at: dt.datetime, why: str) -> Iterator[tuple[str, Change]]:
    """What a change adds to whose history; session and options have none."""
    kind, *rest = edit.target
    if kind == "ballot":
        round_, who, table, option, criterion = rest
        if table == "looked":
            return  # says of a score on which wording it was given; the score itself is told
        what: Any = _WHAT.get(table, table)
        yield who, Change(at, round_, what, option, criterion, edit.before, edit.after, why)
    elif kind == "weight":
        round_, who, criterion = rest
        yield who, Change(at, round_, "weight", "", criterion, edit.before, edit.after, why)
    elif kind == "mark":
        round_, who, what, option = rest
        yield who, Change(at, round_, what, option, "", edit.before, edit.after, why)
    elif kind == "start" and edit.after is not None:
        round_, who = rest
        yield who, Change(at, round_, "start", before=round_ - 1)


def wording(option: Option) -> str:
    """A short digest of what an option says: title, summary and text, spaces aside."""
    said = "\n".join(" ".join(part.split()) for part in (option.title, option.summary, option.text))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
