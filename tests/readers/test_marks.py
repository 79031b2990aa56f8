"""Markers, marks inside a line, titles: the small parts that the brief reader is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.readers import inline, lines, markers, titles, words
from evaluator.readers.markers import Marker
from evaluator.readers.sentences import first_sentence


@pytest.mark.parametrize(
    ("line", "key", "value", "rest"),
    [
        ("- Light the quay", "-", 0, "Light the quay"),
        ("•Light the quay", "•", 0, "Light the quay"),
        ("➢ Light", "➢", 0, "Light"),
        ("☐ Light", "☐", 0, "Light"),
        ("\uf0b7 Light", "\uf0b7", 0, "Light"),
        ("3. Light", "1.", 3, "Light"),
        ("3) Light", "1)", 3, "Light"),
        ("(3) Light", "(1)", 3, "Light"),
        ("[3] Light", "[1]", 3, "Light"),
        ("3 – Light", "1–", 3, "Light"),
        ("3° Light", "1°", 3, "Light"),
        ("03 Light", "01", 3, "Light"),
        ("4.2 Light", "4.1", 2, "Light"),
        ("4.2. Light", "4.1", 2, "Light"),
        ("b) Light", "a)", 2, "Light"),
        ("(b) Light", "(a)", 2, "Light"),
        ("B. Light", "A.", 2, "Light"),
        ("iii. Light", "i.", 3, "Light"),
        ("(iv) Light", "(i)", 4, "Light"),
        ("IX. Light", "I.", 9, "Light"),
        ("③ Light", "①", 3, "Light"),
        ("❷ Light", "①", 2, "Light"),
        ("三、设立", "一、", 3, "设立"),
        ("十二、设立", "一、", 12, "设立"),
        ("Recommendation 3: Light", "label:recommendation", 3, "Light"),
        ("RECOMMENDATION THREE – Light", "label:recommendation", 3, "Light"),
        ("Recommandation n° 12 (ville) : Éclairer", "label:recommandation", 12, "Éclairer"),
        ("Empfehlung 2: Licht", "label:empfehlung", 2, "Licht"),
        ("Rec. 4 – Light", "label:rec", 4, "Light"),
        ("R5. Light", "label:R", 5, "Light"),
        ("Option B: Light", "label:~option", 2, "Light"),
        ("Action 2.1: Light", "label:~action2", 1, "Light"),
        ("• Recommendation 3: Light", "label:recommendation", 3, "Light"),
        ("Second, the quay", "first", 2, "Second, the quay"),
        ("Zweitens sollte", "first", 2, "Zweitens sollte"),
    ],
)
def test_markers(line: str, key: str, value: int, rest: str) -> None:
    found, start = markers.find(line)
    assert (found[0].key, found[0].value) == (key, value)
    assert line[start:] == rest


@pytest.mark.parametrize(
    "line",
    [
        "Light the quay",
        "2018 was dark",
        "-5 degrees",
        "o governo deve",
        "3rd quay",
        "*",
        "(see 3)",
        "Option 2 would cost more",
        "Recommendations",
        "Recommendation of the council",
        "A quay",
        "e.g. quays",
        "I think",
        "Firstborn boats",
        "U.S. boats",
        "§ 12 of the act",
        "4x4 cars",
    ],
)
def test_what_is_no_marker(line: str) -> None:
    assert markers.find(line)[0] == ()


def test_a_letter_may_be_a_roman_number() -> None:
    found, _ = markers.find("i) Light")
    assert found == (Marker("i)", 1), Marker("a)", 9))


@pytest.mark.parametrize(
    ("text", "value"),
    [("i", 1), ("iv", 4), ("ix", 9), ("xiv", 14), ("xxxix", 39), ("iix", 0), ("q", 0), ("vx", 0)],
)
def test_roman_numbers(text: str, value: int) -> None:
    assert markers.roman_value(text) == value


@pytest.mark.parametrize(
    ("raw", "bare"),
    [
        ("the quay,² lit", "the quay, lit"),
        ("the quay^{2} and^3^ more[^4]", "the quay and more"),
        ("the quay [2] and [3, 4].", "the quay and."),
        ("40 m² and 10⁶ boats", "40 m² and 10⁶ boats"),
        ("<u>the</u> quay<sup>2</sup>", "the quay"),
        ("<script>alert(1)</script> quay", "<script>alert(1)</script> quay"),
        ("**Light** the *quay* and the _crane_", "Light the quay and the crane"),
        ("5 * 4 * 3 and snake_case_name", "5 * 4 * 3 and snake_case_name"),
        ("see [the quay](https://example.org/a_b) now", "see the quay now"),
        ("R&amp;D&nbsp;costs", "R&D costs"),
        ("a\u00adb \u200bc\u00a0 d ﬁsh", "ab c d fish"),
        ("`code` and \\*star", "code and *star"),
    ],
)
def test_marks_inside_a_line_go(raw: str, bare: str) -> None:
    assert inline.bare(raw) == bare


@pytest.mark.parametrize(
    ("parts", "vocabulary", "whole"),
    [
        (("light the", "quay"), (), "light the quay"),
        (("distribu-", "tion"), (), "distribution"),
        (("low-", "voltage"), (), "low-voltage"),
        (("net-", "work"), (), "network"),
        (("stand-", "by"), ("stand-by",), "stand-by"),
        (("long-", "house"), ("longhouse",), "longhouse"),
        (("Nord-", "Süd"), (), "Nord-Süd"),
        (("Forschungs-", "und Bauplan"), (), "Forschungs- und Bauplan"),
        (("dark-", "", "ness"), (), "darkness"),
        (("the quay –", "lit"), (), "the quay – lit"),
    ],
)
def test_lines_are_joined(parts: tuple[str, ...], vocabulary: tuple[str, ...], whole: str) -> None:
    assert inline.join(parts, vocabulary) == whole


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Light the quay.", "Light the quay"),
        ("light the quay; paint it", "Light the quay; paint it"),
        ("The U.S. can light the quay. It is dark.", "The U.S. can light the quay"),
        (
            "The council should light the quay from dusk to dawn, and paint the crane in spring",
            "The council should light the quay from dusk to dawn, and paint the crane in spring",
        ),
        (
            "The council should light the quay from dusk to dawn, and paint it" + " again" * 9,
            "The council should light the quay from dusk to dawn",
        ),
        (
            "Light " + "quay " * 13 + "from dusk to the dawn of the day",
            "Light " + "quay " * 13 + "from dusk…",
        ),
        ("eLearning for all", "eLearning for all"),
        ("x" * 200, "X" + "x" * 88 + "…"),
        ("…", "…"),
        ("", "Untitled"),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert titles.title(text) == title


@given(st.text())
def test_a_title_is_one_short_line_and_never_empty(text: str) -> None:
    made = titles.title(text)
    assert made.strip()
    assert len(made) <= titles.LONGEST
    assert "\n" not in made


def test_sentences_do_not_end_at_abbreviations() -> None:
    assert (
        first_sentence("The U.S. and e.g. Mr. X agree. Then?") == "The U.S. and e.g. Mr. X agree."
    )
    assert first_sentence("No stop") == "No stop"
    assert first_sentence("应当。然后") == "应当。"


@pytest.mark.parametrize(
    ("heading", "topic"),
    [
        ("Recommendations", "advice"),
        ("5. Policy recommendations", "advice"),
        ("Nos recommandations", "advice"),
        ("Handlungsempfehlungen", "advice"),
        ("What should be done", "advice"),
        ("Conclusions and recommendations", "advice"),
        ("政策建议", "advice"),
        ("The way forward", "steps"),
        ("Maßnahmen", "steps"),
        ("Key findings", "other"),
        ("References", "other"),
        ("Fazit", "other"),
        ("Constats", "other"),
        ("Recommended reading", "other"),
        ("Executive summary", "summary"),
        ("En bref", "summary"),
        ("Quays at night", "none"),
        ("Grid", "none"),
    ],
)
def test_what_a_heading_promises(heading: str, topic: str) -> None:
    assert words.topic(heading) == topic


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("To the Ministry of Trade:", "Ministry of Trade"),
        ("For ship owners", "ship owners"),
        ("Aux maires :", "maires"),
        ("The coastal police should:", "The coastal police"),
        ("The Government is invited to:", "The Government"),
        ("An die Länder", "Länder"),
        ("Quays at night", ""),
        ("To light a quay is cheap. It helps.", ""),
    ],
)
def test_addressees(line: str, who: str) -> None:
    assert words.addressee(line) == who


@given(st.text(max_size=60))
def test_lines_are_counted_as_editors_do(text: str) -> None:
    marks = text.replace("\r\n", "\n").replace("\r", "\n")
    assert len(lines.split(text)) == marks.count("\n") + (not marks.endswith("\n")) - (not text)
