"""Whether a criterion and a budget measure the same thing, so that it would count twice."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from evaluator.model import Criterion, Option

ALIKE: Final = 0.8  # Kendall's tau-b between what options use and how badly they do
_FEWEST: Final = 5  # options from which such a figure says something
_MOST: Final = 400  # options that are compared, the first ones
_SAME_THINGS: Final = (
    "budget cost costs dollars euro expense funding funds money price spending",
    "days duration hours months time weeks years",
    "fte labour people personnel staff workforce",
)


def doubled(
    options: Sequence[Option],
    values: Mapping[str, Sequence[float | None]],
    criteria: Mapping[str, Criterion],
    shares: Mapping[str, float],
    resources: Sequence[str],
) -> list[tuple[str, str]]:
    """Pairs (criterion id, resource) that seem to measure the same thing.

    By their names, or since options that use more of the resource have the lower value on the
    criterion in nearly all pairs (tau-b of 0.8 or more, from five options on). Criteria that weigh
    nothing can't count twice.

    Args:
        options: those that count.
        values: by option, one value 0–100 per criterion, None where open.
        criteria: by id, in the order of the columns of `values`.
        shares: by criterion.
        resources: names of the resources that have a budget.
    """
    found: list[tuple[str, str]] = []
    for column, (id, criterion) in enumerate(criteria.items()):
        if shares[id] <= 0:
            continue
        for name in resources:
            pairs = [
                (float(option.resources[name]), -value)
                for option in options[:_MOST]
                if name in option.resources and (value := values[option.id][column]) is not None
            ]
            if _named_alike(criterion, name) or _ordered_alike(pairs):
                found.append((id, name))
    return found


def _named_alike(criterion: Criterion, resource: str) -> bool:
    mine, other = _words(f"{criterion.id} {criterion.title}"), _words(resource)
    if other and other <= mine:
        return True
    return any(mine & same and other & same for same in map(_words, _SAME_THINGS))


def _words(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


def _ordered_alike(pairs: Sequence[tuple[float, float]]) -> bool:
    """Whether the two figures of each pair put the pairs in nearly the same order."""
    if len(pairs) < _FEWEST:
        return False
    both, one, other = 0, 0, 0
    for n, (a, b) in enumerate(pairs):
        for c, d in pairs[:n]:
            x, y = (a > c) - (a < c), (b > d) - (b < d)
            both += x * y
            one += x * x
            other += y * y
    return both > 0 and both >= ALIKE * (one * other) ** 0.5


def sentence(criterion: str, resource: str) -> str:
    """What to say of such a pair; `criterion` is its title."""
    return f"{criterion} and the budget of {resource} seem to measure one thing: it counts twice."
