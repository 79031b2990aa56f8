"""Numbers and standings in words, for all views of results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from evaluator.analysis import crossover
from evaluator.display import rounded
from evaluator.tui.text import plain

if TYPE_CHECKING:
    from evaluator.analysis.crossover import Crossover, Standing
    from evaluator.model import Criterion, Number, Placing

listed = crossover.listed
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}


def ordinal(number: int) -> str:
    """A number as a place: `1st`, `2nd`, `3rd`, `4th`."""
    if 10 < number % 100 < 14:
        return f"{number}th"
    return f"{number}{_ENDINGS.get(number % 10, 'th')}"


def count(number: int, one: str, many: str = "") -> str:
    """`1 ballot`, `2 ballots`; `many` where an s is not enough."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def weight(number: Number) -> str:
    """A raw weight as short as it can be said."""
    return f"{number:.4g}"


def points(number: float) -> str:
    """`8 points`, `0.4 points`, `1 point`."""
    is_whole = number >= 9.95 or abs(number - round(number)) < 0.05
    said = rounded(number, 0 if is_whole else 1)
    if float(said) == 0:
        said = f"{number:.2g}"
    return f"{said} point" if said == "1" else f"{said} points"


def standing(rows: Sequence[Placing], option: str, *, in_points: bool = True) -> str:
    """Where an option stands, and how far from the next: one sentence.

    `in_points`: values are on the scale 0–100; else they are a method's own figures.
    """
    apart = points if in_points else "{:.2g}".format
    ranked = [row for row in rows if row.rank is not None and row.value is not None]
    at = next((n for n, row in enumerate(ranked) if row.option == option), None)
    if at is None:
        return _open(rows, option)
    own = ranked[at]
    assert own.rank is not None
    assert own.value is not None
    place = f"{ordinal(own.rank)} of {len(ranked)}"
    shared = [row for row in ranked if row.rank == own.rank and row is not own]
    if shared:
        return f"{place}, sharing the place with {listed([plain(row.title) for row in shared])}."
    if len(ranked) == 1:
        return "The only option with every score."
    below = ranked[at + 1] if at + 1 < len(ranked) else None
    if below is not None and below.value is not None and below.rank is not None:
        return f"{place}, {apart(own.value - below.value)} clear of {ordinal(below.rank)}."
    above = ranked[at - 1]
    assert above.value is not None
    assert above.rank is not None
    return f"{place}, {apart(above.value - own.value)} behind {ordinal(above.rank)}."


def _open(rows: Sequence[Placing], option: str) -> str:
    own = next((row for row in rows if row.option == option), None)
    if own is None or own.low is None or own.high is None:
        return "Not ranked."
    gaps = sum(score is None for score in own.scores.values())
    said = f"Still open: {gaps} of {count(len(own.scores), 'score')} missing"
    span = f"somewhere from {rounded(own.low)} to {rounded(own.high)}"
    return f"{said}; {span}, rank {own.rank_best} to {own.rank_worst}."


def changes(
    now: Standing, criteria: Mapping[str, Criterion], ranks: Mapping[str, int], option: str
) -> list[str]:
    """What would change an option's place: weights first, the nearest first.

    `ranks` are those of the complete options.
    """
    if option not in now.options:
        return []
    top = ordinal(ranks[now.options[0]]) if now.ahead else "first"
    if option == now.options[0] and not now.shared:
        return _holding(now, criteria, top)
    firsts = [c for c in crossover.crossovers(now) if c.rises == option]
    found = [f"{top.capitalize()} {_if(c, criteria)}" for c in firsts]
    for crossing in crossover.neighbours(now, option):
        if crossing.rises == option and crossing.falls == now.options[0] and firsts:
            continue
        other = crossing.falls if crossing.rises == option else crossing.rises
        verb = "Passes" if crossing.rises == option else "Falls behind"
        found.append(f"{verb} {ordinal(ranks[other])} {_if(crossing, criteria)}")
    return found


def _holding(now: Standing, criteria: Mapping[str, Criterion], top: str) -> list[str]:
    found = [f"Loses {top} place {_if(c, criteria)}" for c in crossover.crossovers(now)]
    return found or [f"{top.capitalize()} whatever a single criterion weighs"]


def _if(crossing: Crossover, criteria: Mapping[str, Criterion]) -> str:
    way = "over" if crossing.at > crossing.now else "under"
    name = plain(criteria[crossing.criterion].head)
    now = rounded(100 * crossing.now)
    return f"if {name} weighs {way} {crossover.percent(crossing)} (now {now})"


def single_scores(
    now: Standing, criteria: Mapping[str, Criterion], option: str, most: int = 2
) -> list[str]:
    """Single scores of an option that would change the first place, the nearest first."""
    found = [flip for flip in crossover.flips(now, criteria) if flip.option == option]
    verb = "Loses first place" if option == now.options[0] else "First"
    if now.ahead:
        verb = "Falls behind" if option == now.options[0] else "Leads the complete ones"
    said: list[str] = []
    for flip in found[:most]:
        name = plain(criteria[flip.criterion].head)
        way = "over" if flip.needed > flip.score else "under"
        said.append(f"{verb} if {name} scored {way} {flip.needed:.3g} (now {flip.score:.3g})")
    return said
