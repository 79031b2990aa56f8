"""Briefs in some ninety layouts: what is found, how each item begins and ends, what is in none."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from evaluator.api import Draft
from tests.readers.conftest import DATA, expectations, faults

Read = Callable[[bytes | str, str], Draft]
SYNTHETIC = DATA / "synthetic"


def draft_of(read: Read, path: Path) -> Draft:
    return read(path.read_bytes(), path.name)


@pytest.mark.parametrize(("path", "expected"), expectations(DATA / "layouts"))
def test_layouts(read: Read, path: Path, expected: Mapping[str, Any]) -> None:
    assert faults(draft_of(read, path), expected) == []


@pytest.mark.parametrize(("path", "expected"), expectations(SYNTHETIC))
def test_every_word_of_every_item(read: Read, path: Path, expected: Mapping[str, Any]) -> None:
    full = json.loads((SYNTHETIC / "items.json").read_text(encoding="utf-8"))[path.name]
    draft = draft_of(read, path)
    assert [item.text for item in draft.options] == full
    assert faults(draft, expected) == []


def check_long_brief(read: Read, folder: Path, name: str) -> Draft:
    expected = tomllib.loads((folder / f"{name}.expected.toml").read_text(encoding="utf-8"))
    draft = draft_of(read, folder / f"{name}.txt")
    assert faults(draft, expected) == []
    return draft


def test_a_brief_with_every_trap(read: Read) -> None:
    draft = check_long_brief(read, DATA, "island-ferries-2023")
    # Lines of the source, counted by hand: what was cut by a caption, a page or notes is whole.
    assert [item.lines for item in draft.options][2:9] == [
        (44, 50),
        (51, 51),
        (52, 54),
        (56, 62),
        (64, 64),
        (65, 65),
        (66, 68),
    ]
    flags = [item.flags for item in draft.options]
    assert flags[2] == ("joined",)
    assert flags[5] == ("no marker", "joined")
    assert [n for n, found in enumerate(flags, 1) if found] == [3, 5, 6, 9, 14]
    assert draft.meta == {"published": "2023-06", "author": "A. N. Author"}
    assert draft.title.startswith("KEEPING TERN ISLAND WITHIN REACH")


def test_the_real_brief(read: Read) -> None:
    folder = os.environ.get("EVALUATOR_BRIEFS")
    if not folder:
        pytest.skip("EVALUATOR_BRIEFS is not set")
    draft = check_long_brief(read, Path(folder), "us-pakistan-2024")
    lines = [item.lines for item in draft.options]
    assert lines[2] == (53, 59)
    assert lines[5] == (65, 71)
    assert draft.options[5].flags == ("no marker", "joined")
    assert lines[-1] == (94, 94)


@pytest.mark.parametrize(
    "name",
    ["08_quota_history_none.txt", "../layouts/negative-law.txt", "../layouts/negative-agenda.md"],
)
def test_a_brief_that_recommends_nothing_gives_no_list_at_all(read: Read, name: str) -> None:
    draft = draft_of(read, SYNTHETIC / name)
    assert draft.lists == ()
    assert draft.options == ()
    assert draft.source


def test_a_summary_is_offered_behind_the_list_it_repeats(read: Read) -> None:
    draft = draft_of(read, SYNTHETIC / "03_ai_labels_frontmatter.md")
    assert len(draft.lists) > 1
    assert next(item.text for item in draft.lists[1].items).startswith("keep a register")
    assert draft.lists[0].score > draft.lists[1].score


def test_addressees_become_section_and_actors(read: Read) -> None:
    draft = draft_of(read, SYNTHETIC / "05_transport_addressees_nested.txt")
    rest = [item.rest for item in draft.options]
    assert rest[0]["actors"] == ["Ministry of Transport"]
    assert rest[3]["section"] == "To the Ministry of Finance"
    assert rest[10]["actors"] == ["bus companies"]


def test_labels_may_name_their_actors(read: Read) -> None:
    draft = draft_of(read, DATA / "layouts" / "cour-fr.txt")
    assert draft.options[0].rest["actors"] == ["ministère de la culture", "communes"]
    assert draft.language == "fr"


def test_a_table_names_who_is_responsible(read: Read) -> None:
    draft = draft_of(read, DATA / "layouts" / "table.md")
    assert draft.options[1].rest["actors"] == ["Yard manager", "Rail operator"]
