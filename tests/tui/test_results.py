"""Rank, Weights, Robustness, Group and Portfolio: by their keys, on a harbour of three options.

Values: reach 1–5 is 0–100, burden 1–5 is 100–0; they weigh 60 and 40.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.pilot import Pilot

from evaluator.api import likert
from evaluator.meeting import consensus_rule
from evaluator.model import Criterion, Option
from evaluator.progress import step
from evaluator.project import Project
from evaluator.tui import limits
from evaluator.tui.app import EvaluatorApp
from evaluator.tui.scope import Background
from evaluator.tui.widgets.topics import counted
from evaluator.workshop import Workshop

RESULTS = ("rank", "weights", "robustness", "group", "portfolio")


def fill(workshop: Workshop, who: str, **scores: tuple[int | None, int | None]) -> None:
    for option, row in scores.items():
        for criterion, score in zip(("reach", "burden"), row, strict=True):
            if score is not None:
                workshop.score(option, criterion, score, participant=who)


async def settle(pilot: Pilot[int]) -> None:
    """Waits until nothing is computed any more, and what was found is painted."""
    for _ in range(2):
        await pilot.pause()
        running = [worker for worker in pilot.app.workers if worker.group != "look"]
        await pilot.app.workers.wait_for_complete(running)
    await pilot.pause()


@asynccontextmanager
async def showing(
    workshop: Workshop, view: str, project: Project | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[int], Any]]:
    app = EvaluatorApp(workshop, project)
    async with app.run_test(size=size) as pilot:
        app.show_view(view)
        await settle(pilot)
        yield pilot, app.screen


def lines(screen: Any) -> list[str]:
    return [strip.text.rstrip() for strip in screen._compositor.render_strips()]


def line(screen: Any, words: str) -> str:
    return next(text for text in lines(screen) if words in text)


@pytest.fixture
def scored(workshop: Workshop) -> Workshop:
    """Amina: lamps 100, ferry 60·50% + 40·50% = 50, boats the same; nobody else."""
    fill(workshop, "amina", lamps=(5, 1), ferry=(3, 3), boats=(3, 3))
    return workshop


# -- Rank


async def test_rank_shows_order_ties_contributions_and_what_is_left_out(scored: Workshop) -> None:
    scored.edit_option(Option("pier", "Build a pier", status="discounted", reason="Too dear"))
    async with showing(scored, "rank") as (_, screen):
        found = lines(screen)
        assert "round 1 · Amina · first" in found[0]
        first, second, third = (text.split() for text in found[2:5])
        # 60 and 40 of a full bar
        assert (first[0], first[1], first[-2]) == ("▌", "1", "100")
        assert first[-1].count("█") / len(first[-1]) == pytest.approx(0.6, abs=0.03)
        assert first[-1].strip("█").strip("▓") == ""
        assert (second[0], second[-2], third[0]) == ("=2", "50", "=2")
        assert line(screen, "Build a pier").endswith("Too dear")
        assert "left out (1)" in line(screen, "left out")
        assert "1st of 3, 50 points clear of 2nd." in line(screen, "1st of")


async def test_an_option_with_an_open_cell_is_shown_but_not_ranked(workshop: Workshop) -> None:
    fill(workshop, "amina", lamps=(5, 1), ferry=(3, None))
    async with showing(workshop, "rank") as (pilot, screen):
        assert "still open (2)" in line(screen, "still open")
        assert "1–3 Teach sailing" in line(screen, "sailing")
        ferry = line(screen, "night ferry")
        assert "30–70" in ferry
        assert "┄" in ferry
        await pilot.press("down")
        assert "1 of 2 scores missing; somewhere from 30 to 70" in line(screen, "Still open")


async def test_weights_move_live_are_undone_and_reset(scored: Workshop) -> None:
    fill(scored, "amina", ferry=(5, 5))  # reach alone: 60
    async with showing(scored, "rank") as (pilot, screen):
        assert "night ferry" in lines(screen)[3]
        await pilot.press("right_square_bracket", *["greater_than_sign"] * 3)
        assert scored.ballot("amina").weights == {"burden": 43}
        assert "[Burden▓ 43 ━" in line(screen, "weights")
        await pilot.press("u", "minus")
        assert scored.ballot("amina").weights == {"burden": 41}
        # ferry 100 r against boats 50: they swap once reach weighs less than half
        scored.weigh({"burden": 61}, participant="amina")
        await pilot.pause()
        assert "sailing" in lines(screen)[3]
        await pilot.press("equals_sign")
        assert scored.ballot("amina").weights == {}
        assert "night ferry" in lines(screen)[3]


async def test_why_compare_find_and_copy(scored: Workshop) -> None:
    async with showing(scored, "rank") as (pilot, screen):
        await pilot.press("enter")
        assert "Everyone" in line(screen, "Reach   ")
        assert "60.0" in line(screen, "Reach   ")
        await pilot.press("down", "c", "up")
        assert "Against Run a night ferry" in line(screen, "Against")
        assert "+30.0" in line(screen, "Reach   ")  # 60 against 30
        await pilot.press("y")
        assert pilot.app.clipboard.startswith("1. Put lamps along the harbour: 100 (Reach 60.0")
        await pilot.press("slash", *"sail")
        await pilot.pause()
        await pilot.press("enter")
        assert screen.listing.rows == ["boats"]
        await pilot.press("escape")
        assert len(screen.listing.rows) == 3


async def test_whose_ranking_is_shown_and_what_changed_since_the_round_before(
    scored: Workshop,
) -> None:
    fill(scored, "bilal", lamps=(1, 5), ferry=(5, 1), boats=(3, 3))
    scored.close_round()
    scored.open_round()
    fill(scored, "bilal", ferry=(1, 5))
    async with showing(scored, "rank") as (pilot, screen):
        # the group's round 1: ferry 75, lamps and boats 50; round 2 by bilal alone: boats 50
        assert "group 1/2" in lines(screen)[0]
        assert "▲1" in line(screen, "Teach sailing")
        assert "▼2" not in line(screen, "Put lamps")
        await pilot.press("p")
        assert "Amina" in lines(screen)[0]
        await pilot.press("p")
        assert "Bilal" in lines(screen)[0]
        await pilot.press("greater_than_sign")
        assert scored.ballot("bilal").weights == {}  # another one's weights stay


async def test_a_blind_round_shows_ones_own_ranking_alone(project: Project) -> None:
    made = project.begin("Blind", blind=True, participants=["Amina"], facilitators=["Bilal"])
    fill(made, "amina", lamps=(5, 1), ferry=(3, 3))
    fill(made, "bilal", lamps=(1, 5), ferry=(3, 3))
    made.join("amina")
    async with showing(made, "rank") as (pilot, screen):
        await pilot.press("p")
        assert "Amina" in lines(screen)[0]
        assert "100" in line(screen, "lamps along")
        await pilot.press("D")
        await settle(pilot)
        text = "\n".join(lines(pilot.app.screen))
        assert "Round 1 is blind" in text
        assert "◆" not in text
    made.join("bilal")
    async with showing(made, "rank") as (_, screen):
        assert "group 2/2" in lines(screen)[0]


async def test_other_methods_stand_beside_and_can_rank(scored: Workshop) -> None:
    async with showing(scored, "rank", size=(120, 40)) as (pilot, screen):
        assert "TOPSIS" in lines(screen)[2]
        assert lines(screen)[3].split()[-3:] == ["1", "1", "1"]
        seen = []
        for _ in range(6):
            await pilot.press("m")
            await settle(pilot)
            seen.append(screen.method)
        assert seen[-1] == "additive"
        assert {"topsis", "vikor", "promethee", "borda", "wpm"} == set(seen[:-1])


async def test_parameters_and_remarks_of_a_method_are_told(scored: Workshop) -> None:
    fill(scored, "amina", boats=(1, 3))  # the worst level of reach: a product of 0
    async with showing(scored, "rank") as (pilot, screen):
        told = {}
        for _ in range(6):
            await pilot.press("m")
            await settle(pilot)
            told[screen.method] = " ".join(" ".join(lines(screen)).split())
        assert "With normalisation = vector" in told["topsis"]
        assert "With v = 0.5" in told["vikor"]
        assert "an option at the worst level of a criterion with weight gets 0" in told["wpm"]


async def test_rank_is_sorted_by_what_a_criterion_adds(scored: Workshop) -> None:
    # reach adds 60, 30 and 0; burden 40, 20 and 40
    fill(scored, "amina", boats=(1, 1))
    async with showing(scored, "rank") as (pilot, screen):
        assert screen.listing.rows == ["lamps", "ferry", "boats"]
        head = lines(screen)[1]
        await pilot.click("#rows", offset=(head.index("Burden"), 0))
        assert screen.listing.rows == ["lamps", "boats", "ferry"]
        assert lines(screen)[3].split()[0] == "3"  # ranks stay what they are
        await pilot.click("#rows", offset=(head.index("Burden"), 0))
        assert screen.listing.rows == ["ferry", "lamps", "boats"]
        await pilot.click("#rows", offset=(head.index("Burden"), 0))
        assert screen.listing.rows == ["lamps", "ferry", "boats"]
        await pilot.click("#rows", offset=(head.index("OPTION"), 0))
        assert screen.listing.rows == list(scored.option_set.options)
        await pilot.click("#rows", offset=(head.index("VALUE"), 0))
        await pilot.press("right_square_bracket")
        await pilot.pause()
        screen.action_sort()
        assert screen.listing.rows == ["lamps", "boats", "ferry"]
        await pilot.press("m")
        await settle(pilot)
        assert "Burden" not in lines(screen)[1]  # another method adds nothing up


# -- Weights


async def test_swings_are_picked_rated_and_taken_over(scored: Workshop) -> None:
    async with showing(scored, "weights") as (pilot, screen):
        await pilot.press("m", "down")
        assert "Burden: Too much → None" in line(screen, "Burden")
        await pilot.press("enter")  # burden first; reach, the last one, follows
        await pilot.press("down", *["left"] * 5)  # reach 75 of 100
        assert "57 %" in line(screen, "Burden:")  # 100 / 175
        await pilot.press("enter")
        assert scored.ballot("amina").weights == {"burden": 57.1, "reach": 42.9}
        await pilot.press("u")
        assert scored.ballot("amina").weights == {}


async def test_ranks_and_pairs_give_weights(scored: Workshop) -> None:
    async with showing(scored, "weights") as (pilot, screen):
        await pilot.press("m", "m", "enter", "enter")
        assert scored.ballot("amina").weights == {"reach": 75, "burden": 25}  # ROC of two
        await pilot.press("m", "m", "enter", "o", "enter")
        assert scored.ballot("amina").weights == {"reach": 66.7, "burden": 33.3}  # rank sum
        await pilot.press("m", "m", "m", "right", "right", "right")
        assert "Burden 4 ×" in line(screen, "◆")
        assert "Consistency ratio 0.000" in line(screen, "Consistency")
        await pilot.press("enter")
        assert scored.ballot("amina").weights == {"reach": 20, "burden": 80}


async def test_scenarios_are_kept_shown_and_compared(scored: Workshop) -> None:
    fill(scored, "amina", ferry=(5, 5))
    async with showing(scored, "weights") as (pilot, screen):
        await pilot.press("a", *"calm", "enter")
        await pilot.press("z")
        assert "weights: calm" in lines(screen)[0]
        await pilot.press("down", "enter", "end", *["backspace"] * 4, *"90", "enter")
        assert scored.session.scenarios == {"calm": {"reach": 60, "burden": 90}}
        assert scored.ballot("amina").weights == {}
        assert line(screen, "Run a night").split()[-3:] == ["2", "3", "▼1"]
        await pilot.press("R")
        await settle(pilot)
        assert "sailing" in lines(pilot.app.screen)[3]


# -- Robustness


async def test_the_heat_map_follows_scores_and_weights(scored: Workshop) -> None:
    fill(scored, "amina", ferry=(5, 5), boats=(1, 1))  # each best of the two at half of all weights
    async with showing(scored, "robustness") as (pilot, screen):
        lamps = screen._answer.ranks["lamps"]
        assert lamps == (1.0, 0.0, 0.0)
        assert screen._answer.ranks["ferry"][1] == pytest.approx(0.5, abs=0.02)
        assert line(screen, "Put lamps").split()[-3:] == ["100", "·", "·"]
        assert "Robust:" in line(screen, "Robust:")
        await pilot.press("d")
        assert "by #1" in line(screen, "by #1")
        await pilot.press("i")
        await settle(pilot)
        assert "±20" in lines(screen)[0]
        # reach between 40 % and 80 %: the ferry is second in three quarters of that
        assert screen._answer.ranks["ferry"][1] == pytest.approx(0.75, abs=0.02)
        await pilot.press("greater_than_sign")
        await settle(pilot)
        assert screen._answer.question.now.shares == pytest.approx((61 / 101, 40 / 101))
        await pilot.press("right")
        assert "rank 2 in 0.0%" in line(screen, "Top 3")


async def test_robustness_says_what_is_missing(workshop: Workshop) -> None:
    fill(workshop, "amina", lamps=(5, 1))
    async with showing(workshop, "robustness") as (_, screen):
        assert "two options need all 2 scores.   S: score" in line(screen, "Nothing to compare")


async def test_scores_may_vary_too(workshop: Workshop) -> None:
    fill(workshop, "amina", lamps=(5, 1), ferry=(3, None))
    async with showing(workshop, "robustness") as (pilot, screen):
        assert screen._answer is None
        await pilot.press("t")
        await settle(pilot)
        assert "gaps vary" in lines(screen)[0]
        # lamps are at their best on both; a sixth part each of what reaches them ties
        assert screen._answer.verdict is None
        assert screen._answer.ranks["lamps"][0] > 0.9
        assert "(confidence)" in line(screen, "confidence")
        assert "No verdict" in line(screen, "No verdict")
        await pilot.press("f")
        assert "Fewer than two options have every score" in line(screen, "Fewer")
        await pilot.press("t")
        await settle(pilot)
        assert screen._answer is None
    fill(workshop, "bilal", lamps=(1, 5), ferry=(3, 3), boats=(3, 3))
    fill(workshop, "amina", ferry=(3, 3), boats=(3, 3))
    async with showing(workshop, "robustness") as (pilot, screen):
        await pilot.press("t", "t")
        await settle(pilot)
        # half the draws take amina's ballot, lamps first, half bilal's, lamps last
        assert screen._answer.ranks["lamps"] == pytest.approx((0.5, 0, 0.5), abs=0.02)
        await pilot.press("p")  # of one's own ballot only the gaps can vary
        await settle(pilot)
        assert screen._answer.question.uncertain == "gaps"


async def test_limits_are_typed_and_bad_ones_named(scored: Workshop) -> None:
    fill(scored, "amina", ferry=(5, 5), boats=(1, 1))
    async with showing(scored, "robustness") as (pilot, screen):
        await pilot.press("x", *"reach 50-60", "enter")
        await settle(pilot)
        assert "Reach 50–60" in lines(screen)[0]
        assert screen._answer.ranks["ferry"][1] == pytest.approx(1)
        await pilot.press("x", *["backspace"] * 20, *"burden > reach", "enter")
        await settle(pilot)
        assert screen._answer.ranks["ferry"][1] == 0
        await pilot.press("x", *["backspace"] * 20, *"reech 3-5", "enter")
        await settle(pilot)
        assert "no criterion 'reech'" in " ".join(n.message for n in pilot.app._notifications)
        assert screen.limits.order == ("burden", "reach")
        await pilot.press("x", *["backspace"] * 20, "enter")
        await settle(pilot)
        assert screen._answer.question.limits == limits.FREE


async def test_where_the_option_of_the_cursor_is_first(scored: Workshop) -> None:
    # lamps 60 with 80:20 on the two; ferry 100 on reach, 0 on burden: they meet at reach t
    fill(scored, "amina", lamps=(3, 1), ferry=(5, 5), boats=(1, 3))
    async with showing(scored, "robustness", size=(120, 40)) as (pilot, screen):
        # lamps 50 t + 100 (1 - t), ferry 100 t: equal at t = 2/3
        assert "up to 66.67 %" in line(screen, "Reach  up to")
        await pilot.press("down")
        assert "from 66.67 %" in line(screen, "Reach  from")
        await pilot.press("down")
        assert "at no share" in line(screen, "Reach  at")
        await pilot.press("c", *"reach", "enter")
        await pilot.pause()
        assert "Reach at 67 % together (now 60): Run a night" in line(screen, "together (now")


# -- Group


async def test_the_group_sees_where_it_is_split(scored: Workshop) -> None:
    fill(scored, "bilal", lamps=(1, 5), ferry=(3, 3), boats=(3, 4))
    scored.note("lamps", "reach", "Nobody walks there", participant="bilal")
    async with showing(scored, "group") as (pilot, screen):
        # lamps 100 and 0: quartiles 25 and 75
        assert screen.listing.rows[0] == "lamps"
        assert lines(screen)[2].endswith("50 split")
        assert "2 ballots, from 0 to 100." in line(screen, "2 ballots")
        await pilot.press("n")
        assert "Bilal 0 · Amina 100" in line(screen, "Bilal")
        await pilot.press("c")
        assert line(screen, "Reach ").split()[1:6] == ["1█", "·", "·", "·", "1█"]
        assert "“Nobody walks there” – Bilal" in line(screen, "walks")
        await pilot.press("n")
        assert not any("Bilal" in text for text in lines(screen))
        await pilot.press("t")
        assert "#1" in line(screen, "Put lamps along the harbour     ")
        await pilot.press("o", "o")
        assert screen.listing.rows == ["lamps", "ferry", "boats"]


async def test_a_click_on_a_heading_sorts_the_group(scored: Workshop) -> None:
    fill(scored, "bilal", lamps=(1, 5), ferry=(3, 3), boats=(3, 4))
    # spreads 50, 0 and 5; means 50, 50 and 45
    async with showing(scored, "group") as (pilot, screen):
        head = lines(screen)[1]
        assert screen.listing.rows == ["lamps", "boats", "ferry"]
        await pilot.click("#rows", offset=(head.index("most split"), 0))
        assert screen.listing.rows == ["lamps", "ferry", "boats"]
        assert "in file order" in lines(screen)[1]
        await pilot.click("#rows", offset=(head.index("SPREAD"), 0))
        assert screen.listing.rows == ["lamps", "boats", "ferry"]
        await pilot.click("#rows", offset=(head.index("50"), 0))
        assert "in order of rank" in lines(screen)[1]


async def test_another_rule_of_consensus_is_told(project: Project) -> None:
    rule = consensus_rule("share=0.8")
    made = project.begin("Shares", participants=["Amina", "Bilal"], consensus=rule)
    fill(made, "amina", lamps=(5, 1), ferry=(3, 3), boats=(3, 3))
    fill(made, "bilal", lamps=(1, 1), ferry=(3, 3), boats=(3, 3))
    made.join("amina")
    async with showing(made, "group") as (pilot, screen):
        await pilot.press("c")
        # one of two, 50 %, chose the same
        assert line(screen, "Reach ").endswith("≠")
        assert not line(screen, "Burden ").endswith("≠")
        assert "IPR" not in line(screen, "SCORES GIVEN")
        assert "at least 80" in " ".join(lines(screen))


def test_scores_are_counted_by_level_or_by_fifth() -> None:
    levels = Criterion("a", "A", "How?", "higher", levels=likert("Low", "Some", "High"))
    found = counted(levels, [1, 2.4, 2.6, 3])
    assert [(each.words, each.number) for each in found] == [
        ("1 Low", 1),
        ("2 Some", 1),
        ("3 High", 2),
    ]
    measured = Criterion("b", "B", "How long?", "lower", scale=(0, 50), unit="km")
    found = counted(measured, [0, 9.9, 10, 50])
    assert [(each.label, each.words, each.number) for each in found] == [
        ("0", "0–10", 2),
        ("10", "10–20", 1),
        ("20", "20–30", 0),
        ("30", "30–40", 0),
        ("40", "40–50", 1),
    ]


async def test_figures_stand_below_the_counts_where_there_is_no_room_beside(
    scored: Workshop,
) -> None:
    fill(scored, "bilal", lamps=(1, 5), ferry=(3, 3), boats=(3, 4))
    async with showing(scored, "group", size=(64, 40)) as (pilot, screen):
        await pilot.press("c")
        found = lines(screen)
        at = next(n for n, text in enumerate(found) if text.startswith(" Reach"))
        assert "1█  ·   ·   ·   1█" in found[at]
        # of 1 and 5: sd √8
        assert "n = 2, median 3, mean 3, half 2, sd 2.83" in found[at + 1]


# -- finding


async def test_what_is_contested_is_found_where_it_may_be_seen(project: Project) -> None:
    # five ballots, the fewest by which a disagreement is told
    people = ["amina", "bilal", "chidi", "dora", "emil"]
    made = project.begin("Open", participants=people)
    for n, who in enumerate(people):
        fill(made, who, lamps=((1, 1, 5, 5, 5)[n], 1), ferry=(3, 3), boats=(3, 3))
    made.join("amina")
    async with showing(made, "group") as (pilot, screen):
        await pilot.press("slash", *"is:contested")
        await settle(pilot)
        assert screen.hits == ["lamps"]
        assert "1 of 3" in "\n".join(lines(screen))


async def test_what_is_contested_stays_hidden_in_a_blind_round(project: Project) -> None:
    people = ["amina", "bilal", "chidi", "dora", "emil"]
    made = project.begin("Blind", blind=True, participants=people, facilitators=["zoe"])
    for n, who in enumerate(people):
        fill(made, who, lamps=((1, 1, 1, 5, 5)[n], 1), ferry=(3, 3), boats=(3, 3))
    made.join("amina")
    async with showing(made, "rank") as (pilot, screen):
        await pilot.press("slash", *"is:contested")
        await settle(pilot)
        assert screen.hits == []
        await pilot.press("escape")
        made.act_as("zoe")
        await pilot.press("slash", *"is:contested")
        await settle(pilot)
        assert screen.hits == ["lamps"]


async def test_a_word_that_finds_nothing_becomes_a_keyword(scored: Workshop) -> None:
    async with showing(scored, "rank") as (pilot, screen):
        await pilot.press("down", "slash", *"lantern", "enter")
        await pilot.pause()
        assert (
            "Nothing found.   esc: show all   e: “lantern” as a keyword of #2" in lines(screen)[2]
        )
        await pilot.press("e")
        await pilot.pause()
        await pilot.press("ctrl+s")
        await settle(pilot)
        assert scored.option("ferry").keywords == ("lantern",)
        assert screen.listing.rows == ["ferry"]
        await pilot.press("u")
        assert scored.option("ferry").keywords == ()


async def test_a_filter_that_finds_nothing_is_no_keyword(scored: Workshop) -> None:
    async with showing(scored, "rank") as (pilot, screen):
        await pilot.press("slash", *"lantern reach<1", "enter")
        await pilot.pause()
        assert "as a keyword" not in lines(screen)[2]


# -- Portfolio


async def test_the_best_set_follows_budgets_and_rules(scored: Workshop) -> None:
    # worth 100, 50, 50; money 20, 60, 40; the budget is 100: lamps and one of the others
    async with showing(scored, "portfolio") as (pilot, screen):
        assert "worth 150.0" in lines(screen)[0]
        assert "chosen (2)" in line(screen, "chosen")
        await pilot.press("enter", "end", *["backspace"] * 3, *"120", "enter")
        await settle(pilot)
        assert scored.session.portfolio == {"budget": {"money": 120}}
        assert "worth 200.0" in lines(screen)[0]
        assert "money 120 of 120" in line(screen, "budget")
        await pilot.press("space", "space")  # lamps: must, then must not
        await settle(pilot)
        assert scored.session.portfolio["must-not"] == ["lamps"]
        assert "worth 100.0" in lines(screen)[0]
        await pilot.press("u", "u", "u")
        await settle(pilot)
        assert "worth 150.0" in lines(screen)[0]


async def test_rules_are_changed_and_told_and_what_gives_most(scored: Workshop) -> None:
    ferry = msgspec.structs.replace(scored.option("ferry"), tags=("safety",))
    scored.edit_option(ferry)
    async with showing(scored, "portfolio") as (pilot, screen):
        before = dict(scored.session.portfolio)
        await pilot.press("t", *["backspace"] * 20, *"safety = 1", "enter")
        await settle(pilot)
        # lamps and ferry were as good as lamps and boats; now only the latter keeps the rule
        assert scored.session.portfolio["at-most"] == {"safety": 1}
        assert set(screen._answer.best.chosen) == {"lamps", "boats"}
        await pilot.press("f")
        assert "at most 1 of those tagged “safety”" in line(screen, "at most 1 of those")
        await pilot.press("tab", *["down"] * 20)
        # lamps cost least and are worth most
        text = "\n".join(lines(screen))
        assert "money: Put lamps along the harbour (20: 100.0)" in text
        assert "no option is marked as the reference" in text
        await pilot.press("t", *["backspace"] * 20, *"saftey = 1", "enter")
        await settle(pilot)
        assert "did you mean 'safety'?" in " ".join(n.message for n in pilot.app._notifications)
        await pilot.press("u")
        assert scored.session.portfolio == before


async def test_clashing_rules_are_named_in_the_view(scored: Workshop) -> None:
    scored.set_session(portfolio={"budget": {"money": 10}, "must": ["ferry"]})
    async with showing(scored, "portfolio") as (_, screen):
        assert "must uses 60 money with all it requires" in line(screen, "must uses")
        assert "take an option out of must" in " ".join(lines(screen))


# -- all of them


@pytest.mark.parametrize("size", [(120, 40), (40, 10)])
async def test_nasty_texts_are_only_text(scored: Workshop, size: tuple[int, int]) -> None:
    nasty = "[/] [@click=app.quit]x[/] $x \x1b[31m\u202e日本"
    lamps = msgspec.structs.replace(scored.option("lamps"), title=nasty, text=nasty, summary=nasty)
    scored.edit_option(lamps)
    scored.note("lamps", "option", nasty, participant="amina")
    scored.set_scenario(nasty.strip("\x1b"), {"reach": 1})
    fill(scored, "bilal", lamps=(1, 5), ferry=(3, 3), boats=(3, 4))
    app = EvaluatorApp(scored)
    async with app.run_test(size=size) as pilot:
        for view in RESULTS:
            app.show_view(view)
            await settle(pilot)
            await pilot.press("enter", "escape", "tab", "down", "y")
            await settle(pilot)
            text = "".join(lines(app.screen))
            assert not set(text) & {"\x1b", "\u202e"}
            assert view == "weights" or "[/] [@" in text
        assert app.is_running


def test_numpy_is_loaded_by_no_view() -> None:
    modules = ", ".join(f"evaluator.tui.screens.{name}" for name in RESULTS)
    code = f"import sys, evaluator.tui.app, {modules}; sys.exit('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


async def test_a_newer_computation_cancels_the_one_before() -> None:
    class Node:
        def __init__(self) -> None:
            self.tasks: list[asyncio.Task[None]] = []

        def run_worker(self, work: Any, **_: Any) -> None:
            self.tasks.append(asyncio.ensure_future(work()))

    node, found, running = Node(), [], threading.Event()
    background = Background(node, "test")  # type: ignore[arg-type]

    def endless(progress: Any) -> str:
        while True:
            step(progress, 1, 2)
            running.set()

    background.start(endless, found.append, pytest.fail)
    await asyncio.to_thread(running.wait)
    background.start(lambda _: "the second", found.append, pytest.fail)
    await asyncio.gather(*node.tasks)
    assert found == ["the second"]
    assert not background.busy
