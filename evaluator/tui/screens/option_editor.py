"""The option editor: title, summary, keywords, tags, status with its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from evaluator.errors import EvaluatorError
from evaluator.model import STATUSES, Option
from evaluator.tui.widgets.form import Field, Form, Values

if TYPE_CHECKING:
    from evaluator.workshop import Workshop

_HINT: Final = "separated by ;"


def _parted(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


class OptionEditor(Form):
    """Edits an option of the session's own copy, or (None) adds one; undo takes it back."""

    def __init__(self, workshop: Workshop, option: Option | None) -> None:
        self._workshop = workshop
        self._option = option
        blank = Option("", "")
        found = option or blank
        status = f"status of: {', '.join(STATUSES)}"
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
                Field("status", "status", found.status, status),
                Field("reason", "reason", found.reason, "why it is discounted or preferred"),
            ],
            self._keep,
        )

    def _keep(self, values: Values) -> str:
        title = " ".join(values["title"].split())
        if not title:
            return "An option needs a title."
        status = values["status"].strip().casefold() or "open"
        if status not in STATUSES:
            return f"The status is one of: {', '.join(STATUSES)}."
        found = self._option or Option(self._workshop.new_option_id(title), title)
        changed = msgspec.structs.replace(
            found,
            title=title,
            summary=values["summary"].strip(),
            text=values["text"].strip(),
            keywords=_parted(values["keywords"]),
            tags=_parted(values["tags"]),
            actors=_parted(values["actors"]),
            status=status,
            reason=values["reason"].strip(),
        )
        try:
            self._workshop.edit_option(changed)
        except EvaluatorError as error:
            return str(error)
        self._workshop.brief_changed()
        return ""
