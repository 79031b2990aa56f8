"""The options for all commands, number words, and commands that take these options anywhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final, TypeVar

import click

from evaluator.cli.call import Call
from evaluator.cli.complete import complete_people, complete_sessions
from evaluator.errors import fail, nearest, unknown
from evaluator.model import Number, is_number

_PLAIN: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_NEGATIVE: Final = re.compile(r"-(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
W = TypeVar("W", bound=str)


def the_call(context: click.Context) -> Call:
    """The one call that all contexts share."""
    return context.ensure_object(Call)


def _keep(field: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(context: click.Context, _: click.Parameter, value: Any) -> Any:
        if value is not None and value is not False:
            setattr(the_call(context), field, value)
        return value

    return keep


def _no(field: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(context: click.Context, _: click.Parameter, value: Any) -> Any:
        if value:
            setattr(the_call(context), field, False)
        return value

    return keep


class _Version(click.Option):
    """`--version`: answered before anything else is asked for, wherever it stands."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Prints and ends, with the project and the form that the other options name."""
        if opts.get("all_version") and not ctx.resilient_parsing:
            from evaluator.cli.version import print_version

            call = the_call(ctx)
            call.folder = opts.get("all_folder", call.folder)
            call.json = bool(opts.get("all_json", call.json))
            print_version(call)
            ctx.exit()
        return super().handle_parse_result(ctx, opts, args)


_HELP: Final = {
    "folder": "The project (default: the nearest folder upward with criteria.toml).",
    "session": "The session (default: the newest that is open).",
    "round": "The round (default: the newest).",
    "who": "The participant.",
    "json": "Print one JSON document.",
    "color": "Print without colour.",
    "plugins": "Load no plugin but the built-in ones.",
}


def _value(flag: str, field: str, metavar: str, **more: Any) -> click.Option:
    """An option for all that takes a value and keeps it in the call."""
    return click.Option(
        [flag, f"all_{field}"],
        metavar=metavar,
        callback=_keep(field),
        expose_value=False,
        help=_HELP[field],
        **more,
    )


def _flag(flag: str, field: str, keep: Callable[..., Any]) -> click.Option:
    """An option for all that is a flag."""
    return click.Option(
        [flag, f"all_{field}"], is_flag=True, callback=keep, expose_value=False, help=_HELP[field]
    )


def for_all() -> list[click.Parameter]:
    """The options that every command takes, before its name and after it alike."""
    return [
        _value("-C", "folder", "DIR", is_eager=True),
        _value("--session", "session", "ID", shell_complete=complete_sessions),
        _value("--round", "round", "N", type=click.INT),
        _value("--as", "who", "NAME", shell_complete=complete_people),
        _flag("--json", "json", _keep("json")),
        _flag("--no-color", "color", _no("color")),
        _flag("--no-plugins", "plugins", _no("plugins")),
        _Version(
            ["--version", "all_version"],
            is_flag=True,
            expose_value=False,
            is_eager=True,
            help="Print the version, with plugins and extras.",
        ),
    ]


class _Sections(click.Command):
    """Sets a command's own options apart from those for all."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, for the help, under two heads."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            # Some versions of click give arguments a record too, with nothing in it.
            option = isinstance(parameter, click.Option)
            if option and (record := parameter.get_help_record(ctx)) is not None:
                (shared if (parameter.name or "").startswith("all_") else own).append(record)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        for head, records in (("Options", own), ("Options for all", shared)):
            with formatter.section(head):
                formatter.write_dl(records)


class Command(_Sections):
    """A command that takes the options for all, and negative numbers as arguments."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += for_all()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Puts a negative number that is no option's value behind a `--`."""
        if "--" not in args:
            loose = [
                n
                for n, word in enumerate(args)
                if _NEGATIVE.fullmatch(word) and not (n and args[n - 1].startswith("-"))
            ]
            rest = [word for n, word in enumerate(args) if n not in loose]
            args = [*rest, "--", *(args[n] for n in loose)] if loose else args
        return super().parse_args(ctx, args)


class Group(_Sections, click.Group):
    """A group of commands that are loaded when they are asked for.

    `lazy` maps a command's name to "module:function"; the order is that of the help.
    """

    command_class = Command

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}
        self.params += for_all()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return [*self.lazy, *(n for n in super().list_commands(ctx) if n not in self.lazy)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, loaded now if need be."""
        if cmd_name in self.lazy:
            module, name = self.lazy[cmd_name].split(":")
            found: click.Command = getattr(import_module(module), name)
            return found
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name; an error with the nearest name where none does."""
        name = args[0]
        known = self.get_command(ctx, name) is not None
        if not known and not ctx.resilient_parsing and not name.startswith("-"):
            near = nearest(name, self.list_commands(ctx))
            hint = f"Did you mean {near!r}?" if near else f"See: {ctx.command_path} --help"
            raise fail(f"no such command {name!r}", hint)
        return super().resolve_command(ctx, args)


Group.group_class = Group


def number(word: str, what: str) -> Number:
    """A number as a person types it: plain decimal digits, `what` names it in the error.

    Raises:
        EvaluatorError: anything else, as `4_0`, `4,5`, `nan`, `true` or 400 digits.
    """
    text = word.strip()
    found: Number | None = None
    if _PLAIN.fullmatch(text) and len(text) <= 400:
        found = float(text) if "." in text else int(text)
    if found is None or not is_number(found):
        raise fail(f"{what}: {word[:60]!r} is no number", "Write it as 4 or 4.5")
    return found


def pairs(words: Sequence[str], what: str) -> dict[str, Number]:
    """`NAME=N` words as numbers by name.

    Raises:
        EvaluatorError: a word without `=`, without a name, no number, or a name given twice.
    """
    found: dict[str, Number] = {}
    for word in words:
        name, equals, value = word.rpartition("=")
        if not equals or not name.strip():
            raise fail(f"{what}: {word[:60]!r} is not NAME=NUMBER", "Write it as NAME=10")
        if name in found:
            raise fail(f"{what}: {name!r} is given twice", "Give it once")
        found[name] = number(value, f"{what} {name}")
    return found


def one_of(kind: str, word: str, known: Sequence[W]) -> W:
    """The known word that was typed; an error that names the nearest where none is."""
    for one in known:
        if one == word:
            return one
    raise unknown(kind, word, known)
