"""A word of an option's text is added to a criterion's list, from the Score view.

Of the harbour's texts only the ferry's holds a word that speaks for reach: "ferry", for 4.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evaluator.model import Option
from evaluator.project import Project
from evaluator.tui.widgets.wordline import word_and_score, words_of
from evaluator.workshop import Workshop


async def test_a_word_is_added_and_speaks_at_once(
    drive: Any, workshop: Workshop, project: Project, root: Path
) -> None:
    async with drive(workshop, project) as app:
        await app.press("5", "up", "s")
        assert "the text holds no cue" in app.text
        assert "+ add a word" in app.text
        await app.press("plus")
        assert app.lines[-2].startswith("to Reach: lamps 5")
        assert "enter take it" in app.lines[-1]
        await app.press("down", "down")  # of the title: lamps, along, harbour
        assert app.lines[-2].startswith("to Reach: harbour 5")
        await app.press("down", "down", "up")  # of the text: make, quay
        assert app.lines[-2].startswith("to Reach: make 5")
        assert "proposes" not in app.text
        await app.press("down")  # quay; the cursor stands behind the word
        await app.type("*")
        assert app.lines[-2].startswith("to Reach: quay* 5")
        await app.press("enter")
        await app.settle()
        assert "'quay*' speaks for 5 in Reach" in app.said
        assert "proposes 5 Everyone" in app.text
    assert 'words = ["quay*"]\nscore = 5\n' in (root / "criteria.toml").read_text()


async def test_what_is_added_is_written_and_shown(
    drive: Any, workshop: Workshop, project: Project, root: Path
) -> None:
    async with drive(workshop, project) as app:
        await app.press("5", "up", "plus")
        await app.type("quay 3")
        await app.press("enter")
        await app.settle()
        assert "'quay' speaks for 3 in Reach" in app.said
        assert "proposes 3 Some" in app.text
        assert "5]˄" in app.line("Put lamps")
        assert workshop.ballot().score("lamps", "reach") == 5
    text = (root / "criteria.toml").read_text()
    assert text.startswith("# Written by hand: this comment stays.\n")
    again = Project.open(root).criteria["reach"].suggest
    assert again is not None
    assert [again(option).score for option in workshop.options[:2]] == [3, 4]
    assert Project.check(root) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [("quay", "say a score too, such as: quay 4"), ("quay 9", "9 is outside the scale")],
)
async def test_a_word_without_a_good_score_changes_nothing(
    drive: Any, workshop: Workshop, project: Project, root: Path, typed: str, said: str
) -> None:
    before = (root / "criteria.toml").read_bytes()
    async with drive(workshop, project) as app:
        await app.press("plus")
        await app.type(typed)
        await app.press("enter")
        await app.settle()
        assert said in app.said
        await app.press("plus", "escape", "4")
        assert workshop.ballot().score("lamps", "reach") == 4
        assert "suggestion" not in app.said
    assert (root / "criteria.toml").read_bytes() == before


async def test_a_project_without_suggestions_takes_no_words(drive: Any, project: Project) -> None:
    project.show_suggestions = "never"
    workshop = project.begin("Never")
    workshop.join("amina")
    async with drive(workshop, project) as app:
        await app.press("plus")
        assert "this project shows no suggestions" in app.said
        assert app.app.screen.prompt is None


def test_the_words_that_are_offered() -> None:
    option = Option("a", "The Old Quay", summary="old-town quay", text="It's a naïve Quay, 1984.")
    fields = [(e.field, getattr(option, e.field)[e.start : e.end]) for e in words_of(option)]
    assert fields == [
        ("title", "Quay"),
        ("summary", "old-town"),
        ("text", "It's"),
        ("text", "naïve"),
    ]


@pytest.mark.parametrize(
    ("said", "parted"),
    [
        ("ferry 4", ("ferry", 4)),
        ("night ferr* 2,5", ("night ferr*", 2.5)),
        ("ferry", ("ferry", None)),
        ("", ("", None)),
        ("4", ("", 4)),
    ],
)
def test_word_and_score_are_parted(said: str, parted: tuple[str, Any]) -> None:
    assert word_and_score(said) == parted
