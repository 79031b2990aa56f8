"""Reading files that somebody else may have put there: links, pipes, devices, sizes."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from evaluator.errors import EvaluatorError, Problem, fail, reason
from evaluator.store import atomic, limits
from evaluator.store.documents import Source, parse


def name_in(root: Path, path: Path) -> str:
    """`path` as the user would type it from the project's folder."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return str(path)


def fault(root: Path | None, path: Path, *, folder: bool = False) -> str:
    """Why `path` is not to be opened, or an empty text: links out, pipes, devices, no such file."""
    link = False
    try:
        link = path.is_symlink()
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except FileNotFoundError:
        return "is a link to nothing" if link else "is not there"
    except RuntimeError:  # of Python before 3.13
        return "is a link in a circle"
    except (OSError, ValueError) as error:
        return f"can't be opened: {reason(error)}"
    if root is not None and not real.is_relative_to(root.resolve()):
        return "is a link that leaves the project" if link else "lies outside the project"
    kind, why = (stat.S_ISDIR, "is no folder") if folder else (stat.S_ISREG, "is no ordinary file")
    return "" if kind(mode) else why


_HINTS: Final = {
    "is not there": "Put it there, or mend the name",
    "is no ordinary file": "Name a file, not a folder or device",
}


def read_bytes(path: Path, file: str, *, root: Path | None = None, limit: int) -> bytes:
    """What a file holds; `EvaluatorError` where it is not there, no file, a link out or too large.

    `file` is the name in messages; `root` the folder that a link must not leave (None: any).
    """
    why = fault(root, path)
    if not why:
        try:
            with path.open("rb") as opened:
                size = os.fstat(opened.fileno()).st_size
                if size <= limit:
                    return opened.read(limit + 1)
            why = f"is too large: {size / limits.MB:,.1f} MB; the limit is {limit / limits.MB:g} MB"
        except OSError as error:
            why = f"can't be read: {reason(error)}"
    raise EvaluatorError([Problem(file, None, None, why, _HINTS.get(why, ""))])


def read_document(path: Path, root: Path | None, limit: int, file: str | None = None) -> Source:
    """The TOML document in a file; all that `read_bytes` and `parse` refuse is an error."""
    name = file if file is not None else name_in(root, path) if root else str(path)
    return parse(read_bytes(path, name, root=root, limit=limit), name)


def write_file(path: Path, data: bytes) -> str:
    """Writes a file whole or not at all; of a link, the file that it leads to.

    Answers a warning where the disk did not confirm it, else an empty text.

    Raises:
        EvaluatorError: it can't be written; nothing has changed.
    """
    try:
        atomic.write(path.resolve() if path.is_symlink() else path, data)
    except atomic.NotConfirmed as doubt:
        return str(doubt)
    except OSError as error:
        raise fail(f"can't be written: {reason(error)}", file=str(path)) from error
    return ""
