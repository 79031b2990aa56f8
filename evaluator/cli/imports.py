"""The command `import`: reads options from a file, shows them, and writes an options file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from evaluator import importing
from evaluator.api import Candidate, Draft
from evaluator.cli import show, terminal
from evaluator.cli.call import Call
from evaluator.cli.options import Command, the_call
from evaluator.cli.show import Column
from evaluator.display import clean
from evaluator.errors import EvaluatorError, fail
from evaluator.model import OptionSet
from evaluator.preview import Preview


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--to", "to", metavar="FILE", help="The options file to make or merge into.")
@click.option("--format", "format_", metavar="F", help="What FILE is (default: by its suffix).")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def import_(
    context: click.Context, file: str, to: str | None, format_: str | None, *, yes: bool
) -> None:
    """Read options from a brief or a table."""
    from evaluator.plugin.host import Host

    call = the_call(context)
    draft = importing.read(Path(file), Host(None, enabled=call.plugins).readers(), format_)
    if call.json:
        into = importing.existing(Path(to)) if to is not None else None
        call.answer(importing.document(importing.plan(draft, None, into), Path(file).stem), ())
        return
    target, into = _target(call, to)
    items: Sequence[Candidate] | None = None
    if not yes and terminal.somebody_there():
        items = _preview(draft, into)
        if items is None:
            show.tell("nothing imported")
            return
    found = importing.plan(draft, items, into)
    for warning in found.warnings:
        show.tell(f"warning: {warning}")
    if doubt := importing.write(found, target):
        show.tell(f"warning: {doubt}")
    call.answer({}, _done(found, target))


def _target(call: Call, to: str | None) -> tuple[Path, OptionSet | None]:
    """The file to write, and what it holds already."""
    if to is not None:
        return Path(to), importing.existing(Path(to))
    project = call.project(wait=False)
    if project.options.options or project.options_path is None:
        what = f"the project has {len(project.options.options)} options already"
        hint = "Say where to: --to FILE (a new file, or one to merge into)"
        raise fail(what, hint, file=project.root.name)
    return project.options_path, project.options


def _rows(found: importing.Plan) -> Iterator[str]:
    columns = [Column("#", right=True), Column("CHANGE"), Column("ID"), Column("OPTION", flex=True)]
    rows = [
        [str(number), row.change, row.option.id, row.option.title]
        for number, row in enumerate(found.rows, 1)
    ]
    yield from show.table(columns, rows)
    if found.gone:
        yield clean(f"no longer in the source, and kept: {', '.join(found.gone)}")


def _done(found: importing.Plan, target: Path) -> Iterator[str]:
    yield from _rows(found)
    counts = {word: sum(row.change == word for row in found.rows) for word in ("new", "changed")}
    yield clean(f"{counts['new']} new, {counts['changed']} changed; written to {target}")


_HELP: Final = (
    "Enter: take all · d N: drop or take back · t N TITLE: retitle · j N: join with the next"
    " · l N: another list · u: undo · q: quit"
)


def _preview(draft: Draft, into: OptionSet | None) -> Sequence[Candidate] | None:
    """Shows what was found and lets a person change it; None where they quit."""
    preview = Preview(draft)
    _show(preview, into)
    while True:
        word = str(click.prompt("import", default="", show_default=False)).strip()
        if word in ("", "y", "yes"):
            return preview.accepted
        if word in ("q", "quit"):
            return None
        try:
            _obey(preview, word)
        except EvaluatorError as error:
            show.tell_error(error)
            show.say(_HELP)
        else:
            _show(preview, into)


def _obey(preview: Preview, said: str) -> None:
    """One line of the preview: a letter, a number from 1, and for `t` a title."""
    letter, _, rest = said.partition(" ")
    first, _, title = rest.strip().partition(" ")
    if letter == "u":
        preview.undo()
        return
    if letter not in ("d", "t", "j", "l") or not first.isascii() or not first.isdigit():
        raise fail(f"{said[:60]!r} is none of these")
    place = int(first[:9]) - 1
    if letter == "d":
        preview.toggle(place)
    elif letter == "j":
        preview.merge(place)
    elif letter == "l":
        preview.choose(place)
    else:
        preview.retitle(place, title)


def _show(preview: Preview, into: OptionSet | None) -> None:
    draft = preview.draft
    many = f"list {preview.chosen + 1} of {len(draft.lists)}: " if len(draft.lists) > 1 else ""
    heading = draft.lists[preview.chosen].heading or "without a heading"
    show.say(clean(f"{many}{len(preview.accepted)} options, {heading}"))
    kept = iter(importing.plan(draft, preview.accepted, into).rows)
    columns = [Column("#", right=True), Column("CHANGE"), Column("ID"), Column("OPTION", flex=True)]
    rows = []
    for number, item in enumerate(preview.items, 1):
        row = next(kept) if item.kept else None
        change, id = (row.change, row.option.id) if row is not None else ("dropped", "")
        flags = f" ({', '.join(item.candidate.flags)})" if item.candidate.flags else ""
        rows.append([str(number), change, id, item.candidate.title + flags])
    for line in show.table(columns, rows):
        show.say(line)
    show.say(_HELP)
