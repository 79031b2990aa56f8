"""What tables of a report are made of: values behind a ranking, by ballot, and column widths."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from evaluator.analysis import ranking as additive
from evaluator.analysis import table as tables
from evaluator.api import Placing, Report

_LINE: Final = 96  # characters of a table's type in one line of a page
_WORD: Final = 16  # a longer word may be broken
_BREAKS: Final = re.compile(r"[ \n]+|(?<=\w-)(?=\w)")  # where a line may end
_PARAGRAPH: Final = 60  # a longer cell may take several lines


def values(report: Report) -> dict[str, tuple[float | None, ...]]:
    """The values 0–100 behind a ranking, by option.

    From the ballots, where they are those that were ranked; else from contribution ÷ share, and
    where a share is 0 from the score.
    """
    criteria = report.session.criteria
    counting = [option for option in report.options if option.counts]
    people = report.session.participants
    found = tables.of_group(
        list(report.ballots.values()),
        counting,
        criteria,
        combine=report.session.group.combine,
        weights=[people[key].weight if key in people else 1 for key in report.ballots],
    )
    ranked = {row.option: tuple(row.scores.values()) for row in report.ranking.rows}
    if found.scores == ranked:
        return found.values
    rows = report.ranking.rows
    return {row.option: tuple(_value(report, row, id) for id in criteria) for row in rows}


def _value(report: Report, row: Placing, id: str) -> float | None:
    points, score = row.contributions[id], row.scores[id]
    if score is None:
        return None
    share = report.ranking.shares[id]
    if points is not None and share > 0:
        return points / share
    return report.session.criteria[id].value(score)


def overall(report: Report, options: Sequence[str]) -> dict[str, list[float]]:
    """The overall values 0–100 that single ballots give to options, with the ranking's weights.

    A ballot with an open cell for an option gives it none.
    """
    wanted = set(options)
    chosen = [option for option in report.options if option.id in wanted]
    found: dict[str, list[float]] = {option: [] for option in options}
    for ballot in report.ballots.values():
        table = tables.of_ballot(ballot, chosen, report.session.criteria)
        for row in additive.rank(table, report.ranking.shares).rows:
            if row.value is not None:
                found[row.option].append(row.value)
    return found


def widths(head: Sequence[str], rows: Sequence[Sequence[str]], line: int = _LINE) -> list[float]:
    """Shares of a table's width for its columns, summing to 1.

    Each column gets room for its longest word; what is left goes to those with more to say.
    """
    columns = [[name, *(row[n] for row in rows)] for n, name in enumerate(head)]
    least = [
        min(_WORD, max(len(word) for text in column for word in _BREAKS.split(text))) + 2.0
        for column in columns
    ]
    most = [
        max(low, min(_PARAGRAPH, max(map(len, column))) + 2.0)
        for column, low in zip(columns, least, strict=True)
    ]
    spare, wanted = line - sum(least), sum(most) - sum(least)
    if spare > 0 and wanted > 0:
        part = min(1.0, spare / wanted)
        least = [low + (high - low) * part for low, high in zip(least, most, strict=True)]
    return [size / sum(least) for size in least]
