"""What a plugin promises, checked in the order in which an author meets it.

The same checks run in the worker, again in the host on what the worker says, and in
`evaluator.testing`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import pluggy

from evaluator.api import API_VERSION
from evaluator.display import is_plain
from evaluator.errors import nearest
from evaluator.model import Brief, Criterion, Evidence, Option, Suggestion, is_number
from evaluator.plugin import hookspecs

ARGUMENTS: Final = ("option", "brief", "settings")
FIELDS: Final = ("title", "summary", "text")
MAX_RATIONALE: Final = 280
MAX_OBJECTS: Final = 1000
_VERSION: Final = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")
_OURS: Final = ".".join(map(str, API_VERSION))


class ContractError(ValueError):
    """A promise that a plugin does not keep: what, and how to mend it."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(f"{what}. {hint}" if hint else what)
        self.what = what
        self.hint = hint


def attempt(
    call: Callable[[], Any], faults: tuple[type[BaseException], ...] = (Exception, SystemExit)
) -> tuple[Any, BaseException | None]:
    """What a call gives, or what it raised: the one border at which other people's faults end."""
    try:
        return call(), None
    except faults as error:
        return None, error


def named(error: BaseException) -> str:
    """An exception in one line: its type, and what it says where it can say it."""
    text, _ = attempt(lambda: " ".join(str(error).split()), (BaseException,))
    said = (text or "").encode("utf-8", "backslashreplace").decode()
    return f"{type(error).__name__}: {said[:300]}" if said else type(error).__name__


def shown(value: object) -> str:
    """A value in a message: plain ones as they are written, others by their type alone.

    Nothing of the value's own code is run.
    """
    if type(value) in (str, int, float, bool, type(None)):
        try:
            text = repr(value)
        except ValueError:  # an integer of too many digits
            return "a huge number"
        return text if len(text) <= 60 else text[:59] + "…"
    name = type(value).__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


def handshake(declared: object) -> None:
    """Checks a module's `EVALUATOR_API`: the same major version, the minor not above ours.

    Raises:
        ContractError: it is no version, or one that this evaluator does not serve.
    """
    match = _VERSION.fullmatch(declared) if isinstance(declared, str) else None
    if match is None:
        what = f"EVALUATOR_API = {shown(declared)} is no version"
        raise ContractError(what, f'Write EVALUATOR_API = "{_OURS}"')
    major, minor = int(match[1]), int(match[2])
    if (major, minor) > API_VERSION:
        what = f"needs plugin API {declared}, this evaluator has {_OURS}"
        raise ContractError(what, "Try: pip install -U evaluator")
    if major < API_VERSION[0]:
        what = f"is written for plugin API {declared}, this evaluator has {_OURS}"
        raise ContractError(what, f"Look for a newer version of it, made for {_OURS}")


def hooks_of(plugin: object, name: str) -> dict[str, list[Callable[[], Any]]]:
    """The hook functions of a module or object, by hook, in the order of their names.

    Raises:
        ContractError: a hook that is not known, that takes arguments, or none at all.
    """
    manager = pluggy.PluginManager("evaluator")
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(plugin, name)
    except pluggy.PluginValidationError as error:
        said = " ".join(str(error).split())
        raise ContractError(f"a hook is written wrongly: {said[:200]}") from None
    found: dict[str, list[Callable[[], Any]]] = {}
    for caller in manager.get_hookcallers(plugin) or ():
        _refuse_unknown(caller.name)
        implementations = [found for found in caller.get_hookimpls() if found.plugin is plugin]
        if any(found.wrapper or found.hookwrapper for found in implementations):
            raise ContractError(f"{caller.name} wraps the hook; it may only hand objects over")
        found[caller.name] = [found.function for found in implementations]
    if not found:
        what = "has no hook, so it adds nothing"
        raise ContractError(what, "Mark a function evaluator_criteria with @hookimpl")
    return found


def _refuse_unknown(hook: str) -> None:
    if hook not in hookspecs.KINDS:
        near = nearest(hook, hookspecs.KINDS)
        hint = f"Did you mean {near!r}?" if near else f"Known: {', '.join(hookspecs.KINDS)}"
        raise ContractError(f"has hook {hook!r}, which this evaluator does not know", hint)


def collect(hook: str, functions: Iterable[Callable[[], Any]]) -> list[Any]:
    """Everything that the functions of one hook hand over.

    Raises:
        ContractError: something is of the wrong type, or there is no end to it.
        Exception: whatever a function raises.
    """
    kind = hookspecs.KINDS[hook]
    found: list[Any] = []
    for function in functions:
        given = function()
        if not isinstance(given, Iterable) or isinstance(given, str | bytes | Mapping):
            what = f"{hook} gives {shown(given)}; it must give {kind.__name__} objects, each by"
            raise ContractError(f"{what} yield or in a list")
        for thing in given:
            if not isinstance(thing, kind):
                raise ContractError(
                    f"{hook} gives {shown(thing)} among its {kind.__name__} objects"
                )
            found.append(thing)
            if len(found) > MAX_OBJECTS:
                raise ContractError(f"{hook} gives more than {MAX_OBJECTS} objects")
    return found


def arguments(function: Callable[..., Any]) -> tuple[str, ...]:
    """Which of option, brief and settings a `suggest` function asks for.

    Raises:
        ContractError: it asks for something else, or can't be called by name.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        raise ContractError(f"suggest is {shown(function)}, not a function") from None
    if any(found.kind is found.VAR_KEYWORD for found in parameters):
        return ARGUMENTS
    needed = [p for p in parameters if p.default is p.empty and p.kind is not p.VAR_POSITIONAL]
    for found in needed:
        if found.kind is found.POSITIONAL_ONLY or found.name not in ARGUMENTS:
            what = f"suggest asks for {found.name!r}; it can have {', '.join(ARGUMENTS)}, by name"
            raise ContractError(what, "Name only what there is")
    return tuple(p.name for p in parameters if p.name in ARGUMENTS)


def ask(
    suggest: Callable[..., Any],
    names: tuple[str, ...],
    option: Option,
    brief: Brief,
    settings: Mapping[str, Any],
) -> Any:
    """Calls `suggest` with the arguments it names; the answer is not checked yet."""
    known = {"option": option, "brief": brief, "settings": settings}
    return suggest(**{name: known[name] for name in names})


def suggestion_fault(criterion: Criterion, option: Option, answer: object) -> str:
    """What is wrong with an answer of `suggest`, as "gives …"; empty where nothing is."""
    if answer is None:
        return ""
    if not isinstance(answer, Suggestion):
        return f"gives {shown(answer)}, not a Suggestion or None"
    if not is_number(answer.score):
        return f"gives the score {shown(answer.score)}, which is no number"
    if not criterion.holds(answer.score):
        low, high = criterion.low, criterion.high
        return f"gives the score {shown(answer.score)}, outside {low} to {high}"
    if not is_number(answer.confidence) or not 0 <= answer.confidence <= 1:
        return f"gives the confidence {shown(answer.confidence)}, outside 0 to 1"
    return _rationale_fault(answer.rationale) or _evidence_fault(option, answer.evidence)


def _rationale_fault(rationale: object) -> str:
    if not isinstance(rationale, str) or not rationale.strip():
        return "gives no rationale; it must be a sentence"
    if len(rationale) > MAX_RATIONALE:
        return f"gives a rationale of {len(rationale)} characters; {MAX_RATIONALE} are the most"
    if not is_plain(rationale):
        return "gives a rationale with a line break or a control character in it"
    return ""


def _evidence_fault(option: Option, evidence: object) -> str:
    if not isinstance(evidence, tuple | list):
        return f"gives {shown(evidence)} as evidence, not a sequence of Evidence"
    for item in evidence:
        if not isinstance(item, Evidence) or not isinstance(item.note, str):
            return f"gives {shown(item)} among its evidence; only Evidence may stand there"
        if item.field not in FIELDS:
            known = ", ".join(FIELDS)
            return f"gives evidence in the field {shown(item.field)}; it can be in {known}"
        if type(item.start) is not int or type(item.end) is not int:
            return "gives evidence whose start and end are no whole numbers"
        length = len(getattr(option, item.field))
        if not 0 <= item.start < item.end <= length:
            place = f"{shown(item.start)} to {shown(item.end)}"
            return f"gives evidence {place}, outside the {item.field} of {length} characters"
    return ""
