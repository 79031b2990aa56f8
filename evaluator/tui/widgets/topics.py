"""The cells that a group talks over: a row each; and how often each score was given."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from evaluator.tui.text import figure, fit, plain
from evaluator.tui.widgets.sections import Sections

if TYPE_CHECKING:
    from evaluator.analysis.group import Cell, Topic
    from evaluator.model import Criterion
    from evaluator.tui.widgets.drawn import Parts

LEGEND: Final = (
    "low, mid, high: scores in the lowest, middle and highest third of the scale · points: weight "
    "× spread · ≠ disagreement · ↕ could change its rank"
)
_FIGURES: Final = "  low  mid high points"
_LEAD: Final = 13  # cells of number and criterion
_STATE: Final = 12
_BINS: Final = 5  # of a measured scale


class Row(NamedTuple):
    """One cell, as it is drawn.

    Attributes:
        number: of the option, in file order.
        criterion: its short name.
        camps: how many scores lie in the lowest, middle and highest third of the scale.
        effect: weight × spread, in points of overall value.
        marks: `≠` disagreement, `↕` enough to change a rank.
        state: what was decided: "settled", "vote again", "noted"; or empty.
    """

    number: int
    title: str
    criterion: str
    camps: tuple[int, int, int]
    effect: float
    marks: str
    state: str = ""


def head(caption: str, cells: int) -> str:
    """The heading of rows of this width."""
    room = max(8, cells - len(_FIGURES) - 3 - _LEAD)
    return fit(fit(f"      {caption}", _LEAD + room) + _FIGURES, cells)


def text(row: Row, cells: int) -> str:
    """A row, without its state."""
    room = max(8, cells - len(_FIGURES) - 3 - _LEAD)
    said = fit(f"#{row.number}", 5, "right") + " " + fit(row.criterion, 7) + fit(row.title, room)
    counts = "".join(f"{count:5}" for count in row.camps)
    return said + counts + f"{row.effect:7.0f} " + fit(row.marks, 2)


def marks(cell: Cell, topic: Topic | None) -> str:
    """`≠` where people disagree, `↕` where that could change a rank."""
    moves = topic is not None and topic.changes_rank
    return ("≠" if cell.disagreement else " ") + ("↕" if moves else " ")


class Topics(Sections):
    """The agenda, one row a cell."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.caption = ""

    def head_line(self, y: int, cells: int) -> Parts:
        """The headings."""
        return [(" " + head(self.caption, cells - 1 - _STATE), self.paint.head)]

    def cells_of(self, id: str, data: Any, cells: int) -> Parts:
        """A cell: option, criterion, how many low, middle and high, what it is worth, its state."""
        paint = self.paint
        if not isinstance(data, Row):
            return [(str(data), paint.muted)]
        style = paint.muted if data.state == "settled" else paint.base
        look = paint.mark if data.state == "vote again" else paint.muted
        return [(text(data, cells - _STATE), style), (" " + fit(data.state, _STATE - 1), look)]


class Count(NamedTuple):
    """How often a level was given, or a score in a part of a measured scale."""

    label: str
    words: str
    number: int


def counted(criterion: Criterion, scores: Sequence[float]) -> list[Count]:
    """How often each level was given; of a measured scale how many scores lie in each fifth.

    A score between two levels counts with the nearer one.
    """
    if criterion.levels:
        steps = [level.score for level in criterion.levels]
        nearest = [min(steps, key=lambda step: abs(step - score)) for score in scores]
        return [
            Count(
                figure(at.score), f"{figure(at.score)} {plain(at.label)}", nearest.count(at.score)
            )
            for at in criterion.levels
        ]
    low, width = float(criterion.low), float(criterion.high - criterion.low) / _BINS
    places = [min(_BINS - 1, int((score - low) / width)) for score in scores]
    ends = pairwise(figure(low + n * width) for n in range(_BINS + 1))
    return [Count(start, f"{start}–{end}", places.count(n)) for n, (start, end) in enumerate(ends)]
