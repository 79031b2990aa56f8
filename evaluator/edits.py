"""What a change of a session is made of: values with their targets, and the history they leave."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from evaluator.model import Ballot, Change, Option
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
    def answers(self) -> bool:
        """Whether a cell is answered, be it with the score that was there."""
        scored = self.target[0] == "ballot" and self.target[3] == "scores"
        return scored and self.after is not None

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


def told(
    edit: Edit, at: dt.datetime, why: str, ballots: Mapping[int, Mapping[str, Ballot]]
) -> Iterator[tuple[str, Change]]:
    """What a change adds to whose history; session and options have none.

    `ballots` are those before the change, by round and participant.
    """
    if not edit.of_ballot:
        return
    kind, round_, who, *rest = edit.target
    if kind == "start":
        earlier = [number for number in ballots if number < round_ and who in ballots[number]]
        if edit.after is not None and earlier:
            yield who, Change(at, round_, "start", before=max(earlier))
        return
    what, option, criterion = _place(kind, rest)
    if what != "looked":  # on which wording a score was given; the score itself is told
        yield who, Change(at, round_, what, option, criterion, edit.before, edit.after, why)


def _place(kind: str, rest: list[Any]) -> tuple[Any, str, str]:
    """What was changed, of which option and criterion, as a history names it."""
    if kind == "weight":
        return "weight", "", rest[0]
    if kind == "mark":
        return rest[0], rest[1], ""
    table, option, criterion = rest
    return _WHAT.get(table, table), option, criterion


def wording(option: Option) -> str:
    """A short digest of what an option says: title, summary and text, spaces aside."""
    said = "\n".join(" ".join(part.split()) for part in (option.title, option.summary, option.text))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
