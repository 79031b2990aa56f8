"""Widgets that draw themselves line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, cast

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from evaluator.tui.text import ELLIPSIS, plain, width

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.theme import Paint

Parts: TypeAlias = "list[tuple[str, Style]]"


def strip(parts: Iterable[tuple[str, Style]], cells: int, base: Style) -> Strip:
    """One line of the screen, exactly `cells` wide: cleaned texts, each with its style.

    Neighbours of one style become one piece: each piece costs forty bytes on its way out.
    """
    pieces: list[tuple[str, Style]] = []
    for text, style in parts:
        if pieces and pieces[-1][1] == style:
            pieces[-1] = (pieces[-1][0] + plain(text), style)
        elif text:
            pieces.append((plain(text), style))
    size = sum(width(text) for text, _ in pieces)
    if size < cells:
        if pieces and pieces[-1][1] == base:
            pieces[-1] = (pieces[-1][0] + " " * (cells - size), base)
        else:
            pieces.append((" " * (cells - size), base))
    made = Strip([Segment(text, style) for text, style in pieces])
    return made.adjust_cell_length(cells, base) if size > cells else made


def marked(line: str, spans: Sequence[tuple[int, int]], style: Style, mark: Style) -> Parts:
    """A line in which these spans (code points, half open, rising) are marked."""
    parts: Parts = []
    done = 0
    for start, end in spans:
        first, last = max(start, done), min(end, len(line))
        if first < last:
            parts += [(line[done:first], style), (line[first:last], mark)]
            done = last
    return [*parts, (line[done:], style)]


def both_ends(left: Parts, right: Parts, cells: int, base: Style) -> Parts:
    """Parts at the left and parts at the right end of a line; the left gives way, with an `…`."""
    left = [(plain(text), style) for text, style in left]
    room = cells - sum(width(plain(text)) for text, _ in right) - (1 if right else 0)
    gap = room - sum(width(text) for text, _ in left)
    between = " " if right else ""
    if gap >= 0:
        return [*left, (" " * gap + between, base), *right]
    if room <= 1:
        return left
    cut = strip(left, room - 1, base)
    kept = [(segment.text, segment.style or base) for segment in cut]
    return [*kept, (ELLIPSIS + between, kept[-1][1]), *right]


class Drawn(Widget, can_focus=False):
    """A widget of a few lines, each drawn by `line`."""

    @property
    def paint(self) -> Paint:
        """The styles of the theme in force."""
        return cast("EvaluatorApp", self.app).paint

    def line(self, y: int, cells: int) -> Parts:
        """The texts and styles of line `y`, at most `cells` wide; cut or filled up afterwards."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """One line, as Textual asks for it."""
        cells = self.size.width
        return strip(self.line(y, cells), cells, self.paint.base)
