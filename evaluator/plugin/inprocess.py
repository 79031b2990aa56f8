"""What runs in the program's own process.

That is everything built in, and the readers, writers and methods of installed packages, each call
under guard.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Final, TypeAlias

import msgspec

from evaluator.api import Draft, Method, Ranked, Reader, Writer
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import Brief, Criterion, Option, is_id, is_number
from evaluator.plugin import contract, hookspecs, memory
from evaluator.plugin.sources import Found
from evaluator.plugin.state import log
from evaluator.plugin.wire import Said

Offer: TypeAlias = Reader | Writer | Method

_BUILT_IN: Final = {
    hookspecs.CRITERIA: "evaluator.criteria",
    hookspecs.READERS: "evaluator.readers",
    hookspecs.WRITERS: "evaluator.writers",
    hookspecs.METHODS: "evaluator.analysis.methods_hook",
}
_WORDS: Final = {Reader: "reader", Writer: "writer", Method: "method"}


def built_in(hook: str) -> dict[str, Any]:
    """What is built in for one hook, by id, taken from the hook as from anybody else's."""
    module = importlib.import_module(_BUILT_IN[hook])
    functions = contract.hooks_of(module, module.__name__)[hook]
    return {thing.id: thing for thing in contract.collect(hook, functions)}


def installed(hook: str, found: Found) -> tuple[dict[str, Offer], list[Problem]]:
    """What an installed plugin offers for one hook, each thing guarded; and what is wrong."""

    def load() -> list[Offer]:
        module = memory.load(found.source)
        functions = contract.hooks_of(module, found.name).get(hook, ())
        return [_checked(thing) for thing in contract.collect(hook, functions)]

    things, error = contract.attempt(load)
    if error is not None:
        _log(found, error)
        said = error.what if isinstance(error, contract.ContractError) else contract.named(error)
        hint = f"Try: evaluator plugins off {found.name}"
        what = f"is not loaded: {said}"
        return {}, [Problem(found.label, None, None, what, hint, "warning")]
    return {thing.id: _guarded(thing, found) for thing in things}, []


def answered(
    criterion: Criterion, option: Option, brief: Brief, settings: Mapping[str, Any]
) -> Said:
    """What a criterion's own function, which it has, says now; what it raises is a fault."""
    suggest = criterion.suggest
    assert suggest is not None

    def ask() -> Any:
        return contract.ask(suggest, contract.arguments(suggest), option, brief, settings)

    answer, error = contract.attempt(ask)
    if isinstance(error, contract.ContractError):
        fault = error.what
    elif error is not None:
        fault = f"suggest raises {contract.named(error)}"
    else:
        what = contract.suggestion_fault(criterion, option, answer)
        fault = f"suggest {what}" if what else ""
    return Said(criterion.id, option.id, None if fault else answer, fault)


def _log(found: Found, error: BaseException) -> None:
    from traceback import format_exception

    log(f"plugin {found.label}", "".join(format_exception(error)))


def _checked(thing: Offer) -> Offer:
    """The same thing, whose fields are what they must be.

    Raises:
        ContractError: one is not.
    """
    if fault := _field_fault(thing):
        kind = _WORDS.get(type(thing), "object")
        raise contract.ContractError(f"{kind} {contract.shown(thing.id)}: {fault}")
    return thing


def _field_fault(thing: Offer) -> str:
    if not isinstance(thing.id, str) or not is_id(thing.id):
        return "id is none"
    if not isinstance(thing.title, str) or not thing.title.strip():
        return "title must be text"
    if isinstance(thing, Reader):
        fine = _all_suffixes(thing.suffixes)
        return "" if fine else "suffixes must be like ('.txt',), in lower case"
    if isinstance(thing, Writer):
        fine = not thing.suffix or _all_suffixes((thing.suffix,))
        return "" if fine else "suffix must be like '.txt'"
    fine = isinstance(thing.parameters, Mapping)
    return "" if fine else "parameters must map each name to its default"


def _all_suffixes(suffixes: object) -> bool:
    return isinstance(suffixes, tuple | list) and all(
        isinstance(s, str) and s.startswith(".") and s == s.lower() for s in suffixes
    )


def _guarded(thing: Offer, found: Found) -> Offer:
    if isinstance(thing, Reader):
        read = _under_guard(thing.read, "reader", thing.id, found, _draft_fault)
        return msgspec.structs.replace(thing, read=read)
    if isinstance(thing, Writer):
        write = _under_guard(thing.write, "writer", thing.id, found, _bytes_fault)
        return msgspec.structs.replace(thing, write=write)
    rank = _under_guard(thing.rank, "method", thing.id, found, _ranked_fault)
    return msgspec.structs.replace(thing, rank=rank)


def _under_guard(
    function: Callable[..., Any],
    kind: str,
    id: str,
    found: Found,
    judge: Callable[..., str],
) -> Callable[..., Any]:
    """The function, whose every fault is an `EvaluatorError` that names the plugin."""
    hint = f"Do without it, or: evaluator plugins off {found.name}"

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        answer, error = contract.attempt(lambda: function(*given, **named))
        if isinstance(error, EvaluatorError):
            raise error
        if error is not None:
            _log(found, error)
            what = f"{kind} {id!r} failed: {contract.named(error)}"
            raise fail(what, hint, file=found.label)
        what = judge(answer, *given)
        if what:
            raise fail(f"{kind} {id!r} {what}", hint, file=found.label)
        return answer

    return call


def _draft_fault(answer: Any, *_: Any) -> str:
    return "" if isinstance(answer, Draft) else f"gave {contract.shown(answer)}, not a Draft"


def _bytes_fault(answer: Any, *_: Any) -> str:
    return "" if isinstance(answer, bytes) else f"gave {contract.shown(answer)}, not bytes"


def _ranked_fault(answer: Any, values: Any = None, *_: Any) -> str:
    if not isinstance(answer, Ranked):
        return f"gave {contract.shown(answer)}, not Ranked"
    try:
        scores = [float(score) for score in answer.scores]
        count = len(scores) if values is None else len(values)
    except (TypeError, ValueError):
        return "gave scores that are no numbers"
    if len(scores) != count:
        return f"gave {len(scores)} scores for {count} options"
    return "" if all(map(is_number, scores)) else "gave a score that is no finite number"


def merged(
    built: Mapping[str, Any], others: Iterable[tuple[Found, Mapping[str, Any]]]
) -> tuple[dict[str, Any], list[Problem]]:
    """All things by id; the later of two with one id is left out, and both sources are named."""
    things: dict[str, Any] = dict(built)
    owners: dict[str, str] = {}
    problems: list[Problem] = []
    for found, given in others:
        for id, thing in given.items():
            if id in things:
                problems.append(twice(found.label, id, owners.get(id, "evaluator itself")))
            else:
                things[id], owners[id] = thing, found.label
    return things, problems


def twice(label: str, id: str, owner: str) -> Problem:
    """The problem of an id that `owner` has already."""
    what = f"{id!r} is left out: {owner} has that id already"
    return Problem(label, None, id, what, "Give it another id", "warning")
