"""Stacked bars, strips and histograms in characters. Pure: numbers in, text out.

Everything here is told apart by its shape, so that it reads without any colour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Final

GLYPHS: Final = "█▓▒░▚=+:"  # one per criterion, from the first on; a ninth begins again
EIGHTHS: Final = " ▁▂▃▄▅▆▇█"


def glyph(index: int) -> str:
    """The character that stands for the criterion with this index, counted from 0."""
    return GLYPHS[index % len(GLYPHS)]


def stack(parts: Sequence[float | None], width: int, top: float = 100.0) -> tuple[int, ...]:
    """How many cells each part of a stacked bar takes; None takes none.

    The ends are rounded, not the parts, so that the bar is as long as its sum asks for.
    """
    scale = width / top if top > 0 else 0.0
    ends = [0, *(min(width, round(end * scale)) for end in accumulate(p or 0.0 for p in parts))]
    return tuple(end - start for start, end in pairwise(ends))


def histogram(counts: Sequence[int]) -> str:
    """One block per count, as high as its share of the largest; a blank for 0."""
    most = max(counts, default=0)
    return "".join(EIGHTHS[-(-8 * n // most)] if n else " " for n in counts) if most else ""


def strip(
    values: Sequence[float],
    width: int,
    *,
    middle: tuple[float, float] | None = None,
    median: float | None = None,
) -> str:
    """Where values 0–100 lie on a line of `width` cells.

    `•` is one value, a digit that many, `+` more than nine; `─` runs over the `middle` half and
    `◆` marks the median.
    """
    cells = [" "] * width
    last = width - 1
    if middle is not None:
        start, end = (_cell(edge, last) for edge in middle)
        cells[start : end + 1] = "─" * (end - start + 1)
    for at, count in Counter(_cell(value, last) for value in values).items():
        cells[at] = "•" if count == 1 else str(count) if count < 10 else "+"
    if median is not None:
        cells[_cell(median, last)] = "◆"
    return "".join(cells)


def _cell(value: float, last: int) -> int:
    return round(min(max(value, 0.0), 100.0) / 100 * last)


def axis(width: int) -> str:
    """The heading of a strip: 0, 50 and 100 where they lie."""
    half = _cell(50, width - 1)
    left = "0" + " " * (half - 2) + "50"
    return left + " " * max(0, width - len(left) - 3) + "100" if width >= 12 else "0".ljust(width)
