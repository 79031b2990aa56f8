"""The promises of a plugin, one by one."""

import math
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator import api
from evaluator.model import Brief, Evidence, Option, Suggestion
from evaluator.plugin import contract, hookspecs
from evaluator.plugin.contract import ContractError

CRITERION = api.Criterion(
    "visibility", "Visibility", "Would people notice?", "higher", api.likert("a", "b", "c")
)
OPTION = Option("boats", "Teach sailing", text="Every pupil sails.")


@pytest.mark.parametrize("version", ["1.0", "1.00"])
def test_our_version_and_older_minors_are_served(version: str) -> None:
    contract.handshake(version)


@pytest.mark.parametrize(
    ("version", "what", "hint"),
    [
        ("1.1", "needs plugin API 1.1, this evaluator has 1.0", "Try: pip install -U evaluator"),
        ("2.0", "needs plugin API 2.0, this evaluator has 1.0", "Try: pip install -U evaluator"),
        ("0.9", "is written for plugin API 0.9, this evaluator has 1.0", "made for 1.0"),
        ("newest", "EVALUATOR_API = 'newest' is no version", 'Write EVALUATOR_API = "1.0"'),
        (1.0, "EVALUATOR_API = 1.0 is no version", 'Write EVALUATOR_API = "1.0"'),
        (None, "EVALUATOR_API = None is no version", 'Write EVALUATOR_API = "1.0"'),
        ("1.0\n", "is no version", 'Write EVALUATOR_API = "1.0"'),
        (object(), "EVALUATOR_API = an object is no version", 'Write EVALUATOR_API = "1.0"'),
    ],
)
def test_another_version_is_refused_with_the_way_out(version: object, what: str, hint: str) -> None:
    with pytest.raises(ContractError) as caught:
        contract.handshake(version)
    assert what in caught.value.what
    assert hint in caught.value.hint


def module(**names: Any) -> ModuleType:
    made = ModuleType("made")
    for name, value in names.items():
        function = value
        function.__name__ = name
        setattr(made, name, api.hookimpl(function))
    return made


def test_hooks_are_found_by_their_mark() -> None:
    made = module(evaluator_criteria=lambda: (), evaluator_methods=lambda: ())
    made.helper = lambda: ()  # type: ignore[attr-defined]
    assert set(contract.hooks_of(made, "made")) == {hookspecs.CRITERIA, hookspecs.METHODS}


@pytest.mark.parametrize(
    ("made", "what", "hint"),
    [
        (module(evaluator_criterias=lambda: ()), "'evaluator_criterias'", "'evaluator_criteria'"),
        (module(evaluator_readrs=lambda: ()), "'evaluator_readrs'", "'evaluator_readers'"),
        (module(evaluator_criteria=lambda option: ()), "written wrongly", ""),
        (ModuleType("bare"), "has no hook", "Mark a function evaluator_criteria with @hookimpl"),
        (42, "has no hook", ""),
    ],
)
def test_a_hook_that_is_none_is_named(made: object, what: str, hint: str) -> None:
    with pytest.raises(ContractError) as caught:
        contract.hooks_of(made, "made")
    assert what in caught.value.what
    assert hint in caught.value.hint


def test_a_wrapper_is_no_way_to_hand_things_over() -> None:
    made = ModuleType("made")

    def evaluator_criteria() -> Any:
        yield

    made.evaluator_criteria = api.hookimpl(wrapper=True)(evaluator_criteria)  # type: ignore[attr-defined]
    with pytest.raises(ContractError, match="may only hand objects over"):
        contract.hooks_of(made, "made")


@pytest.mark.parametrize(
    ("given_", "what"),
    [
        (None, "gives None"),
        ("cost", "gives 'cost'"),
        ({"cost": CRITERION}, "gives a dict"),
        ([CRITERION, "cost"], "gives 'cost' among its Criterion objects"),
        ([int], "gives a type among"),
        (42, "gives 42"),
    ],
)
def test_only_objects_of_the_right_kind_are_taken(given_: object, what: str) -> None:
    with pytest.raises(ContractError, match="evaluator_criteria") as caught:
        contract.collect(hookspecs.CRITERIA, [lambda: given_])
    assert what in caught.value.what


def test_a_hook_without_end_is_stopped() -> None:
    with pytest.raises(ContractError, match="more than 1000"):
        contract.collect(hookspecs.CRITERIA, [lambda: iter(lambda: CRITERION, None)])


def test_a_list_a_generator_and_several_functions_are_all_right() -> None:
    functions = [lambda: [CRITERION], lambda: (c for c in (CRITERION,)), tuple]
    assert contract.collect(hookspecs.CRITERIA, functions) == [CRITERION, CRITERION]


@pytest.mark.parametrize(
    ("function", "names"),
    [
        (lambda option: None, ("option",)),
        (lambda brief, option: None, ("brief", "option")),
        (lambda: None, ()),
        (lambda *, settings, option: None, ("settings", "option")),
        (lambda **known: None, ("option", "brief", "settings")),
        (lambda option, depth=3: None, ("option",)),
        (lambda *more: None, ()),
    ],
)
def test_suggest_is_given_what_it_names(function: Any, names: tuple[str, ...]) -> None:
    assert contract.arguments(function) == names
    answer = contract.ask(function, names, OPTION, Brief("", (OPTION,)), {})
    assert answer is None


@pytest.mark.parametrize("function", [lambda weather: 0, lambda option, /: 0, eval, 42, type])
def test_suggest_asks_for_nothing_else(function: Any) -> None:
    with pytest.raises(ContractError, match="suggest"):
        contract.arguments(function)


def test_the_argument_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match="'weather'; it can have option, brief, settings"):
        contract.arguments(lambda option, weather: None)


GOOD = Suggestion(2, 0.5, "One reason", (Evidence(0, 5), Evidence(6, 13, field="title")))


def test_a_good_suggestion_and_none_have_no_fault() -> None:
    assert contract.suggestion_fault(CRITERION, OPTION, GOOD) == ""
    assert contract.suggestion_fault(CRITERION, OPTION, None) == ""
    whole = Suggestion(2.5, 1, "x" * 280, [Evidence(0, 18)])  # type: ignore[arg-type]
    assert contract.suggestion_fault(CRITERION, OPTION, whole) == ""


@pytest.mark.parametrize(
    ("field", "value", "what"),
    [
        ("score", math.inf, "no number"),
        ("score", None, "score None, which is no number"),
        ("score", 0.999, "score 0.999, outside 1 to 3"),
        ("confidence", -0.01, "confidence -0.01, outside 0 to 1"),
        ("confidence", False, "confidence False, outside"),
        ("confidence", math.nan, "confidence nan, outside"),
        ("rationale", " ", "no rationale"),
        ("rationale", b"x", "no rationale"),
        ("rationale", "x" * 281, "rationale of 281 characters; 280 are the most"),
        ("rationale", "two\nlines", "line break"),
        ("evidence", None, "None as evidence"),
        ("evidence", "boat", "'boat' as evidence"),
        ("evidence", ((0, 5),), "a tuple among its evidence"),
        ("evidence", (Evidence(0, 5, note=7),), "an Evidence among its evidence"),
        ("evidence", (Evidence(0, 5, field="section"),), "field 'section'"),
        ("evidence", (Evidence(0, 5, field=[]),), "field a list"),
        ("evidence", (Evidence(False, True),), "no whole numbers"),
        ("evidence", (Evidence(0.0, 5.0),), "no whole numbers"),
        ("evidence", (Evidence(-1, 5),), "evidence -1 to 5, outside the text of 18"),
        ("evidence", (Evidence(5, 5),), "evidence 5 to 5, outside"),
        ("evidence", (Evidence(0, 19),), "evidence 0 to 19, outside"),
        ("evidence", (Evidence(0, 14, field="title"),), "outside the title of 13 characters"),
        ("evidence", (Evidence(0, 1, field="summary"),), "outside the summary of 0 characters"),
    ],
)
def test_every_fault_of_a_suggestion_is_named(field: str, value: Any, what: str) -> None:
    fields = {"score": 2, "confidence": 0.5, "rationale": "One reason", "evidence": ()}
    answer = Suggestion(**{**fields, field: value})
    assert what in contract.suggestion_fault(CRITERION, OPTION, answer)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.builds(Evidence, inner, inner, inner, inner),
    max_leaves=6,
)


@given(st.builds(Suggestion, anything, anything, anything, anything) | anything)
def test_whatever_is_given_is_judged_and_never_raises(answer: object) -> None:
    fault = contract.suggestion_fault(CRITERION, OPTION, answer)
    assert fault or answer is None or isinstance(answer, Suggestion)
    if not fault and answer is not None:
        assert CRITERION.low <= answer.score <= CRITERION.high
        assert 0 <= answer.confidence <= 1


@given(st.integers(-3, 25), st.integers(-3, 25))
def test_a_span_passes_exactly_where_it_holds_text(start: int, end: int) -> None:
    answer = Suggestion(2, 0.5, "One reason", (Evidence(start, end),))
    sound = start in range(18) and end in range(start + 1, 19)
    assert (contract.suggestion_fault(CRITERION, OPTION, answer) == "") == sound


def test_a_value_in_a_message_runs_none_of_its_own_code() -> None:
    class Odd(str):
        __slots__ = ()

        def __repr__(self) -> str:
            raise RuntimeError

    assert contract.shown(Odd("x")) == "an Odd"
    assert contract.shown("x" * 99) == "'" + "x" * 58 + "…"
    assert contract.shown(10**5000) == "a huge number"
