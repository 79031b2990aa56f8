"""What the first lines of a document say of it: title, author, date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evaluator.readers import words
from evaluator.readers.blocks import Block
from evaluator.readers.inline import bare
from evaluator.readers.lines import Line

_NUMBER: Final = {
    name: n for n, names in enumerate(words.listed("dates", "months"), 1) for name in names.split()
}
_DATE: Final = re.compile(
    rf"(?:(?P<day>\d{{1,2}})\.?[ ]{{1,2}}(?:de )?)?(?P<month>{'|'.join(_NUMBER)})\.?\s+"
    r"(?:(?P<day2>\d{1,2}),\s+)?(?:de\s+)?(?P<year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_ISO: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?(?!\d)")
_SERIES: Final = re.compile(
    r"\b(?:policy (?:brief|paper|note|memo)|briefing|working paper|fact ?sheet|issue brief"
    r"|note de synthèse|nota|no\.|n°|nr\.)\s*(?:no\.?|n°|nr\.?|#)?\s*\d"
    r"|^(?:policy (?:brief|paper)|report|draft|confidential)s?\b.{0,30}$",
    re.IGNORECASE,
)
_BY: Final = re.compile(
    r"(?:[Bb]y|BY|[Pp]ar|[Pp]or|[Vv]on|[Dd]i|[Dd]oor|Authors?:|Auteurs?\s?:|Autor(?:en|es)?:)\s+"
    r"(?P<who>[A-ZÀ-Ý][^.:;]{2,100})"
)
_NAME: Final = re.compile(
    r"(?:(?:Dr|Prof|Mr|Mrs|Ms)\.? )?[A-ZÀ-Ý][\w’'.-]+"
    r"(?: (?:[A-ZÀ-Ý][\w’'.-]*|de|van|von|bin|al|el|la|der|den)){1,4}"
    r"(?:(?:,| and| &| et| y| und) [A-ZÀ-Ý].{2,60})?"
)


def of(lines: Sequence[Line], blocks: Sequence[Block]) -> dict[str, str]:
    """Title, author and date as far as the first lines give them."""
    first = [bare(line.text) for line in lines[:14] if not line.cells]
    dates = (date_in(line.text) for line in lines[:14] if len(line.text) < 160)
    known = {
        "title": _title(lines, blocks, first),
        "published": next(filter(None, dates), ""),
    }
    known["author"] = _author(first, known["title"])
    return {key: value for key, value in known.items() if value}


def _author(first: Sequence[str], title: str) -> str:
    """Who wrote it: after "By", or on one of the two lines under the title."""
    for text in first:
        by = _BY.fullmatch(text)
        if by is not None:
            return by["who"].strip(" .")
    under = first[first.index(title) + 1 :][:2] if title in first else []
    names = (text for text in under if _NAME.fullmatch(text) and not text.isupper())
    return next((text for text in names if words.topic(text) == "none"), "")


def _title(lines: Sequence[Line], blocks: Sequence[Block], first: list[str]) -> str:
    top = next((line for line in lines[:60] if line.level == 1), None)
    if top is not None:
        return bare(top.text)[:200]
    for block in blocks[:6]:
        short = block.kind == "heading" or (block.kind == "text" and len(block.text) < 150)
        said = block.text
        if short and not (_SERIES.search(said) or date_in(said) or _BY.fullmatch(said)):
            return said.rstrip(":")[:200]
    return next((text for text in first if 8 <= len(text) <= 150), "")[:200]


def date_in(text: str) -> str:
    """The first date in a text as ISO 8601, to the day or the month; empty where there is none."""
    iso = _ISO.search(text)
    if iso is not None and 1 <= int(iso[2]) <= 12:
        return iso[0]
    found = _DATE.search(text)
    if found is None:
        return ""
    made = f"{found['year']}-{_NUMBER[found['month'].lower()]:02}"
    day = found["day"] or found["day2"]
    return f"{made}-{int(day):02}" if day and 1 <= int(day) <= 31 else made
