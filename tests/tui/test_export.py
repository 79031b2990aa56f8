"""The Export view remembers, shows what will be in the file; any view can be saved as a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive, Driver


@pytest.fixture
def scored(workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    for option, score in (("lamps", 4), ("ferry", 2), ("boats", 1)):
        workshop.score(option, "reach", score)
        workshop.score(option, "burden", 2)
    workshop.save()
    monkeypatch.chdir(tmp_path)
    return workshop


async def write(driver: Driver, name: str) -> None:
    await driver.press("enter")
    await driver.type(name)
    await driver.press("enter")
    await driver.settle()
    await driver.settle()


async def test_the_last_choice_is_remembered(
    drive: Drive, scored: Workshop, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    async with drive(scored, project) as driver:
        await driver.press("X", "t")
        assert "scores → contributions" in driver.text
        await write(driver, "out/one.md")
        assert "f opens it" in driver.said
    assert "4 → 45.0" in (tmp_path / "out/one.md").read_text().replace("\u00a0", " ")
    async with drive(scored, project) as driver:
        await driver.press("X")
        assert "scores → contributions" in driver.text
        await driver.press("enter")
        assert "out/first.md" in driver.text


async def test_a_closed_round_is_final_unless_it_is_said_to_be_a_draft(
    drive: Drive, scored: Workshop, project: Project, tmp_path: Path
) -> None:
    async with drive(scored, project) as driver:
        await driver.press("X")
        assert "open: draft" in driver.text
        await driver.press("d")
        assert "open: draft" in driver.text  # an open round is never final
        scored.close_round()
        await driver.settle()
        assert "revealed: final" in driver.text
        await driver.press("d")
        assert "revealed: draft" in driver.text
        await write(driver, "one.md")
        await driver.press("d")
        assert "revealed: final" in driver.text
        await write(driver, "two.md")
    assert "· draft" in (tmp_path / "one.md").read_text()
    assert "· final" in (tmp_path / "two.md").read_text()


async def test_a_picture_of_a_view_names_nothing_on_the_internet(
    drive: Drive, scored: Workshop, project: Project, tmp_path: Path
) -> None:
    async with drive(scored, project) as driver:
        await driver.press("R")
        await driver.settle()
        await driver.app.screen.run_action("picture")
        await driver.settle()
        await driver.press("enter")
        await driver.settle()
        drawing = (tmp_path / "first-rank.svg").read_text()
        assert drawing.startswith("<svg")
        assert "Put" in drawing
        assert "@font-face" not in drawing
        assert "url(http" not in drawing.replace('url("http', "url(http")
        (tmp_path / "first-rank.svg").write_text("mine")
        await driver.app.screen.run_action("picture")
        await driver.settle()
        await driver.press("enter")
        await driver.settle()
        assert "Overwrite?" in driver.text
        await driver.press("escape")
        await driver.settle()
    assert (tmp_path / "first-rank.svg").read_text() == "mine"
