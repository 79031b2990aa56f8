"""One lock a session, held for a single save."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from evaluator.errors import fail

_PATIENCE: Final = 10.0


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Holds `folder/.lock`; waits up to ten seconds for another save to end.

    Raises:
        EvaluatorError: another process keeps the lock.
        OSError: the lock file can't be made.
    """
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        _acquire(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def _acquire(descriptor: int, folder: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while not _try(descriptor):
        if time.monotonic() > end:
            raise fail(
                "another program is saving this session and does not finish",
                "Close it, or wait and save again",
                file=f"sessions/{folder.name}/.lock",
            )
        time.sleep(0.005)


if sys.platform == "win32":
    import msvcrt

    def _try(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
