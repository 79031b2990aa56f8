"""Which plugins of projects the user trusts, and which plugins are switched off.

Kept in the user's state folder and never inside a project, so that no project can grant itself
anything: `trust.toml`, mode 0600, keyed by resolved path, with the SHA-256 of what was reviewed.
"""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from evaluator.errors import EvaluatorError, fail, reason
from evaluator.plugin.sources import Found
from evaluator.plugin.state import make_private, state_folder
from evaluator.store import atomic, documents, lock

_LIMIT: Final = 10_000_000
_SCHEMA: Final = 1


class Entry(msgspec.Struct, frozen=True):
    """What was trusted: the digest of the whole, those of its files, and when (UTC)."""

    sha256: str
    files: dict[str, str] = msgspec.field(default_factory=dict)
    trusted: dt.datetime | None = None


class Ledger(msgspec.Struct, frozen=True):
    """Everything in `trust.toml`; `off` holds keys as `Found.key` gives them."""

    trusted: dict[str, Entry] = msgspec.field(default_factory=dict)
    off: tuple[str, ...] = ()
    schema: int = _SCHEMA

    def trusts(self, found: Found) -> bool:
        """Whether a plugin may run: installed ones may, others as they were reviewed."""
        if found.path is None:
            return True
        entry = self.trusted.get(found.key)
        return entry is not None and entry.sha256 == found.sha256

    def changed(self, found: Found) -> tuple[str, ...]:
        """The files that differ from what was trusted, by relative path; gone ones too."""
        entry = self.trusted.get(found.key)
        if entry is None or entry.sha256 == found.sha256:
            return ()
        names = sorted({*entry.files, *found.digests})
        return tuple(n for n in names if entry.files.get(n) != found.digests.get(n))


def trust_file() -> Path:
    """Where trust is kept."""
    return state_folder() / "trust.toml"


def read(root: Path | None) -> Ledger:
    """What is trusted and what is off; nothing where the file is not there.

    Raises:
        EvaluatorError: the file is broken, lies inside the project, is a link, or somebody else
            could have written it. Then nothing is trusted.
    """
    path = trust_file()
    _refuse_inside(path, root)
    try:
        info = path.lstat()
    except FileNotFoundError:
        return Ledger()
    except OSError as error:
        raise fail(f"can't be read: {reason(error)}", file=str(path)) from None
    if not stat.S_ISREG(info.st_mode) or info.st_size > _LIMIT:
        raise fail("is no ordinary file", "Remove it, and trust plugins anew", file=str(path))
    if hasattr(os, "getuid") and (info.st_uid not in (os.getuid(), 0) or info.st_mode & 0o022):
        hint = f"Look through it, then: chmod 600 {path}"
        raise fail("could have been written by somebody else", hint, file=str(path))
    return _parsed(path)


def _parsed(path: Path) -> Ledger:
    try:
        document = documents.parse(path.read_bytes(), str(path)).document
        ledger = msgspec.convert(document, Ledger)
    except EvaluatorError as error:
        raise fail(error.problems[0].what, _MEND, file=str(path)) from None
    except (msgspec.ValidationError, OSError) as error:
        raise fail(f"can't be used: {error}", _MEND, file=str(path)) from None
    if ledger.schema > _SCHEMA:
        what = f"has schema {ledger.schema}; this evaluator knows {_SCHEMA}"
        raise fail(what, "Try: pip install -U evaluator", file=str(path))
    return ledger


_MEND: Final = "Mend it, or remove it and trust plugins anew"


def _refuse_inside(path: Path, root: Path | None) -> None:
    if root is not None and path.resolve().is_relative_to(root.resolve()):
        hint = "Set XDG_STATE_HOME to a folder outside it"
        raise fail("lies inside the project, so it can't say what to trust", hint, file=str(path))


def change(root: Path | None, edit: Callable[[Ledger], Ledger]) -> Ledger:
    """Reads, edits and writes the file under a lock; gives what it holds now.

    Raises:
        EvaluatorError: as `read`; or it can't be written.
    """
    path = trust_file()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with lock.locked(path.parent):
            new = edit(read(root))
            make_private(path)
            atomic.write(path, documents.dump(_document(new)))
    except OSError as error:
        raise fail(f"can't be written: {error.strerror or error}", file=str(path)) from None
    return new


def _document(ledger: Ledger) -> dict[str, Any]:
    trusted = {
        key: {
            name: value
            for name, value in (
                ("sha256", entry.sha256), ("trusted", entry.trusted), ("files", entry.files),
            )
            if value
        }
        for key, entry in sorted(ledger.trusted.items())
    }  # fmt: skip
    return {"schema": _SCHEMA, "off": sorted(ledger.off), "trusted": trusted}


def grant(root: Path | None, found: Found) -> None:
    """Trusts a plugin exactly as it was read into `found`."""
    entry = Entry(found.sha256, found.digests, documents.now())

    def edit(ledger: Ledger) -> Ledger:
        return msgspec.structs.replace(ledger, trusted={**ledger.trusted, found.key: entry})

    change(root, edit)


def withdraw(root: Path | None, key: str) -> bool:
    """Trusts a plugin no longer; whether it was trusted."""
    known = key in read(root).trusted

    def edit(ledger: Ledger) -> Ledger:
        rest = {k: entry for k, entry in ledger.trusted.items() if k != key}
        return msgspec.structs.replace(ledger, trusted=rest)

    if known:
        change(root, edit)
    return known


def switch(root: Path | None, key: str, *, on: bool) -> None:
    """Switches a plugin on or off."""

    def edit(ledger: Ledger) -> Ledger:
        off = set(ledger.off) - {key} if on else {*ledger.off, key}
        return msgspec.structs.replace(ledger, off=tuple(sorted(off)))

    change(root, edit)
