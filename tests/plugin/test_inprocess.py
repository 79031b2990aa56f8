"""Readers, writers and methods of installed packages: used like built-in ones, held when broken."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.api import Draft, Ranked
from evaluator.errors import EvaluatorError, fail
from evaluator.plugin import inprocess, state
from evaluator.plugin.host import Host

Write = Callable[..., Path]

OFFER = """\
from evaluator.api import (
    Candidate, CandidateList, Draft, Method, Ranked, Reader, Writer, hookimpl
)


def read(data, name):
    {read}
    items = tuple(Candidate(line) for line in data.decode().split(";"))
    return Draft(name, (CandidateList("all", items),))


def rank(values, weights, power=1):
    {rank}
    return Ranked([sum(v**power * w for v, w in zip(row, weights)) for row in values])


@hookimpl
def evaluator_readers():
    yield Reader({reader}, read)


@hookimpl
def evaluator_writers():
    yield Writer("shout", "Shouting", {suffix}, lambda report: {write})


@hookimpl
def evaluator_methods():
    yield Method("power", "Power", rank, {parameters})
"""


@pytest.fixture
def offer(install: Write) -> Callable[..., None]:
    """Installs a package that offers one of each, with one piece replaced."""

    def put(name: str = "foo", **pieces: str) -> None:
        reader = pieces.pop("reader", '"semi", "Semicolons", (".semi",)')
        given = {"read": "pass", "rank": "pass", "write": "b'!'", "suffix": "'.loud'", **pieces}
        given = {"parameters": "{'power': 1}", **given}
        install(name, text=OFFER.format(reader=reader, **given))

    return put


def test_they_are_there_beside_the_built_in_ones(host: Host, offer: Callable[..., None]) -> None:
    offer()
    assert host.readers()["semi"].suffixes == (".semi",)
    draft = host.readers()["semi"].read(b"One;Two", "brief.semi")
    assert [item.title for item in draft.options] == ["One", "Two"]
    assert host.writers()["shout"].write(None) == b"!"  # type: ignore[arg-type]
    ranked = host.methods()["power"].rank([[1, 2], [3, 4]], [0.5, 0.5], power=2)
    assert ranked == Ranked([2.5, 12.5])
    assert {"additive", "topsis"} <= set(host.methods())
    assert host.problems() == ()


def test_without_installed_ones_only_the_built_in_are_asked(
    host: Host, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setattr(host, "load", lambda: pytest.fail("plugins were loaded"))
    assert "md" in host.writers()
    assert "additive" in host.methods()


@pytest.mark.parametrize(
    ("pieces", "what"),
    [
        ({"read": "raise ValueError('kaput')"}, "reader 'semi' failed: ValueError: kaput"),
        ({"read": "raise SystemExit"}, "reader 'semi' failed: SystemExit"),
        ({"read": "return 3"}, "reader 'semi' gave 3, not a Draft"),
        ({"read": "return [Draft]"}, "reader 'semi' gave a list, not a Draft"),
    ],
)
def test_a_reader_that_fails_is_named(
    host: Host, offer: Callable[..., None], pieces: dict[str, str], what: str
) -> None:
    offer(**pieces)
    with pytest.raises(EvaluatorError) as caught:
        host.readers()["semi"].read(b"One", "x")
    (problem,) = caught.value.problems
    assert (problem.file, problem.what) == ("foo 0.3", what)
    assert problem.hint == "Do without it, or: evaluator plugins off foo"


def test_what_a_reader_says_of_bad_data_passes_as_it_is(
    host: Host, offer: Callable[..., None]
) -> None:
    offer(read="from evaluator.errors import fail; raise fail('no list in it', file=name)")
    with pytest.raises(EvaluatorError, match="no list in it"):
        host.readers()["semi"].read(b"One", "brief.semi")


@pytest.mark.parametrize(
    ("rank", "what"),
    [
        ("raise KeyError('x')", "method 'power' failed: KeyError: 'x'"),
        ("return [1, 2]", "method 'power' gave a list, not Ranked"),
        ("return Ranked([1])", "method 'power' gave 1 scores for 2 options"),
        ("return Ranked([1, None])", "method 'power' gave scores that are no numbers"),
        ("return Ranked([1, float('nan')])", "method 'power' gave a score that is no finite"),
        ("return Ranked(None)", "method 'power' gave scores that are no numbers"),
    ],
)
def test_a_method_that_fails_is_named(
    host: Host, offer: Callable[..., None], rank: str, what: str
) -> None:
    offer(rank=rank)
    with pytest.raises(EvaluatorError) as caught:
        host.methods()["power"].rank([[1, 2], [3, 4]], [0.5, 0.5])
    assert caught.value.problems[0].what.startswith(what)


def test_a_writer_that_fails_is_named_and_its_traceback_logged(
    host: Host, offer: Callable[..., None]
) -> None:
    offer(write="1 / 0")
    with pytest.raises(EvaluatorError, match="writer 'shout' failed: ZeroDivision"):
        host.writers()["shout"].write(None)  # type: ignore[arg-type]
    assert "Traceback" in state.log_file().read_text()


@pytest.mark.parametrize(
    ("reader", "what"),
    [
        ('"Semi", "S", (".semi",)', "reader 'Semi': id is none"),
        ('3, "S", (".semi",)', "reader 3: id is none"),
        ('"semi", "", (".semi",)', "reader 'semi': title must be text"),
        ('"semi", "S", (".SEMI",)', "reader 'semi': suffixes must be like ('.txt',)"),
        ('"semi", "S", ".semi"', "reader 'semi': suffixes must be like ('.txt',)"),
    ],
)
def test_an_object_that_is_none_is_named_and_the_rest_goes_on(
    host: Host, offer: Callable[..., None], reader: str, what: str
) -> None:
    offer(reader=reader)
    assert "semi" not in host.readers()
    assert any(what in p.what and p.file == "foo 0.3" for p in host.problems())
    assert "power" in host.methods()


@pytest.mark.parametrize(
    ("pieces", "what"),
    [
        ({"suffix": "'loud'"}, "writer 'shout': suffix must be like '.txt'"),
        ({"suffix": "3"}, "writer 'shout': suffix must be like '.txt'"),
        (
            {"parameters": "['power']"},
            "method 'power': parameters must map each name to its default",
        ),
    ],
)
def test_a_writer_or_method_that_is_none_is_named(
    host: Host, offer: Callable[..., None], pieces: dict[str, str], what: str
) -> None:
    offer(**pieces)
    assert not {"shout", "power"} <= {*host.writers(), *host.methods()}
    assert [p.what for p in host.problems()] == [f"is not loaded: {what}"]


def test_a_writer_without_a_file_of_its_own_needs_no_suffix(
    host: Host, offer: Callable[..., None]
) -> None:
    offer(suffix="''")
    assert host.writers()["shout"].suffix == ""


def test_one_id_belongs_to_the_first_and_both_are_named(
    host: Host, offer: Callable[..., None]
) -> None:
    offer("foo")
    offer("goo", rank="return 3")
    assert host.methods()["power"].rank([[1]], [1]) == Ranked([1])
    said = [p.what for p in host.problems() if p.key == "power"]
    assert said == ["'power' is left out: foo 0.3 has that id already"]


def test_one_that_does_not_load_is_never_imported_here(host: Host, install: Write) -> None:
    install("foo", text="import os\nos._exit(1)\n")
    assert "md" in host.writers()
    assert [p.file for p in host.problems()] == ["foo 0.3"]


def test_one_that_loads_there_but_not_here_is_named(
    host: Host, install: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERE", "1")
    head = "if 'pytest' in sys.modules:\n    raise RuntimeError('not here')\n"
    head += "\n\n@hookimpl\ndef evaluator_writers():\n    return []\n"
    install("foo", head=head)
    assert "md" in host.writers()
    assert [str(p) for p in host.problems()] == [
        "foo 0.3: is not loaded: RuntimeError: not here. Try: evaluator plugins off foo"
    ]
    assert "visibility" in host.criteria()


def test_what_is_built_in_comes_by_the_same_hooks() -> None:
    criteria = inprocess.built_in("evaluator_criteria")
    assert list(criteria) == ["cost", "china-sensitivity", "india-sensitivity", "feasibility"]
    assert "additive" in inprocess.built_in("evaluator_methods")


def test_an_error_for_people_is_raised_and_no_draft_is_empty() -> None:
    assert Draft().options == ()
    assert str(fail("no list in it", file="x")) == "x: no list in it."
