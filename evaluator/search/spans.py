"""Spans: where in an option's fields the words of a query stand."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from evaluator.search.words import find, fold, places, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from evaluator.model import Option

FIELDS: Final = (
    "title",
    "keywords",
    "actors",
    "tags",
    "summary",
    "id",
    "section",
    "notes",
    "text",
)
_ORDER: Final = {field: place for place, field in enumerate(FIELDS)}


class Span(msgspec.Struct, frozen=True):
    """Where a word of the query was found: code points `start` to `end`, half open.

    `index` says which entry of a list field (tags, actors, keywords) it is; None for texts. The
    field `notes` is the text given in `Facts.notes`.
    """

    field: str
    index: int | None
    start: int
    end: int


class Mark(NamedTuple):
    """Where a word of an option stands, in the entry as it is written."""

    field: str
    entry: int | None
    start: int
    end: int

    def span(self, typed: int | None = None) -> Span:
        """The place of the word, or of so many letters of it as were typed."""
        end = self.end if typed is None else min(self.end, self.start + typed)
        return Span(self.field, self.entry, self.start, end)

    def holds(self, other: Mark) -> bool:
        """Whether `other` is a part of this compound."""
        same = (self.field, self.entry) == (other.field, other.entry)
        return same and self.start <= other.start and other.end <= self.end and self != other


def entries(option: Option, field: str, notes: str) -> tuple[tuple[int | None, str], ...]:
    """The texts of a field, each with its index; None is the index of a text field."""
    content = notes if field == "notes" else getattr(option, field)
    return tuple(enumerate(content)) if isinstance(content, tuple) else ((None, content),)


class Reading(NamedTuple):
    """One entry of a field, folded, with its vocabulary."""

    field: str
    entry: int | None
    text: str
    folded: str
    words: frozenset[str]


def read(option: Option, notes: str) -> tuple[Reading, ...]:
    """Every entry of every field that is searched."""
    texts = (
        (field, entry, text, fold(text))
        for field in FIELDS
        for entry, text in entries(option, field, notes)
        if text
    )
    return tuple(Reading(*text, frozenset(vocabulary_of(text[-1]))) for text in texts)


def marks(readings: Sequence[Reading], wanted: frozenset[str]) -> dict[str, list[Mark]]:
    """Where which of the wanted words stand, compounds besides their parts."""
    found: dict[str, list[Mark]] = {}
    for field, entry, text, folded, words in readings:
        for word in words & wanted:
            at = places(text)
            for start, end in find(folded, word):
                # One character may fold into several letters: it is shown whole.
                last = max(at[end], at[end - 1] + 1)
                found.setdefault(word, []).append(Mark(field, entry, at[start], last))
    return found


def innermost(found: Iterable[Mark]) -> Iterator[Mark]:
    """The marks but for compounds of which a part is marked too."""
    ordered = sorted(found, key=lambda m: (m.field, m.entry or 0, m.start, -m.end))
    for mark, following in zip_longest(ordered, ordered[1:]):
        if following is None or not mark.holds(following):
            yield mark


def merged(spans: Collection[Span]) -> tuple[Span, ...]:
    """Spans in order of field, entry and place, those that overlap made one."""
    done: list[Span] = []
    for span in sorted(spans, key=lambda s: (_ORDER[s.field], s.index or 0, s.start, s.end)):
        last = done[-1] if done else None
        if last and (last.field, last.index) == (span.field, span.index) and span.start < last.end:
            done[-1] = Span(last.field, last.index, last.start, max(last.end, span.end))
        else:
            done.append(span)
    return tuple(done)
