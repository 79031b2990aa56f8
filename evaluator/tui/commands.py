"""The registry of actions: an action that is not in it does not exist.

Bindings, footer, help, palette and the keys of the user's configuration are all made from
`ACTIONS`. To add one: a line here, and a method `action_NAME` on the view (or on `View`, for all).
It is bound on the views named in `where`, and offered only while the view has that method and
its `can(action)` does not say no.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from textual.binding import Binding

from evaluator.tui import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from textual.binding import BindingType

EVERYWHERE: Final = "everywhere"
APP: Final = "app"  # also where a dialog is open
MOVE: Final = "move"  # a group that help shows and the palette leaves out


class Action(msgspec.Struct, frozen=True):
    """One thing a person can do.

    Attributes:
        name: as in the user's configuration; the method is `action_NAME`, unless `does` says.
        keys: as Textual calls them; none: in the palette alone.
        says: what it does, a few words in lower case.
        where: the views (or dialogs) that have it, or "everywhere": in all views; "app": always.
        group: actions of one group that say the same share a line of help.
        undoable: whether it changes what is saved, so that undo takes it back.
        footer: one or two words for the footer; empty: not shown there.
        does: Textual action to run instead of `name`, with its arguments.
    """

    name: str
    keys: tuple[str, ...]
    says: str
    where: tuple[str, ...] = (EVERYWHERE,)
    group: str = ""
    undoable: bool = False
    footer: str = ""
    does: str = ""

    @property
    def run(self) -> str:
        """The Textual action this stands for."""
        return self.does or self.name


class Place(msgspec.Struct, frozen=True):
    """One view: its name, its key (or none), its title, and whether one switches to it."""

    name: str
    key: str
    title: str
    listed: bool = True

    @property
    def module(self) -> str:
        """The module that holds it, imported when it is first shown."""
        return f"evaluator.tui.screens.{self.name}"

    @property
    def screen(self) -> str:
        """The name of its class."""
        return f"{self.title.replace(' ', '')}Screen"


VIEWS: Final = {
    place.name: place
    for place in (
        Place("score", "S", "Score"),
        Place("rank", "R", "Rank"),
        Place("weights", "W", "Weights"),
        Place("robustness", "B", "Robustness"),
        Place("group", "D", "Group"),
        Place("agenda", "A", "Agenda"),
        Place("portfolio", "P", "Portfolio"),
        Place("sessions", "O", "Sessions"),
        Place("export", "X", "Export"),
        Place("plugins", "", "Plugins"),
        Place("welcome", "", "Welcome", listed=False),
        Place("import_preview", "", "Import", listed=False),
    )
}

_SCORE: Final = ("score",)
_OPTIONS: Final = ("score", "rank", "group", "robustness", "portfolio")
_IMPORT: Final = ("import_preview",)
_WEIGHING: Final = ("rank", "weights", "robustness")
_RESULTS: Final = ("rank", "weights", "robustness", "portfolio")
_NAMED: Final = ("group", "agenda", "rank", "weights")
_AGENDA: Final = ("agenda",)
_SESSIONS: Final = ("sessions",)
_WHOSE: Final = (*_RESULTS, "export")


def _digits() -> Iterable[Action]:
    for digit in range(10):
        yield Action(
            f"score_{digit}",
            (str(digit),),
            "score, then step on",
            _SCORE,
            "score",
            undoable=True,
            footer="score",
            does=f"level({digit})",
        )


def _places() -> Iterable[Action]:
    for place in VIEWS.values():
        keys_ = (place.key,) if place.key else ()
        if place.listed:
            does = f"view('{place.name}')"
            yield Action(place.name, keys_, place.title, group="views", does=does)


ACTIONS: Final = (
    # Score
    *_digits(),
    Action("abstain", ("minus",), "abstain", _SCORE, "score", undoable=True, footer="abstain"),
    Action("clear", ("delete", "backspace"), "clear", _SCORE, "score", undoable=True),
    Action("exact", ("enter",), "exact value", _SCORE, "score", undoable=True),
    Action("next_gap", ("n",), "next gap", _SCORE, "gaps", footer="next gap"),
    Action("previous_gap", ("N",), "previous gap", _SCORE, "gaps"),
    Action("suggestion", ("s",), "what the text says", _SCORE, "suggestion"),
    Action("accept", ("a",), "accept what the text says", _SCORE, "suggestion", undoable=True),
    Action("accept_all", (), "accept all of this criterion", _SCORE, "suggestion", undoable=True),
    Action("add_word", ("plus",), "add a word to this criterion's list", _SCORE, "suggestion"),
    Action("stop_suggestions", (), "stop asking plugins", _SCORE, "plugins"),
    Action("keep_all", (), "keep all scores of the round before", _SCORE, "round", undoable=True),
    Action("note", ("w",), "note on this cell", _SCORE, "notes", undoable=True),
    Action("note_option", (), "note on this option", _SCORE, "notes", undoable=True),
    Action("edit_option", ("e",), "edit this option", _OPTIONS, "options", undoable=True),
    Action("add_option", ("insert",), "add an option", _OPTIONS, "options", undoable=True),
    Action("direction", ("o",), "direction after a score", _SCORE, "direction"),
    Action("room", ("r",), "the whole room's votes", _SCORE, "room", undoable=True),
    Action("next_revote", ("m",), "next cell to score again", _SCORE, "room"),
    Action("reason", ("i",), "why outside the middle half", _SCORE, "room", undoable=True),
    Action("changes", ("c",), "changes of this cell", _SCORE, "room"),
    Action("moves", (), "what I changed since the round before", _SCORE, "room"),
    Action("range", (), "lowest and highest of this cell", _SCORE, "room", undoable=True),
    Action("confidence", (), "how sure of this cell", _SCORE, "room", undoable=True),
    Action("recuse", (), "step back from this option", _SCORE, "room", undoable=True),
    Action("judge_again", (), "judge this option again", _SCORE, "room", undoable=True),
    Action("dissent", (), "dissent on this option", _SCORE, "room", undoable=True),
    Action("sort", (), "sort by this criterion", ("score", "rank"), "order"),
    # Rank, Weights, Robustness
    Action("why", ("enter",), "why", ("rank", "robustness", "group"), "detail", footer="why"),
    Action(
        "previous_criterion",
        ("left_square_bracket",),
        "previous criterion",
        _WEIGHING,
        "criterion",
        footer="criterion",
    ),
    Action(
        "next_criterion",
        ("right_square_bracket",),
        "next criterion",
        _WEIGHING,
        "criterion",
        footer="criterion",
    ),
    Action(
        "more_weight",
        ("greater_than_sign", "plus"),
        "more weight",
        _WEIGHING,
        "weight",
        undoable=True,
        footer="weight",
    ),
    Action(
        "less_weight",
        ("less_than_sign", "minus"),
        "less weight",
        _WEIGHING,
        "weight",
        undoable=True,
        footer="weight",
    ),
    Action(
        "reset_weights",
        ("equals_sign",),
        "reset weights",
        _WEIGHING,
        "weight",
        undoable=True,
        footer="reset",
    ),
    Action("whose", ("p",), "whose: the group's, one's own, the others'", _WHOSE, "whose"),
    Action("scenario", ("z",), "next weight set", _RESULTS, "weight"),
    Action("method", ("m",), "another method", ("rank", "weights"), "method", footer="method"),
    Action("compare", ("c",), "compare with another option", ("rank",), "detail"),
    Action(
        "weigh",
        ("enter",),
        "exact weight; pick, take over",
        ("weights",),
        "weight",
        undoable=True,
        footer="take",
    ),
    Action("unpick", ("backspace",), "take the last pick back", ("weights",), "weight"),
    Action("rule", ("o",), "another rule for weights from ranks", ("weights",), "weight"),
    Action(
        "keep_scenario",
        ("a",),
        "keep as a scenario",
        ("weights",),
        "weight",
        undoable=True,
        footer="keep",
    ),
    Action(
        "drop_scenario", ("delete",), "remove the scenario", ("weights",), "weight", undoable=True
    ),
    Action(
        "flips", ("f",), "what would change the order", ("robustness",), "detail", footer="flips"
    ),
    Action("dominated", ("d",), "dominated", ("robustness",), "detail", footer="dominated"),
    Action("limits", ("i",), "limits for the weights", ("robustness",), "draws", footer="limits"),
    Action("exact_limits", ("x",), "exact limits for the weights", ("robustness",), "draws"),
    Action("vary", ("t",), "let scores vary too", ("robustness",), "draws", footer="vary"),
    Action("together", ("c",), "criteria that move together", ("robustness",), "detail"),
    Action("redraw", ("r",), "draw other weights", ("robustness",), "draws", footer="redraw"),
    Action("draws", (), "draw ten times as many weights", ("robustness",), "draws"),
    Action(
        "by_criterion", ("c",), "scores by criterion", ("group",), "detail", footer="by criterion"
    ),
    Action("talk", ("t",), "what to talk about", ("group",), "detail", footer="talk"),
    Action("agreement", ("s",), "how far people agree", ("group",), "detail", footer="agreement"),
    Action("order", ("o",), "order of the list", ("group", "agenda"), "order", footer="order"),
    Action("otherwise", ("r",), "who would rank otherwise", ("group",), "detail"),
    # Agenda
    Action(
        "settle", ("space",), "settled, or not", _AGENDA, "agenda", undoable=True, footer="settle"
    ),
    Action(
        "revote",
        ("r",),
        "vote again, or not",
        _AGENDA,
        "agenda",
        undoable=True,
        footer="vote again",
    ),
    Action("agenda_note", ("w",), "what was said", _AGENDA, "agenda", undoable=True, footer="note"),
    Action("clock", ("t",), "start or stop the clock", _AGENDA, "clock", footer="clock"),
    Action("more_time", ("plus",), "a minute more", _AGENDA, "clock"),
    Action("less_time", ("minus",), "a minute less", _AGENDA, "clock"),
    Action("wall", ("b",), "big, for the projector", _AGENDA, "wall", footer="big"),
    Action("names", ("n",), "show or hide names", _NAMED, "names"),
    Action(
        "budget",
        ("enter",),
        "exact budget",
        ("portfolio",),
        "budget",
        undoable=True,
        footer="budget",
    ),
    Action(
        "previous_budget", ("left_square_bracket",), "previous budget", ("portfolio",), "budgets"
    ),
    Action("next_budget", ("right_square_bracket",), "next budget", ("portfolio",), "budgets"),
    Action(
        "less_budget",
        ("less_than_sign", "minus"),
        "less",
        ("portfolio",),
        "budget",
        undoable=True,
        footer="change",
    ),
    Action(
        "more_budget",
        ("greater_than_sign", "plus"),
        "more",
        ("portfolio",),
        "budget",
        undoable=True,
        footer="change",
    ),
    Action(
        "add_budget", ("a",), "add a budget", ("portfolio",), "budget", undoable=True, footer="add"
    ),
    Action(
        "must",
        ("space",),
        "must be in, must stay out",
        ("portfolio",),
        "rules",
        undoable=True,
        footer="must",
    ),
    Action("at_most", ("t",), "at most so many of a tag", ("portfolio",), "rules", undoable=True),
    Action(
        "efficient", ("f",), "rules, and what gives most", ("portfolio",), "detail", footer="more"
    ),
    Action("copy_all", (), "copy the whole view as text", (*_RESULTS, "group"), "copy"),
    # Sessions
    Action("open_session", ("enter",), "open this session", _SESSIONS, "one", footer="open"),
    Action("new_session", ("insert",), "new session", _SESSIONS, "one", footer="new"),
    Action("pass_keyboard", ("p",), "pass the keyboard on", _SESSIONS, "people", footer="pass on"),
    Action(
        "close_round",
        ("c",),
        "close the round",
        _SESSIONS,
        "round",
        undoable=True,
        footer="close",
    ),
    Action(
        "reveal_round",
        ("r",),
        "reveal the round",
        _SESSIONS,
        "round",
        undoable=True,
        footer="reveal",
    ),
    Action(
        "open_round",
        ("n",),
        "open the next round",
        _SESSIONS,
        "round",
        undoable=True,
        footer="next round",
    ),
    Action(
        "add_person",
        ("plus",),
        "take somebody in",
        _SESSIONS,
        "people",
        undoable=True,
        footer="take in",
    ),
    Action("rename_session", ("e",), "rename", _SESSIONS, "one", undoable=True, footer="rename"),
    Action("delete_session", ("delete",), "delete", _SESSIONS, "one", footer="delete"),
    Action("merge_mail", (), "take a mailed ballot in", _SESSIONS, "repair", undoable=True),
    Action("merge_copies", (), "take conflict copies in", _SESSIONS, "repair"),
    Action("rebuild", (), "rebuild a ballot from its history", _SESSIONS, "repair"),
    Action("about", (), "words for the report", _SESSIONS, "repair", undoable=True),
    Action("minority", (), "minority statement", _SESSIONS, "people", undoable=True),
    Action("look_round", (), "look at another round", _SESSIONS, "round"),
    Action("weigh_people", (), "how much each person weighs", _SESSIONS, "people", undoable=True),
    Action("combine", (), "group by median, or by mean", _SESSIONS, "people", undoable=True),
    Action(
        "anonymous",
        (),
        "reports name nobody, or name people",
        _SESSIONS,
        "people",
        undoable=True,
    ),
    # Welcome
    Action("try_example", ("t",), "try the example", ("welcome",), "begin", footer="example"),
    Action("from_brief", ("b",), "start from a brief", ("welcome",), "begin", footer="brief"),
    Action("open_folder", ("f",), "open a folder", ("welcome",), "begin", footer="folder"),
    # Import preview
    Action("import_items", ("enter",), "import what is ticked", _IMPORT, "import", footer="import"),
    Action("cancel_import", ("escape",), "leave; nothing is written", _IMPORT, "import"),
    Action("toggle_item", ("space",), "drop, or take back", _IMPORT, "item", footer="drop"),
    Action("next_list", ("n",), "next candidate list", _IMPORT, "item", footer="next list"),
    Action("previous_list", ("p",), "previous candidate list", _IMPORT, "item"),
    Action(
        "begin_items",
        ("left_square_bracket",),
        "begins here: drop all before",
        _IMPORT,
        "item",
        footer="from here",
    ),
    Action(
        "finish_items",
        ("right_square_bracket",),
        "ends here: drop all after",
        _IMPORT,
        "item",
        footer="to here",
    ),
    Action("merge_item", ("m",), "merge with the next", _IMPORT, "item", footer="merge"),
    Action("split_item", ("s",), "split", _IMPORT, "item", footer="split"),
    Action("retitle_item", ("e",), "another title", _IMPORT, "item", footer="title"),
    Action("tag_item", ("t",), "tags", _IMPORT, "item"),
    Action("keywords_item", ("w",), "keywords", _IMPORT, "item"),
    Action("map_column", ("c",), "what a column holds", _IMPORT, "columns", footer="column"),
    Action("undo_import", ("u", "ctrl+z"), "undo", _IMPORT, "import", footer="undo"),
    # Plugins
    Action(
        "trust", ("t",), "trust it as it is, or no longer", ("plugins",), "plugin", footer="trust"
    ),
    Action("switch_plugin", ("o",), "switch off, or on", ("plugins",), "plugin", footer="on/off"),
    # Export
    Action("export_file", ("enter",), "write the file", ("export",), "export", footer="write"),
    Action("table_style", ("t",), "scores in the table, or not", ("export",), "export"),
    Action("draft", ("d",), "draft, or final", ("export",), "export"),
    Action("open_file", ("f",), "open the file written last", ("export",), "export"),
    # Moving, in every list
    Action("up", ("up", "k"), "move", group=MOVE),
    Action("down", ("down", "j"), "move", group=MOVE),
    Action("left", ("left", "h"), "move", group=MOVE),
    Action("right", ("right", "l"), "move", group=MOVE),
    Action("first", ("g", "home"), "first", group=MOVE),
    Action("last", ("G", "end"), "last", group=MOVE),
    Action("page_up", ("pageup",), "a page", group=MOVE),
    Action("page_down", ("pagedown",), "a page", group=MOVE),
    Action("half_up", ("ctrl+u",), "half a page", group=MOVE),
    Action("half_down", ("ctrl+d",), "half a page", group=MOVE),
    Action("next_pane", ("tab",), "next pane", group=MOVE),
    Action("previous_pane", ("shift+tab",), "next pane", group=MOVE),
    # Everywhere
    Action("undo", ("u", "ctrl+z"), "undo", footer="undo"),
    Action("redo", ("ctrl+r", "ctrl+y"), "redo"),
    Action("find", ("slash",), "find", footer="find"),
    Action("leave", ("escape",), "leave, clear the search"),
    Action("copy", ("y",), "copy as text"),
    *_places(),
    Action("views", ("v",), "choose a view", group="views", footer="views"),
    Action("import_brief", (), "import a brief or table"),
    Action("edit_criteria", (), "criteria: where criteria.toml is, edit it"),
    Action("picture", (), "save a picture of this view"),
    Action("save_again", (), "try again to save"),
    Action("theme", (), "choose a theme"),
    Action("help", ("question_mark", "f1"), "help", footer="help"),
    Action("palette", ("ctrl+p",), "all commands"),
    Action("back", ("q",), "back; on the top view: quit", footer="back"),
    Action("quit", ("ctrl+q",), "quit", (APP,)),
    Action("how_to_quit", ("ctrl+c",), "how to quit", (APP,)),
    # The find line, dialogs
    Action("keep", ("enter",), "keep what was found", ("find",), footer="keep"),
    Action("drop", ("escape",), "clear the search", ("find",), footer="clear"),
    Action("done", ("enter",), "take it", ("entry", "word"), footer="take it"),
    Action("next_word", ("down",), "next word of the text", ("word",), footer="next word"),
    Action("previous_word", ("up",), "word before", ("word",), footer="word before"),
    Action("cancel", ("escape",), "cancel", ("entry", "word", "note"), footer="cancel"),
    Action(
        "keep_note", ("enter", "ctrl+s"), "keep the note", ("note",), undoable=True, footer="keep"
    ),
    Action("new_line", ("ctrl+j",), "new line", ("note",), footer="new line"),
    Action("keep_form", ("ctrl+s",), "keep", ("form",), undoable=True, footer="keep"),
    Action("cancel_form", ("escape",), "cancel", ("form",), footer="cancel", does="cancel"),
    Action("next_field", ("tab", "down"), "next field", ("form",), footer="next field"),
    Action("previous_field", ("shift+tab", "up"), "field before", ("form",)),
    Action("editor", ("ctrl+e",), "open $EDITOR", ("note",), footer="$EDITOR"),
)
BY_NAME: Final = {action.name: action for action in ACTIONS}
BY_RUN: Final = {action.run: action for action in ACTIONS}


def here(place: str) -> list[Action]:
    """The actions of a view, a dialog or the app, its own first, in the order of the registry."""
    own = [action for action in ACTIONS if place in action.where]
    if place not in VIEWS:
        return own
    return [*own, *(a for a in ACTIONS if EVERYWHERE in a.where or APP in a.where)]


def bindings(place: str) -> list[BindingType]:
    """What the `BINDINGS` of a view, of a dialog or (place "app") of the app must be."""
    return [
        Binding(
            ",".join(action.keys),
            action.run,
            action.says,
            show=False,
            id=action.name,
            priority=action.name == "quit" or place == "note",
        )
        for action in here(place)
        if action.keys and (place == APP or APP not in action.where)
    ]


def keymap(configured: Mapping[str, Iterable[str]]) -> tuple[dict[str, str], list[str]]:
    """The user's keys by action name as Textual takes them, and the names that are unknown."""
    known = {
        name: ",".join(keys.parse(key) for key in said if key.strip())
        for name, said in configured.items()
        if name in BY_NAME
    }
    unknown = [name for name in configured if name not in BY_NAME]
    return {name: said for name, said in known.items() if said}, unknown
