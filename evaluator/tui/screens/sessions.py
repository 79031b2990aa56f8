"""The Sessions view: which there are, who takes part, and whose turn it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from evaluator.errors import EvaluatorError
from evaluator.meeting import consensus_rule
from evaluator.model import Participant
from evaluator.tui.commands import bindings
from evaluator.tui.repair import RepairView
from evaluator.tui.text import bar, fit
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.form import Field, Form, Values
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget
    from textual.worker import WorkType

    from evaluator.project import Project, SessionSummary
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed, Workshop


class SessionList(Listing):
    """One row a session: title, state, round, ballots."""

    empty = "No sessions yet.   insert: start one"

    def __init__(self) -> None:
        super().__init__(id="list")
        self.summaries: dict[str, SessionSummary] = {}
        self.open_id = ""

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings."""
        room = _facts(cells)
        said = fit("    SESSION", cells - room) + "ROUND   STATE    BALLOTS  CREATED"
        return [(said, self.paint.head)]

    def row_line(self, id: str, y: int, cells: int, *, here: bool) -> Parts:
        """A session."""
        paint, found = self.paint, self.summaries[id]
        style = paint.strong if here else paint.base
        mark = ("▌" if here else " ") + ("● " if id == self.open_id else "  ")
        room = _facts(cells)
        title = fit(f"{mark} {found.title or id}", cells - room)
        if found.problem is not None:
            return [(title, style), (fit(f"can't be read: {found.problem.what}", room), paint.warn)]
        state = "open" if found.open else "closed"
        made = f"{found.created:%Y-%m-%d}" if found.created else ""
        ballots = f"{found.ballots} of {found.participants}"
        return [(title, style), (f"{found.round:>5}   {state:<8}{ballots:>8}  {made}", style)]


def _facts(cells: int) -> int:
    """How many cells the facts beside a title take; where there is little room, only the first."""
    return 38 if cells >= 56 else 15


class People(Drawn):
    """Who takes part in the open session, and how far each has come."""

    def line(self, y: int, cells: int) -> Parts:
        """One line: a heading, then a person each."""
        screen = self.screen
        assert isinstance(screen, SessionsScreen)
        workshop = screen.evaluator.workshop
        if workshop is None:
            return []
        if y == 0:
            given = sum(map(workshop.has_answered, workshop.session.participants))
            asked = len(workshop.voters)
            said = f" WHO TAKES PART in {workshop.session.title}: {given} of {asked} ballots in"
            return [(fit(said, cells), self.paint.head)]
        people = list(workshop.session.participants.items())
        room = self.size.height - 1
        if y == room and len(people) > room:
            return [(f"   … and {len(people) - room + 1} more", self.paint.muted)]
        if y > len(people):
            return []
        key, person = people[y - 1]
        return self._person(workshop, y, key, person)

    def _person(self, workshop: Workshop, number: int, key: str, person: Participant) -> Parts:
        mine = key == workshop.me
        style = self.paint.strong if mine else self.paint.base
        answered = workshop.has_answered(key)
        said = "ballot is in" if answered else "no ballot yet"
        if not workshop.knows_who_answered(workshop.me, key):
            said = ""
        if mine:
            done, cells = workshop.progress(key)
            said = f"{done} of {cells} answered"
        role = " (facilitator)" if person.role == "facilitator" else ""
        mark = "▸" if mine else " "
        name = fit(f" {mark}{number:>2} {person.name}{role}", 40)
        return [(name, style), (said, self.paint.muted)]


class SessionsScreen(RepairView):
    """Sessions: list, new, open, rename, delete; participants; pass the keyboard on."""

    NAME = "sessions"
    BINDINGS = bindings(NAME)

    def __init__(self) -> None:
        super().__init__()
        self._reading = ""

    def content(self) -> Iterable[Widget]:
        """The list, and the people of the open session."""
        yield SessionList()
        yield People(id="people")

    @property
    def listing(self) -> SessionList:
        """The sessions."""
        return self.query_one(SessionList)

    @property
    def project(self) -> Project:
        """The project that is open."""
        found = self.evaluator.project
        assert found is not None
        return found

    def ids(self) -> Sequence[str]:
        """The ids of the sessions, the newest first."""
        return list(self.listing.summaries)

    def show(self, event: Changed | None = None) -> None:
        """Reads the folder again, in a worker."""
        self.query_one(People).refresh()
        read: WorkType[None] = self._read  # a function: one overtaken before it begins is no loss
        self.run_worker(read, exclusive=True, group="sessions")

    async def _read(self) -> None:
        try:
            found = await asyncio.to_thread(self.project.sessions)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        listing = self.listing
        listing.open_id = self.workshop.id
        listing.summaries = {summary.id: summary for summary in found}
        if not self.workshop.on_disk:
            listing.summaries = {self.workshop.id: self._unsaved(), **listing.summaries}
        listing.set_rows(self.ids())
        self.refresh_status()

    def _unsaved(self) -> SessionSummary:
        from evaluator.project import SessionSummary

        session = self.workshop.session
        title = f"{session.title} (saved with the first score)"
        return SessionSummary(
            session.id,
            title,
            round=1,
            open=True,
            participants=len(session.participants),
            created=session.created,
        )

    def can(self, action: Action) -> bool:
        """Rounds and people are those of the open session; the rest needs a row."""
        if action.name == "find":
            return False
        if action.group == "repair":
            return self.can_repair(action)
        if action.name in ("open_session", "rename_session", "delete_session"):
            return self.listing.current is not None
        if action.name in ("close_round", "reveal_round", "open_round"):
            needed = {"close_round": "open", "reveal_round": "closed", "open_round": "revealed"}
            rounds = self.workshop.session.rounds
            return rounds[self.workshop.session.round].state == needed[action.name]
        return True

    def on_listing_moved(self) -> None:
        """Keeps the footer right."""
        self.refresh_footer()

    # -- sessions

    def action_open_session(self) -> None:
        """Opens the session under the cursor; whoever scores goes on scoring there."""
        id = self.listing.current
        if id is None or id == self.workshop.id:
            self.evaluator.show_view("score")
            return
        person = self.workshop.session.participants.get(self.workshop.me or "")
        name = person.name if person else self.evaluator.settings.who
        self.run_worker(self._open(id, name), exclusive=True, group="open")

    async def _open(self, id: str, name: str) -> None:
        """Reads a session beside, says how far that is, and shows it; the keys stay alive."""
        loop = asyncio.get_running_loop()

        def tell(done: int, count: int) -> None:
            loop.call_soon_threadsafe(self._tell, done, count)

        try:
            found = await asyncio.to_thread(self.project.workshop, id, progress=tell)
            if found.can_score:
                found.join(name)
            elif name in found.session.participants:
                found.act_as(name)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return
        finally:
            self._reading = ""
        await self.evaluator.open(found)

    def _tell(self, done: int, count: int) -> None:
        self._reading = f"{done} of {count} ballots {bar(done, 10, count)}"
        if self.is_mounted:
            self.refresh_status()

    def right(self) -> list[str]:
        """How far the reading of a session is."""
        return [self._reading] if self._reading else []

    def action_new_session(self) -> None:
        """Asks for a title and makes a session."""
        fields = [
            Field("title", "title", "", "what this workshop decides"),
            Field("people", "who", "", "names, separated by ;"),
            Field("facilitator", "facilitator", "", "a name, or nobody"),
            Field("consensus", "consensus", "ram=2.35", "ram=2.35, iqr=1 or share=0.8"),
            Field("blind", "blind", "no", "yes: scores are hidden until the round is revealed"),
        ]
        self.app.push_screen(Form("New session", fields, self._begin))

    def _begin(self, values: Values) -> str:
        names = [name.strip() for name in values["people"].split(";") if name.strip()]
        leading = values["facilitator"].strip()
        blind = values["blind"].strip().casefold()
        if blind not in ("yes", "no", "y", "n", ""):
            return "Blind is yes or no."
        try:
            made = self.project.begin(
                values["title"].strip(),
                blind=blind.startswith("y"),
                participants=names,
                facilitators=[leading] if leading else [],
                consensus=consensus_rule(values["consensus"] or "ram"),
            )
            made.join(names[0] if names else leading or self.evaluator.settings.who)
            made.save()
        except EvaluatorError as error:
            return str(error)
        self.evaluator.run_worker(self.evaluator.open(made))
        return ""

    async def action_rename_session(self) -> None:
        """Asks for another title; folder and id stay."""
        id = self.listing.current
        assert id is not None
        title = self.listing.summaries[id].title
        if id == self.workshop.id:
            title = self.workshop.session.title
        await self.ask("title", title, lambda said: self._rename(id, said), "the folder stays")

    def _rename(self, id: str, title: str) -> None:
        def rename() -> None:
            if id == self.workshop.id:
                self.workshop.rename(title.strip())
                return
            other = self.project.workshop(id)
            other.rename(title.strip())
            other.save()

        if self.attempt(rename):
            self.show()

    async def action_delete_session(self) -> None:
        """Asks, then moves the session's folder aside."""
        id = self.listing.current
        assert id is not None
        if id == self.workshop.id:
            self.evaluator.say("this session is open; open another one first", "warning")
            return
        await self.ask(
            f"Delete {id}? type yes",
            "",
            lambda said: self._delete(id, said),
            "enter · esc keeps it",
        )

    def _delete(self, id: str, said: str) -> None:
        if said.strip().casefold() != "yes":
            self.evaluator.say("kept")
            return
        if self.attempt(lambda: self.project.delete_session(id)):
            self.evaluator.say(f"{id} was moved to sessions/.deleted")
            self.show()

    # -- people and rounds

    def action_add_person(self) -> None:
        """Asks for a name and takes somebody in."""
        fields = [
            Field("name", "name", "", "any name"),
            Field("role", "role", "participant", "participant or facilitator"),
            Field("organisation", "from", "", "organisation"),
            Field("expertise", "expertise"),
            Field("interest", "interest", "", "declared interest"),
        ]
        self.app.push_screen(Form("Take somebody in", fields, self._add))

    def _add(self, values: Values) -> str:
        role: Any = values["role"].strip().casefold() or "participant"
        if role not in ("participant", "facilitator"):
            return "The role is participant or facilitator."
        texts = ("organisation", "expertise", "interest")
        rest: dict[str, Any] = {name: values[name].strip() for name in texts}
        try:
            self.workshop.add_participant(Participant(values["name"].strip(), role, **rest))
        except EvaluatorError as error:
            return str(error)
        return ""

    async def action_pass_keyboard(self) -> None:
        """Asks whose turn it is; the next who has not answered is proposed."""
        people = self.workshop.session.participants
        waiting = [key for key in people if not self.workshop.has_answered(key)]
        proposed = next((key for key in waiting if key != self.workshop.me), "")
        value = people[proposed].name if proposed else ""
        await self.ask("pass the keyboard to", value, self._pass, "a number or a name")

    def _pass(self, said: str) -> None:
        keys = list(self.workshop.session.participants)
        name = said.strip()
        if name.isdigit() and 1 <= int(name) <= len(keys):
            name = keys[int(name) - 1]
        if name and self.attempt(lambda: self.workshop.act_as(self.workshop.participant(name))):
            self.evaluator.show_view("score")

    def action_close_round(self) -> None:
        """Closes the newest round."""
        if self.attempt(self.workshop.close_round):
            self.show()

    def action_reveal_round(self) -> None:
        """Shows everybody's scores."""
        if self.attempt(self.workshop.reveal_round):
            self.show()

    def action_open_round(self) -> None:
        """Starts the next round."""
        if self.attempt(self.workshop.open_round):
            self.show()

    def action_anonymous(self) -> None:
        """Turns anonymity of reports on or off."""
        anonymous = not self.workshop.session.anonymous
        self.attempt(lambda: self.workshop.set_session(anonymous=anonymous))
        self.evaluator.say("reports name nobody" if anonymous else "reports name people")
