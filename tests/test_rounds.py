"""Between rounds: who moved, how agreement moved, which ranks changed, who ranks otherwise."""

import pytest

from evaluator import rounds
from evaluator.errors import EvaluatorError
from evaluator.project import Project
from evaluator.workshop import Workshop

FIRST = {
    "lamps": {"reach": "5 4 1", "burden": "2 2 2"},
    "ferry": {"reach": "3 3 3", "burden": "3 3 3"},
    "boats": {"reach": "1 2 5", "burden": "4 4 4"},
}


@pytest.fixture
def two(project: Project) -> Workshop:
    """Three people, two rounds: chidi, who stood alone, moves to the others; bilal drops out."""
    made = project.begin(
        "Two", blind=True, participants=["Amina", "Bilal", "Chidi"], facilitators=["Farah"]
    )
    made.act_as("farah")
    for option, row in FIRST.items():
        for criterion, votes in row.items():
            made.score_room(option, criterion, votes)
    made.close_round()
    made.reveal_round()
    made.open_round()
    made.score("lamps", "reach", 4, participant="chidi")
    made.score("boats", "reach", 2, participant="chidi")
    made.act_as("amina")
    made.keep_all()
    made.act_as("farah")
    return made


def test_who_moved_is_for_their_own_eyes(two: Workshop) -> None:
    found = rounds.moves(two, "chidi")
    assert [(m.option, m.criterion, m.before, m.after) for m in found] == [
        ("lamps", "reach", 1, 4),
        ("boats", "reach", 5, 2),
    ]
    assert rounds.moves(two, "amina") == ()
    assert rounds.moves(two, "bilal") == ()
    assert rounds.moves(two, "chidi", 1) == ()


def test_agreement_rises_from_round_to_round(two: Workshop) -> None:
    first, second = (rounds.agreement(two, n, "farah") for n in (1, 2))
    assert (first.ballots, first.ranked, second.ballots, second.ranked) == (3, 3, 2, 2)
    # ranks of lamps, ferry, boats: 1 2 3 twice and, of chidi, values .6×0+.4×75=30,
    # .6×50+.4×50=50, .6×100+.4×25=70, so 3 2 1: rank sums 5 6 7, S = 2, W = 12×2/(9×24) = 1/9
    assert first.kendall_w == pytest.approx(1 / 9)
    assert second.kendall_w == pytest.approx(1)
    assert rounds.words(first).startswith(
        "3 of 3 ballots; Kendall's W 0.11 over 3 ballots (very weak"
    )
    assert "unusually strong" in rounds.words(second)


def test_what_changed_over_everybody(two: Workshop) -> None:
    found = rounds.change(two, 2, "farah")
    # medians of round 1: reach of lamps 4, of boats 2; both of chidi's changes came nearer
    assert (found.movers, found.stayers, found.cells, found.closer) == (1, 1, 2, 2)
    assert found.dropped == 1
    # means of round 1: lamps .6×58.3+.4×75=65, ferry 50, boats .6×41.7+.4×25=35: no rank changes
    assert found.shifts == ()
    for who in ("amina", "chidi"):
        two.score("lamps", "reach", 1, participant=who)
    # lamps .6×0+.4×75=30 falls behind ferry 50
    shifts = rounds.change(two, 2, "farah").shifts
    assert [(s.option, s.before, s.after) for s in shifts] == [("ferry", 2, 1), ("lamps", 1, 2)]


def test_who_ranks_otherwise(two: Workshop) -> None:
    found = rounds.orders(two, "farah", 1)
    assert [(o.participant, o.tau, o.n, o.first) for o in found] == [
        ("chidi", -1, 3, "boats"),
        ("amina", 1, 3, "lamps"),
        ("bilal", 1, 3, "lamps"),
    ]


def test_own_weights_count_for_ones_own_order(two: Workshop) -> None:
    two.weigh({"reach": 0}, participant="chidi")
    chidi = next(o for o in rounds.orders(two, "farah") if o.participant == "chidi")
    assert (chidi.tau, chidi.first) == (1, "lamps")


def test_a_blind_round_keeps_its_secrets(two: Workshop) -> None:
    for ask in (rounds.agreement, rounds.change):
        with pytest.raises(EvaluatorError, match="not revealed"):
            ask(two, 2, "amina")
    with pytest.raises(EvaluatorError, match="not revealed"):
        rounds.orders(two, "amina")
    told = rounds.document(two, "amina")
    assert [one["round"] for one in told["agreement"]] == [1]
    assert (told["changes"], told["orders"]) == ([], [])
    assert len(rounds.document(two, "farah")["changes"]) == 1


def test_rounds_that_are_not_there_can_not_be_compared(two: Workshop) -> None:
    for later in (1, 3):
        with pytest.raises(EvaluatorError, match=f"no rounds {later - 1} and {later} to compare"):
            rounds.change(two, later, "farah")


def test_an_abstention_is_a_move_but_comes_no_closer(two: Workshop) -> None:
    two.score("lamps", "reach", "abstain", participant="amina")
    assert [(m.before, m.after) for m in rounds.moves(two, "amina")] == [(5, "abstain")]
    found = rounds.change(two, 2, "farah")
    assert (found.movers, found.stayers, found.cells, found.closer) == (2, 0, 3, 2)


def test_a_move_as_far_to_the_other_side_comes_no_closer(two: Workshop) -> None:
    # the median of lamps in round 1 is 4: amina goes from 5 to 3, one away as before
    two.score("lamps", "reach", 3, participant="amina")
    found = rounds.change(two, 2, "farah")
    assert (found.cells, found.closer) == (3, 2)
    two.score("lamps", "reach", 4, participant="amina")
    assert rounds.change(two, 2, "farah").closer == 3


def test_an_order_of_one_option_is_none(two: Workshop) -> None:
    for option in ("ferry", "boats"):
        two.score(option, "reach", None, participant="amina")
    amina = next(o for o in rounds.orders(two, "farah") if o.participant == "amina")
    assert (amina.tau, amina.n, amina.first) == (None, 1, "lamps")
    assert rounds.orders(two, "farah")[-1] == amina, "what is not defined stands last"


def test_a_shared_first_place_is_nobodys(two: Workshop) -> None:
    # boats and lamps alike: reach 5 and burden 2
    for criterion, score in (("reach", 5), ("burden", 2)):
        two.score("boats", criterion, score, participant="amina")
    amina = next(o for o in rounds.orders(two, "farah") if o.participant == "amina")
    assert (amina.first, amina.n) == (None, 3)


def test_agreement_in_words(two: Workshop) -> None:
    made = rounds.Agreement(1, 5, 7, 0, None, 2, 6, None, 0)
    assert rounds.words(made) == (
        "5 of 7 ballots; Kendall's W needs two ballots without open cells; "
        "disagreement in 2 of 6 cells."
    )


@pytest.mark.parametrize(
    ("w", "strength"),
    [
        (0, "very weak"), (0.19, "very weak"), (0.2, "weak"), (0.4, "moderate"),
        (0.6, "strong"), (0.79, "strong"), (0.8, "unusually strong"), (1, "unusually strong"),
    ],
)  # fmt: skip
def test_the_steps_of_agreement(w: float, strength: str) -> None:
    said = rounds.words(rounds.Agreement(1, 3, 3, 3, w, 0, 0, None, 0))
    assert said == f"3 of 3 ballots; Kendall's W {w:.2f} over 3 ballots ({strength} agreement)."


@pytest.mark.parametrize(
    ("settings", "as_", "seen"),
    [
        ({}, None, ["amina", "bilal"]),
        ({}, "bilal", ["amina", "bilal"]),
        ({"anonymous": True}, "bilal", ["bilal"]),
        ({"anonymous": True}, "farah", ["amina", "bilal"]),
        ({"anonymous": True}, None, []),
        ({"blind": True}, "amina", ["amina"]),
        ({"blind": True}, "farah", ["amina", "bilal"]),
    ],
)
def test_who_may_know_what_became_of_a_cell(
    project: Project, settings: dict[str, bool], as_: str | None, seen: list[str]
) -> None:
    made = project.begin("Told", participants=["Amina", "Bilal"], facilitators=["Farah"])
    made.set_session(**settings)
    made.score("lamps", "reach", 3, participant="amina")
    made.score("lamps", "burden", 3, participant="amina")
    made.score("ferry", "reach", 3, participant="amina")
    made.recuse("lamps", "Owns it", participant="bilal")
    made.save()
    found = rounds.told(made, "lamps", "reach", as_=as_)
    assert list(dict.fromkeys(who for who, _ in found)) == seen
    kinds = {"amina": ["score"], "bilal": ["recused", "score"]}
    assert [change.what for _, change in found] == [kind for who in seen for kind in kinds[who]]
    assert all(change.option == "lamps" for _, change in found)
