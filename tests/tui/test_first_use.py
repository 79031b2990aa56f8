"""What somebody meets who uses the app for the first time, alone or passing the keyboard on."""

from __future__ import annotations

import re
from contextlib import nullcontext
from pathlib import Path

import msgspec
import pytest

from evaluator.display import clean
from evaluator.model import Criterion, Option
from evaluator.opening import open_here
from evaluator.project import Project
from evaluator.tui.app import EvaluatorApp
from evaluator.tui.text import beyond, width
from evaluator.workshop import Workshop
from evaluator.writers.appendix import ABOUT
from tests.tui.conftest import Drive, Driver


def cells(it: Driver, row: str) -> list[str]:
    """The scores in the row of an option, without the cursor's brackets."""
    line = it.line(row).replace("[", " ").replace("]", " ")
    return line[36:].split()[:2]


async def sessions(it: Driver, *keys: str) -> None:
    """Opens the Sessions view, then presses these keys one by one."""
    await it.press("O")
    await it.settle()
    for key in keys:
        await it.press(key)
        await it.settle()


class TestPassingTheKeyboard:
    @pytest.fixture(params=[False, True], ids=["open", "blind"])
    def pair(self, project: Project, request: pytest.FixtureRequest) -> Workshop:
        made = project.begin("Pair", blind=request.param, participants=["Ann", "Bob"])
        made.join("Ann")
        for option in made.options:
            made.score(option.id, "reach", 5)
            made.score(option.id, "burden", 1)
        made.save()
        return made

    async def test_shows_the_next_ones_empty_sheet_at_once(
        self, drive: Drive, pair: Workshop, project: Project
    ) -> None:
        async with drive(pair, project) as it:
            assert cells(it, "Put lamps") == ["5", "1"]
            assert "6 of 6" in it.lines[0]
            await it.press("down", "right", "O")
            await it.settle()
            await it.press("p", "enter")
            await it.settle()
            assert pair.me == "bob"
            grid = it.app.screen.grid
            assert (grid.current, grid.criterion.id) == ("lamps", "reach")
            assert "Bob" in it.lines[0]
            assert "0 of 6" in it.lines[0]
            for row in ("Put lamps", "Run a night", "Teach"):
                assert cells(it, row) == ["·", "·"], row
            await it.press("1")
            assert cells(it, "Put lamps") == ["1", "·"]
            assert cells(it, "Run a night") == ["·", "·"]
            assert pair.ballot("ann").score("lamps", "reach") == 5

    @pytest.mark.parametrize("key", ["R", "W", "D"])
    async def test_no_view_goes_on_showing_the_one_before(
        self, drive: Drive, pair: Workshop, project: Project, key: str
    ) -> None:
        pair.weigh({"reach": 77, "burden": 23}, participant="ann")
        async with drive(pair, project) as it:
            await it.press(key)
            await it.settle()
            if key != "D":
                while "Ann" not in it.lines[0]:
                    await it.press("p")
            before = it.text
            await it.press("O")
            await it.settle()
            await it.press("p", "enter")
            await it.settle()
            await it.press(key)
            await it.settle()
            assert it.text != before or key == "D"
            assert "Ann" not in it.lines[0]
            if pair.session.blind:
                assert "77" not in it.text
                assert "100.0" not in it.text

    async def test_a_round_that_is_looked_at_is_shown(
        self, drive: Drive, pair: Workshop, project: Project
    ) -> None:
        pair.close_round()
        if pair.session.blind:
            pair.reveal_round()
        pair.open_round()
        pair.score("lamps", "reach", 2)
        async with drive(pair, project) as it:
            assert cells(it, "Put lamps") == ["2", "1"]
            await it.press("O")
            await it.settle()
            await it.press("ctrl+p")
            await it.type("look at another round")
            await it.settle()
            await it.press("enter")
            await it.settle()
            await it.type("1")
            await it.press("enter")
            await it.settle()
            await it.press("S")
            assert cells(it, "Put lamps") == ["5", "1"]


SAFETY = """
[criteria.safety]
title = "Safety"
question = "Would fewer people be hurt?"
better = "higher"
levels = ["No", "Hardly", "Some", "Many", "All"]
weight = 20
"""


class TestANewSession:
    async def test_has_the_criteria_and_options_as_the_files_say_by_then(
        self, drive: Drive, workshop: Workshop, project: Project, root: Path
    ) -> None:
        async with drive(workshop, project) as it:
            with (root / "criteria.toml").open("a", encoding="utf-8") as file:
                file.write(SAFETY)
            with (root / "options.toml").open("a", encoding="utf-8") as file:
                file.write('\n[options.bells]\ntitle = "Ring bells in fog"\n')
            await sessions(it, "insert")
            await it.type("Later")
            await it.press("enter")
            await it.settle()
            assert it.app.workshop is not None
            assert list(it.app.workshop.criteria) == ["reach", "burden", "safety"]
            assert "Ring bells" in it.text

    async def test_does_not_begin_while_a_file_is_wrong(
        self, drive: Drive, workshop: Workshop, project: Project, root: Path
    ) -> None:
        async with drive(workshop, project) as it:
            (root / "criteria.toml").write_text("schema = 1\ntitle = 4\n", encoding="utf-8")
            await sessions(it, "insert")
            await it.type("Later")
            await it.press("enter")
            await it.settle()
            assert "criteria.toml" in it.text
            assert "New session" in it.text
            assert project.session_names() == ["first"]

    async def test_is_filled_in_without_typing_over_what_stands_there(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        async with drive(workshop, project) as it:
            await sessions(it, "insert")
            await it.type("Blind one")
            await it.press("tab")
            await it.type("Bob; Cy")
            await it.press("tab")
            await it.type("Amina")
            await it.press("tab")
            assert "when a cell counts as agreed" in it.text
            await it.type("iqr=1")
            await it.press("tab")
            assert "[no] yes" in it.text
            await it.press("space")
            assert "no [yes]" in it.text
            await it.press("enter")
            await it.settle()
            made = it.app.workshop
            assert made is not None
            assert made.session.blind
            assert made.session.consensus.rule == "iqr"
            assert made.me == "amina"  # who facilitates keeps the keyboard

    async def test_of_the_same_title_can_be_told_apart(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        project.begin("First", id="other").save()
        async with drive(workshop, project) as it:
            await sessions(it)
            assert "First (first)" in it.text
            assert "First (other)" in it.text

    async def test_the_labels_of_the_reports_words_are_whole(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        async with drive(workshop, project, size=(100, 40)) as it:
            await sessions(it)
            await it.command("words for the report")
            for label in ABOUT:
                assert f" {label} " in it.text


class TestTheListOfSessions:
    async def test_says_how_a_round_stands_at_once(self, drive: Drive, project: Project) -> None:
        made = project.begin("Blind", blind=True, participants=["Amina"])
        made.join("Amina")
        made.score("lamps", "reach", 4)
        made.save()
        async with drive(made, project) as it:
            await sessions(it)
            row = "●  Blind"
            assert it.line(row).split()[2:4] == ["1", "open"]
            await it.press("c")
            assert "round 1 closed; r reveals it" in it.said
            assert it.line(row).split()[2:4] == ["1", "closed"]
            await it.press("c")
            assert "r reveals it" in it.said
            await it.press("r")
            assert "round 1 revealed; n opens round 2" in it.said
            assert it.line(row).split()[2:4] == ["1", "revealed"]
            await it.press("n")
            assert it.line(row).split()[2:4] == ["2", "open"]

    async def test_the_only_session_can_be_deleted(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        async with drive(workshop, project) as it:
            await it.press("4")
            await sessions(it, "delete")
            await it.type("yes")
            await it.press("enter")
            await it.settle()
            assert project.session_names() == []
            assert it.app.workshop is not None
            assert not it.app.workshop.on_disk
            assert "0 of 6" in it.lines[0]
            await it.pilot.pause(0.5)
            assert project.session_names() == []


async def test_a_session_that_is_over_is_shown_as_it_ended(
    drive: Drive, workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.close_round()
    workshop.save()
    found = open_here(root, who="Amina")
    async with drive(found.workshop, found.project) as it:
        assert cells(it, "Put lamps") == ["4", "·"]
        assert "round 1 is revealed: O opens the next round or a new session" in it.said
        assert "O: next round, session" in it.lines[0]
        await it.press("5")
        assert cells(it, "Put lamps") == ["4", "·"]


class TestAPortfolio:
    async def test_can_be_set_up_by_keys(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        for option in workshop.options:
            workshop.edit_option(msgspec.structs.replace(option, resources={}))
            workshop.score(option.id, "reach", 4)
            workshop.score(option.id, "burden", 2)
        async with drive(workshop, project) as it:
            await it.press("P")
            await it.settle()
            assert "No option says how much money it uses." in it.text
            assert "e: its resources, as money=30" in it.text
            await it.press("e")
            await it.settle()
            entry = it.app.screen.query_one("#field-resources")
            it.app.screen.set_focus(entry)
            await it.type("money=-3")
            await it.press("ctrl+s")
            assert "not written as money=30" in it.text
            await it.press(*["backspace"] * 8)
            await it.type("money=30; staff=2.5")
            await it.press("ctrl+s")
            await it.settle()
            first = next(option for option in workshop.options if option.resources)
            assert first.resources == {"money": 30, "staff": 2.5}
            assert "No option says" not in it.text
            await it.press("u")
            assert not any(option.resources for option in workshop.options)


class TestTheDetail:
    @pytest.fixture
    def long(self, workshop: Workshop) -> Workshop:
        lamps = workshop.option("lamps")
        words = " ".join(f"word{n}" for n in range(300))
        workshop.edit_option(msgspec.structs.replace(lamps, text=words))
        return workshop

    async def test_asks_the_criterions_question_and_scrolls(
        self, drive: Drive, long: Workshop
    ) -> None:
        async with drive(long) as it:
            assert "How many people would notice?" in it.text
            await it.press("right")
            assert "How much work would it make?" in it.text
            assert it.line("more lines: tab, then ↓")
            assert "word60 " in it.text  # eleven options would leave two lines; three leave more
            assert "word290" not in it.text
            await it.press("tab", *["down"] * 40)
            assert "word299" in it.text
            assert it.app.screen.grid.current == "lamps"
            await it.press("tab", "down")
            assert it.app.screen.grid.current == "ferry"
            assert "A ferry at eleven" in it.text

    async def test_does_so_in_two_lines_too(self, drive: Drive, long: Workshop) -> None:
        for n in range(20):
            long.edit_option(Option(f"more-{n}", f"More of it, part {n}"))
        async with drive(long) as it:
            assert "— How many people would notice?" in it.text
            assert "1 Hardly anyone" in it.lines[-2]
            assert "tab, then ↓" in it.lines[-3]
            await it.press("tab", "down")
            assert "word0 " not in it.text


async def test_a_digit_begins_a_measured_value(drive: Drive, project: Project) -> None:
    years = Criterion("t", "Time to effect", "How long?", "lower", scale=(0, 10), unit="years")
    project.criteria = {"t": years}
    workshop = project.begin("Measured")
    workshop.join("amina")
    async with drive(workshop, project) as it:
        await it.press("4")
        assert "Time to effect: 4" in it.text
        await it.type(".5")
        await it.press("enter")
        assert workshop.ballot().score("lamps", "t") == 4.5
        await it.press("9")
        await it.type("9")
        await it.press("enter")
        assert "not on the scale: 0 to 10" in it.text
        await it.type("q")  # in the line, not the app
        assert it.app.is_running
        assert "Time to effect: q" in it.text
        await it.type("7")
        await it.press("escape")
        assert workshop.ballot().score("ferry", "t") is None


class TestRobustness:
    async def test_headings_stand_over_their_tables(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        title = "Put lamps along the whole of the old harbour, and along both of its piers too"
        workshop.edit_option(msgspec.structs.replace(workshop.option("lamps"), title=title))
        for n, option in enumerate(workshop.options):
            workshop.score(option.id, "reach", 2 + n)
            workshop.score(option.id, "burden", 3)
        async with drive(workshop, project, size=(200, 50)) as it:
            await it.press("B")
            await it.settle()
            assert it.line("best weights").index("│") == it.line("top 3").index("│")
            assert title in it.text

    async def test_names_of_many_ranks_stand_apart(
        self, drive: Drive, workshop: Workshop, project: Project
    ) -> None:
        for n in range(40):
            workshop.edit_option(Option(f"more-{n}", f"More of it, part {n}"))
        for n, option in enumerate(workshop.options):
            workshop.score(option.id, "reach", 1 + n % 5)
            workshop.score(option.id, "burden", 1 + n % 3)
        async with drive(workshop, project) as it:
            await it.press("B")
            await it.settle()
            named = it.line("% at rank").split("% at rank")[1].replace("▾", " ").split()
            count = len(named)
            assert named == [*map(str, range(1, count)), f"{count}+"]


async def test_a_picture_counts_cells(drive: Drive, workshop: Workshop) -> None:
    from evaluator.tui.picture import drawn

    lamps = workshop.option("lamps")
    workshop.edit_option(msgspec.structs.replace(lamps, title="港の街灯 lamps"))
    async with drive(workshop) as it:
        drawing = drawn(it.app, "x")
    piece = re.search(r'textLength="([\d.]+)"[^>]*>([^<]*港[^<]*)<', drawing)
    plain = re.search(r'textLength="([\d.]+)"[^>]*>([^<]*OPTION[^<]*)<', drawing)
    assert piece is not None
    assert plain is not None
    cell = float(plain[1]) / len(plain[2].replace("&#160;", " "))
    assert float(piece[1]) / cell == pytest.approx(width(piece[2].replace("&#160;", " ")))


class TestCriteria:
    async def test_are_edited_from_the_palette(
        self,
        drive: Drive,
        project: Project,
        root: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        editor = tmp_path / "editor"
        more = SAFETY.replace("\n", "\\n").replace('"', '\\"')
        editor.write_text(f'#!/bin/sh\nprintf "{more}" >> "$1"\n', encoding="utf-8")
        editor.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(editor))
        monkeypatch.setattr(EvaluatorApp, "suspend", lambda _: nullcontext())
        made = project.begin("Fresh")
        made.join("Amina")
        async with drive(made, project) as it:
            await it.command("criteria")
            assert "Safety" in it.lines[1]  # nothing was done yet: it begins again
            assert "criteria.toml is read: Reach, Burden, Safety" in it.said
            await it.press("4")
            editor.write_text("#!/bin/sh\nsed -i s/60/70/ $1\n", encoding="utf-8")
            await it.command("criteria")
            assert "sessions begun from now on have them" in it.said
            assert it.app.project is not None
            assert it.app.project.weights["reach"] == 70
            assert it.app.workshop is not None
            assert it.app.workshop.session.weights["reach"] == 60

    async def test_without_an_editor_it_is_said_where_they_lie(
        self,
        drive: Drive,
        workshop: Workshop,
        project: Project,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.delenv("VISUAL", raising=False)
        monkeypatch.delenv("EDITOR", raising=False)
        async with drive(workshop, project) as it:
            await it.command("criteria")
            assert clean(str(project.root / "criteria.toml")) in it.said


@pytest.mark.parametrize(
    ("title", "texts", "said"),
    [
        ("Ring bells", ("Ring bells. Then wait.",), "Then wait."),
        ("Ring bells…", ("Ring bells in fog, and wait.",), "… in fog, and wait."),
        ("Ring bells", ("Ring bells.", "In fog."), "In fog."),
        ("Ring bells", ("Wait.",), "Wait."),
        ("Ring bells", ("Ring bells.",), ""),
    ],
)
def test_a_second_line_says_what_the_title_does_not(
    title: str, texts: tuple[str, ...], said: str
) -> None:
    assert beyond(title, *texts) == said


async def test_a_row_of_two_lines_says_nothing_twice(drive: Drive, workshop: Workshop) -> None:
    text = "Put lamps along the harbour so that nobody falls in."
    lamps = msgspec.structs.replace(workshop.option("lamps"), text=text)
    workshop.edit_option(lamps)
    async with drive(workshop, size=(120, 40)) as it:
        row = next(n for n, line in enumerate(it.lines) if line.startswith("▌ 1 Put"))
        assert "▌   … so that nobody falls in." in it.lines[row + 1]
