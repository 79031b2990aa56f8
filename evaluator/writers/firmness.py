"""What the analyses found, in sentences that exports and the command line share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from evaluator.model import Criterion, Option
from evaluator.writers.text import number, percent, short

_FLIPS: Final = 5  # single scores that are told
VERDICTS: Final[Mapping[str, str]] = {
    "tie": "Tie: first place is shared.",
    "fragile": "Fragile: 5 points of one weight, or one level of one score, move first place.",
    "robust": "Robust: no 5 points of one weight, no level of one score, move first place.",
}
_SPREADS: Final = {
    "gaps": "open cells vary over their levels or scale",
    "group": "one ballot is drawn at random for each set of weights",
    "all": "one ballot is drawn for each set of weights, and its open cells vary",
}


def asked_for(found: Mapping[str, Any], criteria: Mapping[str, Criterion]) -> list[str]:
    """What weights had to keep and which scores varied, a line each; empty where all was free."""
    titles = {id: criterion.title for id, criterion in criteria.items()}
    said = []
    if found.get("within") is not None:
        said.append(f"weights within {short(found['within'])} points of those in force")
    if found.get("order"):
        said.append("weights in order: " + " ≥ ".join(titles[id] for id in found["order"]))
    for id, (low, high) in found.get("between", {}).items():
        said.append(f"{titles[id]} between {short(low)} % and {short(high)} %")
    if found.get("uncertain"):
        said.append(f"scores vary: {_SPREADS[found['uncertain']]}")
    return said


def crossings(
    found: Mapping[str, Any], criteria: Mapping[str, Criterion], titles: Mapping[str, str]
) -> Iterator[str]:
    """For each crossover of the leader a line."""
    for crossing in (*found["crossovers"], *found.get("together", ())):
        name = " + ".join(criteria[id].title for id in crossing["criterion"].split("+"))
        at, now = percent(crossing["at"]), percent(crossing["now"])
        yield f"{name} at {at} (now {now}): {titles[crossing['rises']]} draws level and passes"


def flips(
    found: Mapping[str, Any], criteria: Mapping[str, Criterion], titles: Mapping[str, str]
) -> Iterator[str]:
    """For each of the nearest single scores that would change the first place a line."""
    for flip in found["flips"][:_FLIPS]:
        name, rises = titles[flip["option"]], titles[flip["rises"]]
        way = "above" if flip["needed"] > flip["score"] else "below"
        now = short(flip["score"])
        cell = f"{name}, {criteria[flip['criterion']].title} {way} {short(flip['needed'])}"
        yield f"{cell} (now {now}): {rises} is first"


def dominated(found: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """For each dominated option a line that says by whom."""
    for id, by in found["dominated"].items():
        names = ", ".join(titles[other] for other in by[:3])
        more = f" and {len(by) - 3} more" if len(by) > 3 else ""
        yield f"{titles[id]}, by {names}{more}"


def baseline(found: Mapping[str, Any], options: Mapping[str, Option]) -> str:
    """What worth is measured from."""
    if found.get("baseline") is None:
        return "Worth is overall value above 0: no option is marked as the reference."
    title = options[found["baseline"]].title
    return f"Worth is overall value above that of the reference: {title}."


def beside(found: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[str]:
    """What just misses the best set, what a little more budget buys, what gives most for its use.

    A line each.
    """
    for miss in found["near_misses"]:
        drops = ", ".join(titles[id] for id in miss["drops"])
        instead = f", and {drops} would go" if drops else ""
        yield f"Just out: {titles[miss['option']]}; it would cost {number(miss['loss'])}{instead}"
    for step in found["next_budget"]:
        adds = ", ".join(titles[id] for id in step["adds"])
        budget = f"With {step['resource']} {short(step['budget'])}"
        yield f"{budget} the worth is {number(step['value'])}: {adds} would come in"
    for name, ids in found["efficient"].items():
        listed = ", ".join(titles[id] for id in ids)
        yield f"Most worth for its {name}, the cheapest first: {listed}"
