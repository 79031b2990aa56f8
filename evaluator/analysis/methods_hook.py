"""Offers the built-in methods by the hook a third party would use; numpy loads at first use."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from evaluator.api import Method, Ranked, hookimpl


def _later(name: str) -> Callable[..., Ranked]:
    def rank(values: Any, weights: Any, **parameters: Any) -> Ranked:
        from evaluator.analysis import methods

        ranked: Ranked = getattr(methods, name)(values, weights, **parameters)
        return ranked

    return rank


@hookimpl
def evaluator_methods() -> Iterable[Method]:
    """Additive, weighted product, TOPSIS, VIKOR, PROMETHEE II and Borda."""
    preference = {"functions": "usual", "q": 10.0, "p": 50.0, "s": 25.0}
    yield Method("additive", "Additive value", _later("rank_additive"))
    yield Method("wpm", "Weighted product", _later("rank_wpm"))
    yield Method("topsis", "TOPSIS", _later("rank_topsis"), {"normalisation": "vector"})
    yield Method("vikor", "VIKOR", _later("rank_vikor"), {"v": 0.5})
    yield Method("promethee", "PROMETHEE II", _later("rank_promethee"), preference)
    yield Method("borda", "Borda count", _later("rank_borda"))
