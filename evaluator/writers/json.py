"""The documents that `--json` and the export `.json` print, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from evaluator.api import Report
from evaluator.model import Criterion, Number, Option, Placing, Ranking
from evaluator.writers.text import json_text, stamp

SCHEMA: Final = 1
_FIELDS: Final = (
    "title", "summary", "text", "section", "tags", "actors", "keywords", "item", "lines",
    "resources", "requires", "excludes", "reference", "status", "reason",
)  # fmt: skip


def options(found: Iterable[Option]) -> list[dict[str, Any]]:
    """Options with all fields of an options file, unknown keys last."""
    return [
        {"id": option.id, **{name: _listed(getattr(option, name)) for name in _FIELDS}}
        | option.extra
        for option in found
    ]


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def criteria(found: Mapping[str, Criterion], weights: Mapping[str, Number]) -> list[dict[str, Any]]:
    """Criteria with raw weights; of a measured one `levels` is empty."""
    return [
        {
            "id": id,
            "title": criterion.title,
            "short": criterion.head,
            "question": criterion.question,
            "better": criterion.better,
            "unit": criterion.unit,
            "weight": weights.get(id, 10),
            "levels": [
                {"score": level.score, "label": level.label, "describe": level.describe}
                for level in criterion.levels
            ],
            "scale": [criterion.low, criterion.high],
            "curve": [list(point) for point in criterion.curve],
            "from": criterion.origin,
        }
        for id, criterion in found.items()
    ]


def ranking(
    found: Ranking, *, session: str, round_: int, participant: str | None
) -> dict[str, Any]:
    """The document of `rank`."""
    return {
        "session": session,
        "round": round_,
        "participant": participant,
        "method": found.method,
        "parameters": dict(found.parameters),
        "weights": dict(found.shares),
        "ranking": [_placing(row, additive=found.method == "additive") for row in found.rows],
        "notes": list(found.notes),
    }


def _placing(row: Placing, *, additive: bool) -> dict[str, Any]:
    return {
        "rank": row.rank,
        "rank_best": row.rank_best if additive else row.rank,
        "rank_worst": row.rank_worst if additive else row.rank,
        "option": row.option,
        "title": row.title,
        "value": row.value,
        "low": row.low,
        "high": row.high,
        "complete": row.complete,
        "scores": dict(row.scores),
        "contributions": dict(row.contributions),
    }


def document(report: Report) -> dict[str, Any]:
    """The document of an exported `.json`."""
    session = report.session
    found: dict[str, Any] = {
        "schema": SCHEMA,
        "project": report.project,
        "title": session.title,
        "question": session.question,
        "date": stamp(report.date) or None,
        **ranking(
            report.ranking,
            session=session.id,
            round_=report.round,
            participant=report.participant,
        ),
        "criteria": criteria(session.criteria, session.weights),
        "options": options(report.options),
    }
    told = ("robustness", "portfolio")
    found |= {name: report.analyses[name] for name in told if name in report.analyses}
    if report.packed is not None:
        found["packed"] = report.packed
    return found


def write(report: Report) -> bytes:
    """The ranked list with everything it rests on; the same bytes for the same session."""
    return json_text(document(report)).encode("utf-8")
