"""One open session: everything in it that a person may change.

A `Workshop` knows nothing of any screen. It checks every change; how it is made, taken back, told
and saved is in `evaluator.changing`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from evaluator.analysis import ranking as additive
from evaluator.changing import Changed, Changing, Event, Saved, SaveFailed, Scan
from evaluator.edits import Edit, wording
from evaluator.errors import EvaluatorError, fail
from evaluator.model import (
    ABSTAIN,
    Ballot,
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
from evaluator.store.documents import now
from evaluator.store.names import free_slug
from evaluator.store.state import ballot_changes

__all__ = ["Changed", "Event", "SaveFailed", "Saved", "Scan", "Workshop"]


class Workshop(Changing):
    """One session as one person works in it."""

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
        edits = self._given(key, option, criterion, value)
        if note is not None:
            edits.append(self._cell(key, "notes", option, criterion, note.strip() or None))
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
            self._given(key, option, criterion, found.score, found.rationale),
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
                edits += self._given(key, option.id, criterion, found.score, found.rationale)
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

    def replace_ballot(self, ballot: Ballot, *, whole: bool = True) -> None:
        """Takes over a ballot, cell by cell, as one step.

        One that begins with it is a copy of the round before: what a `whole` ballot does not say
        is taken out of that, what a part of one does not say stays.
        """
        who, round_ = ballot.participant, ballot.round
        found = self.session.rounds.get(round_)
        if found is None or found.state != "open":
            raise fail(f"round {round_} is closed: it never changes")
        copied = whole or self.has_answered(who, round_)
        before = self.ballot(who, round_) if copied else Ballot(who, round_)
        edits = [Edit(*change) for change in ballot_changes(before, ballot)]
        self._do(f"merge {who}", edits)

    def keep_all(self) -> None:
        """Answers this round with the scores of the round before, as they are."""
        key = self._writer(None)
        if self.ballot(key) != Ballot(key, self.round):
            self._do("keep all", self._start(key, self.round))

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
        known = {**self.criteria, **{id: found.frozen for id, found in new.items()}}
        ordered = {id: known[id] for id in (*criteria, *self.criteria)}
        shares = {**{id: weights.get(id, 10) for id in new}, **self.session.weights}
        edits = [
            Edit(("session", "criteria"), self.criteria, ordered),
            Edit(("session", "weights"), self.session.weights, shares),
        ]
        self._do("criteria", edits, lasting=True)

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
        return self._add(person)

    def take_part(self, person: Participant) -> str:
        """Like `add_participant`, but no step that undo would take back."""
        return self._add(person, lasting=True)

    def _add(self, person: Participant, *, lasting: bool = False) -> str:
        if not person.name.strip():
            raise fail("a participant needs a name")
        key = free_slug(person.name, self.session.participants)
        edits = [self._part("participants", key, person)]
        self._do(f"add {person.name}", edits, lasting=lasting)
        return key

    def join(self, name: str) -> str:
        """Scores as `name` from now on; somebody unknown is taken in. Answers the key."""
        try:
            key = self.participant(name)
        except EvaluatorError:
            key = self.take_part(Participant(name.strip()))
        self.act_as(key)
        return key

    def set_participant(self, key: str, person: Participant) -> None:
        """Changes what is known of somebody, or takes them in under this key."""
        if not person.name.strip():
            raise fail("a participant needs a name")
        self._do("participant", [self._part("participants", key, person)])

    def act_as(self, key: str | None) -> None:
        """Passes the keyboard on: from now on `key` scores. Undo stays with its person."""
        self.me = key
        self._settle()
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
        time = now()
        also = {} if self.session.blind else {"revealed": time}
        self._round_step("close", "open", closed=time, **also)

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
