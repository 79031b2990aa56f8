"""The one shape in which every format hands over its text: lines with what is known of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from evaluator.readers import words


class Line(msgspec.Struct, frozen=True):
    """One line (or, from formats that have them, one paragraph) of a source.

    Attributes:
        text: without indent and line end; a list marker is still in it.
        number, last: first and last line in the source, from 1.
        page: page of the source, from 1; 0 where there are none.
        indent: columns of white space before the text.
        blank: blank lines before it.
        level: heading level from 1 where the format says so; 0 otherwise.
        marker: the list marker where the format knows it ("•", "3."), else empty.
        lead: how much of the text, from its start, is set bold.
        cells: the cells of a table row; `head` says that it is the row of headings.
        cut: something that is no running text (a page's end, a caption) stood before it.
        whole: it is a paragraph of its own: the next line never continues it by mere wrapping.
    """

    text: str
    number: int
    last: int
    page: int = 0
    indent: int = 0
    blank: int = 0
    level: int = 0
    marker: str = ""
    lead: int = 0
    cells: tuple[str, ...] = ()
    head: bool = False
    cut: bool = False
    whole: bool = False


def with_(line: Line, **changes: object) -> Line:
    """The same line with some fields changed."""
    return msgspec.structs.replace(line, **changes)


_BREAK: Final = re.compile(r"\r\n|\n|\r")


def split(text: str) -> list[str]:
    """The lines of a text as an editor counts them: LF, CR LF or CR ends one, nothing else does."""
    lines = _BREAK.split(text)
    return lines[:-1] if lines and not lines[-1] else lines


_SPACES: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000\f\v]*")


def plain_lines(source: list[str]) -> Iterator[Line]:
    """The lines of a plain text that hold anything, with indent, blanks before, and pages.

    A form feed starts a page. A text without one has no pages.
    """
    page = 1 if any("\f" in line for line in source) else 0
    blank, cut = 0, False
    for number, raw in enumerate(source, 1):
        if "\f" in raw:
            page += raw.count("\f")
            cut = True
        space = _SPACES.match(raw)
        start = space.end() if space else 0
        text = raw[start:].rstrip()
        if not text:
            blank += 1
            continue
        indent = len(raw[:start].replace("\f", "").expandtabs(4))
        cut = cut or blank >= 3
        yield Line(text, number, number, page, indent, blank, cut=cut)
        blank, cut = 0, False


_LABEL_WORD: Final = re.compile(
    rf"(?:{words.any_of('labels', 'strong')}|{words.any_of('labels', 'weak')})"
    r"(?: n[o°º]\.?| no\.| #)?",
    re.IGNORECASE,
)


def with_labels(lines: Sequence[Line]) -> list[Line]:
    """The lines with labels that were set on two ("Recommendation", then "3") put together."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        number = re.fullmatch(r"(\d{1,3})[.:]?", line.text)
        singular = before is not None and not before.text.lower().endswith("s")
        if before and singular and number and _LABEL_WORD.fullmatch(before.text):
            kept[-1] = with_(before, text=f"{before.text} {number[1]}", last=line.last)
        else:
            kept.append(line)
    return kept
