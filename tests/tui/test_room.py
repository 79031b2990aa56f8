"""A room at one machine: votes of all, reasons asked for, recusal, the agenda, mending."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive


class TestTheRoomsVotes:
    async def test_are_typed_in_one_line_and_undone_at_once(
        self, drive: Drive, room: Workshop, project: Project
    ) -> None:
        async with drive(room, project) as it:
            await it.press("r")
            assert "Ami Bil Chi Dor Emi" in it.text
            await it.type("4 4 5 2 -")
            await it.press("enter")
            given = [room.ballot(k).score("lamps", "reach") for k in room.voters]
            assert given == [4, 4, 5, 2, "abstain"]
            assert it.app.screen.grid.current == "ferry"
            await it.press("up", "r")
            assert "4 4 5 2 -" in it.text
            await it.press("escape", "u")
            assert room.ballots() == {} or not any(b.scores for b in room.ballots().values())

    async def test_a_wrong_vote_is_said(
        self, drive: Drive, room: Workshop, project: Project
    ) -> None:
        async with drive(room, project) as it:
            await it.press("r")
            await it.type("4 9")
            await it.press("enter")
            assert "the vote of Bilal" in it.said
            assert room.ballots() == {}

    async def test_are_the_facilitators_alone(
        self, drive: Drive, room: Workshop, project: Project
    ) -> None:
        room.act_as("amina")
        async with drive(room, project) as it:
            await it.press("r")
            assert it.app.screen.prompt is None


async def test_a_reason_is_asked_for_and_never_forced(
    drive: Drive, room: Workshop, project: Project
) -> None:
    room.score_room("lamps", "reach", ". 4 4 4 5")
    room.act_as("amina")
    async with drive(room, project) as it:
        await it.press("1")
        assert "outside the middle half, 4 to 4 of 5 scores: i says why" in it.said
        assert it.app.screen.grid.current == "ferry"
        await it.press("i")
        await it.type("dark")
        await it.press("enter")
        assert room.ballot().notes == {"lamps": {"reach": "dark"}}
        await it.press("i")
        assert len(it.app.screen_stack) == 1


async def test_ranges_confidence_recusal_and_dissent(
    drive: Drive, room: Workshop, project: Project
) -> None:
    room.act_as("amina")
    async with drive(room, project) as it:
        await it.command("lowest and highest")
        await it.type("2 4")
        await it.press("enter")
        assert room.ballot().ranges == {"lamps": {"reach": (2, 4)}}
        await it.command("how sure")
        await it.type("70")
        await it.press("enter")
        assert room.ballot().confidence == {"lamps": {"reach": 0.7}}
        assert "note: 2 to 4 · 70 % sure" in it.text
        await it.command("dissent on")
        await it.type("no")
        await it.press("enter")
        assert room.ballot().dissent == {"lamps": "no"}
        await it.command("step back")
        await it.type("owner")
        await it.press("enter")
        assert room.ballot().recused == {"lamps": "owner"}
        assert "stepped back: owner" in it.text
        await it.press("3")
        assert "stepped back" in it.said
        await it.command("judge this option again")
        assert room.ballot().recused == {}


async def test_the_changes_of_a_cell(drive: Drive, room: Workshop, project: Project) -> None:
    room.score_room("lamps", "reach", "4 2")
    room.score("lamps", "reach", 3, participant="bilal", why="talked over")
    async with drive(room, project) as it:
        await it.press("c")
        await it.settle()
        line = it.line("talked over")
        assert "Bilal" in line
        assert "2 → 3" in line
        assert "– → 4" in it.line("Amina")
        await it.press("x")
        assert len(it.app.screen_stack) == 1


async def test_who_moved_is_told_to_themselves(
    drive: Drive, room: Workshop, project: Project
) -> None:
    room.score_room("lamps", "reach", "4 2")
    room.close_round()
    room.open_round()
    room.score("lamps", "reach", 3, participant="bilal")
    room.score("lamps", "reach", 1, participant="amina")
    room.act_as("amina")
    async with drive(room, project) as it:
        await it.command("what I changed")
        assert "round 1 to round 2: 1 score" in it.text
        assert "4 → 1" in it.text
        assert "2 → 3" not in it.text


async def test_whoever_is_no_facilitator_sees_their_own_changes(
    drive: Drive, room: Workshop, project: Project
) -> None:
    room.set_session(blind=True)
    room.score_room("lamps", "reach", "4 2")
    room.act_as("amina")
    async with drive(room, project) as it:
        await it.press("c")
        await it.settle()
        assert "Amina" in it.text
        assert "Bilal" not in it.text


@pytest.fixture
def split(room: Workshop) -> Workshop:
    """Two cells in which people differ, the lamps' reach the most."""
    for option, reach, burden in (
        ("lamps", "1 1 1 5 5", "2 2 2 2 2"),
        ("ferry", "3 3 3 3 3", "1 2 3 4 5"),
        ("boats", "2 2 2 2 2", "3 3 3 3 4"),
    ):
        room.score_room(option, "reach", reach)
        room.score_room(option, "burden", burden)
    room.note("lamps", "reach", "dark there", participant="dora")
    room.save()
    return room


class TestTheAgenda:
    async def test_settled_noted_and_voted_on_again(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        async with drive(split, project) as it:
            await it.press("A")
            await it.settle()
            first = it.lines[2]
            assert "#1" in first
            assert "Reach" in first
            assert "“dark there”" in it.text
            assert "Dora" not in it.text
            await it.press("space")
            assert split.session.agenda["lamps", "reach"].settled
            assert "settled" in it.lines[2]
            assert "1 of" in it.lines[0]
            await it.press("r")
            assert split.revotes() == (("lamps", "reach"),)
            await it.press("w")
            await it.type("ok")
            await it.press("enter")
            assert split.session.agenda["lamps", "reach"].note == "ok"
            assert "Discussion: ok" in it.text
            await it.press("u", "u", "u")
            assert split.session.agenda == {}
            await it.press("o")
            assert "most for the ranking first" in it.text

    async def test_the_clock(self, drive: Drive, split: Workshop, project: Project) -> None:
        async with drive(split, project) as it:
            await it.press("A")
            await it.settle()
            assert "‖ 6:00" in it.lines[0]
            await it.press("plus", "t")
            assert "▶ 7:00" in it.lines[0]
            screen = it.app.screen
            screen._tick()
            await it.pilot.pause()
            assert "▶ 6:59" in it.lines[0]
            await it.press(*["minus"] * 7)
            screen._tick()
            await it.pilot.pause()
            assert "time is up" in it.lines[0]

    async def test_another_cell_has_its_whole_time(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        async with drive(split, project) as it:
            await it.press("A")
            await it.settle()
            await it.press("plus", "t")
            it.app.screen._tick()
            await it.press("t", "down")
            assert "‖ 7:00" in it.lines[0]  # as it was set before
            await it.press("t", "up")
            assert "▶" in it.lines[0]  # it runs on while one looks elsewhere
            it.app.screen._tick()
            await it.pilot.pause()
            assert "7:00" not in it.lines[0]

    @pytest.mark.parametrize("size", [(80, 24), (120, 40)])
    async def test_the_wall_names_nobody(
        self, drive: Drive, split: Workshop, project: Project, size: tuple[int, int]
    ) -> None:
        async with drive(split, project, size=size) as it:
            await it.press("A")
            await it.settle()
            await it.press("b")
            await it.settle()
            assert "PUT LAMPS ALONG THE HARBOUR" in it.text
            assert "Farah" not in it.text
            assert "room" not in it.lines[0]
            row = it.line("1 Hardly anyone")
            assert row.split("━")[-1].strip() == "3"
            assert "median 1 · 5 scores" in it.text
            await it.press("down")
            assert "PUT LAMPS" not in it.text
            await it.press("space", "r")
            assert "· vote again" in it.line("median")
            await it.press("b")
            await it.settle()
            assert "low  mid high" in it.text
            assert "points: weight × spread" in it.text.replace("\n ", "")

    async def test_marks_are_the_facilitators(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        split.act_as("amina")
        async with drive(split, project) as it:
            await it.press("A")
            await it.settle()
            await it.press("space")
            assert split.session.agenda == {}

    async def test_a_blind_round_shows_nothing(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        split.set_session(blind=True)
        split.act_as("amina")
        async with drive(split, project) as it:
            await it.press("A")
            await it.settle()
            assert "is blind" in it.text
            assert "lamps" not in it.text.lower()

    async def test_marked_cells_are_found_in_score(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        split.mark("boats", "burden", revote=True)
        split.act_as("amina")
        async with drive(split, project) as it:
            await it.press("m")
            assert it.app.screen.grid.current == "boats"
            assert it.app.screen.grid.criterion.id == "burden"
            assert "vote again" in it.text

    async def test_a_marked_cell_right_below_the_one_just_scored_is_not_passed_over(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        for option in ("lamps", "ferry"):
            split.mark(option, "burden", revote=True)
        split.act_as("amina")
        async with drive(split, project) as it:
            await it.press("m", "4", "m", "5")
            ballot = split.ballot("amina")
            assert [ballot.score(id, "burden") for id in ("lamps", "ferry")] == [4, 5]


async def test_a_score_as_in_the_round_before_is_an_answer(
    drive: Drive, split: Workshop, project: Project
) -> None:
    split.close_round()
    split.open_round()
    split.act_as("amina")
    async with drive(split, project) as it:
        assert it.app.screen.grid.current == "lamps"
        await it.press("1")  # what Amina gave in round 1
        assert split.has_answered("amina")
        assert split.ballot("amina").scores["ferry"] == {"reach": 3, "burden": 1}
        await it.press("u")
        assert not split.has_answered("amina")


async def test_keys_that_do_nothing_say_why(drive: Drive, room: Workshop, project: Project) -> None:
    room.act_as("amina")
    async with drive(room, project) as it:
        await it.press("r", "m", "i")
        assert "for a facilitator to enter" in it.said
        assert "no cell is to be scored again" in it.said
        assert "no score given just now" in it.said


async def test_nobody_sees_the_groups_values_in_score(
    drive: Drive, split: Workshop, project: Project
) -> None:
    split.set_session(blind=True)
    split.close_round()
    split.act_as(None)
    async with drive(split, project) as it:
        assert it.line("1 Put lamps along").endswith("·")
        assert "━" not in it.text


class TestWhoRanksOtherwise:
    async def test_names_only_where_they_are_shown(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        async with drive(split, project) as it:
            await it.press("D")
            await it.settle()
            await it.press("r")
            await it.settle()
            assert "Kendall's tau" in it.text
            assert "ballot 5" in it.text
            assert "Emil" not in it.text
            await it.press("x", "n", "r")
            await it.settle()
            assert "Emil" in it.text


class TestMending:
    COPY = "sessions/room/ballots/round-1/amina.sync-conflict-20261124-101010-ABCDEFG.toml"

    async def test_conflict_copies_are_said_and_taken_in(
        self, drive: Drive, split: Workshop, root: Path
    ) -> None:
        path = root / "sessions/room/ballots/round-1/amina.toml"
        whole = path.read_bytes()
        split.score("lamps", "reach", None, participant="amina")
        split.save()
        (root / self.COPY).write_bytes(whole)
        project = Project.open(root)
        opened = project.workshop("room")
        opened.join("farah")
        async with drive(opened, project) as it:
            assert "1 conflict copy in this session" in it.said
            await it.press("O")
            await it.settle()
            await it.command("take conflict copies in")
            assert "1 conflict copy: what is missing here" in it.text
            assert it.line("amina.sync-conflict").startswith(" 1 cell ")
            assert opened.ballot("amina").score("lamps", "reach") is None
            await it.press("x")
            await it.type("no")
            await it.press("enter")
            await it.settle()
            assert (root / self.COPY).exists()
            await it.command("take conflict copies in")
            await it.press("x")
            await it.type("yes")
            await it.press("enter")
            await it.settle()
            assert "1 cell taken in" in it.said
            assert opened.ballot("amina").score("lamps", "reach") == 1
            assert not (root / self.COPY).exists()

    async def test_a_copy_of_the_session_that_differs_is_put_aside_when_one_says_so(
        self, drive: Drive, split: Workshop, root: Path
    ) -> None:
        path = root / "sessions/room/session.toml"
        before = path.read_bytes()
        split.describe("sponsor", "Port")
        split.describe("mode", "In a room")
        split.save()
        copy = path.with_name("session-LAPTOP.toml")
        copy.write_bytes(path.read_bytes())
        path.write_bytes(before)
        project = Project.open(root)
        opened = project.workshop("room")
        opened.join("farah")
        opened.describe("sponsor", "Council")
        opened.save()
        async with drive(opened, project) as it:
            await it.press("O")
            await it.settle()
            await it.command("take conflict copies in")
            assert "about.mode: nothing" in it.line("takes")
            assert "'Port' in the copy, 'Council'" in it.line("differs")
            await it.press("x")
            await it.type("yes")
            await it.press("enter")
            await it.settle()
            assert "1 key of session and options taken in" in it.said
            assert "1 copy differs: keep what is here" in it.text
            assert opened.session.about == {"sponsor": "Council", "mode": "In a room"}
            assert copy.exists()
            await it.type("yes")
            await it.press("enter")
            await it.settle()
            assert not copy.exists()
            assert opened.session.about["sponsor"] == "Council"

    async def test_a_copy_that_arrives_later_is_said_too(
        self, drive: Drive, split: Workshop, project: Project, root: Path
    ) -> None:
        async with drive(split, project) as it:
            whole = (root / "sessions/room/ballots/round-1/amina.toml").read_bytes()
            (root / self.COPY).write_bytes(whole)
            await it.app.saver.look()
            await it.settle()
            assert "1 conflict copy in this session" in it.said

    async def test_a_damaged_ballot_is_rebuilt(
        self, drive: Drive, split: Workshop, root: Path
    ) -> None:
        path = root / "sessions/room/ballots/round-1/dora.toml"
        path.write_bytes(path.read_bytes()[:70])
        project = Project.open(root)
        opened = project.workshop("room")
        opened.join("farah")
        async with drive(opened, project) as it:
            assert "1 damaged ballot" in it.said
            await it.press("O")
            await it.settle()
            await it.command("rebuild a ballot")
            assert "dora" in it.text
            await it.press("enter")
            await it.settle()
            assert "rebuilt from the history: 6 cells" in it.said
            assert opened.ballot("dora").score("lamps", "reach") == 5

    async def test_a_mailed_ballot_is_shown_then_taken_in(
        self, drive: Drive, split: Workshop, project: Project, root: Path, tmp_path: Path
    ) -> None:
        mail = tmp_path / "amina.toml"
        mail.write_bytes((root / "sessions/room/ballots/round-1/amina.toml").read_bytes())
        split.score("lamps", "reach", None, participant="amina")
        split.score("boats", "reach", 5, participant="amina")
        async with drive(split, project) as it:
            await it.press("O")
            await it.settle()
            await it.command("take a mailed ballot")
            it.app.screen.query_one("#prompt Input").value = str(mail)
            await it.press("enter")
            await it.settle()
            assert "1 cell to take, 1 differ and stay" in it.text
            assert split.ballot("amina").score("lamps", "reach") is None
            await it.type("yes")
            await it.press("enter")
            await it.settle()
            assert split.ballot("amina").score("lamps", "reach") == 1
            assert split.ballot("amina").score("boats", "reach") == 5

    async def test_another_round_is_looked_at(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        split.close_round()
        split.open_round()
        async with drive(split, project) as it:
            await it.press("O")
            await it.settle()
            await it.command("look at another round")
            it.app.screen.query_one("#prompt Input").value = "1"
            await it.press("enter")
            await it.settle()
            assert split.round == 1
            assert "round 1 (closed)" in it.lines[0]

    async def test_words_for_the_report(
        self, drive: Drive, split: Workshop, project: Project
    ) -> None:
        async with drive(split, project) as it:
            await it.press("O")
            await it.settle()
            await it.command("words for the report")
            await it.type("Council")
            await it.press("ctrl+s")
            assert split.session.about == {"sponsor": "Council"}
