"""A brief of sixteen recommendations, typeset: PDF of one and two columns, Word, and a web page.

The words are those that reading the text gives; `test_briefs` holds them to what is expected.
"""

from __future__ import annotations

import html
import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
MakePdf = Callable[..., bytes]
Line = tuple[float, bool, str]  # size, bold, text

DATA = Path(__file__).parents[1] / "data" / "briefs"
SIZE, STEP, TOP, BOTTOM = 10.0, 13, 770, 80
VOWELS = "aeiou"
SINGLE, DOUBLE = ((50, 94),), ((50, 44), (310, 44))  # (left edge, characters) of each column


def folders() -> list[object]:
    real = os.environ.get("EVALUATOR_BRIEFS")
    found = [pytest.param(DATA / "island-ferries-2023.txt", id="look-alike")]
    if real:
        found.append(pytest.param(Path(real) / "us-pakistan-2024.txt", id="real"))
    return found


@pytest.fixture(params=folders())
def told(request: pytest.FixtureRequest, read: Read) -> Draft:
    """The brief as its text says it."""
    path: Path = request.param
    draft = read(path.read_bytes(), path.name)
    assert len(draft.options) == 16
    return draft


def plain(text: str) -> str:
    """Text that the fonts of a small PDF can set."""
    return text.encode("cp1252", "ignore").decode("cp1252")


def cut(word: str, room: int) -> tuple[str, str] | None:
    """A word hyphenated so that its first part takes at most `room` characters, or None."""
    if not word.isalpha() or not word.islower() or len(word) < 8:
        return None
    for place in range(min(room - 1, len(word) - 3), 2, -1):
        if word[place - 1] in VOWELS and word[place] not in VOWELS:
            return f"{word[:place]}-", word[place:]
    return None


def broken(text: str, width: int) -> Iterator[str]:
    """Lines of at most `width` characters, with words hyphenated at their ends."""
    line = ""
    words = text.split()
    while words:
        word = words.pop(0)
        longer = f"{line} {word}".strip()
        if len(longer) <= width:
            line = longer
            continue
        parts = cut(word, width - len(line) - 1)
        if parts is not None:
            yield f"{line} {parts[0]}"
            line = parts[1]
        else:
            yield line
            line = word
    yield line


def typeset(draft: Draft, columns: tuple[tuple[int, int], ...], make_pdf: MakePdf) -> bytes:
    """The brief on pages with running head and foot."""
    width = columns[0][1]
    lines: list[Line] = [(15.0, True, "Sixteen things to do"), (SIZE, False, "")]
    intro = "Both sides have drifted apart, and little of what was promised was ever carried out. "
    lines += [(SIZE, False, line) for line in broken(intro * 8, width)]
    lines += [(SIZE, False, ""), (13.0, True, "Recommendations"), (SIZE, False, "")]
    for item in draft.options:
        lines += [(SIZE, False, line) for line in broken("• " + plain(item.text), width)]
    lines += [(SIZE, False, ""), (13.0, True, "Conclusion"), (SIZE, False, "")]
    lines += [(SIZE, False, line) for line in broken("Small steps may last longest. " * 6, width)]
    room = (TOP - BOTTOM) // STEP
    blocks = [lines[at : at + room] for at in range(0, len(lines), room)]
    pages = []
    for number, at in enumerate(range(0, len(blocks), len(columns)), 1):
        page = [(50, 815, 8, False, "Quarterly Notes, No. 7"), (290, 40, 8, False, str(number))]
        for (left, _), block in zip(columns, blocks[at : at + len(columns)], strict=False):
            page += [
                (left, TOP - STEP * n, size, bold, text)
                for n, (size, bold, text) in enumerate(block)
                if text
            ]
        pages.append(page)
    return make_pdf(pages)


@pytest.mark.parametrize("columns", [SINGLE, DOUBLE], ids=["one column", "two columns"])
def test_pdf(
    read: Read, make_pdf: MakePdf, told: Draft, columns: tuple[tuple[int, int], ...]
) -> None:
    data = typeset(told, columns, make_pdf)
    found = read(data, "brief.pdf")
    assert any(line.endswith("-") for line in found.source)
    assert [item.text for item in found.options] == [plain(item.text) for item in told.options]
    assert found.lists[0].heading == "Recommendations"
    pages = [item.page for item in found.options]
    assert pages == sorted(pages)
    assert pages[-1] is not None
    assert pages[-1] > 1


def test_word(read: Read, told: Draft) -> None:
    document = docx.Document()
    document.add_heading("Sixteen things to do", 0)
    document.add_paragraph("Both sides have drifted apart.")
    document.add_heading("Recommendations", 1)
    for item in told.options:
        document.add_paragraph(item.text, style="List Bullet")
    document.add_heading("Conclusion", 1)
    document.add_paragraph("Small steps may last longest.")
    out = io.BytesIO()
    document.save(out)
    found = read(out.getvalue(), "brief.docx")
    assert [item.text for item in found.options] == [item.text for item in told.options]


def test_web_page(read: Read, told: Draft) -> None:
    items = "\n".join(f"<li>{html.escape(item.text)}</li>" for item in told.options)
    page = (
        "<html><head><title>Sixteen things</title></head><body><nav><ul><li>Home</li>"
        "<li>About us</li></ul></nav><h1>Sixteen things to do</h1><p>Both sides have drifted."
        f"</p><h2>Recommendations</h2><ul>{items}</ul><h2>Conclusion</h2><p>Small steps last.</p>"
        "<footer><ul><li>Contact</li><li>Imprint</li></ul></footer></body></html>"
    )
    found = read(page, "brief.html")
    assert [item.text for item in found.options] == [item.text for item in told.options]
