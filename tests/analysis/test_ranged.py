"""Ranges of scores: drawn between their ends, mapped by the value function, nothing else moved."""

import numpy as np
import pytest

from evaluator.analysis import uncertain
from evaluator.analysis.ranged import Ranged, ranged
from evaluator.model import Ballot, Criterion
from evaluator.project import Project
from evaluator.results import robustness_document

CRITERIA = {
    "x": Criterion("x", "X", "How?", "higher", scale=(0, 10)),
    "y": Criterion("y", "Y", "How?", "lower", scale=(0, 10), curve=((0, 100), (5, 20), (10, 0))),
}
TABLE = ((50.0, 100.0), (20.0, None))


def source(ballot: Ballot) -> object:
    gaps = uncertain.gaps(TABLE, list(CRITERIA.values()))
    return ranged(gaps, [ballot], ["a", "b"], CRITERIA)


def test_ranged_cells_lie_between_the_values_of_their_ends() -> None:
    found = source(Ballot("p", 1, ranges={"a": {"x": (4, 6)}, "b": {"y": (5, 10)}}))
    assert isinstance(found, Ranged)
    drawn = found.draw(np.random.default_rng(1), 4000)
    # x: 4 to 6 of 0–10 is 40 to 60, mean 50; y: straight from 20 at 5 to 0 at 10, mean 10
    for cell, low, high in ((drawn[:, 0, 0], 40, 60), (drawn[:, 1, 1], 0, 20)):
        assert low <= cell.min() < cell.max() <= high
        # a uniform's mean has the standard error width / sqrt(12 n): four of them
        assert cell.mean() == pytest.approx((low + high) / 2, abs=4 * (high - low) / 219)
    assert set(drawn[:, 0, 1]) == {100}
    assert set(drawn[:, 1, 0]) == {20}


def test_without_ranges_nothing_changes() -> None:
    assert isinstance(source(Ballot("p", 1)), uncertain.Ballots)
    recused = Ballot("p", 1, ranges={"a": {"x": (4, 6)}}, recused={"a": "owner"})
    assert isinstance(source(recused), uncertain.Ballots)


def test_a_range_makes_a_first_place_less_sure(project: Project) -> None:
    made = project.begin("First", participants=["Amina"])
    for option, scores in (("lamps", (5, 1)), ("ferry", (4, 2)), ("boats", (1, 5))):
        for criterion, score in zip(("reach", "burden"), scores, strict=True):
            made.score(option, criterion, score, participant="amina")
    made.save()
    sure = robustness_document(made, "amina", draws=2000, uncertain="gaps")
    # lamps is better than ferry on both criteria, so it is first whatever the weights
    assert sure["acceptability"]["lamps"][0] == 1
    made.set_range("lamps", "reach", (2, 5), participant="amina")
    wide = robustness_document(made, "amina", draws=2000, uncertain="gaps")
    assert 0.5 < wide["acceptability"]["lamps"][0] < 1
    group = robustness_document(made, draws=2000, uncertain="all")
    assert group["acceptability"]["lamps"][0] < 1
    assert robustness_document(made, "amina", draws=2000)["acceptability"]["lamps"][0] == 1
