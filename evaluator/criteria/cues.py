"""Word lists that propose a score: the evidence finder that the built-in criteria share.

A list orders texts by what they name (statements, people, programmes, loans, buildings …); it
does not read them. Hence the low confidence, and None where no cue is found. A text is taken
apart into words once, and every step is linear in its length.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import zip_longest
from typing import Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from evaluator.display import clean, shorten
from evaluator.model import Criterion, Evidence, Number, Option, Suggestion

FIELDS: Final = ("title", "summary", "text")
BEFORE: Final = 4
NEAR: Final = 12
MAX_CONFIDENCE: Final = 0.4
MAX_HITS: Final = 8
MAX_EVIDENCE: Final = 24
MAX_RATIONALE: Final = 280


class Cue(msgspec.Struct, frozen=True):
    """Words that speak for one score.

    Attributes:
        words: whole words or phrases; `*` at a word's end stands for any ending.
        score: on the criterion's scale; of a shift: what it adds (0: the words are a set phrase
            that must neither speak for another cue nor disarm one, such as "not only").
        note: what the words show, in a few words.
        unless: words that disarm the cue, within the four words before it in its sentence.
        near: where given, one of these must stand in the same sentence, at most 12 words away.
        shift: whether the cue moves what the others say instead of competing with them.
    """

    words: tuple[str, ...]
    score: Number
    note: str
    unless: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    shift: bool = False


class WordList(msgspec.Struct, frozen=True, eq=False):
    """The cues of one criterion by name, and how they are put together.

    Scores of cues that are no shifts give a start: the highest with "max", their sum with "sum"
    (a cue counts once, however often its words occur). Shifts are added to it, and the result is
    kept inside the scale. `base` is the start where only shifts were found; without it they say
    nothing by themselves.
    """

    cues: dict[str, Cue]
    combine: Literal["max", "sum"] = "max"
    base: Number | None = None


def phrases(listed: str) -> tuple[str, ...]:
    """Words and phrases from one string in which commas part them."""
    return tuple(filter(None, (" ".join(part.split()) for part in listed.split(","))))


def cue(
    score: Number,
    note: str,
    words: str | tuple[str, ...],
    *,
    unless: tuple[str, ...] = (),
    near: tuple[str, ...] = (),
    shift: bool = False,
) -> Cue:
    """A `Cue` whose words may be given as one string, parted by commas."""
    split = phrases(words) if isinstance(words, str) else words
    return Cue(split, score, note, unless, near, shift)


def extended(builtin: WordList | None, table: dict[str, Any]) -> WordList:
    """A list with the cues of a `[criteria.ID.suggest]` table added.

    A cue with the name of a built-in one replaces it. The table has been checked; `combine` and,
    of a cue, `note`, `unless`, `near` and `shift` may be left out.
    """
    known = builtin or WordList({})
    added = {
        name: Cue(
            tuple(entry["words"]),
            entry["score"],
            entry.get("note") or name,
            tuple(entry.get("unless", ())),
            tuple(entry.get("near", ())),
            bool(entry.get("shift", False)),
        )
        for name, entry in table.get("cues", {}).items()
    }
    return WordList(known.cues | added, table.get("combine", known.combine), known.base)


class Suggester(msgspec.Struct, frozen=True, eq=False):
    """The `suggest` of a criterion that rests on a word list alone.

    It carries the list, so that a project can extend it, and the criterion whose scale it uses.
    """

    words: WordList
    criterion: Criterion

    def __call__(self, option: Option) -> Suggestion | None:
        """What the list proposes for an option, or None."""
        return suggest_from(self.words, option, self.criterion)


_Kind = TypeVar("_Kind", bound=Criterion)


def with_words(criterion: _Kind, words: WordList) -> _Kind:
    """The criterion with a word list as its `suggest`."""
    return msgspec.structs.replace(criterion, suggest=Suggester(words, criterion))


def suggest_from(words: WordList, option: Option, criterion: Criterion) -> Suggestion | None:
    """What a word list proposes for an option, on a criterion's scale.

    Returns:
        None where no cue is found. Else the score as `WordList` puts it together; a confidence of
        at most 0.4, higher with more cues, lower where they are far apart; a rationale that names
        the deciding words; and these words as evidence.
    """
    found = hits(words, option)
    named = {hit.name: hit.cue.score for hit in found if not hit.cue.shift}
    moves = {hit.name: hit.cue.score for hit in found if hit.cue.shift}
    if named:
        start = max(named.values()) if words.combine == "max" else sum(named.values())
    elif moves and words.base is not None:
        start = words.base
    else:
        return None
    deciding = [
        hit for hit in found if hit.cue.shift or words.combine == "sum" or hit.cue.score == start
    ]
    score = round(start + sum(moves.values()), 3)
    return Suggestion(
        score=min(max(score, criterion.low), criterion.high),
        confidence=_confidence(list(named.values()), len(moves)),
        rationale=_rationale(deciding),
        evidence=tuple(
            Evidence(hit.start, hit.end, hit.cue.note, hit.field)
            for hit in _first_of_each_place(deciding)
        ),
    )


def _confidence(scores: list[Number], moves: int) -> float:
    more = MAX_CONFIDENCE - 0.05 * max(0, 5 - len(scores) - moves)
    apart = bool(scores) and max(scores) - min(scores) >= 2
    return round(more - 0.1 * apart, 2)


def _rationale(deciding: list[Hit]) -> str:
    """One sentence: each deciding note once, with the words it was first found in."""
    first: dict[str, str] = {}
    for hit in sorted(deciding, key=lambda hit: hit.cue.shift):
        first.setdefault(hit.cue.note, shorten(hit.words, 40))
    said = "; ".join(f"{note} (“{words}”)" for note, words in first.items())
    return shorten(clean(f"Names {said}"), MAX_RATIONALE - 1) + "."


def _first_of_each_place(deciding: list[Hit]) -> list[Hit]:
    places: dict[tuple[str, int, int], Hit] = {}
    for hit in deciding:
        places.setdefault((hit.field, hit.start, hit.end), hit)
    return list(places.values())[:MAX_EVIDENCE]


class Hit(msgspec.Struct, frozen=True):
    """A place in a field, half open in code points, where the words of a cue stand."""

    name: str
    cue: Cue
    field: str
    start: int
    end: int
    words: str


def hits(words: WordList, option: Option) -> list[Hit]:
    """Every place where a cue of the list stands and is not disarmed, by field and place.

    Where a longer phrase covers a shorter one, only the longer counts: "Indian Ocean" is no
    mention of India. Shifts of 0 have done their work then, and are left out; of a cue that
    stands very often in a field, the first eight places are given.
    """
    index = _index(words)
    return [
        hit
        for field in FIELDS
        if (text := getattr(option, field))
        for hit in _hits_in(index, _taken_apart(text), field)
    ]


_Span: TypeAlias = tuple[int, int]
_Phrase: TypeAlias = tuple[tuple[str, bool], ...]
_Entry: TypeAlias = tuple[_Phrase, str, int]
_HYPHENS: Final = frozenset("-‐‑–")
_LINKS: Final = frozenset(".'’")
_STOPS: Final = frozenset(".!?…。")


class _Words(msgspec.Struct, frozen=True):
    """A text taken apart: its words in lower case, where they stand, and in which sentence."""

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]

    def joined(self, place: int) -> bool:
        """Whether only spaces, hyphens, or one dot or apostrophe part a word from the next."""
        gap = self.text[self.ends[place] : self.starts[place + 1]]
        return gap in _LINKS or all(char.isspace() or char in _HYPHENS for char in gap)


@lru_cache(maxsize=1)
def _word() -> re.Pattern[str]:
    return re.compile(r"(\w+|[$€£¥])(?:['’][sS]\b)?")


@lru_cache(maxsize=32)
def _taken_apart(text: str) -> _Words:
    taken = _Words(text, [], [], [], [])
    sentence = last = 0
    word = ""
    for match in _word().finditer(text):
        start, end = match.span()
        # One or two letters before a dot are an abbreviation ("U.S.") more often than an end.
        if start - last > 1 and len(word) > 2 and not _STOPS.isdisjoint(text[last:start]):
            sentence += 1
        word = match[1].lower()
        taken.words.append(word)
        taken.starts.append(start)
        taken.ends.append(end)
        taken.sentences.append(sentence)
        last = end
    return taken


def _phrase(words: str) -> _Phrase:
    """A cue as (word, whether any ending fits) pairs; empty where it holds no word."""
    lower = words.lower()
    return tuple((match[1], lower[match.end() :][:1] == "*") for match in _word().finditer(lower))


class _Numbered(msgspec.Struct, frozen=True):
    """A cue with the numbers of its groups of words in an index."""

    name: str
    cue: Cue
    words: int
    unless: int
    near: int


class _Index:
    """The phrases of a list, found together in one walk over a text's words.

    Phrases that mean the same group of words (a cue's own, its `unless`, its `near`) share a
    number.
    """

    def __init__(self, words: WordList) -> None:
        numbers: dict[tuple[str, ...], int] = {}
        self.cues = [
            _Numbered(name, cue, *(numbers.setdefault(g, len(numbers)) for g in _groups(cue)))
            for name, cue in words.cues.items()
        ]
        self._groups = len(numbers)
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._stems: dict[str, list[_Entry]] = defaultdict(list)
        for group, number in numbers.items():
            for phrase in filter(None, map(_phrase, group)):
                stem, any_ending = phrase[0]
                second = phrase[1][0] if len(phrase) > 1 else ""
                (self._stems if any_ending else self._exact)[stem].append((phrase, second, number))
        self._lengths = sorted({len(stem) for stem in self._stems})

    def spans(self, taken: _Words) -> list[list[_Span]]:
        """First and last word of every phrase found, by group, in order of place."""
        found: list[list[_Span]] = [[] for _ in range(self._groups)]
        known: dict[str, list[_Entry]] = {}
        for place, (word, after) in enumerate(zip_longest(taken.words, taken.words[1:])):
            entries = known.get(word)
            if entries is None:
                entries = known[word] = self._begins(word)
            for phrase, second, number in entries:
                # Most phrases fail at their second word; only the rest are looked at in full.
                if second and not (after and after.startswith(second)):
                    continue
                if not second or _continues(taken, place, phrase):
                    found[number].append((place, place + len(phrase) - 1))
        return found

    def _begins(self, word: str) -> list[_Entry]:
        found = list(self._exact.get(word, ()))
        for length in self._lengths[: bisect_right(self._lengths, len(word))]:
            found += self._stems.get(word[:length], ())
        return found


@lru_cache(maxsize=64)
def _index(words: WordList) -> _Index:
    return _Index(words)


def _groups(cue: Cue) -> tuple[tuple[str, ...], ...]:
    return cue.words, cue.unless, cue.near


def _continues(taken: _Words, place: int, phrase: _Phrase) -> bool:
    if place + len(phrase) > len(taken.words):
        return False
    for at, (stem, any_ending) in enumerate(phrase[1:], place + 1):
        word = taken.words[at]
        if not (word.startswith(stem) if any_ending else word == stem):
            return False
        if not taken.joined(at - 1):
            return False
    return True


def _hits_in(index: _Index, taken: _Words, field: str) -> Iterator[Hit]:
    spans = index.spans(taken)
    places = [(span, cue) for cue in index.cues for span in spans[cue.words]]
    muted = _muted(index, spans)
    off: dict[int, set[int]] = {}
    given: Counter[str] = Counter()
    for (first, last), found in _whole(places):
        cue = found.cue
        if given[found.name] == MAX_HITS or (cue.shift and not cue.score):
            continue
        if found.unless not in off:
            heard = [span for span in spans[found.unless] if span[0] not in muted]
            off[found.unless] = _disarmed(taken, heard)
        if first in off[found.unless]:
            continue
        if cue.near and not _close(taken, first, last, spans[found.near]):
            continue
        given[found.name] += 1
        start, end = taken.starts[first], taken.ends[last]
        said = " ".join(taken.text[start:end].split())
        yield Hit(found.name, cue, field, start, end, said)


def _muted(index: _Index, spans: list[list[_Span]]) -> set[int]:
    """The words that set phrases cover."""
    return {
        place
        for cue in index.cues
        if cue.cue.shift and not cue.cue.score
        for first, last in spans[cue.words]
        for place in range(first, last + 1)
    }


def _whole(places: Iterable[tuple[_Span, _Numbered]]) -> Iterator[tuple[_Span, _Numbered]]:
    """Without spans that lie inside a longer one."""
    widest = (-1, -1)
    for span, cue in sorted(places, key=lambda place: (place[0][0], -place[0][1])):
        if span[1] > widest[1]:
            widest = span
        elif span != widest:
            continue
        yield span, cue


def _disarmed(taken: _Words, spans: list[_Span]) -> set[int]:
    """The words that `spans` disarm: those after them, four from their first, in a sentence."""
    count = len(taken.words)
    return {
        place
        for first, last in spans
        for place in range(last + 1, min(first + BEFORE + 1, count))
        if taken.sentences[place] == taken.sentences[last]
    }


def _close(taken: _Words, first: int, last: int, spans: list[_Span]) -> bool:
    """Whether one of `spans` begins in the sentence, at most `NEAR` words away."""
    low = bisect_left(spans, (first - NEAR, 0))
    high = bisect_right(spans, (last + NEAR + 1, 0))
    return any(taken.sentences[at] == taken.sentences[first] for at, _ in spans[low:high])
