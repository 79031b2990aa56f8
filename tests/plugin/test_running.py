"""What a plugin is asked twice, and answers wrongly twice."""

from collections.abc import Callable
from pathlib import Path

from evaluator.model import Brief
from evaluator.plugin.host import Host


def test_the_same_fault_found_again_is_one_problem(
    host: Host, write: Callable[..., Path], trust_all: Callable[[], None], brief: Brief
) -> None:
    write(body="raise ValueError('kaput')")
    trust_all()
    criterion = host.criteria()["visibility"]
    for _ in range(2):
        answers = list(host.suggest([criterion], brief.options, brief))
        assert [answer for *_, answer in answers] == [None] * len(brief.options)
    said = [problem for problem in host.problems() if "kaput" in problem.what]
    assert len(said) == 1
