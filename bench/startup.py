"""From the command to the first whole picture, beside a minimal Textual app in the same run.

Both are started in turn in a pseudo-terminal; the ratio of the medians is what counts. What is
large shows how far it is first: two times, to that picture and to the session's.

    python -m bench.startup
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench.pty_harness import MINIMAL, Terminal, evaluator, project, workplace
from evaluator.project import Project

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REPEATS = 9
TARGET = 1.3
CASES = ((16, 24, 80), (16, 40, 120), (1_000, 40, 120))
LARGE = ((16, 1_000), (10_000, 1))


def measure() -> list[str]:
    """One line for each number of options and size of the screen."""
    with workplace() as home:
        lines = [_case(home, *case) for case in CASES]
        return lines + [_large(home, options, ballots) for options, ballots in LARGE]


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


def _large(home: Path, options: int, ballots: int) -> str:
    folder = project(home / f"l{options}-{ballots}", options)
    _score(folder, ballots)
    times: list[tuple[float, float]] = []
    for number in range(REPEATS // 2 + 1):
        with Terminal(evaluator(folder), home, 24, 80) as terminal:
            first, _ = terminal.first_picture(("Reading",))
            whole, _ = terminal.first_picture(("OPTION", "Lamps on the quay 4", "^p palette"))
        if number:
            times.append((first, whole))
    first, whole = map(statistics.median, zip(*times, strict=True))
    said = f"{options:>5} options, {ballots:,} ballots"
    return f"{said}: {first:.0f} ms to how far it is, {whole:.0f} ms to the session"


def _score(folder: Path, ballots: int) -> None:
    """A session with so many ballots, each scored whole for the first 16 options."""
    names = [f"Person {n}" for n in range(ballots)]
    workshop = Project.open(folder, plugins=False).begin("Large", participants=names)
    for number, key in enumerate(workshop.session.participants):
        for n, option in enumerate(workshop.options[:16]):
            for criterion in workshop.criteria:
                workshop.score(option.id, criterion, 1 + (number + n) % 5, participant=key)
    workshop.save()


def _once(
    command: Sequence[str], home: Path, rows: int, columns: int, words: Sequence[str]
) -> tuple[float, float]:
    with Terminal(command, home, rows, columns) as terminal:
        return terminal.first_picture(words)


if __name__ == "__main__":
    print("\n".join(measure()))
