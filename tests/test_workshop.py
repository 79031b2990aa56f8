"""What a workshop answers: scores, undo, rounds, and the numbers of the additive model."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis.ranking import rank, shares
from evaluator.analysis.table import Table
from evaluator.errors import EvaluatorError
from evaluator.model import Ballot, Option, Participant, Suggestion
from evaluator.project import Project
from evaluator.workshop import Changed, Event, Workshop


def fill(workshop: Workshop, **scores: tuple[object, object]) -> None:
    for option, (reach, burden) in scores.items():
        workshop.score(option, "reach", reach)  # type: ignore[arg-type]
        workshop.score(option, "burden", burden)  # type: ignore[arg-type]


def test_values_contributions_and_ranks(workshop: Workshop) -> None:
    fill(workshop, lamps=(4, 2), ferry=(5, 4), boats=(3, 3))
    rows = workshop.ranking("amina").rows
    # shares 0.6 and 0.4; values: reach 4 of 1–5 is 75, burden 2 of 1–5, lower better, is 75
    assert [(row.option, row.value) for row in rows] == [
        ("lamps", pytest.approx(0.6 * 75 + 0.4 * 75)),
        ("ferry", pytest.approx(0.6 * 100 + 0.4 * 25)),
        ("boats", pytest.approx(0.6 * 50 + 0.4 * 50)),
    ]
    assert rows[1].contributions == {"reach": pytest.approx(60), "burden": pytest.approx(10)}


def test_an_open_cell_is_not_zero(workshop: Workshop) -> None:
    fill(workshop, lamps=(4, 2), ferry=(5, "abstain"), boats=(3, 3))
    row = workshop.ranking("amina").rows[-1]
    assert (row.option, row.rank, row.value, row.complete) == ("ferry", None, None, False)
    assert (row.low, row.high) == (pytest.approx(60), pytest.approx(100))
    assert (row.rank_best, row.rank_worst) == (1, 2)
    assert workshop.progress() == (6, 6)


def test_equal_values_share_a_rank_in_file_order(workshop: Workshop) -> None:
    fill(workshop, lamps=(3, 3), ferry=(3, 3), boats=(2, 4))
    rows = workshop.ranking("amina").rows
    assert [(r.option, r.rank, r.rank_worst) for r in rows] == [
        ("lamps", 1, 1), ("ferry", 1, 1), ("boats", 3, 3),
    ]  # fmt: skip


def test_the_groups_cell_is_the_mean_of_values_of_those_who_scored(workshop: Workshop) -> None:
    fill(workshop, lamps=(4, 2))
    workshop.join("bilal")
    fill(workshop, lamps=(3, "abstain"))
    row = workshop.ranking().rows[0]
    assert row.scores == {"reach": 3.5, "burden": 2}
    # reach: mean of 75 and 50; burden: bilal abstained, so 75
    assert row.value == pytest.approx(0.6 * 62.5 + 0.4 * 75)


def test_discounted_options_are_left_out(workshop: Workshop) -> None:
    option = workshop.option("boats")
    workshop.edit_option(msgspec.structs.replace(option, status="discounted", reason="No teachers"))
    assert [row.option for row in workshop.ranking("amina").rows] == ["lamps", "ferry"]
    assert workshop.progress() == (0, 4)
    workshop.undo()
    assert len(workshop.options) == 3


@pytest.mark.parametrize("value", [0, 6, 1e308, True, float("nan"), "three", [4]])
def test_a_score_outside_its_scale_is_refused(workshop: Workshop, value: object) -> None:
    with pytest.raises(EvaluatorError, match="Reach"):
        workshop.score("lamps", "reach", value)  # type: ignore[arg-type]
    assert workshop.ballot().score("lamps", "reach") is None


def test_unknown_ids_name_the_nearest(workshop: Workshop) -> None:
    with pytest.raises(EvaluatorError, match=r"'lmaps'.*'lamps'"):
        workshop.score("lmaps", "reach", 3)
    with pytest.raises(EvaluatorError, match=r"'reech'.*'reach'"):
        workshop.score("lamps", "reech", 3)


def test_undo_and_redo_walk_every_change(workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.note("lamps", "option", "Cheap")
    workshop.weigh({"reach": 10})
    workshop.rename("Second thoughts")
    assert workshop.shares()["reach"] == pytest.approx(10 / 50)
    for _ in range(4):
        assert workshop.undo() is not None
    assert workshop.undo() is None
    assert workshop.ballot().scores == {}
    assert workshop.session.title == "First"
    assert workshop.shares()["reach"] == pytest.approx(0.6)
    while workshop.redo():
        pass
    assert workshop.session.title == "Second thoughts"
    assert workshop.ballot().notes == {"lamps": {"option": "Cheap"}}


def test_accepting_records_what_was_accepted_and_scoring_over_it_forgets(
    workshop: Workshop,
) -> None:
    found = workshop.accept("ferry", "reach")
    assert found is not None
    assert workshop.ballot().score("ferry", "reach") == 4
    assert workshop.ballot().accepted["ferry"]["reach"] == found.rationale
    workshop.score("ferry", "reach", 2)
    assert workshop.ballot().accepted == {}
    workshop.undo()
    assert workshop.ballot().accepted["ferry"]["reach"] == found.rationale


def test_a_closed_round_never_changes(workshop: Workshop) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.close_round()
    assert workshop.session.rounds[1].state == "revealed"
    with pytest.raises(EvaluatorError, match="closed round"):
        workshop.score("lamps", "reach", 1)


def test_round_two_starts_from_ones_own_round_one(workshop: Workshop, project: Project) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.close_round()
    workshop.open_round()
    assert workshop.ballot().score("lamps", "reach") == 4
    assert not workshop.has_answered("amina")
    workshop.score("ferry", "reach", 2)
    workshop.save()
    again = project.workshop("first")
    assert again.ballot("amina", 2).scores == {"lamps": {"reach": 4}, "ferry": {"reach": 2}}
    assert again.ballot("amina", 1).scores == {"lamps": {"reach": 4}}


def test_rounds_go_one_way(project: Project) -> None:
    blind = project.begin("Blind", blind=True, participants=["Amina"], facilitators=["Farah"])
    with pytest.raises(EvaluatorError, match="closed"):
        blind.reveal_round()
    blind.close_round()
    assert blind.session.rounds[1].state == "closed"
    assert not blind.sees_all("amina")
    assert blind.sees_all("farah")
    with pytest.raises(EvaluatorError, match="closed"):
        blind.open_round()
    blind.reveal_round()
    assert blind.sees_all("amina")
    blind.open_round()
    assert blind.session.round == 2


def test_in_a_hidden_round_one_sees_ones_own_ballot_alone(project: Project) -> None:
    blind = project.begin("Blind", blind=True, participants=["Amina", "Bilal"])
    for who in ("amina", "bilal"):
        blind.score("lamps", "reach", 3, participant=who)
    blind.close_round()
    blind.reveal_round()
    blind.open_round()
    for who in ("amina", "bilal"):
        blind.score("lamps", "reach", 4, participant=who)
    assert list(blind.visible_ballots("amina", 1)) == ["amina", "bilal"]
    assert list(blind.visible_ballots("amina", 2)) == ["amina"]
    assert list(blind.visible_ballots("amina")) == ["amina"]
    assert blind.visible_ballots(None) == {}


def test_rounds_follow_each_other_though_a_clock_goes_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project.begin("Clock", blind=True)
    start = made.session.rounds[1].opened

    def at(seconds: int) -> None:
        monkeypatch.setattr("evaluator.workshop.now", lambda: start + timedelta(seconds=seconds))

    at(60)
    made.close_round()
    at(30)
    made.reveal_round()
    at(10)
    made.open_round()
    first, second = made.session.rounds.values()
    assert first.closed == first.revealed == second.opened == start + timedelta(seconds=60)
    at(90)
    made.close_round()
    assert made.session.rounds[2].closed == start + timedelta(seconds=90)


def test_own_weights_count_for_ones_own_ranking_alone(workshop: Workshop) -> None:
    workshop.weigh({"reach": 0}, participant="amina")
    assert workshop.shares("amina") == {"reach": 0.0, "burden": 1.0}
    assert workshop.shares() == {"reach": 0.6, "burden": 0.4}
    with pytest.raises(EvaluatorError, match="all weights are 0"):
        workshop.weigh({"burden": 0}, participant="amina")


def test_people_by_key_or_name(workshop: Workshop) -> None:
    assert workshop.participant("AMINA") == "amina"
    with pytest.raises(EvaluatorError, match=r"'amena'.*'[aA]mina'"):
        workshop.participant("amena")
    assert workshop.join("Amina!") == "amina-2"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.set_scenario(" ", None), "a scenario needs a name."),
        (
            lambda w: w.set_scenario("None", {"reach": 0, "burden": 0}),
            "all weights are 0. Give one criterion a weight above 0",
        ),
        (
            lambda w: w.edit_option(Option("No id", "A")),
            "'No id' is no id for an option. Use a–z, 0–9 and -",
        ),
        (lambda w: w.edit_option(Option("quay", " ")), "an option needs a title."),
        (lambda w: w.rename("\t"), "a session needs a title."),
        (lambda w: w.add_participant(Participant(" ")), "a participant needs a name."),
        (lambda w: w.set_participant("amina", Participant("")), "a participant needs a name."),
        (lambda w: w.confide("lamps", "reach", 1.1), "confidence 1.1 is outside 0 to 1."),
        (lambda w: w.confide("lamps", "reach", True), "confidence True is outside 0 to 1."),
        (
            lambda w: w.weigh({"reach": -1}),
            "weight of reach: -1 is no number from 0 up.",
        ),
        (
            lambda w: w.look_at_round(2),
            "no round 2. This session has rounds 1 to 1",
        ),
        (lambda w: w.open_round(), "round 1 is open. Close and reveal it before the next"),
        (lambda w: w.reveal_round(), "round 1 is open; it must be closed to reveal it."),
        (
            lambda w: w.replace_ballot(Ballot("amina", 2)),
            "round 2 is closed: it never changes.",
        ),
        (lambda w: w.accept_all("charm"), "no criterion 'charm'. Known: reach, burden"),
        (lambda w: w.note("lamps", "raech", "x"), "no criterion 'raech'. Did you mean 'reach'?"),
        (lambda w: w.shares(scenario="Gren"), "no scenario 'Gren'."),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    workshop: Workshop, change: Callable[[Workshop], object], says: str
) -> None:
    before, state = workshop.revision, workshop._state
    with pytest.raises(EvaluatorError) as caught:
        change(workshop)
    assert str(caught.value) == says
    assert workshop.revision == before
    assert workshop._state is state


def test_nobody_scores_for_nobody(project: Project) -> None:
    alone = project.begin("Alone")
    with pytest.raises(EvaluatorError, match=r"nobody is scoring. Say who: --as NAME"):
        alone.score("lamps", "reach", 3)


def test_a_criterion_without_a_word_for_it_proposes_nothing(workshop: Workshop) -> None:
    assert workshop.accept("lamps", "burden") is None
    assert workshop.accept("lamps", "reach") is None, "no ferry and no boat in its text"
    assert workshop.ballot().scores == {}
    assert workshop.undo_label is None


def test_accepting_all_fills_what_is_open_and_is_one_step(workshop: Workshop) -> None:
    workshop.note("ferry", "reach", "Late shifts")
    assert workshop.accept_all("reach") == 1
    assert workshop.ballot().scores == {"ferry": {"reach": 4}}
    assert workshop.accept_all("reach") == 0
    assert workshop.undo_label == "accept all of Reach"
    workshop.undo()
    assert workshop.ballot().scores == {}
    assert workshop.ballot().notes == {"ferry": {"reach": "Late shifts"}}
    workshop.score("ferry", "reach", "abstain")
    assert workshop.accept_all("reach") == 0, "an abstention is an answer"


def test_what_a_plugin_proposes_is_known_once_it_has_said_so(workshop: Workshop) -> None:
    workshop.live.clear()
    assert workshop.suggestion("ferry", "reach") is None
    assert not workshop.has_learnt("ferry", "reach")
    said = Suggestion(2, 0.5, "Few would")
    workshop.learn("ferry", "reach", said)
    workshop.learn("boats", "reach", None)
    assert workshop.suggestion("ferry", "reach") == said
    assert workshop.has_learnt("boats", "reach")
    workshop.brief_changed()
    assert not workshop.has_learnt("boats", "reach")


def test_one_key_closes_and_one_undo_opens_again(workshop: Workshop) -> None:
    workshop.close_round()
    assert workshop.session.rounds[1].state == "revealed"
    assert workshop.undo_label == "close round 1"
    workshop.undo()
    assert workshop.session.rounds[1].state == "open"


def test_undoing_the_first_score_leaves_no_ballot(workshop: Workshop, root: Path) -> None:
    workshop.score("lamps", "reach", 4)
    workshop.save()
    path = root / "sessions/first/ballots/round-1/amina.toml"
    assert path.exists()
    workshop.undo()
    assert not workshop.has_answered("amina")
    workshop.save()
    assert not path.exists()
    assert Project.open(root).sessions()[0].ballots == 0


def test_a_round_that_others_have_answered_is_not_undone(workshop: Workshop, root: Path) -> None:
    workshop.close_round()
    workshop.open_round()
    workshop.save()
    other = Project.open(root).workshop("first")
    other.score("lamps", "reach", 3, participant="bilal")
    other.save()
    scan = workshop.scan()
    assert scan is not None
    assert workshop.take_in(scan)
    with pytest.raises(EvaluatorError, match="round 2 has ballots: it can't be taken back"):
        workshop.undo()
    assert workshop.session.round == 2
    assert workshop.undo_label == "open round 2", "nothing was lost by trying"


def test_a_score_is_not_undone_once_its_round_was_closed_elsewhere(
    workshop: Workshop, root: Path
) -> None:
    workshop.score("lamps", "reach", 3)
    workshop.save()
    other = Project.open(root).workshop("first")
    other.close_round()
    other.save()
    scan = workshop.scan()
    assert scan is not None
    assert workshop.take_in(scan)
    with pytest.raises(EvaluatorError, match="round 1 is closed; it never changes"):
        workshop.undo()
    assert workshop.ballot().score("lamps", "reach") == 3


def test_an_old_scan_is_not_taken_in(workshop: Workshop, root: Path) -> None:
    other = Project.open(root).workshop("first")
    other.score("lamps", "reach", 3, participant="bilal")
    other.save()
    scan = workshop.scan()
    assert scan is not None
    workshop.score("ferry", "reach", 2)
    workshop.save()
    assert not workshop.take_in(scan), "what it was compared with is no more"
    assert workshop.ballot("bilal").score("lamps", "reach") == 3, "saving took it in"


def test_a_file_that_was_only_touched_changes_nothing_shown(workshop: Workshop, root: Path) -> None:
    workshop.score("ferry", "reach", 2)
    workshop.save()
    heard: list[object] = []
    workshop.listen(heard.append)
    os.utime(root / "sessions/first/ballots/round-1/amina.toml", (1, 1))
    scan = workshop.scan()
    assert scan is not None
    assert not workshop.take_in(scan)
    assert heard == []
    assert workshop.scan() is None


def test_a_session_gains_the_criteria_of_plugins_that_came_late(project: Project) -> None:
    reach, burden = project.criteria.values()
    project.criteria, project.weights = {"burden": burden}, {"burden": 40}
    begun = project.begin("Early", participants=["Amina"])
    begun.act_as("amina")
    begun.score("lamps", "burden", 2)
    begun.gain({"reach": reach, "burden": burden}, {"reach": 30})
    assert list(begun.criteria) == ["reach", "burden"]
    assert begun.criteria["reach"].suggest is None, "frozen without its function"
    assert begun.session.weights == {"reach": 30, "burden": 40}
    assert begun.undo_label == "score 2, Burden", "no step of one's own"
    revision = begun.revision
    begun.gain({"reach": reach}, {})
    assert begun.revision == revision
    begun.save()
    opened = project.workshop("early")
    opened.gain({"charm": msgspec.structs.replace(reach, id="charm")}, {})
    assert list(opened.criteria) == ["reach", "burden"], "begun by another: stays as frozen"


def test_what_was_given_before_the_keyboard_was_passed_on_is_saved(project: Project) -> None:
    begun = project.begin("Room", participants=["Amina", "Bilal"])
    begun.act_as("amina")
    assert not begun.unsaved, "who takes part is not worth a folder yet"
    begun.score("lamps", "reach", 4)
    begun.act_as("bilal")
    assert begun.unsaved
    job = begun.take_save()
    assert job is not None
    begun.saved(job, job.run())
    assert project.workshop("room").ballot("amina").score("lamps", "reach") == 4


def test_a_new_option_gets_a_free_id(workshop: Workshop) -> None:
    assert workshop.new_option_id("Plant trees!") == "plant-trees"
    assert workshop.new_option_id("Lamps") == "lamps-2"
    assert workshop.new_option_id("Option").startswith("n-"), "that id is reserved"


def test_own_weights_are_forgotten_in_one_step(workshop: Workshop) -> None:
    workshop.weigh({"reach": 1, "burden": 3}, participant="amina")
    workshop.forget_own_weights("amina")
    assert workshop.ballot().weights == {}
    workshop.undo()
    assert workshop.ballot().weights == {"reach": 1, "burden": 3}


def test_a_listener_hears_no_more_once_it_is_told_to_stop(workshop: Workshop) -> None:
    heard: list[Event] = []
    stop = workshop.listen(heard.append)
    workshop.score("lamps", "reach", 3)
    workshop.weigh({"reach": 20})
    stop()
    workshop.score("lamps", "reach", 4)
    assert heard == [
        Changed(frozenset({"scores"}), frozenset({("lamps", "reach")}), "score 3, Reach"),
        Changed(frozenset({"session", "weights"}), frozenset(), "weights"),
    ]


VALUES = st.one_of(st.none(), st.floats(0, 100, allow_nan=False))


@given(st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=12), st.integers(0, 10))
def test_rank_intervals_hold_for_every_filling(
    rows: list[tuple[float | None, float | None]], weight: int
) -> None:
    ids = [f"o{n}" for n in range(len(rows))]
    values = dict(zip(ids, rows, strict=True))
    table = Table(("x", "y"), dict.fromkeys(ids, ""), values, values, {})  # type: ignore[arg-type]
    share = shares({"x": weight, "y": 5}, {"x": 0, "y": 0})
    found = {row.option: row for row in rank(table, share).rows}

    def overall(row: tuple[float | None, float | None], filling: float) -> float:
        return sum(
            share[id] * (filling if value is None else value)
            for id, value in zip("xy", row, strict=True)
        )

    for filling in (0.0, 50.0, 100.0):
        totals = {id: overall(row, filling) for id, row in values.items()}
        for id, total in totals.items():
            above = sum(other > total + 2e-9 for other in totals.values())
            assert found[id].rank_best <= 1 + above <= found[id].rank_worst
