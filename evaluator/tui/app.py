"""The app: one workshop, shown by views.

To add a view
    1. A line in `commands.VIEWS` (name, key, title) and one in `commands.ACTIONS` for each thing it
       can do that is not there yet.
    2. A module `screens/NAME.py` with the class `TitleScreen(View)`: `NAME`, `BINDINGS =
       bindings(NAME)`, `content` (its widgets between status line and footer), `show(event)`
       (paint what changed, from `self.workshop`), `listing` (the list that moving and finding are
       about), and a method `action_NAME` for each of its actions. Until the module is there, the
       view is neither bound nor offered.
    3. Lists are subclasses of `widgets.listing.Listing`, other lines of `widgets.drawn.Drawn`;
       colours come from `self.paint`, all text from files goes through `tui.text` (what is drawn by
       lines is cleaned once more).
    4. Changes go through `self.attempt(lambda: self.workshop.…)`: a refusal is said, not raised.
       The app hears of every change and calls `changed`, which calls `show`; no view repaints
       itself after a change of its own.

Slow work: `self.run_worker(coroutine)` with `await asyncio.to_thread(…)` inside.
"""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import os
import signal
from contextlib import suppress
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, cast

import msgspec
from textual import events
from textual.app import App

from evaluator.display import clean
from evaluator.errors import EvaluatorError, nearest
from evaluator.settings import Settings, keep_theme
from evaluator.tui import keys
from evaluator.tui.advice import Advice
from evaluator.tui.commands import APP, BY_NAME, VIEWS, bindings, keymap
from evaluator.tui.finding import Finder
from evaluator.tui.saving import LOOK, Saver
from evaluator.tui.scope import Scope
from evaluator.tui.screens.score import ScoreScreen
from evaluator.tui.theme import DARK, OWN, Paint
from evaluator.tui.view import View
from evaluator.workshop import Changed, Event, SaveFailed, Workshop

if TYPE_CHECKING:
    from pathlib import Path

    from textual.screen import Screen

    from evaluator.opening import Opening
    from evaluator.project import Project
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.find import Prompt

SOON = 0.1  # seconds after the start: the first picture stands by then
LATER = 0.3  # seconds from the first picture to the start of plugins
TOAST = 3.0  # seconds a message stays


class EvaluatorApp(App[int], inherit_bindings=False):
    """The app of one workshop; without one it welcomes.

    Attributes:
        workshop: the session that is open, or None.
        project: the project it belongs to, or None.
        opening: what is opened while the app starts; None where all is there.
        settings: the user's own settings.
        paint: the styles of the theme in force.
    """

    CSS_PATH = "app.tcss"
    TITLE = "evaluator"
    BINDINGS = bindings(APP)
    ALLOW_SELECT = False
    ENABLE_COMMAND_PALETTE = False  # the palette is one of our own actions
    COMMANDS: ClassVar = set()

    def __init__(
        self,
        workshop: Workshop | None = None,
        project: Project | None = None,
        *,
        settings: Settings | None = None,
        opening: Opening | None = None,
        note: str = "",
    ) -> None:
        super().__init__()
        self.workshop = workshop
        self.project = project
        self.opening = opening
        self._note = note
        self.settings = settings or Settings()
        self.paint: Paint = cast("Paint", None)
        self._views: dict[str, View] = {}
        self._failed_leaving = False
        self._keeping = asyncio.Lock()
        self._handed_on: list[events.Key] = []
        self._mere_information = False
        self.animation_level = "none"
        self._begin_theme()
        self._keymap_said, self._unknown_actions = keymap(self.settings.keys)
        self.set_keymap(self._keymap_said)
        if workshop is not None:
            self._follow(workshop)

    # -- theme

    def _begin_theme(self) -> None:
        """Takes the theme before the style sheet is read, so that it is read once."""
        for theme in OWN:
            self.register_theme(theme)
        found = self.available_themes.get(self.settings.theme, DARK)
        # Without colour an ansi theme is black on black.
        theme = DARK if self.no_color and found.ansi else found
        self.set_reactive(App.theme, theme.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)
        self._repaint()

    def _repaint(self) -> None:
        self._painted = self.theme
        ansi = self.current_theme.ansi
        self.paint = Paint.of(self.theme_variables, own_colours=ansi)

    def watch_theme(self) -> None:
        """Blends the styles of lists anew."""
        if self.no_color and self.current_theme.ansi:
            self.theme = DARK.name
            return
        if self._painted == self.theme:
            return
        self.get_css_variables()
        self._repaint()
        for screen in self.screen_stack:
            if isinstance(screen, View):
                screen.changed(None)

    def choose_theme(self, name: str) -> None:
        """Takes a theme on, and keeps it for the next start."""
        self.theme = name
        if self.theme == name:  # without colour some can't be taken on
            self.settings = msgspec.structs.replace(self.settings, theme=name)
            self.run_worker(self._keep_theme(), group="settings")

    async def _keep_theme(self) -> None:
        async with self._keeping:
            try:
                await asyncio.to_thread(keep_theme, self.settings.theme)
            except EvaluatorError as error:
                self.fail(error)

    # -- the workshop

    def _follow(self, workshop: Workshop) -> None:
        self.saver = Saver(self, workshop)
        self.finder = Finder(self, workshop)
        self.advice = Advice(self, workshop)
        self.scope = Scope()
        self._forget = workshop.listen(self._hear)

    def _hear(self, event: Event) -> None:
        if isinstance(event, SaveFailed):
            self.saver.failed()
        else:
            self.saver.changed()
        if isinstance(event, Changed) and "options" in event.topics:
            self.advice.forget()
        for screen in self._screens_shown():
            if isinstance(event, Changed):
                screen.changed(event)
            else:
                screen.refresh_status()
        warning = getattr(event, "warning", "")
        if warning:
            self.say(warning, "warning")

    def _screens_shown(self) -> list[View]:
        """The view that can be seen: the uppermost of the stack, dialogs aside."""
        views = [screen for screen in self.screen_stack if isinstance(screen, View)]
        return [view for view in views[-1:] if view.is_mounted]

    async def open(self, workshop: Workshop) -> None:
        """Shows another session; what is unsaved in this one is saved first."""
        if self.workshop is not None:
            await self.saver.flush()
            self._forget()
            self.advice.stop()
        self.workshop = workshop
        self._follow(workshop)
        await self._pop_all()
        for name, view in list(self._views.items()):
            self.uninstall_screen(name)
            # Not awaited: it may be this very view that asked.
            self.call_later(view.remove)
        self._views.clear()
        self.say_odd()
        self.home(ScoreScreen())

    async def enter(self, project: Project, workshop: Workshop) -> None:
        """Shows a session of another project."""
        self.project = project
        if self.workshop is None:
            self.set_interval(LOOK, self._look)
        await self.open(workshop)

    async def _finish_opening(self, opening: Opening) -> None:
        """Waits for what is opened beside, and shows it; an error ends the app (see `run`)."""
        try:
            found = await asyncio.wrap_future(opening.coming)
        except EvaluatorError as error:
            self.exit(return_code=error.exit_code)
            return
        self.opening, self._note = None, found.note
        if found.project is not None and found.workshop is not None:
            await self.enter(found.project, found.workshop)
        else:
            await self._pop_all()
            self._put_lowest(self._welcome())
        self.set_timer(SOON, _collect_again)

    def import_brief(self, path: Path) -> None:
        """Shows what a brief holds, to be made options."""
        module = import_module("evaluator.tui.screens.import_preview")
        self.push_screen(module.ImportPreview(path))

    def show_learnt(self) -> None:
        """Paints suggestions that have come in."""
        for screen in self._screens_shown():
            screen.learnt()
            screen.draw_together()

    def refresh_status(self) -> None:
        """Brings the status line of the view up to date."""
        for screen in self._screens_shown():
            screen.refresh_status()

    def home(self, screen: Screen[None]) -> None:
        """Makes a screen of the workshop the one at the bottom of the stack."""
        self._put_lowest(screen)
        self.finder.prepare()
        self.advice.gather()

    async def _pop_all(self) -> None:
        while len(self.screen_stack) > 1:
            await self.pop_screen()

    def _put_lowest(self, screen: Screen[None]) -> None:
        lowest = self.screen
        if not lowest._result_callbacks:  # noqa: SLF001 - the first screen is never pushed, and
            lowest._push_result_callback(lowest, None)  # noqa: SLF001 - switching pops a callback
        self.switch_screen(screen)

    # -- screens

    def get_default_screen(self) -> Screen[None]:
        """The first screen: no second one is pushed over it, so the first picture comes sooner."""
        first: View
        if self.workshop is not None:
            first = ScoreScreen()
        elif self.opening is not None:
            first = import_module("evaluator.tui.screens.opening").OpeningScreen(self.opening)
        else:
            return self._welcome()
        first.expect(self.size)
        return first

    def _welcome(self) -> Screen[None]:
        module = import_module("evaluator.tui.screens.welcome")
        return cast("Screen[None]", module.WelcomeScreen())

    @staticmethod
    @cache
    def _is_there(module: str) -> bool:
        return importlib.util.find_spec(module) is not None

    def has_view(self, name: str) -> bool:
        """Whether a view can be shown: its module is there, and so is a workshop."""
        return self.workshop is not None and self._is_there(VIEWS[name].module)

    def has_module(self, name: str) -> bool:
        """Whether `evaluator.tui.screens.NAME` is there."""
        return self._is_there(f"evaluator.tui.screens.{name}")

    def show_view(self, name: str) -> None:
        """Shows a view: over the first one, in place of the one that was over it."""
        self.save_now()
        if name == VIEWS["score"].name:
            if len(self.screen_stack) > 1:
                self.pop_screen()
            return
        if name not in self._views:
            place = VIEWS[name]
            self._views[name] = getattr(import_module(place.module), place.screen)()
            self.install_screen(self._views[name], name)
        if len(self.screen_stack) > 1:
            self.switch_screen(name)
        else:
            self.push_screen(name)

    async def leave_view(self) -> None:
        """Goes back to the view below; from the lowest one, quits."""
        if len(self.screen_stack) > 1:
            self.save_now()
            self.pop_screen()
        else:
            await self.action_quit()

    def open_palette(self, *, views: bool = False) -> None:
        """Opens the palette, with the views alone or with all that applies now."""
        from evaluator.tui.palette import Commands, Palette, Views

        if not isinstance(self.screen, Palette):
            provider, hint = (Views, "View…") if views else (Commands, "Command…")
            self.push_screen(Palette([provider], placeholder=hint, id="--command-palette"))

    def open_themes(self) -> None:
        """Offers the themes."""
        from evaluator.tui.palette import Palette, Themes

        self.push_screen(Palette([Themes], placeholder="Theme…", id="--command-palette"))

    # -- keys

    async def on_event(self, event: events.Event) -> None:
        """Sends keys for an open line the way those took that were typed ahead of it.

        They went to the view before the line was there; so no key overtakes another.
        """
        if isinstance(event, events.Key) and not event.is_forwarded and self._prompt is not None:
            if not await self._check_bindings(event.key, priority=True):
                self.screen._forward_event(event)  # noqa: SLF001 - as the base class does
            return
        await super().on_event(event)

    def on_key(self, event: events.Key) -> None:
        """Hands keys on to the open line: the letters of a name typed quickly are no commands."""
        prompt = self._prompt
        if event in self._handed_on:  # the line has seen it
            self._handed_on.remove(event)
        elif prompt is None or self.focused is not prompt.entry:
            self._handed_on.clear()
        else:
            event.prevent_default()
            again = events.Key(event.key, event.character)
            self._handed_on.append(again)
            prompt.entry._forward_event(again)  # noqa: SLF001 - posted, it would come back here

    @property
    def _prompt(self) -> Prompt | None:
        return self.screen.prompt if isinstance(self.screen, View) else None

    # -- saying

    def say(self, text: str, severity: str = "information") -> None:
        """A short message at the lower right; mere information gives way to what comes next."""
        if self._mere_information:
            self.clear_notifications()
        self._mere_information = severity == "information"
        self.notify(
            clean(text),
            severity=severity,  # type: ignore[arg-type]
            timeout=TOAST if severity == "information" else 2 * TOAST,
            markup=False,
        )

    def fail(self, error: EvaluatorError) -> None:
        """Says what could not be done, and how to mend it."""
        self.say(str(error), "warning")

    def keys_of(self, action: Action) -> list[str]:
        """The keys in force for an action."""
        said = self._keymap_said.get(action.name)
        return said.split(",") if said else list(action.keys)

    # -- saving, leaving

    def save_now(self) -> None:
        """Starts a save at once, if there is anything to save."""
        if self.workshop is not None:
            self.saver.now()

    async def on_mount(self) -> None:
        """Starts what runs beside: looking at the disk, listening to signals."""
        if hasattr(signal, "SIGHUP"):
            loop = asyncio.get_running_loop()
            for name in ("SIGTERM", "SIGHUP"):
                with suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(getattr(signal, name), self._end)
        self._say_settings()
        if self.workshop is not None:
            self.set_interval(LOOK, self._look)
            self.set_timer(SOON, self.finder.prepare)
            self.call_after_refresh(self.set_timer, LATER, self._gather)
            self.say_odd()
        if self.opening is not None:
            self.run_worker(self._finish_opening(self.opening), group="opening")
        else:
            self.set_timer(SOON, _collect_again)

    def say_odd(self) -> None:
        """Says why nothing can be scored, or what needs somebody's decision in the folder."""
        key = keys.show(self.keys_of(BY_NAME["sessions"])[0])
        if self._note:
            self.say(f"{self._note}: {key} opens it")
            self._note = ""
        elif self.workshop is not None and not self.workshop.can_score:
            number = self.workshop.round
            state = self.workshop.session.rounds[number].state
            self.say(f"round {number} is {state}: {key} opens the next round or a new session")
        if self.workshop is not None and self.workshop.problems:
            from evaluator.tui.repair import notice

            notice(self, self.workshop)

    def on_unmount(self) -> None:
        """Ends what runs beside: a plugin that hangs keeps nobody."""
        if self.workshop is not None:
            self.advice.stop()
        if self.project is not None:
            self.project.host.close()

    def _gather(self) -> None:
        self.advice.gather()  # of the session that is open by then

    def _say_settings(self) -> None:
        for problem in self.settings.problems:
            self.say(str(problem), "warning")
        for name in self._unknown_actions:
            near = nearest(name, BY_NAME)
            hint = f"; did you mean {near!r}?" if near else ""
            self.say(f"config.toml: keys: no action {name!r}{hint}", "warning")
        theme = self.settings.theme
        if theme and theme not in self.available_themes:
            near = nearest(theme, self.available_themes)
            hint = f"; did you mean {near!r}?" if near else ""
            self.say(f"config.toml: no theme {theme!r}{hint}", "warning")

    def _look(self) -> None:
        self.run_worker(self.saver.look(), group="look")

    def _end(self) -> None:
        self.run_worker(self._save_and_exit(), group="end")

    async def _save_and_exit(self) -> None:
        if self.workshop is not None:
            await self.saver.flush()
        self._leave()

    async def action_quit(self) -> None:
        """Saves and quits; where saving fails, says so and quits only when asked again."""
        if self.workshop is not None and not await self.saver.flush() and not self._failed_leaving:
            self._failed_leaving = True
            self.say("not saved; ctrl+q again quits without saving", "error")
            return
        self._leave()

    def _leave(self) -> None:
        self.exit(0)

    def action_how_to_quit(self) -> None:
        """Says how to quit."""
        key = self.keys_of(BY_NAME["quit"])[0]
        self.say(f"{key} quits; everything is saved by itself")


def _collect_again() -> None:
    """Takes the garbage collector up again where it was put off for the start."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def run(
    project: Project | None = None,
    workshop: Workshop | None = None,
    *,
    settings: Settings | None = None,
    opening: Opening | None = None,
    note: str = "",
) -> int:
    """Runs the app until it is left; answers the exit status.

    With `opening` the app shows how far that is, then what was opened. `note` is said at once.

    Raises:
        EvaluatorError: what was to be opened can't be; nothing is shown any more.
    """
    app = EvaluatorApp(workshop, project, settings=settings, opening=opening, note=note)
    app.run(mouse="EVALUATOR_NO_MOUSE" not in os.environ)
    if opening is not None:
        opening.within(0)
    return app.return_code or 0
