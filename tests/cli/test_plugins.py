"""plugins list, new, check, trust, untrust, off and on."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.cli import plugins
from tests.cli.conftest import Run

GOOD = '''\
"""Would people notice?"""

from pathlib import Path

from evaluator.api import Criterion, Suggestion, find, hookimpl, likert

Path(__file__).with_name("ran.txt").write_text("ran")


def suggest(option):
    found = find(option, "ferry", "sail*")
    return Suggestion(4.5, 0.3, "Names the sea", found) if found else None


@hookimpl
def evaluator_criteria():
    yield Criterion(
        id="sea", title="Sea", question="Is it at sea?", better="higher",
        levels=likert("No", "Little", "Some", "Much", "All"), suggest=suggest,
    )
'''


@pytest.fixture
def plugin(root: Path) -> Path:
    (root / "plugins").mkdir()
    path = root / "plugins" / "sea.py"
    path.write_text(GOOD)
    return path


def state(run: Run, name: str = "sea") -> str:
    found = run("plugins", "list", "--json").json["plugins"]
    return next(one["state"] for one in found if one["name"] == name)


def test_list_names_a_plugin_that_waits_and_runs_none(run: Run, plugin: Path) -> None:
    assert state(run) == "waits"
    assert "waits for review" in run("plugins", "list").out
    assert [p["name"] for p in run("plugins", "list", "--problems", "--json").json["plugins"]] == [
        "sea"
    ]
    assert not plugin.with_name("ran.txt").exists()


def test_trust_is_never_given_without_being_asked(run: Run, plugin: Path) -> None:
    result = run("plugins", "trust", str(plugin))
    assert result.status == 2
    assert "--yes" in result.err
    assert state(run) == "waits"


def test_trust_shows_hash_and_imports_and_runs_nothing(run: Run, plugin: Path) -> None:
    result = run("plugins", "trust", "--yes", "sea")
    assert result.status == 0
    assert "sha256" in result.out
    assert "imports: evaluator.api, pathlib" in result.out
    assert "[criteria.sea]" in result.out
    assert not plugin.with_name("ran.txt").exists()
    assert state(run) == "loaded"
    assert run("suggest", "--criterion", "sea").status == 2
    assert run("plugins", "untrust", "sea").status == 0
    assert state(run) == "waits"
    assert run("plugins", "untrust", "sea").status == 1


def test_a_trusted_plugin_suggests(root: Path, run: Run, plugin: Path) -> None:
    run("plugins", "trust", "--yes", str(plugin))
    criteria = root / "criteria.toml"
    criteria.write_text(criteria.read_text() + "\n[criteria.sea]\nweight = 10\n")
    found = run("suggest", "--criterion", "sea", "--json").json["suggestions"]
    assert found["ferry"]["sea"]["score"] == 4.5
    assert found["lamps"]["sea"] is None
    result = run("suggest", "--criterion", "reach", "--no-plugins", "--json")
    assert result.status == 0


def test_check_runs_what_is_named_and_shows_suggestions(run: Run, plugin: Path) -> None:
    result = run("plugins", "check", "plugins/sea.py")
    assert result.status == 0
    assert "Sea (sea)" in result.out
    assert "4.5" in result.out
    found = run("plugins", "check", "sea", "--json").json
    assert found["problems"] == []
    assert found["criteria"][0]["id"] == "sea"
    assert found["suggestions"]["ferry"]["sea"]["evidence"][0]["text"] == "ferry"
    assert state(run) == "waits"


def test_check_of_a_broken_plugin_ends_with_1(run: Run, plugin: Path) -> None:
    plugin.write_text("import nosuch_zq\n")
    result = run("plugins", "check", str(plugin), "--json")
    assert result.status == 1
    assert "nosuch_zq" in result.json["problems"][0]["what"]
    assert "nosuch_zq" in result.err


def test_check_outside_a_project_uses_the_sample_brief(
    run: Run, plugin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("plugins", "check", str(plugin), "--json", at=None)
    assert result.status == 0
    assert result.json["suggestions"]


def test_off_and_on_work_on_a_broken_plugin(run: Run, plugin: Path) -> None:
    plugin.write_text("def (")
    assert run("plugins", "off", "sea").status == 0
    assert state(run) == "off"
    assert run("plugins", "on", "sea").status == 0
    assert state(run) == "waits"
    result = run("plugins", "off", "see")
    assert result.status == 2
    assert "'sea'" in result.err


def test_new_writes_a_plugin_that_passes(root: Path, run: Run) -> None:
    made = run("plugins", "new", "calm", "--json").json["made"]
    assert str(root / "plugins" / "calm.py") in made
    assert run("plugins", "check", "calm").status == 0
    assert run("plugins", "new", "calm").status == 2


def test_help_works_beside_a_broken_plugin(run: Run, plugin: Path) -> None:
    plugin.write_text("raise SystemExit(3)")
    assert run("plugins", "--help").status == 0
    assert run("--version").status == 0


class TestAsked:
    """On a terminal."""

    @pytest.fixture(autouse=True)
    def _answers(self, somebody: None, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.answers = [True, True]

        def confirm(text: str, **_: object) -> bool:
            self.asked.append(text)
            return self.answers.pop(0)

        monkeypatch.setattr(plugins.click, "confirm", confirm)

    def test_trust_offers_to_use_the_criterion(self, root: Path, run: Run, plugin: Path) -> None:
        result = run("plugins", "trust", "sea")
        assert result.status == 0
        assert self.asked == ["Trust this code?", "Add sea to criteria.toml?"]
        text = (root / "criteria.toml").read_text()
        assert "[criteria.sea]" in text
        assert "this comment stays" in text
        ids = [c["id"] for c in run("criteria", "--json").json["criteria"]]
        assert ids == ["reach", "burden", "sea"]

    def test_no_is_an_answer(self, run: Run, plugin: Path) -> None:
        self.answers = [False]
        result = run("plugins", "trust", "sea")
        assert result.status == 1
        assert "not trusted" in result.out
        assert state(run) == "waits"

    def test_what_is_used_already_is_not_offered(self, root: Path, run: Run, plugin: Path) -> None:
        criteria = root / "criteria.toml"
        criteria.write_text(criteria.read_text() + "\n[criteria.sea]\nweight = 10\n")
        self.answers = [True]
        assert run("plugins", "trust", "sea").status == 0


def test_check_with_a_brief_of_ones_own(run: Run, plugin: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.csv"
    brief.write_text("id,title\nyacht,Go sailing\n")
    found = run("plugins", "check", "sea", "--brief", str(brief), "--json").json
    assert found["suggestions"]["yacht"]["sea"]["score"] == 4.5


def test_a_changed_plugin_says_what_changed(run: Run, plugin: Path) -> None:
    run("plugins", "trust", "--yes", "sea")
    plugin.write_text(GOOD + "\n# more\n")
    assert state(run) == "waits"
    assert "changed since it was trusted: sea.py" in run("plugins", "trust", "--yes", "sea").out


def test_a_plugin_that_is_gone_can_be_trusted_no_longer(run: Run, plugin: Path) -> None:
    run("plugins", "trust", "--yes", "sea")
    plugin.unlink()
    assert run("plugins", "untrust", "sea").status == 0


def test_list_outside_a_project_knows_what_is_built_in(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run("plugins", "list", "--json", at=None).json["plugins"]
    assert found[0]["criteria"][0] == "cost"
    assert run("plugins", "new", "calm", "--package", at=None).status == 0
    assert (tmp_path / "evaluator-calm" / "pyproject.toml").is_file()


def test_a_project_that_is_named_must_be_one(run: Run, tmp_path: Path) -> None:
    assert run("plugins", "list", at=tmp_path).status == 2


def test_check_works_in_a_project_that_does_not_open(root: Path, run: Run, plugin: Path) -> None:
    (root / "options.toml").write_text("[[[")
    result = run("plugins", "check", "sea")
    assert result.status == 0
    assert "warning: options.toml" in result.err
