"""Filters: which options `tag:climate`, `is:open` or `cost<=2` let through."""

from __future__ import annotations

import math
import re
from itertools import islice
from operator import eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from evaluator.errors import nearest
from evaluator.model import STATUSES
from evaluator.search.query import NAMED
from evaluator.search.words import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from evaluator.model import Option
    from evaluator.search.query import Filter

STATES: Final = (*STATUSES, "contested", "gap")
MOST_NAMES: Final = 500  # names that are looked at for the nearest one
COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": le,
    "≤": le,
    ">=": ge,
    "≥": ge,
    "<": lt,
    ">": gt,
    "=": eq,
    "==": eq,
}

Judgement: TypeAlias = tuple[frozenset[int] | None, str]


class Facts(msgspec.Struct, frozen=True):
    """What filters may ask that the options do not say themselves.

    Attributes:
        values: option → criterion → score; None where the cell is open.
        ranks: option → rank; None where it has none.
        contested: options on which the group is divided.
        notes: option → all notes that this person may see; they are searched too.
        gaps: options with a cell that waits for an answer; left out, those with an open cell.
    """

    values: dict[str, dict[str, float | None]] = msgspec.field(default_factory=dict)
    ranks: dict[str, int | None] = msgspec.field(default_factory=dict)
    contested: frozenset[str] = frozenset()
    notes: dict[str, str] = msgspec.field(default_factory=dict)
    gaps: frozenset[str] | None = None


class Sieve:
    """Judges filters over a list of options; options are known by their number in it."""

    def __init__(
        self, options: Sequence[Option], facts: Facts | None, criteria: Iterable[str]
    ) -> None:
        self._options = options
        self._facts = facts
        self._numbers = {option.id: number for number, option in enumerate(options)}
        rows = facts.values.values() if facts else ()
        self._compared = tuple(
            dict.fromkeys(("rank", *criteria, *(c for row in rows for c in row)))
        )

    def judge(self, one: Filter) -> Judgement:
        """The options that a filter lets through, and what is wrong with it ("": nothing).

        A filter that is still being typed is passed over: None. One that cannot be judged lets
        nothing through.
        """
        if one.name in NAMED:
            return self._judge_named(one)
        if one.name not in self._compared:
            known = (*NAMED, *self._compared)
            near = nearest(one.name, known)
            hint = f"did you mean {near!r}?" if near else f"there are {', '.join(known)}"
            return _nothing(f"no filter {one.name[:40]!r}; {hint}")
        if one.op == ":":
            return _nothing(f"'{one}': write {one.name}<=2, with <=, <, >=, > or =")
        if not one.value:
            return None, f"'{one}' wants a number"
        return self._compare(one)

    def _judge_named(self, one: Filter) -> Judgement:
        if one.op != ":":
            return _nothing(f"'{one}': write {one.name}:word")
        if not one.value:
            return None, f"'{one}' wants a word after the colon"
        if one.name == "is":
            return self._in_state(one)
        if one.name == "note":
            return self._noted(one)
        return self._with_entry(one, "tags" if one.name == "tag" else "actors")

    def _in_state(self, one: Filter) -> Judgement:
        state, facts = fold(one.value), self._facts
        if state in STATUSES:
            of = (n for n, option in enumerate(self._options) if option.status == state)
            return frozenset(of), ""
        if state not in STATES:
            near = nearest(state, STATES)
            hint = f"did you mean 'is:{near}'?" if near else f"there are {', '.join(STATES)}"
            return _nothing(f"no filter '{one}'; {hint}")
        if facts is None:
            return _no_session(one)
        if state == "contested":
            return self._numbered(facts.contested), ""
        open_cells = (option for option, row in facts.values.items() if None in row.values())
        return self._numbered(open_cells if facts.gaps is None else facts.gaps), ""

    def _with_entry(self, one: Filter, field: str) -> Judgement:
        """Options with this very tag or actor; else with one whose words begin with its words."""
        wanted = fold(one.value)
        said = {entry: fold(entry) for option in self._options for entry in getattr(option, field)}
        fits = {entry for entry, folded in said.items() if folded == wanted}
        fits = fits or {entry for entry, folded in said.items() if _begins(wanted, folded)}
        if fits:
            of = (n for n, o in enumerate(self._options) if not fits.isdisjoint(getattr(o, field)))
            return frozenset(of), ""
        near = nearest(one.value, islice(said, MOST_NAMES))
        hint = f"; did you mean {near!r}?" if near else ""
        return _nothing(f"no option has the {one.name} {one.value[:40]!r}{hint}")

    def _noted(self, one: Filter) -> Judgement:
        if self._facts is None:
            return _no_session(one)
        wanted = re.compile(r"(?<![^\W_])" + re.escape(fold(one.value)))
        notes = self._facts.notes.items()
        return self._numbered(option for option, note in notes if wanted.search(fold(note))), ""

    def _compare(self, one: Filter) -> Judgement:
        bound = _number(one.value)
        if not math.isfinite(bound):
            return _nothing(f"'{one}': {one.value[:40]!r} is no number")
        if one.name == "rank" and bound < 1:
            return _nothing(f"'{one}': ranks begin at 1")
        if self._facts is None:
            return _no_session(one)
        # Means of scores carry rounding errors of their own: nine places are told apart.
        holds, bound = COMPARE[one.op], round(bound, 9)
        values = _values(self._facts, one.name)
        return self._numbered(
            o for o, v in values if v is not None and holds(round(v, 9), bound)
        ), ""

    def _numbered(self, ids: Iterable[str]) -> frozenset[int]:
        return frozenset(self._numbers[option] for option in ids if option in self._numbers)


def _begins(wanted: str, said: str) -> bool:
    words, there = tokens(wanted), tokens(said)
    return bool(words) and all(any(t.startswith(word) for t in there) for word in words)


def _number(text: str) -> float:
    """A number with a point or a comma; not a number where it is none."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _values(facts: Facts, name: str) -> Iterable[tuple[str, float | None]]:
    """By option its rank, or its score on a criterion."""
    if name == "rank":
        return facts.ranks.items()
    return ((option, row.get(name)) for option, row in facts.values.items())


def _nothing(problem: str) -> Judgement:
    return frozenset(), problem


def _no_session(one: Filter) -> Judgement:
    return _nothing(f"'{one}' asks for what only a session knows, and there is none")
