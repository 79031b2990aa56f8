"""The layers of the house, and what each part may load."""

import subprocess
import sys
from pathlib import Path

import pytest

import evaluator

PACKAGE = Path(evaluator.__file__).parent
NEVER = {"textual", "rich", "click", "starlette"}
HEAVY = {"numpy", "rapidfuzz", "highspy", "xlsxwriter", "docx", "pypdfium2"}
# modules of analysis that reckon with matrices
NUMERIC = {
    "draws", "dominance", "group", "knapsack", "methods", "milp", "portfolio", "robustness",
    "uncertain", "inputs", "agreement", "disagreement", "panel", "ranged",
}  # fmt: skip

# modules of one format, imported only when it is read or written
OF_ONE_FORMAT = {
    "evaluator.readers.pdf": {"pypdfium2"},
    "evaluator.readers.docx": {"docx"},
    "evaluator.readers.word": {"docx"},
    "evaluator.writers.docx": {"docx"},
    "evaluator.writers.xlsx": {"xlsxwriter"},
}


def core_modules() -> list[str]:
    names = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if parts[1] in ("cli", "tui", "web", "testing", "examples"):
            continue
        names.append(".".join(part for part in parts if part != "__init__"))
    return names


def loaded_by(*modules: str) -> dict[str, set[str]]:
    """What importing each module, in a process of its own, has loaded of what we look for."""
    code = (
        "import importlib, os, sys\n"
        "for name in sys.argv[1:]:\n"
        "    read, write = os.pipe()\n"
        "    if os.fork() == 0:\n"
        "        importlib.import_module(name)\n"
        f"        wanted = {sorted(NEVER | HEAVY)!r}\n"
        "        os.write(write, ' '.join(w for w in wanted if w in sys.modules).encode())\n"
        "        os._exit(0)\n"
        "    os.close(write)\n"
        "    print(name, os.read(read, 999).decode(), sep='|')\n"
        "    status = os.wait()[1]\n"
        "    assert status == 0, name\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *modules], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    rows = (line.split("|") for line in done.stdout.splitlines())
    return {name: set(found.split()) for name, found in rows}


def test_core_modules_load_no_screen_and_no_web() -> None:
    for name, loaded in loaded_by(*core_modules()).items():
        assert not loaded & NEVER, name
        if name in OF_ONE_FORMAT:
            assert loaded <= OF_ONE_FORMAT[name], name
            continue
        numeric = name.startswith("evaluator.analysis.") and name.rsplit(".", 1)[1] in NUMERIC
        assert not loaded & HEAVY or (numeric and loaded & HEAVY <= {"numpy", "highspy"}), name


def test_layers_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr


def test_the_app_loads_nothing_heavy() -> None:
    if not (PACKAGE / "tui" / "app.py").exists():
        pytest.skip("no app yet")
    loaded = loaded_by("evaluator.tui.app")["evaluator.tui.app"]
    assert not loaded & (HEAVY | {"click"})
