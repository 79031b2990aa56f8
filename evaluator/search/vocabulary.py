"""The vocabulary of a list of options, and what of it a typed word may mean.

Likeness of words: 1 − edits ÷ letters of the longer, edits being those of optimal string
alignment (insert, delete, replace, swap neighbours; Damerau, 1964). Evidence from several fields
adds up as 1 − Π(1 − worth), as independent causes do (noisy or; Pearl, 1988).
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING, Final, TypeAlias

from evaluator.search.spans import entries
from evaluator.search.words import STOP, fold, tokens, vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from evaluator.model import Option

Likeness: TypeAlias = dict[int, float]
Scores: TypeAlias = dict[int, float]

# What one mention is worth, 0–1.
STRONG: Final = {"title": 0.9, "keywords": 0.87, "actors": 0.82, "tags": 0.76, "summary": 0.72}
# The same where a keyword or actor is that word, perhaps a compound, and nothing else.
ENTRY: Final = {"keywords": 0.94, "actors": 0.93}
# Fields that mostly repeat the others: they count for words found nowhere else.
WEAK: Final = {"id": 0.82, "section": 0.62, "notes": 0.6, "text": 0.58}
HEADS: Final = ("title", "keywords", "actors", "tags", "id")

EXACT, PREFIX, SPLIT, NEAR_PREFIX, LIKE = 1.0, 0.92, 0.9, 0.88, 0.7
CLOSE: Final = 0.8  # likeness below which the first letter must be right
SHORT: Final = 3  # letters from which the beginning of any word counts
LONG: Final = 5  # letters from which such a beginning may hold a typo


class Vocabulary:
    """Every word of the options, sorted, with the options it stands in and its worth there.

    Words are known by their place in `words`, options by their number in the list.
    """

    def __init__(self, options: Sequence[Option], notes: Mapping[str, str]) -> None:
        # Arrays, for a long list of options has millions of entries: lists would take five times
        # the memory, and each pass of the garbage collector would go through all of them.
        found: dict[str, tuple[array[int], array[float]]] = {}
        heads: set[str] = set()
        for number, option in enumerate(options):
            worths = _worths(option, notes.get(option.id, ""), heads)
            for word, worth in worths.items():
                if word not in found:
                    found[word] = (array("L"), array("d"))
                numbers, values = found[word]
                numbers.append(number)
                values.append(worth)
        self.words = sorted(found)
        self.place = {word: place for place, word in enumerate(self.words)}
        self._postings = [found[word] for word in self.words]
        self._heads = sorted(heads - STOP)
        self._by_length: dict[int, list[str]] = {}
        for word in self.words:
            self._by_length.setdefault(len(word), []).append(word)

    def alike(self, word: str, *, typing: bool) -> Likeness:
        """Words of the vocabulary that `word` may mean, each with its likeness 0–1.

        `typing`: it is the last word of a query, so that one or two letters may begin a word of
        a title, keyword, actor or tag.
        """
        known = self.begun(word)
        if len(word) < SHORT:
            if typing:
                low, high = _range(self._heads, word)
                begun = dict.fromkeys((self.place[w] for w in self._heads[low:high]), PREFIX)
                known = begun | known
            return known
        found: Likeness = {}
        if not any(map(str.isdigit, word)):
            if len(word) >= LONG:
                found.update(dict.fromkeys(self._nearly_begun(word), NEAR_PREFIX))
            for near, likeness in self._misspelt(word):
                found[near] = max(likeness, found.get(near, 0.0))
        if known:
            start = word[:SHORT]
            found = {p: like for p, like in found.items() if self.words[p].startswith(start)}
        return found | known

    def begun(self, word: str) -> Likeness:
        """The word itself and, from three letters, words that begin with it."""
        found: Likeness = {}
        if len(word) >= SHORT:
            found = dict.fromkeys(range(*_range(self.words, word)), PREFIX)
        if word in self.place:
            found[self.place[word]] = EXACT
        return found

    def halves(self, word: str) -> tuple[int, int] | None:
        """Two words of the vocabulary that were written as one, the second perhaps begun."""
        for cut in range(len(word) - SHORT, SHORT - 1, -1):
            first = self.place.get(word[:cut])
            low, high = _range(self.words, word[cut:])
            if first is not None and low < high:
                return first, low
        return None

    def scores(self, alike: Likeness) -> Scores:
        """The best worth × likeness² of any of these words, for each option that has one."""
        best: Scores = {}
        for place, likeness in alike.items():
            square = likeness * likeness
            for number, worth in zip(*self._postings[place], strict=True):
                score = worth * square
                if score > best.get(number, 0.0):
                    best[number] = score
        return best

    def _misspelt(self, word: str) -> Iterator[tuple[int, float]]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        size = len(word)
        for length in range(math.ceil(size * LIKE), int(size / LIKE) + 1):
            near = process.extract(
                word,
                self._by_length.get(length, ()),
                scorer=OSA.normalized_similarity,
                score_cutoff=LIKE,
                limit=None,
            )
            for found, likeness, _ in near:
                if likeness >= CLOSE or found[0] == word[0]:
                    yield self.place[found], likeness

    def _nearly_begun(self, word: str) -> Iterator[int]:
        """Words whose beginning is one edit away, inside: first and last letter are right."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        family = self.words[slice(*_range(self.words, word[0]))]
        for length in range(max(LONG, len(word) - 1), len(word) + 2):
            starts = {w[:length] for w in family if len(w) > length and w[length - 1] == word[-1]}
            near = process.extract(
                word, sorted(starts), scorer=OSA.distance, score_cutoff=1, limit=None
            )
            for start, _, _ in near:
                yield from range(*_range(self.words, start))


def _range(words: list[str], start: str) -> tuple[int, int]:
    return bisect_left(words, start), bisect_left(words, start + "\U0010ffff")


def _worths(option: Option, notes: str, heads: set[str]) -> dict[str, float]:
    """What each word of an option is worth in it, 0–1; words of its heads go into `heads`."""
    doubt: dict[str, float] = {}
    for field, worth in STRONG.items():
        for word, value in _field(option, field, worth, heads).items():
            doubt[word] = doubt.get(word, 1.0) * (1.0 - value)
    for field, worth in WEAK.items():
        for word, value in _field(option, field, worth, heads, notes).items():
            doubt.setdefault(word, 1.0 - value)
    return {word: round(1.0 - value, 4) for word, value in doubt.items()}


def _field(
    option: Option, field: str, worth: float, heads: set[str], notes: str = ""
) -> dict[str, float]:
    best: dict[str, float] = {}
    for _, text in entries(option, field, notes):
        folded = fold(text)
        whole = "".join(tokens(folded)) if field in ENTRY else ""
        for word in vocabulary_of(folded):
            value = ENTRY.get(field, worth) if word == whole else worth
            best[word] = max(best.get(word, 0.0), value)
    if field in HEADS:
        heads.update(best)
        return best
    return {word: value for word, value in best.items() if word not in STOP}
