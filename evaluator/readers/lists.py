"""Points put together to lists: what belongs to a point, what is a point of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from evaluator.readers import words
from evaluator.readers.blocks import Block
from evaluator.readers.markers import LAST, Marker
from evaluator.readers.sentences import finished, goes_on, hangs
from evaluator.readers.words import Advice

Made = Literal["marked", "label", "heading", "lead", "plain", "table", "inline", "stated"]


class Item(msgspec.Struct):
    """One point of a list, with everything that belongs to it.

    Attributes:
        parts: its texts: the first, then paragraphs and nested points.
        ends: the last line of each part.
        first: the line it begins on; `page` its page.
        title: what the source calls it (a heading, a bold opening), or empty.
        flags: what a person should look at.
        paragraphs: how many it has after the first.
        group: the heading it stands under inside the list; `actors`: whom that names.
        linked: it is a link and nothing else.
    """

    parts: list[str]
    ends: list[int]
    first: int
    page: int = 0
    title: str = ""
    flags: list[str] = msgspec.field(default_factory=list)
    paragraphs: int = 0
    group: str = ""
    actors: tuple[str, ...] = ()
    linked: bool = False

    @property
    def text(self) -> str:
        """The running text."""
        return " ".join(part for part in self.parts if part).strip()

    @property
    def last(self) -> int:
        """The line it ends on."""
        return max(self.first, *self.ends)

    def take(self, block: Block, flag: str) -> None:
        """Adds a block that belongs to this point."""
        self.parts.append(block.text)
        self.ends.append(block.last)
        if flag not in self.flags:
            self.flags.append(flag)


class Run(msgspec.Struct):
    """A list as found: its points, how it is made, and which blocks it covers.

    `value` is the number of its last point; `doubt` what speaks against it (below 0: for it).
    """

    made: Made
    key: str
    items: list[Item]
    start: int
    end: int
    value: int = 0
    doubt: float = 0.0

    @property
    def weak(self) -> bool:
        """Whether its label is a word that may number other things than recommendations."""
        return self.key.startswith("label:~")

    @property
    def stem(self) -> str:
        """The key without numbers: the same for "4.1" and "5.1"."""
        return re.sub(r"\d+", "1", self.key)

    @property
    def span(self) -> tuple[int, int]:
        """First and last line."""
        return self.items[0].first, self.items[-1].last

    @property
    def length(self) -> int:
        """Characters of all its points."""
        return sum(len(part) for item in self.items for part in item.parts)


def item_of(block: Block, *, flags: Sequence[str] = ()) -> Item:
    """A point that begins with a block."""
    text = block.text
    lead = block.lead if len(block.lead) < len(text) and len(block.lead) <= 160 else ""
    own = [*flags, *(["joined"] if block.joined else [])]
    item = Item([text], [block.last], block.first, block.page, lead.rstrip(" .:"), own)
    item.actors, item.linked = block.actors, block.linked
    return item


class _Level(msgspec.Struct):
    """One list that is open: outermost first in the stack."""

    key: str
    indent: int
    value: int


_BACK: Final = re.compile(
    r"(?:this|these|that|those|such|it|they|its|their|he|she|in particular|for example|for instance"
    r"|moreover|in addition|furthermore|however|at the same time|also|doing so|cela|ces?|cette|ils?"
    r"|elles?|en particulier|par exemple|de plus|en outre|esto|estas?|estos?|ello|además"
    r"|por ejemplo|diese[rsnm]?|dies|das|sie|dabei|dazu|zudem|außerdem|hierfür|dafür|questo"
    r"|queste|isso|essas?|esses?)\b",
    re.IGNORECASE,
)
_AHEAD: Final = 40  # blocks looked ahead for the next number of a list
_NEAR: Final = 30  # points looked back on to tell what is usual in a list
_GAP: Final = {True: 2, False: 8}  # paragraphs inside a list of bullets, of numbers


def points_back(text: str) -> bool:
    """Whether a paragraph opens with a word that refers to the one before it."""
    return _BACK.match(text) is not None


class Lister:
    """Walks over the blocks of a document and collects its marked lists; use `runs`."""

    def __init__(self, blocks: Sequence[Block], advice: Advice, *, titled: bool = True) -> None:
        self.blocks = blocks
        self.advice = advice
        self.titled = titled
        self.done: list[Run] = []
        self.run: Run | None = None
        self.stack: list[_Level] = []
        self.gap: list[Block] = []
        self.rank = 0
        self.tight = True  # no blank line between the points so far

    def runs(self) -> list[Run]:
        """Every marked list, in order; nested ones are part of the points they stand under."""
        for at, block in enumerate(self.blocks):
            titled = self.titled and block.kind == "heading" and block.marker is not None
            if block.kind == "point" or titled:
                self._point(at, block)
            elif block.kind == "heading":
                self._heading(block)
            elif block.kind == "row":
                if not self.rank:
                    self._close()
            else:
                self._text(at, block)
        self._close()
        return self.done

    def _heading(self, block: Block) -> None:
        deeper = block.family in ("colon", "bold") or (
            block.family == "level" and block.rank > self.rank
        )
        inside = self.rank and deeper and words.topic(block.text) == "none"
        if self.run is None or not inside:
            self._close()
        else:
            self.gap.append(block)

    def _text(self, at: int, block: Block) -> None:
        if self.run is None:
            return
        if self.rank:
            self.gap.append(block)
            return
        bullets = not self.stack[0].value
        if self._announces(at, block) and (bullets or not self._resumes(at)):
            self._close()
            return
        self.gap.append(block)
        if len(self.gap) > _GAP[bullets]:
            self._close()

    def _announces(self, at: int, block: Block) -> bool:
        """Whether a paragraph announces another list than the one that is open."""
        following = self.blocks[at + 1] if at + 1 < len(self.blocks) else None
        if self._under(block, self.stack[0]):
            return False
        inner = following is not None and following.indent > self.stack[0].indent + 1
        if (
            inner
            and following is not None
            and following.kind == "point"
            and not self.stack[0].value
        ):
            return False
        announces = following is not None and following.kind != "text"
        return block.text.endswith(":") or (announces and words.leads_in(block.text))

    def _under(self, block: Block, level: _Level) -> bool:
        """Whether a paragraph is set in, under the text of an item."""
        return block.indent >= level.indent + 2

    def _point(self, at: int, block: Block) -> None:
        marker = block.marker
        assert marker is not None
        if block.kind == "heading":
            self._titled(at, block, marker)
            return
        depth = self._depth_of(block, marker)
        if depth >= 0:
            del self.stack[depth + 1 :]
            self._next(at, block, marker, nested=depth > 0)
            return
        if self.run is not None and self._nests(at, block, marker):
            self.stack.append(_Level(marker.key, block.indent, marker.value))
            self._inner(at, block)
            return
        self._open(at, block, marker)

    def _titled(self, at: int, block: Block, marker: Marker) -> None:
        """A heading with a label of its own opens a point, whatever stood before it."""
        top = self.stack[0] if self.stack else None
        if self.run is None or top is None or top.key != marker.key or marker.value <= top.value:
            self._open(at, block, marker)
        else:
            del self.stack[1:]
            self._next(at, block, marker, nested=False)
        assert self.run is not None
        self.run.items[-1].title = block.text
        self.rank = block.rank

    def _open(self, at: int, block: Block, marker: Marker) -> None:
        self._close()
        made: Made = "label" if marker.label else "marked"
        self.run = Run(made, marker.key, [item_of(block)], at, at + 1, marker.value)
        self.stack = [_Level(marker.key, block.indent, marker.value)]
        self.tight = True

    def _depth_of(self, block: Block, marker: Marker) -> int:
        """Which open list a point continues (0 is the outermost), or -1.

        Of lists with one bullet it is the one whose indent is nearest; a point that stands further
        left than all of them continues the innermost: its indent was lost.
        """
        fitting = [n for n, level in enumerate(self.stack) if self._matches(level, block, marker)]
        if not fitting or not marker.bullet:
            return fitting[-1] if fitting else -1
        away = {n: abs(self.stack[n].indent - block.indent) for n in fitting}
        nearest = min(fitting, key=lambda n: (away[n], -n))
        lost = all(block.indent < self.stack[n].indent for n in fitting)
        return nearest if away[nearest] <= 1 or lost else -1

    def _matches(self, level: _Level, block: Block, marker: Marker) -> bool:
        if level.key != marker.key:
            return False
        if marker.bullet:
            return level is not self.stack[0] or not self._set_apart(block)
        if marker.label:
            return marker.value > level.value
        lost = marker.value == level.value + 2 and len(self.gap) > 0
        return marker.value == level.value + 1 or lost or marker.value == LAST

    def _set_apart(self, block: Block) -> bool:
        """Whether a bullet stands off a tight list and says nothing that the list says."""
        run = self.run
        if run is None or not self.tight or not block.blank or block.cut or len(run.items) < 3:
            return False
        asked = all(self.advice.weight(item.text) for item in run.items[-_NEAR:])
        return asked and not self.advice.weight(block.text)

    def _nests(self, at: int, block: Block, marker: Marker) -> bool:
        """Whether a point of another shape stands under the last point of the open list."""
        run, level = self.run, self.stack[-1]
        assert run is not None
        if self.rank or (run.made == "label" and not marker.label):
            return True
        if marker.label or (marker.key == level.key and self._set_apart(block)):
            return False
        if self.gap:
            opens = self.gap[-1].text.endswith(":") or level.value > 0
            return opens and self._resumes(at)
        if run.items[-1].text.endswith(":") or self._is_close(block, level):
            return True
        return block.indent > level.indent + 1 or self._resumes(at)

    def _is_close(self, block: Block, level: _Level) -> bool:
        """Whether a point follows at once, and no further left."""
        return not block.apart and block.indent >= level.indent

    def _resumes(self, at: int) -> bool:
        """Whether the outermost list goes on before the next heading."""
        top = self.stack[0]
        for block in self.blocks[at + 1 : at + _AHEAD]:
            if block.kind == "heading":
                return False
            if block.kind != "point" or block.marker is None or block.marker.key != top.key:
                continue
            if not top.value or block.marker.value == top.value + 1:
                return True
        return False

    def _next(self, at: int, block: Block, marker: Marker, *, nested: bool) -> None:
        run = self.run
        assert run is not None
        level = self.stack[-1]
        if nested:
            level.value = marker.value
            self._inner(at, block)
            return
        self.tight = self.tight and not block.blank
        self._settle(block, marker, level)
        run.end = at + 1
        level.value = marker.value if marker.value != LAST else level.value + 1
        run.value = level.value
        if marker.bullet and self._is_rest(run, block):
            run.items[-1].take(block, "joined")
        else:
            run.items.append(item_of(block))

    def _inner(self, at: int, block: Block) -> None:
        run = self.run
        assert run is not None
        run.end = at + 1
        for paragraph in self.gap:
            run.items[-1].take(paragraph, "joined")
        self.gap.clear()
        run.items[-1].take(block, "nested")

    def _is_rest(self, run: Run, block: Block) -> bool:
        """Whether a point is only the rest of the one before, with a marker it should not have."""
        last = run.items[-1].text
        if finished(last):
            return False
        if not goes_on(block.text):
            return block.cut and hangs(last)
        if last.endswith(",") and not block.cut:
            return False
        if not block.cut and len(last) <= 40:
            return False
        near = run.items[-_NEAR:]
        return sum(not goes_on(item.parts[0]) for item in near) * 2 > len(near)

    def _settle(self, block: Block, marker: Marker, level: _Level) -> None:
        """Gives the paragraphs between two points to the first, or makes them points."""
        run = self.run
        assert run is not None
        missing = not marker.bullet and not marker.label and marker.value == level.value + 2
        for paragraph in self.gap:
            last = run.items[-1]
            lost = missing or (marker.bullet and self._lost(paragraph, run, block, level))
            if lost and finished(last.text):
                run.items.append(item_of(paragraph, flags=["no marker"]))
                missing = False
            else:
                last.take(paragraph, "joined")
                last.paragraphs += 1
        self.gap.clear()

    def _lost(self, paragraph: Block, run: Run, block: Block, level: _Level) -> bool:
        if points_back(paragraph.text) or self._under(paragraph, level):
            return False
        near = run.items[-_NEAR:]
        if any(item.paragraphs for item in near[:-1]):
            return False
        openings = {_opening(item.parts[0]) for item in near} | {_opening(block.text)}
        return self.advice.opens_as_advice(paragraph.text) or _opening(paragraph.text) in openings

    def _close(self) -> None:
        run = self.run
        if run is not None:
            self._trail(run)
            run.items = [item for item in run.items if item.text]
            self.done += [run] if run.items else []
        self.run, self.rank = None, 0
        self.stack, self.gap = [], []

    def _trail(self, run: Run) -> None:
        """Paragraphs after the last point belong to it where the other points have some too."""
        others = [item.paragraphs for item in run.items[:-1]]
        most = max(others, default=0) if others and (self.rank or min(others) > 0) else 0
        if self.rank:
            most = max(most, 1) if others else len(self.gap)
        if self.gap and run.items[-1].text.endswith(":"):
            most = max(most, 1)
        while 0 < most < len(self.gap) and not self.gap[most].apart:
            most += 1
        for paragraph in self.gap[:most]:
            run.items[-1].take(paragraph, "joined")
            run.items[-1].paragraphs += 1
            run.end += 1


def _opening(text: str) -> str:
    return " ".join(text[:80].lower().split()[:2])
