"""Saves a workshop in the background, and looks for what others changed on the disk."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, cast

from evaluator.errors import EvaluatorError, fail

if TYPE_CHECKING:
    from textual.app import App
    from textual.timer import Timer

    from evaluator.store.folder import SaveJob, SaveResult
    from evaluator.tui.app import EvaluatorApp
    from evaluator.workshop import Workshop

DELAY = 0.25  # seconds from the first unsaved change to the start of a save
AGAIN = 5.0  # seconds from a save that failed to the next try
LOOK = 0.5  # seconds between two looks at the disk


class Saver:
    """One save at a time, each in a thread; nothing here waits on the event loop."""

    def __init__(self, app: App[int], workshop: Workshop) -> None:
        self._app = app
        self._workshop = workshop
        self._one = asyncio.Lock()
        self._timer: Timer | None = None

    def changed(self) -> None:
        """Something has changed: a save starts within `DELAY` seconds."""
        if self._timer is None and self._workshop.unsaved:
            self._timer = self._app.set_timer(DELAY, self.now)

    def failed(self) -> None:
        """A save failed: it is tried again after a while, or sooner when something changes."""
        if self._timer is None:
            self._timer = self._app.set_timer(AGAIN, self.now)

    def now(self) -> None:
        """Starts a save at once, if there is anything to save."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._workshop.unsaved:
            self._app.run_worker(self.flush(), group="save")

    async def flush(self) -> bool:
        """Saves until nothing is left; answers False where a save failed."""
        async with self._one:
            while (job := self._workshop.take_save()) is not None:
                result = await asyncio.to_thread(_run, job)
                self._workshop.saved(job, result)
                if isinstance(result, EvaluatorError):
                    return False
        return True

    async def look(self) -> None:
        """Takes in what others have changed on the disk."""
        if self._one.locked():
            return
        async with self._one:
            # A session that cannot be read at this moment says so when it is saved or opened.
            with contextlib.suppress(EvaluatorError, OSError):
                found = await asyncio.to_thread(self._workshop.scan)
                if found is not None:
                    known = self._workshop.problems
                    self._workshop.take_in(found)
                    if len(self._workshop.problems) > len(known):
                        cast("EvaluatorApp", self._app).say_odd()


def _run(job: SaveJob) -> SaveResult | EvaluatorError:
    try:
        return job.run()
    except EvaluatorError as error:
        return error
    except OSError as error:
        return fail(f"{error.strerror or error}", file=str(error.filename or ""))
