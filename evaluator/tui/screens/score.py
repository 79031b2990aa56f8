"""The Score view: options × criteria, one key a score."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from textual.containers import Container

from evaluator.model import ABSTAIN, Score, is_number
from evaluator.tui.commands import Action, bindings
from evaluator.tui.suggesting import SuggestView
from evaluator.tui.text import figure, plain
from evaluator.tui.widgets.detail import ROOMY, About, Detail
from evaluator.tui.widgets.grid import Grid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual.widget import Widget

    from evaluator.model import Criterion, Placing
    from evaluator.tui.widgets.listing import Listing
    from evaluator.workshop import Changed

WIDE = 110
_REFUSED: Final = {
    "next_revote": "no cell is to be scored again",
    "reason": "no score given just now lies outside the middle half",
    "room": "the room's votes are for a facilitator to enter, where others take part",
}


class ScoreScreen(SuggestView):
    """One person's scores in the round in view."""

    NAME = "score"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        self._across = False
        self._order = ""
        self._falling = True

    def content(self) -> Iterable[Widget]:
        """The grid, and what is to be known of the cell under the cursor."""
        grid = Grid(self.workshop, self.evaluator.advice.known)
        grid.follow = self._moved
        grid.row_height = _lines(self.app.size.width)
        yield Container(grid, Detail(), id="body")

    @property
    def grid(self) -> Grid:
        """The grid of scores."""
        return self.query_one(Grid)

    @property
    def listing(self) -> Grid:
        """The grid is what moving and finding are about."""
        return self.grid

    # -- showing

    def on_resize(self) -> None:
        """Rows of two lines where there is a pane beside them."""
        height = _lines(self.size.width)
        if self.grid.row_height != height:
            self.grid.row_height = height
            self.narrow()
        self._share_room()

    def _share_room(self) -> None:
        """Gives the detail below a short list the rows that the list does not need."""
        detail, grid = self.query_one(Detail), self.grid
        free = self.size.height - 2 - grid.head - max(len(self.ids()), 1)
        more = self.has_class("-narrow") and not self.has_class("-tiny") and free >= ROOMY
        detail.styles.height = free if more else None

    def show(self, event: Changed | None = None) -> None:
        """Paints the cells that changed; all of them where more than cells did."""
        grid = self.grid
        if event is not None and event.cells and event.topics == {"scores"}:
            if event.label.startswith(("undo", "redo")):
                self._go_to(event.cells)
            grid.refresh_rows(option for option, _ in event.cells)
        else:
            self._share_room()
            self.narrow()
        self._show_detail()
        self.call_after_refresh(self.ask_suggestions)

    def begin_at_the_top(self) -> None:
        """For somebody who takes over: from the first option and criterion."""
        self.grid.turn_to(0)
        self.grid.go(0)

    def _go_to(self, cells: Iterable[tuple[str, str]]) -> None:
        known = list(self.workshop.criteria)
        for option, criterion in cells:
            if criterion in known:
                self.grid.turn_to(known.index(criterion))
                self.grid.go_to(option)
                return

    def right(self) -> list[str]:
        """Direction of travel and progress; where nothing can be scored, how to go on."""
        if not self.workshop.can_score:
            return [f"{self.key('sessions')}: next round, session"]
        return ["→" if self._across else "↓", self.progress()]

    def _moved(self) -> None:
        if not self.is_mounted:
            return
        self._show_detail()
        self.refresh_footer()
        self.draw_together()
        self.call_after_refresh(self.ask_suggestions)

    def narrow(self) -> None:
        """Shows what was found, with the words that were found marked."""
        grid = self.grid
        spans = partial(self.evaluator.finder.title_spans, self.query_text)
        grid.marks = spans if self.hits is not None else None
        grid.empty = self._empty()
        super().narrow()

    def _empty(self) -> str:
        if self.hits is not None:
            return self.nothing_found()
        add, palette = self.key("add_option"), self.key("palette")
        return f"No options yet.   {add}: type one in   or import a brief: {palette}, import"

    def ids(self) -> Sequence[str]:
        """The options in file order, or sorted by a column; then those that are discounted."""
        ids = super().ids()
        aside = [option.id for option in self.workshop.discounted]
        return [*self._sorted(ids), *aside]

    def _sorted(self, ids: Sequence[str]) -> Sequence[str]:
        if not self._order:
            return ids
        rows = {row.option: row for row in self._ranked}

        def key(id: str) -> tuple[bool, float]:
            row = rows.get(id)
            if row is None:
                return True, 0.0
            value = row.value if self._order == "value" else row.contributions[self._order]
            return value is None, (-(value or 0) if self._falling else value or 0)

        return sorted(ids, key=key)

    @property
    def _ranked(self) -> tuple[Placing, ...]:
        """One's own ranking; nothing for whoever does not take part."""
        me = self.workshop.me
        return self.workshop.ranking(me).rows if me is not None else ()

    def on_listing_head_clicked(self, event: Grid.HeadClicked) -> None:
        """Sorts by the column: falling, then rising, then as in the file."""
        self._sort(event.name)

    def _sort(self, name: str) -> None:
        if name and name == self._order and not self._falling:
            name = ""
        self._falling = name != self._order
        self._order = name
        self.narrow()

    def as_text(self) -> str:
        """The row of the cursor: title, scores, value; parted by tabs."""
        id = self.grid.current
        if id is None:
            return ""
        ballot = self.workshop.ballot()
        said = [
            "" if (score := ballot.score(id, criterion)) is None else str(score)
            for criterion in self.workshop.criteria
        ]
        return "\t".join([plain(self.workshop.option(id).title), *said])

    def _show_detail(self) -> None:
        detail, grid, workshop = self.query_one(Detail), self.grid, self.workshop
        id = grid.current
        if id is None or not workshop.criteria:
            detail.show(None)
            return
        criterion = grid.criterion
        ballot = workshop.ballot()
        score = ballot.score(id, criterion.id)
        asked, suggestion, withheld = self.told(score)
        notes = ballot.notes.get(id, {})
        detail.show(
            About(
                number=grid.number(id),
                option=workshop.option(id),
                criterion=criterion,
                share=workshop.shares(workshop.me)[criterion.id],
                score=score,
                note=self.beside(id, str(notes.get(criterion.id) or notes.get("option") or "")),
                asked=asked,
                suggestion=suggestion,
                withheld=withheld,
                hint=self.hint(),
                gone=criterion.id in grid.missing,
                ranking=self._ranked if self.size.width >= WIDE else (),
            )
        )

    # -- what one can do

    def can(self, action: Action) -> bool:
        """Scores exist on the scale; gaps, suggestions and rounds where there are any."""
        of_cell = action.undoable or action.group in ("suggestion", "gaps", "direction")
        if of_cell and not self._has_cell and not self._needs_no_cell(action):
            return False
        if action.group == "suggestion":
            return self.can_suggest(action)
        if action.group == "room":
            return self.can_room(action)
        if action.group == "score" and action.does:
            return self._on_scale(int(action.name[-1]))
        if action.name in ("next_pane", "previous_pane"):
            return self._text_moves
        if action.name == "stop_suggestions":
            return bool(self.evaluator.advice.progress)
        return action.name != "keep_all" or self._may_keep_all

    def _on_scale(self, digit: int) -> bool:
        """Whether a digit is a level, or may begin a measured value."""
        criterion = self.grid.criterion
        return not criterion.levels or criterion.level(digit) is not None

    @property
    def _text_moves(self) -> bool:
        detail = self.query_one(Detail)
        return detail.overflows or detail.reel.active

    @property
    def _has_cell(self) -> bool:
        return self._counts and bool(self.workshop.criteria)

    @property
    def _may_keep_all(self) -> bool:
        workshop = self.workshop
        return workshop.round > 1 and not workshop.has_answered(workshop.me or "")

    def _needs_no_cell(self, action: Action) -> bool:
        if action.name == "edit_option":
            return True
        if action.name == "note_option":
            return self.grid.current is not None
        return action.name == "add_option"

    def refusal(self, action: Action) -> str:
        """Why a key does nothing here."""
        if action.undoable and self.grid.current is not None and not self._counts:
            return f"a discounted option is not scored; {self.key('edit_option')} edits it"
        if action.group == "score" and action.does and self.grid.current is not None:
            return _range(self.grid.criterion)
        if action.group == "suggestion" and self.grid.current is not None:
            return self.refused_suggestion(action)
        if action.name in _REFUSED and self.grid.current is not None:
            return _REFUSED[action.name]
        return super().refusal(action)

    @property
    def _counts(self) -> bool:
        id = self.grid.current
        return id is not None and self.workshop.option(id).counts

    def says(self, action: Action) -> str:
        """Names the criterion where an action is about all of it."""
        if action.group == "score" and action.does:
            level = self.grid.criterion.level(int(action.name[-1]))
            return f"score {figure(level.score)}: {level.label}" if level else action.says
        if action.name == "accept_all":
            return f"accept all of {self.grid.criterion.title}"
        return super().says(action)

    def _score(self) -> Score | None:
        id = self.grid.current
        return self.workshop.ballot().score(id, self.grid.criterion.id) if id else None

    def _give(self, score: Score | None, *, step: bool) -> None:
        id, criterion = self.grid.current, self.grid.criterion
        if id is None:
            return
        if not self.attempt(lambda: self.workshop.score(id, criterion.id, score)):
            return
        self.ask_reason(id, criterion.id)
        if step:
            self._step_on()

    def _step_on(self) -> None:
        """One cell on; at the end of a criterion (or option) to the next gap."""
        grid = self.grid
        if self._across and grid.column + 1 < len(grid.criteria):
            grid.turn_to(grid.column + 1)
        elif not self._across and grid.cursor + 1 < len(grid.rows):
            grid.go(grid.cursor + 1)
        else:
            self._to_gap(self._cells())

    async def action_level(self, digit: int) -> None:
        """Gives the level with this score, and steps on; a measured value begins with it."""
        level = self.grid.criterion.level(digit)
        if level is not None:
            self._give(level.score, step=True)
        elif self.workshop.can_score:
            await self._open_exact(str(digit), begun=True)
        else:
            self._give(digit, step=False)

    def on_detail_level_clicked(self, event: Detail.LevelClicked) -> None:
        """A click on a level gives it, and steps on."""
        if self._counts:
            self._give(event.score, step=True)

    def action_abstain(self) -> None:
        """Says that one cannot judge, and steps on."""
        self._give(ABSTAIN, step=True)

    def action_clear(self) -> None:
        """Takes the score away."""
        self._give(None, step=False)

    async def action_exact(self) -> None:
        """Opens a line for a value that is no single digit."""
        score = self._score()
        await self._open_exact("" if score is None else str(score), begun=False)

    async def _open_exact(self, value: str, *, begun: bool) -> None:
        criterion = self.grid.criterion
        label, info = f"{plain(criterion.title)}:", _range(criterion)
        check = partial(_wrong, criterion)
        await self.ask(label, value, self._exact, info, check=check, begun=begun)

    def _exact(self, said: str) -> None:
        score = _typed(said)
        if score is not None:
            self._give(score, step=True)

    def action_direction(self) -> None:
        """Turns the direction of travel."""
        self._across = not self._across
        said = "across the criteria of an option" if self._across else "down a criterion"
        self.evaluator.say(f"after a score: {said}")
        self.refresh_status()

    def action_left(self) -> None:
        """To the criterion at the left."""
        self.grid.turn_to(self.grid.column - 1)

    def action_right(self) -> None:
        """To the criterion at the right."""
        self.grid.turn_to(self.grid.column + 1)

    def action_next_pane(self) -> None:
        """Moves in the text of the option, or in the list again."""
        detail = self.query_one(Detail)
        detail.activate(not detail.reel.active)

    def action_previous_pane(self) -> None:
        """The same, the other way round."""
        self.action_next_pane()

    def _go(self, row: Callable[[Listing], int]) -> None:
        detail = self.query_one(Detail)
        if detail.reel.active:
            detail.turn(row(self.grid) - self.grid.cursor)
        else:
            super()._go(row)

    def _cells(self) -> Iterator[tuple[int, int]]:
        """All cells in the direction of travel, from the one after the cursor, round to it."""
        grid = self.grid
        rows, columns = range(len(grid.rows)), range(len(grid.criteria))
        if self._across:
            cells = [(row, column) for row in rows for column in columns]
        else:
            cells = [(row, column) for column in columns for row in rows]
        here = cells.index((grid.cursor, grid.column))
        return chain(cells[here + 1 :], cells[: here + 1])

    def _to_gap(self, cells: Iterable[tuple[int, int]]) -> None:
        grid, ballot = self.grid, self.workshop.ballot()
        for row, column in cells:
            if (
                grid.number(grid.rows[row])
                and ballot.score(grid.rows[row], grid.criteria[column].id) is None
            ):
                grid.turn_to(column)
                grid.go(row)
                return
        self.evaluator.say("no gap left: every cell is answered")

    def action_next_gap(self) -> None:
        """To the next cell without an answer."""
        self._to_gap(self._cells())

    def action_previous_gap(self) -> None:
        """To the cell without an answer before this one."""
        *before, here = self._cells()
        self._to_gap([*reversed(before), here])

    @property
    def can_leave(self) -> bool:
        """There is something to leave: a search, or what the text says."""
        return self._asked or super().can_leave

    def action_leave(self) -> None:
        """Shows all rows again, or the cell itself."""
        if self.hits is None:
            self.action_suggestion()
        else:
            super().action_leave()

    def action_keep_all(self) -> None:
        """Answers this round with the scores of the round before."""
        self.attempt(self.workshop.keep_all)

    def action_sort(self) -> None:
        """Sorts by the criterion of the cursor."""
        self._sort(self.grid.criterion.id)

    def action_note(self) -> None:
        """Opens the note on this cell."""
        self._note(self.grid.criterion.id, self.grid.criterion.title)

    def action_note_option(self) -> None:
        """Opens the note on this option."""
        self._note("option", "the option")

    def _note(self, about: str, title: str) -> None:
        from evaluator.tui.screens.note import NoteScreen

        id = self.grid.current
        if id is None:
            return
        if not self.workshop.can_score:
            self.attempt(lambda: self.workshop.note(id, about, ""))
            return
        before = str(self.workshop.ballot().notes.get(id, {}).get(about, ""))
        heading = f"{self.workshop.option(id).title} — {title}"

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.note(id, about, text))

        self.app.push_screen(NoteScreen(heading, before), keep)


def _lines(cells: int) -> int:
    """How many lines a row has: two where there is a pane beside the list."""
    return 2 if cells >= WIDE else 1


def _typed(said: str) -> Score | None:
    """What was typed as a score; None: nothing. `ValueError` where it is no number."""
    text = said.strip().replace(",", ".")
    if not text:
        return None
    if text in ("-", "–", ABSTAIN):
        return ABSTAIN
    number = float(text)
    return int(number) if number.is_integer() else number


def _wrong(criterion: Criterion, said: str) -> str:
    """What is wrong with what was typed for a criterion; empty: nothing."""
    try:
        score = _typed(said)
    except (ValueError, OverflowError):
        return f"{said.strip()[:20]!r} is no number"
    if score is None or isinstance(score, str) or (is_number(score) and criterion.holds(score)):
        return ""
    return f"not on the scale: {figure(criterion.low)} to {figure(criterion.high)}"


def _range(criterion: Criterion) -> str:
    unit = f" {criterion.unit}" if criterion.unit else ""
    return f"{criterion.title}: {figure(criterion.low)} to {figure(criterion.high)}{unit}"
