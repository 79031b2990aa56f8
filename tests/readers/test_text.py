"""Bytes to text: encodings, marks, and what is no text at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluator.api import Draft
from evaluator.errors import EvaluatorError
from evaluator.readers.text import decode
from evaluator.store import limits

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]
BRIEF = "Recommendations\n\n- Éclairer le quai.\n- Peindre la grue.\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_marked_encodings_are_read_without_a_word(read: Read, encoding: str) -> None:
    draft = read(BRIEF.encode(encoding), "a.txt")
    assert draft.options[0].text == "Éclairer le quai."
    assert draft.warnings == ()


def test_anything_else_is_windows_1252_with_a_warning(read: Read) -> None:
    draft = read(BRIEF.encode("cp1252"), "a.txt")
    assert draft.options[0].text == "Éclairer le quai."
    assert draft.warnings == ("a.txt is neither UTF-8 nor marked, so it was read as Windows-1252",)


def test_undefined_bytes_of_windows_1252_are_no_error() -> None:
    assert decode(b"a\x81b", "a.txt", strict_utf8=False)[0] == "a\ufffdb"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bytes(512), "NUL"),
        (b"PK\x03\x04rest", "Word or Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\xd0\xcf\x11\xe0rest", "old Word"),
        (bytes(range(1, 32)) * 20, "binary"),
        ("quay".encode("utf-16-le"), "NUL"),
        (b"\xff\xfeabc", "UTF-16"),
    ],
)
def test_what_is_no_text_is_named(refused: Refused, data: bytes, says: str) -> None:
    assert says in refused(data, "a.txt")


def test_where_utf_8_is_needed_nothing_else_is_read() -> None:
    for data in ("é".encode("cp1252"), "é".encode("utf-16")):
        with pytest.raises(EvaluatorError, match="UTF-8"):
            decode(data, "a.json", strict_utf8=True)
    with pytest.raises(EvaluatorError) as caught:
        decode(b"one\ntwo \xff\n", "a.json", strict_utf8=True)
    assert caught.value.problems[0].line == 2


def test_a_file_over_the_limit_is_refused_unread(refused: Refused) -> None:
    assert "too large" in refused(b"x" * (limits.TABLE + 1), "a.txt")


@pytest.mark.parametrize(
    "line",
    [
        "[" * 50_000,
        "1." * 20_000,
        "(" * 50_000,
        "*a " * 20_000,
        "**a " * 20_000,
        "`" * 50_000,
        "<a " * 20_000,
        "^{" * 20_000,
        "![a](" * 10_000,
        "&" * 50_000,
        "U.S. " * 10_000,
        ">" * 10_000,
        "x" + "." * 50_000 + "y",
    ],
    ids=lambda line: line[:6],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_long_rows_of_marks_hide_nothing_and_end(read: Read, name: str, line: str) -> None:
    draft = read(f"{BRIEF}\nSource\n\n{line}\n", name)
    assert [item.text for item in draft.options] == ["Éclairer le quai.", "Peindre la grue."]


def test_many_points_are_read(read: Read) -> None:
    points = "".join(f"{n}. The council should light quay {n}.\n" for n in range(1, 900))
    assert len(read(f"Recommendations\n\n{points}", "a.txt").options) == 899
