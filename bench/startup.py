"""From the command to the first whole picture, beside a minimal Textual app in the same run.

Both are started in turn in a pseudo-terminal; the ratio of the medians is what counts.

    python -m bench.startup
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench.pty_harness import MINIMAL, Terminal, evaluator, project, workplace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REPEATS = 9
TARGET = 1.3
CASES = ((16, 24, 80), (16, 40, 120), (1_000, 40, 120))


def measure() -> list[str]:
    """One line for each number of options and size of the screen."""
    with workplace() as home:
        return [_case(home, *case) for case in CASES]


def _case(home: Path, options: int, rows: int, columns: int) -> str:
    folder = home / f"p{options}-{columns}"
    command = evaluator(project(folder, options))
    words = ("OPTION", "Lamps on the quay 4", "^p palette")
    ours: list[tuple[float, float]] = []
    least: list[tuple[float, float]] = []
    for number in range(REPEATS + 1):
        pair = (
            _once(command, home, rows, columns, words),
            _once(MINIMAL, home, rows, columns, ("Minimal 0",)),
        )
        if number:  # the first one fills the caches
            ours.append(pair[0])
            least.append(pair[1])
    first, used = map(statistics.median, zip(*ours, strict=True))
    base, base_used = map(statistics.median, zip(*least, strict=True))
    return (
        f"{options:>5} options, {columns}x{rows}: {first:.0f} ms, minimal app {base:.0f} ms, "
        f"ratio {first / base:.2f}, of processor time {used / base_used:.2f} (target {TARGET})"
    )


def _once(
    command: Sequence[str], home: Path, rows: int, columns: int, words: Sequence[str]
) -> tuple[float, float]:
    with Terminal(command, home, rows, columns) as terminal:
        return terminal.first_picture(words)


if __name__ == "__main__":
    print("\n".join(measure()))
