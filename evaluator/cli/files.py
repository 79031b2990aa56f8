"""Commands on a project's folder: new, check."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from evaluator.cli import show
from evaluator.cli.options import Command, the_call
from evaluator.display import clean
from evaluator.errors import Problem


def problem_rows(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as `check --json` lists them."""
    return [
        {
            "file": problem.file,
            "line": problem.line,
            "key": problem.key,
            "what": problem.what,
            "hint": problem.hint,
            "level": problem.level,
        }
        for problem in problems
    ]


def made(paths: Sequence[Path | str], problems: Sequence[Problem] = ()) -> dict[str, Any]:
    """The document of commands that make files."""
    return {"made": [str(path) for path in paths], "problems": problem_rows(problems)}


@click.command(cls=Command)
@click.argument("folder", metavar="FOLDER")
@click.option("--from", "source", metavar="FILE", help="Take the options from this brief or table.")
@click.option("--example", is_flag=True, help="Copy the bundled example project.")
@click.pass_context
def new(context: click.Context, folder: str, source: str | None, *, example: bool) -> None:
    """Make a project that passes `check` at once."""
    from evaluator import importing
    from evaluator.creation import create
    from evaluator.plugin.host import Host

    call = the_call(context)
    if source is not None and example:
        raise click.UsageError("--from and --example can't go together", context)
    found = None
    warnings: tuple[str, ...] = ()
    if source is not None:
        draft = importing.read(Path(source), Host(None, enabled=call.plugins).readers())
        found = importing.plan(draft)
        warnings = found.warnings
    paths = create(Path(folder), options=found.merged if found else None, example=example)
    for warning in warnings:
        show.tell(f"warning: {warning}")
    lines = [clean(f"made {path}") for path in paths]
    lines.append(clean(f"open it with: evaluator -C {folder}"))
    call.answer(made(paths), lines)


@click.command(cls=Command)
@click.pass_context
def check(context: click.Context) -> None:
    """Report every problem in the project at once."""
    from evaluator.project import Project

    call = the_call(context)
    problems = Project.check(call.root(), plugins=call.plugins)
    errors = sum(problem.level == "error" for problem in problems)
    lines = [
        call.styled(show.problem_line(p), fg="red" if p.level == "error" else "yellow")
        for p in sorted(problems, key=lambda p: p.level != "error")
    ]
    lines.append(_sum(errors, len(problems) - errors))
    call.answer({"problems": problem_rows(problems)}, lines, status=1 if errors else 0)


def _sum(errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return "no problem found"
    parts = [(errors, "error"), (warnings, "warning")]
    return ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for n, word in parts if n)
