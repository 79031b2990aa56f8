"""Commands that write a ballot or weights: score, weigh."""

from __future__ import annotations

import click

from evaluator.cli.call import save
from evaluator.cli.complete import complete_criteria, complete_options
from evaluator.cli.options import Command, number, pairs, the_call
from evaluator.display import clean
from evaluator.errors import EvaluatorError, fail, nearest
from evaluator.model import ABSTAIN, Criterion, Score
from evaluator.writers.text import percent

CLEAR = "clear"


@click.command(cls=Command)
@click.argument("option", shell_complete=complete_options)
@click.argument("criterion", shell_complete=complete_criteria)
@click.argument("value", metavar="VALUE|abstain|clear")
@click.option("--note", metavar="TEXT", help="Why; kept beside the score.")
@click.pass_context
def score(
    context: click.Context, option: str, criterion: str, value: str, note: str | None
) -> None:
    """Put one score into one ballot."""
    call = the_call(context)
    workshop = call.writing()
    workshop.option(option)
    wanted = _value(value, workshop.criterion(criterion))
    who = call.writer(workshop)
    before = workshop.score(option, criterion, wanted, note=note)
    save(workshop)
    document = {
        "session": workshop.id,
        "round": workshop.round,
        "participant": who,
        "option": option,
        "criterion": criterion,
        "from": before,
        "to": wanted,
    }
    name = workshop.session.participants[who].name
    change = f"{_said(before)} → {_said(wanted)}"
    call.answer(document, [clean(f"{name}, round {workshop.round}: {option} {criterion} {change}")])


def _said(value: Score | None) -> str:
    return "not scored" if value is None else str(value)


def _value(word: str, criterion: Criterion) -> Score | None:
    """A score as typed: a number, `abstain`, or `clear` (None).

    Raises:
        EvaluatorError: anything else; a misspelt word is named with the right one.
    """
    if word == ABSTAIN:
        return ABSTAIN
    if word == CLEAR:
        return None
    try:
        return number(word, criterion.title)
    except EvaluatorError:
        near = nearest(word, (ABSTAIN, CLEAR))
        hint = f"Did you mean {near!r}?" if near else ""
        if not near:
            low, high = criterion.low, criterion.high
            hint = f'Put a number from {low} to {high}, "abstain" or "clear"'
        raise fail(f"{criterion.title}: {word[:60]!r} is no score", hint) from None


@click.command(cls=Command)
@click.argument("weights", nargs=-1, required=True, metavar="CRITERION=N...")
@click.pass_context
def weigh(context: click.Context, weights: tuple[str, ...]) -> None:
    """Set weights: the session's, or with --as those of one ballot."""
    call = the_call(context)
    wanted = pairs(weights, "weight of")
    workshop = call.writing()
    for id in wanted:
        workshop.criterion(id)
    who = call.writer(workshop) if call.who is not None else None
    workshop.weigh(wanted, participant=who)
    save(workshop)
    shares = workshop.shares(who)
    lines = [f"{clean(c.title)}: {percent(shares[id])}" for id, c in workshop.criteria.items()]
    call.answer({"weights": shares}, lines)
