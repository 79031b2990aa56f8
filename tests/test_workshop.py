"""What a workshop answers: scores, undo, rounds, and the numbers of the additive model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.analysis.ranking import rank, shares
from evaluator.analysis.table import Table
from evaluator.errors import EvaluatorError
from evaluator.project import Project
from evaluator.workshop import Workshop


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
    import msgspec

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
