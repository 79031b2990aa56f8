"""Briefs read rightly: files exactly right at once, files one click away, and single items.

Exactly right: the first list has the expected items, each beginning and ending as it should and
holding nothing that it may not. One click away: another list that is offered is exactly right, or
the first one is but for a single item to be dropped, split, joined or retyped.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evaluator.api import Candidate, Draft
from evaluator.errors import EvaluatorError
from evaluator.readers import evaluator_readers

BRIEFS = Path(__file__).parent.parent / "tests/data/briefs"


def expectations() -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every brief with what it must give."""
    for path in sorted(BRIEFS.rglob("*expected.toml")):
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        if "brief" not in found:
            yield path.with_name(path.name.replace(".expected.toml", ".txt")), found
        for one in found.get("brief", ()):
            yield path.parent / one["file"], one


def read(path: Path) -> Draft:
    """What the reader for its suffix finds; an empty draft where it refuses the file."""
    readers = {suffix: reader for reader in evaluator_readers() for suffix in reader.suffixes}
    try:
        return readers[path.suffix].read(path.read_bytes(), path.name)
    except EvaluatorError:
        return Draft()


def right(items: Sequence[Candidate], expected: Mapping[str, Any]) -> int:
    """How many of the expected items are there, exactly."""
    texts = [item.text or item.title for item in items]
    found = 0
    for first, last in zip(expected["first"], expected["last"], strict=True):
        good = [text for text in texts if text.startswith(first) and text.endswith(last)]
        found += any(not any(never in text for never in expected["never"]) for text in good)
    return found


def exact(items: Sequence[Candidate], expected: Mapping[str, Any]) -> bool:
    """Whether the list is what it must be."""
    return len(items) == expected["n"] == right(items, expected)


def one_click(draft: Draft, expected: Mapping[str, Any]) -> bool:
    """Whether another list is right, or one item of the first has to be looked after."""
    if any(exact(found.items, expected) for found in draft.lists):
        return True
    items, wanted = draft.options, expected["n"]
    missing = wanted - right(items, expected)
    off = abs(len(items) - wanted)
    return bool(items) and off <= 1 and missing <= (2 if off else 1)


def measure() -> list[str]:
    """The rates, and the files that are not right."""
    files = at_once = clicked = items = found = 0
    wrong = []
    for path, expected in expectations():
        draft = read(path)
        best = max((right(one.items, expected) for one in draft.lists), default=0)
        files += 1
        items += expected["n"]
        found += best
        if exact(draft.options, expected):
            at_once += 1
        elif one_click(draft, expected):
            clicked += 1
        else:
            wrong.append(path.name)
    lines = [
        f"exactly right      {at_once:>4} of {files} files ({at_once / files:.0%})",
        (
            f"or one click away  {at_once + clicked:>4} of {files} files "
            f"({(at_once + clicked) / files:.0%}; wanted: 90%)"
        ),
        f"items              {found:>4} of {items} ({found / items:.1%}; wanted: 95%)",
    ]
    return lines + [f"neither: {', '.join(wrong)}"] * bool(wrong)
