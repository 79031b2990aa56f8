"""The report of a workshop: what was asked, who judged how, what came out, and who dissents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from evaluator.api import Report
from evaluator.model import ABSTAIN, Mark
from evaluator.progress import Progress
from evaluator.writers import html, markdown
from evaluator.writers.appendix import appendix
from evaluator.writers.people import names
from evaluator.writers.story import (
    LABELS,
    Block,
    Grid,
    Heading,
    Items,
    Text,
    consensus_words,
    dissent,
    group_cell,
    in_turn,
    not_compared,
    of_the_additive,
    opening,
    results,
    scales,
)
from evaluator.writers.text import moment, number, percent, short

_TOPICS: Final = 12  # contested cells that are told with their arguments
_NONE: Final = "None was recorded."
_FIGURES: Final = frozenset(range(1, 5))


def write_markdown(report: Report, progress: Progress | None = None) -> bytes:
    """The report as Markdown."""
    return markdown.page(blocks(report), progress)


def write_html(report: Report, progress: Progress | None = None) -> bytes:
    """The report as one page: no script, nothing loaded, all text escaped, made to be printed."""
    return html.page(report.session.title, blocks(report), progress)


def blocks(report: Report) -> Iterator[Block]:
    """Every block of the report, in order."""
    return in_turn(
        report, opening, _panel, _rounds, scales, results, _agreement, _contested, _between,
        _otherwise, _abstentions, _dissent, _sensitivity, appendix,
    )  # fmt: skip


def _panel(report: Report) -> Iterator[Block]:
    session, people = report.session, names(report.session)
    yield Heading(2, "Panel")
    if session.anonymous:
        yield Text("The people who took part are named by codes.")
    head = ["Name", "Role"]
    known = {"organisation": "Organisation", "expertise": "Expertise", "interest": "Interest"}
    said = [
        name
        for name in known
        if not session.anonymous and any(getattr(p, name) for p in session.participants.values())
    ]
    weighted = any(person.weight != 1 for person in session.participants.values())
    rows = []
    for key, person in session.participants.items():
        row = [people[key], person.role, *(getattr(person, name) for name in said)]
        row += [short(person.weight)] * weighted
        rows.append((*row, "yes" if key in report.ballots else "no"))
    head += [*(known[name] for name in said), *["Weight"] * weighted]
    head.append(f"Ballot in round {report.round}")
    yield Grid(tuple(head), tuple(rows))


def _rounds(report: Report) -> Iterator[Block]:
    session = report.session
    yield Heading(2, "Method and rounds")
    hidden = (
        "hidden from the others until the round was revealed" if session.blind else "not hidden"
    )
    yield Items(
        (
            f"Ranking: {report.ranking.method}. The group's cell is the {group_cell(report)}.",
            f"Scores were {hidden}.",
            f"Rule of consensus, fixed before round 1: {consensus_words(session.consensus)}.",
        )
    )
    told = {row["round"]: row for row in _of(report, "agreement")}
    rows = []
    for place, round_ in session.rounds.items():
        found = told.get(place)
        times = (moment(round_.opened), moment(round_.closed), moment(round_.revealed))
        rows.append((str(place), *times, *_response(found)))
    head = ("Round", "Opened, UTC", "Closed", "Revealed", "Ballots", "Response", "Abstentions")
    yield Grid(head, tuple(rows), frozenset({4, 5, 6}))


def _response(found: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if found is None:
        return "–", "–", "–"
    share = percent(found["ballots"] / found["invited"]) if found["invited"] else "–"
    return f"{found['ballots']} of {found['invited']}", share, str(found["abstained"])


def _of(report: Report, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = report.analyses.get("rounds", {}).get(name, [])
    return found


def _agreement(report: Report) -> Iterator[Block]:
    told = _of(report, "agreement")
    if not told:
        return
    yield Heading(2, "Agreement")
    yield Text(
        "Kendall's W says how alike the ballots order the options: 0 no agreement, 1 the same "
        "order. Spread is the mean interquartile range of a cell's values, in points of 0–100."
    )
    rows = [
        (
            str(row["round"]),
            str(row["ballots"]),
            number(row["kendall_w"], 2),
            str(row["ranked"]),
            number(row["spread"]),
            f"{row['split']} of {row['judged']}",
        )
        for row in told
    ]
    head = ("Round", "Ballots", "Kendall's W", "n", "Spread", "Cells in disagreement")
    yield Grid(head, tuple(rows), frozenset(range(1, 6)))
    group = report.analyses.get("group", {})
    alphas, counted = group.get("krippendorff_alpha", {}), group.get("alpha_n", {})
    if alphas:
        yield Text(
            "Krippendorff's alpha, by criterion: 1 full agreement on the scores themselves, 0 what "
            "chance would give; n counts the scores that can be paired."
        )
        yield Grid(
            ("Criterion", "Alpha", "n"),
            tuple(
                (criterion.title, number(alphas.get(id), 2), str(counted.get(id, "–")))
                for id, criterion in report.session.criteria.items()
            ),
            frozenset({1, 2}),
        )
    yield from _reliability(report)
    yield from _votes(report)


def _reliability(report: Report) -> Iterator[Block]:
    found = report.analyses.get("group", {}).get("icc", {})
    if not any(found.values()):
        return
    yield Text(
        "Intraclass correlation (two-way, random, Shrout & Fleiss 2,1 and 2,k): the share of the "
        "variance of scores that lies between options, for one person and for the mean of all who "
        "left no gap: 0 none, 1 all."
    )
    rows = [
        (criterion.title, number(icc["single"], 2), number(icc["mean"], 2),
         str(icc["n"]), str(icc["judges"]))
        for id, criterion in report.session.criteria.items()
        if (icc := found.get(id)) is not None
    ]  # fmt: skip
    yield Grid(("Criterion", "One person", "Mean", "Options", "People"), tuple(rows), _FIGURES)


def _votes(report: Report) -> Iterator[Block]:
    """The orders of the ballots as votes."""
    found = report.analyses.get("group", {}).get("borda")
    if found is None:
        return
    titles = {option.id: option.title for option in report.options}
    most = max(found["points"].values())
    first = [titles[id] for id, points in found["points"].items() if points == most]
    said = f"Taken as votes, {_count(found['n'], 'ballot')} without gaps: "
    said += f"the most points by Borda's count, {short(most)}, for {' and '.join(first)}. "
    winner = found["condorcet"]
    if winner is None:
        said += "No option wins against every other one (Condorcet)."
    else:
        said += f"{titles[winner]} wins against every other option (Condorcet)."
    yield Text(said)


def _contested(report: Report) -> Iterator[Block]:
    group = report.analyses.get("group")
    if group is None:
        return
    session = report.session
    titles = {option.id: option.title for option in report.options}
    cells = {(cell["option"], cell["criterion"]): cell for cell in group["cells"]}
    yield Heading(2, "Where judgements differ, with the arguments")
    topics = [(t["option"], t["criterion"], t["reason"]) for t in group["agenda"][:_TOPICS]]
    told = {(option, criterion) for option, criterion, _ in topics}
    topics += [(*place, "") for place in session.agenda if place not in told and place in cells]
    torn = sum(cell["disagreement"] is True for cell in group["cells"])
    few = sum(cell["disagreement"] is None for cell in group["cells"])
    said = f"Cells with disagreement by the rule of consensus: {torn} of {len(cells)}"
    said += f"; too few ballots to tell in {few}. " if few else ". "
    yield Text(said + ("What is worth most comes first." if topics else "Nobody differed."))
    silent = []
    for option, criterion, reason in topics:
        cell, title = cells[option, criterion], session.criteria[criterion].title
        why = reason.removeprefix("disagreement; ")
        argued = (
            *_marked(session.agenda.get((option, criterion))),
            *_arguments(report, option, criterion),
        )
        if argued:
            yield Heading(3, f"{titles[option]} — {title}")
            yield Text(" ".join(filter(None, (_figures(cell), f"{why}." * bool(why)))))
            yield Items(argued)
        else:
            figures = (short(cell["median"]), short(cell["iqr"]), str(cell["n"]))
            silent.append((titles[option], title, *figures, LABELS[cell["disagreement"]], why))
    if silent:
        yield Heading(3, "Of which no argument was written down")
        head = ("Option", "Criterion", "Median", "IQR", "n", "Label", "Scores")
        yield Grid(head, tuple(silent), frozenset({2, 3, 4}))
    whole = [(o, mark) for (o, c), mark in session.agenda.items() if c == "option" and o in titles]
    if whole:
        yield Heading(3, "On options as a whole")
        yield Items(tuple(f"{titles[o]}: {' '.join(_marked(mark))}" for o, mark in whole))


def _figures(cell: Mapping[str, Any]) -> str:
    return (
        f"Median {short(cell['median'])}, interquartile range {short(cell['iqr'])}, "
        f"n = {cell['n']}: {LABELS[cell['disagreement']]}."
    )


def _marked(mark: Mark | None) -> tuple[str, ...]:
    if mark is None:
        return ()
    said = [f"Discussion: {mark.note}"] if mark.note else []
    said += ["Settled."] * mark.settled + ["Marked for another vote."] * mark.revote
    return tuple(said)


def _arguments(report: Report, option: str, criterion: str) -> Iterator[str]:
    """What people wrote on a cell, with the score they gave; lowest score first."""
    people = names(report.session)
    found = []
    for key, ballot in report.ballots.items():
        note = ballot.notes.get(option, {}).get(criterion)
        if note:
            score = ballot.score(option, criterion)
            given = score if isinstance(score, int | float) else float("inf")
            words = str(score) if score is not None else "not scored"
            found.append((given, f"{people.get(key, key)} ({words}): {note}"))
    yield from (line for _, line in sorted(found))


def _between(report: Report) -> Iterator[Block]:
    changes = _of(report, "changes")
    if not changes:
        return
    titles = {option.id: option.title for option in report.options}
    w = {row["round"]: row["kendall_w"] for row in _of(report, "agreement")}
    yield Heading(2, "Changes between rounds")
    for row in changes:
        both = row["movers"] + row["stayers"]
        before, after = w.get(row["earlier"]), w.get(row["later"])
        yield Text(
            f"From round {row['earlier']} to round {row['later']}, {row['movers']} of {both} "
            f"people who answered both changed {_count(row['cells'], 'score')}, {row['closer']} of "
            f"these towards the earlier median; {row['dropped']} did not answer again. Kendall's W "
            f"went from {number(before, 2)} to {number(after, 2)}."
            + " These options changed their rank:"
            * bool(row["shifts"])
        )
        if row["shifts"]:
            yield Grid(
                ("Option", f"Rank in round {row['earlier']}", f"Rank in round {row['later']}"),
                tuple(
                    (titles.get(s["option"], s["option"]), _rank(s["before"]), _rank(s["after"]))
                    for s in row["shifts"]
                ),
                frozenset({1, 2}),
            )
        else:
            yield Text("No option changed its rank.")


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def _rank(rank: int | None) -> str:
    return "open" if rank is None else str(rank)


def _otherwise(report: Report) -> Iterator[Block]:
    told = [row for row in _of(report, "orders") if row["tau"] is not None]
    if len(told) < 2:
        return
    people = names(report.session)
    titles = {option.id: option.title for option in report.options}
    yield Heading(2, "Who would rank otherwise")
    yield Text(
        "Kendall's tau compares each person's own order, by their own weights, with the group's: "
        "1 the same, 0 unrelated, −1 reversed; n counts the options in both. A dash stands for a "
        "first place that is shared, or given to nothing yet."
    )
    yield Grid(
        ("Person", "Tau", "n", "Their first"),
        tuple(
            (
                people.get(row["participant"], row["participant"]),
                number(row["tau"], 2),
                str(row["n"]),
                titles.get(row["first"], "–"),
            )
            for row in told
        ),
        frozenset({1, 2}),
    )


def _abstentions(report: Report) -> Iterator[Block]:
    people = names(report.session)
    titles = {option.id: option.title for option in report.options}
    recused = [
        f"{people.get(key, key)} stepped back from {titles.get(option, option)}: {reason}"
        for key, ballot in report.ballots.items()
        for option, reason in ballot.recused.items()
    ]
    abstained = [
        f"{option.title}, {criterion.title}: {n}"
        for option in report.options
        for id, criterion in report.session.criteria.items()
        if (n := sum(b.score(option.id, id) == ABSTAIN for b in report.ballots.values()))
    ]
    if recused:
        yield Heading(2, "Recusals")
        yield Items(tuple(recused))
    if abstained:
        yield Heading(2, "Abstentions, recusals among them")
        yield Items(tuple(abstained))


def _dissent(report: Report) -> Iterator[Block]:
    found = tuple(dissent(report))
    yield from found or (Heading(2, "Dissent"), Text(_NONE))


def _sensitivity(report: Report) -> Iterator[Block]:
    found = report.analyses.get("robustness")
    if found is None and not report.robustness:
        return
    yield Heading(2, "How firm the first place is")
    if report.robustness:
        yield Text(report.robustness)
    if found is None:
        return
    titles = {option.id: option.title for option in report.options}
    error = number(100 * found["error"], 2)
    yield from of_the_additive(report)
    yield Text(
        f"Share of {found['draws']:,} weightings, drawn evenly from all that there are (seed "
        f"{found['seed']}), in which an option comes first, and among the first three. The "
        f"standard error of a figure is at most {error} points. Who never comes first is not shown."
    )
    rows = tuple(
        (titles[id], percent(ranks[0]), percent(sum(ranks[:3])))
        for id, ranks in found["acceptability"].items()
        if ranks[0] > 0
    )
    yield Grid(("Option", "First", "First three"), rows, frozenset({1, 2}))
    yield from not_compared(found, titles)
