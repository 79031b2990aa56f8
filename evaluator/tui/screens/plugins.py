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

    from textual.widget import Widget
    from textual.worker import WorkType

    from evaluator.plugin.host import PluginInfo
    from evaluator.project import Project
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed

_STATES = {
    "loaded": "in use",
    "waits": "waits for review",
    "off": "switched off",
    "problem": "problem",
}


class PluginList(Listing):
    """One row a plugin."""

    def __init__(self) -> None:
        super().__init__(id="list")
        self.plugins: dict[str, PluginInfo] = {}

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings."""
        return [(fit("    PLUGIN", 30) + fit("STATE", 20) + "CRITERIA", self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """A plugin."""
        plugin = self.plugins[id]
        style = self.paint.strong if here else self.paint.base
        name = f"{'▌' if here else ' '}   {plugin.name} {plugin.version}"
        look = self.paint.warn if plugin.state in ("problem", "waits") else style
        return [
            (fit(name, 30), style),
            (fit(_STATES[plugin.state], 20), look),
            (fit(", ".join(plugin.criteria) or "not known before it runs", cells - 50), style),
        ]


class PluginsScreen(View):
    """Look at a plugin, trust it or not, switch it off."""

    NAME = "plugins"
    BINDINGS = bindings(NAME)

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
        found = await asyncio.to_thread(self.project.host.plugins)
        self.listing.plugins = {str(n): plugin for n, plugin in enumerate(found)}
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

    def on_listing_moved(self) -> None:
        """Shows the plugin under the cursor."""
        plugin = self.current
        if plugin is None:
            return
        about, code = self.query_one("#about", Static), self.query_one("#code", Static)
        about.update(safe("\n".join(self._about(plugin))))
        code.update(safe(""))
        self.query_one("#source").scroll_home(animate=False)
        if plugin.path is not None:
            self._show_source(plugin, code)
        self.refresh_footer()

    def _about(self, plugin: PluginInfo) -> list[str]:
        lines = [f"{plugin.name} {plugin.version}".strip(), f"from    {plugin.source}"]
        if plugin.sha256:
            lines.append(f"sha256  {plugin.sha256}")
        if plugin.state == "problem" and plugin.problem:
            lines += ["", plugin.problem]
            lines.append(f"Try: evaluator plugins check {plugin.source}")
        if plugin.state == "waits":
            lines += ["", "It has not been run. Read it, then t trusts exactly this version."]
        return lines

    def _show_source(self, plugin: PluginInfo, code: Static) -> None:
        from evaluator.plugin.manage import review

        assert plugin.path is not None
        try:
            reviewed = review(plugin.path, self.project.root)
        except EvaluatorError as error:
            code.update(safe(str(error)))
            return
        files = reviewed.found.source.files.items()
        texts = [data.decode("utf-8", "replace") for name, data in files if name.endswith(".py")]
        said = f"imports {', '.join(reviewed.imports) or 'nothing'}"
        if reviewed.changed:
            said += f"\nchanged since it was trusted: {', '.join(reviewed.changed)}"
        about = self.query_one("#about", Static)
        about.update(safe("\n".join([*self._about(plugin), said, ""])))
        code.update(highlight(clean_text("\n".join(texts)), language="python"))

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
            self.project.host.reload()
            self.show()

    async def _gain(self, plugin: PluginInfo) -> None:
        """Loads what is trusted now, and offers its criteria to the project and the session."""
        host = self.project.host
        host.reload()
        known = await asyncio.to_thread(host.plugins, run=True)
        self.show()
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
        from evaluator.project import Project

        try:
            for id in ids:
                await asyncio.to_thread(add_criterion, self.project, id)
            project = await asyncio.to_thread(Project.open, self.project.root)
            self.evaluator.project = project
            refresh(self.workshop, project, save=False)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        self.evaluator.say(f"in use from now on: {', '.join(ids)}")

    def action_switch_plugin(self) -> None:
        """Switches the plugin off, or on again."""
        from evaluator.plugin.manage import switch_off, switch_on

        plugin = self.current
        if plugin is None:
            return
        switch = switch_on if plugin.state == "off" else switch_off
        if self.attempt(lambda: switch(plugin.name, self.project.root)):
            self.project.host.reload()
            self.show()
