"""How far a piece of work is, told to whoever waits for it, and how a long one is stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias, TypeVar

T = TypeVar("T")
# Told (done, of all); False stops an analysis that can be stopped, and means nothing elsewhere.
Progress: TypeAlias = Callable[[int, int], bool | None]
_WORDS: Final = 100  # that are said of one piece of work, about


class Cancelled(Exception):  # noqa: N818 - nothing went wrong: somebody asked for it
    """Raised out of an analysis whose progress callback answered False."""


def step(progress: Progress | None, done: int, total: int) -> None:
    """Tells `progress` that `done` of `total` steps are taken.

    Raises:
        Cancelled: the callback answered False (None goes on).
    """
    if progress is not None and progress(done, total) is False:
        raise Cancelled


def counted(items: Iterable[T], total: int, progress: Progress | None) -> Iterator[T]:
    """The items, one after the other; `progress` is told now and then how many of `total` came.

    There may be a few more or less of them than `total`.
    """
    if progress is None:
        yield from items
        return
    step = max(1, total // _WORDS)
    for done, item in enumerate(items):
        if done % step == 0:
            progress(min(done, total), total)
        yield item
    progress(total, total)


def part(progress: Progress | None, first: int, last: int) -> Progress | None:
    """What tells `progress` of a part of its work, the one from `first` to `last` percent."""
    if progress is None:
        return None
    return lambda done, total: progress(first * total + (last - first) * done, 100 * total)
