"""What the Portfolio view asks of the analysis, and what it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from evaluator.analysis.portfolio import Portfolio
    from evaluator.model import Criterion, Option
    from evaluator.progress import Progress


class Question(msgspec.Struct, frozen=True):
    """What is asked of the analysis."""

    options: tuple[Option, ...]
    criteria: dict[str, Criterion]
    values: dict[str, tuple[float | None, ...]]
    shares: dict[str, float]
    settings: dict[str, Any]


class Answer(msgspec.Struct, frozen=True):
    """The best set, what every complete option is worth, and what there is to say beside.

    Attributes:
        core: share (0–1) of weightings in which an option is in the best set; empty until known.
        efficient: by resource the options that give most for what they use, the cheapest first.
        warnings: what is odd about the budgets.
    """

    question: Question
    best: Portfolio
    worth: dict[str, float]
    efficient: dict[str, list[str]]
    warnings: list[str]
    core: dict[str, float] = {}


def analyse(question: Question, progress: Progress) -> Answer:
    """Runs in a thread: everything the view shows but the core index."""
    from evaluator import results
    from evaluator.analysis import portfolio

    options, values, shares = question.options, question.values, question.shares
    rules = portfolio.rules(question.settings)
    best = portfolio.choose(options, values, shares, rules, draws=0, progress=progress)
    worth = portfolio.worths(options, values, list(shares.values()))
    warnings = results.portfolio_warnings(options, question.criteria, values, shares, rules.budget)
    return Answer(question, best, worth, results.efficient(options, worth), warnings)


def with_core(answer: Answer, progress: Progress) -> Answer:
    """Runs in a thread: the answer with its core index."""
    from evaluator.analysis import portfolio

    asked = answer.question
    rules = portfolio.rules(asked.settings)
    core = portfolio.core_index(asked.options, asked.values, rules, progress=progress)
    return msgspec.structs.replace(answer, core=core)
