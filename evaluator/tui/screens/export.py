"""The Export view: formats, what will be in the file, and where it goes."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final

from evaluator.errors import EvaluatorError, fail
from evaluator.settings import state_folder
from evaluator.store.files import write_file
from evaluator.tui.commands import BY_NAME, bindings
from evaluator.tui.text import fit, progress_bar
from evaluator.tui.view import View
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.listing import Listing
from evaluator.tui.words import count
from evaluator.tui.writing import ask_where
from evaluator.writers import OF_GROUP, PACKED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from evaluator.api import Writer
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed


_BAR: Final = 12  # cells of the bar while a file is written


def _kind(writer: Writer) -> str:
    """What parts the file's name from that of another format with the same suffix, as `-report`."""
    parts = [part for part in writer.id.split("-") if f".{part}" != writer.suffix]
    return "".join(f"-{part}" for part in parts)


class Formats(Listing):
    """One row a format."""

    empty = "No format is known."

    def __init__(self) -> None:
        super().__init__(id="list")
        self.writers: dict[str, Writer] = {}

    def head_line(self, y: int, cells: int) -> Parts:
        """The heading, or that a file is being written."""
        screen = self.screen
        assert isinstance(screen, ExportScreen)
        return [(fit(screen.busy or "    FORMAT", cells), self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """A format."""
        writer = self.writers[id]
        style = self.paint.strong if here else self.paint.base
        mark = "▌" if here else " "
        return [
            (f"{mark}   ", style),
            (fit(writer.title, 40), style),
            (writer.suffix, self.paint.muted),
        ]


class Inside(Drawn):
    """What will be in the file."""

    def line(self, y: int, cells: int) -> Parts:
        """One line of it."""
        screen = self.screen
        assert isinstance(screen, ExportScreen)
        lines = screen.inside()
        if y >= len(lines):
            return []
        label, text = lines[y]
        look = self.paint.muted if text else self.paint.head
        if not text:
            return [(f" {label}", look)]
        return [(fit(f" {label}", 18), look), (fit(text, max(0, cells - 19)), self.paint.base)]


class ExportScreen(View):
    """Writes the ranked list; never overwrites without asking."""

    NAME = "export"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        last = _last()
        self.mine = False
        self.weighted = last.get("table") == "weighted"
        self.as_draft = False
        self._folder = last.get("folder", "")
        self._format = last.get("format", "")
        self._written: Path | None = None
        self._begun: float | None = None
        self._share: tuple[int, int] = (0, 0)

    def content(self) -> Iterable[Widget]:
        """Formats, and what will be in the file."""
        yield Formats()
        yield Inside(id="inside")

    @property
    def listing(self) -> Formats:
        """The formats."""
        return self.query_one(Formats)

    def ids(self) -> Sequence[str]:
        """Their ids."""
        return list(self.listing.writers)

    def on_mount(self) -> None:
        """Begins at the format chosen last; one's own ballot where others' are hidden."""
        project = self.evaluator.project
        assert project is not None
        self.listing.writers = dict(project.host.writers())
        self.mine = not self.workshop.sees_all(self.workshop.me)
        self.listing.set_rows(self.ids(), at=self._format or None)
        self.set_interval(0.2, self._tick)
        super().on_mount()

    def show(self, event: Changed | None = None) -> None:
        """Paints what would be in the file now."""
        self.query_one(Inside).refresh()

    def on_listing_moved(self) -> None:
        """Another format may be of others."""
        self.show()
        self.refresh_status()

    def _tick(self) -> None:
        if self._begun is not None:
            self.listing.refresh_head()

    @property
    def busy(self) -> str:
        """What is said while a file is being written; empty where none is."""
        if self._begun is None:
            return ""
        done, total = self._share
        if total:
            return f"    writing {progress_bar(done, _BAR, total)} {100 * done // total} %"
        seconds = time.monotonic() - self._begun
        return f"    writing{'.' * (1 + int(seconds * 2) % 3)} {seconds:.0f} s"

    def _tell(self, done: int, total: int) -> None:
        """Takes in, from the thread that writes, how far it is; the next tick shows it."""
        self._share = (done, total)

    @property
    def final(self) -> bool:
        """Whether the file says that it is final: never while the round is open."""
        state = self.workshop.session.rounds[self.workshop.round].state
        return state != "open" and not self.as_draft

    def right(self) -> list[str]:
        """Whose ranking it is."""
        return ["my own ballot" if self.participant else "the group's ranking"]

    def can(self, action: Action) -> bool:
        """The group's ranking only where it may be seen."""
        if action.name == "find":
            return False
        if action.name == "draft":
            return self.workshop.session.rounds[self.workshop.round].state != "open"
        if action.name == "whose":
            return self.workshop.me is not None and self.workshop.sees_all(self.workshop.me)
        return True

    @property
    def participant(self) -> str | None:
        """Whose ranking is exported; None: the group's."""
        workshop = self.workshop
        of_all = self.listing.current in OF_GROUP and workshop.sees_all(workshop.me)
        return workshop.me if self.mine and not of_all else None

    def inside(self) -> list[tuple[str, str]]:
        """(what, in words) for each part of the file."""
        workshop = self.workshop
        ballots = workshop.visible_ballots(workshop.me)
        ranking = workshop.ranking(self.participant)
        whole = sum(row.complete for row in ranking.rows)
        gaps, left_out = len(ranking.rows) - whole, len(workshop.discounted)
        state = workshop.session.rounds[workshop.round].state
        table = "scores → contributions" if self.weighted else "contributions"
        return [
            ("WHAT WILL BE IN IT", ""),
            ("title", workshop.session.title),
            ("question", workshop.session.question or "none"),
            ("ranking of", "my own ballot" if self.participant else count(len(ballots), "ballot")),
            ("round", f"{workshop.round}, {state}: {'final' if self.final else 'draft'}"),
            ("options", f"{whole} ranked, {gaps} still open, {left_out} discounted"),
            ("criteria", ", ".join(criterion.title for criterion in workshop.criteria.values())),
            ("table", table),
            ("method", "additive, with spread, notes and what would change the first place"),
            ("names", self._names),
        ]  # fmt: skip

    @property
    def _names(self) -> str:
        """Whose names are in the file."""
        if not self.workshop.session.anonymous:
            return "of those who took part"
        packed = self.listing.current in PACKED
        return "left out, but for the packed session" if packed else "left out"

    def action_whose(self) -> None:
        """The group's ranking, or one's own."""
        self.mine = not self.mine
        self.show()
        self.refresh_status()

    def action_table_style(self) -> None:
        """The ranking's table with contributions alone, or with the scores beside them."""
        self.weighted = not self.weighted
        self.show()

    def action_draft(self) -> None:
        """Marks the file of a closed round as a draft, or as final again."""
        self.as_draft = not self.as_draft
        self.show()

    async def action_export_file(self) -> None:
        """Asks for the file."""
        writer = self.listing.writers[self.listing.current or ""]
        whose = "-mine" if self.participant else ""
        name = f"{self.workshop.id}{whose}{_kind(writer)}{writer.suffix}"
        await ask_where(self, "file", self._beside_last(name), partial(self._write, writer))

    def _beside_last(self, name: str) -> str:
        """A file's name in the folder that was written to last, where it is still there."""
        folder = Path(self._folder)
        return str(folder / name) if self._folder and folder.is_dir() else name

    async def _write(self, writer: Writer, path: Path) -> None:
        if not await self.evaluator.saver.flush():
            self.evaluator.say("the session could not be saved, so nothing was exported", "error")
            return
        self._begun, self._share = time.monotonic(), (0, 0)
        try:
            await asyncio.to_thread(self._export, writer, path)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        finally:
            self._begun = None
            self.listing.refresh_head()
        self._folder = str(path.parent) if path.parent != Path() else ""
        table = "weighted" if self.weighted else "plain"
        _remember({"format": writer.id, "table": table, "folder": self._folder})
        self._written = path
        key = self.keys_of(BY_NAME["open_file"])[0]
        self.evaluator.say(f"written: {path}; {key} opens it")

    def _export(self, writer: Writer, path: Path) -> None:
        from evaluator import report

        project, workshop = self.evaluator.project, self.workshop
        assert project is not None
        if not workshop.on_disk:
            raise fail("nothing is scored yet", "Score something first")
        if writer.id in OF_GROUP:
            report.whose(workshop, workshop.me, writer)
        data = report.export(
            project,
            workshop,
            workshop.ranking(self.participant),
            writer,
            participant=self.participant,
            as_=workshop.me,
            table="weighted" if self.weighted else "plain",
            draft=self.as_draft,
            progress=self._tell,
        )
        write_file(path, data)

    def action_open_file(self) -> None:
        """Opens the file written last, if the system can."""
        names = {"darwin": "open", "win32": "explorer"}
        opener = which(names.get(sys.platform, "xdg-open"))
        path = self._written
        if path is None:
            self.evaluator.say("write a file first", "warning")
        elif opener is None:
            self.evaluator.say(f"this system can't open files by itself: {path}", "warning")
        else:
            quiet = subprocess.DEVNULL
            subprocess.Popen([opener, str(path)], stdout=quiet, stderr=quiet)  # noqa: S603


def _last() -> dict[str, str]:
    """What was chosen last: format, table, folder."""
    try:
        found = json.loads((state_folder() / "export").read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)}


def _remember(choice: dict[str, str]) -> None:
    folder = state_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "export").write_text(json.dumps(choice), encoding="utf-8")
    except OSError:
        # The choice is a comfort; a full or read-only disk must not spoil an export.
        return
