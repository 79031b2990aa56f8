"""Text from files on its way to the screen: the only door.

Whatever came from a file goes through `plain` (for lines a widget draws itself), `safe` (for
Textual's own widgets) or one of the helpers below. Nothing here reads markup.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from rich.cells import cell_len, chop_cells, set_cell_size
from textual.content import Content

from evaluator.display import clean, clean_text

ELLIPSIS: Final = "…"
_UNITS: Final = ((1e9, "G"), (1e6, "M"), (1e4, "k"))


def plain(text: str) -> str:
    """One line of text in which nothing can steer a terminal."""
    return clean(text)


def safe(text: str) -> Content:
    """Text for a Static, Label, list or title of Textual: cleaned, and never read as markup."""
    return Content(clean_text(text))


def width(text: str) -> int:
    """The number of terminal cells a cleaned text takes."""
    return len(text) if text.isascii() else cell_len(text)


@lru_cache(4096)
def fit(text: str, cells: int, align: str = "left") -> str:
    """`text` cleaned and made exactly `cells` wide: cut with an ellipsis, or filled up.

    `align` is "left", "right" or "center".
    """
    line = clean(text)
    size = width(line)
    if size > cells:
        if cells < 1:
            return ""
        cut = set_cell_size(line, cells - 1).rstrip()
        return cut + ELLIPSIS + " " * (cells - 1 - width(cut))
    gap = cells - size
    if align == "right":
        return " " * gap + line
    if align == "center":
        return " " * (gap // 2) + line + " " * (gap - gap // 2)
    return line + " " * gap


@lru_cache(512)
def wrap(text: str, cells: int) -> tuple[str, ...]:
    """`text` cleaned and broken into lines of at most `cells` cells, at spaces where it can be."""
    if cells < 1:
        return ()
    lines: list[str] = []
    for paragraph in clean_text(text).split("\n"):
        lines += _wrapped(paragraph, cells)
    while lines and not lines[-1]:
        lines.pop()
    return tuple(lines)


def _wrapped(paragraph: str, cells: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in paragraph.split():
        longer = f"{line} {word}" if line else word
        if width(longer) <= cells:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = chop_cells(word, cells) if width(word) > cells else [word]
        lines += whole
    return [*lines, line]


def beyond(title: str, *texts: str) -> str:
    """The first of the texts that says more than the title, from where it does.

    A text that begins with the title's own words begins after them, or with the next sentence.
    """
    head = clean(title).rstrip(" .…:;,").casefold()
    for text in texts:
        line = clean(text)
        if not line.casefold().startswith(head):
            found = line
        else:
            rest = line[len(head) :]
            found = rest.lstrip(" .…:;,–—-")
            if found and rest[:1] not in ".:;…":
                found = f"… {found}"
        if found:
            return found
    return ""


def bar(value: float, cells: int, full: float = 100) -> str:
    """A bar of `━` with a half step `╸`, `cells` wide where `value` is `full`; not filled up."""
    halves = round(2 * cells * min(max(value / full, 0), 1)) if full > 0 else 0
    return "━" * (halves // 2) + "╸" * (halves % 2)


def progress_bar(done: float, cells: int, total: float) -> str:
    """What is done of `total` as a bar in `cells`, the rest of them dashed; 0 of 0 is nothing."""
    full = bar(done, cells, total) if total else ""
    return full + "╌" * (cells - len(full))


def open_bar(low: float, high: float, cells: int, full: float = 100) -> str:
    """A bar of what is sure (`━` up to `low`) and of what is still possible (`┄` up to `high`)."""
    sure = round(cells * min(max(low / full, 0), 1))
    possible = round(cells * min(max(high / full, 0), 1))
    return "━" * sure + "┄" * (possible - sure)


def figure(number: float | None) -> str:
    """A score in at most six cells: `3`, `2.5`, `12.5k`, `1.2M`, `1e12`; `·`: there is none."""
    if number is None:
        return "·"
    size = abs(number)
    least, letter = next((pair for pair in _UNITS if size >= pair[0]), (1, ""))
    part = number / (1e3 if letter == "k" else least)
    text = f"{part:.0f}" if letter and abs(part) >= 100 else f"{part:.{3 if letter else 4}g}"
    if len(text + letter) > 6:
        return f"{number:.0e}".replace("e+", "e").replace("e0", "e").replace("e-0", "e-")
    return "0" if text == "-0" else text + letter
