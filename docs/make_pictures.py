"""Makes the pictures of these pages from the app itself, and nothing else.

    .venv/bin/python docs/make_pictures.py [NAME …]

Each picture is the example project in a temporary folder, opened at a fixed size and driven by
keys. Nothing of the user's is read or written. The pictures refer to no font on the internet:
whoever looks at them sees their own monospaced font, each run of text stretched to its cells.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
PICTURES = HERE / "pictures"
FONTS = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'
# One column after the other, as a person would score: cost, China, India, some of feasibility.
SCORES = "121143331222133422124124311112122452111231122212432333434"
KEYS = {"/": "slash"}


class Picture(NamedTuple):
    """What to type, at which size, and in which session.

    Attributes:
        keys: pressed one by one, after `SCORES` where `own` is set.
        size: columns and lines.
        own: a new session, scored so far as `SCORES` goes; else the sample workshop.
        theme: of the app.
    """

    keys: str
    size: tuple[int, int]
    own: bool = False
    theme: str = "evaluator-dark"


PAGES = {
    "score": Picture("", (80, 24), own=True),
    "score-light": Picture("", (80, 24), own=True, theme="evaluator-light"),
    "suggestion": Picture("g h h h j j j j s", (80, 24), own=True),
    "find": Picture("/ m i n r a l", (80, 24), own=True),
    "rank": Picture("R", (120, 34)),
    "robustness": Picture("B", (120, 34)),
    "group": Picture("D", (120, 34)),
}


async def take(name: str, picture: Picture, folder: Path) -> None:
    """Drives the app and keeps what it shows."""
    from evaluator.opening import open_here
    from evaluator.settings import Settings
    from evaluator.tui.app import EvaluatorApp

    found = open_here(folder, session="sample-workshop", who="participant-a", plugins=False)
    project = found.project
    assert project is not None
    workshop = found.workshop
    if picture.own:
        workshop = project.begin("First screening", participants=["me"])
        workshop.act_as("me")
    app = EvaluatorApp(workshop, project, settings=Settings(theme=picture.theme))
    app.saver.changed = lambda: None  # type: ignore[method-assign]  # so no clock is in the picture
    async with app.run_test(size=picture.size) as pilot:
        typed = list(SCORES) if picture.own else []
        await pilot.press(*(KEYS.get(key, key) for key in typed))
        await _settle(app, pilot)
        await pilot.press(*(KEYS.get(key, key) for key in picture.keys.split()))
        await _settle(app, pilot)
        drawing = app.export_screenshot(title="evaluator", simplify=True)
    (PICTURES / f"{name}.svg").write_text(without_fonts(drawing), encoding="utf-8")


async def _settle(app: object, pilot: object) -> None:
    from evaluator.tui.app import EvaluatorApp

    assert isinstance(app, EvaluatorApp)
    for _ in range(3):
        await pilot.pause()  # type: ignore[attr-defined]
        running = [worker for worker in app.workers if worker.group != "look"]
        await app.workers.wait_for_complete(running)
    await pilot.pause()  # type: ignore[attr-defined]


def without_fonts(drawing: str) -> str:
    """A picture that asks nobody for a font."""
    drawing = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", drawing)
    drawing = re.sub(r"font-family:[^;]*;", f"font-family: {FONTS};", drawing)
    return "\n".join(line.rstrip() for line in drawing.splitlines()) + "\n"


def main(names: list[str]) -> None:
    """Makes the pictures named, or all."""
    with tempfile.TemporaryDirectory() as temporary:
        for variable in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
            os.environ[variable] = temporary
        os.environ.pop("NO_COLOR", None)
        from evaluator.creation import create

        folder = Path(temporary) / "example"
        create(folder, example=True)
        for name in names or PAGES:
            asyncio.run(take(name, PAGES[name], folder))
            print(PICTURES / f"{name}.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
