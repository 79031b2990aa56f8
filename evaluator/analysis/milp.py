"""The same choice by HiGHS, in a process of its own, for what branch and bound finds too large.

HiGHS prints a banner to the C library's standard output before any option can silence it. In a
terminal app that output is the screen, and turning file descriptor 1 away inside the app would
swallow what the app itself draws meanwhile; so the solver lives in a child process, whose
standard output is turned away before HiGHS is loaded. It can also be stopped at any moment.

Run as a file, this module is that child: one JSON question a line in, one JSON answer a line out.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from evaluator.analysis.knapsack import Choice

_OPTIONS: Final = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-9,
    "mip_feasibility_tolerance": 1e-9,
    "primal_feasibility_tolerance": 1e-9,
    # Sets of some hundred options are settled near the root: searches inside the search and
    # beginning anew cost more there than they bring.
    "mip_heuristic_effort": 0.0,
    "mip_allow_restart": False,
}


class Child:
    """A running solver; use as a context, which ends it. Costs about 0.3 s to start.

    It keeps the rules of the last question, so that one which differs in gains alone is short.
    """

    def __init__(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own file, by our own interpreter
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        self.rules: dict[str, Any] = {}
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put("")

    def best(self, choice: Choice, waiting: Callable[[], None] | None = None) -> int | None:
        """The mask of a best set, or None where no set keeps all rules.

        `waiting` is called ten times a second until the answer is there; what it raises ends the
        wait.

        Raises:
            RuntimeError: the solver ended, or gave no optimum.
        """
        self.ask(choice)
        return self.answer(waiting)

    def ask(self, choice: Choice) -> None:
        """Sends a question; `answer` must be called once for each.

        Raises:
            RuntimeError: the solver ended.
        """
        assert self.process.stdin is not None
        rules = _rules(choice)
        same, self.rules = rules == self.rules, rules
        question = {"gains": choice.gains, **({} if same else rules)}
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except OSError as gone:
            raise RuntimeError("the solver ended") from gone

    def answer(self, waiting: Callable[[], None] | None = None) -> int | None:
        """The answer to the question before, as `best` gives it."""
        answer = json.loads(self._answer(waiting) or '{"error": "the solver ended"}')
        if "error" in answer:
            raise RuntimeError(answer["error"])
        chosen = answer["chosen"]
        return None if chosen is None else sum(1 << item for item in chosen)

    def _answer(self, waiting: Callable[[], None] | None) -> str:
        while True:
            try:
                return self.answers.get(timeout=0.1)
            except queue.Empty:
                if waiting is not None:
                    waiting()

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.wait()
        self.reader.join()
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            # A question may still be on its way to a child that is gone.
            with contextlib.suppress(OSError):
                pipe.close()


def _rules(choice: Choice) -> dict[str, Any]:
    """All of a question but the gains."""
    from evaluator.analysis.knapsack import bits

    pairs = [(i, j) for i, mask in enumerate(choice.needs) for j in bits(mask) if i != j]
    clashes = [(i, j) for i, mask in enumerate(choice.clashes) for j in bits(mask) if i < j]
    rows = [(list(enumerate(limit.uses)), limit.capacity) for limit in choice.limits]
    rows += [([(i, 1), (j, -1)], 0) for i, j in pairs]
    rows += [([(i, 1), (j, 1)], 1) for i, j in clashes]
    return {
        "lower": [choice.inside >> i & 1 for i in range(len(choice.gains))],
        "upper": [1 - (choice.outside >> i & 1) for i in range(len(choice.gains))],
        "rows": rows,
    }


def _model(question: dict[str, Any]) -> Any:
    """A solver that holds the rules of a question; None where an item is forced in and out."""
    import highspy

    if any(low > high for low, high in zip(question["lower"], question["upper"], strict=True)):
        return None
    solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, setting in _OPTIONS.items():
        solver.setOptionValue(name, setting)
    for low, high in zip(question["lower"], question["upper"], strict=True):
        solver.addVar(low, high)
    for item in range(len(question["gains"])):
        solver.changeColIntegrality(item, highspy.HighsVarType.kInteger)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    for terms, most in question["rows"]:
        used = [(item, use) for item, use in terms if use]
        items, uses = [item for item, _ in used], [use for _, use in used]
        solver.addRow(-highspy.kHighsInf, most, len(used), items, uses)
    return solver


def _solve(solver: Any, gains: list[float]) -> dict[str, Any]:
    import highspy

    if solver is None:
        return {"chosen": None}
    for item, gain in enumerate(gains):
        solver.changeColCost(item, gain)
    solver.clearSolver()  # so that an answer does not depend on the questions before
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return {"chosen": None}
    if status != highspy.HighsModelStatus.kOptimal:
        return {"error": f"HiGHS: {solver.modelStatusToString(status)}"}
    chosen = solver.getSolution().col_value
    return {"chosen": [item for item, taken in enumerate(chosen) if taken > 0.5]}


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    solver: Any = None
    for line in sys.stdin:
        question = json.loads(line)
        if "rows" in question:
            solver = _model(question)
        answers.write(json.dumps(_solve(solver, question["gains"])) + "\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
