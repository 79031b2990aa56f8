"""PDF files: characters with their places, put together by `layout`.

Needs the package pypdfium2 (extra `pdf`), which is imported only here.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from statistics import median
from typing import Any, Final

import msgspec

from evaluator.api import Draft
from evaluator.errors import fail
from evaluator.readers import brief
from evaluator.readers.inline import visible
from evaluator.readers.layout import Piece, in_order, text_of
from evaluator.readers.text import check_size

_PAGES: Final = 1_000
_HYPHENS: Final = {2: "-", 0xFFFE: "-", 0xAD: "-"}  # how a hyphen at a line's end may be given
_SAVE: Final = "Save it anew from the program it came from"
_OBJECTS: Final = 20_000  # of a page that are looked at for bullets
_DOTS: Final = 200  # bullets of one page; more are points of a chart
_DOT: Final = (1.5, 8.0)  # points; how wide a bullet is
_BESIDE: Final = 40.0  # points; how far its text may stand off
_BOLD: Final = (b"bold", b"black", b"heavy")


class _Char(msgspec.Struct, frozen=True):
    sign: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    index: int


def read(data: bytes, name: str) -> Draft:
    """A draft from a PDF file.

    Raises:
        EvaluatorError: no PDF, damaged, protected by a password, scanned without text, too many
            pages, or pypdfium2 is not installed.
    """
    check_size(data, name)
    try:
        pdfium: Any = import_module("pypdfium2")
    except ImportError:
        hint = "Install it: pip install 'evaluator[pdf]'"
        raise fail("can't be read: PDF files need the package pypdfium2", hint, file=name) from None
    if b"%PDF-" not in data[:1024]:
        raise fail("is no PDF file", "Give it its right suffix", file=name)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise fail(*_why(str(error)), file=name) from None
    try:
        pages, meta = _pages(document, name), _meta(document)
    except pdfium.PdfiumError:
        raise fail("is damaged", _SAVE, file=name) from None
    finally:
        document.close()
    if sum(char.isalpha() for page in pages for row in page for char in row.text) < 20:
        hint = "Run text recognition (OCR) on it first"
        raise fail("holds no text: its pages seem to be scanned pictures", hint, file=name)
    found = text_of(pages)
    draft = brief.read(name, found.lines, found.source, notes=found.notes)
    return msgspec.structs.replace(draft, meta={**meta, **draft.meta})


def _why(error: str) -> tuple[str, str]:
    if "assword" in error:
        return "is protected by a password", "Save a copy without one"
    return "is no good PDF, or is cut short", _SAVE


def _meta(document: Any) -> dict[str, str]:
    """Author and date that the file names; what the text says wins, for these are often stale."""
    found = document.get_metadata_dict(skip_empty=True)
    made = re.match(r"D:(\d{4})(\d\d)", found.get("CreationDate", ""))
    author = visible(found.get("Author", ""))[:200]
    meta = {"author": author} if author and "@" not in author else {}
    return {**meta, **({"published": f"{made[1]}-{made[2]}"} if made else {})}


def _pages(document: Any, name: str) -> list[list[Piece]]:
    """The rows of each page in reading order."""
    if len(document) > _PAGES:
        what = f"has {len(document):,} pages; {_PAGES:,} are the most"
        raise fail(what, "Give only the pages you need", file=name)
    found = []
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        try:
            pieces = list(_pieces(textpage))
            _bullet(pieces, list(_dots(page)))
        finally:
            textpage.close()
            page.close()
        for piece in pieces:
            piece.page = number + 1
        found.append(in_order(pieces))
    return found


def _dots(page: Any) -> Iterator[tuple[float, float, float]]:
    """Small round or square drawings, as browsers print for bullets: left, right, middle."""
    raw = _raw()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(raw.FPDFPage_CountObjects(page), _OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top)
        wide, high = right.value - left.value, top.value - bottom.value
        if _DOT[0] <= wide <= _DOT[1] and abs(wide - high) < 0.3 * wide:
            yield left.value, right.value, (top.value + bottom.value) / 2


def _bullet(pieces: Sequence[Piece], dots: Sequence[tuple[float, float, float]]) -> None:
    """Puts a bullet before each text that stands close on the right of a dot."""
    if len(dots) > _DOTS:
        return
    for left, right, middle in dots:
        beside = [
            piece
            for piece in pieces
            if 0 < piece.left - right < _BESIDE and piece.base < middle < piece.base + piece.size
        ]
        if beside:
            first = min(beside, key=lambda piece: piece.left)
            first.text, first.left = f"• {first.text}", left


def _raw() -> Any:
    return import_module("pypdfium2.raw")


def _chars(textpage: Any) -> Iterator[_Char | None]:
    """The characters of a page; None where the file itself begins a new line."""
    raw = _raw()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    places = [ctypes.byref(value) for value in (left, right, bottom, top)]
    for index in range(raw.FPDFText_CountChars(textpage)):
        sign = _sign(raw.FPDFText_GetUnicode(textpage, index))
        if sign == "\n":
            yield None
        elif sign and raw.FPDFText_GetCharBox(textpage, index, *places):
            turned = abs(raw.FPDFText_GetCharAngle(textpage, index)) % 6.28 > 0.1
            if turned:
                continue  # a note in the margin, a watermark
            size = raw.FPDFText_GetFontSize(textpage, index)
            size = size if size > 1.5 else max(size, top.value - bottom.value)
            yield _Char(sign, left.value, right.value, bottom.value, top.value, size, index)


def _sign(code: int) -> str:
    """The character of a code; a line feed for the end of a line, empty for none at all."""
    if code in (0, 10, 13):
        return "\n"
    if code in _HYPHENS:
        return _HYPHENS[code]
    return "" if 0xD800 <= code < 0xE000 or code >= 0x110000 else chr(code)


def _pieces(textpage: Any) -> Iterator[Piece]:
    """Runs of characters on one line; a wide gap or a jump begins a new one."""
    run: list[_Char] = []
    for char in _chars(textpage):
        if char is not None and run and not _breaks(run, char):
            run.append(char)
            continue
        if run and (piece := _piece(run, textpage)):
            yield piece
        run = [char] if char is not None and not char.sign.isspace() else []
    if run and (piece := _piece(run, textpage)):
        yield piece


def _breaks(run: Sequence[_Char], char: _Char) -> bool:
    if char.sign.isspace():
        return False
    last = next((one for one in reversed(run) if not one.sign.isspace()), run[-1])
    size = max(char.size, last.size)
    gap = char.left - last.right
    overlap = min(char.top, last.top) - max(char.bottom, last.bottom)
    return overlap < -0.25 * size or gap > 1.6 * size or gap < -2.5 * size


def _piece(run: Sequence[_Char], textpage: Any) -> Piece | None:
    """A piece of text; raised small digits (references to notes) are left out."""
    marks = [char for char in run if not char.sign.isspace()]
    if not marks:
        return None
    size = Counter(round(char.size * 2) / 2 for char in marks).most_common(1)[0][0] or 1.0
    plain = [char for char in marks if char.size > 0.8 * size] or marks
    base = median(char.bottom for char in plain)
    kept = "".join(char.sign for char in run if not _is_reference(char, size, base))
    text = visible(kept)
    if not text:
        return None
    bold = _is_bold(textpage, plain[0].index) and _is_bold(textpage, plain[-1].index)
    left = min(char.left for char in marks)
    right = max(char.right for char in marks)
    return Piece(text, left, right, base, size, bold)


def _is_reference(char: _Char, size: float, base: float) -> bool:
    raised = char.size <= 0.8 * size and char.bottom > base + 0.15 * size
    return raised and (char.sign.isdigit() or char.sign in ",*†‡")


def _is_bold(textpage: Any, index: int) -> bool:
    raw = _raw()
    if raw.FPDFText_GetFontWeight(textpage, index) >= 600:
        return True
    buffer = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(textpage, index, buffer, 200, ctypes.byref(flags))
    return any(word in buffer.value.lower() for word in _BOLD)
