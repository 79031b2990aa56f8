"""Plain text and Markdown: bytes to text, text to lines, lines to a draft."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from evaluator.api import Draft
from evaluator.errors import fail
from evaluator.readers import brief
from evaluator.readers.lines import plain_lines, split
from evaluator.readers.markdown import front_matter, structured
from evaluator.store import limits

_MAGIC: Final = (
    (
        b"PK\x03\x04",
        "a ZIP, Word or Excel file",
        "Give it its right suffix, such as .docx or .xlsx",
    ),
    (b"PK\x05\x06", "an empty ZIP file", "Give another file"),
    (b"%PDF-", "a PDF file", "Give it the suffix .pdf"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file", "Save it as .docx, .xlsx or text"),
    (b"{\\rtf", "a rich text file", "Save it as .docx or as plain text"),
    (b"\x89PNG", "an image", "Give the text"),
    (b"\xff\xd8\xff", "an image", "Give the text"),
    (b"\x1f\x8b", "a compressed file", "Unpack it first"),
)


def decode(data: bytes, name: str, strict_utf8: bool) -> tuple[str, list[str]]:
    """The text in `data`, and warnings about its encoding.

    UTF-8 with or without a mark and UTF-16 with one are read; anything else is taken for
    Windows-1252 with a warning or, with `strict_utf8`, refused (UTF-16 too). So are a few NUL
    bytes.

    Raises:
        EvaluatorError: it is no text at all, or not UTF-8 where it has to be; names the file.
    """
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise fail(f"is {what}, not text", hint, file=name)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and not strict_utf8:
        try:
            return _sound(data.decode("utf-16"), name), []
        except UnicodeDecodeError:
            raise fail("is marked as UTF-16 but is not", "Save it as UTF-8", file=name) from None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise fail("is UTF-16, but has to be UTF-8", "Save it in UTF-8", file=name)
    nuls = data.count(b"\0")
    if nuls and (strict_utf8 or nuls * _RARE > len(data)):
        raise fail("holds NUL bytes, so it is no text", "Give a text file in UTF-8", file=name)
    lost = [f"{name} holds {nuls:,} NUL bytes, which were left out"] if nuls else []
    data = _NULS.sub(b" ", data) if nuls else data
    try:
        return _sound(data.decode("utf-8-sig"), name), lost
    except UnicodeDecodeError as error:
        if strict_utf8:
            line = data.count(b"\n", 0, error.start) + 1
            hint = "Save it in the encoding UTF-8"
            raise fail("is not UTF-8 text", hint, file=name, line=line) from None
    warning = f"{name} is neither UTF-8 nor marked, so it was read as Windows-1252"
    return _sound(data.decode("cp1252", "replace"), name), [*lost, warning]


_RARE: Final = 20  # one byte in so many may be a NUL: some converters leave them for odd signs
_NULS: Final = re.compile(rb"\0+")
_CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def _sound(text: str, name: str) -> str:
    if "\0" in text:
        raise fail("holds NUL characters, so it is no text", "Give a text file", file=name)
    sample = text[:20_000]
    if len(_CONTROL.findall(sample)) * 20 > len(sample):
        raise fail("is a binary file, not text", "Give a text file in UTF-8", file=name)
    return text


def check_size(data: bytes, name: str, limit: int = limits.TABLE) -> None:
    """`EvaluatorError` where a file to import is over its limit, in bytes."""
    if len(data) > limit:
        size, most = len(data) / limits.MB, limit / limits.MB
        raise fail(f"is too large: {size:,.1f} MB; the limit is {most:g} MB", file=name)


def read_text(data: bytes, name: str) -> Draft:
    """A draft from plain text."""
    return _read(data, name, markdown=False)


def read_markdown(data: bytes, name: str) -> Draft:
    """A draft from Markdown."""
    return _read(data, name, markdown=True)


def _read(data: bytes, name: str, *, markdown: bool) -> Draft:
    check_size(data, name)
    text, warnings = decode(data, name, strict_utf8=False)
    source = split(text)
    meta, start = front_matter(source)
    body = [""] * start + source[start:]
    lines = structured(list(plain_lines(body)))
    draft = brief.read(name, lines, source, markdown=markdown, meta=meta)
    return msgspec.structs.replace(draft, warnings=tuple(warnings))
