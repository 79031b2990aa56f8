"""The import preview: the candidate list on one side, the source on the other."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError, fail
from evaluator.tui.commands import bindings
from evaluator.tui.text import fit, plain, width, wrap
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Parts
from evaluator.tui.widgets.listing import Listing
from evaluator.tui.widgets.source import Caret, Line, SourcePane, source_lines, spans
from evaluator.tui.words import count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.timer import Timer
    from textual.widget import Widget

    from evaluator.importing import Plan
    from evaluator.preview import Item, Preview
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.find import EntryLine
    from evaluator.workshop import Changed

NOTHING = "Nothing was found that reads like a list of recommendations."
TAKE = "[ takes all from the cursor on."
GONE = "gone:"  # begins the row of an option that the source no longer has
MARKS = {"new": "+ new", "changed": "~ changed", "same": "= same"}


class Candidates(Listing):
    """The items of the chosen list, a dropped one crossed out; below them what is gone."""

    def __init__(self) -> None:
        super().__init__(id="list")
        self.preview: Preview | None = None
        self.marks: dict[int, str] = {}  # by number of the item: what it would change
        self.titles: dict[str, str] = {}  # of options that are gone
        self.begun = time.monotonic()

    def head_line(self, y: int, cells: int) -> Parts:
        """Which of the lists this is."""
        if self.preview is None:
            seconds = time.monotonic() - self.begun
            steps = "." * (1 + int(seconds * 2) % 3)
            since = f" {seconds:.0f} s" if seconds >= 1 else ""
            return [(f" reading{since} {steps}", self.paint.muted)]
        lists = self.preview.lists
        if not lists:
            return [("    no list", self.paint.head)]
        found, likely = lists[self.preview.chosen], len(self.preview.draft.lists)
        items = count(len(self.preview.accepted), "item")
        if self.preview.chosen >= likely:
            place = f"{self.preview.chosen - likely + 1} of {len(lists) - likely}"
            said = f" {found.heading} ({place}): {items}"
        else:
            under = f" under “{found.heading}”" if found.heading else ""
            said = f" list {self.preview.chosen + 1} of {likely}: {items}{under}"
        return [(fit(said, cells), self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """An item, or an option that is gone."""
        assert self.preview is not None
        bar = ("▌" if here else " ", self.paint.bar)
        style = self.paint.strong if here else self.paint.base
        if id.startswith(GONE):
            title = fit(self.titles.get(id, ""), max(10, cells - 23))
            return [bar, ("       ", style), (title, self.paint.muted), (" – gone, kept", style)]
        item = self.preview.items[int(id)]
        style = style if item.kept else self.paint.rest
        flags = ", ".join(item.candidate.flags)
        mark = self.marks.get(int(id), "")
        room = cells - 8 - sum(width(plain(text)) + 1 for text in (flags, mark) if text)
        return [
            bar,
            (f"{'✓' if item.kept else '×'} {int(id) + 1:>3} ", style),
            (fit(item.candidate.title, max(10, room)), style),
            (f" {flags}" if flags else "", self.paint.warn),
            (f" {mark}" if mark else "", self.paint.muted if "=" in mark else self.paint.head),
        ]


class ImportPreview(View):
    """Accept, drop, merge, split, retitle, tag; nothing is written before enter."""

    NAME = "import_preview"
    BINDINGS = bindings(NAME)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.preview: Preview | None = None
        self.plan: Plan | None = None
        self._owner: dict[int, int] = {}
        self._skip = 0
        self._reading: Timer | None = None
        self.written = False  # the options are; what is asked now is about the open session

    def content(self) -> Iterable[Widget]:
        """The list and the source."""
        from textual.containers import Container

        listing = Candidates()
        listing.follow = self._moved
        yield Container(listing, SourcePane(), id="body")

    @property
    def listing(self) -> Candidates:
        """The items."""
        return self.query_one(Candidates)

    @property
    def pane(self) -> SourcePane:
        """The source."""
        return self.query_one(SourcePane)

    @property
    def place(self) -> int | None:
        """The number of the item under the cursor, from 0."""
        current = self.listing.current
        return int(current) if current is not None and not current.startswith(GONE) else None

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        at = self.place
        return self.preview.items[at] if self.preview is not None and at is not None else None

    def ids(self) -> Sequence[str]:
        """The numbers of the items, and the options that are gone."""
        items = [str(n) for n in range(len(self.preview.items))] if self.preview else []
        gone = self.plan.gone if self.plan is not None else ()
        return [*items, *(f"{GONE}{id}" for id in gone)]

    # -- painting

    def show(self, event: Changed | None = None) -> None:
        """Paints the preview as it stands, and works out what importing it would change."""
        listing = self.listing
        listing.preview = self.preview
        self._owner = spans(self.preview.items, self.preview.draft.source) if self.preview else {}
        listing.set_rows(self.ids(), at=listing.current)
        listing.refresh()
        self._show_source()
        self.refresh_status()
        if self.preview is not None and self.evaluator.project is not None:
            self.run_worker(self._compare(), group="compare", exclusive=True)

    async def _compare(self) -> None:
        """Says of each item whether it is new, changed or the same, and what is gone."""
        from evaluator import importing

        preview, project = self.preview, self.evaluator.project
        if preview is None or project is None or not project.options.options:
            return
        into, accepted = project.options, preview.accepted
        try:
            plan = await asyncio.to_thread(importing.plan, preview.draft, accepted, into)
        except EvaluatorError:
            return  # said when it is imported
        self.plan = plan
        kept = [n for n, item in enumerate(preview.items) if item.kept]
        self.listing.marks = {n: MARKS[row.change] for n, row in zip(kept, plan.rows, strict=False)}
        self.listing.titles = {f"{GONE}{id}": into.options[id].title for id in plan.gone}
        self.listing.set_rows(self.ids(), at=self.listing.current)
        self.listing.refresh()
        self.refresh_status()

    def right(self) -> list[str]:
        """What importing would change."""
        if self.plan is None:
            return []
        changes = [row.change for row in self.plan.rows]
        counts = (("new", changes.count("new")), ("changed", changes.count("changed")))
        return [", ".join(f"{n} {word}" for word, n in (*counts, ("gone", len(self.plan.gone))))]

    def _moved(self) -> None:
        self._skip = 0
        self.pane.caret = None
        self._show_source()

    def on_resize(self) -> None:
        """Breaks the lines anew."""
        self.call_after_refresh(self._show_source)

    def _show_source(self) -> None:
        at, item, preview = self.place, self.item, self.preview
        if preview is None or item is None or at is None:
            self.pane.show([])
            return
        if preview.draft.source and item.candidate.lines is not None:
            size = self.pane.room
            rows = source_lines(preview, at, self._owner, size, self._skip)
            said = self._about(item, size[0])
            self.pane.show([*rows[: max(1, size[1] - len(said))], *said])
        else:
            self.pane.show([*self._words(item), *self._columns()])

    def _about(self, item: Item, cells: int) -> list[Line]:
        """Tags and keywords of an item, below its source."""
        tags = "; ".join(item.candidate.rest.get("tags", ()))
        words = "; ".join(item.given_keywords)
        said = [("tags", tags), ("keywords", words)]
        return [Line(f"{label}: {text}", "head") for label, text in said if text]

    def _words(self, item: Item) -> list[Line]:
        """An item that stands in no source: its own text."""
        cells = self.pane.room[0]
        text = item.candidate.text or item.candidate.title
        return [Line(line, "own") for line in wrap(text, cells)] + self._about(item, cells)

    def _columns(self) -> list[Line]:
        """What was read from each column of a table."""
        assert self.preview is not None
        if not self.preview.draft.columns:
            return []
        from evaluator.columns import criterion_of

        workshop = self.evaluator.workshop
        criteria = workshop.criteria if workshop is not None else {}
        rows = [Line(""), Line("COLUMNS", "head")]
        for heading, field in self.preview.draft.columns.items():
            id = None if field else criterion_of(heading, criteria)
            said = f"score of {criteria[id].title}" if id is not None else field or "not read"
            rows.append(Line(f"{heading} → {said}", "own" if field or id else ""))
        return rows

    # -- reading

    def on_mount(self) -> None:
        """Reads the file in a worker."""
        self.listing.empty = ""
        self.listing.set_rows([])
        self._reading = self.set_interval(0.5, self._tick)
        self.run_worker(self._read({}))
        self.refresh_status()

    def _tick(self) -> None:
        self.listing.refresh_head()

    def changed(self, event: Changed | None) -> None:
        """The preview does not hang on the workshop."""

    def _status_left(self) -> Parts:
        return [(" Import  ", self.paint.strong), (self.path.name, self.paint.base)]

    async def _read(self, columns: dict[str, str]) -> None:
        """Reads the file; columns of a table as they were said, now or for the table before."""
        from evaluator import importing
        from evaluator.columns import remember, remembered
        from evaluator.plugin.host import Host
        from evaluator.preview import Preview

        project = self.evaluator.project
        host = project.host if project is not None else Host(None)
        said = {**(remembered(project.root) if project is not None else {}), **columns}
        try:
            draft = await asyncio.to_thread(importing.read, self.path, host.readers(), columns=said)
            importing.check_columns(draft, columns, self.path.name)
            preview = await asyncio.to_thread(Preview, draft)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            if self.preview is None:
                self.dismiss()
            return
        finally:
            if self._reading is not None:
                self._reading.stop()
        if columns and project is not None:
            remember(project.root, columns)
        for warning in draft.warnings[:3]:
            self.evaluator.say(warning, "warning")
        if not draft.lists:
            self.evaluator.say(f"{NOTHING} {TAKE}", "warning")
        self.preview = preview
        self.listing.empty = NOTHING
        self.show()

    def can(self, action: Action) -> bool:
        """Items need a list; undo an edit; columns a table."""
        if action.name == "find":
            return False
        if action.name == "undo_import":
            return self.preview is not None and self.preview.can_undo
        if action.name == "map_column":
            return self.preview is not None and bool(self.preview.draft.columns)
        if action.name in ("next_list", "previous_list"):
            return self.preview is not None and len(self.preview.lists) > 1
        if action.name == "split_item":
            return self.item is not None and " " in self.item.candidate.text.strip()
        if action.group == "item":
            return self.item is not None
        return True

    def refusal(self, action: Action) -> str:
        """The workshop's undo and redo are not meant here."""
        if action.name in ("undo", "redo"):
            return ""
        return "nothing to undo" if action.name == "undo_import" else super().refusal(action)

    def word(self, action: Action) -> str:
        """What enter and escape do while an item is being split."""
        if self.pane.caret is not None and action.name == "import_items":
            return "split here"
        return super().word(action)

    # -- moving

    def _scroll(self, lines: int) -> None:
        """Further on in the source, or back."""
        self._skip = max(-10_000, min(self._skip + lines, 10_000))
        self._show_source()

    def action_left(self) -> None:
        """The word before, where an item is being split; else back in the source."""
        if self.pane.caret is not None:
            self.pane.caret.move(-1)
            self.pane.refresh()
        else:
            self._scroll(-5)

    def action_right(self) -> None:
        """The next word, where an item is being split; else on in the source."""
        if self.pane.caret is not None:
            self.pane.caret.move(1)
            self.pane.refresh()
        else:
            self._scroll(5)

    def action_up(self) -> None:
        """One row up, or one line up in the text that is being split."""
        if self.pane.caret is not None:
            self.pane.caret.move_line(self.pane.size.width - 4, -1)
            self.pane.refresh()
        else:
            super().action_up()

    def action_down(self) -> None:
        """One row down, or one line down in the text that is being split."""
        if self.pane.caret is not None:
            self.pane.caret.move_line(self.pane.size.width - 4, 1)
            self.pane.refresh()
        else:
            super().action_down()

    # -- edits

    def _edit(self, change: str, *arguments: object) -> None:
        preview, at = self.preview, self.place
        if preview is None or at is None:
            return
        if self.attempt(lambda: getattr(preview, change)(at, *arguments)):
            self.show()

    def action_toggle_item(self) -> None:
        """Drops the item, or takes it back."""
        self._edit("toggle")
        super().action_down()

    def action_begin_items(self) -> None:
        """Drops all items before this one."""
        self._edit("begin")

    def action_finish_items(self) -> None:
        """Drops all items after this one."""
        self._edit("finish")

    def action_merge_item(self) -> None:
        """Joins the item with the next."""
        self._edit("merge")

    def action_split_item(self) -> None:
        """Puts a caret into the item's text; enter splits before the marked word."""
        if self.item is not None:
            self.pane.caret = Caret(self.item.candidate.text)
            self.pane.refresh()
            self.refresh_footer()

    def _end_split(self) -> None:
        self.pane.caret = None
        self.pane.refresh()
        self.refresh_footer()

    async def action_retitle_item(self) -> None:
        """Asks for another title."""
        if self.item is not None:
            title = self.item.candidate.title
            await self.ask("title", title, lambda said: self._edit("retitle", said), "")

    async def action_tag_item(self) -> None:
        """Asks for tags."""
        if self.item is not None:
            tags = "; ".join(self.item.candidate.rest.get("tags", ()))
            await self.ask("tags", tags, lambda said: self._edit("tag", said), "separated by ;")

    async def action_keywords_item(self) -> None:
        """Asks for keywords; those that are proposed stand there."""
        if self.item is not None:
            words = "; ".join(self.item.given_keywords)
            info = "separated by ;"
            await self.ask("keywords", words, lambda said: self._edit("describe", said), info)

    async def action_map_column(self) -> None:
        """Asks what a column of the table holds, and reads the table anew."""
        info = "HEADING=FIELD, such as Name=title · nothing after = : not read"
        await self.ask("column", "", self._map, info)

    def _map(self, said: str) -> None:
        heading, equals, field = said.rpartition("=")
        if not equals or not heading.strip():
            self.evaluator.say("write it as HEADING=FIELD", "warning")
            return
        self.run_worker(self._read({heading.strip(): field.strip()}))

    def action_next_list(self) -> None:
        """Takes the next candidate list."""
        self._choose(1)

    def action_previous_list(self) -> None:
        """Takes the candidate list before."""
        self._choose(-1)

    def _choose(self, step: int) -> None:
        preview = self.preview
        if preview is not None and preview.lists:
            preview.choose((preview.chosen + step) % len(preview.lists))
            self.listing.marks = {}
            self.show()

    def action_undo_import(self) -> None:
        """Takes the last edit back."""
        if self.preview is not None and self.preview.undo():
            self.listing.marks = {}
            self.show()

    def action_cancel_import(self) -> None:
        """Leaves; nothing is written."""
        if self.pane.caret is not None:
            self._end_split()
        else:
            self.dismiss()

    async def action_back(self) -> None:
        """The same."""
        self.action_cancel_import()

    async def on_entry_line_entered(self, event: EntryLine.Entered) -> None:
        """Once the options are written, to leave a question is to say no.

        The handler of `View` is called by Textual after this one.
        """
        if self.written and event.value is None:
            event.value = ""

    # -- taking it in

    def action_import_items(self) -> None:
        """Writes the options; while an item is being split, splits it."""
        caret = self.pane.caret
        if caret is not None:
            self._end_split()
            self._edit("split", caret.place)
            return
        # Of the app, not of this view: it goes on when the view is left.
        self.evaluator.run_worker(self._import(), group="import", exclusive=True)

    async def _import(self) -> None:
        from evaluator.tui.importing import into_new, into_project

        try:
            if self.preview is None or not self.preview.accepted:
                raise fail("no item is ticked", "space ticks one")
            if self.evaluator.project is not None:
                await into_project(self, self.preview)
            else:
                await into_new(self, self.preview)
        except EvaluatorError as error:
            self.evaluator.fail(error)
