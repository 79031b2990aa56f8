"""Whatever a file holds, reading it gives a draft or an error for people, and nothing else."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.api import Draft
from evaluator.errors import EvaluatorError
from evaluator.readers import evaluator_readers
from tests.readers.conftest import DATA, by_suffix

READERS = by_suffix()
BRIEFS = sorted(path for path in (DATA / "layouts").iterdir() if path.suffix in (".txt", ".md"))
PIECES = st.sampled_from(
    [
        "Recommendations",
        "## Recommendations",
        "Key findings",
        "To the Ministry:",
        "We recommend:",
        "- ",
        "• ",
        "1. ",
        "2. ",
        "(a) ",
        "Recommendation 3: ",
        "The state should pay.",
        "lower case rest",
        "It was so.",
        "\n",
        "\n\n",
        "\n\n\n\n",
        "\f",
        "^{3} ",
        "Photo above: x",
        "| a | Recommendation |\n|---|---|\n| 1 | Pay |",
        "**Bold.** ",
        "    ",
        "12",
        "First, ",
        "<li>",
        "</ul>",
        "<h2>",
        "<table><tr><td>",
        "&amp;",
        "title,id\n",
        '"',
        ",",
        ";",
        "{",
        "}",
        "[",
        "]",
        ":",
        "\r",
        "\u2028",
    ]
)
SOUPS = st.lists(PIECES, max_size=40).map("".join)
SUFFIXES = sorted(READERS)


def check(draft: Draft) -> None:
    """What holds of every draft."""
    assert all(found.items for found in draft.lists)
    assert [found.score for found in draft.lists] == sorted(
        (found.score for found in draft.lists), reverse=True
    )
    for found in draft.lists:
        for item in found.items:
            assert item.title.strip()
            assert "\n" not in item.title
            if draft.source and item.lines is not None:
                first, last = item.lines
                assert 1 <= first <= last <= len(draft.source)
                assert item.text
            item.text.encode("utf-8")
            item.title.encode("utf-8")


def check_reading(suffix: str, data: bytes) -> None:
    """Reads; an error for people is as good as a draft, any other exception fails the test."""
    with contextlib.suppress(EvaluatorError):
        check(READERS[suffix].read(data, f"a{suffix}"))


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(
    data=st.one_of(
        st.binary(max_size=400), st.text(max_size=300).map(lambda t: t.encode("utf-8", "replace"))
    )
)
@settings(max_examples=60)
def test_any_bytes(suffix: str, data: bytes) -> None:
    check_reading(suffix, data)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".csv", ".json"])
@given(text=SOUPS)
@settings(max_examples=120)
def test_any_mixture_of_what_briefs_are_made_of(suffix: str, text: str) -> None:
    check_reading(suffix, text.encode())


@given(data=st.data())
@settings(max_examples=80)
def test_briefs_with_lines_lost_doubled_and_moved(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(BRIEFS))
    lines = path.read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["lose", "double", "move", "cut"]))
        if change == "lose" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "move":
            lines.insert(data.draw(st.integers(0, len(lines) - 1)), lines.pop(at))
        else:
            lines[at] = lines[at][: len(lines[at]) // 2]
    check(READERS[path.suffix].read("\n".join(lines).encode(), path.name))


def test_reading_is_the_same_twice() -> None:
    for path in BRIEFS[:10]:
        data = path.read_bytes()
        read = READERS[path.suffix].read
        assert read(data, path.name) == read(data, path.name)


def test_the_readers_that_come_with_it() -> None:
    found = {reader.id: reader.suffixes for reader in evaluator_readers()}
    assert found == {
        "text": (".txt",),
        "markdown": (".md", ".markdown"),
        "options": (".toml",),
        "json": (".json",),
        "csv": (".csv", ".tsv"),
        "xlsx": (".xlsx",),
        "html": (".html", ".htm"),
        "pdf": (".pdf",),
        "docx": (".docx",),
    }


def test_knowing_the_formats_imports_none_of_them() -> None:
    code = (
        "import sys, evaluator.readers as r; list(r.evaluator_readers());"
        "print([m for m in sys.modules if m.startswith('evaluator.readers.') or m == 'docx'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
