"""Where a file is to be written: asked for in a line, and again before one is overwritten."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from evaluator.tui.view import View


async def ask_where(
    view: View, label: str, value: str, put: Callable[[Path], Coroutine[Any, Any, None]]
) -> None:
    """Opens a line for a file's name, with `value` in it; `put` writes the file, in a worker."""

    def to(said: str) -> None:
        path = Path(said.strip()).expanduser()
        if not said.strip():
            return
        if path.exists():
            question = f"{path.name} is there. Overwrite? type yes"
            view.run_worker(view.ask(question, "", lambda a: over(path, a), "esc keeps it"))
        else:
            view.run_worker(put(path))

    def over(path: Path, answer: str) -> None:
        if answer.strip().casefold() == "yes":
            view.run_worker(put(path))
        else:
            view.evaluator.say("kept; nothing was written")

    await view.ask(label, value, to, "enter writes it")
