"""What is no running text: captions, footnotes, running heads, page numbers, lines of contents."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from evaluator.readers import markers, words
from evaluator.readers.lines import Line, with_
from evaluator.readers.sentences import finished, goes_on
from evaluator.readers.words import Advice

_PAGE: Final = re.compile(
    r"\W*(?:(?:page|seite|página|pagina|sida|side|strona|стр\.?|p\.?|pg\.?)\s*)?\d{1,4}"
    r"(?:\s*(?:of|/|de|von|sur|di|van|av|z|из|\|)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_ROMAN_PAGE: Final = re.compile(r"[ivxl]{1,6}")
_CONTENTS: Final = re.compile(r".{3,160}?(?:\.{4,}|(?:\s\.){3,}|…{2,}|_{4,}|\s{6,})\s*\d{1,3}")
_CAPTION: Final = re.compile(words.any_of("noise", "caption"), re.IGNORECASE)
_NAVIGATION: Final = re.compile(words.any_of("noise", "navigation"), re.IGNORECASE)
_NOTE_SHAPES: Final = re.compile(
    r"(?P<sure>\^\{?\s?(?P<a>[\d*]{1,3})\.?\s?\}?\s*\.?(?=\s|[^\W\d])|(?P<b>[⁰¹²³⁴-⁹]{1,3})\.?\s*"
    r"|\[\^(?P<c>[^\]\s]{1,40})\]:)"
    r"|(?:(?P<d>\d{1,3})[.)]?\s+|\[(?P<e>\d{1,3})\]\s*|\((?P<f>\d{1,3})\)\s*|[*†‡]\s*)(?=\S)"
)
_DIGITS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_LINKS: Final = (
    r"https?://|\bwww\.|\b(?:doi|ibid|ibidem|et al|accessed|retrieved|consulté|abgerufen)\b"
    r"|\bconsultado\b|\bop\. ?cit"
)
_PLACES: Final = (
    r"\bpp?\. ?\d|\bvol\b|\bno\. ?\d|\bchap(?:ter|itre)?\.? ?\d|\bs\. \d|\bnr\. \d|\bjournal\b"
    r"|\bpress\b"
)
_SEES: Final = (
    r"^(?:see|cf\.?|voir|vgl\.?|siehe|véase|ver|vedi|zie|cited in|quoted in|based on|author"
    r"|interview)\b"
)
# Signs of a reference to a source, with their weights.
_CITES: Final = (
    (2.0, re.compile(_LINKS, re.IGNORECASE)),
    (1.0, re.compile(r"[\"“„«»”].{3,200}?[\"”“«»]")),
    (1.0, re.compile(r"\b(?:1[89]|20)\d\d\b")),
    (1.0, re.compile(_PLACES, re.IGNORECASE)),
    (1.0, re.compile(r"^[A-Z][\w’'-]+, (?:[A-Z]\.|[A-Z][a-z]+\b)|\b[A-Z]\. ?[A-Z][a-z]+")),
    (1.5, re.compile(_SEES, re.IGNORECASE)),
    (0.5, re.compile(r"^[^.]{5,120},\s")),
)
_QUOTED: Final = re.compile(r"[\"“„«][^\"”»]{0,300}[\"”»]")


_FEW: Final = 2  # notes that one document marks with a star
_LONGEST: Final = 25  # lines of one footnote or caption


class Kept(msgspec.Struct, frozen=True):
    """The lines of running text, and the numbers of the footnotes that were taken out."""

    lines: tuple[Line, ...]
    notes: frozenset[str]


def drop(lines: Sequence[Line], advice: Advice) -> Kept:
    """Takes out what is no running text; the line after a gap is marked `cut`."""
    found = [markers.find(line.text[:200], indent=line.indent)[0] for line in lines]
    gone = _heads(lines, found) | {at for at, line in enumerate(lines) if _is_loose(line)}
    gone |= _beside_numbers(lines, found, gone)
    present = Counter(marker for markers_ in found for marker in markers_)
    notes: set[str] = set()
    at = 0
    while at < len(lines):
        line = lines[at]
        note, caption = _may_be(line)
        note = note and not _is_bullet(found[at], present)
        if at in gone or not (note or caption):
            at += 1
            continue
        end = _paragraph_end(lines, found, at, gone)
        twice = any(present[marker] > 1 for marker in found[at])
        number = _note(lines[at:end], advice, twice=twice) if note else None
        if number and _counts_on(lines, found, at, end, advice):
            number = None
        if number is not None:
            notes.add(number)
        if number is not None or caption:
            gone.update(range(at, end))
            at = end
        else:
            at += 1
    return Kept(tuple(_remaining(lines, gone)), frozenset(notes - {""}))


def _may_be(line: Line) -> tuple[bool, bool]:
    """Whether a line may begin a footnote, and whether it begins a caption."""
    if line.level or line.cells or line.marker:
        return False, False
    return _NOTE_SHAPES.match(line.text) is not None, _CAPTION.match(line.text) is not None


def _counts_on(
    lines: Sequence[Line],
    found: Sequence[Sequence[markers.Marker]],
    at: int,
    end: int,
    advice: Advice,
) -> bool:
    """Whether the next number follows at once and begins no footnote: then this one is a point."""
    if end >= len(lines) or not found[at] or not found[end]:
        return False
    one, other = found[at][0], found[end][0]
    follows = other.key == one.key and other.value == one.value + 1
    return follows and _note(lines[end : end + 1], advice, twice=False) is None


def _is_bullet(found: Sequence[markers.Marker], present: Counter[markers.Marker]) -> bool:
    """Whether a star or dagger is one of many, as before the points of a list."""
    return bool(found) and found[0].bullet and present[found[0]] > _FEW


def _remaining(lines: Sequence[Line], gone: set[int]) -> Iterator[Line]:
    cut, blank, page = False, 0, 0
    for at, line in enumerate(lines):
        if at in gone:
            cut, blank = True, blank + line.blank
            continue
        turned = page not in (0, line.page)
        if cut or turned:
            yield with_(line, cut=True, blank=line.blank + blank)
        else:
            yield line
        cut, blank, page = False, 0, line.page


def _is_loose(line: Line) -> bool:
    """Page numbers, lines of contents and navigation: recognised line by line."""
    if line.level or line.cells or line.marker or len(line.text) > 200:
        return False
    text = line.text
    if _PAGE.fullmatch(text):
        return re.fullmatch(r"\(?\d{1,3}[.)]|0\d", text) is None
    if _CONTENTS.fullmatch(text) or _NAVIGATION.fullmatch(text):
        return True
    return (line.cut or line.blank > 0) and _ROMAN_PAGE.fullmatch(text) is not None


def _heads(lines: Sequence[Line], found: Sequence[Sequence[markers.Marker]]) -> set[int]:
    """Running heads and feet: short lines that come back, the same but for the page number."""
    places: dict[str, list[int]] = {}
    numbers: dict[str, set[str]] = {}
    for at, line in enumerate(lines):
        text = line.text
        if line.level or line.cells or line.marker or len(text) > 120 or text.endswith((":", ";")):
            continue
        if found[at] and found[at][0].key != "1":
            continue  # a point; only a bare number may be that of a page
        if at + 1 < len(lines) and found[at + 1] and words.topic(text) == "advice":
            continue  # the label of a box, over a point
        key = re.sub(r"[\W\d_]+", " ", text).strip().lower()
        if len(key) >= 4:
            places.setdefault(key, []).append(at)
            numbers.setdefault(key, set()).update(re.findall(r"^\d{1,4}\b|\b\d{1,4}$", text))
    return {
        at
        for key, found_at in places.items()
        if _comes_back(lines, found_at, len(numbers[key]))
        for at in found_at
    }


def _beside_numbers(
    lines: Sequence[Line], found: Sequence[Sequence[markers.Marker]], gone: set[int]
) -> set[int]:
    """Heads and feet that stand only once: beside a page number, in the middle of a sentence."""
    near = {place for at in gone for place in (at - 1, at + 1)} - gone
    return {
        at
        for at in near
        if 0 < at < len(lines) - 1
        and not found[at]
        and len(lines[at].text) <= 80
        and not (lines[at].level or goes_on(lines[at].text))
        and _inside_sentence(lines, at, gone)
    }


def _inside_sentence(lines: Sequence[Line], at: int, gone: set[int]) -> bool:
    """Whether the text around a line, what is gone left out, is one sentence without it."""
    before = next((n for n in range(at - 1, max(-1, at - 5), -1) if n not in gone), -1)
    after = next((n for n in range(at + 1, min(len(lines), at + 5)) if n not in gone), -1)
    if min(before, after) < 0:
        return False
    return not finished(lines[before].text) and goes_on(lines[after].text)


def _comes_back(lines: Sequence[Line], places: list[int], numbers: int) -> bool:
    pages = {lines[at].page for at in places}
    if 0 not in pages:
        edges = sum(_at_edge(lines, at) for at in places)
        everywhere = len(pages) >= min(3, lines[-1].page)
        return len(pages) >= 2 and edges >= 2 and (everywhere or numbers >= 2)
    apart = sum(_stands_apart(lines, at) for at in places)
    enough = len(places) >= 3 or (len(places) == 2 and numbers == 2)
    return enough and apart * 2 > len(places)


def _stands_apart(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is no wrapped end of the one before it."""
    line = lines[at]
    if at == 0 or line.blank or line.cut or line.whole:
        return True
    return not line.indent and (finished(lines[at - 1].text) or _ends_apart(lines, at))


def _ends_apart(lines: Sequence[Line], at: int) -> bool:
    following = lines[at + 1] if at + 1 < len(lines) else None
    return following is None or following.blank > 0 or following.cut


def _at_edge(lines: Sequence[Line], at: int) -> bool:
    """Whether a line is among the first or last three of its page."""
    page = lines[at].page
    before, after = max(0, at - 3), min(len(lines) - 1, at + 3)
    return (
        lines[before].page != page
        or lines[after].page != page
        or before == 0
        or after == len(lines) - 1
    )


def _paragraph_end(
    lines: Sequence[Line], found: Sequence[Sequence[markers.Marker]], at: int, gone: set[int]
) -> int:
    """Where the paragraph that starts at line `at` ends: at a blank, a marker, a dropped line."""
    end = at + 1
    while end < min(len(lines), at + _LONGEST) and not lines[at].whole:
        line = lines[end]
        if line.blank or line.cut or line.level or end in gone or line.cells:
            break
        if _NOTE_SHAPES.match(line.text) or (found[end] and found[end][0].bullet):
            break
        if _unwrapped(lines[end - 1]):
            break
        end += 1
    return end


def _unwrapped(line: Line) -> bool:
    return len(line.text) > 160


def _note(lines: Sequence[Line], advice: Advice, *, twice: bool) -> str | None:
    """The number of the footnote that these lines are ("" for one without); None if they are none.

    `twice`: its number begins another line of the document too.
    """
    first = lines[0]
    found = _NOTE_SHAPES.match(first.text)
    if found is None:
        return None
    number = next((found[name] for name in "abcdef" if found[name]), "")
    if found["sure"]:
        return number.translate(_DIGITS)
    body = " ".join([first.text[found.end() :], *(line.text for line in lines[1:])])[:800]
    score = sum(weight for weight, pattern in _CITES if pattern.search(body))
    score -= 2 * advice.weight(_QUOTED.sub(" ", body))
    return number if score + (0.5 if twice else 0) >= 2 else None
