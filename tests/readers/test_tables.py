"""Tables: columns, separators, lists and numbers in cells, and every way to be wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from evaluator.api import Draft
from evaluator.store import limits

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]
FULL = (
    "id,title,summary,text,section,tags,actors,keywords,resources.money,resources.time\n"
    'lamps,Light the quay,Short,"Long, with a comma",A,light; dark ;,council,lamp;night,12,\n'
    "ferry,Run a ferry,,,,,,,2.5,3\n"
)


def test_every_column(read: Read) -> None:
    draft = read(FULL, "a.csv")
    lamps, ferry = draft.options
    assert (lamps.id, lamps.title, lamps.text) == ("lamps", "Light the quay", "Long, with a comma")
    assert lamps.rest == {
        "summary": "Short",
        "section": "A",
        "tags": ["light", "dark"],
        "actors": ["council"],
        "keywords": ["lamp", "night"],
        "resources": {"money": 12},
    }
    assert ferry.rest == {"resources": {"money": 2.5, "time": 3}}
    assert draft.source == ()
    assert draft.warnings == ()


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_separators(read: Read, sign: str) -> None:
    table = sign.join(["title", "text"]) + "\n" + sign.join(["Light", '"a,b;c"']) + "\n"
    assert read(table, "a.csv").options[0].text == "a,b;c"


def test_a_separator_may_be_told_and_a_decimal_comma_follows_it(read: Read) -> None:
    draft = read("sep=;\ntitle;resources.money\nLight;1,5\n", "a.csv")
    assert draft.options[0].rest["resources"] == {"money": 1.5}


def test_tabs_in_a_tsv_win_over_commas_in_the_head(read: Read) -> None:
    draft = read("title\tnotes, costs, and, more\nLight, and paint\tx\n", "a.tsv")
    assert draft.options[0].title == "Light, and paint"


def test_a_column_may_have_another_usual_name(read: Read) -> None:
    draft = read("Recommandation,Beschreibung,Mots-clés,Cost\nÉclairer,Texte,a;b,9\n", "a.csv")
    found = draft.options[0]
    assert (found.title, found.text, found.rest) == ("Éclairer", "Texte", {"keywords": ["a", "b"]})
    assert draft.warnings == ("a.csv: columns not read: 'Cost'",)


def test_its_own_name_wins(read: Read) -> None:
    draft = read("option,title\nno,yes\n", "a.csv")
    assert draft.options[0].title == "yes"
    assert "option" in draft.warnings[0]


def test_blank_rows_short_rows_and_formulas(read: Read) -> None:
    draft = read('id,title,text\n\n,,\nlamps,"=HYPERLINK(""x"")"\n\nferry,@SUM(1),x\n', "a.csv")
    assert [item.title for item in draft.options] == ['=HYPERLINK("x")', "@SUM(1)"]


def test_a_cell_may_hold_lines_and_a_title_becomes_one(read: Read) -> None:
    draft = read('title,text\n"Light\nthe quay","one\r\ntwo"\n', "a.csv")
    assert draft.options[0].title == "Light the quay"
    assert draft.options[0].text == "one\ntwo"
    assert any("line break" in warning for warning in draft.warnings)


def test_a_title_over_120_characters_is_a_warning(read: Read) -> None:
    draft = read(f"title\n{'x' * 121}\n", "a.csv")
    assert "121 characters" in draft.warnings[0]


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        ("name of it\nLight\n", 1, "no column title"),
        ("title,title\na,b\n", 1, "two columns"),
        ("id,title\nlamps,\n", 2, "title is blank"),
        ("id,title\nlamps,a\nlamps,b\n", 3, "'lamps' is given twice; it stands on line 2"),
        ("id,title\n../../evil,a\n", 2, "evil"),
        ("id,title\noption,a\n", 2, "reserved"),
        ("id,title\nlamps,a, b\n", 2, "3 cells, but the head has 2"),
        ('id,title\nlamps,"a\nferry,b\n', 2, "never closed"),
        ("id,title\nlamps,a\nferry,b\0c\n", 3, "NUL byte"),
        ('id,title\nlamps,"a"b\n', 2, "quote"),
        ("title,resources.money\na,cheap\n", 2, "'cheap' is not a number"),
        ("title,resources.money\na,1e999\n", 2, "not a number"),
        (f"title\n{'x' * 1001}\n", 2, "too large for one line"),
        ("<!DOCTYPE html><html></html>\n", None, "web page"),
        ("\n\n", None, "empty table"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    refused: Refused, table: str, line: int, says: str
) -> None:
    said = refused(table, "a.csv")
    assert says in said
    assert said.startswith(f"a.csv:{line}" if line else "a.csv")


def test_all_problems_come_at_once(refused: Refused) -> None:
    said = refused("id,title,resources.money\na,x,much\nb,y,more\n", "a.csv")
    assert "a.csv:2" in said
    assert "a.csv:3" in said


def test_a_quote_that_swallows_a_large_file_is_found_soon(refused: Refused) -> None:
    table = 'id,title\nlamps,"' + "Put lamps\nferry,Run a ferry\n" * 100_000
    assert "never closed" in refused(table, "a.csv")


def test_limits(refused: Refused) -> None:
    assert "columns" in refused("title," * (limits.COLUMNS + 1) + "\n", "a.csv")
    assert "rows" in refused("title\n" + "x\n" * (limits.ROWS + 1), "a.csv")
    assert "too large" in refused(b"id,title\n" + b"x" * limits.TABLE, "a.csv")
