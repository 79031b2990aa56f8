"""What weights have to keep in the Robustness view: chosen by a key, or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from evaluator.errors import fail, unknown
from evaluator.tui.text import plain

if TYPE_CHECKING:
    from evaluator.model import Criterion

HINT: Final = "within 10; cost > china; cost 10–40"
_NUMBER: Final = r"(\d+(?:[.,]\d+)?)"
_WITHIN: Final = re.compile(rf"(?:within|±)\s*{_NUMBER}(?:\s*points)?", re.IGNORECASE)
_BETWEEN: Final = re.compile(rf"(.+?)\s+{_NUMBER}\s*(?:[-–:]|to)\s*{_NUMBER}\s*%?", re.IGNORECASE)


class Limits(msgspec.Struct, frozen=True):
    """Limits of shares; all hold at once, none by default.

    Attributes:
        within: percentage points around the shares in force; None: anywhere.
        order: ids of criteria whose weights fall from one to the next.
        between: (criterion, least, largest share in percent).
    """

    within: float | None = None
    order: tuple[str, ...] = ()
    between: tuple[tuple[str, float, float], ...] = ()

    def __bool__(self) -> bool:
        return self != FREE

    def said(self, criteria: Mapping[str, Criterion]) -> str:
        """As it is typed, with the criteria's short names; empty where there are none."""
        heads = {id: plain(criterion.head) for id, criterion in criteria.items()}
        parts = [] if self.within is None else [f"±{self.within:g}"]
        if self.order:
            parts.append(" > ".join(heads.get(id, id) for id in self.order))
        parts += [f"{heads.get(id, id)} {low:g}–{high:g}" for id, low, high in self.between]
        return "; ".join(parts)


FREE: Final = Limits()


def choices(shares: Mapping[str, float]) -> tuple[Limits, ...]:
    """What the key goes through: none, near the shares in force, in their order."""
    order = sorted(shares, key=shares.__getitem__, reverse=True)
    return (FREE, *(Limits(within) for within in (20.0, 10.0, 5.0)), Limits(order=tuple(order)))


def typed(text: str, criteria: Mapping[str, Criterion]) -> Limits:
    """Limits from words: parts with `;` between them, such as `within 10; cost > china`.

    Raises:
        EvaluatorError: a part that says nothing known, or names no criterion.
    """
    found = FREE
    for part in (part.strip() for part in text.split(";")):
        near, span = _WITHIN.fullmatch(part), _BETWEEN.fullmatch(part)
        if near is not None:
            found = msgspec.structs.replace(found, within=_figure(near[1]))
        elif ">" in part:
            order = tuple(criterion_named(name, criteria) for name in part.split(">"))
            found = msgspec.structs.replace(found, order=order)
        elif span is not None:
            pair = (criterion_named(span[1], criteria), _figure(span[2]), _figure(span[3]))
            found = msgspec.structs.replace(found, between=(*found.between, pair))
        elif part:
            raise fail(f"{part[:40]!r} is no limit for weights", f"Say it as: {HINT}")
    return found


def _figure(text: str) -> float:
    return float(text.replace(",", "."))


def criterion_named(name: str, criteria: Mapping[str, Criterion]) -> str:
    """The id of the criterion with this id, title or short name, letter case aside.

    Raises:
        EvaluatorError: there is none; names the nearest.
    """
    folded = name.strip().casefold()
    for id, criterion in criteria.items():
        if folded in (id.casefold(), criterion.title.casefold(), criterion.head.casefold()):
            return id
    raise unknown("criterion", name.strip(), [*criteria, *(c.head for c in criteria.values())])


def several(text: str, criteria: Mapping[str, Criterion]) -> Sequence[str]:
    """The ids of criteria named with commas or `+` between them.

    Raises:
        EvaluatorError: one is not known.
    """
    names = [name for name in re.split(r"[,+]", text) if name.strip()]
    return list(dict.fromkeys(criterion_named(name, criteria) for name in names))
