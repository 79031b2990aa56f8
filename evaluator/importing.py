"""From what a reader found to an options file: ids, likeness to what is there, and the writing.

Nothing here asks anybody: the command line and the app show a `Plan` first and write it after.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import msgspec

from evaluator.api import Candidate, Draft, Reader
from evaluator.errors import EvaluatorError, Problem, fail, unknown
from evaluator.model import Option, OptionSet
from evaluator.progress import Progress, counted, part
from evaluator.store import limits
from evaluator.store.checker import Checker
from evaluator.store.documents import Source, dump
from evaluator.store.files import read_bytes, read_document, write_file
from evaluator.store.names import free_slug
from evaluator.store.options import options_document, read_options
from evaluator.writers import json as shapes

Change: TypeAlias = Literal["new", "changed", "same"]

WORDS: Final = 5  # significant words of a title that make an id
LONGEST: Final = 32  # characters past which an id takes no further word
ALIKE: Final = 0.8  # titles from this likeness on (0–1) are of one option
ALIKE_ITEM: Final = 0.5  # where the item's number agrees too
_WORD_LIKE: Final = frozenset((".doc", ".odt", ".rtf", ".pages"))
_PAIRS: Final = 40_000  # comparisons up to which everything is compared with everything
_LIKELIEST: Final = 20
_IDLE: Final = frozenset((
    "a", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "can", "could",
    "do", "does", "for", "from", "had", "has", "have", "if", "in", "into", "is", "it", "its",
    "may", "might", "more", "must", "need", "needs", "not", "of", "on", "or", "our", "shall",
    "should", "so", "such", "than", "that", "the", "their", "them", "then", "there", "these",
    "they", "this", "those", "through", "to", "towards", "under", "up", "upon", "us", "was",
    "we", "were", "what", "when", "where", "which", "while", "who", "will", "with", "within",
    "would", "you", "your",
))  # fmt: skip


class Row(msgspec.Struct, frozen=True):
    """One option of a plan, as it would stand in the file, and what that changes."""

    change: Change
    option: Option


class Plan(msgspec.Struct, frozen=True):
    """What an import would do.

    Attributes:
        rows: the options that were read, in their order.
        gone: ids in the file that the source no longer has; they stay.
        merged: the options file as it would be.
        warnings: sentences for the person who imports.
    """

    rows: tuple[Row, ...]
    gone: tuple[str, ...]
    merged: OptionSet
    warnings: tuple[str, ...] = ()


def choose_reader(readers: Mapping[str, Reader], path: Path, format: str | None) -> Reader:
    """The reader for a format's name, or for the file's suffix.

    Raises:
        EvaluatorError: none; the error lists the formats.
    """
    if format is not None:
        if format not in readers:
            raise unknown("format", format, readers)
        return readers[format]
    for reader in readers.values():
        if path.suffix.lower() in reader.suffixes:
            return reader
    if path.suffix.lower() in _WORD_LIKE:
        raise fail(
            f"no reader for {path.suffix!r}", "Save it as .docx, and import that", file=str(path)
        )
    formats = ", ".join(sorted({s for reader in readers.values() for s in reader.suffixes}))
    hint = f"Known: {formats}; or say --format {' | '.join(readers)}"
    raise fail(f"no reader for {path.suffix or 'a file without a suffix'!r}", hint, file=str(path))


def read(
    path: Path,
    readers: Mapping[str, Reader],
    format: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Draft:
    """What a file proposes as options.

    Args:
        path: the file.
        readers: by name.
        format: a reader's name; None: by the file's suffix.
        columns: of a table, by heading what a column holds ("": nothing); the others are found.

    Raises:
        EvaluatorError: no such file, format or field, bad data, or nothing in it.
    """
    if not path.exists() and not path.is_symlink():
        raise fail("is not there", "Check the name", file=str(path))
    if path.is_dir():
        raise fail("is a folder, not a file", "Name a file in it", file=str(path))
    reader = choose_reader(readers, path, format)
    data = read_bytes(path, str(path), limit=limits.TABLE)
    try:
        if columns and reader.mapped is not None:
            draft = reader.mapped(data, path.name, columns)
        else:
            draft = reader.read(data, path.name)
    except EvaluatorError as error:
        raise _blamed(error, path) from None
    except Exception as error:  # a reader may be anybody's, and fail in any way
        what = f"the reader {reader.id!r} failed on it: {type(error).__name__}: {error}"[:200]
        raise fail(what, "That is the reader's fault; try --format", file=str(path)) from error
    if not any(found.items for found in draft.lists + draft.more):
        raise _nothing(str(path))
    meta = {"source": path.name, "sha256": hashlib.sha256(data).hexdigest(), **draft.meta}
    return msgspec.structs.replace(draft, meta=meta)


def check_columns(draft: Draft, said: Iterable[str], file: str) -> None:
    """Whether a table has the columns that somebody has just said something of.

    Raises:
        EvaluatorError: it has not; names the column, and those there are.
    """
    for heading in said:
        if heading not in draft.columns:
            there = ", ".join(repr(name) for name in list(draft.columns)[:12]) or "none"
            raise fail(f"has no column {heading[:60]!r}", f"There are: {there}", file=file)


def _nothing(file: str) -> EvaluatorError:
    hint = "Recommendations are found as a list; a table needs a column title"
    return fail("no option was found in it", hint, file=file)


def _blamed(error: EvaluatorError, path: Path) -> EvaluatorError:
    """The same problems, said of the path as it was typed."""
    return EvaluatorError(
        [
            Problem(
                str(path) if p.file in ("", path.name) else p.file,
                p.line, p.key, p.what, p.hint, p.level,
            )
            for p in error.problems
        ]
    )  # fmt: skip


def existing(path: Path) -> OptionSet | None:
    """The options in a file that is to be merged into; None where it is not there yet."""
    if not path.exists() and not path.is_symlink():
        return None
    checker = Checker(read_document(path, None, limits.LARGE, str(path)))
    found = read_options(checker)
    checker.stop_on_errors()
    return found


def make_id(title: str, taken: Mapping[str, Any]) -> str:
    """A free id from the first significant words of a title."""
    plain = re.sub(r"(?<![^\W_])([^\W\d_])\.(?=[^\W\d_])", r"\1", re.sub("[’']", "", title))
    words = re.findall(r"[^\W_]+", plain)
    significant = [word for word in words if word.casefold() not in _IDLE] or words
    chosen: list[str] = []
    for word in significant[:WORDS]:
        if len(chosen) > 1 and len("-".join((*chosen, word))) > LONGEST:
            break
        chosen.append(word)
    return free_slug(" ".join(chosen) or title, taken)


def plan(
    draft: Draft,
    items: Sequence[Candidate] | None = None,
    into: OptionSet | None = None,
    keywords: Sequence[tuple[str, ...]] = (),
    progress: Progress | None = None,
) -> Plan:
    """What importing would do.

    Args:
        draft: what a reader found.
        items: the candidates that were accepted; None: those of the likeliest list.
        into: the options that are there already; None: a new file.
        keywords: for each item those that it gets if it is new and has none.
        progress: told (items done, items in all).

    Raises:
        EvaluatorError: a candidate's fields are no good; an id is malformed or given twice; no
            list is likely, and nobody has chosen one.
    """
    if items is None and not draft.options:
        raise _nothing(draft.meta.get("source", ""))
    candidates = list(draft.options if items is None else items)
    there = into if into is not None else OptionSet()
    _refuse_twice(candidates)
    compared = part(progress, 0, 70)
    matches = _matches(candidates, there, numbered=bool(draft.source), progress=compared)
    taken: dict[str, Any] = dict(there.options) | {c.id: None for c in candidates if c.id}
    rows = []
    numbered = enumerate(candidates, 1)
    for number, candidate in counted(numbered, len(candidates), part(progress, 70, 90)):
        known = there.options.get(matches.get(number - 1, ""))
        id = known.id if known is not None else candidate.id or make_id(candidate.title, taken)
        taken[id] = None
        item = number if draft.source else None
        proposed = keywords[number - 1] if keywords and known is None else ()
        described = _described(candidate, proposed)
        rows.append(_row(described, id, item, known, keep_title=bool(draft.source)))
    fresh = _checked({row.option.id: row.option for row in rows}, draft)
    rows = [Row(row.change, fresh[row.option.id]) for row in rows]
    gone = tuple(id for id in there.options if id not in fresh)
    merged = _merged(there, fresh, draft)
    return Plan(tuple(rows), gone, merged, tuple(draft.warnings))


def _described(candidate: Candidate, keywords: tuple[str, ...]) -> Candidate:
    """A candidate with keywords, where it has none of its own."""
    if not keywords or "keywords" in candidate.rest:
        return candidate
    rest = {**candidate.rest, "keywords": list(keywords)}
    return msgspec.structs.replace(candidate, rest=rest)


def _refuse_twice(candidates: Sequence[Candidate]) -> None:
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.id and candidate.id in seen:
            raise fail(f"the id {candidate.id!r} is given twice", "Each option has its own")
        seen.add(candidate.id)


def _matches(
    candidates: Sequence[Candidate],
    there: OptionSet,
    *,
    numbered: bool,
    progress: Progress | None,
) -> dict[int, str]:
    """Which candidate is which option that is there: by id, else by likeness and item."""
    found = {n: c.id for n, c in enumerate(candidates) if c.id in there.options}
    if not there.options:
        return found
    found |= _equals(candidates, there, found)
    left = {n: c for n, c in enumerate(candidates) if n not in found}
    taken = set(found.values())
    options = {id: option for id, option in there.options.items() if id not in taken}
    pairs = _alike(left, options, numbered=numbered, progress=progress)
    for _, n, id in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if n not in found and id not in taken:
            found[n] = id
            taken.add(id)
    return found


def _alike(
    left: Mapping[int, Candidate],
    options: Mapping[str, Option],
    *,
    numbered: bool,
    progress: Progress | None,
) -> Iterator[tuple[float, int, str]]:
    """(how alike, candidate, option) of those that may be the same; one more for the same item."""
    comparable = _comparable(left, options)
    for n, ids in counted(comparable.items(), len(comparable), progress):
        candidate = left[n]
        item = candidate.rest.get("item") or (n + 1 if numbered else None)
        for id in ids:
            option = options[id]
            same_item = item is not None and option.item == item
            likeness = _likeness(candidate, option)
            if likeness >= (ALIKE_ITEM if same_item else ALIKE):
                yield likeness + same_item, n, id


def _equals(
    candidates: Sequence[Candidate], there: OptionSet, found: Mapping[int, str]
) -> dict[int, str]:
    """Candidates with the very text (or without one the title) of one option that is there."""
    taken = set(found.values())
    by_words: dict[str, list[str]] = {}
    for id, option in there.options.items():
        if id not in taken:
            by_words.setdefault(option.text or option.title, []).append(id)
    equal: dict[int, str] = {}
    for n, candidate in enumerate(candidates):
        ids = by_words.get(candidate.text or candidate.title, [])
        if n not in found and len(ids) == 1:
            equal[n] = ids.pop()
    return equal


def _comparable(
    candidates: Mapping[int, Candidate], options: Mapping[str, Option]
) -> dict[int, Iterable[str]]:
    """For each candidate the options to compare it with: all, or of very many the likeliest.

    Of very many they are those of the same item, and those whose titles share its rarest words.
    """
    if len(candidates) * len(options) <= _PAIRS:
        return dict.fromkeys(candidates, options)
    holders: dict[str, list[str]] = {}
    for id, option in options.items():
        for word in set(option.title.casefold().split()):
            holders.setdefault(word, []).append(id)
    by_item = {option.item: id for id, option in options.items() if option.item is not None}
    found: dict[int, Iterable[str]] = {}
    for n, candidate in candidates.items():
        words = {word for word in candidate.title.casefold().split() if word in holders}
        ids = {by_item[n + 1]: None} if n + 1 in by_item else {}
        for word in sorted(words, key=lambda word: len(holders[word])):
            if len(ids) >= _LIKELIEST:
                break
            ids |= dict.fromkeys(holders[word][:_LIKELIEST])
        found[n] = ids
    return found


def _likeness(candidate: Candidate, option: Option) -> float:
    """How much the titles, or the texts where both have one, are alike, 0–1."""
    from rapidfuzz import fuzz
    from rapidfuzz.utils import default_process

    titles = fuzz.token_sort_ratio(candidate.title, option.title, processor=default_process)
    if not candidate.text or not option.text:
        return float(titles) / 100
    texts = fuzz.ratio(candidate.text, option.text, processor=default_process)
    return float(max(titles, texts)) / 100


def _row(
    candidate: Candidate, id: str, item: int | None, known: Option | None, *, keep_title: bool
) -> Row:
    """The option as it would stand: given fields replace, what is not given stays."""
    given: dict[str, Any] = {"title": candidate.title, "text": candidate.text, **candidate.rest}
    given = {n: _with_lf(v) if isinstance(v, str) else v for n, v in given.items()}
    if candidate.lines is not None:
        given["lines"] = candidate.lines
    if item is not None:
        given.setdefault("item", item)
    given = {name: value for name, value in given.items() if value not in (None, "", [], (), {})}
    fields = {n: tuple(v) if isinstance(v, list) else v for n, v in given.items()}
    known_fields: dict[str, Any] = {
        n: v for n, v in fields.items() if n in Option.__struct_fields__
    }
    extra = {n: v for n, v in fields.items() if n not in Option.__struct_fields__}
    if known is None:
        known_fields |= {"id": id, "extra": extra}
        return Row("new", Option(**known_fields))
    if keep_title:
        known_fields.pop("title")
    made = msgspec.structs.replace(known, **known_fields, extra={**known.extra, **extra})
    return Row("same" if made == known else "changed", made)


def _with_lf(text: str) -> str:
    """Text as a file will hold it: LF for line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _checked(options: dict[str, Option], draft: Draft) -> dict[str, Option]:
    """The same options, looked at as if they had been read from an options file."""
    document = options_document(OptionSet(options=options))
    checker = Checker(Source(draft.meta.get("source", ""), "", document))
    found = read_options(checker)
    links = ("requires", "excludes")
    errors = [p for p in checker.errors if not (p.key or "").rpartition(".")[2].startswith(links)]
    if errors:
        raise EvaluatorError(errors)
    return found.options


def _merged(there: OptionSet, fresh: dict[str, Option], draft: Draft) -> OptionSet:
    """The whole file: what is there in its order, with the changes, then what is new."""
    options = {**there.options, **fresh}
    head = {
        name: getattr(there, name) or draft.meta.get(name, "")
        for name in ("author", "publisher", "published", "source", "sha256")
    }
    if there.source in ("", draft.meta.get("source")):
        head["sha256"] = draft.meta.get("sha256", "")
    title = there.title or draft.title
    return msgspec.structs.replace(there, title=title, options=options, **head)


def document(found: Plan, title: str) -> dict[str, Any]:
    """The document of `import --json`."""
    return {
        "title": found.merged.title or title,
        "options": [
            {**shapes.options([row.option])[0], "change": row.change} for row in found.rows
        ],
        "gone": list(found.gone),
        "warnings": list(found.warnings),
    }


def write(found: Plan, path: Path) -> str:
    """Writes the options file; answers a warning where the disk did not confirm it.

    Raises:
        EvaluatorError: it could not be written, or would be too large.
    """
    data = dump(options_document(found.merged))
    if len(data) > limits.LARGE:
        raise fail(f"would be larger than {limits.LARGE / limits.MB:g} MB", file=str(path))
    return write_file(path, data)
