"""The host: what is known, in which order, at what price, and what it says is wrong."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from evaluator import __version__
from evaluator.api import Criterion, Suggestion, likert
from evaluator.model import Brief, Evidence, Option
from evaluator.plugin import client, sources, state, trust, wire
from evaluator.plugin.host import Host
from evaluator.plugin.running import Running
from evaluator.plugin.wire import Limits

Write = Callable[..., Path]
BUILT_IN = ("cost", "china-sensitivity", "india-sensitivity", "feasibility")


@pytest.fixture
def no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting a process fails the test."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(client.subprocess, "Popen", refuse)


def test_the_built_in_ones_come_first_and_say_so(host: Host) -> None:
    assert tuple(host.criteria()) == BUILT_IN
    assert {c.origin for c in host.criteria().values()} == {"built in"}
    assert all(host.suggests(c) for c in host.criteria().values())


@pytest.mark.usefixtures("no_process")
def test_without_plugins_nothing_is_started_or_read(root: Path) -> None:
    with Host(root) as host:
        host.load()
        assert tuple(host.criteria(wait=False)) == BUILT_IN
        assert tuple(host.criteria()) == BUILT_IN
        assert host.problems() == ()
    with Host(None) as host:
        assert tuple(host.criteria()) == BUILT_IN


@pytest.mark.usefixtures("no_process")
def test_a_list_runs_nothing(root: Path, write: Write, install: Write, host: Host) -> None:
    write("b.py", head="raise RuntimeError")
    write("c.py", head="raise RuntimeError")
    install("foo", text="raise RuntimeError")
    (found, _), _ = sources.find_in(root)
    trust.grant(root, found)
    rows = [(i.name, i.version, i.source, i.criteria, i.state) for i in host.plugins()]
    assert rows == [
        ("evaluator", __version__, "built in", BUILT_IN, "loaded"),
        ("foo", "0.3", "installed", (), "loaded"),
        ("b", "", "plugins/b.py", ("visibility",), "loaded"),
        ("c", "", "plugins/c.py", ("visibility",), "waits"),
    ]


@pytest.mark.usefixtures("no_process")
def test_no_plugins_means_none(
    root: Path, write: Write, trust_all: Callable[[], None], brief: Brief
) -> None:
    write()
    trust_all()
    with Host(root, enabled=False) as host:
        assert tuple(host.criteria()) == BUILT_IN
        assert host.problems() == ()
        assert [i.state for i in host.plugins()] == ["loaded", "off"]
        assert len(list(host.suggest(host.criteria().values(), brief.options, brief))) == 8


def test_what_is_known_at_once_is_given_at_once(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write()
    trust_all()
    assert tuple(host.criteria(wait=False)) == BUILT_IN
    host.load()
    assert tuple(host.criteria(wait=False)) == (*BUILT_IN, "visibility")


def test_a_plugins_criterion_comes_as_data(
    write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write(head='__version__ = "0.3"')
    trust_all()
    criterion = host.criteria()["visibility"]
    assert criterion == Criterion(
        "visibility", "Visibility", "Would people notice?", "higher",
        likert("Hidden", "Few", "News", "Most", "Everyone"), origin="visibility 0.3",
    )  # fmt: skip
    assert criterion.suggest is None
    assert host.suggests(criterion)
    (_, info) = host.plugins()
    assert (info.version, info.criteria, info.state) == ("0.3", ("visibility",), "loaded")
    assert info.sha256 == sources.find_in(host.root)[0][0].sha256  # type: ignore[arg-type]


def test_its_suggestions_come_with_evidence(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write()
    trust_all()
    cells = list(host.suggest([host.criteria()["visibility"]], brief.options, brief))
    found = Suggestion(4.5, 0.3, "Names a boat", (Evidence(20, 24, "boat*", "text"),))
    none = Suggestion(4.5, 0.3, "Names a boat")
    assert cells == [("visibility", "boats", found), ("visibility", "lamps", none)]
    assert brief.options[0].text[20:24] == "boat"
    assert host.problems() == ()


def test_suggest_sees_the_brief_and_its_settings(
    write: Write,
    source: Callable[..., str],
    host: Host,
    trust_all: Callable[[], None],
    brief: Brief,
) -> None:
    answer = "Suggestion(settings['n'], 0.3, f'{brief.title} {len(brief.options)} {option.id}')"
    text = source(id="given", body=f"return {answer}")
    write("given.py", text=text.replace("suggest(option)", "suggest(settings, option, brief)"))
    trust_all()
    criterion = host.criteria()["given"]
    told = {"given": {"n": 2}}
    one = list(host.suggest([criterion], brief.options[:1], brief, told))
    assert one == [("given", "boats", Suggestion(2, 0.3, "Harbour plan 2 boats"))]
    own = msgspec.structs.replace(criterion, extra={"settings": {"n": 3}})
    other = list(host.suggest([own], brief.options[:1], brief))
    assert other == [("given", "boats", Suggestion(3, 0.3, "Harbour plan 2 boats"))]


def test_an_installed_one_needs_no_review_and_comes_before_the_projects(
    write: Write, install: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write("a.py", id="mine")
    install("foo", id="theirs")
    trust_all()
    assert tuple(host.criteria()) == (*BUILT_IN, "theirs", "mine")
    assert host.criteria()["theirs"].origin == "foo 0.3"
    cells = list(host.suggest([host.criteria()["theirs"]], brief.options[:1], brief))
    assert cells[0][2] is not None


def test_a_broken_installed_one_is_named_with_its_version(install: Write, host: Host) -> None:
    install("foo", head="import nosuchmodule")
    host.load()
    (problem,) = host.problems()
    assert str(problem) == (
        "foo 0.3: is not loaded: needs the module 'nosuchmodule', which is not installed. "
        "Try: evaluator plugins off foo"
    )


def test_a_problem_names_the_line_and_the_way_on(
    write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write("foo.py", text="from evaluator.api import *\n\nlikert(1).no\n")
    write("bar/__init__.py", text="from . import inner\n")
    write("bar/inner.py", text="def f():\n    return 1 / 0\n\nf()\n")
    trust_all()
    host.load()
    bar, foo = map(str, host.problems())
    assert bar == (
        "plugins/bar/inner.py:2: is not loaded: ZeroDivisionError: division by zero. "
        "Try: evaluator plugins check plugins/bar"
    )
    assert foo == (
        "plugins/foo.py:3: is not loaded: AttributeError: 'tuple' object has no attribute 'no'. "
        "Try: evaluator plugins check plugins/foo.py"
    )


def test_the_handshake_is_made_before_anything_runs(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    mark = root / "ran.txt"
    write(head=f'EVALUATOR_API = "1.97"\nopen({str(mark)!r}, "w")\nfrom evaluator.api import new')
    trust_all()
    host.load()
    (problem,) = host.problems()
    assert str(problem) == (
        "plugins/visibility.py: is not loaded: needs plugin API 1.97, this evaluator has 1.0. "
        "Try: pip install -U evaluator"
    )
    assert not mark.exists()


def test_of_two_with_one_id_the_later_is_left_out_and_both_are_named(
    write: Write, install: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    install("foo", id="twin", body="return Suggestion(1, 0.1, 'the first')")
    write("b.py", id="twin", body="return Suggestion(2, 0.1, 'the second')")
    write("c.py", id="cost")
    trust_all()
    assert host.criteria()["twin"].origin == "foo 0.3"
    assert host.criteria()["cost"].origin == "built in"
    ((_, _, found),) = host.suggest([host.criteria()["twin"]], brief.options[:1], brief)
    assert found is not None
    assert found.rationale == "the first"
    said = {p.file: p.what for p in host.problems()}
    assert said == {
        "plugins/b.py": "'twin' is left out: foo 0.3 has that id already",
        "plugins/c.py": "'cost' is left out: evaluator itself has that id already",
    }


def test_one_that_is_off_stays_off(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write(head="raise RuntimeError")
    trust_all()
    trust.switch(root, sources.find_in(root)[0][0].key, on=False)
    host.load()
    assert host.plugins()[1].state == "off"
    assert host.problems() == ()
    trust.switch(root, sources.find_in(root)[0][0].key, on=True)
    host.reload()
    host.load()
    assert host.plugins()[1].state == "problem"


def test_reload_sees_what_was_trusted_meanwhile(
    write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write()
    assert "visibility" not in host.criteria()
    (problem,) = host.problems()
    assert str(problem) == (
        "plugins/visibility.py: waits for review, so it is not loaded. "
        "Look through it, then: evaluator plugins trust plugins/visibility.py"
    )
    trust_all()
    host.reload()
    assert "visibility" in host.criteria()
    assert host.problems() == ()


def test_what_can_not_be_read_is_listed_as_a_problem(root: Path, host: Host) -> None:
    (root / "plugins").mkdir()
    (root / "plugins/visibility.py").symlink_to("/dev/zero")
    (_, info) = host.plugins()
    assert (info.name, info.source, info.state) == (
        "visibility", "plugins/visibility.py", "problem",
    )  # fmt: skip


def test_readers_of_a_projects_plugin_are_left_out_and_it_is_said(
    write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    write(head="\n\n@hookimpl\ndef evaluator_readers():\n    return []\n")
    trust_all()
    assert "visibility" in host.criteria()
    assert [p.what for p in host.problems()] == [
        "has evaluator_readers, which only an installed package may have, so it is left out"
    ]


# -- suggesting in this process


def test_a_declared_criterion_is_asked_here_and_its_fault_is_its_own(
    host: Host, brief: Brief
) -> None:
    def fails(option: Option) -> Suggestion:
        raise RuntimeError(f"no {option.id}")

    good = Criterion(
        "good", "Good", "Is it?", "higher", likert("a", "b"),
        suggest=lambda option, settings: Suggestion(settings.get("n", 1), 0.1, option.id),
        origin="criteria.toml", extra={"settings": {"n": 2}},
    )  # fmt: skip
    bad = msgspec.structs.replace(good, id="bad", suggest=fails)
    out = msgspec.structs.replace(good, id="out", suggest=lambda: Suggestion(3, 0.1, "x"))
    odd = msgspec.structs.replace(good, id="odd", suggest=lambda weather: None)
    cells = {(c, o): s for c, o, s in host.suggest([good, bad, out, odd], brief.options, brief)}
    assert len(cells) == 8
    assert cells["good", "boats"] == Suggestion(2, 0.1, "boats")
    assert {c for (c, _), s in cells.items() if s is None} == {"bad", "out", "odd"}
    said = {p.key: p.what for p in host.problems()}
    assert {p.file for p in host.problems()} == {"criteria.toml"}
    assert said["out"] == (
        "suggest gives the score 3, outside 1 to 2 (for 2 of 2 options, boats first)"
    )
    assert "asks for 'weather'" in said["odd"]


def test_a_scale_that_the_project_changed_is_the_one_that_counts(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write()
    trust_all()
    changed = msgspec.structs.replace(host.criteria()["visibility"], levels=likert("a", "b"))
    cells = list(host.suggest([changed], brief.options, brief))
    assert [s for _, _, s in cells] == [None, None]
    (problem,) = host.problems()
    assert "score 4.5, outside 1 to 2" in problem.what


def test_a_criterion_that_nobody_can_ask_gets_none(host: Host, brief: Brief) -> None:
    lost = Criterion("lost", "Lost", "Is it?", "higher", likert("a", "b"), origin="gone 1.0")
    assert list(host.suggest([lost], brief.options, brief)) == [
        ("lost", "boats", None), ("lost", "lamps", None),
    ]  # fmt: skip
    assert not host.suggests(lost)


# -- processes


def test_suggesting_can_be_given_up_and_taken_up_again(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write()
    trust_all()
    wanted = [host.criteria()["visibility"]]
    first = host.suggest(wanted, brief.options, brief)
    next(first)
    inner = list(host.suggest(wanted, brief.options, brief))
    first.close()
    again = list(host.suggest(wanted, brief.options, brief))
    assert inner == again
    assert all(found is not None for _, _, found in again)
    assert host.problems() == ()


def test_threads_may_ask_at_the_same_time(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write()
    trust_all()
    answers: list[list[object]] = []

    def ask() -> None:
        wanted = [host.criteria()["visibility"]]
        answers.append(list(host.suggest(wanted, brief.options, brief)))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 3
    assert answers[0] == answers[1] == answers[2]
    assert host.problems() == ()


def test_closing_ends_what_hangs_and_blames_nobody(
    root: Path, write: Write, trust_all: Callable[[], None], brief: Brief
) -> None:
    write(body="time.sleep(60)")
    trust_all()
    host = Host(root, limits=Limits(option=50))
    wanted = [host.criteria()["visibility"]]
    threading.Timer(0.3, host.close).start()
    cells = list(host.suggest(wanted, brief.options, brief))
    assert [found for _, _, found in cells] == [None, None]
    assert host.problems() == ()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes")
def test_closing_ends_what_is_just_about_to_start(
    root: Path, write: Write, trust_all: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(head="while True: pass")
    trust_all()
    find_in = sources.find_in
    with Host(root, limits=Limits(load=600)) as host:

        def found(*where: Path) -> object:
            host.close()  # between finding plugins and starting their processes
            return find_in(*where)

        monkeypatch.setattr(sources, "find_in", found)
        host.load()  # would take ten minutes
        assert host.loaded
        assert [info.state for info in host.plugins()] == ["loaded", "problem"]
        assert host.problems() == ()


@pytest.fixture
def slow_first(write: Write, trust_all: Callable[[], None], tmp_path: Path) -> Path:
    """Two plugins, of which the first loads only once the file that is answered is there."""
    gate = tmp_path / "gate"
    wait = f"while not os.path.exists({str(gate)!r}): time.sleep(0.02)"
    write("a.py", id="visibility", head=wait)
    write("b.py", id="calm")
    trust_all()
    return gate


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        assert time.monotonic() < limit
        time.sleep(0.02)


def test_one_that_is_slow_to_load_keeps_no_other_waiting(
    root: Path, slow_first: Path, brief: Brief
) -> None:
    with Host(root, limits=Limits(load=600)) as host:
        host.load_beside()
        until(lambda: "calm" in host.criteria(wait=False))
        assert not host.loaded
        cells = list(host.suggest([host.criteria(wait=False)["calm"]], brief.options, brief))
        assert [suggestion is None for _, _, suggestion in cells] == [False, False]
        slow_first.touch()
        until(lambda: host.loaded)
        assert tuple(host.criteria()) == (*BUILT_IN, "visibility", "calm")
        assert host.problems() == ()


def test_an_id_goes_to_the_first_in_order_and_not_to_the_quickest(
    root: Path, slow_first: Path, write: Write, trust_all: Callable[[], None]
) -> None:
    write("c.py", id="visibility", head='__version__ = "9"')
    write("d.py", id="peace")
    trust_all()
    with Host(root, limits=Limits(load=600)) as host:
        host.load_beside()
        until(lambda: host.plugins()[3].version == "9")
        until(lambda: "peace" in host.criteria(wait=False))
        assert "visibility" not in host.criteria(wait=False)
        slow_first.touch()
        until(lambda: host.loaded)
        assert host.criteria()["visibility"].origin == "a"
        (problem,) = host.problems()
        assert (problem.file, problem.key) == ("plugins/c.py", "visibility")


def test_what_a_plugin_started_ends_with_it(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None]
) -> None:
    note = root / "pids.txt"
    head = "import subprocess\nchild = subprocess.Popen(['sleep', '60'])\n"
    head += f"open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')"
    write(head=head)
    trust_all()
    assert "visibility" in host.criteria()
    pids = [int(word) for word in note.read_text().split()]
    assert all(map(alive, pids))
    host.close()
    for _ in range(200):
        if not any(map(alive, pids)):
            break
        time.sleep(0.02)
    assert not any(map(alive, pids))


def test_all_options_of_one_criterion_have_one_limit_together(
    root: Path, write: Write, trust_all: Callable[[], None]
) -> None:
    write(body="time.sleep(0.2)")
    trust_all()
    options = tuple(Option(f"o{n}", "One") for n in range(9))
    with Host(root, limits=Limits(option=5, brief=0.7)) as host:
        cells = list(host.suggest([host.criteria()["visibility"]], options, Brief("", options)))
        assert len(cells) == 9
        (problem,) = host.problems()
    assert problem.what == "is stopped: it took more than 0.7 s for visibility of all options"


def test_a_stopped_one_is_not_asked_again_and_shown_as_a_problem(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    write(body="os._exit(3)")
    trust_all()
    criterion = host.criteria()["visibility"]
    for _ in range(2):
        cells = list(host.suggest([criterion], brief.options, brief))
        assert [found for _, _, found in cells] == [None, None]
    assert [p.what for p in host.problems()] == ["is stopped: it ended its process (exit status 3)"]
    assert not host.suggests(criterion)
    assert host.plugins()[1].state == "problem"


def test_output_and_tracebacks_go_to_a_private_log_only(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    write(body="print('noise'); os.write(2, b'\\x1b[2Jmore'); raise RuntimeError('kaput')")
    trust_all()
    list(host.suggest([host.criteria()["visibility"]], brief.options, brief))
    host.close()
    assert capfd.readouterr() == ("", "")
    text = state.log_file().read_text()
    assert all(word in text for word in ("noise", "␛[2Jmore", "Traceback", "kaput"))
    assert "\x1b" not in text
    assert state.log_file().stat().st_mode & 0o777 == 0o600


def test_a_full_log_is_set_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_LOG_LIMIT", 100)
    for n in range(5):
        state.log(f"round {n}", "x" * 60)
    old = state.log_file().with_name("plugins.log.1")
    assert "round 4" in state.log_file().read_text()
    assert "round 3" in old.read_text()
    assert old.stat().st_mode & 0o777 == 0o600


TRAPS = ("numpy.py", "msgspec/__init__.py", "pluggy.py", "sitecustomize.py", "usercustomize.py",
         "json.py", "evaluator/__init__.py", "evaluator_plugin_visibility.py")  # fmt: skip


def test_modules_that_lie_in_the_project_are_never_imported(
    root: Path, write: Write, host: Host, trust_all: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    mark = root / "ran.txt"
    for folder in (root, root / "plugins"):
        for name in TRAPS:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"open({str(mark)!r}, 'w').close()\nraise RuntimeError\n")
    (root / "plugins").rename(root / "_traps")
    write(head="import json, numpy")
    trust_all()
    monkeypatch.chdir(root)
    places = [str(root), str(root / "_traps"), "", ".", "plugins"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(places))
    monkeypatch.setenv("PYTHONINSPECT", "1")
    assert "visibility" in host.criteria(), host.problems()
    assert not mark.exists()


def test_the_modules_own_folder_is_not_where_it_is_started(
    write: Write, host: Host, trust_all: Callable[[], None], brief: Brief
) -> None:
    body = "return Suggestion(1, 0.1, os.getcwd() + ' ' + str(len(sys.path)) + repr(sys.argv))"
    write(body=body)
    trust_all()
    ((_, _, found), _) = host.suggest([host.criteria()["visibility"]], brief.options, brief)
    assert found is not None
    assert found.rationale.startswith(Path(sys.prefix).anchor + " ")


def worker() -> subprocess.Popen[bytes]:
    """A worker whose host never ends it."""
    here = str(Path(client.__file__).parents[2])
    command = [sys.executable, "-P", "-c", client._START, here]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_a_worker_ends_when_its_host_is_gone() -> None:
    with worker() as process:
        process.communicate(timeout=30)
    assert process.returncode == 0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs an alarm")
def test_a_worker_that_hangs_ends_though_its_host_is_gone(source: Callable[..., str]) -> None:
    text = source(head="re.match(r'(a+)+$', 'a' * 60 + 'b')")
    load = wire.Load(wire.Source("x", "/x.py", {"x.py": text.encode()}), Limits(load=0.1))
    with worker() as process:
        assert process.stdin is not None
        process.stdin.write(wire.frame(load))
        process.stdin.flush()
        assert process.wait(timeout=30) == -signal.SIGALRM


def test_without_a_python_to_start_it_is_said(
    root: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    monkeypatch.setattr(sys, "executable", str(root / "no-python"))
    (found,), _ = sources.find_in(root)
    running = Running(found, Limits())
    running.load()
    (problem,) = running.problems
    assert "no process could be started (no such file or directory)" in problem.what
