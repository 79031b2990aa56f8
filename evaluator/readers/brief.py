"""From the lines of a document to a draft of its recommendations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from evaluator.api import Candidate, CandidateList, Draft
from evaluator.errors import fail
from evaluator.readers import choosing, head, noise, structure, titles, words
from evaluator.readers.everything import Whole
from evaluator.readers.lines import Line, with_labels
from evaluator.readers.lists import Item
from evaluator.readers.scoring import Scored
from evaluator.readers.words import Advice
from evaluator.store import limits

_SAMPLE = 2_000  # characters of a line by which the language is told


def read(
    name: str,
    lines: Sequence[Line],
    source: Sequence[str],
    *,
    markdown: bool = False,
    meta: dict[str, str] | None = None,
    notes: frozenset[str] = frozenset(),
) -> Draft:
    """What a document recommends.

    Every list in it is scored as a whole (see `scoring`); those that may be its recommendations
    are given, the likeliest first, and none where it recommends nothing. Besides there are lists
    of everything, for a person to work from.

    Args:
        name: of the file.
        lines: the document as its format gives it.
        source: the lines that `Line.number` counts.
        markdown: back-ticks and backslashes are marks.
        meta: what the format knows already: title, author, publisher, published.
        notes: numbers of footnotes that the format has left out.

    Raises:
        EvaluatorError: far more lines than a brief has; names the file.
    """
    if len(lines) > limits.ROWS:
        what = f"has {len(lines):,} lines; {limits.ROWS:,} are the most"
        raise fail(what, "Give only the pages you need", file=name)
    language = words.language_of("\n".join(line.text[:_SAMPLE] for line in lines))
    advice = Advice(language)
    kept = noise.drop(with_labels(lines), advice)
    blocks = structure.build(kept.lines, kept.notes | notes, advice, markdown=markdown)
    found = choosing.offered(blocks, advice)
    known = head.of(lines, blocks)
    known.update({key: value for key, value in (meta or {}).items() if value})
    return Draft(
        title=known.pop("title", ""),
        lists=tuple(_list(one, advice) for one in found.likely),
        source=tuple(source),
        meta=known,
        language=language,
        more=tuple(_whole(whole) for whole in found.more),
    )


def _list(one: Scored, advice: Advice) -> CandidateList:
    above = one.context.heading
    reasons = [f"under “{above[:80]}”"] if one.context.points > 0 else []
    if one.context.lead > 0:
        reasons.append("announced by the sentence before it")
    reasons.append(f"{one.advice:.0%} worded as advice")
    sure = one.advice >= 0.6
    items = [_candidate(item, weak=sure and not advice.weight(item.text)) for item in one.run.items]
    heading = above[:200] or f"{len(items)} points"
    return CandidateList(heading, tuple(items), round(one.score, 2), "; ".join(reasons))


def _whole(whole: Whole) -> CandidateList:
    found = (_candidate(item, weak=False) for item in whole.items)
    items = tuple(msgspec.structs.replace(one, flags=()) for one in found)
    return CandidateList(whole.name, items, 0.0, "everything of this kind")


def _candidate(item: Item, *, weak: bool) -> Candidate:
    """One point; `weak`: it is not worded as advice, though most of its list is."""
    rest: dict[str, Any] = {}
    if item.group:
        rest["section"] = item.group[:200]
    if item.actors:
        rest["actors"] = list(item.actors)
    return Candidate(
        title=titles.title(item.title or item.text),
        text=item.text,
        lines=(item.first, item.last),
        page=item.page or None,
        flags=(*item.flags, *(("low confidence",) if weak else ())),
        rest=rest,
    )
