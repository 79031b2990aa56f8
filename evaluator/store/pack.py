"""A whole session as one self-contained TOML file, for mailing and archiving; and back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.progress import Progress, counted, part
from evaluator.store import atomic, history, limits
from evaluator.store.checker import Checker
from evaluator.store.documents import SCHEMA, Document, Source, digest, dotted, dump
from evaluator.store.files import read_document
from evaluator.store.folder import OPTIONS, SESSION, SessionFolder
from evaluator.store.names import is_file_key

_ROUND: Final = re.compile(r"round-[1-9][0-9]{0,5}")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
_COMPARE: Final = "Compare the digest with the one in the report, or ask for the file again"
_SEALED: Final = ("session", "options")
_TIMES: Final = ("created", "opened", "closed", "revealed", "updated", "at")


def pack(
    folder: SessionFolder, *, checked: bool = False, progress: Progress | None = None
) -> Document:
    """The files of a session whole, each with its `[end]`, as the tables of one document.

    Ballots that can't be read, and files that are none, are an error: a copy is whole or none.
    `checked`: the session was opened from these very files, so they are not checked once more.
    `progress` is told how many of the files are read.
    """
    if not checked:
        folder.load()
    document: Document = {"schema": SCHEMA, "kind": "packed", "id": folder.id}
    root = folder.root
    document["session"] = read_document(folder.path / SESSION, root, limits.SMALL).document
    document["options"] = read_document(folder.path / OPTIONS, root, limits.LARGE).document
    ballots: Document = {}
    given = folder.ballot_files()
    for round_, who, path in counted(given, len(given), part(progress, 0, 50)):
        found = read_document(path, root, limits.SMALL).document
        ballots.setdefault(f"round-{round_}", {})[who] = found
    told = [path for path in folder.history_files() if is_file_key(path.stem)]
    histories = {
        path.stem: history.read_raw(path, root)[0]
        for path in counted(told, len(told), part(progress, 50, 100))
    }
    document |= {k: v for k, v in (("ballots", ballots), ("history", histories)) if v}
    return {**document, "end": {"digest": digest(document)}}


def packed_json(document: Document) -> Document:
    """A packed session with its times as texts, for JSON."""
    return {key: _as_json(value) for key, value in document.items()}


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value


def from_json(value: Any) -> Any:
    """A packed session from JSON: the texts in the places of times are times again."""
    if isinstance(value, dict):
        return {
            key: dt.datetime.fromisoformat(inner)
            if key in _TIMES and isinstance(inner, str) and _TIME.fullmatch(inner)
            else from_json(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [from_json(inner) for inner in value]
    return value


def unpack(
    source: Source,
    sessions: Path,
    root: Path,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> list[Path]:
    """Writes the session in a packed document; answers the files.

    `progress` is told how many of them are written.

    Everything is checked in a folder aside first, which is then renamed: all of it or nothing.

    Raises:
        EvaluatorError: no packed session, cut short, a path in it, or an id that is there already.
    """
    checker = Checker(source)
    document = source.document
    id = document.get("id")
    if document.get("kind") != "packed":
        raise fail("is no packed session", "Pack one with: sessions pack", file=source.file)
    if not isinstance(id, str) or not is_file_key(id):
        raise fail(f"id {str(id)[:60]!r} can't name a session", file=source.file, key="id")
    checker.schema()
    checker.end()
    checker.stop_on_errors()
    if (sessions / id).exists() or (sessions / id).is_symlink():
        hint = "Use sessions merge to take its ballots in"
        raise fail(f"a session {id!r} is there already", hint, file=source.file)
    files = _files(checker, document)
    checker.stop_on_errors()
    aside = sessions / f".{id}.unpacking"
    try:
        written = counted(files.items(), len(files), progress)
        made = _write(written, aside / id, root, source.file)
        if not dry_run:
            (aside / id).replace(sessions / id)
            atomic.sync_folder(sessions)
    finally:
        _remove(aside)
    return [sessions / id / path.relative_to(aside / id) for path in made]


def unfit(source: Source) -> list[Problem]:
    """What in a packed session was changed after it was sealed: files whose digest does not fit.

    The last is the pack's own. Whoever changes a file may seal it anew, so that nothing is found
    proves nothing: the digest itself must be compared with one that was kept elsewhere.
    """
    document = source.document
    parts: list[tuple[tuple[str, ...], Any]] = [((k,), document.get(k)) for k in _SEALED]
    rounds = document.get("ballots")
    for round_, given in (rounds if isinstance(rounds, dict) else {}).items():
        if isinstance(given, dict):
            parts += [(("ballots", round_, who), ballot) for who, ballot in given.items()]
    found = [path for path, part_ in parts if isinstance(part_, dict) and not _fits(part_)]
    if not _fits(document):
        found.append(("end", "digest"))
    return [
        Problem(
            source.file, source.line(path), dotted(path),
            f"{'the whole' if path[0] == 'end' else dotted(path)} does not fit its digest: "
            "it was changed after it was sealed",
            _COMPARE if path == found[-1] else "", "warning",
        )
        for path in found
    ]  # fmt: skip


def _fits(document: Document) -> bool:
    end = document.get("end")
    return isinstance(end, dict) and end.get("digest") == digest(document)


def _files(checker: Checker, document: Document) -> dict[str, Document]:
    files = {
        OPTIONS: checker.table(document, "options", ()),
        SESSION: checker.table(document, "session", ()),
    }
    ballots = checker.table(document, "ballots", ())
    for round_ in ballots:
        if not _ROUND.fullmatch(round_):
            checker.report(("ballots", round_), f"ballots.{round_!r:.60} is no round")
            continue
        inner = checker.table(ballots, round_, ("ballots",))
        for who in inner:
            if _is_key(checker, ("ballots", round_, who)):
                name = f"ballots/{round_}/{who}.toml"
                files[name] = checker.table(inner, who, ("ballots", round_))
    histories = checker.table(document, "history", ())
    for who in histories:
        if _is_key(checker, ("history", who)):
            files[f"history/{who}.toml"] = checker.table(histories, who, ("history",))
    return files


def _is_key(checker: Checker, path: tuple[str, ...]) -> bool:
    if is_file_key(path[-1]):
        return True
    checker.report(path, f"{path[-1]!r:.60} can't be a file's name")
    return False


def _write(
    files: Iterable[tuple[str, Document]], folder: Path, root: Path, file: str
) -> list[Path]:
    made = []
    for name, document in files:
        path = folder / name
        atomic.make_folder(path.parent)
        if name.startswith("history/"):
            data = _history_bytes(document)
        else:
            end = document.get("end")
            data = dump(document, end=end if isinstance(end, dict) else {})
        path.write_bytes(data)
        made.append(path)
    try:
        state = SessionFolder(folder, root).load()
    except EvaluatorError as error:
        raise _blamed(error.problems, file) from None
    broken = [p for of in state.broken.values() for ps in of.values() for p in ps]
    if broken:
        raise _blamed(tuple(broken), file)
    return made


def _blamed(problems: tuple[Problem, ...], file: str) -> EvaluatorError:
    """The same problems, said of the packed file: the folder aside is gone in a moment."""
    return EvaluatorError(
        [
            Problem(file, None, p.key, f"{Path(p.file).name}: {p.what}", p.hint, p.level)
            for p in problems
            if p.level == "error"
        ]
    )


def _history_bytes(document: Document) -> bytes:
    import tomli_w

    head = {key: value for key, value in document.items() if key != "change"}
    rows = document.get("change", [])
    blocks = [f"\n[[change]]\n{tomli_w.dumps(row)}" for row in rows if isinstance(row, dict)]
    return (tomli_w.dumps(head) + "".join(blocks)).encode("utf-8")


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
