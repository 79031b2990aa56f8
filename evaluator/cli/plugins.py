"""The commands `plugins …`: list, new, check, trust, untrust, off, on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from evaluator.cli import show, terminal
from evaluator.cli.call import Call
from evaluator.cli.files import made, problem_rows
from evaluator.cli.options import Group, the_call
from evaluator.cli.read import suggestion
from evaluator.cli.show import Column
from evaluator.display import clean
from evaluator.errors import EvaluatorError, fail
from evaluator.model import Brief, Option
from evaluator.writers import json as shapes
from evaluator.writers.text import short

if TYPE_CHECKING:
    from evaluator.plugin.check import CheckResult
    from evaluator.plugin.manage import Review


@click.group(cls=Group)
def plugins() -> None:
    """List, make, check, trust and switch plugins."""


def _root(call: Call) -> Path | None:
    """The project's folder, or None outside one: installed plugins are there everywhere."""
    try:
        return call.root()
    except EvaluatorError:
        if call.folder is not None:
            raise
        return None


def _path(call: Call, word: str) -> Path:
    """A plugin's path as typed: from here, else from the project or its `plugins/`."""
    root = _root(call)
    places = [Path(word)]
    if root is not None:
        places += [root / word, root / "plugins" / word, root / "plugins" / f"{word}.py"]
    return next((place for place in places if os.path.lexists(place)), places[0])


@plugins.command("list")
@click.option("--problems", is_flag=True, help="Only those that have one.")
@click.pass_context
def list_(context: click.Context, *, problems: bool) -> None:
    """List every plugin and its state; runs none."""
    from evaluator.plugin.host import Host

    call = the_call(context)
    found = Host(_root(call), enabled=call.plugins).plugins()
    found = tuple(info for info in found if info.problem or not problems)
    document = [
        {
            "name": info.name,
            "version": info.version,
            "source": info.source,
            "criteria": list(info.criteria),
            "state": info.state,
            "problem": info.problem,
        }
        for info in found
    ]
    columns = [Column("NAME"), Column("VERSION"), Column("STATE"), Column("SOURCE")]
    columns += [Column("CRITERIA", flex=True)]
    rows = [
        [i.name, i.version or "–", i.state, i.source, ", ".join(i.criteria) or "–"] for i in found
    ]
    lines = show.table(columns, rows)
    lines += [clean(f"{i.name}: {i.problem}") for i in found if i.problem]
    call.answer({"plugins": document}, lines)


@plugins.command()
@click.argument("id", metavar="ID")
@click.option("--package", is_flag=True, help="A package of its own, to be installed.")
@click.pass_context
def new(context: click.Context, id: str, *, package: bool) -> None:
    """Write a first plugin, with a test that passes."""
    from evaluator.plugin import scaffold

    call = the_call(context)
    if package:
        paths = scaffold.new_package(call.start(), id)
    else:
        paths = scaffold.new_plugin(call.root(), id)
    call.answer(made(paths), [clean(f"made {path}") for path in paths])


@plugins.command()
@click.argument("path", metavar="PATH")
@click.option("--brief", metavar="FILE", help="Ask about the options of this file.")
@click.pass_context
def check(context: click.Context, path: str, brief: str | None) -> None:
    """Run one plugin apart and say what is wrong.

    Naming it is the consent to run it, this once; it is trusted by nothing here.
    """
    from evaluator.plugin.check import check_file

    call = the_call(context)
    options, title = _options(call, brief)
    found = check_file(
        _path(call, path), options, Brief(title, options) if options else None, root=_root(call)
    )
    texts = {option.id: option for option in options}
    document = {
        "criteria": shapes.criteria({c.id: c for c in found.criteria}, {}),
        "suggestions": {
            option: {
                id: suggestion(texts[option], said) if option in texts else _bare(said)
                for id, said in row.items()
            }
            for option, row in found.suggestions.items()
        },
        "problems": problem_rows(found.problems),
    }
    for problem in found.problems:
        show.say(show.problem_line(problem), sys.stderr)
    call.answer(document, _check_lines(found), status=1 if found.problems else 0)


def _bare(said: Any) -> dict[str, Any] | None:
    """A suggestion for an option of the sample brief, whose text is not at hand."""
    if said is None:
        return None
    return {"score": said.score, "confidence": said.confidence, "rationale": said.rationale}


def _options(call: Call, brief: str | None) -> tuple[tuple[Option, ...], str]:
    """The options to ask about: those of a file, of the project, or none (the sample brief)."""
    if brief is not None:
        from evaluator import importing
        from evaluator.plugin.host import Host

        draft = importing.read(Path(brief), Host(None, enabled=False).readers())
        found = importing.plan(draft).merged
        return tuple(found.options.values()), found.title
    root = _root(call)
    if root is None:
        return (), ""
    from evaluator.project import Project

    try:
        project = Project.open(root, plugins=False, wait=False)
    except EvaluatorError as error:
        # A plugin may be what is wrong with the project: it can be checked all the same.
        show.tell_warnings(error.problems)
        return (), ""
    return tuple(project.options.options.values()), project.options.title


def _check_lines(found: CheckResult) -> Iterator[str]:
    for criterion in found.criteria:
        times = found.ms.get(criterion.id, ())
        mean = f", {sum(times) / len(times):.2f} ms an option" if times else ""
        yield clean(f"{criterion.title} ({criterion.id}){mean}")
        columns = [Column("SCORE", right=True), Column("SURE", right=True), Column("OPTION")]
        rows = []
        for option, row in found.suggestions.items():
            said = row.get(criterion.id)
            rows.append(
                ["–", "–", option, ""]
                if said is None
                else [short(said.score), short(said.confidence), option, said.rationale]
            )
        yield from show.table([*columns, Column("WHY", flex=True)], rows)
        yield ""
    count = len(found.problems)
    yield "no problem found" if not count else f"{count} problem{'' if count == 1 else 's'}"


def _review_lines(reviewed: Review) -> Iterator[str]:
    """What there is to know before trusting: hash, files, imports. Nothing is run."""
    found = reviewed.found
    yield clean(f"{found.label}  sha256 {found.sha256}")
    for name, data in sorted(found.source.files.items()):
        lines = data.count(b"\n")
        yield clean(f"  {name}: {lines} lines, {len(data):,} bytes")
    yield clean(f"  imports: {', '.join(reviewed.imports) or 'nothing'}")
    yield clean(f"  criteria: {', '.join(reviewed.criteria) or 'none that can be read off'}")
    if reviewed.changed:
        yield clean(f"  changed since it was trusted: {', '.join(reviewed.changed)}")


@plugins.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def trust(context: click.Context, paths: tuple[str, ...], *, yes: bool) -> None:
    """Let plugins of the project run, exactly as they are now."""
    from evaluator.plugin import manage

    call = the_call(context)
    root = _root(call)
    reviews = [manage.review(_path(call, path), root) for path in paths]
    lines = [line for reviewed in reviews for line in _review_lines(reviewed)]
    if not yes:
        if not terminal.somebody_there():
            raise fail("nothing is trusted without being asked", "In scripts say --yes")
        for line in lines:
            show.say(line)
        lines = []
        if not click.confirm("Trust this code?", default=False):
            call.answer(made([]), ["not trusted"], status=1)
            return
    for reviewed in reviews:
        manage.trust_review(reviewed, root)
        lines.append(clean(f"trusted: {reviewed.found.label}"))
    ids = [id for reviewed in reviews for id in reviewed.criteria]
    lines += _use(call, ids, ask=not yes)
    call.answer(made([reviewed.found.label for reviewed in reviews]), lines)


def _use(call: Call, ids: Sequence[str], *, ask: bool) -> list[str]:
    """Offers to put criteria to use; without asking it only says how."""
    root = _root(call)
    if root is None or not ids:
        return []
    if not ask:
        return [clean(f"to use it, write into criteria.toml: [criteria.{id}]") for id in ids]
    from evaluator.editing import add_criterion

    project = call.project()
    new = [id for id in ids if id not in project.criteria]
    chosen = [id for id in new if click.confirm(clean(f"Add {id} to criteria.toml?"))]
    for id in chosen:
        add_criterion(project, id)
    return [clean(f"added to criteria.toml: {id}") for id in chosen]


@plugins.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.pass_context
def untrust(context: click.Context, paths: tuple[str, ...]) -> None:
    """Trust plugins no longer.

    One that is gone may be named too.
    """
    from evaluator.plugin import manage

    call = the_call(context)
    root = _root(call)
    lines, status = [], 0
    for word in paths:
        path = _path(call, word)
        if not os.path.lexists(path) and root is not None and path.parent == Path():
            path = root / "plugins" / (path.name if path.suffix else f"{path.name}.py")
        done = manage.untrust(path, root)
        lines.append(clean(f"{word}: {'trusted no longer' if done else 'was not trusted'}"))
        status = status if done else 1
    call.answer(made([]), lines, status=status)


@plugins.command()
@click.argument("name")
@click.pass_context
def off(context: click.Context, name: str) -> None:
    """Switch a plugin off; works when it is broken."""
    from evaluator.plugin import manage

    call = the_call(context)
    manage.switch_off(name, _root(call))
    call.answer({"name": name, "on": False}, [clean(f"{name} is off")])


@plugins.command("on")
@click.argument("name")
@click.pass_context
def on_(context: click.Context, name: str) -> None:
    """Switch a plugin on again."""
    from evaluator.plugin import manage

    call = the_call(context)
    manage.switch_on(name, _root(call))
    call.answer({"name": name, "on": True}, [clean(f"{name} is on")])
