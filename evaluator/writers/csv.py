"""Tables for spreadsheets: the ranked list, and every score of every ballot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

from evaluator.api import Ballot, Report
from evaluator.model import Score
from evaluator.progress import Progress, counted
from evaluator.writers.people import codes
from evaluator.writers.text import csv_cell, exact, stamp

HEAD: Final = ("rank", "rank_best", "rank_worst", "option", "title", "value", "low", "high")
BALLOTS: Final = (
    "round", "participant", "option", "criterion", "score", "note", "confidence", "updated",
)  # fmt: skip


def _table(rows: Iterable[Iterable[Any]]) -> bytes:
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerows([csv_cell(_text(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _text(cell: Any) -> str:
    if isinstance(cell, float):
        return exact(cell)
    return "" if cell is None else str(cell)


def write(report: Report, progress: Progress | None = None) -> bytes:
    """One row per option in order of rank: values, then score and contribution by criterion."""
    return _table(counted(_ranked(report), len(report.ranking.rows), progress))


def _ranked(report: Report) -> Iterator[list[Any]]:
    ids = list(report.session.criteria)
    yield [*HEAD, *(name for id in ids for name in (id, f"{id}.contribution"))]
    additive = report.ranking.method == "additive"
    for row in report.ranking.rows:
        interval = (row.rank_best, row.rank_worst) if additive else (row.rank, row.rank)
        cells = (cell for id in ids for cell in (row.scores[id], row.contributions[id]))
        yield [
            row.rank, *interval, row.option, row.title, row.value, row.low, row.high, *cells,
        ]  # fmt: skip


def write_ballots(report: Report, progress: Progress | None = None) -> bytes:
    """One row per score or note of the ballots that may be seen."""
    names = codes(report.session)
    rows = (
        [report.round, names.get(key, key), *cell, stamp(ballot.updated)]
        for key, ballot in report.ballots.items()
        for cell in _cells(report, ballot)
    )
    cells = len(report.ballots) * len(report.options) * len(report.session.criteria)
    return _table(chain([BALLOTS], counted(rows, cells, progress)))


def _score(score: Score | None) -> str:
    return score if isinstance(score, str) else exact(score)


def _cells(report: Report, ballot: Ballot) -> Iterator[tuple[Any, ...]]:
    for option in report.options:
        for criterion in ("option", *report.session.criteria):
            score = ballot.score(option.id, criterion)
            note = ballot.notes.get(option.id, {}).get(criterion, "")
            sure = ballot.confidence.get(option.id, {}).get(criterion)
            if score is not None or note:
                yield option.id, criterion, _score(score), note, sure
