"""A room of people: votes of all at once, ranges, recusal, dissent, the agenda, who counts."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis.table import of_group
from evaluator.errors import EvaluatorError
from evaluator.meeting import consensus_rule
from evaluator.model import Ballot, Consensus, Criterion, Level, Mark, Option, Participant
from evaluator.project import Project
from evaluator.store import history
from evaluator.workshop import Workshop
from tests.conftest import PEOPLE


def again(root: Path, id: str = "room") -> Workshop:
    return Project.open(root).workshop(id)


class TestTheRoomsVotes:
    def test_one_step_in_the_order_of_the_participants(self, room: Workshop, root: Path) -> None:
        votes = room.score_room("lamps", "reach", "4 4 5 2 -")
        assert votes == {"amina": 4, "bilal": 4, "chidi": 5, "dora": 2, "emil": "abstain"}
        room.save()
        found = again(root).ballots()
        assert [found[key].score("lamps", "reach") for key in votes] == [4, 4, 5, 2, "abstain"]
        assert "farah" not in found
        assert room.undo() is not None
        assert all(not ballot.scores for ballot in room.ballots().values())
        told, _ = history.read(root / "sessions/room/history/dora.toml")
        assert [(change.after, change.why) for change in told] == [(2, "entered for the room")]

    def test_the_same_votes_again_are_an_answer(self, room: Workshop) -> None:
        room.score_room("lamps", "reach", "4 5")
        room.close_round()
        room.open_round()
        assert room.ballots() == {}
        room.score_room("lamps", "reach", "4 .")
        first, second = room.voters[:2]
        assert list(room.ballots()) == [first]
        room.score("lamps", "reach", 5, participant=second)
        assert set(room.ballots()) == {first, second}
        room.undo()
        room.undo()
        assert room.ballots() == {}

    def test_fewer_votes_and_dots_leave_ballots_as_they_are(self, room: Workshop) -> None:
        room.score_room("lamps", "reach", "4,4;5")
        room.score_room("lamps", "reach", ". 1")
        given = {key: ballot.score("lamps", "reach") for key, ballot in room.ballots().items()}
        assert given == {"amina": 4, "bilal": 1, "chidi": 5}

    @pytest.mark.parametrize("text", ["4 4 9", "4 x5 2", "1 2 3 4 5 1", "4 nan"])
    def test_a_wrong_word_enters_nothing(self, room: Workshop, text: str) -> None:
        with pytest.raises(EvaluatorError):
            room.score_room("lamps", "reach", text)
        assert room.ballots() == {}
        assert room.undo_label is None or "votes" not in room.undo_label

    def test_a_closed_round_takes_none(self, room: Workshop) -> None:
        room.close_round()
        with pytest.raises(EvaluatorError, match="closed round"):
            room.score_room("lamps", "reach", "4")


class TestBeforeTheReveal:
    def test_only_a_facilitator_learns_who_has_answered(self, project: Project) -> None:
        blind = project.begin("Blind", blind=True, participants=PEOPLE, facilitators=["Farah"])
        assert blind.knows_who_answered("farah", "amina")
        assert blind.knows_who_answered("amina", "amina")
        assert not blind.knows_who_answered("bilal", "amina")
        assert not blind.knows_who_answered(None, "amina")
        blind.close_round()
        blind.reveal_round()
        assert blind.knows_who_answered("bilal", "amina")

    def test_the_rule_of_consensus_is_fixed_once_somebody_scored(self, room: Workshop) -> None:
        room.set_session(consensus=consensus_rule("share=0.75"))
        assert room.session.consensus == Consensus("share", 0.75)
        room.score_room("lamps", "reach", "4")
        with pytest.raises(EvaluatorError, match="fixed when round 1 opened"):
            room.set_session(consensus=consensus_rule("iqr"))
        room.set_session(consensus=room.session.consensus, question="Why?")

    @pytest.mark.parametrize("word", ["rom", "share=1.5", "iqr=lots", "ram=-1", "ram=inf"])
    def test_a_rule_that_is_none_is_refused(self, word: str) -> None:
        with pytest.raises(EvaluatorError):
            consensus_rule(word)


class TestRanges:
    def test_a_line_a_cell_with_undo_and_history(self, room: Workshop, root: Path) -> None:
        room.act_as("amina")
        room.score("lamps", "reach", 3)
        room.set_range("lamps", "reach", (2, 4))
        room.save()
        path = root / "sessions/room/ballots/round-1/amina.toml"
        assert "\n[ranges.lamps]\nreach = [2, 4]\n" in path.read_text()
        before = path.read_text().splitlines()
        room.set_range("lamps", "reach", (2, 5))
        room.save()
        after = path.read_text().splitlines()
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert [line for line in changed if line.startswith("reach")] == ["reach = [2, 5]"]
        assert Project.check(root) == []
        assert again(root).ballot("amina").ranges == {"lamps": {"reach": (2, 5)}}
        room.undo()
        assert room.ballot().ranges == {"lamps": {"reach": (2, 4)}}
        told, _ = history.read(root / "sessions/room/history/amina.toml")
        assert [c.after for c in told if c.what == "range"] == [(2, 4), (2, 5)]

    @pytest.mark.parametrize("ends", [(4, 2), (0, 3), (3, 6), (float("nan"), 3)])
    def test_a_range_keeps_to_the_scale_and_rises(
        self, room: Workshop, ends: tuple[float, float]
    ) -> None:
        room.act_as("amina")
        with pytest.raises(EvaluatorError, match="range"):
            room.set_range("lamps", "reach", ends)

    @pytest.mark.parametrize(
        ("said", "what"),
        [("[4, 2]", "from 4 down to 2"), ("[0, 3]", "outside 1 to 5"), ("3", "no range")],
    )
    def test_a_bad_range_in_a_file_is_named(
        self, room: Workshop, root: Path, said: str, what: str
    ) -> None:
        room.score_room("lamps", "reach", "4")
        room.save()
        path = root / "sessions/room/ballots/round-1/amina.toml"
        path.write_text(
            path.read_text().replace("[end]", f"[ranges.lamps]\nreach = {said}\n\n[end]")
        )
        found = [p for p in Project.check(root) if p.level == "error"]
        assert [p.key for p in found] == ["ranges.lamps.reach"]
        assert what in found[0].what
        assert found[0].line is not None

    def test_words_that_look_like_a_range_stay(self, room: Workshop, root: Path) -> None:
        room.act_as("amina")
        note = "see\nx = [\n    1,\n    2,\n]\nthere"
        room.score("lamps", "reach", 3, note=note)
        room.set_range("lamps", "reach", (2, 4))
        room.save()
        assert again(root).ballot("amina").notes["lamps"]["reach"] == note


class TestRecusal:
    def test_counts_as_an_abstention_everywhere(self, room: Workshop, root: Path) -> None:
        room.score_room("ferry", "reach", "5 1")
        room.score_room("ferry", "burden", "1 5")
        room.recuse("ferry", "Owns the ferry", participant="bilal")
        room.save()
        found = again(root)
        ballot = found.ballot("bilal")
        assert ballot.recused == {"ferry": "Owns the ferry"}
        assert {ballot.score("ferry", id) for id in found.criteria} == {"abstain"}
        row = next(r for r in found.ranking().rows if r.option == "ferry")
        # amina alone: reach 5 and burden 1, lower better, are both worth 100
        assert row.value == pytest.approx(100)
        assert found.progress("bilal")[0] == 2
        assert room.undo() is not None
        assert room.ballot("bilal").score("ferry", "reach") == 1

    def test_scoring_it_is_refused_until_it_is_taken_back(self, room: Workshop) -> None:
        room.recuse("ferry", "Owns the ferry", participant="bilal")
        with pytest.raises(EvaluatorError, match=r"Bilal has stepped back .*night ferry"):
            room.score("ferry", "reach", 3, participant="bilal")
        with pytest.raises(EvaluatorError, match="Bilal"):
            room.score_room("ferry", "reach", "3 3")
        assert not room.has_answered("amina")
        room.recuse("ferry", None, participant="bilal")
        assert room.ballot("bilal").score("ferry", "reach") is None
        room.score_room("ferry", "reach", "3 3")

    def test_it_needs_a_reason(self, room: Workshop) -> None:
        with pytest.raises(EvaluatorError, match="reason"):
            room.recuse("ferry", "  ", participant="bilal")

    def test_one_written_by_hand_beside_scores_still_counts(self) -> None:
        scale = Criterion("x", "X", "How?", "higher", scale=(0, 10))
        ballots = [
            Ballot("a", 1, scores={"o": {"x": 10}}),
            Ballot("b", 1, scores={"o": {"x": 0}}, recused={"o": "a friend's"}),
        ]
        assert ballots[1].score("o", "x") == "abstain"
        assert of_group(ballots, [Option("o", "O")], {"x": scale}).values == {"o": (100,)}

    def test_it_goes_on_in_the_next_round(self, room: Workshop) -> None:
        room.recuse("ferry", "Owns it", participant="bilal")
        room.close_round()
        room.open_round()
        with pytest.raises(EvaluatorError, match="stepped back"):
            room.score("ferry", "reach", 3, participant="bilal")


def test_dissent_and_minority_statements_are_kept(room: Workshop, root: Path) -> None:
    room.dissent("lamps", "Light pollution was not weighed", participant="dora")
    room.close_round()
    with pytest.raises(EvaluatorError, match="closed round"):
        room.dissent("ferry", "late", participant="dora")
    room.state_minority("emil", "The question was the wrong one")
    room.save()
    found = again(root)
    assert found.ballot("dora").dissent == {"lamps": "Light pollution was not weighed"}
    assert found.session.dissent == {"emil": "The question was the wrong one"}
    assert Project.check(root) == []
    room.state_minority("emil", " ")
    assert room.session.dissent == {}


class TestTheMiddleHalf:
    def test_a_reason_is_worth_asking_for_outside_it(self, room: Workshop) -> None:
        room.score_room("lamps", "reach", "4 4 5 2 4")
        # quartiles of 2 4 4 4 5, linear: 4 and 4
        assert room.middle_half("lamps", "reach") == (4, 4, 5)
        outside = [
            k for k in room.voters if room.outside_middle_half("lamps", "reach", participant=k)
        ]
        assert outside == ["chidi", "dora"]

    def test_a_blind_round_is_compared_with_the_round_before(self, project: Project) -> None:
        blind = project.begin("Blind", blind=True, participants=PEOPLE, facilitators=["Farah"])
        blind.act_as("farah")
        blind.score_room("lamps", "reach", "4 4 5 2 4")
        assert blind.middle_half("lamps", "reach") is None
        assert not blind.outside_middle_half("lamps", "reach", participant="dora")
        blind.close_round()
        blind.reveal_round()
        blind.open_round()
        blind.score_room("lamps", "reach", "1 1 1 1 1")
        assert blind.middle_half("lamps", "reach") == (4, 4, 5)
        assert blind.outside_middle_half("lamps", "reach", participant="amina")

    def test_three_scores_have_none(self, room: Workshop) -> None:
        room.score_room("lamps", "reach", "1 2 5")
        assert room.middle_half("lamps", "reach") is None


class TestTheAgenda:
    def test_marks_are_kept_and_undone(self, room: Workshop, root: Path) -> None:
        room.mark("lamps", "reach", settled=True)
        room.mark("lamps", "reach", note=" Only the quay, not the hill ")
        room.mark("ferry", "burden", revote=True)
        room.save()
        document = tomllib.loads((root / "sessions/room/session.toml").read_text())
        assert document["agenda"] == {
            "lamps": {"reach": {"settled": True, "note": "Only the quay, not the hill"}},
            "ferry": {"burden": {"revote": True}},
        }
        found = again(root)
        assert found.session.agenda["lamps", "reach"] == Mark(
            settled=True, note="Only the quay, not the hill"
        )
        assert found.revotes() == (("ferry", "burden"),)
        assert Project.check(root) == []
        room.mark("ferry", "burden", revote=False)
        assert room.revotes() == ()
        room.undo()
        assert room.revotes() == (("ferry", "burden"),)

    def test_two_facilitators_marks_merge_cell_by_cell(self, room: Workshop, root: Path) -> None:
        other = again(root)
        other.mark("lamps", "reach", settled=True)
        other.save()
        room.mark("lamps", "burden", revote=True)
        room.save()
        assert set(again(root).session.agenda) == {("lamps", "reach"), ("lamps", "burden")}

    def test_it_can_be_marked_while_the_round_is_closed(self, room: Workshop) -> None:
        room.close_round()
        assert room.mark("lamps", "option", note="as a whole") == Mark(note="as a whole")
        with pytest.raises(EvaluatorError, match="'reech'"):
            room.mark("lamps", "reech", settled=True)


class TestWhoCounts:
    def test_the_median_of_values(self, room: Workshop, root: Path) -> None:
        room.score_room("lamps", "reach", "1 2 2 5 5")
        room.combine("median")
        room.save()
        found = again(root)
        # values 0 25 25 100 100: the middle one is 25, the mean 50
        assert found.table().values["lamps"][0] == 25
        assert found.table().scores["lamps"][0] == 2
        found.combine("mean")
        assert found.table().values["lamps"][0] == pytest.approx(50)

    def test_participants_weighted(self, room: Workshop, root: Path) -> None:
        room.score_room("lamps", "reach", "1 5")
        room.weigh_people([("amina", 3)])
        room.save()
        found = again(root)
        # (3 × 0 + 1 × 100) / 4
        assert found.table().values["lamps"][0] == pytest.approx(25)
        assert (
            tomllib.loads((root / "sessions/room/session.toml").read_text())["participants"][
                "amina"
            ]["weight"]
            == 3
        )
        found.weigh_people([("amina", 0)])
        assert found.table().values["lamps"][0] == 100
        assert found.table().counts["lamps"][0] == 1

    def test_somebody_must_count(self, room: Workshop) -> None:
        with pytest.raises(EvaluatorError, match="every participant"):
            room.weigh_people([(key, 0) for key in room.session.participants])
        with pytest.raises(EvaluatorError, match="no number"):
            room.weigh_people([("amina", -1)])


SCALE = Criterion("x", "X", "How?", "higher", levels=tuple(Level(n, f"l{n}") for n in range(1, 6)))


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 4)), min_size=1, max_size=9),
    st.sampled_from(["mean", "median"]),
)
def test_a_whole_weight_is_as_many_ballots(votes: list[tuple[int, int]], how: str) -> None:
    def ballots(scores: list[int]) -> list[Ballot]:
        return [Ballot(str(n), 1, scores={"o": {"x": score}}) for n, score in enumerate(scores)]

    options = [Option("o", "O")]
    weighted = of_group(
        ballots([score for score, _ in votes]),
        options,
        {"x": SCALE},
        combine=how,  # type: ignore[arg-type]
        weights=[weight for _, weight in votes],
    )
    copied = of_group(
        ballots([score for score, weight in votes for _ in range(weight)]),
        options,
        {"x": SCALE},
        combine=how,  # type: ignore[arg-type]
    )
    assert weighted.values["o"][0] == pytest.approx(copied.values["o"][0])


def test_words_for_the_report_are_kept(room: Workshop, root: Path) -> None:
    room.describe("sponsor", "The harbour council")
    room.add_participant(Participant("Guest"))
    room.save()
    assert again(root).session.about == {"sponsor": "The harbour council"}


class TestKeepingUpWithRounds:
    def test_a_round_opened_elsewhere_is_gone_on_to(self, room: Workshop, root: Path) -> None:
        amina = again(root)
        amina.act_as("amina")
        amina.score("lamps", "reach", 4)
        amina.save()
        scan = room.scan()
        assert scan is not None
        room.take_in(scan)
        room.close_round()
        room.open_round()
        room.save()
        scan = amina.scan()
        assert scan is not None
        amina.take_in(scan)
        assert (amina.round, amina.can_score) == (2, True)
        assert amina.ballot().score("lamps", "reach") == 4
        amina.score("lamps", "reach", 3)
        amina.save()
        found = again(root)
        assert found.ballot("amina", 1).score("lamps", "reach") == 4
        assert found.ballot("amina", 2).score("lamps", "reach") == 3

    def test_whoever_looks_back_stays_there(self, room: Workshop, root: Path) -> None:
        room.close_round()
        room.open_round()
        room.save()
        amina = again(root)
        amina.look_at_round(1)
        room.close_round()
        room.open_round()
        room.save()
        scan = amina.scan()
        assert scan is not None
        amina.take_in(scan)
        assert (amina.round, amina.session.round) == (1, 3)

    def test_undo_and_redo_of_a_round(self, room: Workshop) -> None:
        room.close_round()
        room.open_round()
        room.undo()
        assert (room.round, room.session.round) == (1, 1)
        room.redo()
        assert (room.round, room.session.round) == (2, 2)
