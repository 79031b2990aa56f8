"""The user's state folder, and the log in it that keeps what plugins print and how they fail."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Final

from evaluator.display import clean, clean_text

_LOG_LIMIT: Final = 1_000_000


def state_folder() -> Path:
    """`$XDG_STATE_HOME/evaluator`, or this system's place for it; it need not exist yet.

    A relative `XDG_STATE_HOME` is ignored, as the XDG base directory specification asks.
    """
    given = os.environ.get("XDG_STATE_HOME", "")
    if given and Path(given).is_absolute():
        return Path(given) / "evaluator"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "evaluator"
    return Path.home() / ".local" / "state" / "evaluator"


def make_private(path: Path) -> None:
    """An empty file that only its owner reads, with the folders above it; nothing if it exists."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def log_file() -> Path:
    """Where plugins' output and tracebacks go."""
    return state_folder() / "plugins.log"


def log(heading: str, text: str) -> None:
    """Appends to the log, made harmless for terminals; a log grown large is set aside first."""
    path = log_file()
    # A log that can't be written is no reason to stop: the problem itself is reported elsewhere.
    with contextlib.suppress(OSError):
        make_private(path)
        if path.stat().st_size > _LOG_LIMIT:
            path.replace(path.with_name(path.name + ".1"))
            make_private(path)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"--- {clean(heading)}\n{clean_text(text.rstrip())}\n")
