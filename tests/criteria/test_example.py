"""The bundled example: sixteen options that say what the brief's items ask for, in our words."""

from __future__ import annotations

import os
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from evaluator.display import is_plain
from evaluator.model import is_id

EXAMPLE: dict[str, Any] = tomllib.loads(
    resources.files("evaluator.examples")
    .joinpath("us_pakistan_2024.toml")
    .read_text(encoding="utf-8")
)
OPTIONS: dict[str, dict[str, Any]] = EXAMPLE["options"]
IDS = [
    "iran-border-calm",
    "india-tilt-reassurance",
    "india-rights-stance",
    "work-beside-china",
    "derisk-investment",
    "blue-green-initiatives",
    "green-tech-transfer",
    "minerals-partnership",
    "no-forced-tech-choice",
    "officials-training",
    "imf-leverage",
    "election-observers",
    "counterterrorism-dialogue",
    "civilian-law-enforcement",
    "afghan-refugees",
    "border-markets",
]
BRIEFS = os.environ.get("EVALUATOR_BRIEFS")


def test_sixteen_options_in_the_order_of_the_brief() -> None:
    assert list(OPTIONS) == IDS
    assert all(map(is_id, OPTIONS))
    assert [option["item"] for option in OPTIONS.values()] == list(range(1, 17))
    lines = [line for option in OPTIONS.values() for line in option["lines"]]
    assert lines == sorted(lines)


def test_the_file_says_where_it_comes_from() -> None:
    assert EXAMPLE["schema"] == 1
    assert all(EXAMPLE[key] for key in ("title", "author", "publisher", "published"))


@pytest.mark.parametrize("id", OPTIONS)
def test_an_option_is_short_whole_and_plain(id: str) -> None:
    option = OPTIONS[id]
    assert len(option["title"]) <= 60
    assert is_plain(option["title"] + option["summary"] + option["text"])
    assert 2 <= len(re.findall(r"[.!?](?:\s|$)", option["text"])) <= 4
    assert option["text"].endswith(".")
    assert "  " not in option["text"]
    assert option["tags"]
    assert option["keywords"]
    assert "resources" not in option


def _runs(text: str, length: int) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}


@pytest.mark.skipif(not BRIEFS, reason="EVALUATOR_BRIEFS names no folder with the brief")
@pytest.mark.parametrize("id", OPTIONS)
def test_no_eight_words_in_a_row_are_the_brief_s(id: str) -> None:
    brief = (Path(BRIEFS or "") / "us-pakistan-2024.txt").read_text(encoding="utf-8")
    option = OPTIONS[id]
    for field in ("title", "summary", "text"):
        assert not _runs(option[field], 8) & _runs(brief, 8)
