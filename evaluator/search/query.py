"""A query taken apart: words to look for, and filters such as `tag:climate` and `cost<=2`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from evaluator.search.words import MAX_WORD, fold, tokens

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_QUERY: Final = 4096
MAX_WORDS: Final = 24
NAMED: Final = ("tag", "actor", "is", "note")

_FILTER = re.compile(
    r'(?<!\S)(-?[^\W\d_][\w-]*)(?:(:)(?!//)("[^"]*"?|\S*)|\s*(<=|>=|≤|≥|<|>|==?)\s*("[^"]*"?|\S*))'
)


class Filter(NamedTuple):
    """One filter of a query; `value` is empty while it is being typed.

    `name` is folded; `op` is ":" or a comparison.
    """

    name: str
    op: str
    value: str

    def __str__(self) -> str:
        return f"{self.name[:40]}{self.op}{self.value[:40]}"


def split_query(query: str) -> tuple[tuple[str, ...], tuple[Filter, ...]]:
    """The folded words of a query in order, each once, and its filters.

    Characters past the 4,096th, letters of a word past the 64th, and words past the 24th are not
    looked at. A word with a colon and nothing behind it is a filter only if one has that name.
    """
    filters: list[Filter] = []

    def take(match: re.Match[str]) -> str:
        name, colon, said, op, number = match.groups()
        value = (said if colon else number).strip('"')
        name = fold(name)
        if colon and not value and name not in NAMED:
            return match[0]
        filters.append(Filter(name, colon or op, value))
        return " "

    rest = _FILTER.sub(take, query[:MAX_QUERY])
    words = dict.fromkeys(word[:MAX_WORD] for word in tokens(fold(rest)))
    return tuple(words)[:MAX_WORDS], tuple(dict.fromkeys(filters))


def needs_scores(query: str, criteria: Collection[str]) -> bool:
    """Whether a filter of the query asks for what only a session knows: scores, ranks, notes."""
    names = {"rank", "note", *criteria}
    return any(
        one.name in names or (one.name == "is" and fold(one.value) in ("contested", "gap"))
        for one in split_query(query)[1]
    )
