"""An import before anything is written: which list, which items, and every edit undoable."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from evaluator.api import Candidate, CandidateList, Draft
from evaluator.errors import fail
from evaluator.keywords import MOST, propose
from evaluator.readers.titles import title


class Item(msgspec.Struct, frozen=True):
    """One item of the chosen list, as it would be imported, or dropped.

    `keywords` are proposed: an option that is new gets them, unless others are given.
    """

    candidate: Candidate
    kept: bool = True
    keywords: tuple[str, ...] = ()

    @property
    def given_keywords(self) -> tuple[str, ...]:
        """The keywords it would have as a new option."""
        return tuple(self.candidate.rest.get("keywords", self.keywords))


class Preview:
    """The candidate lists of a draft, the likeliest one chosen; `accepted` is what to import.

    Where no list is likely, everything is shown and nothing is accepted.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.chosen = 0
        self._items: tuple[Item, ...] = self._fresh(0)
        self._undo: list[tuple[int, tuple[Item, ...]]] = []

    @property
    def lists(self) -> tuple[CandidateList, ...]:
        """The likely lists, then those of everything."""
        return self.draft.lists + self.draft.more

    def _fresh(self, number: int) -> tuple[Item, ...]:
        if not self.lists:
            return ()
        found = self.lists[number].items
        kept = bool(self.draft.lists)
        proposed: Sequence[tuple[str, ...]] = [()] * len(found)
        if self.draft.source:
            texts = [candidate.text or candidate.title for candidate in found]
            proposed = propose(texts, self.draft.language)
        return tuple(Item(c, kept, words) for c, words in zip(found, proposed, strict=True))

    @property
    def items(self) -> tuple[Item, ...]:
        """The items of the chosen list, dropped ones too."""
        return self._items

    @property
    def accepted(self) -> tuple[Candidate, ...]:
        """The candidates that would become options."""
        return tuple(item.candidate for item in self._items if item.kept)

    @property
    def keywords(self) -> list[tuple[str, ...]]:
        """For each accepted candidate the keywords that are proposed."""
        return [item.keywords for item in self._items if item.kept]

    @property
    def can_undo(self) -> bool:
        """Whether anything was changed."""
        return bool(self._undo)

    def choose(self, number: int) -> None:
        """Takes another list, counted from 0; edits of the one before can be undone back to."""
        if not 0 <= number < len(self.lists):
            raise fail(f"there is no list {number + 1}")
        self._replace(self._fresh(number), number)

    def toggle(self, place: int) -> None:
        """Drops an item, or takes it back."""
        item = self._at(place)
        self._put(place, (msgspec.structs.replace(item, kept=not item.kept),))

    def begin(self, place: int) -> None:
        """Drops what stands before an item; where nothing is kept, takes it and all after it."""
        self._range(place, len(self._items))

    def finish(self, place: int) -> None:
        """Drops what stands after an item; where nothing is kept, takes it and all before it."""
        self._range(0, place + 1)

    def _range(self, first: int, end: int) -> None:
        self._at(min(first, end - 1))
        none = not any(item.kept for item in self._items)
        kept = (first <= n < end and (none or item.kept) for n, item in enumerate(self._items))
        pairs = zip(self._items, kept, strict=True)
        self._replace(
            tuple(msgspec.structs.replace(item, kept=keep) for item, keep in pairs), self.chosen
        )

    def retitle(self, place: int, text: str) -> None:
        """Gives an item another title."""
        plain = " ".join(text.split())
        if not plain:
            raise fail("an option needs a title")
        self._change(place, title=plain)

    def tag(self, place: int, tags: str) -> None:
        """Gives an item its tags, parted by `;`."""
        found = [tag.strip() for tag in tags.split(";") if tag.strip()]
        rest = {**self._at(place).candidate.rest, "tags": found}
        self._change(place, rest=rest)

    def describe(self, place: int, keywords: str) -> None:
        """Gives an item its keywords, parted by `;`, in place of those that are proposed."""
        found = [word.strip() for word in keywords.split(";") if word.strip()]
        item = self._at(place)
        rest = {**item.candidate.rest, "keywords": found}
        candidate = msgspec.structs.replace(item.candidate, rest=rest)
        self._put(place, (msgspec.structs.replace(item, candidate=candidate, keywords=()),))

    def merge(self, place: int) -> None:
        """Joins an item with the one after it."""
        first = self._at(place)
        if place + 1 >= len(self._items):
            raise fail("there is no item after this one")
        one, two = first.candidate, self._items[place + 1].candidate
        spans = [span for span in (one.lines, two.lines) if span is not None]
        lines = (min(s[0] for s in spans), max(s[1] for s in spans)) if spans else None
        flags = tuple(dict.fromkeys((*one.flags, *two.flags, "joined")))
        text = " ".join(part for part in (one.text, two.text) if part)
        joined = msgspec.structs.replace(one, text=text, lines=lines, flags=flags)
        words = tuple(dict.fromkeys((*first.keywords, *self._items[place + 1].keywords)))
        merged = msgspec.structs.replace(first, candidate=joined, keywords=words[:MOST])
        self._put(place, (merged,), drop=2)

    def split(self, place: int, at: int) -> None:
        """Cuts an item's text in two at a character."""
        item = self._at(place)
        one = item.candidate
        head, tail = one.text[:at].strip(), one.text[at:].strip()
        if not head or not tail:
            raise fail(
                "nothing would be left on one side", "Name words that stand further inside it"
            )
        first = msgspec.structs.replace(one, text=head, title=title(head))
        second = msgspec.structs.replace(one, text=tail, title=title(tail), id="")
        parts = (first, second)
        words = [tuple(w for w in item.keywords if w in part.text) for part in parts]
        made = (Item(part, item.kept, said) for part, said in zip(parts, words, strict=True))
        self._put(place, tuple(made))

    def split_before(self, place: int, words: str) -> None:
        """Cuts an item's text in two before the words that its second part begins with."""
        text = self._at(place).candidate.text
        at = text.casefold().find(words.strip().casefold()) if words.strip() else -1
        if at < 0 or text[:at].casefold() != text.casefold()[:at]:
            raise fail("these words are not in its text", "Give the words it is to begin with")
        self.split(place, at)

    def undo(self) -> bool:
        """Takes the last edit back; answers whether there was one."""
        if not self._undo:
            return False
        self.chosen, self._items = self._undo.pop()
        return True

    def _at(self, place: int) -> Item:
        if not 0 <= place < len(self._items):
            raise fail("there is no such item")
        return self._items[place]

    def _change(self, place: int, **fields: object) -> None:
        item = self._at(place)
        changed = msgspec.structs.replace(item.candidate, **fields)
        self._put(place, (msgspec.structs.replace(item, candidate=changed),))

    def _put(self, place: int, items: tuple[Item, ...], drop: int = 1) -> None:
        self._replace((*self._items[:place], *items, *self._items[place + drop :]), self.chosen)

    def _replace(self, items: tuple[Item, ...], chosen: int) -> None:
        self._undo.append((self.chosen, self._items))
        self._items, self.chosen = items, chosen
