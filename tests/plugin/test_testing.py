"""What `evaluator.testing` gives to people who write plugins."""

import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import msgspec
import pytest

from evaluator.api import Criterion, Suggestion, hookimpl, likert
from evaluator.model import Brief, Option
from evaluator.testing import EvaluatorHost, ask, check_criterion

pytest_plugins = ["evaluator.testing"]
Write = Callable[..., Path]

BOAT = Criterion(
    "boats", "Boats", "Are there boats?", "lower", likert("None", "Some", "Many"),
    suggest=lambda option: Suggestion(2, 0.3, "It says so") if "boat" in option.text else None,
)  # fmt: skip


def suggesting(suggest: object) -> Criterion:
    return msgspec.structs.replace(BOAT, suggest=suggest)


def test_the_host_knows_nothing_by_itself(evaluator_host: EvaluatorHost) -> None:
    assert evaluator_host.criteria == {}


def test_a_file_is_loaded_as_the_program_would(evaluator_host: EvaluatorHost, write: Write) -> None:
    loaded = evaluator_host.load(write())
    assert list(loaded) == ["visibility"]
    assert evaluator_host.criteria == loaded
    assert loaded["visibility"].suggest is not None


def test_a_file_that_has_changed_is_loaded_anew(
    evaluator_host: EvaluatorHost, write: Write
) -> None:
    assert list(evaluator_host.load(write(id="one"))) == ["one"]
    assert list(evaluator_host.load(write(id="two"))) == ["two"]


def test_a_folder_is_loaded_with_its_parts_and_its_data(
    evaluator_host: EvaluatorHost, write: Write
) -> None:
    write("a/__init__.py", "from .deep.inner import evaluator_criteria\n")
    write("a/deep/__init__.py", "")
    head = "import pkgutil\nID = pkgutil.get_data(__name__, 'id.txt').decode()\n"
    text = write("a/deep/inner.py", head=head).read_text().replace('"visibility"', "ID")
    write("a/deep/inner.py", text)
    write("a/deep/id.txt", "from-data")
    path = write("a/words.txt", "x").parent
    assert list(evaluator_host.load(path)) == ["from-data"]


def test_a_module_is_loaded_with_all_its_hooks(evaluator_host: EvaluatorHost) -> None:
    module = ModuleType("mine")

    @hookimpl
    def evaluator_criteria() -> list[Criterion]:
        return [BOAT]

    module.evaluator_criteria = evaluator_criteria  # type: ignore[attr-defined]
    assert evaluator_host.load(module) == {"boats": BOAT}


def test_no_error_is_hidden(evaluator_host: EvaluatorHost, write: Write) -> None:
    with pytest.raises(ZeroDivisionError):
        evaluator_host.load(write(head="1 / 0"))
    with pytest.raises(ValueError, match="Try: pip install -U evaluator"):
        evaluator_host.load(write(head='EVALUATOR_API = "1.97"'))
    with pytest.raises(ValueError, match="no hook"):
        evaluator_host.load(write(text="x = 1"))


def test_the_sample_brief_has_what_a_criterion_must_cope_with(sample_brief: Brief) -> None:
    options = {option.id: option for option in sample_brief.options}
    assert list(options) == ["plain", "money", "empty", "non-ascii", "very-long"]
    assert options["empty"].text == ""
    assert not options["non-ascii"].text.isascii()
    assert len(options["very-long"].text) > 50_000


def test_asking_gives_the_answer_checked() -> None:
    assert ask(BOAT, Option("one", "One", text="a boat")) == Suggestion(2, 0.3, "It says so")
    assert ask(BOAT, Option("one", "One")) is None
    seen = suggesting(lambda brief, settings: Suggestion(settings["n"], 0.1, brief.title))
    given = ask(seen, Option("one", "One"), brief=Brief("Whole", ()), settings={"n": 3})
    assert given == Suggestion(3, 0.1, "Whole")
    with pytest.raises(AssertionError, match="boats: suggest gives the score 9, outside 1 to 3"):
        ask(suggesting(lambda: Suggestion(9, 0.1, "x")), Option("one", "One"))
    with pytest.raises(AssertionError, match="has no suggest"):
        ask(suggesting(None), Option("one", "One"))


def test_a_good_criterion_passes() -> None:
    check_criterion(BOAT)
    check_criterion(suggesting(None))
    check_criterion(
        Criterion(
            "jobs", "Jobs", "How many?", "higher", scale=(0, 500),
            curve=((0, 0), (100, 60), (500, 100)),
        )
    )  # fmt: skip


def slow(option: Option) -> None:
    time.sleep(0.02)


CALLS = iter(range(1000))


@pytest.mark.parametrize(
    ("suggest", "what"),
    [
        (lambda: print("noise"), "prints 'noise"),
        (lambda: Suggestion(2, 0.1, str(next(CALLS))), "answers differently when asked again"),
        (slow, "took 0.0 s for plain; 0.01 s is most"),
        (lambda: 2, "gives 2, not a Suggestion"),
    ],
)
def test_a_broken_promise_is_named(suggest: object, what: str) -> None:
    with pytest.raises(AssertionError, match="boats: suggest") as caught:
        check_criterion(suggesting(suggest), seconds=0.01 if suggest is slow else 1)
    assert what in str(caught.value)


def test_an_argument_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match="asks for 'weather'"):
        check_criterion(suggesting(lambda weather: None))


def test_options_of_ones_own_are_asked_about_too() -> None:
    def picky(option: Option) -> Suggestion | None:
        return Suggestion(9, 0.1, "x") if option.id == "mine" else None

    check_criterion(suggesting(picky))
    with pytest.raises(AssertionError, match="for mine"):
        check_criterion(suggesting(picky), options=[Option("mine", "Mine")])


def test_values_that_turn_back_are_found() -> None:
    class Bent(Criterion, frozen=True):
        def value(self, score: float) -> float:
            return {1: 100.0, 3: 0.0}.get(score, score % 1 * 100)

    with pytest.raises(AssertionError, match="never turn back"):
        check_criterion(Bent("bent", "Bent", "Is it?", "lower", likert("a", "b", "c")))

    class Short(Criterion, frozen=True):
        def value(self, score: float) -> float:
            return 50.0

    with pytest.raises(AssertionError, match="from 0 to 100"):
        check_criterion(Short("short", "Short", "Is it?", "lower", likert("a", "b", "c")))
