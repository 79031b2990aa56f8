"""The app's own two themes, and the styles that lists are drawn with.

Every colour a list uses is blended from the theme in force, so that any of Textual's themes
works, light or dark. A theme that leaves colours to the terminal cannot be blended: there the
figures, marks and bars alone say everything, as they do without colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.style import Style
from textual.color import Color
from textual.theme import Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

DARK = Theme(
    name="evaluator-dark",
    primary="#4f9fc4",
    secondary="#8fa8b8",
    accent="#e0b25c",
    warning="#e0b25c",
    error="#e0736c",
    success="#7fb785",
    foreground="#dfe3e6",
    background="#14181b",
    surface="#14181b",
    panel="#1f262b",
    dark=True,
)
LIGHT = Theme(
    name="evaluator-light",
    primary="#3b86ac",
    secondary="#5d7482",
    accent="#8a5a00",
    warning="#8a5a00",
    error="#a8332b",
    success="#2f6b3a",
    foreground="#1d2428",
    background="#f7f5f0",
    surface="#f7f5f0",
    panel="#e9e5dc",
    dark=False,
)
OWN = (DARK, LIGHT)
STEPS = 20
STRONGEST = 0.85  # how far a value of 100 goes from $surface towards $primary


@dataclass(frozen=True)
class Paint:
    """The styles of one theme: what each part of a list looks like.

    Attributes:
        base: plain text.
        muted: what stands back: summaries, rulers, hints.
        strong: the row of the cursor, titles.
        head: headings of columns and sections.
        cursor: the cell of the cursor.
        bar: bars of values.
        rest: what is still possible; empty parts of bars.
        mark: matches of a search, cues in a text, changes.
        warn: what needs attention.
    """

    base: Style
    muted: Style
    strong: Style
    head: Style
    cursor: Style
    bar: Style
    rest: Style
    mark: Style
    warn: Style
    ramp: tuple[Style, ...]

    def heat(self, value: float | None) -> Style:
        """The style of a cell with a value 0–100: the stronger the better; None: plain."""
        if value is None:
            return self.base
        return self.ramp[round(min(max(value, 0), 100) / 100 * STEPS)]

    @classmethod
    def of(cls, variables: Mapping[str, str], *, own_colours: bool) -> Paint:
        """The styles from a theme's variables; `own_colours`: they are the terminal's."""
        if own_colours:
            return cls._terminal()
        surface = Color.parse(variables["surface"])
        text = surface.blend(Color.parse(variables["foreground"]), 1)
        primary = Color.parse(variables["primary"])
        accent = Color.parse(variables["accent"])

        def style(colour: Color, *, bold: bool = False, underline: bool = False) -> Style:
            return Style(
                color=colour.rich_color,
                bgcolor=surface.rich_color,
                bold=bold,
                underline=underline,
            )

        muted = _readable(surface.blend(text, 0.62), surface, text, 4.5)
        return cls(
            base=style(text),
            muted=style(muted),
            strong=style(text, bold=True),
            head=style(muted, bold=True),
            cursor=Style(color=surface.rich_color, bgcolor=text.rich_color, bold=True),
            bar=style(_readable(primary, surface, text, 3)),
            rest=style(surface.blend(text, 0.45)),
            mark=style(_readable(accent, surface, text, 4.5), bold=True, underline=True),
            warn=style(_readable(Color.parse(variables["warning"]), surface, text, 4.5), bold=True),
            ramp=tuple(_step(surface, primary, step / STEPS) for step in range(STEPS + 1)),
        )

    @classmethod
    def _terminal(cls) -> Paint:
        base = Style()
        bold, dim = Style(bold=True), Style(dim=True)
        cursor, mark = Style(reverse=True, bold=True), Style(bold=True, underline=True)
        ramp = (base,) * (STEPS + 1)
        return cls(base, dim, bold, bold, cursor, base, dim, mark, bold, ramp)


def _step(surface: Color, primary: Color, part: float) -> Style:
    ground = surface.blend(primary, part * STRONGEST, alpha=1)
    text = max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda c: contrast(c, ground))
    return Style(color=text.rich_color, bgcolor=ground.rich_color)


def _readable(colour: Color, ground: Color, towards: Color, least: float) -> Color:
    """`colour` moved towards the text's colour until it stands out from `ground`."""
    for step in range(11):
        moved = colour.blend(towards, step / 10, alpha=1)
        if contrast(moved, ground) >= least:
            return moved
    return towards


def contrast(one: Color, other: Color) -> float:
    """The contrast ratio of two colours, 1–21 (WCAG 2.2, "relative luminance")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in colour.normalized
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
