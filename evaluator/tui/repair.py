"""What the Sessions view can do besides: conflict copies, damaged ballots, words for the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError, fail
from evaluator.tui import words
from evaluator.tui.view import View
from evaluator.tui.widgets.form import Field, Form, Values

if TYPE_CHECKING:
    from evaluator.model import Combine, Number
    from evaluator.synced import Copies
    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.commands import Action
    from evaluator.workshop import Workshop


_LEAVES = "esc leaves it"


def notice(app: EvaluatorApp, workshop: Workshop) -> None:
    """Says at open what lies in the session's folder and needs somebody's decision."""
    copies = sum("is a conflict copy of" in problem.what for problem in workshop.problems)
    if copies:
        said = words.count(copies, "conflict copy", "conflict copies")
        app.say(f"{said} in this session: O, then ^p, take them in", "warning")
    damaged = [p for p in workshop.problems if "rebuilt from its history" in p.what]
    if damaged:
        said = words.count(len(damaged), "damaged ballot")
        app.say(f"{said}: O, then ^p, rebuild from the history", "warning")


class RepairView(View):
    """A view of sessions that can mend the open one."""

    def can_repair(self, action: Action) -> bool:
        """Whether an action of the group "repair" applies."""
        return self.workshop.on_disk or action.name == "about"

    async def action_merge_copies(self) -> None:
        """Shows what conflict copies would bring, then asks whether to take it in."""
        if not await self.evaluator.saver.flush():
            return
        found = self._merge_copies(dry_run=True)
        if found is None:
            return
        if not found:
            self.evaluator.say("no conflict copies in this session")
            return
        from evaluator.tui.screens.copies import CopiesScreen

        then = self._ask_to_take if found.brings else self._ask_to_keep
        self.app.push_screen(CopiesScreen(self.workshop, found), lambda _: then())

    def _merge_copies(self, *, dry_run: bool = False, keep_here: bool = False) -> Copies | None:
        from evaluator.synced import merge_conflicts

        workshop = self.workshop
        try:
            return merge_conflicts(workshop, dry_run=dry_run, keep_here=keep_here, as_=workshop.me)
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return None

    def _ask_to_take(self) -> None:
        asked = self.ask("Take in what is missing here? type yes", "", self._take_copies, _LEAVES)
        self.run_worker(asked)

    def _take_copies(self, answer: str) -> None:
        if answer.strip().casefold() != "yes":
            self.evaluator.say("left as it is")
            return
        found = self._merge_copies()
        if found is None:
            return
        self.evaluator.say(_said(found))
        self.show()
        for problem in found.refused[:2]:
            self.evaluator.say(str(problem), "warning")
        if found.stays:
            self._ask_to_keep()

    def _ask_to_keep(self) -> None:
        """Offers to put copies aside that differ; one that can't be read is no matter of choice."""
        found = self._merge_copies(dry_run=True, keep_here=True)
        if found is None or not found.aside:
            return
        copies = words.count(len(found.aside), "copy differs", "copies differ")
        question = f"{copies}: keep what is here, put aside? type yes"
        self.run_worker(self.ask(question, "", self._keep_here, _LEAVES))

    def _keep_here(self, answer: str) -> None:
        if answer.strip().casefold() != "yes":
            self.evaluator.say("left as it is")
        elif (found := self._merge_copies(keep_here=True)) is not None:
            self.evaluator.say(f"put aside: {words.count(len(found.aside), 'copy', 'copies')}")
            self.show()

    async def action_merge_mail(self) -> None:
        """Asks for the file of a mailed ballot, and shows what it would bring."""
        await self.ask("ballot", "", self._show_mail, "the path of a mailed ballot")

    def _show_mail(self, said: str) -> None:
        from evaluator import exchange

        path = Path(said.strip()).expanduser()
        if not said.strip():
            return
        found: list[exchange.Merge] = []
        if not self.attempt(
            lambda: found.append(
                exchange.merge_ballot(self.workshop, path, dry_run=True, as_=self.workshop.me)
            )
        ):
            return
        for difference in found[0].differences[:2]:
            self.evaluator.say(str(difference.problem), "warning")
        question = f"{words.count(found[0].taken, 'cell')} to take"
        if found[0].differences:
            question += f", {len(found[0].differences)} differ and stay"
        asked = self.ask(
            f"{question}. Take them in? type yes",
            "",
            lambda answer: self._take_mail(path, answer),
            _LEAVES,
        )
        self.run_worker(asked)

    def _take_mail(self, path: Path, answer: str) -> None:
        from evaluator import exchange

        if answer.strip().casefold() != "yes":
            self.evaluator.say("left as it is")
        elif self.attempt(lambda: exchange.merge_ballot(self.workshop, path)):
            self.evaluator.say(f"taken in: {path.name}")
            self.show()

    async def action_rebuild(self) -> None:
        """Asks whose damaged ballot is to be made again from its history."""
        broken = [p.file for p in self.workshop.problems if "rebuilt from its history" in p.what]
        first = broken[0].rpartition("/")[2].removesuffix(".toml") if broken else ""
        await self.ask("rebuild the ballot of", first, self._rebuild, "a name; esc leaves it")

    def _rebuild(self, said: str) -> None:
        from evaluator import exchange

        if not said.strip():
            return
        made: list[exchange.Rebuilt] = []

        def rebuild() -> None:
            who = self.workshop.participant(said)
            made.append(exchange.rebuild(self.workshop, who))

        if self.attempt(rebuild):
            cells = words.count(made[0].cells, "cell")
            kept = f"; the damaged file is in {made[0].aside}" if made[0].aside else ""
            self.evaluator.say(f"rebuilt from the history: {cells}{kept}")
            self.show()

    def action_about(self) -> None:
        """Asks for the words that only people know, for the report's appendix."""
        from evaluator.writers.appendix import ABOUT

        known = self.workshop.session.about
        fields = [Field(key, key, known.get(key, ""), said) for key, said in ABOUT.items()]
        self.app.push_screen(Form("Words for the report", fields, self._describe))

    def _describe(self, values: Values) -> str:
        known = self.workshop.session.about
        for key, text in values.items():
            if text.strip() != known.get(key, ""):
                self.workshop.describe(key, text)
        return ""

    async def action_look_round(self) -> None:
        """Asks which round to look at; the newest is where one scores."""
        rounds = self.workshop.session.rounds
        await self.ask("round", str(self.workshop.round), self._look, f"1 to {max(rounds)}")

    def _look(self, said: str) -> None:
        if not said.strip().isdigit():
            self.evaluator.say("a round is a number", "warning")
        elif self.attempt(lambda: self.workshop.look_at_round(int(said))):
            self.show()

    async def action_minority(self) -> None:
        """Opens one's minority statement on the result."""
        from evaluator.tui.screens.note import NoteScreen

        me = self.workshop.me
        if me is None:
            self.evaluator.say("choose first who you are: p", "warning")
            return
        before = self.workshop.session.dissent.get(me, "")

        def keep(text: str | None) -> None:
            if text is not None:
                self.attempt(lambda: self.workshop.state_minority(me, text))

        self.app.push_screen(NoteScreen("Minority statement, printed in the report", before), keep)

    async def action_weigh_people(self) -> None:
        """Asks how much each person weighs."""
        people = self.workshop.session.participants.items()
        now = "; ".join(f"{key}={person.weight:g}" for key, person in people)
        await self.ask("people weigh", now, self._weigh_people, "name=number; …")

    def _weigh_people(self, said: str) -> None:
        def weigh() -> None:
            words = [part.partition("=") for part in said.split(";") if part.strip()]
            self.workshop.weigh_people(
                [(self.workshop.participant(name), _number(text)) for name, _, text in words]
            )

        self.attempt(weigh)

    def action_combine(self) -> None:
        """The group's cells are the median of the values, or their mean again."""
        how: Combine = "median" if self.workshop.session.group.combine == "mean" else "mean"
        if self.attempt(lambda: self.workshop.combine(how)):
            self.evaluator.say(f"the group's ranking: {how} of the values")


def _said(found: Copies) -> str:
    cells = sum(merge.taken for merge in found.merges.values())
    keys = sum(len(taking.taken) for taking in found.frozen.values())
    told = sum(found.histories.values())
    parts = []
    if cells or not keys:
        parts.append(f"{words.count(cells, 'cell')} taken in")
    if keys:
        parts.append(f"{words.count(keys, 'key')} of session and options taken in")
    if differ := len(found.differences):
        verb = "differs and stays as it is here" if differ == 1 else "differ and stay as they are"
        parts.append(f"{differ} {verb}")
    if told:
        parts.append(f"{words.count(told, 'change')} added to histories")
    return "; ".join(parts)


def _number(text: str) -> Number:
    try:
        return float(text)
    except ValueError:
        raise fail(f"{text.strip()[:40]!r} is no number", "Write it as name=1.5") from None
