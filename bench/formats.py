"""Ten thousand options in and out: processor seconds for each format, the limit being 5."""

from __future__ import annotations

import csv
import io
import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from evaluator import importing
from evaluator.creation import create
from evaluator.model import OptionSet
from evaluator.plugin.host import Host
from evaluator.project import Project
from evaluator.report import export
from evaluator.store.documents import dump
from evaluator.store.options import options_document

OPTIONS = 10_000
LIMIT = 5.0  # seconds
PEOPLE = 1
VERBS = ("Fund", "Build", "Repair", "Map", "Survey", "Open", "Widen", "Close", "Train", "Staff")
THINGS = ("harbour", "bridge", "school", "clinic", "market", "library", "ferry", "road", "well")
PLACES = ("north", "south", "east", "west", "upper", "lower", "old", "new", "inner", "outer")


def rows() -> list[tuple[str, str, str]]:
    """(id, title, text) of each option; the same every time."""
    dice = random.Random(1)
    made = []
    for number in range(OPTIONS):
        words = [dice.choice(part) for part in (VERBS, PLACES, THINGS)]
        title = f"{words[0]} the {words[1]} {words[2]} {number}"
        text = f"{title}. " + " ".join(dice.choices((*VERBS, *PLACES, *THINGS), k=40)) + "."
        made.append((f"option-{number}", title, text))
    return made


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time: other programs on the machine do not count."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def said(what: str, seconds: float) -> str:
    return f"{what:<28} {seconds:6.2f} s  {'over' if seconds > LIMIT else 'within'} {LIMIT:g} s"


def sources(folder: Path) -> list[Path]:
    """The same table as CSV, XLSX and JSON; a tenth of it as a brief in Markdown."""
    table = rows()
    text = io.StringIO()
    csv.writer(text).writerows([("id", "title", "text"), *table])
    (folder / "options.csv").write_text(text.getvalue())
    book = xlsxwriter.Workbook(str(folder / "options.xlsx"), {"constant_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate([("id", "title", "text"), *table]):
        sheet.write_row(number, 0, row)
    book.close()
    found = [{"id": id, "title": title, "text": body} for id, title, body in table]
    (folder / "options.json").write_text(json.dumps({"schema": 1, "options": found}))
    lines = [f"- {body}" for _, _, body in table[: OPTIONS // 10]]
    (folder / "brief.md").write_text("# Recommendations\n\n" + "\n".join(lines) + "\n")
    return [folder / name for name in ("options.csv", "options.xlsx", "options.json", "brief.md")]


def measure() -> list[str]:
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        readers = Host(None).readers()
        found = importing.Plan((), (), OptionSet())
        paths = sources(folder)

        def take(path: Path, into: OptionSet | None = None) -> None:
            nonlocal found
            found = importing.plan(importing.read(path, readers), None, into)
            importing.write(found, folder / "made.toml")

        for path in paths:
            lines += [said(f"import {path.suffix}", timed(lambda path=path: take(path)))]
        take(paths[0])
        (folder / "options.toml").write_bytes(dump(options_document(found.merged)))
        toml = folder / "options.toml"
        lines.append(said("import .toml", timed(lambda: take(toml))))
        again = found.merged
        for path in paths[:1]:
            plain = path.read_text().replace("option-", "other-")  # ids that tell nothing
            path.write_text(plain.replace(" north ", " northern "))
            lines.append(said("import .csv, changed, again", timed(lambda p=path: take(p, again))))
        found = importing.plan(importing.read(toml, readers))
        lines += exports(folder / "project", found.merged)
    return lines


def exports(root: Path, options: OptionSet) -> list[str]:
    create(root, options=options)
    project = Project.open(root)
    people = [f"Person {number}" for number in range(1, PEOPLE + 1)]
    workshop = project.begin("Bench", participants=people)
    dice = random.Random(2)
    for who in workshop.session.participants:
        ballot = workshop.ballot(who)
        for option in workshop.options:
            ballot.scores[option.id] = {id: dice.randint(1, 5) for id in workshop.criteria}
        workshop.replace_ballot(ballot)
    workshop.save()
    lines = []
    for writer in project.host.writers().values():
        size = 0

        def make(writer=writer) -> None:
            nonlocal size
            size = len(export(project, workshop, workshop.ranking(), writer))

        seconds = timed(make)
        lines.append(f"{said(f'export {writer.id}', seconds)}  {size / 1e6:.1f} MB")
    project.host.close()
    return lines
