"""What holds of a workshop whatever is done in whatever order: a state machine.

Undo walks back over every step to the very state before it, redo forward again; what is refused
changes nothing; what is saved reads back as it was, and each ballot can be made again from its
history alone. At two desks nobody loses what they gave, whoever saves, undoes and looks when.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from evaluator.errors import EvaluatorError
from evaluator.model import Option
from evaluator.project import Project
from evaluator.store import history
from evaluator.workshop import Changed, Workshop
from tests.conftest import CRITERIA, OPTIONS

PEOPLE = ("amina", "bilal", "farah")
OPTION = st.sampled_from(("lamps", "ferry", "boats"))
CRITERION = st.sampled_from(("reach", "burden"))
SCORE = st.sampled_from((1, 2, 3.5, 5, "abstain", None, 9))
WORDS = st.sampled_from(("", "  ", "Cheap", 'two\nlines "quoted"'))
TITLE = st.sampled_from(("", "Quay", "Plan “B”"))
WEIGHT = st.sampled_from((0, 1, 40, 2.5, -1))
WHO = st.sampled_from(PEOPLE)


def picture(workshop: Workshop) -> tuple[Any, ...]:
    """All that a workshop would save, but for when ballots were changed."""
    ballots = {
        (number, who): msgspec.structs.replace(ballot, updated=None)
        for number, given in workshop._state.ballots.items()
        for who, ballot in given.items()
    }
    return workshop.session, workshop.option_set, ballots


def every_ballot_can_be_made_again(workshop: Workshop) -> None:
    """From its history alone, every table but `looked`, which no history tells."""
    same = {"updated": None, "looked": {}}
    for number, given in workshop._state.ballots.items():
        for who, ballot in given.items():
            told, problems = history.read(workshop.folder.path / "history" / f"{who}.toml")
            assert problems == []
            found = history.rebuild(who, number, told, workshop._state)
            assert found is not None
            assert msgspec.structs.replace(found, **same) == msgspec.structs.replace(ballot, **same)


class Laws(RuleBasedStateMachine):
    """One person at one desk, who may pass the keyboard on."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="laws-"))
        (self.root / "criteria.toml").write_text(CRITERIA, encoding="utf-8")
        (self.root / "options.toml").write_text(OPTIONS, encoding="utf-8")
        self.project = Project.open(self.root, plugins=False)
        self.workshop = self.project.begin(
            "Laws", participants=["Amina", "Bilal"], facilitators=["Farah"]
        )
        self.workshop.act_as("amina")
        self.told = 0
        self.workshop.listen(self.listen)
        self.past: list[tuple[Any, ...]] = []
        self.future: list[tuple[Any, ...]] = []

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    def listen(self, event: object) -> None:
        self.told += isinstance(event, Changed)

    def do(self, change: Callable[[Workshop], object]) -> None:
        """One change: a step that can be undone where anything is another now, else nothing."""
        before, told = picture(self.workshop), self.told
        try:
            change(self.workshop)
        except EvaluatorError:
            assert picture(self.workshop) == before
            assert self.told == told
            return
        if picture(self.workshop) == before:
            return
        assert self.told > told
        self.past.append(before)
        self.future.clear()

    # -- what a person may do to a cell, an option, a ballot

    @rule(option=OPTION, criterion=CRITERION, value=SCORE, note=st.none() | WORDS)
    def score(self, option: str, criterion: str, value: Any, note: str | None) -> None:
        self.do(lambda w: w.score(option, criterion, value, note=note))

    @rule(option=OPTION, criterion=CRITERION)
    def accept(self, option: str, criterion: str) -> None:
        self.do(lambda w: w.accept(option, criterion))

    @rule(criterion=CRITERION)
    def accept_all(self, criterion: str) -> None:
        self.do(lambda w: w.accept_all(criterion))

    @rule(option=OPTION, criterion=CRITERION | st.just("option"), text=WORDS)
    def note(self, option: str, criterion: str, text: str) -> None:
        self.do(lambda w: w.note(option, criterion, text))

    @rule(option=OPTION, criterion=CRITERION, sure=st.sampled_from((None, 0, 0.7, 1, 2)))
    def confide(self, option: str, criterion: str, sure: float | None) -> None:
        self.do(lambda w: w.confide(option, criterion, sure))

    @rule(
        option=OPTION,
        criterion=CRITERION,
        ends=st.sampled_from((None, (2, 4), (1, 2.5), (4, 2), (0, 3))),
    )
    def set_range(self, option: str, criterion: str, ends: Any) -> None:
        self.do(lambda w: w.set_range(option, criterion, ends))

    @rule(option=OPTION, reason=st.none() | WORDS)
    def recuse(self, option: str, reason: str | None) -> None:
        self.do(lambda w: w.recuse(option, reason))

    @rule(option=OPTION, text=WORDS)
    def dissent(self, option: str, text: str) -> None:
        self.do(lambda w: w.dissent(option, text))

    @rule()
    def keep_all(self) -> None:
        self.do(lambda w: w.keep_all())

    @rule(criterion=CRITERION, weight=WEIGHT, who=st.none() | WHO)
    def weigh(self, criterion: str, weight: Any, who: str | None) -> None:
        self.do(lambda w: w.weigh({criterion: weight}, participant=who))

    @rule(who=WHO)
    def forget_own_weights(self, who: str) -> None:
        self.do(lambda w: w.forget_own_weights(who))

    # -- what a facilitator may do

    @rule(option=OPTION, criterion=CRITERION, votes=st.sampled_from(("3 4", "- 2", ". 5", "1 9")))
    def score_room(self, option: str, criterion: str, votes: str) -> None:
        self.do(lambda w: w.score_room(option, criterion, votes))

    @rule(name=st.sampled_from(("", "Green", "Poor")), weight=st.none() | WEIGHT)
    def scenario(self, name: str, weight: Any) -> None:
        weights = None if weight is None else {"reach": weight, "burden": 1}
        self.do(lambda w: w.set_scenario(name, weights))

    @rule(
        id=OPTION | st.sampled_from(("quay", "Not an id")),
        title=TITLE,
        status=st.sampled_from(("open", "discounted")),
    )
    def edit_option(self, id: str, title: str, status: Any) -> None:
        self.do(lambda w: w.edit_option(Option(id, title, status=status)))

    @rule(option=OPTION, text=WORDS)
    def reword(self, option: str, text: str) -> None:
        def change(w: Workshop) -> None:
            new = msgspec.structs.replace(w.option(option), text=text)
            w.take_over(w.criteria, w.session.weights, {option: new})

        self.do(change)

    @rule(title=TITLE)
    def rename(self, title: str) -> None:
        self.do(lambda w: w.rename(title))

    @rule(question=WORDS, anonymous=st.booleans())
    def set_session(self, question: str, anonymous: bool) -> None:
        self.do(lambda w: w.set_session(question=question, anonymous=anonymous))

    @rule(weights=st.lists(st.tuples(WHO, WEIGHT), max_size=3))
    def weigh_people(self, weights: Any) -> None:
        self.do(lambda w: w.weigh_people(weights))

    @rule(how=st.sampled_from(("mean", "median", "mode")))
    def combine(self, how: Any) -> None:
        self.do(lambda w: w.combine(how))

    @rule(
        option=OPTION,
        criterion=CRITERION | st.just("option"),
        settled=st.none() | st.booleans(),
        revote=st.none() | st.booleans(),
        note=st.none() | WORDS,
    )
    def mark(self, option: str, criterion: str, **what: Any) -> None:
        self.do(lambda w: w.mark(option, criterion, **what))

    @rule(who=WHO | st.just("nobody"), text=WORDS)
    def state_minority(self, who: str, text: str) -> None:
        self.do(lambda w: w.state_minority(who, text))

    @rule(name=st.sampled_from(("sponsor", "limits")), text=WORDS)
    def describe(self, name: str, text: str) -> None:
        self.do(lambda w: w.describe(name, text))

    @rule()
    def close_round(self) -> None:
        self.do(lambda w: w.close_round())

    @rule()
    def open_round(self) -> None:
        self.do(lambda w: w.open_round())

    # -- walking about

    @rule(who=WHO)
    def pass_the_keyboard_on(self, who: str) -> None:
        self.workshop.act_as(who)
        self.past.clear()
        self.future.clear()
        assert self.workshop.undo_label is None
        assert self.workshop.redo_label is None

    @rule()
    def undo(self) -> None:
        now = picture(self.workshop)
        step = self.workshop.undo()
        assert (step is not None) == bool(self.past)
        if step is not None:
            assert picture(self.workshop) == self.past.pop()
            self.future.append(now)

    @rule()
    def redo(self) -> None:
        now = picture(self.workshop)
        step = self.workshop.redo()
        assert (step is not None) == bool(self.future)
        if step is not None:
            assert picture(self.workshop) == self.future.pop()
            self.past.append(now)

    @precondition(lambda self: self.past)
    @rule()
    def all_the_way_back_and_forth(self) -> None:
        now, start, steps = picture(self.workshop), self.past[0], len(self.past)
        while self.workshop.undo():
            pass
        assert picture(self.workshop) == start
        for _ in range(steps):
            assert self.workshop.redo()
        assert picture(self.workshop) == now

    @rule()
    def save(self) -> None:
        self.workshop.save()
        assert not self.workshop.unsaved
        again = self.project.workshop("laws")
        assert picture(again) == picture(self.workshop)
        assert list(again.criteria) == list(self.workshop.criteria)
        assert list(again.session.participants) == list(self.workshop.session.participants)
        problems = self.project.check_session("laws")
        assert [problem for problem in problems if problem.level == "error"] == []
        every_ballot_can_be_made_again(again)

    @invariant()
    def labels_say_whether_there_is_a_step(self) -> None:
        assert (self.workshop.undo_label is None) == (not self.past)
        assert (self.workshop.redo_label is None) == (not self.future)


Laws.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLaws = Laws.TestCase


DESK = st.integers(0, 1)
HALVES = (("lamps", "reach"), ("boats", "burden")), (("ferry", "reach"), ("boats", "reach"))
Cell = tuple[str, str, str]  # who, option, criterion


class Desks(RuleBasedStateMachine):
    """Two programs on one folder. Each desk has cells of its own, in everybody's ballot."""

    @initialize(second=st.booleans())
    def begin(self, second: bool) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="desks-"))
        (self.root / "criteria.toml").write_text(CRITERIA, encoding="utf-8")
        (self.root / "options.toml").write_text(OPTIONS, encoding="utf-8")
        self.project = Project.open(self.root, plugins=False)
        made = self.project.begin("Desks", participants=["Amina", "Bilal"])
        self.given: dict[Cell, Any] = {}
        if second:
            for cell in HALVES[0]:
                made.score(*cell, 2, participant="amina")
                self.given["amina", *cell] = 2
            made.close_round()
            made.open_round()
        made.save()
        self.desks = [self.project.workshop("desks") for _ in HALVES]
        self.past: list[list[tuple[Cell, Any]]] = [[], []]
        self.future: list[list[tuple[Cell, Any]]] = [[], []]
        for desk in self.desks:
            desk.act_as("amina")

    def teardown(self) -> None:
        if not hasattr(self, "desks"):
            return
        for at in (0, 1, 0):
            self.save(at)
            self.look(at)
        for workshop in (*self.desks, self.project.workshop("desks")):
            self.agrees(workshop, self.given)
        every_ballot_can_be_made_again(workshop)
        shutil.rmtree(self.root)

    @staticmethod
    def agrees(workshop: Workshop, given: dict[Cell, Any]) -> None:
        for (who, *cell), score in given.items():
            assert workshop.ballot(who).score(*cell) == score, (who, cell)

    def here(self, at: int) -> dict[Cell, Any]:
        """What was given at one desk."""
        return {cell: score for cell, score in self.given.items() if cell[1:] in HALVES[at]}

    @rule(
        at=DESK,
        who=st.sampled_from(("amina", "bilal")),
        n=st.integers(0, 1),
        value=st.sampled_from((1, 4, "abstain", None)),
    )
    def score(self, at: int, who: str, n: int, value: Any) -> None:
        cell = (who, *HALVES[at][n])
        before = self.given.get(cell)
        self.desks[at].score(*HALVES[at][n], value, participant=who)
        self.given[cell] = value
        if value != before:
            self.past[at].append((cell, before))
            self.future[at].clear()

    @rule(at=DESK)
    def undo(self, at: int) -> None:
        assert (self.desks[at].undo() is None) == (not self.past[at])
        if self.past[at]:
            cell, before = self.past[at].pop()
            self.future[at].append((cell, self.given[cell]))
            self.given[cell] = before

    @rule(at=DESK)
    def redo(self, at: int) -> None:
        assert (self.desks[at].redo() is None) == (not self.future[at])
        if self.future[at]:
            cell, after = self.future[at].pop()
            self.past[at].append((cell, self.given[cell]))
            self.given[cell] = after

    @rule(at=DESK)
    def save(self, at: int) -> None:
        self.desks[at].save()
        self.agrees(self.project.workshop("desks"), self.here(at))

    @rule(at=DESK)
    def look(self, at: int) -> None:
        scan = self.desks[at].scan()
        if scan is not None:
            self.desks[at].take_in(scan)
        assert self.desks[at].scan() is None

    @invariant()
    def each_desk_shows_what_was_given_at_it(self) -> None:
        for at, desk in enumerate(getattr(self, "desks", ())):
            self.agrees(desk, self.here(at))


Desks.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestDesks = Desks.TestCase
