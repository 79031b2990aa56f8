"""Every fault we could think of, at import, when hooks are asked, and while suggesting.

Each is named with its plugin, and everything else goes on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from evaluator.errors import Problem
from evaluator.model import Brief, Criterion, Option
from evaluator.plugin import sources, trust
from evaluator.plugin.host import Host
from evaluator.plugin.wire import Limits

Source = Callable[..., str]
IMPORT, HOOK, SUGGEST = "import", "hook", "suggest"
LIMITS = Limits(load=2.5, option=1.0, brief=3.0, memory=1 << 29)
SLOW = "took more than"
ENDED = "ended its process"

needs_proc = pytest.mark.skipif(
    not Path("/proc/self/statm").exists(), reason="memory is limited on Linux only"
)

# name → (statement, what is said at import and by the hook, what is said while suggesting)
FAULTS = {
    "raises": ("raise RuntimeError('kaput')", "RuntimeError: kaput", "raises RuntimeError: kaput"),
    "syntax": ("exec('def (')", "is no Python", "is no Python"),
    "leaves": ("sys.exit(0)", "calls sys.exit", "calls sys.exit"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt", "KeyboardInterrupt"),
    "hard-exit": ("os._exit(0)", ENDED, ENDED),
    "kills-itself": ("os.kill(os.getpid(), 9)", "signal SIGKILL", "signal SIGKILL"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "signal SIGSEGV", "signal SIGSEGV"),
    "writes-to-1": ("os.write(1, b'noise')", "prints 'noise'", "prints 'noise'"),
    "prints": ("print('noise')", "prints 'noise'", "prints 'noise'"),
    "prints-without-end": ("[print('x' * 9999) for _ in iter(int, 1)]", "OSError", "OSError"),
    "loops": ("while True: pass", SLOW, SLOW),
    "swallows": ("swallow()", SLOW, SLOW),
    "sleeps": ("time.sleep(60)", SLOW, SLOW),
    "stops-itself": ("os.kill(os.getpid(), 19)", SLOW, SLOW),
    "regex": ("re.match(r'(a+)+$', 'a' * 40 + 'b')", SLOW, SLOW),
    "memory": ("bytearray(2 << 30)", "more memory", "more memory"),
    "recursion": ("recurse()", "RecursionError", "RecursionError"),
    "closes-all": ("os.closerange(3, 64)", ENDED, ENDED),
    "patches-the-line": ("patch_line()", ENDED, ENDED),
    "silent-error": ("raise Silent", "Silent", "Silent"),
}
NAMES = [pytest.param(n, marks=needs_proc) if n == "memory" else n for n in FAULTS]
ANSWERS = {
    "garbage": ("object()", "gives an object"),
    "a-word": ("'high'", "gives 'high'"),
    "true": ("Suggestion(True, 0.3, 'x')", "score True, which is no number"),
    "nan": ("Suggestion(math.nan, 0.3, 'x')", "score nan, which is no number"),
    "outside": ("Suggestion(6, 0.3, 'x')", "score 6, outside 1 to 5"),
    "confidence": ("Suggestion(3, 3, 'x')", "confidence 3, outside 0 to 1"),
    "rationale": ("Suggestion(3, 0.3, 'x' * 281)", "rationale of 281 characters"),
    "controls": ("Suggestion(3, 0.3, 'a\\x1b[2J')", "control character"),
    "span": ("Suggestion(3, 0.3, 'x', (Evidence(0, 999),))", "0 to 999, outside the text of 39"),
    "turned": ("Suggestion(3, 0.3, 'x', (Evidence(5, 2),))", "evidence 5 to 2, outside"),
    "field": ("Suggestion(3, 0.3, 'x', (Evidence(0, 1, field='id'),))", "in the field 'id'"),
    "surrogate": ("Suggestion(3, 0.3, 'x', (Evidence(0, 1, chr(0xd800)),))", "UnicodeEncodeError"),
    "coroutine": ("later()", "gives a coroutine"),
}
HEAD = """
class Silent(Exception):
    def __str__(self):
        raise RuntimeError


async def later():
    pass


def swallow():
    while True:
        try:
            time.sleep(0.01)
        except BaseException:
            pass


def recurse():
    return recurse()


def patch_line():
    from evaluator.plugin import wire
    wire.frame = None


def fault():
    {statement}

"""
OPTIONS = (
    Option("boats", "Teach sailing", text="Every pupil sails a boat for two terms."),
    Option("lamps", "Put lamps along the harbour"),
)


class Outcome:
    """What a host made of a project full of broken plugins and one good one."""

    def __init__(self, root: Path, texts: dict[str, str], good: str) -> None:
        folder = root / "plugins"
        folder.mkdir(parents=True)
        for name, text in {**texts, "zz-good": good}.items():
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        for found in sources.find_in(root)[0]:
            trust.grant(root, found)
        with Host(root, limits=LIMITS) as host:
            criteria = list(host.criteria().values())
            brief = Brief("Harbour plan", OPTIONS)
            self.cells = {(c, o): found for c, o, found in host.suggest(criteria, OPTIONS, brief)}
            self.criteria = criteria
            self.problems = host.problems()

    def of(self, name: str) -> list[Problem]:
        return [p for p in self.problems if p.file == f"plugins/{name}.py"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("faults")
        patch.setenv("XDG_STATE_HOME", str(folder / "state"))
        yield folder


def outcome(home: Path, source: Source, stage: str) -> Outcome:
    texts = {}
    for name, (statement, *_) in FAULTS.items():
        pieces = {"head": HEAD.format(statement=statement)}
        if stage == IMPORT:
            pieces["head"] += "fault()\n"
        elif stage == HOOK:
            pieces["first"] = "fault()"
        else:
            pieces["body"] = "fault(); return None"
        texts[name] = source(id=f"c-{name}", **pieces)
    return Outcome(home / stage, texts, source(id="good"))


@pytest.fixture(scope="module")
def at_import(home: Path, source: Source) -> Outcome:
    return outcome(home, source, IMPORT)


@pytest.fixture(scope="module")
def at_hook(home: Path, source: Source) -> Outcome:
    return outcome(home, source, HOOK)


@pytest.fixture(scope="module")
def while_suggesting(home: Path, source: Source) -> Outcome:
    return outcome(home, source, SUGGEST)


@pytest.fixture(scope="module")
def answers(home: Path, source: Source) -> Outcome:
    head = HEAD.format(statement="pass")
    texts = {
        name: source(id=f"c-{name}", head=head, body=f"return {answer}")
        for name, (answer, _) in ANSWERS.items()
    }
    return Outcome(home / "answers", texts, source(id="good"))


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_at_import_is_named(at_import: Outcome, name: str) -> None:
    assert any(FAULTS[name][1] in p.what for p in at_import.of(name)), at_import.of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_of_a_hook_is_named(at_hook: Outcome, name: str) -> None:
    assert any(FAULTS[name][1] in p.what for p in at_hook.of(name)), at_hook.of(name)


@pytest.mark.parametrize("name", NAMES)
def test_a_fault_while_suggesting_is_named(while_suggesting: Outcome, name: str) -> None:
    problems = while_suggesting.of(name)
    assert any(FAULTS[name][2] in p.what for p in problems), problems


@pytest.mark.parametrize("name", ANSWERS)
def test_a_bad_answer_is_named_and_not_taken(answers: Outcome, name: str) -> None:
    problems = answers.of(name)
    assert any(ANSWERS[name][1] in p.what for p in problems), problems
    assert all(p.key == f"c-{name}" for p in problems)
    assert answers.cells[f"c-{name}", "boats"] is None


@pytest.fixture(params=["at_import", "at_hook", "while_suggesting", "answers"])
def any_outcome(request: pytest.FixtureRequest) -> Outcome:
    found: Outcome = request.getfixturevalue(request.param)
    return found


def test_everybody_else_answers_all_the_same(any_outcome: Outcome) -> None:
    assert any_outcome.cells["good", "boats"].score == 4.5
    assert any_outcome.cells["good", "lamps"].score == 4.5
    assert not any_outcome.of("zz-good")
    with Host(None, enabled=False) as host:
        built_in = host.criteria().values()
        alone = list(host.suggest(built_in, OPTIONS, Brief("Harbour plan", OPTIONS)))
    assert alone == [(c, o, any_outcome.cells[c, o]) for c, o, _ in alone]
    assert len(alone) == 8


def test_every_pair_is_answered_exactly_once(any_outcome: Outcome) -> None:
    known: list[Criterion] = any_outcome.criteria
    assert set(any_outcome.cells) == {(c.id, o.id) for c in known for o in OPTIONS}


def test_no_problem_is_more_than_a_warning_or_shows_a_traceback(any_outcome: Outcome) -> None:
    assert {p.level for p in any_outcome.problems} == {"warning"}
    assert not any("Traceback" in str(p) or "\n" in str(p) for p in any_outcome.problems)
