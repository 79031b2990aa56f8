"""Web pages: structure, furniture, tidy and untidy markup, encodings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
LIST = "<h2>Recommendations</h2><ol><li>Light the quay.</li><li>Paint the crane.</li></ol>"


def texts(draft: Draft) -> list[str]:
    return [item.text for item in draft.options]


def test_tags_may_be_left_open(read: Read) -> None:
    page = "<h2>Recommendations<ul><li>Light <p>the quay.<li>Paint<br>the crane.</ul><p>End"
    assert texts(read(page, "a.html")) == ["Light the quay.", "Paint the crane."]


@pytest.mark.parametrize(
    "furniture",
    [
        '<div class="cookie-banner">{}</div>',
        "<nav>{}</nav>",
        '<div id="related">{}</div>',
        "<aside>{}</aside>",
        "<div hidden>{}</div>",
        '<div style="display: none">{}</div>',
        '<div role="navigation">{}</div>',
        "<footer>{}</footer>",
        "<script>{}</script>",
        "<template>{}</template>",
    ],
)
def test_furniture_is_no_content(read: Read, furniture: str) -> None:
    page = f"<body>{furniture.format(LIST.replace('quay', 'moon'))}{LIST}</body>"
    draft = read(page, "a.html")
    assert texts(draft) == ["Light the quay.", "Paint the crane."]
    assert len(draft.lists) == 1


def test_a_class_that_only_mentions_furniture_keeps_its_content(read: Read) -> None:
    page = f'<div class="page has-sidebar with-menu">{LIST}</div>'
    assert len(read(page, "a.html").options) == 2


def test_a_page_that_is_nothing_but_furniture_is_read_all_the_same(read: Read) -> None:
    page = f'<div class="modal"><p>{"All the text stands in here. " * 20}</p>{LIST}</div>'
    assert len(read(page, "a.html").options) == 2


def test_lines_are_those_of_the_source(read: Read) -> None:
    draft = read(
        "<h2>Recommendations</h2>\n<ul>\n<li>Light\nit.</li>\n<li>Paint it.</li>\n</ul>\n", "a.html"
    )
    assert [item.lines for item in draft.options] == [(3, 4), (5, 5)]
    assert draft.source[2] == "<li>Light"


def test_a_list_may_begin_with_another_number(read: Read) -> None:
    page = (
        "<h2>Recommendations</h2><ol><li>Light it.</li><li>Paint it.</li></ol><h3>For boats</h3>"
        '<ol start="3"><li>Dredge it.</li></ol>'
    )
    assert texts(read(page, "a.html")) == ["Light it.", "Paint it.", "Dredge it."]


def test_titles_and_meta(read: Read) -> None:
    page = (
        "<html><head><title>Quays at night | Harbour Group</title>"
        '<meta name="author" content="Harbour Group">'
        '<meta property="article:published_time" content="2024-05-03T10:00:00Z"></head>'
        f"<body>{LIST}</body></html>"
    )
    draft = read(page, "a.html")
    assert draft.title == "Quays at night"
    assert draft.meta == {"author": "Harbour Group", "published": "2024-05-03"}


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "no-such-code", "rot13"])
def test_the_page_says_its_encoding(read: Read, charset: str) -> None:
    page = f'<meta charset="{charset}"><h2>Recommandations</h2><ul><li>Éclairer.<li>Peindre.</ul>'
    assert texts(read(page.encode("latin-1"), "a.html"))[0] == "Éclairer."
    assert texts(read(page.encode("utf-8"), "a.html"))[0] == "Éclairer."


def test_deep_and_broken_markup_ends(read: Read) -> None:
    for page in (
        "<div>" * 20_000,
        "<ul><li>" * 5_000,
        "<table><tr><td>" * 2_000,
        "</p>" * 9,
        "<p a='",
        "<!",
    ):
        assert read(page + LIST, "a.html").title is not None
