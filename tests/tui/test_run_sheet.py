"""The run sheet of `docs/how-to/run-a-workshop.md`, walked through by its keys, row by row.

Twelve people on a harbour of three options. Reach weighs 60 and its scores 1–5 are worth 0–100;
burden weighs 40 and its scores 1–5 are worth 100–0. In round 1 all agree but on the reach of the
lamps, which one half scores 1 and the other 5:

    lamps  reach 1 or 5 (0 or 100, mean 50), burden 2 (75):  0.6 × 50 + 0.4 × 75 = 60
    ferry  reach 4 (75), burden 3 (50):                      0.6 × 75 + 0.4 × 50 = 65
    boats  reach 2 (25), burden 1 (100):                     0.6 × 25 + 0.4 × 100 = 55
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.widgets import Input

from evaluator.project import Project
from evaluator.store.folder import SessionFolder
from evaluator.store.pack import pack
from evaluator.workshop import Workshop
from tests.tui.conftest import Drive, Driver

LOW = ["Amina", "Bilal", "Chidi", "Dora", "Emil", "Farah"]
HIGH = ["Goran", "Hina", "Ivan", "Jun", "Karim"]
LATE = "Mona"  # comes late, and has an interest in the boats
# The room's votes, a line a cell, in the order of the people; Bilal abstains on one.
VOTES = {
    "reach": ["1 1 1 1 1 1 5 5 5 5 5 5", "4 4 4 4 4 4 4 4 4 4 4 4", "2 2 2 2 2 2 2 2 2 2 2 ."],
    "burden": ["2 2 2 2 2 2 2 2 2 2 2 2", "3 - 3 3 3 3 3 3 3 3 3 3", "1 1 1 1 1 1 1 1 1 1 1 ."],
}


class Room:
    """The app, and the workshop that is open in it, as its facilitator goes through the sheet."""

    def __init__(self, it: Driver) -> None:
        self.it = it

    @property
    def workshop(self) -> Workshop:
        found = self.it.app.workshop
        assert found is not None
        return found

    async def press(self, *keys: str) -> None:
        await self.it.press(*keys)

    async def view(self, key: str) -> None:
        await self.it.press(key)
        await self.it.settle()

    async def answer(self, text: str) -> None:
        """Fills the open line, and takes it."""
        self.it.app.screen.query_one("#prompt Input", Input).value = text
        await self.it.press("enter")
        await self.it.settle()

    async def form(self, **fields: str) -> None:
        """Fills the open form, and keeps it."""
        for name, text in fields.items():
            self.it.app.screen.query_one(f"#field-{name}").value = text  # type: ignore[attr-defined]
        await self.it.press("ctrl+s")
        await self.it.settle()

    async def note(self, text: str) -> None:
        """Types into the open note, and keeps it."""
        await self.it.type(text)
        await self.it.press("enter")

    async def pass_to(self, name: str) -> None:
        """`O`, `p`, a name: they have the keyboard, in Score, on the first cell."""
        await self.view("O")
        await self.it.press("p")
        await self.answer(name)
        await self.it.press("g", "left", "left")
        assert f" · {name} · " in self.it.lines[0]

    def values(self, *titles: str) -> list[str]:
        """The values that Rank shows of these options."""
        return [self.it.line(title).split()[-2] for title in titles]

    def row(self, words: str) -> str:
        """The first line that holds these words, its parts one space apart."""
        return " ".join(self.it.line(words).split())

    def below(self, words: str) -> str:
        """What stands under the list from these words on, as one line."""
        said = " ".join(" ".join(self.it.lines).split())
        return said[said.index(words) :] if words in said else ""


async def test_three_hours_by_keyboard(drive: Drive, project: Project, root: Path) -> None:
    before = project.begin("Before")
    before.join("Zoe")
    async with drive(before, project) as it:
        room = Room(it)
        await welcome(room)
        await one_option_together(room)
        await round_1(room)
        await weights(room)
        await close_and_reveal(room)
        await talk(room)
        await round_2(room)
        await results(room)
        await dissent_and_report(room, project, root)


async def welcome(room: Room) -> None:
    """Minutes 0–15: a session, who takes part, what reports name, who steps back."""
    await room.view("O")
    await room.press("insert")
    people = ";".join([*LOW, *HIGH])
    await room.form(title="Screening", people=people, facilitator="Zoe", blind="yes")
    workshop = room.workshop
    assert workshop.session.blind
    await room.view("O")
    await room.press("plus")
    await room.form(name=LATE, organisation="Council", interest="sells boats")
    assert list(workshop.session.participants)[-2:] == ["zoe", "mona"]
    assert len(workshop.voters) == 12
    await room.it.command("reports name nobody")
    assert workshop.session.anonymous
    await room.press("u")
    assert not workshop.session.anonymous
    await room.pass_to(LATE)
    await room.press("down", "down")
    await room.it.command("step back")
    await room.answer("sells boats")
    assert workshop.ballot("mona").recused == {"boats": "sells boats"}
    assert workshop.progress("mona") == (2, 6)


async def one_option_together(room: Room) -> None:
    """Minutes 15–30: what the levels mean; a score aloud, and back."""
    await room.pass_to("Zoe")
    assert "1 Hardly anyone · 2 Few · 3 Some · 4 Many · 5 Everyone" in room.it.text
    await room.press("3", "u")
    assert room.workshop.ballot("zoe").scores == {}


async def round_1(room: Room) -> None:
    """Minutes 30–60: one line a cell for the whole room; then what goes with a score."""
    workshop = room.workshop
    for lines in VOTES.values():
        for line in lines:
            await room.press("r")
            assert "Ami Bil Chi Dor Emi Far Gor Hin Iva Jun Kar Mon" in room.it.text
            await room.answer(line)
        await room.press("g", "right")
    assert all(workshop.progress(key) == (6, 6) for key in workshop.voters)
    await room.press("u")
    assert workshop.ballot("amina").score("boats", "burden") is None
    await room.pass_to("Amina")
    await room.press("n", "1")  # her gap; digits score
    await room.pass_to("Zoe")
    await room.press("right", "G", "r")
    await room.answer(VOTES["burden"][2])
    await room.pass_to("Amina")
    await room.it.command("lowest and highest")
    await room.answer("1 2")
    await room.it.command("how sure")
    await room.answer("70")
    await room.press("w")
    await room.note("dark there")
    ballot = workshop.ballot("amina")
    assert ballot.ranges == {"lamps": {"reach": (1, 2)}}
    assert ballot.confidence == {"lamps": {"reach": 0.7}}
    assert ballot.notes == {"lamps": {"reach": "dark there"}}
    # blind: her own order, and of the others no more than how many ballots are in
    await room.view("A")
    assert "Round 1 is blind" in room.it.text
    await room.view("D")
    assert "Round 1 is blind" in room.it.text
    await room.view("R")
    assert " · Amina · " in room.it.lines[0]
    # lamps 0.6 × 0 + 0.4 × 75, ferry and boats as above
    assert room.values("Put lamps", "Run a", "Teach") == ["30", "65", "55"]


async def weights(room: Room) -> None:
    """Minutes 60–75: one pushes a weight, one rates swings; the group's stay."""
    workshop = room.workshop
    await room.view("W")
    await room.press(*["greater_than_sign"] * 20)
    assert workshop.ballot("amina").weights == {"reach": 80}
    assert workshop.shares("amina")["reach"] == pytest.approx(80 / 120)
    await room.pass_to("Bilal")
    await room.view("W")
    await room.press("m", "down", "enter", "enter")  # burden first, reach follows: both 100
    assert "every swing is worth 100" in room.it.said
    assert workshop.ballot("bilal").weights == {}
    await room.press("down", *["left"] * 10, "enter")  # reach half as much
    assert workshop.ballot("bilal").weights == {"burden": 66.7, "reach": 33.3}
    assert workshop.session.weights == {"reach": 60, "burden": 40}


async def close(room: Room) -> None:
    """`O`, `c`, `r`, by the facilitator."""
    await room.pass_to("Zoe")
    await room.view("O")
    assert "c close" in room.it.lines[-1]
    await room.press("c")
    rounds = room.workshop.session.rounds
    assert rounds[len(rounds)].state == "closed"
    assert "r reveal" in room.it.lines[-1]
    await room.press("r")
    assert room.workshop.session.rounds[len(rounds)].state == "revealed"


async def close_and_reveal(room: Room) -> None:
    """Minutes 75–90: the spread of each option, the scores by criterion, how far people agree."""
    await close(room)
    await room.view("W")
    # the mean of 66.7 % and 33.3 % for reach
    assert "people's own, mean" in room.it.text
    assert room.it.line("Reach").split()[-2] == "50.0%"
    await room.view("D")
    # overall values of the lamps: six times 30 (0.4 × 75), six times 90; quartiles 30 and 90
    await room.press("g")
    assert room.it.lines[2].split()[-2:] == ["60", "split"]
    assert "12 ballots, from 30 to 90." in room.it.text
    assert "split (over 20) 1 · mixed 0 · close 2" in room.it.text
    await room.press("c")
    # scores 1 and 5, six each: sd = √(12 × 2² / 11) = 2.09; on nine points the 30th and 70th
    # percentile are 1 and 9: IPR 8, and IPRAS = 2.35 + 1.5 × |5 − 5|
    assert room.row("Reach ") == "Reach 6█ · · · 6█ 12 3 3 4 2.09 8 2.35 ≠"
    # eleven answers, as one stepped back; all the same: IPRAS = 2.35 + 1.5 × |5 − 1|
    await room.press("G")
    assert room.it.app.screen.listing.current == "boats"
    assert room.row("Burden ") == "Burden 11█ · · · · 11 1 1 0 0 0 8.35"
    await room.press("s")
    # ten whole ballots: five put ferry, boats, lamps in this order, five lamps, ferry, boats:
    # rank sums 15, 25, 20; W = 12 × 50 / (10² × (3³ − 3)) = 0.25
    agreement = room.below("Round 1:")
    assert "Kendall's W 0.25 over 10 ballots (weak agreement)" in agreement
    assert "disagreement in 1 of 6 cells" in agreement
    # points: ferry 5 × 2 + 5 × 1 of 10 × 2; ferry against lamps 5 : 5
    assert "n = 10: most points by Borda's count for Run a night ferry" in agreement
    assert "15 of 20. No option wins against every other one (Condorcet)" in agreement
    # all gave the same scores on burden: 12 + 11 + 11 of them
    await room.press("tab", *["down"] * 9)
    assert room.it.line("Burden ").split()[1:3] == ["1.00", "34"]
    await room.press("tab", "s", "n", "g")
    assert "Amina 30" in room.it.text
    assert "Goran 90" in room.it.text
    await room.press("n")
    # Bilal's order of the two that he scored whole: boats 0.333 × 25 + 0.667 × 100 = 75, lamps
    # 0.667 × 75 = 50; the group's is the other way round
    await room.press("r")
    await room.it.settle()
    first = room.it.line("n = 2")
    assert "-1.00" in first
    assert "Teach sailing" in first
    assert "Bilal" not in room.it.text
    await room.press("x")


async def talk(room: Room) -> None:
    """Minutes 90–140: one cell, large, with the clock; a note, a mark, settled."""
    workshop = room.workshop
    await room.view("A")
    # weight 0.6 × spread 100; the next option is 5 points away
    assert room.row("Put lamps").endswith(" 6 0 6 60 ≠↕")
    assert "n = 12: disagreement, IPR 8 > IPRAS 2.35" in room.it.text
    await room.view("b")
    assert "PUT LAMPS ALONG THE HARBOUR" in room.it.text
    assert room.it.line("1 Hardly anyone").split()[-1] == "6"
    assert room.it.line("5 Everyone").split()[-1] == "6"
    assert "median 3 · 12 scores" in room.it.text
    assert not any(name in room.it.text for name in (*LOW, *HIGH, LATE, "Zoe"))
    await room.press("plus", "t")
    assert "▶ " in room.it.lines[0]
    await room.press("t", "w")
    await room.note("quay only")
    await room.press("space")
    assert "· settled" in room.it.line("median 3")
    assert "1 of 1 settled" in room.it.lines[0]
    await room.press("u", "r")
    assert "· vote again" in room.it.line("median 3")
    assert workshop.revotes() == (("lamps", "reach"),)
    await room.view("b")
    assert "Discussion: quay only" in room.it.text


async def round_2(room: Room) -> None:
    """Minutes 140–160: four move from 5 to 2, one says why he stands alone, the others stay."""
    workshop = room.workshop
    await room.view("O")
    assert "n next round" in room.it.lines[-1]
    await room.press("n")
    for name in HIGH[:4]:
        await room.pass_to(name)
        await room.press("m")
        assert "vote again" in room.it.text
        await room.press("2")
    await room.it.command("what I changed")
    assert "from round 1 to round 2: 1 score" in room.it.text
    assert "5 → 2" in room.it.text
    await room.press("x")
    await room.pass_to("Karim")
    await room.press("down", "1")
    assert "outside the middle half, 4 to 4 of 12 scores: i says why" in room.it.said
    await room.press("i")
    await room.note("no pier there")
    await room.press("up")
    await room.it.command("dissent on")
    await room.note("too far")
    assert workshop.ballot("karim").notes == {"ferry": {"reach": "no pier there"}}
    assert workshop.ballot("karim").dissent == {"ferry": "too far"}
    await room.pass_to("Emil")
    await room.press("m", "1")  # the score of the round before: an answer too
    for name in ("Amina", "Bilal", "Chidi", "Dora", "Farah", LATE):
        await room.pass_to(name)
        await room.it.command("keep all scores")
    assert all(map(workshop.has_answered, workshop.voters))


async def results(room: Room) -> None:
    """Minutes 160–175: ranking, robustness, portfolio, what moved; mean or median."""
    workshop = room.workshop
    await close(room)
    # reach of the lamps: six 0, four 25, two 100, mean 25; of the ferry 11 × 75 / 12 = 68.75
    await room.view("R")
    await room.press("g")
    found = {row.option: row.value for row in workshop.ranking().rows}
    assert found == pytest.approx({"ferry": 61.25, "boats": 55, "lamps": 45})
    assert room.values("Run a", "Teach", "Put lamps") == ["61", "55", "45"]
    assert "▲1" in room.it.line("Teach")
    assert "▼1" in room.it.line("Put lamps")
    # ferry and boats draw level where 68.75 w + 50 (1 − w) = 25 w + 100 (1 − w): w = 53.3 %
    assert "Loses first place if Reach weighs under 53 % (now 60)" in room.it.text
    await room.view("B")
    shares = room.it.app.screen._answer.ranks["ferry"]
    assert shares[0] == pytest.approx(1 - 50 / 93.75, abs=0.02)
    await room.press("d")
    assert "by #2" in room.it.line("by #")  # boats never do worse than lamps
    # money 60 + 40 of 100: 61.25 + 55
    await room.view("P")
    assert "worth 116.3" in room.it.lines[0]
    assert "chosen (2)" in room.it.text
    await room.press("G", "space")  # lamps must be in: 45 + 61.25 for 80 of 100
    await room.it.settle()
    assert "worth 106.3" in room.it.lines[0]
    await room.press("u")
    # of five scores that moved four came nearer to the median of lamps' reach, 3
    await room.view("D")
    await room.press("s")
    said = room.below("From round 1 to 2:")
    assert "5 of 12 who answered both changed 5 scores, 4 towards the earlier median" in said
    assert "Ranks: #3 3 → 2, #1 2 → 3." in said
    # the median of the values: reach of the lamps (0 + 25) / 2, of the ferry 75
    await room.view("O")
    await room.it.command("group by median")
    await room.view("R")
    found = {row.option: row.value for row in workshop.ranking().rows}
    assert found == pytest.approx({"ferry": 65, "boats": 55, "lamps": 37.5})
    assert room.values("Run a", "Put lamps") == ["65", "38"]


async def dissent_and_report(room: Room, project: Project, root: Path) -> None:
    """Minutes 175–180: a minority statement, words for the report, the report, its digest."""
    await room.pass_to("Karim")
    await room.view("O")
    await room.it.command("minority statement")
    await room.note("costs first")
    assert room.workshop.session.dissent == {"karim": "costs first"}
    await room.pass_to("Zoe")
    await room.view("O")
    await room.it.command("words for the report")
    await room.it.type("Harbour board")
    await room.press("ctrl+s")
    await room.it.settle()
    await room.view("X")
    rows = room.it.app.screen.listing.rows
    await room.press("g", *["down"] * rows.index("report"), "enter")
    path = root / "r.md"
    await room.answer(str(path))
    text = path.read_text(encoding="utf-8")
    for words in (
        "quay only", "dark there", "too far", "costs first", "Harbour board", "sells boats",
    ):  # fmt: skip
        assert words in text
    digest = re.search(r"Digest of the session \| ([0-9a-f]{16}) \|", text)
    assert digest is not None
    folder = SessionFolder(project.sessions_folder / room.workshop.id, project.root)
    assert digest[1] == pack(folder)["end"]["digest"]


async def test_the_keyboard_goes_round_without_showing_another_ballot(
    drive: Drive, project: Project
) -> None:
    made = project.begin("Room", blind=True, participants=["Amina", "Bilal"])
    made.join("Amina")
    async with drive(made, project) as it:
        room = Room(it)
        await room.press("5", "up", "w")
        await room.note("only mine")
        assert "only mine" in it.text
        await room.view("O")
        await room.press("p")
        await room.answer("Bilal")
        assert " · Bilal · " in it.lines[0]
        assert "0 of 6" in it.lines[0]
        assert "only mine" not in it.text
        await room.press("slash")
        await it.type("note:mine")
        await it.settle()
        assert it.app.screen.hits == []
