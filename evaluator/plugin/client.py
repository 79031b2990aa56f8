"""The host's end of one worker: starts it, asks it, waits as long as is allowed, ends it."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from evaluator.errors import reason
from evaluator.model import Brief
from evaluator.plugin import wire
from evaluator.plugin.sources import module_path
from evaluator.plugin.state import log
from evaluator.plugin.wire import Answer, Ask, Done, Failed, Limits, Load, Loaded, Said, Source

# The package is taken from where this process has it, and its folder leaves the module path again:
# in a checkout that folder is a project too, and what lies there is not to be imported.
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop()); import evaluator; del sys.path[0]; "
    "from evaluator.plugin.worker import main; main()"
)
_KEPT: Final = ("PYTHONHOME", "PYTHONPLATLIBDIR")
_LOGGED: Final = 20_000
_AHEAD: Final = 256


class StoppedError(Exception):
    """The worker was ended, or ended by itself; the text says why, and begins with a verb."""


def _environment(root: Path | None) -> dict[str, str]:
    """This process's environment without what would change how the worker's Python starts."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PYTHON") or name in _KEPT
    }
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = os.pathsep.join(module_path(root, given))
    if path:
        kept["PYTHONPATH"] = path
    # Sets come in one order every time; numerics don't reserve memory for a thread a processor.
    fixed = {"PYTHONHASHSEED": "0", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {**kept, **fixed}


class Worker:
    """One process with one plugin in it.

    Not for two threads at once but for `close`, which any thread may call at any time.
    """

    def __init__(self, source: Source, limits: Limits, root: Path | None = None) -> None:
        self.source = source
        self.limits = limits
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._output: IO[bytes] | None = None
        self._frames: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._gone = threading.Event()
        self._ending = threading.Lock()

    @property
    def alive(self) -> bool:
        """Whether it was started and has not been ended."""
        return self._process is not None

    def load(self) -> Loaded | Failed:
        """Starts the process and has the plugin loaded.

        Raises:
            StoppedError: it took too long, ended by itself, or said what can't be read.
        """
        self._start()
        hidden = str(self._root) if self._root else ""
        self._send(Load(self.source, self.limits, hidden))
        answer = self._receive(self.limits.load, "to load")
        if not isinstance(answer, Loaded | Failed):
            raise self._stop("answers what it was not asked")
        return answer

    def suggest(
        self,
        criteria: Sequence[str],
        options: Sequence[str],
        brief: Brief,
        settings: Mapping[str, Mapping[str, Any]],
    ) -> Generator[Said, None, None]:
        """Every criterion for every option, in this order, as the answers come.

        Raises:
            StoppedError: a limit was passed or the process ended; what came before stands.
        """
        told = {id: wire.portable(dict(settings.get(id, {}))) for id in criteria}
        self._send(Ask(tuple(criteria), tuple(options), wire.portable_brief(brief), told))
        finished = False
        try:
            yield from self._answers(criteria, options)
            if not isinstance(self._receive(self.limits.option, "to finish"), Done):
                raise self._stop("answers more than it was asked")
            finished = True
        finally:
            if not finished:
                self.close()

    def _answers(self, criteria: Sequence[str], options: Sequence[str]) -> Iterator[Said]:
        for id in criteria:
            waited = 0.0  # what we wait, so that whoever takes the answers slowly harms nobody
            for option in options:
                left = max(0.0, self.limits.brief - waited)
                start = time.monotonic()
                if left < self.limits.option:
                    said = self._receive(left, f"for {id} of all options", self.limits.brief)
                else:
                    said = self._receive(self.limits.option, f"for {id} of {option}")
                waited += time.monotonic() - start
                if not isinstance(said, Said) or (said.criterion, said.option) != (id, option):
                    raise self._stop("answers what it was not asked")
                if said.over:
                    raise self._stop(f"{said.fault}, for {id} of {option}")
                yield said

    def close(self) -> None:
        """Ends the process at once; what it printed goes to the log."""
        with self._ending:
            self._gone.set()
            process, self._process = self._process, None
            if process is None:
                return
            _kill(process)
            self._release()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()
            self._keep_output()

    def _start(self) -> None:
        here = str(Path(__file__).resolve().parents[2])
        command = [sys.executable, "-P", "-X", "utf8", "-c", _START, here]
        with self._ending:
            if self._gone.is_set():
                raise StoppedError("is not running")
            self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
            try:
                self._process = subprocess.Popen(  # noqa: S603 - our own Python, nobody's words
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._output,
                    cwd=Path(sys.prefix).anchor,
                    env=_environment(self._root),
                    start_new_session=True,
                )
            except OSError as error:
                self._output.close()
                raise StoppedError(
                    f"can't be run: no process could be started ({reason(error)})"
                ) from None
            reader = threading.Thread(target=self._pump, args=(self._process.stdout,), daemon=True)
            reader.start()

    def _pump(self, stream: IO[bytes]) -> None:
        """Takes frames from the pipe, so that waiting for one can have an end."""
        body: bytes | None = b""
        while body is not None and not self._gone.is_set():
            try:
                body = wire.read_frame(stream.read, wire.MAX_ANSWER)
            except (OSError, ValueError):
                body = None
            while not self._gone.is_set():
                with contextlib.suppress(queue.Full):
                    self._frames.put(body, timeout=0.2)
                    break

    def _send(self, request: Load | Ask) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise StoppedError("is not running")
        data = wire.frame(request)
        # A worker that does not read would block us for ever once the pipe is full.
        watch = threading.Timer(self.limits.load, _kill, (process,))
        watch.start()
        try:
            process.stdin.write(data)
            process.stdin.flush()
        except (OSError, ValueError):
            raise self._ended() from None
        finally:
            watch.cancel()

    def _receive(self, seconds: float, why: str, limit: float = 0) -> Answer:
        try:
            body = self._frames.get(timeout=seconds)
        except queue.Empty:
            raise self._stop(f"took more than {limit or seconds:g} s {why}") from None
        if body is None:
            raise self._ended()
        try:
            answer: Answer = wire.decode_answer.decode(body)
        except (msgspec.DecodeError, RecursionError):
            raise self._stop("sends what can't be read") from None
        return answer

    def _stop(self, why: str) -> StoppedError:
        self.close()
        return StoppedError(why)

    def _ended(self) -> StoppedError:
        """Why the process is gone, by its exit status."""
        process = self._process
        if process is None:
            return StoppedError("is not running")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
        status = process.returncode
        self.close()
        if status is None:
            return StoppedError("closed its line to the program, or garbled it")
        if status >= 0:
            return StoppedError(f"ended its process (exit status {status})")
        with contextlib.suppress(ValueError):
            return StoppedError(f"ended its process (signal {signal.Signals(-status).name})")
        return StoppedError(f"ended its process (signal {-status})")

    def _release(self) -> None:
        """Wakes whoever waits for an answer."""
        with contextlib.suppress(queue.Full):
            self._frames.put_nowait(None)

    def _keep_output(self) -> None:
        if self._output is None:
            return
        with contextlib.suppress(OSError, ValueError):
            self._output.seek(0)
            text = self._output.read(_LOGGED).decode("utf-8", "replace")
            self._output.close()
            if text.strip():
                log(f"plugin {self.source.name}", text)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Ends the process, and those it started, at once."""
    with contextlib.suppress(OSError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
