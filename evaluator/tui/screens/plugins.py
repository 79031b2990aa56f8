"""The Plugins view: the state of each, its source, and whether it is trusted."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import Container, VerticalScroll
from textual.highlight import highlight
from textual.widgets import Static

from evaluator.display import clean_text
from evaluator.errors import EvaluatorError
from evaluator.tui.commands import bindings
from evaluator.tui.text import fit, safe
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Parts
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from textual.content import Content
    from textual.widget import Widget
    from textual.worker import WorkType

    from evaluator.errors import Problem
    from evaluator.plugin.host import PluginInfo
    from evaluator.project import Project
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed

_STATES = {"waits": "waits for review", "off": "switched off", "problem": "problem"}
STATE = 18  # cells of the state
NAME, CRITERIA = 16, 20  # cells that name and criteria have at least
SPOKEN = 3  # problems of one plugin that are shown


class PluginList(Listing):
    """One row a plugin."""

    def __init__(self) -> None:
        super().__init__(id="list")
        self.plugins: dict[str, PluginInfo] = {}
        self.used: set[str] = set()

    def _columns(self, cells: int) -> tuple[int, int]:
        """The cells of name and criteria; without criteria where there is no room for them."""
        names = [f"{plugin.name} {plugin.version}" for plugin in self.plugins.values()]
        longest = max(map(len, names), default=0) + 4
        name = min(max(longest, NAME), max(cells - STATE - CRITERIA, 30))
        return (name, cells - name - STATE) if cells >= 60 else (cells - STATE, 0)

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings."""
        name, criteria = self._columns(cells)
        said = fit("  PLUGIN", name) + fit("STATE", STATE) + fit("CRITERIA", criteria)
        return [(said, self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """A plugin."""
        plugin = self.plugins[id]
        name, criteria = self._columns(cells)
        style = self.paint.strong if here else self.paint.base
        look = self.paint.warn if plugin.state in ("problem", "waits") else style
        mark = ("▌", self.paint.bar) if here else (" ", self.paint.base)
        ids = ", ".join(plugin.criteria) or "not known before it runs"
        return [
            mark,
            (fit(f" {plugin.name} {plugin.version}", name - 2) + " ", style),
            (fit(self.state(plugin), STATE), look),
            (fit(ids, criteria), style),
        ]

    def state(self, plugin: PluginInfo) -> str:
        """The state of a plugin in words; "in use": the session has a criterion of it."""
        if plugin.state != "loaded":
            return _STATES[plugin.state]
        return "in use" if self.used.intersection(plugin.criteria) else "ready"


class PluginsScreen(View):
    """Look at a plugin, trust it or not, switch it off."""

    NAME = "plugins"
    BINDINGS = bindings(NAME)
    _shown_plugin: PluginInfo | None = None

    def content(self) -> Iterable[Widget]:
        """The list, and the source of the plugin under the cursor."""
        with Container(id="body"):
            yield PluginList()
            with VerticalScroll(id="source", can_focus=False):
                yield Static(id="about")
                yield Static(id="code")

    @property
    def listing(self) -> PluginList:
        """The plugins."""
        return self.query_one(PluginList)

    @property
    def project(self) -> Project:
        """The project that is open."""
        found = self.evaluator.project
        assert found is not None
        return found

    def ids(self) -> Sequence[str]:
        """A number each: two plugins may have one name."""
        return list(self.listing.plugins)

    def show(self, event: Changed | None = None) -> None:
        """Asks the host in a worker."""
        read: WorkType[None] = self._read  # a function: one overtaken before it begins is no loss
        self.run_worker(read, exclusive=True, group="plugins")

    async def _read(self) -> None:
        """Shows what is there at once, and what is known once those that may run have run."""
        host = self.project.host
        for run in (False, True):
            found = await asyncio.to_thread(host.plugins, run=run)
            self.listing.used = set(self.workshop.criteria)
            self.listing.plugins = {str(n): plugin for n, plugin in enumerate(found)}
            self.listing.styles.max_height = max(4, min(len(found) + 1, 2 * self.size.height // 5))
            self.listing.set_rows(self.ids())

    @property
    def current(self) -> PluginInfo | None:
        """The plugin under the cursor."""
        return self.listing.plugins.get(self.listing.current or "")

    def can(self, action: Action) -> bool:
        """Only a project's own plugins are trusted or not; what is built in stays on."""
        plugin = self.current
        if action.name == "find":
            return False
        if action.name == "trust":
            return plugin is not None and plugin.path is not None
        if action.name == "switch_plugin":
            return plugin is not None and plugin.source != "built in"
        return True

    def word(self, action: Action) -> str:
        """Names what a key would do to the plugin under the cursor."""
        plugin = self.current
        if plugin is not None and action.name == "trust":
            return "trust" if plugin.state == "waits" else "untrust"
        if plugin is not None and action.name == "switch_plugin":
            return "on" if plugin.state == "off" else "off"
        return super().word(action)

    def action_half_up(self) -> None:
        """Scrolls the source up."""
        self.query_one("#source").scroll_page_up(animate=False)

    def action_half_down(self) -> None:
        """Scrolls the source down."""
        self.query_one("#source").scroll_page_down(animate=False)

    # -- what is said of the plugin under the cursor

    def on_listing_moved(self) -> None:
        """Shows the plugin under the cursor."""
        plugin = self.current
        if plugin is None:
            return
        if plugin != self._shown_plugin:
            self._shown_plugin = plugin
            self.query_one("#about", Static).update(safe("\n".join(self._about(plugin))))
            self.query_one("#code", Static).update(safe(""))
            self.query_one("#source").scroll_home(animate=False)
            self.run_worker(self._show_source(plugin), group="source", exclusive=True)
        self.refresh_footer()

    def _about(self, plugin: PluginInfo) -> list[str]:
        lines = [f"{plugin.name} {plugin.version}".strip(), f"from     {plugin.source}"]
        if plugin.sha256:
            lines.append(f"sha256   {plugin.sha256}")
        if plugin.state == "waits":
            return [*lines, "It has not been run. Read it; t trusts exactly this version."]
        wrong = [p for p in self.project.host.problems() if _is_about(p, plugin)][:SPOKEN]
        return [*lines, *(line for problem in wrong for line in ("", str(problem)))]

    async def _show_source(self, plugin: PluginInfo) -> None:
        if plugin.path is None:
            return
        try:
            said, source = await asyncio.to_thread(_looked_over, plugin.path, self.project.root)
        except EvaluatorError as error:
            said, source = [str(error)], safe("")
        if self.current == plugin:
            lines = [*self._about(plugin), *said, ""]
            self.query_one("#about", Static).update(safe("\n".join(lines)))
            self.query_one("#code", Static).update(source)

    # -- trusting

    async def action_trust(self) -> None:
        """Trusts the plugin as it is, or no longer."""
        plugin = self.current
        if plugin is None or plugin.path is None:
            return
        if plugin.state != "waits":
            self._withdraw(plugin)
            return
        await self.ask(
            f"trust {plugin.name} as it is? type yes",
            "",
            lambda said: self._trust(plugin, said),
            "it will run with your rights",
        )

    def _trust(self, plugin: PluginInfo, said: str) -> None:
        from evaluator.plugin.manage import review, trust_review

        if said.strip().casefold() != "yes" or plugin.path is None:
            self.evaluator.say("it still waits")
            return
        path, root = plugin.path, self.project.root
        if self.attempt(lambda: trust_review(review(path, root), root)):
            self.run_worker(self._gain(plugin), group="gain")

    def _withdraw(self, plugin: PluginInfo) -> None:
        from evaluator.plugin.manage import untrust

        path, root = plugin.path, self.project.root
        assert path is not None
        if self.attempt(lambda: untrust(path, root)):
            self.evaluator.say(f"{plugin.name} is trusted no longer")
            self.run_worker(self._reload(), group="gain")

    async def _reload(self) -> None:
        """Looks for plugins anew, and asks those that may run now."""
        await asyncio.to_thread(self.project.host.reload)
        self.show()
        self.evaluator.advice.gather()

    async def _gain(self, plugin: PluginInfo) -> None:
        """Loads what is trusted now, and offers its criteria to the project and the session."""
        host = self.project.host
        self.evaluator.say(f"{plugin.name} is loaded …")
        await self._reload()
        known = await asyncio.to_thread(host.plugins, run=True)
        found = next((one for one in known if one.path == plugin.path), None)
        gained = [id for id in found.criteria if id not in self.workshop.criteria] if found else []
        if found is None or found.problem:
            self.evaluator.say(
                found.problem if found and found.problem else "it is gone", "warning"
            )
        elif gained:
            names = ", ".join(gained)
            await self.ask(
                f"use {names} in this project and session? type yes",
                "yes",
                lambda said: self._use(gained, said),
                "its cells will be open",
            )
        else:
            self.evaluator.say(f"{plugin.name} is trusted")

    def _use(self, ids: list[str], said: str) -> None:
        if said.strip().casefold() == "yes":
            self.run_worker(self._take_in(ids), group="gain")

    async def _take_in(self, ids: list[str]) -> None:
        from evaluator.editing import add_criterion
        from evaluator.exchange import refresh

        try:
            for id in ids:
                await asyncio.to_thread(add_criterion, self.project, id)
            project = await asyncio.to_thread(self.project.again)
            self.evaluator.project = project
            refresh(self.workshop, project, save=False)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        self.show()
        self.evaluator.advice.gather()
        self.evaluator.say(f"in use from now on: {', '.join(ids)}")

    def action_switch_plugin(self) -> None:
        """Switches the plugin off, or on again."""
        from evaluator.plugin.manage import switch_off, switch_on

        plugin = self.current
        if plugin is None:
            return
        switch = switch_on if plugin.state == "off" else switch_off
        if self.attempt(lambda: switch(plugin.name, self.project.root)):
            self.run_worker(self._reload(), group="gain")


def _is_about(problem: Problem, plugin: PluginInfo) -> bool:
    label = plugin.name if plugin.source == "installed" else plugin.source
    return problem.file == label or problem.file.startswith(f"{label}/")


def _looked_over(path: Path, root: Path) -> tuple[list[str], Content]:
    """What a plugin imports, what has changed since it was trusted, and its text in colours."""
    from evaluator.plugin.manage import review

    reviewed = review(path, root)
    said = [f"imports  {', '.join(reviewed.imports) or 'none found'}"]
    if reviewed.changed:
        said.append(f"changed since it was trusted: {', '.join(reviewed.changed)}")
    files = reviewed.found.source.files.items()
    texts = [data.decode("utf-8", "replace") for name, data in files if name.endswith(".py")]
    return said, highlight(clean_text("\n".join(texts)), language="python")
