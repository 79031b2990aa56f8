"""Robustness, dominance, crossovers, methods and portfolios: beside bare numpy, and growing."""

import importlib.util
import random
import statistics
import subprocess
import sys
import time
import warnings
from typing import Any

import numpy as np

from bench.pty_harness import ROOT, Terminal, evaluator, project, workplace
from bench.timing import median_ms
from evaluator.analysis import crossover, dominance, methods, milp, portfolio, ranking, robustness
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


_SCORED = """
import random, sys
from pathlib import Path
from evaluator.project import Project
chance = random.Random(1)
session = Project.open(Path(sys.argv[1]), plugins=False).begin("Live", participants=["me"])
for option in session.options:
    for id, criterion in session.criteria.items():
        session.score(option.id, id, chance.choice(criterion.levels).score, participant="me")
session.save()
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
        options, values, rules = _projects(n, 0)
        worth = portfolio.worths(options, values, [0.25] * 4)
        spent = median_ms(lambda o=options, w=worth, r=rules: portfolio.best(o, w, r), 3)
        lines.append(f"best set of {n} under two budgets: {spent:,.1f} ms")
    return [*lines, *_by_highs()]


def _projects(n: int, bonds: int) -> tuple[list[Option], dict[str, tuple[float, ...]], Any]:
    """Options that cost, need and exclude one another, with values and two budgets."""
    chance = random.Random(5)
    requires: dict[int, set[str]] = {i: set() for i in range(n)}
    excludes: dict[int, set[str]] = {i: set() for i in range(n)}
    for bond in range(bonds):
        low, high = sorted(chance.sample(range(n), 2))
        (requires if bond % 2 else excludes)[high].add(f"o{low}")
    options = [
        Option(
            f"o{i}",
            f"O{i}",
            resources={"money": chance.randint(5, 90), "staff": chance.randint(1, 9)},
            requires=tuple(sorted(requires[i] - excludes[i])),
            excludes=tuple(sorted(excludes[i] - requires[i])),
        )
        for i in range(n)
    ]
    values = {o.id: tuple(chance.random() * 100 for _ in range(4)) for o in options}
    return options, values, portfolio.Rules(budget={"money": 7 * n, "staff": n})


def _by_highs() -> list[str]:
    """200 options and 80 rules between them: one call of the solver, and the whole answer."""
    options, values, rules = _projects(200, 80)
    shares = dict.fromkeys("abcd", 0.25)
    weights = np.random.default_rng(1).dirichlet(np.ones(4), 9).tolist()
    worths = [portfolio.worths(options, values, drawn) for drawn in weights]
    plan = portfolio._Plan(options, worths[0], rules)  # noqa: SLF001 - the solver alone is timed
    choices = [plan.choice(worth) for worth in worths]
    with milp.Child() as child:
        child.best(choices[0])  # HiGHS is loaded by the first question
        spent = []
        for choice in choices:
            start = time.perf_counter()
            child.best(choice)
            spent.append((time.perf_counter() - start) * 1e3)
    slowest = f"slowest of {len(spent)} {max(spent):,.0f} ms"
    lines = [f"HiGHS, 200 options, 80 rules: {statistics.median(spent):,.0f} ms, {slowest}"]
    for draws in (0, portfolio.DRAWS):
        start = time.perf_counter()
        portfolio.choose(options, values, shares, rules, draws=draws)
        took = time.perf_counter() - start
        lines.append(f"  set, near misses, next budgets, core of {draws} draws: {took:,.1f} s")
    return lines


def _live() -> list[str]:
    """Robustness with its 10,000 draws, from a weight key to the picture, in a terminal."""
    waits = []
    with workplace() as home:
        folder = project(home / "live", 16)
        commands = [sys.executable, "-c", _SCORED, str(folder)]
        subprocess.run(commands, check=True, capture_output=True, cwd=ROOT)
        with Terminal(evaluator(folder), home, 24, 80) as terminal:
            terminal.first_picture(("OPTION", "^p palette"))
            terminal.quiet(1)
            terminal.press(b"B", 1.5)
            terminal.press(b">", 1)
            waits = [terminal.press(b"><"[n % 2 : n % 2 + 1], 0.4) for n in range(20)]
    seen = [wait for wait in waits if wait is not None]
    first, last = (statistics.median(wait[n] for wait in seen) for n in (0, 1))
    slowest = f"slowest of {len(seen)} {max(wait[1] for wait in seen):.0f} ms"
    said = f"first change {first:.0f} ms, last picture {last:.0f} ms, {slowest}"
    return [f"Robustness, 16×4, 10,000 draws after a weight key: {said}"]


def _peers() -> list[str]:
    """The same figures by other libraries, where the extra `bench` is installed."""
    lines = []
    values, more = _values(16, 4), np.ones(4)
    ours = median_ms(lambda: robustness.acceptability(values, draws=DRAWS), 3)
    if importlib.util.find_spec("pymcdm"):
        from pymcdm.methods import TOPSIS, WSM

        theirs = median_ms(lambda: TOPSIS()(values, np.full(4, 0.25), more), 9)
        same = median_ms(lambda: methods.topsis(values, [0.25] * 4, None, "minmax"), 9)
        lines.append(f"TOPSIS 16×4 by pymcdm: {theirs:.2f} ms, {theirs / same:.1f} × ours")
        start = time.perf_counter()
        _looped(WSM(), values, 10_000)
        loop = (time.perf_counter() - start) * 1e4
        lines.append(
            f"acceptability 16×4 by a loop over pymcdm's WSM, 10,000 draws × 10: {loop:,.0f} ms, "
            f"{loop / ours:,.0f} × ours"
        )
    if importlib.util.find_spec("pysensmcda"):
        from pysensmcda.smaa import smaa2

        def additive(matrix: np.ndarray, weights: np.ndarray, _: np.ndarray) -> np.ndarray:
            return matrix @ weights

        start = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks that no score varies
            smaa2(additive, values, more, num_samples=10_000, reverse_ranking=True, seed=1)
        took = (time.perf_counter() - start) * 1e4
        said = f"{took:,.0f} ms, {took / ours:,.0f} × ours"
        lines.append(f"SMAA-2 16×4 by pysensmcda, 10,000 draws × 10: {said}")
    return lines


def _looped(method: Any, values: np.ndarray, draws: int) -> np.ndarray:
    """Rank acceptability as a script around pymcdm would count it."""
    n, m = values.shape
    counts = np.zeros((n, n))
    weights = np.random.default_rng(1).dirichlet(np.ones(m), draws)
    rows = np.arange(n)
    for drawn in weights:
        ranks = method.rank(method(values, drawn, np.ones(m)))
        counts[rows, np.asarray(ranks, dtype=int) - 1] += 1
    return counts / draws


def measure() -> list[str]:
    """Ratios to a floor measured in the same run, growth with the options, peers if installed."""
    return [*_acceptability(), *_growth(), *_portfolio(), *_live(), *_peers()]
