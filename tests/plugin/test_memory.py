"""Plugins run from the very bytes that were hashed, whatever has become of their files since."""

from __future__ import annotations

import inspect
import pkgutil
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluator.plugin import memory, sources
from evaluator.testing import EvaluatorHost

pytest_plugins = ["evaluator.testing"]
Write = Callable[..., Path]


def test_a_function_shows_the_text_that_was_read(
    evaluator_host: EvaluatorHost, write: Write
) -> None:
    path = write(body="return None  # as it was reviewed")
    suggest = evaluator_host.load(path)["visibility"].suggest
    path.unlink()
    assert suggest is not None
    assert "as it was reviewed" in inspect.getsource(suggest)


def test_a_plugins_data_is_what_was_read_with_it(
    evaluator_host: EvaluatorHost, write: Write, source: Callable[..., str]
) -> None:
    data = write("a/words.txt", "boat")
    name = memory.module_name(sources.read(write("a/__init__.py").parent, "plugins/a").source)
    evaluator_host.load(data.parent)
    data.write_text("changed")
    write("a/late.txt", "put there afterwards")
    assert pkgutil.get_data(name, "words.txt") == b"boat"
    for missing in ("late.txt", "../a/words.txt", "../../criteria.toml"):
        with pytest.raises(FileNotFoundError):
            pkgutil.get_data(name, missing)


def test_a_file_alone_has_no_data_but_itself(evaluator_host: EvaluatorHost, write: Write) -> None:
    path = write("lone.py")
    write("other.txt", "x")
    text = path.read_bytes()
    evaluator_host.load(path)
    name = memory.module_name(sources.read(path, "plugins/lone.py").source)
    assert pkgutil.get_data(name, "lone.py") == text
    with pytest.raises(FileNotFoundError):
        pkgutil.get_data(name, "other.txt")


def test_only_a_plugins_own_modules_come_from_it(
    evaluator_host: EvaluatorHost, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    path = write("a/__init__.py", head="import colorsys").parent
    write("a/deep/__init__.py", "")
    evaluator_host.load(path)
    name = memory.module_name(sources.read(path, "plugins/a").source)
    assert find_spec(f"{name}.deep") is not None
    assert find_spec(f"{name}.gone") is None
    assert find_spec("evaluator_plugin_other") is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("EVALUATOR_API = '1.0'\n", "1.0"),
        ("x = EVALUATOR_API = 7\n", 7),
        ("EVALUATOR_API = str(1)\n", None),  # found without running it
        ("EVALUATOR_APIS = '1.0'\n", None),
        ("def f():\n    EVALUATOR_API = '1.0'\n", None),
        ("", None),
    ],
)
def test_the_version_a_plugin_asks_for_is_read_from_its_text(
    write: Write, text: str, says: object
) -> None:
    for name in ("one.py", "two/__init__.py"):
        path = write(name, text)
        found = sources.read(path, name)
        assert memory.declared_api(found.source) == says


def test_what_is_no_python_asks_for_no_version(write: Write) -> None:
    found = sources.read(write("bad.py", "def ("), "plugins/bad.py")
    with pytest.raises(SyntaxError) as caught:
        memory.declared_api(found.source)
    assert caught.value.filename == found.source.path
