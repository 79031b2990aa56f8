"""What the Score view can do besides scoring: the room's votes, ranges, recusal, dissent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.model import ABSTAIN
from evaluator.tui.text import figure, plain
from evaluator.tui.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.grid import Grid


class RoomView(View):
    """A view with a grid of scores, in which a whole room can be entered."""

    # Who last scored a cell outside the middle half, and which: option, criterion.
    _outside: tuple[str | None, str, str] | None = None
    _went_to: tuple[int, int] | None = None  # where the last jump to a vote led: column, row

    @property
    def grid(self) -> Grid:
        """The grid of scores."""
        raise NotImplementedError

    def _step_on(self) -> None:
        raise NotImplementedError

    def can_room(self, action: Action) -> bool:
        """Whether an action of the group "room" applies."""
        workshop, id = self.workshop, self.grid.current
        if action.name == "room":
            return id is not None and workshop.is_facilitator(workshop.me) and bool(workshop.voters)
        if action.name == "reason":
            return self._outside is not None and self._outside[0] == workshop.me
        if action.name == "next_revote":
            return bool(workshop.revotes() or workshop.again())
        if action.name == "moves":
            return workshop.round > 1 and workshop.has_answered(workshop.me or "")
        if action.name == "judge_again":
            return id is not None and id in workshop.ballot().recused
        if action.name == "recuse":
            return id is not None and id not in workshop.ballot().recused
        return id is not None

    def beside(self, option: str, note: str) -> str:
        """What else is known of the cell under the cursor, before its note."""
        workshop, criterion = self.workshop, self.grid.criterion.id
        ballot = workshop.ballot()
        if option in ballot.recused:
            return f"stepped back: {ballot.recused[option]}"
        mark = workshop.session.agenda.get((option, criterion))
        range_ = ballot.ranges.get(option, {}).get(criterion)
        sure = ballot.confidence.get(option, {}).get(criterion)
        said = [
            "vote again" if mark is not None and mark.revote else "",
            f"{figure(range_[0])} to {figure(range_[1])}" if range_ else "",
            f"{100 * sure:g} % sure" if sure is not None else "",
            note,
        ]
        return " · ".join(part for part in said if part)

    # -- the whole room

    async def action_room(self) -> None:
        """Opens a line for the votes of the room: one word each, in order."""
        id, criterion = self.grid.current, self.grid.criterion
        if id is None:
            return
        workshop = self.workshop
        given = [workshop.ballot(key).score(id, criterion.id) for key in workshop.voters]
        before = (
            "" if not any(score is not None for score in given) else " ".join(map(_word, given))
        )
        names = " ".join(_initial(workshop.session.participants[k].name) for k in workshop.voters)

        def enter(said: str) -> None:
            if said.strip() and self.attempt(lambda: workshop.score_room(id, criterion.id, said)):
                self._step_on()

        await self.ask(f"{plain(criterion.head)}, the room:", before, enter, names)

    # -- what goes with a score

    def ask_reason(self, option: str, criterion: str) -> None:
        """Says that a score lies outside the middle half; a reason is asked for, never forced."""
        workshop = self.workshop
        self._outside = None
        if workshop.ballot().notes.get(option, {}).get(criterion):
            return
        if not workshop.outside_middle_half(option, criterion):
            return
        middle = workshop.middle_half(option, criterion)
        assert middle is not None
        low, high, count = middle
        self._outside = (workshop.me, option, criterion)
        said = f"outside the middle half, {figure(low)} to {figure(high)} of {count} scores"
        self.evaluator.say(f"{said}: i says why")

    def action_reason(self) -> None:
        """Opens the note on the cell last scored outside the middle half."""
        from evaluator.tui.screens.note import NoteScreen

        if self._outside is None:
            return
        _, option, criterion = self._outside
        title = f"{self.workshop.option(option).title} — {self.workshop.criterion(criterion).title}"
        self._outside = None

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.note(option, criterion, text))

        self.app.push_screen(NoteScreen(f"{title}: why so", ""), keep)

    async def action_range(self) -> None:
        """Opens a line for the lowest and the highest score that may be true."""
        id, criterion = self.grid.current, self.grid.criterion
        if id is None:
            return
        known = self.workshop.ballot().ranges.get(id, {}).get(criterion.id)
        before = f"{known[0]} {known[1]}" if known else ""

        def take(said: str) -> None:
            ends = _numbers(said)
            if not said.strip():
                self.attempt(lambda: self.workshop.set_range(id, criterion.id, None))
            elif len(ends) == 2:
                low, high = ends
                self.attempt(lambda: self.workshop.set_range(id, criterion.id, (low, high)))
            else:
                self.evaluator.say("a range is two numbers, the lower first", "warning")

        label = f"{plain(criterion.head)}, range:"
        await self.ask(label, before, take, "lowest and highest; empty: none")

    async def action_confidence(self) -> None:
        """Opens a line for how sure one is, in percent."""
        id, criterion = self.grid.current, self.grid.criterion
        if id is None:
            return
        known = self.workshop.ballot().confidence.get(id, {}).get(criterion.id)
        before = f"{100 * known:g}" if known is not None else ""

        def take(said: str) -> None:
            found = _numbers(said.replace("%", ""))
            if said.strip() and len(found) != 1:
                self.evaluator.say("say how sure you are, 0 to 100", "warning")
                return
            sure = found[0] / 100 if found else None
            self.attempt(lambda: self.workshop.confide(id, criterion.id, sure))

        await self.ask(f"{plain(criterion.head)}, sure:", before, take, "0 to 100 %; empty: unsaid")

    # -- stepping back, dissenting

    async def action_recuse(self) -> None:
        """Asks why one steps back from judging the option."""
        id = self.grid.current
        if id is not None:
            await self.ask("step back, because", "", self._recusing(id), "abstains on all criteria")

    def _recusing(self, id: str) -> Callable[[str], None]:
        def take(said: str) -> None:
            if said.strip():
                self.attempt(lambda: self.workshop.recuse(id, said))

        return take

    def action_judge_again(self) -> None:
        """Takes the recusal back."""
        id = self.grid.current
        if id is not None:
            self.attempt(lambda: self.workshop.recuse(id, None))

    def action_dissent(self) -> None:
        """Opens what one wants recorded against the group's view of the option."""
        from evaluator.tui.screens.note import NoteScreen

        id = self.grid.current
        if id is None:
            return
        before = self.workshop.ballot().dissent.get(id, "")
        heading = f"{self.workshop.option(id).title} — dissent, printed in the report"

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.dissent(id, text))

        self.app.push_screen(NoteScreen(heading, before), keep)

    # -- looking back

    def action_changes(self) -> None:
        """Shows who changed the cell, when, from what to what, and why."""
        from evaluator.tui.screens.changes import ChangesScreen

        id = self.grid.current
        if id is not None:
            self.app.push_screen(ChangesScreen(self.workshop, id, self.grid.criterion.id))

    def action_moves(self) -> None:
        """Shows what one changed oneself since the round before."""
        from evaluator.tui.screens.changes import MovesScreen

        self.app.push_screen(MovesScreen(self.workshop))

    def action_next_revote(self) -> None:
        """To the next cell that is to be voted on again, or was scored on an earlier wording."""
        grid = self.grid
        ids = [criterion.id for criterion in grid.criteria]
        places = sorted(
            (ids.index(criterion), grid.rows.index(option))
            for option, criterion in {*self.workshop.revotes(), *self.workshop.again()}
            if option in grid.rows and criterion in ids
        )
        if not places:
            self.evaluator.say("no cell in view is to be scored again")
            return
        here = (grid.column, grid.cursor)
        if self._went_to == (grid.column, grid.cursor - 1):  # a score has stepped on from there
            here = self._went_to
        column, row = self._went_to = next((place for place in places if place > here), places[0])
        grid.turn_to(column)
        grid.go(row)


def _word(score: object) -> str:
    if score is None:
        return "."
    return "-" if score == ABSTAIN else f"{score:g}" if isinstance(score, float) else str(score)


def _initial(name: str) -> str:
    return plain(name.strip())[:3]


def _numbers(said: str) -> list[float]:
    """The numbers in what was typed, whole ones as such; [] where a word is none."""
    found: list[float] = []
    for word in said.replace("–", " ").replace(";", " ").replace("..", " ").split():
        try:
            number = float(word.replace(",", "."))
        except ValueError:
            return []
        found.append(int(number) if number.is_integer() else number)
    return found
