"""The option editor: title, summary, keywords, tags, status with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from evaluator.errors import EvaluatorError
from evaluator.model import STATUSES, Number, Option, is_number
from evaluator.tui.widgets.form import Field, Form, Values

if TYPE_CHECKING:
    from evaluator.workshop import Workshop

_HINT: Final = "separated by ;"


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _written(option: Option) -> str:
    return "; ".join(
        f"{name}={figure:g}" if isinstance(figure, float) else f"{name}={figure}"
        for name, figure in option.resources.items()
    )


def read_resources(text: str) -> dict[str, Number] | str:
    """What an option uses, as it is typed: `money=30; staff=2`; or what is wrong with it."""
    found: dict[str, Number] = {}
    for part in _parted(text):
        name, _, said = (piece.strip() for piece in part.partition("="))
        try:
            number = float(said.replace(",", "."))
        except ValueError:
            number = -1.0
        if not name or not (is_number(number) and number >= 0):
            return f"Resources: {part[:40]!r} is not written as money=30, a number from 0 up."
        found[name] = int(number) if number.is_integer() else number
    return found


class OptionEditor(Form):
    """Edits an option of the session's own copy, or (None) adds one; undo takes it back."""

    def __init__(self, workshop: Workshop, option: Option | None) -> None:
        self._workshop = workshop
        self._option = option
        blank = Option("", "")
        found = option or blank
        title = f"Edit {found.id}" if option else "Add an option"
        super().__init__(
            f"{title}  ·  in this session's copy",
            [
                Field("title", "title", found.title, "one line"),
                Field("summary", "summary", found.summary, "one or two sentences", 2),
                Field("text", "text", found.text, "the recommendation in full", 5),
                Field("keywords", "keywords", "; ".join(found.keywords), _HINT),
                Field("tags", "tags", "; ".join(found.tags), _HINT),
                Field("actors", "actors", "; ".join(found.actors), _HINT),
                Field("status", "status", found.status, choices=STATUSES),
                Field("resources", "resources", _written(found), "such as money=30; staff=2"),
                Field("reason", "reason", found.reason, "why it is discounted or preferred"),
            ],
            self._keep,
        )

    def _keep(self, values: Values) -> str:
        title = " ".join(values["title"].split())
        if not title:
            return "An option needs a title."
        resources = read_resources(values["resources"])
        if isinstance(resources, str):
            return resources
        found = self._option or Option(self._workshop.new_option_id(title), title)
        changed = msgspec.structs.replace(
            found,
            title=title,
            summary=values["summary"].strip(),
            text=values["text"].strip(),
            keywords=_parted(values["keywords"]),
            tags=_parted(values["tags"]),
            resources=resources,
            actors=_parted(values["actors"]),
            status=values["status"],
            reason=values["reason"].strip(),
        )
        try:
            self._workshop.edit_option(changed)
        except EvaluatorError as error:
            return str(error)
        self._workshop.brief_changed()
        return ""
