"""Commands that read a project or a session's frozen copy: options, criteria, suggest, search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from evaluator.cli import show
from evaluator.cli.call import Call
from evaluator.cli.complete import complete_criteria
from evaluator.cli.options import Command, the_call
from evaluator.cli.show import Column
from evaluator.display import clean, rounded
from evaluator.errors import EvaluatorError, Problem, unknown
from evaluator.model import Brief, Criterion, Number, Option, Suggestion
from evaluator.writers import json as shapes
from evaluator.writers.text import short


def _options(call: Call) -> tuple[Option, ...]:
    """The project's options, or those a session froze (`--session`)."""
    if call.session is None:
        return tuple(call.project(wait=False).options.options.values())
    return tuple(call.reading().option_set.options.values())


def _criteria(call: Call) -> tuple[Mapping[str, Criterion], Mapping[str, Number]]:
    """Criteria and raw weights of the project, or those a session froze (`--session`)."""
    if call.session is None:
        project = call.project()
        return project.criteria, project.weights
    session = call.reading().session
    return session.criteria, session.weights


@click.command(cls=Command)
@click.pass_context
def options(context: click.Context) -> None:
    """List the options, in file order."""
    call = the_call(context)
    found = _options(call)
    columns = [Column("ID"), Column("STATUS"), Column("OPTION", flex=True)]
    if all(option.status == "open" for option in found):
        columns.pop(1)
    rows = [
        [option.id, *([option.status] if len(columns) == 3 else []), option.title]
        for option in found
    ]
    call.answer({"options": shapes.options(found)}, show.table(columns, rows))


@click.command(cls=Command)
@click.pass_context
def criteria(context: click.Context) -> None:
    """List the criteria with their weights and levels."""
    call = the_call(context)
    found, weights = _criteria(call)
    call.answer({"criteria": shapes.criteria(found, weights)}, _criteria_lines(found, weights))


def _criteria_lines(found: Mapping[str, Criterion], weights: Mapping[str, Number]) -> Iterator[str]:
    for id, criterion in found.items():
        weight = short(weights.get(id, 10))
        yield clean(f"{criterion.title}  ({id}, weight {weight}, {criterion.better} is better)")
        yield from show.wrapped(criterion.question, "  ")
        for level in criterion.levels:
            about = f": {level.describe}" if level.describe else ""
            yield from show.wrapped(f"{level.score}  {level.label}{about}", "    ")
        if not criterion.levels:
            low, high = short(criterion.low), short(criterion.high)
            yield clean(f"    {low} to {high} {criterion.unit}".rstrip())
        yield ""


@click.command(cls=Command)
@click.option(
    "--criterion", metavar="ID", shell_complete=complete_criteria, help="This criterion alone."
)
@click.pass_context
def suggest(context: click.Context, criterion: str | None) -> None:
    """Show what the criteria suggest, with evidence."""
    call = the_call(context)
    project = call.project()
    if criterion is not None and criterion not in project.criteria:
        raise unknown("criterion", criterion, project.criteria)
    wanted = [criterion] if criterion is not None else list(project.criteria)
    found = _options(call)
    brief = Brief(project.options.title, found)
    chosen = [project.criteria[id] for id in wanted]
    table: dict[str, dict[str, Suggestion | None]] = {option.id: {} for option in found}
    for id, option_id, said in project.host.suggest(chosen, found, brief):
        table[option_id][id] = said
    show.tell_warnings(p for p in project.host.problems() if p not in project.problems)
    document = {
        option.id: {id: suggestion(option, table[option.id][id]) for id in wanted}
        for option in found
    }
    lines = _suggestion_lines(call, found, {id: project.criteria[id] for id in wanted}, table)
    call.answer({"suggestions": document}, lines)


def suggestion(option: Option, found: Suggestion | None) -> dict[str, Any] | None:
    """A suggestion as JSON lists it, with the words of its evidence."""
    if found is None:
        return None
    return {
        "score": found.score,
        "confidence": found.confidence,
        "rationale": found.rationale,
        "evidence": [
            {
                "field": piece.field,
                "start": piece.start,
                "end": piece.end,
                "text": getattr(option, piece.field)[piece.start : piece.end],
                "note": piece.note,
            }
            for piece in found.evidence
        ],
    }


def _suggestion_lines(
    call: Call,
    found: Sequence[Option],
    criteria: Mapping[str, Criterion],
    table: Mapping[str, Mapping[str, Suggestion | None]],
) -> Iterator[str]:
    for option in found:
        yield call.styled(clean(option.title), bold=True)
        for id, criterion in criteria.items():
            one = table[option.id][id]
            if one is None:
                yield f"  {clean(criterion.title)}: the text gives nothing to go by"
                continue
            words = {getattr(option, e.field)[e.start : e.end] for e in one.evidence}
            quoted = ", ".join(f"“{word}”" for word in sorted(words))
            level = criterion.anchor(one.score)
            head = f"{criterion.title}: {short(one.score)} ({level}), confidence "
            line = f"{head}{short(one.confidence)}. {one.rationale}"
            yield from show.wrapped(f"{line} {quoted}".rstrip(), "  ")
        yield ""


@click.command(cls=Command)
@click.argument("query")
@click.pass_context
def search(context: click.Context, query: str) -> None:
    """Find options by words and filters.

    QUERY holds both, as in "climate tag:trade cost<=2" or "is:contested"; "" lists all.
    """
    from evaluator.search import Index, needs_scores

    call = the_call(context)
    known, _ = _criteria(call)
    if needs_scores(query, known):
        from evaluator.results import search_facts, whose

        workshop = call.reading()
        participant = whose(workshop, call.reader(workshop))
        facts = search_facts(workshop, participant, call.reader(workshop))
        found = tuple(workshop.option_set.options.values())
        index = Index(found, facts, criteria=workshop.criteria)
    else:
        found = _options(call)
        index = Index(found, criteria=known)
    if wrong := index.problems(query):
        raise EvaluatorError([Problem("", None, None, said.rstrip(".")) for said in wrong])
    hits = index.search(query)
    titles = {option.id: option.title for option in found}
    document = {
        "query": query,
        "hits": [
            {
                "option": hit.option,
                "title": titles[hit.option],
                "score": hit.score,
                "matches": [
                    {"field": span.field, "index": span.index, "start": span.start, "end": span.end}
                    for span in hit.matches
                ],
            }
            for hit in hits
        ],
    }
    columns = [Column("FIT", right=True), Column("ID"), Column("OPTION", flex=True)]
    rows = [[rounded(hit.score), hit.option, titles[hit.option]] for hit in hits]
    lines = show.table(columns, rows) if hits else []
    if not hits:
        show.tell("nothing found")
    call.answer(document, lines, status=0 if hits else 1)
