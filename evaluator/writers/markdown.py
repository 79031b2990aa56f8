"""The report as Markdown; nothing in an option's or person's words is taken for markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from evaluator.api import Report
from evaluator.progress import Progress, counted
from evaluator.writers.story import Bars, Block, Grid, Heading, Items, Strips, Text, extent, story
from evaluator.writers.text import markdown


def write(report: Report, progress: Progress | None = None) -> bytes:
    """The whole report."""
    return page(story(report), progress)


def page(blocks: Iterable[Block], progress: Progress | None = None) -> bytes:
    """Blocks as one text; what is drawn is left out, tables say the same."""
    told = [block for block in blocks if not isinstance(block, Bars | Strips)]
    lines = (line for block in told for line in (*_lines(block), ""))
    return "\n".join(counted(lines, extent(told), progress)).encode("utf-8", "replace")


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {markdown(block.text)}"
    elif isinstance(block, Text):
        marks = {"question": ("> ", ""), "lead": ("**", "**"), "state": ("*", "*")}
        before, after = marks.get(block.kind, ("", ""))
        yield f"{before}{markdown(block.text)}{after}"
    elif isinstance(block, Items):
        yield from (f"- {markdown(line)}" for line in block.lines)
    elif isinstance(block, Grid):
        yield from _table(block)


def _table(grid: Grid) -> Iterator[str]:
    yield _row(grid.head)
    rules = ("---:" if column in grid.right else "---" for column in range(len(grid.head)))
    yield f"| {' | '.join(rules)} |"
    for row in grid.rows:
        yield _row(row)


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(markdown(cell) for cell in cells)} |"
