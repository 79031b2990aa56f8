"""The commands `sessions …`: list, show, new, add, panel, about, round, refresh, pack, unpack."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import click

from evaluator.cli import merging, show
from evaluator.cli.call import NO_SESSION, Call, save
from evaluator.cli.complete import complete_sessions
from evaluator.cli.files import made
from evaluator.cli.merging import agreed
from evaluator.cli.options import Group, one_of, pairs, the_call
from evaluator.cli.show import Column
from evaluator.cli.waiting import waiting
from evaluator.display import clean
from evaluator.errors import EvaluatorError, Problem, fail, nearest
from evaluator.meeting import consensus_rule
from evaluator.model import Participant, Role
from evaluator.workshop import Workshop
from evaluator.writers.story import consensus_words
from evaluator.writers.text import stamp, toml_for_screens

_ROLES: Final[tuple[Role, ...]] = ("participant", "facilitator")


@click.group(cls=Group)
def sessions() -> None:
    """Make and show sessions, move their rounds on."""


sessions.add_command(merging.merge)
sessions.add_command(merging.rebuild)


@sessions.command("list")
@click.pass_context
def list_(context: click.Context) -> None:
    """List the sessions, the newest first."""
    call = the_call(context)
    found = call.project(wait=False).sessions()
    show.tell_warnings(s.problem for s in found if s.problem is not None)
    document = [
        {
            "id": s.id,
            "title": s.title,
            "round": s.round,
            "open": s.open,
            "participants": s.participants,
            "ballots": s.ballots,
        }
        for s in found
    ]
    columns = [Column("ID"), Column("ROUND", right=True), Column("STATE")]
    columns += [Column("BALLOTS", right=True), Column("TITLE", flex=True)]
    rows = [[s.id, str(s.round), _state(s), f"{s.ballots} of {s.asked}", s.title] for s in found]
    call.answer({"sessions": document}, show.table(columns, rows) if rows else [NO_SESSION])


def _state(summary: Any) -> str:
    if summary.problem is not None:
        return "unreadable"
    return "open" if summary.open else "closed"


@sessions.command("show")
@click.argument("id", required=False, metavar="[ID]", shell_complete=complete_sessions)
@click.pass_context
def show_(context: click.Context, id: str | None) -> None:
    """Show one session: its people, rounds, rules and progress."""
    call = the_call(context)
    workshop = _named(call, id)
    call.answer(_document(workshop), _about(workshop, call.reader(workshop)))


def _named(call: Call, id: str | None) -> Workshop:
    """The session that an argument names, else the default one."""
    call.session = id if id is not None else call.session
    return call.reading()


def _document(workshop: Workshop) -> dict[str, Any]:
    """A session's own keys, as its file has them, without the digest."""
    from evaluator.store.pack import packed_json
    from evaluator.store.sessions import session_document

    return packed_json(session_document(workshop.session))


def _about(workshop: Workshop, as_: str | None) -> Iterator[str]:
    session = workshop.session
    yield clean(f"{session.title}  ({session.id})")
    if session.question:
        yield from show.wrapped(session.question)
    yield ""
    for place, round_ in session.rounds.items():
        times = {"opened": round_.opened, "closed": round_.closed, "revealed": round_.revealed}
        said = ", ".join(f"{word} {stamp(time)}" for word, time in times.items() if time)
        yield f"round {place}: {said}"
    yield f"blind: {'yes' if session.blind else 'no'}"
    yield f"consensus: {consensus_words(session.consensus)}"
    yield clean(f"criteria: {', '.join(c.title for c in session.criteria.values())}")
    yield f"options: {len(workshop.options)}"
    if not workshop.sees_all(as_):
        given = sum(map(workshop.has_answered, session.participants))
        yield f"ballots in: {given} of {len(workshop.panel())} (blind: whose, is not said)"
    yield ""
    columns = [Column("NAME", flex=True), Column("KEY"), Column("ROLE")]
    columns += [Column("SCORED", right=True)]
    yield from show.table(columns, [_person(workshop, key, as_) for key in session.participants])


def _person(workshop: Workshop, key: str, as_: str | None) -> list[str]:
    person = workshop.session.participants[key]
    if not workshop.knows_who_answered(as_, key):
        return [person.name, key, person.role, ""]
    try:
        done, cells = workshop.progress(key)
        progress = f"{done} of {cells}" if workshop.has_answered(key) else "–"
    except EvaluatorError:
        progress = "unreadable"
    return [person.name, key, person.role, progress]


@sessions.command("new")
@click.argument("title")
@click.option("--id", "id_", metavar="ID", help="The folder's name (default: from the title).")
@click.option("--blind", is_flag=True, help="Hide others' scores until the round is revealed.")
@click.option("--participant", "people", metavar="NAME", multiple=True, help="Repeatable.")
@click.option("--facilitator", metavar="NAME", multiple=True, help="Who runs the workshop.")
@click.option("--consensus", metavar="RULE[=N]", help="ram=2.35, iqr=1 or share=0.8.")
@click.pass_context
def new(
    context: click.Context,
    title: str,
    *,
    id_: str | None,
    people: tuple[str, ...],
    facilitator: tuple[str, ...],
    consensus: str | None,
    blind: bool,
) -> None:
    """Start a session with round 1 open."""
    call = the_call(context)
    project = call.project()
    workshop = project.begin(
        title,
        id=id_,
        blind=blind,
        participants=people,
        facilitators=facilitator,
        consensus=consensus_rule(consensus) if consensus is not None else None,
    )
    save(workshop)
    call.answer(_document(workshop), [clean(f"made session {workshop.id}: {title}")])


@sessions.command("add")
@click.argument("name")
@click.option("--role", metavar="R", default="participant", help="participant or facilitator.")
@click.pass_context
def add(context: click.Context, name: str, role: str) -> None:
    """Take somebody into the session."""
    call = the_call(context)
    known = one_of("role", role, _ROLES)
    workshop = call.reading()
    key = workshop.add_participant(Participant(name, known))
    save(workshop)
    call.answer(_document(workshop), [clean(f"{name} takes part (as {key})")])


@sessions.command()
@click.argument("weights", nargs=-1, metavar="NAME=N...")
@click.option("--combine", "how", metavar="HOW", help="mean or median of the values.")
@click.pass_context
def panel(context: click.Context, weights: tuple[str, ...], how: str | None) -> None:
    """Say how the group's cells are made: by mean or median, and how much each person weighs."""
    call = the_call(context)
    workshop = call.reading()
    if how is not None:
        workshop.combine("median" if one_of("way", how, ("mean", "median")) == "median" else "mean")
    if weights:
        given = pairs(weights, "weight of a participant")
        workshop.weigh_people([(workshop.participant(name), n) for name, n in given.items()])
    save(workshop)
    people = workshop.session.participants.items()
    said = [clean(f"{person.name} ({key}) weighs {person.weight:g}") for key, person in people]
    call.answer(_document(workshop), [f"group by {workshop.session.group.combine}", *said])


@sessions.command()
@click.argument("words", nargs=-1, metavar="KEY=TEXT...")
@click.pass_context
def about(context: click.Context, words: tuple[str, ...]) -> None:
    """Keep words for the report: who asked for it, who chose the panel, and the like.

    Without words it shows what is kept. A blank text (KEY=) takes one out.
    """
    from evaluator.writers.appendix import ABOUT

    call = the_call(context)
    workshop = call.reading()
    for key, text in _texts(words, {**ABOUT, **workshop.session.about}).items():
        workshop.describe(key, text)
    save(workshop)
    call.answer(_document(workshop), _kept_words(workshop, ABOUT))


def _texts(words: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """`KEY=TEXT` words as texts by key.

    Raises:
        EvaluatorError: a word without `=`, a key given twice or not known; all known ones are
            named.
    """
    found: dict[str, str] = {}
    keys = f"Keys: {', '.join(known)}"
    for word in words:
        key, equals, text = word.partition("=")
        if not equals:
            raise fail(f"{word[:60]!r} is not KEY=TEXT", f"Write it as sponsor=Council. {keys}")
        if key not in known:
            near = nearest(key, known)
            hint = f"Did you mean {near!r}? {keys}" if near else keys
            raise fail(f"the report has no words under {key[:60]!r}", hint)
        if key in found:
            raise fail(f"{key!r} is given twice", "Give it once")
        found[key] = text
    return found


def _kept_words(workshop: Workshop, known: Mapping[str, str]) -> list[str]:
    kept = workshop.session.about
    rows = [
        [key, kept.get(key, "–"), "" if key in kept else known[key]]
        for key in dict.fromkeys((*known, *kept))
    ]
    return show.table([Column("KEY"), Column("WORDS", flex=True), Column("WHICH TELL")], rows)


@sessions.command("round")
@click.argument("step", metavar="close|reveal|open")
@click.pass_context
def round_(context: click.Context, step: str) -> None:
    """Close or reveal the newest round, or open the next."""
    call = the_call(context)
    one_of("step of a round", step, ("close", "reveal", "open"))
    if step == "reveal" and call.session is None:
        # An open session has nothing to reveal, so it can't be the one that is meant.
        closed = [one.id for one in call.project().sessions() if one.state == "closed"]
        call.session = closed[0] if len(closed) == 1 else None
    workshop = call.reading()
    newest = workshop.session.round
    if call.round is not None and call.round != newest:
        raise fail(f"round {call.round} is not the newest", f"Only round {newest} can be moved on")
    moves = {
        "close": workshop.close_round,
        "reveal": workshop.reveal_round,
        "open": workshop.open_round,
    }
    moves[step]()
    save(workshop)
    now = workshop.session.rounds[workshop.session.round].state
    call.answer(_document(workshop), [f"round {workshop.session.round} is {now}"])


@sessions.command("refresh")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@click.pass_context
def refresh(context: click.Context, *, yes: bool, dry_run: bool) -> None:
    """Take over what was corrected in the project, and new criteria."""
    from evaluator import exchange

    call = the_call(context)
    workshop = call.reading()
    project = call.project()
    found = exchange.refresh(workshop, project, dry_run=True)
    problems = [Problem("", None, None, what, "", "warning") for what in found.refused]
    show.tell_warnings(problems)
    lines = [clean(what) for what in found.changes] or [
        "nothing to take over" if found.refused else "nothing has changed"
    ]
    if call.json or not found.changes:
        go_on = bool(found.changes) and not dry_run
    else:
        for line in lines:
            show.say(line)
        lines = []
        go_on = agreed("Take this over?", yes=yes, dry_run=dry_run)
    if go_on:
        exchange.refresh(workshop, project)
        lines.append("taken over")
    document = {**_document(workshop), "changes": list(found.changes)}
    call.answer({**document, "refused": list(found.refused)}, lines)


@sessions.command("pack")
@click.argument("name", required=False, metavar="[NAME]", shell_complete=complete_sessions)
@click.argument("file", required=False, metavar="[FILE|-]")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.pass_context
def pack(context: click.Context, name: str | None, file: str | None, *, force: bool) -> None:
    """Write a whole session as one file, for mailing and archiving."""
    from evaluator.cli.exports import put
    from evaluator.store.documents import dump
    from evaluator.store.folder import SessionFolder
    from evaluator.store.pack import pack as packed

    call = the_call(context)
    project = call.project(wait=False)
    id = project.session_id(name if name is not None else call.session)
    if id is None:
        raise fail(NO_SESSION)
    with waiting(f"packing {id}") as progress:
        folder = SessionFolder(project.sessions_folder / id, project.root)
        data = dump(packed(folder, progress=progress))
    if file == "-":
        if call.json:
            raise fail("--json and - can't go together", "Name a file")
        sys.stdout.write(toml_for_screens(data.decode("utf-8")))
        return
    path = Path(file) if file is not None else Path(f"{id}.toml")
    if not force and (path.exists() or path.is_symlink()):
        raise fail("is there already", "Overwrite it with --force", file=str(path))
    put(path, data)
    call.answer(made([path]), [clean(f"written: {path}")])


@sessions.command("unpack")
@click.argument("file", metavar="FILE")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would be written.")
@click.pass_context
def unpack(context: click.Context, file: str, *, yes: bool, dry_run: bool) -> None:
    """Read a packed session back into the project."""
    from evaluator import exchange

    call = the_call(context)
    project = call.project(wait=False)
    with waiting(f"reading {file}") as progress:
        digest, problems = exchange.seal(Path(file))
        paths = exchange.unpack_file(project, Path(file), dry_run=True, progress=progress)
    for problem in problems:
        show.say(show.problem_line(problem), sys.stderr)
    show.tell(f"digest of the packed session: {digest}")
    if not call.json:
        for path in paths:
            show.say(clean(f"{path.relative_to(project.root)}"))
    if agreed("Write these files?", yes=yes or call.json, dry_run=dry_run):
        with waiting(f"writing sessions from {file}") as progress:
            paths = exchange.unpack_file(project, Path(file), progress=progress)
    call.answer({**made(paths, problems), "digest": digest}, [])
