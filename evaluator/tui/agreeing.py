"""What the Group and Agenda views share: what they ask of the analysis, and are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeAlias

import msgspec

from evaluator.tui.result import AskingView, Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluator.analysis.agreement import Borda, Icc
    from evaluator.analysis.group import Cell, Group, Ram
    from evaluator.analysis.inputs import Floats
    from evaluator.model import Ballot, Consensus, Criterion
    from evaluator.progress import Progress
    from evaluator.rounds import Agreement, Change
    from evaluator.workshop import Workshop

Place: TypeAlias = tuple[str, str]  # option, criterion


class Question(msgspec.Struct, frozen=True):
    """What is asked of the analysis.

    Attributes:
        rounds: by number, the ballots of the rounds up to the one in view that may be seen.
        round: the one in view.
        change: from the round before to this one; None where there is none, or it is hidden.
    """

    rounds: dict[int, dict[str, Ballot]]
    round: int
    options: tuple[str, ...]
    criteria: dict[str, Criterion]
    shares: dict[str, float]
    participants: int
    consensus: Consensus
    change: Change | None

    @property
    def ballots(self) -> dict[str, Ballot]:
        """Those of the round in view."""
        return self.rounds[self.round]


class Answer(msgspec.Struct, frozen=True):
    """The group's state.

    Attributes:
        cells: by option and criterion.
        overall: by option, (ballot, value 0–100) of those who scored it whole.
        quartiles: by option, (lower, median, upper); None: too few ballots.
        rated: by cell, the reckoning of the RAND/UCLA rule; None: too few scores. Empty where the
            session has another rule.
        votes: the ballots' orders as votes; None: no ballot is whole.
        reliability: by criterion; None: too few people scored every option.
        paired: by criterion, the scores that alpha rests on.
        agreements: by round, how far people agreed, the newest first.
    """

    question: Question
    group: Group
    cells: dict[Place, Cell]
    overall: dict[str, tuple[tuple[str, float], ...]]
    quartiles: dict[str, tuple[float, float, float] | None]
    rated: dict[Place, Ram | None]
    votes: Borda | None
    reliability: dict[str, Icc | None]
    paired: dict[str, int]
    agreements: dict[int, Agreement]


class AgreeingView(AskingView[Rows, Answer], Generic[Rows]):
    """A view of where the group agrees: of all ballots, with the session's weights."""

    @property
    def who(self) -> str | None:
        """Always the group."""
        return None

    @property
    def scenario(self) -> str | None:
        """Always the session's weights."""
        return None

    def question(self) -> Question | None:
        """The ballots that may be seen, and how they count."""
        return question(self.workshop)

    def analyse(self, question: Question, progress: Progress) -> Answer:
        """Everything that such a view shows."""
        return analyse(question, self.workshop, progress)


def question(workshop: Workshop) -> Question | None:
    """What to ask of the round in view; None: nothing may be seen, or there is nothing."""
    from evaluator import rounds

    seen = {
        number: workshop.ballots(number)
        for number in workshop.session.rounds
        if number <= workshop.round and workshop.sees_all(workshop.me, number)
    }
    if not seen.get(workshop.round) or not workshop.options:
        return None
    before = workshop.round - 1
    return Question(
        rounds=seen,
        round=workshop.round,
        options=tuple(option.id for option in workshop.options),
        criteria=dict(workshop.criteria),
        shares=workshop.shares(),
        participants=len(workshop.session.participants),
        consensus=workshop.session.consensus,
        change=rounds.change(workshop, workshop.round, workshop.me) if before in seen else None,
    )


def analyse(asked: Question, workshop: Workshop, progress: Progress) -> Answer:  # noqa: ARG001
    """Runs in a thread: everything the views show. It is quick; numpy is loaded here."""
    from evaluator import rounds
    from evaluator.analysis import group, panel

    ballots, options, criteria = list(asked.ballots.values()), asked.options, asked.criteria
    found = group.survey(
        ballots,
        options,
        criteria,
        asked.shares,
        participants=asked.participants,
        consensus=asked.consensus,
    )
    scores = group.scores_of(ballots, options, criteria)
    totals = group.overall(group.values_of(scores, criteria), list(asked.shares.values()))
    overall = {
        id: tuple((key, total) for key, total in zip(asked.ballots, row, strict=True) if total >= 0)
        for id, row in zip(options, totals.T.tolist(), strict=True)
    }
    ends = zip(options, group.quantiles(totals.T, (0.25, 0.5, 0.75)).T.tolist(), strict=True)
    columns = {id: scores[:, :, k] for k, id in enumerate(criteria)}
    return Answer(
        question=asked,
        group=found,
        cells={(cell.option, cell.criterion): cell for cell in found.cells},
        overall=overall,
        quartiles={id: tuple(row) if overall[id] else None for id, row in ends},
        rated=_rated(asked, columns) if asked.consensus.rule == "ram" else {},
        votes=panel.votes(totals),
        reliability={id: panel.reliability(column) for id, column in columns.items()},
        paired={id: panel.paired(column) for id, column in columns.items()},
        agreements={
            number: rounds.agreement(workshop, number, workshop.me)
            for number in sorted(asked.rounds, reverse=True)
        },
    )


def _rated(asked: Question, columns: Mapping[str, Floats]) -> dict[Place, Ram | None]:
    """The RAND/UCLA reckoning of every cell: scores mapped to 1–9 first."""
    from evaluator.analysis import group

    found: dict[Place, Ram | None] = {}
    for id, criterion in asked.criteria.items():
        low, width = float(criterion.low), float(criterion.high - criterion.low)
        nine = 1 + 8 * (columns[id].T - low) / width
        items = group.ram(nine, float(asked.consensus.constant))
        found |= {(option, id): item for option, item in zip(asked.options, items, strict=True)}
    return found
