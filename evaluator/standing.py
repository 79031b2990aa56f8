"""All that can be asked of an open session; what changes it is in `evaluator.changing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from evaluator.analysis import ranking as additive
from evaluator.analysis import table as tables
from evaluator.errors import EvaluatorError, Problem, unknown
from evaluator.meeting import Meeting
from evaluator.model import (
    Ballot,
    Criterion,
    Option,
    OptionSet,
    Ranking,
    Session,
    Suggestion,
)
from evaluator.store.folder import SessionFolder, State


class Standing(Meeting):
    """A session as it stands: options, criteria, ballots, rankings, suggestions."""

    def __init__(
        self,
        folder: SessionFolder,
        state: State,
        me: str | None,
        round_: int | None,
        live: Mapping[str, Criterion] | None,
    ) -> None:
        self._folder = folder
        self._state = state
        self._ranking: dict[tuple[Any, ...], Ranking] = {}
        self._suggestions: dict[tuple[str, str], Suggestion | None] = {}
        self.me = me
        self.round = round_ if round_ is not None else state.session.round
        self.live: dict[str, Criterion] = dict(live or {})

    # -- what is there

    @property
    def session(self) -> Session:
        """The session as it stands."""
        return self._state.session

    @property
    def folder(self) -> SessionFolder:
        """Where the session's files lie, or will."""
        return self._folder

    @property
    def id(self) -> str:
        """The session's id, its folder's name."""
        return self.session.id

    @property
    def criteria(self) -> dict[str, Criterion]:
        """The criteria as frozen, in order."""
        return self.session.criteria

    @property
    def option_set(self) -> OptionSet:
        """The options as frozen, with what is known of their source."""
        return self._state.options

    @property
    def options(self) -> tuple[Option, ...]:
        """The options that count, in file order; discounted ones are in `discounted`."""
        return tuple(o for o in self._state.options.options.values() if o.counts)

    @property
    def discounted(self) -> tuple[Option, ...]:
        """The options left out of ranking and progress, with their reasons."""
        return tuple(o for o in self._state.options.options.values() if not o.counts)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was odd in the session's files when they were read."""
        return self._state.problems

    @property
    def on_disk(self) -> bool:
        """Whether the session has a folder yet: one's own is written with the first score."""
        return self._state.on_disk

    def option(self, id: str) -> Option:
        """The option with this id; an error names the nearest one."""
        found = self._state.options.options.get(id)
        if found is None:
            raise unknown("option", id, self._state.options.options)
        return found

    def criterion(self, id: str) -> Criterion:
        """The criterion with this id; an error names the nearest one."""
        found = self.criteria.get(id)
        if found is None:
            raise unknown("criterion", id, self.criteria)
        return found

    def participant(self, name: str) -> str:
        """The key of a participant given by key or name, letter case aside."""
        people = self.session.participants
        folded = name.strip().casefold()
        for key in people:
            if key.casefold() == folded:
                return key
        for key, person in people.items():
            if person.name.strip().casefold() == folded:
                return key
        names = dict.fromkeys([*people, *(person.name for person in people.values())])
        raise unknown("participant", name, names)

    def is_facilitator(self, key: str | None) -> bool:
        """Whether this participant runs the workshop."""
        person = self.session.participants.get(key or "")
        return person is not None and person.role == "facilitator"

    def ballots(self, round_: int | None = None) -> dict[str, Ballot]:
        """The ballots of a round of everybody in `[participants]`, in their order."""
        number = round_ if round_ is not None else self.round
        given = self._state.ballots.get(number, {})
        broken = self._state.broken.get(number, {})
        problems = [p for key in self.session.participants for p in broken.get(key, ())]
        if problems:
            raise EvaluatorError(problems)
        return {key: given[key] for key in self.session.participants if key in given}

    def ballot(self, participant: str | None = None, round_: int | None = None) -> Ballot:
        """A participant's ballot (default: one's own).

        In a later round that has none yet: what it would start from, the one before.
        """
        key = participant if participant is not None else self.me or ""
        number = round_ if round_ is not None else self.round
        for earlier in range(number, 0, -1):
            if problems := self._state.broken.get(earlier, {}).get(key):
                raise EvaluatorError(problems)
            found = self._state.ballots.get(earlier, {}).get(key)
            if found is not None:
                return found if earlier == number else self._begun(found, number)
        return Ballot(participant=key, round=number)

    def has_answered(self, participant: str, round_: int | None = None) -> bool:
        """Whether there is a ballot of this participant in this very round."""
        return participant in self._state.ballots.get(
            round_ if round_ is not None else self.round, {}
        )

    def panel(self, round_: int | None = None) -> tuple[str, ...]:
        """Who was asked for a ballot in a round: all but facilitators who gave none."""
        number = round_ if round_ is not None else self.round
        return self.session.panel(self._state.ballots.get(number, {}))

    @staticmethod
    def _begun(ballot: Ballot, number: int) -> Ballot:
        return msgspec.structs.replace(ballot, round=number, updated=None)

    def sees_all(self, as_: str | None = None, round_: int | None = None) -> bool:
        """Whether somebody may see everybody's scores of a round (`as_` None: nobody named)."""
        number = round_ if round_ is not None else self.round
        return not self.session.hides(number) or self.is_facilitator(as_)

    def visible_ballots(
        self, as_: str | None = None, round_: int | None = None
    ) -> dict[str, Ballot]:
        """The ballots that `as_` may see: all, or in a hidden round one's own alone."""
        found = self.ballots(round_)
        if self.sees_all(as_, round_):
            return found
        return {key: ballot for key, ballot in found.items() if key == as_}

    @property
    def can_score(self) -> bool:
        """Whether the round in view takes scores."""
        found = self.session.rounds.get(self.round)
        return found is not None and found.state == "open"

    def progress(self, participant: str | None = None) -> tuple[int, int]:
        """(cells answered, cells in all) of a ballot; an abstention is an answer."""
        ballot = self.ballot(participant)
        options = self.options
        done = sum(
            ballot.score(option.id, criterion) is not None
            for option in options
            for criterion in self.criteria
        )
        return done, len(options) * len(self.criteria)

    # -- results

    def shares(
        self, participant: str | None = None, scenario: str | None = None
    ) -> dict[str, float]:
        """Weights as shares summing to 1.

        The session's; for a participant with the ballot's own where it has some; or a scenario's.
        """
        weights = dict(self.session.weights)
        if scenario is not None:
            if scenario not in self.session.scenarios:
                raise unknown("scenario", scenario, self.session.scenarios)
            weights |= self.session.scenarios[scenario]
        elif participant is not None:
            weights |= self.ballot(participant).weights
        return additive.shares(weights, self.criteria)

    def table(self, participant: str | None = None, round_: int | None = None) -> tables.Table:
        """The table of a participant's ballot, or (None) of the group."""
        if participant is not None:
            ballot = self.ballot(participant, round_)
            return tables.of_ballot(ballot, self.options, self.criteria)
        ballots = self.ballots(round_)
        weights = [self.session.participants[key].weight for key in ballots]
        return tables.of_group(
            list(ballots.values()),
            self.options,
            self.criteria,
            combine=self.session.group.combine,
            weights=weights,
        )

    def ranking(
        self,
        participant: str | None = None,
        round_: int | None = None,
        scenario: str | None = None,
    ) -> Ranking:
        """The additive ranking of a ballot, or (None) of the group; cached by revision."""
        key = (participant, round_ or self.round, scenario)
        if key not in self._ranking:
            share = self.shares(participant, scenario)
            self._ranking[key] = additive.rank(self.table(participant, round_), share)
        return self._ranking[key]

    # -- suggestions

    def suggestion(self, option: str, criterion: str) -> Suggestion | None:
        """What a criterion proposes for an option, where that is known at once.

        Built-in and declared criteria answer here and now; what plugins propose is known after
        `learn` was told.
        """
        key = (option, criterion)
        if key not in self._suggestions:
            suggest = getattr(self.live.get(criterion), "suggest", None)
            if suggest is None:
                return None
            self._suggestions[key] = suggest(self.option(option))
        return self._suggestions[key]

    def learn(self, option: str, criterion: str, suggestion: Suggestion | None) -> None:
        """Takes in what a plugin proposed."""
        self._suggestions[option, criterion] = suggestion

    def has_learnt(self, option: str, criterion: str) -> bool:
        """Whether a plugin's answer is known, be it None."""
        return (option, criterion) in self._suggestions

    def brief_changed(self) -> None:
        """Forgets suggestions: the options' texts have changed."""
        self._suggestions.clear()
