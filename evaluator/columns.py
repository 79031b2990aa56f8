"""Columns of a table that is imported: what each holds, as remembered, and scores among them."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from evaluator.api import Candidate
from evaluator.errors import EvaluatorError, Problem, fail
from evaluator.model import ABSTAIN, Cells, Criterion, is_number
from evaluator.settings import state_folder
from evaluator.store import atomic

_ABSTAINED: Final = frozenset((ABSTAIN, "abstained", "abstention", "n/a", "na"))
_OPEN: Final = frozenset(("", "-", "–", "—", "·", "?", "."))
_REMEMBERED: Final = 64_000  # bytes of a file that holds a mapping


class Given(msgspec.Struct, frozen=True):
    """The scores that a table brings: by option and criterion, and by heading what was a score."""

    scores: Cells
    headings: dict[str, str]

    @property
    def count(self) -> int:
        """How many cells are scored, abstentions included."""
        return sum(len(row) for row in self.scores.values())


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in folded if char.isalnum())


def criterion_of(heading: str, criteria: Mapping[str, Criterion]) -> str | None:
    """The criterion whose id or title a heading is, letter case, accents and signs aside.

    `Cost, score` (as a workbook that was exported calls it) is the criterion Cost; None where the
    heading names none.
    """
    said = heading.strip()
    if said.casefold().endswith(", score"):
        said = said[: -len(", score")]
    if said in criteria:
        return said
    wanted = _plain(said)
    found = [id for id, c in criteria.items() if wanted and wanted in (_plain(id), _plain(c.title))]
    return found[0] if len(found) == 1 else None


def given_scores(
    candidates: Iterable[tuple[str, Candidate]],
    criteria: Mapping[str, Criterion],
    *,
    file: str = "",
) -> Given:
    """The scores that stand beside options in a table.

    Args:
        candidates: (id of the option, what was read of it).
        criteria: those of the session.
        file: name of the table, for messages.

    Raises:
        EvaluatorError: what stands under a criterion is no score on its scale; all such cells.
    """
    cells = [
        (option, heading, value)
        for option, candidate in candidates
        for heading, value in candidate.cells.items()
    ]
    named = {
        heading: id
        for heading in dict.fromkeys(heading for _, heading, _ in cells)
        if (id := criterion_of(heading, criteria)) is not None
    }
    scores: Cells = {}
    problems: list[Problem] = []
    for option, heading, value in cells:
        id = named.get(heading)
        if id is None or _is_open(value):
            continue
        try:
            scores.setdefault(option, {})[id] = _score(value, criteria[id])
        except EvaluatorError as error:
            where = f"{option}.{id}"
            problems += [Problem(file, None, where, p.what, p.hint) for p in error.problems]
    if problems:
        raise EvaluatorError(problems)
    return Given(scores, named)


def _is_open(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in _OPEN


def _score(value: Any, criterion: Criterion) -> Any:
    """A score as a table may say it: a number, a level's label, or an abstention."""
    if isinstance(value, str):
        said = value.strip().casefold()
        if said in _ABSTAINED:
            return ABSTAIN
        label = next((x for x in criterion.levels if x.label.casefold() == said), None)
        if label is not None:
            return label.score
    if is_number(value) and criterion.holds(value):
        return value
    raise fail(
        f"{criterion.title}: {str(value)[:40]!r} is no score on its scale",
        f'Put a number from {criterion.low} to {criterion.high}, "abstain", or leave it empty',
    )


# -- what was said of columns before


def _place(root: Path) -> Path:
    name = hashlib.sha256(str(root.resolve()).encode("utf-8", "replace")).hexdigest()[:16]
    return state_folder() / "columns" / f"{name}.json"


def remembered(root: Path) -> dict[str, str]:
    """What was said of columns when a table was imported into this project: heading → field."""
    path = _place(root)
    try:
        if path.stat().st_size > _REMEMBERED:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        # A comfort: without it columns are found by their headings, as the first time.
        return {}
    if not isinstance(found, dict):
        return {}
    return {k: v for k, v in found.items() if isinstance(k, str) and isinstance(v, str)}


def remember(root: Path, columns: Mapping[str, str]) -> None:
    """Keeps what was said of columns for the next table of this project."""
    kept = {**remembered(root), **columns}
    path = _place(root)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic.write(path, json.dumps(kept, ensure_ascii=True, indent=1).encode())
    except OSError:
        # See `remembered`.
        return
