"""What would change the first place: weights, single scores, and a verdict. Plain Python, live.

All of it follows from the additive model, in which an overall value is linear in one share when
the other shares keep their proportions; so every crossover is a closed form (Triantaphyllou &
Sánchez 1997 study the same question), linear in the number of options.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import msgspec

from evaluator.analysis.ranking import NEAR
from evaluator.display import rounded
from evaluator.errors import fail, unknown
from evaluator.model import Criterion, Placing, Ranking

Verdict: TypeAlias = Literal["robust", "fragile", "tie"]
Values: TypeAlias = Mapping[str, Sequence[float | None]]

_TOLD = 3  # criteria that a sentence names
FRAGILE = 0.05  # a change of share up to this much makes a first place fragile


class Standing(msgspec.Struct, frozen=True):
    """The complete options of a ranking as plain rows, the first one leading.

    Attributes:
        criteria: ids, in the order of the columns.
        shares: one per criterion, summing to 1.
        options: ids in order of rank.
        values: 0–100, one row per option, one column per criterion.
        scores: what the values come from, in the same layout.
        totals: overall value of each option.
        ahead: ids of the options with an open cell that are above the leader whatever their open
            cells turn out to be.
        perhaps: ids of those that may turn out to be above it, or equal.
    """

    criteria: tuple[str, ...]
    shares: tuple[float, ...]
    options: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    scores: tuple[tuple[float, ...], ...]
    totals: tuple[float, ...]
    ahead: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()

    @property
    def shared(self) -> bool:
        """Whether the first place is shared."""
        return self.totals[0] - self.totals[1] <= NEAR


class Crossover(msgspec.Struct, frozen=True):
    """A share at which two options swap places, the other shares kept in proportion.

    Attributes:
        criterion: id of the criterion (of several that move together: joined by "+").
        at: the share, 0–1, at which the two are equal; past it they have swapped.
        now: the share in force.
        rises: the option that gains the place.
        falls: the option that loses it.
    """

    criterion: str
    at: float
    now: float
    rises: str
    falls: str

    @property
    def change(self) -> float:
        """How far the share has to move, 0–1."""
        return abs(self.at - self.now)


class Flip(msgspec.Struct, frozen=True):
    """A single cell whose change alone would take first place from the leader.

    Attributes:
        option, criterion: the cell.
        score: what it is now (in a group's table: the mean score).
        needed: the score at which the leader and the other are equal; past it the order changes.
        change: by how many points of value (0–100) the cell has to move, always above 0.
        rises: the option that would then be first.
    """

    option: str
    criterion: str
    score: float
    needed: float
    change: float
    rises: str


def standing(
    ranking: Ranking, criteria: Mapping[str, Criterion], values: Values | None = None
) -> Standing:
    """The complete options of an additive ranking as rows.

    `values` are the table's; without them they are taken from the contributions, and where a
    share is 0 from the score (in a group's table that is exact for straight value functions).

    Raises:
        EvaluatorError: fewer than two options are complete, or another method made the ranking.
    """
    rows = [row for row in ranking.rows if row.complete and row.value is not None]
    if ranking.method != "additive":
        raise fail(f"crossovers of {ranking.method} are not known", "Rank by the additive method")
    if len(rows) < 2:
        what = "no option is complete" if not rows else "only one option is complete"
        raise fail(what, "Score at least two options on every criterion")
    ids = tuple(ranking.shares)
    ahead, perhaps = _still_open(ranking, _known(rows[0].value))
    return Standing(
        criteria=ids,
        shares=tuple(ranking.shares.values()),
        options=tuple(row.option for row in rows),
        values=tuple(_values(row, ranking.shares, criteria, values) for row in rows),
        scores=tuple(tuple(_known(row.scores[id]) for id in ids) for row in rows),
        totals=tuple(_known(row.value) for row in rows),
        ahead=ahead,
        perhaps=perhaps,
    )


def _still_open(ranking: Ranking, lead: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The options with an open cell that are ahead of the leader whatever comes, or may yet be."""
    gaps = [
        (row.option, _known(row.low), _known(row.high)) for row in ranking.rows if not row.complete
    ]
    ahead = tuple(option for option, low, _ in gaps if low > lead + NEAR)
    reach = tuple(option for option, _, high in gaps if high >= lead - NEAR)
    return ahead, tuple(option for option in reach if option not in ahead)


def _known(number: float | None) -> float:
    assert number is not None
    return number


def _values(
    row: Placing,
    shares: Mapping[str, float],
    criteria: Mapping[str, Criterion],
    values: Values | None,
) -> tuple[float, ...]:
    if values is not None:
        return tuple(_known(value) for value in values[row.option])
    return tuple(
        _known(row.contributions[id]) / share
        if share > 0
        else criteria[id].value(_known(row.scores[id]))
        for id, share in shares.items()
    )


def crossovers(now: Standing) -> tuple[Crossover, ...]:
    """For the leader, per criterion the nearest shares below and above at which it loses its place.

    The smallest change comes first. Empty where the first place is shared.
    """
    if now.shared:
        return ()
    found = [c for k in range(len(now.criteria)) for c in _leader(now, (k,))]
    return tuple(sorted(found, key=lambda crossing: crossing.change))


def group_crossovers(now: Standing, members: Iterable[str]) -> tuple[Crossover, ...]:
    """The same for criteria that move together.

    Shares inside the group, and among the rest, keep their proportions; `at` and `now` are the
    group's share.

    Raises:
        EvaluatorError: a criterion is not known, or the group holds none or all of them.
    """
    wanted = list(members)
    for id in wanted:
        if id not in now.criteria:
            raise unknown("criterion", id, now.criteria)
    columns = tuple(k for k, id in enumerate(now.criteria) if id in wanted)
    if not 0 < len(columns) < len(now.criteria):
        raise fail("a group of criteria must leave some out", "Name some criteria, not all")
    return () if now.shared else tuple(_leader(now, columns))


class Reach(msgspec.Struct, frozen=True):
    """The shares of a criterion under which an option is first, the others in proportion.

    `low` and `high` are shares 0–1, None where no share makes it first; at the ends, unless these
    are 0 or 1, it shares the place. `now` is the share in force.
    """

    criterion: str
    low: float | None
    high: float | None
    now: float


def reaches(now: Standing, option: str) -> tuple[Reach, ...]:
    """For every criterion the shares under which an option is first, alone or with others.

    Raises:
        EvaluatorError: the option is not among the complete ones.
    """
    if option not in now.options:
        raise unknown("complete option", option, now.options)
    place = now.options.index(option)
    return tuple(_reach(now, k, place) for k in range(len(now.criteria)))


def _reach(now: Standing, column: int, place: int) -> Reach:
    share, inside, outside = _split(now, (column,))
    low, high = 0.0, 1.0
    for i in range(len(inside)):
        a, b = inside[place] - inside[i], outside[place] - outside[i]
        if a < -NEAR:
            high = min(high, max(0.0, b) / (max(0.0, b) - a) if b >= -NEAR else -1.0)
        elif b < -NEAR:
            low = max(low, b / (b - max(0.0, a)))
    if low > high + NEAR:
        return Reach(now.criteria[column], None, None, share)
    return Reach(now.criteria[column], low, high, share)


def neighbours(now: Standing, option: str) -> tuple[Crossover, ...]:
    """The shares at which an option swaps places with the option next above or next below it.

    The smallest change comes first; an option that shares its rank with a neighbour has none
    with that one.

    Raises:
        EvaluatorError: the option is not among the complete ones.
    """
    if option not in now.options:
        raise unknown("complete option", option, now.options)
    place = now.options.index(option)
    pairs = [(i, i + 1) for i in (place - 1, place) if 0 <= i < len(now.options) - 1]
    return _pairs(now, pairs)


def adjacent(now: Standing) -> tuple[Crossover, ...]:
    """The shares at which any two options next to each other swap places, smallest change first."""
    return _pairs(now, [(i, i + 1) for i in range(len(now.options) - 1)])


def _pairs(now: Standing, pairs: Sequence[tuple[int, int]]) -> tuple[Crossover, ...]:
    found: list[Crossover] = []
    for k in range(len(now.criteria)):
        share, inside, outside = _split(now, (k,))
        for above, below in pairs:
            if now.totals[above] - now.totals[below] <= NEAR:
                continue
            at = _crossing(inside[above] - inside[below], outside[above] - outside[below])
            if at is not None:
                names = now.options[below], now.options[above]
                found.append(Crossover(now.criteria[k], at, share, *names))
    return tuple(sorted(found, key=lambda crossing: crossing.change))


def _split(now: Standing, columns: tuple[int, ...]) -> tuple[float, list[float], list[float]]:
    """The share of some columns, and each option's value inside and outside them.

    Overall value = share × inside + (1 - share) × outside. Where one side weighs nothing its
    criteria have no proportions to keep and count alike.
    """
    share = sum(now.shares[k] for k in columns)
    inside = _mean(now, columns)
    others = 1 - share
    if others > 1e-6:
        pairs = zip(now.totals, inside, strict=True)
        return share, inside, [(total - share * x) / others for total, x in pairs]
    return share, inside, _mean(now, [k for k in range(len(now.shares)) if k not in columns])


def _mean(now: Standing, columns: Sequence[int]) -> list[float]:
    if len(columns) == 1:
        return [row[columns[0]] for row in now.values]
    weights = [now.shares[k] for k in columns]
    total = sum(weights)
    if total <= 0:
        weights, total = [1.0] * len(columns), float(max(1, len(columns)))
    pairs = [(k, weight / total) for k, weight in zip(columns, weights, strict=True)]
    return [sum(weight * row[k] for k, weight in pairs) for row in now.values]


def _crossing(inside: float, outside: float) -> float | None:
    """The share where t × inside + (1 - t) × outside is 0 and changes its sign, if in (0, 1)."""
    if (inside < -NEAR and outside > NEAR) or (inside > NEAR and outside < -NEAR):
        return outside / (outside - inside)
    return None


def _leader(now: Standing, columns: tuple[int, ...]) -> list[Crossover]:
    share, inside, outside = _split(now, columns)
    lead_in, lead_out = inside[0], outside[0]
    below, above = (-1.0, 0), (2.0, 0)
    for i in range(1, len(inside)):
        a, b = lead_in - inside[i], lead_out - outside[i]
        if b < -NEAR and a > NEAR:
            below = max(below, (b / (b - a), -i))
        elif a < -NEAR and b > NEAR:
            above = min(above, (b / (b - a), i))
    name = "+".join(now.criteria[k] for k in columns)
    found = [(at, abs(i)) for at, i in (below, above) if i]
    return [Crossover(name, at, share, now.options[i], now.options[0]) for at, i in found]


def flips(
    now: Standing, criteria: Mapping[str, Criterion], most: int | None = None
) -> tuple[Flip, ...]:
    """The single cells whose change would take first place from the leader.

    Only cells whose score can pass `needed` inside its scale are named; the smallest change of
    value comes first, at most `most` of them. Empty where the first place is shared.
    """
    if now.shared:
        return ()
    found: list[tuple[float, int, int, float]] = []
    lead = now.totals[0]
    weighing = [(k, share) for k, share in enumerate(now.shares) if share > 0]
    for i, row in enumerate(now.values):
        gap = now.totals[1] - lead if i == 0 else lead - now.totals[i]
        for k, share in weighing:
            target = row[k] + gap / share
            if NEAR < target < 100 - NEAR:
                found.append((abs(gap) / share, i, k, target))
    found.sort()
    return tuple(_flip(now, criteria, cell) for cell in found[:most])


def _flip(
    now: Standing, criteria: Mapping[str, Criterion], cell: tuple[float, int, int, float]
) -> Flip:
    change, i, k, target = cell
    id = now.criteria[k]
    needed = criteria[id].score_at(target)
    rises = now.options[i or 1]
    return Flip(now.options[i], id, now.scores[i][k], needed, change, rises)


def verdict(now: Standing, criteria: Mapping[str, Criterion]) -> Verdict:
    """How firmly the leader stands.

    "tie": first place is shared. "fragile": a change of one share by 5 points or less, or one
    level in one cell, takes the first place or makes it shared. Else "robust". One level is the
    neighbouring level's score, on a measured scale a tenth of its width.
    """
    if now.shared:
        return "tie"
    if any(_five_points(now, k) for k in range(len(now.criteria))):
        return "fragile"
    return "fragile" if _one_level(now, criteria) else "robust"


def _five_points(now: Standing, column: int) -> bool:
    """Whether a share moved by 5 points, either way, takes or shares the first place.

    Overall values are linear in a share, so the two ends decide.
    """
    share, inside, outside = _split(now, (column,))
    for at in (max(0.0, share - FRAGILE), min(1.0, share + FRAGILE)):
        totals = [at * x + (1 - at) * y for x, y in zip(inside, outside, strict=True)]
        if totals[0] - max(totals[1:]) <= NEAR:
            return True
    return False


def _one_level(now: Standing, criteria: Mapping[str, Criterion]) -> bool:
    """Whether one level in one cell is enough to take or share the first place."""
    for k, id in enumerate(now.criteria):
        share = now.shares[k]
        step = _longest_step(criteria[id])
        for i, row in enumerate(now.values):
            gap = now.totals[0] - now.totals[i or 1]
            if share * step < gap - NEAR:
                continue
            reach = [criteria[id].value(s) for s in criteria[id].neighbours(now.scores[i][k])]
            best = max((row[k] - v if i == 0 else v - row[k] for v in reach), default=0.0)
            if share * best >= gap - NEAR:
                return True
    return False


def _longest_step(criterion: Criterion) -> float:
    """No single level can move a value by more than this; saves a look at most cells."""
    if criterion.curve:
        return 100.0
    if not criterion.levels:
        return 10.0
    steps = pairwise(criterion.value(level.score) for level in criterion.levels)
    return max(abs(b - a) for a, b in steps)


def sentences(
    now: Standing, criteria: Mapping[str, Criterion], titles: Mapping[str, str]
) -> tuple[str, ...]:
    """What would change the first place, in words: weights first, then the nearest single score.

    `titles` names the options, those with an open cell too: these are spoken of where they are,
    or may yet be, above the leader, as the ranking says. The first sentence can stand alone.
    """
    if now.ahead:
        verb = "is" if len(now.ahead) == 1 else "are"
        names = listed([titles[id] for id in now.ahead])
        told = f"{names}, still open, {verb} ahead whatever the missing scores will be."
        return (told, *_among(now, criteria, titles, "among the options with every score"))
    found = _among(now, criteria, titles, "")
    if now.perhaps:
        names = listed([titles[id] for id in now.perhaps])
        return (*found, f"Still open, {names} may yet come first.")
    return found


def _among(
    now: Standing, criteria: Mapping[str, Criterion], titles: Mapping[str, str], where: str
) -> tuple[str, ...]:
    """The same of the complete options alone; `where` says so."""
    first, limit = titles[now.options[0]], f" {where}" if where else ""
    if now.shared:
        lead = now.totals[0]
        ties = [titles[o] for o, t in zip(now.options, now.totals, strict=True) if lead - t <= NEAR]
        return (f"{', '.join(ties[:-1])} and {ties[-1]} share first place{limit}.",)
    return (
        _weights_in_words(now, criteria, f"{first} stays first{limit}"),
        _flip_in_words(now, criteria, titles),
    )


def listed(words: Sequence[str], most: int = 3) -> str:
    """`a`, `a and b`, `a, b and c`; past `most`: `a, b and 4 more`."""
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    *before, last = words or [""]
    return f"{', '.join(before)} and {last}" if before else last


def _weights_in_words(now: Standing, criteria: Mapping[str, Criterion], stays: str) -> str:
    nearest: dict[str, list[Crossover]] = {}
    for crossing in crossovers(now):
        nearest.setdefault(crossing.criterion, []).append(crossing)
    if not nearest:
        return f"{stays} whatever a single criterion weighs."
    # Of two criteria one says it all: what one gains the other loses.
    told = list(nearest.items())[: 1 if len(now.criteria) == 2 else _TOLD]
    parts = [_limits_in_words(criteria[id].title, found, n) for n, (id, found) in enumerate(told)]
    if len(nearest) > max(len(told), 2):
        parts.append("another one moves further than these")
    *before, last = parts
    return f"{stays} unless {', '.join(before)} or {last}." if before else f"{stays} unless {last}."


def _limits_in_words(title: str, found: Sequence[Crossover], place: int) -> str:
    limits = [
        f"{'more' if crossing.at > crossing.now else 'less'} than {percent(crossing)}"
        for crossing in found
    ]
    verb = "" if place else "weighs "
    return f"{title} {verb}{' or '.join(limits)} (now {rounded(100 * found[0].now)} %)"


def percent(crossing: Crossover) -> str:
    """A crossover's share as "41 %", with a decimal below ten and where it would look like now."""
    at, now = 100 * crossing.at, 100 * crossing.now
    near = rounded(at) == rounded(now)
    return f"{rounded(at, int(near or at < 10)).removesuffix('.0')} %"


def _flip_in_words(
    now: Standing, criteria: Mapping[str, Criterion], titles: Mapping[str, str]
) -> str:
    found = flips(now, criteria, most=1)
    if not found:
        return f"No single score could change {'that' if now.ahead else 'the first place'}."
    flip = found[0]
    way = "above" if flip.needed > flip.score else "below"
    title = criteria[flip.criterion].title
    would = "lead these" if now.ahead else "be first"
    return (
        f"{titles[flip.rises]} would {would} if {titles[flip.option]} scored {way} "
        f"{flip.needed:.3g} on {title} (now {flip.score:.3g})."
    )
