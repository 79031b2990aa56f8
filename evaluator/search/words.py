"""Words: letter case and accents folded, abbreviations and compounds taken together."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_WORD: Final = 64  # letters of a word that are looked at
_STOP_WORDS = """
    a an and are as at be been but by can do does for from had has have how i if in into is it
    its may more not of on or our shall should so such than that the their them then there these
    they this those to was we were what when which who will with would you
"""
STOP: Final = frozenset(_STOP_WORDS.split())

_CJK = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_LATIN = re.compile(r"[a-z0-9]+")
_ABBREVIATED = rf"[^\W\d_{_CJK}]"
_ABBREVIATION = re.compile(rf"(?<![^\W_]){_ABBREVIATED}(?:\.{_ABBREVIATED})+(?![^\W_])")  # u.s
_DOTTED = re.compile(r"\.[^\W\d_]")
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-‐–&][^\W_]++)+")
_LINK = re.compile(r"[-‐–&]")
_LINKS = str.maketrans("", "", "-‐–&.")


class _Folding(dict[int, str]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", chr(code)).casefold())
        kept = "".join(c for c in plain if unicodedata.category(c) not in _DROPPED)
        if len(kept) != 1:
            _UNEVEN.add(chr(code))
        self[code] = kept
        return kept


_DROPPED: Final = ("Mn", "Mc", "Me", "Cf")  # accents, vowel signs, invisible characters
_UNEVEN: Final[set[str]] = set()  # characters met that fold to none or several
_FOLDING: Final = _Folding()


def fold(text: str) -> str:
    """`text` without letter case, accents, compatibility forms and invisible characters."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def places(text: str) -> Sequence[int]:
    """For each letter of `fold(text)` the place in `text` it comes from; then the text's end."""
    fold(text)
    if text.isascii() or _UNEVEN.isdisjoint(text):
        return range(len(text) + 1)
    return [*(at for at, char in enumerate(text) for _ in _FOLDING[ord(char)]), len(text)]


def is_letter(word: str) -> bool:
    """Whether a word is a single Latin letter, which says nothing by itself."""
    return len(word) == 1 and "a" <= word <= "z"


def tokens(folded: str) -> list[str]:
    """The words of a folded text in order; `u.s.` is one word, `us`."""
    if _DOTTED.search(folded):
        folded = _ABBREVIATION.sub(lambda match: match[0].replace(".", ""), folded)
    return (_LATIN if folded.isascii() else _WORD).findall(folded)


def vocabulary_of(folded: str) -> set[str]:
    """The words of a folded text, and each compound as one word besides (`climateproof`).

    Single Latin letters are left out, words are cut to `MAX_WORD` letters.
    """
    words = {t[:MAX_WORD] for t in tokens(folded) if not is_letter(t)}
    if _LINK.search(folded):
        words.update(word for word, _, _ in _whole(_COMPOUND, folded))
    return words


def find(folded: str, word: str) -> list[tuple[int, int]]:
    """Where one word of `vocabulary_of(folded)` stands: starts and ends in the folded text."""
    found: list[tuple[int, int]] = []
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        if not folded[start - 1 : start].isalnum() and not folded[end : end + 1].isalnum():
            found.append((start, end))
        start = folded.find(word, end)
    return found or _find_whole(folded, word)


def _find_whole(folded: str, word: str) -> list[tuple[int, int]]:
    """Where a word stands that is not written in one piece, or between signs of another script."""
    patterns = ((_COMPOUND, _LINK), (_ABBREVIATION, _DOTTED), (_WORD, None))
    found = (
        [(at, end) for said, at, end in _whole(pattern, folded) if said == word]
        for pattern, hint in patterns
        if hint is None or hint.search(folded)
    )
    return next(filter(None, found), [])


def _whole(pattern: re.Pattern[str], folded: str) -> Iterator[tuple[str, int, int]]:
    for match in pattern.finditer(folded):
        yield match[0].translate(_LINKS)[:MAX_WORD], match.start(), match.end()
