"""ZIP packages (Excel, Word): sizes and checksums are looked at before anything is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from evaluator.errors import fail
from evaluator.store import limits

HINT: Final = "Open it in the program it came from and save it anew"
_PARTS: Final = 10_000
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


def unzipped(data: bytes, name: str, what: str) -> zipfile.ZipFile:
    """A ZIP file whose sizes and checksums are sound; nothing is ever unpacked to disk.

    Args:
        data: the file.
        name: its name, for messages.
        what: what it should be, such as "an Excel workbook".

    Raises:
        EvaluatorError: no ZIP file, damaged, encrypted, or larger than allowed when unpacked.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        hint = "Save it in today's format without a password"
        raise fail("is encrypted or of an old format", hint, file=name)
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
        total = sum(info.file_size for info in opened.infolist())
        crowd = len(opened.infolist()) > _PARTS
    except _BROKEN:
        raise fail(f"is not {what}, or is cut short", HINT, file=name) from None
    if total > limits.UNPACKED or crowd:
        size, most = total / limits.MB, limits.UNPACKED / limits.MB
        what = f"is too large: {size:,.0f} MB unpacked; the limit is {most:g} MB"
        raise fail(what, "Give only the pages you need", file=name)
    try:
        damaged = opened.testzip()
    except _BROKEN:
        damaged = ""
    if damaged is not None:
        raise fail("is damaged or encrypted: a checksum is wrong", HINT, file=name)
    return opened


def part(package: zipfile.ZipFile, path: str, name: str) -> bytes | None:
    """One part of a package, or None where it is not there.

    Raises:
        EvaluatorError: the part is damaged, or declares entities, which can grow without bound.
    """
    try:
        data = package.read(path)
    except KeyError:
        return None
    except _BROKEN:
        raise fail("is damaged", HINT, file=name) from None
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:8]
    plain = data.decode("utf-16", "replace").encode("utf-8", "replace") if wide else data
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise fail("declares a document type, which it has no need of", HINT, file=name)
    return data
