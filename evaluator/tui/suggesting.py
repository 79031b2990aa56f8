"""What the Score view does with suggestions: show, accept, and add words to the lists behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from evaluator.errors import EvaluatorError
from evaluator.model import Suggestion
from evaluator.project import from_plugin
from evaluator.tui import keys
from evaluator.tui.commands import BY_NAME
from evaluator.tui.room import RoomView
from evaluator.tui.text import figure, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.model import Criterion, Evidence, Number, Score
    from evaluator.project import Project
    from evaluator.tui.commands import Action
    from evaluator.tui.widgets.wordline import WordLine


class SuggestView(RoomView):
    """A view with a grid of scores that tells what the text says of a cell."""

    _asked = False
    _places: Sequence[Evidence] = ()
    _chosen: Evidence | None = None  # the word in the line, marked in the text

    def _show_detail(self) -> None:
        raise NotImplementedError

    def _score(self) -> Score | None:
        raise NotImplementedError

    def _key(self, name: str) -> str:
        return keys.show(self.keys_of(BY_NAME[name])[0])

    # -- showing

    @property
    def _mode(self) -> str:
        return str(self.workshop.session.suggestions.get("show", "after"))

    def _withheld(self, score: Score | None) -> str:
        criterion = self.grid.criterion
        if self._mode == "never":
            return "This project shows no suggestions."
        if criterion.id in self.grid.missing:
            name = criterion.origin
            return f"No suggestion: the plugin of this criterion, {name}, is not loaded."
        if self._mode == "after" and score is None:
            return "Score first: what the text says is shown once this cell is scored."
        if from_plugin(criterion) and not self.workshop.has_learnt(
            self.grid.current or "", criterion.id
        ):
            asked = self.evaluator.advice.progress
            return f"Its plugin, {criterion.origin}, {'is still' if asked else 'was not'} asked."
        return ""

    def _suggested(self) -> Suggestion | None:
        id = self.grid.current
        return self.workshop.suggestion(id, self.grid.criterion.id) if id else None

    def told(self, score: Score | None) -> tuple[bool, Suggestion | None, str]:
        """Whether to show what the text says of the cell, what it is, and why it is withheld."""
        if self._chosen is not None:
            return True, Suggestion(0, 0, "", (self._chosen,)), ""
        if not self._asked:
            return False, None, ""
        withheld = self._withheld(score)
        return True, None if withheld else self._suggested(), withheld

    def hint(self) -> str:
        """The keys that are about what the text says."""
        if self._mode == "never" or self._chosen is not None:
            return ""
        texts = self._key("suggestion")
        if not self._asked:
            return f"{texts} what the text says"
        said = [f"{self._key('accept')} accept"] if self.can(BY_NAME["accept"]) else []
        if self.can(BY_NAME["add_word"]):
            said.append(f"{self._key('add_word')} add a word")
        return " · ".join([*said, f"{texts} back"])

    def learnt(self) -> None:
        """Paints suggestions that have come in."""
        self.grid.missing = self.evaluator.advice.missing
        self.grid.refresh()
        self._show_detail()

    def on_screen_resume(self) -> None:
        """Catches up with plugins that came or went while another view was shown."""
        if self.is_mounted and self.grid.missing != self.evaluator.advice.missing:
            self.learnt()

    def ask_suggestions(self) -> None:
        """Has the suggestions for the rows in view worked out, beside."""
        grid = self.grid
        first = round(grid.scroll_y) // grid.row_height
        seen = grid.rows[first : first + grid.page + 1]
        if self._mode != "never" and any(id not in self.evaluator.advice.known for id in seen):
            self.run_worker(self._learn(seen), group="suggestions")

    async def _learn(self, ids: Sequence[str]) -> None:
        if await self.evaluator.advice.learn(ids) and self.is_mounted:
            self.learnt()

    # -- what one can do

    def can_suggest(self, action: Action) -> bool:
        """Whether an action of the group "suggestion" applies."""
        if action.name == "accept":
            return not self._withheld(self._score()) and self._suggested() is not None
        if action.name == "accept_all":
            return self._mode == "always"
        if action.name == "add_word":
            return not self._no_list()
        return self._mode != "never"

    def _no_list(self) -> str:
        """Why no word can be added to the criterion's list; empty: one can."""
        project, criterion = self.evaluator.project, self.grid.criterion
        if self._mode == "never":
            return "this project shows no suggestions"
        if from_plugin(criterion):
            return f"a plugin, {criterion.origin}, proposes here: its words are in its source"
        if project is None or criterion.id not in project.criteria:
            return "criteria.toml does not name this criterion"
        return ""

    def refused_suggestion(self, action: Action) -> str:
        """Why an action of the group "suggestion" does not apply."""
        if action.name == "add_word":
            return self._no_list()
        if action.name == "accept":
            return self._withheld(self._score()) or "the text holds no cue here: nothing to accept"
        return ""

    def action_suggestion(self) -> None:
        """Turns the detail to what the text says, and back."""
        self._asked = not self._asked
        self._show_detail()

    def action_accept(self) -> None:
        """Takes over what the text says."""
        id = self.grid.current
        if id is not None:
            self.attempt(lambda: self.workshop.accept(id, self.grid.criterion.id))

    def action_accept_all(self) -> None:
        """Fills the open cells of the criterion with what the text says, once that is known."""
        self.run_worker(self._accept_all(self.grid.criterion), group="suggestions")

    async def _accept_all(self, criterion: Criterion) -> None:
        await self.evaluator.advice.learn_all()
        counted: list[int] = []
        if self.attempt(lambda: counted.append(self.workshop.accept_all(criterion.id))):
            self.evaluator.say(f"{counted[0]} accepted, {criterion.title}")

    def action_stop_suggestions(self) -> None:
        """Asks no plugin any more."""
        self.evaluator.advice.stop()
        self.evaluator.say("plugins are not asked any more")

    # -- adding a word

    async def action_add_word(self) -> None:
        """Opens a line for a word of the text and the score it speaks for."""
        from evaluator.tui.widgets.wordline import WordLine, words_of

        id, criterion = self.grid.current, self.grid.criterion
        if id is None:
            return
        option, score = self.workshop.option(id), self._score()
        self._places = words_of(option)
        words = [getattr(option, e.field)[e.start : e.end].lower() for e in self._places]
        given = score if isinstance(score, int | float) else None
        line = WordLine(words, given, lambda said: self._add_word(criterion, said))
        info = f"word and score, {figure(criterion.low)} to {figure(criterion.high)}"
        await self._open_prompt(f"to {plain(criterion.title)}: ", line, info)
        self._choose(0)

    def on_word_line_chosen(self, event: WordLine.Chosen) -> None:
        """Marks the word in the text."""
        event.stop()
        self._choose(event.number)

    def _choose(self, number: int) -> None:
        self._chosen = self._places[number] if number < len(self._places) else None
        self._show_detail()

    async def _close_prompt(self) -> None:
        await super()._close_prompt()
        if self._chosen is not None:
            self._chosen = None
            self._show_detail()

    def _add_word(self, criterion: Criterion, said: str) -> None:
        from evaluator.tui.widgets.wordline import word_and_score

        word, score = word_and_score(said)
        if score is None:
            self.evaluator.say(f"say a score too, such as: {word or 'ferry'} 4", "warning")
            return
        self.run_worker(self._written(criterion, word, score), group="word")

    async def _written(self, criterion: Criterion, word: str, score: Number) -> None:
        """Writes the word into criteria.toml, and has the texts read anew."""
        app, project = self.evaluator, self.evaluator.project
        assert project is not None
        try:
            await asyncio.to_thread(_add, project, criterion.id, word, score)
            app.project = await asyncio.to_thread(project.again)
        except EvaluatorError as error:
            app.fail(error)
            return
        self.workshop.live = app.project.criteria
        app.advice.forget()
        self._asked = True
        self._show_detail()
        self.ask_suggestions()
        title = plain(criterion.title)
        app.say(f"{word!r} speaks for {figure(score)} in {title} from now on: criteria.toml")


def _add(project: Project, criterion: str, word: str, score: Number) -> None:
    from evaluator.editing import add_cue

    add_cue(project, criterion, word, score, note="an added word")
