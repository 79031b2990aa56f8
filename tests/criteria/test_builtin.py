"""The four built-in criteria keep every rule, and say nothing where the text gives no cue."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.criteria import evaluator_criteria
from evaluator.model import Criterion, Option, Suggestion, cells, criterion_faults
from evaluator.plugin.contract import arguments, suggestion_fault

CRITERIA = {criterion.id: criterion for criterion in evaluator_criteria()}
COST, CHINA, INDIA, FEASIBILITY = CRITERIA.values()


def said(criterion: Criterion, text: str, **fields: str) -> Suggestion | None:
    assert criterion.suggest is not None
    return criterion.suggest(option=Option(id="o", title="", text=text, **fields))


def score(criterion: Criterion, text: str) -> float:
    found = said(criterion, text)
    assert found is not None, text
    return found.score


def test_they_come_in_this_order_with_these_ids() -> None:
    assert list(CRITERIA) == ["cost", "china-sensitivity", "india-sensitivity", "feasibility"]
    assert [c.short for c in CRITERIA.values()] == ["Cost", "China", "India", "Feas."]
    assert [c.better for c in CRITERIA.values()] == ["lower", "lower", "lower", "higher"]


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=list(CRITERIA))
def test_every_rule_is_kept(criterion: Criterion) -> None:
    assert criterion_faults(criterion) == []
    assert [level.score for level in criterion.levels] == [1, 2, 3, 4, 5]
    assert all(cells(level.label) <= 16 for level in criterion.levels)
    assert all(level.describe.endswith(".") for level in criterion.levels)
    assert arguments(criterion.suggest) == ("option",)


@pytest.mark.parametrize(
    "text", ["", " ", "Lorem ipsum dolor sit amet.", "Elephants sleep under old oaks.", "42 — ∞"]
)
def test_without_a_cue_there_is_no_suggestion(text: str) -> None:
    assert [said(criterion, text) for criterion in CRITERIA.values()] == [None] * 4


def test_a_domestic_text_says_nothing_of_china_and_india() -> None:
    text = "Open the town's libraries until ten and let the parks stay open at night."
    assert said(CHINA, text) is None
    assert said(INDIA, text) is None


@pytest.mark.parametrize(
    ("criterion", "lower", "higher"),
    [
        (COST, "Hold talks with the port authority.", "Train the officers of the authority."),
        (COST, "Train thirty officers.", "Give technical assistance to health services."),
        (COST, "Give technical assistance.", "Offer loans and guarantees to banks."),
        (COST, "Offer concessional loans.", "Build a railway to the coast."),
        (COST, "Hold talks rather than build a railway.", "Build a railway."),
        (COST, "Offer no loans, but talks.", "Offer not only loans but talks."),
        (CHINA, "Train judges in Ghana.", "Publish a note on Chinese farming."),
        (CHINA, "Work together with China on health.", "Publish a report on Chinese loans."),
        (CHINA, "Report on Chinese loans.", "Counter Chinese influence in Fiji."),
        (CHINA, "Counter Chinese influence in Fiji.", "Impose sanctions on Chinese banks."),
        (CHINA, "Avoid sanctions on Chinese banks.", "Impose sanctions on Chinese banks."),
        (INDIA, "Train judges in Ghana.", "Publish a note on Indian farming."),
        (INDIA, "Deepen cooperation with India.", "Sell weapons to Pakistan."),
        (INDIA, "Teach farmers in Pakistan.", "Raise human rights in Kashmir."),
        (INDIA, "Patrol the Indian Ocean.", "Criticise Indian treatment of minorities."),
        (FEASIBILITY, "Amend the constitution.", "Study the constitution."),
        (FEASIBILITY, "Force the generals to give up power.", "Invite officers to a seminar."),
        (FEASIBILITY, "Build a pipeline.", "Continue the regular talks."),
        (FEASIBILITY, "Do not continue the talks.", "Continue the talks."),
    ],
)
def test_plain_pairs_stand_in_the_right_order(
    criterion: Criterion, lower: str, higher: str
) -> None:
    found = said(criterion, lower)
    assert (found.score if found else criterion.low) < score(criterion, higher)


def test_title_and_summary_count_like_the_text() -> None:
    for field in ("title", "summary", "text"):
        fields = {"title": "", field: "Offer loans"}
        found = COST.suggest and COST.suggest(Option(id="o", **fields))
        assert found
        assert [e.field for e in found.evidence] == [field]


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=list(CRITERIA))
@given(text=st.text(max_size=400))
def test_any_text_is_taken(criterion: Criterion, text: str) -> None:
    option = Option(id="o", title=text[:50], text=text)
    assert criterion.suggest is not None
    assert suggestion_fault(criterion, option, criterion.suggest(option)) == ""


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=list(CRITERIA))
@pytest.mark.parametrize(
    "text",
    [
        "Avoid sanctions, loans and talks with China, India and Pakistan. " * 1500,
        "a" * 100_000,
        "not " * 25_000,
        "belt" + " " * 99_000 + "and road",
        "𝔏oans\u202e \ud800 ﷽ " * 5000,
    ],
    ids=["prose", "word", "negation", "gap", "odd"],
)
def test_a_long_text_gives_a_short_sound_answer_without_a_word(
    criterion: Criterion, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    option = Option(id="o", title="", text=text)
    assert criterion.suggest is not None
    found = criterion.suggest(option)
    assert suggestion_fault(criterion, option, found) == ""
    assert found == criterion.suggest(option)
    assert found is None or (found.confidence <= 0.4 and len(found.evidence) <= 24)
    assert capfd.readouterr() == ("", "")


def test_importing_them_compiles_no_pattern_and_loads_nothing_heavy() -> None:
    code = (
        "import sys, evaluator.api, evaluator.display, re\n"
        "re.compile = None\n"
        "from evaluator.criteria import evaluator_criteria\n"
        "assert len(list(evaluator_criteria())) == 4\n"
        "heavy = {'numpy', 'rapidfuzz', 'textual', 'click', 'highspy'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.returncode == 0
