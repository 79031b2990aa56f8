"""What the tests of the analysis share: a harbour town's four criteria, and tables made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import settings

from evaluator.analysis import ranking as additive
from evaluator.analysis.table import Table, of_ballot
from evaluator.api import likert
from evaluator.model import Ballot, Criterion, Number, Option, Ranking

# A slow machine is no fault of the law that is tried.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

Make = Callable[..., tuple[Ranking, Table]]


@pytest.fixture(scope="session")
def scales() -> dict[str, Criterion]:
    """Five levels upward, five downward, a measured scale, and a bent measured scale."""
    five = likert("None", "Little", "Some", "Much", "All")
    made = [
        Criterion("reach", "Reach", "How many notice?", "higher", levels=five),
        Criterion("burden", "Burden", "How much work?", "lower", levels=five),
        Criterion("jobs", "Jobs", "How many jobs?", "higher", scale=(0, 500)),
        Criterion(
            "days", "Days", "How many days?", "lower", scale=(0, 100),
            curve=((0, 100), (50, 80), (100, 0)),
        ),
    ]  # fmt: skip
    return {criterion.id: criterion for criterion in made}


@pytest.fixture(scope="session")
def ranked(scales: dict[str, Criterion]) -> Make:
    """Scores by option, in the order of the criteria (None: open), ranked with raw weights."""

    def make(
        scores: Mapping[str, Sequence[Number | None]], weights: Mapping[str, Number]
    ) -> tuple[Ranking, Table]:
        used = {id: scales[id] for id in weights}
        cells = {
            option: {id: s for id, s in zip(weights, row, strict=True) if s is not None}
            for option, row in scores.items()
        }
        options = [Option(id, id.capitalize()) for id in scores]
        table = of_ballot(Ballot("amina", 1, scores=cells), options, used)
        return additive.rank(table, additive.shares(weights, used)), table

    return make
