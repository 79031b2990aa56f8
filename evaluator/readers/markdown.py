"""The structure of Markdown on lines of text: headings, tables, quotes, code, front matter.

Plain text passes through here too, for people use the same signs in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from evaluator.readers import head
from evaluator.readers.inline import bare
from evaluator.readers.lines import Line, with_

_KEYS: Final = {
    "title": ("title", "titre", "título", "titel", "titolo"),
    "author": ("author", "authors", "auteur", "autor", "autore"),
    "published": ("date", "published"),
    "publisher": ("publisher", "institution", "organisation", "organization"),
}
_KEY_OF: Final = {name: key for key, names in _KEYS.items() for name in names}
_PAIR: Final = re.compile(r"(\w+)\s*[:=]\s*(.*)")


def front_matter(source: Sequence[str]) -> tuple[dict[str, str], int]:
    """Title, author, publisher and date from YAML or TOML before the text; its last line."""
    mark = source[0].strip() if source else ""
    if mark not in ("---", "+++"):
        return {}, 0
    end = next((n for n, line in enumerate(source[1:80], 1) if line.strip() in (mark, "...")), 0)
    pairs = [found for line in source[1:end] if (found := _PAIR.match(line))]
    if not end or not pairs:
        return {}, 0
    meta: dict[str, str] = {}
    for found in pairs:
        key = _KEY_OF.get(found[1].lower())
        value = found[2].strip().strip("\"'[]").strip()
        if key and value:
            meta[key] = head.date_in(value) or value if key == "published" else value
    return meta, end + 1


_FENCE: Final = re.compile(r"(`{3,}|~{3,})[^`]*$")
_ATX: Final = re.compile(r"(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?$")
_SETEXT: Final = re.compile(r"(=|-){3,}$")
_RULE: Final = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$|[═─=_~]{5,}$")
_QUOTE: Final = re.compile(r"(?:>[ \t]?){1,20}")
_TEMPLATE: Final = re.compile(r"\{[%{][^{}]{0,2000}[%}]\}|:::.{0,200}|\{:[^{}]{0,300}\}")
_TAGS: Final = re.compile(
    r"(?:</?(?:figure|img|picture|source|iframe|video|audio|table|tbody|thead|tr|td|details|summary"
    r"|center|section|article|aside|div|p|br|hr|a|ul|ol|style|script)\b[^<>]{0,1000}>\s*)+",
    re.IGNORECASE,
)
_TITLED: Final = re.compile(r"\btitle\s*=\s*[\"'“]([^\"'”]{1,150})[\"'”]")
_DEFINITION: Final = re.compile(r"\[[^\]^]{1,80}\]:\s*(?:<|https?:|/|\.|#|mailto:)\S*")
_TABLE_RULE: Final = re.compile(r"\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?$")
_COMMENT: Final = re.compile(r"<!--.*?-->")


def structured(lines: list[Line]) -> list[Line]:
    """Lines with their Markdown structure: headings, tables, quotes; code and comments are gone.

    Serves plain text too, where people use the same signs.
    """
    kept: list[Line] = []
    fence = ""
    cut = False
    for line in _whole_bold(lines):
        mark = _FENCE.match(line.text)
        if fence or mark:
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            cut = True
            continue
        made = _one(line, kept)
        if made is None:
            cut = True
            continue
        kept.append(with_(made, cut=True, blank=made.blank + 1) if cut else made)
        cut = False
    return _with_tables(kept)


def _whole_bold(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines of which those that are wrapped inside a bold heading are put together."""
    held: Line | None = None
    for line in lines:
        if held is not None:
            closes = line.text.endswith("**") and line.text.count("**") == 1 and not line.blank
            if closes:
                yield with_(held, text=f"{held.text} {line.text}", last=line.last)
                held = None
                continue
            yield held
            held = None
        if line.text.startswith("**") and line.text.count("**") == 1:
            held = line
        else:
            yield line
    if held is not None:
        yield held


def _one(line: Line, kept: list[Line]) -> Line | None:
    """One line with what its signs say of it; None where it is no text."""
    line = _unquoted(line)
    text = line.text
    if not text or _DEFINITION.match(text):
        return None
    tag = _TEMPLATE.fullmatch(text)
    if tag is not None:
        titled = _TITLED.search(text)
        return with_(line, text=titled[1].strip(), level=6) if titled else None
    atx = _ATX.match(text)
    if atx is not None:
        title = atx[2].strip()
        return with_(line, text=title, level=len(atx[1])) if title else None
    underlines = _SETEXT.match(text) and not line.blank
    if underlines and kept and _may_be_underlined(kept[-1]):
        kept[-1] = with_(kept[-1], level=1 if text[0] == "=" else 2, last=line.number)
        return None
    return None if _RULE.match(text) or _TAGS.fullmatch(text) else line


def _unquoted(line: Line) -> Line:
    """A line without the marks of a quotation, and without a comment at its start."""
    text = line.text
    quote = _QUOTE.match(text)
    if quote is not None:
        text = text[quote.end() :].strip()
    if text.startswith("<!--"):
        text = _COMMENT.sub("", text).strip()
    if text == line.text:
        return line
    return with_(line, text=text, indent=0 if quote else line.indent)


def _may_be_underlined(line: Line) -> bool:
    return (
        not line.level
        and len(line.text) <= 120
        and not re.match(r"[-*+|]\s", line.text)
        and "|" not in line.text
    )


def _with_tables(lines: list[Line]) -> list[Line]:
    """Lines of a pipe table become rows; the line under the headings goes."""
    kept: list[Line] = []
    at = 0
    while at < len(lines):
        rule = at + 1 < len(lines) and "|" in lines[at].text and "|" in lines[at + 1].text
        if not (rule and _TABLE_RULE.match(lines[at + 1].text)):
            kept.append(lines[at])
            at += 1
            continue
        kept.append(with_(lines[at], cells=_cells(lines[at].text), head=True))
        at += 2
        while at < len(lines) and "|" in lines[at].text and not lines[at].blank:
            kept.append(with_(lines[at], cells=_cells(lines[at].text)))
            at += 1
    return kept


def _cells(text: str) -> tuple[str, ...]:
    inner = text.strip().removeprefix("|").removesuffix("|")
    return tuple(bare(cell) for cell in re.split(r"(?<!\\)\|", inner))
