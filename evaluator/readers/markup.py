"""The lines of an HTML page: headings, paragraphs, points, table rows, without its furniture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import Final

import msgspec

from evaluator.readers import head
from evaluator.readers.inline import visible
from evaluator.readers.lines import Line

Attributes = Sequence[tuple[str, str | None]]
Values = Mapping[str, str | None]


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_VOID: Final = _names("area base br col embed hr img input link meta param source track wbr")
_SKIPPED: Final = _names(
    "script style nav header footer aside button noscript template svg canvas iframe object select "
    "figure figcaption audio video dialog menu textarea math map"
)
_BLOCKS: Final = _names(
    "address article blockquote body center dd div dl dt fieldset form h1 h2 h3 h4 h5 h6 hr html "
    "li main ol p pre section summary details table tbody td tfoot th thead tr ul caption"
)
_SPACED: Final = _names("p div section table ul ol")
_INLINE: Final = _names("a span table td tr th b strong i em")
_FRAMES: Final = _names("html body main article h1 h2 h3")
_FURNITURE: Final = re.compile(
    r"(?<!has-)(?<!with-)(?<!no-)(?<![^\s_-])(?:cookies?|consent|banner|nav(?:bar|igation)?"
    r"|breadcrumbs?|menu|side-?bar|share|sharing|social|related|newsletter|subscribe|subscription"
    r"|promo|advert\w*|ads?|comments?|disqus|footer|foot-?notes?|endnotes?|references|byline"
    r"|author-bio|pagination|pager|skip-link|screen-reader-text|sr-only|visually-hidden|toc"
    r"|table-of-contents|print-only|popup|modal|toolbar|tags|tag-list)(?![^\s_-])",
    re.IGNORECASE,
)
_ROLES: Final = _names("navigation banner contentinfo search complementary dialog")
_META: Final = {
    "author": "author",
    "article:published_time": "published",
    "date": "published",
    "dc.date": "published",
    "citation_publication_date": "published",
    "publisher": "publisher",
    "og:site_name": "publisher",
}
# What a tag closes that was left open, and how far up it looks for it.
_CLOSES: Final = {
    "li": ("li",),
    "dt": ("dt", "dd"),
    "dd": ("dt", "dd"),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
}
_SCOPE: Final = _names("ul ol table dl body html")
_DEEPEST: Final = 400
_HEADING: Final = re.compile("h[1-6]|p")
_REFERENCE: Final = re.compile(r"[\s\[(]*[\d,*†‡ –-]{1,12}[\])\s]*")


class _Open(msgspec.Struct):
    """One element that is open."""

    tag: str
    skips: bool = False
    ordered: bool = False
    count: int = 0


class _Row(msgspec.Struct):
    """One table row that is being read."""

    line: int
    cells: list[str] = msgspec.field(default_factory=list)
    parts: list[str] = msgspec.field(default_factory=list)
    heads: int = 0


class Page(HTMLParser):
    """Collects the lines of a page; anything that is no content is passed over.

    Args:
        only: the element whose content is taken ("main", "article"), or empty for the whole page.
        strict: furniture that is known only by its class or id is passed over too.
    """

    def __init__(self, *, only: str = "", strict: bool = True) -> None:
        super().__init__(convert_charrefs=True)
        self.only = only
        self.strict = strict
        self.lines: list[Line] = []
        self.title = ""
        self.meta: dict[str, str] = {}
        self.stack: list[_Open] = []
        self.text: list[str] = []
        self.start = self.end = 1  # first and last line of the text at hand
        self.bold = 0
        self.lead: int | None = None
        self.marker = ""
        self.row: _Row | None = None
        self.skipping = 0
        self.inside = 0
        self.gap = 0

    @property
    def size(self) -> int:
        """Characters of text on the page."""
        return sum(len(line.text) for line in self.lines)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Opens an element."""
        values = dict(attrs)
        if tag == "meta":
            self._note_meta(values)
        if tag in _VOID:
            self._void(tag)
            return
        self._imply(tag)
        if len(self.stack) > _DEEPEST:
            return
        if tag in _BLOCKS:
            self._flush()
        skips = (
            tag in _SKIPPED or _is_hidden(values) or (self.strict and _is_furniture(tag, values))
        )
        self.stack.append(_Open(tag, skips, tag == "ol", _count_before(values)))
        self.skipping += skips
        self.inside += tag == self.only
        self.bold += tag in ("b", "strong")
        if tag == "li" and not self.skipping:
            self.marker = self._marker()
        elif tag == "tr":
            self.row = _Row(self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        """Closes an element and whatever was left open inside it."""
        if not any(element.tag == tag for element in self.stack):
            return
        while self.stack:
            element = self.stack[-1]
            self._close(element)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        """Takes text up."""
        tag = self.stack[-1].tag if self.stack else ""
        if tag == "title":
            self.title = self.title or visible(" ".join(data.split()))[:300]
            return
        if self.skipping or (self.only and not self.inside) or not (data.strip() or self.text):
            return
        if tag != "sup" or not _REFERENCE.fullmatch(data):
            self._take(data)

    def _take(self, data: str) -> None:
        line = self.getpos()[0]
        if not self.text:
            self.start = line + data[: len(data) - len(data.lstrip())].count("\n")
        if self.bold == 0 and data.strip() and self.lead is None:
            self.lead = len(visible(" ".join("".join(self.text).split())))
        self.text.append(data)
        self.end = line + data.rstrip().count("\n")

    def close(self) -> None:
        """Ends the page: what is still open is closed."""
        super().close()
        self._flush()

    def _close(self, element: _Open) -> None:
        if element.tag in ("td", "th") and self.row is not None:
            self._end_cell(self.row, heading=element.tag == "th")
        elif element.tag in _BLOCKS:
            self._flush()
        self.stack.pop()
        self.skipping -= element.skips
        self.inside -= element.tag == self.only
        if element.tag in ("b", "strong"):
            self.bold -= 1
        elif element.tag == "tr":
            self._end_row()
        elif element.tag in _SPACED:
            self.gap = 1

    def _imply(self, tag: str) -> None:
        """Closes what HTML lets people leave open: a `<p>`, a heading, a `<li>`."""
        if tag in _BLOCKS and self.stack and _HEADING.fullmatch(self.stack[-1].tag):
            self._close(self.stack[-1])
        for name in _CLOSES.get(tag, ()):
            for element in reversed(self.stack):
                if element.tag in _SCOPE:
                    break
                if element.tag == name:
                    self.handle_endtag(name)
                    break

    def _note_meta(self, values: Values) -> None:
        name = (values.get("name") or values.get("property") or "").lower()
        content = visible((values.get("content") or "").strip())[:300]
        key = _META.get(name)
        if key == "published":
            content = head.date_in(content) or content
        if key and content:
            self.meta.setdefault(key, content)

    def _void(self, tag: str) -> None:
        if tag in ("br", "hr"):
            self._flush()

    def _marker(self) -> str:
        """The marker of a list item: its number, or a bullet."""
        lists = (element for element in reversed(self.stack) if element.tag in ("ul", "ol"))
        owner = next(lists, None)
        if owner is None or not owner.ordered:
            return "•"
        owner.count += 1
        return f"{owner.count}."

    def _flush(self) -> None:
        """Ends a line."""
        text = visible(" ".join("".join(self.text).split()))
        lead = len(text) if self.lead is None else self.lead
        self.text.clear()
        self.lead = None
        if not text or self.skipping:
            return
        if self.row is not None and any(element.tag in ("td", "th") for element in self.stack):
            self.row.parts.append(text)
            return
        depth = sum(element.tag in ("ul", "ol") for element in self.stack)
        tags = (element.tag for element in reversed(self.stack))
        heading = next((tag for tag in tags if re.fullmatch(r"h[1-6]", tag)), "")
        self.lines.append(
            Line(
                text,
                self.start,
                max(self.start, self.end),
                indent=4 * depth,
                blank=0 if self.marker and depth else self.gap or 1,
                level=int(heading[1]) if heading else 0,
                marker="" if heading else self.marker,
                lead=lead,
                whole=True,
            )
        )
        self.marker, self.gap = "", 0

    def _end_cell(self, row: _Row, *, heading: bool) -> None:
        self._flush()
        row.cells.append(" ".join(row.parts))
        row.parts = []
        row.heads += heading

    def _end_row(self) -> None:
        row, self.row = self.row, None
        if row is None or self.skipping or not any(row.cells):
            return
        text, last = " ".join(filter(None, row.cells)), max(row.line, self.end)
        if len(row.cells) > 1:
            head_row = row.heads == len(row.cells)
            cells = tuple(row.cells)
            self.lines.append(Line(text, row.line, last, cells=cells, head=head_row, whole=True))
        else:
            self.lines.append(Line(text, row.line, last, blank=1, whole=True))


def _count_before(values: Values) -> int:
    """The number before the first of an ordered list: 0, unless it starts elsewhere."""
    first = values.get("start") or ""
    return int(first) - 1 if re.fullmatch(r"\d{1,4}", first) else 0


def _is_hidden(values: Values) -> bool:
    style = (values.get("style") or "").replace(" ", "").lower()
    if "hidden" in values or values.get("aria-hidden") == "true" or "display:none" in style:
        return True
    return values.get("role") in _ROLES


def _is_furniture(tag: str, values: Values) -> bool:
    """Whether an element is known by its class or id to be no content."""
    if tag in _FRAMES or tag in _INLINE:
        return False
    names = f"{values.get('id') or ''} {values.get('class') or ''}"
    return _FURNITURE.search(names) is not None
