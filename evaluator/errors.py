"""The one shape in which everything that is wrong is reported."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Severity = Literal["error", "warning"]


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong: where, what, and how to mend it.

    Attributes:
        file: path as the user would type it (relative to the project where it is inside), or a
            plugin's name; empty where no file is to blame.
        line: line number from 1, or None where it is not known.
        key: dotted key inside the file, such as `scores.night-ferry.reach`, or None.
        what: what is wrong, one sentence without a full stop at the end.
        hint: what to do about it, one sentence; may be empty.
        level: "error" stops a command that needs the file; "warning" never does.
        minor: a warning that nothing depends on: told by `check`, and by no other command.
    """

    file: str
    line: int | None
    key: str | None
    what: str
    hint: str = ""
    level: Severity = "error"
    minor: bool = False

    def __str__(self) -> str:
        """`file:line: key what. hint`, raw: whoever prints it cleans it first."""
        place = self.file + (f":{self.line}" if self.line is not None else "")
        said = f"{self.key}: {self.what}" if self.key and self.key not in self.what else self.what
        text = f"{place}: {said}" if place else said
        return f"{text}. {self.hint}" if self.hint else f"{text}."


class EvaluatorError(Exception):
    """Something a person has to mend; carries every `Problem` found, and ends a command with 2."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(*problems)
        self.problems: tuple[Problem, ...] = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def fail(
    what: str, hint: str = "", *, file: str = "", line: int | None = None, key: str | None = None
) -> EvaluatorError:
    """An error that carries a single problem; meant to be raised."""
    return EvaluatorError([Problem(file=file, line=line, key=key, what=what, hint=hint)])


def reason(error: Exception) -> str:
    """What the system says of a failure, in lower case and without its number."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word closest to what was typed, letter case aside; None where none is close."""
    by_fold = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold()[:200], list(by_fold), n=1, cutoff=0.6)
    return by_fold[found[0]] if found else None


def unknown(kind: str, word: str, known: Iterable[str], *, file: str = "") -> EvaluatorError:
    """The error for a name that is not known: names the nearest one, or lists what there is."""
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        hint = f"Did you mean {near!r}?"
    elif names:
        shown = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
        hint = f"Known: {shown}"
    else:
        hint = ""
    return fail(f"no {kind} {word!r}", hint, file=file)
