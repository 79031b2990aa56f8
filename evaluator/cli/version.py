"""`--version`: the program's version, its plugins and extras; imports no plugin."""

from __future__ import annotations

import platform
from importlib import metadata
from importlib.util import find_spec
from typing import Any, Final

from evaluator import __version__
from evaluator.cli import show
from evaluator.cli.call import Call
from evaluator.display import clean
from evaluator.errors import EvaluatorError

_EXTRAS: Final = {"pdf": "pypdfium2", "docx": "docx"}


def versions() -> dict[str, Any]:
    """The program's version, Python's, installed plugins by name, and extras that are there."""
    found = metadata.entry_points(group="evaluator")
    return {
        "version": __version__,
        "python": platform.python_version(),
        "plugins": {point.name: point.dist.version if point.dist else "" for point in found},
        "extras": {name: find_spec(module) is not None for name, module in _EXTRAS.items()},
    }


def print_version(call: Call) -> None:
    """Prints what `versions` finds, and the files in the project's `plugins/`."""
    document = versions()
    lines = [f"evaluator {document['version']} (Python {document['python']})"]
    lines += [f"plugin {name} {version}" for name, version in document["plugins"].items()]
    lines += [f"plugin {name} (project)" for name in _project_plugins(call)]
    for name, there in document["extras"].items():
        lines.append(f"extra {name}: {'installed' if there else 'not installed'}")
    if call.json:
        show.emit({"schema": 1, **document})
    else:
        for line in lines:
            show.say(line)


def _project_plugins(call: Call) -> list[str]:
    try:
        folder = call.root() / "plugins"
        places = sorted(folder.iterdir()) if folder.is_dir() else []
    except (EvaluatorError, OSError):
        return []
    return [
        clean(place.stem)
        for place in places
        if not place.name.startswith(("_", "."))
        and (place.suffix == ".py" or (place / "__init__.py").is_file())
    ]
