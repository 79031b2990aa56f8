"""The line for a word and the score it speaks for, and what may stand in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from textual.message import Message

from evaluator.model import Evidence
from evaluator.tui.commands import bindings
from evaluator.tui.text import figure
from evaluator.tui.widgets.find import EntryLine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluator.model import Number, Option

LEAST = 4  # letters of a word that is offered: shorter ones hold little meaning


def words_of(option: Option) -> list[Evidence]:
    """The words that are offered, each where it stands first: of the title, then of the text."""
    found: dict[str, Evidence] = {}
    for field in ("title", "summary", "text"):
        text = getattr(option, field)
        for match in re.finditer(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text):
            if len(match[0]) >= LEAST:
                place = Evidence(match.start(), match.end(), field=field)
                found.setdefault(match[0].casefold(), place)
    return list(found.values())


def word_and_score(said: str) -> tuple[str, Number | None]:
    """What was typed, parted: `night ferr* 4` is the word `night ferr*` and the score 4.

    Without a number at its end the score is None.
    """
    *words, last = said.split() or [""]
    try:
        number = float(last.replace(",", "."))
    except ValueError:
        return " ".join([*words, last]), None
    return " ".join(words), int(number) if number.is_integer() else number


class WordLine(EntryLine):
    """One line for a word and a score; up and down go through the words of a text."""

    BINDINGS = bindings("word")
    PLACE = "word"

    class Chosen(Message):
        """Another word is in the line."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    def __init__(
        self, words: Sequence[str], score: Number | None, then: Callable[[str], None]
    ) -> None:
        self._words = words
        self._number = 0
        tail = "" if score is None else f" {figure(score)}"
        super().__init__(f"{words[0]}{tail}" if words else "", then)

    def action_next_word(self) -> None:
        """To the next word of the text."""
        self._go(1)

    def action_previous_word(self) -> None:
        """To the word before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        if not self._words:
            return
        self._number = (self._number + step) % len(self._words)
        _, score = word_and_score(self.value)
        tail = "" if score is None else f" {figure(score)}"
        self.value = f"{self._words[self._number]}{tail}"
        self.cursor_position = len(self._words[self._number])
        self.post_message(self.Chosen(self._number))
