"""Ids from titles, and bringing what was read together with what is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator import importing
from evaluator.api import Candidate, CandidateList, Draft, Reader
from evaluator.errors import EvaluatorError, fail
from evaluator.model import Option, OptionSet, is_id
from evaluator.preview import Preview


def draft(*items: Candidate, brief: bool = False, **meta: str) -> Draft:
    return Draft(
        "Advice", (CandidateList("Advice", items),), ("line",) if brief else (), meta=dict(meta)
    )


def there(*options: Option, **head: str) -> OptionSet:
    return OptionSet(**head, options={option.id: option for option in options})


@pytest.mark.parametrize(
    ("title", "id"),
    [
        ("Widen the quay for two ships", "widen-quay-two-ships"),
        (
            "The U.S. can send an election observer mission to Pakistan",
            "send-election-observer-mission",
        ),
        ("To be or not to be", "to-be-or-not-to"),
        ("Éviter l'abîme", "eviter-labime"),
        ("CON", "con-1"),
    ],
)
def test_ids_are_the_first_words_that_say_something(title: str, id: str) -> None:
    assert importing.make_id(title, {}) == id


@pytest.mark.parametrize("title", ["option", "漢字", "…"])
def test_a_title_without_usable_letters_still_gets_an_id(title: str) -> None:
    made = importing.make_id(title, {})
    assert is_id(made)
    assert made.startswith("n-")


def test_ids_are_unique_among_each_other_and_with_what_is_there() -> None:
    plan = importing.plan(
        draft(
            Candidate("Plant trees"),
            Candidate("Plant the trees"),
            Candidate("x", id="plant-trees-3"),
        ),
        into=there(Option("plant-trees", "Something else entirely")),
    )
    assert [row.option.id for row in plan.rows] == [
        "plant-trees-2",
        "plant-trees-4",
        "plant-trees-3",
    ]


@given(st.lists(st.text(min_size=1, max_size=40).filter(lambda t: t.strip()), max_size=8))
def test_every_title_gets_an_id_of_its_own(titles: list[str]) -> None:
    taken: dict[str, None] = {}
    for title in titles:
        id = importing.make_id(title, taken)
        assert is_id(id)
        assert id not in taken
        taken[id] = None


def test_a_brief_numbers_its_items_and_keeps_lines() -> None:
    plan = importing.plan(draft(Candidate("A ship", "A ship sails.", (3, 4)), brief=True))
    option = plan.rows[0].option
    assert (option.item, option.lines, option.text) == (1, (3, 4), "A ship sails.")


def test_a_table_is_matched_by_id_then_by_title() -> None:
    known = there(Option("quay", "Widen the quay"), Option("pier", "Paint the old pier"))
    plan = importing.plan(
        draft(Candidate("Broaden the harbour", id="quay"), Candidate("Paint the old pier!")),
        into=known,
    )
    assert [(row.change, row.option.id) for row in plan.rows] == [
        ("changed", "quay"),
        ("changed", "pier"),
    ]
    assert plan.merged.options["quay"].title == "Broaden the harbour"


def test_a_brief_keeps_the_titles_that_people_wrote() -> None:
    text = "The council should widen the quay so that two ships fit."
    known = there(Option("quay", "Wider quay", text=text, item=1, summary="mine"))
    again = draft(Candidate("The council should widen the quay…", text), brief=True)
    plan = importing.plan(again, into=known)
    assert [(row.change, row.option.title) for row in plan.rows] == [("same", "Wider quay")]
    longer = draft(Candidate("The council should…", text + " Soon.", (9, 9)), brief=True)
    changed = importing.plan(longer, into=known).rows[0]
    assert changed.change == "changed"
    assert (changed.option.summary, changed.option.lines) == ("mine", (9, 9))


def test_nothing_is_dropped_and_unknown_keys_stay() -> None:
    known = there(Option("quay", "Widen the quay", extra={"owner": "Port"}), title="Old")
    plan = importing.plan(draft(Candidate("Plant trees")), into=known)
    assert plan.gone == ("quay",)
    assert list(plan.merged.options) == ["quay", "plant-trees"]
    assert plan.merged.options["quay"].extra == {"owner": "Port"}
    assert plan.merged.title == "Old"


def test_two_candidates_never_become_one_option() -> None:
    known = there(Option("quay", "Widen the quay"))
    plan = importing.plan(
        draft(Candidate("Widen the quay"), Candidate("Widen the quay")), into=known
    )
    assert [row.option.id for row in plan.rows] == ["quay", "widen-quay"]


def test_an_id_given_twice_is_refused() -> None:
    with pytest.raises(EvaluatorError, match="twice"):
        importing.plan(draft(Candidate("A", id="a"), Candidate("B", id="a")))


def test_fields_that_are_no_good_are_refused() -> None:
    with pytest.raises(EvaluatorError, match="tags"):
        importing.plan(draft(Candidate("A", rest={"tags": 3})))


def test_the_plan_can_be_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "options.toml"
    found = draft(
        Candidate("A ship", "It\r\nsails", rest={"tags": ["sea"], "resources": {"money": 2}}),
        source="brief.txt",
        sha256="ab",
    )
    importing.write(importing.plan(found), path)
    back = importing.existing(path)
    assert back is not None
    assert back.source == "brief.txt"
    assert back.options["ship"].text == "It\nsails"
    assert back.options["ship"].resources == {"money": 2}
    assert importing.plan(found, into=back).rows[0].change == "same"


def test_a_file_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluatorError, match="nosuch"):
        importing.write(importing.plan(draft(Candidate("A"))), tmp_path / "nosuch" / "o.toml")


def test_the_reader_is_chosen_by_suffix_or_by_name(tmp_path: Path) -> None:
    read = Reader("one", "One", (".one",), lambda data, name: draft(Candidate(data.decode())))
    path = tmp_path / "x.one"
    path.write_text("Sail")
    assert importing.read(path, {"one": read}).options[0].title == "Sail"
    assert importing.read(path, {"one": read}).meta["source"] == "x.one"
    with pytest.raises(EvaluatorError, match="'one'"):
        importing.read(path, {"one": read}, "onne")


def test_a_suffix_without_a_reader_lists_those_there_are(tmp_path: Path) -> None:
    reader = Reader("one", "One", (".one",), lambda data, name: Draft())
    with pytest.raises(EvaluatorError, match=r"\.one"):
        importing.choose_reader({"one": reader}, Path("x.two"), None)
    (tmp_path / "x.one").write_text("")
    with pytest.raises(EvaluatorError, match="no option was found"):
        importing.read(tmp_path / "x.one", {"one": reader})


def test_what_a_reader_refuses_is_said_of_the_file_as_typed(tmp_path: Path) -> None:
    def refuses(data: bytes, name: str) -> Draft:
        raise fail("is no table", file=name, line=3)

    path = tmp_path / "x.one"
    path.write_text("")
    with pytest.raises(EvaluatorError) as caught:
        importing.read(path, {"one": Reader("one", "One", (".one",), refuses)})
    assert (caught.value.problems[0].file, caught.value.problems[0].line) == (str(path), 3)


def test_what_would_be_too_large_to_read_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing.limits, "LARGE", 10)
    with pytest.raises(EvaluatorError, match="larger than"):
        importing.write(importing.plan(draft(Candidate("A"))), tmp_path / "o.toml")
    assert not (tmp_path / "o.toml").exists()


def test_a_reader_that_fails_is_named_and_no_traceback_is_shown(tmp_path: Path) -> None:
    def broken(data: bytes, name: str) -> Draft:
        return Draft(title=str({}["gone"]))

    path = tmp_path / "plan.odd"
    path.write_text("text")
    readers = {"odd": Reader("odd", "Odd", (".odd",), broken)}
    with pytest.raises(EvaluatorError, match=r"plan\.odd: the reader 'odd' failed.*KeyError"):
        importing.read(path, readers)


def everything(*, likely: bool) -> Preview:
    one = CandidateList("a list", tuple(Candidate(f"Option {n}") for n in range(5)))
    return Preview(Draft(lists=(one,)) if likely else Draft(more=(one,)))


def kept(preview: Preview) -> list[bool]:
    return [item.kept for item in preview.items]


def test_a_list_begins_and_ends_where_it_is_said() -> None:
    preview = everything(likely=True)
    preview.toggle(2)
    preview.begin(1)
    preview.finish(3)
    assert kept(preview) == [False, True, False, True, False]
    preview.undo()
    assert kept(preview) == [False, True, False, True, True]


@pytest.mark.parametrize(
    ("edit", "left"),
    [("begin", [False, False, True, True, True]), ("finish", [True] * 3 + [False] * 2)],
)
def test_where_nothing_is_kept_a_range_is_taken(edit: str, left: list[bool]) -> None:
    preview = everything(likely=False)
    assert preview.accepted == ()
    getattr(preview, edit)(2)
    assert kept(preview) == left


def test_lists_of_everything_come_last_and_are_never_proposed() -> None:
    one = CandidateList("likely", (Candidate("Light the pier"),))
    other = CandidateList("every point", (Candidate("Ten"), Candidate("Twelve")))
    draft = Draft(lists=(one,), more=(other,))
    preview = Preview(draft)
    assert preview.lists == (one, other)
    preview.choose(1)
    assert len(preview.accepted) == 2
    assert draft.options == one.items
    with pytest.raises(EvaluatorError, match="no option was found"):
        importing.plan(Draft(more=(other,)))
    assert len(importing.plan(Draft(more=(other,)), other.items).rows) == 2
