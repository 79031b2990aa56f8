"""The process in which one plugin runs, and nothing else does.

It guards against accidents: whatever a plugin prints, raises, leaks, patches or hangs in stays in
here, and the host can end it at any time. It is no sandbox: a plugin has the user's own rights.

Started by `evaluator.plugin.client`; requests come over what was standard input, answers go over
what was standard output, and both are out of a plugin's way before it is imported.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from evaluator.model import Brief, Criterion, Option, Suggestion
from evaluator.plugin import contract, hookspecs, memory, wire
from evaluator.plugin.wire import Ask, CriterionData, Done, Failed, Limits, Load, Loaded, Said

_PRINTED = 200
_OUTPUT_LIMIT = 16_000_000


def main() -> None:
    """Serves requests until the host closes the line."""
    import faulthandler

    requests, answers = os.dup(0), os.dup(1)
    _redirect()
    faulthandler.enable(2)
    read, send = partial(os.read, requests), partial(_write_all, answers)
    served = _Served()
    while (body := wire.read_frame(read)) is not None:
        request = wire.decode_request.decode(body)
        if isinstance(request, Load):
            send(served.load(request))
        else:
            for said in served.ask(request):
                send(said)
            send(wire.frame(Done()))


def _write_all(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _redirect() -> None:
    """Takes 0, 1 and 2 away from the line: nothing to read, and all output to the log."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = os.fdopen(
            descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False
        )
        stream.reconfigure(write_through=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _confine(limits: Limits) -> None:
    """Limits memory and the size of files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (_OUTPUT_LIMIT, _OUTPUT_LIMIT))
    with contextlib.suppress(OSError, ValueError):
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Ends this process should the host not do it in time, being gone itself.

    The system does it, so that it works while Python hangs inside one call.
    """
    import signal

    if not hasattr(signal, "setitimer"):
        yield
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + 1)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


class _Output:
    """Whether anything was printed since this was made."""

    def __init__(self) -> None:
        self._start = _size()

    def text(self) -> str:
        """The beginning of what was printed."""
        end = _size()
        if end <= self._start:
            return ""
        with contextlib.suppress(OSError, AttributeError):
            found = os.pread(2, min(_PRINTED, end - self._start), self._start)
            return found.decode("utf-8", "replace").strip() or "blank lines"
        return "something"


def _size() -> int:
    try:
        return os.fstat(2).st_size
    except OSError:
        return 0


class _Fault:
    """An exception put in words: what, hint, and the plugin's own line that it came from."""

    def __init__(self, error: BaseException, finder: memory.Bytes | None) -> None:
        own = isinstance(error, contract.ContractError)
        self.over = isinstance(error, MemoryError)
        self.hint = error.hint if isinstance(error, contract.ContractError) else ""
        known = _known_fault(error)
        self.what = known or contract.named(error)
        self.verb = "" if known else "raises "
        self.file, self.line = _place(error, finder)
        if not self.over and not own:
            with contextlib.suppress(Exception):
                sys.__excepthook__(type(error), error, error.__traceback__)


def _known_fault(error: BaseException) -> str:
    if isinstance(error, contract.ContractError):
        return error.what
    if isinstance(error, SyntaxError):
        return f"is no Python: {error.msg}"
    if isinstance(error, SystemExit):
        return "calls sys.exit, which would have ended the program"
    if isinstance(error, MemoryError):
        return "takes more memory than it may"
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"needs the module {error.name!r}, which is not installed"
    return ""


def _place(error: BaseException, finder: memory.Bytes | None) -> tuple[str, int | None]:
    """File (of the plugin) and line of the innermost step that lies in the plugin."""
    if finder is None:
        return "", None
    if isinstance(error, SyntaxError) and error.filename:
        return finder.relative(error.filename), error.lineno
    found: tuple[str, int | None] = ("", None)
    step: TracebackType | None = error.__traceback__
    while step is not None:
        inside = finder.relative(step.tb_frame.f_code.co_filename)
        if inside:
            found = (inside, step.tb_lineno)
        step = step.tb_next
    return found


def _guarded(
    call: Callable[[], Any], seconds: float, finder: memory.Bytes | None
) -> tuple[Any, _Fault | None]:
    """What a call gives, or what went wrong in it; SystemExit is a plugin's fault too."""
    with _alarm(seconds):
        answer, error = contract.attempt(call, (BaseException,))
    return answer, None if error is None else _Fault(error, finder)


class _Served:
    """The one plugin of this process."""

    def __init__(self) -> None:
        self._finder: memory.Bytes | None = None
        self._limits = Limits()
        self._criteria: dict[str, tuple[Criterion, tuple[str, ...]]] = {}

    def load(self, request: Load) -> bytes:
        """Imports the plugin and asks its hooks; a fault is an answer too."""
        source, self._limits = request.source, request.limits
        if request.hidden:
            sys.path[:] = [place for place in sys.path if place != request.hidden]
        self._finder = memory.Bytes(source) if source.files else None
        _confine(self._limits)
        output = _Output()
        load = partial(self._load, source, output)
        data, fault = _guarded(load, self._limits.load, self._finder)
        if fault is not None:
            return wire.frame(Failed(fault.what, fault.hint, fault.file, fault.line))
        assert isinstance(data, bytes)
        return data

    def _load(self, source: wire.Source, output: _Output) -> bytes:
        if source.files:
            declared = memory.declared_api(source)
            if declared is not None:
                contract.handshake(declared)
        module = memory.load(source)
        contract.handshake(getattr(module, memory.API_NAME, "1.0"))
        hooks = contract.hooks_of(module, source.name)
        functions = hooks.get(hookspecs.CRITERIA, ())
        found = [self._known(c) for c in contract.collect(hookspecs.CRITERIA, functions)]
        version = getattr(module, "__version__", "")
        version = version if isinstance(version, str) else ""
        return wire.frame(Loaded(version, tuple(hooks), tuple(found), output.text()))

    def _known(self, criterion: Criterion) -> CriterionData:
        if criterion.id in self._criteria:
            raise contract.ContractError(f"gives the criterion {criterion.id!r} twice")
        names: tuple[str, ...] = ()
        if criterion.suggest is not None:
            try:
                names = contract.arguments(criterion.suggest)
            except contract.ContractError as error:
                what = f"criterion {criterion.id!r}: {error.what}"
                raise contract.ContractError(what, error.hint) from None
        self._criteria[criterion.id] = (criterion, names)
        fields = {
            name: getattr(criterion, name)
            for name in CriterionData.__struct_fields__
            if name != "suggests"
        }
        return CriterionData(**fields, suggests=criterion.suggest is not None)

    def ask(self, request: Ask) -> Iterator[bytes]:
        """Every answer as a frame, as soon as it is there; nothing follows one that is `over`."""
        options = {option.id: option for option in request.brief.options}
        for id in request.criteria:
            settings = request.settings.get(id, {})
            for option in request.options:
                data, last = self._ask(id, options[option], request.brief, settings)
                yield data
                if last:
                    return

    def _ask(
        self, id: str, option: Option, brief: Brief, settings: dict[str, Any]
    ) -> tuple[bytes, bool]:
        """One answer as a frame, and whether it is the last."""
        criterion, names = self._criteria[id]
        call = partial(_answer, criterion, names, option, brief, settings)
        start = time.perf_counter()
        data, fault = _guarded(call, self._limits.option, self._finder)
        if fault is None:
            assert isinstance(data, bytes)
            return data, False
        said = Said(
            id,
            option.id,
            fault=f"suggest {fault.verb}{fault.what}",
            file=fault.file,
            line=fault.line,
            over=fault.over,
            ms=(time.perf_counter() - start) * 1000,
        )
        return wire.frame(said), fault.over


def _answer(
    criterion: Criterion,
    names: tuple[str, ...],
    option: Option,
    brief: Brief,
    settings: dict[str, Any],
) -> bytes:
    """Asks once, judges, and puts it in a frame: all of it may go wrong by what the plugin gave."""
    if criterion.suggest is None:
        return wire.frame(Said(criterion.id, option.id))
    output = _Output()
    start = time.perf_counter()
    answer = contract.ask(criterion.suggest, names, option, brief, settings)
    ms = (time.perf_counter() - start) * 1000
    fault = contract.suggestion_fault(criterion, option, answer)
    said = Said(
        criterion.id,
        option.id,
        None if fault else _plain(answer),
        fault=f"suggest {fault}" if fault else "",
        printed=output.text(),
        ms=ms,
    )
    return wire.frame(said)


def _plain(answer: Any) -> Suggestion | None:
    """A checked suggestion in plain types."""
    if answer is None:
        return None
    score = int(answer.score) if isinstance(answer.score, int) else float(answer.score)
    confidence, rationale = float(answer.confidence), str(answer.rationale)
    return Suggestion(score, confidence, rationale, tuple(answer.evidence))
