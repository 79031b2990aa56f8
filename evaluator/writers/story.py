"""What a report tells, in order, as plain blocks that each format sets in its own way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import msgspec

from evaluator.api import Criterion, Option, Placing, Report
from evaluator.model import ABSTAIN, Consensus, Round
from evaluator.writers.people import names
from evaluator.writers.text import day, number, percent, short, stamp


class Heading(msgspec.Struct, frozen=True):
    """A heading; level 1 is the report's title."""

    level: int
    text: str


class Text(msgspec.Struct, frozen=True):
    """A paragraph; `kind` is "" or one of "lead", "question", "state"."""

    text: str
    kind: str = ""


class Items(msgspec.Struct, frozen=True):
    """A list of short lines."""

    lines: tuple[str, ...]


class Grid(msgspec.Struct, frozen=True):
    """A table; columns whose number is in `right` hold figures."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()


class Bar(msgspec.Struct, frozen=True):
    """One option's overall value, 0–100, as the contributions that add up to it."""

    label: str
    value: float
    parts: tuple[float, ...]


class Bars(msgspec.Struct, frozen=True):
    """A stacked bar for each option; `names` are the criteria, in the order of the parts."""

    names: tuple[str, ...]
    bars: tuple[Bar, ...]


Block: TypeAlias = Heading | Text | Items | Grid | Bars


def story(report: Report) -> Iterator[Block]:
    """Every block of a report, from its title to how it was made."""
    yield from _head(report)
    yield from _ranking(report)
    yield from _open(report)
    yield from _left_out(report)
    yield from _scores(report)
    yield from _criteria(report)
    yield from _agenda(report)
    yield from _portfolio(report)
    yield from _notes(report)
    yield from _method(report)


def results(report: Report) -> Iterator[Block]:
    """The ranking, what is still open, and what was left out."""
    yield from _ranking(report)
    yield from _open(report)
    yield from _left_out(report)


def scales(report: Report) -> Iterator[Block]:
    """The criteria with their weights, and every level in words."""
    yield from _criteria(report)


def rank_word(row: Placing, rows: Sequence[Placing]) -> str:
    """A rank as it is printed: `2`, `2=` where it is shared, an en dash where it is open."""
    if row.rank is None:
        return "–"
    shared = sum(other.rank == row.rank for other in rows) > 1
    return f"{row.rank}=" if shared else str(row.rank)


def _head(report: Report) -> Iterator[Block]:
    session = report.session
    yield Heading(1, session.title)
    if session.question:
        yield Text(session.question, "question")
    counted = len(report.ballots)
    if report.participant is not None:
        whose = f"ballot of {names(session).get(report.participant, report.participant)}"
    else:
        whose = f"{counted} of {len(session.participants)} ballots"
    state = "final" if report.final else "draft"
    parts = [report.project, f"round {report.round}", whose, day(report.date), state]
    yield Text(" · ".join(part for part in parts if part), "state")
    if report.robustness:
        yield Text(report.robustness, "lead")


def _ranking(report: Report) -> Iterator[Block]:
    rows = [row for row in report.ranking.rows if row.rank is not None]
    if not rows:
        yield Heading(2, "Ranking")
        yield Text("No option has all its scores yet.")
        return
    criteria = report.session.criteria
    additive = report.ranking.method == "additive"
    spreads = any(report.spreads.get(row.option) is not None for row in rows)
    head = ["#", "Option", "Value"]
    head += [f"{c.title} ({percent(report.ranking.shares[id])})" for id, c in criteria.items()]
    yield Heading(2, "Ranking")
    if additive:
        yield _bars(report, rows)
    yield Grid(
        tuple(head + ["Spread"] * spreads),
        tuple(
            (
                rank_word(row, rows),
                row.title,
                number(row.value, 1 if additive else 3),
                *(number(row.contributions[id]) for id in criteria),
                *([number(report.spreads.get(row.option))] if spreads else []),
            )
            for row in rows
        ),
        frozenset({0, *range(2, len(head) + 1)}),
    )
    yield from _ranking_legend(report, rows, additive=additive, spreads=spreads)


def _bars(report: Report, rows: Sequence[Placing]) -> Bars:
    return Bars(
        tuple(criterion.title for criterion in report.session.criteria.values()),
        tuple(
            Bar(row.title, row.value or 0.0, tuple(p or 0.0 for p in row.contributions.values()))
            for row in rows
        ),
    )


def _ranking_legend(
    report: Report, rows: Sequence[Placing], *, additive: bool, spreads: bool
) -> Iterator[Block]:
    said = []
    if additive:
        said.append(
            "Value 0–100 is the sum of the contributions; a contribution is weight × value."
        )
    if spreads:
        said.append("Spread is the interquartile range of the ballots' overall values.")
    if any(rank_word(row, rows).endswith("=") for row in rows):
        said.append("A rank with = is shared.")
    said += [f"{note[:1].upper()}{note[1:].rstrip('.')}." for note in report.ranking.notes]
    if said:
        yield Text(" ".join(said))


def _open(report: Report) -> Iterator[Block]:
    rows = [row for row in report.ranking.rows if row.rank is None]
    if not rows:
        return
    yield Heading(2, "Still open")
    yield Text("These options have cells without a score, so they are not ranked.")
    additive = report.ranking.method == "additive"
    grid = []
    for row in rows:
        open_ = [c.title for id, c in report.session.criteria.items() if row.scores[id] is None]
        interval = (
            (f"{number(row.low)} – {number(row.high)}", f"{row.rank_best} – {row.rank_worst}")
            if additive
            else ("–", "–")
        )
        grid.append((row.title, *interval, ", ".join(open_)))
    yield Grid(
        ("Option", "Possible value", "Possible rank", "Open"), tuple(grid), frozenset({1, 2})
    )


def _left_out(report: Report) -> Iterator[Block]:
    gone = [option for option in report.options if not option.counts]
    if gone:
        yield Heading(2, "Left out")
        yield Items(tuple(f"{o.title}: {o.reason or 'no reason given'}" for o in gone))


def _scores(report: Report) -> Iterator[Block]:
    criteria = report.session.criteria
    rows = report.ranking.rows
    if not any(score is not None for row in rows for score in row.scores.values()):
        return
    yield Heading(2, "Scores")
    if report.participant is None:
        yield Text("Means of the scores given, to be read only; values are means of values.")
    yield Grid(
        ("Option", *(criterion.title for criterion in criteria.values())),
        tuple((row.title, *(short(row.scores[id]) for id in criteria)) for row in rows),
        frozenset(range(1, len(criteria) + 1)),
    )
    if abstained := tuple(_abstentions(report)):
        yield Heading(3, "Abstentions")
        yield Items(abstained)


def _abstentions(report: Report) -> Iterator[str]:
    titles = {option.id: option.title for option in report.options}
    for row in report.ranking.rows:
        for id, criterion in report.session.criteria.items():
            count = sum(b.score(row.option, id) == ABSTAIN for b in report.ballots.values())
            if count:
                yield f"{titles[row.option]}, {criterion.title}: {count}"


def _criteria(report: Report) -> Iterator[Block]:
    yield Heading(2, "Criteria")
    for id, criterion in report.session.criteria.items():
        weight = short(report.session.weights.get(id, 10))
        share = percent(report.ranking.shares[id])
        yield Heading(3, criterion.title)
        better = f"{criterion.better} is better"
        yield Text(f"{criterion.question} Weight {weight} ({share}); {better}; {criterion.origin}.")
        yield Items(tuple(_scale(criterion)))


def _scale(criterion: Criterion | Any) -> Iterator[str]:
    for level in criterion.levels:
        said = f"{level.label}: {level.describe}" if level.describe else level.label
        yield f"{level.score} – {said}"
    if not criterion.levels:
        yield f"{short(criterion.low)} to {short(criterion.high)} {criterion.unit}".strip()
        if criterion.curve:
            points = ", ".join(f"{short(x)} → {short(y)}" for x, y in criterion.curve)
            yield f"score → value: {points}"


def _agenda(report: Report) -> Iterator[Block]:
    agenda = report.analyses.get("group", {}).get("agenda", [])
    if not agenda:
        return
    titles = {option.id: option.title for option in report.options}
    criteria = report.session.criteria
    yield Heading(2, "Where judgements differ")
    lines = []
    for entry in agenda[:8]:
        criterion = criteria.get(entry["criterion"])
        named = criterion.title if criterion else str(entry["criterion"])
        lines.append(f"{titles.get(entry['option'], entry['option'])}, {named}: {entry['reason']}")
    yield Items(tuple(lines))


def _portfolio(report: Report) -> Iterator[Block]:
    found = report.analyses.get("portfolio")
    if not found or not found.get("chosen"):
        return
    titles = {option.id: option.title for option in report.options}
    yield Heading(2, "Best set under the budget")
    used = ", ".join(
        f"{name} {short(found['used'].get(name, 0))} of {short(limit)}"
        for name, limit in found["budget"].items()
    )
    yield Text(f"Worth {number(found['value'])}" + (f"; uses {used}." if used else "."))
    yield Items(tuple(titles.get(id, id) for id in found["chosen"]))


def _notes(report: Report) -> Iterator[Block]:
    lines = [line for option in report.options for line in _notes_on(report, option)]
    if lines:
        yield Heading(2, "Notes")
        yield Items(tuple(lines))


def _notes_on(report: Report, option: Option) -> Iterator[str]:
    people = names(report.session)
    for key, ballot in report.ballots.items():
        for place, note in ballot.notes.get(option.id, {}).items():
            criterion = report.session.criteria.get(place)
            where = f", {criterion.title}" if criterion else ""
            yield f"{option.title}{where} ({people.get(key, key)}): {note}"


def _method(report: Report) -> Iterator[Block]:
    session = report.session
    yield Heading(2, "How this was made")
    yield Items(tuple(_method_lines(report)))
    yield Heading(3, "Who took part")
    people = names(session)
    rows = []
    for key, person in session.participants.items():
        said = "yes" if key in report.ballots else "no"
        hidden = session.anonymous
        about = ("", "", "") if hidden else (person.organisation, person.expertise, person.interest)
        rows.append((people[key], person.role, *about, said))
    head = ("Name", "Role", "Organisation", "Expertise", "Declared interest", "Ballot counted")
    yield Grid(head, tuple(rows))


def _method_lines(report: Report) -> Iterator[str]:
    session = report.session
    yield f"Method: {report.ranking.method}{_parameters(report)}"
    yield "Weights: " + ", ".join(
        f"{c.title} {short(session.weights.get(id, 10))} ({percent(report.ranking.shares[id])})"
        for id, c in session.criteria.items()
    )
    for place, round_ in session.rounds.items():
        yield f"Round {place}: {_times(round_)}"
    blind = "scores hidden until revealed" if session.blind else "scores open to all"
    yield f"Ballots: {blind}; {'codes instead of names' if session.anonymous else 'named'}"
    yield f"Answered in round {report.round}: {len(report.ballots)} of {len(session.participants)}"
    yield f"Rule of consensus, fixed before round 1: {consensus_words(session.consensus)}"
    yield f"Session {session.id}, made {stamp(session.created) or 'by hand'}, {session.made_by}"
    if report.digest:
        yield f"Digest of the packed session: {report.digest}"
    if report.versions:
        yield "Software: " + ", ".join(f"{name} {v}" for name, v in report.versions.items())


def _parameters(report: Report) -> str:
    if not report.ranking.parameters:
        return ""
    return " (" + ", ".join(f"{k} = {v}" for k, v in report.ranking.parameters.items()) + ")"


def _times(round_: Round) -> str:
    times = {"opened": round_.opened, "closed": round_.closed, "revealed": round_.revealed}
    return ", ".join(f"{word} {stamp(time)}" for word, time in times.items() if time is not None)


def consensus_words(rule: Consensus) -> str:
    """A rule of consensus in words, with its constant."""
    constant = short(rule.constant)
    if rule.rule == "iqr":
        return f"agreed where the interquartile range is at most {constant} levels"
    if rule.rule == "share":
        return f"agreed where at least {percent(rule.constant)} chose the same score"
    return f"RAND/UCLA: disagreement where IPR > IPRAS, constant {constant}"
