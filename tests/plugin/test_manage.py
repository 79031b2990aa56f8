"""Looking plugins over, trusting them, switching them: nothing of it runs one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.plugin import manage, sources, trust

Write = Callable[..., Path]


def test_a_review_says_what_a_person_needs_and_runs_nothing(root: Path, write: Write) -> None:
    write("a/__init__.py", head="raise RuntimeError\nimport json\nfrom . import inner")
    write("a/inner.py", "from os import path\n\n\ndef f():\n    import socket\n")
    write("a/words.txt", "import no")
    found = manage.review(root / "plugins/a", root)
    assert found.imports == (
        ".",
        "evaluator.api",
        "json",
        "math",
        "os",
        "re",
        "socket",
        "sys",
        "time",
    )
    assert found.criteria == ("visibility",)
    assert sorted(found.found.source.files) == ["__init__.py", "inner.py", "words.txt"]
    assert (found.trusted, found.changed) == (False, ())


def test_a_review_after_a_change_says_what_changed(root: Path, write: Write) -> None:
    path = write()
    manage.trust_review(manage.review(path, root), root)
    assert manage.review(path, root).trusted
    write(head="import socket")
    again = manage.review(path, root)
    assert (again.trusted, again.changed) == (False, ("visibility.py",))
    manage.trust_review(again, root)
    assert manage.review(path, root).trusted


def test_paths_may_be_relative_and_the_project_left_out(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a/__init__.py")
    monkeypatch.chdir(root / "plugins")
    for path in (Path("a"), Path("a/__init__.py"), Path("../plugins/a")):
        assert manage.review(path, None).found.label == "plugins/a"
        assert manage.review(path, root).found.key == str(root.resolve() / "plugins/a")


@pytest.mark.parametrize(
    ("path", "what"),
    [
        (
            "plugins/visibilty.py",
            "plugins/visibilty.py: is not there. Did you mean 'visibility.py'?",
        ),
        ("plugins/_private.py", "plugins/_private.py: is no plugin. Names that begin with _ or ."),
        ("criteria.toml", "is no plugin of this project. Plugins are files in"),
        ("elsewhere/visibility.py", "is no plugin of this project"),
        ("plugins/notes.txt", "plugins/notes.txt: is no plugin. A plugin is a .py file"),
        ("plugins/link.py", "plugins/link.py: is a link"),
    ],
)
def test_what_is_no_plugin_of_the_project_can_not_be_trusted(
    root: Path, write: Write, path: str, what: str
) -> None:
    write()
    write("notes.txt", "none")
    (root / "plugins/link.py").symlink_to(root / "plugins/visibility.py")
    with pytest.raises(EvaluatorError) as caught:
        manage.review(root / path, root)
    assert what in str(caught.value)


def test_a_folder_of_plugins_that_is_a_link_can_not_be_trusted(
    root: Path, write: Write, tmp_path: Path
) -> None:
    write()
    (root / "plugins").rename(tmp_path / "elsewhere")
    (root / "plugins").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(EvaluatorError, match="is no plugin of this project"):
        manage.review(root / "plugins/visibility.py", root)


def test_trust_can_be_taken_back_from_what_is_gone(root: Path, write: Write) -> None:
    path = write()
    manage.trust_review(manage.review(path, root), root)
    path.unlink()
    assert manage.untrust(path, root)
    assert not manage.untrust(path, root)
    assert trust.read(root).trusted == {}


def test_a_broken_one_can_be_switched_off_and_on_by_name_or_path(
    root: Path, write: Write, install: Write
) -> None:
    path = write("bad.py", "def (")
    (root / "plugins/link.py").symlink_to(path)
    install("foo", text="raise RuntimeError")
    for name, key in (
        ("bad", str(path.resolve())),
        ("plugins/bad.py", str(path.resolve())),
        ("foo", "installed:foo"),
        ("link", str(root.resolve() / "plugins/link.py")),
    ):
        manage.switch_off(name, root)
        assert trust.read(root).off == (key,)
        manage.switch_on(name, root)
        assert trust.read(root).off == ()


def test_one_that_is_gone_can_be_switched_on(root: Path, write: Write) -> None:
    path = write()
    manage.switch_off("visibility", root)
    path.unlink()
    manage.switch_on("visibility", root)
    assert trust.read(root).off == ()


def test_what_is_no_plugin_has_no_name_to_switch(root: Path, write: Write) -> None:
    for place in (root, None):
        with pytest.raises(EvaluatorError, match="no plugin 'words'"):
            manage.switch_off("words", place)
    for name in ("words/list.txt", "_words.py", "words.md"):
        write(name)
    with pytest.raises(EvaluatorError, match="no plugin 'words'"):
        manage.switch_off("words", root)


def test_a_name_that_is_none_is_met_with_the_nearest(root: Path, write: Write) -> None:
    write()
    with pytest.raises(EvaluatorError, match="Did you mean 'visibility'"):
        manage.switch_off("visibilty", root)
    with pytest.raises(EvaluatorError, match="built in can't be switched"):
        manage.switch_off("evaluator", root)


def test_imports_are_found_wherever_they_stand() -> None:
    source = b"if 1:\n    import a.b as c, d\ntry:\n    from ..e import f\nexcept E: pass\n"
    assert manage.imports_of(source) == ("..e", "a.b", "d")


def test_ids_are_found_where_they_are_written_out() -> None:
    source = b"Criterion(id='a')\napi.Criterion('b', id2=3)\nCriterion(id=x)\nOther(id='c')\n"
    assert manage.criteria_of(source) == ("a", "b")


@given(st.binary(max_size=200))
def test_what_is_no_python_has_no_imports_and_is_no_error(source: bytes) -> None:
    assert isinstance(manage.imports_of(source), tuple)
    assert isinstance(manage.criteria_of(source), tuple)


def test_the_key_is_the_one_that_finding_uses(root: Path, write: Write) -> None:
    path = write()
    manage.trust_review(manage.review(path, root), root)
    (found,), _ = sources.find_in(root)
    assert trust.read(root).trusts(found)
