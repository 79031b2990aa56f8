"""What the conflict copies of a session would bring, to be read before they are taken in."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from evaluator.tui import words
from evaluator.tui.screens.changes import Row, RowsPaper
from evaluator.tui.text import fit, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluator.synced import Copies
    from evaluator.workshop import Workshop

_MARGIN = 12  # cells before the words


class CopiesScreen(RowsPaper):
    """Each copy with what it brings, and what differs; any key closes it."""

    def __init__(self, workshop: Workshop, found: Copies) -> None:
        super().__init__(workshop)
        self._found = found

    def on_mount(self) -> None:
        """Shows the lines."""
        count = len(self._found.aside) + len(self._found.stays)
        copies = words.count(count, "conflict copy", "conflict copies")
        room = max(20, self.app.size.width - _MARGIN - 2)
        lines = [
            row
            for head, said, strong in _lines(self._found)
            for row in _rows(head, said, room, strong=strong)
        ]
        self.say(f"{copies}: what is missing here can be taken in", lines)


def _lines(found: Copies) -> Iterator[tuple[str, str, bool]]:
    """What stands in the margin, what is said, and whether it is a copy's name."""
    for name, merge in found.merges.items():
        yield words.count(merge.taken, "cell"), name, True
    for name, taking in found.frozen.items():
        yield words.count(len(taking.taken), "key"), name, True
        yield from (("  takes", said, False) for said in taking.taken)
    for name, told in found.histories.items():
        yield words.count(told, "change"), name, True
    odd = [("differs", problem) for problem in found.differences]
    for head, problem in (*odd, *(("stays", problem) for problem in found.refused)):
        name = problem.file.rpartition("/")[2]
        yield head, f"{name}: {problem.what}. {problem.hint}".rstrip(), False


def _rows(head: str, said: str, room: int, *, strong: bool) -> Iterator[Row]:
    for number, line in enumerate(wrap(plain(said), room) or [""]):
        margin = fit(f" {head}" if number == 0 else "", _MARGIN)
        yield (margin, "", line) if strong else (margin, line, "")
