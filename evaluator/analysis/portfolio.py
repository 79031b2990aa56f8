"""The set of options that gives most value under budgets and rules, and how firm it is.

Exact: plain-Python branch and bound, and HiGHS where that finds the case too large. No numpy.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from evaluator.analysis import knapsack
from evaluator.analysis.knapsack import Choice, Limit, bits
from evaluator.analysis.solving import Solver
from evaluator.errors import fail, unknown
from evaluator.model import Number, Option
from evaluator.progress import Progress

DRAWS = 200
_NEAR_MISSES = 5
_CANDIDATES = 16  # options tried as near misses where a trial takes HiGHS
_MORE = 1e-6  # value that counts as more


class Rules(msgspec.Struct, frozen=True):
    """What a set has to keep: budgets by resource, at most so many of a tag, in and out."""

    budget: dict[str, Number] = {}
    at_most: dict[str, int] = {}
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


class NearMiss(msgspec.Struct, frozen=True):
    """An option that is not chosen: what taking it would cost in value, and what it would oust."""

    option: str
    loss: float
    drops: tuple[str, ...]


class Step(msgspec.Struct, frozen=True):
    """The smallest budget of one resource that buys more value, and what it changes.

    `budget` is the whole budget needed (the other budgets as they are), `value` the value it
    reaches, `adds` and `drops` the difference to the set chosen now.
    """

    resource: str
    budget: float
    value: float
    adds: tuple[str, ...]
    drops: tuple[str, ...]


class Portfolio(msgspec.Struct, frozen=True):
    """The best set and what is known around it.

    Attributes:
        budget: by resource, as asked.
        chosen: ids in file order; of equally good sets, one.
        value: Σ worth of the chosen: points of overall value above the reference option's.
        used: by resource, what the chosen use up.
        core: share (0–1) of the weight draws in which an option is in the best set.
        near_misses: what just misses, the smallest loss first.
        next_budget: what a little more of each budget would buy.
        left_out: options with an open cell.
    """

    budget: dict[str, Number]
    chosen: tuple[str, ...]
    value: float
    used: dict[str, float]
    core: dict[str, float]
    near_misses: tuple[NearMiss, ...]
    next_budget: tuple[Step, ...]
    left_out: tuple[str, ...]


def rules(settings: Mapping[str, Any], budget: Mapping[str, Number] | None = None) -> Rules:
    """The rules of a `[portfolio]` table, with budgets given now in place of its own."""
    return Rules(
        budget={**settings.get("budget", {}), **(budget or {})},
        at_most=dict(settings.get("at-most", {})),
        must=tuple(settings.get("must", ())),
        must_not=tuple(settings.get("must-not", ())),
    )


def worths(
    options: Sequence[Option],
    values: Mapping[str, Sequence[float | None]],
    shares: Sequence[float],
) -> dict[str, float]:
    """Overall value of each complete option above the reference option's (above 0 without one).

    Options with an open cell, discounted ones and the reference itself are not in it.

    Raises:
        EvaluatorError: the reference option has an open cell.
    """
    reference = next((o.id for o in options if o.reference and o.counts), None)
    base = _overall(values[reference], shares) if reference is not None else 0.0
    if base is None:
        hint = "Score it on every criterion, or mark none as the reference"
        raise fail(f"the reference option {reference} has an open cell", hint)
    found: dict[str, float] = {}
    for option in options:
        if option.counts and option.id != reference:
            overall = _overall(values[option.id], shares)
            if overall is not None:
                found[option.id] = overall - base
    return found


def _overall(row: Sequence[float | None], shares: Sequence[float]) -> float | None:
    total = 0.0
    for share, value in zip(shares, row, strict=True):
        if value is None:
            return None
        total += share * value
    return total


def best(options: Sequence[Option], worth: Mapping[str, float], rules: Rules) -> list[str]:
    """Ids, in file order, of a set with most worth among those that keep the rules.

    Only options named by `worth` can be chosen; what an option does not name costs 0.

    Raises:
        EvaluatorError: no set keeps the rules; says which of them clash.
    """
    plan = _Plan(options, worth, rules)
    with Solver() as solver:
        return plan.names(plan.solve(solver, worth))


def choose(
    options: Sequence[Option],
    values: Mapping[str, Sequence[float | None]],
    shares: Mapping[str, float],
    rules: Rules,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
) -> Portfolio:
    """The best set, the core index of every option, near misses and the next budget.

    Args:
        options: in file order; discounted ones and the reference are never chosen.
        values: by option, one value 0–100 per criterion, None where open.
        shares: by criterion, in the order of the columns of `values`, summing to 1.
        rules: budgets and the rest.
        draws: weights (uniform on the simplex) behind the core index, see Liesiö, Mild & Salo
            2007; here the share of drawn weights with which an option is in the best set.
        seed: of the draws.
        progress: told the steps done; answering False stops with `Cancelled`.

    Raises:
        EvaluatorError: no option is complete, the reference is not, or no set keeps the rules;
            says which of them clash.
    """
    in_force = tuple(shares.values())
    worth = worths(options, values, in_force)
    left_out = tuple(o.id for o in options if o.counts and not o.reference and o.id not in worth)
    if not worth:
        raise fail("no option is complete", "Score at least one on every criterion")
    plan = _Plan(options, worth, rules)
    with Solver(progress, draws + 1) as solver:
        chosen = plan.solve(solver, worth)
        solver.done()
        around = _Around(plan, solver, worth, chosen)
        misses, steps = around.near_misses(), around.next_budget()
        core = _core(plan, solver, values, count=len(in_force), draws=draws, seed=seed)
    return Portfolio(
        budget=dict(rules.budget),
        chosen=tuple(plan.names(chosen)),
        value=plan.choice(worth).gain(chosen),
        used=plan.used(chosen),
        core=core,
        near_misses=misses,
        next_budget=steps,
        left_out=left_out,
    )


def core_index(
    options: Sequence[Option],
    values: Mapping[str, Sequence[float | None]],
    rules: Rules,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    progress: Progress | None = None,
) -> dict[str, float]:
    """By option the share of drawn weights with which it is in the best set, as `choose` gives it.

    For a screen that shows the best set before this is known.
    """
    count = len(next(iter(values.values())))
    worth = worths(options, values, [1 / count] * count)
    plan = _Plan(options, worth, rules)
    with Solver(progress, draws) as solver:
        return _core(plan, solver, values, count=count, draws=draws, seed=seed)


def _core(
    plan: _Plan,
    solver: Solver,
    values: Mapping[str, Sequence[float | None]],
    *,
    count: int,
    draws: int,
    seed: int,
) -> dict[str, float]:
    options = tuple(plan.options.values())
    drawn = [worths(options, values, weights) for weights in _drawn(count, draws, seed)]
    core = dict.fromkeys((item.id for item in plan.items), 0)
    masks = solver.all([plan.choice(worth) for worth in drawn])
    for worth, mask in zip(drawn, masks, strict=True):
        for id in plan.names(plan.trimmed(mask, worth)):
            core[id] += 1
    return {id: times / draws if draws else 0.0 for id, times in core.items()}


def _drawn(count: int, draws: int, seed: int) -> Iterable[tuple[float, ...]]:
    """Weights uniform on the simplex: normalised exponentials."""
    source = random.Random(seed)  # noqa: S311 - a simulation, not a secret
    for _ in range(draws):
        drawn = [source.expovariate(1) for _ in range(count)]
        total = sum(drawn)
        yield tuple(weight / total for weight in drawn)


class _Plan:
    """The options that can be chosen, as items of a `Choice`."""

    def __init__(self, options: Sequence[Option], worth: Mapping[str, float], rules: Rules) -> None:
        self.options = {option.id: option for option in options}
        self.items = [o for o in options if o.id in worth and o.counts and not o.reference]
        self.place = {option.id: item for item, option in enumerate(self.items)}
        self.rules = rules
        self._check_names()
        self.needs = knapsack.closure([self._mask(option.requires) for option in self.items])
        self.clashes = self._clashes()
        self.limits = self._limits()
        self.inside = self._mask(rules.must)
        self.outside = self._mask(rules.must_not) | self._impossible()

    def choice(self, worth: Mapping[str, float]) -> Choice:
        """The items with what they are worth."""
        gains = tuple(worth[option.id] for option in self.items)
        return Choice(
            gains, tuple(self.limits.values()), self.needs, self.clashes, self.inside, self.outside
        )

    def solve(self, solver: Solver, worth: Mapping[str, float]) -> int:
        """The mask of a best set.

        Raises:
            EvaluatorError: no set keeps the rules.
        """
        found = solver.best(self.choice(worth))
        if found is None:
            self._explain()
            named = ", ".join(self._clashing(solver, worth))
            what = f"no set of options keeps these together: {named}"
            raise fail(what, "Raise a budget, or take one of them away")
        return self.trimmed(found, worth)

    def names(self, mask: int) -> list[str]:
        """The ids of a set, in file order."""
        return [self.items[item].id for item in bits(mask)]

    def used(self, mask: int) -> dict[str, float]:
        """What a set uses up, by resource: those with a budget, and those it touches."""
        found: dict[str, float] = dict.fromkeys(self.rules.budget, 0)
        for item in bits(mask):
            for name, amount in self.items[item].resources.items():
                found[name] = found.get(name, 0) + amount
        return found

    def _mask(self, ids: Iterable[str]) -> int:
        mask = 0
        for id in ids:
            if id in self.place:
                mask |= 1 << self.place[id]
        return mask

    def _check_names(self) -> None:
        for id in (*self.rules.must, *self.rules.must_not):
            if id not in self.options:
                raise unknown("option", id, self.options)
        for id in self.rules.must:
            if id not in self.place:
                raise fail(f"must asks for {id}, which {self._why_not(id)}", "Take it out of must")

    def _clashes(self) -> tuple[int, ...]:
        found = [self._mask(option.excludes) for option in self.items]
        for item, mask in enumerate(tuple(found)):
            for other in bits(mask):
                found[other] |= 1 << item
        return tuple(found)

    def _limits(self) -> dict[tuple[str, str], Limit]:
        found: dict[tuple[str, str], Limit] = {}
        for name, budget in self.rules.budget.items():
            uses = tuple(float(option.resources.get(name, 0)) for option in self.items)
            found["budget", name] = Limit(uses, float(budget))
        for tag, most in self.rules.at_most.items():
            tagged = tuple(float(tag in option.tags) for option in self.items)
            found["at-most", tag] = Limit(tagged, float(most))
        return found

    def _impossible(self) -> int:
        """Items that need an option which can't be chosen."""
        lost = [o for o in self.items if any(id not in self.place for id in o.requires)]
        return self._mask(option.id for option in lost)

    def trimmed(self, chosen: int, worth: Mapping[str, float]) -> int:
        """The set without what gives nothing, is not asked for and is needed by nothing in it."""
        needed = 0
        for item in bits(chosen):
            relieves = any(limit.uses[item] < 0 for limit in self.limits.values())
            asked = relieves or self.inside >> item & 1
            if asked or abs(worth[self.items[item].id]) > knapsack.TIGHT:
                needed |= self.needs[item]
        return needed

    def _explain(self) -> None:
        """Raises the error that names the rules which clash, if two of them do."""
        for id in self.rules.must:
            self._explain_needs(id)
        drawn = 0
        for item in bits(self.inside):
            drawn |= self.needs[item]
        for item in bits(drawn):
            for other in bits(self.clashes[item] & drawn):
                pair = f"{self.items[item].id} and {self.items[other].id}"
                what = f"must brings in {pair}, which exclude each other"
                raise fail(what, "Take one of them out, or what requires it")
        for (kind, name), limit in self.limits.items():
            least = sum(use for item, use in enumerate(limit.uses) if drawn >> item & 1 or use < 0)
            if least > limit.most:
                raise _over(kind, name, least, limit.capacity)

    def _clashing(self, solver: Solver, worth: Mapping[str, float]) -> list[str]:
        """The fewest rules, beside what options require and exclude, that can't all be kept.

        Each is taken away in turn, and stays away where the others clash without it.
        """
        kept: list[tuple[str, str]] = [("budget", name) for name in self.rules.budget]
        kept += [("at-most", tag) for tag in self.rules.at_most]
        kept += [("must", id) for id in self.rules.must]
        kept += [("must-not", id) for id in self.rules.must_not]
        for rule in tuple(kept):
            fewer = [other for other in kept if other != rule]
            plan = _Plan(tuple(self.options.values()), worth, self._only(fewer))
            if solver.best(plan.choice(worth)) is None:
                kept = fewer
        return [f"{kind} {name}" for kind, name in kept]

    def _only(self, kept: Iterable[tuple[str, str]]) -> Rules:
        """These of the rules."""
        wanted = set(kept)
        return Rules(
            budget={n: most for n, most in self.rules.budget.items() if ("budget", n) in wanted},
            at_most={t: most for t, most in self.rules.at_most.items() if ("at-most", t) in wanted},
            must=tuple(id for id in self.rules.must if ("must", id) in wanted),
            must_not=tuple(id for id in self.rules.must_not if ("must-not", id) in wanted),
        )

    def _explain_needs(self, id: str) -> None:
        ruled_out = set(self.rules.must_not)
        seen, todo = {id}, [id]
        while todo:
            current = todo.pop()
            through = "" if current == id else f", needed by {id}"
            if current in ruled_out:
                what = f"must and must-not both name {current}"
                if through:
                    what = f"must-not rules out {current}{through}, which must asks for"
                raise fail(what, "Take it out of one of the two")
            if current not in self.place:
                what = (
                    f"must asks for {id}, which needs {current}, and that {self._why_not(current)}"
                )
                raise fail(what, f"Take {id} out of must")
            fresh = set(self.options[current].requires) - seen
            seen |= fresh
            todo += sorted(fresh)

    def _why_not(self, id: str) -> str:
        option = self.options.get(id)
        if option is None:
            return "is not known"
        if not option.counts:
            return "is discounted"
        return "is the reference" if option.reference else "has an open cell"


def _over(kind: str, name: str, least: float, most: float) -> Exception:
    if most < 0 and least <= 0:
        said = f"the budget of {name}" if kind == "budget" else f"at-most for {name}"
        return fail(f"{said} is {most:g}, so not even the empty set keeps it", "Give 0 or more")
    if kind == "budget":
        what = f"must uses {least:g} {name} with all it requires, and the budget is {most:g}"
        return fail(what, f"Raise the budget of {name}, or take an option out of must")
    what = f"must brings in {least:g} options tagged {name}, and at most {most:g} may be chosen"
    return fail(what, f"Raise at-most for {name}, or take an option out of must")


class _Around:
    """What lies next to a best set."""

    def __init__(
        self, plan: _Plan, solver: Solver, worth: Mapping[str, float], chosen: int
    ) -> None:
        self.plan, self.solver, self.chosen = plan, solver, chosen
        self.choice = plan.choice(worth)
        self.value = self.choice.gain(chosen)

    def near_misses(self) -> tuple[NearMiss, ...]:
        """The options left out whose choice would cost least value.

        Tried in the order of what they may at best still lead to, and no longer than one could
        come closer than those found; where a trial takes HiGHS, the first sixteen at most.
        """
        found: list[NearMiss] = []
        for bound, item in self._candidates():
            full = len(found) >= _NEAR_MISSES
            if full and self.value - bound > found[_NEAR_MISSES - 1].loss:
                break
            self.solver.waiting()
            other = self.solver.best(self.choice.forced(into=1 << item))
            if other is not None:
                loss = max(0.0, self.value - self.choice.gain(other))
                drops = tuple(self.plan.names(self.chosen & ~other))
                found.append(NearMiss(self.plan.items[item].id, loss, drops))
                found.sort(key=lambda miss: miss.loss)
        return tuple(found[:_NEAR_MISSES])

    def _candidates(self) -> list[tuple[float, int]]:
        """(what a set with it could gain at most, item), the most first."""
        closed = self.chosen | self.choice.outside
        items = [i for i in range(len(self.choice.gains)) if not closed >> i & 1]
        found = [(knapsack.bound(self.choice.forced(into=1 << i)), i) for i in items]
        found.sort(key=lambda pair: (-pair[0], pair[1]))
        return found[:_CANDIDATES] if self.solver.slow else found

    def next_budget(self) -> tuple[Step, ...]:
        """For each budget the least of it with which a better set is in reach."""
        found = [self._next(name) for name in self.plan.rules.budget]
        return tuple(step_ for step_ in found if step_ is not None)

    def _next(self, name: str) -> Step | None:
        self.solver.waiting()
        others = [limit for key, limit in self.plan.limits.items() if key != ("budget", name)]
        uses = self.plan.limits["budget", name].uses
        target = self.value + max(_MORE, _MORE * abs(self.value))
        better = Limit(tuple(-gain for gain in self.choice.gains), -target)
        cheapest = msgspec.structs.replace(
            self.choice, gains=tuple(-use for use in uses), limits=(better, *others)
        )
        found = self.solver.best(cheapest)
        if found is None:
            return None
        budget = sum(uses[item] for item in bits(found))
        widened = msgspec.structs.replace(self.choice, limits=(Limit(uses, budget), *others))
        richest = self.solver.best(widened)
        assert richest is not None
        return Step(
            resource=name,
            budget=budget,
            value=self.choice.gain(richest),
            adds=tuple(self.plan.names(richest & ~self.chosen)),
            drops=tuple(self.plan.names(self.chosen & ~richest)),
        )
