"""The command palette: what can be done here and now, by name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.theme import ThemeProvider
from textual.widgets import Input

from evaluator.tui import keys
from evaluator.tui.commands import MOVE
from evaluator.tui.text import safe
from evaluator.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.content import Content

    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.commands import Action


class Commands(Provider):
    """The actions of the view that apply at this moment."""

    group = ""

    def _offered(self) -> Iterator[tuple[Action, str]]:
        view = self.screen
        if not isinstance(view, View):
            return
        seen: set[str] = set()
        for action in view.actions():
            if action.group == MOVE or (self.group and action.group != self.group):
                continue
            says = view.says(action)
            if says not in seen and action.name not in ("palette", "views"):
                seen.add(says)
                yield action, says

    def _line(self, action: Action, says: Content) -> Content:
        view = cast("View", self.screen)
        shown = " ".join(keys.show(key) for key in view.keys_of(action))
        return says.append(f"  {shown}") if shown else says

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for action, says in self._offered():
            line = self._line(action, safe(says))
            yield DiscoveryHit(line, partial(self.screen.run_action, action.run), text=says)

    async def search(self, query: str) -> Hits:
        """Those that fit what is typed."""
        matcher = self.matcher(query)
        for action, says in self._offered():
            text = safe(says)
            score = matcher.match(text.plain)
            if score > 0:
                line = self._line(action, matcher.highlight(text.plain))
                yield Hit(score, line, partial(self.screen.run_action, action.run), text=says)


class Views(Commands):
    """The views alone."""

    group = "views"


class Themes(ThemeProvider):
    """The themes; the one that is chosen is kept."""

    @property
    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        """What each would do."""
        app = cast("EvaluatorApp", self.app)
        return [(name, partial(app.choose_theme, name)) for name in sorted(app.available_themes)]


class Palette(CommandPalette):
    """Textual's palette, plain: one line to type in, and a cursor that does not blink."""

    DEFAULT_CSS = """
    Palette { background: $background 40%; }
    Palette > Vertical { margin: 1 0 0 0; width: 64; max-width: 100%; background: $panel; }
    Palette #--input { border: none; background: $panel; height: 1; padding: 0 1; }
    Palette #--input.--list-visible { border: none; }
    Palette SearchIcon { display: none; }
    Palette CommandInput, Palette CommandInput:focus {
        border: none; height: 1; padding: 0; background: $panel !important;
    }
    Palette CommandList, Palette CommandList:focus {
        border: none; padding: 0; background: $panel !important; max-height: 18;
        scrollbar-size-vertical: 1;
    }
    Palette CommandList > .option-list--option { padding: 0 1; text-style: none; }
    """

    def on_mount(self) -> None:
        """Stops the blinking: it would send output for ever."""
        self.query_one(Input).cursor_blink = False
