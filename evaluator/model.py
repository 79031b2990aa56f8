"""The nouns: options, criteria with their scales, scores, ballots, rounds and sessions.

Everything here is frozen data. Numbers keep the type they had in the file (`3` and `3.0` differ
in a digest), so `Number` is `int | float`; both are always finite.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Collection
from itertools import pairwise
from typing import Any, Final, Literal, TypeAlias

import msgspec

Number: TypeAlias = int | float
ABSTAIN: Final = "abstain"
Score: TypeAlias = Number | Literal["abstain"]
Better: TypeAlias = Literal["higher", "lower"]
Role: TypeAlias = Literal["participant", "facilitator"]
Status: TypeAlias = Literal["open", "forward", "preferred", "discounted"]
Combine: TypeAlias = Literal["mean", "median"]
Cells: TypeAlias = dict[str, dict[str, Any]]

STATUSES: Final = ("open", "forward", "preferred", "discounted")
ROLES: Final = ("participant", "facilitator")
COMBINE: Final = ("mean", "median")
ID: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
ID_RULE: Final = "use a–z, 0–9 and -, not first or last, at most {} characters"
MAX_ID, MAX_CRITERION_ID = 64, 40


def is_id(text: str, limit: int = MAX_ID) -> bool:
    """Whether `text` may name an option or (with `limit` 40) a criterion; `option` is reserved."""
    return text != "option" and len(text) <= limit and ID.fullmatch(text) is not None


def is_number(value: object) -> bool:
    """Whether `value` is a finite number; `True` is not one, nor is an integer past any float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def cells(text: str) -> int:
    """The number of terminal cells `text` takes, near enough for a label."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


class Level(msgspec.Struct, frozen=True):
    """One step of a scale: its score, what it means in a few words, and in a sentence."""

    score: Number
    label: str
    describe: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """A span of an option's text with the cue found in it.

    `start` and `end` count code points, half open, inside the option's `field`.
    """

    start: int
    end: int
    note: str = ""
    field: str = "text"


class Suggestion(msgspec.Struct, frozen=True):
    """A criterion's own proposal for a score; counts for nothing until a person accepts it.

    Attributes:
        score: inside the criterion's scale; fractions allowed.
        confidence: 0 (a guess) to 1 (certain).
        rationale: one sentence, at most 280 characters.
        evidence: the spans it rests on.
    """

    score: Number
    confidence: float
    rationale: str
    evidence: tuple[Evidence, ...] = ()


class Option(msgspec.Struct, frozen=True):
    """One recommendation that can be chosen, with the fields of an options file."""

    id: str
    title: str
    summary: str = ""
    text: str = ""
    section: str = ""
    tags: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    item: int | None = None
    lines: tuple[int, int] | None = None
    resources: dict[str, Number] = msgspec.field(default_factory=dict)
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    reference: bool = False
    status: Status = "open"
    reason: str = ""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def counts(self) -> bool:
        """Whether the option takes part in ranking, portfolio and progress."""
        return self.status != "discounted"


class OptionSet(msgspec.Struct, frozen=True):
    """The options of one file, by id and in its order, with what the file says of its source."""

    title: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    source: str = ""
    sha256: str = ""
    options: dict[str, Option] = msgspec.field(default_factory=dict)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Brief(msgspec.Struct, frozen=True):
    """What a criterion may know of the whole: title, all options, and the language."""

    title: str
    options: tuple[Option, ...]
    language: str = "en"


Points: TypeAlias = tuple[tuple[Number, Number], ...]


class Criterion(msgspec.Struct, frozen=True):
    """One point of view from which options are judged.

    Attributes:
        id: a–z, 0–9 and -, at most 40 characters.
        title: at most 30 characters.
        question: what is meant; ends with "?".
        better: "higher" or "lower", whichever scores are the better ones.
        levels: 2–11 described levels with rising scores; or
        scale: (low, high) of a measured criterion.
        short: at most 6 cells, heads a column; made from the title where empty.
        unit: of a measured score.
        curve: (score, value 0–100) points, rising in score over the whole scale and monotone in
            the direction; `()` is a straight line.
        suggest: function that proposes scores, or None; see `evaluator.api`.
        origin: "built in", "criteria.toml", or the plugin's name and version.

    Raises:
        ValueError: where a rule is broken; the message names criterion, field and rule.
    """

    id: str
    title: str
    question: str
    better: Better
    levels: tuple[Level, ...] = ()
    scale: tuple[Number, Number] | None = None
    short: str = ""
    unit: str = ""
    curve: Points = ()
    suggest: Callable[..., Suggestion | None] | None = None
    origin: str = ""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def frozen(self) -> Criterion:
        """The same without its function, as a session keeps it."""
        return msgspec.structs.replace(self, suggest=None)

    def __post_init__(self) -> None:
        broken = [(field, rule) for field, rule, soft in criterion_faults(self) if not soft]
        if broken:
            field, rule = broken[0]
            raise ValueError(f"criterion {str(self.id)[:60]!r}: {field}: {rule}")

    @property
    def low(self) -> Number:
        """The lowest score of the scale."""
        return self.levels[0].score if self.levels else self._measured[0]

    @property
    def high(self) -> Number:
        """The highest score of the scale."""
        return self.levels[-1].score if self.levels else self._measured[1]

    @property
    def worst(self) -> Number:
        """The score whose value is 0."""
        return self.low if self.better == "higher" else self.high

    @property
    def best(self) -> Number:
        """The score whose value is 100."""
        return self.high if self.better == "higher" else self.low

    @property
    def head(self) -> str:
        """What heads a column: `short`, or the title cut to six characters."""
        return self.short or self.title[:6].strip()

    @property
    def _measured(self) -> tuple[Number, Number]:
        assert self.scale is not None
        return self.scale

    @property
    def points(self) -> Points:
        """The value function as (score, value) points over the whole scale."""
        if self.curve:
            return self.curve
        ends = (0, 100) if self.better == "higher" else (100, 0)
        return ((self.low, ends[0]), (self.high, ends[1]))

    def holds(self, score: Number) -> bool:
        """Whether a score lies inside the scale."""
        return self.low <= score <= self.high

    def value(self, score: Number) -> float:
        """The value 0–100 (100 is best) of a score; `ValueError` outside the scale."""
        if not is_number(score) or not self.holds(score):
            raise ValueError(f"{self.id}: {score!r} is outside {self.low} to {self.high}")
        points = self.points
        place = min(bisect_right([at for at, _ in points], score), len(points) - 1)
        (x0, y0), (x1, y1) = points[place - 1], points[place]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)

    def score_at(self, value: float) -> float:
        """The score whose value is `value`, by inverting the curve; `ValueError` outside 0–100.

        On a flat piece of the curve the middle of the piece is returned.
        """
        if not 0 <= value <= 100:
            raise ValueError(f"{self.id}: the value {value:g} is outside 0 to 100")
        points = self.points if self.points[0][1] <= self.points[-1][1] else self.points[::-1]
        flat = [x for x, y in points if math.isclose(y, value, abs_tol=1e-12)]
        if flat:
            return (flat[0] + flat[-1]) / 2
        place = bisect_right([at for _, at in points], value)
        (x0, y0), (x1, y1) = points[place - 1], points[place]
        return x0 + (x1 - x0) * (value - y0) / (y1 - y0)

    def level(self, score: Number) -> Level | None:
        """The level with exactly this score, or None."""
        return next((level for level in self.levels if level.score == score), None)

    def neighbours(self, score: Number) -> tuple[Number, ...]:
        """The scores one level away: the levels next to `score`, or a tenth of the scale away."""
        if self.levels:
            scores = [level.score for level in self.levels]
            below = [s for s in scores if s < score]
            above = [s for s in scores if s > score]
            return (*below[-1:], *above[:1])
        step = (self.high - self.low) / 10
        near = (max(self.low, score - step), min(self.high, score + step))
        return tuple(s for s in near if s != score)

    def anchor(self, score: Number) -> str:
        """A score in words: its level's label, "between A and B", or the number with its unit."""
        exact = self.level(score)
        if exact is not None:
            return exact.label
        if self.levels:
            near = [level for level in self.levels if level.score < score][-1:]
            near += [level for level in self.levels if level.score > score][:1]
            return " – ".join(level.label for level in near)
        return f"{score:g} {self.unit}".strip()


Fault: TypeAlias = tuple[str, str, bool]


def criterion_faults(c: Any) -> list[Fault]:
    """Every broken rule as (field, rule, soft); soft is only too long a text.

    `c` is a criterion, or anything with its fields that is yet to become one.
    """
    faults: list[Fault] = []
    if not isinstance(c.id, str) or not is_id(c.id, MAX_CRITERION_ID):
        faults.append(("id", f"{c.id!r} is no id: {ID_RULE.format(MAX_CRITERION_ID)}", False))
    faults += _text_faults(c)
    if c.better not in ("higher", "lower"):
        faults.append(("better", f'{c.better!r} is neither "higher" nor "lower"', False))
    if c.levels and c.scale is not None:
        faults.append(("levels", "give either levels or a scale, and not both", False))
    elif not c.levels and c.scale is None:
        faults.append(("levels", "neither levels nor a scale is given; give one of the two", False))
    elif c.levels:
        faults += _level_faults(c.levels)
    else:
        faults += _scale_faults(c.scale)
    if not faults and c.curve:
        faults += _curve_faults(c)
    return faults


def _text_faults(c: Any) -> list[Fault]:
    faults: list[Fault] = []
    names = ("title", "question", "short", "unit")
    faults += [(n, "must be text", False) for n in names if not isinstance(getattr(c, n), str)]
    if faults:
        return faults
    if not c.title.strip():
        faults.append(("title", "is blank", False))
    if not c.question.rstrip().endswith("?"):
        faults.append(("question", 'must end with "?" and say what is meant', False))
    if len(c.title) > 30:
        faults.append(("title", f"has {len(c.title)} characters; 30 are the most", True))
    if cells(c.short) > 6:
        faults.append(("short", f"takes {cells(c.short)} cells; 6 are the most", True))
    return faults


def _level_faults(levels: tuple[Level, ...]) -> list[Fault]:
    if not all(isinstance(level, Level) for level in levels):
        return [("levels", "must be Level objects; likert() makes them from words", False)]
    if not 2 <= len(levels) <= 11:
        return [("levels", f"{len(levels)} given; 2 to 11 levels make a scale", False)]
    if not all(is_number(level.score) for level in levels):
        return [("levels", "every score must be a finite number", False)]
    faults: list[Fault] = []
    if any(a.score >= b.score for a, b in pairwise(levels)):
        faults.append(("levels", "the scores must rise from level to level", False))
    for level in levels:
        if not isinstance(level.label, str) or not level.label.strip():
            faults.append(("levels", f"level {level.score} has no label", False))
        elif cells(level.label) > 16:
            faults.append(("levels", f"label {level.label!r} is longer than 16 cells", True))
        if not isinstance(level.describe, str):
            faults.append(("levels", f"describe of level {level.score} must be text", False))
    return faults


def _scale_faults(scale: Any) -> list[Fault]:
    if not (isinstance(scale, tuple | list) and len(scale) == 2 and all(map(is_number, scale))):
        return [("scale", "must be two numbers, low and high", False)]
    if scale[0] >= scale[1]:
        return [("scale", f"{scale[0]} to {scale[1]} does not rise; put the lower first", False)]
    return []


def _curve_faults(c: Any) -> list[Fault]:
    curve = c.curve
    if not _are_points(curve):
        return [("curve", "must be two or more points [score, value]", False)]
    if any(a[0] >= b[0] for a, b in pairwise(curve)):
        return [("curve", "the scores must rise from point to point", False)]
    low, high = (c.levels[0].score, c.levels[-1].score) if c.levels else c.scale
    if curve[0][0] != low or curve[-1][0] != high:
        return [("curve", f"must run over the whole scale, {low} to {high}", False)]
    ends = (0, 100) if c.better == "higher" else (100, 0)
    if (curve[0][1], curve[-1][1]) != ends:
        return [("curve", f"must run from value {ends[0]} to {ends[1]}", False)]
    rising = [v for _, v in (curve if c.better == "higher" else curve[::-1])]
    if any(a > b for a, b in pairwise(rising)):
        return [("curve", "the values must be monotone in the criterion's direction", False)]
    return []


def _are_points(curve: Any) -> bool:
    if not isinstance(curve, tuple | list) or len(curve) < 2:
        return False
    return all(
        isinstance(p, tuple | list) and len(p) == 2 and all(map(is_number, p)) for p in curve
    )


class Ballot(msgspec.Struct, frozen=True):
    """One participant's scores, notes and (optional) weights in one round.

    `scores`, `notes`, `accepted`, `confidence` and `ranges` are keyed by option, then criterion
    (`notes` also by "option"). A missing score means not scored yet; `"abstain"` is an answer.

    Attributes:
        confidence: 0 (a guess) to 1 (certain).
        ranges: (lowest, highest) score that the person holds possible.
        recused: by option, why the person does not judge it at all: an abstention on every
            criterion, whatever else the ballot says of it.
        dissent: by option, what the person wants recorded against the group's view.
        looked: by option and criterion, the wording (as in `Session.reworded`) that the score was
            given on, where the option was reworded after freezing.
    """

    participant: str
    round: int
    updated: dt.datetime | None = None
    weights: dict[str, Number] = msgspec.field(default_factory=dict)
    scores: Cells = msgspec.field(default_factory=dict)
    notes: Cells = msgspec.field(default_factory=dict)
    accepted: Cells = msgspec.field(default_factory=dict)
    confidence: Cells = msgspec.field(default_factory=dict)
    ranges: Cells = msgspec.field(default_factory=dict)
    recused: dict[str, str] = msgspec.field(default_factory=dict)
    dissent: dict[str, str] = msgspec.field(default_factory=dict)
    looked: Cells = msgspec.field(default_factory=dict)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    def score(self, option: str, criterion: str) -> Score | None:
        """The score of a cell, "abstain", or None where it is not scored yet."""
        if option in self.recused:
            return ABSTAIN
        found: Score | None = self.scores.get(option, {}).get(criterion)
        return found


class Round(msgspec.Struct, frozen=True):
    """One pass of scoring: open, then closed, then revealed; times are UTC."""

    opened: dt.datetime
    closed: dt.datetime | None = None
    revealed: dt.datetime | None = None
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def state(self) -> Literal["open", "closed", "revealed"]:
        """Where the round stands."""
        if self.closed is None:
            return "open"
        return "closed" if self.revealed is None else "revealed"


class Participant(msgspec.Struct, frozen=True):
    """Somebody who takes part; kept apart from ballots so that exports can leave it out.

    `weight` (≥ 0; 1: like everybody) is how much their ballot counts in the group's ranking.
    """

    name: str
    role: Role = "participant"
    organisation: str = ""
    expertise: str = ""
    interest: str = ""
    weight: Number = 1
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Mark(msgspec.Struct, frozen=True):
    """What the group decided on one cell of its agenda.

    `settled`: talked over and done; `revote`: to be voted on again in the next round; `note`: what
    was said.
    """

    settled: bool = False
    revote: bool = False
    note: str = ""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Grouping(msgspec.Struct, frozen=True):
    """How a group's cell comes from its ballots: the mean or the median of the values."""

    combine: Combine = "mean"
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Consensus(msgspec.Struct, frozen=True):
    """The rule by which a cell counts as agreed; fixed when round 1 opens.

    `rule` is "ram" (RAND/UCLA: disagreement where IPR > IPRAS, with IPRAS' `constant`), "iqr"
    (agreed where the interquartile range is at most `constant` levels) or "share" (agreed where
    at least `constant`, 0–1, chose the same score).
    """

    rule: Literal["ram", "iqr", "share"] = "ram"
    constant: Number = 2.35
    extra: dict[str, Any] = msgspec.field(default_factory=dict)


class Session(msgspec.Struct, frozen=True):
    """One workshop: what it asks, its rounds and people, its criteria as frozen, its weights.

    `agenda` holds what was decided on cells, keyed (option, criterion), the criterion "option" for
    an option as a whole; `dissent` minority statements by participant; `about` words for the
    report that nothing is reckoned from (`sponsor`, `choice-of-panel`, …); `reworded` by option a
    digest of the wording that was taken over after scores had been given on an earlier one.
    """

    id: str
    title: str
    question: str = ""
    created: dt.datetime | None = None
    made_by: str = ""
    blind: bool = False
    anonymous: bool = False
    round: int = 1
    rounds: dict[int, Round] = msgspec.field(default_factory=dict)
    consensus: Consensus = Consensus()
    participants: dict[str, Participant] = msgspec.field(default_factory=dict)
    weights: dict[str, Number] = msgspec.field(default_factory=dict)
    scenarios: dict[str, dict[str, Number]] = msgspec.field(default_factory=dict)
    criteria: dict[str, Criterion] = msgspec.field(default_factory=dict)
    suggestions: dict[str, Any] = msgspec.field(default_factory=dict)
    portfolio: dict[str, Any] = msgspec.field(default_factory=dict)
    methods: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    group: Grouping = Grouping()
    agenda: dict[tuple[str, str], Mark] = msgspec.field(default_factory=dict)
    dissent: dict[str, str] = msgspec.field(default_factory=dict)
    about: dict[str, str] = msgspec.field(default_factory=dict)
    reworded: dict[str, str] = msgspec.field(default_factory=dict)
    extra: dict[str, Any] = msgspec.field(default_factory=dict)

    @property
    def is_open(self) -> bool:
        """Whether the newest round still takes scores."""
        current = self.rounds.get(self.round)
        return current is not None and current.closed is None

    def panel(self, answered: Collection[str]) -> tuple[str, ...]:
        """Who was asked for a ballot, in order: all but facilitators who are not in `answered`."""
        people = self.participants.items()
        return tuple(
            key for key, person in people if person.role == "participant" or key in answered
        )

    def hides(self, round_: int) -> bool:
        """Whether others' scores of a round are hidden: a blind round that is not revealed."""
        found = self.rounds.get(round_)
        return self.blind and (found is None or found.revealed is None)


class Change(msgspec.Struct, frozen=True):
    """One line of somebody's history: what was changed, when, from what to what."""

    at: dt.datetime
    round: int
    what: Literal[
        "score", "note", "weight", "confidence", "accepted", "range", "recused", "dissent",
        "start", "rebuilt",
    ]  # fmt: skip
    option: str = ""
    criterion: str = ""
    before: Any = None
    after: Any = None
    why: str = ""


class Placing(msgspec.Struct, frozen=True):
    """Where one option stands in a ranking.

    Attributes:
        rank: None where a cell is open; else `rank_best`. Equal values share a rank.
        rank_best, rank_worst: the ranks that are possible, whatever the open cells turn out to be.
        value: overall value 0–100 (another method: its own score), or None where a cell is open.
        low, high: overall value with each open cell at its worst and best; None for other methods.
        scores: by criterion: a person's score, or the mean of the group's scores (to be read
            only); None where open.
        contributions: share × value, in points of overall value; None where open.
    """

    option: str
    title: str
    rank: int | None
    rank_best: int
    rank_worst: int
    value: float | None
    low: float | None
    high: float | None
    complete: bool
    scores: dict[str, float | None]
    contributions: dict[str, float | None]


class Ranking(msgspec.Struct, frozen=True):
    """Options in order, with the shares (summing to 1) and the method that put them there."""

    rows: tuple[Placing, ...]
    shares: dict[str, float]
    method: str = "additive"
    parameters: dict[str, Any] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
