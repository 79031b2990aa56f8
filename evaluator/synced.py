"""Taking in the conflict copies that a sync tool left in a session's folder."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec

from evaluator import exchange
from evaluator.edits import wording
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.exchange import Merge
from evaluator.model import OptionSet, Session
from evaluator.store import conflicts, history, merging
from evaluator.store.conflicts import Copy
from evaluator.store.documents import Source
from evaluator.store.files import name_in
from evaluator.workshop import Workshop

_KINDS: Final = ("options", "session", "ballot", "history")


class Taking(msgspec.Struct, frozen=True):
    """What a copy of session.toml or options.toml brings.

    Attributes:
        file: the file that counts.
        taken: what comes from the copy, in words, a key each.
        differences: what both sides say, and differently.
    """

    file: str
    taken: tuple[str, ...] = ()
    differences: tuple[Problem, ...] = ()


class Copies(msgspec.Struct, frozen=True):
    """What the conflict copies of a session bring, by the copy's path inside the session.

    Attributes:
        merges: copied ballots.
        frozen: copies of session.toml and options.toml.
        histories: copied histories, with the number of changes that the history here lacked.
        refused: what can't be taken in, each with its reason.
        aside: the copies that were put aside, or would be: all in them is here, or decided on.
        stays: the others.
    """

    merges: dict[str, Merge] = msgspec.field(default_factory=dict)
    frozen: dict[str, Taking] = msgspec.field(default_factory=dict)
    histories: dict[str, int] = msgspec.field(default_factory=dict)
    refused: tuple[Problem, ...] = ()
    aside: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.aside or self.stays)

    @property
    def differences(self) -> tuple[Problem, ...]:
        """What both sides say, and differently; what is here stands."""
        cells = [d.problem for merge in self.merges.values() for d in merge.differences]
        return (*cells, *(p for taking in self.frozen.values() for p in taking.differences))

    @property
    def brings(self) -> bool:
        """Whether there is anything to do: something to take, or a copy to put aside."""
        cells = any(merge.taken for merge in self.merges.values())
        keys = any(taking.taken for taking in self.frozen.values())
        return cells or keys or any(self.histories.values()) or bool(self.aside)


def merge_conflicts(
    workshop: Workshop, *, dry_run: bool = False, keep_here: bool = False, as_: str | None = None
) -> Copies:
    """Takes in the conflict copies in a session's folder: ballots, histories, session, options.

    What only one side has is taken; what differs keeps what is here and is named. A copy is moved
    to `.merged` inside the session once all that it says is here, or with `keep_here` is decided
    on; else it stays. One that can't be read stays, is named, and hinders no other. `as_` is who
    looks: of others' cells in a blind round they learn only that they differ.

    Raises:
        EvaluatorError: nothing was saved; then no copy has been moved.
    """
    folder = workshop.folder
    target = Workshop(folder, folder.load(), live=workshop.live) if dry_run else workshop
    found = conflicts.found(folder, target.session)
    run = _Run(target, as_, dry_run=dry_run, keep_here=keep_here)
    run.take_in(found)
    decided = [copy for copy in found if run.is_settled(copy)]
    if not dry_run:
        target.save()
        for copy in decided:
            conflicts.settle(folder, copy)
    refused = (*run.refused, *(() if keep_here else run.held.values()))
    aside = tuple(copy.name for copy in decided)
    stays = tuple(copy.name for copy in found if copy not in decided)
    return Copies(run.merges, run.frozen, run.histories, refused, aside, stays)


class _Run:
    """One run over the copies; what it finds out is in its tables, by the copies' names.

    `held`: ballots of a closed round, which say something else than the one that counts.
    """

    def __init__(
        self, workshop: Workshop, as_: str | None, *, dry_run: bool, keep_here: bool
    ) -> None:
        self.merges: dict[str, Merge] = {}
        self.frozen: dict[str, Taking] = {}
        self.histories: dict[str, int] = {}
        self.held: dict[str, Problem] = {}
        self.refused: list[Problem] = []
        self._workshop = workshop
        self._as = as_
        self._dry_run, self._keep_here = dry_run, keep_here
        self._disputed: dict[int, str] = {}
        self._last = _last(workshop)

    def take_in(self, copies: list[Copy]) -> None:
        """Takes in all copies.

        People, weights and the like come before ballots, so that whoever a ballot is of is known
        by name. Rounds come after the ballots of those that are open here, as a copy may close
        them; the ballots of rounds that only a copy has opened come last.
        """
        known = set(self._workshop.session.rounds)
        by_kind = {kind: [c for c in copies if c.kind == kind] for kind in _KINDS}
        late = [copy for copy in by_kind["ballot"] if copy.round not in known]
        early = [copy for copy in by_kind["ballot"] if copy.round in known]
        for copy in (*by_kind["options"], *by_kind["session"], *early, *by_kind["history"]):
            self._attempt(copy)
        for copy in by_kind["session"]:
            if copy.name in self.frozen:
                self._attempt(copy, rounds=True)
        for copy in late:
            self._attempt(copy)

    def is_settled(self, copy: Copy) -> bool:
        """Whether a copy may be put aside."""
        name = copy.name
        merge, taking = self.merges.get(name), self.frozen.get(name)
        differ = bool(merge and merge.differences) or bool(taking and taking.differences)
        if merge is not None or taking is not None or name in self.held:
            return self._keep_here or (name not in self.held and not differ)
        return name in self.histories

    def _attempt(self, copy: Copy, *, rounds: bool = False) -> None:
        try:
            if copy.kind == "options":
                self._options(copy)
            elif copy.kind == "session":
                self._session(copy, rounds=rounds)
            elif copy.kind == "ballot":
                self._ballot(copy)
            else:
                told = history.merge(copy.original, copy.path, copy.key, dry_run=self._dry_run)
                self.histories[copy.name] = told
        except EvaluatorError as error:
            self.refused += [p for p in error.problems if p.level == "error"]

    def _ballot(self, copy: Copy) -> None:
        workshop = self._workshop
        file = name_in(workshop.folder.root, copy.path)
        ballot, warnings = exchange.read_mail(workshop, copy.path, file)
        if (ballot.participant, ballot.round) != (copy.key, copy.round):
            what = f"is no ballot of {copy.key} in round {copy.round}, as its place says"
            raise fail(what, "It is not counted; move it away", file=file)
        merge, made = exchange.merged(workshop, ballot, self._as)
        is_open = workshop.session.rounds[ballot.round].state == "open"
        if not is_open and (merge.taken or merge.differences):
            what = f"round {ballot.round} is closed: it never changes"
            self.held[copy.name] = Problem(file, None, None, what, "", "warning")
            return
        exchange.take(workshop, merge, made)
        differences = tuple(
            msgspec.structs.replace(d, source="in the copy", hint="Score the cell to change it")
            for d in merge.differences
        )
        if differences and not self._keep_here:
            person = workshop.session.participants[ballot.participant]
            self._disputed[ballot.round] = person.name
        self.merges[copy.name] = msgspec.structs.replace(
            merge, differences=differences, warnings=warnings
        )

    def _options(self, copy: Copy) -> None:
        workshop = self._workshop
        source, there, base = conflicts.options_versions(workshop.folder, copy)
        try:
            found = merging.merge_options(workshop.option_set, there, base, file=source.file)
        except EvaluatorError as error:
            raise _together(error) from None
        self._keep(copy, source, workshop.session, found[0], found[1], found[2])

    def _session(self, copy: Copy, *, rounds: bool) -> None:
        workshop = self._workshop
        source, there, base = conflicts.session_versions(workshop.folder, copy)
        options = workshop.option_set
        said = {id: wording(option) for id, option in options.options.items()}
        try:
            session, taken, clashes = merging.merge_sessions(
                workshop.session,
                there,
                base,
                last=self._last,
                disputed=self._disputed,
                wordings=said,
                file=source.file,
            )
        except EvaluatorError as error:
            raise _together(error) from None
        if not rounds:
            mine = workshop.session
            session = msgspec.structs.replace(session, rounds=mine.rounds, round=mine.round)
            taken = tuple(step for step in taken if step.path[0] != "rounds")
        self._keep(copy, source, session, options, taken, clashes)

    def _keep(
        self,
        copy: Copy,
        source: Source,
        session: Session,
        options: OptionSet,
        taken: tuple[merging.Step, ...],
        clashes: tuple[merging.Clash, ...],
    ) -> None:
        """Takes over a merged session or its options, and notes what came and what differs."""
        workshop = self._workshop
        if options is not workshop.option_set:
            workshop.brief_changed()
        workshop.take_merged(session, options)
        before = self.frozen.get(copy.name, Taking(copy.original.name)).taken
        self.frozen[copy.name] = Taking(
            copy.original.name,
            (*before, *map(str, taken)),
            tuple(clash.problem(source, workshop.id) for clash in clashes),
        )


def _together(error: EvaluatorError) -> EvaluatorError:
    """Says of what is wrong with two files made one that neither is wrong alone."""
    said = "can't be taken in together with what is here"
    return EvaluatorError(
        [
            Problem(p.file, None, p.key, f"{said}: {p.what}", p.hint)
            for p in error.problems
            if p.level == "error"
        ]
    )


def _last(workshop: Workshop) -> dict[int, tuple[str, dt.datetime]]:
    """By round: who changed a ballot last, and when."""
    last: dict[int, tuple[str, dt.datetime]] = {}
    for round_ in workshop.session.rounds:
        for key, person in workshop.session.participants.items():
            if not workshop.has_answered(key, round_):
                continue
            at = workshop.ballot(key, round_).updated
            if at is not None and (round_ not in last or at > last[round_][1]):
                last[round_] = (person.name, at)
    return last
