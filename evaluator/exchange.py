"""Bringing sessions together: mailed ballots, corrected wording, packed sessions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from evaluator.errors import Problem, fail
from evaluator.model import Ballot, Cells, Criterion, Option, Participant
from evaluator.progress import Progress
from evaluator.project import Project
from evaluator.store import conflicts, history, limits
from evaluator.store.ballots import ballot_document, read_ballot, warn_unknown
from evaluator.store.checker import Checker, shown
from evaluator.store.documents import Document, Source, digest, dotted, dump, parse
from evaluator.store.files import read_bytes
from evaluator.store.names import is_file_key
from evaluator.store.pack import from_json, unfit, unpack
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
    hint: str = "What is here stands; score the cell to change it"
    hidden: bool = False

    @property
    def problem(self) -> Problem:
        """The difference as `check` would say it; `hidden`: nothing of what either side says."""
        key = dotted(tuple(filter(None, (self.table, self.option, self.criterion))))
        what = f"{key}: {shown(self.theirs)} {self.source}, {shown(self.here)} here"
        if self.hidden:
            what = f"{key}: another value {self.source} than here (the round is blind)"
        file = f"ballots/round-{self.round}/{self.participant}.toml"
        return Problem(file, None, key, what, self.hint, "warning")


class Merge(msgspec.Struct, frozen=True):
    """What a mailed ballot brings: cells taken, cells that differ, people taken in.

    `file` is the ballot's place inside the session's folder.
    """

    file: str = ""
    taken: int = 0
    differences: tuple[Difference, ...] = ()
    people: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def merge_ballot(
    workshop: Workshop, path: Path, *, dry_run: bool = False, as_: str | None = None
) -> Merge:
    """Takes a mailed ballot into a session: a cell that only one side has is taken.

    `as_` is who looks: of others' cells in a blind round they learn only that they differ.

    Raises:
        EvaluatorError: no ballot of this session, a closed round, a name that is a path.
    """
    ballot, warnings = read_mail(workshop, path)
    if workshop.session.rounds[ballot.round].state != "open":
        what = f"round {ballot.round} is closed: it never changes"
        raise fail(what, file=str(path), key="round")
    merge, made = merged(workshop, ballot, as_)
    if not dry_run:
        take(workshop, merge, made)
        workshop.save()
    return msgspec.structs.replace(merge, warnings=warnings)


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
    merge, made = merged(workshop, Ballot(participant, workshop.round, scores=kept), participant)
    if not dry_run and merge.taken:
        workshop.replace_ballot(made, whole=False)
    said = tuple(msgspec.structs.replace(d, source="in the table") for d in merge.differences)
    return msgspec.structs.replace(merge, differences=said)


def read_mail(workshop: Workshop, path: Path, file: str = "") -> tuple[Ballot, tuple[Problem, ...]]:
    """The ballot in a file that came from elsewhere, and what is odd about it.

    `file` is the name to blame (default: the path).

    Raises:
        EvaluatorError: no ballot of this session, or a name that is a path.
    """
    file = file or str(path)
    source = _whole(parse(read_bytes(path, file, limit=limits.SMALL), file))
    document = source.document
    if document.get("kind") != "ballot":
        raise fail("is no ballot", "Ask for the file under ballots/", file=file)
    who, round_ = document.get("participant"), document.get("round")
    if not isinstance(who, str) or not is_file_key(who):
        what = f"participant {shown(who)} can't be a ballot's name"
        raise fail(what, file=file, key="participant")
    if type(round_) is not int or round_ not in workshop.session.rounds:
        what = f"round {shown(round_)} is none of this session"
        raise fail(what, file=file, key="round")
    whole = Checker(source)
    whole.end()
    whole.stop_on_errors()  # what else is wrong with a ballot that is cut short helps nobody
    checker = Checker(source)
    ballot = read_ballot(checker, who, round_, workshop.session)
    checker.stop_on_errors()
    warn_unknown(checker, ballot, workshop.session, workshop.option_set.options)
    return ballot, tuple(checker.problems)


def _whole(source: Source) -> Source:
    """The source, where a ballot written by hand has no `[end]`: given an empty one.

    One that tells when it was saved was written by evaluator: without its end it is cut short.
    """
    if "end" in source.document or "updated" in source.document:
        return source
    document = {**source.document, "end": {"digest": ""}}
    return Source(source.file, source.text, document)


def merged(workshop: Workshop, ballot: Ballot, as_: str | None) -> tuple[Merge, Ballot]:
    """What a ballot from elsewhere brings, and the one of here with that in it.

    `as_` is who looks, as in `merge_ballot`.

    Raises:
        EvaluatorError: the ballot that is here can't be read.
    """
    who, round_ = ballot.participant, ballot.round
    begun = workshop.ballot(who, round_)
    here = begun if workshop.has_answered(who, round_) else Ballot(who, round_)
    found = _Together(who, round_, hidden=not workshop.sees_all(as_, round_) and as_ != who)
    tables = {name: found.cells(name, here, ballot) for name in _CELLS}
    for name in ("recused", "dissent"):
        tables[name] = found.row((name,), getattr(here, name), getattr(ballot, name))
    weights = tables["weights"] = found.row(("weights", ""), here.weights, ballot.weights)
    if set(weights) >= set(workshop.criteria) and not any(weights.values()):
        raise fail("together the two weights are all 0", "Give one criterion a weight above 0")
    found.unknown(here.extra, ballot.extra)
    new = who not in workshop.session.participants
    file = f"ballots/round-{round_}/{who}.toml"
    merge = Merge(file, found.taken, tuple(found.differences), (who,) if new else ())
    return merge, msgspec.structs.replace(here, **tables)


_CELLS = ("scores", "notes", "accepted", "confidence", "ranges", "looked")


class _Together:
    """Two ballots brought together: how much was taken, and what differs."""

    def __init__(self, participant: str, round_: int, *, hidden: bool) -> None:
        self.taken = 0
        self.differences: list[Difference] = []
        self._of = (participant, round_)
        self._hidden = hidden

    def cells(self, name: str, here: Ballot, there: Ballot) -> Cells:
        """The rows of a table of cells."""
        mine, other = getattr(here, name), getattr(there, name)
        rows = {id: self.row((name, id), mine.get(id, {}), row) for id, row in other.items()}
        return {**mine, **{id: row for id, row in rows.items() if row}}

    def row(self, path: tuple[str, ...], here: Mapping[str, Any], there: Mapping[str, Any]) -> Any:
        """A row: what is here, then what only there is."""
        for key, value in there.items():
            if key in here and here[key] != value and path[:1] != ("looked",):
                self.differences.append(self._difference((*path, key), here[key], value))
        new = {key: value for key, value in there.items() if key not in here}
        self.taken += len(new)
        return {**here, **new}

    def unknown(self, here: Mapping[str, Any], there: Mapping[str, Any]) -> None:
        """Keys of a later version: they are not taken over, but named where they differ."""
        for key, value in there.items():
            if here.get(key) != value:
                self.differences.append(self._difference((key,), here.get(key, "nothing"), value))

    def _difference(self, path: tuple[str, ...], here: Any, there: Any) -> Difference:
        table, option, criterion = (*path, "", "")[:3]
        cell = (table, option, criterion)
        return Difference(*self._of, *cell, here, there, hidden=self._hidden)


def take(workshop: Workshop, merge: Merge, made: Ballot) -> None:
    """Takes in what `merged` found; saving is the caller's."""
    for who in merge.people:
        workshop.set_participant(who, Participant(who))
    if merge.taken:
        workshop.replace_ballot(made)


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
    """What a session would take over from its project, in words, and what it leaves and why."""

    changes: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def refresh(
    workshop: Workshop, project: Project, *, dry_run: bool = False, save: bool = True
) -> Refresh:
    """Takes over what was corrected since freezing, and criteria that the project has gained.

    Of an option that is everything but its status where the session has decided on it; of a
    criterion its wording. Scores stay; those of an option whose title, summary or text is another
    now are marked to be looked at again. A criterion whose scale has changed is refused: it needs
    a new session; options and criteria that only one side has stay as they are, and are named. All
    that is taken is one step that undo takes back. With `save` False the caller sees to saving.
    """
    criteria, changes, refused = _criteria_now(workshop, project)
    options, also, left = _options_now(workshop, project)
    changes += also
    if changes and not dry_run:
        _apply(workshop, project, criteria, options)
        if save:
            workshop.save()
    return Refresh(tuple(changes), tuple(refused + left))


def _criteria_now(
    workshop: Workshop, project: Project
) -> tuple[dict[str, Criterion], list[str], list[str]]:
    """The criteria as the session would have them, what that changes, and what is left."""
    criteria = dict(workshop.criteria)
    changes, refused = [], []
    for id, now_ in project.criteria.items():
        old = criteria.get(id)
        plain = now_.frozen
        if old is None:
            criteria[id] = plain
            changes.append(f"criterion {id} is new; its cells are open")
        elif _scale(old) != _scale(plain):
            refused.append(f"criterion {id} has another scale now: that needs a new session")
        elif old != plain:
            criteria[id] = plain
            changes.append(f"criterion {id}: wording corrected")
    refused += [
        f"criterion {id} is not in the project now; the session keeps it and its scores"
        for id in workshop.criteria
        if id not in project.criteria
    ]
    return criteria, changes, refused


_WORDING: Final = ("title", "summary", "text", "section", "item", "lines")
_LINKS: Final = ("requires", "excludes")
_OTHERWISE: Final = ("tags", "actors", "keywords", *_LINKS, "reference", "status", "reason")


def _options_now(
    workshop: Workshop, project: Project
) -> tuple[dict[str, Option], list[str], list[str]]:
    """The options as the session would have them, what that changes, and what is left."""
    here, there = workshop.option_set.options, project.options.options
    options, changes, left = {**here}, [], []
    # An option that the project dropped may still be the one to compare with.
    other = next((id for id, o in here.items() if o.reference and id not in there), None)
    for id, said in there.items():
        option, old = said, here.get(id)
        if old is None or old == option:
            continue
        if option.reference and other is not None:
            option = msgspec.structs.replace(option, reference=False)
            left.append(f"option {id}: not the reference; {other} of this session is")
        new, kept = _corrected(old, option, here)
        left += [f"option {id}: {why}" for why in kept]
        if new != old:
            options[id] = new
            changes.append(f"option {id}: {'; '.join(_changed(old, new))}")
    new_ids = [id for id in there if id not in here]
    gone = [id for id in here if id not in there]
    if new_ids:
        left.append(f"{_some(new_ids)} new in the project; the session keeps those it began with")
    if gone:
        left.append(f"{_some(gone)} not in the project; the session keeps what it began with")
    return options, changes, left


def _corrected(old: Option, new: Option, here: Mapping[str, Option]) -> tuple[Option, list[str]]:
    """An option of the session with what the project says of it, and what is left of that.

    Costs and links that only the session has were entered there, and stay.
    """
    left = [
        f"resources.{name} {value:g} stays; the project names none"
        for name, value in old.resources.items()
        if name not in new.resources
    ]
    taken = {field: getattr(new, field) for field in (*_WORDING, *_OTHERWISE, "extra")}
    taken["resources"] = {**old.resources, **new.resources}
    for field in _LINKS:
        unknown = [id for id in taken[field] if id not in here]
        if unknown:
            left.append(f"{field} {', '.join(unknown)}: the session has no such option")
        taken[field] = tuple(id for id in taken[field] if id in here)
        if getattr(old, field) and not taken[field]:
            taken[field] = getattr(old, field)
            left.append(f"{field} {', '.join(taken[field])} stays; the project names no other")
    if old.status not in ("open", new.status):
        taken |= {"status": old.status, "reason": old.reason}
        left.append(f"status {old.status} was decided here and stays; the project: {new.status}")
    return msgspec.structs.replace(old, **taken), left


def _changed(old: Option, new: Option) -> list[str]:
    """What was corrected in an option, in words."""
    said = []
    if any(getattr(old, field) != getattr(new, field) for field in _WORDING):
        said.append("wording corrected")
    for name in {**old.resources, **new.resources}:
        was, is_ = old.resources.get(name, 0), new.resources.get(name, 0)
        if was != is_:
            said.append(f"resources.{name} {is_:g}, was {was:g}")
    said += [field for field in _OTHERWISE if getattr(old, field) != getattr(new, field)]
    if old.extra != new.extra:
        said.append("further keys")
    return said or ["resources"]


def _some(ids: list[str]) -> str:
    """The first few of some options, and that they are."""
    names = ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")
    return f"option {names} is" if len(ids) == 1 else f"options {names} are"


def _scale(criterion: Criterion) -> tuple[Any, ...]:
    scores = tuple(level.score for level in criterion.levels)
    return scores, criterion.scale, criterion.better, criterion.points


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


def unpack_file(
    project: Project, path: Path, *, dry_run: bool = False, progress: Progress | None = None
) -> list[Path]:
    """Reads a packed session (`.toml`, or an exported `.json` that has `packed`) into a project.

    `progress` is told (files written, files in all).

    Raises:
        EvaluatorError: no packed session, or an id that is there already.
    """
    source = _packed(path)
    folder, root = project.sessions_folder, project.root
    return unpack(source, folder, root, dry_run=dry_run, progress=progress)


def seal(path: Path) -> tuple[str, list[Problem]]:
    """The digest of what a packed session holds, and a warning for each part that does not fit.

    Raises:
        EvaluatorError: the file can't be read.
    """
    source = _packed(path)
    return digest(source.document), unfit(source)


def _packed(path: Path) -> Source:
    data = read_bytes(path, str(path), limit=limits.LARGE)
    return _packed_json(data, path) if path.suffix == ".json" else parse(data, str(path))


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
