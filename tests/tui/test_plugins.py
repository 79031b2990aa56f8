"""Plugins in the running app: their suggestions stream in, their faults are named, no key waits.

The harbour's criteria are reach and burden; each test adds criteria of trusted plugins.
"""

from __future__ import annotations

import asyncio
import copy
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from evaluator.plugin.wire import Limits
from evaluator.project import Project
from evaluator.tui.app import EvaluatorApp
from evaluator.workshop import Workshop

FAULTS = {
    "hangs": ("", "while True: pass", "took more than 1 s"),
    "sleeps": ("", "time.sleep(60)", "took more than 1 s"),
    "ends": ("", "os._exit(3)", "ended its process"),
    "prints": ("", "print('noise')", "prints 'noise'"),
    "raises": ("", "raise RuntimeError('kaput')", "RuntimeError: kaput"),
    "hangs-at-import": ("while True: pass", "pass", "took more than 3 s to load"),
    "ends-at-import": ("os._exit(3)", "pass", "ended its process"),
    "syntax": ("def (", "pass", "is no Python"),
}


Write = Callable[..., Path]


def suggested(workshop: Workshop, criterion: str) -> list[Any]:
    found = [workshop.suggestion(id, criterion) for id in ("lamps", "ferry", "boats")]
    return [None if one is None else one.score for one in found]


async def test_a_plugins_criterion_has_a_column_and_suggestions(
    drive: Any, write: Write, opened: Any
) -> None:
    write("calm")
    project, workshop = opened()
    assert list(workshop.criteria) == ["reach", "burden"]  # nothing has been run yet
    async with drive(workshop, project) as app:
        await app.gather()
        assert list(workshop.criteria) == ["reach", "burden", "calm"]
        assert not workshop.unsaved
        assert workshop.undo_label is None
        assert suggested(workshop, "calm") == [4, 4, 4]
        await app.press("right", "right", "2", "up", "s")
        assert "proposes 4 Quiet" in app.text
        assert "Names the calm" in app.text
        await app.press("a")
        assert workshop.ballot().score("lamps", "calm") == 4
        assert workshop.ballot().accepted == {"lamps": {"calm": "Names the calm"}}


@pytest.mark.parametrize("fault", FAULTS)
async def test_keys_are_answered_whatever_a_plugin_does(
    drive: Any, write: Write, opened: Any, fault: str
) -> None:
    head, body, what = FAULTS[fault]
    write("bad", head, body)
    write("good")
    project, workshop = opened()
    async with running(workshop, project) as (app, press):
        await press("4", "2")  # before anything is known of any plugin
        assert workshop.ballot().scores == {"lamps": {"reach": 4}, "ferry": {"reach": 2}}
        async with asyncio.timeout(30):
            while None in suggested(workshop, "good") or app.advice.progress:
                await press()
        await press("5")
        assert workshop.ballot().score("boats", "reach") == 5
        assert suggested(workshop, "good") == [4, 4, 4]
        assert suggested(workshop, "reach") == [None, 4, None]
        said = [note.message for note in app._notifications if "plugins/bad.py" in note.message]
        assert len(said) == 1
        assert what in said[0]
        assert "evaluator plugins check plugins/bad.py" in said[0]
        assert app.advice.progress == ""


@asynccontextmanager
async def running(workshop: Workshop, project: Project) -> AsyncIterator[Any]:
    """The app, driven from its first picture on, without waiting for what runs beside."""
    app = EvaluatorApp(workshop, project)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:

        async def press(*keys: str) -> None:
            await pilot.press(*keys)
            await pilot.pause()

        yield app, press


async def test_leaving_ends_a_plugin_that_hangs(write: Write, opened: Any, tmp_path: Path) -> None:
    mark = tmp_path / "runs"
    write("bad", head=f"open({str(mark)!r}, 'w').close()\nwhile True: pass")
    project, workshop = opened()
    project.host.limits = Limits(load=600)  # would keep the test for ten minutes
    async with running(workshop, project) as (app, press):
        async with asyncio.timeout(60):
            while not mark.exists() or not app.advice.progress:
                await press()
        assert "plugins load" in app.screen.query_one("#status").render_line(0).text
        await press("ctrl+q")
    assert project.host.plugins()[1].state == "problem"


async def test_asking_can_be_ended(write: Write, opened: Any) -> None:
    write("bad", body="time.sleep(60)")
    project, workshop = opened()
    project.host.limits = Limits(option=600, brief=600)
    async with running(workshop, project) as (app, press):
        while not app.advice.progress:
            await press()
        app.screen.action_stop_suggestions()
        async with asyncio.timeout(30):
            while "bad" not in workshop.criteria:
                await press()
        await press("4", "right", "right", "2", "up", "s")
        assert app.advice.progress == ""
        assert workshop.ballot().score("lamps", "reach") == 4
        assert "Its plugin, bad, was not asked" in app.screen.told(2)[2]


async def test_a_criterion_whose_plugin_is_gone_is_shown_as_missing_and_counts(
    drive: Any, write: Write, opened: Any, root: Path
) -> None:
    path = write("calm")
    project = Project.open(root)
    made = project.begin("Calm first")
    made.join("amina")
    for option, score in (("lamps", 5), ("ferry", 1), ("boats", 3)):
        for criterion in ("reach", "burden"):
            made.score(option, criterion, 3)
        made.score(option, "calm", score)
    made.save()
    project.host.close()
    path.write_text(path.read_text() + "\n")  # one byte more: nobody has reviewed that
    warned = [problem for problem in Project.check(root) if problem.key == "criteria.calm"]
    assert [problem.level for problem in warned] == ["warning", "warning"]
    assert "its frozen scale and scores still count" in warned[-1].what
    project, workshop = opened()
    async with drive(workshop, project) as app:
        await app.gather()
        # reach 54.5 % and burden 36.4 % are 50 each; calm has 9.1 %: 100, 0 and 50 of it
        rows = {row.option: round(row.value, 1) for row in workshop.ranking("amina").rows}
        assert rows == {"lamps": 54.5, "ferry": 45.5, "boats": 50.0}
        assert "9 ?" in app.lines[2]
        assert "1 plugin waits for review" in app.said
        await app.press("right", "right")
        assert "its plugin is missing" in app.text
        await app.press("s")
        assert "No suggestion: the plugin of this criterion, calm, is not" in app.text
        await app.press("5")
        assert workshop.ballot().score("lamps", "calm") == 5


async def test_a_check_names_it_where_the_plugin_is_deleted(
    write: Write, opened: Any, root: Path
) -> None:
    path = write("calm")
    project = Project.open(root)
    made = project.begin("Calm first")
    made.join("amina")
    made.score("lamps", "calm", 5)
    made.save()
    project.host.close()
    path.unlink()
    text = (root / "criteria.toml").read_text().replace("\n[criteria.calm]\nweight = 10\n", "")
    (root / "criteria.toml").write_text(text)
    (problem,) = Project.check(root)
    assert problem.file == "sessions/calm-first/session.toml"
    assert problem.key == "criteria.calm"
    assert "its frozen scale and scores still count" in problem.what


@pytest.mark.parametrize("mode", ["after", "always", "never"])
async def test_when_a_plugins_suggestion_is_shown(
    drive: Any, write: Write, opened: Any, root: Path, mode: str
) -> None:
    write("calm")
    with (root / "criteria.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[suggestions]\nshow = "{mode}"\n')
    project, workshop = opened()
    async with drive(workshop, project) as app:
        await app.gather()
        await app.press("right", "right", "s")
        assert ("proposes 4" in app.text) is (mode == "always")
        await app.press("a")
        accepted = workshop.ballot().score("lamps", "calm")
        assert accepted == (4 if mode == "always" else None)
        await app.press("1", "up")
        assert ("proposes 4" in app.text) is (mode != "never")


async def test_without_a_plugin_in_use_no_process_is_started(
    drive: Any, write: Write, opened: Any, root: Path
) -> None:
    write("calm")
    text = (root / "criteria.toml").read_text().replace("\n[criteria.calm]\nweight = 10\n", "")
    (root / "criteria.toml").write_text(text)
    project, workshop = opened()
    async with drive(workshop, project) as app:
        await app.gather()
        assert project.host.criteria(wait=False).keys() == project.host.builtin_criteria().keys()


# -- the Plugins view


@asynccontextmanager
async def looking(
    drive: Any, project: Project, workshop: Workshop, name: str
) -> AsyncIterator[Any]:
    """The Plugins view, with the cursor on a plugin."""
    async with drive(workshop, project) as app:
        app.app.show_view("plugins")
        await app.settle()
        names = [p.name for p in app.app.screen.listing.plugins.values()]
        app.app.screen.listing.go(names.index(name))
        await app.settle()
        yield app


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("def (", "plugins/bad.py:3: is not loaded: is no Python: invalid syntax."),
        ("raise RuntimeError('kaput')", "plugins/bad.py:3: is not loaded: RuntimeError: kaput."),
        ("EVALUATOR_API = '1.3'", "needs plugin API 1.3, this evaluator has 1.0."),
    ],
)
async def test_a_broken_plugin_is_shown_with_cause_place_and_command(
    drive: Any, write: Write, opened: Any, head: str, said: str
) -> None:
    write("bad", head)
    write("good")
    async with looking(drive, *opened(), "bad") as app:
        assert app.line("▌ bad").split()[:3] == ["▌", "bad", "problem"]
        assert app.line(" good").split()[1:] == ["in", "use", "good"]
        text = " ".join(app.text.split())
        assert said in text
        command = "pip install -U evaluator" if "API" in head else "evaluator plugins check"
        assert command in text
        found = "none found" if head == "def (" else "evaluator.api, os, sys, time"
        assert f"imports {found}" in text


async def test_a_long_name_leaves_room_for_the_state(drive: Any, write: Write, opened: Any) -> None:
    name = "a-very-long-name-that-somebody-thought-of-one-evening"
    write("calm", trusted=False).rename(write("good").with_name(f"{name}.py"))
    async with looking(drive, *opened(), name) as app:
        line = app.line("▌ a-very-long-name")
        assert "… waits for review  calm" in line
        assert "It has not been run" in app.text
        assert "def suggest(option):" in app.text
        assert len(app.line("sha256").split()[1]) == 64


async def test_a_plugin_is_switched_off_on_and_untrusted(
    drive: Any, write: Write, opened: Any
) -> None:
    write("calm")
    project, workshop = opened()
    async with looking(drive, project, workshop, "calm") as app:
        assert "t untrust  o off" in app.lines[-1]
        await app.press("o")
        await app.settle()
        assert "switched off" in app.line("▌ calm")
        assert "o on" in app.lines[-1]
        assert app.app.advice.missing == {"calm"}
        await app.press("o")
        await app.settle()
        assert "in use" in app.line("▌ calm")
        assert app.app.advice.missing == frozenset()
        await app.press("t")
        await app.settle()
        assert "waits for review" in app.line("▌ calm")
        await app.press("S")
        assert "8 ?" not in app.lines[2]
        assert "9 ?" in app.lines[2]


async def test_one_that_hangs_while_it_loads_is_switched_off(write: Write, opened: Any) -> None:
    write("bad", head="while True: pass")
    write("good")
    project, workshop = opened()
    project.host.limits = Limits(load=600)
    async with running(workshop, project) as (app, press), asyncio.timeout(60):
        while None in suggested(workshop, "good"):
            await press()
        app.show_view("plugins")
        while not app.screen.query("#list") or len(app.screen.listing.rows) < 3:
            await press()
        await press("j")
        assert app.screen.current.name == "bad"
        await press("o")
        while app.screen.current.state != "off" or not project.host.loaded or app.advice.progress:
            await press()
        assert suggested(workshop, "good") == [4, 4, 4]
        assert app.advice.missing == frozenset()


async def test_others_do_not_wait_for_one_that_loads_slowly(write: Write, opened: Any) -> None:
    write("bad", head="while True: pass")
    write("good")
    project, workshop = opened()
    project.host.limits = Limits(load=600)  # whoever waited for it would wait ten minutes
    async with running(workshop, project) as (app, press), asyncio.timeout(60):
        while None in suggested(workshop, "good"):
            await press()
        assert not project.host.loaded
        while app.advice.progress != "plugins load":
            await press()
        await press("right", "right", "2", "up", "s")
        assert workshop.ballot().score("lamps", "good") == 2
        assert app.screen.told(2)[1].score == 4
        assert app.advice.missing == frozenset()  # it may still come


async def test_a_column_that_comes_in_late_leaves_the_cursor_on_its_criterion(
    write: Write, opened: Any, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    write("slow", head=f"while not os.path.exists({str(gate)!r}): time.sleep(0.02)")
    write("good")
    project, workshop = opened()
    project.host.limits = Limits(load=600)
    async with running(workshop, project) as (app, press), asyncio.timeout(60):
        while "good" not in workshop.criteria:
            await press()
        await press("right", "right")
        assert app.screen.grid.criterion.id == "good"
        gate.touch()
        while "slow" not in workshop.criteria:
            await press()
        assert list(workshop.criteria) == ["reach", "burden", "slow", "good"]
        await press("5")
        assert workshop.ballot().scores == {"lamps": {"good": 5}}


async def test_what_was_read_before_a_plugin_changed_keeps_nothing_out(
    write: Write, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("good")
    project, workshop = opened()
    again, calls, second = Project.again, [], threading.Event()

    def read(this: Project) -> Project:
        calls.append(this)
        if len(calls) > 1:
            second.set()
            time.sleep(0.2)  # what was read first is there first
            return again(this)
        second.wait(60)
        return copy.copy(this)  # as if it had been read before any plugin was there

    monkeypatch.setattr(Project, "again", read)
    async with running(workshop, project) as (app, press), asyncio.timeout(60):
        while not calls:
            await press()
        app.advice.gather()
        while None in suggested(workshop, "good") or app.advice.progress:
            await press()
        assert "good" in app.project.criteria
