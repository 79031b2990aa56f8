"""The live ranking at 16×4 and 1,000×8 beside the bare sums in plain Python."""

import random

from bench.timing import median_ms
from evaluator.analysis.ranking import rank
from evaluator.analysis.table import Table


def _table(options: int, criteria: int) -> Table:
    chance = random.Random(1)
    ids = tuple(f"c{n}" for n in range(criteria))
    values = {
        f"o{n}": tuple(chance.choice((0.0, 25.0, 50.0, 75.0, 100.0)) for _ in ids)
        for n in range(options)
    }
    return Table(ids, dict.fromkeys(values, ""), values, values, {})  # type: ignore[arg-type]


def measure() -> list[str]:
    lines = []
    for options, criteria in ((16, 4), (1000, 8)):
        table = _table(options, criteria)
        share = dict.fromkeys(table.criteria, 1 / criteria)
        by_share = list(share.values())

        def floor(table: Table = table, by_share: list[float] = by_share) -> object:
            return sorted(
                sum(s * (v or 0) for s, v in zip(by_share, row, strict=True))
                for row in table.values.values()
            )

        def full(table: Table = table, share: dict[str, float] = share) -> object:
            return rank(table, share)

        bare, own = median_ms(floor), median_ms(full)
        lines.append(
            f"{options}×{criteria}: {own:.3f} ms, bare sums {bare:.3f} ms: × {own / bare:.1f}"
        )
    return lines
