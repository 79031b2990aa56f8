"""The nouns: what a criterion must be, and how scores become values, words and scores again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaluator import model
from evaluator.analysis.ranking import shares
from evaluator.api import Criterion, Level, likert
from evaluator.errors import EvaluatorError

GOOD = {
    "id": "x",
    "title": "X",
    "question": "How?",
    "better": "higher",
    "levels": likert("Few", "Many"),
}
FLAT = {"levels": (), "scale": (0, 5)}


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"id": 3}, "id: 3 is no id: use a–z, 0–9 and -, not first or last, at most 40 characters"),
        ({"title": 3}, "title: must be text"),
        ({"unit": None}, "unit: must be text"),
        ({"title": "\t"}, "title: is blank"),
        ({"question": "Why"}, 'question: must end with "?" and say what is meant'),
        ({"better": "up"}, 'better: \'up\' is neither "higher" nor "lower"'),
        ({"levels": ()}, "levels: neither levels nor a scale is given; give one of the two"),
        ({"scale": (0, 1)}, "levels: give either levels or a scale, and not both"),
        ({"levels": ("a", "b")}, "levels: must be Level objects; likert() makes them from words"),
        ({"levels": likert("a")}, "levels: 1 given; 2 to 11 levels make a scale"),
        (
            {"levels": (Level(1, "a"), Level(float("inf"), "b"))},
            "levels: every score must be a finite number",
        ),
        (
            {"levels": (Level(2, "a"), Level(2.0, "b"))},
            "levels: the scores must rise from level to level",
        ),
        ({"levels": likert("a", "")}, "levels: level 2 has no label"),
        ({"levels": (Level(1, "a", 3), Level(2, "b"))}, "levels: describe of level 1 must be text"),
        ({"levels": (), "scale": (1, True)}, "scale: must be two numbers, low and high"),
        ({"levels": (), "scale": 5}, "scale: must be two numbers, low and high"),
        ({"levels": (), "scale": (5, 5)}, "scale: 5 to 5 does not rise; put the lower first"),
        ({**FLAT, "curve": "0-5"}, "curve: must be two or more points [score, value]"),
        ({**FLAT, "curve": ((0, 0), 5)}, "curve: must be two or more points [score, value]"),
        ({**FLAT, "curve": ((1, 0), (5, 100))}, "curve: must run over the whole scale, 0 to 5"),
    ],
)
def test_a_criterion_that_breaks_a_rule_can_not_be_made(fields: dict[str, Any], says: str) -> None:
    for kind in (model.Criterion, Criterion):
        with pytest.raises(ValueError) as caught:
            kind(**{**GOOD, **fields})
        assert str(caught.value) == f"criterion {str({**GOOD, **fields}['id'])!r}: {says}"


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"title": "x" * 31}, "title: has 31 characters; 30 are the most"),
        ({"short": "sevenly"}, "short: takes 7 cells; 6 are the most"),
        ({"levels": likert("a" * 17, "b")}, f"levels: label '{'a' * 17}' is longer than 16 cells"),
    ],
)
def test_too_long_a_text_is_refused_of_a_plugin_and_borne_in_a_file(
    fields: dict[str, Any], says: str
) -> None:
    assert model.Criterion(**{**GOOD, **fields}).id == "x"
    with pytest.raises(ValueError, match=says):
        Criterion(**{**GOOD, **fields})
    exact = {"title": "x" * 30, "short": "sixish", "levels": likert("a" * 16, "b")}
    assert Criterion(**{**GOOD, **exact}).head == "sixish"


def test_what_heads_a_column() -> None:
    assert Criterion(**{**GOOD, "title": "Jobs lost"}).head == "Jobs l"
    assert Criterion(**{**GOOD, "title": "Three words"}).head == "Three", "no blank at the end"


JOBS = Criterion("jobs", "Jobs", "How many?", "higher", scale=(0, 500), unit="thousand",
                 curve=((0, 0), (100, 60), (200, 60), (500, 100)))  # fmt: skip
NOISE = Criterion("noise", "Noise", "How loud?", "lower", scale=(30, 80), unit="dB")
STEPS = Criterion("steps", "Steps", "How far?", "lower",
                  (Level(1, "Near"), Level(2.5, "Off"), Level(6, "Far")))  # fmt: skip


def test_values_are_anchored_to_the_ends_of_the_scale() -> None:
    assert (JOBS.worst, JOBS.best, NOISE.worst, NOISE.best) == (0, 500, 80, 30)
    assert (STEPS.worst, STEPS.best) == (6, 1)
    # 60 at 100 and at 200, then 40 more over 300: 60 + 40 × 150 / 300
    assert [JOBS.value(score) for score in (0, 50, 150, 350, 500)] == [0, 30, 60, 80, 100]
    # a straight line from 80 down to 30: (80 - 65) / 50
    assert [NOISE.value(score) for score in (30, 65, 80)] == [100, 30, 0]
    # (6 - 2.5) / 5
    assert STEPS.value(2.5) == 70
    for score in (-0.1, 500.1, "3", None, float("nan"), True):
        with pytest.raises(ValueError, match=r"jobs: .* is outside 0 to 500"):
            JOBS.value(score)  # type: ignore[arg-type]


def test_a_value_becomes_a_score_again() -> None:
    assert [JOBS.score_at(value) for value in (0, 30, 80, 100)] == [0, 50, 350, 500]
    assert JOBS.score_at(60) == 150, "the middle of the flat piece"
    assert [NOISE.score_at(value) for value in (0, 30, 100)] == [80, 65, 30]
    for value in (-1, 100.5, float("nan")):
        with pytest.raises(ValueError, match="outside 0 to 100"):
            JOBS.score_at(value)


def test_the_scores_next_to_one() -> None:
    assert [STEPS.neighbours(score) for score in (1, 2.5, 6, 3)] == [
        (2.5,), (1, 6), (2.5,), (2.5, 6),
    ]  # fmt: skip
    # a tenth of 50 is 5, cut off at the ends
    assert [NOISE.neighbours(score) for score in (30, 33, 60, 80)] == [
        (35,), (30, 38), (55, 65), (75,),
    ]  # fmt: skip


def test_a_score_in_words() -> None:
    assert [STEPS.anchor(score) for score in (1, 2, 6)] == ["Near", "Near – Off", "Far"]
    assert NOISE.anchor(42.0) == "42 dB"
    assert Criterion("n", "N", "How?", "lower", scale=(0, 1)).anchor(0.25) == "0.25"
    assert STEPS.level(2.5) == Level(2.5, "Off")
    assert STEPS.level(2) is None


@st.composite
def criteria(draw: st.DrawFn) -> Criterion:
    """Measured criteria with any curve that keeps the rules."""
    inner = st.integers(1, 99)
    scores = sorted(draw(st.sets(inner, max_size=5)))
    values = sorted(draw(st.lists(inner, min_size=len(scores), max_size=len(scores))))
    curve = [(0, 0), *zip(scores, values, strict=True), (100, 100)]
    better = draw(st.sampled_from(("higher", "lower")))
    if better == "lower":
        curve = [(score, 100 - value) for score, value in curve]
    return Criterion("x", "X", "How?", better, scale=(0, 100), curve=tuple(curve))


@given(criteria(), st.floats(0, 100), st.floats(0, 100))
def test_a_better_score_never_has_less_value(criterion: Criterion, one: float, two: float) -> None:
    low, high = sorted((one, two), reverse=criterion.better == "lower")
    assert criterion.value(low) <= criterion.value(high) + 1e-9
    assert 0 <= criterion.value(one) <= 100


@given(criteria(), st.floats(0, 100))
def test_value_and_score_are_each_others_inverse(criterion: Criterion, value: float) -> None:
    score = criterion.score_at(value)
    assert criterion.holds(score)
    assert criterion.value(score) == pytest.approx(value, abs=1e-6)


WEIGHTS = st.lists(st.floats(0, 1.7e308) | st.integers(0, 10**308), min_size=1, max_size=6).filter(
    any
)


@given(WEIGHTS, st.floats(0.001, 1000))
def test_shares_sum_to_one_whatever_the_size_of_weights(weights: list[Any], by: float) -> None:
    named = {f"c{n}": weight for n, weight in enumerate(weights)}
    found = shares(named, named)
    assert sum(found.values()) == pytest.approx(1)
    assert all(0 <= share <= 1 for share in found.values())
    assume(max(weights) * by < 1e308 and max(weights) * by > 1e-300)
    scaled = {id: weight * by for id, weight in named.items()}
    assert shares(scaled, scaled) == pytest.approx(found)


def test_weights_left_out_are_ten_and_all_zero_is_refused() -> None:
    assert shares({"a": 30}, {"a": 0, "b": 0}) == {"a": 0.75, "b": 0.25}
    assert shares({}, {}) == {}
    with pytest.raises(EvaluatorError, match="all weights are 0"):
        shares({"a": 0, "b": 0}, {"a": 0, "b": 0})
