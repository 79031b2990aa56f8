"""The index: options made ready for searching, asked at every key."""

from __future__ import annotations

import math
from collections import OrderedDict
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec

from evaluator.search.filters import Facts, Judgement, Sieve
from evaluator.search.query import MAX_QUERY, Filter, split_query
from evaluator.search.spans import Mark, Reading, Span, innermost, marks, merged, read
from evaluator.search.vocabulary import PREFIX, SHORT, SPLIT, Likeness, Scores, Vocabulary
from evaluator.search.words import STOP, is_letter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evaluator.model import Option

KEEP: Final = 0.5  # with several words, hits below this share of the best are left out
_K = TypeVar("_K")
_V = TypeVar("_V")


class Hit(msgspec.Struct, frozen=True):
    """An option that was found: its id, how well it fits (0–100), and where."""

    option: str
    score: float
    matches: tuple[Span, ...] = ()


class _Found(NamedTuple):
    """What one word finds: words it may mean, and the options they stand in."""

    alike: Likeness
    scores: Scores


class _Answer(NamedTuple):
    """What a query finds: its words with what they may mean, and options, best first.

    `whole` is what counts as a score of 100; without `scores` every option has that. `wanted`
    holds all that the words may mean.
    """

    words: tuple[tuple[str, Likeness], ...]
    numbers: Sequence[int]
    scores: Scores
    whole: float
    wanted: frozenset[str]

    def score(self, number: int) -> float:
        """How well an option fits, 0–100."""
        return round(100 * self.scores[number] / self.whole, 2) if self.scores else 100.0


class Index:
    """Options made ready for searching; built once for each change of the options.

    Its answers never change, but the last ones are remembered: one thread at a time may ask. The
    first search loads rapidfuzz, some 25 ms: ask once beforehand where that would be felt.
    """

    def __init__(
        self, options: Sequence[Option], facts: Facts | None = None, *, criteria: Iterable[str] = ()
    ) -> None:
        """Read every word of `options`, and of the notes in `facts`.

        `criteria`: ids that filters may name though `facts` does not, so that a mistyped one can
        be told from one that needs a session.
        """
        self._options = tuple(options)
        self._numbers = {option.id: number for number, option in enumerate(self._options)}
        self._criteria = tuple(criteria)
        self._vocabulary = Vocabulary(self._options, facts.notes if facts else {})
        self._found: OrderedDict[tuple[str, bool], _Found] = OrderedDict()
        self._readings: OrderedDict[int, tuple[Reading, ...]] = OrderedDict()
        self._take(facts)

    def _take(self, facts: Facts | None) -> None:
        self._notes = facts.notes if facts else {}
        self._sieve = Sieve(self._options, facts, self._criteria)
        self._judged: OrderedDict[Filter, Judgement] = OrderedDict()
        self._answers: OrderedDict[str, _Answer] = OrderedDict()

    def with_facts(self, facts: Facts | None) -> Index:
        """The same options with other facts; words are read again only where notes differ."""
        if (facts.notes if facts else {}) != self._notes:
            return Index(self._options, facts, criteria=self._criteria)
        other = object.__new__(Index)
        other.__dict__.update(self.__dict__)
        other._take(facts)
        return other

    def search(self, query: str, limit: int | None = None) -> list[Hit]:
        """What fits the query, best first, equals in file order; at most `limit` hits.

        An empty query gives every option in file order with score 100. Several filters must all
        hold; one that cannot be judged lets nothing through, one still without a value is passed
        over, and `problems` speaks of both.
        """
        answer = self._answer(query)
        return [
            Hit(self._options[n].id, answer.score(n), self._spans(answer, n))
            for n in answer.numbers[:limit]
        ]

    def ranked(self, query: str) -> list[tuple[str, float]]:
        """Ids and scores of all hits, as `search` orders them, without the work of the spans."""
        answer = self._answer(query)
        return [(self._options[n].id, answer.score(n)) for n in answer.numbers]

    def spans(self, query: str, option: str) -> tuple[Span, ...]:
        """Where an option's fields match the query; empty for an unknown option."""
        number = self._numbers.get(option)
        return () if number is None else self._spans(self._answer(query), number)

    def problems(self, query: str) -> list[str]:
        """What is wrong with the query's filters: one sentence each, naming what was meant."""
        said = (self._judge(one)[1] for one in split_query(query)[1])
        return [sentence for sentence in said if sentence]

    def _answer(self, query: str) -> _Answer:
        query = query[:MAX_QUERY]
        if query not in self._answers:
            _remember(self._answers, query, self._rank(query), 4)
        return self._answers[query]

    def _judge(self, one: Filter) -> Judgement:
        if one not in self._judged:
            _remember(self._judged, one, self._sieve.judge(one), 64)
        return self._judged[one]

    def _rank(self, query: str) -> _Answer:
        said, filters = split_query(query)
        sets = [found for found, _ in map(self._judge, filters) if found is not None]
        allowed = frozenset.intersection(*sets) if sets else None
        if said:
            return self._match(said, allowed)
        numbers: Sequence[int] = range(len(self._options)) if allowed is None else sorted(allowed)
        asked = bool(filters) or not query.strip()
        return _Answer((), numbers if asked else (), {}, 1.0, frozenset())

    def _match(self, said: Sequence[str], allowed: frozenset[int] | None) -> _Answer:
        words = [word for word in said if word not in STOP and not is_letter(word)] or list(said)
        founds = self._read(words)
        total, whole = self._weigh(founds)
        numbers = sorted(total if allowed is None else total.keys() & allowed)
        numbers.sort(key=total.__getitem__, reverse=True)
        if numbers and len(words) > 1:
            floor = KEEP * total[numbers[0]]
            numbers = [number for number in numbers if total[number] >= floor]
        alike = tuple((word, found.alike) for word, found in zip(words, founds, strict=True))
        known = self._vocabulary.words
        wanted = frozenset(known[place] for found in founds for place in found.alike)
        return _Answer(alike, numbers, total, whole, wanted)

    def _weigh(self, founds: Sequence[_Found]) -> tuple[Scores, float]:
        """The scores of all words, each times its rarity, and the sum of the rarities.

        Rarity is ln(1 + options ÷ options found), after Spärck Jones (1972).
        """
        if len(founds) == 1:
            return founds[0].scores, 1.0
        total: Scores = {}
        whole = 0.0
        for found in founds:
            rarity = math.log(1.0 + len(self._options) / max(1, len(found.scores)))
            whole += rarity
            for number, score in found.scores.items():
                total[number] = total.get(number, 0.0) + rarity * score
        return total, whole

    def _read(self, words: Sequence[str]) -> list[_Found]:
        """What each word finds, alone or joined with its neighbour (`al qaeda`: `alqaeda`)."""
        founds = [self._look(word, typing=word == words[-1]) for word in words]
        for place, (first, second) in enumerate(pairwise(words)):
            joined = self._vocabulary.begun(first + second)
            scores = self._vocabulary.scores(joined)
            for at in (place, place + 1) if joined else ():
                alike, own = founds[at]
                founds[at] = _Found(_higher(alike, joined), _higher(own, scores))
        return founds

    def _look(self, word: str, *, typing: bool) -> _Found:
        key = (word, typing and len(word) < SHORT)
        if key not in self._found:
            _remember(self._found, key, self._find(word, typing=typing), 64)
        self._found.move_to_end(key)
        return self._found[key]

    def _find(self, word: str, *, typing: bool) -> _Found:
        alike = self._vocabulary.alike(word, typing=typing)
        scores = self._vocabulary.scores(alike)
        meant = max(alike.values(), default=0.0) >= PREFIX
        halves = None if meant else self._vocabulary.halves(word)
        if halves is None:
            return _Found(alike, scores)
        first, second = (self._vocabulary.scores({half: SPLIT}) for half in halves)
        both = {n: min(first[n], second[n]) for n in first.keys() & second.keys()}
        if both:
            alike = _higher(alike, dict.fromkeys(halves, SPLIT))
        return _Found(alike, _higher(scores, both))

    def _spans(self, answer: _Answer, number: int) -> tuple[Span, ...]:
        place = self._vocabulary.place
        found = marks(self._reading(number), answer.wanted)
        spans: set[Span] = set()
        for word, alike in answer.words:
            here = [(said, alike[place[said]]) for said in found if place[said] in alike]
            best = max((likeness for _, likeness in here), default=0.0)
            # A word that is merely like it is no match beside one that is meant for sure.
            typed = {
                mark: len(word) if _is_begun(said, word, likeness, mark) else None
                for said, likeness in here
                if likeness >= SPLIT or best < SPLIT
                for mark in found[said]
            }
            spans.update(mark.span(typed[mark]) for mark in innermost(typed))
        return merged(spans)

    def _reading(self, number: int) -> tuple[Reading, ...]:
        if number not in self._readings:
            option = self._options[number]
            found = read(option, self._notes.get(option.id, ""))
            _remember(self._readings, number, found, 256)
        return self._readings[number]


def _is_begun(said: str, word: str, likeness: float, mark: Mark) -> bool:
    """Whether only the beginning of `said` was typed, and its letters can be counted off."""
    countable = len(said) == mark.end - mark.start
    return likeness == PREFIX and countable and said.startswith(word)


def _higher(one: dict[int, float], other: dict[int, float]) -> dict[int, float]:
    """Both tables in one, with the higher number where they differ."""
    both = dict(one)
    for key, value in other.items():
        if value > both.get(key, 0.0):
            both[key] = value
    return both


def _remember(cache: OrderedDict[_K, _V], key: _K, value: _V, limit: int) -> None:
    """Keep `value`, and of the others the newest up to `limit`."""
    cache[key] = value
    if len(cache) > limit:
        cache.popitem(last=False)
