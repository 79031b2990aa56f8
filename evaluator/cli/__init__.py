"""The command line: shows what the core answers, and passes intentions on.

`main` is the program. Without a command it opens the app straight away: nothing of the command
line is loaded on that way.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `evaluator`; answers the exit status: 0, 1, 2 or 130."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "_EVALUATOR_COMPLETE" not in os.environ:
        alone = len(given) == 2 and given[0] == "-C" and not given[1].startswith("-")
        if not given or alone:
            # What is made before the first picture stays: looking for garbage in it is lost time.
            gc.disable()
            from evaluator.cli.start import open_app

            return open_app(given[1] if alone else None)
    from evaluator.cli.app import run

    return run(given)
