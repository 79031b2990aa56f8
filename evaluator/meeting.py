"""What a room of people adds to a workshop: votes of all at once, recusal, dissent, the agenda."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from evaluator.edits import Edit
from evaluator.errors import fail, unknown
from evaluator.model import (
    ABSTAIN,
    Ballot,
    Combine,
    Consensus,
    Mark,
    Number,
    Score,
    is_number,
)
from evaluator.store.state import State, changes

if TYPE_CHECKING:
    from evaluator.model import Criterion, Option, OptionSet, Session

_ABSTENTIONS = ("-", "–", "a", ABSTAIN)
_NOTHING = (".", "·", "?", "x")
CONSTANTS: Final[Mapping[str, Number]] = {"ram": 2.35, "iqr": 1, "share": 0.8}
FEWEST = 4  # scores below which a middle half says nothing


class Meeting(ABC):
    """The part of a workshop that is about several people; `Workshop` is the whole of it."""

    me: str | None
    round: int

    @property
    @abstractmethod
    def session(self) -> Session:
        """The session as it stands."""

    @property
    @abstractmethod
    def option_set(self) -> OptionSet:
        """The options as frozen."""

    @abstractmethod
    def option(self, id: str) -> Option:
        """The option with this id; an error names the nearest one."""

    @abstractmethod
    def criterion(self, id: str) -> Criterion:
        """The criterion with this id; an error names the nearest one."""

    @abstractmethod
    def ballot(self, participant: str | None = None, round_: int | None = None) -> Ballot:
        """A participant's ballot (default: one's own)."""

    @abstractmethod
    def ballots(self, round_: int | None = None) -> dict[str, Ballot]:
        """The ballots of a round of everybody who takes part."""

    @abstractmethod
    def sees_all(self, as_: str | None = None, round_: int | None = None) -> bool:
        """Whether somebody may see everybody's scores of a round."""

    @abstractmethod
    def _writer(self, participant: str | None) -> str: ...

    @abstractmethod
    def _cell(self, who: str, table: str, option: str, criterion: str, value: Any) -> Edit: ...

    @abstractmethod
    def _part(self, field: str, key: Any, value: Any) -> Edit: ...

    @abstractmethod
    def _looked(self, who: str, option: str, criterion: str) -> list[Edit]: ...

    @abstractmethod
    def _do(self, label: str, edits: list[Edit], *, why: str = "") -> None: ...

    def knows_who_answered(self, as_: str | None, participant: str) -> bool:
        """Whether `as_` may learn if somebody has answered: in a hidden round only how many have.

        One knows it of oneself, and a facilitator of everybody.
        """
        return self.sees_all(as_, self.round) or as_ == participant

    # -- the room's votes

    @property
    def voters(self) -> tuple[str, ...]:
        """Whose votes the facilitator enters, in order: everybody but facilitators."""
        people = self.session.participants
        return tuple(key for key, person in people.items() if person.role == "participant")

    def score_room(self, option: str, criterion: str, text: str) -> dict[str, Score | None]:
        """Enters the whole room's votes for a cell as one step.

        Args:
            option: id of the option.
            criterion: id of the criterion.
            text: one word for each of `voters`, in their order, parted by spaces, commas or
                semicolons: a score, `-` for an abstention, `.` to leave a ballot as it is. Fewer
                words than voters leave the rest as they are.

        Returns:
            What was entered, by participant; None where a ballot stays as it is.

        Raises:
            EvaluatorError: more words than voters, a word that is no score of the criterion, a
                score for somebody recused, or a closed round. Nothing is entered then.
        """
        self.option(option)
        scale, voters = self.criterion(criterion), self.voters
        words = text.replace(";", " ").replace(",", " ").split()
        if len(words) > len(voters):
            hint = f"In order: {', '.join(self._names(voters[:12]))}"
            raise fail(f"{len(words)} votes for {len(voters)} people", hint)
        votes = {
            key: self._vote(scale, word, self._names([key])[0])
            for key, word in zip(voters, words, strict=False)
        }
        edits: list[Edit] = []
        for key, value in votes.items():
            if value is None:
                continue
            self._writer(key)
            if value != ABSTAIN:
                self._judges(key, option)
            edits += self._given(key, option, criterion, value)
        self._do(f"the room's votes, {scale.head}", edits, why="entered for the room")
        return votes

    def _given(
        self,
        who: str,
        option: str,
        criterion: str,
        value: Score | None,
        accepted: str | None = None,
    ) -> list[Edit]:
        """Answers a cell, or (None) clears it; `accepted`: what the suggestion taken over said."""
        return [
            self._cell(who, "scores", option, criterion, value),
            self._cell(who, "accepted", option, criterion, accepted),
            *self._looked(who, option, criterion),
        ]

    def _names(self, keys: Sequence[str]) -> list[str]:
        return [self.session.participants[key].name for key in keys]

    @staticmethod
    def _vote(scale: Criterion, word: str, name: str) -> Score | None:
        if word.casefold() in _ABSTENTIONS:
            return ABSTAIN
        if word in _NOTHING:
            return None
        try:
            value = float(word)
        except ValueError:
            value = float("nan")
        if not is_number(value) or not scale.holds(value):
            what = f"{scale.title}: {word[:20]!r}, the vote of {name}, is no score on its scale"
            raise fail(what, f"Put a number from {scale.low} to {scale.high}, - to abstain, or .")
        return int(value) if value.is_integer() else value

    # -- what goes with a score

    def set_range(
        self,
        option: str,
        criterion: str,
        range_: tuple[Number, Number] | None,
        *,
        participant: str | None = None,
    ) -> None:
        """Says between which scores the true one lies (lowest, highest); None removes it.

        Raises:
            EvaluatorError: no such cell, ends outside the scale or the wrong way round, a closed
                round.
        """
        key = self._writer(participant)
        self.option(option)
        scale = self.criterion(criterion)
        if range_ is not None:
            low, high = range_
            sound = is_number(low) and is_number(high) and low <= high
            if not sound or not (scale.holds(low) and scale.holds(high)):
                what = f"{scale.title}: {str(low)[:20]} to {str(high)[:20]} is no range of scores"
                raise fail(what, f"Put the lower first, from {scale.low} to {scale.high}")
            self._judges(key, option)
            range_ = (low, high)
        self._do(f"range, {scale.head}", [self._cell(key, "ranges", option, criterion, range_)])

    def recuse(self, option: str, reason: str | None, *, participant: str | None = None) -> None:
        """Steps back from judging an option: abstains on every criterion, with the reason.

        None takes the recusal back; the cells are open again.

        Raises:
            EvaluatorError: no such option, a blank reason, or a closed round.
        """
        key = self._writer(participant)
        title = self.option(option).title
        if reason is not None and not reason.strip():
            raise fail("a recusal needs a reason", "Say in a few words why")
        ballot = self.ballot(key)
        kept = reason.strip() if reason is not None else None
        if kept is None and option not in ballot.recused:
            return
        edits = [self._mark_of(key, "recused", option, kept)]
        given = ballot.scores.get(option, {})
        for criterion in self.session.criteria:
            value = ABSTAIN if kept is not None else None
            if given.get(criterion) != value:
                target = ("ballot", self.round, key, "scores", option, criterion)
                edits.append(Edit(target, given.get(criterion), value))
            edits += [
                self._cell(key, table, option, criterion, None)
                for table in ("ranges", "confidence", "accepted")
                if criterion in getattr(ballot, table).get(option, {})
            ]
        verb = "recuse" if kept is not None else "judge again"
        self._do(f"{verb}, {title}", edits, why=kept or "")

    def _judges(self, key: str, option: str) -> None:
        """Refuses a score of somebody who has stepped back from an option."""
        if option in self.ballot(key).recused:
            name = self.session.participants[key].name if key in self.session.participants else key
            what = f"{name} has stepped back from judging {self.option(option).title!r}"
            raise fail(what, "Take the recusal back first")

    def dissent(self, option: str, text: str, *, participant: str | None = None) -> None:
        """Records what somebody holds against the group's view of an option; blank removes it.

        Raises:
            EvaluatorError: no such option, or a closed round: then see `state_minority`.
        """
        key = self._writer(participant)
        title = self.option(option).title
        self._do(f"dissent, {title}", [self._mark_of(key, "dissent", option, text.strip() or None)])

    def state_minority(self, participant: str, text: str) -> None:
        """Records a minority statement on the result, whatever the round; blank removes it."""
        if participant not in self.session.participants:
            raise fail(f"{participant[:60]!r} does not take part", "Take them in first")
        self._do("minority statement", [self._part("dissent", participant, text.strip() or None)])

    def _mark_of(self, who: str, table: str, option: str, value: str | None) -> Edit:
        before = getattr(self.ballot(who), table).get(option)
        return Edit(("mark", self.round, who, table, option), before, value)

    # -- a reason asked for, never forced

    def middle_half(
        self, option: str, criterion: str, *, as_: str | None = None
    ) -> tuple[float, float, int] | None:
        """The quartiles of the scores that `as_` (default: oneself) may compare with, and their n.

        Of this round, where its scores may be seen, else of the newest round before that was
        revealed; None with fewer than four scores.
        """
        who = as_ if as_ is not None else self.me
        seen = (n for n in range(self.round, 0, -1) if n in self.session.rounds)
        number = next((n for n in seen if self._open_to_all(n, who)), None)
        if number is None:
            return None
        given = [ballot.score(option, criterion) for ballot in self.ballots(number).values()]
        scores = sorted(score for score in given if isinstance(score, int | float))
        if len(scores) < FEWEST:
            return None
        return _quantile(scores, 0.25), _quantile(scores, 0.75), len(scores)

    def _open_to_all(self, number: int, who: str | None) -> bool:
        # A facilitator who also votes must not be steered by what only they can see.
        return self.sees_all(None, number) and self.sees_all(who, number)

    def outside_middle_half(
        self, option: str, criterion: str, *, participant: str | None = None
    ) -> bool:
        """Whether somebody's score lies outside the middle half of the group's: worth a reason."""
        key = participant if participant is not None else self.me
        if key is None:
            return False
        score = self.ballot(key).score(option, criterion)
        if not isinstance(score, int | float):
            return False
        middle = self.middle_half(option, criterion, as_=key)
        return middle is not None and not middle[0] <= score <= middle[1]

    # -- the agenda

    def mark(
        self,
        option: str,
        criterion: str,
        *,
        settled: bool | None = None,
        revote: bool | None = None,
        note: str | None = None,
    ) -> Mark | None:
        """Keeps what the group decided on a cell, or (criterion "option") on an option.

        What is None stays as it is. A mark that says nothing is removed, and None answered.
        """
        self.option(option)
        if criterion != "option":
            self.criterion(criterion)
        before = self.session.agenda.get((option, criterion))
        old = before or Mark()
        made = msgspec.structs.replace(
            old,
            settled=old.settled if settled is None else settled,
            revote=old.revote if revote is None else revote,
            note=old.note if note is None else note.strip(),
        )
        kept = made if made != Mark() else None
        self._do("agenda", [self._part("agenda", (option, criterion), kept)])
        return kept

    def revotes(self) -> tuple[tuple[str, str], ...]:
        """The cells to be voted on again, in the order they were marked."""
        return tuple(cell for cell, mark in self.session.agenda.items() if mark.revote)

    # -- how the group's ranking is made

    def combine(self, how: Combine) -> None:
        """Makes the group's cells the mean or the median of the values."""
        if how not in ("mean", "median"):
            raise fail(f"{str(how)[:20]!r} is no way to combine", "Say mean or median")
        made = msgspec.structs.replace(self.session.group, combine=how)
        self._do(f"group by {how}", [Edit(("session", "group"), self.session.group, made)])

    def weigh_people(self, weights: Iterable[tuple[str, Number]]) -> None:
        """Says how much each ballot counts in the group's ranking (≥ 0; 1: like everybody).

        Raises:
            EvaluatorError: somebody unknown, no number ≥ 0, or nobody left that counts.
        """
        people, edits = dict(self.session.participants), []
        for key, weight in weights:
            if key not in people:
                raise fail(f"{str(key)[:60]!r} does not take part", "Take them in first")
            if not is_number(weight) or weight < 0:
                raise fail(f"weight of {key}: {str(weight)[:40]} is no number from 0 up")
            people[key] = msgspec.structs.replace(people[key], weight=weight)
            edits.append(self._part("participants", key, people[key]))
        if people and not any(person.weight for person in people.values()):
            raise fail("every participant would weigh 0", "Give one a weight above 0")
        self._do("participants' weights", edits)

    def take_merged(self, session: Session, options: OptionSet) -> None:
        """Takes over the session and options that a conflict copy was merged into, as one step."""
        before = State(self.session, self.option_set)
        found = changes(before, State(session, options))
        self._do("take a conflict copy in", [Edit(*change) for change in found])

    def describe(self, name: str, text: str) -> None:
        """Keeps words for the report (`sponsor`, `choice-of-panel` …); blank removes them."""
        self._do("about", [self._part("about", name, text.strip() or None)])


def consensus_rule(word: str) -> Consensus:
    """`RULE` or `RULE=N` as a rule of consensus: ram=2.35, iqr=1 or share=0.8.

    Raises:
        EvaluatorError: no such rule, or a constant out of range.
    """
    name, equals, constant = word.strip().partition("=")
    if name not in CONSTANTS:
        raise unknown("consensus rule", name, CONSTANTS)
    if not equals:
        return Consensus(name, CONSTANTS[name])  # type: ignore[arg-type]
    try:
        value = float(constant)
    except ValueError:
        value = float("nan")
    if not is_number(value) or value < 0 or (name == "share" and value > 1):
        most = " to 1" if name == "share" else " up"
        what = f"constant of {name}: {constant[:40]!r} is no number in range"
        raise fail(what, f"Give a number from 0{most}")
    kept = int(value) if value.is_integer() else value
    return Consensus(name, kept)  # type: ignore[arg-type]


def _quantile(ordered: Sequence[Number], share: float) -> float:
    """The linear quantile of sorted numbers."""
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
