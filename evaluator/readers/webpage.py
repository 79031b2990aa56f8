"""Web pages saved as HTML."""

from __future__ import annotations

import contextlib
import re
from typing import Final

import msgspec

from evaluator.api import Draft
from evaluator.readers import brief
from evaluator.readers.lines import split
from evaluator.readers.markup import Page
from evaluator.readers.text import check_size, decode

_CHARSET: Final = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE
)
_ENOUGH: Final = 400  # characters that a page's main part holds at least
_MOST: Final = 0.3  # share of a page that is left when furniture is taken out, at least


def read(data: bytes, name: str) -> Draft:
    """A draft from a web page.

    Raises:
        EvaluatorError: it is no text, or too large.
    """
    check_size(data, name)
    text, warnings = _decode(data, name)
    page = _parsed(closing(text))
    meta = {**page.meta, "title": _title(page)}
    draft = brief.read(name, page.lines, split(text), meta=meta)
    return msgspec.structs.replace(draft, warnings=tuple(warnings))


def _decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text: UTF-8 where it is valid (pages that call it otherwise are common), else as said."""
    declared = _CHARSET.search(data[:4096])
    if declared is not None and b"\0" not in data:
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            with contextlib.suppress(LookupError, ValueError):
                data = data.decode(declared[1].decode("ascii")).encode("utf-8")
    return decode(data, name, strict_utf8=False)


_CONDITION: Final = re.compile(r"<!\[[^\[\]<>\n]{0,200}\]>")
_TAG: Final = 100_000  # characters of one tag at most


def closing(text: str) -> str:
    """The text with every "<" made plain that opens what never closes.

    The parser looks for the end of each, again and again: thousands of them would cost hours.
    """
    text = _CONDITION.sub("", text).replace("<![", "&lt;![")
    last = text.rfind("-->") + 1
    if "<!--" in text[last:]:
        text = text[:last] + text[last:].replace("<!--", "&lt;!--")
    *tags, rest = text.split(">")
    tags = [_short(tag) if len(tag) > _TAG else tag for tag in tags]
    return ">".join([*tags, rest.replace("<", "&lt;")])


def _short(tag: str) -> str:
    return tag[:-_TAG].replace("<", "&lt;") + tag[-_TAG:]


def _parsed(text: str) -> Page:
    """The page: its main part where that holds enough, without furniture unless little is left."""
    lower = text.lower()
    for only in ("main", "article"):
        if f"<{only}" in lower:
            page = _fed(Page(only=only), text)
            if page.size >= _ENOUGH:
                return page
    page = _fed(Page(), text)
    whole = _fed(Page(strict=False), text)
    return page if page.size >= whole.size * _MOST else whole


def _fed(page: Page, text: str) -> Page:
    page.feed(text)
    page.close()
    return page


def _title(page: Page) -> str:
    """The only heading of the first level, or the page's title without the name of the site."""
    top = [line.text for line in page.lines if line.level == 1]
    return top[0] if len(top) == 1 else re.split(r"\s+[–—|·-]\s+", page.title)[0]
