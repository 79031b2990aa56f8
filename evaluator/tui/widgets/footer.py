"""The last line of a view: at most eight keys, and the palette's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluator.tui import keys
from evaluator.tui.text import width
from evaluator.tui.widgets.drawn import Drawn, Parts, both_ends

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 8
KEPT = 2  # the last ones (help, quit) stay when there is no room for all


class Footer(Drawn):
    """Keys with what they do, made from the bindings in force."""

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._pairs: tuple[tuple[str, str], ...] = ()
        self._palette = ""

    def show(self, entries: Sequence[tuple[str, str]], palette: str) -> None:
        """Shows (key, word) entries, if they differ from what stands there.

        Entries with one word in common share it; `palette` is the palette's key, or empty.
        """
        by_word: dict[str, list[str]] = {}
        for key, word in entries:
            by_word.setdefault(word, []).append(key)
        pairs = tuple((keys.runs(found), word) for word, found in by_word.items())
        if (pairs, palette) != (self._pairs, self._palette):
            self._pairs, self._palette = pairs, palette
            self.refresh()

    def chosen(self, cells: int) -> list[tuple[str, str]]:
        """The entries that fit into `cells`; the last two stay longest."""
        pairs = list(self._pairs)
        while pairs and (len(pairs) > MOST or _cells(pairs) > cells):
            del pairs[-KEPT - 1 if len(pairs) > KEPT else 0]
        return pairs

    def line(self, y: int, cells: int) -> Parts:
        """The line itself."""
        paint = self.paint
        right: Parts = []
        if self._palette:
            right = [("▏", paint.muted), (keys.show(self._palette), paint.strong)]
            right.append((" palette", paint.muted))
        room = cells - sum(width(text) for text, _ in right) - 1
        left: Parts = []
        chosen = self.chosen(room)
        gap = "  " if _cells(chosen) + len(chosen) <= room else " "
        for key, word in chosen:
            left += [(gap if left else "", paint.base), (key, paint.strong)]
            left.append((" " + word, paint.muted))
        return both_ends(left, right, cells, paint.base)


def _cells(pairs: Sequence[tuple[str, str]]) -> int:
    return sum(width(key) + width(word) + 2 for key, word in pairs) - 1
