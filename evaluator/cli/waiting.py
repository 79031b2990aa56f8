"""A line on stderr while something takes its time: only on a terminal, and gone when it is done."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from evaluator.display import clean

_PATIENCE: Final = 0.5  # seconds before anything is said
_STEP: Final = 0.1  # seconds between two pictures
_CELLS: Final = 12  # of the bar; one part of it moves to and fro
_PART: Final = 4


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Shows what is being done, and for how long already, until the block is left."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    shown = threading.Thread(target=_show, args=(clean(what), done), daemon=True)
    shown.start()
    try:
        yield
    finally:
        done.set()
        shown.join()


def _show(what: str, done: threading.Event) -> None:
    begun = time.monotonic()
    if done.wait(_PATIENCE):
        return
    step = 0
    while not done.wait(_STEP):
        seconds = time.monotonic() - begun
        sys.stderr.write(f"\r{what} {bar(step)} {seconds:.0f} s ")
        sys.stderr.flush()
        step += 1
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()


def bar(step: int) -> str:
    """The picture at a step: a short piece that moves to and fro in a line."""
    room = _CELLS - _PART
    at = step % (2 * room)
    at = 2 * room - at if at > room else at
    return "─" * at + "━" * _PART + "─" * (room - at)
