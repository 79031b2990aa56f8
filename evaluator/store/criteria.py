"""Criterion tables, as people declare them and as sessions freeze them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, Final

from evaluator.errors import Severity, nearest
from evaluator.model import Criterion, Level, Number, Points, criterion_faults, is_number
from evaluator.store.checker import Checker, extras, shown
from evaluator.store.documents import Document, Path_, dotted

_KNOWN: Final = (
    "title", "short", "question", "better", "levels", "scale", "unit", "curve", "from",
    "weight", "suggest",
)  # fmt: skip
COMBINE: Final = ("max", "sum")
_EMPTY: Final[dict[str, Any]] = {
    "levels": (), "scale": None, "short": "", "unit": "", "curve": (), "suggest": None,
}  # fmt: skip


def read_criterion(
    checker: Checker, id: str, table: Document, path: Path_, base: Criterion | None = None
) -> Criterion | None:
    """The criterion that a table declares, or says differently of `base`; None where it is broken.

    Too long a text is a warning; any other broken rule an error that names criterion and field.
    """
    before = len(checker.errors)
    found = _fields(checker, table, path, base)
    if len(checker.errors) > before:
        return None
    fields = {**_EMPTY, **found, "id": id, "extra": extras(table, _KNOWN)}
    for field, rule, soft in criterion_faults(SimpleNamespace(**fields)):
        at = (*path, field) if field in table else path
        level: Severity = "warning" if soft else "error"
        hint = slips(table) if field == "levels" and field not in table else ""
        checker.report(at, f"{dotted((*path, field))}: {rule}", hint, level)
    return Criterion(**fields) if len(checker.errors) == before else None


def slips(table: Document) -> str:
    """The keys that look like a slip of a known one, as a hint; empty where none does."""
    near = {key: found for key in extras(table, _KNOWN) if (found := nearest(key, _KNOWN))}
    return "; ".join(f"Did you mean {found!r} for {key[:40]!r}?" for key, found in near.items())


def _fields(
    checker: Checker, table: Document, path: Path_, base: Criterion | None
) -> dict[str, Any]:
    fields: dict[str, Any] = {
        **_texts(checker, table, path, base),
        "better": _better(checker, table, path, base),
        "levels": _levels(checker, table, path, base),
        "scale": _scale(checker, table, path) if "scale" in table else None,
        "curve": _curve(checker, table, path) if "curve" in table else (),
        "origin": checker.text(table, "from", path) or "criteria.toml",
    }
    return fields if base is None else fields | _of_base(table, base)


def _of_base(table: Document, base: Criterion) -> dict[str, Any]:
    """What a criterion that is known has, and its table does not say differently."""
    fields: dict[str, Any] = {"suggest": base.suggest}
    if not table.get("from"):
        fields["origin"] = base.origin
    if "levels" not in table and "scale" not in table:
        fields["scale"] = base.scale
        if "curve" not in table:
            fields["curve"] = base.curve
    return fields


def _texts(
    checker: Checker, table: Document, path: Path_, base: Criterion | None
) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key in ("title", "short", "question", "unit"):
        need = key == "question" and base is None
        said = checker.text(table, key, path, need=need)
        texts[key] = said if key in table or base is None else getattr(base, key)
    if not texts["title"]:
        texts["title"] = base.title if base else path[-1].replace("-", " ").capitalize()
    return texts


def _better(checker: Checker, table: Document, path: Path_, base: Criterion | None) -> str:
    if "better" not in table:
        if base is not None:
            return base.better
        where = dotted((*path, "better"))
        hint = 'Write better = "higher" or better = "lower"'
        checker.report(path, f"{where} is missing", hint, key=where)
        return "higher"
    return checker.choice(table, "better", path, ("higher", "lower"), "higher")


def _levels(
    checker: Checker, table: Document, path: Path_, base: Criterion | None
) -> tuple[Level, ...]:
    known = base.levels if base and "scale" not in table else ()
    found = table.get("levels")
    if found is None:
        return known
    where = (*path, "levels")
    if isinstance(found, dict):
        return _described(checker, found, where, known)
    if not isinstance(found, list) or not all(isinstance(label, str) for label in found):
        what = f"{dotted(where)} is not a list of labels"
        checker.report(where, what, 'Write: levels = ["Few", "Some", "Many"]')
        return known
    return tuple(Level(score, label) for score, label in enumerate(found, 1))


def _described(
    checker: Checker, found: Document, where: Path_, known: tuple[Level, ...]
) -> tuple[Level, ...]:
    """Levels as tables keyed by score; what they leave out of known levels stays."""
    levels = {level.score: level for level in known}
    for key, table in found.items():
        at = (*where, key)
        score = _score_key(key)
        if score is None:
            hint = 'The key is the score: 3, "2.5" or "-1"'
            checker.report(at, f"{dotted(at)}: {shown(key)} is no score", hint)
        elif not isinstance(table, dict):
            checker.report(at, f"{dotted(at)} is {shown(table)}, not a table", "Give it a label")
        else:
            levels[score] = _level(checker, table, at, levels.get(score) or Level(score, ""))
    return tuple(levels[score] for score in sorted(levels))


def _level(checker: Checker, table: Document, at: Path_, old: Level) -> Level:
    """A level as its table says; what the table leaves out is as in the old one."""
    label = checker.text(table, "label", at, need=not old.label or "label" in table)
    describe = checker.text(table, "describe", at, long=True)
    return Level(
        old.score,
        label or old.label or at[-1],
        describe if "describe" in table else old.describe,
    )


def _score_key(key: str) -> Number | None:
    try:
        score = json.loads(key, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    if not is_number(score):
        return None
    number: Number = score
    return int(number) if float(number).is_integer() else number


def _scale(checker: Checker, table: Document, path: Path_) -> tuple[Number, Number] | None:
    found = table["scale"]
    where = (*path, "scale")
    if isinstance(found, list) and len(found) == 2 and all(map(is_number, found)):
        return found[0], found[1]
    what = f"{dotted(where)} is not two numbers, low and high"
    checker.report(where, what, "Write: scale = [0, 500]")
    return None


def _curve(checker: Checker, table: Document, path: Path_) -> Points:
    found = table["curve"]
    where = (*path, "curve")
    sound = isinstance(found, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(is_number, point))
        for point in found
    )
    if sound:
        return tuple((point[0], point[1]) for point in found)
    what = f"{dotted(where)} is not a list of points [score, value]"
    checker.report(where, what, "Write: curve = [[0, 0], [100, 60], [500, 100]]")
    return ()


def read_word_list(checker: Checker, table: Document, path: Path_) -> Document:
    """A `[criteria.ID.suggest]` table, checked: `{combine, cues: {name: {words, score, …}}}`."""
    if "suggest" not in table:
        return {}
    inner = checker.table(table, "suggest", path)
    where = (*path, "suggest")
    cues = checker.table(inner, "cues", where)
    made: Document = {}
    for name, cue in cues.items():
        at = (*where, "cues", name)
        if not isinstance(cue, dict):
            what = f"{dotted(at)} is {shown(cue)}, not a table"
            checker.report(at, what, "Give it words and a score")
            continue
        missing = [key for key in ("words", "score") if key not in cue]
        for key in missing:
            hint = 'Write: words = ["…", "…"]' if key == "words" else "Write: score = 3"
            checker.report(at, f"{dotted((*at, key))} is missing", hint, key=dotted((*at, key)))
        if missing:
            continue
        made[name] = {
            "words": checker.texts(cue, "words", at),
            "score": checker.number(cue, "score", at, least=None),
            "note": checker.text(cue, "note", at),
            "unless": checker.texts(cue, "unless", at),
            "near": checker.texts(cue, "near", at),
            "shift": checker.flag(cue, "shift", at),
        }
    return {"combine": checker.choice(inner, "combine", where, COMBINE, "max"), "cues": made}


def check_cue_scores(checker: Checker, words: Document, criterion: Criterion, path: Path_) -> None:
    """A cue's score lies inside the scale (`sum` adds steps, so any number does)."""
    for name, cue in words.get("cues", {}).items():
        if words["combine"] == "max" and not cue["shift"] and not criterion.holds(cue["score"]):
            where = (*path, "suggest", "cues", name, "score")
            what = f"{dotted(where)} = {shown(cue['score'])} is outside the scale"
            hint = f"Put a score from {criterion.low} to {criterion.high}"
            checker.report(where, what, hint)


def criterion_table(criterion: Criterion) -> Document:
    """A criterion as a session freezes it: levels always as tables, empty fields left out."""
    table: Document = {"title": criterion.title}
    for key in ("short", "question", "better", "unit"):
        if getattr(criterion, key):
            table[key] = getattr(criterion, key)
    if criterion.scale is not None:
        table["scale"] = list(criterion.scale)
    if criterion.curve:
        table["curve"] = [list(point) for point in criterion.curve]
    table["from"] = criterion.origin
    if criterion.levels:
        table["levels"] = {
            json.dumps(level.score): {
                "label": level.label,
                **({"describe": level.describe} if level.describe else {}),
            }
            for level in criterion.levels
        }
    return {**table, **criterion.extra}
