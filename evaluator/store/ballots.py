"""Ballots: from a document to a `Ballot`, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from evaluator.errors import nearest
from evaluator.model import ABSTAIN, Ballot, Cells, Criterion, Session, is_number
from evaluator.store.checker import Checker, extras, shown
from evaluator.store.documents import SCHEMA, Document, Path_, dotted

_KNOWN: Final = (
    "schema", "kind", "participant", "round", "updated", "weights", "scores", "notes",
    "accepted", "confidence", "ranges", "recused", "dissent", "looked", "end",
)  # fmt: skip
_CELLS: Final = ("scores", "notes", "accepted", "confidence", "ranges", "looked")
_LISTS: Final = ("recused", "dissent")


def read_ballot(checker: Checker, participant: str, round_: int, session: Session) -> Ballot:
    """The ballot in a document of `participant` in `round_`; problems go to the checker.

    What it says of options or criteria that the session does not know is kept and not checked
    here: `warn_unknown` names it.
    """
    document = checker.source.document
    checker.schema()
    checker.names("ballot", participant=participant, round=round_)
    checker.end()
    weights = checker.numbers(document, "weights", ())
    if weights and set(weights) >= set(session.criteria) and not any(weights.values()):
        checker.report(("weights",), "weights are all 0", "Give one criterion a weight above 0")
    return Ballot(
        participant=participant,
        round=round_,
        updated=checker.time(document, "updated", ()),
        weights=weights,
        scores=_cells(checker, "scores", session),
        notes=_cells(checker, "notes", session),
        accepted=_cells(checker, "accepted", session),
        confidence=_cells(checker, "confidence", session),
        ranges=_cells(checker, "ranges", session),
        recused=_texts(checker, "recused"),
        dissent=_texts(checker, "dissent"),
        looked=_cells(checker, "looked", session),
        extra=extras(document, _KNOWN),
    )


def _cells(checker: Checker, name: str, session: Session) -> Cells:
    table = checker.table(checker.source.document, name, ())
    cells: Cells = {}
    for option in table:
        row = checker.table(table, option, (name,))
        for criterion, value in row.items():
            path = (name, option, criterion)
            if name == "scores":
                _check_score(checker, path, value, session.criteria.get(criterion))
            elif name == "confidence":
                _check_confidence(checker, path, value)
            elif name == "ranges":
                _check_range(checker, path, value, session.criteria.get(criterion))
            elif not isinstance(value, str):
                checker.report(path, f"{dotted(path)} is {shown(value)}, not text", "Quote it")
        cells[option] = {
            criterion: tuple(value) if isinstance(value, list) else value
            for criterion, value in row.items()
        }
    return cells


def _texts(checker: Checker, name: str) -> dict[str, str]:
    table = checker.table(checker.source.document, name, ())
    return {option: checker.text(table, option, (name,), long=True) for option in table}


def _check_range(checker: Checker, path: Path_, value: Any, criterion: Criterion | None) -> None:
    key = f"{dotted(path)} = {shown(value)}"
    hint = "Put two numbers, the lower first: [2, 4]"
    if not (isinstance(value, list) and len(value) == 2 and all(map(is_number, value))):
        checker.report(path, f"{key} is no range", hint)
    elif value[0] > value[1]:
        checker.report(path, f"{dotted(path)} runs from {value[0]} down to {value[1]}", hint)
    elif criterion is not None and not (criterion.holds(value[0]) and criterion.holds(value[1])):
        what = f"{dotted(path)} is outside {criterion.low} to {criterion.high}"
        checker.report(path, what, hint)


def _check_score(checker: Checker, path: Path_, value: Any, criterion: Criterion | None) -> None:
    if value == ABSTAIN:
        return
    key = f"{dotted(path)} = {shown(value)}"
    if criterion is None:
        if not is_number(value):
            checker.report(path, f"{key} is no score", 'Put a number or "abstain"')
        return
    hint = f'Put a number from {criterion.low} to {criterion.high}, "abstain", or remove the line'
    if not is_number(value):
        checker.report(path, f"{key} is no score", hint)
    elif not criterion.holds(value):
        checker.report(path, f"{key} is outside {criterion.low} to {criterion.high}", hint)


def _check_confidence(checker: Checker, path: Path_, value: Any) -> None:
    if not is_number(value) or not 0 <= value <= 1:
        what = f"{dotted(path)} = {shown(value)} is no confidence"
        checker.report(path, what, "Put a number from 0 to 1")


def warn_unknown(
    checker: Checker, ballot: Ballot, session: Session, options: Mapping[str, Any]
) -> None:
    """Names what a ballot says of options and criteria that its session does not know."""
    for path in _of_options(ballot):
        if path[-1] not in options:
            _warn(checker, path, "option", options)
    for path in _of_criteria(ballot, options):
        if path[-1] not in session.criteria:
            _warn(checker, path, "criterion", session.criteria)


def _of_options(ballot: Ballot) -> list[Path_]:
    """Where a ballot names an option."""
    return [(name, option) for name in (*_LISTS, *_CELLS) for option in getattr(ballot, name)]


def _of_criteria(ballot: Ballot, options: Mapping[str, Any]) -> Iterator[Path_]:
    """Where a ballot names a criterion: in its weights, and under options that are known."""
    yield from (("weights", criterion) for criterion in ballot.weights)
    for name in _CELLS:
        of_option = "option" if name == "notes" else ""
        for option, row in getattr(ballot, name).items():
            if option in options:
                yield from ((name, option, id) for id in row if id != of_option)


def _warn(checker: Checker, path: Path_, kind: str, known: Mapping[str, Any]) -> None:
    near = nearest(path[-1], known)
    hint = f"Did you mean {near!r}? It is kept, and not counted" if near else "It is not counted"
    checker.warn(path, f"{dotted(path)}: the session has no {kind} {shown(path[-1])}", hint)


def ballot_document(ballot: Ballot, session: Session, order: list[str]) -> Document:
    """A ballot's document: options and criteria in the session's order, unknown ones after them."""
    document: Document = {
        "schema": SCHEMA,
        "kind": "ballot",
        "participant": ballot.participant,
        "round": ballot.round,
    }
    if ballot.updated is not None:
        document["updated"] = ballot.updated
    criteria = list(session.criteria)
    if ballot.weights:
        document["weights"] = _ordered(ballot.weights, criteria)
    for name in _CELLS:
        rows = {
            option: _ordered(row, ["option", *criteria])
            for option, row in _ordered(getattr(ballot, name), order).items()
            if row
        }
        if rows:
            document[name] = rows
    for name in _LISTS:
        if marks := getattr(ballot, name):
            document[name] = _ordered(marks, order)
    return {**document, **ballot.extra}


def _ordered(table: dict[str, Any], order: list[str]) -> dict[str, Any]:
    known = {key: table[key] for key in order if key in table}
    return {**known, **{key: value for key, value in table.items() if key not in known}}
