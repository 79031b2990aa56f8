"""session.toml: from a document to a `Session`, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from itertools import pairwise
from typing import Any, Final

from evaluator.errors import Problem, nearest
from evaluator.model import (
    COMBINE,
    ROLES,
    Consensus,
    Criterion,
    Grouping,
    Mark,
    Number,
    OptionSet,
    Participant,
    Round,
    Session,
    is_id,
)
from evaluator.store.checker import Checker, extras, shown
from evaluator.store.criteria import criterion_table, read_criterion
from evaluator.store.documents import SCHEMA, Document, Path_, Source, dotted
from evaluator.store.names import is_file_key

_KNOWN: Final = (
    "schema", "kind", "id", "title", "question", "created", "made-by", "blind", "anonymous",
    "round", "rounds", "consensus", "participants", "weights", "scenarios", "suggestions",
    "portfolio", "methods", "group", "agenda", "dissent", "about", "reworded", "criteria", "end",
)  # fmt: skip
_PERSON: Final = ("name", "role", "organisation", "expertise", "interest", "weight")
_MARK: Final = ("settled", "revote", "note")
RULES: Final = ("ram", "iqr", "share")


def read_session(checker: Checker, id: str) -> Session:
    """The session in a document of the folder `id`; problems go to the checker."""
    document = checker.source.document
    checker.schema()
    checker.names("session", id=id)
    checker.end()
    rounds = _rounds(checker, document)
    criteria = _criteria(checker, document)
    return Session(
        id=id,
        title=checker.text(document, "title", (), need=True),
        question=checker.text(document, "question", (), long=True),
        created=checker.time(document, "created", ()),
        made_by=checker.text(document, "made-by", ()),
        blind=checker.flag(document, "blind", ()),
        anonymous=checker.flag(document, "anonymous", ()),
        round=_newest(checker, document, rounds),
        rounds=rounds,
        consensus=_consensus(checker, document),
        participants=_participants(checker, document),
        weights=_weights(checker, document, ("weights",), criteria),
        scenarios=_scenarios(checker, document, criteria),
        criteria=criteria,
        suggestions=checker.table(document, "suggestions", ()),
        portfolio=checker.table(document, "portfolio", ()),
        methods=checker.tables(document, "methods", ()),
        group=_group(checker, document),
        agenda=_agenda(checker, document),
        dissent=_words(checker, document, "dissent"),
        about=_words(checker, document, "about"),
        reworded=_words(checker, document, "reworded"),
        extra=extras(document, _KNOWN),
    )


def _newest(checker: Checker, document: Document, rounds: dict[int, Round]) -> int:
    number = checker.integer(document, "round", (), 1) or 1
    if rounds and number != max(rounds):
        what = f"round is {number}, but the newest in [rounds] is {max(rounds)}"
        checker.report(("round",), what, f"Write: round = {max(rounds)}")
        return max(rounds)
    return number


def _rounds(checker: Checker, document: Document) -> dict[int, Round]:
    table = checker.table(document, "rounds", ())
    if not table and "rounds" not in document:
        checker.report((), "has no table [rounds.1]", "Say when round 1 opened", key="rounds")
    rounds: dict[int, Round] = {}
    for key in table:
        path = ("rounds", key)
        if not key.isascii() or not key.isdigit() or int(key[:6]) < 1 or str(int(key[:6])) != key:
            checker.report(path, f"{dotted(path)}: {shown(key)} is no round", "Count from 1")
            continue
        inner = checker.table(table, key, ("rounds",))
        rounds[int(key)] = _round(checker, inner, path)
    return dict(sorted(rounds.items()))


def _round(checker: Checker, table: Document, path: Path_) -> Round:
    times = {name: checker.time(table, name, path) for name in ("opened", "closed", "revealed")}
    opened, closed, revealed = times.values()
    if opened is None and "opened" not in table:
        where = (*path, "opened")
        checker.report(path, f"{dotted(where)} is missing", key=dotted(where))
    if revealed is not None and closed is None:
        checker.report((*path, "revealed"), f"{dotted(path)} is revealed, but not closed")
    given = [(name, time) for name, time in times.items() if time is not None]
    for (first, earlier), (second, later) in pairwise(given):
        if later < earlier:
            where = (*path, second)
            checker.report(where, f"{dotted(where)} lies before {first}", "Let the times rise")
    return Round(
        opened or dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        closed,
        revealed,
        extras(table, ("opened", "closed", "revealed")),
    )


def _consensus(checker: Checker, document: Document) -> Consensus:
    table = checker.table(document, "consensus", ())
    path = ("consensus",)
    rule: Any = checker.choice(table, "rule", path, RULES, "ram")
    constant = checker.number(table, "constant", path, {"ram": 2.35, "iqr": 1, "share": 0.8}[rule])
    return Consensus(rule, constant, extras(table, ("rule", "constant")))


def _participants(checker: Checker, document: Document) -> dict[str, Participant]:
    table = checker.table(document, "participants", ())
    people: dict[str, Participant] = {}
    for key in table:
        path = ("participants", key)
        if not is_file_key(key):
            what = f"{dotted(path)}: {shown(key)} can't be a ballot's file name"
            checker.report(path, what, "Use a–z, 0–9 and -, at most 64")
            continue
        inner = checker.table(table, key, ("participants",))
        texts = {n: checker.text(inner, n, path) for n in _PERSON[2:-1]}
        weight = checker.number(inner, "weight", path, 1)
        role: Any = checker.choice(inner, "role", path, ROLES, "participant")
        name = checker.text(inner, "name", path, need="name" in inner) or key
        people[key] = Participant(name, role, **texts, weight=weight, extra=extras(inner, _PERSON))
    if people and not any(person.weight for person in people.values()):
        checker.report(("participants",), "every participant weighs 0", "Give one a weight above 0")
    return people


def _group(checker: Checker, document: Document) -> Grouping:
    table = checker.table(document, "group", ())
    combine: Any = checker.choice(table, "combine", ("group",), COMBINE, "mean")
    return Grouping(combine, extras(table, ("combine",)))


def _agenda(checker: Checker, document: Document) -> dict[tuple[str, str], Mark]:
    table = checker.table(document, "agenda", ())
    marks: dict[tuple[str, str], Mark] = {}
    for option in table:
        row = checker.table(table, option, ("agenda",))
        for criterion in row:
            path = ("agenda", option, criterion)
            inner = checker.table(row, criterion, path[:-1])
            marks[option, criterion] = Mark(
                checker.flag(inner, "settled", path),
                checker.flag(inner, "revote", path),
                checker.text(inner, "note", path, long=True),
                extras(inner, _MARK),
            )
    return marks


def _words(checker: Checker, document: Document, name: str) -> dict[str, str]:
    table = checker.table(document, name, ())
    return {key: checker.text(table, key, (name,), long=True) for key in table}


def _weights(
    checker: Checker, table: Document, path: Path_, criteria: dict[str, Criterion]
) -> dict[str, Number]:
    weights = checker.numbers(table, path[-1], path[:-1])
    given = [weights.get(id, 10) for id in criteria]
    if given and not any(given):
        checker.report(path, f"{dotted(path)} are all 0", "Give one a weight above 0")
    for id in weights:
        if criteria and id not in criteria:
            near = nearest(id, criteria)
            hint = f"Did you mean {near!r}? It is not counted" if near else "It is not counted"
            checker.warn((*path, id), f"{dotted((*path, id))}: no criterion {shown(id)}", hint)
    return weights


def _scenarios(
    checker: Checker, document: Document, criteria: dict[str, Criterion]
) -> dict[str, dict[str, Number]]:
    table = checker.table(document, "scenarios", ())
    return {name: _weights(checker, table, ("scenarios", name), criteria) for name in table}


def _criteria(checker: Checker, document: Document) -> dict[str, Criterion]:
    table = checker.table(document, "criteria", ())
    if "criteria" not in document:
        checker.report((), "has no criteria", "Put back a whole copy", key="criteria")
    criteria: dict[str, Criterion] = {}
    for id in table:
        path = ("criteria", id)
        if not is_id(id, 40):
            checker.report(path, f"{shown(id)} is no id for a criterion")
            continue
        inner = checker.table(table, id, ("criteria",))
        found = read_criterion(checker, id, inner, path)
        if found is not None:
            criteria[id] = found
    return criteria


def warn_unknown_names(source: Source, session: Session, options: OptionSet) -> list[Problem]:
    """What session.toml says of options, criteria, people and tags that the session does not have.

    It is kept, and counts for nothing: a mark on the agenda, a minority statement, a rule for
    portfolios.
    """
    checker = Checker(source)
    ids, people = options.options, session.participants
    for option, criterion in session.agenda:
        path = ("agenda", option)
        if option not in ids:
            _warn_unknown(checker, path, "option", option, ids)
        elif criterion != "option" and criterion not in session.criteria:
            _warn_unknown(checker, (*path, criterion), "criterion", criterion, session.criteria)
    for key in session.dissent:
        if key not in people:
            _warn_unknown(checker, ("dissent", key), "participant", key, people)
    rules = session.portfolio
    for field in ("must", "must-not"):
        for id in checker.texts(rules, field, ("portfolio",)):
            if id not in ids:
                _warn_unknown(checker, ("portfolio", field), "option", id, ids)
    tags = dict.fromkeys(tag for option in ids.values() for tag in option.tags)
    for tag in checker.table(rules, "at-most", ("portfolio",)):
        if tag not in tags:
            _warn_unknown(checker, ("portfolio", "at-most", tag), "tag", tag, tags)
    return list(dict.fromkeys(p for p in checker.problems if p.level == "warning"))


def _warn_unknown(
    checker: Checker, path: Path_, kind: str, word: str, known: Collection[str]
) -> None:
    near = nearest(word, known)
    kept = "It is kept, and not counted"
    hint = f"Did you mean {near!r}? {kept}" if near else kept
    checker.warn(path, f"{dotted(path)}: the session has no {kind} {shown(word)}", hint)


def _round_table(found: Round) -> Document:
    times = {"opened": found.opened, "closed": found.closed, "revealed": found.revealed}
    return {**{name: time for name, time in times.items() if time is not None}, **found.extra}


def _person_table(person: Participant) -> Document:
    rest = {n: getattr(person, n) for n in _PERSON[2:-1] if getattr(person, n)}
    weight = {"weight": person.weight} if person.weight != 1 else {}
    return {"name": person.name, "role": person.role, **rest, **weight, **person.extra}


def _agenda_table(agenda: dict[tuple[str, str], Mark]) -> Document:
    table: Document = {}
    for (option, criterion), mark in agenda.items():
        said = {name: getattr(mark, name) for name in _MARK if getattr(mark, name)}
        table.setdefault(option, {})[criterion] = {**said, **mark.extra}
    return table


def _group_table(group: Grouping) -> Document:
    combine = {"combine": group.combine} if group.combine != "mean" else {}
    return {**combine, **group.extra}


def session_document(session: Session) -> Document:
    """session.toml as it is written, but for its `[end]`."""
    document: Document = {
        "schema": SCHEMA,
        "kind": "session",
        "id": session.id,
        "title": session.title,
    }
    if session.question:
        document["question"] = session.question
    if session.created is not None:
        document["created"] = session.created
    if session.made_by:
        document["made-by"] = session.made_by
    document |= {"blind": session.blind, "anonymous": session.anonymous, "round": session.round}
    consensus = session.consensus
    document |= {
        "rounds": {str(n): _round_table(found) for n, found in session.rounds.items()},
        "consensus": {
            "rule": consensus.rule, "constant": consensus.constant, **consensus.extra,
        },
        "participants": {key: _person_table(p) for key, p in session.participants.items()},
        "weights": session.weights,
        "scenarios": session.scenarios,
        "suggestions": session.suggestions,
        "portfolio": session.portfolio,
        "methods": session.methods,
        "group": _group_table(session.group),
        "agenda": _agenda_table(session.agenda),
        "dissent": session.dissent,
        "about": session.about,
        "reworded": session.reworded,
        "criteria": {id: criterion_table(c) for id, c in session.criteria.items()},
    }  # fmt: skip
    kept = ("rounds", "participants", "criteria", "consensus")
    document = {key: value for key, value in document.items() if value != {} or key in kept}
    return {**document, **session.extra}
