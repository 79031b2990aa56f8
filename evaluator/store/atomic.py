"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from pathlib import Path
from typing import Final

_TEMP: Final = re.compile(r"\.(?P<name>.+)\.(?P<pid>\d+)\.[0-9a-f]{8}\.tmp")
_STALE: Final = 3600.0


class NotConfirmed(OSError):  # noqa: N818 - it is saved; only the disk did not say so
    """The new state is in place, but the disk did not confirm the folder's entry."""

    def __str__(self) -> str:
        """What a person is told: nothing of numbers."""
        return "saved, but the disk did not confirm it"


def write(path: Path, data: bytes) -> None:
    """Replaces `path` by `data`: temp file, fsync, rename, fsync of the folder.

    The old mode is kept; a new file gets what the umask allows. An `OSError` before the rename
    leaves the old file untouched.

    Raises:
        NotConfirmed: the file is in place, but the folder could not be synced.
        OSError: nothing has changed.
    """
    temp = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(path))
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor, no path
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temp.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temp.unlink()
        raise
    sync_folder(path.parent)


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return 0o666


def sync_folder(folder: Path) -> None:
    """Makes the entries of a folder durable; `NotConfirmed` where the disk refuses."""
    if os.name == "nt":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NotConfirmed from error


def make_folder(folder: Path) -> None:
    """A folder with its parents, durable like the files in it."""
    missing = [folder, *folder.parents]
    missing = missing[: next(n for n, place in enumerate(missing) if place.is_dir())]
    for place in reversed(missing):
        place.mkdir(exist_ok=True)
        sync_folder(place.parent)


def sweep(folder: Path) -> None:
    """Removes temp files of killed saves: the process is gone, an hour has passed."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".*.tmp"):
            match = _TEMP.fullmatch(path.name)
            if match is None or _alive(int(match["pid"])):
                continue
            if time.time() - path.stat().st_mtime > _STALE:
                path.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
