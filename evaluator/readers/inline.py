"""What stands inside a line of text: tags, emphasis, links, footnote references, hyphens."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable
from typing import Final

_INVISIBLE: Final = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad\ufffc]")
_SPACES: Final = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_LIGATURES: Final = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
_SUP_TAG: Final = re.compile(
    r"<sup\b[^<>]{0,200}>[\s\[\(]*[\d*†‡,; –-]{1,12}[\s\]\)]*</sup>", re.IGNORECASE
)
_TAG: Final = re.compile(
    r"</?(?:u|b|i|em|strong|sup|sub|br|a|span|font|small|mark|ins|p|div|wbr|center)"
    r"(?:\s[^<>]{0,500})?/?>",
    re.IGNORECASE,
)
_SUPERSCRIPT: Final = re.compile(
    r"(?<![\d⁰¹²³⁴-⁹])(?<!\b[mkc])(?<!\b[kcmd]m)[⁰¹²³⁴-⁹]+(?:[,⁻–⁻][⁰¹²³⁴-⁹]+)*"
)
_MARKED_REF: Final = re.compile(r"\^\{[^{}]{1,12}\}|\^\d{1,3}\^|\[\^[^\[\]\s]{1,40}\]")
_BRACKET_REF: Final = re.compile(r"\s?\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,6}\](?![(:])")
_IMAGE: Final = re.compile(r"!\[[^\[\]]{0,500}\]\([^()\s]{0,2000}(?:\s[^()]{0,300})?\)")
_LINK: Final = re.compile(r"\[([^\[\]]{1,1000})\]\([^()\s]{0,2000}(?:\s[^()]{0,300})?\)")
_LINK_REF: Final = re.compile(r"\[([^\[\]]{2,500})\]\[[^\[\]]{0,100}\]")
_AUTOLINK: Final = re.compile(r"<(?:https?://|mailto:)[^<>\s]{1,2000}>")
_STRONG: Final = re.compile(r"(\*\*|__)(?=\S)((?:(?!\1).){1,3000}?\S)??\1")
_EMPHASIS: Final = re.compile(
    r"(?<![\w*])\*(?=[^\s*])([^*]{1,2000}?)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])([^_]{1,2000}?)(?<=\S)_(?![\w_])"
)
_CODE: Final = re.compile(r"(?<!`)`([^`]{1,500})`(?!`)")
_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
LONG: Final = 20_000  # characters; a longer line is no recommendation and is not looked into


def visible(text: str) -> str:
    """`text` with plain spaces and without invisible characters and ligatures."""
    if text.isascii() and "\t" not in text and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).translate(_LIGATURES).strip()


def bare(text: str, *, markdown: bool = True) -> str:
    """`text` without formatting tags, entities, emphasis, links and footnote references.

    Tags that are no mere formatting (`<script>`) are text and stay.
    """
    text = visible(text)
    if len(text) > LONG:
        return text
    if "<" in text:
        text = _AUTOLINK.sub("", _TAG.sub("", _SUP_TAG.sub("", text)))
    if "&" in text:
        text = visible(html.unescape(text))
    if "[" in text or "^" in text:
        text = _MARKED_REF.sub("", text)
        text = _LINK_REF.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", text)))
        text = _BRACKET_REF.sub("", text)
    text = _SUPERSCRIPT.sub("", text)
    text = _unmarked(text, markdown=markdown)
    return _SPACES.sub(" ", text).strip()


def _unmarked(text: str, *, markdown: bool) -> str:
    if "**" in text or "__" in text:
        text = _STRONG.sub(lambda found: found[2] or "", text)
    if "*" in text or "_" in text:
        text = _EMPHASIS.sub(lambda found: found[1] or found[2], text)
    if markdown:
        text = _CODE.sub(r"\1", text) if "`" in text else text
        text = _ESCAPE.sub(r"\1", text) if "\\" in text else text
    return text


def is_link(text: str) -> bool:
    """Whether a text is one Markdown link and nothing else."""
    return text.startswith("[") and _LINK.fullmatch(text.rstrip(" .;,")) is not None


def bold_opening(text: str) -> str:
    """The words that open `text` in bold Markdown, without their marks; empty where none do."""
    found = re.match(r"(\*\*\*?|__)(?=\S)(.{1,300}?)(?<=\S)\1", text)
    return bare(found[2]) if found else ""


_ROUND_REF: Final = re.compile(r"\s?\((\d{1,3})\)(?=[\s.,;:!?]|$)")
_GLUED_REF: Final = re.compile(r"(?<=[^\W\d_]{3})([.,;:”\"’)]?)(\d{1,3})(?=\s|[.,;:]|$)")


def without_references(text: str, known: Collection[str]) -> str:
    """`text` without references to footnotes whose numbers are `known`, in brackets or glued on."""
    if not known:
        return text
    text = _ROUND_REF.sub(lambda found: "" if found[1] in known else found[0], text)
    return _GLUED_REF.sub(lambda found: found[1] if found[2] in known else found[0], text)


_HYPHEN: Final = re.compile(r"([^\W\d_]+)[-‐\u00ad]$")
# First halves that usually keep their hyphen: "self-", "long-term", "two-thirds".
_KEPT: Final = (
    "self cross well long short low high half so all non ex vice evidence decision year large "
    "small medium second third first two three four five six ten full open co mid near much state "
    "market community gender climate multi semi quasi sous demi après franco afro anglo sino euro"
)
_KEEP: Final = frozenset(_KEPT.split())
_SUSPENDED: Final = re.compile(r"(?:and|or|und|oder|et|ou|y|o|e|en|of)\b")


def join(parts: Iterable[str], vocabulary: Collection[str] = ()) -> str:
    """Lines put together to running text; words broken at a line's end are made whole.

    `vocabulary` holds the words of the document in lower case; with it "low-/voltage" keeps a
    hyphen that the document also writes inside a line.
    """
    pieces: list[str] = []
    for part in parts:
        if not part:
            continue
        found = _HYPHEN.search(pieces[-1][-60:]) if pieces else None
        if found and part[:1].isalpha() and not _SUSPENDED.match(part):
            pieces[-1] = _mended(pieces[-1], found[1], part, vocabulary)
            pieces.append(part)
        elif pieces:
            pieces += (" ", part)
        else:
            pieces.append(part)
    return "".join(pieces)


def _mended(text: str, left: str, part: str, vocabulary: Collection[str]) -> str:
    """`text` with the hyphen at its end kept or not, as the word that `part` ends needs it."""
    tail = re.match(r"[^\W\d_]+", part)
    right = tail[0] if tail else ""
    hyphened, closed = f"{left}-{right}".lower(), f"{left}{right}".lower()
    soft = text.endswith("\u00ad")
    keeps = part[0].isupper() or left.lower() in _KEEP or left.isupper()
    if not soft and closed not in vocabulary and (hyphened in vocabulary or keeps):
        return text
    return text[:-1]
