"""Two versions of session.toml or options.toml made one: each key's rule, and what always holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.model import (
    Consensus,
    Criterion,
    Grouping,
    Level,
    Mark,
    Option,
    OptionSet,
    Participant,
    Round,
    Session,
)
from evaluator.store.documents import Source
from evaluator.store.merging import Clash, merge_options, merge_sessions
from evaluator.store.options import options_document
from evaluator.store.sessions import session_document

LEVELS = tuple(Level(n, f"Level {n}") for n in (1, 2, 3))


def at(minute: int) -> dt.datetime:
    """A time in the workshop's hour."""
    return dt.datetime(2026, 11, 24, 10, minute, tzinfo=dt.UTC)


def criterion(id: str, **fields: Any) -> Criterion:
    known = {"title": id.title(), "question": "How much?", "better": "higher", "levels": LEVELS}
    return Criterion(id=id, origin="criteria.toml", **{**known, **fields})


START = Session(
    id="first",
    title="First",
    question="Which first?",
    created=at(0),
    made_by="evaluator 1.0.0",
    rounds={1: Round(at(0))},
    participants={"amina": Participant("Amina"), "bilal": Participant("Bilal")},
    weights={"reach": 60, "burden": 40},
    criteria={id: criterion(id) for id in ("reach", "burden")},
    suggestions={"show": "after"},
    portfolio={"budget": {"money": 100}},
    agenda={("lamps", "reach"): Mark(note="Talked over")},
    about={"sponsor": "Council"},
)
OPTIONS = OptionSet(
    title="Harbour plan",
    options={
        "lamps": Option("lamps", "Put lamps along the harbour", text="Safe after dark."),
        "ferry": Option("ferry", "Run a night ferry", resources={"money": 60}),
    },
)


def but(**fields: Any) -> Session:
    """The session, but for these fields."""
    return msgspec.structs.replace(START, **fields)


def merged(here: Session, there: Session, base: Session | None = None, **more: Any) -> Session:
    """What comes of two sessions that have no quarrel, whichever is here."""
    one, _, clashes = merge_sessions(here, there, base, **more)
    other, _, none = merge_sessions(there, here, base, **more)
    assert (clashes, none) == ((), ())
    assert leaves(session_document(one)) == leaves(session_document(other))
    return one


def clashing(here: Session, there: Session, base: Session | None = None, **more: Any) -> set[str]:
    """The keys in which two sessions differ; what is here stands."""
    one, _, clashes = merge_sessions(here, there, base, **more)
    for clash in clashes:
        if clash.path[0] != "rounds":
            assert value(session_document(one), clash.path) == value(
                session_document(here), clash.path
            )
    return {".".join(clash.path) for clash in clashes}


def leaves(table: dict[str, Any], path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every value of a document by its path."""
    found: dict[tuple[str, ...], Any] = {}
    for key, inner in table.items():
        if isinstance(inner, dict):
            found |= leaves(inner, (*path, key))
        else:
            found[*path, key] = inner
    return found


def value(table: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        table = table.get(key) if isinstance(table, dict) else None
    return table


class TestSessions:
    def test_people_that_only_one_side_has_are_taken_in(self) -> None:
        here = but(participants={**START.participants, "chidi": Participant("Chidi")})
        there = but(participants={**START.participants, "dora": Participant("Dora", weight=2)})
        found = merged(here, there)
        assert list(found.participants) == ["amina", "bilal", "chidi", "dora"]
        assert found.participants["dora"].weight == 2

    def test_nobody_is_ever_taken_out(self) -> None:
        fewer = but(participants={"bilal": START.participants["bilal"]})
        for base in (None, START):
            assert set(merged(START, fewer, base).participants) == {"amina", "bilal"}

    def test_what_only_one_side_knows_of_somebody_is_taken(self) -> None:
        amina = Participant("Amina", organisation="Port", expertise="Lights")
        other = Participant("Amina", interest="Owns a boat", expertise="Lamps")
        here = but(participants={**START.participants, "amina": amina})
        there = but(participants={**START.participants, "amina": other})
        assert clashing(here, there) == {"participants.amina.expertise"}
        found = merge_sessions(here, there)[0].participants["amina"]
        assert (found.organisation, found.interest) == ("Port", "Owns a boat")

    def test_weights_changed_on_one_side_are_taken_where_both_began_is_known(self) -> None:
        here = but(weights={"reach": 70, "burden": 40})
        there = but(weights={"reach": 60, "burden": 50})
        assert merged(here, there, START).weights == {"reach": 70, "burden": 50}
        assert clashing(here, there) == {"weights.reach", "weights.burden"}
        both = but(weights={"reach": 80, "burden": 40})
        assert clashing(here, both, START) == {"weights.reach"}
        assert clashing(here, here) == set()

    def test_a_clash_tells_both_values_and_how_to_mend_it(self) -> None:
        here, there = but(weights={"reach": 70}), but(weights={"reach": 80})
        (clash,) = merge_sessions(here, there)[2]
        copy = Source("session (1).toml", "schema = 1\n\n[weights]\nreach = 80\n", {})
        problem = clash.problem(copy, "first")
        assert str(problem) == (
            "session (1).toml:4: weights.reach: 80 in the copy, 70 here. "
            "To change it: evaluator --session first weigh reach=80"
        )

    def test_long_texts_are_told_from_where_they_differ(self) -> None:
        here, there = but(question="why " * 40 + "so?"), but(question="why " * 40 + "not so?")
        (clash,) = merge_sessions(here, there)[2]
        what = clash.problem(Source("copy.toml", "", {}), "first").what
        assert "why so?' here" in what
        assert "why not so?' in the copy" in what

    def test_marks_of_the_agenda_are_joined_and_both_notes_kept(self) -> None:
        cell = ("lamps", "reach")
        here = but(agenda={cell: Mark(settled=True, note="Read in two ways")})
        there = but(
            agenda={cell: Mark(revote=True, note="A new count"), ("ferry", "option"): Mark(True)}
        )
        for base in (None, START):
            found = merged(here, there, base).agenda
            assert found[cell] == Mark(
                settled=True, revote=True, note="A new count\n\nRead in two ways"
            )
            assert found["ferry", "option"] == Mark(settled=True)
            again, taken, _ = merge_sessions(but(agenda=found), there, base)
            assert (again.agenda, taken) == (found, ())

    def test_what_one_side_took_back_is_taken_back_where_that_is_known(self) -> None:
        gone = but(agenda={}, about={})
        assert merged(START, gone, START).agenda == {}
        assert merged(START, gone, START).about == {}
        assert merged(START, gone).about == {"sponsor": "Council"}
        changed = but(about={"sponsor": "Port"})
        assert merged(changed, gone, START).about == {"sponsor": "Port"}

    def test_statements_and_words_for_the_report(self) -> None:
        here = but(dissent={"amina": "No"}, about={"sponsor": "Council", "mode": "In a room"})
        there = but(dissent={"bilal": "Too narrow"}, about={"sponsor": "Port", "limits": "Few"})
        assert clashing(here, there) == {"about.sponsor"}
        found = merge_sessions(here, there)[0]
        assert found.dissent == {"amina": "No", "bilal": "Too narrow"}
        assert found.about == {"sponsor": "Council", "mode": "In a room", "limits": "Few"}
        assert merged(here, there, START).about["sponsor"] == "Port"
        assert clashing(but(dissent={"amina": "No"}), but(dissent={"amina": "Yes"})) == {
            "dissent.amina"
        }

    def test_scenarios_rules_methods_and_the_groups_way(self) -> None:
        here = but(scenarios={"frugal": {"reach": 10}}, group=Grouping("median"))
        there = but(
            scenarios={"bold": {"reach": 90}},
            portfolio={"budget": {"money": 100, "staff": 3}, "must": ["lamps"]},
            methods={"vikor": {"v": 0.6}},
        )
        found = merged(here, there)
        assert found.scenarios == {"frugal": {"reach": 10}, "bold": {"reach": 90}}
        assert found.portfolio == {"budget": {"money": 100, "staff": 3}, "must": ["lamps"]}
        assert (found.methods, found.group.combine) == ({"vikor": {"v": 0.6}}, "median")

    def test_unknown_keys_of_a_later_version(self) -> None:
        here, there = but(extra={"x": {"a": 1}}), but(extra={"x": {"b": 2}, "y": 3})
        assert merged(here, there).extra == {"x": {"a": 1, "b": 2}, "y": 3}
        assert clashing(here, but(extra={"x": {"a": 2}})) == {"x.a"}

    def test_criteria_gain_wording_but_never_another_scale(self) -> None:
        wider = criterion("reach", levels=(*LEVELS, Level(4, "Level 4")))
        calm = criterion("calm")
        here = but(criteria={**START.criteria, "calm": calm})
        there = but(criteria={"reach": criterion("reach", title="Range"), **START.criteria})
        assert set(merged(here, there).criteria) == {"reach", "burden", "calm"}
        worded = but(criteria={**START.criteria, "reach": criterion("reach", title="Range")})
        assert merged(START, worded, START).criteria["reach"].title == "Range"
        assert clashing(START, worded) == {"criteria.reach.title"}
        scaled = but(criteria={**START.criteria, "reach": wider})
        turned = but(criteria={**START.criteria, "reach": criterion("reach", better="lower")})
        for base in (None, START):
            assert clashing(START, scaled, base) == {"criteria.reach.levels.4"}
            assert clashing(scaled, START, base) == {"criteria.reach.levels.4"}
            assert clashing(START, turned, base) == {"criteria.reach.better"}

    def test_what_was_fixed_when_it_began_stays_whatever_is_known(self) -> None:
        there = but(
            blind=True, consensus=Consensus("iqr", 1), created=at(1), made_by="evaluator 0.9"
        )
        for base in (None, START, there):
            assert clashing(START, there, base) == {
                "blind", "consensus.rule", "consensus.constant", "created", "made-by",
            }  # fmt: skip

    def test_of_two_wordings_taken_over_the_one_that_is_here_counts(self) -> None:
        here, there = but(reworded={"lamps": "aa"}), but(reworded={"lamps": "bb", "ferry": "cc"})
        found = merged(here, there, wordings={"lamps": "aa"})
        assert found.reworded == {"lamps": "aa", "ferry": "cc"}
        assert merged(here, there).reworded["lamps"] == "bb"

    def test_together_no_good_session_is_refused(self) -> None:
        """Each side has put another person's weight to 0; nobody would be left that counts."""
        amina, bilal = Participant("Amina", weight=0), Participant("Bilal", weight=0)
        here = but(participants={**START.participants, "amina": amina})
        there = but(participants={**START.participants, "bilal": bilal})
        with pytest.raises(EvaluatorError, match="every participant weighs 0"):
            merge_sessions(here, there, START)


CLOSED = but(rounds={1: Round(at(0), at(10))})
REVEALED = but(rounds={1: Round(at(0), at(10), at(15))})
SECOND = but(rounds={1: Round(at(0), at(10), at(15)), 2: Round(at(20))}, round=2)


class TestRounds:
    @pytest.mark.parametrize("further", [CLOSED, REVEALED, SECOND])
    def test_the_further_one_counts(self, further: Session) -> None:
        found = merged(START, further)
        assert (found.rounds, found.round) == (further.rounds, further.round)

    def test_further_in_one_and_further_in_the_other(self) -> None:
        third = but(rounds={**SECOND.rounds, 2: Round(at(20), at(30), at(31))}, round=2)
        assert merged(SECOND, third).rounds[2] == Round(at(20), at(30), at(31))
        assert merged(REVEALED, CLOSED).rounds == REVEALED.rounds

    def test_a_closed_round_never_changes(self) -> None:
        later = but(rounds={1: Round(at(0), at(12), at(16))})
        for one, other in ((REVEALED, later), (later, REVEALED), (CLOSED, later), (later, CLOSED)):
            assert clashing(one, other) == {"rounds.1.closed"}
            assert merge_sessions(one, other)[0].rounds == one.rounds

    def test_two_times_of_revealing_one_closing(self) -> None:
        later = but(rounds={1: Round(at(0), at(10), at(16))})
        assert clashing(REVEALED, later) == {"rounds.1.revealed"}

    def test_a_round_that_only_the_copy_opened_follows_a_revealed_one(self) -> None:
        other = but(rounds={1: Round(at(0), at(12))})
        assert clashing(other, SECOND) == {"rounds.1.closed", "rounds.2.opened"}
        late = but(rounds={1: Round(at(0), at(10), at(25))})
        assert clashing(late, SECOND) == {"rounds.1.revealed", "rounds.2.opened"}

    def test_a_ballot_changed_after_that_closing_keeps_the_round_open(self) -> None:
        last = {1: ("Amina", at(11))}
        found, taken, clashes = merge_sessions(START, SECOND, last=last)
        assert (found.rounds, taken) == (START.rounds, ())
        assert [clash.path for clash in clashes] == [
            ("rounds", "1", "closed"),
            ("rounds", "2", "opened"),
        ]
        assert "ballot of Amina was changed here after that" in clashes[0].why
        assert merge_sessions(START, SECOND, last={1: ("Amina", at(10))})[0].round == 2

    def test_so_does_a_ballot_that_differs(self) -> None:
        found, _, clashes = merge_sessions(START, CLOSED, disputed={1: "Amina"})
        assert found.rounds == START.rounds
        assert "ballot of Amina differs" in clashes[0].why

    def test_two_openings_and_a_closing_before_the_one_here(self) -> None:
        here = but(rounds={**REVEALED.rounds, 2: Round(at(40))}, round=2)
        there = but(rounds={**REVEALED.rounds, 2: Round(at(20), at(30))}, round=2)
        assert clashing(here, there) == {"rounds.2.opened", "rounds.2.closed"}
        assert clashing(SECOND, here) == {"rounds.2.opened"}

    def test_nothing_is_revealed_that_no_facilitator_revealed(self) -> None:
        """A session that is not blind reveals as it closes: that is no decision to reveal."""
        here = but(blind=True)
        assert clashing(here, REVEALED) == {"blind", "rounds.1.revealed"}
        found = merge_sessions(here, REVEALED)[0]
        assert (found.blind, found.rounds[1].state, found.hides(1)) == (True, "closed", True)
        revealed = msgspec.structs.replace(REVEALED, blind=True)
        assert not merged(here, revealed).hides(1)
        unseen = msgspec.structs.replace(SECOND, blind=True)
        assert merged(here, unseen).hides(2)


class TestOptions:
    def options(self, **changed: Option) -> OptionSet:
        return msgspec.structs.replace(OPTIONS, options={**OPTIONS.options, **changed})

    def test_options_that_only_one_side_has(self) -> None:
        kiosk, boats = Option("kiosk", "Open a kiosk"), Option("boats", "Teach sailing")
        here, there = self.options(kiosk=kiosk), self.options(boats=boats)
        found, taken, clashes = merge_options(here, there)
        assert list(found.options) == ["lamps", "ferry", "kiosk", "boats"]
        assert [str(step) for step in taken] == ["options.boats is new"]
        assert clashes == ()
        assert merge_options(found, OPTIONS)[1:] == ((), ())

    def test_texts_that_differ(self) -> None:
        lamps = OPTIONS.options["lamps"]
        there = self.options(lamps=msgspec.structs.replace(lamps, text="Bright after dark."))
        assert [c.path for c in merge_options(OPTIONS, there)[2]] == [("options", "lamps", "text")]
        found, _, clashes = merge_options(OPTIONS, there, OPTIONS)
        assert (found, clashes) == (there, ())

    @pytest.mark.parametrize("base", [None, OPTIONS])
    def test_a_status_goes_with_its_reason(self, base: OptionSet | None) -> None:
        lamps = OPTIONS.options["lamps"]
        dear = msgspec.structs.replace(lamps, status="discounted", reason="Too dear")
        best = msgspec.structs.replace(lamps, status="forward")
        found, taken, _ = merge_options(OPTIONS, self.options(lamps=dear), base)
        assert found.options["lamps"] == dear
        assert "discounted ('Too dear')" in str(taken[0])
        found, _, clashes = merge_options(self.options(lamps=best), self.options(lamps=dear), base)
        assert found.options["lamps"] == best
        assert [clash.path for clash in clashes] == [("options", "lamps", "status")]

    def test_resources_links_and_what_the_source_was(self) -> None:
        ferry = OPTIONS.options["ferry"]
        here = self.options(ferry=msgspec.structs.replace(ferry, resources={"money": 70}))
        there = self.options(
            ferry=msgspec.structs.replace(ferry, resources={"money": 80, "staff": 2}),
            lamps=msgspec.structs.replace(OPTIONS.options["lamps"], excludes=("ferry",)),
        )
        there = msgspec.structs.replace(there, title="Another plan")
        found, _, clashes = merge_options(here, there)
        assert found.options["ferry"].resources == {"money": 70, "staff": 2}
        assert found.options["lamps"].excludes == ("ferry",)
        assert {clash.path for clash in clashes} == {
            ("title",),
            ("options", "ferry", "resources", "money"),
        }

    def test_together_no_good_options_are_refused(self) -> None:
        lamps, ferry = OPTIONS.options["lamps"], OPTIONS.options["ferry"]
        here = self.options(lamps=msgspec.structs.replace(lamps, reference=True))
        there = self.options(ferry=msgspec.structs.replace(ferry, reference=True))
        with pytest.raises(EvaluatorError, match="second reference option"):
            merge_options(here, there)


# -- edited at random on both sides

TEXT = st.sampled_from(["a", "b", "a\n\nb", "the\nlong way"])
CELLS = st.sampled_from([("lamps", "reach"), ("ferry", "burden"), ("lamps", "option")])
PEOPLE = st.sampled_from(["amina", "bilal", "chidi", "dora"])


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    """The session as a few edits may leave it, one of them perhaps taking something back."""
    people = {
        key: Participant(
            key.title(),
            draw(st.sampled_from(["participant", "facilitator"])),
            organisation=draw(st.sampled_from(["", "Port"])),
            weight=draw(st.sampled_from([1, 2])),
        )
        for key in draw(st.lists(PEOPLE, unique=True, max_size=3))
    }
    marks = st.builds(Mark, st.booleans(), st.booleans(), st.sampled_from(["", "a", "a\n\nb"]))
    agenda = draw(st.dictionaries(CELLS, marks, max_size=2))
    ways = draw(st.sampled_from([START.rounds, CLOSED.rounds, REVEALED.rounds, SECOND.rounds]))
    return but(
        title=draw(st.sampled_from(["First", "Second", "Third"])),
        anonymous=draw(st.booleans()),
        participants={**(START.participants if draw(st.booleans()) else {}), **people},
        weights={id: draw(st.sampled_from([60, 40, 10])) for id in START.criteria},
        scenarios=draw(st.dictionaries(st.just("frugal"), st.just({"reach": 5}))),
        agenda={cell: mark for cell, mark in agenda.items() if mark != Mark()},
        dissent=draw(st.dictionaries(PEOPLE, TEXT, max_size=2)),
        about=draw(st.dictionaries(st.sampled_from(["sponsor", "mode"]), TEXT)),
        rounds=ways,
        round=max(ways),
        group=draw(st.sampled_from([Grouping(), Grouping("median")])),
    )


@st.composite
def option_sets(draw: st.DrawFn) -> OptionSet:
    """The options as a few edits may leave them; none is ever taken out."""
    made = {}
    for id in ("lamps", "ferry", *draw(st.lists(st.sampled_from(["kiosk", "boats"]), max_size=1))):
        status = draw(st.sampled_from(["open", "forward", "discounted"]))
        made[id] = Option(
            id,
            draw(st.sampled_from([id.title(), f"New {id}"])),
            text=draw(st.sampled_from(["", "a", "b"])),
            tags=draw(st.sampled_from([(), ("x",), ("x", "y")])),
            resources=draw(st.dictionaries(st.sampled_from(["money", "staff"]), st.integers(1, 3))),
            status=status,  # type: ignore[arg-type]
            reason=draw(st.sampled_from(["Dear", "Late"])) if status != "open" else "",
        )
    return msgspec.structs.replace(OPTIONS, options=made)


def named(clashes: tuple[Clash, ...], path: tuple[str, ...]) -> bool:
    """Whether a value is named; a status with its reason, a closing with what followed it."""
    paths = {clash.path for clash in clashes}
    if path[0] == "options" and path[-1] == "reason":
        path = (*path[:-1], "status")
    return any(path[: len(at)] == at for at in paths)


def lost(
    side: dict[str, Any], made: dict[str, Any], base: dict[str, Any], clashes: tuple[Clash, ...]
) -> Iterator[tuple[str, ...]]:
    """What one side says that is neither in the result, nor named, nor left behind by the other."""
    for path, said in leaves(side).items():
        now = value(made, path)
        if now == said or named(clashes, path):
            continue
        if path[-1] == "note" and now and set(said.split("\n\n")) <= set(now.split("\n\n")):
            continue
        if path == ("round",) and now >= said:
            continue
        if value(base, path) != said:  # this side wrote it
            yield path


@given(sessions(), sessions(), st.sampled_from([None, START]))
def test_whichever_is_here_the_same_comes_of_two_sessions_and_nothing_is_lost(
    one: Session, two: Session, base: Session | None
) -> None:
    (made, _, clashes), (other, _, others) = (
        merge_sessions(one, two, base),
        merge_sessions(two, one, base),
    )
    assert {clash.path for clash in clashes} == {clash.path for clash in others}
    first, second = leaves(session_document(made)), leaves(session_document(other))
    for path in {*first, *second}:
        assert named(clashes, path) or first.get(path) == second.get(path), path
    known = session_document(base) if base is not None else {}
    for side in (one, two):
        assert not list(lost(session_document(side), session_document(made), known, clashes))
        assert set(side.participants) <= set(made.participants)
    again, taken, still = merge_sessions(made, two, base)
    assert (again, taken) == (made, ())
    assert {clash.path for clash in still} == {clash.path for clash in clashes}


@given(option_sets(), option_sets(), st.sampled_from([None, OPTIONS]))
def test_whichever_is_here_the_same_comes_of_two_option_files(
    one: OptionSet, two: OptionSet, base: OptionSet | None
) -> None:
    (made, _, clashes), (other, _, others) = (
        merge_options(one, two, base),
        merge_options(two, one, base),
    )
    assert {clash.path for clash in clashes} == {clash.path for clash in others}
    first, second = leaves(options_document(made)), leaves(options_document(other))
    for path in {*first, *second}:
        assert named(clashes, path) or first.get(path) == second.get(path), path
    known = options_document(base) if base is not None else {}
    for side in (one, two):
        assert not list(lost(options_document(side), options_document(made), known, clashes))
    again, taken, _ = merge_options(made, two, base)
    assert (again, taken) == (made, ())
