"""The Sessions view: which there are, who takes part, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from evaluator.errors import EvaluatorError
from evaluator.meeting import consensus_rule
from evaluator.model import Participant
from evaluator.tui.commands import bindings
from evaluator.tui.repair import RepairView
from evaluator.tui.screens.score import ScoreScreen
from evaluator.tui.text import bar, fit
from evaluator.tui.widgets.drawn import Drawn, Parts
from evaluator.tui.widgets.form import Field, Form, Values
from evaluator.tui.widgets.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.widget import Widget
    from textual.worker import WorkType

    from evaluator.project import Project, SessionSummary
    from evaluator.tui.commands import Action
    from evaluator.workshop import Changed, Workshop


_NEEDED: Final = {"close_round": "open", "reveal_round": "closed", "open_round": "revealed"}
_RULES: Final = (
    "when a cell counts as agreed: ram=2.35 (RAND/UCLA), iqr=1 (the middle half within 1) "
    "or share=0.8 (that many agree)"
)
_BLIND: Final = "yes: nobody sees others' scores until the round is revealed"
_LEADS: Final = "a name, or nobody; has the keyboard until it is passed on"


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
        said = fit("    SESSION", cells - room) + "ROUND   STATE     BALLOTS  CREATED"
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
        twins = Counter(summary.title for summary in self.summaries.values())
        if twins[found.title] > 1:
            title = fit(f"{mark} {found.title} ({id})", cells - room)
        made = f"{found.created:%Y-%m-%d}" if found.created else ""
        ballots = f"{found.ballots} of {found.asked}"
        return [(title, style), (f"{found.round:>5}   {found.state:<9}{ballots:>8}  {made}", style)]


def _facts(cells: int) -> int:
    """How many cells the facts beside a title take; where there is little room, only the first."""
    return 39 if cells >= 56 else 17


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
            asked = len(workshop.panel())
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
        if self.workshop.id in self.listing.summaries:
            self.listing.summaries[self.workshop.id] = self._standing()
            self.listing.refresh()
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
        known = {summary.id: summary for summary in found}
        mine = {self.workshop.id: self._standing()}
        listing.summaries = known | mine if self.workshop.id in known else mine | known
        listing.set_rows(self.ids())
        self.refresh_status()

    def _standing(self) -> SessionSummary:
        """The open session as it stands here: its file may be a moment behind."""
        from evaluator.project import SessionSummary

        workshop, session = self.workshop, self.workshop.session
        unsaved = "" if workshop.on_disk else " (saved with the first score)"
        newest = session.round
        return SessionSummary(
            session.id,
            session.title + unsaved,
            round=newest,
            open=session.is_open,
            participants=len(session.participants),
            ballots=sum(workshop.has_answered(key, newest) for key in session.participants),
            asked=len(workshop.panel(newest)),
            created=session.created,
            state=session.rounds[newest].state,
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
            return self._state == _NEEDED[action.name]
        return True

    @property
    def _state(self) -> str:
        """The state of the newest round."""
        session = self.workshop.session
        return session.rounds[session.round].state

    def refusal(self, action: Action) -> str:
        """Why a round can't be closed, revealed or opened: where it stands."""
        if action.name in _NEEDED and action.group == "round":
            return self._round_stands()
        return super().refusal(action)

    def _round_stands(self) -> str:
        """The newest round's state in words, and the key that leads on."""
        number, state = self.workshop.session.round, self._state
        if state == "open":
            return f"round {number} is open; {self.key('close_round')} closes it"
        if state == "closed":
            return f"round {number} closed; {self.key('reveal_round')} reveals it"
        return f"round {number} revealed; {self.key('open_round')} opens round {number + 1}"

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
        self.run_worker(self._open(id, self._my_name()), exclusive=True, group="open")

    def _my_name(self) -> str:
        """Whoever has the keyboard, by name."""
        person = self.workshop.session.participants.get(self.workshop.me or "")
        return person.name if person else self.evaluator.settings.who

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
            Field("facilitator", "facilitator", "", "a name, or nobody", help=_LEADS),
            Field("consensus", "consensus", "ram=2.35", _RULES, help=_RULES, replace=True),
            Field("blind", "blind", "no", choices=("no", "yes"), help=_BLIND),
        ]
        self.app.push_screen(Form("New session", fields, self._begin))

    def _begin(self, values: Values) -> str:
        names = [name.strip() for name in values["people"].split(";") if name.strip()]
        leading = values["facilitator"].strip()
        mine = self._my_name()
        first = next((name for name in names if name.casefold() == mine.casefold()), "")
        try:
            # As the files say now: they may have been edited since the app was started.
            self.evaluator.project = self.project.again()
            made = self.project.begin(
                values["title"].strip(),
                blind=values["blind"] == "yes",
                participants=names,
                facilitators=[leading] if leading else [],
                consensus=consensus_rule(values["consensus"] or "ram"),
            )
            made.join(leading or first or next(iter(names), mine))
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
        if id == self.workshop.id and not self.workshop.on_disk:
            self.evaluator.say("nothing of this session is saved yet: there is nothing to delete")
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
        if id == self.workshop.id:
            self.run_worker(self._delete_open(id), exclusive=True, group="open")
            return
        if self.attempt(lambda: self.project.delete_session(id)):
            self.evaluator.say(f"{id} was moved to sessions/.deleted")
            self.show()

    async def _delete_open(self, id: str) -> None:
        """Moves the open session aside, and opens what the app would open now."""
        from evaluator.opening import resume

        app, name = self.evaluator, self._my_name()
        try:
            await app.saver.flush()  # before: what is saved later would make the folder anew
            await asyncio.to_thread(self.project.delete_session, id)
            found = await asyncio.to_thread(resume, self.project, name)
        except EvaluatorError as error:
            app.fail(error)
            return
        app.say(f"{id} was moved to sessions/.deleted")
        await app.open(found)

    # -- people and rounds

    def action_add_person(self) -> None:
        """Asks for a name and takes somebody in."""
        fields = [
            Field("name", "name", "", "any name"),
            Field("role", "role", "participant", choices=("participant", "facilitator")),
            Field("organisation", "from", "", "organisation"),
            Field("expertise", "expertise"),
            Field("interest", "interest", "", "declared interest"),
        ]
        self.app.push_screen(Form("Take somebody in", fields, self._add))

    def _add(self, values: Values) -> str:
        role: Any = values["role"]
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
            if isinstance(score := self.evaluator.screen, ScoreScreen):
                score.begin_at_the_top()

    def action_close_round(self) -> None:
        """Closes the newest round."""
        self._turn(self.workshop.close_round)

    def _turn(self, change: Callable[[], None]) -> None:
        """Takes the newest round a step on, and says where it stands now."""
        if self.attempt(change):
            self.evaluator.say(self._round_stands())
            self.show()

    def action_reveal_round(self) -> None:
        """Shows everybody's scores."""
        self._turn(self.workshop.reveal_round)

    def action_open_round(self) -> None:
        """Starts the next round."""
        self._turn(self.workshop.open_round)

    def action_anonymous(self) -> None:
        """Turns anonymity of reports on or off."""
        anonymous = not self.workshop.session.anonymous
        self.attempt(lambda: self.workshop.set_session(anonymous=anonymous))
        self.evaluator.say("reports name nobody" if anonymous else "reports name people")
