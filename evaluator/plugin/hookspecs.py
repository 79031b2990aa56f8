"""The four hooks. Each one only hands objects over; the host calls those itself, one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pluggy

from evaluator.api import Criterion, Method, Reader, Writer

hookspec: Final = pluggy.HookspecMarker("evaluator")

CRITERIA: Final = "evaluator_criteria"
READERS: Final = "evaluator_readers"
WRITERS: Final = "evaluator_writers"
METHODS: Final = "evaluator_methods"

#: What the objects of each hook must be.
KINDS: Final[dict[str, type]] = {
    CRITERIA: Criterion,
    READERS: Reader,
    WRITERS: Writer,
    METHODS: Method,
}


@hookspec
def evaluator_criteria() -> Iterable[Criterion]:
    """Criteria: points of view from which options are judged."""
    raise NotImplementedError


@hookspec
def evaluator_readers() -> Iterable[Reader]:
    """Readers: formats that options come from (installed packages only)."""
    raise NotImplementedError


@hookspec
def evaluator_writers() -> Iterable[Writer]:
    """Writers: formats that results go to (installed packages only)."""
    raise NotImplementedError


@hookspec
def evaluator_methods() -> Iterable[Method]:
    """Methods: ways to rank (installed packages only)."""
    raise NotImplementedError
