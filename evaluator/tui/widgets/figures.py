"""What a group's scores come to, in lines: each figure with its n and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from evaluator.display import rounded
from evaluator.tui import words
from evaluator.tui.text import figure, fit, plain, width, wrap
from evaluator.tui.widgets import bars
from evaluator.tui.widgets.topics import Count, counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluator.analysis.agreement import Icc
    from evaluator.rounds import Change
    from evaluator.tui.agreeing import Answer, Place
    from evaluator.tui.theme import Paint
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.workshop import Workshop

_TITLE: Final = 17
_MEANS: Final = "half: width of the middle half of the scores · sd: standard deviation"
_RAM: Final = (
    " · ≠ people disagree: IPR, from the 30th to the 70th percentile on nine points, is over "
    "IPRAS = {constant} + 1.5 × asymmetry"
)
_BY_CRITERION: Final = (
    "alpha (Krippendorff): 1 all gave the same scores, 0 as chance would; n: scores that can be "
    "paired · ICC (Shrout and Fleiss 2,1 and 2,k): which part of the variance of scores lies "
    "between options, for one person and for the mean of all who left no gap"
)
_W: Final = "W: how alike the orders by overall value are, 0 not at all, 1 fully; ties share ranks"


# -- the scores of one option


def scores(answer: Answer, option: str, cells: int, paint: Paint) -> list[Parts]:
    """How often each score was given on each criterion, with middle, spread and disagreement."""
    asked = answer.question
    lines: list[Parts] = []
    labels: list[str] = []
    for id, criterion in asked.criteria.items():
        given = [ballot.score(option, id) for ballot in asked.ballots.values()]
        found = counted(criterion, [s for s in given if isinstance(s, int | float)])
        here, size = [each.label for each in found], max(4, *(width(c.label) + 2 for c in found))
        tail, rest = _figures(answer, (option, id))
        fits = 1 + _TITLE + size * len(found) + width(tail) <= cells
        if here != labels:
            caption = fit("" if lines else "SCORES GIVEN", _TITLE)
            row = "".join(fit(f"{label} ", size, "right") for label in here)
            heads = _heads(bool(answer.rated)) if fits and not lines else ""
            lines.append([(" " + caption + row + heads, paint.head)])
            labels = here
        lines.append(
            [
                (" " + fit(criterion.title, _TITLE), paint.base),
                (_bars(found, size), paint.bar),
                (tail if fits else "", paint.base),
            ]
        )
        if not fits:
            lines.append([(" " * (_TITLE + 1) + fit(rest, cells - _TITLE - 2), paint.base)])
    return [*lines, *_wrapped(_legend(answer), cells, paint)]


def _bars(found: Sequence[Count], size: int) -> str:
    """Each count with a block that is as high as its share of the largest."""
    blocks = bars.histogram([each.number for each in found]) or " " * len(found)
    return "".join(
        fit(f"{each.number or '·'}{block}", size, "right")
        for each, block in zip(found, blocks, strict=True)
    )


def _heads(rated: bool) -> str:
    return "  n median  mean  half    sd" + ("   IPR IPRAS" if rated else "")


def _figures(answer: Answer, place: Place) -> tuple[str, str]:
    """A cell's figures as columns, and in words."""
    cell = answer.cells[place]
    pairs = (("median", 7, cell.median), ("mean", 6, cell.mean), ("half", 6, cell.iqr))
    told = [*pairs, ("sd", 6, cell.sd)]
    if answer.rated:
        rated = answer.rated[place]
        ends = (rated.ipr, rated.ipras) if rated is not None else (None, None)
        told += [("IPR", 6, ends[0]), ("IPRAS", 6, ends[1])]
    row = fit(str(cell.n), 3, "right") + "".join(fit(_short(x), w, "right") for _, w, x in told)
    said = ", ".join([f"n = {cell.n}", *(f"{name} {_short(x)}" for name, _, x in told)])
    mark = " ≠" if cell.disagreement else "  "
    return row + mark, said + mark


def _short(number: float | None) -> str:
    return "–" if number is None else figure(float(rounded(number, 2)))


def _legend(answer: Answer) -> str:
    rule = answer.question.consensus
    if rule.rule == "ram":
        return _MEANS + _RAM.format(constant=figure(float(rule.constant)))
    from evaluator.writers.story import consensus_words

    return f"{_MEANS} · ≠ not {consensus_words(rule)}"


# -- agreement


def agreement(answer: Answer, workshop: Workshop, cells: int, paint: Paint) -> list[Parts]:
    """How far people agree, by round and by criterion; what changed; their orders as votes."""
    from evaluator import rounds

    lines: list[Parts] = [[(" AGREEMENT", paint.head)]]
    for number, found in answer.agreements.items():
        lines += _wrapped(f"Round {number}: {rounds.words(found)}", cells, paint, base=True)
    lines += _wrapped(_W, cells, paint)
    told = [*_changes(answer, workshop), *_votes(answer, workshop)]
    lines += [line for text in told for line in _wrapped(text, cells, paint, base=True)]
    return [*lines, *_by_criterion(answer, cells, paint)]


def _changes(answer: Answer, workshop: Workshop) -> Iterator[str]:
    """What changed since the round before; nobody is named."""
    found: Change | None = answer.question.change
    if found is None:
        return
    both = found.movers + found.stayers
    yield (
        f"From round {found.earlier} to {found.later}: {found.movers} of {both} who answered both "
        f"changed {words.count(found.cells, 'score')}, {found.closer} towards the earlier median; "
        f"{found.dropped} did not answer again."
    )
    numbers = {option.id: n for n, option in enumerate(workshop.options, 1)}
    shifts = [
        f"#{numbers[shift.option]} {shift.before or '–'} → {shift.after or '–'}"
        for shift in found.shifts
        if shift.option in numbers
    ]
    yield f"Ranks: {', '.join(shifts)}." if shifts else "No rank changed."


def _votes(answer: Answer, workshop: Workshop) -> Iterator[str]:
    votes, options = answer.votes, answer.question.options
    if votes is None:
        return
    titles = {id: plain(workshop.option(id).title) for id in options}
    most = max(votes.points)
    first = [titles[id] for id, n in zip(options, votes.points, strict=True) if n == most]
    won = "No option wins against every other one (Condorcet)."
    if votes.condorcet is not None:
        won = f"{titles[options[votes.condorcet]]} wins against every other one (Condorcet)."
    yield (
        f"As votes, n = {votes.n}: most points by Borda's count for {words.listed(first)}, "
        f"{figure(most)} of {votes.n * (len(options) - 1)}. {won}"
    )


def _by_criterion(answer: Answer, cells: int, paint: Paint) -> list[Parts]:
    lines: list[Parts] = [
        [(fit(" BY CRITERION", _TITLE + 1) + " alpha    n   ICC  mean people", paint.head)]
    ]
    for id, criterion in answer.question.criteria.items():
        alpha = answer.group.krippendorff_alpha[id]
        row = f"{_two(alpha)}{answer.paired[id]:5}{_icc(answer.reliability[id])}"
        lines.append([(" " + fit(criterion.title, _TITLE) + row, paint.base)])
    return [*lines, *_wrapped(_BY_CRITERION, cells, paint)]


def _icc(found: Icc | None) -> str:
    if found is None:
        return _two(None) + _two(None)
    return f"{_two(found.icc2)}{_two(found.icc2k)}{found.judges:7}"


def _two(number: float | None) -> str:
    return "     –" if number is None else f"{rounded(number, 2):>6}"


def _wrapped(text: str, cells: int, paint: Paint, *, base: bool = False) -> list[Parts]:
    style = paint.base if base else paint.muted
    return [[(" " + line, style)] for line in wrap(text, cells - 2)]
