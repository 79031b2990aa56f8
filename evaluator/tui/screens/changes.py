"""What became of a cell, and what one changed oneself from the round before to this one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from textual.containers import VerticalScroll

from evaluator.errors import EvaluatorError
from evaluator.tui import words
from evaluator.tui.text import fit, plain
from evaluator.tui.widgets.drawn import Drawn
from evaluator.tui.widgets.paper import Paper

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from evaluator.model import Change
    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.workshop import Workshop

Row: TypeAlias = tuple[str, str, str]  # muted, plain and strong text


class RowsPaper(Paper):
    """Lines over a view; any key closes it, but those that scroll."""

    DEFAULT_CSS = """
    RowsPaper { align: center bottom; background: $background 40%; }
    RowsPaper VerticalScroll {
        width: 100%; height: auto; max-height: 60%; background: $surface;
        scrollbar-size-vertical: 1;
    }
    """

    def __init__(self, workshop: Workshop) -> None:
        super().__init__()
        self._workshop = workshop

    def compose(self) -> ComposeResult:
        """The lines."""
        yield VerticalScroll(_Lines(), can_focus=False)

    def say(self, head: str, rows: list[Row]) -> None:
        """Shows a heading and these rows."""
        self.query_one(_Lines).say(head, rows)


class ChangesScreen(RowsPaper):
    """The changes of one cell, the newest first."""

    def __init__(self, workshop: Workshop, option: str, criterion: str) -> None:
        super().__init__(workshop)
        self._cell = (option, criterion)

    def on_mount(self) -> None:
        """Reads the histories, beside."""
        self.run_worker(self._read())

    async def _read(self) -> None:
        from evaluator.rounds import told

        workshop = self._workshop
        app = cast("EvaluatorApp", self.app)
        await app.saver.flush()
        try:
            found = await asyncio.to_thread(told, workshop, *self._cell, as_=workshop.me)
        except EvaluatorError as error:
            app.fail(error)
            self.dismiss()
            return
        option, criterion = self._cell
        head = f"{workshop.option(option).title} — {workshop.criterion(criterion).title}"
        people = workshop.session.participants
        self.say(head, [_row(plain(people[key].name), change) for key, change in reversed(found)])


class MovesScreen(RowsPaper):
    """What one changed oneself from the round before to this one: for nobody else's eyes."""

    def on_mount(self) -> None:
        """Compares the two ballots."""
        from evaluator.rounds import moves

        workshop = self._workshop
        found = moves(workshop, workshop.me or "")
        number = workshop.round
        count = words.count(len(found), "score")
        head = f"What you changed from round {number - 1} to round {number}: {count}"
        self.say(
            head,
            [
                (
                    fit(f" {workshop.criterion(move.criterion).head}", 9),
                    fit(workshop.option(move.option).title, 48) + " ",
                    f"{_shown(move.before)} → {_shown(move.after)}",
                )
                for move in found
            ],
        )


class OrdersScreen(RowsPaper):
    """How far each person's own order is from the group's, the furthest first."""

    def __init__(self, workshop: Workshop, *, named: bool) -> None:
        super().__init__(workshop)
        self._named = named

    def on_mount(self) -> None:
        """Works it out, beside: numpy is loaded here."""
        self.run_worker(self._read())

    async def _read(self) -> None:
        from evaluator.rounds import orders

        workshop = self._workshop
        try:
            found = await asyncio.to_thread(orders, workshop, workshop.me)
        except EvaluatorError as error:
            cast("EvaluatorApp", self.app).fail(error)
            self.dismiss()
            return
        head = "Who would rank otherwise: Kendall's tau with the group (1 the same, −1 reversed)"
        rows = []
        for place, order in enumerate(found, 1):
            tau = "  – " if order.tau is None else f"{order.tau:+.2f}"
            person = workshop.session.participants[order.participant]
            mine = order.participant == workshop.me
            who = plain(person.name) if self._named or mine else f"ballot {place}"
            first = workshop.option(order.first).title if order.first else "none alone"
            row = (f" n = {order.n:<3} ", fit(who, 18) + " ", f"{tau}   first: {plain(first)}")
            rows.append(row)
        self.say(head, rows)


class _Lines(Drawn):
    """A heading, then a line a change."""

    def __init__(self) -> None:
        super().__init__(id="changes")
        self._head = "…"
        self._rows: list[Row] = []
        self.styles.height = 2

    def say(self, head: str, rows: list[Row]) -> None:
        """Shows these changes."""
        self._head, self._rows = head, rows
        self.styles.height = max(1, len(rows)) + 1
        self.refresh(layout=True)

    def line(self, y: int, cells: int) -> Parts:
        """One line."""
        if y == 0:
            return [(fit(f" {self._head}", cells), self.paint.head)]
        if not self._rows:
            return [(" Nothing has changed here yet.", self.paint.muted)]
        if y > len(self._rows):
            return []
        muted, text, strong = self._rows[y - 1]
        room = max(0, cells - len(muted) - len(text))
        return [
            (muted, self.paint.muted), (text, self.paint.base),
            (fit(strong, room), self.paint.strong),
        ]  # fmt: skip


def _row(who: str, change: Change) -> Row:
    when = f" {change.at.astimezone():%d %b %H:%M}  r{change.round}  "
    what = "" if change.what == "score" else f"{change.what} "
    step = f"{what}{_shown(change.before)} → {_shown(change.after)}"
    why = f"   {change.why}" if change.why else ""
    return when, fit(who, 18) + " ", step + why


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    return "–".join(map(str, value)) if isinstance(value, tuple) else plain(str(value))
