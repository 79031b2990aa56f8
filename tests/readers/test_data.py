"""Options as data: options files and JSON."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from evaluator.api import Draft

Read = Callable[[bytes | str, str], Draft]
Refused = Callable[[bytes | str, str], str]
TOML = """\
schema = 1
title = "Harbour"
author = "Harbour Group"
published = 2024-01-02

[options.lamps]
title = "Light the quay"
text = "In full."
tags = ["light"]
lines = [94, 96]
item = 3
resources.money = 12
mood = "kept"

[options.ferry]
title = "Run a ferry"
status = "discounted"
excludes = ["lamps"]
"""
DOCUMENT = {
    "schema": 1,
    "title": "Harbour",
    "options": [
        {
            "id": "lamps",
            "title": "Light the quay",
            "text": "In full.",
            "lines": None,
            "change": "new",
        },
        {"title": "Run a ferry", "tags": ["boats"], "resources": {"money": 2.5}, "reference": True},
    ],
    "gone": [],
    "warnings": [],
}


def test_an_options_file(read: Read) -> None:
    draft = read(TOML, "a.toml")
    lamps, ferry = draft.options
    assert (lamps.id, lamps.title, lamps.text) == ("lamps", "Light the quay", "In full.")
    assert lamps.lines == (94, 96)
    assert lamps.rest == {"tags": ["light"], "resources": {"money": 12}, "item": 3, "mood": "kept"}
    assert ferry.rest == {"excludes": ["lamps"], "status": "discounted"}
    assert draft.title == "Harbour"
    assert draft.meta == {"author": "Harbour Group", "published": "2024-01-02"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = 9901\n[options.a]\ntitle = 'x'\n", "newer"),
        ("schema = 1\n", "no options"),
        ("schema = 1\nkind = 'packed'\n", "unpack"),
        ("schema = 1\n[options.a]\n", "title is missing"),
        ("schema = 1\n[options.a]\ntitle = 'x'\nrequires = ['b']\n", "no option 'b'"),
        ("schema = = 1\n", "no good TOML"),
    ],
)
def test_a_bad_options_file(refused: Refused, text: str, says: str) -> None:
    assert says in refused(text, "a.toml")


def test_what_import_prints_can_be_imported(read: Read) -> None:
    draft = read(json.dumps(DOCUMENT), "a.json")
    lamps, ferry = draft.options
    assert (lamps.id, lamps.text, lamps.rest) == ("lamps", "In full.", {})
    assert (ferry.id, ferry.title) == ("", "Run a ferry")
    assert ferry.rest == {"tags": ["boats"], "resources": {"money": 2.5}, "reference": True}
    assert draft.title == "Harbour"
    assert draft.warnings == ()


def test_keys_that_are_not_known_are_named(read: Read) -> None:
    draft = read('{"options": [{"title": "Light", "mood": 3}]}', "a.json")
    assert draft.warnings == ("a.json: not read: mood",)
    assert draft.options[0].rest == {}


def test_half_a_surrogate_pair_is_put_right(read: Read) -> None:
    draft = read('{"options": [{"title": "Light \\ud800 it"}]}', "a.json")
    draft.options[0].title.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("5\n", 'no list "options"'),
        ("[]", 'no list "options"'),
        ('{"options": {"a": {}}}', 'no list "options"'),
        ('{"options": [5]}', "option 1 is 5"),
        ('{"options": [{"title": 5}]}', "title is 5, not text"),
        ('{"options": [{"title": " "}]}', "title is blank"),
        (
            '{"options": [{"id": "a", "title": "x"}, {"id": "a", "title": "y"}]}',
            "'a' is given twice",
        ),
        ('{"options": [{"id": "A B", "title": "x"}]}', "no id"),
        ('{"options": [{"id": 5, "title": "x"}]}', "id of option 1 is 5"),
        ('{"options": [{"title": "x", "title": "y"}]}', "'title' is given twice"),
        ('{"options": [{"title": "x", "item": -Infinity}]}', "-Infinity"),
        ('{"options": [{"title": "x", "item": NaN}]}', "NaN"),
        ('{"options": [{"title": "x", "item": 1e999}]}', "larger than any number"),
        ('{"options": [{"title": "x", "item": 0}]}', "item is 0"),
        ('{"options": [{"title": "x", "item": true}]}', "item is true"),
        ('{"options": [{"title": "x", "lines": [3, 1]}]}', "lines is [3, 1]"),
        ('{"options": [{"title": "x", "item": ' + "9" * 5000 + "}]}", "too many digits"),
        ('{"options": [],}', "no good JSON"),
        ('{"options": [{"title"', "no good JSON"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "too deeply"),
        ('{"options": [], "a":' + "[" * 40 + "]" * 40 + "}", "too deeply"),
        ('{"schema": 9901, "options": [{"title": "x"}]}', "newer"),
        ('{"options": [' + "{}," * 2_000_001 + "{}]}", "too many"),
        ('{"options": [{"title": "é"}]}'.encode("cp1252"), "UTF-8"),
        ('{"options": []}'.encode("utf-16"), "UTF-8"),
    ],
    ids=range(25),
)
def test_bad_json(refused: Refused, text: str | bytes, says: str) -> None:
    assert says in refused(text, "a.json")


def test_an_id_is_refused_by_its_line(refused: Refused) -> None:
    assert refused('{"options": [\n{"title": }]}', "a.json").startswith("a.json:2")
