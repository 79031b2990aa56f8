"""Sessions, option editor, export, welcome, import preview, plugins: by their keys."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from evaluator.opening import open_here
from evaluator.project import Project
from evaluator.tui.app import EvaluatorApp
from evaluator.workshop import Workshop

PLUGIN = '''"""Calm."""

from evaluator.api import Criterion, Suggestion, hookimpl, likert


def suggest(option):
    return Suggestion(4, 0.3, "always calm")


@hookimpl
def evaluator_criteria():
    yield Criterion(id="calm", title="Calm", question="Would it stay calm?", better="higher",
                    levels=likert("Loud", "Noisy", "Calm", "Quiet"), suggest=suggest)
'''

BRIEF = """HARBOUR PLAN

Some prose first.

Recommendations

- Put lamps along the harbour so that the quay is safe after dark.
- Run a night ferry to the island for people on late shifts.
- Teach sailing in school so that every pupil can swim.
"""


def app_for(project: Project, workshop: Workshop) -> EvaluatorApp:
    return EvaluatorApp(workshop, project)


async def settle(pilot: Pilot[int]) -> None:
    await pilot.app.workers.wait_for_complete(
        [worker for worker in pilot.app.workers if worker.group != "look"]
    )
    await pilot.pause()


async def type_in(pilot: Pilot[int], text: str) -> None:
    for key in text:
        await pilot.press(
            {" ": "space", ".": "full_stop", "/": "slash", "-": "minus"}.get(key, key)
        )


async def clear(pilot: Pilot[int]) -> None:
    await pilot.press("end", *["backspace"] * 90)


async def test_a_session_is_made_renamed_and_deleted(project: Project, workshop: Workshop) -> None:
    app = app_for(project, workshop)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O")
        await settle(pilot)
        await pilot.press("insert")
        await type_in(pilot, "Second one")
        await pilot.press("tab")
        await type_in(pilot, "Zoe")
        await pilot.press("enter")
        await settle(pilot)
        assert app.workshop is not None
        assert app.workshop.session.title == "Second one"
        assert [p.name for p in app.workshop.session.participants.values()] == ["Zoe"]
        assert project.session_names() == ["first", "second-one"]
        await pilot.press("O")
        await settle(pilot)
        listing = app.screen.query_one("#list")
        listing.go_to("first")  # type: ignore[attr-defined]
        await pilot.press("delete")
        await type_in(pilot, "no")
        await pilot.press("enter")
        assert project.session_names() == ["first", "second-one"]
        await pilot.press("delete")
        await type_in(pilot, "yes")
        await pilot.press("enter")
        await settle(pilot)
    assert project.session_names() == ["second-one"]
    assert list((project.sessions_folder / ".deleted").iterdir())


async def test_the_keyboard_is_passed_on(project: Project, workshop: Workshop) -> None:
    app = app_for(project, workshop)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("4", "O")
        await settle(pilot)
        await pilot.press("p", "enter")
        await settle(pilot)
        assert workshop.me == "bilal"
        await pilot.press("g", "1")
        await pilot.pause(0.8)
    again = project.workshop("first")
    assert again.ballot("amina").score("lamps", "reach") == 4
    assert again.ballot("bilal").score("lamps", "reach") == 1


async def test_an_option_is_edited_added_and_undone(project: Project, workshop: Workshop) -> None:
    app = app_for(project, workshop)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        await pilot.pause()
        await clear(pilot)
        await pilot.press("enter")
        assert workshop.option("lamps").title == "Put lamps along the harbour"
        await type_in(pilot, "More lamps")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert workshop.option("lamps").title == "More lamps"
        await pilot.press("u")
        assert workshop.option("lamps").title == "Put lamps along the harbour"
        await pilot.press("insert")
        await type_in(pilot, "A lighthouse")
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert [option.id for option in workshop.options][-1] == "a-lighthouse"


async def test_export_never_overwrites_without_asking(
    project: Project, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = app_for(project, workshop)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("4", "X")
        await settle(pilot)
        listing = app.screen.query_one("#list")
        listing.go_to("json")  # type: ignore[attr-defined]
        await pilot.press("enter", "enter")
        await settle(pilot)
        path = tmp_path / "first.json"
        assert json.loads(path.read_text())["ranking"][0]["scores"]["reach"] == 4
        path.write_text("mine")
        await pilot.press("enter", "enter")
        await pilot.pause()
        await type_in(pilot, "no")
        await pilot.press("enter")
        await settle(pilot)
        assert path.read_text() == "mine"


async def test_a_folder_without_a_project_welcomes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = open_here(tmp_path)
    assert found.project is None
    app = EvaluatorApp(None, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("t", "enter")
        await settle(pilot)
        await settle(pilot)
        assert app.workshop is not None
        assert len(app.workshop.options) == 16
    problems = Project.check(tmp_path / "evaluator-example")
    assert [problem.file for problem in problems] == ["plugins/visibility.py"]


async def test_a_brief_becomes_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "brief.txt").write_text(BRIEF)
    app = EvaluatorApp(None, None)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("b")
        await type_in(pilot, "brief.txt")
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("j", "space", "u", "j", "space")
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        assert app.workshop is not None
        titles = [option.title for option in app.workshop.options]
    assert len(titles) == 2
    assert titles[0].startswith("Put lamps")


async def test_a_plugin_is_reviewed_trusted_and_taken_in(
    root: Path, project: Project, workshop: Workshop
) -> None:
    (root / "plugins").mkdir()
    (root / "plugins" / "calm.py").write_text(PLUGIN)
    project = Project.open(root)
    app = app_for(project, workshop)
    async with app.run_test(size=(120, 40)) as pilot:
        app.show_view("plugins")
        await pilot.pause()
        await settle(pilot)
        listing = app.screen.query_one("#list")
        listing.go(1)  # type: ignore[attr-defined]
        await pilot.press("t")
        await type_in(pilot, "yes")
        await pilot.press("enter")
        await settle(pilot)
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert list(workshop.criteria) == ["reach", "burden", "calm"]
        assert app.project is not None
        app.project.host.close()
        project.host.close()
    assert "[criteria.calm]" in (root / "criteria.toml").read_text()


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 50)])
async def test_hostile_text_is_shown_literally(
    project: Project, workshop: Workshop, size: tuple[int, int]
) -> None:
    import msgspec

    nasty = "[@click=app.quit]x[/] A[/red]C \x1b]0;evil\x07 \u202egnp [$x]"
    option = msgspec.structs.replace(workshop.option("lamps"), title=nasty, summary=nasty)
    workshop.edit_option(option)
    workshop.rename(nasty)
    app = app_for(project, workshop)
    async with app.run_test(size=size) as pilot:
        for key in ("O", "X", "S", "R", "S"):
            await pilot.press(key)
            await settle(pilot)
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("escape")
        svg = app.export_screenshot()
        assert app.is_running
    assert "\x1b" not in svg
    assert "\u202e" not in svg
