"""The command `import`: reads options from a file, shows them, and writes an options file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from evaluator import importing
from evaluator.api import Candidate, Draft
from evaluator.cli import show, terminal
from evaluator.cli.call import Call, save
from evaluator.cli.options import Command, the_call
from evaluator.cli.show import Column
from evaluator.cli.waiting import waiting
from evaluator.display import clean
from evaluator.errors import EvaluatorError, fail
from evaluator.model import OptionSet
from evaluator.preview import Preview

if TYPE_CHECKING:
    from evaluator.columns import Given
    from evaluator.model import Criterion


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE")
@click.option("--to", "to", metavar="FILE", help="The options file to make or merge into.")
@click.option("--format", "format_", metavar="F", help="What FILE is (default: by its suffix).")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="HEADING=FIELD",
    help="What a column of a table holds; empty: nothing. Kept for the next time.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def import_(
    context: click.Context,
    file: str,
    to: str | None,
    format_: str | None,
    columns: tuple[str, ...],
    *,
    yes: bool,
) -> None:
    """Read options from a brief or a table.

    With --as NAME the scores that a table has beside its options come along, as NAME's ballot in
    the session: those in columns named like a criterion.
    """
    from evaluator.plugin.host import Host

    call = the_call(context)
    said = _said_of(columns)
    mapping = {**_remembered(call), **said}
    with waiting(f"reading {file}"):
        readers = Host(None, enabled=call.plugins).readers()
        draft = importing.read(Path(file), readers, format_, mapping)
        importing.check_columns(draft, said, file)
    if call.json:
        into = importing.existing(Path(to)) if to is not None else None
        call.answer(_document(call, draft, into, file), ())
        return
    scores_alone = to is None and call.who is not None and _has_options(call)
    target, into = (None, call.project(wait=False).options) if scores_alone else _target(call, to)
    items: Sequence[Candidate] | None = None
    if not yes and terminal.somebody_there():
        items = _preview(draft, into)
        if items is None:
            show.tell("nothing imported")
            return
    with waiting(f"importing {file}") as progress:
        found = importing.plan(draft, items, into, progress=progress)
    given = _given(call, draft, found, items, file)
    lines = _written(call, found, given, target)
    _keep(call, said)
    for warning in _warnings(found.warnings, draft, given):
        show.tell(f"warning: {warning}")
    taken, status = _taken(call, found, given) if given is not None else ((), 0)
    call.answer({}, [*lines, *taken], status)


# -- columns


def _said_of(columns: Sequence[str]) -> dict[str, str]:
    """`HEADING=FIELD` words by heading."""
    found = {}
    for word in columns:
        heading, equals, field = word.rpartition("=")
        if not equals or not heading.strip():
            raise fail(f"--column: {word[:60]!r} is not HEADING=FIELD", "Write it as Name=title")
        found[heading.strip()] = field.strip()
    return found


def _root(call: Call) -> Path | None:
    from evaluator.project import find_root

    return find_root(call.start())


def _remembered(call: Call) -> dict[str, str]:
    from evaluator.columns import remembered

    root = _root(call)
    return remembered(root) if root is not None else {}


def _keep(call: Call, said: Mapping[str, str]) -> None:
    from evaluator.columns import remember

    root = _root(call)
    if said and root is not None:
        remember(root, said)


def _columns(draft: Draft, given: Given | None) -> Iterator[str]:
    """What was read from each column of a table, in words."""
    if not draft.columns:
        return
    scores = given.headings if given is not None else {}
    said = []
    for heading, field in draft.columns.items():
        what = f"score of {scores[heading]}" if heading in scores else field or "not read"
        said.append(f"{heading} → {what}")
    yield clean(f"columns: {'; '.join(said[:20])}{' …' * (len(said) > 20)}")


def _warnings(warnings: Sequence[str], draft: Draft, given: Given | None) -> Iterator[str]:
    """The warnings, but that columns were not read where all the others were scores."""
    scores = given.headings if given is not None else {}
    left = [name for name, field in draft.columns.items() if not field and name not in scores]
    for warning in warnings:
        if "columns not read: " not in warning or left or not scores:
            yield warning


# -- scores


def _has_options(call: Call) -> bool:
    return bool(call.project(wait=False).options.options)


def _criteria(call: Call) -> Mapping[str, Criterion]:
    """The criteria of the session that is written, or those a new one would have."""
    project = call.project(wait=False)
    id = project.session_id(call.session, writing=True)
    if id is not None:
        return project.workshop(id).criteria
    return call.project().criteria


def _given(
    call: Call,
    draft: Draft,
    found: importing.Plan,
    items: Sequence[Candidate] | None,
    file: str,
) -> Given | None:
    """The scores beside the options, where `--as` says whose they are.

    Raises:
        EvaluatorError: no column is named like a criterion, or a cell is no score.
    """
    if call.who is None:
        return None
    from evaluator.columns import given_scores

    candidates = draft.options if items is None else items
    ids = [row.option.id for row in found.rows]
    criteria = _criteria(call)
    given = given_scores(zip(ids, candidates, strict=True), criteria, file=file)
    if not given.headings:
        hint = f"Name columns like criteria ({', '.join(list(criteria)[:8])}), or leave --as out"
        raise fail("has no column with scores", hint, file=file)
    return given


def _taken(call: Call, found: importing.Plan, given: Given) -> tuple[list[str], int]:
    """Puts the scores into the ballot; what happened in words, and the exit status."""
    from evaluator import exchange

    later = call.anew()
    workshop = later.writing()
    who = later.writer(workshop)
    merge = exchange.take_scores(workshop, who, given.scores)
    save(workshop)
    known = workshop.option_set.options
    strange = [row.option.id for row in found.rows if row.option.id not in known]
    if strange:
        listed = ", ".join(strange[:12]) + " …" * (len(strange) > 12)
        show.tell(clean(f"warning: the session has no option {listed}: their scores are left out"))
    show.tell_warnings([difference.problem for difference in merge.differences])
    name = workshop.session.participants[who].name
    said = f"{merge.taken} scores into the ballot of {name}, {workshop.id}, round {workshop.round}"
    return [clean(said)], 1 if merge.differences else 0


# -- options


def _document(call: Call, draft: Draft, into: OptionSet | None, file: str) -> dict[str, Any]:
    """What would be imported; nothing is written."""
    if into is None and call.who is not None and _root(call) is not None:
        into = call.project(wait=False).options
    found = importing.plan(draft, None, into)
    document = importing.document(found, Path(file).stem)
    if draft.columns:
        document["columns"] = dict(draft.columns)
    given = _given(call, draft, found, None, file)
    if given is not None:
        document["scores"] = given.scores
    document["warnings"] = list(_warnings(found.warnings, draft, given))
    return document


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


def _written(
    call: Call, found: importing.Plan, given: Given | None, target: Path | None
) -> list[str]:
    """Writes the options file, if one is to be written; what was done in words."""
    if target is None:
        return []
    if given is not None:
        _criteria(call)  # a session that can't be read is told before anything is written
    with waiting(f"writing {target}"):
        doubt = importing.write(found, target)
    if doubt:
        show.tell(f"warning: {doubt}")
    return list(_done(found, target))


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


# -- asking on a terminal

_HELP: Final = (
    "Enter: take all · d N: drop or take back · t N TITLE: retitle · g N TAG; TAG: tag"
    " · j N: join with the next · s N WORDS: split before words · b N: begins at · e N: ends at"
    " · l N: another list · u: undo · q: quit"
)


def _preview(draft: Draft, into: OptionSet | None) -> Sequence[Candidate] | None:
    """Shows what was found and lets a person change it; None where they quit."""
    preview = Preview(draft)
    for line in _columns(draft, None):
        show.say(line)
    _show(preview, into)
    while True:
        word = str(click.prompt("import", default="", show_default=False)).strip()
        if word in ("", "y", "yes") and preview.accepted:
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
    """One line of the preview: a letter, a number from 1, and for some letters words."""
    if not said:
        raise fail("nothing is taken", "b N takes all from number N on")
    letter, _, rest = said.partition(" ")
    first, _, words = rest.strip().partition(" ")
    if letter == "u":
        preview.undo()
        return
    if letter not in "dtjlgsbe" or not first.isascii() or not first.isdigit():
        raise fail(f"{said[:60]!r} is none of these")
    place = int(first[:9]) - 1
    if letter == "d":
        preview.toggle(place)
    elif letter == "j":
        preview.merge(place)
    elif letter == "l":
        preview.choose(place)
    elif letter == "b":
        preview.begin(place)
    elif letter == "e":
        preview.finish(place)
    elif letter == "g":
        preview.tag(place, words)
    elif letter == "s":
        preview.split_before(place, words)
    else:
        preview.retitle(place, words)


def _show(preview: Preview, into: OptionSet | None) -> None:
    draft = preview.draft
    many = f"list {preview.chosen + 1} of {len(preview.lists)}: " if len(preview.lists) > 1 else ""
    heading = preview.lists[preview.chosen].heading or "without a heading"
    if not draft.lists:
        show.say("nothing reads like a list of recommendations; b N and e N take what you want")
    show.say(clean(f"{many}{len(preview.accepted)} options, {heading}"))
    plan = importing.plan(draft, preview.accepted, into)
    kept = iter(plan.rows)
    columns = [Column("#", right=True), Column("CHANGE"), Column("ID"), Column("OPTION", flex=True)]
    rows = []
    for number, item in enumerate(preview.items, 1):
        row = next(kept) if item.kept else None
        change, id = (row.change, row.option.id) if row is not None else ("dropped", "")
        flags = f" ({', '.join(item.candidate.flags)})" if item.candidate.flags else ""
        rows.append([str(number), change, id, item.candidate.title + flags])
    for line in show.table(columns, rows):
        show.say(line)
    if plan.gone:
        show.say(clean(f"no longer in the source, and kept: {', '.join(plan.gone)}"))
    show.say(_HELP)
