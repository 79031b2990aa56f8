"""A panel's ballots as votes (Borda, Condorcet) and as measurements (ICC)."""

from __future__ import annotations

import numpy as np

from evaluator.analysis.agreement import Borda, Icc, borda, icc
from evaluator.analysis.inputs import Floats
from evaluator.analysis.ranking import midranks

MOST = 2_000  # options past which a table of all pairs would fill the memory


def votes(totals: Floats) -> Borda | None:
    """Borda count and Condorcet winner of the ballots' orders (see `agreement.borda`).

    Args:
        totals: ballots × options overall values; ballots with an open option are left out.

    Returns:
        None where no ballot is complete, or there are fewer than two options or more than `MOST`.
    """
    whole = totals[~np.isnan(totals).any(axis=1)]
    if not len(whole) or not 2 <= totals.shape[1] <= MOST:
        return None
    return borda([midranks(row) for row in whole.tolist()])


def reliability(scores: Floats) -> Icc | None:
    """Intraclass correlations of the scores on one criterion (see `agreement.icc`).

    Args:
        scores: ballots × options; ballots with a gap are left out.

    Returns:
        None where fewer than two ballots are complete, or there are fewer than two options.
    """
    whole = scores[~np.isnan(scores).any(axis=1)]
    if len(whole) < 2 or scores.shape[1] < 2:
        return None
    return icc(whole.T)


def paired(scores: Floats) -> int:
    """How many scores on one criterion alpha rests on: those of options that two or more scored.

    Args:
        scores: ballots × options.
    """
    counts = (~np.isnan(scores)).sum(axis=0)
    return int(counts[counts >= 2].sum())
