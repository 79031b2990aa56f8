"""What the Robustness view asks of the analysis, and what it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from evaluator.analysis import crossover

if TYPE_CHECKING:
    from evaluator.analysis.crossover import Crossover, Reach, Standing, Verdict
    from evaluator.model import Ballot, Criterion
    from evaluator.progress import Progress
    from evaluator.results import Spread
    from evaluator.tui.limits import Limits

_MOST: Final = 8  # nearest swaps that are looked for
VARYING: Final[Mapping[Spread | None, str]] = {
    None: "",
    "gaps": "gaps vary",
    "group": "ballots vary",
    "all": "ballots, gaps vary",
}


class Question(msgspec.Struct, frozen=True):
    """What is asked of the analysis.

    Attributes:
        now: the complete options as they stand; None where fewer than two are.
        criteria: by id.
        shares: by criterion, in force.
        cells: values of every option in order of rank, open cells None.
        draws, seed: how many weights, from which seed.
        limits: what the weights have to keep.
        uncertain: which scores vary too.
        ballots: from which they vary.
    """

    now: Standing | None
    criteria: dict[str, Criterion]
    shares: dict[str, float]
    cells: dict[str, tuple[float | None, ...]]
    draws: int
    seed: int
    limits: Limits
    uncertain: Spread | None = None
    ballots: tuple[Ballot, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What it says; shares are 0–1, by option.

    Attributes:
        ranks: of rank 1, 2, 3 …
        central: weights that speak for an option, or None where it is never first.
        confidence: how often it is first under these, where scores vary; else None.
        verdict: None where fewer than two options are complete.
        dominated: who dominates an option.
    """

    question: Question
    ranks: dict[str, tuple[float, ...]]
    central: dict[str, tuple[float, ...] | None]
    confidence: dict[str, float | None]
    verdict: Verdict | None
    swaps: tuple[Crossover, ...]
    dominated: dict[str, tuple[str, ...]]


def analyse(question: Question, progress: Progress) -> Answer:
    """Runs in a thread: everything the view shows. numpy is loaded here."""
    from evaluator import results
    from evaluator.analysis import robustness

    now, asked = question.now, question.limits
    between = {id: (low, high) for id, low, high in asked.between}
    kept = results.limits(question.shares, asked.within, asked.order, between)
    values: Any
    if question.uncertain is None:
        assert now is not None
        ids, values = now.options, now.values
    else:
        ids = tuple(question.cells)
        values = results.possible(
            question.uncertain, question.cells, question.ballots, question.criteria
        )
    found = robustness.acceptability(
        values, draws=question.draws, seed=question.seed, limits=kept, progress=progress
    )
    document = found.document(ids, list(question.criteria))
    central = document["central_weights"]
    return Answer(
        question=question,
        ranks={id: tuple(row) for id, row in document["acceptability"].items()},
        central={id: tuple(row.values()) if row else None for id, row in central.items()},
        confidence=document["confidence"],
        verdict=crossover.verdict(now, question.criteria) if now is not None else None,
        swaps=crossover.adjacent(now)[:_MOST] if now is not None else (),
        dominated=_dominated(question.cells),
    )


def _dominated(cells: Mapping[str, Sequence[float | None]]) -> dict[str, tuple[str, ...]]:
    from evaluator.analysis import dominance

    ids = list(cells)
    low = [[0.0 if value is None else value for value in row] for row in cells.values()]
    high = [[100.0 if value is None else value for value in row] for row in cells.values()]
    rows = dominance.dominated(low, high)
    return {id: tuple(ids[other] for other in by) for id, by in zip(ids, rows, strict=True) if by}


def span(reach: Reach) -> str:
    """Shares in words."""
    if reach.low is None or reach.high is None:
        return "at no share"
    low, high = (f"{100 * share:.4g}" for share in (reach.low, reach.high))
    if reach.low <= 0 and reach.high >= 1:
        return "at any share"
    if reach.low <= 0:
        return f"up to {high} %"
    return f"from {low} %" if reach.high >= 1 else f"from {low} to {high} %"
