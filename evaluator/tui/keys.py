"""How keys are called on the screen and in the configuration."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SHOWN: Final = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "backspace": "⌫",
    "delete": "del",
    "insert": "ins",
    "escape": "esc",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "f1": "F1",
    "shift+tab": "⇧tab",
}
_CHARACTERS: Final = {
    "slash": "/",
    "question_mark": "?",
    "minus": "-",
    "plus": "+",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "comma": ",",
    "full_stop": ".",
}
_NAMES: Final = {character: name for name, character in _CHARACTERS.items()}
_ARROWS: Final = ("left", "down", "up", "right")
_LETTERS: Final = ("h", "j", "k", "l")


def show(key: str) -> str:
    """A key as it is printed: `^p`, `/`, `↑`, `S`."""
    if key.startswith("ctrl+") and len(key) == 6:
        return "^" + key[5]
    return _SHOWN.get(key) or _CHARACTERS.get(key, key)


def parse(key: str) -> str:
    """A key as Textual calls it, from what a person writes: `/`, `^r`, `ctrl+r`, `N`."""
    key = key.strip()
    if len(key) == 2 and key[0] == "^":
        return f"ctrl+{key[1].lower()}"
    return _NAMES.get(key, key)


def runs(keys: Iterable[str]) -> str:
    """Several keys for one thing, digits in a row drawn together: `1–5`, `g home`."""
    listed = list(dict.fromkeys(keys))
    digits = sorted(key for key in listed if key in string.digits and len(key) == 1)
    parts: list[str] = []
    for digit in digits:
        if parts and int(digit) == int(parts[-1][-1]) + 1:
            parts[-1] = f"{parts[-1][0]}–{digit}"
        else:
            parts.append(digit)
    for group in (_ARROWS, _LETTERS):
        if all(key in listed for key in group):
            parts.append("".join(map(show, group)))
            listed = [key for key in listed if key not in group]
    return " ".join([*parts, *(show(key) for key in listed if key not in digits)])
