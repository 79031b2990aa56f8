"""Who counts as asked for a ballot, and whose a workshop report is."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from tests.cli.conftest import SCORES, Run, fill


def _led_by_zoe(root: Path, *, blind: bool = False) -> None:
    """`first` with Amina's and Bilal's ballots, and Zoe, who runs it and gave none."""
    fill(Project.open(root), SCORES, facilitators=["Zoe"], blind=blind)


@pytest.mark.parametrize("who", [[], ["--as", "Zoe"], ["--as", "amina"]])
@pytest.mark.parametrize("format_", ["report", "report-html"])
def test_a_report_is_the_groups_whoever_asks(
    root: Path, run: Run, who: list[str], format_: str
) -> None:
    _led_by_zoe(root)
    run("sessions", "round", "close")
    found = run("export", "-", "--format", format_, *who).out
    assert "2 of 2 ballots" in found
    assert "ballot of" not in found
    # Group: lamps 60·(75+50)/200 + 40·(100+75)/200 = 37.5 + 35 = 72.5.
    assert "72.5" in found


def test_a_report_of_a_blind_round_is_for_the_facilitator_alone(root: Path, run: Run) -> None:
    _led_by_zoe(root, blind=True)
    for who in ([], ["--as", "amina"]):
        refused = run("export", "-", "--format", "report", *who)
        assert (refused.status, refused.out) == (2, "")
        assert "a report is the group's" in refused.err
    assert "2 of 2 ballots" in run("export", "-", "--format", "report", "--as", "Zoe").out


def test_a_facilitator_counts_among_the_asked_with_a_ballot_only(root: Path, run: Run) -> None:
    _led_by_zoe(root)
    project = Project.open(root)

    def counted(said: str) -> None:
        for command in ("rank", "robustness", "group"):
            assert f"{said} ballots" in run(command).out
        assert said in run("sessions", "list").out
        for format_ in ("md", "html", "report"):
            assert f"{said} ballots" in run("export", "-", "--format", format_).out

    counted("2 of 2")
    workshop = project.workshop("first")
    workshop.close_round()
    workshop.open_round()
    for who in ("amina", "zoe"):
        for option in ("lamps", "ferry", "boats"):
            for criterion in ("reach", "burden"):
                workshop.score(option, criterion, 3, participant=who)
    workshop.save()
    counted("2 of 3")


def test_in_a_blind_round_it_is_counted_the_same(root: Path, run: Run) -> None:
    _led_by_zoe(root, blind=True)
    assert "ballots in: 2 of 2" in run("sessions", "show").out
    workshop = Project.open(root).workshop("first")
    workshop.score("lamps", "reach", 3, participant="zoe")
    workshop.save()
    assert "ballots in: 3 of 3" in run("sessions", "show").out
