"""What our own criteria suggest, worked out in a thread; `gathering` asks the plugins."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.workshop import Workshop


class Advice:
    """The suggestions for a workshop's options, as far as they are known.

    Attributes:
        known: ids of the options whose suggestions `Workshop.suggestion` answers at once.
    """

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._asked: set[str] = set()
        self.known: set[str] = set()
        self.stopped = False

    def forget(self) -> None:
        """The options' texts have changed."""
        self._asked.clear()
        self.known.clear()

    async def learn(self, ids: Sequence[str]) -> bool:
        """Works out the suggestions for these options; answers whether any are new."""
        wanted = [id for id in ids if id not in self._asked]
        if not wanted:
            return False
        self._asked.update(wanted)
        await asyncio.to_thread(self._work_out, wanted)
        self.known.update(id for id in wanted if id in self._asked)
        return True

    def _work_out(self, ids: Sequence[str]) -> None:
        for id in ids:
            for criterion in self._workshop.criteria:
                if self.stopped:
                    return
                self._workshop.suggestion(id, criterion)
