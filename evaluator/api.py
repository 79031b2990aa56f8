"""All that a plugin imports.

A criterion is data plus at most one function:

    suggest(option, brief, settings) -> Suggestion | None

It takes only the arguments it names (passed by name), returns None where the text gives nothing
to go by, and is pure: no printing, files, network, clock or randomness. Limits: 1 s an option,
30 s a brief, 1 GiB.

Hooks, each implemented with `@hookimpl`:

    evaluator_criteria() -> Iterable[Criterion]
    evaluator_readers()  -> Iterable[Reader]
    evaluator_writers()  -> Iterable[Writer]
    evaluator_methods()  -> Iterable[Method]
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec
import pluggy

from evaluator.model import (
    Ballot,
    Better,
    Brief,
    Evidence,
    Level,
    Number,
    Option,
    Participant,
    Placing,
    Ranking,
    Session,
    Suggestion,
    criterion_faults,
)
from evaluator.model import Criterion as _Criterion

__all__ = [
    "API_VERSION",
    "Ballot",
    "Better",
    "Brief",
    "Candidate",
    "CandidateList",
    "Criterion",
    "Draft",
    "Evidence",
    "Level",
    "Method",
    "Number",
    "Option",
    "Participant",
    "Placing",
    "Ranked",
    "Ranking",
    "Reader",
    "Report",
    "Session",
    "Suggestion",
    "Writer",
    "find",
    "hookimpl",
    "likert",
]

API_VERSION: Final = (1, 0)
hookimpl: Final = pluggy.HookimplMarker("evaluator")


class Criterion(_Criterion, frozen=True):
    """A criterion as a plugin gives it: every rule binds, too long a text included.

    See `evaluator.model.Criterion` for the fields.

    Raises:
        ValueError: names criterion, field and rule.
    """

    def __post_init__(self) -> None:
        for field, rule, _ in criterion_faults(self):
            raise ValueError(f"criterion {str(self.id)[:60]!r}: {field}: {rule}")


def likert(*labels: str) -> tuple[Level, ...]:
    """Levels with scores 1, 2, 3 … from their labels, in rising order of score."""
    return tuple(Level(score, label) for score, label in enumerate(labels, 1))


@lru_cache(maxsize=4096)
def _pattern(cue: str) -> re.Pattern[str]:
    words = [
        re.escape(word[:-1]) + r"\w*" if word.endswith("*") else re.escape(word)
        for word in cue.split()
    ]
    return re.compile(r"(?<!\w)" + r"[\s\-–]+".join(words) + r"(?!\w)", re.IGNORECASE)


def find(option: Option, *cues: str) -> tuple[Evidence, ...]:
    """Every place where a cue stands in the option's title, summary or text.

    A cue is one or more whole words (`"debt trap"` also finds `debt-trap`); a `*` at the end of a
    word stands for any ending; letter case is ignored. No regular expressions, so no cue can hang.
    The answer is in order of field and place; a span found by two cues is given once.
    """
    found: dict[tuple[str, int, int], Evidence] = {}
    for field in ("title", "summary", "text"):
        content = getattr(option, field)
        spans = sorted(
            (match.start(), match.end(), cue)
            for cue in cues
            if cue.strip("* ")
            for match in _pattern(cue).finditer(content)
        )
        for start, end, cue in spans:
            found.setdefault((field, start, end), Evidence(start, end, cue, field))
    return tuple(found.values())


class Candidate(msgspec.Struct, frozen=True):
    """One option as a reader proposes it.

    Attributes:
        title: first clause of the text, meant to be edited; or the title as given.
        text: the recommendation in full, as clean running text.
        lines: first and last line (from 1) in the source, or None.
        page: page of the source where it begins, from 1, or None.
        flags: what a person should look at: "joined", "no marker", "low confidence", …
        id: given by the source, or empty: made from the title.
        rest: more fields of an options file (`tags`, `resources`, …).
        cells: what stands in columns that are no field of an option, by heading: scores, perhaps.
    """

    title: str
    text: str = ""
    lines: tuple[int, int] | None = None
    page: int | None = None
    flags: tuple[str, ...] = ()
    id: str = ""
    rest: dict[str, Any] = msgspec.field(default_factory=dict)
    cells: dict[str, Any] = msgspec.field(default_factory=dict)


class CandidateList(msgspec.Struct, frozen=True):
    """A list found in a source that may be its list of recommendations.

    `score` orders lists within one draft (higher is likelier); `why` says in a few words what
    speaks for it.
    """

    heading: str
    items: tuple[Candidate, ...]
    score: float = 0.0
    why: str = ""


class Draft(msgspec.Struct, frozen=True):
    """What a reader found: candidate lists, the likeliest first.

    `source` holds the lines of the source as the spans count them (empty for tables); `warnings`
    are sentences for the person who imports; `columns` (of a table alone) says by heading what was
    read from each column: a field of an option, or "" where it was not read. `more` holds lists
    that are hardly the right ones ("every paragraph"): for a person to work from, never the first.
    """

    title: str = ""
    lists: tuple[CandidateList, ...] = ()
    source: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    meta: dict[str, str] = msgspec.field(default_factory=dict)
    language: str = "en"
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    more: tuple[CandidateList, ...] = ()

    @property
    def options(self) -> tuple[Candidate, ...]:
        """The items of the likeliest list; empty where nothing was found."""
        return self.lists[0].items if self.lists else ()


class Reader(msgspec.Struct, frozen=True):
    """A format that options come from: `read(data, name) -> Draft`.

    `suffixes` are lower case with the dot. `read` raises `evaluator.errors.EvaluatorError` for
    bad data; any other exception is reported as the reader's own fault. A reader of tables also
    takes a mapping of headings to fields ("" leaves a column out): `mapped(data, name, columns)`.
    """

    id: str
    title: str
    suffixes: tuple[str, ...]
    read: Callable[[bytes, str], Draft]
    mapped: Callable[[bytes, str, Mapping[str, str]], Draft] | None = None


class Report(msgspec.Struct, frozen=True):
    """Everything a writer may print, as plain data; nothing in it needs another look at a file.

    Attributes:
        project: title of the project.
        session: the session with its criteria, people, rounds and weights.
        options: the options as frozen, in file order, discounted ones included.
        ranking: the ranking that is exported.
        round: the round it is of.
        participant: key of the one ballot it shows, or None for the group.
        ballots: the ballots that were counted, by participant; empty where the person who
            exports may not see them.
        date: newest `updated` of the ballots counted, else when the session was made.
        spreads: interquartile range of the ballots' overall values, by option (None: too few).
        robustness: one sentence on what would change the first place; empty where not computed.
        analyses: the documents of `robustness`, `group` and `portfolio`, and (`rounds`) what
            changed from round to round, where they were computed.
        packed: the packed session, or None where the person may not see all ballots.
        digest: digest of the packed session.
        versions: software and plugins with their versions.
        final: False prints "draft".
        table: "plain", or "weighted": the ranking's table shows scores beside contributions.
    """

    project: str
    session: Session
    options: tuple[Option, ...]
    ranking: Ranking
    round: int
    participant: str | None = None
    ballots: dict[str, Ballot] = msgspec.field(default_factory=dict)
    date: dt.datetime | None = None
    spreads: dict[str, float | None] = msgspec.field(default_factory=dict)
    robustness: str = ""
    analyses: dict[str, Any] = msgspec.field(default_factory=dict)
    packed: dict[str, Any] | None = None
    digest: str = ""
    versions: dict[str, str] = msgspec.field(default_factory=dict)
    final: bool = False
    table: Literal["plain", "weighted"] = "plain"


class Writer(msgspec.Struct, frozen=True):
    """A format that results go to: `write(report) -> bytes`; the host writes the file."""

    id: str
    title: str
    suffix: str
    write: Callable[[Report], bytes]


class Ranked(msgspec.Struct, frozen=True):
    """What a method answers: one score per option (higher is better), and remarks in words."""

    scores: Sequence[float]
    notes: tuple[str, ...] = ()


class Method(msgspec.Struct, frozen=True):
    """A way to rank: `rank(values, weights, **parameters) -> Ranked`.

    `values` has one row per option and one column per criterion, 0–100, higher is better;
    `weights` one share per criterion, summing to 1. `parameters` holds every parameter with its
    default; what was used is stored and printed.
    """

    id: str
    title: str
    rank: Callable[..., Ranked]
    parameters: Mapping[str, Any] = msgspec.field(default_factory=dict)
