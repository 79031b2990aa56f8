"""Opens the app."""

from __future__ import annotations

from pathlib import Path

from evaluator.cli import terminal
from evaluator.errors import EvaluatorError, fail


def open_app(
    folder: str | None,
    *,
    session: str | None = None,
    round_: int | None = None,
    who: str | None = None,
    plugins: bool = True,
) -> int:
    """Opens the app in a folder (default: here); answers the exit status.

    Without a project it welcomes; without a terminal it says what to type instead.
    """
    try:
        if not terminal.somebody_there():
            raise fail("the app needs a terminal", "For commands see: evaluator --help")
        return _open(folder, session, round_, who, plugins=plugins)
    except EvaluatorError as error:
        from evaluator.cli.show import prepare_streams, tell_error

        prepare_streams()
        tell_error(error)
        return error.exit_code


def _open(
    folder: str | None, session: str | None, round_: int | None, who: str | None, *, plugins: bool
) -> int:
    from evaluator import settings
    from evaluator.opening import GRACE, Opening, open_here
    from evaluator.tui.app import run

    start = Path(folder) if folder is not None else Path.cwd()
    opening = Opening(
        lambda tell: open_here(
            start, session=session, round_=round_, who=who, plugins=plugins, tell=tell
        )
    )
    found = opening.within(GRACE)
    if found is None:  # it is large, or the disk slow: the app shows how far it is
        return run(settings=settings.load(), opening=opening)
    return run(found.project, found.workshop, settings=found.settings, note=found.note)
