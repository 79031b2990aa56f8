"""The user's own settings: `$XDG_CONFIG_HOME/evaluator/config.toml`."""

from __future__ import annotations

import getpass
import os
from contextlib import suppress
from pathlib import Path

import msgspec

from evaluator.errors import EvaluatorError, Problem, fail, reason
from evaluator.store import atomic, limits
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


def _file() -> Path:
    return config_folder() / "config.toml"


def load() -> Settings:
    """The user's settings; defaults where there is no file, a problem where it is broken."""
    path = _file()
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


def keep_theme(name: str) -> None:
    """Writes the name of a theme into the user's settings; all else there stays as it is.

    Raises:
        EvaluatorError: one problem: the file is broken, or can't be written.
    """
    path = _file()
    try:
        text = read_document(path, None, limits.SMALL).text if path.exists() else ""
        data = _with_theme(text, name).encode("utf-8")
        atomic.make_folder(path.parent)
        with suppress(atomic.NotConfirmed):
            atomic.write(path.resolve(), data)
    except EvaluatorError as error:
        first = error.problems[0]
        raise _not_kept(first.what, path, first.line) from None
    except OSError as error:
        raise _not_kept(reason(error), path) from None


def _with_theme(text: str, name: str) -> str:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(text)
        document["theme"] = name
        return tomlkit.dumps(document)
    except TOMLKitError as error:
        raise fail(str(error)) from None


def _not_kept(why: str, path: Path, line: int | None = None) -> EvaluatorError:
    what, hint = f"the theme is not kept: {why}", "It is in force until you leave"
    return fail(what, hint, file=str(path), line=line)
