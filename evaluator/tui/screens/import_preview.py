"""The import preview: the source on one side, the candidate list on the other."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError, fail
from evaluator.tui.commands import bindings
from evaluator.tui.text import fit, wrap
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from evaluator.preview import Preview
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed


class Candidates(Listing):
    """The items of the chosen list; a dropped one is struck out."""

    empty = "Nothing was found that reads like a list of recommendations."

    def __init__(self) -> None:
        super().__init__(id="list")
        self.preview: Preview | None = None

    def head_line(self, y: int, cells: int) -> Parts:
        """Which of the lists this is."""
        if self.preview is None:
            return [(" reading …", self.paint.muted)]
        lists = self.preview.draft.lists
        if not lists:
            return [("    no list", self.paint.head)]
        found = lists[self.preview.chosen]
        said = (
            f" list {self.preview.chosen + 1} of {len(lists)}: {len(self.preview.accepted)} items"
        )
        under = f" under “{found.heading}”" if found.heading else ""
        return [(fit(said + under, cells), self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """An item."""
        assert self.preview is not None
        item = self.preview.items[int(id)]
        style = self.paint.strong if here else self.paint.base
        style = style if item.kept else self.paint.rest
        mark = ("▌" if here else " ") + (" ✓ " if item.kept else " × ")
        flags = ", ".join(item.candidate.flags)
        room = cells - 8 - (len(flags) + 1 if flags else 0)
        title = fit(item.candidate.title, max(10, room))
        return [
            (mark, style),
            (f"{int(id) + 1:>3} ", style),
            (title, style),
            (f" {flags}", self.paint.warn),
        ]


class SourcePane(Drawn):
    """The lines of the source around the item under the cursor, its own lines marked."""

    def line(self, y: int, cells: int) -> Parts:
        """One line of the source, or of the item's text where there is none."""
        screen = self.screen
        assert isinstance(screen, ImportPreview)
        rows = screen.source_rows(cells, self.size.height)
        if y >= len(rows):
            return []
        number, text, own = rows[y]
        label = f"{number:>5} " if number else "      "
        look = self.paint.strong if own else self.paint.muted
        return [("▏", self.paint.rest), (label, self.paint.rest), (fit(text, cells - 8), look)]


class ImportPreview(View):
    """Accept, drop, merge, split, retitle, tag; nothing is written before enter."""

    NAME = "import_preview"
    BINDINGS = bindings(NAME)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.preview: Preview | None = None

    def content(self) -> Iterable[Widget]:
        """The list and the source."""
        from textual.containers import Container

        with Container(id="body"):
            yield Candidates()
            yield SourcePane(id="source")

    @property
    def listing(self) -> Candidates:
        """The items."""
        return self.query_one(Candidates)

    def ids(self) -> Sequence[str]:
        """The numbers of the items."""
        return [str(n) for n in range(len(self.preview.items))] if self.preview else []

    def show(self, event: Changed | None = None) -> None:
        """Paints the preview as it stands."""
        self.listing.preview = self.preview
        self.listing.set_rows(self.ids())
        self.listing.refresh_head()
        self.query_one(SourcePane).refresh()

    def on_mount(self) -> None:
        """Reads the file in a worker."""
        self.listing.preview = None
        self.listing.set_rows([])
        self.run_worker(self._read())
        self.refresh_status()

    def changed(self, event: Changed | None) -> None:
        """The preview does not hang on the workshop."""

    def _status_left(self) -> Parts:
        return [(" Import  ", self.paint.strong), (self.path.name, self.paint.base)]

    async def _read(self) -> None:
        from evaluator import importing
        from evaluator.plugin.host import Host
        from evaluator.preview import Preview

        project = self.evaluator.project
        host = project.host if project is not None else Host(None)
        try:
            draft = await asyncio.to_thread(importing.read, self.path, host.readers())
        except EvaluatorError as error:
            self.evaluator.fail(error)
            self.dismiss()
            return
        for warning in draft.warnings[:3]:
            self.evaluator.say(warning, "warning")
        self.preview = Preview(draft)
        self.show()
        self.refresh_status()

    def can(self, action: Action) -> bool:
        """Items need a list; undo an edit."""
        if action.name == "find":
            return False
        if action.name == "undo_import":
            return self.preview is not None and self.preview.can_undo
        if action.group == "item":
            return self.preview is not None and bool(self.preview.items)
        return True

    def on_listing_moved(self) -> None:
        """Shows the source of the item under the cursor."""
        self.query_one(SourcePane).refresh()

    def source_rows(self, cells: int, height: int) -> list[tuple[int, str, bool]]:
        """(line number or 0, text, whether it is the item's) for the source pane."""
        if self.preview is None or not self.preview.items:
            return []
        candidate = self.preview.items[self.listing.cursor].candidate
        source = self.preview.draft.source
        if not source or candidate.lines is None:
            return [(0, line, True) for line in wrap(candidate.text or candidate.title, cells - 8)]
        first, last = candidate.lines
        rows: list[tuple[int, str, bool]] = []
        for number in range(max(1, first - 2), min(len(source), last + 3) + 1):
            own = first <= number <= last
            lines = wrap(source[number - 1], cells - 8) or ("",)
            rows += [(number if n == 0 else 0, line, own) for n, line in enumerate(lines)]
            if len(rows) > height:
                break
        return rows

    # -- edits

    def _edit(self, change: str, *arguments: object) -> None:
        if self.preview is None:
            return
        preview = self.preview
        if self.attempt(lambda: getattr(preview, change)(self.listing.cursor, *arguments)):
            self.show()

    def action_toggle_item(self) -> None:
        """Drops the item, or takes it back."""
        self._edit("toggle")
        self.action_down()

    def action_merge_item(self) -> None:
        """Joins the item with the next."""
        self._edit("merge")

    async def action_split_item(self) -> None:
        """Asks for the words the second part begins with."""
        info = "the words it begins with"
        await self.ask("split before", "", self._split, info)

    def _split(self, words: str) -> None:
        if self.preview is None or not words.strip():
            return
        text = self.preview.items[self.listing.cursor].candidate.text
        at = text.casefold().find(words.strip().casefold())
        if at < 0:
            self.evaluator.say("these words are not in the text", "warning")
        else:
            self._edit("split", at)

    async def action_retitle_item(self) -> None:
        """Asks for another title."""
        if self.preview is not None:
            title = self.preview.items[self.listing.cursor].candidate.title
            await self.ask("title", title, lambda said: self._edit("retitle", said), "")

    async def action_tag_item(self) -> None:
        """Asks for tags."""
        if self.preview is not None:
            rest = self.preview.items[self.listing.cursor].candidate.rest
            tags = "; ".join(rest.get("tags", ()))
            await self.ask("tags", tags, lambda said: self._edit("tag", said), "separated by ;")

    def action_next_list(self) -> None:
        """Takes the next candidate list."""
        if self.preview is not None and self.preview.draft.lists:
            preview = self.preview
            preview.choose((preview.chosen + 1) % len(preview.draft.lists))
            self.show()

    def action_undo_import(self) -> None:
        """Takes the last edit back."""
        if self.preview is not None and self.preview.undo():
            self.show()

    def action_cancel_import(self) -> None:
        """Leaves; nothing is written."""
        self.dismiss()

    async def action_back(self) -> None:
        """The same."""
        self.dismiss()

    # -- taking it in

    def action_import_items(self) -> None:
        """Writes the options."""
        self.evaluator.run_worker(self._import())

    async def _import(self) -> None:
        try:
            await (self._into_project() if self.evaluator.project else self._into_new())
        except EvaluatorError as error:
            self.evaluator.fail(error)

    def _accepted(self) -> Preview:
        if self.preview is None or not self.preview.accepted:
            raise fail("no item is ticked", "space ticks one")
        return self.preview

    async def _into_project(self) -> None:
        from evaluator import importing
        from evaluator.project import Project

        preview = self._accepted()
        project = self.evaluator.project
        assert project is not None
        path = project.options_path
        if path is None:
            raise fail("the project has no options file", file="criteria.toml")
        plan = importing.plan(preview.draft, preview.accepted, importing.existing(path))
        await asyncio.to_thread(importing.write, plan, path)
        self.evaluator.project = await asyncio.to_thread(Project.open, project.root)
        count = sum(row.change != "same" for row in plan.rows)
        self.evaluator.say(f"{count} options new or changed; sessions begun from now on have them")
        self.dismiss()

    async def _into_new(self) -> None:
        from evaluator import importing
        from evaluator.creation import create
        from evaluator.opening import open_here
        from evaluator.store.names import slug

        preview = self._accepted()
        plan = importing.plan(preview.draft, preview.accepted)
        folder = self.path.parent / slug(plan.merged.title or self.path.stem)
        await asyncio.to_thread(create, folder, options=plan.merged)
        found = await asyncio.to_thread(open_here, folder)
        assert found.project is not None
        assert found.workshop is not None
        self.evaluator.say(f"made {folder}")
        self.dismiss()
        await self.evaluator.enter(found.project, found.workshop)
