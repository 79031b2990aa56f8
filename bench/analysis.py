"""Robustness, dominance, crossovers, methods and portfolios: beside bare numpy, and growing."""

import importlib.util
import random
import subprocess
import sys

import numpy as np

from bench.timing import median_ms
from evaluator.analysis import crossover, dominance, methods, portfolio, ranking, robustness
from evaluator.analysis.table import Table
from evaluator.api import likert
from evaluator.model import Criterion, Option

DRAWS = 100_000
MEMORY = """
import resource, sys
import numpy as np
from evaluator.analysis import robustness
robustness.acceptability(np.random.default_rng(1).random((1000, 8)), draws=20_000)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak / (2**20 if sys.platform == "darwin" else 2**10))
"""


def _values(options: int, criteria: int) -> np.ndarray:
    return np.random.default_rng(1).random((options, criteria)) * 100


def _floor(values: np.ndarray, draws: int) -> np.ndarray:
    """Draw, multiply, sort packed values, count: what rank acceptability can't do without."""
    n, m = values.shape
    rng = np.random.default_rng(1)
    low = np.int64((1 << (n - 1).bit_length()) - 1)
    counts = np.zeros(n * n, dtype=np.int64)
    chunk = max(1, min(4096, 1_000_000 // n))
    for done in range(0, draws, chunk):
        drawn = rng.standard_exponential((min(chunk, draws - done), m))
        packed = (drawn @ values.T).view(np.int64)
        packed &= ~low
        packed |= np.arange(n)
        packed.sort(axis=1)
        packed &= low
        packed += np.arange(n) * n
        counts += np.bincount(packed.ravel(), minlength=n * n)
    return counts


def _acceptability() -> list[str]:
    lines = []
    for n, m, repeats in ((16, 4, 7), (100, 8, 3), (1000, 8, 1)):
        values = _values(n, m)
        ours = median_ms(lambda v=values: robustness.acceptability(v, draws=DRAWS), repeats)
        floor = median_ms(lambda v=values: _floor(v, DRAWS), repeats)
        lines.append(
            f"acceptability with central weights, {n:,}×{m}, {DRAWS:,} draws: {ours:,.0f} ms, "
            f"{ours / floor:.2f} × the numpy floor of ranks alone ({floor:,.0f} ms)"
        )
    live = median_ms(lambda: robustness.acceptability(_values(16, 4)), 15)
    lines.append(f"acceptability at every key, 16×4, 10,000 draws: {live:.1f} ms")
    done = subprocess.run(
        [sys.executable, "-c", MEMORY], capture_output=True, text=True, check=True
    )
    lines.append(f"peak memory of a process that does 1,000×8: {float(done.stdout):.0f} MB")
    return lines


def _standing(options: int, criteria: int) -> tuple[crossover.Standing, dict[str, Criterion]]:
    chance = random.Random(1)
    made = {
        f"c{k}": Criterion(f"c{k}", f"C{k}", "?", "higher", levels=likert(*"abcde"))
        for k in range(criteria)
    }
    rows = {f"o{i}": tuple(float(chance.randint(1, 99)) for _ in made) for i in range(options)}
    scores = {id: tuple(1 + value / 25 for value in row) for id, row in rows.items()}
    counts = dict.fromkeys(rows, (1,) * criteria)
    table = Table(tuple(made), {id: id for id in rows}, rows, scores, counts)
    shares = ranking.shares({id: chance.randint(1, 9) for id in made}, made)
    return crossover.standing(ranking.rank(table, shares), made, rows), made


def _growth() -> list[str]:
    small, found = {}, []
    for n in (16, 1000, 10_000):
        now, made = _standing(n, 4)
        values = _values(n, 4)
        tasks = {
            "crossovers, flips and verdict (no numpy)": lambda s=now, c=made: (
                crossover.crossovers(s), crossover.flips(s, c), crossover.verdict(s, c),
            ),
            "dominance": lambda v=values: dominance.dominated(v),
            "TOPSIS": lambda v=values: methods.rank_topsis(v, [1] * 4),
            "VIKOR": lambda v=values: methods.rank_vikor(v, [1] * 4),
            "PROMETHEE II, usual": lambda v=values: methods.rank_promethee(v, [1] * 4),
        }  # fmt: skip
        for name, task in tasks.items():
            spent = median_ms(task, 9 if n < 10_000 else 1)
            small.setdefault(name, spent)
            found.append((name, n, spent, spent / small[name]))
    order = list(small)
    found.sort(key=lambda row: order.index(row[0]))
    return [
        f"{name}, {n:,}×4: {spent:,.2f} ms, {grown:,.0f} × 16×4" for name, n, spent, grown in found
    ]


def _portfolio() -> list[str]:
    lines = []
    for n in (16, 40, 200):
        chance = random.Random(5)
        options = [
            Option(f"o{i}", f"O{i}", resources={"money": chance.randint(5, 90)}) for i in range(n)
        ]
        worth = {option.id: chance.random() * 100 for option in options}
        rules = portfolio.Rules(budget={"money": 15 * n})
        spent = median_ms(lambda o=options, w=worth, r=rules: portfolio.best(o, w, r), 3)
        lines.append(f"best set of {n} under one budget: {spent:,.1f} ms")
    return lines


def _peers() -> list[str]:
    """The same closeness by another library, where it is installed."""
    if not importlib.util.find_spec("pymcdm"):
        return []
    from pymcdm.methods import TOPSIS

    values, weights, more = _values(16, 4), np.full(4, 0.25), np.ones(4)
    theirs = median_ms(lambda: TOPSIS()(values, weights, more), 9)
    ours = median_ms(lambda: methods.topsis(values, weights, None, "minmax"), 9)
    return [f"TOPSIS 16×4 by pymcdm: {theirs:.2f} ms, {theirs / ours:.1f} × ours"]


def measure() -> list[str]:
    """Ratios to a floor measured in the same run, growth with the options, peers if installed."""
    return [*_acceptability(), *_growth(), *_portfolio(), *_peers()]
