"""The Export view remembers, shows what will be in the file; any view can be saved as a picture."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from evaluator import report
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


async def test_while_a_file_is_written_its_share_is_shown(
    drive: Drive, scored: Workshop, project: Project, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    go = threading.Event()

    def slow(*_: Any, progress: Any, **__: Any) -> bytes:
        progress(41, 100)
        assert go.wait(20)
        return b"done"

    monkeypatch.setattr(report, "export", slow)
    async with drive(scored, project) as driver:
        await driver.press("X", "enter")
        await driver.type("one.md")
        await driver.press("enter")
        for _ in range(200):
            if "%" in driver.text:
                break
            await asyncio.sleep(0.05)
        assert "writing ━━━━━╌╌╌╌╌╌╌ 41 %" in driver.text
        go.set()
        await driver.settle()
        await driver.settle()
        assert "writing" not in driver.text
    assert (tmp_path / "one.md").read_bytes() == b"done"


async def test_an_anonymous_session_says_which_formats_keep_the_names(
    drive: Drive, scored: Workshop, project: Project
) -> None:
    scored.set_session(anonymous=True)
    async with drive(scored, project) as driver:
        await driver.press("X")
        assert driver.line(" names").split("names")[1].strip().endswith("left out")
        await driver.press("end")
        assert "left out, but for the packed" in driver.line(" names")
