"""File names for people and sessions: safe on every system, and never twice the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container
from typing import Final

from evaluator.model import MAX_ID

_RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])")
_FILE_KEY: Final = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9])?")


def slug(name: str) -> str:
    """A file name for `name`: accents folded, lower case, other characters one `-`, ≤ 64 bytes.

    Where nothing is left, or the name is one that Windows reserves, a short digest stands in.
    """
    folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-")[:MAX_ID].strip("-")
    if not made or made == "option":
        return "n-" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{made}-1" if _RESERVED.fullmatch(made) else made


def free_slug(name: str, taken: Container[str]) -> str:
    """`slug(name)`, with `-2`, `-3` … where that is taken."""
    base = slug(name)
    made, number = base, 2
    while made in taken:
        tail = f"-{number}"
        made, number = base[: MAX_ID - len(tail)].rstrip("-") + tail, number + 1
    return made


def is_file_key(text: str) -> bool:
    """Whether `text` may name a ballot or a session folder without leaving its place."""
    plain = len(text.encode("utf-8", "surrogatepass")) <= MAX_ID and ".." not in text
    return plain and _FILE_KEY.fullmatch(text) is not None and not _RESERVED.fullmatch(text)
