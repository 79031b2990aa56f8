"""Structure that Markdown gives: headings, tables, code, quotes, front matter."""

from __future__ import annotations

from collections.abc import Callable

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]


def texts(draft: Draft) -> list[str]:
    return [item.text for item in draft.options]


def test_code_comments_rules_and_link_definitions_are_no_text(read: Read) -> None:
    draft = read(
        "# Plan\n\n## Recommendations\n\n- Light the quay [again][1].\n\n```\n- not this\n```\n\n"
        "<!-- - nor this -->\n- Paint the crane.\n\n***\n\n[1]: https://example.org/a\n",
        "a.md",
    )
    assert texts(draft) == ["Light the quay again.", "Paint the crane."]


def test_underlined_and_closed_headings(read: Read) -> None:
    draft = read(
        "Plan\n====\n\n## Findings ##\n\n- It is dark.\n- It should not be.\n\n"
        "Recommendations\n---------------\n\n- Light the quay.\n- Paint the crane.\n",
        "a.md",
    )
    assert draft.title == "Plan"
    assert texts(draft) == ["Light the quay.", "Paint the crane."]


def test_bold_numbers_and_bold_labels(read: Read) -> None:
    numbered = (
        "## Recommendations\n\n**1. Light the quay.** It is dark.\n\n**2. Paint it.** Rust.\n"
    )
    draft = read(numbered, "a.md")
    assert texts(draft) == ["Light the quay. It is dark.", "Paint it. Rust."]
    assert [item.title for item in draft.options] == ["Light the quay", "Paint it"]
    labelled = "**Recommendation 1:** Light the quay.\n\n**Recommendation 2:** Paint it.\n"
    assert texts(read(labelled, "a.md")) == ["Light the quay.", "Paint it."]


def test_a_table_without_a_column_of_advice_is_no_list(read: Read) -> None:
    draft = read("## Costs\n\n| What | Cost |\n|---|---|\n| Light | 1 |\n| Paint | 2 |\n", "a.md")
    assert draft.lists == ()


def test_html_in_a_list_is_text(read: Read) -> None:
    draft = read(
        "## Recommendations\n\n- <script>x</script> Light it.\n- Paint <b>it</b>.\n", "a.md"
    )
    assert texts(draft) == ["<script>x</script> Light it.", "Paint it."]


def test_a_row_of_dashes_that_opens_a_file_is_no_front_matter(read: Read) -> None:
    draft = read("---\n\n## Recommendations\n\n- Light the quay.\n- Paint it.\n", "a.md")
    assert len(draft.options) == 2


def test_front_matter_with_plus_signs(read: Read) -> None:
    draft = read(
        '+++\ntitle = "Plan"\n+++\n\n## Recommendations\n\n- Light it.\n- Paint it.\n', "a.md"
    )
    assert draft.title == "Plan"
