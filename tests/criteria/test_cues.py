"""Word lists: which words are found, what disarms them, and how scores are put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.api import Criterion, Level, find, likert
from evaluator.criteria.cues import Cue, WordList, cue, extended, hits, phrases, suggest_from
from evaluator.model import Option, Suggestion
from evaluator.plugin.contract import suggestion_fault

SCALE = Criterion(
    "effort",
    "Effort",
    "How much work?",
    "lower",
    likert("None", "Little", "Some", "Much", "Too much"),
)


def option(text: str = "", title: str = "", summary: str = "") -> Option:
    return Option(id="o", title=title, summary=summary, text=text)


def words(**cues: Cue) -> WordList:
    return WordList(cues)


def found(cues: WordList, text: str) -> list[str]:
    return [hit.words for hit in hits(cues, option(text))]


def asked(cues: WordList, text: str) -> Suggestion | None:
    return suggest_from(cues, option(text), SCALE)


def score(cues: WordList, text: str) -> float | None:
    said = asked(cues, text)
    return said and said.score


LOANS = words(loans=cue(4, "public finance", "loan*, guarantee, debt trap"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Offer LOANS and a loan.", ["LOANS", "loan"]),
        ("A guarantee, not the guarantees.", ["guarantee"]),
        (
            "One debt trap, one debt-trap, one debt\n  trap.",
            ["debt trap", "debt-trap", "debt trap"],
        ),
        ("A debt, a trap; an unloaned sum.", []),
        ("The bank’s loan’s terms.", ["loan’s"]),
        ("", []),
    ],
)
def test_whole_words_are_found_whatever_their_case(text: str, expected: list[str]) -> None:
    assert found(LOANS, text) == expected


@pytest.mark.parametrize("written", ["u.s.", "people's army", "f-16", "5g", "$"])
def test_cues_with_points_apostrophes_and_signs_find_themselves(written: str) -> None:
    assert found(words(it=cue(1, "it", written)), f"about {written.upper()} here") != []


def test_the_longer_phrase_counts() -> None:
    lists = words(india=cue(5, "India", "indian"), sea=cue(1, "a sea", "indian ocean"))
    assert score(lists, "Patrol the Indian Ocean.") == 1
    assert score(lists, "Patrol the Indian Ocean with the Indian navy.") == 5


def test_a_set_phrase_says_nothing_and_silences_what_it_covers() -> None:
    lists = words(
        road=cue(5, "building", "road*"), bri=cue(0, "set phrase", "belt and road", shift=True)
    )
    assert asked(lists, "The Belt and Road Initiative.") is None
    assert score(lists, "Roads for the Belt and Road.") == 5


def test_a_set_phrase_keeps_its_words_from_disarming() -> None:
    lists = words(
        loans=cue(4, "finance", "loan*", unless=("not",)),
        set_phrase=cue(0, "set phrase", "not only", shift=True),
    )
    assert asked(lists, "Give not loans.") is None
    assert score(lists, "Give not only loans.") == 4


ARMED = words(loans=cue(4, "finance", "loan*", unless=phrases("avoid*, without, rather than")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Give loans.", 4),
        ("Avoid loans.", None),
        ("Avoiding one two three loans.", None),
        ("Avoid one two three four loans.", 4),
        ("Rather than one two loans.", None),
        ("Rather than one two three loans.", 4),
        ("Loans without risk.", 4),
        ("Nobody can avoid. Loans help.", 4),
        ("Avoid loans, and later give loans too.", 4),
    ],
)
def test_unless_disarms_within_four_words_before(text: str, expected: float | None) -> None:
    assert score(ARMED, text) == expected


NEARBY = words(ban=cue(5, "a ban", "ban", near=phrases("china, chinese")))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ban Chinese cranes.", 5),
        ("Chinese cranes: a ban.", 5),
        ("Ban cranes. China objects.", None),
        ("Ban cranes of the U.S. and China.", 5),
        ("Ban " + "x " * 11 + "China.", 5),
        ("Ban " + "x " * 12 + "China.", None),
    ],
)
def test_near_asks_for_a_word_in_the_same_sentence(text: str, expected: float | None) -> None:
    assert score(NEARBY, text) == expected


def test_the_highest_cue_decides_and_shifts_move_it() -> None:
    lists = words(
        talk=cue(1, "talk", "talk*"),
        money=cue(4, "money", "loan*"),
        small=cue(-0.5, "small", "small", shift=True),
    )
    assert score(lists, "Talk about loans.") == 4
    assert score(lists, "Talk about small loans.") == 3.5
    assert score(lists, "Small talk.") == 1, "kept inside the scale"
    assert asked(lists, "Small.") is None, "a shift alone says nothing"


def test_a_base_lets_shifts_speak_alone() -> None:
    lists = WordList({"easy": cue(1, "easy", "pilot*", shift=True)}, base=3)
    assert score(lists, "A pilot, and another pilot.") == 4
    assert asked(lists, "A plan.") is None


def test_sum_adds_each_cue_once() -> None:
    lists = WordList({"a": cue(1.5, "a", "apple*"), "b": cue(2, "b", "pear*")}, "sum")
    assert score(lists, "Apples, apples and pears.") == 3.5
    assert score(lists, "Apples.") == 1.5


def test_extending_adds_and_replaces_by_name() -> None:
    table = {
        "cues": {
            "loans": {"words": ["credit*"], "score": 3, "note": "", "unless": []},
            "tunnels": {"words": ["tunnel"], "score": 5, "note": "digging", "unless": ["no"]},
        }
    }
    more = extended(LOANS, table)
    assert score(more, "Give loans.") is None, "the cue of that name was replaced"
    assert score(more, "Give credits.") == 3
    assert score(more, "A tunnel.") == 5
    assert score(more, "There is no tunnel.") is None
    assert more.cues["loans"].note == "loans", "without a note the name says what was found"
    assert score(LOANS, "Give loans.") == 4, "the list that was extended is as it was"


def test_extending_nothing_makes_a_list_and_keeps_how_scores_combine() -> None:
    cues = {"a": {"words": ["a"], "score": 1}, "b": {"words": ["b"], "score": 2}}
    assert score(extended(None, {"combine": "sum", "cues": cues}), "a b") == 3
    assert score(extended(None, {"cues": cues}), "a b") == 2
    summed = WordList({"c": cue(1, "c", "c")}, "sum", base=2)
    assert extended(summed, {"cues": cues}).combine == "sum"
    assert extended(summed, {"cues": cues}).base == 2


def test_evidence_stands_in_its_field() -> None:
    given = option("No money but loans.", title="Loans", summary="More loans, please")
    said = suggest_from(LOANS, given, SCALE)
    assert said is not None
    shown = [(e.field, getattr(given, e.field)[e.start : e.end], e.note) for e in said.evidence]
    assert shown == [
        ("title", "Loans", "public finance"),
        ("summary", "loans", "public finance"),
        ("text", "loans", "public finance"),
    ]


def test_the_rationale_names_notes_and_words_in_one_plain_line() -> None:
    said = asked(words(loans=cue(4, "public\nfinance", "debt trap")), "A debt \n trap.")
    assert said is not None
    assert said.rationale == "Names public finance (“debt trap”)."


def test_a_very_long_note_is_cut() -> None:
    said = asked(words(loans=cue(4, "n" * 500, "loan")), "A loan.")
    assert said is not None
    assert len(said.rationale) <= 280


def test_more_cues_make_it_surer_and_distant_ones_less() -> None:
    lists = words(a=cue(4, "a", "apple"), b=cue(4, "b", "pear"), c=cue(1, "c", "plum"))
    sure = [asked(lists, text) for text in ("apple", "apple pear", "apple pear plum")]
    one, two, apart = [said.confidence for said in sure if said]
    assert one < two <= 0.4
    assert apart < two


TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["loan", "loans", "small", "china", "ban", "not", ".", "\n", "’", "-", "İ", "ß"]
    ),
    max_size=40,
).map(" ".join)
MIXED = words(
    loans=cue(4, "finance", "loan*, debt trap", unless=phrases("not")),
    ban=cue(5, "ban", "ban", near=phrases("china")),
    small=cue(-0.7, "small", "small", shift=True),
)


@given(TEXTS, TEXTS)
def test_any_text_gives_none_or_a_sound_answer(title: str, text: str) -> None:
    given_option = option(text, title=title)
    said = suggest_from(MIXED, given_option, SCALE)
    assert suggestion_fault(SCALE, given_option, said) == ""
    assert said == suggest_from(MIXED, given_option, SCALE)
    assert said is None or (said.confidence <= 0.4 and said.evidence)


@given(
    st.lists(st.sampled_from(["loan", "Loans", "guarantee", "debt", "trap", ",", "x"]), max_size=8)
)
def test_the_same_places_as_find(parts: list[str]) -> None:
    given_option = option(" ".join(parts))
    places = [(hit.start, hit.end) for hit in hits(LOANS, given_option)]
    expected = find(given_option, "loan*", "guarantee", "debt trap")
    assert places == sorted((e.start, e.end) for e in expected)


def test_a_measured_scale_takes_a_list_too() -> None:
    measured = Criterion("jobs", "Jobs", "How many?", "higher", scale=(0, 500))
    said = suggest_from(words(ships=cue(900, "yards", "shipyard*")), option("Shipyards"), measured)
    assert said is not None
    assert said.score == 500


def test_levels_need_no_whole_scores() -> None:
    halves = Criterion("a", "A", "How?", "higher", (Level(0.5, "Half"), Level(2.5, "More")))
    said = suggest_from(words(a=cue(0, "a", "a")), option("a"), halves)
    assert said is not None
    assert said.score == 0.5
