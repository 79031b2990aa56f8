"""The search index of the app: made in a thread, after the first picture."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, TypeAlias

from evaluator.errors import EvaluatorError

if TYPE_CHECKING:
    from textual.app import App

    from evaluator.model import Option
    from evaluator.search import Facts, Index
    from evaluator.workshop import Workshop


Stamp: TypeAlias = tuple[int, str | None, int]  # revision, who looks, round


class Finder:
    """Finds options of a workshop; the index follows its options, scores and notes."""

    def __init__(self, app: App[int], workshop: Workshop) -> None:
        self._app = app
        self._workshop = workshop
        self._index: Index | None = None
        self._options: dict[str, Option] | None = None
        self._stamp: Stamp | None = None
        self._contested: tuple[Stamp, frozenset[str]] | None = None

    async def warm(self) -> None:
        """Makes the index in a thread, so that the first search finds it there."""
        await asyncio.to_thread(import_module, "evaluator.search")
        options, facts, stamp = self._workshop.option_set.options, self.facts(), self._now
        index = await asyncio.to_thread(_made, options, facts, list(self._workshop.criteria))
        self._index, self._options, self._stamp = index, options, stamp

    def prepare(self) -> None:
        """Makes it ready: beside, where nothing is there yet; at once, where scores changed."""
        if self._index is None:
            self._app.run_worker(self.warm(), group="index", exclusive=True)
        else:
            self._ready()

    def _ready(self) -> Index:
        workshop = self._workshop
        options = workshop.option_set.options
        if self._index is None or self._options is not options:
            self._options = options
            self._index = _made(options, self.facts(), list(workshop.criteria))
        elif self._stamp != self._now:
            self._index = self._index.with_facts(self.facts())
        self._stamp = self._now
        return self._index

    @property
    def _now(self) -> Stamp:
        """Differs where the facts may differ: what one finds is one's own."""
        return self._workshop.revision, self._workshop.me, self._workshop.round

    def facts(self) -> Facts:
        """What filters may ask: one's own scores, ranks, gaps and notes, and what is contested."""
        from evaluator.search import Facts

        workshop = self._workshop
        ballot = workshop.ballot()
        rows = workshop.ranking(workshop.me).rows if workshop.me else ()
        criteria = workshop.criteria
        return Facts(
            values={row.option: row.scores for row in rows},
            ranks={row.option: row.rank for row in rows},
            notes={id: " ".join(map(str, said.values())) for id, said in ballot.notes.items()},
            gaps=frozenset(
                option.id
                for option in workshop.options
                if any(ballot.score(option.id, id) is None for id in criteria)
            ),
            contested=self._divided or frozenset(),
        )

    # -- what is contested: known only once it is asked for

    @property
    def _divided(self) -> frozenset[str] | None:
        """The options on which the group is divided; None: not worked out."""
        known = self._contested
        return known[1] if known is not None and known[0] == self._now else None

    def _waits(self, query: str) -> bool:
        """Whether a query asks for what is contested, and that is yet to be worked out."""
        workshop = self._workshop
        asks = "is:contested" in query.casefold().replace('"', "")
        return asks and self._divided is None and workshop.sees_all(workshop.me)

    async def _work_out(self) -> None:
        """Works it out in a thread (numpy is loaded there), and searches again."""
        from evaluator.results import contested
        from evaluator.tui.view import View

        workshop, stamp = self._workshop, self._now
        try:
            found = await asyncio.to_thread(contested, workshop, workshop.me)
        except EvaluatorError:
            found = frozenset()  # a ballot that can't be read is said elsewhere
        self._contested, self._stamp = (stamp, found), None
        screen = self._app.screen
        if isinstance(screen, View) and screen.query_text:
            screen.find(screen.query_text)
            screen.refresh_status()

    def search(self, query: str) -> list[str]:
        """The ids of what fits, the best first."""
        if self._waits(query):
            self._app.run_worker(self._work_out(), group="contested", exclusive=True)
        return [id for id, _ in self._ready().ranked(query)]

    def title_spans(self, query: str, id: str) -> list[tuple[int, int]]:
        """Where the title of an option matches, as code points, half open."""
        return [(s.start, s.end) for s in self._ready().spans(query, id) if s.field == "title"]

    def problem(self, query: str) -> str:
        """What is wrong with the query's filters, in a sentence; empty: nothing."""
        if self._waits(query):
            return "where the group is divided …"
        return next(iter(self._ready().problems(query)), "")


def _made(options: dict[str, Option], facts: Facts, criteria: list[str]) -> Index:
    from evaluator.search import Index

    index = Index(tuple(options.values()), facts, criteria=criteria)
    index.search("ready")  # loads what the first key would otherwise wait for
    return index
