"""How large a file may be. Checked before reading; nothing larger is ever written."""

from __future__ import annotations

from typing import Final

MB: Final = 1_000_000
SMALL: Final = 10 * MB  # criteria.toml, session.toml, one ballot
LARGE: Final = 100 * MB  # options files, packed sessions, histories
TABLE: Final = 50 * MB  # tables and briefs to import
UNPACKED: Final = 100 * MB  # a zipped table, unpacked
DEPTH: Final = 32  # tables and lists inside one another
INTEGER_BITS: Final = 1024  # past any float
LINE: Final = 20 * MB  # characters in one line
COLUMNS: Final = 2_000
ROWS: Final = 200_000
TITLE: Final = 1_000  # characters in a one-line text
