"""The built-in criteria: ordinary plugins."""

from __future__ import annotations

from collections.abc import Iterator

from evaluator.api import Criterion, hookimpl


@hookimpl
def evaluator_criteria() -> Iterator[Criterion]:
    """Cost, China-sensitivity, India-sensitivity and feasibility, in this order."""
    from evaluator.criteria import china, cost, feasibility, india

    yield from (cost.CRITERION, china.CRITERION, india.CRITERION, feasibility.CRITERION)
