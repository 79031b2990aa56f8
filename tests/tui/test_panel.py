"""Who counts as asked for a ballot, in Sessions and Group; and whose a report is in Export."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive


def led_by_zoe(project: Project, *who: str) -> Workshop:
    """`first` of Ann and Bob, run by Zoe, with one score of each that is named."""
    workshop = project.begin("First", participants=["Ann", "Bob"], facilitators=["Zoe"])
    for key in who:
        workshop.score("lamps", "reach", 4, participant=key)
    workshop.act_as("zoe")
    workshop.save()
    return workshop


@pytest.mark.parametrize(
    ("who", "said"), [(("ann", "zoe"), "2 of 3"), (("ann", "bob"), "2 of 2"), (("ann",), "1 of 2")]
)
async def test_sessions_counts_the_same_in_both_places(
    drive: Drive, project: Project, who: tuple[str, ...], said: str
) -> None:
    async with drive(led_by_zoe(project, *who), project) as app:
        await app.press("O")
        await app.settle()
        assert f"{said} ballots in" in app.line("WHO TAKES PART")
        assert said in app.line("2026-") or said in app.line("First")


async def test_a_closed_round_has_nothing_still_to_come_in(drive: Drive, project: Project) -> None:
    workshop = led_by_zoe(project, "ann")
    async with drive(workshop, project, size=(120, 50)) as app:
        app.app.show_view("group")
        await app.settle()
        await app.press("s")
        await app.settle()
        assert "Still to come in: 1 of 2: Bob" in app.text
        workshop.close_round()
        await app.settle()
        assert "Still to come in" not in app.text


async def test_a_report_is_the_groups_though_one_exports_ones_own(
    drive: Drive, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    workshop = led_by_zoe(project, "ann", "bob")
    async with drive(workshop, project) as app:
        await app.press("X")
        await app.settle()
        app.app.screen.query_one("#list").go_to("md")  # type: ignore[attr-defined]
        app.app.screen.action_whose()  # type: ignore[attr-defined]
        await app.settle()
        assert "my own ballot" in app.text
        app.app.screen.query_one("#list").go_to("report")  # type: ignore[attr-defined]
        await app.settle()
        assert "my own ballot" not in app.text
        await app.press("enter")
        await app.type("out")
        await app.press("enter")
        await app.settle()
        await app.settle()
        assert "f opens it" in app.said
    assert "2 of 2 ballots" in (tmp_path / "out").read_text()
