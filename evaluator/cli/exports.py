"""The command `export`: the ranked list as a file, in the format its suffix names."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import click

from evaluator.api import Writer
from evaluator.cli import show
from evaluator.cli.call import Call
from evaluator.cli.complete import complete_formats, complete_methods
from evaluator.cli.options import Command, the_call
from evaluator.cli.waiting import waiting
from evaluator.display import clean, clean_text
from evaluator.errors import fail, unknown
from evaluator.store.files import write_file
from evaluator.writers import PACKED
from evaluator.writers.text import toml_for_screens


@click.command(cls=Command)
@click.argument("file", metavar="FILE|-")
@click.option(
    "--format",
    "format_",
    metavar="F",
    shell_complete=complete_formats,
    help="The format (default: by the suffix); report, report-html and csv-ballots have none.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@click.option("--bom", is_flag=True, help="Begin with a byte-order mark, for old spreadsheets.")
@click.option(
    "--method",
    metavar="M",
    default="additive",
    shell_complete=complete_methods,
    help="Rank by this method.",
)
@click.option("--set", "scenario", metavar="SCENARIO", help="Rank by a named set of weights.")
@click.option(
    "--table",
    type=click.Choice(("plain", "weighted")),
    default="plain",
    help="Contributions alone, or with the scores beside them.",
)
@click.pass_context
def export(
    context: click.Context,
    file: str,
    format_: str | None,
    method: str,
    scenario: str | None,
    table: Literal["plain", "weighted"],
    *,
    force: bool,
    bom: bool,
) -> None:
    """Export the ranked list, with what it rests on."""
    from evaluator import report
    from evaluator.results import ranked

    call = the_call(context)
    workshop = call.reading()
    as_ = call.reader(workshop)
    host = call.project(wait=False).host
    writer = _writer(call, host.writers(), file, format_)
    participant = report.whose(workshop, as_, writer)
    methods = host.methods()
    if method not in methods:
        raise unknown("method", method, methods)
    if file != "-" and not force and (Path(file).exists() or Path(file).is_symlink()):
        raise fail("is there already", "Overwrite it with --force", file=file)
    with waiting(f"writing {file}") as progress:
        ranking = ranked(workshop, participant, method=methods[method], scenario=scenario)
        data = report.export(
            call.project(wait=False),
            workshop,
            ranking,
            writer,
            participant=participant,
            as_=as_,
            table=table,
            progress=progress,
        )
    if bom and writer.suffix not in (".xlsx", ".docx"):
        data = b"\xef\xbb\xbf" + data
    if workshop.session.anonymous and writer.id in PACKED and workshop.sees_all(as_):
        show.tell("warning: the packed session in it names the people who took part")
    if file == "-":
        _print(data, writer)
        return
    put(Path(file), data)
    document = {"file": file, "format": writer.id}
    call.answer(document, [clean(f"written: {file} ({writer.title})")])


def _writer(call: Call, writers: Mapping[str, Writer], file: str, format_: str | None) -> Writer:
    """The writer that `--format` or the suffix names; `-` without a format is JSON."""
    if file == "-":
        if call.json and format_ not in (None, "json"):
            raise fail(f"--json and --format {format_} can't go together", "Leave one out")
        format_ = format_ or "json"
    if format_ is not None:
        if format_ not in writers:
            raise unknown("format", format_, writers)
        return writers[format_]
    suffix = Path(file).suffix.lower()
    for writer in writers.values():
        if writer.suffix == suffix and suffix:
            return writer
    known = " ".join(sorted({writer.suffix for writer in writers.values() if writer.suffix}))
    said = f"no format for {suffix!r}" if suffix else "has no suffix that names a format"
    raise fail(said, f"Use one of {known}, or say --format", file=file)


def put(path: Path, data: bytes) -> None:
    """Writes a file whole or not at all; `EvaluatorError` where it can't be written."""
    doubt = write_file(path, data)
    if doubt:
        show.tell(f"warning: {doubt}")


def _print(data: bytes, writer: Writer) -> None:
    """Bytes to stdout: text made safe for a terminal, others only where none looks on."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if sys.stdout.isatty():
            raise fail(f"{writer.title} is no text for a terminal", "Name a file") from None
        sys.stdout.buffer.write(data)
        return
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    text = text.removeprefix("\ufeff")
    if writer.id == "json":
        show.emit(json.loads(text))
        return
    safe = toml_for_screens(text) if writer.id == "toml" else clean_text(text)
    sys.stdout.write(mark + safe)
