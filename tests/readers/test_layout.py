"""Pieces of text with their places: order of reading, rows, headings, footnotes."""

from __future__ import annotations

from evaluator.readers.layout import Piece, in_order, text_of


def piece(text: str, left: float, base: float, size: float = 10, *, bold: bool = False) -> Piece:
    return Piece(text, left, left + 5 * len(text), base, size, bold, page=1)


def columns(top: float, words: str) -> list[Piece]:
    """Two columns of eight lines each, given line by line."""
    left = [piece(f"{words} left line {n} of the column", 50, top - 14 * n) for n in range(8)]
    right = [piece(f"{words} right line {n} of the column", 310, top - 14 * n) for n in range(8)]
    return [part for pair in zip(left, right, strict=True) for part in pair]


def test_a_line_across_the_page_parts_two_bands_of_columns() -> None:
    across = piece(
        "A heading that runs across the whole page, from one side to the other" * 2, 50, 600
    )
    page = [*columns(760, "upper"), across, *columns(570, "lower")]
    order = [found.text.split(" line")[0] for found in in_order(page)]
    expected = ["upper left"] * 8 + ["upper right"] * 8 + [across.text] + ["lower left"] * 8
    assert order == expected + ["lower right"] * 8


def test_few_lines_side_by_side_are_no_columns() -> None:
    page = [piece("Name", 50, 700), piece("Harbour Group", 300, 700), piece("Date", 50, 680)]
    assert [found.text for found in in_order(page)] == ["Name      Harbour Group", "Date"]


def test_pieces_on_one_line_become_one_row() -> None:
    row = in_order([piece("Light", 50, 700), piece("•", 38, 701), piece("7", 300, 700.5)])
    assert [found.text for found in row] == ["• Light      7"]
    assert (row[0].left, row[0].base) == (38, 700)


def test_headings_by_size_indents_gaps_and_bold() -> None:
    rows = [
        piece("Quays at night and", 50, 780, 18),
        piece("what to do about them", 50, 758, 18),
        piece("Recommendations", 50, 720, 13),
        piece("Light the quay, which", 50, 700),
        piece("is dark.", 60, 688),
        piece("Paint the crane.", 50, 650),
        piece("Contact", 50, 630, bold=True),
        *[piece("Running text of the usual size stands here.", 50, 600 - 12 * n) for n in range(6)],
    ]
    found = text_of([rows])
    lines = found.lines
    assert [(line.text, line.level) for line in lines[:2]] == [
        ("Quays at night and what to do about them", 1),
        ("Recommendations", 2),
    ]
    assert (lines[0].number, lines[0].last) == (1, 2)
    assert [(line.indent, line.blank) for line in lines[2:5]] == [(0, 0), (2, 0), (0, 1)]
    assert lines[5].lead == len("Contact")
    assert len(found.source) == len(rows)


def test_footnotes_are_small_and_at_the_foot() -> None:
    body = [
        piece("Running text of the usual size stands here.", 50, 700 - 12 * n) for n in range(8)
    ]
    small_on_top = piece("1 is small but stands on top", 50, 750, 7)
    notes = [piece("2 A. Writer, Quays, 2020.", 50, 90, 7), piece("and more of it", 50, 82, 7)]
    found = text_of([[small_on_top, *body, *notes]])
    assert found.lines[0].text == "1 is small but stands on top"
    assert len(found.lines) == 9
    assert found.notes == frozenset({"2"})
    assert found.source[-1] == "and more of it"
