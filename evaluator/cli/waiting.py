"""A line on stderr while something takes its time: only on a terminal, and gone when it is done."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from evaluator.cli.show import fit
from evaluator.display import clean
from evaluator.progress import Progress

_PATIENCE: Final = 0.5  # seconds before anything is said
_STEP: Final = 0.1  # seconds between two pictures
_CELLS: Final = 12  # of the bar
_PART: Final = 4  # of it, that move to and fro where nobody knows how much is left


@contextmanager
def waiting(what: str) -> Iterator[Progress]:
    """Shows what is being done, and how far it is, until the block is left.

    The block is given what to tell (done, of all) to. As long as it has told nothing, a piece of
    the bar moves to and fro, and the seconds are counted.
    """
    line = _Line(clean(what))
    if not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield line.tell
        return
    done = threading.Event()
    shown = threading.Thread(target=_show, args=(line, done), daemon=True)
    shown.start()
    try:
        yield line.tell
    finally:
        done.set()
        shown.join()


class _Line:
    """What is said, and how far the work is."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._share: float | None = None
        self._begun = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Takes in how much is done."""
        if total > 0:
            self._share = min(1.0, done / total)

    def picture(self, step: int, room: int) -> str:
        """The line at a step, at most `room` cells long."""
        if self._share is not None:
            said = f"{filled(self._share)} {int(100 * self._share)} %"
        else:
            said = f"{bar(step)} {time.monotonic() - self._begun:.0f} s"
        return f"{fit(self._what, max(1, room - len(said) - 2))} {said}"


def _show(line: _Line, done: threading.Event) -> None:
    if done.wait(_PATIENCE):
        return
    step, before = 0, ""
    while not done.wait(_STEP):
        picture = line.picture(step, _room())
        if picture != before:
            _write(f"\r{picture}\x1b[K")
        step, before = step + 1, picture
    _write("\r\x1b[K")


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _room() -> int:
    """The cells in a line: one that is longer would leave something of itself behind."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def filled(share: float) -> str:
    """The bar where a share 0–1 of the work is done."""
    full = int(_CELLS * share)
    return "━" * full + "╌" * (_CELLS - full)


def bar(step: int) -> str:
    """The bar at a step where nobody knows: a short piece that moves to and fro in a line."""
    room = _CELLS - _PART
    at = step % (2 * room)
    at = 2 * room - at if at > room else at
    return "─" * at + "━" * _PART + "─" * (room - at)
