"""How an open session changes: in steps that can be undone, told to listeners, and saved.

What is to be saved is handed to the store in three steps, so that a screen can run the middle one
in a worker: `take_save()` (here), `SaveJob.run()` (anywhere), `saved(job)` (here).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import msgspec

from evaluator.edits import Edit, Step, told, topics
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import Change, Criterion, Number
from evaluator.standing import Standing
from evaluator.store.documents import now
from evaluator.store.folder import SaveJob, SaveResult, SessionFolder, State


class Changed(msgspec.Struct, frozen=True):
    """Told to listeners after every change.

    `topics` say what kind of things changed; `cells` the (option, criterion) cells that did.
    """

    topics: frozenset[str]
    cells: frozenset[tuple[str, str]] = frozenset()
    label: str = ""


class Saved(msgspec.Struct, frozen=True):
    """Told to listeners when what they were shown is on the disk."""

    at: dt.datetime
    warning: str = ""


class SaveFailed(msgspec.Struct, frozen=True):
    """Told to listeners when nothing could be saved; the data stays in memory."""

    problem: Problem


class Scan(msgspec.Struct, frozen=True):
    """What the folder says now, and what it was compared with."""

    base: State
    found: State


Event: TypeAlias = Changed | Saved | SaveFailed
Listener: TypeAlias = Callable[[Event], None]


class Changing(Standing):
    """A session as it stands, and the one way in which it becomes another."""

    def __init__(
        self,
        folder: SessionFolder,
        state: State,
        me: str | None = None,
        *,
        round_: int | None = None,
        live: Mapping[str, Criterion] | None = None,
    ) -> None:
        super().__init__(folder, state, me, round_, live)
        self._base = state
        self._begun_now = not state.on_disk
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._settled = False
        self._pending: list[tuple[str, Change]] = []
        self._listeners: list[Listener] = []
        self.revision = 0
        self.saved_at: dt.datetime | None = None
        self.failure: Problem | None = None

    # -- undo and redo

    @property
    def undo_label(self) -> str | None:
        """What undo would take back, or None."""
        return self._undo[-1].label if self._undo else None

    @property
    def redo_label(self) -> str | None:
        """What redo would do again, or None."""
        return self._redo[-1].label if self._redo else None

    def undo(self) -> Step | None:
        """Takes the last change back; answers it, or None where there is none."""
        if not self._undo:
            return None
        step = self._undo[-1]
        back = tuple(edit.back for edit in reversed(step.edits))
        self._apply(back, "undo")
        self._redo.append(self._undo.pop())
        self._tell(self._changed(back, f"undo {step.label}"))
        return step

    def redo(self) -> Step | None:
        """Does again what was undone; answers it, or None where there is none."""
        if not self._redo:
            return None
        step = self._redo[-1]
        self._apply(step.edits, "redo")
        self._undo.append(self._redo.pop())
        self._tell(self._changed(step.edits, f"redo {step.label}"))
        return step

    def _settle(self) -> None:
        """Forgets the steps: from now on undo takes none of them back."""
        self._settled = self._settled or bool(self._undo)
        self._undo.clear()
        self._redo.clear()

    # -- listening and saving

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Tells `listener` of every change from now on; answers a function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def unsaved(self) -> bool:
        """Whether something has changed that is not on the disk yet.

        A session of one's own that holds nothing but who takes part is not worth a folder yet.
        """
        if not self.on_disk and not self._undo and not self._settled:
            return False
        return self._state is not self._base and self._state.differs(self._base)

    def take_save(self) -> SaveJob | None:
        """What has to be saved now, as a job that any thread may run; None where nothing has."""
        if not self.unsaved:
            return None
        job = SaveJob(self._folder, self._base, self._state, tuple(self._pending))
        self._pending = []
        return job

    def saved(self, job: SaveJob, result: SaveResult | EvaluatorError) -> None:
        """Takes in what a save did: merged cells of others, or the failure (all is kept)."""
        if isinstance(result, EvaluatorError):
            self._pending = [*job.changes, *self._pending]
            self.failure = result.problems[0]
            self._tell(SaveFailed(self.failure))
            return
        newest = self.session.round
        self._base = result.state
        self._state = result.state.with_later(job.mine, self._state)
        self._keep_up(newest)
        self.failure = None
        self.saved_at = result.at
        if result.taken or result.clashes:
            self._remember_clashes(result)
            self._stale()
            self._tell(Changed(frozenset({"scores", "ballots", "session"}), label="merged"))
        self._tell(Saved(result.at, result.warning))

    def _keep_up(self, newest: int) -> None:
        """Whoever looks at the newest round goes on to one that was opened elsewhere."""
        if self.round == newest or self.round not in self.session.rounds:
            self.round = self.session.round

    def _remember_clashes(self, result: SaveResult) -> None:
        """Where both sides changed a cell ours stands; undo brings the other back."""
        edits = tuple(Edit(target, theirs, mine) for target, theirs, mine in result.clashes)
        if edits:
            self._undo.append(Step("change made elsewhere", edits))

    def save(self) -> None:
        """Saves at once, in this thread.

        Raises:
            EvaluatorError: nothing was saved.
        """
        job = self.take_save()
        if job is None and not self.on_disk:
            job = SaveJob(self._folder, self._base, self._state, tuple(self._pending))
        if job is None:
            return
        try:
            result = job.run()
        except EvaluatorError as error:
            self.saved(job, error)
            raise
        self.saved(job, result)

    def scan(self) -> Scan | None:
        """What others have changed on the disk since it was read, or None; for any thread."""
        base = self._base
        found = self._folder.changed_since(base)
        return Scan(base, found) if found is not None else None

    def take_in(self, scan: Scan) -> bool:
        """Takes in what `scan` found; answers whether anything shown has changed."""
        if scan.base is not self._base:
            return False
        mine = self._state
        self._state = scan.found.with_later(self._base, mine)
        self._base = scan.found
        self._keep_up(mine.session.round)
        if not self._state.differs(mine):
            return False
        self._stale()
        self._tell(Changed(frozenset({"scores", "ballots", "session"}), label="came in"))
        return True

    # -- how a change is made

    def _writer(self, participant: str | None) -> str:
        """The key of whoever writes; the round must be open."""
        key = participant if participant is not None else self.me
        if key is None:
            raise fail("nobody is scoring", "Say who: --as NAME, or choose in Sessions")
        found = self.session.rounds.get(self.round)
        if found is None or found.state != "open":
            state = found.state if found else "not there"
            raise fail(
                f"round {self.round} is {state}: a closed round never changes",
                "Open the next round, or score in a session of your own",
                file=f"sessions/{self.id}",
            )
        return key

    def _cell(self, who: str, table: str, option: str, criterion: str, value: Any) -> Edit:
        before = getattr(self.ballot(who), table).get(option, {}).get(criterion)
        return Edit(("ballot", self.round, who, table, option, criterion), before, value)

    def _own_weight(self, who: str, criterion: str, value: Number | None) -> Edit:
        before = self.ballot(who).weights.get(criterion)
        return Edit(("weight", self.round, who, criterion), before, value)

    def _part(self, field: str, key: str, value: Any) -> Edit:
        return Edit(("session", field, key), getattr(self.session, field).get(key), value)

    def _start(self, who: str, round_: int) -> list[Edit]:
        """A ballot begins as a copy of the round before, or empty; nothing where there is one."""
        if self.has_answered(who, round_):
            return []
        return [Edit(("start", round_, who), None, self.ballot(who, round_))]

    def _do(self, label: str, edits: list[Edit], *, why: str = "", lasting: bool = False) -> None:
        """Makes a change as one step; `lasting`: one that undo does not take back.

        Whoever gives the very score of the round before has answered this round too.
        """
        real = [edit for edit in edits if edit.before != edit.after]
        answers = [edit for edit in edits if edit.answers]
        begun = {(e.target[2], e.target[1]) for e in (*real, *answers) if e.of_ballot}
        starts = [start for whose in sorted(begun) for start in self._start(*whose)]
        if not real and not starts:
            return
        step = Step(label, (*starts, *(edit for edit in real if edit not in starts)))
        self._apply(step.edits, why)
        if not lasting:
            self._undo.append(step)
        self._redo.clear()
        self._tell(self._changed(step.edits, label))

    def _apply(self, edits: tuple[Edit, ...], why: str) -> None:
        for edit in edits:
            self._refuse_late(edit)
        time = now()
        state, newest = self._state, self.session.round
        for edit in edits:
            if not _moot(state, edit):
                self._pending.extend(told(edit, time, why, state.ballots))
                state = state.replaced(edit.target, edit.after, time)
        self._state = state
        self._keep_up(newest)
        self._stale()

    def _refuse_late(self, edit: Edit) -> None:
        """Refuses what would change a closed round, or take one away that has ballots."""
        rounds = self.session.rounds
        if edit.of_ballot:
            found = rounds.get(edit.target[1])
            if found is None or found.state != "open":
                raise fail(f"round {edit.target[1]} is closed; it never changes")
        elif edit.target == ("session", "rounds"):
            for number in rounds.keys() - edit.after.keys():
                if self._state.ballots.get(number):
                    raise fail(f"round {number} has ballots: it can't be taken back")

    def _stale(self) -> None:
        """Forgets what was reckoned."""
        self.revision += 1
        self._ranking.clear()

    @staticmethod
    def _changed(edits: tuple[Edit, ...], label: str) -> Changed:
        return Changed(
            frozenset(topic for edit in edits for topic in topics(edit.target)),
            frozenset((e.target[4], e.target[5]) for e in edits if e.target[0] == "ballot"),
            label,
        )

    def _tell(self, event: Event) -> None:
        for listener in tuple(self._listeners):
            listener(event)


def _moot(state: State, edit: Edit) -> bool:
    """Whether a ballot is begun that is there, or taken away with what came in from elsewhere."""
    kind, *whose = edit.target
    if kind != "start":
        return False
    round_, who = whose
    found = state.ballots.get(round_, {}).get(who)
    if edit.after is not None:
        return found is not None
    return found is not None and msgspec.structs.replace(found, updated=None) != edit.before
