"""What follows the import preview: options are written, the open session is asked about."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError, fail
from evaluator.tui.words import count

if TYPE_CHECKING:
    from evaluator.columns import Given
    from evaluator.importing import Plan
    from evaluator.preview import Preview
    from evaluator.tui.screens.import_preview import ImportPreview


async def into_project(view: ImportPreview, preview: Preview) -> None:
    """Merges the ticked items into the project's options, then asks about the open session.

    Raises:
        EvaluatorError: the project has no options file, or it can't be written.
    """
    from evaluator import importing
    from evaluator.project import Project

    app = view.evaluator
    project = app.project
    assert project is not None
    path = project.options_path
    if path is None:
        raise fail("the project has no options file", file="criteria.toml")
    into = importing.existing(path)
    items, words = preview.accepted, preview.keywords
    plan = await asyncio.to_thread(importing.plan, preview.draft, items, into, words)
    given = _given(view, plan, preview)
    changes = [row.change for row in plan.rows]
    if "new" in changes or "changed" in changes:
        doubt = await asyncio.to_thread(importing.write, plan, path)
        app.project = await asyncio.to_thread(Project.open, project.root)
        counts = (("new", changes.count("new")), ("changed", changes.count("changed")))
        said = ", ".join(f"{n} {word}" for word, n in counts if n)
        app.say(f"options: {said}; sessions begun from now on have them")
        if doubt:
            app.say(doubt, "warning")
    else:
        app.say("the options are the same; nothing was written")
    view.written = True
    await _ask_about_session(view, given)


def _given(view: ImportPreview, plan: Plan, preview: Preview) -> Given | None:
    """The scores that stand beside options of the open session, where somebody scores."""
    workshop = view.evaluator.workshop
    if workshop is None or workshop.me is None or not workshop.can_score:
        return None
    from evaluator.columns import given_scores

    known = workshop.option_set.options
    pairs = [
        (row.option.id, candidate)
        for row, candidate in zip(plan.rows, preview.accepted, strict=True)
        if row.option.id in known
    ]
    found = given_scores(pairs, workshop.criteria, file=view.path.name)
    return found if found.count else None


async def _ask_about_session(view: ImportPreview, given: Given | None) -> None:
    """Asks whether the open session takes over corrected wording, then about scores."""
    from evaluator import exchange

    app = view.evaluator
    workshop, project = app.workshop, app.project
    assert workshop is not None
    assert project is not None
    found = exchange.refresh(workshop, project, dry_run=True)
    corrected = sum(change.startswith("option ") for change in found.changes)

    def then(said: str) -> None:
        if said.strip().casefold() == "yes" and view.attempt(
            lambda: exchange.refresh(workshop, project, save=False)
        ):
            app.say("taken over; scores given on the earlier wording are marked ↻")
        view.run_worker(_ask_about_scores(view, given))

    if not corrected:
        await _ask_about_scores(view, given)
        return
    many = count(corrected, "option")
    question = f"take over the wording of {many} in this session? type yes"
    await view.ask(question, "", then, "scores stay and are marked")


async def _ask_about_scores(view: ImportPreview, given: Given | None) -> None:
    from evaluator import exchange

    app, workshop = view.evaluator, view.workshop
    if given is None or workshop.me is None:
        view.dismiss()
        return
    name = workshop.session.participants[workshop.me].name
    who, scores = workshop.me, given.scores

    def then(said: str) -> None:
        if said.strip().casefold() == "yes":
            try:
                merge = exchange.take_scores(workshop, who, scores)
            except EvaluatorError as error:
                app.fail(error)
            else:
                kept = len(merge.differences)
                more = f"; {kept} that differ stay as they were" if kept else ""
                app.say(f"{count(merge.taken, 'score')} taken{more}")
        view.dismiss()

    question = f"{count(given.count, 'score')} into the ballot of {name}? type yes"
    await view.ask(question, "", then, "scores given already stay")


async def into_new(view: ImportPreview, preview: Preview) -> None:
    """Makes a project beside the file, of the ticked items, and opens it.

    Raises:
        EvaluatorError: the folder is there already, or can't be made.
    """
    from evaluator import importing
    from evaluator.creation import create
    from evaluator.opening import open_here
    from evaluator.store.names import slug
    from evaluator.tui import keys
    from evaluator.tui.commands import BY_NAME
    from evaluator.tui.criteria import named

    app = view.evaluator
    plan = importing.plan(preview.draft, preview.accepted, None, preview.keywords)
    folder = view.path.parent / slug(plan.merged.title or view.path.stem)
    await asyncio.to_thread(create, folder, options=plan.merged)
    found = await asyncio.to_thread(open_here, folder)
    assert found.project is not None
    assert found.workshop is not None
    said = f"made {folder}; its criteria: {named(found.project)}"
    palette = keys.show(app.keys_of(BY_NAME["palette"])[0])
    view.dismiss()
    await app.enter(found.project, found.workshop)
    app.say(f"{said}. {palette}, criteria: change them")
