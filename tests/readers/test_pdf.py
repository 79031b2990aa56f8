"""PDF files made on the spot: columns, headings by size, footnotes, and what can't be read."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable

import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]
MakePdf = Callable[..., bytes]
Placed = tuple[float, float, float, bool, str]

INTRO = "The town is hot and has few trees, and old people stay at home from June on. " * 4
ADVICE = (
    "The council should plant two hundred trees along the southern road before next summer.",
    "Benches need to be placed every two hundred metres, since nobody old walks further at once.",
    "Fountains should run from May to September, at night as well, because stones store heat.",
    "Schools could open their yards at four, provided that the caretakers are paid for it.",
    "Drivers must not park on roots; the roots of a lime tree reach as far as its branches do.",
)


def column(lines: list[tuple[float, bool, str]], x: float, top: float = 760) -> list[Placed]:
    return [(x, top - 14 * n, size, bold, text) for n, (size, bold, text) in enumerate(lines)]


def set_lines() -> list[tuple[float, bool, str]]:
    lines = [(10.0, False, text) for text in textwrap.wrap(INTRO, 44)]
    lines.append((13.0, False, "Recommendations"))
    for text in ADVICE:
        lines += [(10.0, False, line) for line in textwrap.wrap("• " + text, 44)]
    return lines


@pytest.fixture(scope="module")
def two_columns(make_pdf: MakePdf) -> bytes:
    """Two columns whose rows stand alternately in the file; footnote, running head, second page."""
    lines = set_lines()
    left, right = column(lines[:13], 50), column(lines[13:20], 310)
    rows = [piece for pair in zip(left, right, strict=False) for piece in pair] + left[len(right) :]
    first: list[Placed] = [
        (50, 815, 8, False, "Town Notes 12"),
        (50, 790, 18, False, "Shade for the old town"),
    ]
    first += [
        *rows,
        (50, 60, 7, False, "3 City register of trees, 2020."),
        (290, 30, 8, False, "1"),
    ]
    second: list[Placed] = [(50, 815, 8, False, "Town Notes 12"), *column(lines[20:], 50)]
    second += [(50, 500, 13, False, "Conclusion"), (50, 480, 10, False, "Trees are slow.")]
    return make_pdf([first, [*second, (290, 30, 8, False, "2")]], author="Town Group")


def test_columns_pages_and_headings(read: Read, two_columns: bytes) -> None:
    draft = read(two_columns, "a.pdf")
    assert tuple(item.text for item in draft.options) == ADVICE
    assert draft.lists[0].heading == "Recommendations"
    assert draft.title == "Shade for the old town"
    assert draft.meta["author"] == "Town Group"
    assert {item.page for item in draft.options} == {1, 2}
    assert "Town Notes 12" in draft.source


def test_lines_point_into_the_source(read: Read, two_columns: bytes) -> None:
    draft = read(two_columns, "a.pdf")
    for item in draft.options:
        assert item.lines is not None
        first, last = item.lines
        shown = " ".join(draft.source[first - 1 : last])
        assert shown.startswith("• " + item.text[:20])
        assert item.text.split()[-1] in shown


def test_a_raised_small_digit_is_a_reference(read: Read, make_pdf: MakePdf) -> None:
    page = [
        (50, 780, 10, True, "Recommendations"),
        (50, 760, 10, False, "1. The council should light the quay"),
        (215, 764, 6, False, "2"),
        (50, 740, 10, False, "2. The crane should be painted."),
    ]
    draft = read(make_pdf([page]), "a.pdf")
    assert draft.options[0].text == "The council should light the quay"


def test_bold_lines_are_headings(read: Read, make_pdf: MakePdf) -> None:
    rows = [
        (True, "Findings"),
        (False, "• It is dark at night."),
        (False, "• Boats should be seen."),
        (True, "Recommendations"),
        (False, "• Light the quay."),
        (False, "• Paint the crane."),
        (True, "Contact"),
        (False, "Ask the harbour master."),
    ]
    page = [(50, 780 - 20 * n, 10, bold, text) for n, (bold, text) in enumerate(rows)]
    draft = read(make_pdf([page]), "a.pdf")
    assert [item.text for item in draft.options] == ["Light the quay.", "Paint the crane."]


def test_what_can_not_be_read_says_why(refused: Refused, make_pdf: MakePdf) -> None:
    page = [(50, 780, 10, False, "Some words that would be text enough for anyone")]
    assert "password" in refused(make_pdf([page], locked=True), "a.pdf")
    assert "scanned" in refused(make_pdf([[]]), "a.pdf")
    assert "no good PDF" in refused(b"%PDF-1.7 and nothing else", "a.pdf")
    assert "no PDF file" in refused("plain text", "a.pdf")


def test_without_the_package_it_says_what_to_install(
    refused: Refused, make_pdf: MakePdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert "pip install 'evaluator[pdf]'" in refused(make_pdf([[]]), "a.pdf")


def test_bullets_that_are_drawn(read: Read, make_pdf: Callable[..., bytes]) -> None:
    points = ("The quay should be lit.", "The crane should be painted.", "Ferries should run late.")
    page: list[tuple[float, float, float, bool, str]] = [(50, 780, 16, True, "Recommendations")]
    for number, text in enumerate(points):
        page += [(58, 743 - 14 * number, 3, False, ""), (70, 740 - 14 * number, 10, False, text)]
    draft = read(make_pdf([page]), "a.pdf")
    assert [item.text for item in draft.options] == list(points)


def test_the_foot_of_a_page_is_no_part_of_its_first_column(
    read: Read, make_pdf: Callable[..., bytes]
) -> None:
    words = "the town and the pilots of the islands and the quays of the bay"
    page: list[tuple[float, float, float, bool, str]] = []
    for number in range(20):
        page += [
            (50, 700 - 12 * number, 9, False, f"{words[:34]} {number}"),
            (320, 700 - 12 * number, 9, False, f"{words[:34]} {number + 20}"),
        ]
    page.append((50, 60, 8, False, "Institute of Quays"))
    source = read(make_pdf([page]), "a.pdf").source
    assert source[-1] == "Institute of Quays"
