"""What a terminal shows while something takes its time, and that nothing of it stays."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import select
import struct
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.cli import exports, imports, waiting
from evaluator.progress import Progress, counted, part
from tests.cli.conftest import Run

COLUMNS, ROWS = 40, 4


class Terminal:
    """A terminal of a few lines: what was written to it, as a person sees it."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)

    def until(self, shows: Callable[[str], bool]) -> str:
        """Waits until the first line shows something; the line."""
        while not shows(self.screen.display[0]):
            self.read()
        return self.screen.display[0].rstrip()

    def read(self) -> None:
        """Takes in what comes next."""
        ready, _, _ = select.select([self.master], [], [], 20)
        assert ready, f"nothing comes any more after {self.screen.display}"
        self.stream.feed(os.read(self.master, 4096))

    def rest(self) -> list[str]:
        """All lines that are not blank, once everything is read."""
        while select.select([self.master], [], [], 0)[0]:
            self.read()
        return [line.rstrip() for line in self.screen.display if line.strip()]


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal at the other end of stderr, and a bar that has no patience."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(waiting, "_PATIENCE", 0)
    monkeypatch.setattr(waiting, "_STEP", 0.001)
    with os.fdopen(slave, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(waiting, "sys", SimpleNamespace(stderr=stream))
        yield Terminal(master)
    os.close(master)


def test_a_share_is_shown_and_gone_at_the_end(terminal: Terminal) -> None:
    with waiting.waiting("writing r.html") as tell:
        tell(41, 100)
        assert terminal.until(lambda line: "%" in line) == "writing r.html ━━━━╌╌╌╌╌╌╌╌ 41 %"
        tell(100, 100)
        assert terminal.until(lambda line: "100" in line) == "writing r.html ━━━━━━━━━━━━ 100 %"
    assert terminal.rest() == []
    assert terminal.screen.cursor.x == 0


def test_a_line_that_becomes_shorter_leaves_nothing_behind(terminal: Terminal) -> None:
    with waiting.waiting("x") as tell:
        tell(1, 1)
        terminal.until(lambda line: "100 %" in line)
        tell(1, 100)
        terminal.until(lambda line: " 1 %" in line)
        assert terminal.rest() == ["x ╌╌╌╌╌╌╌╌╌╌╌╌ 1 %"]


def test_where_nobody_knows_a_piece_moves_to_and_fro(terminal: Terminal) -> None:
    with waiting.waiting("reading"):
        for at in (0, 8, 3):
            bar = "─" * at + "━━━━" + "─" * (8 - at)
            terminal.until(lambda line, bar=bar: line.startswith(f"reading {bar} "))
    assert terminal.rest() == []


def test_a_long_name_keeps_to_one_line_and_steers_nothing(terminal: Terminal) -> None:
    with waiting.waiting(f"reading \x1b[31m\x07{'x' * 200}") as tell:
        tell(1, 2)
        line = terminal.until(lambda line: "50 %" in line)
        assert line.startswith("reading ␛[31m␇xxx")
        assert len(line) < COLUMNS
        assert terminal.rest() == [line]
    assert terminal.rest() == []


def test_what_fails_inside_leaves_nothing_behind(terminal: Terminal) -> None:
    def fail() -> None:
        with waiting.waiting("x") as tell:
            tell(1, 2)
            terminal.until(lambda line: "50 %" in line)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert terminal.rest() == []


def test_a_terminal_that_knows_no_codes_gets_none(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with waiting.waiting("x") as tell:
        tell(1, 2)
    assert terminal.rest() == []


def test_nothing_is_said_where_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0)
    stream = io.StringIO()
    monkeypatch.setattr(waiting, "sys", SimpleNamespace(stderr=stream))
    with waiting.waiting("x") as tell:
        tell(1, 2)
    assert stream.getvalue() == ""


@given(st.lists(st.integers(), max_size=300), st.integers(0, 300))
def test_items_that_are_counted_all_come_and_the_share_only_rises(
    items: list[int], total: int
) -> None:
    told: list[tuple[int, int]] = []
    assert list(counted(items, total, lambda done, of: told.append((done, of)))) == items
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (total, total)
    assert len(told) <= 302
    assert list(counted(items, total, None)) == items


def test_a_part_tells_of_its_part() -> None:
    """From 20 to 60 percent: half of it is 40 percent."""
    told: list[float] = []
    tell = part(lambda done, total: told.append(done / total), 20, 60)
    assert tell is not None
    for done in (0, 2, 4):
        tell(done, 4)
    assert told == [0.2, 0.4, 0.6]
    assert part(None, 0, 1) is None


Shares = list[float]


@pytest.fixture
def shares(monkeypatch: pytest.MonkeyPatch) -> Shares:
    """What is told while a file is imported or exported."""
    found: Shares = []

    def tell(done: int, total: int) -> None:
        found.append(done / total)

    @contextmanager
    def recorded(_: str) -> Iterator[Progress]:
        yield tell

    for module in (exports, imports):
        monkeypatch.setattr(module, "waiting", recorded)
    return found


@pytest.mark.parametrize(
    "format_", ["md", "html", "docx", "xlsx", "csv", "csv-ballots", "report", "report-html"]
)
def test_an_export_tells_how_far_it_is(
    scored: Path, run: Run, tmp_path: Path, shares: Shares, format_: str
) -> None:
    assert run("export", str(tmp_path / "out"), "--format", format_).status == 0
    assert shares == sorted(shares)
    assert shares[-1] <= 1
    assert len(set(shares)) > 3


def test_an_import_tells_how_far_it_is(run: Run, tmp_path: Path, shares: Shares) -> None:
    path = tmp_path / "more.csv"
    path.write_text("title\n" + "".join(f"Plant tree {n}\n" for n in range(50)))
    assert run("import", str(path), "--to", str(tmp_path / "o.toml"), at=None).status == 0
    assert shares == sorted(shares)
    assert len(set(shares)) > 3
