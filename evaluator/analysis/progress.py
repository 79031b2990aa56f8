"""How a long analysis tells how far it is, and how it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], bool | None]


class Cancelled(Exception):  # noqa: N818 - nothing went wrong: somebody asked for it
    """Raised out of an analysis whose progress callback answered False."""


def step(progress: Progress | None, done: int, total: int) -> None:
    """Tells `progress` that `done` of `total` steps are taken.

    Raises:
        Cancelled: the callback answered False (None goes on).
    """
    if progress is not None and progress(done, total) is False:
        raise Cancelled
