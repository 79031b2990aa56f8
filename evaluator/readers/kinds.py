"""Lists of recommendations without list markers: headings, bold openings, paragraphs, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from evaluator.readers import markers, sections, words
from evaluator.readers.blocks import Block
from evaluator.readers.lists import Item, Lister, Run, item_of, points_back
from evaluator.readers.sentences import first_sentence
from evaluator.readers.words import Advice

_NAMES_ACTOR: Final = re.compile(
    r"(?:lead|responsib\w*|actors?|who|owner|agency|institution|addressee|acteurs?|responsables?"
    r"|actores?|akteure?|zuständig\w*|verantwortlich\w*|attori?|ator(?:es)?)\b",
    re.IGNORECASE,
)


def others(blocks: Sequence[Block], advice: Advice) -> Iterator[Run]:
    """Every list that is not made with markers, but for tables."""
    for at in sections.openers(blocks):
        end = sections.reach(blocks, at)
        yield from _under_headings(blocks, at, end, advice)
        yield from _paragraphs(blocks, at, end, advice)
    yield from _announced(blocks, advice)
    yield from _bold_openings(blocks)
    yield from _inside_paragraphs(blocks)
    yield from _stated(blocks)
    yield from _labelled(blocks)


def _under_headings(blocks: Sequence[Block], at: int, end: int, advice: Advice) -> Iterator[Run]:
    """Sub-headings of a section, each with its text."""
    heads = _heads(blocks, at, end)
    if not heads:
        return
    items: list[Item] = []
    grouped = advising = 0
    for index, following in zip(heads, [*heads[1:], end], strict=True):
        if words.topic(blocks[index].text) in ("other", "summary"):
            break
        body = [block for block in blocks[index + 1 : following] if not block.head]
        if all(block.kind == "heading" for block in body):
            continue
        items.append(_headed(blocks[index], body))
        grouped += _is_group(body)
        advising += sum(
            block.kind == "text" and advice.opens_as_advice(block.text) for block in body
        )
    if _is_loose(blocks[at]):
        while len(items) > 2 and _says_nothing(items[-1], advice):
            items.pop()
    if len({item.title for item in items}) < 2:
        return
    before = any(
        block.kind == "text" and advice.opens_as_advice(block.text)
        for block in blocks[at + 1 : heads[0]]
    )
    doubt = 3 * grouped / len(items) + 2 * before + 2 * (advising > 1.4 * len(items))
    key = f"{blocks[heads[0]].family}{blocks[heads[0]].rank}"
    yield Run("heading", key, items, heads[0], end, doubt=doubt)


def _heads(blocks: Sequence[Block], at: int, end: int) -> list[int]:
    """The headings one step below the one at `at`."""
    inner = [
        index
        for index in range(at + 1, end)
        if blocks[index].kind == "heading" and blocks[index].marker is None
    ]
    family = blocks[at].family
    same = [blocks[index].rank for index in inner if blocks[index].family == family]
    if family in ("level", "number") and same:
        top = (family, min(same))
    else:
        top = (blocks[inner[0]].family, blocks[inner[0]].rank) if inner else ("", 0)
    return [index for index in inner if (blocks[index].family, blocks[index].rank) == top]


def _is_loose(opener: Block) -> bool:
    """Whether the rank of a heading is a guess, so that its section may end unnoticed."""
    return opener.family in ("plain", "bold", "capitals", "colon")


def _says_nothing(item: Item, advice: Advice) -> bool:
    return not any(advice.weight(part) for part in item.parts)


_OWN_NUMBER: Final = re.compile(r"(?:\d+(?:\.\d+)*[.)]?|[IVX]+[.)]|[A-Z][.)])\s+")


def _headed(heading: Block, body: Sequence[Block]) -> Item:
    item = item_of(heading)
    item.title = _OWN_NUMBER.sub("", heading.text, count=1)
    item.parts = [item.title]
    for block in body:
        item.take(block, "joined" if block.kind == "text" else "nested")
    item.flags = [flag for flag in item.flags if flag == "nested"]
    return item


def _is_group(body: Sequence[Block]) -> bool:
    """Whether what stands under a heading is a list of its own rather than a text."""
    first = next(block for block in body if block.kind != "heading")
    if first.kind == "point":
        return True
    if first is not body[0]:
        return len(body) > 4
    if first.kind == "row":
        return False
    announces = first.text.endswith(":") and len(first.text) <= 120
    return announces and first is body[0] and len(body) > 1 and body[1].kind == "point"


class _Collector:
    """Collects paragraphs that are recommendations of their own, and what belongs to each."""

    def __init__(self, advice: Advice, *, titled: bool) -> None:
        self.advice = advice
        self.titled = titled
        self.items: list[Item] = []
        self.pending: list[Block] = []
        self.broken = True
        self.group = ""
        self.span = (0, 0)

    def take(self, at: int, block: Block) -> None:
        """Takes the next block of the section."""
        if block.kind == "heading":
            self.broken, self.group = True, block.text
            self.pending.clear()
        elif block.kind == "point" and not self.broken:
            self._settle()
            self.items[-1].take(block, "nested")
            self.span = (self.span[0], at)
        elif block.kind == "text" and self._opens(block):
            self._settle()
            self.items.append(item_of(block))
            self.items[-1].group = self.group
            self.span = (self.span[0] if len(self.items) > 1 else at, at)
            self.broken = False
        elif block.kind == "text" and not self.broken:
            self.pending.append(block)

    def _opens(self, block: Block) -> bool:
        if self.items and points_back(block.text):
            return False
        return self.advice.opens_as_advice(block.text) or (self.titled and _has_title(block))

    def _settle(self) -> None:
        """What stood in between belongs to the point before it, unless a heading came first."""
        for block in self.pending:
            self.items[-1].take(block, "joined")
            self.items[-1].paragraphs += 1
        self.pending.clear()

    def end(self) -> None:
        """After the last point only a paragraph that points back to it still belongs to it."""
        if self.pending and points_back(self.pending[0].text):
            self.items[-1].take(self.pending[0], "joined")


def _has_title(block: Block) -> bool:
    """Whether a paragraph opens with a short sentence, as if it were its title."""
    first = first_sentence(block.text[:200])
    return len(first.split()) <= 8 and len(first) * 2 < len(block.text)


def _paragraphs(blocks: Sequence[Block], at: int, end: int, advice: Advice) -> Iterator[Run]:
    """Paragraphs that open with an actor and a modal verb, or with a request."""
    texts = [block for block in blocks[at + 1 : end] if block.kind == "text"]
    titled = sum(map(_has_title, texts))
    collector = _Collector(advice, titled=titled >= 3 and titled * 5 >= len(texts) * 4)
    for index in range(at + 1, end):
        collector.take(index, blocks[index])
    collector.end()
    items = collector.items
    if len(items) >= 2 and not all(item.text.endswith(":") for item in items):
        yield Run("plain", "", items, collector.span[0], collector.span[1] + 1)


def _announced(blocks: Sequence[Block], advice: Advice) -> Iterator[Run]:
    """Paragraphs without markers after a sentence that announces recommendations."""
    left = 40
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        if block.kind != "text" or following is None or following.kind != "text":
            continue
        if (
            left
            and words.leads_in(block.text)
            and (block.text.endswith(":") or "follow" in block.text)
        ):
            end = next(
                (index for index in range(at + 1, len(blocks)) if blocks[index].kind == "heading"),
                len(blocks),
            )
            left -= 1
            yield from _paragraphs(blocks, at, end, advice)


def _bold_openings(blocks: Sequence[Block]) -> Iterator[Run]:
    """Paragraphs that open with some words in bold; those between belong to the one before."""
    run: Run | None = None
    for at, block in enumerate(blocks):
        opens = (
            block.kind == "text"
            and 0 < len(block.lead) < len(block.text)
            and len(block.lead) <= 160
        )
        if opens:
            if run is None:
                run = Run("lead", "bold", [], at, at + 1)
            run.items.append(item_of(block))
            run.end = at + 1
        elif run is not None and block.kind in ("text", "point"):
            run.items[-1].take(block, "nested" if block.kind == "point" else "joined")
            run.items[-1].paragraphs += 1
        elif run is not None:
            yield _trimmed(run)
            run = None
    if run is not None:
        yield _trimmed(run)


def _trimmed(run: Run) -> Run:
    """The last point keeps no more paragraphs than the longest of the others."""
    last = run.items[-1]
    most = max((item.paragraphs for item in run.items[:-1]), default=0)
    if last.paragraphs > most:
        del last.parts[1 + most :], last.ends[1 + most :]
        last.paragraphs = most
    return run


def tables(blocks: Sequence[Block]) -> Iterator[Run]:
    """Tables with a column of recommendations."""
    at = 0
    while at < len(blocks):
        if blocks[at].kind != "row":
            at += 1
            continue
        end = at
        while end < len(blocks) and blocks[end].kind == "row":
            end += 1
        yield from _table(blocks, at, end)
        at = end


def _table(blocks: Sequence[Block], at: int, end: int) -> Iterator[Run]:
    head = blocks[at].cells
    topics = [words.topic(cell) for cell in head]
    column = next((n for n, topic in enumerate(topics) if topic in ("advice", "steps")), -1)
    if column < 0:
        return
    named = (n for n, cell in enumerate(head) if n != column and _NAMES_ACTOR.match(cell))
    actor = next(named, -1)
    rows = [block for block in blocks[at + 1 : end] if _cell(block, column)]
    items = [item for block in rows if (item := _row_item(block, column, actor)).text]
    if len(items) >= 2:
        doubt = -1.5 if topics[column] == "advice" else 0.0
        yield Run("table", head[column], items, at, end, doubt=doubt)


def _cell(block: Block, column: int) -> str:
    return block.cells[column].strip() if 0 <= column < len(block.cells) else ""


def _row_item(block: Block, column: int, actor: int) -> Item:
    text = _cell(block, column)
    found, start = markers.find(text)
    item = Item([text[start:] if found else text], [block.last], block.first, block.page)
    actors = (part.strip() for part in re.split(r"[;,]", _cell(block, actor)))
    item.actors = tuple(filter(None, actors))
    return item


def _stated(blocks: Sequence[Block]) -> Iterator[Run]:
    """Paragraphs anywhere in a document that say they recommend something."""
    found = [
        at
        for at, block in enumerate(blocks)
        if block.kind in ("text", "point") and not block.text.endswith(":")
        if words.states(block.text)
    ]
    if len(found) >= 2:
        yield Run("stated", "", [item_of(blocks[at]) for at in found], found[0], found[-1] + 1)


_LABELLED: Final = re.compile(
    rf"(?:{words.any_of('labels', 'strong')})\s?[:–—]\s*(?=\S.{{10}})", re.IGNORECASE
)


def _labelled(blocks: Sequence[Block]) -> Iterator[Run]:
    """Points and paragraphs that open with a label without a number: "Recommendation: …"."""
    items: list[Item] = []
    at = [n for n, block in enumerate(blocks) if block.kind in ("text", "point")]
    found = [(n, match) for n in at if (match := _LABELLED.match(blocks[n].text))]
    for n, match in found:
        item = item_of(blocks[n])
        item.parts = [item.parts[0][match.end() :]]
        item.title = ""
        for inner in blocks[n + 1 :]:
            if inner.kind != "point" or inner.indent <= blocks[n].indent:
                break
            item.take(inner, "nested")
        items.append(item)
    if len(items) > 1:
        yield Run("label", "label:", items, found[0][0], found[-1][0] + 1)


_INSIDE: Final = re.compile(
    r"(?<=[\s:;,])(?:\((?P<n>\d{1,2}|[a-z]|[ivx]{2,4})\)|(?P<m>\d{1,2}|[a-z])\))\s+(?=\w)"
)


def _inside_paragraphs(blocks: Sequence[Block]) -> Iterator[Run]:
    """Points that stand inside one paragraph: "We recommend: (a) …; (b) …; and (c) …"."""
    for at, block in enumerate(blocks):
        if block.kind != "text" or len(block.text) < 40:
            continue
        found = _rising(list(_INSIDE.finditer(block.text)))
        if len(found) < 2 or not words.leads_in(block.text[: found[0].start()]):
            continue
        items = []
        for one, following in zip(found, [*found[1:], None], strict=True):
            text = block.text[one.end() : following.start() if following else None].strip()
            text = re.sub(r"[;,]\s*(?:and|or|et|ou|y|o|und|oder|e)?$", "", text).strip()
            items.append(Item([text], [block.last], block.first, block.page))
        if all(item.text for item in items):
            yield Run("inline", "", items, at, at + 1)


def inside_points(blocks: Sequence[Block], advice: Advice) -> Iterator[Run]:
    """Points under a point that announces them: "• We recommend further that:"."""
    for at, block in enumerate(blocks):
        if block.kind != "point" or block.text[-1:] != ":":
            continue
        end = at + 1
        while end < len(blocks) and _is_inner(blocks[end], block):
            end += 1
        for run in Lister(blocks[at + 1 : end], advice).runs()[:1]:
            if len(run.items) > 1:
                run.start, run.end = run.start + at + 1, run.end + at + 1
                yield run


def _is_inner(block: Block, above: Block) -> bool:
    """Whether a block may stand under a point: it is set in, or counts in another way."""
    if block.kind == "text" or block.marker is None or above.marker is None:
        return block.kind == "text" and block.indent >= above.indent
    return block.kind == "point" and (
        block.indent > above.indent + 1 or block.marker.key != above.marker.key
    )


def _rising(found: list[re.Match[str]]) -> list[re.Match[str]]:
    """The matches that count up from one, in the shape of the first."""
    kept: list[re.Match[str]] = []
    for match in found:
        sign = match["n"] or match["m"]
        value = (
            int(sign)
            if sign.isdigit()
            else ord(sign) - 96
            if len(sign) == 1
            else markers.roman_value(sign)
        )
        roman = markers.roman_value(sign) if sign.isalpha() else 0
        if len(kept) + 1 in (value, roman):
            kept.append(match)
    return kept
