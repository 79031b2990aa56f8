"""What a draft says of each item: lines, pages, flags, titles, and of the document."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]

PAGES = (
    "Harbour Notes 7\n\nQuays\n\nRecommendations\n\n"
    "1. The council should light the quay\n\f"
    "Harbour Notes 7\n\nfrom dusk to dawn.\n\n2. The crane must be painted.\n\f"
    "Harbour Notes 7\n\n3. Ferries should run until midnight.\n"
)


def test_pages_lines_and_the_source(read: Read) -> None:
    draft = read(PAGES, "a.txt")
    assert [item.text for item in draft.options] == [
        "The council should light the quay from dusk to dawn.",
        "The crane must be painted.",
        "Ferries should run until midnight.",
    ]
    assert [item.page for item in draft.options] == [1, 2, 3]
    assert [item.lines for item in draft.options] == [(7, 10), (12, 12), (15, 15)]
    assert draft.source[6] == "1. The council should light the quay"
    assert draft.options[0].flags == ("joined",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_count_the_same(read: Read, end: str) -> None:
    text = "Recommendations\n\n- Light the quay.\n- Paint the crane.\n".replace("\n", end)
    draft = read(text, "a.txt")
    assert [item.lines for item in draft.options] == [(3, 3), (4, 4)]
    assert len(draft.source) == 4


def test_a_text_without_form_feeds_has_no_pages(read: Read) -> None:
    draft = read("Recommendations\n\n- Light the quay.\n- Paint the crane.\n", "a.txt")
    assert [item.page for item in draft.options] == [None, None]


def test_nested_points_stay_with_their_parent(read: Read) -> None:
    text = (
        "# Plan\n\n## Recommendations\n\n"
        "- Publish for each boat:\n    - its name,\n    - its age.\n- Paint the crane.\n"
    )
    draft = read(text, "a.md")
    assert draft.options[0].text == "Publish for each boat: its name, its age."
    assert draft.options[0].flags == ("nested",)
    assert draft.options[0].lines == (5, 7)


def test_an_item_unlike_its_list_is_flagged(read: Read) -> None:
    text = (
        "Recommendations\n\n- The council should light the quay.\n- Nights were dark in 1990.\n"
        "- The crane should be painted.\n- Ferries should run late.\n"
    )
    flags = [item.flags for item in read(text, "a.txt").options]
    assert flags == [(), ("low confidence",), (), ()]


def test_a_lost_number_is_found_and_flagged(read: Read) -> None:
    text = (
        "Recommendations\n\n1. Light the quay.\n\nPaint the crane in spring.\n\n"
        "3. Run ferries late.\n\n4. Dredge the basin.\n"
    )
    found = read(text, "a.txt").options
    assert [item.text for item in found][1] == "Paint the crane in spring."
    assert found[1].flags == ("no marker",)


def test_a_footnote_reference_goes_only_where_there_is_the_footnote(read: Read) -> None:
    text = (
        "Recommendations\n\n- The council should light the quay4 in winter (4).\n"
        "- Route B12 should stop at the crane (2).\n\n"
        '4. A. Writer, "Dark Quays," Harbour Papers, 2020, p. 4.\n'
    )
    assert [item.text for item in read(text, "a.txt").options] == [
        "The council should light the quay in winter.",
        "Route B12 should stop at the crane (2).",
    ]


def test_a_heading_of_advice_wins_over_findings_that_sound_like_it(read: Read) -> None:
    text = (
        "Key findings\n\n- Boats should be checked and are not.\n- Crews must wait.\n"
        "- Quays ought to be wider.\n\n"
        "Recommendations\n\n- A register of boats, open to all.\n- A bench on every quay.\n"
    )
    draft = read(text, "a.txt")
    assert [item.text for item in draft.options] == [
        "A register of boats, open to all.",
        "A bench on every quay.",
    ]
    assert len(draft.lists) == 1
    assert draft.lists[0].heading == "Recommendations"
    assert "Recommendations" in draft.lists[0].why


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", ""),
        ("a.txt", " \n\f\n  \n"),
        ("a.md", "# Plan\n\nOnly prose here, and no list.\n"),
        ("a.txt", "Dear Sir,\n\nthank you for your letter.\n"),
        ("a.txt", "1. A. Author, Title, 2020, https://example.org/1.\n2. B. Other, Title, 2021.\n"),
        ("a.html", "<html><body><p>Nothing.</p></body></html>"),
        ("a.csv", "id,title\n"),
        ("a.json", '{"options": []}'),
        ("a.toml", "schema = 1\n[options]\n"),
    ],
)
def test_nothing_to_choose_is_an_empty_draft(read: Read, name: str, text: str) -> None:
    assert read(text, name).lists == ()


def test_what_the_head_of_a_brief_says(read: Read) -> None:
    text = (
        "---\ntitle: 'Quays at night'\nauthor: Harbour Group\ndate: 3 May 2024\n---\n\n"
        "## Recommendations\n\n- Light the quay.\n- Paint the crane.\n"
    )
    draft = read(text, "a.md")
    assert draft.title == "Quays at night"
    assert draft.meta == {"author": "Harbour Group", "published": "2024-05-03"}
    assert [item.lines for item in draft.options] == [(9, 9), (10, 10)]


def test_a_running_head_is_no_title(read: Read) -> None:
    text = "12 May 2021\nPolicy Brief No. 3\n\nQuays at night\n\nBy the Harbour Group\n\n"
    text += "Recommendations\n\n- Light the quay.\n- Paint the crane.\n"
    draft = read(text, "a.txt")
    assert draft.title == "Quays at night"
    assert draft.meta["published"] == "2021-05-12"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "es",
            "Recomendaciones\n\n- Iluminar el muelle por la noche.\n- Se debe pintar la grúa.\n",
        ),
        (
            "de",
            "Empfehlungen\n\n- Den Kai nachts beleuchten.\n- Der Kran sollte von der Stadt sein.\n",
        ),
        (
            "fr",
            "Recommandations\n\n- Éclairer le quai la nuit.\n- Il faut peindre la grue du port.\n",
        ),
        (
            "it",
            "Raccomandazioni\n\n- Illuminare il molo.\n- La gru dovrebbe essere nel porto.\n",
        ),
        ("pt", "Recomendações\n\n- Iluminar o cais à noite.\n- Deve-se pintar a grua do porto.\n"),
    ],
)
def test_languages(read: Read, language: str, text: str) -> None:
    draft = read(text, "a.txt")
    assert draft.language == language
    assert len(draft.options) == 2
    assert all(item.flags == () for item in draft.options)


def test_two_parts_of_one_list_under_two_headings_of_advice(read: Read) -> None:
    text = (
        "# Plan\n\n## Urgent recommendations\n\n1. Light the quay.\n2. Paint the crane.\n\n"
        "## Later recommendations\n\n1. Widen the quay.\n2. Buy a second crane.\n"
    )
    draft = read(text, "a.md")
    assert [item.title for item in draft.options] == [
        "Light the quay",
        "Paint the crane",
        "Widen the quay",
        "Buy a second crane",
    ]
