"""What tables of a report are made of: values behind a ranking, by ballot, and how they are set."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from evaluator.analysis import ranking as additive
from evaluator.analysis import table as tables
from evaluator.api import Placing, Report

_LINE: Final = 96  # characters of a table's type in one line of a page
_WORD: Final = 16  # a longer word may be broken
_BREAKS: Final = re.compile(r"[ \n]+(?!%)|(?<=[^\W\d]-)(?=\w)")  # where a line may end
_PARAGRAPH: Final = 60  # a longer cell may take several lines
_NAME: Final = 26  # characters that the first column keeps, however many others there are
_SMALLEST: Final = 0.6  # of the usual type
_PAD: Final = 2.0  # characters between two columns


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


def of_session(report: Report) -> bool:
    """Whether the ranking's shares come from the session's raw weights, and not from others."""
    raw = {id: report.session.weights.get(id, 10) for id in report.session.criteria}
    total, shares = float(sum(raw.values())), report.ranking.shares
    return total > 0 and all(abs(raw[id] / total - shares[id]) < 1e-12 for id in raw)


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


class Layout(msgspec.Struct, frozen=True):
    """How a table is set on a page.

    Attributes:
        sizes: the columns' shares of a line; together at most 1.
        upright: the columns whose heads are set upright, for want of room.
        scale: how large the type is, 0.6 to 1 of the usual.
    """

    sizes: tuple[float, ...]
    upright: frozenset[int] = frozenset()
    scale: float = 1.0

    @property
    def width(self) -> float:
        """The share of a line that the table takes."""
        return sum(self.sizes)


def layout(head: Sequence[str], rows: Sequence[Sequence[str]], figures: frozenset[int]) -> Layout:
    """How a table with these columns, some of figures, is best set.

    Each column gets room for its longest word, the first one with words for a name; what is left
    goes to columns of words that have more to say, then to heads. Where there is too little room
    heads are set upright, then the type is made smaller.
    """
    columns = ["\n".join(row[n] for row in rows) for n in range(len(head))]
    long = [max(map(len, column.split("\n"))) for column in columns]
    words = [_word(column) for column in columns]
    names = [n for n in range(len(head)) if n not in figures]
    least = [
        float(long[n] if n in figures or long[n] <= _WORD else words[n]) for n in range(len(head))
    ]
    if names:
        least[names[0]] = max(least[names[0]], min(_NAME, long[names[0]]))
    sizes = [max(size, _word(name)) + _PAD for size, name in zip(least, head, strict=True)]
    upright: frozenset[int] = frozenset()
    if sum(sizes) > _LINE:
        upright = frozenset(n for n in figures if len(head[n]) > least[n] + 3)
        for n in upright:
            sizes[n] = least[n] + _PAD
    scale = min(1.0, max(_SMALLEST, _LINE / sum(sizes)))
    room = _LINE / scale
    sizes = _grown(sizes, {n: min(_PARAGRAPH, long[n]) + _PAD for n in names}, room)
    if not upright:
        sizes = _grown(sizes, {n: len(name) + _PAD for n, name in enumerate(head)}, room)
    over = max(1.0, sum(sizes) / room)
    return Layout(tuple(size / room / over for size in sizes), upright, scale)


def _word(text: str) -> int:
    """The length of the longest word, where a longer one may be broken."""
    return min(_WORD, max(map(len, _BREAKS.split(text))))


def _grown(sizes: Sequence[float], most: dict[int, float], room: float) -> list[float]:
    """The sizes with what is left of the room given to some columns, in parts of what they lack."""
    lacks = [max(0.0, most.get(n, 0.0) - size) for n, size in enumerate(sizes)]
    spare = room - sum(sizes)
    part = min(1.0, spare / sum(lacks)) if spare > 0 and any(lacks) else 0.0
    return [size + lack * part for size, lack in zip(sizes, lacks, strict=True)]
