"""Whether anybody is at the other end. Loaded before the app, so it loads nothing itself."""

from __future__ import annotations

import sys


def somebody_there() -> bool:
    """Whether a person can see output and be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
