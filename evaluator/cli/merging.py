"""The commands `sessions merge` and `sessions rebuild`: what came from elsewhere, what broke."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evaluator.cli import show, terminal
from evaluator.cli.call import Call
from evaluator.cli.files import made
from evaluator.cli.options import Command, the_call
from evaluator.display import clean
from evaluator.errors import Problem, fail

if TYPE_CHECKING:
    from evaluator.synced import Copies
    from evaluator.workshop import Workshop


def agreed(question: str, *, yes: bool, dry_run: bool) -> bool:
    """Whether to go on: asked on a terminal, taken for granted without one."""
    if dry_run:
        return False
    if yes or not terminal.somebody_there():
        return True
    return click.confirm(question, default=True)


@click.command(cls=Command)
@click.argument("files", nargs=-1, metavar="[FILE...]")
@click.option("--conflicts", is_flag=True, help="The conflict copies in the session's folder.")
@click.option("--keep-here", is_flag=True, help="Put copies aside that differ; what is here stays.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.pass_context
def merge(
    context: click.Context,
    files: tuple[str, ...],
    *,
    conflicts: bool,
    keep_here: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Take mailed ballots into the session, or the copies that a synced folder left.

    What is missing here is taken; what differs is listed, and stays as it is here.
    """
    call = the_call(context)
    if conflicts == bool(files):
        raise fail("name the ballots to take in, or say --conflicts", "One of the two")
    if keep_here and not conflicts:
        raise fail("--keep-here is about conflict copies", "Say --conflicts too")
    workshop = call.reading()
    if conflicts:
        _merge_conflicts(call, workshop, keep_here=keep_here, yes=yes, dry_run=dry_run)
        return
    _merge_mail(call, workshop, [Path(file) for file in files], yes=yes, dry_run=dry_run)


def _merge_mail(
    call: Call, workshop: Workshop, paths: list[Path], *, yes: bool, dry_run: bool
) -> None:
    """Takes in ballots that came by mail."""
    from evaluator import exchange

    who = call.reader(workshop)
    found = [exchange.merge_ballot(workshop, path, dry_run=True, as_=who) for path in paths]
    problems = [p for one in found for p in (*one.warnings, *(d.problem for d in one.differences))]
    lines = [
        f"{path}: {one.taken} cells to take, {len(one.differences)} that differ"
        for path, one in zip(paths, found, strict=True)
    ]
    lines += [f"{who} is new here" for one in found for who in one.people]
    _tell(call, problems, lines)
    if agreed("Take them in?", yes=yes or call.json, dry_run=dry_run):
        for path in paths:
            exchange.merge_ballot(workshop, path)
    written = [] if dry_run else [f"sessions/{workshop.id}/{one.file}" for one in found]
    differ = any(one.differences for one in found)
    call.answer(made(written, problems), [], status=1 if differ else 0)


def _merge_conflicts(
    call: Call, workshop: Workshop, *, keep_here: bool, yes: bool, dry_run: bool
) -> None:
    """Takes in what a sync tool left beside the files that count."""
    from evaluator.synced import merge_conflicts

    who = call.reader(workshop)
    found = merge_conflicts(workshop, dry_run=True, keep_here=keep_here, as_=who)
    warnings = [p for one in found.merges.values() for p in one.warnings]
    problems = [*found.refused, *warnings, *found.differences]
    _tell(call, problems, list(_shown(found)) if found else ["no conflict copies"])
    undecided = bool(found.refused) or bool(found.differences and not keep_here)
    taken = found.brings and agreed("Take them in?", yes=yes or call.json, dry_run=dry_run)
    if taken:
        found = merge_conflicts(workshop, keep_here=keep_here, as_=who)
    lines = list(_done(found, workshop.id)) if taken or not (found.brings or dry_run) else []
    if undecided and not keep_here:
        lines.append("what differs stays as it is here; --keep-here puts its copy aside too")
    document = made(_written(found, workshop.id) if taken else [], problems)
    call.answer({**document, "copies": _rows(found)}, lines, status=1 if undecided else 0)


def _tell(call: Call, problems: list[Problem], lines: list[str]) -> None:
    """What is odd, on stderr; what would come, on stdout."""
    for problem in problems:
        if not problem.minor:
            show.say(show.problem_line(problem), sys.stderr)
    if not call.json:
        for line in lines:
            show.say(clean(line))


def _shown(found: Copies) -> Iterator[str]:
    """What each copy brings, a line each; of session and options every key."""
    for name, one in found.merges.items():
        yield f"{name}: {one.taken} cells to take, {len(one.differences)} that differ"
        yield from (f"  {who} is new here" for who in one.people)
    for name, taking in found.frozen.items():
        yield f"{name}: {len(taking.taken)} keys to take, {len(taking.differences)} that differ"
        yield from (f"  {said}" for said in taking.taken)
    for name, count in found.histories.items():
        yield f"{name}: {count} changes to take"


def _done(found: Copies, id: str) -> Iterator[str]:
    if found.aside:
        yield (
            f"put aside in sessions/{clean(id)}/.merged: {len(found.aside)} of "
            f"{len(found.aside) + len(found.stays)}"
        )
    yield from (clean(f"stays where it is: {name}") for name in found.stays)


def _written(found: Copies, id: str) -> list[str]:
    files = [one.file for one in found.merges.values()]
    files += [taking.file for taking in found.frozen.values() if taking.taken]
    return [f"sessions/{id}/{file}" for file in dict.fromkeys(files)]


def _rows(found: Copies) -> list[dict[str, Any]]:
    """What became of each copy, for JSON."""
    taken: dict[str, Any] = {name: one.taken for name, one in found.merges.items()}
    taken |= {name: list(taking.taken) for name, taking in found.frozen.items()}
    taken |= found.histories
    return [
        {"copy": name, "taken": taken.get(name), "aside": name in found.aside}
        for name in sorted((*found.aside, *found.stays))
    ]


@click.command(cls=Command)
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@click.pass_context
def rebuild(context: click.Context, name: str, *, yes: bool, dry_run: bool) -> None:
    """Make a damaged ballot again from its history; the damaged file is kept."""
    from evaluator import exchange

    call = the_call(context)
    workshop = call.reading()
    who = workshop.participant(name)
    found = exchange.rebuild(workshop, who, dry_run=True)
    show.tell_warnings(found.warnings)
    said = f"ballot of {who} in round {found.round}: {found.cells} cells, {found.changes} changes"
    if not call.json:
        show.say(clean(f"{said} in the history"))
    written, lines = [], []
    if agreed("Rebuild it?", yes=yes or call.json, dry_run=dry_run):
        found = exchange.rebuild(workshop, who)
        written = [f"sessions/{workshop.id}/ballots/round-{found.round}/{who}.toml"]
        kept = f"; the damaged file is kept in {found.aside}" if found.aside else ""
        lines = [clean(f"rebuilt from its history{kept}")]
    call.answer(made(written), lines)
