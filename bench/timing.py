"""Medians of repeated calls."""

import statistics
import time
from collections.abc import Callable


def median_ms(call: Callable[[], object], repeats: int = 30) -> float:
    """The median of `repeats` calls, in milliseconds."""
    call()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        taken.append((time.perf_counter() - start) * 1e3)
    return statistics.median(taken)
