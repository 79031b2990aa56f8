"""Keywords proposed for options: names, and words that set one text apart from the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.keywords import MOST, propose


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("It asks the European Union to act.", ("European Union",)),
        ("Talks with the Bank of England go on.", ("Bank of England",)),
        ("Bank of England money is short.", ("Bank of England",)),
        ("a port in Gwadar, for NATO", ("Gwadar", "NATO")),
        ("Ferries sail. Lamps burn: Nobody minds.", ()),  # capitals of sentences
        ("NATO sails.", ("NATO",)),
        ("However Congress acts, and The Hague too.", ("Congress", "The Hague")),
        ("Ask the U.S. Congress. Urge the mayor.", ("U.S. Congress",)),
        ("We met Amina\u2019s Committee and Bilal's.", ("Amina\u2019s Committee", "Bilal")),
        ("the Ministry of the", ("Ministry",)),
        ("In of the for", ()),
        ("so Alpha Beta Gamma Delta Epsilon met Zeta", ("Alpha Beta Gamma Delta Epsilon", "Zeta")),
        ("so Alpha Beta Gamma Delta Epsilon Zeta met", ()),  # six words are no name
        ("- Gwadar\n- Karachi", ()),  # every line begins one
        ("with A and B", ()),
        ("", ()),
    ],
)
def test_names_are_words_with_capitals_inside_a_sentence(text: str, names: tuple[str, ...]) -> None:
    assert propose([text]) == [names]


def test_in_german_one_noun_is_no_name() -> None:
    text = "Dort soll der Hafen von Gwadar wachsen, sagt die NATO im Haus."
    assert propose([text], "de") == [("Hafen von Gwadar", "NATO")]
    assert propose([text], "en") == [("Hafen von Gwadar", "NATO", "Haus")]


def test_names_that_come_up_more_often_stand_first() -> None:
    text = "so Karachi and Gwadar, then Gwadar, Lahore, Quetta and Multan"
    assert propose([text]) == [("Gwadar", "Karachi", "Lahore", "Quetta")], "four at most"


def test_a_telling_word_stands_more_than_once_here_and_seldom_elsewhere() -> None:
    texts = [
        "lamps and lamps, boats and boats, quays, which which",
        "boats and boats and boats",
        "the quays need boats",
        "nothing",
    ]
    # lamps stand here alone; boats in three of four texts; which says nothing; quays stand once
    assert propose(texts) == [("lamps",), (), (), ()]
    assert propose(texts[:2]) == [("lamps", "boats"), ("boats",)], "of two texts none is common"


def test_the_words_of_a_name_are_not_told_again() -> None:
    text = "so Harbour Council, the harbour, a harbour, ferry ferry ferry"
    assert propose([text]) == [("Harbour Council", "ferry")]


def test_a_name_of_many_texts_sets_none_apart() -> None:
    texts = ["to Gwadar", "to Gwadar", "to Gwadar and Quetta", "to Multan", "to Lahore"]
    assert propose(texts) == [(), (), ("Quetta",), ("Multan",), ("Lahore",)]


@given(st.lists(st.text(max_size=200), max_size=5), st.sampled_from(("en", "de", "fr")))
def test_any_text_has_few_keywords_that_stand_in_it(texts: list[str], language: str) -> None:
    found = propose(texts, language)
    assert len(found) == len(texts)
    for text, keywords in zip(texts, found, strict=True):
        assert len(keywords) <= MOST
        assert len(set(keywords)) == len(keywords)
        assert all(word in text or word in text.casefold() for word in keywords)
