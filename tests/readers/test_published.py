"""Kinds of lists that published papers hold: resolutions, chapters, boxes, appeals, guidelines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]


def texts(draft: Draft) -> list[str]:
    return [item.text for item in draft.options]


def test_the_points_of_a_resolution(read: Read) -> None:
    text = (
        "The assembly of islands,\n\nhaving met in spring,\n\n"
        "1. Calls upon all harbours to light their quays;\n\n"
        "2. Urges the pilots to publish their tables;\n\n"
        "3. Requests the secretary to report within a year.\n"
    )
    assert len(read(text, "a.txt").options) == 3


def test_numbers_go_on_under_every_heading_of_a_paper_that_is_all_advice(read: Read) -> None:
    text = (
        "Calls to Action\n===============\n\nThis paper is short.\n\n"
        "Quays\n=====\n\nLamps\n-----\n\n1. We call upon the town to light the quays by:\n\n"
        "\ti. Putting up lamps.\n\n\tii. Paying for them.\n\n"
        "2. We call upon shops to give chairs.\n\n"
        "Boats\n=====\n\n3. We call upon skippers to swear the following:\n\n"
        "\tI will keep a lamp lit.\n"
    )
    draft = read(text, "a.txt")
    assert texts(draft) == [
        "We call upon the town to light the quays by: Putting up lamps. Paying for them.",
        "We call upon shops to give chairs.",
        "We call upon skippers to swear the following: I will keep a lamp lit.",
    ]
    assert [item.title.split(":")[0] for item in draft.options] == [
        "Light the quays by",
        "Give chairs",
        "Swear the following",
    ]


@pytest.mark.parametrize("marker", ["#.", "**{}\\.**", "({})"])
def test_markers(read: Read, marker: str) -> None:
    points = ["The town shall light the quay.", "The crane shall be painted.", "Boats shall wait."]
    lines = [f"{marker.format(n)} {point}" for n, point in enumerate(points, 1)]
    text = "Recommendations\n===============\n\n" + "\n\n".join(lines) + "\n"
    assert texts(read(text, "a.md")) == points


def test_points_that_end_in_a_comma_are_points(read: Read) -> None:
    text = (
        "# Recommendations\n\n- new lamps on the northern and on the southern quay,\n"
        "- wider steps down to the boats of the pilots,\n- a second crane for the heavy stones\n"
    )
    assert len(read(text, "a.md").options) == 3


def test_lines_that_are_wrapped_back_to_the_margin(read: Read) -> None:
    text = (
        "# What the town should do\n\n"
        "- Light the northern quay and the southern quay, and do not forget the\n"
        "steps between them.\n"
        "    - The lamps that were bought in spring and lie in the store may serve\n"
        "for the steps. The fund can pay for the others, as it did for those of\n"
        "the bridge, and for their masts.\n"
        "    - The masts have to stand so far apart that boats can moor there, as\n"
        "they do today.\n"
        "- Paint the crane before winter comes, for it rusts.\n"
    )
    found = texts(read(text, "a.md"))
    assert len(found) == 2
    assert found[0].endswith("as they do today.")


def test_stray_nul_bytes_are_left_out_with_a_warning(read: Read) -> None:
    text = "Recommendations\n\n- Light the town\0s quay before winter.\n- Paint the crane.\n"
    draft = read(text, "a.txt")
    assert texts(draft)[0] == "Light the town s quay before winter."
    assert draft.warnings == ("a.txt holds 1 NUL bytes, which were left out",)


def test_a_list_at_the_end_of_each_chapter(read: Read) -> None:
    chapter = (
        "## {0}\n\nWe saw much.\n\n### Recommendations\n\n1. {1}\n2. {2}\n\n### Answer\n\nYes.\n\n"
    )
    text = "# Audit\n\n" + (
        chapter.format("Quays", "Light the quays.", "Mend the steps.")
        + chapter.format("Boats", "Register all boats.", "Train the crews.")
        + chapter.format("Money", "Publish the budget.", "Ask three firms.")
    )
    assert [item.title for item in read(text, "a.md").options] == [
        "Light the quays",
        "Mend the steps",
        "Register all boats",
        "Train the crews",
        "Publish the budget",
        "Ask three firms",
    ]


def test_numbers_that_count_on_through_a_report_in_boxes(read: Read) -> None:
    box = "> **Call to Action**\n>\n> {}) We call on the town to {}.\n\n"
    prose = "Last year was wet, and the steps were slippery; a child fell, and nobody came.\n\n"
    text = "# Report\n\n"
    for number, what in enumerate(("light the quay", "mend the steps", "hire a guard"), 1):
        text += f"## Chapter {number}\n\n" + prose * 9 + box.format(number, what)
    assert [item.title for item in read(text, "a.md").options] == [
        "Light the quay",
        "Mend the steps",
        "Hire a guard",
    ]


def test_the_parts_of_an_appeal_under_headings_that_promise_nothing(read: Read) -> None:
    text = (
        "# Open letter\n\nDear council,\n\n"
        "## Quays\n\n- The quays must be lit.\n- The steps must be mended.\n\n"
        "## Boats\n\n- Boats must be registered.\n- Crews must be trained.\n\n"
        "## Thanks\n\n- Anna\n- Bert\n"
    )
    assert len(read(text, "a.md").options) == 4


def test_findings_under_a_heading_beside_the_recommendations_stay_out(read: Read) -> None:
    text = (
        "# Paper\n\n## 5. Conclusions and recommendations\n\n### 5.1 What the survey says\n\n"
        "- The quays are dark at night.\n- The steps are broken.\n\n### 5.2 Recommendations\n\n"
        "#### For the town\n\n- Light the quays.\n- Mend the steps.\n\n"
        "#### For the pilots\n\n- Publish the tables.\n"
    )
    assert texts(read(text, "a.md")) == [
        "Light the quays.",
        "Mend the steps.",
        "Publish the tables.",
    ]


@pytest.mark.parametrize(
    "points",
    [
        ["Call 555-010-9999 at any hour", "Report at https://example.org/report"],
        ["What should be done about the quay?", "Who should pay for the lamps?"],
        ["[Make a map](https://example.org/1)", "[Build a boat](https://example.org/2)"],
    ],
)
def test_ways_to_reach_somebody_questions_and_links_are_no_advice(
    read: Read, points: list[str]
) -> None:
    text = "# Report\n\nThe year was wet.\n\n## More\n\n" + "".join(f"- {p}\n" for p in points)
    assert read(text, "a.md").lists == ()


def test_a_point_that_only_announces_others(read: Read) -> None:
    text = (
        "Recommendations\n\n1. We recommend that the director takes action to:\n"
        "a. Light the quay.\nb. Mend the steps before winter,\n   and the rail.\n"
        "c. Hire a guard.\n\n"
        "Comments\n\nThe director agrees.\n"
    )
    assert texts(read(text, "a.txt")) == [
        "Light the quay.",
        "Mend the steps before winter, and the rail.",
        "Hire a guard.",
    ]


def test_lists_inside_a_point_are_offered_behind_the_list(read: Read) -> None:
    text = (
        "# Guide\n\n## Recommendations\n\n- The town should light the quay.\n"
        "- The pilots should also:\n    - publish the tables,\n    - answer the radio.\n"
    )
    draft = read(text, "a.md")
    assert len(draft.options) == 2
    assert [item.text for item in draft.lists[1].items] == [
        "publish the tables,",
        "answer the radio.",
    ]


def test_points_with_links_are_no_footnotes(read: Read) -> None:
    text = (
        "# Advice\n\n## Recommendations\n\n"
        "* Read the tables of [the pilots](https://example.org/tables), 2019, and keep them.\n\n"
        "* Ask the [Harbour Press](https://www.example.org/press) for a map.\n\n* Light a lamp.\n\n"
        "## Rules\n\n### First\n\n"
        "1. **Mark the steps:** Neem, see [Press](https://example.org/p), 2020, p. 4, red.\n"
        "2. **Mark the rail:** Paint it.\n\n## References\n\n1. A. Writer, Quays, 2020, p. 4.\n"
    )
    draft = read(text, "a.md")
    assert len(draft.options) == 3
    everything = " ".join(draft.source)
    assert "Mark the steps" in everything
    assert any("Mark the steps" in item.text for one in draft.more for item in one.items)


def test_a_bold_heading_on_two_lines(read: Read) -> None:
    text = (
        "What the harbours must do\n=========================\n\n"
        "**Aim 1 - Light the northern quays and the southern quays and all the steps\n"
        "between them and the bridge**\n\n-  **From May** - Harbours count their lamps -\n"
        "   **CAP1.HB.01**\n\n-  **From June** - Harbours buy lamps - **CAP1.HB.02**\n\n"
        "**Aim 2 - Boats**\n\n-  **From July** - Harbours count their boats and write them\n"
        "   down - **CAP1.HB.03**\n"
    )
    found = texts(read(text, "a.txt"))
    assert len(found) == 3
    assert found[0] == "From May - Harbours count their lamps - CAP1.HB.01"


def test_labels_without_numbers(read: Read) -> None:
    text = "# Summary of the toolkit\n\n"
    for what in ("light the quays", "mend the steps", "train the crews"):
        text += f"#### {what.title()}\n\n- **Recommendation:** Towns {what}.\n"
        text += "- **Challenge:** Money.\n\n"
    assert texts(read(text, "a.md")) == [
        "Towns light the quays.",
        "Towns mend the steps.",
        "Towns train the crews.",
    ]


def test_numbers_of_two_parts_that_stand_alone(read: Read) -> None:
    text = (
        "Finding 1\n\nDark quays.\n\nRecommendations\n1.1\n\n"
        "We recommend that the town light them.\n\n"
        "1.2\n\nWe also recommend that the town count them.\n\nComments\n\nThe town agrees.\n\n"
        "Finding 2\n\nNo map.\n\nRecommendation\n2.1\n\nWe recommend that the town draw one.\n\n"
        "Comments\n\nThe town agrees.\n"
    )
    assert texts(read(text, "a.txt")) == [
        "We recommend that the town light them.",
        "We also recommend that the town count them.",
        "We recommend that the town draw one.",
    ]


def test_tags_of_a_template_part_a_page(read: Read) -> None:
    text = (
        '# Launch\n\n{% tabs %}\n{% tab title="Recommended actions" %}\n* Train the crews.\n'
        '* Light the lamps.\n{% endtab %}\n\n{% tab title="Team" %}\n* Pilot\n* Cook\n'
        "{% endtab %}\n"
        "{% endtabs %}\n"
    )
    assert texts(read(text, "a.md")) == ["Train the crews.", "Light the lamps."]


def test_the_words_of_sub_headings_stay_with_their_heading(read: Read) -> None:
    text = (
        "# Ferry\n\n## Proposals\n\n### Option A: A new boat\n\nBuy one.\n\n**Gain:**\n- Speed\n\n"
        "### Option B: An old boat\n\nKeep it.\n\n**Gain:**\n- Money\n"
    )
    assert texts(read(text, "a.md")) == [
        "A new boat Buy one. Gain: Speed",
        "An old boat Keep it. Gain: Money",
    ]


def test_a_demand_before_a_colon_announces_a_list(read: Read) -> None:
    text = (
        "O tribunal não multou ninguém, mas fez três determinações à câmara para o futuro:\n"
        "a) descrever o motivo da viagem de cada um dos vereadores que são da câmara;\n"
        "b) os eventos são apenas os que não se pagam com o dinheiro da câmara;\n"
        "c) exigir as contas das viagens e dos eventos.\n"
        "Cópia do processo será enviada ao ministério.\n"
    )
    assert len(read(text, "a.txt").options) == 3


def test_a_long_list_counts_past_999(read: Read) -> None:
    text = "# Recommendations\n\n" + "".join(f"{n}. Light quay {n}.\n" for n in range(1, 1103))
    assert len(read(text, "a.md").options) == 1102


def test_lists_of_everything_follow_the_likely_ones(read: Read) -> None:
    text = (
        "# Report\n\n## Deliberations\n\nThe auditors warn the town.\n\n"
        "They point managers to the law.\n\n"
        "## Proposals\n\nLamps as such.\n\nSteps as such.\n\n## Lamps\n\n- ten\n- twelve\n"
    )
    draft = read(text, "a.md")
    assert draft.lists == ()
    assert draft.options == ()
    found = {one.heading: [item.text for item in one.items] for one in draft.more}
    assert found["every paragraph under “Proposals”"] == ["Lamps as such.", "Steps as such."]
    assert found["every point"] == ["ten", "twelve"]
    assert len(found["every paragraph"]) == 6
    assert all(not item.flags for one in draft.more for item in one.items)


def test_a_list_of_everything_is_not_offered_twice(read: Read) -> None:
    assert read("# Recommendations\n\n- Light the quay.\n- Mend it.\n", "a.md").more == ()


@pytest.mark.parametrize(
    "hostile",
    [
        "<a " * 20_000,
        "<!-- >" * 20_000,
        "<![foo[" * 20_000,
        "<p " + "b=c " * 50_000 + ">",
        "<? " * 20_000,
    ],
)
def test_tags_that_never_close_are_text(read: Read, hostile: str) -> None:
    page = f"<h1>Recommendations</h1><ul><li>Light the quay.</li><li>Mend it.</li></ul>{hostile}"
    assert texts(read(page, "a.html"))[:2] == ["Light the quay.", "Mend it."]


def test_a_brief_has_not_hundreds_of_thousands_of_lines(refused: Callable[..., str]) -> None:
    assert "200,000 are the most" in refused("a\n" * 200_001, "a.txt")
