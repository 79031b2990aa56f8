"""Which files are copies that lie beside the ones that count, and of which file each is one.

Sync tools leave them where two machines wrote one file, each with a name of its own kind: Dropbox
`amina (Bilal's conflicted copy 2026-11-24).toml`, in the language of the system; Nextcloud
`amina (conflicted copy 2026-11-24 101010).toml`; Syncthing
`amina.sync-conflict-20261124-101010-ABCDEFG.toml`; OneDrive `amina-DESKTOP-4F2K.toml`; Google
Drive and others `amina (1).toml`; Resilio `amina.Conflict.toml`.

No name of a tool is needed to tell them. A ballot's file name is a key of a–z, 0–9, `-`, `.` and
`_`. A name that is none can be nobody's, so where it begins with a key that is known it is a copy
of that file. A name that may be somebody's (`amina-laptop`) is a copy only where nobody takes
part by that name, and the file itself says whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

from evaluator.store.files import fault
from evaluator.store.names import is_file_key

_HEAD: Final = 4096  # bytes of a file in which it has said whose it is
_NAMED: Final = re.compile(
    r"(?P<key>.+?)(?:[ .-]*[(\[].*[)\]]|\.sync-conflict-.+|[-_. ]conflict(?:[-_. ].*)?"
    r"|\.orig|\.mine|\.r\d+| \d+)",
    re.IGNORECASE,
)
_GIT: Final = re.compile(r".+_(?:BACKUP|BASE|LOCAL|REMOTE)_\d+")
_NUMBERED: Final = re.compile(r" \(\d+\)$| \d+$")


def original(path: Path, root: Path, known: Collection[str], says: str) -> str | None:
    """The name, without its suffix, of the file that `path` is a copy of; None where it is none.

    Args:
        path: a file of a session.
        root: the project, which no link may leave.
        known: the names of files that count in that place: participants' keys, or "session".
        says: the key in the file that tells whose it is: "participant", or "kind".
    """
    stem = path.stem.casefold()
    if path.suffix != ".toml" or stem in known or is_passing(path):
        return None
    said = _said(path, root, says)
    if said is not None and is_file_key(said) and _begins(stem, said):
        return said
    if not is_file_key(path.stem):
        return _nearest(stem, known)
    if said is not None:
        return None
    named = _by_name(stem)  # the file is cut short
    return named if named in known else None


def _nearest(stem: str, known: Collection[str]) -> str | None:
    """The longest known key that a name begins with, or the one that a tool's name shows."""
    near = [key for key in known if _begins(stem, key)]
    if near:
        return max(near, key=len)
    named = _by_name(stem)
    return named if named is not None and is_file_key(named) else None


def _by_name(stem: str) -> str | None:
    named = _NAMED.fullmatch(stem)
    return named["key"] if named is not None else None


def is_passing(path: Path) -> bool:
    """Whether a file is one of those that git's mergetool puts there while it runs."""
    return _GIT.fullmatch(path.stem) is not None


def is_numbered(path: Path) -> bool:
    """Whether a copy has but a number, as one that was made by hand has too."""
    return _NUMBERED.search(path.stem) is not None


def _begins(stem: str, key: str) -> bool:
    return stem.startswith(key) and not stem[len(key) : len(key) + 1].isalnum() and stem != key


def _said(path: Path, root: Path, key: str) -> str | None:
    """What a file says at its head under `key`; it may be cut short further down."""
    if fault(root, path):
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return None
    top = re.split(r"(?m)^\[", head, maxsplit=1)[0]
    found = re.search(rf"""(?m)^{key}[ \t]*=[ \t]*(["'])([^"'\n]*)\1""", top)
    return found[2] if found is not None else None
