"""The pages hold together: links lead somewhere, commands exist, what is made is up to date."""

import importlib.util
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from evaluator.cli.app import commands
from evaluator.errors import EvaluatorError
from evaluator.store.documents import digest

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
PICTURES = sorted((DOCS / "pictures").glob("*.svg"))
LINK = re.compile(r"\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRONG = (click.UsageError, EvaluatorError)  # click's own, and ours with the nearest name


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made where the pages are shown."""
    heads = HEADING.findall(text(page))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def blocks(page: Path) -> list[tuple[str, str]]:
    """The language and the body of every block."""
    return BLOCK.findall(text(page))


def typed(page: Path) -> list[str]:
    """The lines of shell blocks that run evaluator."""
    shell = [body for language, body in blocks(page) if language in ("sh", "console")]
    return [line for body in shell for line in body.splitlines() if line.startswith("evaluator ")]


def understand(line: str) -> None:
    """Goes down to the command that a line names, parsing options on the way; runs nothing.

    Raises:
        click.UsageError, EvaluatorError: no such command or option.
    """
    words = shlex.split(line, comments=True)[1:]
    command: click.Command | None = commands
    context: click.Context | None = None
    while command is not None:
        context = click.Context(command, parent=context)
        _, words, _ = command.make_parser(context).parse_args(words)
        if not isinstance(command, click.Group) or not words:
            break
        _, command, words = command.resolve_command(context, words)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_resolves(page: Path) -> None:
    lost = []
    for path, anchor in LINK.findall(text(page)):
        target = (page.parent / path).resolve() if path else page
        there = target.exists() and (not anchor or anchor in anchors(target))
        if not there:
            lost.append(f"{path}#{anchor}" if anchor else path)
    assert not lost


@pytest.mark.parametrize("page", [page for page in PAGES if typed(page)], ids=named)
def test_every_command_in_a_shell_block_exists(page: Path) -> None:
    for line in typed(page):
        try:
            understand(line)
        except WRONG as error:
            pytest.fail(f"{line}: {error}")


@pytest.mark.parametrize(
    "line", ["evaluator rnak", "evaluator rank --metod x", "evaluator sessions rund close"]
)
def test_a_command_that_does_not_exist_is_seen(line: str) -> None:
    with pytest.raises(WRONG):
        understand(line)


def test_every_page_is_in_the_index() -> None:
    index = text(DOCS / "README.md")
    pages = {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}
    pages -= {page for page in pages if page.startswith("decisions/0")} | {"README.md"}
    assert not [page for page in sorted(pages) if f"({page})" not in index]


def test_the_page_of_keys_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_keys", DOCS / "make_keys.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert text(DOCS / "reference" / "keys.md") == module.page(), "run docs/make_keys.py"


@pytest.mark.parametrize("picture", PICTURES, ids=named)
def test_pictures_ask_nobody_for_a_font(picture: Path) -> None:
    drawing = text(picture)
    assert "url(http" not in drawing
    assert "@font-face" not in drawing


def test_every_picture_is_shown() -> None:
    pages = "".join(map(text, PAGES))
    assert PICTURES
    assert not [picture.name for picture in PICTURES if picture.name not in pages]


def test_the_ballot_in_the_reference_carries_its_own_digest() -> None:
    found = blocks(DOCS / "reference" / "files.md")
    ballot = tomllib.loads(next(body for _, body in found if 'kind = "ballot"' in body))
    said = ballot["end"]["digest"]
    assert digest({key: value for key, value in ballot.items() if key != "end"}) == said
