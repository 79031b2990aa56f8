"""`plugins check`: runs one plugin on the user's word and says all that is wrong with it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from evaluator.model import Brief, Evidence, Option, Suggestion
from evaluator.plugin import trust
from evaluator.plugin.check import CheckResult, check_file
from evaluator.plugin.wire import Limits

Write = Callable[..., Path]
LIMITS = Limits(load=5, option=2, brief=5, memory=1 << 29)


@pytest.fixture
def check(root: Path, write: Write) -> Callable[..., CheckResult]:
    """Writes a plugin of these pieces and checks it."""

    def run(text: str | None = None, **pieces: str) -> CheckResult:
        return check_file(write(text=text, **pieces), root=root, limits=LIMITS)

    return run


def said(result: CheckResult) -> list[str]:
    assert {p.level for p in result.problems} <= {"error"}
    return [str(problem) for problem in result.problems]


def test_a_good_one_shows_what_it_suggests(root: Path, write: Write, brief: Brief) -> None:
    path = write()
    result = check_file(path, brief.options, brief, root=root)
    assert result.problems == ()
    assert [c.id for c in result.criteria] == ["visibility"]
    evidence = (Evidence(20, 24, "boat*", "text"),)
    assert result.suggestions == {
        "boats": {"visibility": Suggestion(4.5, 0.3, "Names a boat", evidence)},
        "lamps": {"visibility": Suggestion(4.5, 0.3, "Names a boat")},
    }
    assert [len(times) for times in result.ms.values()] == [2]
    assert all(ms > 0 for ms in result.ms["visibility"])


def test_without_options_it_is_asked_about_the_sample(check: Callable[..., CheckResult]) -> None:
    result = check()
    assert result.problems == ()
    assert list(result.suggestions) == ["plain", "money", "empty", "non-ascii", "very-long"]


def test_checking_runs_it_and_grants_nothing(root: Path, check: Callable[..., CheckResult]) -> None:
    mark = root / "ran.txt"
    assert check(head=f"open({str(mark)!r}, 'w').close()").problems == ()
    assert mark.exists()
    assert not trust.trust_file().exists()


def test_a_folder_is_checked_by_any_of_its_names(root: Path, write: Write) -> None:
    write("a/__init__.py", "from .inner import evaluator_criteria\n")
    write("a/inner.py")
    for path in (root / "plugins/a", root / "plugins/a/__init__.py"):
        assert check_file(path, root=root).problems == ()


@pytest.mark.parametrize(
    ("pieces", "start"),
    [
        ({"text": "\n\ndef broken(:\n"}, ":3: is not loaded: is no Python: invalid syntax"),
        ({"text": "import os\nimport nosuch\n"}, ":2: is not loaded: needs the module 'nosuch'"),
        ({"text": "\0"}, ": is not loaded: is no Python: source code string cannot contain null"),
        ({"text": "x = 1\n"}, ": is not loaded: has no hook, so it adds nothing. Mark a function"),
        ({"head": "sys.exit(0)"}, ":3: is not loaded: calls sys.exit"),
        ({"head": "os._exit(0)"}, ": is not loaded: it ended its process (exit status 0)"),
        ({"head": 'EVALUATOR_API = "1.97"'}, ": is not loaded: needs plugin API 1.97"),
        ({"head": 'EVALUATOR_API = "newest"'}, ": is not loaded: EVALUATOR_API = 'newest' is no"),
        ({"head": 'EVALUATOR_API = "1." + "97"'}, ": is not loaded: needs plugin API 1.97"),
        ({"id": "Visi_Bility"}, ":12: is not loaded: ValueError: criterion 'Visi_Bility': id:"),
        ({"id": "cost"}, ": gives a criterion 'cost', and there is a built-in one with that id"),
        ({"first": "return"}, ": gives no criterion. Let evaluator_criteria yield one"),
        ({"first": "yield 42"}, ": is not loaded: evaluator_criteria gives 42 among its Criterion"),
        ({"head": "print('hello')"}, ": prints 'hello' while it is loaded"),
        ({"body": "raise RuntimeError('kaput')"}, ":6: visibility: suggest raises RuntimeError: k"),
        ({"body": "return 'high'"}, ": visibility: suggest gives 'high', not a Suggestion or None"),
        ({"body": "print('noise')"}, ": visibility: suggest prints 'noise'; it may only answer"),
        ({"body": "os.write(2, b'\\x1b[2J')"}, ": visibility: suggest prints '\\x1b[2J'"),
        ({"body": "return Suggestion(3, id(option) % 1, 'x')"}, ""),
        ({"body": "return Suggestion(3, 0.1, str(time.time_ns()))"},
         ": visibility: suggest answers differently when it is asked again (for plain)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_line(
    check: Callable[..., CheckResult], pieces: dict[str, str], start: str
) -> None:
    problems = said(check(**pieces))
    if start:
        assert problems[0].startswith(f"plugins/visibility.py{start}")
        assert len(problems) == 1
    else:
        assert problems == []


def test_a_rule_that_a_criterion_breaks_is_named(
    check: Callable[..., CheckResult], source: Callable[..., str]
) -> None:
    text = source()
    one = check(text=text.replace('likert("Hidden", "Few", "News", "Most", "Everyone")', '("a",)'))
    assert "levels: must be Level objects; likert() makes them from words" in said(one)[0]
    two = check(text=text.replace("people notice?", "people notice"))
    assert 'question: must end with "?"' in said(two)[0]
    three = check(text=text.replace("suggest(option)", "suggest(option, weather)"))
    assert "suggest asks for 'weather'; it can have option, brief, settings" in said(three)[0]


def test_two_of_its_own_with_one_id_are_too_many(
    check: Callable[..., CheckResult], source: Callable[..., str]
) -> None:
    text = source()
    hook = text[text.index("    yield") :]
    assert "gives the criterion 'visibility' twice" in said(check(text=text + hook))[0]


def test_a_criterion_that_patches_its_own_rules_is_found_out(
    check: Callable[..., CheckResult],
) -> None:
    head = "import evaluator.model, evaluator.api\n"
    head += "evaluator.api.criterion_faults = lambda criterion: []\n"
    head += "evaluator.model.criterion_faults = lambda criterion: []\n"
    problems = said(check(head=head, id="No Id"))
    assert problems[0].startswith(
        "plugins/visibility.py: is not loaded: criterion 'No Id': id: 'No Id' is no id"
    )


def test_an_answer_that_the_worker_was_talked_into_is_found_out(
    check: Callable[..., CheckResult],
) -> None:
    head = "from evaluator.plugin import contract\n"
    head += "contract.suggestion_fault = lambda *_: ''\n"
    problems = said(check(head=head, body="return Suggestion(99, 0.3, 'x')"))
    assert "suggest gives the score 99, outside 1 to 5" in problems[0]


@pytest.mark.parametrize(
    "patch",
    [
        "wire.frame = lambda message: b'\\x00\\x00\\x00\\x01\\xc1'",
        "wire.frame = lambda message: b'\\xff\\xff\\xff\\xff'",
        "real = wire.frame; wire.frame = lambda message: real(message) * 2",
        "real = wire.frame; wire.frame = lambda message: real(wire.Done())",
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(
    check: Callable[..., CheckResult], patch: str
) -> None:
    result = check(head=f"from evaluator.plugin import wire\n{patch}")
    assert len(result.problems) == 1
    assert not any(result.suggestions.values()) or set(
        map(str, result.suggestions["empty"].values())
    ) == {"None"}


def test_many_ways_to_fail_are_cut_short(check: Callable[..., CheckResult]) -> None:
    problems = said(check(body="raise RuntimeError(option.id)"))
    assert len(problems) == 5
    assert problems[0].endswith("suggest raises RuntimeError: plain (for plain).")


def test_the_same_fault_for_every_option_is_one_problem(check: Callable[..., CheckResult]) -> None:
    (problem,) = said(check(body="raise RuntimeError('kaput')"))
    assert problem.endswith("RuntimeError: kaput (for 5 of 5 options, plain first).")


def test_what_is_not_there_is_said(root: Path) -> None:
    result = check_file(root / "plugins/nosuch.py", root=root)
    assert [str(p) for p in result.problems] == ["plugins/nosuch.py: is not there."]


def test_outside_a_project_the_path_is_shown_as_it_was_typed(
    tmp_path: Path, source: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text(source(body="return 'high'"))
    (tmp_path / "notes.txt").write_text("no plugin")
    monkeypatch.chdir(tmp_path)
    assert check_file(Path("mine.py")).problems[0].file == "mine.py"
    (problem,) = check_file(Path("notes.txt")).problems
    assert str(problem) == (
        "notes.txt: is no plugin. A plugin is a .py file, or a folder with __init__.py"
    )
    assert check_file(tmp_path).problems[0].what == "has no __init__.py, so it is no plugin"


def test_a_criterion_without_suggest_is_all_right(
    check: Callable[..., CheckResult], source: Callable[..., str]
) -> None:
    result = check(text=source().replace(", suggest=suggest", ""))
    assert result.problems == ()
    assert result.suggestions["plain"] == {"visibility": None}


def test_numbers_of_other_kinds_come_out_plain(check: Callable[..., CheckResult]) -> None:
    head = "import enum\nclass Five(enum.IntEnum):\n    FIVE = 5\nclass Half(float):\n    pass\n"
    result = check(head=head, body="return Suggestion(Five.FIVE, Half(0.5), 'x')")
    assert result.problems == ()
    assert result.suggestions["plain"]["visibility"] == Suggestion(5, 0.5, "x")


def test_options_with_odd_fields_reach_the_plugin(root: Path, write: Write) -> None:
    option = Option("one", "One", extra={"n": 1 << 80})
    path = write(body="return Suggestion(2, 0.1, str(option.extra['n'] > 1e20))")
    result = check_file(path, (option,), root=root)
    assert result.suggestions["one"]["visibility"] == Suggestion(2, 0.1, "True")
