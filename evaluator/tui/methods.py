"""The order by every method there is, side by side. Runs in a thread: some of them load numpy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from evaluator.analysis.ranking import NEAR
from evaluator.errors import EvaluatorError
from evaluator.model import Ranking
from evaluator.progress import step

if TYPE_CHECKING:
    from evaluator.api import Method
    from evaluator.progress import Progress

ADDITIVE = "additive"
COLUMNS = ("topsis", "vikor", "promethee")  # those that stand beside the list
_HEADS = {"topsis": "TOPSIS", "vikor": "VIKOR", "promethee": "PROM."}


class Compared(msgspec.Struct, frozen=True):
    """Scores of the complete options by each method.

    Attributes:
        titles: the methods' titles by id, the additive one first.
        scores: by method and option, higher is better.
        parameters: by method, those that were used.
        notes: by method, its remarks; what went wrong where it gave no scores.
    """

    titles: dict[str, str]
    scores: dict[str, dict[str, float]]
    parameters: dict[str, dict[str, Any]]
    notes: dict[str, tuple[str, ...]]

    @property
    def names(self) -> tuple[str, ...]:
        """The methods that gave scores."""
        return tuple(id for id in self.titles if id in self.scores)

    @property
    def heads(self) -> tuple[str, ...]:
        """What heads the columns beside the list."""
        return tuple(_HEADS[id] for id in COLUMNS if id in self.scores)

    def ranks(self, option: str) -> tuple[int | None, ...]:
        """An option's rank by each method that has a column; None where it is not ranked."""
        return tuple(self.rank(id).get(option) for id in COLUMNS if id in self.scores)

    def rank(self, method: str) -> dict[str, int]:
        """Ranks by one method; equal scores share one, the next is left free."""
        scores = self.scores[method]
        rising = sorted(scores.values())
        return {
            option: 1 + len(rising) - bisect_right(rising, score + NEAR)
            for option, score in scores.items()
        }

    def ranking(self, method: str, additive: Ranking) -> Ranking:
        """The additive ranking's options in the order of another method."""
        scores = self.scores.get(method)
        if scores is None:
            return additive
        ranks = self.rank(method)
        rows = [
            msgspec.structs.replace(
                row,
                rank=ranks.get(row.option),
                rank_best=ranks.get(row.option, row.rank_best),
                rank_worst=ranks.get(row.option, row.rank_worst),
                value=scores.get(row.option),
                low=None,
                high=None,
                contributions=dict.fromkeys(row.contributions),
            )
            for row in additive.rows
        ]
        rows.sort(key=lambda row: (row.rank is None, row.rank or 0))
        return Ranking(
            tuple(rows), additive.shares, method, self.parameters[method], self.notes[method]
        )


def _offered(host: Any) -> Iterable[Method]:
    from evaluator.analysis.methods_hook import evaluator_methods

    methods = getattr(host, "methods", None)
    found = methods() if methods is not None else evaluator_methods()
    return list(found.values()) if isinstance(found, Mapping) else list(found)


def by_all(
    values: Mapping[str, Sequence[float | None]],
    shares: Mapping[str, float],
    host: Any,
    progress: Progress,
) -> Compared:
    """Ranks complete options by all methods that `host` offers (None: the built-in ones).

    A method that cannot rank these values is left out, its reason among the notes.
    """
    methods = sorted(_offered(host), key=lambda method: method.id != ADDITIVE)
    scores: dict[str, dict[str, float]] = {}
    notes: dict[str, tuple[str, ...]] = {}
    table, weights = list(values.values()), list(shares.values())
    for done, method in enumerate(methods):
        step(progress, done, len(methods))
        try:
            ranked = method.rank(table, weights, **method.parameters)
        except EvaluatorError as error:
            notes[method.id] = (str(error),)
            continue
        scores[method.id] = dict(zip(values, map(float, ranked.scores), strict=True))
        notes[method.id] = tuple(ranked.notes)
    titles = {method.id: method.title for method in methods}
    parameters = {method.id: dict(method.parameters) for method in methods}
    return Compared(titles, scores, parameters, notes)
