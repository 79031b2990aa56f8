"""The packed session: everything in one file that `sessions unpack` reads back."""

from __future__ import annotations

from evaluator.api import Report
from evaluator.errors import fail
from evaluator.store.documents import dump


def write(report: Report) -> bytes:
    """The packed session.

    Raises:
        EvaluatorError: the person who exports may not see all ballots.
    """
    if report.packed is None:
        raise fail(
            f"round {report.round} is blind: a packed session would show every ballot",
            "Reveal the round first, or export with --as a facilitator",
        )
    return dump(report.packed)
