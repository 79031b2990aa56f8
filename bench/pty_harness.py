"""A pseudo-terminal with a screen in it: runs a program, notes when which bytes came.

Bytes are stamped as they are read and interpreted afterwards, so that the terminal's model costs
nothing inside the measured time. Tests use it too, to type and to wait for what the screen shows.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

ROOT = Path(__file__).parent.parent
MINIMAL = [sys.executable, str(ROOT / "bench/minimal_app.py")]
START = "import sys; from evaluator.cli import main; sys.exit(main())"
# What a terminal of today answers when it is asked what it can do.
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[?2048$p": b"\x1b[?2048;0$y"}
_UNKNOWN = re.compile(rb"\x1b\[[<>=?][0-9;]*(?:\$p|[um])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")
_FRAME_END = b"\x1b[?2026l"


def evaluator(project: Path) -> list[str]:
    """The command that opens the app on a project."""
    return [sys.executable, "-c", START, "-C", str(project)]


def environment(home: Path) -> dict[str, str]:
    """This process's environment, for somebody whose settings and state lie in `home`."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "NO_COLOR"))}
    env |= {"TERM": "xterm-256color", "COLORTERM": "truecolor", "HOME": str(home)}
    for name in ("CONFIG", "STATE", "CACHE", "DATA"):
        env[f"XDG_{name}_HOME"] = str(home / name.lower())
    for name in ("LINES", "COLUMNS"):
        env.pop(name, None)
    return env


class Terminal:
    """One program in one pseudo-terminal; ended when the `with` block is left.

    Args:
        command: the program and its arguments.
        home: where its settings and state lie.
        rows, columns: size of the screen.
        own_cache: compiled files are kept in `home`, not where they always lie.
    """

    def __init__(
        self,
        command: Sequence[str],
        home: Path,
        rows: int,
        columns: int,
        *,
        own_cache: bool = True,
    ) -> None:
        env = environment(home)
        if own_cache:
            env["PYTHONPYCACHEPREFIX"] = str(home / "pycache")
        self.chunks: list[tuple[float, bytes]] = []
        self.used: list[float] = []
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._seen = 0
        self.started = time.perf_counter()
        self._fd, end = pty.openpty()
        fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._process = subprocess.Popen(
            list(command), stdin=end, stdout=end, stderr=end, env=env, start_new_session=True
        )
        os.close(end)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end in (self._process.terminate, self._process.kill):
            end()
            limit = time.perf_counter() + 3
            while self._process.poll() is None and time.perf_counter() < limit:
                self._read(0.02)
            if self._process.returncode is not None:
                break
        os.close(self._fd)

    def _read(self, wait: float) -> bool:
        """Reads one chunk; False where none came in time."""
        if not select.select([self._fd], [], [], wait)[0]:
            return False
        try:
            data = os.read(self._fd, 1 << 20)
        except OSError:
            return False
        self.chunks.append((time.perf_counter(), data))
        self.used.append(self._processor_time())
        for asked, answer in ANSWERS.items():
            if asked in data:
                os.write(self._fd, answer)
        return bool(data)

    def _processor_time(self) -> float:
        """Seconds of processor time the program has used; 0 where the system does not tell."""
        try:
            return time.clock_gettime(
                (~self._process.pid << 3) | 2
            )  # Linux: another process's clock
        except OSError:
            return 0.0

    def quiet(self, seconds: float, limit: float = 10) -> None:
        """Reads until nothing came for `seconds`."""
        end = time.perf_counter() + limit
        while time.perf_counter() < end and self._read(seconds):
            pass

    def show(self, upto: int | None = None) -> list[str]:
        """The screen after all chunks so far, or after the first `upto`."""
        for _, data in self.chunks[self._seen : upto]:
            self._stream.feed(_UNKNOWN.sub(b"", data))
        self._seen = max(self._seen, len(self.chunks) if upto is None else upto)
        return list(self.screen.display)

    def first_picture(self, words: Sequence[str], limit: float = 30) -> tuple[float, float]:
        """(ms, ms of processor time) from the start to the frame in which all `words` stand.

        Raises:
            TimeoutError: they never do; the message holds the screen.
        """
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            self.quiet(0.4, limit)
            for place in range(self._seen, len(self.chunks)):
                text = "\n".join(self.show(place + 1))
                if all(word in text for word in words):
                    whole = place if _FRAME_END in self.chunks[place][1] else place + 1
                    whole = min(whole, len(self.chunks) - 1)
                    return (self.chunks[whole][0] - self.started) * 1e3, self.used[whole] * 1e3
        raise TimeoutError("\n".join(self.show()))

    def press(self, keys: bytes, quiet: float = 0.25) -> tuple[float, float, int] | None:
        """(ms to the first change of the screen, ms to the last, bytes sent); None: no change."""
        before = self.show()
        count = len(self.chunks)
        at = time.perf_counter()
        os.write(self._fd, keys)
        self._read(5)
        self.quiet(quiet)
        changes = []
        for place in range(count, len(self.chunks)):
            after = self.show(place + 1)
            if after != before:
                changes.append((self.chunks[place][0] - at) * 1e3)
                before = after
        size = sum(len(data) for _, data in self.chunks[count:])
        return (changes[0], changes[-1], size) if changes else None

    # -- for tests

    def type(self, keys: str) -> None:
        """Sends keys, and waits for nothing."""
        os.write(self._fd, keys.encode())

    def wait(self, shown: Callable[[list[str]], bool], limit: float = 120) -> list[str]:
        """The lines of the screen as soon as `shown` says yes to them.

        Raises:
            TimeoutError: it never does, or the program ends; the message holds the screen.
        """
        end = time.perf_counter() + limit
        while not shown(lines := self.show()):
            if not self._read(0.1) and self._process.poll() is not None:
                raise TimeoutError(f"ended with {self._process.returncode}\n" + "\n".join(lines))
            if time.perf_counter() > end:
                raise TimeoutError("\n".join(lines))
        return lines

    def ended(self, limit: float = 120) -> int:
        """The exit status of the program, which ends by itself."""
        end = time.perf_counter() + limit
        while self._process.poll() is None:
            self._read(0.05)
            if time.perf_counter() > end:
                raise TimeoutError("\n".join(self.show()))
        return self._process.returncode


def project(folder: Path, options: int) -> Path:
    """A project with so many options and four criteria of five levels."""
    folder.mkdir(parents=True)
    text = "Ask the harbour office for a plan, and say by when it must stand."
    titles = ("Lamps on the quay", "A night ferry", "Sailing in school", "Minerals by rail")
    lines = ["schema = 1"]
    for n in range(1, options + 1):
        title = f"{titles[n % 4]} {n}"
        lines += [f"\n[options.o{n}]", f'title = "{title}"', f'text = "{text}"']
    (folder / "options.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    levels = '["none", "little", "some", "much", "all"]'
    lines = ["schema = 1", 'title = "Harbour"', 'question = "Which?"', 'options = "options.toml"']
    for name in ("reach", "burden", "speed", "peace"):
        lines += [f"\n[criteria.{name}]", f'title = "{name.title()}"', 'question = "How much?"']
        lines += ['better = "higher"', f"levels = {levels}"]
    (folder / "criteria.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


@contextlib.contextmanager
def workplace() -> object:
    """A folder for projects and the settings of nobody."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
