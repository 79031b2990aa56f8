"""The words by which a list of recommendations is known, language by language.

They stand in `words.toml`. Headings are looked up in all languages at once; the verbs that give
advice only in the language of the document, since a Spanish infinitive is often an English noun.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import tomli

from evaluator.readers.sentences import first_sentence

Topic = Literal["advice", "steps", "summary", "other", "none"]
_LONG: Final = 200  # characters of a heading that are looked at


@cache
def _words() -> dict[str, Any]:
    """What `words.toml` holds."""
    return tomli.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))


def listed(group: str, name: str) -> list[str]:
    """One list of `words.toml`."""
    found: list[str] = _words()[group][name]
    return found


def table(group: str) -> dict[str, tuple[str, ...]]:
    """All lists of one group of `words.toml`."""
    return {name: tuple(words) for name, words in _words()[group].items()}


def any_of(group: str, name: str) -> str:
    """The words of one list as alternatives of a regular expression."""
    return "|".join(listed(group, name))


@cache
def _pattern(group: str, name: str) -> re.Pattern[str]:
    """The compiled list `name` of a group: whole words anywhere, or the whole line."""
    words = any_of(group, name)
    if group == "sentences":
        return re.compile(words, re.IGNORECASE)
    if name in ("other", "summary"):
        number = r"^\W*(?:\d+[\d.]*|[ivx]+[.)])?\W*"
        article = r"(?:(?:our|the|some|key|main|nos|les|unsere|die|las|los)\s)?"
        return re.compile(rf"{number}{article}(?:{words})\W*$", re.IGNORECASE)
    loose = any_of(group, "joined") if name == "advice" else "(?!)"
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)|{loose}", re.IGNORECASE)


def _in_heading(name: str, text: str) -> bool:
    return _pattern("headings", name).search(text) is not None


@lru_cache(maxsize=4096)
def topic(heading: str) -> Topic:
    """What a heading promises.

    Returns:
        "advice": recommendations, in so many words; "steps": perhaps (next steps, measures);
        "summary"; "other": something that is no advice (findings, references, conclusion); or
        "none".
    """
    text = heading.strip()[:_LONG]
    if _in_heading("not_advice", text):
        return "other"
    if _in_heading("summary", text):
        return "summary"
    if _in_heading("advice", text):
        return "advice"
    if _in_heading("other", text):
        return "other"
    if len(text.split()) <= 7 and _in_heading("steps", text):
        return "steps"
    return "none"


def is_section(heading: str) -> bool:
    """Whether a heading is the usual name of some part of a paper, of whatever kind."""
    return topic(heading) in ("advice", "other", "summary")


@cache
def _to() -> re.Pattern[str]:
    return re.compile(rf"(?:{any_of('sentences', 'to')})(?=\w)", re.IGNORECASE)


@cache
def _asked() -> re.Pattern[str]:
    """The end of a line that says what somebody should do, up to a colon."""
    words = any_of("sentences", "should")
    return re.compile(rf"\s*(?:{words})(?: [\w’']+){{0,3}}\s*[:,]?$", re.IGNORECASE)


def addressee(text: str) -> str:
    """Whom a short line speaks to ("To the Ministry of Trade:"), or an empty text."""
    short = text.strip()
    if len(short) > 100 or re.search(r"[.;!?]\s", short):
        return ""
    found = _to().match(short)
    if found is None and not (short.endswith((":", ",")) and _asked().search(short)):
        return ""
    name = short[found.end() :] if found else short
    return _asked().sub("", name).strip(" :") or short.strip(" :")


def states(text: str) -> bool:
    """Whether a paragraph says in so many words that it recommends something."""
    return _pattern("sentences", "states").search(text[:2000]) is not None


def leads_in(text: str) -> bool:
    """Whether a paragraph announces recommendations in the list that follows it."""
    return announced(text) > 0


_MENTIONED: Final = 0.4  # recommendations are named, but no list is said to follow
_DEMANDED: Final = 0.8  # something is demanded in the list that follows
_BEFORE: Final = re.compile(r".*[.!?]\s", re.DOTALL)


def announced(text: str) -> float:
    """How surely a paragraph announces recommendations in the list that follows it, 0 to 1."""
    tail = text[-420:].rstrip()
    opens = tail.endswith((":", "："))
    if opens and _asked().search(tail):
        return 1.0
    if _pattern("sentences", "lead").search(tail):
        return 1.0 if opens or _pattern("sentences", "next").search(tail) else _MENTIONED
    if not opens:
        return 0.0
    before = _BEFORE.match(tail)
    demands = _pattern("sentences", "demand").search(tail, before.end() if before else 0)
    return _DEMANDED if demands else 0.0


@cache
def _begun() -> re.Pattern[str]:
    """Words before a request: "First, …", "By 2030, …", "Where possible, …"."""
    ordinals = "|".join((*listed("labels", "ordinals"), *listed("labels", "last")))
    return re.compile(rf"(?:{ordinals}|{any_of('sentences', 'begun')}),?\s+", re.IGNORECASE)


class Advice:
    """Tells advice from description in one language; all weights are 0 (none) to 1."""

    def __init__(self, language: str) -> None:
        known = _words()["languages"]
        self.language = language if language in known else "en"
        lexicon = known[self.language]
        edges = "(?:{})" if lexicon.get("loose") else r"(?<![\w’'-])(?:{})(?![\w’'-])"
        self._modals = tuple(
            (weight, re.compile(edges.format("|".join(lexicon[name])), re.IGNORECASE))
            for weight, name in ((1.0, "should"), (0.75, "must"), (0.4, "can"))
        )
        opens = _imperative(lexicon) if "verbs" in lexicon else lexicon.get("opens")
        self._opens = re.compile(opens, re.IGNORECASE) if opens else None
        self._weights: dict[str, float] = {}  # by text: a point is weighed for several lists
        self._closes = re.compile(lexicon["closes"]) if "closes" in lexicon else None
        under = lexicon.get("under", "(?!)")
        self._under = re.compile(rf"(?<!\w)(?:{under})(?!\w)", re.IGNORECASE)

    def asks(self, text: str) -> bool:
        """Whether a point opens (or, in German and Dutch, ends) like a request."""
        if self._opens is not None:
            begun = _begun().match(text)
            said = text[begun.end() :] if begun else text
            if self._opens.match(said.replace("'", "’")):
                return True
        if self._closes is None:
            return False
        return self._closes.search(first_sentence(text[:400])) is not None

    def weight(self, text: str) -> float:
        """How much a point of a list sounds like advice."""
        known = self._weights.get(text)
        if known is None:
            known = self._weights[text] = 1.0 if self.asks(text) else self._modal(text[:320])
        return known

    def _modal(self, text: str) -> float:
        return next((weight for weight, modal in self._modals if modal.search(text)), 0.0)

    def opens_as_advice(self, text: str) -> bool:
        """Whether a paragraph without a marker opens with an actor and a modal verb, or a request.

        The modal has to stand in the main clause of the first sentence, within its first 18 words.
        """
        first = first_sentence(text[:600])
        for _, modal in self._modals[:2]:
            for found in modal.finditer(first):
                before = first[: found.start()]
                if self._under.match(before):
                    before = before.rpartition(",")[2]
                if len(before.split()) <= 18 and not self._under.search(before):
                    return True
        return self.asks(text)


def _imperative(lexicon: dict[str, Any]) -> str:
    """English has no form of its own for a request: a list of verbs, and two telling endings."""
    verbs = "|".join((*lexicon["verbs"].split(), *lexicon["resolves"]))
    not_a_noun = r"(?!['’]s|:|\s+(?:is|are|was|were|has|have)\b)"
    return rf"(?:(?:{lexicon['before']}) )?(?:{verbs}|[a-z]{{3,}}(?:i[sz]e|ify))\b{not_a_noun}"


_WORD: Final = re.compile(r"[^\W\d_]+")
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_KANA: Final = re.compile("[\u3040-\u30ff]")


def language_of(text: str) -> str:
    """The two-letter code of the language whose small words are the most frequent; "en" if none."""
    sample = text[:200_000]
    words = _WORD.findall(sample.lower())
    if len(_CHINESE.findall(sample)) * 5 > len(sample):
        return "ja" if len(_KANA.findall(sample)) * 10 > len(sample) else "zh"
    counts = Counter(words)
    totals = {
        language: sum(counts[word] for word in lexicon["stops"].split())
        for language, lexicon in _words()["languages"].items()
    }
    best = max(totals, key=totals.__getitem__)
    return best if totals[best] > 0 else "en"
