"""Making a new project, empty, from a brief, or as a copy of the bundled example."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from evaluator.errors import fail, reason
from evaluator.model import OptionSet
from evaluator.project import CRITERIA, SESSIONS
from evaluator.store import atomic
from evaluator.store.documents import dump
from evaluator.store.options import options_document

_TEMPLATE: Final = """\
# A project of evaluator. What stands here may be edited by hand; comments stay.
schema = 1
title = {title}
question = "Which of these should be taken up first?"
options = "options.toml"

# The criteria in use, in this order. Weights are raw numbers; they are normalised.
[criteria.cost]
weight = 30

[criteria.china-sensitivity]
weight = 20

[criteria.india-sensitivity]
weight = 20

[criteria.feasibility]
weight = 30

# A criterion of your own needs no code. Take away the # signs and write your words:
#
# [criteria.public-support]
# title = "Public support"
# short = "Public"
# question = "How would the public take it?"
# better = "higher"
# levels = ["Open protest", "Grumbling", "Mixed", "Approval", "Celebration"]
# weight = 10

[suggestions]
show = "after"    # "after" one's own score, "always", or "never"
"""


_IGNORED: Final = """\
# What evaluator keeps beside the files that count.
/sessions/*/.lock
/sessions/*/.merged/
/sessions/*/.damaged/
/sessions/.*/
*.tmp
"""


def example_root() -> Path:
    """Where the bundled example project lies: in the installed package, or the repository."""
    package = Path(__file__).resolve().parent
    bundled = package / "examples" / "project"
    return bundled if (bundled / CRITERIA).is_file() else package.parent


def example_options() -> Path:
    """The options file of the bundled example."""
    return Path(__file__).resolve().parent / "examples" / "us_pakistan_2024.toml"


def create(
    folder: Path, *, options: OptionSet | None = None, title: str = "", example: bool = False
) -> list[Path]:
    """Makes a project that passes `check` at once; answers the files made.

    Raises:
        EvaluatorError: the folder holds a project already, or can't be written.
    """
    if (folder / CRITERIA).exists() or (folder / CRITERIA).is_symlink():
        hint = "Choose another folder, or open it: evaluator -C FOLDER"
        raise fail("holds a project already", hint, file=str(folder))
    if folder.exists() and not folder.is_dir():
        raise fail("is a file, not a folder", "Choose another name", file=str(folder))
    try:
        return _copy_example(folder) if example else _make(folder, options, title)
    except OSError as error:
        raise fail(f"can't be written: {reason(error)}", file=str(folder)) from error


def _make(folder: Path, options: OptionSet | None, title: str) -> list[Path]:
    found = options or OptionSet(title=title)
    name = title or found.title or folder.resolve().name
    files = {
        folder / "options.toml": dump(options_document(found)),
        folder / CRITERIA: _TEMPLATE.format(title=_quoted(name)).encode("utf-8"),
    }
    for part in (folder, folder / "plugins", folder / SESSIONS):
        atomic.make_folder(part)
    for path, data in files.items():
        if path.exists():
            raise fail("is there already", "Move it away, or choose another folder", file=str(path))
        atomic.write(path, data)
    _ignore(folder)
    return list(files)


def _ignore(folder: Path) -> None:
    """Keeps what counts for nothing out of git; a file that is there already stays as it is."""
    path = folder / ".gitignore"
    if not (path.exists() or path.is_symlink()):
        atomic.write(path, _IGNORED.encode("utf-8"))


def _quoted(text: str) -> str:
    """A text as a basic TOML string, whatever it holds; what can't be seen as an escape."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    plain = plain.replace("\\", "\\\\").replace('"', '\\"')
    seen = "".join(c if c.isprintable() else rf"\U{ord(c):08x}" for c in plain)
    return f'"{seen}"'


def _copy_example(folder: Path) -> list[Path]:
    root = example_root()
    for part in (folder, folder / "plugins", folder / SESSIONS):
        atomic.make_folder(part)
    text = (root / CRITERIA).read_text(encoding="utf-8")
    text = re.sub(r'(?m)^options = ".*"$', 'options = "options.toml"', text)
    made = [folder / "options.toml"]
    atomic.write(made[0], example_options().read_bytes())
    for plugin in sorted((root / "plugins").glob("[!_.]*.py")):
        made.append(folder / "plugins" / plugin.name)
        atomic.write(made[-1], plugin.read_bytes())
    sample = root / SESSIONS / "sample-workshop"
    ignored = shutil.ignore_patterns(".*", "*.tmp")
    shutil.copytree(sample, folder / SESSIONS / sample.name, ignore=ignored)
    made.append(folder / SESSIONS / sample.name)
    _ignore(folder)
    atomic.write(folder / CRITERIA, text.encode("utf-8"))
    return [*made, folder / CRITERIA]
