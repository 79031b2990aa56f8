"""Puts together everything an export may print, and has a writer print it."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from evaluator import __version__, results, rounds
from evaluator.analysis.ranking import rank
from evaluator.api import Report
from evaluator.errors import EvaluatorError, fail
from evaluator.progress import Progress, part
from evaluator.store.folder import SessionFolder
from evaluator.store.pack import pack
from evaluator.writers import NEWEST, OF_GROUP, PLAIN, ROWS, written

_COMPARED: Final = 1_000  # options past which shares of ranks would fill the memory
_READ, _RECKONED = 30, 70  # percent of the work of building that are done by then
_BUILT: Final = 60  # percent of that of exporting

if TYPE_CHECKING:
    import datetime as dt

    from evaluator.api import Writer
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
    progress: Progress | None = None,
) -> Report:
    """The report on a ranking.

    Args:
        project: whose plugins and title are named.
        workshop: the session, saved, in the round it shows.
        ranking: what is exported.
        participant: whose ballot it is, None for the group's.
        as_: who exports; in a hidden round they see no ballot but their own.
        analyses: whether to compute group, robustness and portfolio (loads numpy), and to say what
            would change the first place.
        earlier: whether `analyses` tell what changed from round to round, and take the ballots as
            votes.
        digest: whether to pack the session and take its digest (reads every file again).
        table: "weighted" shows scores beside contributions in the ranking's table.
        progress: told (done, of all); what it answers stops an analysis.

    Raises:
        EvaluatorError: a file of the session can't be read.
    """
    sees_all = workshop.sees_all(as_)
    ballots = _ballots(workshop, participant, as_)
    packed = None
    if digest:
        folder = SessionFolder(project.sessions_folder / workshop.id, project.root)
        packed = pack(folder, checked=True, progress=part(progress, 0, _READ))
    found: dict[str, Any] = {}
    sentences: tuple[str, ...] = ()
    if analyses:
        additive = _additive(workshop, ranking, participant)
        if participant is None and workshop.ballots():
            found = _of_group(workshop, as_, earlier=earlier)
        found |= _firmness(workshop, participant, additive, part(progress, _READ, _RECKONED))
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


def export(
    project: Project,
    workshop: Workshop,
    ranking: Ranking,
    writer: Writer,
    *,
    participant: str | None = None,
    as_: str | None = None,
    table: Literal["plain", "weighted"] = "plain",
    draft: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """What a writer makes of a ranking; nothing is read or reckoned that its format leaves out.

    `draft` marks the file of a closed round as a draft. The others are those of `build`.

    Raises:
        EvaluatorError: a file of the session can't be read, or the writer refuses.
    """
    with _uncollected():
        report = build(
            project,
            workshop,
            ranking,
            participant=participant,
            as_=as_,
            analyses=writer.id not in PLAIN,
            table=table,
            digest=writer.id not in ROWS,
            earlier=writer.id not in NEWEST,
            progress=part(progress, 0, _BUILT),
        )
        report = msgspec.structs.replace(report, final=report.final and not draft)
        return written(writer, report, part(progress, _BUILT, 100))


@contextlib.contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles of objects meanwhile: rows by the ten thousand are made, and none is.

    They would be gone through again and again, for a tenth of all the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def whose(workshop: Workshop, as_: str | None, writer: Writer) -> str | None:
    """Whose ranking a format holds for `as_`: as everywhere, but a workshop report is the group's.

    Raises:
        EvaluatorError: the round is blind and not revealed, and `as_` may not see so much.
    """
    if writer.id not in OF_GROUP:
        return results.whose(workshop, as_)
    if not workshop.sees_all(as_):
        what = f"a report is the group's, and round {workshop.round} is blind and not revealed yet"
        raise fail(what, "Ask as a facilitator, or: evaluator sessions round reveal")
    return None


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


def _of_group(workshop: Workshop, as_: str | None, *, earlier: bool) -> dict[str, Any]:
    found = {"group": results.group_document(workshop, as_, votes=earlier)}
    return found | ({"rounds": rounds.document(workshop, as_)} if earlier else {})


def _firmness(
    workshop: Workshop, participant: str | None, ranking: Ranking, progress: Progress | None
) -> dict[str, Any]:
    """Robustness and portfolio as far as they can be computed; what is refused is left out."""
    found: dict[str, Any] = {}
    complete = sum(row.complete for row in ranking.rows)
    if 2 <= complete <= _COMPARED:
        found["robustness"] = results.robustness_document(
            workshop, participant, ranking=ranking, progress=progress
        )
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
