"""Writes the page of keys from the app's registry of actions, so that the two can't differ.

`.venv/bin/python docs/make_keys.py` makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from evaluator.tui import keys
from evaluator.tui.commands import ACTIONS, APP, EVERYWHERE, MOVE, VIEWS, Action

PAGE = Path(__file__).parent / "reference" / "keys.md"
INTRODUCTION = """\
# Keys

Made from the registry of actions by `docs/make_keys.py`; a test keeps it up to date. In the app `?`
shows the keys in force, and `^p` everything that can be done now, keys or not. `^p` stands for
ctrl+p. *Name* is what the action is called in your settings, see
[change keys and theme](../how-to/change-keys-and-theme.md). Where nothing stands under *key* the
action is in the palette alone. What is marked ↺ can be undone.
"""
DIALOGS = {
    "find": "The find line",
    "entry": "A line for one value",
    "word": "A line for a word and its score",
    "note": "A note",
    "form": "A form",
}


def page() -> str:
    """The whole page."""
    everywhere = [a for a in ACTIONS if EVERYWHERE in a.where or APP in a.where]
    views = [a for a in everywhere if a.name in VIEWS]
    moving = [a for a in everywhere if a.group == MOVE]
    others = [a for a in everywhere if a not in views and a not in moving]
    sections = [
        ("Views", views),
        ("Moving, in every list", moving),
        ("Everywhere", others),
        *((place.title, _of(place.name)) for place in VIEWS.values()),
        *((title, _of(name)) for name, title in DIALOGS.items()),
    ]
    tables = [f"## {title}\n\n{_table(actions)}" for title, actions in sections if actions]
    return "\n".join([INTRODUCTION, *tables])


def _of(place: str) -> list[Action]:
    return [action for action in ACTIONS if place in action.where]


def _table(actions: Iterable[Action]) -> str:
    lines = ["| key | does | name |", "|---|---|---|"]
    for alike in _alike(actions):
        first, last = alike[0], alike[-1]
        pressed, name = _keys(first), f"`{first.name}`"
        if last is not first:
            pressed, name = f"{pressed} – {_keys(last)}", f"{name} – `{last.name}`"
        undo = " ↺" if first.undoable else ""
        lines.append(f"| {pressed} | {first.says}{undo} | {name} |")
    return "\n".join(lines) + "\n"


def _alike(actions: Iterable[Action]) -> Iterable[list[Action]]:
    """Actions one by one, but the ten digits together."""
    for digits, group in groupby(actions, lambda action: "".join(action.keys).isdigit()):
        found = list(group)
        yield from [found] if digits else [[action] for action in found]


def _keys(action: Action) -> str:
    return " ".join(f"`{keys.show(key)}`" for key in action.keys)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
