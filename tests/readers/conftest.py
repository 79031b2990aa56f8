"""Readers by suffix, and files made on the spot: PDF, Excel, Word."""

from __future__ import annotations

import io
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from evaluator.api import Draft, Reader
from evaluator.errors import EvaluatorError
from evaluator.readers import evaluator_readers

DATA = Path(__file__).parents[1] / "data" / "briefs"
Placed = tuple[float, float, float, bool, str]


def by_suffix() -> dict[str, Reader]:
    return {suffix: reader for reader in evaluator_readers() for suffix in reader.suffixes}


@pytest.fixture(scope="session")
def read() -> Callable[[bytes | str, str], Draft]:
    """Reads bytes or text under a file name, by the suffix of that name."""
    readers = by_suffix()

    def read(data: bytes | str, name: str) -> Draft:
        raw = data.encode() if isinstance(data, str) else data
        return readers[Path(name).suffix].read(raw, name)

    return read


@pytest.fixture(scope="session")
def refused(read: Callable[[bytes | str, str], Draft]) -> Callable[[bytes | str, str], str]:
    """What the error says that reading raises."""

    def refused(data: bytes | str, name: str) -> str:
        with pytest.raises(EvaluatorError) as caught:
            read(data, name)
        assert all(problem.file == name for problem in caught.value.problems)
        return str(caught.value)

    return refused


def faults(draft: Draft, expected: Mapping[str, Any]) -> list[str]:
    """What differs from what a brief is expected to give."""
    texts = [item.text for item in draft.options]
    found = [] if len(texts) == expected["n"] else [f"{len(texts)} options"]
    for text, first, last in zip(texts, expected["first"], expected["last"], strict=False):
        if not text.startswith(first):
            found.append(f"{text[:40]!r} does not begin with {first!r}")
        if not text.endswith(last):
            found.append(f"{text[-40:]!r} does not end with {last!r}")
    found += [
        f"{never!r} in {t[:40]!r}" for t in texts for never in expected["never"] if never in t
    ]
    return found


def expectations(folder: Path) -> list[Any]:
    """The briefs of a folder with what they are expected to give, as test parameters."""
    listed = tomllib.loads((folder / "expected.toml").read_text(encoding="utf-8"))["brief"]
    return [pytest.param(folder / one["file"], one, id=one["file"]) for one in listed]


@pytest.fixture(scope="session")
def make_pdf() -> Callable[..., bytes]:
    """A PDF of pages, each a list of (x, y, size, bold, text) in points from bottom left.

    Without a text a square of that size is drawn.
    """
    return _pdf


def _pdf(pages: Iterable[Sequence[Placed]], *, locked: bool = False, author: str = "") -> bytes:
    objects: list[bytes] = []

    def add(body: bytes) -> int:
        objects.append(body)
        return len(objects)

    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    add(font % b"Helvetica")
    add(font % b"Helvetica-Bold")
    kept = [_content(items) for items in pages]
    tree = len(objects) + 2 * len(kept) + 1
    kids = []
    for content in kept:
        place = add(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        kids.append(
            add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
                b" /Resources << /Font << /F1 1 0 R /F2 2 0 R >> >> >>" % (tree, place)
            )
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    add(b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed))
    root = add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree)
    extra = b" /Info %d 0 R" % add(b"<< /Author (%s) >>" % author.encode()) if author else b""
    if locked:
        key = add(
            b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"41" * 32, b"42" * 32)
        )
        extra += b" /Encrypt %d 0 R /ID [<00> <00>]" % key
    return _bound(objects, root, extra)


def _content(items: Sequence[Placed]) -> bytes:
    lines = []
    for x, y, size, bold, text in items:
        if not text:  # a square of that size, as browsers draw for a bullet
            lines.append(b"ET %.1f %.1f %.1f %.1f re f BT" % (x, y, size, size))
            continue
        said = text.encode("cp1252").replace(b"\\", b"\\\\")
        said = said.replace(b"(", b"\\(").replace(b")", b"\\)")
        place = b"1 0 0 1 %.1f %.1f Tm" % (x, y)
        lines.append(b"/F%d %.1f Tf %s (%s) Tj" % (2 if bold else 1, size, place, said))
    return b"BT\n" + b"\n".join(lines) + b"\nET"


def _bound(objects: Sequence[bytes], root: int, extra: bytes) -> bytes:
    made = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return made + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root %d 0 R%s >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, root, extra, len(made))
    )


@pytest.fixture(scope="session")
def make_zip() -> Callable[..., bytes]:
    """A ZIP file of named parts; a part may be text, bytes, or pieces of bytes."""

    def make_zip(parts: Mapping[str, str | bytes]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
            for name, data in parts.items():
                opened.writestr(name, data)
        return buffer.getvalue()

    return make_zip
