"""One open session: the only place where what is saved changes.

A `Workshop` knows nothing of any screen. It checks every change, remembers how to undo it, tells
its listeners, and hands what has to be saved to the store in three steps, so that a screen can
run the middle one in a worker: `take_save()` (here), `SaveJob.run()` (anywhere), `saved(job)`
(here).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from evaluator.analysis import ranking as additive
from evaluator.edits import Edit, Step, told, topics, wording
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import (
    ABSTAIN,
    Ballot,
    Change,
    Criterion,
    Number,
    Option,
    Participant,
    Round,
    Score,
    Suggestion,
    is_id,
    is_number,
)
from evaluator.standing import Standing
from evaluator.store.documents import now
from evaluator.store.folder import SaveJob, SaveResult, SessionFolder, State
from evaluator.store.names import free_slug
from evaluator.store.state import ballot_changes

Topic: TypeAlias = Literal["scores", "weights", "options", "session", "people", "ballots"]


class Changed(msgspec.Struct, frozen=True):
    """Told to listeners after every change.

    `topics` say what kind of things changed; `cells` the (option, criterion) cells that did.
    """

    topics: frozenset[str]
    cells: frozenset[tuple[str, str]] = frozenset()
    label: str = ""


class Saved(msgspec.Struct, frozen=True):
    """Told to listeners when what they were shown is on the disk."""

    at: dt.datetime
    warning: str = ""


class SaveFailed(msgspec.Struct, frozen=True):
    """Told to listeners when nothing could be saved; the data stays in memory."""

    problem: Problem


class Scan(msgspec.Struct, frozen=True):
    """What the folder says now, and what it was compared with."""

    base: State
    found: State


Event: TypeAlias = Changed | Saved | SaveFailed
Listener: TypeAlias = Callable[[Event], None]


class Workshop(Standing):
    """One session as one person works in it."""

    def __init__(
        self,
        folder: SessionFolder,
        state: State,
        me: str | None = None,
        *,
        round_: int | None = None,
        live: Mapping[str, Criterion] | None = None,
    ) -> None:
        super().__init__(folder, state, me, round_, live)
        self._base = state
        self._begun_now = not state.on_disk
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._pending: list[tuple[str, Change]] = []
        self._listeners: list[Listener] = []
        self.revision = 0
        self.saved_at: dt.datetime | None = None
        self.failure: Problem | None = None

    # -- changing scores

    def score(
        self,
        option: str,
        criterion: str,
        value: Score | None,
        *,
        why: str = "",
        note: str | None = None,
        participant: str | None = None,
    ) -> Score | None:
        """Scores a cell; "abstain" or None (clear) are values too. Answers what was there.

        Raises:
            EvaluatorError: no such cell, a score outside the scale, or a closed round.
        """
        key = self._writer(participant)
        self.option(option)
        scale = self.criterion(criterion)
        if value is not None and value != ABSTAIN:
            self._check(scale, value)
            self._judges(key, option)
        before = self.ballot(key).score(option, criterion)
        edits = [self._cell(key, "scores", option, criterion, value)]
        if self.ballot(key).accepted.get(option, {}).get(criterion) is not None:
            edits.append(self._cell(key, "accepted", option, criterion, None))
        if note is not None:
            edits.append(self._cell(key, "notes", option, criterion, note.strip() or None))
        edits += self._looked(key, option, criterion)
        said = "clear" if value is None else ABSTAIN if value == ABSTAIN else f"score {value}"
        self._do(f"{said}, {scale.head}", edits, why=why)
        return before

    @staticmethod
    def _check(criterion: Criterion, value: Any) -> None:
        if not is_number(value) or not criterion.holds(value):
            raise fail(
                f"{criterion.title}: {str(value)[:40]} is no score on its scale",
                f'Put a number from {criterion.low} to {criterion.high}, or "abstain"',
            )

    def accept(self, option: str, criterion: str) -> Suggestion | None:
        """Takes over what a criterion proposes, and records what it said; None without one."""
        found = self.suggestion(option, criterion)
        if found is None:
            return None
        key = self._writer(None)
        self._do(
            f"accept {found.score:g}, {self.criterion(criterion).head}",
            [
                self._cell(key, "scores", option, criterion, found.score),
                self._cell(key, "accepted", option, criterion, found.rationale),
                *self._looked(key, option, criterion),
            ],
        )
        return found

    def accept_all(self, criterion: str) -> int:
        """Fills every open cell of a criterion with its suggestion; answers how many."""
        key = self._writer(None)
        ballot = self.ballot(key)
        edits: list[Edit] = []
        filled = 0
        for option in self.options:
            if ballot.score(option.id, criterion) is not None:
                continue
            found = self.suggestion(option.id, criterion)
            if found is not None:
                edits.append(self._cell(key, "scores", option.id, criterion, found.score))
                edits.append(self._cell(key, "accepted", option.id, criterion, found.rationale))
                edits += self._looked(key, option.id, criterion)
                filled += 1
        self._do(f"accept all of {self.criterion(criterion).head}", edits)
        return filled

    def note(
        self, option: str, criterion: str, text: str, *, participant: str | None = None
    ) -> None:
        """Writes a note on a cell, or with criterion "option" on the option; blank removes it."""
        key = self._writer(participant)
        self.option(option)
        if criterion != "option":
            self.criterion(criterion)
        kept = text.strip() or None
        self._do("note", [self._cell(key, "notes", option, criterion, kept)])

    def confide(self, option: str, criterion: str, confidence: float | None) -> None:
        """Says how sure one is of a score, 0–1; None removes it."""
        key = self._writer(None)
        self.option(option)
        self.criterion(criterion)
        if confidence is not None and not (is_number(confidence) and 0 <= confidence <= 1):
            raise fail(f"confidence {confidence} is outside 0 to 1")
        self._do("confidence", [self._cell(key, "confidence", option, criterion, confidence)])

    def replace_ballot(self, ballot: Ballot) -> None:
        """Takes over a whole ballot, cell by cell, as one step."""
        who, round_ = ballot.participant, ballot.round
        found = self.session.rounds.get(round_)
        if found is None or found.state != "open":
            raise fail(f"round {round_} is closed: it never changes")
        before = self._state.ballots.get(round_, {}).get(who, Ballot(who, round_))
        edits = [Edit(*change) for change in ballot_changes(before, ballot)]
        self._do(f"merge {who}", edits)

    def keep_all(self) -> None:
        """Answers this round with the scores of the round before, as they are."""
        key = self._writer(None)
        if not self.has_answered(key):
            self._do("keep all", self._start(key))

    # -- changing weights, options, people

    def weigh(self, weights: Mapping[str, Number], *, participant: str | None = None) -> None:
        """Sets raw weights ≥ 0: the session's, or with `participant` those of a ballot.

        Raises:
            EvaluatorError: an unknown criterion, no number ≥ 0, or all weights 0.
        """
        for id, weight in weights.items():
            self.criterion(id)
            if not is_number(weight) or weight < 0:
                raise fail(f"weight of {id}: {str(weight)[:40]} is no number from 0 up")
        if participant is None:
            additive.shares({**self.session.weights, **weights}, self.criteria)
            edits = [self._part("weights", id, weight) for id, weight in weights.items()]
        else:
            key = self._writer(participant)
            own = self.ballot(key).weights
            additive.shares({**self.session.weights, **own, **weights}, self.criteria)
            edits = [self._own_weight(key, id, weight) for id, weight in weights.items()]
        self._do("weights", edits)

    def forget_own_weights(self, participant: str) -> None:
        """Drops a ballot's own weights: the session's count again."""
        key = self._writer(participant)
        own = self.ballot(key).weights
        self._do("group's weights again", [self._own_weight(key, id, None) for id in own])

    def set_scenario(self, name: str, weights: Mapping[str, Number] | None) -> None:
        """Keeps a named weight set, or (None) removes it."""
        if not name.strip():
            raise fail("a scenario needs a name")
        if weights is not None:
            additive.shares(weights, self.criteria)
            kept = {id: weights.get(id, 10) for id in self.criteria}
        self._do(
            f"scenario {name}",
            [self._part("scenarios", name, kept if weights is not None else None)],
        )

    def edit_option(self, option: Option) -> None:
        """Replaces the option with the same id, or adds it at the end.

        Raises:
            EvaluatorError: a malformed id or a blank title.
        """
        if not is_id(option.id):
            raise fail(f"{option.id!r} is no id for an option", "Use a–z, 0–9 and -")
        if not option.title.strip():
            raise fail("an option needs a title")
        known = self._state.options.options.get(option.id)
        label = "edit option" if known else "add option"
        self._do(label, [Edit(("option", option.id), known, option)])

    def take_over(
        self,
        criteria: Mapping[str, Criterion],
        weights: Mapping[str, Number],
        options: Mapping[str, Option],
    ) -> None:
        """Takes over other criteria and options as one step.

        Where an option that was scored already has another title, summary or text, its scores are
        marked to be looked at again.
        """
        session = self.session
        edits = [
            Edit(("session", "criteria"), session.criteria, dict(criteria)),
            Edit(("session", "weights"), session.weights, dict(weights)),
        ]
        ballots = self._state.ballots.get(session.round, {}).values()
        for id, option in options.items():
            before = self._state.options.options.get(id)
            edits.append(Edit(("option", id), before, option))
            scored = any(ballot.scores.get(id) for ballot in ballots)
            if before is not None and scored and wording(before) != wording(option):
                edits.append(self._part("reworded", id, wording(option)))
        self._do("take over wording", edits)

    def again(self, participant: str | None = None) -> frozenset[tuple[str, str]]:
        """The (option, criterion) cells that somebody scored on an earlier wording."""
        reworded = self.session.reworded
        if not reworded:
            return frozenset()
        ballot = self.ballot(participant)
        return frozenset(
            (option, criterion)
            for option, said in reworded.items()
            for criterion in ballot.scores.get(option, {})
            if ballot.looked.get(option, {}).get(criterion) != said
        )

    def _looked(self, who: str, option: str, criterion: str) -> list[Edit]:
        """Notes that a cell is answered on the wording in force, where there was another."""
        said = self.session.reworded.get(option)
        return [self._cell(who, "looked", option, criterion, said)] if said is not None else []

    def new_option_id(self, title: str) -> str:
        """A free id made from a title."""
        return free_slug(title, self._state.options.options)

    def gain(self, criteria: Mapping[str, Criterion], weights: Mapping[str, Number]) -> None:
        """Gives a session the criteria it was begun without, their plugins being loaded by now.

        They come in this order; no step that undo would take back. A session that was not begun
        by this very workshop stays as it was frozen.
        """
        new = {id: found for id, found in criteria.items() if id not in self.criteria}
        if not self._begun_now or not new:
            return
        fields = [name for name in Criterion.__struct_fields__ if name != "suggest"]
        frozen = {
            id: Criterion(**{name: getattr(found, name) for name in fields})
            for id, found in new.items()
        }
        known = {**self.criteria, **frozen}
        ordered = {id: known[id] for id in (*criteria, *self.criteria)}
        shares = {**{id: weights.get(id, 10) for id in new}, **self.session.weights}
        edits = [
            Edit(("session", "criteria"), self.criteria, ordered),
            Edit(("session", "weights"), self.session.weights, shares),
        ]
        self._do("criteria", edits)
        self._undo.pop()

    def rename(self, title: str) -> None:
        """Gives the session another title; its id and folder stay."""
        if not title.strip():
            raise fail("a session needs a title")
        self._do("rename session", [Edit(("session", "title"), self.session.title, title)])

    def set_session(self, **fields: Any) -> None:
        """Changes fields of the session (`question`, `anonymous`, `portfolio`, `consensus`, …).

        Raises:
            EvaluatorError: another rule of consensus, once somebody has scored.
        """
        rule = self.session.consensus
        if fields.get("consensus", rule) != rule and any(self._state.ballots.values()):
            what = "the rule of consensus was fixed when round 1 opened"
            raise fail(what, "Begin a new session for another one")
        edits = [
            Edit(("session", name), getattr(self.session, name), value)
            for name, value in fields.items()
        ]
        self._do("session", edits)

    def add_participant(self, person: Participant) -> str:
        """Takes somebody in; answers the key (slug of the name, with -2 … where taken)."""
        if not person.name.strip():
            raise fail("a participant needs a name")
        key = free_slug(person.name, self.session.participants)
        self._do(f"add {person.name}", [self._part("participants", key, person)])
        return key

    def take_part(self, person: Participant) -> str:
        """Like `add_participant`, but no step that undo would take back."""
        key = self.add_participant(person)
        self._undo.pop()
        return key

    def join(self, name: str) -> str:
        """Scores as `name` from now on; somebody unknown is taken in. Answers the key."""
        try:
            key = self.participant(name)
        except EvaluatorError:
            key = self.take_part(Participant(name.strip()))
        self.act_as(key)
        return key

    def set_participant(self, key: str, person: Participant | None) -> None:
        """Changes what is known of somebody; None takes them off the list (ballots stay)."""
        if person is not None and not person.name.strip():
            raise fail("a participant needs a name")
        self._do("participant", [self._part("participants", key, person)])

    def act_as(self, key: str | None) -> None:
        """Passes the keyboard on: from now on `key` scores. Undo stays with its person."""
        self.me = key
        self._undo.clear()
        self._redo.clear()
        self._tell(Changed(frozenset({"people", "scores"})))

    def look_at_round(self, round_: int) -> None:
        """Shows another round."""
        if round_ not in self.session.rounds:
            raise fail(f"no round {round_}", f"This session has rounds 1 to {self.session.round}")
        self.round = round_
        self._tell(Changed(frozenset({"session", "scores"})))

    # -- rounds

    def close_round(self) -> None:
        """Closes the newest round, and reveals it where the session is not blind."""
        self._round_step("close", "open", closed=now())
        if not self.session.blind:
            self._round_step("reveal", "closed", revealed=now())

    def reveal_round(self) -> None:
        """Shows everybody's scores of the newest round, which must be closed."""
        self._round_step("reveal", "closed", revealed=now())

    def open_round(self) -> None:
        """Starts the next round; the newest must be revealed."""
        newest = self.session.rounds[self.session.round]
        if newest.state != "revealed":
            first = "Close and reveal" if newest.state == "open" else "Reveal"
            raise fail(
                f"round {self.session.round} is {newest.state}", f"{first} it before the next"
            )
        number = self.session.round + 1
        opened = max(now(), newest.revealed or newest.opened)
        rounds = {**self.session.rounds, number: Round(opened=opened)}
        self._do(
            f"open round {number}",
            [
                Edit(("session", "rounds"), self.session.rounds, rounds),
                Edit(("session", "round"), self.session.round, number),
            ],
        )
        self.round = number

    def _round_step(self, verb: str, needs: str, **times: dt.datetime) -> None:
        number = self.session.round
        found = self.session.rounds[number]
        if found.state != needs:
            raise fail(f"round {number} is {found.state}; it must be {needs} to {verb} it")
        earliest = found.closed or found.opened
        times = {name: max(time, earliest) for name, time in times.items()}
        rounds = {**self.session.rounds, number: msgspec.structs.replace(found, **times)}
        label = f"{verb} round {number}"
        self._do(label, [Edit(("session", "rounds"), self.session.rounds, rounds)])

    # -- undo and redo

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None."""
        return self._undo[-1].label if self._undo else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, or None."""
        return self._redo[-1].label if self._redo else None

    def undo(self) -> Step | None:
        """Takes the last change back; answers it, or None where there is none."""
        if not self._undo:
            return None
        step = self._undo[-1]
        back = tuple(edit.back for edit in reversed(step.edits))
        self._apply(back, "undo")
        self._redo.append(self._undo.pop())
        self._tell(self._changed(back, f"undo {step.label}"))
        return step

    def redo(self) -> Step | None:
        """Does again what was undone; answers it, or None where there is none."""
        if not self._redo:
            return None
        step = self._redo[-1]
        self._apply(step.edits, "redo")
        self._undo.append(self._redo.pop())
        self._tell(self._changed(step.edits, f"redo {step.label}"))
        return step

    # -- listening and saving

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tells `listener` of every change from now on; answers a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def unsaved(self) -> bool:
        """Whether something has changed that is not on the disk yet.

        A session of one's own that holds nothing but who takes part is not worth a folder yet.
        """
        if not self.on_disk and not self._undo:
            return False
        return self._state is not self._base and self._state.differs(self._base)

    def take_save(self) -> SaveJob | None:
        """What has to be saved now, as a job that any thread may run; None where nothing has."""
        if not self.unsaved:
            return None
        job = SaveJob(self._folder, self._base, self._state, tuple(self._pending))
        self._pending = []
        return job

    def saved(self, job: SaveJob, result: SaveResult | EvaluatorError) -> None:
        """Takes in what a save did: merged cells of others, or the failure (all is kept)."""
        if isinstance(result, EvaluatorError):
            self._pending = [*job.changes, *self._pending]
            self.failure = result.problems[0]
            self._tell(SaveFailed(self.failure))
            return
        newest = self.session.round
        self._base = result.state
        self._state = result.state.with_later(job.mine, self._state)
        self._keep_up(newest)
        self.failure = None
        self.saved_at = result.at
        if result.taken or result.clashes:
            self._remember_clashes(result)
            self._stale()
            self._tell(Changed(frozenset({"scores", "ballots", "session"}), label="merged"))
        self._tell(Saved(result.at, result.warning))

    def _keep_up(self, newest: int) -> None:
        """Whoever looks at the newest round goes on to one that was opened elsewhere."""
        if self.round == newest or self.round not in self.session.rounds:
            self.round = self.session.round

    def _remember_clashes(self, result: SaveResult) -> None:
        """Where both sides changed a cell ours stands; undo brings the other back."""
        edits = tuple(Edit(target, theirs, mine) for target, theirs, mine in result.clashes)
        if edits:
            self._undo.append(Step("change made elsewhere", edits))

    def save(self) -> None:
        """Saves at once, in this thread.

        Raises:
            EvaluatorError: nothing was saved.
        """
        job = self.take_save()
        if job is None and not self.on_disk:
            job = SaveJob(self._folder, self._base, self._state, tuple(self._pending))
        if job is None:
            return
        try:
            result = job.run()
        except EvaluatorError as error:
            self.saved(job, error)
            raise
        self.saved(job, result)

    def scan(self) -> Scan | None:
        """What others have changed on the disk since it was read, or None; for any thread."""
        base = self._base
        found = self._folder.changed_since(base)
        return Scan(base, found) if found is not None else None

    def take_in(self, scan: Scan) -> bool:
        """Takes in what `scan` found; answers whether anything shown has changed."""
        if scan.base is not self._base:
            return False
        mine = self._state
        self._state = scan.found.with_later(self._base, mine)
        self._base = scan.found
        self._keep_up(mine.session.round)
        if not self._state.differs(mine):
            return False
        self._stale()
        self._tell(Changed(frozenset({"scores", "ballots", "session"}), label="came in"))
        return True

    # -- how a change is made

    def _writer(self, participant: str | None) -> str:
        """The key of whoever writes; the round must be open."""
        key = participant if participant is not None else self.me
        if key is None:
            raise fail("nobody is scoring", "Say who: --as NAME, or choose in Sessions")
        found = self.session.rounds.get(self.round)
        if found is None or found.state != "open":
            state = found.state if found else "not there"
            raise fail(
                f"round {self.round} is {state}: a closed round never changes",
                "Open the next round, or score in a session of your own",
                file=f"sessions/{self.id}",
            )
        return key

    def _cell(self, who: str, table: str, option: str, criterion: str, value: Any) -> Edit:
        before = getattr(self.ballot(who), table).get(option, {}).get(criterion)
        return Edit(("ballot", self.round, who, table, option, criterion), before, value)

    def _own_weight(self, who: str, criterion: str, value: Number | None) -> Edit:
        before = self.ballot(who).weights.get(criterion)
        return Edit(("weight", self.round, who, criterion), before, value)

    def _part(self, field: str, key: str, value: Any) -> Edit:
        return Edit(("session", field, key), getattr(self.session, field).get(key), value)

    def _start(self, who: str) -> list[Edit]:
        """A ballot that begins as a copy of the round before, if there is one."""
        if self.has_answered(who):
            return []
        begun = self.ballot(who)
        empty = not (begun.scores or begun.notes or begun.weights or begun.recused)
        return [] if empty else [Edit(("start", self.round, who), None, begun)]

    def _do(self, label: str, edits: list[Edit], *, why: str = "") -> None:
        real = [edit for edit in edits if edit.before != edit.after or edit.target[0] == "start"]
        if not real:
            return
        writers = {e.target[2] for e in real if e.of_ballot}
        starts = [start for who in sorted(writers) for start in self._start(who)]
        step = Step(label, (*starts, *real))
        self._apply(step.edits, why)
        self._undo.append(step)
        self._redo.clear()
        self._tell(self._changed(step.edits, label))

    def _apply(self, edits: tuple[Edit, ...], why: str) -> None:
        for edit in (edit for edit in edits if edit.of_ballot):
            found = self.session.rounds.get(edit.target[1])
            if found is None or found.state != "open":
                raise fail(f"round {edit.target[1]} is closed; it never changes")
        time = now()
        state, newest = self._state, self.session.round
        for edit in edits:
            state = state.replaced(edit.target, edit.after, time)
            self._pending.extend(told(edit, time, why))
        self._state = state
        self._keep_up(newest)
        self._stale(scores=any("weights" not in topics(edit.target) for edit in edits))

    def _stale(self, *, scores: bool = True) -> None:
        """Forgets what was reckoned; tables stay where only weights have changed."""
        self.revision += 1
        self._ranking.clear()
        if scores:
            self._tables.clear()

    @staticmethod
    def _changed(edits: tuple[Edit, ...], label: str) -> Changed:
        return Changed(
            frozenset(topic for edit in edits for topic in topics(edit.target)),
            frozenset((e.target[4], e.target[5]) for e in edits if e.target[0] == "ballot"),
            label,
        )

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)
