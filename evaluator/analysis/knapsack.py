"""The best set of items under limits, needs and clashes: exact, by branch and bound.

Plain Python for the sizes a workshop has; `evaluator.analysis.milp` takes over where the search
grows too large.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property

import msgspec

NODES = 5_000  # some hundredths of a second of search
TIGHT = 1e-9  # a limit may be passed by this much, relative to its size


class TooLargeError(Exception):
    """The search looked at as many sets as it may and is not done."""


class Limit(msgspec.Struct, frozen=True):
    """Σ uses over the chosen items ≤ capacity; uses may be negative (something comes in)."""

    uses: tuple[float, ...]
    capacity: float

    @property
    def most(self) -> float:
        """The capacity with its numerical slack."""
        return self.capacity + TIGHT * max(1.0, abs(self.capacity))


class Choice(msgspec.Struct, frozen=True, dict=True):
    """What there is to choose from; sets of items are bit masks, item i being bit i.

    Attributes:
        gains: what each item adds to the total to be made large; may be negative.
        limits: what a set has to keep.
        needs: for each item the mask of the items it needs, directly or not, itself included.
        clashes: for each item the mask of those it can't be together with.
        inside, outside: masks of the items that are in, or out, whatever they give.
    """

    gains: tuple[float, ...]
    limits: tuple[Limit, ...]
    needs: tuple[int, ...]
    clashes: tuple[int, ...]
    inside: int = 0
    outside: int = 0

    @cached_property
    def needed_by(self) -> tuple[int, ...]:
        """For each item the mask of the items that need it, itself included."""
        found = [0] * len(self.needs)
        for item, mask in enumerate(self.needs):
            for other in bits(mask):
                found[other] |= 1 << item
        return tuple(found)

    def forced(self, *, into: int = 0, out_of: int = 0) -> Choice:
        """The same choice with more items forced in or out."""
        return msgspec.structs.replace(
            self, inside=self.inside | into, outside=self.outside | out_of
        )

    def gain(self, chosen: int) -> float:
        """The total gain of a set."""
        return sum(self.gains[item] for item in bits(chosen))

    def added(self, inside: int, outside: int, item: int) -> tuple[int, int] | None:
        """The masks once an item and all it needs are in; None where that clashes."""
        inside |= self.needs[item]
        for other in bits(self.needs[item]):
            outside |= self.clashes[other]
        return None if inside & outside else (inside, outside)

    def settled(self) -> tuple[int, int] | None:
        """The masks once everything that is forced has drawn in what follows; None: a clash."""
        inside, outside = 0, 0
        for item in bits(self.outside):
            outside |= self.needed_by[item]
        for item in bits(self.inside):
            grown = self.added(inside, outside, item)
            if grown is None:
                return None
            inside, outside = grown
        for item in range(len(self.gains)):
            if not inside >> item & 1 and self.added(inside, outside, item) is None:
                outside |= self.needed_by[item]
        return None if inside & outside else (inside, outside)


def bits(mask: int) -> Iterator[int]:
    """The items of a mask, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def closure(direct: Sequence[int]) -> tuple[int, ...]:
    """Masks of direct needs, grown to all that follows from them; each item needs itself."""
    found = [mask | 1 << item for item, mask in enumerate(direct)]
    changed = True
    while changed:
        changed = False
        for item, mask in enumerate(found):
            grown = mask
            for other in bits(mask):
                grown |= found[other]
            if grown != mask:
                found[item], changed = grown, True
    return tuple(found)


def best(choice: Choice, nodes: int = NODES) -> int | None:
    """The mask of a best set, or None where no set keeps all rules.

    Depth first, the item with most gain for its use first, taken before it is left; a branch is
    cut where the fractional relaxation of a single limit (Dantzig 1957), or of the sum of all
    (Glover 1965), can't beat the best set known. Of equally good sets the one met first is
    returned.

    Raises:
        TooLargeError: after `nodes` sets.
    """
    settled = choice.settled()
    if settled is None:
        return None
    rows = _rows(choice)
    order = _order(choice)
    step = _step(choice.gains)
    found: int | None = None
    worth = float("-inf")
    stack = [settled]
    looked = 0
    while stack:
        inside, outside = stack.pop()
        looked += 1
        if looked > nodes:
            raise TooLargeError
        gain, fits, open_ = _look(rows, choice, (inside, outside), worth + step)
        if fits and gain > worth + TIGHT:
            found, worth = inside, gain
        item = next((i for i in order if not (inside | outside) >> i & 1), None)
        if item is None or not open_:
            continue
        stack.append((inside, outside | choice.needed_by[item]))
        grown = choice.added(inside, outside, item)
        if grown is not None:
            stack.append(grown)
    return found


def bound(choice: Choice) -> float:
    """No set that keeps the rules gains more than this; -inf where it is plain that none does."""
    settled = choice.settled()
    if settled is None:
        return float("-inf")
    inside, outside = settled
    chosen = list(bits(inside))
    gain = sum(choice.gains[item] for item in chosen)
    rooms = ((row, row.most - sum(row.uses[item] for item in chosen)) for row in _rows(choice))
    return min(_relaxed(row, ~(inside | outside), gain, room) for row, room in rooms)


class _Row(msgspec.Struct, frozen=True):
    """A limit prepared for its relaxation.

    `relief`: (bit, gain, use) of items whose use is negative: they start inside. `order`: (bit,
    gain, use) of what is worth changing from there, most gain for its use first.
    """

    uses: tuple[float, ...]
    most: float
    relief: tuple[tuple[int, float, float], ...]
    order: tuple[tuple[int, float, float], ...]


def _step(gains: Sequence[float]) -> float:
    """Two different totals differ by more than this."""
    if all(float(gain).is_integer() for gain in gains):
        return max(TIGHT, math.gcd(*map(int, gains)) - 1e-6)
    return TIGHT


def _rows(choice: Choice) -> list[_Row]:
    """The limits, before them their sum: it binds where each of them alone leaves room."""
    limits = list(choice.limits) or [Limit((0.0,) * len(choice.gains), 0.0)]
    if len(limits) > 1:
        scales = [_scale(limit) for limit in limits]
        columns = zip(*(limit.uses for limit in limits), strict=True)
        uses = tuple(sum(u / z for u, z in zip(use, scales, strict=True)) for use in columns)
        most = sum(limit.most / scale for limit, scale in zip(limits, scales, strict=True))
        limits.insert(0, Limit(uses, most))
    return [_row(choice.gains, limit) for limit in limits]


def _scale(limit: Limit) -> float:
    return max(abs(limit.capacity), *map(abs, limit.uses), 1e-9)


def _row(gains: Sequence[float], limit: Limit) -> _Row:
    relief, order = [], []
    for item, (gain, use) in enumerate(zip(gains, limit.uses, strict=True)):
        if use < 0:
            relief.append((1 << item, gain, use))
            if gain < 0:
                order.append((1 << item, -gain, -use))
        elif gain > 0:
            order.append((1 << item, gain, use))
    order.sort(key=lambda entry: -entry[1] / entry[2] if entry[2] else float("-inf"))
    return _Row(limit.uses, limit.most, tuple(relief), tuple(order))


def _order(choice: Choice) -> list[int]:
    """Items by gain for the part of the limits they use, the most first."""
    scale = [_scale(limit) for limit in choice.limits]

    def density(item: int) -> float:
        pairs = zip(choice.limits, scale, strict=True)
        use = sum(abs(limit.uses[item]) / size for limit, size in pairs)
        return choice.gains[item] / (use + 1e-9)

    return sorted(range(len(choice.gains)), key=density, reverse=True)


def _look(
    rows: Sequence[_Row], choice: Choice, masks: tuple[int, int], enough: float
) -> tuple[float, bool, bool]:
    """Gain of the set as it is, whether it fits, and whether more than `enough` is in reach."""
    inside, outside = masks
    chosen = list(bits(inside))
    gain = sum(choice.gains[item] for item in chosen)
    rooms = [row.most - sum(row.uses[item] for item in chosen) for row in rows]
    fits = min(rooms) >= 0
    free = ~(inside | outside)
    for row, room in zip(rows, rooms, strict=True):
        if _relaxed(row, free, gain, room) <= enough:
            return gain, fits, False
    return gain, fits, True


def _relaxed(row: _Row, free: int, total: float, room: float) -> float:
    """The most that could be reached if items could be split, and only this limit held."""
    for bit, change, use in row.relief:
        if free & bit:
            total += change
            room -= use
    if room < 0:
        return float("-inf")
    for bit, change, use in row.order:
        if free & bit:
            if use > room:
                return total + change * room / use
            total += change
            room -= use
    return total
