"""What plugins cost: the first picture with 20 of them, a key while one hangs, 1,000 options.

Starts are compared in turn: 4 criteria without plugins, and with 20 trusted ones that nobody uses;
24 criteria that criteria.toml declares, and 4 of them with 20 from plugins; a minimal app.

    python -m bench.plugins
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from bench.pty_harness import MINIMAL, Terminal, evaluator, project, workplace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluator.plugin.host import Host
    from evaluator.project import Project

PLUGINS, OPTIONS = 20, 1_000
REPEATS = 9
WORDS = ("OPTION", "^p palette")
DECLARED = """
[criteria.p{n}]
title = "p{n}"
question = "How much?"
better = "higher"
levels = ["none", "little", "some", "much", "all"]
"""
KEYS = [b"1", b"3", b"5", b"2", b"4", b"j", b"k", b"l"]
PLUGIN = """\
from evaluator.api import Criterion, Suggestion, find, hookimpl, likert


def suggest(option):
    {body}
    return Suggestion(3, 0.3, "Names the harbour", find(option, "harbour*", "plan*", "office*"))


@hookimpl
def evaluator_criteria():
    yield Criterion(id="{id}", title="{id}", question="How much?", better="higher",
                    levels=likert("none", "little", "some", "much", "all"), suggest=suggest)
"""


def measure() -> list[str]:
    """One line a question; milliseconds, medians of repeated runs."""
    with workplace() as home, patch.dict(os.environ, {"XDG_STATE_HOME": str(home / "state")}):
        return [*_first_pictures(home), *_keys(home), *_suggestions(home)]


def _with_plugins(folder: Path, count: int, *, used: bool, body: str = "pass") -> Path:
    """Trusted plugins in a project; with `used`, criteria.toml and a saved session have them."""
    (folder / "plugins").mkdir()
    for n in range(count):
        text = PLUGIN.format(id=f"p{n}", body=body)
        (folder / f"plugins/p{n}.py").write_text(text, encoding="utf-8")
    _trust(folder)
    if used:
        with (folder / "criteria.toml").open("a", encoding="utf-8") as file:
            file.writelines(f"\n[criteria.p{n}]\nweight = 10\n" for n in range(count))
    return folder


def _session(folder: Path) -> Path:
    made = _open(folder)
    made.begin("Bench").save()
    made.host.close()
    return folder


def _open(folder: Path) -> Project:
    from evaluator.project import Project

    return Project.open(folder)


def _first_pictures(home: Path) -> list[str]:
    declared = project(home / "declared", 16)
    with (declared / "criteria.toml").open("a", encoding="utf-8") as file:
        file.writelines(DECLARED.format(n=n) for n in range(PLUGINS))
    commands = {
        "none": evaluator(_session(project(home / "none", 16))),
        "unused": evaluator(_session(_with_plugins(project(home / "a", 16), PLUGINS, used=False))),
        "declared": evaluator(_session(declared)),
        "used": evaluator(_session(_with_plugins(project(home / "b", 16), PLUGINS, used=True))),
        "minimal": MINIMAL,
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(REPEATS + 1):
        for name, command in commands.items():
            words = WORDS if name != "minimal" else ("Minimal 0",)
            with Terminal(command, home, 40, 120) as terminal:
                first = terminal.first_picture(words, 60)[0]
            if number:  # the first one fills the caches
                taken[name].append(first)
    middle = {name: statistics.median(found) for name, found in taken.items()}
    few, many = middle["unused"] / middle["none"], middle["used"] / middle["declared"]
    plain = f"{middle['none']:.0f} ms (a minimal app {middle['minimal']:.0f} ms)"
    idle = f"{PLUGINS} trusted that nobody uses {middle['unused']:.0f} ms"
    busy = f"{PLUGINS} of plugins {middle['used']:.0f} ms"
    return [
        f"first picture, 4 criteria: {plain}, with {idle}, ratio {few:.2f} (target 1.05)",
        f"24 criteria: {middle['declared']:.0f} ms, with {busy}, ratio {many:.2f} (target 1.05)",
    ]


def _keys(home: Path) -> list[str]:
    lines = []
    for name, body in (("answers", "pass"), ("hangs in suggest", "while True: pass")):
        folder = _with_plugins(project(home / f"k-{name[:4]}", 16), 1, used=True, body=body)
        lines.append(_pressed(home, _session(folder), f"a plugin that {name}"))
    folder = _with_plugins(project(home / "k-load", 16), 1, used=True)
    _session(folder)
    path = folder / "plugins/p0.py"
    path.write_text("while True: pass\n" + path.read_text(), encoding="utf-8")
    _trust(folder)
    lines.append(_pressed(home, folder, "a plugin that hangs at import"))
    return lines


def _trust(folder: Path) -> None:
    from evaluator.plugin import sources, trust

    for found in sources.find_in(folder)[0]:
        trust.grant(folder, found)


def _pressed(home: Path, folder: Path, name: str) -> str:
    """Keys from the first picture on: plugins are loaded, and hang, in those very moments."""
    seen: list[float] = []
    for _ in range(3):
        with Terminal(evaluator(folder), home, 24, 80) as terminal:
            terminal.first_picture(("OPTION", "^p palette"), 60)
            pressed = [terminal.press(key, quiet=0.1) for key in KEYS]
        seen += [found[0] for found in pressed if found is not None]
    worst, middle = max(seen), statistics.median(seen)
    return f"key to answer, {name}: median {middle:.0f} ms, worst {worst:.0f} ms (target 100)"


def _suggestions(home: Path) -> list[str]:
    folder = _with_plugins(project(home / "many", OPTIONS), PLUGINS, used=True)
    from evaluator.plugin.host import Host

    with Host(folder) as host:
        start = time.perf_counter()
        host.load()
        loaded = (time.perf_counter() - start) * 1e3
        inside = [_imported(home, n) for n in range(3)]
        first, last, cells = _asked(host, folder)
    load = f"loading {PLUGINS} plugins: {loaded:.0f} ms, each in a process of its own"
    alone = f"their import alone {statistics.median(inside) * PLUGINS:.1f} ms (target 30)"
    asked = f"suggestions of {PLUGINS} plugins for {OPTIONS:,} options"
    each = f"{last / PLUGINS:.0f} ms a plugin, {1e3 * last / cells:.0f} µs a cell"
    return [
        f"{load}; {alone}",
        f"{asked}: the first after {first:.0f} ms, all {last:.0f} ms, {each}",
    ]


def _imported(home: Path, n: int) -> float:
    """Milliseconds to compile and run one plugin's module, as its process does."""
    from evaluator.plugin import memory
    from evaluator.plugin.wire import Source

    text = PLUGIN.format(id=f"m{n}", body="pass").encode()
    start = time.perf_counter()
    memory.load(Source(f"m{n}", str(home / f"m{n}.py"), {f"m{n}.py": text}))
    return (time.perf_counter() - start) * 1e3


def _asked(host: Host, folder: Path) -> tuple[float, float, int]:
    from evaluator.model import Brief
    from evaluator.project import Project

    found = Project.open(folder, plugins=False)
    options: Sequence[object] = tuple(found.options.options.values())
    brief = Brief(found.title, tuple(found.options.options.values()))
    known = host.criteria()
    wanted = [known[f"p{n}"] for n in range(PLUGINS)]
    start = time.perf_counter()
    first = 0.0
    cells = 0
    for _, _, suggestion in host.suggest(wanted, brief.options, brief):
        assert suggestion is not None
        first = first or (time.perf_counter() - start) * 1e3
        cells += 1
    assert cells == PLUGINS * len(options)
    return first, (time.perf_counter() - start) * 1e3, cells


if __name__ == "__main__":
    print("\n".join(measure()))
