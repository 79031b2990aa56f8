"""Word documents: paragraphs with their real headings, lists and tables.

Needs the package python-docx (extra `docx`), which is imported only here. Deleted text, comments
and footnotes are left out; inserted text is read.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any, Final

from evaluator.api import Draft
from evaluator.errors import fail
from evaluator.readers import brief
from evaluator.readers.inline import visible
from evaluator.readers.lines import Line
from evaluator.readers.package import HINT, part, unzipped
from evaluator.readers.text import check_size

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING: Final = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|nagłówek)\s*(\d)", re.IGNORECASE
)
_SKIPPED: Final = frozenset(
    _W + tag
    for tag in (
        "del",
        "moveFrom",
        "footnoteReference",
        "endnoteReference",
        "instrText",
        "pict",
        "drawing",
    )
)
_SIGNS: Final = {_W + "tab": "\t", _W + "noBreakHyphen": "-", _W + "cr": "\n"}
_REFERENCE: Final = re.compile(r"[\s\[(]*\d{1,3}[\])\s]*")
_LISTS: Final = frozenset(("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman"))
_LEVELS: Final = 10  # levels of one list
_Said = tuple[str, bool, bool]
_Numbered = tuple[str, int]


def read(data: bytes, name: str) -> Draft:
    """A draft from a Word document.

    Raises:
        EvaluatorError: no Word document, damaged, encrypted, larger than allowed when unpacked, or
            python-docx is not installed.
    """
    check_size(data, name)
    try:
        import docx
    except ImportError:
        hint = "Install it: pip install 'evaluator[docx]'"
        what = "can't be read: Word documents need the package python-docx"
        raise fail(what, hint, file=name) from None
    with unzipped(data, name, "a Word document") as package:
        for path in package.namelist():
            if path.endswith((".xml", ".rels")):
                part(package, path, name)
    try:
        document = docx.Document(io.BytesIO(data))
        lines = list(_Reader(document).lines())
        meta = _meta(document.core_properties)
    except Exception as error:  # noqa: BLE001 - a broken part may raise anything
        raise fail(f"is no good Word document ({type(error).__name__})", HINT, file=name) from None
    source = [line.text for line in lines]
    return brief.read(name, lines, source, meta=meta)


def _meta(properties: Any) -> dict[str, str]:
    author = visible(str(properties.author or ""))[:200]
    title = visible(str(properties.title or ""))[:200]
    found = {"title": title, "author": "" if author.lower() in ("python-docx", "user") else author}
    return {key: value for key, value in found.items() if value}


class _Reader:
    """Walks over the body of a document."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.number = 0
        self.page = 1
        self.formats = _formats(document)
        self.counts: dict[tuple[str, int], int] = {}
        self.styles: dict[str, tuple[int, _Numbered | None]] = {}

    def lines(self) -> Iterator[Line]:
        """A line for each paragraph that holds text and each row of a table."""
        for element in self.document.element.body.iterchildren():
            yield from self._element(element)

    def _element(self, element: Any) -> Iterator[Line]:
        if element.tag == _W + "p":
            yield from self._paragraph(element)
        elif element.tag == _W + "tbl":
            yield from self._table(element)
        elif element.tag in (_W + "sdt", _W + "sdtContent"):
            for child in element.iterchildren():
                yield from self._element(child)

    def _paragraph(self, element: Any) -> Iterator[Line]:
        from docx.text.paragraph import Paragraph

        paragraph = Paragraph(element, self.document)
        runs = list(_runs(element))
        turned = any(turns for _, _, turns in runs)
        text = "".join(said for said, _, _ in runs)
        styled, inherited = self._styled(paragraph)
        level = styled or _outline(element)
        number = _number_of(element.pPr) or inherited
        marker, depth = ("", 0) if level or not text.strip() else self._marker(number)
        for count, piece in enumerate(re.split(r"[\n\f]", text)):
            plain = visible(piece)
            if not plain:
                continue
            self.number += 1
            yield Line(
                plain,
                self.number,
                self.number,
                self.page,
                indent=4 * depth,
                blank=0 if marker or count else 1,
                level=level,
                marker="" if count else marker,
                lead=_bold(runs) if not count and not level else 0,
                whole=True,
            )
        self.page += turned

    def _styled(self, paragraph: Any) -> tuple[int, _Numbered | None]:
        """What the style of a paragraph says: a heading level, a list; looked up once a style."""
        named = paragraph._p.find(f"{_W}pPr/{_W}pStyle")  # noqa: SLF001 - the id without its style
        id = named.get(_W + "val", "") if named is not None else ""
        if id not in self.styles:
            self.styles[id] = (_level(paragraph.style), _numbering(paragraph.style))
        return self.styles[id]

    def _marker(self, found: _Numbered | None) -> tuple[str, int]:
        """The marker that Word shows before a paragraph ("•", "3."), and how deep it is."""
        if found is None or found[0] == "0":
            return "", 0
        id, level = found
        kind = self.formats.get((id, level), "bullet")
        if kind == "none":
            return "", 0
        if kind not in _LISTS:
            return "•", level + 1
        for deeper in range(level + 1, _LEVELS):
            self.counts.pop((id, deeper), None)
        self.counts[id, level] = self.counts.get((id, level), 0) + 1
        return f"{self.counts[id, level]}.", level + 1

    def _table(self, element: Any) -> Iterator[Line]:
        rows = element.findall(_W + "tr")
        for at, row in enumerate(rows):
            cells = []
            for cell in row.findall(_W + "tc"):
                texts = [
                    "".join(said for said, _, _ in _runs(paragraph))
                    for paragraph in cell.iter(_W + "p")
                ]
                cells.append(visible(" ".join(" ".join(texts).split())))
            if not any(cells):
                continue
            self.number += 1
            yield Line(
                " ".join(cells),
                self.number,
                self.number,
                self.page,
                cells=tuple(cells),
                head=not at,
                whole=True,
            )


def _runs(element: Any) -> Iterator[_Said]:
    """The pieces of a paragraph: text, whether bold, whether a page ends in it."""
    for child in element.iterchildren():
        if child.tag in _SKIPPED:
            continue
        if child.tag == _W + "r":
            yield _run(child)
        elif child.tag not in (_W + "pPr", _W + "rPr"):
            yield from _runs(child)


def _run(run: Any) -> _Said:
    style = run.find(_W + "rPr")
    bold = style is not None and _on(style.find(_W + "b"))
    turns = run.find(_W + "lastRenderedPageBreak") is not None
    text = "".join(_text(child) for child in run.iterchildren())
    if style is not None and _is_raised(style) and _REFERENCE.fullmatch(text):
        text = ""
    return text, bold, turns or "\f" in text


def _text(child: Any) -> str:
    """What one element of a run says; a page break is a form feed."""
    if child.tag == _W + "t":
        return child.text or ""
    if child.tag == _W + "br":
        return "\f" if child.get(_W + "type") == "page" else "\n"
    return _SIGNS.get(child.tag, "")


def _is_raised(style: Any) -> bool:
    position = style.find(_W + "vertAlign")
    return position is not None and position.get(_W + "val") == "superscript"


def _on(element: Any) -> bool:
    return element is not None and element.get(_W + "val", "1") not in ("0", "false", "off")


def _bold(runs: list[_Said]) -> int:
    """How many characters of a paragraph, from its start, are bold."""
    length = 0
    for said, bold, _ in runs:
        if said.strip() and not bold:
            break
        length += len(said)
    return len(visible("".join(said for said, _, _ in runs)[:length]))


def _level(style: Any) -> int:
    """The heading level by the name of a style, or of one it is based on; 0 for none."""
    for _ in range(10):
        if style is None:
            break
        found = _HEADING.match(style.name or "")
        if found:
            return min(6, int(found[1]) or 1)
        if (style.name or "").lower() in ("title", "titel", "titre", "título", "titolo"):
            return 1
        style = style.base_style
    return 0


def _outline(element: Any) -> int:
    """The heading level by a paragraph's own outline level; 0 for none."""
    outline = element.find(f"{_W}pPr/{_W}outlineLvl")
    value = outline.get(_W + "val", "9") if outline is not None else "9"
    return int(value) + 1 if value in "01234" else 0


def _numbering(style: Any) -> _Numbered | None:
    """The list that a style, or one it is based on, belongs to, and its level."""
    found, depth = None, 0
    while found is None and style is not None and depth < 10:
        found = _number_of(style.element.pPr)
        style, depth = style.base_style, depth + 1
    return found


def _number_of(properties: Any) -> _Numbered | None:
    element = properties.find(_W + "numPr") if properties is not None else None
    id = element.find(_W + "numId") if element is not None else None
    if element is None or id is None:
        return None
    level = element.find(_W + "ilvl")
    depth = level.get(_W + "val", "0") if level is not None else "0"
    return id.get(_W + "val", "0"), int(depth) if depth.isdigit() and len(depth) < 3 else 0


def _formats(document: Any) -> dict[tuple[str, int], str]:
    """How each level of each list is numbered: "bullet", "decimal" and so on."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return {}
    abstract: dict[str, dict[int, str]] = {}
    for definition in root.findall(_W + "abstractNum"):
        levels = {}
        for level in definition.findall(_W + "lvl"):
            kind = level.find(_W + "numFmt")
            depth = level.get(_W + "ilvl", "0")
            if kind is not None and depth.isdigit():
                levels[int(depth)] = kind.get(_W + "val", "bullet")
        abstract[definition.get(_W + "abstractNumId", "")] = levels
    found = {}
    for number in root.findall(_W + "num"):
        target = number.find(_W + "abstractNumId")
        levels = abstract.get(target.get(_W + "val", "") if target is not None else "", {})
        for depth, kind in levels.items():
            found[number.get(_W + "numId", ""), depth] = kind
    return found
