"""Between rounds: who moved, how agreement moved, which ranks changed; and who ranks otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from evaluator.analysis import ranking as additive
from evaluator.analysis import table as tables
from evaluator.errors import fail
from evaluator.model import Ballot, Score
from evaluator.model import Change as Told
from evaluator.store import history
from evaluator.workshop import Workshop


class Move(msgspec.Struct, frozen=True):
    """One cell that a person scored otherwise than in the round before."""

    option: str
    criterion: str
    before: Score | None
    after: Score | None


def moves(workshop: Workshop, participant: str, round_: int | None = None) -> tuple[Move, ...]:
    """What somebody changed from the round before to this one; for their own eyes only.

    Empty in round 1, and until they have answered this round.
    """
    number = round_ if round_ is not None else workshop.round
    if number < 2 or not workshop.has_answered(participant, number):
        return ()
    before = workshop.ballot(participant, number - 1)
    after = workshop.ballot(participant, number)
    return tuple(
        Move(option.id, id, was, is_)
        for option in workshop.options
        for id in workshop.criteria
        if (was := before.score(option.id, id)) != (is_ := after.score(option.id, id))
    )


class Agreement(msgspec.Struct, frozen=True):
    """How far people agreed in one round.

    Attributes:
        ballots: how many were in; invited: how many were asked for one, facilitators who gave none
            aside.
        kendall_w: over the `ranked` ballots without open cells; None: not defined.
        split: cells in which people disagree by the session's rule, of `judged` where it can tell.
        spread: mean interquartile range of the values of a cell, 0–100; None without a score.
        abstained: cells answered with an abstention, over all ballots.
    """

    round: int
    ballots: int
    invited: int
    ranked: int
    kendall_w: float | None
    split: int
    judged: int
    spread: float | None
    abstained: int


class Shift(msgspec.Struct, frozen=True):
    """An option's rank in the group's ranking, before and after; None: a cell was open."""

    option: str
    before: int | None
    after: int | None


class Change(msgspec.Struct, frozen=True):
    """From one round to the next.

    Attributes:
        movers: people who answered both and changed a score, of `stayers` + `movers` in all.
        cells: scores changed; closer: of these, how many came nearer to the earlier median.
        shifts: options whose rank changed.
        dropped: people who answered the earlier round and not the later one.
    """

    earlier: int
    later: int
    movers: int
    stayers: int
    cells: int
    closer: int
    shifts: tuple[Shift, ...]
    dropped: int


def agreement(workshop: Workshop, round_: int, as_: str | None = None) -> Agreement:
    """How far people agreed in a round.

    Raises:
        EvaluatorError: `as_` may not see the scores of that round.
    """
    from evaluator.analysis import group

    _seen(workshop, round_, as_)
    session = workshop.session
    given = workshop.ballots(round_)
    ballots = list(given.values())
    options = [option.id for option in workshop.options]
    survey = group.survey(
        ballots,
        options,
        workshop.criteria,
        workshop.shares(),
        participants=len(session.participants),
        consensus=session.consensus,
    )
    told = [cell.disagreement for cell in survey.cells if cell.disagreement is not None]
    spreads = [cell.spread for cell in survey.cells if cell.spread is not None]
    abstained = sum(
        ballot.score(option, id) == "abstain"
        for ballot in ballots
        for option in options
        for id in workshop.criteria
    )
    return Agreement(
        round_,
        survey.ballots,
        len(session.panel(given)),
        survey.ranked,
        survey.kendall_w,
        sum(told),
        len(told),
        sum(spreads) / len(spreads) if spreads else None,
        abstained,
    )


def _seen(workshop: Workshop, round_: int, as_: str | None) -> None:
    if not workshop.sees_all(as_, round_):
        hint = "Close and reveal it first"
        raise fail(f"round {round_} is blind and not revealed yet", hint)


def change(workshop: Workshop, later: int, as_: str | None = None) -> Change:
    """What changed from round `later` - 1 to `later`, over everybody; nobody is named.

    Raises:
        EvaluatorError: there is no round before, or `as_` may not see both.
    """
    earlier = later - 1
    if earlier not in workshop.session.rounds or later not in workshop.session.rounds:
        raise fail(f"no rounds {earlier} and {later} to compare")
    for number in (earlier, later):
        _seen(workshop, number, as_)
    first, second = workshop.ballots(earlier), workshop.ballots(later)
    both = [key for key in first if key in second]
    moved = {key: moves(workshop, key, later) for key in both}
    middles = _medians(workshop, earlier)
    closer = sum(
        _closer(move, middles.get((move.option, move.criterion)))
        for found in moved.values()
        for move in found
    )
    movers = sum(bool(found) for found in moved.values())
    return Change(
        earlier,
        later,
        movers,
        len(both) - movers,
        sum(len(found) for found in moved.values()),
        closer,
        _shifts(workshop, earlier, later),
        len(first.keys() - second.keys()),
    )


def _closer(move: Move, middle: float | None) -> bool:
    before, after = move.before, move.after
    if middle is None or not isinstance(before, int | float) or not isinstance(after, int | float):
        return False
    return abs(after - middle) < abs(before - middle)


def _medians(workshop: Workshop, round_: int) -> dict[tuple[str, str], float]:
    found = tables.of_group(
        list(workshop.ballots(round_).values()),
        workshop.options,
        workshop.criteria,
        combine="median",
    )
    return {
        (option, id): score
        for option, row in found.scores.items()
        for id, score in zip(found.criteria, row, strict=True)
        if score is not None
    }


def _shifts(workshop: Workshop, earlier: int, later: int) -> tuple[Shift, ...]:
    before = {row.option: row.rank for row in workshop.ranking(round_=earlier).rows}
    rows = workshop.ranking(round_=later).rows
    return tuple(
        Shift(row.option, before.get(row.option), row.rank)
        for row in rows
        if before.get(row.option) != row.rank
    )


class Order(msgspec.Struct, frozen=True):
    """How one person's own order, with their own weights, compares with the group's.

    Attributes:
        tau: Kendall's tau-b over the `n` options that both rank; None where it is not defined.
        first: the option this person puts first; None where nothing is complete or first is shared.
    """

    participant: str
    tau: float | None
    n: int
    first: str | None


def orders(
    workshop: Workshop, as_: str | None = None, round_: int | None = None
) -> tuple[Order, ...]:
    """Who would rank otherwise, the furthest from the group first (Kendall 1945, tau-b).

    Raises:
        EvaluatorError: `as_` may not see the round.
    """
    number = round_ if round_ is not None else workshop.round
    _seen(workshop, number, as_)
    group = {row.option: row.value for row in workshop.ranking(round_=number).rows}
    found = [_order(workshop, ballot, group) for ballot in workshop.ballots(number).values()]
    return tuple(sorted(found, key=lambda order: (order.tau is None, order.tau or 0.0)))


def _order(workshop: Workshop, ballot: Ballot, group: Mapping[str, float | None]) -> Order:
    """Somebody's own order, beside the group's overall values."""
    from evaluator.analysis.agreement import kendall_tau

    table = tables.of_ballot(ballot, workshop.options, workshop.criteria)
    weights = {**workshop.session.weights, **ballot.weights}
    own = additive.rank(table, additive.shares(weights, workshop.criteria)).rows
    mine = {row.option: row.value for row in own if row.value is not None}
    theirs = {option: value for option, value in group.items() if value is not None}
    both = [option for option in mine if option in theirs]
    tau = kendall_tau([mine[id] for id in both], [theirs[id] for id in both]).tau
    leaders = [row.option for row in own if row.rank == 1]
    first = leaders[0] if len(leaders) == 1 else None
    return Order(ballot.participant, tau, len(both), first)


def document(workshop: Workshop, as_: str | None = None) -> dict[str, Any]:
    """The rounds up to the one in view, as plain data: `agreement`, `changes` and `orders`.

    A round that `as_` may not see is left out.
    """
    seen = [
        number
        for number in workshop.session.rounds
        if number <= workshop.round and workshop.sees_all(as_, number)
    ]
    found: dict[str, Any] = {
        "agreement": [msgspec.to_builtins(agreement(workshop, n, as_)) for n in seen],
        "changes": [msgspec.to_builtins(change(workshop, n, as_)) for n in seen if n - 1 in seen],
        "orders": [],
    }
    if workshop.round in seen:
        found["orders"] = [msgspec.to_builtins(order) for order in orders(workshop, as_)]
    return found


def words(agreement_: Agreement) -> str:
    """What the agreement of a round means, with its n, in one or two sentences."""
    said = f"{agreement_.ballots} of {agreement_.invited} ballots"
    if agreement_.kendall_w is None:
        said += "; Kendall's W needs two ballots without open cells"
    else:
        w = agreement_.kendall_w
        said += f"; Kendall's W {w:.2f} over {agreement_.ranked} ballots ({_strength(w)})"
    if agreement_.judged:
        said += f"; disagreement in {agreement_.split} of {agreement_.judged} cells"
    return f"{said}."


def _strength(w: float) -> str:
    """W in words: the steps of Schmidt 1997 (Decision Sciences 28(3)), at .1, .3, .5, .7 and .9."""
    steps = ("very weak", "weak", "moderate", "strong", "unusually strong")
    return f"{steps[min(4, int(w * 5 + 1e-9))]} agreement"


def told(
    workshop: Workshop, option: str, criterion: str, *, as_: str | None = None
) -> list[tuple[str, Told]]:
    """What became of a cell, oldest first: (participant, change) as far as `as_` may see it.

    A facilitator sees everybody's changes; so does everybody in a session that is neither blind
    nor anonymous. Else one sees one's own: who moved is told to themselves alone.
    """
    session = workshop.session
    open_to_all = not session.blind and not session.anonymous
    found = []
    for key in session.participants:
        if key != as_ and not open_to_all and not workshop.is_facilitator(as_):
            continue
        path = workshop.folder.path / "history" / f"{key}.toml"
        changes, _ = history.read(path, workshop.folder.root)
        found += [
            (key, change)
            for change in changes
            if change.option == option and change.criterion in (criterion, "")
        ]
    return sorted(found, key=lambda pair: pair[1].at)
