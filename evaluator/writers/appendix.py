"""The methods appendix of a workshop's report, filled in from what the session holds.

Its order is that of the ACCORD reporting guideline for consensus methods (Gattrell et al. 2024,
PLOS Medicine 21(1)). What only people know stands in `[about]` of session.toml.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from evaluator.api import Report
from evaluator.model import STATUSES
from evaluator.writers.story import (
    LABELS,
    Block,
    Grid,
    Heading,
    Text,
    better,
    consensus_words,
)
from evaluator.writers.text import day, percent, short, stamp

#: Key in `[about]` → what it answers, for the app's form and for the appendix.
ABOUT: Final = {
    "sponsor": "Sponsor and conflicts of interest",
    "choice-of-panel": "Who chose the panel, and how",
    "mode": "Where and how the rounds were held",
    "information": "Information given beforehand",
    "elicitation": "How weights were asked for",
    "deviations": "Deviations from the plan",
    "limits": "Limits",
}
_UNSAID: Final = "Not recorded."


def appendix(report: Report) -> Iterator[Block]:
    """The appendix: one line an item, then the figures of every cell."""
    yield Heading(2, "Appendix: methods")
    yield Grid(("Item", "As recorded"), tuple(_items(report)))
    yield from _cells(report)


def _items(report: Report) -> Iterator[tuple[str, str]]:
    session = report.session
    yield "Purpose and question", session.question or session.title
    yield ABOUT["sponsor"], _sponsor(report)
    yield ABOUT["choice-of-panel"], _about(report, "choice-of-panel")
    yield "Panel", _panel(report)
    yield "Rounds and dates", _rounds(report)
    yield ABOUT["mode"], _about(report, "mode")
    yield ABOUT["information"], _about(report, "information")
    yield "Options and where they come from", _options(report)
    yield "Criteria", _criteria(report)
    yield "Weights", _weights(report)
    yield ABOUT["elicitation"], _about(report, "elicitation")
    yield "Scale", "Scores on each criterion's own scale, mapped to values 0–100, 100 best"
    yield "Anonymity", _anonymity(report)
    yield "Feedback between rounds", _feedback(report)
    yield "Consensus rule", f"{consensus_words(session.consensus)}; fixed when round 1 opened"
    yield "Answers, abstentions, drop-outs", _answers(report)
    yield "Dissent", _dissent(report)
    yield "Sensitivity", report.robustness or "Not computed."
    yield "Software", _software(report)
    yield "Digest of the session", report.digest or _UNSAID
    yield ABOUT["deviations"], _about(report, "deviations")
    yield ABOUT["limits"], _about(report, "limits")


def _about(report: Report, key: str) -> str:
    return report.session.about.get(key, "") or _UNSAID


def _sponsor(report: Report) -> str:
    people = report.session.participants.values()
    declared = sum(bool(person.interest) for person in people)
    said = f"{declared} of {len(people)} people declared an interest."
    return f"{_about(report, 'sponsor').rstrip('.')}. {said}"


def _panel(report: Report) -> str:
    people = list(report.session.participants.values())
    facilitators = sum(person.role == "facilitator" for person in people)
    fields = sorted({person.expertise for person in people if person.expertise})
    if report.session.anonymous:
        fields = []  # of few people it tells who they are
    said = f"{len(people)} people, {facilitators} of them facilitators"
    return f"{said}; expertise: {', '.join(fields)}" if fields else said


def _rounds(report: Report) -> str:
    rounds = report.session.rounds
    spans = [
        f"round {n}: {stamp(found.opened)} to {stamp(found.closed) or 'still open'}"
        for n, found in rounds.items()
    ]
    return f"{len(rounds)}; {'; '.join(spans)}"


def _options(report: Report) -> str:
    found: dict[str, Any] = (report.packed or {}).get("options", {})
    parts = [
        str(found[key]) for key in ("title", "author", "publisher", "published") if key in found
    ]
    source = ", ".join(part for part in parts if part) or "source not recorded"
    counts = [
        f"{n} {status}"
        for status in STATUSES
        if (n := sum(option.status == status for option in report.options))
    ]
    said = f"{len(report.options)} options ({', '.join(counts)}) from: {source}"
    return f"{said}; SHA-256 of the source {found['sha256']}" if found.get("sha256") else said


def _criteria(report: Report) -> str:
    return ", ".join(f"{c.title} ({better(c)})" for c in report.session.criteria.values())


def _weights(report: Report) -> str:
    session = report.session
    shares = ", ".join(
        f"{c.title} {percent(report.ranking.shares[id])}" for id, c in session.criteria.items()
    )
    own = sum(bool(ballot.weights) for ballot in report.ballots.values())
    return f"{shares}; {own} of {len(report.ballots)} people gave weights of their own"


def _anonymity(report: Report) -> str:
    session = report.session
    hidden = (
        "scores hidden from other panellists until each round was revealed"
        if session.blind
        else "scores open to all"
    )
    coded = "codes instead of names in this report" if session.anonymous else "people are named"
    few = "; with so few people answers can be guessed" if len(session.participants) < 4 else ""
    return f"{hidden}; the facilitator sees all; {coded}{few}"


def _feedback(report: Report) -> str:
    if len(report.session.rounds) < 2:
        return "One round only."
    return (
        "Each person's own scores, the spread of all scores of an option and cell, and the notes; "
        "the next round started from one's own scores"
    )


def _answers(report: Report) -> str:
    told = report.analyses.get("rounds", {})
    said = [
        f"round {row['round']}: {row['ballots']} of {row['invited']} ballots, "
        f"{row['ranked']} without gaps, {row['abstained']} cells abstained"
        for row in told.get("agreement", [])
    ]
    dropped = sum(row["dropped"] for row in told.get("changes", []))
    return f"{'; '.join(said)}; dropped out between rounds: {dropped}" if said else _UNSAID


def _dissent(report: Report) -> str:
    on_options = sum(len(ballot.dissent) for ballot in report.ballots.values())
    return f"{on_options} on options, {len(report.session.dissent)} minority statements"


def _software(report: Report) -> str:
    made = report.session.made_by or "by hand"
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items())
    return f"{versions}; session {report.session.id} made {day(report.session.created)}, {made}"


def _cells(report: Report) -> Iterator[Block]:
    group = report.analyses.get("group")
    if group is None:
        return
    titles = {option.id: option.title for option in report.options}
    criteria = report.session.criteria
    yield Heading(3, "Every cell")
    yield Text("Median, interquartile range, standard deviation and number of the scores given.")
    yield Grid(
        ("Option", "Criterion", "Median", "IQR", "SD", "n", "Label"),
        tuple(
            (
                titles[cell["option"]],
                criteria[cell["criterion"]].title,
                *(short(cell[name]) for name in ("median", "iqr", "sd")),
                str(cell["n"]),
                LABELS[cell["disagreement"]],
            )
            for cell in group["cells"]
        ),
        frozenset({2, 3, 4, 5}),
    )
