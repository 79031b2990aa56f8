"""The run sheet of `docs/how-to/run-a-workshop.md`, walked through by its keys."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from evaluator.project import Project
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive, Driver

PEOPLE = ["Amina", "Bilal", "Chidi", "Dora"]
# reach of the three options, then burden
FIRST = {"Amina": "543-22", "Bilal": "541322", "Chidi": "441222", "Dora": "112555"}


async def command(it: Driver, words: str) -> None:
    """Runs what the palette finds first."""
    await it.press("ctrl+p")
    await it.type(words)
    await it.settle()
    await it.press("enter")
    await it.settle()


async def begin(it: Driver) -> Workshop:
    """`O`, insert: title, names, facilitator, blind."""
    await it.press("O")
    await it.settle()
    await it.press("insert")
    for name, text in (
        ("title", "Screening"), ("people", ";".join(PEOPLE)), ("facilitator", "Zoe"),
        ("blind", "yes"),
    ):  # fmt: skip
        it.app.screen.query_one(f"#field-{name}", Input).value = text
    await it.press("ctrl+s")
    await it.settle()
    assert it.app.workshop is not None
    return it.app.workshop


async def answer(it: Driver, text: str) -> None:
    """Fills the open line, and takes it."""
    it.app.screen.query_one("#prompt Input", Input).value = text
    await it.press("enter")
    await it.settle()


async def pass_to(it: Driver, name: str) -> None:
    """`O`, `p`, a name: the next person has the keyboard, in Score."""
    await it.press("O")
    await it.settle()
    await it.press("p")
    await answer(it, name)


async def test_three_hours_by_keyboard(drive: Drive, project: Project, root: Path) -> None:
    workshop = project.begin("Before")
    workshop.join("Zoe")
    async with drive(workshop, project) as it:
        room = await begin(it)
        assert room.session.blind
        assert list(room.session.participants) == ["amina", "bilal", "chidi", "dora", "zoe"]
        # round 1: each in turn, digits alone
        for name, scores in FIRST.items():
            await pass_to(it, name)
            await it.press("g", "left", "left")
            await it.type(scores)
            assert room.progress(name.lower())[0] == 6
        # blind: nothing of the others is shown
        await it.press("A")
        await it.settle()
        assert "blind" in it.text
        # close, reveal
        await pass_to(it, "Zoe")
        await it.press("O")
        await it.settle()
        await it.press("c")
        assert room.session.rounds[1].state == "closed"
        await it.press("r")
        assert room.session.rounds[1].state == "revealed"
        # the agenda: note, settle, vote again
        await it.press("A")
        await it.settle()
        assert "#1" in it.lines[2]
        await it.press("b", "t", "b")
        await it.press("w")
        await it.type("quay only")
        await it.press("enter", "r", "down", "space")
        assert len(room.revotes()) == 1
        assert sum(mark.settled for mark in room.session.agenda.values()) == 1
        # round 2: from one's own scores, the marked cell again
        await it.press("O")
        await it.settle()
        await it.press("n")
        assert room.session.round == 2
        await pass_to(it, "Dora")
        await it.press("m")
        option, criterion = room.revotes()[0]
        assert (it.app.screen.grid.current, it.app.screen.grid.criterion.id) == (option, criterion)
        await it.press("4")
        assert room.ballot("dora").score(option, criterion) == 4
        await command(it, "dissent on")
        await it.type("too far")
        await it.press("enter")
        for name in PEOPLE[:3]:
            await pass_to(it, name)
            await command(it, "keep all scores")
        # results
        await pass_to(it, "Zoe")
        await it.press("O")
        await it.settle()
        await it.press("c", "r", "R")
        await it.settle()
        assert "round 2" in it.lines[0]
        await it.press("O")
        await it.settle()
        await command(it, "words for the report")
        await it.type("Council")
        await it.press("ctrl+s")
        await it.settle()
        # the report
        await it.press("X")
        await it.settle()
        rows = it.app.screen.listing.rows
        at = rows.index("report")
        await it.press("g", *["down"] * at, "enter")
        path = root / "r.md"
        await answer(it, str(path))
        text = path.read_text()
        assert "quay only" in text
        assert "too far" in text
        assert "Council" in text
        assert "4 of 4 ballots" in text
