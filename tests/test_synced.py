"""Two project folders, edited apart, and what a sync tool leaves of them in one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.model import Option, Participant
from evaluator.project import Project
from evaluator.store import bases
from evaluator.store.ballots import ballot_document
from evaluator.synced import Copies, merge_conflicts
from evaluator.workshop import Workshop
from tests.conftest import CRITERIA, OPTIONS
from tests.store.test_merging import leaves

FOLDER = "sessions/first"


def opened(root: Path) -> Workshop:
    return Project.open(root).workshop("first")


def apart(root: Path, there: Path) -> None:
    """A second machine has all that the first one has."""
    shutil.copytree(root, there)


def sync(here: Path, there: Path, named: str = " (conflicted copy)") -> None:
    """A sync tool brings what there has: what differs comes in under another name."""
    for path in sorted((there / FOLDER).rglob("*")):
        inside = path.relative_to(there)
        if not path.is_file() or path.name == ".lock":
            continue
        target = here / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.copy(path, target)
        elif bases.FOLDER not in inside.parts and target.read_bytes() != path.read_bytes():
            shutil.copy(path, target.with_name(f"{path.stem}{named}.toml"))


@pytest.fixture
def other(workshop: Workshop, root: Path, tmp_path: Path) -> Path:
    """The other machine's project folder."""
    workshop.score("lamps", "reach", 2)
    workshop.save()
    apart(root, tmp_path / "other")
    return tmp_path / "other"


def on(root: Path, *edits: Callable[[Workshop], object], me: str = "amina") -> None:
    """Edits a session on one machine, each edit saved by itself."""
    for edit in edits:
        workshop = opened(root)
        workshop.act_as(me)
        edit(workshop)
        workshop.save()


def test_what_each_side_did_comes_together(root: Path, other: Path) -> None:
    on(root, lambda w: w.weigh({"reach": 70}), lambda w: w.describe("sponsor", "Council"))
    on(
        other,
        lambda w: w.take_part(Participant("Dora Q.")),
        lambda w: w.score("boats", "burden", 4, participant="dora-q"),
        lambda w: w.weigh({"burden": 50}),
        lambda w: w.edit_option(Option("kiosk", "Open a kiosk")),
    )
    sync(root, other)
    shown = merge_conflicts(opened(root), dry_run=True)
    made = merge_conflicts(opened(root))
    assert shown == made
    assert made.stays == ()
    assert {"session (conflicted copy).toml", "options (conflicted copy).toml"} <= {*made.aside}
    found = opened(root)
    assert found.session.weights == {"reach": 70, "burden": 50}
    assert found.session.about == {"sponsor": "Council"}
    assert found.session.participants["dora-q"].name == "Dora Q."
    assert found.ballots()["dora-q"].score("boats", "burden") == 4
    assert Project.check(root) == []


def test_without_the_version_both_came_from_one_asks(root: Path, other: Path) -> None:
    on(root, lambda w: w.weigh({"reach": 70}))
    on(other, lambda w: w.weigh({"burden": 50}))
    sync(root, other)
    shutil.rmtree(root / FOLDER / bases.FOLDER)
    made = merge_conflicts(opened(root))
    assert [p.key for p in made.differences] == ["weights.reach", "weights.burden"]
    assert made.stays == ("session (conflicted copy).toml",)
    assert opened(root).session.weights == {"reach": 70, "burden": 40}
    on(root, lambda w: w.weigh({"reach": 60, "burden": 50}))
    assert merge_conflicts(opened(root)).aside == ("session (conflicted copy).toml",)


def test_who_a_copied_ballot_is_of_is_known_by_name_from_the_copied_session(
    root: Path, other: Path
) -> None:
    on(root, lambda w: w.take_part(Participant("Zoe")))
    on(root, lambda w: w.score("ferry", "reach", 1, participant="zoe"))
    on(other, lambda w: w.take_part(Participant("Zoe", organisation="Port")))
    on(other, lambda w: w.score("boats", "reach", 5, participant="zoe"))
    sync(root, other)
    assert merge_conflicts(opened(root)).stays == ()
    found = opened(root)
    assert found.session.participants["zoe"] == Participant("Zoe", organisation="Port")
    assert found.ballot("zoe").scores == {"ferry": {"reach": 1}, "boats": {"reach": 5}}


class TestRounds:
    def test_a_round_closed_elsewhere_closes_after_its_ballots_came_in(
        self, root: Path, other: Path
    ) -> None:
        on(
            other,
            lambda w: w.score("boats", "reach", 4),
            lambda w: w.close_round(),
            lambda w: w.open_round(),
            lambda w: w.score("ferry", "reach", 5),
        )
        sync(root, other)
        (root / FOLDER / "ballots/round-2").rename(root / "moved")
        copy = root / FOLDER / "ballots/round-2/amina (conflicted copy).toml"
        copy.parent.mkdir()
        shutil.copy(root / "moved/amina.toml", copy)
        shown = merge_conflicts(opened(root), dry_run=True)
        made = merge_conflicts(opened(root))
        assert shown == made
        assert made.stays == made.refused == ()
        found = opened(root)
        assert (found.session.round, found.session.rounds[1].state) == (2, "revealed")
        assert found.ballot("amina", 1).score("boats", "reach") == 4
        assert found.ballot("amina", 2).score("ferry", "reach") == 5

    def test_a_ballot_that_differs_keeps_the_round_open(self, root: Path, other: Path) -> None:
        on(root, lambda w: w.score("lamps", "reach", 1))
        on(other, lambda w: w.score("lamps", "reach", 5), lambda w: w.close_round())
        sync(root, other)
        made = merge_conflicts(opened(root))
        assert "rounds.1.closed" in [p.key for p in made.differences]
        assert opened(root).session.is_open
        assert len(made.stays) == 2
        merge_conflicts(opened(root), keep_here=True)
        assert not opened(root).session.is_open
        assert opened(root).ballot("amina").score("lamps", "reach") == 1

    def test_so_does_one_that_was_changed_here_after_that(self, root: Path, other: Path) -> None:
        on(other, lambda w: w.close_round())
        path = root / FOLDER / "ballots/round-1/amina.toml"
        ballot = opened(root).ballot("amina")
        later = msgspec.structs.replace(ballot, updated=ballot.updated.replace(year=2100))
        from evaluator.store.documents import dump

        workshop = opened(root)
        path.write_bytes(dump(ballot_document(later, workshop.session, [])))
        sync(root, other)
        (other / FOLDER / "ballots").rename(other / "gone")
        (path.with_name("amina (conflicted copy).toml")).unlink()
        (problem,) = merge_conflicts(opened(root)).differences
        assert "The ballot of Amina was changed here after that" in problem.hint
        assert opened(root).session.is_open

    def test_a_blind_round_stays_hidden_till_somebody_reveals_it(
        self, root: Path, other: Path
    ) -> None:
        for side in (root, other):
            path = side / FOLDER / "session.toml"
            path.write_text(path.read_text().replace("blind = false", "blind = true"))
        on(root, lambda w: w.describe("mode", "In a room"))
        on(other, lambda w: w.close_round())
        sync(root, other)
        assert merge_conflicts(opened(root)).stays == ()
        assert opened(root).session.rounds[1].state == "closed"
        assert opened(root).session.hides(1)
        on(other, lambda w: w.reveal_round())
        sync(root, other)
        assert merge_conflicts(opened(root)).stays == ()
        assert not opened(root).session.hides(1)


def test_a_copy_of_another_session_or_of_later_make_is_refused(root: Path, other: Path) -> None:
    text = (other / FOLDER / "session.toml").read_text()
    (root / FOLDER / "session (1).toml").write_text(text.replace('id = "first"', 'id = "second"'))
    (root / FOLDER / "session (2).toml").write_text(text.replace("schema = 1", "schema = 9", 1))
    before = (root / FOLDER / "session.toml").read_bytes()
    made = merge_conflicts(opened(root), keep_here=True)
    assert len(made.refused) == 2
    assert made.stays == ("session (1).toml", "session (2).toml")
    assert (root / FOLDER / "session.toml").read_bytes() == before


def test_two_that_are_no_good_together_stay_and_say_why(root: Path, other: Path) -> None:
    on(root, lambda w: w.weigh_people([("amina", 0)]))
    on(other, lambda w: w.weigh_people([("bilal", 0)]))
    sync(root, other)
    made = merge_conflicts(opened(root))
    (problem,) = made.refused
    assert "together with what is here: every participant weighs 0" in problem.what
    assert made.stays == ("session (conflicted copy).toml",)


def test_two_copies_of_one_file(root: Path, other: Path, tmp_path: Path) -> None:
    third = tmp_path / "third"
    apart(root, third)
    on(root, lambda w: w.describe("mode", "In a room"))
    on(other, lambda w: w.take_part(Participant("Dora")), lambda w: w.weigh({"reach": 70}))
    on(third, lambda w: w.take_part(Participant("Emil")), lambda w: w.weigh({"reach": 80}))
    sync(root, other, "-LAPTOP")
    sync(root, third, "-DESKTOP")
    made = merge_conflicts(opened(root))
    assert set(opened(root).session.participants) == {"amina", "bilal", "dora", "emil"}
    # Of three values the first that came in stands; the other is named.
    assert [p.what for p in made.differences] == ["weights.reach: 70 in the copy, 80 here"]
    assert made.stays == ("session-LAPTOP.toml",)


def test_a_save_that_fails_moves_no_copy(
    root: Path, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(other, lambda w: w.weigh({"reach": 70}))
    sync(root, other)

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    workshop = opened(root)
    monkeypatch.setattr("evaluator.store.atomic.write", full)
    with pytest.raises(EvaluatorError, match="no space left"):
        merge_conflicts(workshop)
    assert (root / FOLDER / "session (conflicted copy).toml").exists()


def test_undo_brings_back_what_was_here(root: Path, other: Path) -> None:
    on(other, lambda w: w.weigh({"reach": 70}))
    sync(root, other)
    workshop = opened(root)
    merge_conflicts(workshop)
    assert workshop.session.weights["reach"] == 70
    assert workshop.undo_label == "take a conflict copy in"
    workshop.undo()
    assert workshop.session.weights["reach"] == 60


# -- edited at random

CELLS = st.tuples(st.sampled_from(["lamps", "ferry"]), st.sampled_from(["reach", "burden"]))
PEOPLE = st.sampled_from(["amina", "bilal"])


EDITS = st.one_of(
    st.tuples(st.just("score"), CELLS, PEOPLE, st.sampled_from([1, 3, 5, "abstain"])),
    st.tuples(st.just("note"), CELLS, PEOPLE, st.sampled_from(["a", "b"])),
    st.tuples(st.just("join"), st.sampled_from(["Dora", "Emil"])),
    st.tuples(st.just("weigh"), st.sampled_from(["reach", "burden"]), st.sampled_from([20, 90])),
    st.tuples(st.just("mark"), CELLS, st.sampled_from(["x", "y"]), st.booleans()),
    st.tuples(st.just("about"), st.sampled_from(["sponsor", "mode"]), st.sampled_from(["", "c"])),
    st.tuples(st.just("status"), st.sampled_from(["forward", "discounted"])),
    st.tuples(st.just("undo")),
)


def edit(workshop: Workshop, what: tuple[Any, ...]) -> None:
    """Makes one edit, and saves it."""
    kind, *rest = what
    if kind in ("score", "note"):
        (option, criterion), who, value = rest
        getattr(workshop, kind)(option, criterion, value, participant=who)
    elif kind == "join":
        workshop.join(rest[0])
    elif kind == "weigh":
        workshop.weigh({rest[0]: rest[1]})
    elif kind == "mark":
        (option, criterion), note, settled = rest
        workshop.mark(option, criterion, note=note, settled=settled)
    elif kind == "about":
        workshop.describe(*rest)
    elif kind == "status":
        ferry = workshop.option("ferry")
        workshop.edit_option(msgspec.structs.replace(ferry, status=rest[0], reason="So"))
    else:
        workshop.undo()
    workshop.save()


def facts(workshop: Workshop) -> dict[tuple[str, ...], Any]:
    """All that a session says, value by value: session, options and ballots."""
    from evaluator.store.options import options_document
    from evaluator.store.sessions import session_document

    found = {
        ("session", *path): v for path, v in leaves(session_document(workshop.session)).items()
    }
    options = options_document(workshop.option_set)
    found |= {("options", *path): v for path, v in leaves(options).items()}
    for who, ballot in workshop.ballots().items():
        document = ballot_document(
            msgspec.structs.replace(ballot, updated=None), workshop.session, []
        )
        found |= {("ballots", who, *path): v for path, v in leaves(document).items()}
    return found


def said(made: Copies) -> set[tuple[str, ...]]:
    """The values that are named as differing, as `facts` has them."""
    cells = {
        ("ballots", d.participant, d.table, d.option, d.criterion)
        for merge in made.merges.values()
        for d in merge.differences
    }
    keys = {
        (taking.file.removesuffix(".toml"), *(p.key or "").split("."))
        for taking in made.frozen.values()
        for p in taking.differences
    }
    reasons = {(*key[:-1], "reason") for key in keys if key[-1] == "status"}
    return cells | keys | reasons


@settings(max_examples=12, deadline=None, report_multiple_bugs=False)
@given(st.lists(EDITS, max_size=4), st.lists(EDITS, max_size=4), st.booleans())
def test_whichever_folder_it_comes_to_the_same_comes_of_it(
    ours: list[Any], theirs: list[Any], with_base: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start, one, two = (Path(folder) / name for name in ("start", "one", "two"))
        start.mkdir()
        (start / "criteria.toml").write_text(CRITERIA, encoding="utf-8")
        (start / "options.toml").write_text(OPTIONS, encoding="utf-8")
        begun = Project.open(start).begin("First", participants=["Amina", "Bilal"])
        begun.score("lamps", "reach", 2, participant="amina")
        begun.mark("lamps", "reach", note="z")
        begun.describe("sponsor", "Council")
        begun.save()
        before = facts(opened(start))
        for root, done in ((one, ours), (two, theirs)):
            apart(start, root)
            workshop = opened(root)
            for what in done:
                edit(workshop, what)
        sides = [facts(opened(root)) for root in (one, two)]
        apart(one, Path(folder) / "again")
        sync(one, two)
        sync(two, Path(folder) / "again")
        results = []
        for root in (one, two):
            if not with_base:
                shutil.rmtree(root / FOLDER / bases.FOLDER, ignore_errors=True)
            shown = merge_conflicts(opened(root), dry_run=True)
            made = merge_conflicts(opened(root))
            assert made == shown
            assert made.refused == ()
            results.append((facts(opened(root)), said(made)))
            assert [p for p in Project.check(root) if "is a conflict copy" not in p.what] == []
        (first, named), (second, also_named) = results
        assert named == also_named
        for key in {*first, *second} - named:
            assert first.get(key) == second.get(key), key
        for side in sides:
            for key, value in side.items():
                now = first.get(key)
                kept = now == value or key in named or before.get(key) == value
                in_note = key[-1] == "note" and str(value) in str(now).split("\n\n")
                assert kept or in_note, key
