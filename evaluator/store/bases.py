"""Earlier versions of session.toml and options.toml: what two copies of one of them came from.

When one of the two is saved, the version that it replaces is kept in the hidden folder `.base` of
the session, in a file whose name says which version was made from it, each with its number in the
line of versions, and a mark of the save: `session-3-DIGEST-2-DIGEST-save-MARK` (`-copy-` where a
conflict copy was taken in). With them a conflict copy can be merged against what both sides began
with, so that a value which only one side changed is known to be changed. They are an aid: without
them, or where they leave a doubt, two versions are merged by what they say alone.
"""

from __future__ import annotations

import contextlib
import re
import secrets
from collections import Counter
from pathlib import Path
from typing import Final, TypeAlias

from evaluator.errors import EvaluatorError
from evaluator.store import limits
from evaluator.store.documents import Source, digest, parse
from evaluator.store.files import read_bytes

FOLDER: Final = ".base"
_LARGEST: Final = 1 * limits.MB  # of a version that is kept
_ROOM: Final = 4 * limits.MB  # for all versions; the oldest go first
_NAME: Final = re.compile(
    r"([a-z]+)-(\d{1,6})-([0-9a-f]{16})-(\d{1,6})-([0-9a-f]{16})-(save|copy)-[0-9a-f]{6}"
)

# The number tells a version from an earlier one that said the same, as after an undo.
_Version: TypeAlias = tuple[int, str]


class _Line:
    """The versions of a file: what each was made from, where that is kept, and how many made it."""

    def __init__(self, folder: Path, name: str) -> None:
        self.parents: dict[_Version, dict[_Version, Path]] = {}
        self.saves: Counter[_Version] = Counter()
        with contextlib.suppress(OSError):
            for path in (folder / FOLDER).iterdir():
                found = _NAME.fullmatch(path.name)
                if found is not None and found[1] == Path(name).stem:
                    child, parent = (int(found[2]), found[3]), (int(found[4]), found[5])
                    self.parents.setdefault(child, {})[parent] = path
                    self.saves[child] += found[6] == "save"

    def numbers(self, wanted: str) -> set[int]:
        """The numbers under which a version is known; {0} where it is not."""
        olds = (old for olds in self.parents.values() for old in olds)
        return {number for number, said in (*self.parents, *olds) if said == wanted} or {0}

    def steps(self, start: _Version) -> dict[_Version, int]:
        """The versions that one goes back to, itself among them, each with the steps to it."""
        steps = {start: 0}
        waiting = [start]
        for at in waiting:
            for old in self.parents.get(at, {}):
                if old not in steps:
                    steps[old] = steps[at] + 1
                    waiting.append(old)
        return steps

    def nearest(self, one: _Version, other: _Version) -> _Version | None:
        """The newest version that two go back to.

        None where there is none, or two saves made it, each by itself: then the two sides need not
        have come from it.
        """
        ours, theirs = self.steps(one), self.steps(other)
        shared = [(ours[at] + theirs[at], at) for at in ours if at in theirs]
        found = min(shared)[1] if shared else None
        return found if found is not None and self.saves[found] < 2 else None

    def kept(self, version: _Version, root: Path) -> bytes:
        """What a version said; empty where it is not kept."""
        for olds in self.parents.values():
            if version in olds:
                with contextlib.suppress(EvaluatorError):
                    path = olds[version]
                    return read_bytes(path, path.name, root=root, limit=_LARGEST)
        return b""


def keep(folder: Path, name: str, new: bytes) -> None:
    """Keeps the version of `name` that is about to be replaced by `new`."""
    with contextlib.suppress(OSError, EvaluatorError):
        path = folder / name
        if not path.is_file() or max(path.stat().st_size, len(new)) > _LARGEST:
            return
        old = path.read_bytes()
        said = _digest(old)
        number = max(_Line(folder, name).numbers(said))
        _put(folder, name, ((number + 1, _digest(new)), (number, said)), "save", old)


def link(folder: Path, name: str, new: bytes, old: bytes) -> None:
    """Notes that the version `new` of a file holds all that its copy `old` said."""
    with contextlib.suppress(OSError, EvaluatorError):
        if max(len(new), len(old)) <= _LARGEST:
            line, child, parent = _Line(folder, name), _digest(new), _digest(old)
            pair = (max(line.numbers(child)), child), (max(line.numbers(parent)), parent)
            _put(folder, name, pair, "copy", old)


def common(folder: Path, root: Path, name: str, here: bytes, there: bytes) -> Source | None:
    """The newest version that both `here` and `there` were made from.

    None where none is kept, or where the versions leave a doubt: where one of the two may be an
    earlier version or a later one that says the same, as after an undo, and that would make a
    difference; or where both sides came to say the same by themselves.
    """
    line = _Line(folder, name)
    mine, other = _digest(here), _digest(there)
    found = {
        line.nearest((number, mine), (count, other))
        for number in line.numbers(mine)
        for count in line.numbers(other)
    }
    versions = [version for version in found if version is not None]
    if None in found or len({said for _, said in versions}) != 1:
        return None
    for data in (here, there, *(line.kept(version, root) for version in versions)):
        with contextlib.suppress(EvaluatorError):
            source = parse(data, name)
            if digest(source.document) == versions[0][1]:
                return source
    return None


def _digest(data: bytes) -> str:
    # Of what it says, not of its `[end]`: a version that was edited by hand is one of its own.
    return digest(parse(data, "").document)


def _put(folder: Path, name: str, pair: tuple[_Version, _Version], how: str, old: bytes) -> None:
    (child, new), (parent, said) = pair
    if new == said:
        return
    place = folder / FOLDER
    if not place.is_dir():
        place.mkdir()
        # Whoever shares by git has the versions there.
        (place / ".gitignore").write_text("*\n", encoding="utf-8")
    made = f"{Path(name).stem}-{child}-{new}-{parent}-{said}-{how}-{secrets.token_hex(3)}"
    (place / made).write_bytes(old)
    _make_room(place)


def _make_room(place: Path) -> None:
    kept = sorted(
        (path.stat().st_mtime_ns, path.stat().st_size, path)
        for path in place.iterdir()
        if _NAME.fullmatch(path.name)
    )
    room = sum(size for _, size, _ in kept)
    for _, size, path in kept:
        if room <= _ROOM:
            return
        path.unlink(missing_ok=True)
        room -= size
