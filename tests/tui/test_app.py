"""What holds for the whole app: keys, help, palette, themes, start-up, text from files."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual import events
from textual.binding import Binding
from textual.color import Color
from textual.screen import Screen
from textual.widgets import Input, OptionList, TextArea

from evaluator import settings
from evaluator.cli import start
from evaluator.errors import EvaluatorError
from evaluator.model import Option, Participant
from evaluator.opening import Opened, Opening, Stage, open_here
from evaluator.project import Project
from evaluator.settings import Settings
from evaluator.tui import keys
from evaluator.tui.app import EvaluatorApp, run
from evaluator.tui.commands import ACTIONS, BY_NAME, BY_RUN, EVERYWHERE, VIEWS, bindings, here
from evaluator.tui.screens.help import HelpScreen
from evaluator.tui.screens.import_preview import ImportPreview
from evaluator.tui.screens.note import NoteScreen
from evaluator.tui.screens.opening import said as told
from evaluator.tui.screens.option_editor import OptionEditor
from evaluator.tui.screens.welcome import WelcomeScreen
from evaluator.tui.text import bar, figure, fit, open_bar, safe, width, wrap
from evaluator.tui.theme import DARK, LIGHT, STEPS, Paint, contrast
from evaluator.tui.widgets.find import EntryLine, FindLine
from evaluator.tui.widgets.grid import Grid
from evaluator.workshop import Workshop
from tests.tui.conftest import Driver

NASTY = (
    "[@click=app.quit]x[/]",
    "A[/red]C",
    "[$x] [bold",
    "\x1b[31mred\x1b]0;t\x07",
    "\u202eright\u2066 to left",
    "日本語の題" * 9,
    "é́́́́́́x",
)


# -- the registry


def test_every_action_has_one_name_and_one_thing_it_runs() -> None:
    assert len(BY_NAME) == len(ACTIONS)
    for place in VIEWS:
        runs = [action.run for action in here(place)]
        assert len(set(runs)) == len(runs), place
        assert all(BY_RUN[action.run].says == action.says for action in here(place))


def test_no_key_means_two_things_in_one_place() -> None:
    places = {place for action in ACTIONS for place in action.where} - {EVERYWHERE}
    for place in places:
        seen: dict[str, str] = {}
        general = [a for a in here(place) if EVERYWHERE in a.where]
        own = [a for a in here(place) if EVERYWHERE not in a.where]
        for action in own:
            for key in action.keys:
                assert seen.setdefault(key, action.name) == action.name, (place, key)
        taken = {key for action in general for key in action.keys if key in seen}
        # A view may lend a key that is everywhere the same another meaning only for editing.
        assert taken <= {
            "left",
            "right",
            "h",
            "l",
            "u",
            "ctrl+z",
            "minus",
            "tab",
            "delete",
            "escape",
        }, place


def screens() -> list[type[Screen[Any]]]:
    places = [place for place in VIEWS.values() if place.listed]
    found = [getattr(import_module(place.module), place.screen) for place in places]
    return [*found, WelcomeScreen, ImportPreview, OptionEditor, HelpScreen, NoteScreen]


@pytest.mark.parametrize("screen", screens(), ids=lambda screen: screen.__name__)
def test_every_binding_comes_from_the_registry(screen: type[Screen[Any]]) -> None:
    for found in screen._merged_bindings.key_to_bindings.values():
        for binding in found:
            assert binding.id in BY_NAME, binding
            assert binding.action == BY_NAME[binding.id].run


def test_lines_to_type_in_add_keys_of_the_registry_alone() -> None:
    typing = {
        binding for found in Input._merged_bindings.key_to_bindings.values() for binding in found
    }
    for line in (FindLine, EntryLine):
        for found in line._merged_bindings.key_to_bindings.values():
            for binding in found:
                assert binding in typing or binding.id in BY_NAME


def test_bindings_carry_all_keys_of_an_action() -> None:
    made = {b.id: b.key for b in bindings("score") if isinstance(b, Binding)}
    assert made["redo"] == "ctrl+r,ctrl+y"
    assert made["rank"] == "R"
    assert "accept_all" not in made


# -- keys, help, palette


async def test_the_users_own_keys(drive: Any, workshop: Workshop) -> None:
    own = {"undo": ("U", "^b"), "abstain": ("x",), "undoo": ("z",)}
    async with drive(workshop, settings=Settings(keys=own)) as app:
        assert "no action 'undoo'; did you mean 'undo'?" in app.said
        await app.press("x")
        assert workshop.ballot().score("lamps", "reach") == "abstain"
        assert "x abstain" in app.lines[-1]
        await app.press("u")
        assert workshop.ballot().score("lamps", "reach") == "abstain"
        await app.press("question_mark")
        assert app.line(" undo").split()[-3:] == ["U", "^b", "undo"]
        await app.press("escape", "ctrl+b")
        assert workshop.ballot().score("lamps", "reach") is None


async def test_help_says_the_keys_in_force_and_any_key_closes_it(
    drive: Any, workshop: Workshop
) -> None:
    async with drive(workshop) as app:
        await app.press("question_mark")
        assert app.lines[0].split() == ["SCORE", "EVERYWHERE"]
        assert app.line("score, then step on").split()[0] == "1–5"
        assert "←↓↑→ hjkl" in app.line("move")
        assert "accept" not in app.text  # nothing is scored yet: nothing to accept
        await app.press("R")
        assert app.lines[0].startswith(" Score")
        await app.press("f1")
        assert "EVERYWHERE" in app.text


async def test_help_that_is_too_long_scrolls(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop, size=(40, 10)) as app:
        await app.press("question_mark")
        assert "all commands" not in app.text
        await app.press("pagedown", "pagedown")
        assert "all commands" in app.text
        await app.press("x")
        assert isinstance(app.app.screen, import_module(VIEWS["score"].module).ScoreScreen)


async def test_the_palette_offers_what_applies_now(drive: Any, workshop: Workshop) -> None:
    async def offered(query: str) -> list[str]:
        await app.press("ctrl+p")
        await app.type(query)
        await app.settle()
        found = app.app.screen.query_one(OptionList)
        said = [str(found.get_option_at_index(n).prompt) for n in range(found.option_count)]
        await app.press("escape", "escape")
        return said

    async with drive(workshop) as app:
        assert not [line for line in await offered("undo") if line.startswith("undo")]
        await app.press("4")
        assert "undo: score 4, Reach  u ^z" in await offered("undo")
        assert "score 2: Few  2" in await offered("score 2")
        assert "Rank  R" in await offered("rank")
        await app.press("v")
        await app.settle()
        views = app.app.screen.query_one(OptionList)
        assert views.option_count == sum(place.listed for place in VIEWS.values()) - 1
        await app.type("rank")
        await app.settle()
        await app.press("enter")
        await app.settle()
        assert app.lines[0].startswith(" Rank")
        await app.press("q")
        await app.settle()
        assert app.lines[0].startswith(" Score")


async def test_copying_a_row(drive: Any, workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 4)
    async with drive(workshop) as app:
        await app.press("y")
        assert app.app.clipboard == "Put lamps along the harbour\t4\t"


async def test_what_is_typed_ahead_of_a_line_is_no_command(
    drive: Any, workshop: Workshop, project: Project
) -> None:
    async with drive(workshop, project) as app:
        app.app.show_view("sessions")
        await app.settle()
        for key in ("p", "c", "r", "n", "u", "x", "enter"):
            app.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await app.pilot.pause()
        await app.settle()
        assert workshop.session.is_open  # c closes a round where it is a command
        assert "no participant 'crnux'" in app.said
        for key in ("p", "2", "enter"):
            app.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await app.pilot.pause()
        await app.settle()
        assert workshop.me == "bilal"
        app.app.show_view("score")
        await app.settle()
        for key in ("slash", "4", "5", "escape"):
            app.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await app.pilot.pause()
        assert workshop.ballot().scores == {}


def test_keys_are_shown_as_people_know_them() -> None:
    assert keys.runs(["1", "2", "3", "5"]) == "1–3 5"
    assert keys.runs(["up", "k", "down", "j", "left", "h", "right", "l"]) == "←↓↑→ hjkl"
    assert keys.runs(["slash", "ctrl+p", "question_mark"]) == "/ ^p ?"
    assert [keys.parse(key) for key in ("/", "^R", "ctrl+y", "N")] == [
        "slash",
        "ctrl+r",
        "ctrl+y",
        "N",
    ]


# -- themes


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_ramp_follows_the_theme_and_stays_readable(theme: Any) -> None:
    paint = Paint.of(theme.to_color_system().generate(), own_colours=False)
    surface = Color.parse(theme.surface)
    ratios = []
    for step in range(STEPS + 1):
        style = paint.heat(100 * step / STEPS)
        assert style.color is not None
        assert style.bgcolor is not None
        ground, text = Color.from_rich_color(style.bgcolor), Color.from_rich_color(style.color)
        assert contrast(ground, text) >= 4.5
        ratios.append(contrast(ground, surface))
    assert ratios == sorted(ratios)  # the better, the stronger
    assert ratios[0] == pytest.approx(1)
    assert paint.heat(None) == paint.base


async def test_without_colour_a_normal_theme_is_forced(
    drive: Any, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with drive(workshop, settings=Settings(theme="ansi-dark")) as app:
        assert app.app.theme == DARK.name
        app.app.theme = "ansi-light"
        await app.settle()
        assert app.app.theme == DARK.name
        strips = app.app.screen._compositor.render_strips()
        assert "[·]" in app.text
        assert len(strips) == 24


async def test_another_theme_repaints_the_list(drive: Any, workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 5)
    async with drive(workshop, settings=Settings(theme="nosuch")) as app:
        assert "no theme 'nosuch'" in app.said
        before = app.app.paint.heat(100)
        app.app.theme = LIGHT.name
        await app.settle()
        grid = app.app.screen.query_one(Grid)
        await app.press("down")
        drawn = [segment.style for segment in grid.render_line(2)]
        assert app.app.paint.heat(100) in drawn
        assert before not in drawn


async def choose_theme(app: Any, name: str) -> None:
    await app.press("ctrl+p")
    await app.type("choose a theme")
    await app.settle()
    await app.press("enter")
    await app.settle()
    await app.type(name)
    await app.settle()
    await app.press("enter")
    await app.settle()


async def test_a_theme_that_is_chosen_is_there_the_next_time(
    drive: Any, workshop: Workshop
) -> None:
    path = settings.config_folder() / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('# mine\nname = "Amina"\n\n[keys]\nundo = "z"\n')
    async with drive(workshop, settings=settings.load()) as app:
        await choose_theme(app, "evaluator-light")
        assert app.app.theme == LIGHT.name
        assert app.said == ""
    lines = [line for line in path.read_text().splitlines() if line]
    theme = 'theme = "evaluator-light"'
    assert lines == ["# mine", 'name = "Amina"', theme, "[keys]", 'undo = "z"']
    async with drive(workshop, settings=settings.load()) as app:
        assert app.app.theme == LIGHT.name
        await choose_theme(app, DARK.name)
        await choose_theme(app, "nord")
    assert settings.load().theme == "nord"


@pytest.mark.parametrize("content", [None, 'name = "Amina"\nkeys = \n'])
async def test_a_theme_that_can_not_be_kept_is_said_once(
    drive: Any, workshop: Workshop, content: str | None
) -> None:
    path = settings.config_folder() / "config.toml"
    if content is None:
        path.parent.parent.write_text("a file where the folder should be")
    else:
        path.parent.mkdir(parents=True)
        path.write_text(content)
    async with drive(workshop) as app:
        await choose_theme(app, "evaluator-light")
        assert app.app.theme == LIGHT.name
        (said,) = [note.message for note in app.app._notifications]
        place = f"{path}" if content is None else f"{path}:2"
        assert said.startswith(f"{place}: the theme is not kept: ")
        assert said.endswith(". It is in force until you leave")
    assert content is None or path.read_text() == content


async def test_a_theme_that_can_not_be_shown_is_not_kept(
    drive: Any, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with drive(workshop) as app:
        await choose_theme(app, "ansi-dark")
        assert app.app.theme == DARK.name
    assert settings.load().theme == ""


# -- text from files


@pytest.fixture
def nasty(project: Project) -> Workshop:
    """A session in which every text that can come from a file is a trap."""
    options = {
        f"o{n}": Option(
            f"o{n}", text, summary=text, text=text, tags=(text,), keywords=(text,), item=n
        )
        for n, text in enumerate(NASTY)
    }
    project.options = msgspec.structs.replace(project.options, title=NASTY[0], options=options)
    title, label = "[@click=app.quit]t[/]", "[b]A[/red]"
    project.criteria = {
        id: msgspec.structs.replace(
            one,
            title=title,
            levels=tuple(msgspec.structs.replace(lv, label=label) for lv in one.levels),
        )
        for id, one in project.criteria.items()
    }
    made = project.begin("Nasty")
    made.rename(NASTY[1])
    made.join(NASTY[0])
    for n, text in enumerate(NASTY):
        made.score(f"o{n}", "reach", 1 + n % 5, note=text)
        made.score(f"o{n}", "burden", 3)
    made.add_participant(Participant(NASTY[3]))
    return made


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_text_from_a_file_steers_the_screen(
    drive: Any, nasty: Workshop, project: Project, size: tuple[int, int]
) -> None:
    async with drive(nasty, project, size=size) as app:
        assert "[@click=app.quit]x[/]" in app.text
        for text in NASTY:
            app.app.say(text)
        await app.press("s", "s", "w", "escape", "e", "escape", "question_mark", "x", "slash")
        await app.type("x[/")
        await app.press("escape", "ctrl+p", "escape", "u")
        for name, place in VIEWS.items():
            if place.listed:
                app.app.show_view(name)
                await app.settle()
                await app.press("down")
                drawn = app.text
                assert not any(ord(char) < 32 and char != "\n" for char in drawn), name
                assert not any(char in drawn for char in "\x1b\u202e\u2066"), name
                for strip in app.app.screen._compositor.render_strips():
                    for segment in strip:
                        meta = segment.style.meta if segment.style else {}
                        assert "@click" not in meta, name
        assert not app.app._exit


def test_the_one_door_for_text() -> None:
    assert safe("see [/] \x1b[1m").plain == "see [/] ␛[1m"
    assert not safe("[b]x[/b]").spans
    assert fit("日本語", 5) == "日本…"
    assert fit("abc", 5, "right") == "  abc"
    assert fit("abc", 5, "center") == " abc "
    assert fit("abc", 0) == ""
    assert wrap("one two three", 7) == ("one two", "three")
    assert wrap("a" * 9 + " b", 4) == ("aaaa", "aaaa", "a b")
    assert all(width(line) <= 5 for line in wrap("日本語の題名と本文", 5))
    assert (bar(50, 10), bar(45, 10), bar(0, 10)) == ("━━━━━", "━━━━╸", "")
    assert open_bar(30, 100, 10) == "━━━┄┄┄┄┄┄┄"
    assert [figure(n) for n in (None, 3, 2.5, -0.0, 12345, 1.5e6)] == [
        "·",
        "3",
        "2.5",
        "0",
        "12.3k",
        "1.5M",
    ]
    assert all(len(figure(n)) <= 6 for n in (-0.000123456, 123456.789, -9e15, 0.1234567))


# -- start-up


class Slow:
    """Something that is opened only once it is allowed to go on."""

    def __init__(self, work: Callable[[], Opened]) -> None:
        self._work = work
        self._go_on = threading.Event()
        self.opening = Opening(self._open)

    def _open(self, tell: Callable[[Stage], object]) -> Opened:
        tell(Stage("ballots", 250, 1000))
        assert self._go_on.wait(60)
        return self._work()

    @asynccontextmanager
    async def driven(self) -> AsyncIterator[Driver]:
        try:
            app = EvaluatorApp(opening=self.opening)
            async with app.run_test(size=(80, 24)) as pilot, asyncio.timeout(60):
                driver = Driver(app, pilot)
                while "ballots" not in driver.text:
                    await pilot.pause()
                yield driver
        finally:
            self._go_on.set()

    def go_on(self) -> None:
        self._go_on.set()


async def test_the_first_picture_of_a_large_session_shows_how_far_it_is(root: Path) -> None:
    slow = Slow(lambda: open_here(root, who="amina"))
    async with slow.driven() as app:
        line = app.line("ballots")
        assert line.strip() == "Reading ballots: 250 of 1,000"
        bar_ = app.lines[app.lines.index(line) + 1].strip()
        assert bar_ == "━━━━━━━╸" + "╌" * 22  # a quarter of 30 cells
        assert app.lines[0].strip() == "Score"
        assert app.lines[-1].split() == ["?", "help", "q", "quit", "▏^p", "palette"]
        for key in ("4", "u", "R", "slash", "insert", "w"):
            await app.press(key)
            assert "still being read; ^q quits" in app.said, key
        await app.press("question_mark")
        assert "EVERYWHERE" in app.text
        slow.go_on()
        while app.app.workshop is None or "Reach" not in app.text:
            await app.pilot.pause()
        await app.press("4")
        assert app.app.workshop.ballot().scores == {"lamps": {"reach": 4}}
        assert app.app.project.title == "Harbour plan"
        assert len(app.app.screen_stack) == 1


async def test_one_may_quit_while_a_large_session_is_read(root: Path) -> None:
    async with Slow(lambda: open_here(root)).driven() as app:
        await app.press("q")
        assert app.app._exit
        assert app.app.return_code == 0


async def test_what_can_not_be_read_ends_the_app_and_is_raised(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Slow(lambda: open_here(root, session="frist"))
    async with slow.driven() as app:
        slow.go_on()
        while not app.app._exit:
            await app.pilot.pause()
        assert app.app.return_code == 2
    monkeypatch.setattr(EvaluatorApp, "run", lambda *_, **__: None)
    with pytest.raises(EvaluatorError, match="'frist'"):
        run(opening=slow.opening)


async def test_a_slow_folder_without_a_project_is_welcomed(tmp_path: Path) -> None:
    slow = Slow(lambda: open_here(tmp_path))
    async with slow.driven() as app:
        slow.go_on()
        while not isinstance(app.app.screen, WelcomeScreen):
            await app.pilot.pause()
        await app.pilot.pause()
        assert "try the example" in app.text


def test_each_stage_is_told(root: Path) -> None:
    made = Project.open(root).begin("First", participants=["Amina", "Bilal"])
    for who in ("amina", "bilal"):
        made.act_as(who)
        made.score("lamps", "reach", 3)
    made.save()
    stages: list[Stage] = []
    open_here(root, who="amina", tell=stages.append)
    assert stages == [Stage("options"), Stage("session"), Stage("ballots", 0, 2)]
    assert [told(stage) for stage in stages] == [
        "Reading the options …",
        "Reading the session …",
        "Reading ballots: 0 of 2",
    ]


@pytest.mark.parametrize("quick", [True, False])
def test_only_what_is_slow_to_open_is_opened_beside(
    root: Path, monkeypatch: pytest.MonkeyPatch, *, quick: bool
) -> None:
    calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
    gate = threading.Event()

    def shown(*these: Any, **those: Any) -> int:
        calls.append((these, those))
        return 0

    def slow(*where: Any, **how: Any) -> Opened:
        assert gate.wait(60)
        return open_here(*where, **how)

    monkeypatch.setattr(start.terminal, "somebody_there", lambda: True)
    monkeypatch.setattr("evaluator.tui.app.run", shown)
    monkeypatch.setattr("evaluator.opening.GRACE", 60 if quick else 0)
    if quick:
        gate.set()
    monkeypatch.setattr("evaluator.opening.open_here", slow)
    assert start.open_app(str(root), who="amina") == 0
    gate.set()
    ((these, those),) = calls
    if quick:
        project, workshop = these
        assert (project.root, workshop.me) == (root.resolve(), "amina")
    else:
        found = those["opening"].within(60)
        assert (found.project.root, found.workshop.me) == (root.resolve(), "amina")
        assert those["settings"] == settings.load()


def test_nothing_slow_is_loaded_before_the_first_picture() -> None:
    slow = (
        "numpy",
        "rapidfuzz",
        "highspy",
        "xlsxwriter",
        "click",
        "tomlkit",
    )
    code = f"import sys, evaluator.tui.app; print([m for m in {slow!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_nothing_is_sent_to_the_terminal_while_nothing_happens(
    drive: Any, workshop: Workshop
) -> None:
    async with drive(workshop) as app:
        frames = 0
        display = app.app._display

        def count(*arguments: Any) -> None:
            nonlocal frames
            frames += 1
            display(*arguments)

        app.app._display = count
        await app.pilot.pause(1.5)
        assert frames == 0


async def test_a_note_screen_shows_its_keys(drive: Any, workshop: Workshop) -> None:
    async with drive(workshop) as app:
        await app.press("w")
        assert isinstance(app.app.screen, NoteScreen)
        assert app.lines[-1].startswith("esc cancel  enter keep  ^j new line  ^e $EDITOR")
        assert not app.app.screen.query_one(TextArea).cursor_blink
