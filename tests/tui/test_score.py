"""The Score view by its keys: what the workshop holds afterwards, and what the screen says.

The harbour has three options (lamps, ferry, boats) and two criteria: reach weighs 60 and higher is
better, burden weighs 40 and lower is better, both from 1 to 5.
"""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from evaluator.model import Criterion, Option
from evaluator.project import Project
from evaluator.tui.screens.score import ScoreScreen
from evaluator.tui.widgets.grid import Grid
from evaluator.workshop import Workshop


def scores(workshop: Workshop, criterion: str = "reach") -> list[Any]:
    ballot = workshop.ballot()
    return [ballot.score(option, criterion) for option in ("lamps", "ferry", "boats")]


def showing(project: Project, mode: str) -> Workshop:
    """A session whose suggestions are shown `mode`."""
    project.show_suggestions = mode
    made = project.begin(f"Shown {mode}")
    made.join("amina")
    return made


async def test_a_digit_scores_and_steps_down_the_criterion(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("4", "2", "5")
        assert scores(workshop) == [4, 2, 5]
        assert "3 of 6" in app.lines[0]
        # value 75 of 60 % is 45 sure; with burden open, 85 is possible: 45 and 85 in ten cells
        assert app.line("Put lamps").split()[-3:] == ["[·]", "–", "━━━━┄┄┄┄"]
        await app.press("1")  # after the last option: the first one, on the next criterion
        assert scores(workshop, "burden") == [1, None, None]
        assert "85 ━━━━━━━━╸" in app.line("Put lamps")  # 60·0.75 + 40·1.00


async def test_across_an_option_instead(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("o", "4", "3", "2")
        assert workshop.ballot().scores == {
            "lamps": {"reach": 4, "burden": 3},
            "ferry": {"reach": 2},
        }
        assert "across" in app.said
        assert "→" in app.lines[0]


async def test_abstaining_is_an_answer_and_clearing_takes_it_back(
    drive: Any, workshop: Workshop
) -> None:
    async with drive(workshop) as app:
        await app.press("minus", "up")
        assert scores(workshop)[0] == "abstain"
        assert "[–]" in app.line("Put lamps")
        assert "1 of 6" in app.lines[0]
        await app.press("delete")
        assert scores(workshop)[0] is None
        assert "[·]" in app.line("Put lamps")
        assert "0 of 6" in app.lines[0]


async def test_a_digit_off_the_scale_is_answered_with_the_scale(
    drive: Any, workshop: Workshop
) -> None:
    async with drive(workshop) as app:
        await app.press("7")
        assert scores(workshop) == [None, None, None]
        assert "Reach: 1 to 5" in app.said


async def test_an_exact_value(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("enter")
        assert "Reach:" in app.lines[-2]
        assert app.lines[-1].startswith("enter take it  esc cancel")
        await app.type("3.5")
        await app.press("enter", "enter")
        await app.type("many")
        await app.press("enter")
        assert "'many' is no number" in app.lines[-2]
        await app.type("9")
        await app.press("enter")
        assert "9" in app.lines[-2]
        assert "not on the scale: 1 to 5" in app.lines[-2]
        await app.type("abstain")
        await app.press("enter")
        assert scores(workshop) == [3.5, "abstain", None]


async def test_gaps_forward_and_back(drive: Any, workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 3)
    workshop.score("boats", "burden", 3)
    async with drive(workshop) as app:
        grid = app.app.screen.query_one(Grid)
        places = []
        for key in ("n", "n", "n", "n", "N", "N"):
            await app.press(key)
            places.append((grid.current, grid.criterion.id))
        down = [("ferry", "reach"), ("boats", "reach"), ("lamps", "burden"), ("ferry", "burden")]
        assert places == [*down, ("lamps", "burden"), ("boats", "reach")]


async def test_undo_says_what_it_took_back_and_goes_there(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("4", "right", "u")
        assert scores(workshop) == [None, None, None]
        assert "undone: score 4, Reach" in app.said
        grid = app.app.screen.query_one(Grid)
        assert (grid.current, grid.criterion.id) == ("lamps", "reach")
        await app.press("ctrl+r")
        assert scores(workshop)[0] == 4
        assert "done again: score 4, Reach" in app.said
        await app.press("ctrl+r")
        assert "nothing to redo" in app.said


async def test_a_note_on_a_cell(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("3", "up", "w")
        assert "Put lamps along the harbour — Reach" in app.text
        await app.type("dark quay")
        await app.press("ctrl+j")
        await app.type("at night")
        await app.press("enter")
        assert workshop.ballot().notes == {"lamps": {"reach": "dark quay\nat night"}}
        assert "[3]*" in app.line("Put lamps")
        assert "note: dark quay at night" in app.text
        await app.press("w")
        await app.type("!?")
        await app.press("escape")
        assert workshop.ballot().notes["lamps"]["reach"] == "dark quay\nat night"


async def test_a_note_in_the_persons_own_editor(
    drive: Any, workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import nullcontext

    from evaluator.tui.app import EvaluatorApp

    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nprintf " from outside" >> "$1"\n', encoding="utf-8")
    editor.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(editor))
    monkeypatch.setattr(EvaluatorApp, "suspend", lambda _: nullcontext())
    async with drive(workshop) as app:
        await app.press("w")
        await app.type("words")
        await app.press("ctrl+e", "enter")
        assert workshop.ballot().notes == {"lamps": {"reach": "words from outside"}}


async def test_score_first_then_see_what_the_text_says(drive: Any, project: Project) -> None:
    workshop = showing(project, "after")
    async with drive(workshop, project) as app:
        await app.press("down", "s")
        assert "Score first" in app.text
        assert "proposes" not in app.text
        await app.press("a")
        assert scores(workshop) == [None, None, None]
        assert "Score first" in app.said
        await app.press("2", "up")
        await app.settle()
        assert "proposes 4 Many" in app.text
        assert "many travel" in app.text
        assert "[2]˅" in app.line("Run a night ferry")
        await app.press("a")
        assert scores(workshop)[1] == 4
        assert workshop.ballot().accepted["ferry"]["reach"]
        assert "[4] " in app.line("Run a night ferry")
        await app.press("u", "escape")
        assert scores(workshop)[1] == 2
        assert "proposes" not in app.text


async def test_suggestions_that_are_always_shown_fill_open_cells(
    drive: Any, project: Project
) -> None:
    workshop = showing(project, "always")
    async with drive(workshop, project) as app:
        await app.press("ctrl+p")
        await app.type("accept all")
        await app.settle()
        await app.press("enter")
        await app.settle()
        # Of the three texts only the ferry's speaks of ferries or boats in its words.
        assert scores(workshop) == [None, 4, None]
        assert "1 accepted, Reach" in app.said


async def test_a_project_without_suggestions_speaks_of_none(drive: Any, project: Project) -> None:
    workshop = showing(project, "never")
    async with drive(workshop, project) as app:
        await app.press("2")
        await app.settle()
        await app.press("up", "down", "s", "a")
        assert "text says" not in app.text
        assert "proposes" not in app.text
        assert scores(workshop) == [2, None, None]


async def test_find_narrows_the_list_in_place(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("slash")
        assert app.lines[-1].startswith("enter keep  esc clear")
        await app.type("nihgt ferry")
        assert app.lines[-2].startswith("/ nihgt ferry")
        assert app.lines[-2].endswith("1 of 3")
        assert "Put lamps" not in app.text
        await app.press("enter", "5")
        assert scores(workshop) == [None, 5, None]
        assert "/nihgt ferry 1 of 3" in app.lines[0]
        await app.press("escape")
        assert "Put lamps" in app.text
        await app.press("slash")
        await app.type("tagg:safety")
        assert "tag" in app.lines[-2].removeprefix("/ tagg:safety")  # names what was meant
        await app.press("escape")
        assert "Put lamps" in app.text


async def test_a_closed_round_is_read_and_not_written(drive: Any, workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 3)
    workshop.close_round()
    async with drive(workshop) as app:
        assert "round 1 (closed)" in app.lines[0]
        await app.press("5")
        assert scores(workshop) == [3, None, None]
        assert "a closed round never changes" in app.said


async def test_beside_the_list_where_there_is_room(drive: Any, workshop: Workshop) -> None:
    workshop.score("ferry", "reach", 5)
    workshop.score("ferry", "burden", 1)
    workshop.score("lamps", "reach", 5)
    async with drive(workshop, size=(120, 40)) as app:
        assert "Lamps make the quay safe" in app.lines[4]  # second line of the row
        assert "REACH · weight 60 of 100" in app.text
        assert "▸ 5  Everyone" in app.text
        ranking = app.lines[next(n for n, t in enumerate(app.lines) if "RANKING" in t) :]
        assert "1 Run a night ferry" in ranking[1]
        assert ranking[1].endswith("100")
        assert "still open (2)" in ranking[2]
        assert ranking[3].endswith("━━━━━━┄┄┄┄ 60–100")


@pytest.mark.parametrize("size", [(40, 10), (80, 24), (200, 50), (12, 4)])
async def test_every_size_shows_the_cell_under_the_cursor(
    drive: Any, workshop: Workshop, size: tuple[int, int]
) -> None:
    async with drive(workshop, size=size) as app:
        await app.press("3", "4", "5", "up", "right", "down", "n")
        if size != (12, 4):
            assert "[·]" in app.text
        assert len(app.lines) == size[1]
        assert workshop.progress() == (3, 6)


async def test_sixteen_options_fit_twenty_four_rows(drive: Any, project: Project) -> None:
    options = {f"o{n}": Option(f"o{n}", f"Option number {n}") for n in range(1, 17)}
    project.options = msgspec.structs.replace(project.options, options=options)
    workshop = project.begin("Sixteen")
    workshop.join("amina")
    async with drive(workshop) as app:
        assert "Option number 1 " in app.lines[3]
        assert "Option number 16" in app.lines[18]
        assert app.lines[19].startswith("▔")
        assert app.lines[23].startswith("1–5 score")


async def test_more_criteria_than_fit_scroll_with_the_cursor(drive: Any, project: Project) -> None:
    project.criteria = {
        f"c{n}": Criterion(f"c{n}", f"Crit {n}", "What?", "higher", scale=(0, 10 * n), unit="jobs")
        for n in range(1, 13)
    }
    workshop = project.begin("Many")
    workshop.join("amina")
    async with drive(workshop) as app:
        assert "Crit 1" in app.lines[1]
        assert "Crit 12" not in app.lines[1]
        assert "Crit 6›" in app.lines[1]
        await app.press(*["right"] * 11)
        assert "‹Crit 7" in app.lines[1]
        assert "0 to 120 jobs" in app.line("higher is better")
        await app.press("enter")
        await app.type("12.5")
        await app.press("enter", "up")
        assert "[12.5]" in app.line("Put lamps")


async def test_a_scale_from_zero_to_ten(drive: Any, project: Project) -> None:
    from evaluator.api import Level

    levels = tuple(Level(n, f"step {n}") for n in range(11))
    project.criteria = {"t": Criterion("t", "Ten", "How much?", "higher", levels=levels)}
    workshop = project.begin("Ten")
    workshop.join("amina")
    async with drive(workshop) as app:
        assert app.lines[-1].startswith("0–9 score")
        await app.press("0", "enter")
        await app.type("10")
        await app.press("enter")
        assert scores(workshop, "t") == [0, 10, None]


async def test_discounted_options_stand_below_and_are_not_scored(
    drive: Any, workshop: Workshop
) -> None:
    lamps = workshop.option("lamps")
    gone = msgspec.structs.replace(lamps, status="discounted", reason="too dear")
    workshop.edit_option(gone)
    async with drive(workshop) as app:
        assert "Put lamps" in app.lines[5]
        assert "discounted: too dear" in app.lines[5]
        await app.press("G", "4")
        assert workshop.ballot().scores == {}
        assert "a discounted option is not scored" in app.said


async def test_the_mouse_is_enough(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop, size=(120, 40)) as app:
        pilot = app.pilot
        burden = app.lines[1].index("Burden")
        await pilot.click("#list", offset=(burden + 2, 5))
        grid = app.app.screen.query_one(Grid)
        assert (grid.current, grid.criterion.id) == ("ferry", "burden")
        level = next(n for n, text in enumerate(app.lines) if "4  Much" in text)
        await pilot.click("#detail", offset=(6, level - 1))
        assert scores(workshop, "burden") == [None, 4, None]
        workshop.score("boats", "burden", 1)
        await pilot.click("#list", offset=(burden + 2, 0))
        assert grid.rows == ["boats", "ferry", "lamps"]  # value 100, 25, none
        await pilot.click("#list", offset=(6, 0))
        assert grid.rows == ["lamps", "ferry", "boats"]


async def test_saving_by_itself_and_at_the_end(
    drive: Any, workshop: Workshop, project: Project, root: Path
) -> None:
    file = root / "sessions/first/ballots/round-1/amina.toml"
    async with drive(workshop, project) as app:
        await app.press("4")
        await app.pilot.pause(0.4)
        await app.settle()
        assert "reach = 4" in file.read_text(encoding="utf-8")
        assert "saved " in app.lines[0]
        other = project.workshop("first")
        other.join("amina")
        other.score("boats", "burden", 2)
        other.save()
        await app.app.saver.look()
        await app.pilot.pause()
        assert scores(workshop, "burden") == [None, None, 2]
        assert " 2 " in app.line("Teach sailing")
        await app.press("3", "ctrl+q")
    text = file.read_text(encoding="utf-8")
    assert "[scores.ferry]\nreach = 3" in text


async def test_what_cannot_be_saved_is_said_and_kept(
    drive: Any, workshop: Workshop, root: Path
) -> None:
    ballots = root / "sessions/first/ballots"
    ballots.rename(root / "aside") if ballots.exists() else None
    ballots.write_text("in the way", encoding="utf-8")
    async with drive(workshop) as app:
        await app.press("4")
        await app.pilot.pause(0.4)
        await app.settle()
        assert "not saved:" in app.lines[0]
        await app.press("q")
        assert "ctrl+q again" in app.said
        ballots.unlink()
        await app.press("ctrl+p")
        await app.type("try again")
        await app.settle()
        await app.press("enter")
        await app.settle()
        assert "saved " in app.lines[0]
        assert "not saved" not in app.lines[0]
    assert (ballots / "round-1/amina.toml").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no such signal here")
async def test_a_hang_up_loses_nothing(drive: Any, workshop: Workshop, root: Path) -> None:
    async with drive(workshop) as app:
        await app.press("4")
        assert signal.getsignal(signal.SIGHUP) is not signal.SIG_DFL
        signal.raise_signal(signal.SIGHUP)
        await app.pilot.pause(0.2)
        await app.settle()
        file = root / "sessions/first/ballots/round-1/amina.toml"
        assert "reach = 4" in file.read_text(encoding="utf-8")
        assert app.app._exit


async def test_another_session_takes_the_place_of_this_one(
    drive: Any, workshop: Workshop, project: Project
) -> None:
    other = project.begin("Second")
    other.join("bilal")
    async with drive(workshop, project) as app:
        await app.press("4", "R")
        await app.app.open(other)
        await app.settle()
        assert isinstance(app.app.screen, ScoreScreen)
        assert "Bilal" in app.lines[0] or "bilal" in app.lines[0]
        assert not workshop.unsaved
        await app.press("2")
        assert scores(other) == [2, None, None]
        assert scores(workshop) == [4, None, None]
