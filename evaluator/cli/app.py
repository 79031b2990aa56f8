"""The root of all commands, and the one place where errors become messages and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

import click
from click.shell_completion import shell_complete

from evaluator.cli import show
from evaluator.cli.call import Call
from evaluator.cli.options import Group, the_call
from evaluator.errors import EvaluatorError

_COMPLETE: Final = "_EVALUATOR_COMPLETE"
_COMMANDS: Final = {
    "new": "evaluator.cli.files:new",
    "import": "evaluator.cli.imports:import_",
    "options": "evaluator.cli.read:options",
    "criteria": "evaluator.cli.read:criteria",
    "suggest": "evaluator.cli.read:suggest",
    "search": "evaluator.cli.read:search",
    "score": "evaluator.cli.score:score",
    "weigh": "evaluator.cli.score:weigh",
    "rank": "evaluator.cli.results:rank",
    "robustness": "evaluator.cli.results:robustness",
    "portfolio": "evaluator.cli.results:portfolio",
    "group": "evaluator.cli.results:group",
    "export": "evaluator.cli.exports:export",
    "sessions": "evaluator.cli.sessions:sessions",
    "check": "evaluator.cli.files:check",
    "plugins": "evaluator.cli.plugins:plugins",
}


@click.group(
    cls=Group,
    lazy=_COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the app opens. Completion and more: docs/reference/command-line.md",
)
@click.pass_context
def commands(context: click.Context) -> None:
    """A decision workbench: score a brief's recommendations, rank them, and show why."""
    if context.invoked_subcommand is None:
        from evaluator.cli.start import open_app

        call = the_call(context)
        call.status = open_app(
            call.folder,
            session=call.session,
            round_=call.round,
            who=call.who,
            plugins=call.plugins,
        )


def run(arguments: Sequence[str]) -> int:
    """Runs one command line; answers the exit status. Never raises."""
    show.prepare_streams()
    call = Call(color="NO_COLOR" not in os.environ and sys.stdout.isatty())
    try:
        if asked := os.environ.get(_COMPLETE):
            return shell_complete(commands, {"obj": call}, "evaluator", _COMPLETE, asked)
        with commands.make_context("evaluator", list(arguments), obj=call) as context:
            commands.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except EvaluatorError as error:
        show.tell_error(error, call.told)
        return error.exit_code
    except click.ClickException as error:
        return _usage(error)
    except (click.Abort, KeyboardInterrupt):
        show.tell("interrupted")
        return 130
    except BrokenPipeError:
        # Whoever read has had enough; Python's own flush at exit would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last border: a fault of ours is no traceback
        return _fault(error)
    return call.status


def _usage(error: click.ClickException) -> int:
    said = error.format_message().rstrip(".").replace("\n", " ")
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "evaluator"
    show.tell(f"error: {said[:1].lower()}{said[1:]}. See: {path} --help")
    return 2


def _fault(error: Exception) -> int:
    import traceback

    from evaluator.settings import state_folder

    path = state_folder() / "errors.log"
    kept = f"; details are in {path}"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
            log.write("".join(traceback.format_exception(error)))
    except OSError:
        kept = ""
    show.tell(f"error: this should not happen: {type(error).__name__}: {str(error)[:200]}{kept}")
    return 2
