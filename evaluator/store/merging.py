"""Two versions of session.toml, or of a session's options.toml, made one, key by key.

A value that only one side has, or that only one side has changed from the version both came from,
is taken; one that differs on both sides keeps what is here and is named. Nobody who takes part, no
criterion, option or round is ever taken out. Where the version both came from is not known, a
value that one side lacks counts as one that the other has added.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Mapping
from functools import partial
from shlex import quote
from typing import Any, Final, TypeAlias

import msgspec

from evaluator.errors import Problem
from evaluator.model import OptionSet, Session
from evaluator.store.checker import Checker, shown
from evaluator.store.documents import Document, Path_, Source, dotted, dump, parse
from evaluator.store.options import options_document, read_options
from evaluator.store.sessions import read_session, session_document


class Gap(enum.Enum):
    """What stands where a document says nothing, or where nothing is known of it."""

    NOTHING = 0
    UNKNOWN = 1


_NOTHING: Final = Gap.NOTHING
#: By round: who changed a ballot of it last, and when.
Last: TypeAlias = Mapping[int, tuple[str, dt.datetime]]


class Step(msgspec.Struct, frozen=True):
    """A value that came from the copy; `Gap.NOTHING` where there was, or is, none."""

    path: Path_
    before: Any
    after: Any

    def __str__(self) -> str:
        key = dotted(self.path)
        if self.before is _NOTHING and isinstance(self.after, dict):
            return f"{key} is new"
        return f"{key}: {' → '.join(_apart(self.before, self.after))}"


class Clash(msgspec.Struct, frozen=True):
    """A value that both sides have, and differently; what is here stands.

    `why` says what to do about it, where that is no matter of choice.
    """

    path: Path_
    here: Any
    there: Any
    why: str = ""

    def problem(self, copy: Source, session: str) -> Problem:
        """The clash as `check` would say it, of the copy of a file of `session`."""
        key = dotted(self.path)
        here, there = _apart(self.here, self.there)
        what = f"{key}: {there} in the copy, {here} here"
        hint = self.why or _mend(self.path, self.there, session)
        return Problem(copy.file, copy.line(self.path), key, what, hint, "warning")


def merge_sessions(
    here: Session,
    there: Session,
    base: Session | None = None,
    *,
    last: Last | None = None,
    disputed: Mapping[int, str] | None = None,
    wordings: Mapping[str, str] | None = None,
    file: str = "session.toml",
) -> tuple[Session, tuple[Step, ...], tuple[Clash, ...]]:
    """What the session `here` says with its copy `there` merged in, what was taken, what differs.

    Args:
        here: the session as it counts.
        there: the copy.
        base: the version both came from; None where it is not known.
        last: who changed a ballot of a round last: one that was changed later than the copy says
            the round was closed keeps it open.
        disputed: by round, whose ballot differs from a copy of it: that keeps it open too, as a
            closed round never changes.
        wordings: by option a digest of the wording that is here.
        file: the name to blame.

    Raises:
        EvaluatorError: together the two would be no good session.
    """
    known = wordings or {}
    run = _Merging(_fixed_in_session, _entry_of_session, partial(_both_in_session, known))
    ours, theirs = session_document(here), session_document(there)
    rounds = ours.pop("rounds"), theirs.pop("rounds")
    theirs["round"] = ours["round"]
    made = run.table((), ours, theirs, session_document(base) if base else Gap.UNKNOWN)
    hides = here.blind and not there.blind
    made["rounds"] = _Rounds(run, last or {}, disputed or {}, hides=hides).merged(*rounds)
    made["round"] = max(map(int, made["rounds"]))
    checker = Checker(parse(dump(made), file))
    found = read_session(checker, here.id)
    checker.stop_on_errors()
    return found, tuple(run.taken), tuple(run.clashes)


def merge_options(
    here: OptionSet,
    there: OptionSet,
    base: OptionSet | None = None,
    *,
    file: str = "options.toml",
) -> tuple[OptionSet, tuple[Step, ...], tuple[Clash, ...]]:
    """The same for the options of a session.

    Raises:
        EvaluatorError: together the two would be no good options, as with two to compare with.
    """
    run = _Merging(
        lambda path, *_: _BEGINNING if path[0] != "options" else "",
        lambda path: len(path) == 2,
        lambda *_: _NOTHING,
    )
    made = run.table((), _paired(here), _paired(there), _paired(base) if base else Gap.UNKNOWN)
    checker = Checker(parse(dump(_parted(made)), file))
    found = read_options(checker)
    checker.stop_on_errors()
    return found, tuple(run.taken), tuple(run.clashes)


class _Merging:
    """One merge: what was taken and what clashed, and the rules for keys of a kind.

    `fixed` says why a value is never taken from a copy; `entry` whether what lies at a path is
    whole in itself and never taken out; `both` makes one value of two, or nothing: then they clash.
    """

    def __init__(
        self,
        fixed: Callable[[Path_, Any, Any], str],
        entry: Callable[[Path_], bool],
        both: Callable[[Path_, Any, Any], Any],
    ) -> None:
        self.taken: list[Step] = []
        self.clashes: list[Clash] = []
        self._fixed, self._entry, self._both = fixed, entry, both

    def table(self, path: Path_, here: Document, there: Document, base: Any) -> Document:
        """Two tables made one: the keys of here, then those that only there has."""
        made: Document = {}
        for key in (*here, *(key for key in there if key not in here)):
            known = base.get(key, _NOTHING) if isinstance(base, dict) else base
            pair = here.get(key, _NOTHING), there.get(key, _NOTHING)
            value = self._value((*path, key), *pair, known)
            if value is not _NOTHING and (value != {} or here.get(key) == {}):
                made[key] = value
        return made

    def _value(self, path: Path_, here: Any, there: Any, base: Any) -> Any:
        if _same(here, there):
            return here
        if why := self._fixed(path, here, there):
            return self.clash(path, here, there, why)
        tables = [isinstance(value, dict) for value in (here, there)]
        if not any(tables) or not all(isinstance(v, dict) or v is _NOTHING for v in (here, there)):
            return self._leaf(path, here, there, base)
        if self._entry(path) and not all(tables):
            return here if tables[0] else self.take(path, here, there)
        inner = base if isinstance(base, dict) or base is Gap.UNKNOWN else {}
        return self.table(path, here if tables[0] else {}, there if tables[1] else {}, inner)

    def _leaf(self, path: Path_, here: Any, there: Any, base: Any) -> Any:
        """A single value: of the side that changed it, else of the side that has it."""
        if base is not Gap.UNKNOWN and _same(base, here):
            return self.take(path, here, there)
        if there is _NOTHING or (base is not Gap.UNKNOWN and _same(base, there)):
            return here
        if here is _NOTHING:
            return self.take(path, here, there)
        joined = self._both(path, here, there)
        if joined is _NOTHING:
            return self.clash(path, here, there)
        return here if _same(here, joined) else self.take(path, here, joined)

    def take(self, path: Path_, here: Any, there: Any) -> Any:
        """Notes that a value comes from the copy, and answers it."""
        self.taken.append(Step(path, here, there))
        return there

    def clash(self, path: Path_, here: Any, there: Any, why: str = "") -> Any:
        """Notes that both say something else, and answers what stands."""
        self.clashes.append(Clash(path, here, there, why))
        return here


_BEGINNING: Final = "It was fixed when the session began"
_FIXED: Final = {
    "blind": "A copy never makes a session blind, or shows one that is",
    "consensus": "The rule of consensus was fixed when round 1 opened",
    "created": _BEGINNING,
    "made-by": _BEGINNING,
}
_CLOSED: Final = "A closed round never changes"


def _fixed_in_session(path: Path_, here: Any, there: Any) -> str:
    if path[0] == "criteria" and len(path) > 2:
        level = len(path) == 4 and path[2] == "levels" and _NOTHING in (here, there)
        scale = level or path[2] in ("better", "scale", "curve")
        return "A changed scale needs a new session" if scale else ""
    table = isinstance(here, dict) or isinstance(there, dict)
    return "" if table else _FIXED.get(path[0], "")


def _entry_of_session(path: Path_) -> bool:
    return len(path) == 2 and path[0] in ("participants", "criteria")


def _both_in_session(wordings: Mapping[str, str], path: Path_, here: Any, there: Any) -> Any:
    """The notes of both on a cell; of two wordings that were taken over, the one that is here."""
    if path[0] == "agenda" and path[-1] == "note":
        return _joined(here, there)
    if path[0] == "reworded":
        now = wordings.get(path[1], "")
        return now if now in (here, there) else max(here, there)
    return _NOTHING


class _Rounds:
    """Each round as far as either side has come, where its rules allow it.

    `hides`: here is blind and the copy is not, so that no facilitator revealed its rounds.
    """

    def __init__(
        self, run: _Merging, last: Last, disputed: Mapping[int, str], *, hides: bool
    ) -> None:
        self._run, self._last, self._disputed, self._hides = run, last, disputed, hides

    def merged(self, here: Document, there: Document) -> Document:
        """All rounds; one that only the copy has follows a round that is revealed."""
        made: Document = {}
        for number in sorted({*here, *there}, key=int):
            path = ("rounds", number)
            mine: Document = here.get(number, {})
            if not mine:
                mine = {"opened": there[number]["opened"]}
                revealed = made.get(str(int(number) - 1), {}).get("revealed")
                if revealed is None or revealed > mine["opened"]:
                    why = f"Round {int(number) - 1} is not revealed here, or was revealed later"
                    self._run.clash((*path, "opened"), _NOTHING, mine["opened"], why)
                    break
                self._run.take(path, _NOTHING, {})
            made[number] = self._round(path, mine, there.get(number, mine))
        return made

    def _round(self, path: Path_, here: Document, there: Document) -> Document:
        others = {key: there[key] for key in there if key not in _TIMES}
        made = self._run.table(path, here, {**others, **_times(here)}, Gap.UNKNOWN)
        for name in _TIMES:
            mine, other = here.get(name, _NOTHING), there.get(name, _NOTHING)
            if other is _NOTHING or mine == other:
                continue
            why = _CLOSED if mine is not _NOTHING else self._refusal(path[1], here, there, name)
            if not why:
                made[name] = self._run.take((*path, name), mine, other)
                continue
            self._run.clash((*path, name), mine, other, why)
            if name == "closed":
                break  # the copy revealed another closing than the one that counts
        return made

    def _refusal(self, number: str, here: Document, there: Document, name: str) -> str:
        """Why a round is not closed or revealed as the copy says; empty where it may be."""
        time = there[name]
        if name == "closed":
            who, changed = self._last.get(int(number), ("", time))
            if time < here["opened"]:
                return "The round was opened here after that"
            if int(number) in self._disputed:
                return f"The ballot of {self._disputed[int(number)]} differs: settle that first"
            if changed > time:
                said = f"The ballot of {who} was changed here after that, at {_quoted(changed)}"
                return f"{said}: close the round here if that counts"
        if name == "revealed" and self._hides:
            return "The copy is not blind, so nobody revealed the round: reveal it here"
        return ""


_TIMES: Final = ("opened", "closed", "revealed")


def _times(round_: Document) -> Document:
    return {name: round_[name] for name in _TIMES if name in round_}


def _paired(options: OptionSet) -> Document:
    """The document with each option's status and its reason as one value: they go together."""
    document = options_document(options)
    for table in document["options"].values():
        pair = (table.pop("status", "open"), table.pop("reason", ""))
        if pair != ("open", ""):
            table["status"] = pair
    return document


def _parted(document: Document) -> Document:
    for table in document["options"].values():
        if "status" in table:
            table["status"], table["reason"] = table["status"]
    return document


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def _joined(one: str, other: str) -> str:
    """Two notes as one, paragraph by paragraph, whichever side they come from."""
    first, second = sorted((one.split("\n\n"), other.split("\n\n")))
    return "\n\n".join([*first, *(part for part in second if part not in first)])


_SAID: Final = 60  # characters of a text that a message quotes


def _apart(one: Any, other: Any) -> tuple[str, str]:
    """Two values as a message may quote them: of long texts the part where they differ."""
    if isinstance(one, str) and isinstance(other, str) and max(len(one), len(other)) > _SAID - 2:
        pairs = enumerate(zip(one, other, strict=False))
        at = next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
        start = max(0, at - 20)
        cut = "…" if start else ""
        return _quoted(cut + one[start:]), _quoted(cut + other[start:])
    return _quoted(one), _quoted(other)


def _quoted(value: Any) -> str:
    if value is _NOTHING:
        return "nothing"
    if isinstance(value, tuple):
        status, reason = value
        return f"{status} ({_quoted(reason)})" if reason else str(status)
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    if isinstance(value, list):
        return f"[{', '.join(map(shown, value))}]"
    return shown(value)


def _mend(path: Path_, there: Any, session: str) -> str:
    """How to take over what a copy says, in a command where there is one."""
    head, last = path[0], quote(path[-1])  # a key from a file may be any text
    said = shown(there) if isinstance(there, int | float) else '"…"'
    command = {
        "weights": f"weigh {last}={said}",
        "group": f"sessions panel --combine {there}" if last == "combine" else "",
        "about": f"sessions about {last}={said}",
        "participants": f"sessions panel {path[1]}={said}" if last == "weight" else "",
        "criteria": "sessions refresh",
    }.get(head, "")
    if command:
        return f"To change it: evaluator --session {session} {command}"
    in_app = {
        "title": "Rename the session in the app",
        "options": "Edit the option in the app",
        "dissent": "State it again in the app",
        "portfolio": "Change the rule in the app",
    }.get(head)
    return in_app or "Write what is right into the file that counts"
