"""From an open session to the documents of rank, robustness, portfolio and group.

The command line prints them, the app and the exports show them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from evaluator.analysis import crossover
from evaluator.analysis.ranking import NEAR
from evaluator.analysis.table import Table, of_ballot
from evaluator.errors import EvaluatorError, fail, unknown
from evaluator.model import Number, Placing, Ranking
from evaluator.workshop import Workshop
from evaluator.writers import json as shapes

if TYPE_CHECKING:
    from evaluator.api import Method
    from evaluator.search import Facts

Spread: TypeAlias = Literal["gaps", "group", "all"]
Progress: TypeAlias = Callable[[int, int], bool | None]
SPREADS: Final[tuple[Spread, ...]] = ("gaps", "group", "all")
DRAWS: Final = 10_000


def whose(workshop: Workshop, as_: str | None) -> str | None:
    """Whose results `as_` gets to see: a participant's key, or None for the group's.

    In a blind round that is not revealed a participant gets their own ballot, a facilitator the
    group's; else whoever is named gets that ballot, and nobody named the group's.

    Raises:
        EvaluatorError: nobody is named, and the round is blind.
    """
    if not workshop.session.hides(workshop.round):
        return as_
    if as_ is None:
        raise _blind(workshop)
    return None if workshop.is_facilitator(as_) else as_


def _blind(workshop: Workshop) -> EvaluatorError:
    hint = "Say --as NAME for one ballot, or reveal it: evaluator sessions round reveal"
    return fail(f"round {workshop.round} is blind and not revealed yet", hint)


# -- rank


def ranked(
    workshop: Workshop,
    participant: str | None = None,
    *,
    method: Method | None = None,
    parameters: Mapping[str, Any] | None = None,
    scenario: str | None = None,
) -> Ranking:
    """The ranking of a ballot, or (None) of the group, by a method (None: additive).

    Raises:
        EvaluatorError: no such scenario or parameter, or the method refuses the table.
    """
    if method is None or method.id == "additive":
        return workshop.ranking(participant, scenario=scenario)
    given = dict(parameters or {})
    for name in given:
        if name not in method.parameters:
            raise unknown(f"parameter of {method.id}", name, method.parameters)
    used = {**method.parameters, **given}
    table = workshop.table(participant)
    shares = workshop.shares(participant, scenario)
    complete = [id for id, row in table.values.items() if None not in row]
    if not complete:
        return _placed(table, shares, method.id, used, ({}, ()))
    answer = method.rank([table.values[id] for id in complete], list(shares.values()), **used)
    scores = dict(zip(complete, map(float, answer.scores), strict=True))
    return _placed(table, shares, method.id, used, (scores, tuple(answer.notes)))


def _placed(
    table: Table,
    shares: Mapping[str, float],
    method: str,
    parameters: Mapping[str, Any],
    ranked_: tuple[Mapping[str, float], tuple[str, ...]],
) -> Ranking:
    """Options in order of a method's scores, higher first; those with an open cell last."""
    scores, notes = ranked_
    rows = []
    for id in table.values:
        score = scores.get(id)
        rank = None
        if score is not None:
            rank = 1 + sum(other > score + NEAR for other in scores.values())
        last = rank if rank is not None else len(scores) + 1
        rows.append(
            Placing(
                option=id,
                title=table.titles[id],
                rank=rank,
                rank_best=last,
                rank_worst=last,
                value=score,
                low=None,
                high=None,
                complete=score is not None,
                scores=dict(zip(table.criteria, table.scores[id], strict=True)),
                contributions=dict.fromkeys(table.criteria),
            )
        )
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
    return Ranking(tuple(rows), dict(shares), method, dict(parameters), notes)


def rank_document(
    workshop: Workshop, ranking: Ranking, participant: str | None = None
) -> dict[str, Any]:
    """The document of `rank`."""
    return shapes.ranking(
        ranking, session=workshop.id, round_=workshop.round, participant=participant
    )


# -- robustness


def robustness_document(
    workshop: Workshop,
    participant: str | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    within: float | None = None,
    order: Sequence[str] = (),
    uncertain: Spread | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The document of `robustness`, of a ballot or (None) of the group.

    Args:
        workshop: the session, in the round it shows.
        participant: whose ballot, with its own weights.
        draws: how many weights are drawn, 1 to 10,000,000.
        seed: the same seed gives the same figures.
        within: weights stay within so many percentage points of share; None: anywhere.
        order: criteria whose weights fall from one to the next.
        uncertain: which scores vary too; then incomplete options take part.
        progress: told the draws done of all; answering False stops.

    Raises:
        EvaluatorError: fewer than two options to compare, or a number out of range.
    """
    from evaluator.analysis import robustness

    table = workshop.table(participant)
    ranking = workshop.ranking(participant)
    taking_part = [row.option for row in ranking.rows if row.complete or uncertain is not None]
    criteria = list(workshop.criteria)
    found = robustness.acceptability(
        _possible(workshop, table, taking_part, participant, uncertain),
        draws=draws,
        seed=seed,
        limits=_limits(ranking, within, order),
        progress=progress,
    )
    left_out = [row.option for row in ranking.rows if row.option not in taking_part]
    return {
        "session": workshop.id,
        "round": workshop.round,
        "participant": participant,
        "draws": draws,
        "seed": seed,
        "within": within,
        "order": list(order),
        "uncertain": uncertain,
        "left_out": left_out,
        "options": taking_part,
        **found.document(taking_part, criteria),
        "error": found.error,
        **first_place(workshop, participant),
        "dominated": dominated(table),
    }


def _limits(ranking: Ranking, within: float | None, order: Sequence[str]) -> Any:
    from evaluator.analysis import draws

    ids = list(ranking.shares)
    for name in order:
        if name not in ids:
            raise unknown("criterion", name, ids)
    if len(set(order)) < len(order):
        raise fail("--order names a criterion twice", "Name each once, the heaviest first")
    columns = tuple(ids.index(name) for name in order)
    if within is None:
        return draws.Limits(order=columns)
    return draws.within(list(ranking.shares.values()), within, columns)


def _possible(
    workshop: Workshop,
    table: Table,
    options: Sequence[str],
    participant: str | None,
    uncertain: Spread | None,
) -> Any:
    """The values that may be: a table, or a source of tables where scores vary."""
    if uncertain is None:
        return [list(table.values[id]) for id in options]
    from evaluator.analysis import uncertain as sources

    scales = list(workshop.criteria.values())
    if uncertain == "gaps":
        return sources.gaps([table.values[id] for id in options], scales)
    if participant is not None:
        hint = "Leave --as out, or say --uncertain gaps"
        raise fail(f"--uncertain {uncertain} varies over everybody's ballots", hint)
    wanted = {option.id: option for option in workshop.options}
    chosen = [wanted[id] for id in options]
    tables = [
        list(of_ballot(ballot, chosen, workshop.criteria).values.values())
        for ballot in workshop.ballots().values()
    ]
    return sources.group(tables, scales, open_vary=uncertain == "all")


def first_place(workshop: Workshop, participant: str | None = None) -> dict[str, Any]:
    """`verdict`, `crossovers` and `flips`; verdict None where fewer than two are complete."""
    ranking = workshop.ranking(participant)
    if sum(row.complete for row in ranking.rows) < 2:
        return {"verdict": None, "crossovers": [], "flips": []}
    now = _standing(workshop, participant)
    return {
        "verdict": crossover.verdict(now, workshop.criteria),
        "crossovers": [
            {"criterion": c.criterion, "at": c.at, "now": c.now, "rises": c.rises, "falls": c.falls}
            for c in crossover.crossovers(now)
        ],
        "flips": [
            {
                "option": flip.option,
                "criterion": flip.criterion,
                "score": flip.score,
                "needed": flip.needed,
                "rises": flip.rises,
            }
            for flip in crossover.flips(now, workshop.criteria)
        ],
    }


def _standing(workshop: Workshop, participant: str | None) -> crossover.Standing:
    values = workshop.table(participant).values
    return crossover.standing(workshop.ranking(participant), workshop.criteria, values)


def robustness_sentences(workshop: Workshop, participant: str | None = None) -> tuple[str, ...]:
    """What would change the first place, in words; empty where fewer than two are complete."""
    ranking = workshop.ranking(participant)
    if sum(row.complete for row in ranking.rows) < 2:
        return ()
    titles = {row.option: row.title for row in ranking.rows}
    return crossover.sentences(_standing(workshop, participant), workshop.criteria, titles)


def dominated(table: Table) -> dict[str, list[str]]:
    """For each dominated option those that dominate it, open cells at their worst and best."""
    if len(table.values) < 2:
        return {}
    from evaluator.analysis import dominance

    ids = list(table.values)
    low = [[0.0 if v is None else v for v in row] for row in table.values.values()]
    high = [[100.0 if v is None else v for v in row] for row in table.values.values()]
    found = dominance.dominated(low, high)
    return {id: [ids[n] for n in by] for id, by in zip(ids, found, strict=True) if by}


# -- portfolio


def portfolio_document(
    workshop: Workshop,
    participant: str | None = None,
    *,
    budget: Mapping[str, Number] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The document of `portfolio`: the session's rules, with budgets given now in place of its own.

    Raises:
        EvaluatorError: a budget below 0 or of a resource nothing uses, no complete option, or no
            set that keeps the rules.
    """
    from evaluator.analysis import portfolio

    settings = workshop.session.portfolio
    known = {name for option in workshop.options for name in option.resources}
    known |= set(settings.get("budget", {}))
    for name, most in (budget or {}).items():
        if name not in known:
            raise unknown("resource", name, sorted(known))
        if most < 0:
            raise fail(f"budget {name} = {most} is below 0", "Give a number from 0 up")
    table = workshop.table(participant)
    found = portfolio.choose(
        workshop.options,
        table.values,
        workshop.shares(participant),
        portfolio.rules(settings, budget),
        progress=progress,
    )
    return {
        "session": workshop.id,
        "round": workshop.round,
        "participant": participant,
        "budget": found.budget,
        "chosen": list(found.chosen),
        "value": found.value,
        "used": found.used,
        "core": found.core,
        "left_out": list(found.left_out),
        "near_misses": [
            {"option": miss.option, "loss": miss.loss, "drops": list(miss.drops)}
            for miss in found.near_misses
        ],
        "next_budget": [
            {
                "resource": step.resource,
                "budget": step.budget,
                "value": step.value,
                "adds": list(step.adds),
                "drops": list(step.drops),
            }
            for step in found.next_budget
        ],
    }


# -- group


def group_document(workshop: Workshop, as_: str | None = None) -> dict[str, Any]:
    """The document of `group`; `as_` is who asks.

    Raises:
        EvaluatorError: the round is blind and not revealed, and no facilitator asks.
    """
    from evaluator.analysis import group

    if not workshop.sees_all(as_):
        raise _blind(workshop)
    session = workshop.session
    found = group.survey(
        list(workshop.ballots().values()),
        [option.id for option in workshop.options],
        workshop.criteria,
        workshop.shares(),
        participants=len(session.participants),
        consensus=session.consensus,
    )
    cells = ("option", "criterion", "n", "median", "mean", "iqr", "sd", "disagreement")
    return {
        "session": workshop.id,
        "round": workshop.round,
        "participants": found.participants,
        "ballots": found.ballots,
        "ranked": found.ranked,
        "kendall_w": found.kendall_w,
        "krippendorff_alpha": found.krippendorff_alpha,
        "cells": [{name: getattr(cell, name) for name in cells} for cell in found.cells],
        "agenda": [
            {"option": topic.option, "criterion": topic.criterion, "reason": topic.reason}
            for topic in found.agenda
        ],
        "spreads": found.spreads,
    }


# -- search


def search_facts(workshop: Workshop, participant: str | None, as_: str | None) -> Facts:
    """What search filters ask of a session: scores, ranks, notes, contested options and gaps.

    Args:
        workshop: the session, in the round it shows.
        participant: whose scores and ranks, None for the group's.
        as_: who asks; in a hidden round they see no notes but their own.
    """
    from evaluator.search import Facts

    table = workshop.table(participant)
    ranking = workshop.ranking(participant)
    notes: dict[str, list[str]] = {}
    for ballot in workshop.visible_ballots(as_).values():
        for option, row in ballot.notes.items():
            notes.setdefault(option, []).extend(str(note) for note in row.values())
    return Facts(
        values={
            id: dict(zip(table.criteria, row, strict=True)) for id, row in table.scores.items()
        },
        ranks={row.option: row.rank for row in ranking.rows},
        contested=contested(workshop, as_),
        notes={option: "\n".join(said) for option, said in notes.items()},
        gaps=_gaps(workshop, participant),
    )


def contested(workshop: Workshop, as_: str | None) -> frozenset[str]:
    """Options with a cell on which the group disagrees; empty where `as_` may not see that."""
    if not workshop.sees_all(as_) or len(workshop.ballots()) < 2:
        return frozenset()
    found = group_document(workshop, as_)
    return frozenset(cell["option"] for cell in found["cells"] if cell["disagreement"])


def _gaps(workshop: Workshop, participant: str | None) -> frozenset[str] | None:
    """The options with a cell that a person has not answered; None (open cells) for the group."""
    if participant is None:
        return None
    ballot = workshop.ballot(participant)
    return frozenset(
        option.id
        for option in workshop.options
        if any(ballot.score(option.id, id) is None for id in workshop.criteria)
    )
