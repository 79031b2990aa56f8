"""SIGKILL in the middle of typing: how many milliseconds of keys are lost, at most."""

import os
import pty
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from evaluator.creation import create
from evaluator.project import Project

TRIES = 50
EVERY = 0.06  # seconds between keys


def _read(fd: int, seconds: float) -> bytes:
    end, seen = time.monotonic() + seconds, b""
    while (left := end - time.monotonic()) > 0:
        if not select.select([fd], [], [], left)[0]:
            break
        try:
            seen += os.read(fd, 65536)
        except OSError:
            break
    return seen


def _once(root: Path, after: float) -> tuple[float, int, int]:
    """(seconds of keys lost, keys sent, scores found) for one kill `after` seconds of typing."""
    shutil.rmtree(root / "sessions" / "typing", ignore_errors=True)
    project = Project.open(root)
    made = project.begin("Typing", participants=["Amina"])
    made.save()
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm-256color"
        command = Path(sys.executable).with_name("evaluator")
        arguments = ["evaluator", "-C", str(root), "--session", "typing", "--as", "amina"]
        os.execv(command, arguments)
    seen = b""
    while b"palette" not in seen:
        seen += _read(fd, 0.2)
    _read(fd, 0.5)
    sent: list[float] = []
    start = time.monotonic()
    while time.monotonic() - start < after and len(sent) < 60:
        os.write(fd, b"12345"[len(sent) % 5 : len(sent) % 5 + 1])
        sent.append(time.monotonic())
        _read(fd, EVERY)
    killed = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(fd)
    ballot = Project.open(root).workshop("typing").ballot("amina")
    found = sum(len(row) for row in ballot.scores.values())
    lost = killed - sent[found] if found < len(sent) else 0.0
    return lost, len(sent), found


def measure() -> list[str]:
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "project"
        create(root, example=True)
        tries = [_once(root, chance.uniform(0.7, 2.5)) for _ in range(TRIES)]
    lost = sorted(seconds * 1e3 for seconds, _, _ in tries)
    middle = lost[len(lost) // 2]
    said = f"keys of {middle:.0f} ms lost in the middle, {lost[-1]:.0f} at most (aim 500)"
    return [f"{TRIES} kills: {said}"]
