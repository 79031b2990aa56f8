"""What a report tells, in order, as plain blocks that each format sets in its own way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec

from evaluator.api import Option, Placing, Report
from evaluator.model import ABSTAIN, Consensus, Criterion, Round
from evaluator.writers import firmness
from evaluator.writers.people import invited, names
from evaluator.writers.table import of_session, overall, values
from evaluator.writers.text import NO_BREAK, day, number, percent, short, stamp


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
    """A table; columns whose number is in `right` hold figures.

    `shades` make a heat map of it: by row and column a value 0–100 (None: no colour), or nothing.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()
    shades: tuple[tuple[float | None, ...], ...] = ()


class Bar(msgspec.Struct, frozen=True):
    """One option's overall value, 0–100, as the contributions that add up to it."""

    label: str
    value: float
    parts: tuple[float, ...]


class Bars(msgspec.Struct, frozen=True):
    """A stacked bar for each option; `names` are the criteria, in the order of the parts.

    Formats that do not draw leave it out, with what is said of it.
    """

    names: tuple[str, ...]
    bars: tuple[Bar, ...]
    said: str = ""


class Strip(msgspec.Struct, frozen=True):
    """One option's overall values 0–100: those of single ballots, and the one that is ranked."""

    label: str
    ballots: tuple[float, ...]
    value: float


class Strips(msgspec.Struct, frozen=True):
    """Where each ballot puts each option: a dot a ballot, a line for the group.

    Formats that do not draw leave it out, with its heading and what is said of it.
    """

    heading: str
    said: str
    strips: tuple[Strip, ...]


Block: TypeAlias = Heading | Text | Items | Grid | Bars | Strips
Part: TypeAlias = Callable[[Report], Iterator[Block]]
_RANKS: Final = 10  # columns of a table of acceptabilities
DRAWN: Final = 100  # options that are drawn; tables list them all
#: What is said of whether people disagree in a cell.
LABELS: Final[Mapping[bool | None, str]] = {
    True: "disagreement", False: "no disagreement", None: "too few to tell",
}  # fmt: skip


def extent(blocks: Iterable[Block]) -> int:
    """About how many lines blocks take: what progress is measured by."""
    return sum(
        len(block.rows)
        if isinstance(block, Grid)
        else len(block.lines)
        if isinstance(block, Items)
        else len(block.strips)
        if isinstance(block, Strips)
        else 1
        for block in blocks
    )


def in_turn(report: Report, *parts: Part) -> Iterator[Block]:
    """The blocks of each part, one part after the other."""
    for part in parts:
        yield from part(report)


def story(report: Report) -> Iterator[Block]:
    """Every block of a report, from its title to how it was made."""
    return in_turn(report, opening, results, _scores, *_REST)


def remarks(report: Report) -> Iterator[Block]:
    """Every block but the tables of the ranking and of the scores."""
    return in_turn(report, opening, _open, _left_out, _abstentions, *_REST)


def results(report: Report) -> Iterator[Block]:
    """The ranking, what is still open, and what was left out."""
    return in_turn(report, _ranking, _open, _left_out)


def shared_ranks(rows: Iterable[Placing]) -> frozenset[int]:
    """The ranks that more than one option has."""
    counts = Counter(row.rank for row in rows if row.rank is not None)
    return frozenset(rank for rank, number_ in counts.items() if number_ > 1)


def rank_word(row: Placing, shared: frozenset[int]) -> str:
    """A rank as it is printed: `2`, `2=` where it is shared, an en dash where it is open."""
    if row.rank is None:
        return "–"
    return f"{row.rank}=" if row.rank in shared else str(row.rank)


def opening(report: Report) -> Iterator[Block]:
    """Title, question, what it is of and how final it is, and what would change the first place."""
    session = report.session
    yield Heading(1, session.title)
    if session.question:
        yield Text(session.question, "question")
    if report.participant is not None:
        whose = f"ballot of {names(session).get(report.participant, report.participant)}"
    else:
        whose = f"{len(report.ballots)} of {invited(session, report.ballots)} ballots"
    is_open = session.rounds[report.round].state == "open"
    state = "final" if report.final else f"draft{': the round is still open' * is_open}"
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
    additive = report.ranking.method == "additive"
    spreads = any(report.spreads.get(row.option) is not None for row in rows)
    yield Heading(2, "Ranking")
    if additive:
        yield _bars(report, rows)
    yield _ranking_grid(report, rows, spreads=spreads)
    yield from _ranking_legend(report, rows, additive=additive, spreads=spreads)
    if spreads and additive:
        yield from _strips(report, rows[:DRAWN])


def _ranking_grid(report: Report, rows: Sequence[Placing], *, spreads: bool) -> Grid:
    criteria = report.session.criteria
    shared = shared_ranks(rows)
    digits = 1 if report.ranking.method == "additive" else 3
    head = ["#", "Option", "Value"]
    shares = {id: percent(share, NO_BREAK) for id, share in report.ranking.shares.items()}
    head += [f"{c.title} ({shares[id]})" for id, c in criteria.items()]
    return Grid(
        tuple(head + ["Spread"] * spreads),
        tuple(
            (
                rank_word(row, shared),
                row.title,
                number(row.value, digits),
                *(_cell(report, row, id) for id in criteria),
                *([number(report.spreads.get(row.option))] if spreads else []),
            )
            for row in rows
        ),
        frozenset({0, *range(2, len(head) + spreads)}),
    )


def _cell(report: Report, row: Placing, id: str) -> str:
    """A contribution; in the table with weighted figures the score before it."""
    weighted = number(row.contributions[id])
    return (
        f"{short(row.scores[id])}{NO_BREAK}→{NO_BREAK}{weighted}"
        if report.table == "weighted"
        else weighted
    )


def _bars(report: Report, rows: Sequence[Placing]) -> Bars:
    return Bars(
        tuple(criterion.title for criterion in report.session.criteria.values()),
        tuple(
            Bar(row.title, row.value or 0.0, tuple(p or 0.0 for p in row.contributions.values()))
            for row in rows[:DRAWN]
        ),
        f"Drawn are the first {DRAWN} of {len(rows)}; the table lists all."
        if len(rows) > DRAWN
        else "",
    )


def _strips(report: Report, rows: Sequence[Placing]) -> Iterator[Block]:
    """Each ballot's overall value of each option, all with the weights of the ranking."""
    found = overall(report, [row.option for row in rows])
    yield Strips(
        "Ballots",
        "Overall value by ballot, with the weights above: a dot a ballot, unless it has a gap "
        "there; a line the group.",
        tuple(Strip(row.title, tuple(found[row.option]), row.value or 0.0) for row in rows),
    )


def _ranking_legend(
    report: Report, rows: Sequence[Placing], *, additive: bool, spreads: bool
) -> Iterator[Block]:
    said = []
    if additive:
        said.append(
            "Value 0–100 is the sum of the contributions; a contribution is weight × value."
        )
    if additive and report.table == "weighted":
        said.append("Before each contribution stands the score.")
    if spreads:
        said.append(
            "Spread is the interquartile range of the overall values that ballots give, those with "
            "a gap in the option left aside."
        )
    if shared_ranks(rows):
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
    joined = f"{report.session.group.combine}s"
    said = f"{joined.title()} of the scores given, to be read only; values are {joined} of values. "
    yield Text(
        f"{said * (report.participant is None)}The darker a cell, the better for the option."
    )
    shades = values(report)
    yield Grid(
        ("Option", *(criterion.title for criterion in criteria.values())),
        tuple((row.title, *(short(row.scores[id]) for id in criteria)) for row in rows),
        frozenset(range(1, len(criteria) + 1)),
        tuple((None, *shades[row.option]) for row in rows),
    )
    yield from _abstentions(report, level=3)


def _abstentions(report: Report, level: int = 2) -> Iterator[Block]:
    titles = {option.id: option.title for option in report.options}
    found = tuple(
        f"{titles[row.option]}, {criterion.title}: {count}"
        for row in report.ranking.rows
        for id, criterion in report.session.criteria.items()
        if (count := sum(b.score(row.option, id) == ABSTAIN for b in report.ballots.values()))
    )
    if found:
        yield Heading(level, "Abstentions")
        yield Items(found)


def scales(report: Report) -> Iterator[Block]:
    """The criteria with their weights, and every level in words."""
    yield Heading(2, "Criteria")
    for id, criterion in report.session.criteria.items():
        yield Heading(3, criterion.title)
        about = f"Weight {_weight(report, id)}; {better(criterion)}."
        yield Text(f"{criterion.question} {about}".strip())
        yield Items(tuple(_scale(criterion)))


def _weight(report: Report, id: str) -> str:
    """A raw weight with its share; the share alone where the ranking has other weights."""
    share = percent(report.ranking.shares[id])
    return f"{short(report.session.weights.get(id, 10))} ({share})" if of_session(report) else share


def better(criterion: Criterion) -> str:
    """Which scores are better, and where the criterion comes from."""
    known = {"": "", "built in": "built in", "criteria.toml": "declared in criteria.toml"}
    origin = known.get(criterion.origin, f"from the plugin {criterion.origin}")
    return "; ".join(filter(None, (f"{criterion.better} is better", origin)))


def _scale(criterion: Criterion) -> Iterator[str]:
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


def firmness_blocks(report: Report) -> Iterator[Block]:
    """Acceptability, central weights, crossovers, single scores, and what is dominated."""
    found = report.analyses.get("robustness")
    if not found:
        return
    titles = {option.id: option.title for option in report.options}
    criteria = report.session.criteria
    yield Heading(2, "How firm the ranking is")
    if found["verdict"] is not None:
        yield Text(firmness.VERDICTS[found["verdict"]])
    yield from of_the_additive(report)
    changes = (
        *firmness.crossings(found, criteria, titles),
        *firmness.flips(found, criteria, titles),
    )
    if changes:
        yield Heading(3, "What would change the first place")
        yield Items(changes)
    yield Heading(3, "Ranks under all weights")
    error = number(100 * found["error"], 2)
    said = [f"Share of {found['draws']:,} weightings in which an option takes each rank, in %"]
    said += [f"seed {found['seed']}", f"standard error of a figure at most {error}"]
    yield Text("; ".join([*said, *firmness.asked_for(found, criteria)]) + ".")
    yield _acceptability(found, titles)
    yield _central(report, found, titles)
    yield from not_compared(found, titles)
    if found["dominated"]:
        yield Heading(3, "Dominated: never better than another option")
        yield Items(tuple(firmness.dominated(found, titles)))


def of_the_additive(report: Report) -> Iterator[Block]:
    """That robustness is not that of the method which ranked, where it is not."""
    if report.ranking.method != "additive":
        yield Text("What follows is said of the additive ranking.")


def not_compared(found: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[Block]:
    """The options that took no part in the comparison of weightings."""
    if found["left_out"]:
        names_ = ", ".join(titles[id] for id in found["left_out"])
        yield Text(f"Left out, for some scores are missing: {names_}.")


def _acceptability(found: Mapping[str, Any], titles: Mapping[str, str]) -> Grid:
    """Shares of ranks; past the tenth rank the rest together."""
    ids = found["options"]
    single = len(ids) if len(ids) <= _RANKS else _RANKS - 1
    heads = [str(n) for n in range(1, single + 1)] + [f"{single + 1}+"] * (single < len(ids))
    rows = []
    for id in ids:
        shares = found["acceptability"][id]
        cells = [*shares[:single], sum(shares[single:])][: len(heads)]
        rows.append((titles[id], *(number(100 * share) for share in cells)))
    return Grid(("Option", *heads), tuple(rows), frozenset(range(1, len(heads) + 1)))


def _central(report: Report, found: Mapping[str, Any], titles: Mapping[str, str]) -> Grid:
    """The weights that speak for each option that is ever first."""
    criteria = report.session.criteria
    rows = tuple(
        (titles[id], *(percent(central[name]) for name in criteria))
        for id, central in found["central_weights"].items()
        if central is not None
    )
    head = ("First under weights such as", *(criterion.title for criterion in criteria.values()))
    return Grid(head, rows, frozenset(range(1, len(head))))


def portfolio_blocks(report: Report) -> Iterator[Block]:
    """The best set, how firm it is, what just misses, and what more would buy."""
    found = report.analyses.get("portfolio")
    if not found:
        return
    options = {option.id: option for option in report.options}
    titles = {id: option.title for id, option in options.items()}
    yield Heading(2, "Best set under the budget")
    used = ", ".join(
        f"{name} {short(found['used'].get(name, 0))} of {short(limit)}"
        for name, limit in found["budget"].items()
    )
    worth = f"Worth {number(found['value'])}" + (f"; uses {used}." if used else ".")
    yield Text(f"{worth} {firmness.baseline(found, options)}")
    yield from (Text(warning) for warning in found["warnings"])
    if not found["chosen"]:
        yield Text("Nothing is chosen: no set is worth more than none.")
    else:
        yield Text("Core: the share of 200 weightings under which an option is in the best set.")
        rows = tuple((titles[id], percent(found["core"][id])) for id in found["chosen"])
        yield Grid(("Chosen", "Core"), rows, frozenset({1}))
    if beside := tuple(firmness.beside(found, titles)):
        yield Items(beside)


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


def dissent(report: Report) -> Iterator[Block]:
    """Who disagrees with an option's result, or with the whole; no block where nobody said so."""
    people = names(report.session)
    titles = {option.id: option.title for option in report.options}
    lines = [
        f"{people.get(key, key)}, on {titles.get(option, option)}: {text}"
        for key, ballot in report.ballots.items()
        for option, text in ballot.dissent.items()
    ]
    lines += [
        f"{people.get(key, key)}, minority statement: {text}"
        for key, text in report.session.dissent.items()
        if report.participant in (None, key)
    ]
    if lines:
        yield Heading(2, "Dissent")
        yield Items(tuple(lines))


def _method(report: Report) -> Iterator[Block]:
    session = report.session
    yield Heading(2, "How this was made")
    yield Items(tuple(_method_lines(report)))
    if session.participants:
        yield Heading(3, "Who took part")
        yield _people(report)


def _people(report: Report) -> Grid:
    session = report.session
    people = names(session)
    weighted = any(person.weight != 1 for person in session.participants.values())
    rows = []
    for key, person in session.participants.items():
        said = "yes" if key in report.ballots else "no"
        hidden = session.anonymous
        about = ("", "", "") if hidden else (person.organisation, person.expertise, person.interest)
        rows.append((people[key], person.role, *about, short(person.weight) * weighted, said))
    head = (
        "Name", "Role", "Organisation", "Expertise", "Declared interest", "Weight",
        "Ballot counted",
    )  # fmt: skip
    told = [n for n in range(len(head)) if any(row[n] for row in rows)]
    return Grid(tuple(head[n] for n in told), tuple(tuple(row[n] for n in told) for row in rows))


def _method_lines(report: Report) -> Iterator[str]:
    session = report.session
    yield f"Method: {report.ranking.method}{_parameters(report)}"
    yield "Weights: " + ", ".join(
        f"{c.title} {_weight(report, id)}" for id, c in session.criteria.items()
    )
    if report.participant is None:
        yield f"Group's cell: {group_cell(report)}"
    for place, round_ in session.rounds.items():
        yield f"Round {place}: {_times(round_)}"
    blind = "scores hidden until revealed" if session.blind else "scores open to all"
    yield f"Ballots: {blind}; {'codes instead of names' if session.anonymous else 'named'}"
    asked = invited(session, report.ballots)
    yield f"Answered in round {report.round}: {len(report.ballots)} of {asked}"
    yield f"Rule of consensus, fixed before round 1: {consensus_words(session.consensus)}"
    yield f"Session {session.id}, made {stamp(session.created) or 'by hand'}, {session.made_by}"
    if report.digest:
        yield f"Digest of the packed session: {report.digest}"
    if report.versions:
        yield "Software: " + ", ".join(f"{name} {v}" for name, v in report.versions.items())


def group_cell(report: Report) -> str:
    """How the cells of the group's table are made."""
    weighted = any(person.weight != 1 for person in report.session.participants.values())
    force = ", people weighted as the table of people says" if weighted else ""
    return f"{report.session.group.combine} of the values of those who scored it{force}"


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


_REST: Final[tuple[Part, ...]] = (
    scales, _agenda, firmness_blocks, portfolio_blocks, _notes, dissent, _method,
)  # fmt: skip
