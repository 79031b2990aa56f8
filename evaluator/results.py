"""From an open session to the documents of rank, robustness, portfolio and group.

The command line prints them, the app and the exports show them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from evaluator.analysis import crossover
from evaluator.analysis.ranking import NEAR
from evaluator.analysis.table import Table, of_ballot
from evaluator.errors import EvaluatorError, fail, unknown
from evaluator.model import Ballot, Criterion, Number, Option, Placing, Ranking
from evaluator.progress import Progress
from evaluator.workshop import Workshop
from evaluator.writers import json as shapes

if TYPE_CHECKING:
    from evaluator.api import Method
    from evaluator.search import Facts

Spread: TypeAlias = Literal["gaps", "group", "all"]
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

    A method's parameters are its defaults, with what the session says in `[methods.ID]`, with
    those given here.

    Raises:
        EvaluatorError: no such scenario or parameter, or the method refuses the table.
    """
    if method is None or method.id == "additive":
        return workshop.ranking(participant, scenario=scenario)
    given = {**workshop.session.methods.get(method.id, {}), **(parameters or {})}
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
    between: Mapping[str, tuple[float, float]] | None = None,
    together: Sequence[str] = (),
    uncertain: Spread | None = None,
    ranking: Ranking | None = None,
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
        between: by criterion the least and largest share, in percent.
        together: criteria that move together, for one more block of crossovers.
        uncertain: which scores vary too; then incomplete options take part.
        ranking: the additive one that is spoken of; None: by the weights in force.
        progress: told the draws done of all; answering False stops.

    Raises:
        EvaluatorError: fewer than two options to compare, or a number out of range.
    """
    from evaluator.analysis import robustness

    table = workshop.table(participant)
    ranking = ranking or workshop.ranking(participant)
    taking_part = [row.option for row in ranking.rows if row.complete or uncertain is not None]
    if len(taking_part) < 2:
        raise too_few(ranking)
    criteria = list(workshop.criteria)
    found = robustness.acceptability(
        _possible(workshop, table, taking_part, participant, uncertain),
        draws=draws,
        seed=seed,
        limits=limits(ranking.shares, within, order, between),
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
        "between": {id: list(pair) for id, pair in (between or {}).items()},
        "uncertain": uncertain,
        "left_out": left_out,
        "options": taking_part,
        **found.document(taking_part, criteria),
        "error": found.error,
        **first_place(workshop, participant, together, ranking),
        "dominated": dominated(table),
    }


def too_few(ranking: Ranking) -> EvaluatorError:
    """The error where there are not two options to compare."""
    if len(ranking.rows) < 2:
        what = "there is only one option" if ranking.rows else "there is no option"
        return fail(what, "Two are needed to compare")
    whole = sum(row.complete for row in ranking.rows)
    what = "only one option is complete" if whole else "no option is complete"
    return fail(what, "Score at least two on every criterion")


def limits(
    shares: Mapping[str, float],
    within: float | None = None,
    order: Sequence[str] = (),
    between: Mapping[str, tuple[float, float]] | None = None,
) -> Any:
    """What weights have to keep, for `robustness`; all that is given holds at once.

    Args:
        shares: in force, by criterion.
        within: percentage points around them; None: anywhere.
        order: criteria whose weights fall from one to the next.
        between: by criterion the least and largest share, in percent.

    Raises:
        EvaluatorError: a criterion that is unknown or named twice, or a number out of range.
    """
    from evaluator.analysis import draws

    ids = list(shares)
    for name in (*order, *(between or ())):
        if name not in ids:
            raise unknown("criterion", name, ids)
    if len(set(order)) < len(order):
        raise fail("--order names a criterion twice", "Name each once, the heaviest first")
    columns = tuple(ids.index(name) for name in order)
    found = draws.Limits(order=columns)
    if within is not None:
        found = draws.within(list(shares.values()), within, columns)
    if not between:
        return found
    lower, upper = list(found.lower or [0.0] * len(ids)), list(found.upper or [1.0] * len(ids))
    for name, (low, high) in between.items():
        if not 0 <= low <= high <= 100:
            raise fail(f"{name} from {low:g} to {high:g}", "Give two percentages, the lower first")
        k = ids.index(name)
        lower[k], upper[k] = max(lower[k], low / 100), min(upper[k], high / 100)
    return draws.Limits(tuple(lower), tuple(upper), columns)


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
    if uncertain != "gaps" and participant is not None:
        hint = "Leave --as out, or say --uncertain gaps"
        raise fail(f"--uncertain {uncertain} varies over everybody's ballots", hint)
    rows = {id: table.values[id] for id in options}
    ballots: list[Ballot] = []
    if participant is not None:
        ballots = [workshop.ballot(participant)]
    elif uncertain != "gaps":
        ballots = list(workshop.ballots().values())
    return possible(uncertain, rows, ballots, workshop.criteria)


def possible(
    uncertain: Spread,
    rows: Mapping[str, Sequence[float | None]],
    ballots: Sequence[Ballot],
    criteria: Mapping[str, Criterion],
) -> Any:
    """A source of tables in which scores vary.

    Args:
        uncertain: which scores vary.
        rows: by option, the values 0–100 of the table that is ranked, None where open.
        ballots: for "gaps" the one ballot that is ranked, if it is one; else all that count.
        criteria: by id, in the order of the columns.
    """
    from evaluator.analysis import uncertain as sources
    from evaluator.analysis.ranged import ranged

    options, scales = list(rows), list(criteria.values())
    if uncertain == "gaps":
        as_is = sources.gaps(list(rows.values()), scales)
        return ranged(as_is, ballots, options, criteria) if ballots else as_is
    chosen = [Option(id, id) for id in options]
    tables = [list(of_ballot(ballot, chosen, criteria).values.values()) for ballot in ballots]
    source = sources.group(tables, scales, open_vary=uncertain == "all")
    return ranged(source, ballots, options, criteria) if uncertain == "all" else source


def first_place(
    workshop: Workshop,
    participant: str | None = None,
    together: Sequence[str] = (),
    ranking: Ranking | None = None,
) -> dict[str, Any]:
    """`verdict`, `crossovers` and `flips`; verdict None where fewer than two are complete.

    `together` holds the crossovers of the criteria named, moved as one.
    """
    ranking = ranking or workshop.ranking(participant)
    if sum(row.complete for row in ranking.rows) < 2:
        return {"verdict": None, "crossovers": [], "together": [], "flips": []}
    now = _standing(workshop, participant, ranking)
    moved = crossover.group_crossovers(now, together) if together else ()
    return {
        "verdict": crossover.verdict(now, workshop.criteria),
        "crossovers": [_crossing(c) for c in crossover.crossovers(now)],
        "together": [_crossing(c) for c in moved],
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


def _crossing(c: crossover.Crossover) -> dict[str, Any]:
    names = ("criterion", "at", "now", "rises", "falls")
    return {name: getattr(c, name) for name in names}


def _standing(workshop: Workshop, participant: str | None, ranking: Ranking) -> crossover.Standing:
    values = workshop.table(participant).values
    return crossover.standing(ranking, workshop.criteria, values)


def robustness_sentences(
    workshop: Workshop, participant: str | None = None, ranking: Ranking | None = None
) -> tuple[str, ...]:
    """What would change the first place, in words; empty where fewer than two are complete.

    Of the additive `ranking` given, else of the one by the weights in force.
    """
    ranking = ranking or workshop.ranking(participant)
    if sum(row.complete for row in ranking.rows) < 2:
        return ()
    titles = {row.option: row.title for row in ranking.rows}
    return crossover.sentences(_standing(workshop, participant, ranking), workshop.criteria, titles)


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
    shares: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """The document of `portfolio`: the session's rules, with budgets given now in place of its own.

    `shares` are the weights in force unless given.

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
    in_force = dict(shares or workshop.shares(participant))
    found = portfolio.choose(
        workshop.options,
        table.values,
        in_force,
        portfolio.rules(settings, budget),
        progress=progress,
    )
    worth = portfolio.worths(workshop.options, table.values, list(in_force.values()))
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
        "baseline": next((o.id for o in workshop.options if o.reference), None),
        "warnings": portfolio_warnings(
            workshop.options, workshop.criteria, table.values, in_force, found.budget
        ),
        "efficient": efficient(workshop.options, worth),
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


def portfolio_warnings(
    options: Sequence[Option],
    criteria: Mapping[str, Criterion],
    values: Mapping[str, Sequence[float | None]],
    shares: Mapping[str, float],
    budget: Mapping[str, Number],
) -> list[str]:
    """What is odd about budgets: one measures what a criterion does, or nothing uses it."""
    from evaluator.analysis import doubling

    pairs = doubling.doubled(options, values, criteria, shares, list(budget))
    said = [doubling.sentence(criteria[id].title, name) for id, name in pairs]
    used = {name for option in options for name in option.resources}
    return [
        *said,
        *(f"No option says how much {name} it uses." for name in budget if name not in used),
    ]


def efficient(options: Sequence[Option], worth: Mapping[str, float]) -> dict[str, list[str]]:
    """By resource the options that give most for what they use of it, the cheapest first.

    Only options in `worth` that name the resource; see `evaluator.analysis.dominance.efficient`.
    """
    from evaluator.analysis import dominance

    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for option in options for name in option.resources):
        those = [o for o in options if o.id in worth and name in o.resources]
        uses = [float(o.resources[name]) for o in those]
        rows = dominance.efficient([worth[o.id] for o in those], uses)
        found[name] = [those[n].id for n in sorted(rows, key=uses.__getitem__)]
    return found


# -- group


def group_document(
    workshop: Workshop, as_: str | None = None, *, votes: bool = True
) -> dict[str, Any]:
    """The document of `group`; `as_` is who asks, `votes` whether ballots are taken as votes too.

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
        **(_as_votes(workshop) if votes else {}),
    }


def _as_votes(workshop: Workshop) -> dict[str, Any]:
    """`borda` (points and duels won by option, the Condorcet winner) and `icc` by criterion."""
    from evaluator.analysis import group, panel

    options = [option.id for option in workshop.options]
    ballots = list(workshop.ballots().values())
    scores = group.scores_of(ballots, options, workshop.criteria)
    values = group.values_of(scores, workshop.criteria)
    votes = panel.votes(group.overall(values, list(workshop.shares().values())))
    found: dict[str, Any] = {"borda": None, "icc": {}, "alpha_n": {}}
    if votes is not None:
        winner = votes.condorcet
        found["borda"] = {
            "points": dict(zip(options, votes.points, strict=True)),
            "wins": dict(zip(options, votes.wins, strict=True)),
            "condorcet": options[winner] if winner is not None else None,
            "n": votes.n,
        }
    for k, id in enumerate(workshop.criteria):
        given = panel.reliability(scores[:, :, k])
        found["icc"][id] = None
        if given is not None:
            single, mean = given.icc2, given.icc2k
            found["icc"][id] = {
                "single": single, "mean": mean, "n": given.n, "judges": given.judges,
            }  # fmt: skip
        found["alpha_n"][id] = panel.paired(scores[:, :, k])
    return found


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
