"""The user's own settings: `$XDG_CONFIG_HOME/evaluator/config.toml`."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

import msgspec

from evaluator.errors import EvaluatorError, Problem
from evaluator.store import limits
from evaluator.store.checker import Checker
from evaluator.store.files import read_document


class Settings(msgspec.Struct, frozen=True):
    """What a person prefers.

    Attributes:
        name: who scores, where no `--as` says otherwise; empty: the login name.
        theme: name of a theme of the app; empty: its own.
        keys: other keys for actions, by action name: `{"undo": ["ctrl+z"]}`.
        problems: what is wrong with the file; the rest of it counts.
    """

    name: str = ""
    theme: str = ""
    keys: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def who(self) -> str:
        """The name to score under."""
        if self.name.strip():
            return self.name
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "me"


def _home(variable: str, fallback: str) -> Path:
    found = os.environ.get(variable, "")
    base = Path(found) if found and Path(found).is_absolute() else Path.home() / fallback
    return base / "evaluator"


def config_folder() -> Path:
    """Where the user's settings lie."""
    return _home("XDG_CONFIG_HOME", ".config")


def state_folder() -> Path:
    """Where trust, logs and what the app remembers lie."""
    return _home("XDG_STATE_HOME", ".local/state")


def load() -> Settings:
    """The user's settings; defaults where there is no file, a problem where it is broken."""
    path = config_folder() / "config.toml"
    if not path.is_file():
        return Settings()
    try:
        checker = Checker(read_document(path, None, limits.SMALL))
    except EvaluatorError as error:
        return Settings(problems=error.problems)
    document = checker.source.document
    table = checker.table(document, "keys", ())
    keys = {
        name: (value,) if isinstance(value, str) else checker.texts(table, name, ("keys",))
        for name, value in table.items()
    }
    return Settings(
        name=checker.text(document, "name", ()),
        theme=checker.text(document, "theme", ()),
        keys=keys,
        problems=tuple(checker.problems),
    )
