"""Every figure of rank, robustness and portfolio, reckoned once more from the files alone.

What the command line prints is compared with plain numpy written from the definitions in
docs/explanation/methods.md: no function of `evaluator.analysis` is called here. The sessions have
open cells, abstentions, ties, several ballots, people's own weights, bent and falling scales.
"""

from __future__ import annotations

import itertools
import json
import random
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evaluator.cli import main
from evaluator.project import Project

NEAR = 1e-9
DRAWS = 8_000
SEEDS = range(12)
PEOPLE = ("amina", "bilal", "chloe")
Ask = Callable[..., dict[str, Any]]


# -- sessions at random


def criterion(luck: random.Random, name: str) -> list[str]:
    """A criterion of a random kind, as lines of criteria.toml."""
    better = luck.choice(["higher", "lower"])
    lines = [f"[criteria.{name}]", f'title = "{name.upper()}"', 'question = "How much?"']
    lines += [f'better = "{better}"', f"weight = {luck.choice([0, 10, 10, 20, 30, 37.5])}"]
    kind = luck.choice(["levels", "levels", "scale", "bent"])
    if kind == "levels":
        words = [f"Step {n}" for n in range(luck.choice([3, 5]))]
        return [*lines, f"levels = {json.dumps(words)}"]
    lines.append("scale = [0, 50]")
    if kind == "bent":
        curve = [[0, 0], [10, 40], [50, 100]]
        curve = curve if better == "higher" else [[x, 100 - y] for x, y in curve]
        lines.append(f"curve = {curve}")
    return lines


def made(root: Path, seed: int) -> Path:
    """A project with one session; every seed another."""
    luck = random.Random(seed)
    names = "abcde"[: luck.randint(2, 5)]
    head = ["schema = 1", 'title = "Numbers"', 'options = "options.toml"']
    body = [line for name in names for line in ("", *criterion(luck, name))]
    if not any(line.startswith("weight") and line != "weight = 0" for line in body):
        body = [line.replace("weight = 0", "weight = 10") for line in body]
    ids = [f"o{n}" for n in range(luck.randint(3, 8))]
    rules = ["", "[portfolio]", f"budget.money = {luck.randint(10, 60)}"]
    rules += [f"budget.staff = {luck.randint(3, 15)}", f"at-most.trade = {luck.randint(1, 3)}"]
    (root / "criteria.toml").write_text("\n".join([*head, *body, *rules]) + "\n")
    rows = ["schema = 1"]
    for n, id in enumerate(ids):
        rows += ["", f"[options.{id}]", f'title = "Option {id}"', f"resources.money = {n * 7 % 19}"]
        rows += [f"resources.staff = {luck.randint(0, 5)}"]
        rows += ['tags = ["trade"]'] * (luck.random() < 0.5)
        rows += [f'requires = ["{ids[0]}"]'] * (n == 2) + [f'excludes = ["{ids[1]}"]'] * (n == 3)
        rows += ["reference = true"] * (n == 4 and luck.random() < 0.5)
    (root / "options.toml").write_text("\n".join(rows) + "\n")
    score(root, luck, PEOPLE[: luck.randint(1, 3)])
    return root


def score(root: Path, luck: random.Random, people: tuple[str, ...]) -> None:
    """Everybody scores coarsely, so that values tie; some cells stay open or are abstained."""
    project = Project.open(root, plugins=False)
    session = project.begin("First", participants=[name.title() for name in people])
    for id, scale in session.criteria.items():
        few = [level.score for level in scale.levels] or [0, 10, 12.5, 25, 50]
        for n, option in enumerate(session.options):
            for who in people:
                drawn, given = luck.random(), luck.choice(few)
                if n == 1 and luck.random() < 0.6:
                    continue
                if drawn < 0.08:
                    given = "abstain"
                if drawn > 0.06:
                    session.score(option.id, id, given, participant=who)
    if luck.random() < 0.5:  # two options alike
        for who in people:
            for id in session.criteria:
                session.score("o2", id, session.ballot(who).score("o0", id), participant=who)
    session.weigh({next(iter(session.criteria)): 55}, participant=people[0])
    session.save()


# -- the same, read and reckoned anew


class Plain:
    """A session as arrays, from its files."""

    def __init__(self, root: Path, who: str | None = None) -> None:
        folder = root / "sessions/first"
        read = {path.stem: tomllib.loads(path.read_text()) for path in folder.glob("*.toml")}
        ballots = {
            path.stem: tomllib.loads(path.read_text())
            for path in sorted(folder.glob("ballots/round-1/*.toml"))
        }
        session, self.options = read["session"], read["options"]["options"]
        self.rules = session["portfolio"]
        self.criteria = session["criteria"]
        self.ids, self.names = list(self.options), list(self.criteria)
        raw = dict(session["weights"])
        counted = list(ballots.values())
        if who is not None:
            counted = [ballots[who]]
            raw |= ballots[who].get("weights", {})
        weights = np.array([raw[name] for name in self.names], dtype=float)
        self.share = weights / weights.sum()
        self.tables = np.array([self.table(ballot) for ballot in counted])
        self.scores = self.mean(np.array([self.table(b, values=False) for b in counted]))
        self.values = self.mean(self.tables)
        is_open = np.isnan(self.values)
        self.low = np.where(is_open, 0, self.values)
        self.high = np.where(is_open, 100, self.values)
        self.whole = [n for n in range(len(self.ids)) if not is_open[n].any()]
        self.order = sorted(self.whole, key=lambda n: (-round(self.total(n), 8), n))

    def points(self, name: str) -> tuple[list[float], list[float]]:
        """The value function as scores and values."""
        about = self.criteria[name]
        if "curve" in about:
            x, y = zip(*about["curve"], strict=True)
            return list(x), list(y)
        ends = self.scale(name)
        x = [ends[0], ends[-1]]
        return x, [0, 100] if about["better"] == "higher" else [100, 0]

    def scale(self, name: str) -> list[float]:
        about = self.criteria[name]
        return sorted(map(float, about["levels"])) if "levels" in about else list(about["scale"])

    def value(self, name: str, at: float) -> float:
        return float(np.interp(at, *self.points(name)))

    def table(self, ballot: dict[str, Any], *, values: bool = True) -> list[list[float]]:
        def cell(id: str, name: str) -> float:
            given = ballot.get("scores", {}).get(id, {}).get(name, "abstain")
            if given == "abstain":
                return np.nan
            return self.value(name, given) if values else given

        return [[cell(id, name) for name in self.names] for id in self.ids]

    @staticmethod
    def mean(tables: np.ndarray) -> np.ndarray:
        known = ~np.isnan(tables)
        total, count = np.where(known, tables, 0).sum(axis=0), known.sum(axis=0)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def total(self, n: int, share: np.ndarray | None = None) -> float:
        return float(self.values[n] @ (self.share if share is None else share))

    def first(self, totals: dict[int, float]) -> set[int]:
        most = max(totals.values())
        return {n for n, total in totals.items() if total >= most - NEAR}

    def moved(self, k: int, at: float) -> dict[int, float]:
        """Overall values once criterion `k` weighs `at`, the others in proportion."""
        others = np.delete(self.share, k)
        others = others / others.sum() if others.sum() > 1e-6 else np.full(len(others), 1.0)
        others = others / others.sum()
        share = np.insert((1 - at) * others, k, at)
        return {n: self.total(n, share) for n in self.whole}


BUILT: dict[int, Path] = {}  # nothing here writes, so a session serves every test


@pytest.fixture(params=SEEDS)
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    if request.param not in BUILT:
        BUILT[request.param] = made(tmp_path_factory.mktemp("numbers"), request.param)
    return BUILT[request.param]


@pytest.fixture
def ask(root: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """What a command prints with `--json`."""

    def asked(*words: str) -> dict[str, Any]:
        capsys.readouterr()
        status = main(["-C", str(root), *words, "--json"])
        out, err = capsys.readouterr()
        assert status == 0, err
        return json.loads(out)

    return asked


# -- rank


@pytest.mark.parametrize("who", [None, "amina"])
def test_ranks_values_and_what_open_cells_leave_possible(
    root: Path, ask: Ask, who: str | None
) -> None:
    found = ask("rank", *(["--as", who] if who else []))
    plain = Plain(root, who)
    low, high = plain.low @ plain.share, plain.high @ plain.share
    assert list(found["weights"].values()) == pytest.approx(plain.share.tolist())
    rows = {row["option"]: row for row in found["ranking"]}
    expected = []
    for n, id in enumerate(plain.ids):
        row, others = rows[id], [i for i in range(len(plain.ids)) if i != n]
        best = 1 + sum(low[i] > high[n] + NEAR for i in others)
        worst = 1 + sum(high[i] > low[n] + NEAR for i in others)
        whole = n in plain.whole
        assert (row["rank_best"], row["rank_worst"], row["complete"]) == (best, worst, whole)
        assert row["rank"] == (best if whole else None)
        assert (row["low"], row["high"]) == pytest.approx((low[n], high[n]))
        assert row["value"] == (pytest.approx(low[n]) if whole else None)
        for k, name in enumerate(plain.names):
            adds, said = row["contributions"][name], row["scores"][name]
            if np.isnan(plain.values[n, k]):
                assert adds is said is None
            else:
                assert adds == pytest.approx(plain.share[k] * plain.values[n, k])
                assert said == pytest.approx(plain.scores[n, k])
        expected.append((not whole, best if whole else 0, n))
    assert list(rows) == [plain.ids[n] for _, _, n in sorted(expected)]


# -- robustness


def shares_of_ranks(tables: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(share of draws by option and rank, part of the first place by draw and option).

    `tables`: draws × options × criteria. Ties share the ranks they occupy.
    """
    overall = np.einsum("dok,dk->do", tables, weights)
    above = (overall[:, None, :] > overall[:, :, None] + 1e-7).sum(axis=2)
    equal = (abs(overall[:, None, :] - overall[:, :, None]) <= 1e-7).sum(axis=2)
    count = overall.shape[1]
    part = np.stack([((above <= r) & (r < above + equal)) / equal for r in range(count)], axis=2)
    return part.mean(axis=0), part[:, :, 0]


def simplex(count: int, draws: int = DRAWS) -> np.ndarray:
    return np.random.default_rng(99).dirichlet(np.ones(count), draws)


def kept(plain: Plain, words: tuple[str, ...]) -> np.ndarray:
    """Weights uniform on what `--within` or `--order` leaves, by rejection."""
    found = simplex(len(plain.names), 160_000 if words else DRAWS)
    if words[:1] == ("--within",):
        found = found[(abs(found - plain.share) <= float(words[1]) / 100).all(axis=1)]
    elif words:
        first, second = map(plain.names.index, words[1].split(","))
        found = found[found[:, first] >= found[:, second]]
    return found[:DRAWS]


@pytest.mark.parametrize("words", [(), ("--within", "30"), ("--order", "b,a")])
def test_acceptability_and_central_weights(root: Path, ask: Ask, words: tuple[str, ...]) -> None:
    plain = Plain(root)
    if len(plain.whole) < 2:
        pytest.skip("nothing to compare")
    found = ask("robustness", "--draws", str(DRAWS), *words)
    weights = kept(plain, words)
    tables = np.broadcast_to(
        plain.values[plain.whole], (len(weights), len(plain.whole), len(plain.names))
    )
    ranks, first = shares_of_ranks(tables, weights)
    ids = [plain.ids[n] for n in plain.whole]
    assert sorted(found["options"]) == sorted(ids)
    assert set(found["left_out"]) == set(plain.ids) - set(ids)
    assert set(found["confidence"].values()) == {None}
    off = 4 * np.sqrt(0.25 / DRAWS + 0.25 / len(weights))
    for i, id in enumerate(ids):
        assert found["acceptability"][id] == pytest.approx(ranks[i].tolist(), abs=off)
        central = found["central_weights"][id]
        if ranks[i, 0] > 0.1:
            mean = first[:, i] @ weights / first[:, i].sum()
            assert list(central.values()) == pytest.approx(mean.tolist(), abs=0.05)
        assert (central is None) == (found["acceptability"][id][0] == 0)
    # options that are alike share exactly
    for one, other in itertools.combinations(range(len(ids)), 2):
        if np.array_equal(tables[0, one], tables[0, other]):
            same = [found["acceptability"][ids[n]] for n in (one, other)]
            assert same[0] == same[1]


@pytest.mark.parametrize("kind", ["gaps", "group", "all"])
def test_scores_that_vary(root: Path, ask: Ask, kind: str) -> None:
    plain = Plain(root)
    found = ask("robustness", "--draws", str(DRAWS), "--uncertain", kind)
    luck = np.random.default_rng(7)
    tables = varied(plain, kind, luck)
    weights = simplex(len(plain.names))
    ranks, first = shares_of_ranks(tables, weights)
    assert found["left_out"] == []
    for i, id in enumerate(plain.ids):
        assert found["acceptability"][id] == pytest.approx(ranks[i].tolist(), abs=0.035)
        sure = found["confidence"][id]
        if ranks[i, 0] > 0.1:
            own = np.array(list(found["central_weights"][id].values()))
            mean = first[:, i] @ weights / first[:, i].sum()
            assert own == pytest.approx(mean, abs=0.05)
            overall = varied(plain, kind, luck) @ own
            best = overall >= overall.max(axis=1, keepdims=True) - 1e-7
            assert sure == pytest.approx((best[:, i] / best.sum(axis=1)).mean(), abs=0.04)


def varied(plain: Plain, kind: str, luck: np.random.Generator) -> np.ndarray:
    """Tables as `--uncertain` draws them."""
    if kind == "gaps":
        found = np.repeat(plain.values[None], DRAWS, axis=0)
    else:
        source = plain.tables
        if kind == "group":  # what one person left open is the mean of the others
            source = np.where(np.isnan(source), plain.values, source)
        found = source[luck.integers(len(source), size=DRAWS)]
    for k, name in enumerate(plain.names):
        gap = np.isnan(found[:, :, k])
        size = int(gap.sum())
        scale = plain.scale(name)
        levels = "levels" in plain.criteria[name]
        at = luck.choice(scale, size) if levels else luck.uniform(scale[0], scale[-1], size)
        found[:, :, k][gap] = np.interp(at, *plain.points(name))
    return found


@pytest.mark.parametrize("who", [None, "amina"])
def test_verdict_crossovers_flips_and_dominance(root: Path, ask: Ask, who: str | None) -> None:
    plain = Plain(root, who)
    if len(plain.whole) < 2:
        pytest.skip("nothing to compare")
    found = ask("robustness", "--draws", "100", *(["--as", who] if who else []))
    now = {n: plain.total(n) for n in plain.whole}
    leaders = plain.first(now)
    assert found["dominated"] == dominated(plain)
    if len(leaders) > 1:
        assert (found["verdict"], found["crossovers"], found["flips"]) == ("tie", [], [])
        return
    (leader,) = leaders
    crossings = crossovers(plain, leader)
    said = {(c["criterion"], c["at"] > c["now"]): c for c in found["crossovers"]}
    assert said.keys() == crossings.keys()
    for key, (at, rising) in crossings.items():
        assert said[key]["at"] == pytest.approx(at)
        assert said[key]["now"] == pytest.approx(plain.share[plain.names.index(key[0])])
        assert said[key]["rises"] in {plain.ids[n] for n in rising}
        assert said[key]["falls"] == plain.ids[leader]
    cells = flips(plain, leader, now)
    assert {(f["option"], f["criterion"]) for f in found["flips"]} == cells.keys()
    changes = [cells[f["option"], f["criterion"]][0] for f in found["flips"]]
    assert changes == pytest.approx(sorted(changes))
    for flip in found["flips"]:
        assert flip["needed"] == pytest.approx(cells[flip["option"], flip["criterion"]][1])
    assert found["verdict"] == ("fragile" if fragile(plain, leader) else "robust")


def crossovers(plain: Plain, leader: int) -> dict[tuple[str, bool], tuple[float, set[int]]]:
    """By criterion and side (True: above): the nearest share, and who may rise there."""
    found: dict[tuple[str, bool], tuple[float, set[int]]] = {}
    for k, name in enumerate(plain.names):
        ends = plain.moved(k, 0.0), plain.moved(k, 1.0)
        for n in plain.whole:
            if n == leader:
                continue
            b, a = (end[leader] - end[n] for end in ends)
            if abs(a) <= NEAR or abs(b) <= NEAR or (a > 0) == (b > 0):
                continue
            at = b / (b - a)
            key = (name, bool(at > plain.share[k]))
            nearest, rising = found.get(key, (None, set()))
            if nearest is None or abs(at - plain.share[k]) < abs(nearest - plain.share[k]) - 1e-12:
                found[key] = (at, {n})
            elif abs(at - nearest) <= 1e-12:
                rising.add(n)
    return found


def flips(
    plain: Plain, leader: int, now: dict[int, float]
) -> dict[tuple[str, str], tuple[float, float]]:
    """By cell: the change of value that makes two equal, and the score that does."""
    found = {}
    second = max(total for n, total in now.items() if n != leader)
    for n in plain.whole:
        gap = second - now[leader] if n == leader else now[leader] - now[n]
        for k, name in enumerate(plain.names):
            if plain.share[k] <= 0:
                continue
            target = plain.values[n, k] + gap / plain.share[k]
            if not NEAR < target < 100 - NEAR:
                continue
            x, y = plain.points(name)
            rising = (x, y) if y[0] < y[-1] else (x[::-1], y[::-1])
            needed = float(np.interp(target, rising[1], rising[0]))
            found[plain.ids[n], name] = (abs(gap) / plain.share[k], needed)
    return found


def fragile(plain: Plain, leader: int) -> bool:
    """Tries every weight 5 points away and every neighbouring level."""
    for k, share in enumerate(plain.share):
        for at in (max(0.0, share - 0.05), min(1.0, share + 0.05)):
            if plain.first(plain.moved(k, at)) != {leader}:
                return True
    for n, (k, name) in itertools.product(plain.whole, enumerate(plain.names)):
        scale, at = plain.scale(name), plain.scores[n, k]
        if "levels" in plain.criteria[name]:
            near = [s for s in scale if s < at][-1:] + [s for s in scale if s > at][:1]
        else:
            step = (scale[-1] - scale[0]) / 10
            near = [max(scale[0], at - step), min(scale[-1], at + step)]
        for other in near:
            totals = {i: plain.total(i) for i in plain.whole}
            totals[n] += plain.share[k] * (plain.value(name, other) - plain.values[n, k])
            if plain.first(totals) != {leader}:
                return True
    return False


def dominated(plain: Plain) -> dict[str, list[str]]:
    found = {}
    for n, id in enumerate(plain.ids):
        by = [
            plain.ids[i]
            for i in range(len(plain.ids))
            if i != n
            and (plain.low[i] >= plain.high[n] - NEAR).all()
            and (plain.low[i] > plain.high[n] + NEAR).any()
        ]
        if by:
            found[id] = by
    return found


# -- portfolio


def worths(plain: Plain, share: np.ndarray) -> dict[int, float]:
    base = 0.0
    for n, option in enumerate(plain.options.values()):
        if option.get("reference"):
            base = plain.total(n, share)
    return {
        n: plain.total(n, share) - base
        for n in plain.whole
        if not plain.options[plain.ids[n]].get("reference")
    }


def sets(plain: Plain) -> list[tuple[int, ...]]:
    """All sets of options that keep every rule."""
    can = list(worths(plain, plain.share))
    found = []
    for size in range(len(can) + 1):
        for some in itertools.combinations(can, size):
            picked = [plain.options[plain.ids[n]] for n in some]
            ids = {plain.ids[n] for n in some}
            if (
                all(set(o.get("requires", ())) <= ids for o in picked)
                and not any(set(o.get("excludes", ())) & ids for o in picked)
                and all(used(picked, r) <= most for r, most in plain.rules["budget"].items())
                and sum("trade" in o.get("tags", ()) for o in picked)
                <= plain.rules["at-most"]["trade"]
            ):
                found.append(some)
    return found


def used(picked: list[dict[str, Any]], resource: str) -> float:
    return sum(option.get("resources", {}).get(resource, 0) for option in picked)


def test_no_set_is_better_than_the_portfolio(
    root: Path, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = Plain(root)
    reference = [n for n, o in enumerate(plain.options.values()) if o.get("reference")]
    if not plain.whole or any(n not in plain.whole for n in reference):
        assert main(["-C", str(root), "portfolio"]) == 2
        assert "open cell" in capsys.readouterr().err or not plain.whole
        return
    found = ask("portfolio")
    worth, allowed = worths(plain, plain.share), sets(plain)
    most = max(sum(worth[n] for n in some) for some in allowed)
    chosen = tuple(plain.ids.index(id) for id in found["chosen"])
    assert chosen in allowed
    assert found["value"] == pytest.approx(most)
    assert found["value"] == pytest.approx(sum(worth[n] for n in chosen))
    picked = [plain.options[plain.ids[n]] for n in chosen]
    assert found["used"] == {name: used(picked, name) for name in found["used"]}
    assert set(found["left_out"]) == {
        plain.ids[n] for n in range(len(plain.ids)) if n not in plain.whole
    }
    for miss in found["near_misses"]:
        n = plain.ids.index(miss["option"])
        with_it = max(sum(worth[i] for i in some) for some in allowed if n in some)
        assert miss["loss"] == pytest.approx(most - with_it, abs=1e-6)
    assert set(found["core"]) == {plain.ids[n] for n in worth}
    drawn = simplex(len(plain.names), 2000)
    member = np.zeros((len(allowed), len(plain.ids)), dtype=bool)
    for row, some in enumerate(allowed):
        member[row, list(some)] = True
    overall = drawn @ plain.low.T
    overall -= overall[:, reference] if reference else 0
    totals = overall @ member.T.astype(float)
    best = totals >= totals.max(axis=1, keepdims=True) - 1e-7
    always = (best @ ~member == 0).mean(axis=0)  # in every best set
    ever = (best @ member > 0).mean(axis=0)  # in one of the best sets
    for id, core in found["core"].items():
        n = plain.ids.index(id)
        assert always[n] - 0.15 <= core <= ever[n] + 0.15
