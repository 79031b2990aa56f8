"""Finds plugins without running any: files of the project, entry points of installed packages.

A project's plugin is read once, links not followed; the bytes that are hashed are the bytes that
are run.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NoReturn

import msgspec

from evaluator.errors import EvaluatorError, Problem, reason
from evaluator.plugin.memory import INIT
from evaluator.plugin.wire import Source

FOLDER: Final = "plugins"
MAX_BYTES: Final = 10_000_000
MAX_FILES: Final = 500
_LINK: Final = "is a link; a plugin must be an ordinary file or folder of the project"


class Found(msgspec.Struct, frozen=True):
    """A plugin that is there.

    Attributes:
        name: its file or folder, without `.py`; or the name of its entry point.
        label: what messages call it: `plugins/foo.py`, or `foo 0.3`.
        source: what a worker needs to load it.
        version: of the installed package; empty for a file.
        path: the file or folder, resolved; None for an installed one.
        digests: SHA-256 of each file by relative path.
        sha256: of the file; of a folder: of all paths and contents, sorted.
    """

    name: str
    label: str
    source: Source
    version: str = ""
    path: Path | None = None
    digests: dict[str, str] = msgspec.field(default_factory=dict)
    sha256: str = ""

    @property
    def key(self) -> str:
        """What trust and on/off are kept under."""
        return f"installed:{self.name}" if self.path is None else str(self.path)


def absolute(path: Path) -> Path:
    """The path from the root on, in which only its own last part may be a link."""
    place = path.absolute()
    return place.parent.resolve() / place.name


def find_in(root: Path) -> tuple[list[Found], list[Problem]]:
    """The plugins in a project's `plugins/`, in order of name; and what can't be one.

    Names that begin with `_` or `.` are no plugins. Nothing found is a fault of the project: every
    problem is a warning.
    """
    found: dict[str, Found] = {}
    problems: list[Problem] = []
    try:
        names = _names_in(root / FOLDER)
    except EvaluatorError as error:
        return [], _warnings(error)
    for name in names:
        try:
            plugin = _read_entry(root.resolve() / FOLDER / name, f"{FOLDER}/{name}")
        except EvaluatorError as error:
            problems += _warnings(error)
            continue
        if plugin is not None and plugin.name in found:
            what = f"has the same name as {found[plugin.name].label}, so it is left out"
            hint = "Rename one of them"
            problems.append(Problem(plugin.label, None, None, what, hint, "warning"))
        elif plugin is not None:
            found[plugin.name] = plugin
    return list(found.values()), problems


def _names_in(folder: Path) -> list[str]:
    """What lies in the folder of plugins, in order, but for what is no plugin by its name."""
    try:
        mode = folder.lstat().st_mode
        if stat.S_ISLNK(mode):
            _refuse(FOLDER, _LINK, "Put the folder itself here")
        if not stat.S_ISDIR(mode):
            hint = "Move it away; plugins are files in a folder of that name"
            _refuse(FOLDER, "is a file, not a folder of plugins", hint)
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(("_", ".")))
    except FileNotFoundError:
        return []
    except OSError as error:
        _refuse(FOLDER, _reason(error))


def _warnings(error: EvaluatorError) -> list[Problem]:
    return [msgspec.structs.replace(problem, level="warning") for problem in error.problems]


def _read_entry(path: Path, label: str) -> Found | None:
    """The plugin at one entry of the folder; None where it is none."""
    info = path.lstat()
    if stat.S_ISLNK(info.st_mode):
        _refuse(label, _LINK)
    if stat.S_ISDIR(info.st_mode):
        return read(path, label) if os.path.lexists(path / INIT) else None
    return read(path, label) if path.suffix == ".py" else None


def _refuse(label: str, what: str, hint: str = "") -> NoReturn:
    raise EvaluatorError([Problem(label, None, None, what, hint)])


def read(path: Path, label: str) -> Found:
    """The plugin in a file, or in a folder with `__init__.py`, read once.

    Args:
        path: where it is; its own last part must be no link, nor may anything inside it.
        label: what messages call it.

    Raises:
        EvaluatorError: it is not there, a link, no plugin, too large, or somebody else's.
    """
    if path.name == INIT:
        path = path.parent
    if not _is_utf8(path.name):
        _refuse(label, "has a name that is no Unicode", "Rename it")
    try:
        files = _files(path, label)
    except OSError as error:
        why = "is not there" if isinstance(error, FileNotFoundError) else _reason(error)
        raise EvaluatorError([Problem(label, None, None, why)]) from None
    from hashlib import sha256

    digests = {name: sha256(data).hexdigest() for name, data in sorted(files.items())}
    whole = digests[path.name] if path.name in files else _digest_of_all(files)
    name = path.name.removesuffix(".py") if path.name in files else path.name
    source = Source(name, str(path), files)
    return Found(name, label, source, "", path, digests, whole)


def _is_utf8(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _files(path: Path, label: str) -> dict[str, bytes]:
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        _refuse(label, _LINK)
    if not stat.S_ISDIR(mode):
        if path.suffix != ".py":
            _refuse(label, "is no plugin", "A plugin is a .py file, or a folder with __init__.py")
        return {path.name: _read_plain(path, label, MAX_BYTES)}
    if not os.path.lexists(path / INIT):
        _refuse(label, f"has no {INIT}, so it is no plugin")
    files: dict[str, bytes] = {}
    left = MAX_BYTES
    for inner in _walk(path, label):
        name = inner.relative_to(path).as_posix()
        if not _is_utf8(name):
            _refuse(label, "holds a file whose name is no Unicode", "Rename it")
        files[name] = _read_plain(inner, f"{label}/{name}", left)
        left -= len(files[name])
        if len(files) > MAX_FILES:
            _refuse(label, f"holds more than {MAX_FILES} files", "Install it as a package instead")
    return files


def _walk(folder: Path, label: str) -> Iterator[Path]:
    """Every file below a folder; byte code that Python left there is passed over."""
    for path in sorted(folder.iterdir()):
        name = path.name
        if name == "__pycache__":
            continue
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            _refuse(f"{label}/{name}", _LINK)
        if stat.S_ISDIR(mode):
            yield from _walk(path, f"{label}/{name}")
        else:
            yield path


def _read_plain(path: Path, label: str, limit: int) -> bytes:
    """An ordinary file's bytes; no link is followed and no pipe is waited for."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(descriptor, "rb") as file:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            _refuse(label, "is no ordinary file")
        if hasattr(os, "getuid") and info.st_uid not in (os.getuid(), 0):
            _refuse(
                label, "belongs to another user", "Make a copy of your own, and look through it"
            )
        data = file.read(limit + 1)
    if len(data) > limit:
        _refuse(label, f"is too large: {MAX_BYTES // 1_000_000} MB are the most")
    return data


def _digest_of_all(files: Mapping[str, bytes]) -> str:
    """SHA-256 over the sorted files; lengths keep one file's end apart from the next one's name."""
    from hashlib import sha256

    whole = sha256()
    for name, data in sorted(files.items()):
        whole.update(f"{len(name.encode())}:{len(data)}:{name}".encode())
        whole.update(data)
    return whole.hexdigest()


def _reason(error: OSError) -> str:
    return f"can't be opened: {reason(error)}"


def module_path(root: Path | None, places: Iterable[str]) -> list[str]:
    """The places for modules that are no part of the project; relative ones are none either.

    What this Python itself has (an environment kept inside the project) stays.
    """
    home = Path(sys.prefix).resolve()
    kept = []
    for place in places:
        path = Path(place)
        if not place or not path.is_absolute():
            continue
        real = path.resolve()
        if root is None or not real.is_relative_to(root) or real.is_relative_to(home):
            kept.append(place)
    return kept


def find_installed(root: Path | None) -> list[Found]:
    """The entry points of the group `evaluator`, in order of name; nothing is imported.

    What lies in the project itself counts as not installed.
    """
    places = module_path(root, sys.path)
    if not _any_entry_point(places):
        return []
    from importlib.metadata import distributions

    found: dict[tuple[str, str], Found] = {}
    for distribution in distributions(path=places):
        for point in distribution.entry_points.select(group="evaluator"):
            version = distribution.version or ""
            label = f"{point.name} {version}".strip()
            source = Source(point.name, entry=point.value)
            found.setdefault((point.name, point.value), Found(point.name, label, source, version))
    return [found[key] for key in sorted(found)]


def _any_entry_point(places: list[str]) -> bool:
    """Whether it is worth while to look: a scan of folders, far quicker than reading metadata."""
    for place in map(Path, places):
        if place.is_file():
            return True
        with contextlib.suppress(OSError):
            for name in os.listdir(place):  # noqa: PTH208 - twice as quick as making paths
                if name.endswith((".dist-info", ".egg-info")) and _offers(place / name):
                    return True
    return False


def _offers(info: Path) -> bool:
    try:
        return b"[evaluator]" in (info / "entry_points.txt").read_bytes()
    except OSError:
        return False
