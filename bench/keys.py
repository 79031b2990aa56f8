"""From a key to the picture it makes: scoring, moving, finding; and how many bytes it takes.

"first" is the first change of the screen, "last" the picture as it stays. The baseline is a
minimal Textual app that counts key presses.

    python -m bench.keys
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from bench.pty_harness import MINIMAL, Terminal, evaluator, project, workplace

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

READY = ("OPTION", "^p palette")
DIGITS = [b"1", b"3", b"5", b"2", b"4", b"3", b"1", b"2", b"4", b"5"]
MOVES = [b"j", b"j", b"l", b"k", b"h", b"j", b"l", b"k"]
WORD = [bytes([letter]) for letter in b"mineral"]
SIZES = (16, 1_000, 10_000)


def measure() -> list[str]:
    """One line for each kind of key and number of options."""
    lines = []
    with workplace() as home:
        with Terminal(MINIMAL, home, 24, 80) as terminal:
            terminal.first_picture(("Minimal 0",))
            lines.append(_line("a minimal app counts", [terminal.press(key) for key in DIGITS]))
        folders = {size: project(home / f"p{size}", size) for size in SIZES}
        for rows, columns in ((24, 80), (40, 120)):
            name = f"{columns}x{rows}"
            lines += _keys(home, folders[16], rows, columns, name)
        for size, folder in folders.items():
            lines.append(_finding(home, folder, size))
    return lines


def _keys(home: Path, folder: Path, rows: int, columns: int, name: str) -> list[str]:
    with Terminal(evaluator(folder), home, rows, columns) as terminal:
        terminal.first_picture(READY)
        terminal.quiet(1)
        digits = [terminal.press(key) for key in DIGITS]
        moves = [terminal.press(key) for key in MOVES]
    return [_line(f"{name}: a digit", digits), _line(f"{name}: a move", moves)]


def _finding(home: Path, folder: Path, size: int) -> str:
    with Terminal(evaluator(folder), home, 24, 80) as terminal:
        terminal.first_picture(READY, 60)
        terminal.quiet(1.5)
        terminal.press(b"/")
        letters = [terminal.press(key) for key in WORD]
    return _line(f"find, a letter, {size:,} options", letters)


def _line(name: str, presses: Sequence[tuple[float, float, int] | None]) -> str:
    seen = [press for press in presses if press is not None]
    dead = len(presses) - len(seen)
    first, last, size = (statistics.median(column) for column in zip(*seen, strict=True))
    said = f"{name}: first {first:.0f} ms, last {last:.0f} ms, {size:.0f} bytes"
    return f"{said}; {dead} of {len(presses)} keys changed nothing" if dead else said


if __name__ == "__main__":
    print("\n".join(measure()))
