"""Commands on results: rank, robustness, portfolio, group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import click

from evaluator.cli import show
from evaluator.cli.call import Call
from evaluator.cli.complete import complete_methods
from evaluator.cli.options import Command, one_of, pairs, the_call
from evaluator.cli.options import number as typed
from evaluator.cli.show import Column
from evaluator.cli.waiting import waiting
from evaluator.display import clean
from evaluator.errors import fail, unknown
from evaluator.model import Criterion, Placing, Ranking, is_number
from evaluator.workshop import Workshop
from evaluator.writers import firmness
from evaluator.writers.story import rank_word, shared_ranks
from evaluator.writers.text import number, percent, short

if TYPE_CHECKING:
    from evaluator.api import Method

_RANKS: Final = 8  # ranks that a table of acceptabilities shows


def viewed(call: Call) -> tuple[Workshop, str | None, str | None]:
    """The session, whose results are shown (None: the group's), and who asks."""
    from evaluator.results import whose

    workshop = call.reading()
    as_ = call.reader(workshop)
    return workshop, whose(workshop, as_), as_


def _head(workshop: Workshop, participant: str | None, more: str = "") -> str:
    people = workshop.session.participants
    if participant is not None:
        who = people[participant].name
    else:
        who = f"{len(workshop.ballots())} of {len(workshop.panel())} ballots"
    return clean(f"{workshop.session.title} · round {workshop.round} · {who}{more}")


@click.command(cls=Command)
@click.option(
    "--method",
    metavar="M",
    default="additive",
    shell_complete=complete_methods,
    help="additive, topsis, vikor …",
)
@click.option("--set", "scenario", metavar="SCENARIO", help="A named set of weights.")
@click.option(
    "--parameter", "given", metavar="NAME=VALUE", multiple=True, help="Of the method; repeatable."
)
@click.pass_context
def rank(context: click.Context, method: str, scenario: str | None, given: tuple[str, ...]) -> None:
    """Rank the options.

    By the group's scores, or with --as by one ballot under its own weights.
    """
    from evaluator.results import rank_document, ranked

    call = the_call(context)
    workshop, participant, _ = viewed(call)
    methods = call.project(wait=False).host.methods()
    if method not in methods:
        raise unknown("method", method, methods)
    found = ranked(
        workshop,
        participant,
        method=methods[method],
        parameters=_parameters(methods[method], given),
        scenario=scenario,
    )
    call.answer(
        rank_document(workshop, found, participant), _rank_lines(workshop, found, participant)
    )


def _parameters(method: Method, words: tuple[str, ...]) -> dict[str, Any]:
    """`NAME=VALUE` words: numbers where the method's own setting is one, else text."""
    found: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals:
            raise fail(f"parameter {word[:60]!r} is not NAME=VALUE", "Write it as v=0.5")
        if name not in method.parameters:
            raise unknown(f"parameter of {method.id}", name, method.parameters)
        is_numeric = is_number(method.parameters[name])
        found[name] = typed(value, f"parameter {name}") if is_numeric else value
    return found


def _rank_lines(workshop: Workshop, found: Ranking, participant: str | None) -> Iterator[str]:
    additive = found.method == "additive"
    yield _head(workshop, participant, f" · {found.method}")
    yield ""
    criteria = workshop.criteria
    columns = [Column("#", right=True), Column("VALUE", right=True)]
    columns += [Column(c.head, right=True) for c in criteria.values()]
    columns += [Column("ID"), Column("OPTION", flex=True)]
    weights = ["", "weight", *(percent(found.shares[id]) for id in criteria), "", ""]
    shared = shared_ranks(found.rows)
    rows = [_rank_row(row, shared, criteria, additive=additive) for row in found.rows]
    yield from show.table(columns, [weights, *rows])
    if any(row.rank is None for row in found.rows):
        yield ""
        yield "– still open: cells without a score; the value is what it can still become"
    for note in found.notes:
        yield clean(note)
    if additive:
        from evaluator.results import robustness_sentences

        for sentence in robustness_sentences(workshop, participant):
            yield from show.wrapped(sentence)
    for option in workshop.discounted:
        yield clean(f"left out: {option.title} ({option.reason or 'no reason given'})")


def _rank_row(
    row: Placing, shared: frozenset[int], criteria: Mapping[str, Criterion], *, additive: bool
) -> list[str]:
    value = number(row.value, 1 if additive else 3)
    if row.rank is None and row.low is not None:
        value = f"{number(row.low, 0)}–{number(row.high, 0)}"
    scores = [short(row.scores[id]) for id in criteria]
    return [rank_word(row, shared), value, *scores, row.option, row.title]


@click.command(cls=Command)
@click.option("--draws", metavar="N", type=click.INT, default=10_000, help="Weights to draw.")
@click.option("--seed", metavar="N", type=click.INT, default=1, help="Same seed, same figures.")
@click.option("--within", metavar="X", help="Weights within X points of share of those in force.")
@click.option("--order", metavar="A,B", help="Weights that fall from one criterion to the next.")
@click.option(
    "--between",
    metavar="CRITERION=LOW:HIGH",
    multiple=True,
    help="Least and largest share in percent; repeatable.",
)
@click.option("--together", metavar="A,B", help="Crossovers of criteria that move together.")
@click.option("--uncertain", metavar="gaps|group|all", help="Scores that vary too.")
@click.pass_context
def robustness(
    context: click.Context,
    *,
    draws: int,
    seed: int,
    within: str | None,
    order: str | None,
    between: tuple[str, ...],
    together: str | None,
    uncertain: str | None,
) -> None:
    """Show how firm the ranking is.

    Rank acceptability, crossovers of weights, flips of single scores, and dominance.
    """
    from evaluator.results import SPREADS, robustness_document, robustness_sentences

    call = the_call(context)
    varies = one_of("kind of uncertainty", uncertain, SPREADS) if uncertain is not None else None
    reach = float(typed(within, "--within")) if within is not None else None
    workshop, participant, _ = viewed(call)
    with waiting("drawing weights") as progress:
        found = robustness_document(
            workshop,
            participant,
            draws=draws,
            seed=seed,
            within=reach,
            order=_names(order),
            between=dict(_bounds(word) for word in between),
            together=_names(together),
            uncertain=varies,
            progress=progress,
        )
    sentences = robustness_sentences(workshop, participant)
    call.answer(found, _robustness_lines(workshop, participant, found, sentences))


def _names(words: str | None) -> list[str]:
    return [name.strip() for name in words.split(",")] if words is not None else []


def _bounds(word: str) -> tuple[str, tuple[float, float]]:
    """`CRITERION=LOW:HIGH` in percent."""
    name, equals, span = word.partition("=")
    low, colon, high = span.partition(":")
    if not (equals and colon):
        raise fail(f"{word[:60]!r} is not CRITERION=LOW:HIGH", "Write it as cost=10:40")
    return name.strip(), (float(typed(low, "--between")), float(typed(high, "--between")))


def _robustness_lines(
    workshop: Workshop,
    participant: str | None,
    found: Mapping[str, Any],
    sentences: tuple[str, ...],
) -> Iterator[str]:
    yield _head(workshop, participant)
    if found["verdict"] is not None:
        yield f"verdict: {found['verdict']}"
    for sentence in sentences:
        yield from show.wrapped(sentence)
    yield ""
    yield f"Share of {found['draws']:,} weight sets (seed {found['seed']}) that give each rank, %"
    yield from (clean(line) for line in firmness.asked_for(found, workshop.criteria))
    yield from _acceptability_table(workshop, found)
    yield f"standard error of a cell: {number(100 * found['error'], 2)} at most"
    yield ""
    for line in _change_lines(workshop, found):
        yield from show.wrapped(clean(line))
    yield from _left_out(workshop, found)


def _acceptability_table(workshop: Workshop, found: Mapping[str, Any]) -> list[str]:
    """Ranks as far as there are few, else the first ones; and the mean rank."""
    ids = found["options"]
    shown = len(ids) if len(ids) <= _RANKS else _RANKS - 2
    columns = [Column(str(n), right=True) for n in range(1, shown + 1)]
    columns += [Column("MEAN", right=True), Column("ID"), Column("OPTION", flex=True)]
    rows = []
    for id in ids:
        shares = found["acceptability"][id]
        mean = sum(rank * share for rank, share in enumerate(shares, 1))
        cells = [number(100 * share) for share in shares[:shown]]
        rows.append([*cells, number(mean), id, workshop.option(id).title])
    return show.table(columns, rows)


def _named(workshop: Workshop, id: str) -> str:
    """An option's title, short enough for a sentence."""
    return show.fit(clean(workshop.option(id).title), 50)


def _left_out(workshop: Workshop, found: Mapping[str, Any]) -> Iterator[str]:
    if found["left_out"]:
        names = ", ".join(_named(workshop, id) for id in found["left_out"])
        yield from show.wrapped(f"left out, cells without a score: {names}")


def _change_lines(workshop: Workshop, found: Mapping[str, Any]) -> Iterator[str]:
    """What would change the first place: weights, then single scores; then what is dominated."""
    criteria, titles = workshop.criteria, _titles(workshop)
    yield from firmness.crossings(found, criteria, titles)
    yield from firmness.flips(found, criteria, titles)
    for line in firmness.dominated(found, titles):
        yield f"dominated: {line}"


def _titles(workshop: Workshop) -> dict[str, str]:
    return {option.id: _named(workshop, option.id) for option in workshop.options}


@click.command(cls=Command)
@click.option("--budget", metavar="NAME=N", multiple=True, help="In place of the session's own.")
@click.pass_context
def portfolio(context: click.Context, budget: tuple[str, ...]) -> None:
    """Find the best set under budgets and rules."""
    from evaluator.results import portfolio_document

    call = the_call(context)
    wanted = pairs(budget, "budget")
    workshop, participant, _ = viewed(call)
    with waiting("choosing") as progress:
        found = portfolio_document(workshop, participant, budget=wanted, progress=progress)
    call.answer(found, _portfolio_lines(workshop, participant, found))


def _portfolio_lines(
    workshop: Workshop, participant: str | None, found: Mapping[str, Any]
) -> Iterator[str]:
    options = workshop.option_set.options
    yield _head(workshop, participant)
    used = [
        f"{name} {short(found['used'].get(name, 0))} of {short(most)}"
        for name, most in found["budget"].items()
    ]
    yield clean(" · ".join([f"worth {number(found['value'])}", *used]))
    yield from show.wrapped(clean(firmness.baseline(found, options)))
    for warning in found["warnings"]:
        yield from show.wrapped(clean(f"note: {warning}"))
    yield ""
    columns = [Column("CORE", right=True), Column("ID"), Column("OPTION", flex=True)]
    rows = [[percent(found["core"][id]), id, options[id].title] for id in found["chosen"]]
    yield from show.table(columns, rows)
    for line in firmness.beside(found, _titles(workshop)):
        yield from show.wrapped(clean(line))
    yield from _left_out(workshop, found)


@click.command(cls=Command)
@click.pass_context
def group(context: click.Context) -> None:
    """Show spread, agreement, and what to talk about."""
    from evaluator.results import group_document

    call = the_call(context)
    workshop = call.reading()
    found = group_document(workshop, call.reader(workshop))
    call.answer(found, _group_lines(workshop, found))


def _group_lines(workshop: Workshop, found: Mapping[str, Any]) -> Iterator[str]:
    options, criteria = workshop.option_set.options, workshop.criteria
    yield _head(workshop, None)
    yield f"agreement on the order (Kendall's W, {found['ranked']} ballots): " + number(
        found["kendall_w"], 2
    )
    for id, alpha in found["krippendorff_alpha"].items():
        yield clean(f"agreement on {criteria[id].title} (Krippendorff's alpha): ") + number(
            alpha, 2
        )
    yield ""
    columns = [Column(name, right=True) for name in ("N", "MEDIAN", "MEAN", "IQR", "SD")]
    columns = [Column("CRITERION"), *columns, Column("", right=False), Column("OPTION", flex=True)]
    rows = [
        [
            criteria[cell["criterion"]].head,
            str(cell["n"]),
            *(short(cell[name]) for name in ("median", "mean", "iqr", "sd")),
            "disagree" if cell["disagreement"] else "",
            options[cell["option"]].title,
        ]
        for cell in found["cells"]
    ]
    yield from show.table(columns, rows)
    if found["agenda"]:
        yield ""
        yield "To talk about first:"
        for topic in found["agenda"][:8]:
            place = f"{options[topic['option']].title}, {criteria[topic['criterion']].title}"
            yield from show.wrapped(f"{place}: {topic['reason']}", "  ")
