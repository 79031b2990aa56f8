"""What host and worker say to each other: msgpack in frames that start with their length."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from evaluator.model import Better, Brief, Level, Number, Points, Suggestion

MAX_ANSWER: Final = 4_000_000
_LENGTH: Final = struct.Struct(">I")


class Limits(msgspec.Struct, frozen=True):
    """How long a plugin may take, in seconds, and how much memory, in bytes.

    `load` is for its import and its hooks, `option` for one option, `brief` for all options of
    one criterion; `memory` comes on top of what the worker has before the plugin is loaded.
    """

    load: float = 10.0
    option: float = 1.0
    brief: float = 30.0
    memory: int = 1 << 30


class Source(msgspec.Struct, frozen=True):
    """What to load: a plugin of a project, as bytes; or an installed one, by its entry point.

    Attributes:
        name: the plugin's name.
        path: the file, or the folder, of a project's plugin.
        files: its content by relative path; one that is a folder has `__init__.py`.
        entry: `module` or `module:attribute` of an installed one; else empty.
    """

    name: str
    path: str = ""
    files: dict[str, bytes] = msgspec.field(default_factory=dict)
    entry: str = ""


class CriterionData(msgspec.Struct, frozen=True):
    """A criterion without its function."""

    id: str
    title: str
    question: str
    better: Better
    levels: tuple[Level, ...] = ()
    scale: tuple[Number, Number] | None = None
    short: str = ""
    unit: str = ""
    curve: Points = ()
    suggests: bool = False


class Load(msgspec.Struct, frozen=True, tag=True):
    """Asks for a plugin to be loaded; the worker forgets `hidden` as a place for modules."""

    source: Source
    limits: Limits
    hidden: str = ""


class Ask(msgspec.Struct, frozen=True, tag=True):
    """Asks for suggestions: every criterion for every option of the brief named in `options`."""

    criteria: tuple[str, ...]
    options: tuple[str, ...]
    brief: Brief
    settings: dict[str, dict[str, object]] = msgspec.field(default_factory=dict)


class Loaded(msgspec.Struct, frozen=True, tag=True):
    """A plugin is loaded: its version if it says one, hooks, criteria, and what it printed."""

    version: str
    hooks: tuple[str, ...]
    criteria: tuple[CriterionData, ...]
    printed: str = ""


class Failed(msgspec.Struct, frozen=True, tag=True):
    """A plugin can't be loaded; `file` (relative to the plugin) and `line` where it went wrong."""

    what: str
    hint: str = ""
    file: str = ""
    line: int | None = None


class Said(msgspec.Struct, frozen=True, tag=True):
    """One answer of `suggest`.

    `fault` says what is wrong with it, in which case there is no suggestion; `over` that a limit
    was passed and the plugin is not to be asked again. `ms` is the time it took.
    """

    criterion: str
    option: str
    suggestion: Suggestion | None = None
    fault: str = ""
    file: str = ""
    line: int | None = None
    over: bool = False
    printed: str = ""
    ms: float = 0.0


class Done(msgspec.Struct, frozen=True, tag=True):
    """Everything that was asked is answered."""


Request: TypeAlias = Load | Ask
Answer: TypeAlias = Loaded | Failed | Said | Done

encode = msgspec.msgpack.Encoder().encode
decode_request: Final = msgspec.msgpack.Decoder(Request)
decode_answer: Final = msgspec.msgpack.Decoder(Answer)


def frame(message: Request | Answer) -> bytes:
    """A message with its length in front."""
    body = encode(message)
    return _LENGTH.pack(len(body)) + body


def portable(value: Any) -> Any:
    """The same in what msgpack can hold: integers past 64 bits as floats, only sound Unicode."""
    if isinstance(value, dict):
        return {str(portable(key)): portable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [portable(inner) for inner in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 63:
        return float(value)
    return value


def portable_brief(brief: Brief) -> Brief:
    """A brief whose options' free fields can be sent whatever their file holds."""
    options = [
        msgspec.structs.replace(
            option, extra=portable(option.extra), resources=portable(option.resources)
        )
        if option.extra or option.resources
        else option
        for option in brief.options
    ]
    return msgspec.structs.replace(brief, options=tuple(options))


def read_frame(read: Callable[[int], bytes], limit: int | None = None) -> bytes | None:
    """The next frame's body, or None at the end of the stream.

    `read(n)` gives up to n bytes, and none at the end.

    Raises:
        ValueError: the frame is longer than `limit`, or the stream ends within it.
    """
    head = _exactly(read, _LENGTH.size)
    if not head:
        return None
    (length,) = _LENGTH.unpack(head)
    if limit is not None and length > limit:
        raise ValueError(f"a frame of {length} bytes")
    body = _exactly(read, length)
    if len(body) < length:
        raise ValueError("a frame cut short")
    return body


def _exactly(read: Callable[[int], bytes], count: int) -> bytes:
    pieces: list[bytes] = []
    while count and (piece := read(count)):
        pieces.append(piece)
        count -= len(piece)
    whole = b"".join(pieces)
    if whole and count and len(whole) < _LENGTH.size:
        raise ValueError("a frame cut short")
    return whole
