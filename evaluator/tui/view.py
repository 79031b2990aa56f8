"""What all views have in common: status line, footer, find, undo, moving, copying, palette."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

import msgspec
from textual.messages import Update
from textual.screen import Screen
from textual.widget import Widget

from evaluator.errors import EvaluatorError
from evaluator.tui import keys
from evaluator.tui.commands import APP, BY_NAME, BY_RUN, MOVE, VIEWS, Action, here
from evaluator.tui.text import plain, progress_bar
from evaluator.tui.widgets.drawn import Drawn
from evaluator.tui.widgets.footer import Footer
from evaluator.tui.widgets.listing import Listing
from evaluator.tui.widgets.status import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult
    from textual.geometry import Size

    from evaluator.model import Option
    from evaluator.tui.app import EvaluatorApp
    from evaluator.tui.theme import Paint
    from evaluator.tui.widgets.drawn import Parts
    from evaluator.tui.widgets.find import EntryLine, FindLine, Prompt
    from evaluator.workshop import Changed, Workshop

_SIDEWAYS = ("left", "right", "next_pane", "previous_pane")
PROGRESS = 10  # cells of the progress bar


class View(Screen[None], inherit_bindings=False):
    """One view of a workshop; see `evaluator.tui.app` for how to write one.

    A subclass sets `NAME` (as in `commands.VIEWS`) and `BINDINGS = bindings(NAME)`, yields its
    widgets from `content` and repaints what changed in `show`. It keeps no copy of the workshop's
    state. Its actions are methods `action_NAME`; those it lacks are neither bound nor offered.
    """

    NAME: ClassVar[str] = ""
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (14, "-short"), (30, "-tall")]  # noqa: RUF012

    def __init__(self) -> None:
        super().__init__()
        self.query_text = ""
        self.hits: list[str] | None = None  # what was found, the best first; None: no search
        self._before: str | None = None  # the row one looked at before the search
        self._shown: tuple[object, ...] = ()

    def expect(self, size: Size) -> None:
        """Takes on the classes of a size before the first layout, which then is the only one."""
        for at, marks in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            reached = [name for least, name in marks or () if least <= at]
            self.add_class(*reached[-1:], update=False)

    # -- what a view is made of

    def compose(self) -> ComposeResult:
        """Status line, content, footer."""
        yield Status()
        yield from self.content()
        yield Footer()

    def content(self) -> Iterable[Widget]:
        """The widgets between status line and footer."""
        raise NotImplementedError

    def show(self, event: Changed | None = None) -> None:
        """Paints the workshop as it stands; with an event, only what it says has changed."""
        raise NotImplementedError

    def learnt(self) -> None:
        """Paints suggestions that have come in; most views show none."""

    def left(self) -> list[str]:
        """What the status line says after the view's name."""
        return self.where()

    def right(self) -> list[str]:
        """What the status line says at its right end, before progress."""
        return []

    def as_text(self) -> str:
        """What `y` copies: the row of the cursor as text, or "" where there is none."""
        return ""

    @property
    def listing(self) -> Listing | None:
        """The list that moving and finding are about, or None."""
        return None

    def ids(self) -> Sequence[str]:
        """The ids of all rows of `listing`, in the view's order, before anything is found."""
        return [option.id for option in self.workshop.options]

    # -- what every view can use

    @property
    def evaluator(self) -> EvaluatorApp:
        """The app, by its own type."""
        return cast("EvaluatorApp", self.app)

    @property
    def workshop(self) -> Workshop:
        """The workshop that is open."""
        found = self.evaluator.workshop
        assert found is not None
        return found

    @property
    def paint(self) -> Paint:
        """The styles of the theme in force."""
        return self.evaluator.paint

    def attempt(self, change: Callable[[], object]) -> bool:
        """Makes a change; what the workshop refuses is said, and answered with False."""
        try:
            change()
        except EvaluatorError as error:
            self.evaluator.fail(error)
            return False
        return True

    def where(self) -> list[str]:
        """Round, person and session in words."""
        workshop = self.workshop
        said = [f"round {workshop.round}"]
        if not workshop.can_score:
            said[0] += " (closed)"
        person = workshop.session.participants.get(workshop.me or "")
        if person is not None:
            said.append(plain(person.name))
        elif workshop.me:
            said.append(plain(workshop.me))
        return [*said, plain(workshop.id)]

    def refresh_status(self) -> None:
        """Brings status line and footer up to date."""
        self.query_one(Status).show(self._status_left(), self._status_right())
        self.refresh_footer()

    def _status_left(self) -> Parts:
        paint, app = self.paint, self.evaluator
        head: Parts = [(f" {VIEWS[self.NAME].title}  ", paint.strong)]
        if app.workshop is None:
            return head
        failure = app.workshop.failure
        if failure is not None:
            said = failure.what.removeprefix("not saved: ")
            return [*head, (f"not saved: {said}", paint.warn)]
        return [*head, (" · ".join(self.left()), paint.base)]

    def _status_right(self) -> Parts:
        paint, app, workshop = self.paint, self.evaluator, self.evaluator.workshop
        if workshop is None:
            return []
        said = self.right()
        if self.hits is not None and not self.finding:
            said = [f"/{plain(self.query_text)} {len(self.hits)} of {len(self.ids())}", *said]
        if workshop.saved_at is not None and workshop.failure is None:
            said.append(f"saved {workshop.saved_at.astimezone():%H:%M}")
        if app.advice.progress:
            said.insert(0, app.advice.progress)
        return [("  ".join(said) + " ", paint.muted)] if said else []

    def progress(self) -> str:
        """Cells answered of all, in figures and as a bar."""
        done, all_ = self.workshop.progress()
        return f"{done} of {all_} {progress_bar(done, PROGRESS, all_)}"

    def refresh_footer(self) -> None:
        """Brings the footer up to date."""
        place = self._place()
        entries = [
            (self.keys_of(action)[0], self.word(action))
            for action in here(place)
            if action.footer and action.keys and (place != self.NAME or self._allowed(action))
        ]
        palette = self.keys_of(BY_RUN["palette"])[0] if place == self.NAME else ""
        self.query_one(Footer).show(entries, palette)

    def _place(self) -> str:
        if self.prompt is None:
            return self.NAME
        return self.prompt.entry.PLACE

    # -- actions

    def actions(self) -> Iterator[Action]:
        """The actions that apply here and now, in the order of the registry."""
        return (action for action in here(self.NAME) if self._allowed(action))

    def keys_of(self, action: Action) -> list[str]:
        """The keys in force for an action, the user's own ones where there are some."""
        return self.evaluator.keys_of(action)

    def key(self, name: str) -> str:
        """The first key of an action, as it is shown."""
        return keys.show(self.keys_of(BY_NAME[name])[0])

    def says(self, action: Action) -> str:
        """What an action does, in the palette; more exactly than the registry where that helps."""
        if action.name == "undo":
            return f"undo: {self.workshop.undo_label}"
        if action.name == "redo":
            return f"redo: {self.workshop.redo_label}"
        return action.says

    def word(self, action: Action) -> str:
        """What the footer says of an action."""
        if action.name == "back":
            return "quit" if len(self.app.screen_stack) == 1 else "back"
        return action.footer

    def can(self, action: Action) -> bool:
        """Whether an action applies at this moment; a view adds its own conditions."""
        return True

    def refusal(self, action: Action) -> str:
        """What is said when the key of an action that does not apply is pressed; may be empty."""
        return {"undo": "nothing to undo", "redo": "nothing to redo"}.get(action.name, "")

    def on_key(self, event: events.Key) -> None:
        """Says why a key does nothing here."""
        if self.prompt is not None:
            return
        for action in here(self.NAME):
            if event.key in self.keys_of(action) and not self._allowed(action):
                said = self.refusal(action)
                if said:
                    self.evaluator.say(said, "warning")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether Textual may run an action: only what the registry holds, and what applies."""
        run = f"{action}({', '.join(map(repr, parameters))})" if parameters else action
        found = BY_RUN.get(run)
        return found is None or self._allowed(found)

    def _allowed(self, action: Action) -> bool:
        if APP in action.where:
            return True
        if action.group == "views" and action.name in VIEWS:
            return action.name != self.NAME and self.evaluator.has_view(action.name)
        if not hasattr(self, f"action_{action.run.partition('(')[0]}"):
            return False
        if action.group == MOVE and action.name not in _SIDEWAYS and self.listing is None:
            return False
        return self._state_allows(action.name) and self.can(action)

    def _state_allows(self, name: str) -> bool:
        workshop = self.evaluator.workshop
        of_workshop = {"undo": "undo_label", "redo": "redo_label", "save_again": "failure"}
        if name in of_workshop:
            return getattr(workshop, of_workshop[name], None) is not None
        if name == "leave":
            return self.can_leave
        if name == "copy":
            return bool(self.as_text())
        if name == "edit_option":
            here = self.listing is not None and self.listing.current is not None
            return here or self._lacking_word[1] is not None
        if name == "edit_criteria":
            return self.evaluator.project is not None and workshop is not None
        return name != "find" or self.listing is not None

    def action_view(self, name: str) -> None:
        """Shows another view."""
        self.evaluator.show_view(name)

    def action_views(self) -> None:
        """Offers the views."""
        self.evaluator.open_palette(views=True)

    def action_palette(self) -> None:
        """Opens the palette."""
        self.evaluator.open_palette()

    def action_help(self) -> None:
        """Shows which keys do what."""
        from evaluator.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self))

    def action_edit_option(self) -> None:
        """Opens the option of the cursor in the editor."""
        id = self.listing.current if self.listing is not None else None
        word, option = self._lacking_word
        if id is not None:
            self._open_editor(self.workshop.option(id))
        elif option is not None:
            self._open_editor(option, word)

    def action_add_option(self) -> None:
        """Opens the editor empty."""
        self._open_editor(None)

    def _open_editor(self, option: Option | None, keyword: str = "") -> None:
        from evaluator.tui.screens.option_editor import OptionEditor

        if option is not None and keyword:
            option = msgspec.structs.replace(option, keywords=(*option.keywords, keyword))
        self.app.push_screen(OptionEditor(self.workshop, option))

    async def action_import_brief(self) -> None:
        """Asks for a file, and shows what would be imported."""
        await self.ask("import", "", self._import_brief, "the path of a brief or table")

    def _import_brief(self, said: str) -> None:
        from pathlib import Path

        if said.strip():
            self.evaluator.import_brief(Path(said.strip()).expanduser())

    async def action_edit_criteria(self) -> None:
        """Opens criteria.toml in the person's editor, and reads it again."""
        from evaluator.tui.criteria import edit

        await edit(self)

    async def action_picture(self) -> None:
        """Saves what can be seen as SVG."""
        from evaluator.tui.picture import save

        workshop = self.evaluator.workshop
        await save(self, f"{workshop.id}-{self.NAME}" if workshop is not None else self.NAME)

    def action_theme(self) -> None:
        """Offers the themes."""
        self.evaluator.open_themes()

    async def action_back(self) -> None:
        """Goes back to the view below, or quits."""
        await self.evaluator.leave_view()

    def action_save_again(self) -> None:
        """Tries again what could not be saved."""
        self.evaluator.save_now()

    def action_undo(self) -> None:
        """Takes the last change back, and says which."""
        self._step(self.workshop.undo, "undone")

    def action_redo(self) -> None:
        """Does again what was undone, and says what."""
        self._step(self.workshop.redo, "done again")

    def _step(self, turn: Callable[[], object], said: str) -> None:
        label = self.workshop.undo_label if said == "undone" else self.workshop.redo_label
        if label is not None and self.attempt(turn):
            self.evaluator.say(f"{said}: {label}")

    def action_copy(self) -> None:
        """Copies the row as text."""
        text = self.as_text()
        self.app.copy_to_clipboard(text)
        self.evaluator.say("copied")

    # -- moving

    def _go(self, row: Callable[[Listing], int]) -> None:
        found = self.listing
        if found is not None:
            found.go(row(found))

    def action_up(self) -> None:
        """One row up."""
        self._go(lambda rows: rows.cursor - 1)

    def action_down(self) -> None:
        """One row down."""
        self._go(lambda rows: rows.cursor + 1)

    def action_first(self) -> None:
        """To the first row."""
        self._go(lambda _: 0)

    def action_last(self) -> None:
        """To the last row."""
        self._go(lambda rows: len(rows.rows) - 1)

    def action_page_up(self) -> None:
        """A page up."""
        self._go(lambda rows: rows.cursor - rows.page)

    def action_page_down(self) -> None:
        """A page down."""
        self._go(lambda rows: rows.cursor + rows.page)

    def action_half_up(self) -> None:
        """Half a page up."""
        self._go(lambda rows: rows.cursor - max(1, rows.page // 2))

    def action_half_down(self) -> None:
        """Half a page down."""
        self._go(lambda rows: rows.cursor + max(1, rows.page // 2))

    # -- finding, and typing one value

    @property
    def prompt(self) -> Prompt | None:
        """The open line above the footer, or None."""
        found: Prompt | None = next(iter(self.query("#prompt")), None)  # type: ignore[assignment]
        return found

    @property
    def finding(self) -> bool:
        """Whether the find line is open."""
        return self.has_class("-finding")

    async def action_find(self) -> None:
        """Opens the find line."""
        from evaluator.tui.widgets.find import FindLine

        self.evaluator.finder.prepare()
        if self.hits is None and self.listing is not None:
            self._before = self.listing.current
        self.add_class("-finding")
        await self._open_prompt("/ ", FindLine(self.query_text))

    async def ask(
        self,
        label: str,
        value: str,
        then: Callable[[str], None],
        info: str,
        *,
        check: Callable[[str], str] | None = None,
        begun: bool = False,
    ) -> None:
        """Opens a line to type one value in; `then` gets it when it is taken.

        What `check` finds wrong is said, and the line stays. `begun`: the value is the beginning of
        what is being typed, not one to be replaced.
        """
        from evaluator.tui.widgets.find import EntryLine

        line = EntryLine(value, then, check, begun=begun)
        await self._open_prompt(f"{label} ", line, info)

    async def _open_prompt(self, label: str, entry: FindLine | EntryLine, info: str = "") -> None:
        from evaluator.tui.widgets.find import Prompt

        if self.prompt is None:
            self.set_class(entry.PLACE != "word", "-asking")  # a word is chosen in the text
            await self.mount(Prompt(label, entry, info), before=self.query_one(Footer))
            self.refresh_footer()

    async def _close_prompt(self) -> None:
        if self.prompt is not None:
            await self.prompt.remove()
        self.remove_class("-finding", "-asking")
        self.refresh_status()

    def on_find_line_typed(self, event: FindLine.Typed) -> None:
        """Narrows the list to what fits."""
        event.stop()
        self.find(event.query)

    def find(self, query: str) -> None:
        """Narrows the list to what fits a query; an empty one shows all."""
        self.query_text = query
        self.hits = None
        if query.strip():
            known = set(self.ids())
            self.hits = [id for id in self.evaluator.finder.search(query) if id in known]
        self.narrow()
        if self.prompt is None:
            return
        said = self.evaluator.finder.problem(query) if query.strip() else ""
        if not said and self.hits is not None:
            said = f"{len(self.hits)} of {len(self.ids())}"
        self.prompt.say(said)

    def nothing_found(self) -> str:
        """What a list says that a search has emptied: how to go on."""
        said = f"Nothing found.   {self.key('leave')}: show all"
        word, option = self._lacking_word
        if option is not None:
            number = [each.id for each in self.workshop.options].index(option.id) + 1
            said += f"   {self.key('edit_option')}: “{plain(word)}” as a keyword of #{number}"
        return said

    @property
    def _lacking_word(self) -> tuple[str, Option | None]:
        """A word that no option has, and the option that may get it: the one looked at before."""
        wanted = self.query_text.strip()
        if self.hits != []:
            return wanted, None
        from evaluator.search import split_query

        option = self.workshop.option_set.options.get(self._before or "")
        counts = option is not None and option.counts
        return wanted, option if counts and not split_query(wanted)[1] else None

    def narrow(self) -> None:
        """Shows the rows that were found, the best first; or all."""
        if self.listing is None:
            return
        if self.hits is None:
            self.listing.set_rows(self.ids())
            return
        known = set(self.ids())
        found = [id for id in self.hits if id in known]
        here = self.listing.current
        self.listing.set_rows(found, at=found[0] if found and self.finding else here)

    async def on_find_line_left(self, event: FindLine.Left) -> None:
        """Closes the find line."""
        event.stop()
        if not event.keep:
            self.find("")
        await self._close_prompt()

    async def on_entry_line_entered(self, event: EntryLine.Entered) -> None:
        """Closes the line, and hands the value over."""
        event.stop()
        await self._close_prompt()
        if event.value is not None:
            event.then(event.value)

    @property
    def can_leave(self) -> bool:
        """Whether there is something that escape leaves."""
        return self.hits is not None

    def action_leave(self) -> None:
        """Shows all rows again."""
        self.find("")
        self.refresh_status()

    # -- following the workshop

    def on_mount(self) -> None:
        """Paints the first picture."""
        self.changed(None)

    def on_screen_resume(self) -> None:
        """Catches up with what changed while another view was shown."""
        if self.evaluator.workshop is not None and self.is_mounted and self._shown != self._version:
            self.changed(None)

    @property
    def _version(self) -> tuple[object, ...]:
        """Differs where another picture is to be painted: also for another person's eyes."""
        workshop = self.workshop
        return workshop.revision, workshop.me, workshop.round

    def changed(self, event: Changed | None) -> None:
        """Told by the app after every change while this view is shown."""
        if self.evaluator.workshop is None:
            return
        self._shown = self._version
        if self.hits == []:  # perhaps there is something now: an option with that word
            self.find(self.query_text)
        self.show(event)
        self.refresh_status()
        self.draw_together()

    def draw_together(self) -> None:
        """Has what changed in several widgets drawn in one frame, instead of one after another."""
        for widget in self.walk_children(Widget):
            if isinstance(widget, Drawn | Listing):
                self.post_message(Update(widget))
