"""Puts together everything an export may print."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, Literal

from evaluator import __version__, results, rounds
from evaluator.analysis.ranking import rank
from evaluator.api import Report
from evaluator.errors import EvaluatorError
from evaluator.store.folder import SessionFolder
from evaluator.store.pack import pack

_COMPARED: Final = 1_000  # options past which shares of ranks would fill the memory

if TYPE_CHECKING:
    import datetime as dt

    from evaluator.model import Ballot, Ranking
    from evaluator.project import Project
    from evaluator.workshop import Workshop


def build(
    project: Project,
    workshop: Workshop,
    ranking: Ranking,
    *,
    participant: str | None = None,
    as_: str | None = None,
    analyses: bool = True,
    table: Literal["plain", "weighted"] = "plain",
    digest: bool = True,
    earlier: bool = True,
) -> Report:
    """The report on a ranking.

    Args:
        project: whose plugins and title are named.
        workshop: the session, saved, in the round it shows.
        ranking: what is exported.
        participant: whose ballot it is, None for the group's.
        as_: who exports; in a hidden round they see no ballot but their own.
        analyses: whether to compute group, robustness and portfolio (loads numpy).
        earlier: whether `analyses` tell what changed from round to round.
        digest: whether to pack the session and take its digest (reads every file again).
        table: "weighted" shows scores beside contributions in the ranking's table.

    Raises:
        EvaluatorError: a file of the session can't be read.
    """
    sees_all = workshop.sees_all(as_)
    ballots = _ballots(workshop, participant, as_)
    packed = None
    if digest:
        folder = SessionFolder(project.sessions_folder / workshop.id, project.root)
        packed = pack(folder, checked=True)
    additive = _additive(workshop, ranking, participant)
    found = _analyses(workshop, participant, as_, additive) if analyses else {}
    if analyses and earlier and participant is None and workshop.ballots():
        found["rounds"] = rounds.document(workshop, as_)
    sentences: tuple[str, ...] = ()
    if ranking.method == "additive":
        sentences = results.robustness_sentences(workshop, participant, additive)
    return Report(
        project=project.title,
        session=workshop.session,
        options=tuple(workshop.option_set.options.values()),
        ranking=ranking,
        round=workshop.round,
        participant=participant,
        ballots=ballots,
        date=_date(ballots, workshop),
        spreads=found.get("group", {}).get("spreads", {}) if participant is None else {},
        robustness=" ".join(sentences),
        analyses=found,
        packed=packed if sees_all else None,
        digest=packed["end"]["digest"] if packed is not None else "",
        versions=_versions(project),
        final=workshop.session.rounds[workshop.round].state != "open",
        table=table,
    )


def _ballots(workshop: Workshop, participant: str | None, as_: str | None) -> dict[str, Ballot]:
    """The ballots that were counted, as far as `as_` may see them."""
    seen = workshop.visible_ballots(as_)
    if participant is None:
        return seen
    return {participant: seen[participant]} if participant in seen else {}


def _date(ballots: dict[str, Ballot], workshop: Workshop) -> dt.datetime | None:
    times = [ballot.updated for ballot in ballots.values() if ballot.updated is not None]
    return max(times, default=workshop.session.created)


def _additive(workshop: Workshop, ranking: Ranking, participant: str | None) -> Ranking:
    """The additive ranking by the weights of the one that is exported."""
    if ranking.method == "additive":
        return ranking
    return rank(workshop.table(participant), ranking.shares)


def _analyses(
    workshop: Workshop, participant: str | None, as_: str | None, ranking: Ranking
) -> dict[str, Any]:
    """The documents that can be computed; what an analysis refuses is left out."""
    found: dict[str, Any] = {}
    if participant is None and workshop.ballots():
        found["group"] = results.group_document(workshop, as_)
    complete = sum(row.complete for row in ranking.rows)
    if 2 <= complete <= _COMPARED:
        found["robustness"] = results.robustness_document(workshop, participant, ranking=ranking)
    if workshop.session.portfolio and complete:
        # Where no set keeps the rules, or the reference is open, `portfolio` itself says why.
        with contextlib.suppress(EvaluatorError):
            found["portfolio"] = results.portfolio_document(
                workshop, participant, shares=ranking.shares
            )
    return found


def _versions(project: Project) -> dict[str, str]:
    plugins = {
        plugin.name: plugin.version
        for plugin in project.host.plugins()
        if plugin.state == "loaded" and plugin.source != "built in"
    }
    return {"evaluator": __version__, **plugins}
