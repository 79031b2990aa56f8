"""Keywords proposed for options: names in a text, and words that set it apart from the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

MOST: Final = 6  # keywords proposed for one text
_NAMES: Final = 4
_LONGEST: Final = 5  # words of a name
_LEAST: Final = 5  # letters of a word that may set a text apart
_COMMON: Final = 0.34  # share of the texts past which a name or word sets none apart
_TOKEN: Final = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_]+(?:[-–’'][^\W\d_]+)*")
_INSIDE: Final = frozenset(("of", "for", "the", "de", "du", "des", "del", "der", "von", "d", "la"))
_BEGINS: Final = re.compile(r"(?:^|[.!?:;•\n])\W*$")
# Words that begin sentences, and long ones that say nothing by themselves.
_IDLE: Final = frozenset((
    "a", "about", "after", "all", "also", "although", "an", "and", "another", "any", "as", "at",
    "because", "before", "being", "between", "both", "but", "by", "could", "does", "during",
    "each", "every", "first", "for", "from", "given", "have", "here", "how", "however", "if",
    "in", "instead", "into", "it", "its", "many", "more", "most", "must", "no", "not", "of", "on",
    "only", "or", "other", "others", "our", "over", "second", "several", "shall", "should",
    "since", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these",
    "they", "third", "this", "those", "though", "through", "to", "under", "until", "we", "were",
    "what", "when", "where", "whether", "which", "while", "whose", "will", "with", "within",
    "without", "would", "yet", "you",
))  # fmt: skip


def propose(texts: Sequence[str], language: str = "en") -> list[tuple[str, ...]]:
    """For each text the keywords a person may keep: names first, then telling words.

    A name is a word, or several, written with capitals where no sentence begins; in German, where
    every noun is, only several words and abbreviations count. A telling word stands more than once
    in this text. Names and words of more than a third of the texts set none of them apart.
    """
    names = [Counter(_names(text, language)) for text in texts]
    words = [Counter(word.casefold() for word in _TOKEN.findall(text)) for text in texts]
    common = max(1, _COMMON * len(texts)) if len(texts) > 2 else len(texts)
    in_names = Counter(name for counter in names for name in counter)
    in_words = Counter(word for counter in words for word in counter)
    found = []
    for own, counter in zip(names, words, strict=True):
        kept = [name for name, _ in own.most_common() if in_names[name] <= common][:_NAMES]
        said = {word.casefold() for name in own for word in _TOKEN.findall(name)}
        telling = sorted(
            (-count / in_words[word], -count, word)
            for word, count in counter.items()
            if count > 1
            and len(word) >= _LEAST
            and word not in said
            and word not in _IDLE
            and in_words[word] <= common
        )
        found.append(tuple((kept + [word for *_, word in telling])[:MOST]))
    return found


def _names(text: str, language: str) -> Iterator[str]:
    """Runs of words with capitals, but for single ones that begin a sentence."""
    for whole in _runs(text):
        start = whole[0].start()
        begins = _BEGINS.search(text[max(0, start - 8) : start]) is not None
        opens = begins and _opens(whole)
        run = _from_capital_to_capital(whole[1:] if opens else whole)
        doubtful = language == "de" or (begins and not opens)
        if 0 < len(run) <= _LONGEST and not (doubtful and _is_plain_word(run)):
            name = re.sub("['’]s$", "", text[run[0].start() : run[-1].end()])
            yield from [name] if len(name) > 1 else []


def _is_plain_word(run: list[re.Match[str]]) -> bool:
    """Whether a run is one word, and no abbreviation."""
    return len(run) == 1 and not run[0][0].isupper()


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Words with capitals that stand side by side, and the little words between them."""
    run: list[re.Match[str]] = []
    for token in _TOKEN.finditer(text):
        capital = token[0][0].isupper()
        joined = bool(run) and text[run[-1].end() : token.start()] == " "
        if joined and (capital or token[0] in _INSIDE) and len(run) < 2 * _LONGEST:
            run.append(token)
            continue
        if run:
            yield run
        run = [token] if capital else []
    if run:
        yield run


def _opens(run: list[re.Match[str]]) -> bool:
    """Whether the first word has its capital from the sentence it begins: "Ask the Senate"."""
    return run[0][0].casefold() in _IDLE or (len(run) > 1 and run[1][0] == "the")


def _from_capital_to_capital(run: list[re.Match[str]]) -> list[re.Match[str]]:
    capitals = [n for n, token in enumerate(run) if token[0][0].isupper()]
    return run[capitals[0] : capitals[-1] + 1] if capitals else []
