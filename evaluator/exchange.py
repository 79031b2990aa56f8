"""Bringing sessions together: mailed ballots, corrected wording, packed sessions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import Ballot, Cells, Criterion, Option, Participant
from evaluator.project import Project
from evaluator.store import conflicts, history, limits
from evaluator.store.ballots import ballot_document, read_ballot, warn_unknown
from evaluator.store.checker import Checker, shown
from evaluator.store.documents import Document, Source, dotted, dump, parse
from evaluator.store.files import read_bytes
from evaluator.store.names import is_file_key
from evaluator.store.pack import from_json, unpack
from evaluator.workshop import Workshop


class Difference(msgspec.Struct, frozen=True):
    """A cell that both sides have, and differently; what is here stands."""

    participant: str
    round: int
    table: str
    option: str
    criterion: str
    here: Any
    theirs: Any
    source: str = "in the mail"

    @property
    def problem(self) -> Problem:
        """The difference as `check` would say it."""
        key = dotted(tuple(filter(None, (self.table, self.option, self.criterion))))
        what = f"{key}: {shown(self.theirs)} {self.source}, {shown(self.here)} here"
        hint = "What is here stands; score the cell to change it"
        file = f"ballots/round-{self.round}/{self.participant}.toml"
        return Problem(file, None, key, what, hint, "warning")


class Merge(msgspec.Struct, frozen=True):
    """What a mailed ballot brings: cells taken, cells that differ, people taken in.

    `file` is the ballot's place inside the session's folder.
    """

    file: str = ""
    taken: int = 0
    differences: tuple[Difference, ...] = ()
    people: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def merge_ballot(workshop: Workshop, path: Path, *, dry_run: bool = False) -> Merge:
    """Takes a mailed ballot into a session: a cell that only one side has is taken.

    A conflict copy that lies in the session's own folder is moved aside once it is taken in.

    Raises:
        EvaluatorError: no ballot of this session, a closed round, a name that is a path.
    """
    merge, made = _read_mail(workshop, path)
    if not dry_run:
        _take(workshop, merge, made)
        conflicts.put_aside(workshop.folder, path)
    return merge


def take_scores(
    workshop: Workshop, participant: str, scores: Cells, *, dry_run: bool = False
) -> Merge:
    """Takes scores from elsewhere into a participant's ballot of the round in view.

    As with a mailed ballot a cell that is scored here keeps its score, and is listed. Cells of
    options or criteria that the session does not have are left out.

    Raises:
        EvaluatorError: the round is closed.
    """
    known = workshop.option_set.options
    kept = {
        option: {id: score for id, score in row.items() if id in workshop.criteria}
        for option, row in scores.items()
        if option in known
    }
    if not workshop.can_score:
        raise fail(f"round {workshop.round} is closed: it never changes", "Open the next round")
    merge, made = _merged(workshop, Ballot(participant, workshop.round, scores=kept))
    if not dry_run and merge.taken:
        workshop.replace_ballot(made)
    said = tuple(msgspec.structs.replace(d, source="in the table") for d in merge.differences)
    return msgspec.structs.replace(merge, differences=said)


def _read_mail(workshop: Workshop, path: Path) -> tuple[Merge, Ballot]:
    """What a ballot in a file brings, and the ballot of here with that in it."""
    data = read_bytes(path, str(path), limit=limits.SMALL)
    source = _whole(parse(data, str(path)))
    document = source.document
    if document.get("kind") != "ballot":
        raise fail("is no ballot", "Ask for the file under ballots/", file=str(path))
    who, round_ = document.get("participant"), document.get("round")
    if not isinstance(who, str) or not is_file_key(who):
        what = f"participant {shown(who)} can't be a ballot's name"
        raise fail(what, file=str(path), key="participant")
    found = workshop.session.rounds.get(round_) if type(round_) is int else None
    if found is None:
        what = f"round {shown(round_)} is none of this session"
        raise fail(what, file=str(path), key="round")
    if found.state != "open":
        raise fail(f"round {round_} is closed: it never changes", file=str(path), key="round")
    checker = Checker(source)
    ballot = read_ballot(checker, who, int(round_ or 0), workshop.session)
    checker.stop_on_errors()
    warn_unknown(checker, ballot, workshop.session, workshop.option_set.options)
    merge, made = _merged(workshop, ballot)
    return msgspec.structs.replace(merge, warnings=tuple(checker.problems)), made


def _whole(source: Source) -> Source:
    """The source, where a ballot written by hand has no `[end]`: given an empty one."""
    if "end" in source.document:
        return source
    document = {**source.document, "end": {"digest": ""}}
    return Source(source.file, source.text, document)


def _merged(workshop: Workshop, ballot: Ballot) -> tuple[Merge, Ballot]:
    round_ = ballot.round
    here = workshop.ballots(round_).get(ballot.participant)
    here = here or Ballot(ballot.participant, round_)
    taken, differences = 0, []
    tables: dict[str, Any] = {}
    for table in ("scores", "notes", "accepted", "confidence", "ranges", "looked"):
        rows = {option: dict(row) for option, row in getattr(here, table).items()}
        for option, row in getattr(ballot, table).items():
            for criterion, theirs in row.items():
                ours = rows.get(option, {}).get(criterion)
                if ours is None:
                    rows.setdefault(option, {})[criterion] = theirs
                    taken += 1
                elif ours != theirs and table != "looked":
                    who = ballot.participant
                    differences.append(
                        Difference(who, round_, table, option, criterion, ours, theirs)
                    )
        tables[table] = rows
    weights = {**ballot.weights, **here.weights}
    taken += len(weights) - len(here.weights)
    for table in ("recused", "dissent"):
        ours, theirs = getattr(here, table), getattr(ballot, table)
        tables[table] = {**theirs, **ours}
        taken += len(tables[table]) - len(ours)
        differences += [
            Difference(ballot.participant, round_, table, option, "", ours[option], theirs[option])
            for option in ours
            if option in theirs and ours[option] != theirs[option]
        ]
    made = msgspec.structs.replace(here, weights=weights, **tables)
    new = ballot.participant not in workshop.session.participants
    people = (ballot.participant,) if new else ()
    file = f"ballots/round-{round_}/{ballot.participant}.toml"
    return Merge(file, taken, tuple(differences), people), made


def _take(workshop: Workshop, merge: Merge, made: Ballot) -> None:
    for who in merge.people:
        workshop.set_participant(who, Participant(who))
    if merge.taken:
        workshop.replace_ballot(made)
    workshop.save()


class Copies(msgspec.Struct, frozen=True):
    """What the conflict copies of a session bring, file by file.

    Attributes:
        merges: by the copy's path inside the session, what a copied ballot brings.
        histories: copied histories, with the number of changes that the history here lacked.
        refused: what can't be merged, each with its reason.
    """

    merges: dict[str, Merge] = msgspec.field(default_factory=dict)
    histories: dict[str, int] = msgspec.field(default_factory=dict)
    refused: tuple[Problem, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.merges or self.histories or self.refused)


def merge_conflicts(workshop: Workshop, *, dry_run: bool = False) -> Copies:
    """Takes in the conflict copies that a sync tool left in the session's folder, cell by cell.

    As with a mailed ballot a cell that only one side has is taken, and one that differs keeps what
    is here and is listed. A copy that was taken in is moved to `.merged` inside the session. A
    copy of the session or its options, of a closed round, or that can't be read stays, is named,
    and hinders no other.
    """
    merges: dict[str, Merge] = {}
    histories: dict[str, int] = {}
    refused: list[Problem] = []
    folder = workshop.folder
    for copy in conflicts.found(folder):
        name = copy.path.relative_to(folder.path).as_posix()
        try:
            if copy.kind == "ballot":
                merges[name] = merge_ballot(workshop, copy.path, dry_run=dry_run)
            elif copy.kind == "history":
                histories[name] = history.merge(copy.original, copy.path, copy.key, dry_run=dry_run)
                if not dry_run:
                    conflicts.put_aside(folder, copy.path)
            else:
                what = f"is a conflict copy of {copy.original.name}"
                hint = "Compare the two by hand, then move it away"
                refused.append(Problem(str(copy.path), None, None, what, hint, "warning"))
        except EvaluatorError as error:
            refused += [p for p in error.problems if p.level == "error"]
    return Copies(merges, histories, tuple(refused))


class Rebuilt(msgspec.Struct, frozen=True):
    """A ballot made again from its history: how much it holds, and where the damaged file lies."""

    participant: str
    round: int
    cells: int
    changes: int
    aside: str
    warnings: tuple[Problem, ...] = ()


def rebuild(
    workshop: Workshop, participant: str, round_: int | None = None, *, dry_run: bool = False
) -> Rebuilt:
    """Makes a damaged or missing ballot again from what its participant's history tells.

    The damaged file is kept in `.damaged` inside the session, and the history says that the ballot
    was rebuilt. This is also done in a closed round: it brings back what was there.

    Raises:
        EvaluatorError: the ballot is whole, or the history is not there, unreadable or silent.
    """
    number = round_ if round_ is not None else workshop.round
    folder = workshop.folder
    state = folder.load()
    file = f"sessions/{folder.id}/ballots/round-{number}/{participant}.toml"
    if participant in state.ballots.get(number, {}):
        raise fail("is not damaged", "A ballot that can be read is not rebuilt", file=file)
    told, problems = history.read(folder.path / "history" / f"{participant}.toml", folder.root)
    ballot = history.rebuild(participant, number, told, state)
    if ballot is None:
        hint = "Put back a copy of it, or take one in: evaluator sessions merge FILE"
        raise fail(
            f"can't be rebuilt: the history knows nothing of round {number}", hint, file=file
        )
    _refuse_odd(ballot, workshop, file)
    aside = ""
    if not dry_run:
        aside = conflicts.restore(folder, ballot, state)
        scan = workshop.scan()
        if scan is not None:
            workshop.take_in(scan)
    cells = sum(len(row) for row in ballot.scores.values())
    changes = sum(change.round == number for change in told)
    return Rebuilt(participant, number, cells, changes, aside, tuple(problems))


def _refuse_odd(ballot: Ballot, workshop: Workshop, file: str) -> None:
    """Refuses a ballot whose history was tampered with: it must read back as a good one."""
    document = ballot_document(ballot, workshop.session, list(workshop.option_set.options))
    checker = Checker(parse(dump(document), file))
    read_ballot(checker, ballot.participant, ballot.round, workshop.session)
    checker.stop_on_errors()


class Refresh(msgspec.Struct, frozen=True):
    """What a session would take over from its project, in words, and what it can't."""

    changes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def refresh(
    workshop: Workshop, project: Project, *, dry_run: bool = False, save: bool = True
) -> Refresh:
    """Takes over wording corrected since freezing, and criteria that the project has gained.

    Scores stay; those of an option whose title, summary or text is another now are marked to be
    looked at again. A criterion whose scale has changed is refused: it needs a new session. All of
    it is one step that undo takes back. With `save` False the caller sees to saving.
    """
    changes: list[str] = []
    refused: list[str] = []
    criteria = dict(workshop.criteria)
    for id, now_ in project.criteria.items():
        old = criteria.get(id)
        plain = _plain(now_)
        if old is None:
            criteria[id] = plain
            changes.append(f"criterion {id} is new; its cells are open")
        elif _scale(old) != _scale(plain):
            refused.append(f"criterion {id} has another scale now: that needs a new session")
        elif old != plain:
            criteria[id] = plain
            changes.append(f"criterion {id}: wording corrected")
    options = {**workshop.option_set.options}
    for id, option in project.options.options.items():
        old_option = options.get(id)
        if old_option is not None and _wording(old_option) != _wording(option):
            options[id] = _reworded(old_option, option)
            changes.append(f"option {id}: wording corrected")
    if changes and not dry_run:
        _apply(workshop, project, criteria, options)
        if save:
            workshop.save()
    return Refresh(tuple(changes), tuple(refused))


_WORDING = ("title", "summary", "text", "section", "tags", "actors", "keywords", "item", "lines")


def _wording(option: Option) -> tuple[Any, ...]:
    return tuple(getattr(option, field) for field in _WORDING)


def _reworded(old: Option, new: Option) -> Option:
    return msgspec.structs.replace(old, **{field: getattr(new, field) for field in _WORDING})


def _scale(criterion: Criterion) -> tuple[Any, ...]:
    scores = tuple(level.score for level in criterion.levels)
    return scores, criterion.scale, criterion.better, criterion.points


def _plain(criterion: Criterion) -> Criterion:
    fields = {name: getattr(criterion, name) for name in Criterion.__struct_fields__}
    return Criterion(**{**fields, "suggest": None})


def _apply(
    workshop: Workshop,
    project: Project,
    criteria: dict[str, Criterion],
    options: dict[str, Option],
) -> None:
    weights = {**workshop.session.weights}
    for id in criteria:
        weights.setdefault(id, project.weights.get(id, 10))
    workshop.live = project.criteria
    workshop.take_over(criteria, weights, options)
    workshop.brief_changed()


def unpack_file(project: Project, path: Path, *, dry_run: bool = False) -> list[Path]:
    """Reads a packed session (`.toml`, or an exported `.json` that has `packed`) into a project.

    Raises:
        EvaluatorError: no packed session, or an id that is there already.
    """
    data = read_bytes(path, str(path), limit=limits.LARGE)
    source = _packed_json(data, path) if path.suffix == ".json" else parse(data, str(path))
    return unpack(source, project.sessions_folder, project.root, dry_run=dry_run)


def _packed_json(data: bytes, path: Path) -> Source:
    import json

    try:
        document: Document = json.loads(data)
        packed = document.get("packed")
    except (ValueError, RecursionError, AttributeError) as error:
        raise fail(f"is no JSON document: {str(error)[:120]}", file=str(path)) from None
    if not isinstance(packed, dict):
        raise fail("holds no packed session", "Export it again with all ballots", file=str(path))
    return Source(str(path), "", from_json(packed))
