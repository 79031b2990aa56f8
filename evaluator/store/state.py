"""Everything a session's folder says, as one frozen value; and how two versions of it merge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from evaluator.errors import Problem
from evaluator.model import Ballot, OptionSet, Session

# A target begins with what it is of: a ballot's cell (then round, who, table, option, criterion),
# its weight (round, who, criterion), its mark (round, who, recused or dissent, option), its start
# (round, who); a session's field (then perhaps a key); an option (id).
Target: TypeAlias = tuple[Any, ...]
OF_BALLOT = ("ballot", "weight", "mark", "start")
Stamp: TypeAlias = tuple[int, int, int]

_KEYED = (
    "participants", "weights", "scenarios", "criteria", "agenda", "dissent", "about", "reworded",
)  # fmt: skip
_WHOLE = (
    "title", "question", "blind", "anonymous", "round", "rounds", "consensus", "suggestions",
    "portfolio", "methods", "group", "extra",
)  # fmt: skip
_TABLES = ("scores", "notes", "accepted", "confidence", "ranges", "looked")
_LISTS = ("recused", "dissent")


class State(msgspec.Struct, frozen=True):
    """A session with its options and ballots.

    Attributes:
        ballots: by round, then participant; strangers' ballots too.
        broken: the ballots that can't be read, with what is wrong with them.
        problems: what is odd in the files, warnings mostly.
        on_disk: whether the session has a folder yet.
        stamps: (mtime, size, inode) of the files it was read from, by name inside the folder.
    """

    session: Session
    options: OptionSet
    ballots: dict[int, dict[str, Ballot]] = msgspec.field(default_factory=dict)
    broken: dict[int, dict[str, tuple[Problem, ...]]] = msgspec.field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    on_disk: bool = False
    stamps: dict[str, Stamp] = msgspec.field(default_factory=dict)

    def differs(self, other: State) -> bool:
        """Whether what would be saved differs from `other`."""
        return (
            self.session != other.session
            or self.options != other.options
            or self.ballots != other.ballots
        )

    def begun(self, who: str, round_: int) -> Ballot:
        """What somebody's ballot of a round begins as: their newest one before, or empty."""
        for earlier in range(round_ - 1, 0, -1):
            found = self.ballots.get(earlier, {}).get(who)
            if found is not None:
                return msgspec.structs.replace(found, round=round_, updated=None)
        return Ballot(who, round_)

    def replaced(self, target: Target, value: Any, time: dt.datetime) -> State:
        """The same with one value changed; None takes it out."""
        kind = target[0]
        if kind == "option":
            options = _with(self.options.options, target[1], value)
            replaced = msgspec.structs.replace(self.options, options=options)
            return msgspec.structs.replace(self, options=replaced)
        if kind == "session":
            return msgspec.structs.replace(self, session=_session(self.session, target, value))
        _, round_, who, *rest = target
        old = self.ballots.get(round_, {}).get(who)
        if kind == "start":
            ballot = None if value is None else msgspec.structs.replace(value, updated=time)
        else:
            ballot = _ballot(old or Ballot(who, round_), rest, value, time)
        of_round = _with(self.ballots.get(round_, {}), who, ballot)
        return msgspec.structs.replace(self, ballots={**self.ballots, round_: of_round})

    def with_later(self, base: State, later: State) -> State:
        """This state, and in it all that changed from `base` to `later`."""
        return merge(base, later, self).state


_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _time(state: State, target: Target) -> dt.datetime:
    ballot = None
    if target[0] in OF_BALLOT:
        ballot = state.ballots.get(target[1], {}).get(target[2])
    return ballot.updated if ballot is not None and ballot.updated is not None else _EPOCH


def _with(table: dict[Any, Any], key: Any, value: Any) -> dict[Any, Any]:
    if value is None:
        return {k: v for k, v in table.items() if k != key}
    return {**table, key: value}


def _session(session: Session, target: Target, value: Any) -> Session:
    field = target[1]
    if len(target) == 3:
        value = _with(getattr(session, field), target[2], value)
    return msgspec.structs.replace(session, **{field: value})


def _ballot(ballot: Ballot, rest: list[Any], value: Any, time: dt.datetime) -> Ballot:
    newest = max(time, ballot.updated) if ballot.updated is not None else time
    if len(rest) == 1:
        weights = _with(ballot.weights, rest[0], value)
        return msgspec.structs.replace(ballot, weights=weights, updated=newest)
    if len(rest) == 2:
        marks = _with(getattr(ballot, rest[0]), rest[1], value)
        return msgspec.structs.replace(ballot, updated=newest, **{rest[0]: marks})
    table, option, criterion = rest
    rows = getattr(ballot, table)
    row = _with(rows.get(option, {}), criterion, value)
    return msgspec.structs.replace(
        ballot, updated=newest, **{table: _with(rows, option, row or None)}
    )


def changes(before: State, after: State) -> Iterator[tuple[Target, Any, Any]]:
    """Every value that differs, as (target, before, after); None where it is not there."""
    yield from _session_changes(before.session, after.session)
    olds, news = before.options.options, after.options.options
    if olds != news:
        yield from _keyed(("option",), olds, news)
    for round_ in sorted({*before.ballots, *after.ballots}):
        was, is_ = before.ballots.get(round_, {}), after.ballots.get(round_, {})
        for who in [*was, *(key for key in is_ if key not in was)]:
            if was.get(who) is not is_.get(who):
                yield from _ballot_changes(round_, who, was.get(who), is_.get(who))


def _session_changes(before: Session, after: Session) -> Iterator[tuple[Target, Any, Any]]:
    if before is after:
        return
    for field in _WHOLE:
        old, new = getattr(before, field), getattr(after, field)
        if old != new:
            yield ("session", field), old, new
    for field in _KEYED:
        yield from _keyed(("session", field), getattr(before, field), getattr(after, field))


def _keyed(
    head: Target, before: dict[Any, Any], after: dict[Any, Any]
) -> Iterator[tuple[Target, Any, Any]]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old != new or type(old) is not type(new):
            yield (*head, key), old, new


def _ballot_changes(
    round_: int, who: str, before: Ballot | None, after: Ballot | None
) -> Iterator[tuple[Target, Any, Any]]:
    if before is None and after is not None:
        yield ("start", round_, who), None, after
        return
    if before is not None and after is None:
        yield ("start", round_, who), before, None
        return
    assert before is not None
    assert after is not None
    yield from _keyed(("weight", round_, who), before.weights, after.weights)
    for name in _LISTS:
        yield from _keyed(("mark", round_, who, name), getattr(before, name), getattr(after, name))
    for table in _TABLES:
        olds, news = getattr(before, table), getattr(after, table)
        for option in {**olds, **news}:
            head = ("ballot", round_, who, table, option)
            yield from _keyed(head, olds.get(option, {}), news.get(option, {}))


def ballot_changes(before: Ballot, after: Ballot) -> list[tuple[Target, Any, Any]]:
    """Every value of one ballot that differs, as (target, before, after)."""
    return list(_ballot_changes(after.round, after.participant, before, after))


class Merged(msgspec.Struct, frozen=True):
    """Two versions brought together.

    `taken`: targets where the other side's change came in; `clashes`: (target, theirs, mine)
    where both had changed one value, and mine stands.
    """

    state: State
    taken: tuple[Target, ...]
    clashes: tuple[tuple[Target, Any, Any], ...]


def merge(base: State, mine: State, theirs: State) -> Merged:
    """Cell by cell: what only one side changed is taken; where both did, mine stands."""
    base, mine, theirs = _begun_alike(base, mine, theirs)
    theirs_changed = {target: new for target, _, new in changes(base, theirs)}
    state = theirs
    clashes = []
    for target, _, new in changes(base, mine):
        if target in theirs_changed:
            other = theirs_changed.pop(target)
            if other != new:
                clashes.append((target, other, new))
        state = state.replaced(target, new, _time(mine, target))
    return Merged(_in_order(base, mine, state), tuple(theirs_changed), tuple(clashes))


def _in_order(base: State, mine: State, found: State) -> State:
    """What was found, with the tables of the session in the order that mine brought them into."""
    session = found.session
    for field in _KEYED:
        keys, table = getattr(mine.session, field), getattr(session, field)
        if list(keys) != list(getattr(base.session, field)):
            ordered = {key: table[key] for key in (*keys, *table) if key in table}
            session = msgspec.structs.replace(session, **{field: ordered})
    return msgspec.structs.replace(found, session=session)


def _begun_alike(*sides: State) -> list[State]:
    """The versions, in each of them every ballot that the two others have, and differently.

    Whether both began it, or one took it away while the other went on, it is merged cell by cell
    with what it begins as.
    """
    alike = list(sides)
    for round_, who in _not_in_all(sides):
        given = [side.ballots.get(round_, {}).get(who) for side in sides]
        there = [ballot for ballot in given if ballot is not None]
        if len(there) == 2 and any(_ballot_changes(round_, who, *there)):
            at = given.index(None)
            begun = sides[at].begun(who, round_)
            alike[at] = alike[at].replaced(("start", round_, who), begun, _EPOCH)
    return alike


def _not_in_all(sides: Sequence[State]) -> Iterator[tuple[int, str]]:
    """(round, participant) of the ballots that one version has and another has not."""
    for round_ in sorted({number for side in sides for number in side.ballots}):
        given = [side.ballots.get(round_, {}).keys() for side in sides]
        everybody = {who for keys in given for who in keys}
        missed = {who for keys in given for who in everybody.difference(keys)}
        yield from ((round_, who) for who in sorted(missed))
