"""What is to be known of one cell: the option, the criterion's levels, what the text says.

Four lines below a narrow list, a pane beside a wide one; one function for each part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rich.style import Style
from textual.geometry import Region
from textual.message import Message

from evaluator.display import clean_text, rounded
from evaluator.tui.text import bar, figure, fit, open_bar, plain, width, wrap
from evaluator.tui.widgets.drawn import Drawn, Parts, marked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events

    from evaluator.model import Criterion, Number, Option, Placing, Score, Suggestion
    from evaluator.tui.theme import Paint


BAR = 10  # cells of a value of 100
ROOMY = 6  # lines below a list from which on the question has one of its own
LEAST = 16  # cells of an option's title beside a question
GONE = "its plugin is missing"


class About(msgspec.Struct, frozen=True):
    """What the detail shows: one cell, and the ranking so far.

    `number` is 0 where the option does not count. `asked` says whether to show what the text says,
    `withheld` why it is not shown; `hint` names the keys that are about it. `gone`: the plugin that
    gave the criterion is not there.
    """

    number: int
    option: Option
    criterion: Criterion
    share: float
    score: Score | None
    note: str = ""
    asked: bool = False
    suggestion: Suggestion | None = None
    withheld: str = ""
    hint: str = ""
    ranking: tuple[Placing, ...] = ()
    gone: bool = False


class Detail(Drawn):
    """Draws what `show` was told; only lines that changed are sent to the terminal."""

    def __init__(self) -> None:
        super().__init__(id="detail")
        self.reel = Reel()
        self._about: About | None = None
        self._lines: list[Parts] = []
        self._drawn_for = (0, 0)

    def show(self, about: About | None) -> None:
        """Shows another cell, or (None) nothing."""
        if about is None or self._about is None or about.option is not self._about.option:
            self.reel.top = 0
        self._about = about
        self._draw()

    def turn(self, by: int) -> None:
        """Moves the text by so many lines, down where above 0."""
        self.reel.top = min(max(self.reel.top + by, 0), self.reel.most)
        self._draw()

    def activate(self, active: bool) -> None:
        """Whether the keys that move are for the text: its rule shows it."""
        self.reel.active = active
        self._draw()

    @property
    def overflows(self) -> bool:
        """Whether some of the text is out of view."""
        return self.reel.most > 0

    def _draw(self) -> None:
        before = self._lines
        self._make()
        height = max(len(before), len(self._lines))
        changed = [y for y in range(height) if before[y : y + 1] != self._lines[y : y + 1]]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def _make(self) -> None:
        cells, height = self._drawn_for = self.size
        self._lines = self._made(cells, height) if self._about and cells and height else []

    def _made(self, cells: int, height: int) -> list[Parts]:
        assert self._about is not None
        self.reel.most = 0
        if self._pane:
            return beside(self._about, cells - 3, height, self.paint, self.reel)
        return below(self._about, cells, height, self.paint, self.reel)

    @property
    def _pane(self) -> bool:
        """Whether it stands beside the list."""
        return self.size.height > 6 and self.screen.has_class("-wide")

    class LevelClicked(Message):
        """A level was clicked."""

        def __init__(self, score: Number) -> None:
            super().__init__()
            self.score = score

    def on_click(self, event: events.Click) -> None:
        """A click on a level gives it."""
        score = event.style.meta.get("score")
        if score is not None:
            event.stop()
            self.post_message(self.LevelClicked(score))

    def line(self, y: int, cells: int) -> Parts:
        """One line; beside a list, with a rule at its left."""
        if self._drawn_for != self.size:
            self._make()
        found = self._lines[y] if y < len(self._lines) else []
        if self._pane:
            return [("▏", self.paint.rest), (" ", self.paint.base), *found]
        return found


class Reel:
    """Which lines of a text are in view.

    Attributes:
        top: the first one, from 0.
        most: the largest `top`; 0 where all fit.
        active: whether the keys that move are for the text.
    """

    def __init__(self) -> None:
        self.top = self.most = 0
        self.active = False

    def shown(self, lines: Sequence[str], cells: int, room: int) -> list[str]:
        """The lines in view; the last one says how many more there are below."""
        if room < 1:
            return []
        self.most = max(0, len(lines) - room)
        self.top = min(self.top, self.most)
        found = list(lines[self.top : self.top + room])
        more = self.most - self.top
        if more:
            hint = f"  {more} more line{'s' if more > 1 else ''}: tab, then ↓"
            found[-1] = fit(f"{found[-1]} …", cells - width(hint)) + hint
        return found


# -- below a narrow list


def below(about: About, cells: int, height: int, paint: Paint, reel: Reel) -> list[Parts]:
    """Title, question, levels, text; in four lines the question stands beside the title.

    Or title and what the text says.
    """
    head = _rule(about, cells, paint, asks=height < ROOMY, active=reel.active)
    if about.asked:
        return [head, *_said(about, cells, height - 1, paint)]
    note = [[(fit(f" note: {about.note}", cells), paint.mark)]] if about.note else []
    room = height - 2 - len(note)
    if height < ROOMY:
        asked = plain(about.criterion.question)
        cut = asked if asked and asked not in head[0][0] else ""
        text = _text(about, cells, room, paint, reel, wrap(cut, cells - 2))
        text += [[]] * (room - len(text))
        return [head, *text, *note[: height - 2], levels(about, cells, paint)]
    question = [
        [(f" {line}", paint.muted)] for line in wrap(about.criterion.question, cells - 2)[:2]
    ]
    text = _text(about, cells, room - len(question), paint, reel)
    return [head, *question, levels(about, cells, paint), *note, *text]


def _text(
    about: About, cells: int, room: int, paint: Paint, reel: Reel, more: Sequence[str] = ()
) -> list[Parts]:
    lines = reel.shown((*wrap(_words(about.option), cells - 2), *more), cells - 2, room)
    return [[(f" {line}", paint.base)] for line in lines]


def _rule(about: About, cells: int, paint: Paint, *, asks: bool, active: bool) -> Parts:
    """The rule over the detail: which option and criterion, and the keys about the text."""
    number = f"{about.number} " if about.number else ""
    title, tail = plain(about.option.title), plain(about.criterion.title)
    question = plain(about.criterion.question)
    if asks and question and not about.asked:
        tail = question
        title = fit(title, min(width(title), max(LEAST, cells - width(number + tail) - 5))).rstrip()
    name = f"{number}{title} — {tail}"
    name += f", {GONE}" if about.gone else ""
    hint = f" {about.hint} ▔" if about.hint else ""
    room = cells - width(hint) - 2
    if about.asked and room > 40:  # what the keys do matters more than a long title
        name = fit(name, room).rstrip()
    elif width(name) > room:
        hint = ""
    rule = ("▼" if active else "▔") + fit(name, min(width(name), cells - 2))
    line = rule + "▔" * (cells - width(rule) - width(hint))
    return [(line, paint.head), (hint, paint.muted)]


def _words(option: Option) -> str:
    return option.text or option.summary


def _cut(text: str, cells: int, lines: int) -> list[str]:
    found = list(wrap(text, cells))
    if len(found) > lines > 0:
        found = found[:lines]
        found[-1] = fit(f"{found[-1]} …", cells)
    return found[: max(lines, 0)]


def levels(about: About, cells: int, paint: Paint) -> Parts:
    """The levels in one line; where they do not fit, the score's own and those around it."""
    criterion = about.criterion
    if not criterion.levels:
        return _measured(criterion, paint)
    texts = [f"{figure(level.score)} {plain(level.label)}" for level in criterion.levels]
    here = next((n for n, lv in enumerate(criterion.levels) if lv.score == about.score), None)
    first, last = _window([width(text) + 3 for text in texts], here or 0, cells - 4)
    parts: Parts = [(" … · " if first else " ", paint.muted)]
    for n in range(first, last):
        if n > first:
            parts.append((" · ", paint.muted))
        style = paint.mark if n == here else paint.base
        parts.append((texts[n], _clickable(style, criterion.levels[n].score)))
    return [*parts, (" · …", paint.muted)] if last < len(texts) else parts


def _measured(criterion: Criterion, paint: Paint) -> Parts:
    unit = f" {plain(criterion.unit)}" if criterion.unit else ""
    span = f" {figure(criterion.low)} to {figure(criterion.high)}{unit}"
    how = f" · {criterion.better} is better · enter: type it"
    return [(span, paint.base), (how, paint.muted)]


def _clickable(style: Style, score: Number) -> Style:
    """A style that tells a click which score it is on."""
    return style + Style(meta={"score": score})


def _window(sizes: Sequence[int], here: int, room: int) -> tuple[int, int]:
    """The widest run of sizes around `here` that fits into `room`."""
    if sum(sizes) - 3 <= room + 3:
        return 0, len(sizes)
    first, last = here, here + 1
    while True:
        used = sum(sizes[first:last]) + 6
        if last < len(sizes) and used + sizes[last] <= room:
            last += 1
        elif first > 0 and used + sizes[first - 1] <= room:
            first -= 1
        else:
            return first, last


# -- what the text says


def _said(about: About, cells: int, height: int, paint: Paint) -> list[Parts]:
    found = about.suggestion
    if about.withheld or found is None:
        why = about.withheld or "the text holds no cue for this criterion: no suggestion"
        return [[(f" {line}", paint.base)] for line in wrap(why, cells - 2)][:height]
    if not found.rationale:  # a word that is being chosen
        return evidence(about.option, found, cells, height, paint)
    lines = _proposal(about, found, cells, paint)
    lines += [
        [(f" {line}", paint.muted)] for line in _cut(found.rationale, cells - 2, max(1, height - 2))
    ]
    return [*lines, *evidence(about.option, found, cells, height - len(lines), paint)]


def _proposal(about: About, found: Suggestion, cells: int, paint: Paint) -> list[Parts]:
    anchor = plain(about.criterion.anchor(found.score))
    score = figure(found.score)
    said = score if anchor.startswith(score) else f"{score} {anchor}"
    what: Parts = [(" proposes ", paint.muted), (said, paint.strong)]
    sure = f"confidence {rounded(100 * found.confidence)} %"
    if width(said) + width(sure) + 13 <= cells:
        return [[*what, (f" · {sure}", paint.muted)]]
    return [what, [(f" {sure}", paint.muted)]]


def evidence(
    option: Option, found: Suggestion, cells: int, height: int, paint: Paint
) -> list[Parts]:
    """The option's words with the cues underlined, from the line of the first cue on."""
    spans = [(e.field, e.start, e.end) for e in found.evidence]
    if not spans or height < 1:
        return []
    field = spans[0][0]
    text = str(getattr(option, field, ""))
    safe = clean_text(text) == text  # otherwise the spans are those of another text
    wanted = sorted((start, end) for name, start, end in spans if name == field and safe)
    placed = _placed(text, wrap(text, cells - 2), wanted)
    first = next((n for n, (_, cues) in enumerate(placed) if cues), 0)
    first = min(first, max(0, len(placed) - height))
    return [underlined(line, cues, paint) for line, cues in placed[first : first + height]]


def _placed(
    text: str, lines: Sequence[str], wanted: Sequence[tuple[int, int]]
) -> list[tuple[str, list[tuple[int, int]]]]:
    """Each line of a wrapped text with the spans that fall into it, counted from its start."""
    found = []
    at = 0
    for line in lines:
        start = text.find(line, at)
        at = start + len(line) if start >= 0 else at
        found.append((line, [(s - start, e - start) for s, e in wanted if s < at and e > start]))
    return found


def underlined(line: str, spans: Sequence[tuple[int, int]], paint: Paint) -> Parts:
    """A line with these spans of it marked."""
    return [(" ", paint.base), *marked(line, spans, paint.base, paint.mark)]


# -- beside a wide list


def beside(about: About, cells: int, height: int, paint: Paint, reel: Reel) -> list[Parts]:
    """Option, criterion with its anchors, ranking so far; each as far as there is room."""
    ranks = min(len(about.ranking) + 3, max(6, height // 3))
    criterion = _criterion(about, cells, paint, described=True)
    words = len(wrap(_words(about.option), cells)) + 3
    if words + len(criterion) + ranks + 2 > height:
        criterion = _criterion(about, cells, paint, described=False)
    room = max(3, height - len(criterion) - ranks)
    option = _option(about, cells, room, paint, reel)
    lines = [*option, [], *criterion, []]
    return [*lines, *ranking(about.ranking, cells, height - len(lines), paint)][:height]


def _option(about: About, cells: int, height: int, paint: Paint, reel: Reel) -> list[Parts]:
    title = f"{about.number or '–'} {plain(about.option.title)}"
    hint = fit(about.hint, cells - 6, "right")
    head = "OPTION ▼" if reel.active else "OPTION"
    lines: list[Parts] = [[(head, paint.head), (hint[len(head) - 6 :], paint.muted)]]
    lines += [[(line, paint.strong)] for line in wrap(title, cells)[:3]]
    if about.asked:
        lines += [[], [("WHAT THE TEXT SAYS", paint.head)]]
        said = _said(about, cells + 1, height - len(lines), paint)
        return [*lines, *([(parts[0][0][1:], parts[0][1]), *parts[1:]] for parts in said if parts)]
    notes = wrap(f"note: {about.note}", cells)[:3] if about.note else ()
    room = height - len(lines) - len(notes)
    text = reel.shown(wrap(_words(about.option), cells), cells, room)
    lines += [[(line, paint.base)] for line in text]
    return [*lines, *([(line, paint.mark)] for line in notes)]


def _criterion(about: About, cells: int, paint: Paint, *, described: bool) -> list[Parts]:
    criterion = about.criterion
    head = f"{plain(criterion.title).upper()} · weight {rounded(100 * about.share)} of 100"
    lines: list[Parts] = [[(fit(head, cells), paint.head)]]
    lines += [[(GONE, paint.warn)]] if about.gone else []
    lines += [[(line, paint.muted)] for line in wrap(criterion.question, cells)[:2]]
    if not criterion.levels:
        return [*lines, levels(about, cells, paint)]
    for level in criterion.levels:
        here = level.score == about.score
        text = f"{'▸' if here else ' '} {figure(level.score)}  {plain(level.label)}"
        style = paint.strong if here else paint.base
        lines.append([(fit(text, cells), _clickable(style, level.score))])
        if (here or described) and level.describe:
            said = wrap(level.describe, cells - 5)[:2]
            lines += [[(f"     {line}", paint.muted)] for line in said]
    return lines


def ranking(rows: Sequence[Placing], cells: int, height: int, paint: Paint) -> list[Parts]:
    """The ranking so far: complete options by value, then the open ones with what is possible."""
    complete = [row for row in rows if row.value is not None]
    unsure = [row for row in rows if row.value is None]
    if height < 2 or not rows:
        return []
    lines: list[Parts] = [[("RANKING SO FAR", paint.head)]]
    if not complete:
        lines.append([("  nothing is scored on all criteria yet", paint.muted)])
    title = cells - 3 - BAR - 8
    lines += [_ranked(row, title, paint) for row in complete]
    if unsure:
        lines.append([(f"   still open ({len(unsure)})", paint.muted)])
    lines += [_open(row, title, paint) for row in unsure]
    if len(lines) > height:
        lines[height - 1 :] = [[(f"   … {len(lines) - height + 1} more", paint.muted)]]
    return lines


def _ranked(row: Placing, title: int, paint: Paint) -> Parts:
    value = row.value or 0
    return [
        (f"{row.rank:>2} {fit(row.title, title)} ", paint.base),
        (fit(bar(value, BAR), BAR), paint.bar),
        (f"{rounded(value):>7}", paint.base),
    ]


def _open(row: Placing, title: int, paint: Paint) -> Parts:
    low, high = row.low or 0, row.high or 0
    drawn = open_bar(low, high, BAR)
    sure = drawn.count("━")
    return [
        (f"   {fit(row.title, title)} ", paint.muted),
        (drawn[:sure], paint.bar),
        (drawn[sure:] + " " * (BAR - len(drawn)), paint.rest),
        (fit(f"{rounded(low)}–{rounded(high)}", 7, "right"), paint.muted),
    ]
