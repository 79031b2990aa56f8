"""rank, robustness, portfolio and group.

Values: reach (score - 1) × 25, burden (5 - score) × 25, shares 0.6 and 0.4. Amina: lamps 85,
ferry 70, boats 35; Bilal: lamps 60, ferry 65, boats 30; the group is the mean.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluator.project import Project
from tests.cli.conftest import SCORES, Run, fill


def order(document: dict[str, list[dict[str, object]]]) -> list[object]:
    return [row["option"] for row in document["ranking"]]


def test_the_group_and_one_ballot(scored: Path, run: Run) -> None:
    group = run("rank", "--json").json
    assert order(group) == ["lamps", "ferry", "boats"]
    assert [row["value"] for row in group["ranking"]] == pytest.approx([72.5, 67.5, 32.5])
    assert group["ranking"][0]["contributions"] == pytest.approx({"reach": 37.5, "burden": 35})
    assert group["ranking"][0]["scores"] == {"reach": 3.5, "burden": 1.5}
    assert (group["participant"], group["method"], group["round"]) == (None, "additive", 1)
    one = run("--as", "Bilal", "rank", "--json").json
    assert order(one) == ["ferry", "lamps", "boats"]
    assert one["participant"] == "bilal"


def test_rank_in_words_ends_with_what_would_change_it(scored: Path, run: Run) -> None:
    lines = run("rank").out.splitlines()
    assert lines[0] == "First · round 1 · 2 of 2 ballots · additive"
    assert lines[4].split()[:4] == ["1", "72.5", "3.5", "1.5"]
    assert "stays first unless" in " ".join(lines)


def test_an_open_cell_is_not_ranked_by_a_guess(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {"lamps": (4, 1), "ferry": (5, None), "boats": (2, 3)}})
    rows = {row["option"]: row for row in run("rank", "--json").json["ranking"]}
    ferry = rows["ferry"]
    assert (ferry["rank"], ferry["value"], ferry["complete"]) == (None, None, False)
    assert (ferry["low"], ferry["high"]) == pytest.approx((60, 100))
    assert (ferry["rank_best"], ferry["rank_worst"]) == (1, 2)
    assert rows["lamps"]["rank_worst"] == 2
    out = run("rank").out
    assert "60–100" in out
    assert "still open" in out


def test_equal_values_share_a_rank(root: Path, run: Run) -> None:
    same = {"amina": {"lamps": (4, 2), "ferry": (4, 2), "boats": (1, 5)}}
    fill(Project.open(root), same)
    assert [row["rank"] for row in run("rank", "--json").json["ranking"]] == [1, 1, 3]
    assert "\n1=" in run("rank").out


def test_another_method_has_its_own_scores_and_no_bounds(scored: Path, run: Run) -> None:
    found = run("rank", "--method", "vikor", "--parameter", "v=1", "--json").json
    assert (found["method"], found["parameters"]) == ("vikor", {"v": 1})
    first = found["ranking"][0]
    assert (first["rank"], first["rank_best"], first["rank_worst"]) == (1, 1, 1)
    assert first["value"] == pytest.approx(1)
    assert first["low"] is None
    assert first["contributions"] == {"reach": None, "burden": None}


def test_other_methods_leave_open_options_last(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {"lamps": (4, 1), "ferry": (5, None), "boats": (2, 3)}})
    last = run("rank", "--method", "topsis", "--json").json["ranking"][-1]
    assert last["option"] == "ferry"
    assert (last["rank"], last["rank_best"], last["value"]) == (None, None, None)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--method", "topsys"], "'topsis'"),
        (["--method", "vikor", "--parameter", "w=1"], "Known: v"),
        (["--method", "vikor", "--parameter", "v=many"], "many"),
        (["--method", "vikor", "--parameter", "v"], "NAME=VALUE"),
        (["--set", "frugal"], "frugal"),
    ],
)
def test_unknown_methods_parameters_and_scenarios(
    scored: Path, run: Run, arguments: list[str], said: str
) -> None:
    result = run("rank", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_a_scenario_ranks_with_its_own_weights(scored: Path, run: Run) -> None:
    workshop = Project.open(scored).workshop("first")
    workshop.set_scenario("wide", {"reach": 1, "burden": 0})
    workshop.save()
    found = run("rank", "--set", "wide", "--json").json
    assert found["weights"] == {"reach": 1, "burden": 0}
    assert order(found) == ["ferry", "lamps", "boats"]


def test_robustness(scored: Path, run: Run) -> None:
    """Lamps and ferry are equal where 62.5w + 87.5(1 - w) = 87.5w + 37.5(1 - w): w = 2/3."""
    found = run("robustness", "--draws", "4000", "--json").json
    assert (found["draws"], found["seed"], found["left_out"]) == (4000, 1, [])
    assert found["options"] == ["lamps", "ferry", "boats"]
    assert found["acceptability"]["lamps"][0] == pytest.approx(2 / 3, abs=0.03)
    assert found["acceptability"]["lamps"][0] + found["acceptability"]["ferry"][0] == (
        pytest.approx(1)
    )
    assert found["central_weights"]["boats"] is None
    assert found["confidence"] == {"lamps": None, "ferry": None, "boats": None}
    assert found["crossovers"] == [
        {
            "criterion": "reach",
            "at": pytest.approx(2 / 3),
            "now": pytest.approx(0.6),
            "rises": "ferry",
            "falls": "lamps",
        },
        {
            "criterion": "burden",
            "at": pytest.approx(1 / 3),
            "now": pytest.approx(0.4),
            "rises": "ferry",
            "falls": "lamps",
        },
    ]
    assert found["verdict"] == "fragile"
    flip = found["flips"][0]
    assert (flip["option"], flip["criterion"]) == ("lamps", "reach")
    assert flip["needed"] == pytest.approx(3.5 - 5 / 15)
    assert set(found["dominated"]) == {"boats"}


def test_robustness_with_limits_and_uncertain_scores(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {"lamps": (4, 1), "ferry": (5, None), "boats": (2, 3)}})
    certain = run("robustness", "--draws", "200", "--json").json
    assert certain["left_out"] == ["ferry"]
    gaps = run("robustness", "--draws", "200", "--uncertain", "gaps", "--json").json
    assert gaps["left_out"] == []
    assert gaps["confidence"]["lamps"] is not None
    near = run("robustness", "--draws", "200", "--within", "1", "--json").json
    assert near["acceptability"]["lamps"][0] == 1
    ordered = run("robustness", "--draws", "50", "--order", "burden,reach", "--json").json
    weights = ordered["central_weights"]["lamps"]
    assert weights["burden"] >= weights["reach"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--draws", "0"], "draws"),
        (["--draws", "-5"], "draws"),
        (["--draws", "1000000000000000"], "10,000,000"),
        (["--within", "nan"], "nan"),
        (["--within=-1"], "-1"),
        (["--order", "reach,burdn"], "'burden'"),
        (["--order", "reach,reach"], "twice"),
        (["--uncertain", "gap"], "'gaps'"),
    ],
)
def test_what_robustness_refuses(scored: Path, run: Run, arguments: list[str], said: str) -> None:
    result = run("robustness", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_uncertainty_of_the_group_is_not_asked_of_one_ballot(scored: Path, run: Run) -> None:
    result = run("--as", "amina", "robustness", "--uncertain", "group")
    assert result.status == 2
    assert "--as" in result.err
    assert run("robustness", "--draws", "50", "--uncertain", "group").status == 0


def test_portfolio(scored: Path, run: Run) -> None:
    """Budget 100 of the project: lamps (20) and ferry (60) are worth 72.5 + 67.5."""
    found = run("portfolio", "--json").json
    assert found["chosen"] == ["lamps", "ferry"]
    assert found["value"] == pytest.approx(140)
    assert found["used"] == {"money": 80}
    assert found["budget"] == {"money": 100}
    assert found["core"]["lamps"] == 1
    less = run("portfolio", "--budget", "money=60", "--json").json
    assert less["chosen"] == ["lamps", "boats"]
    assert less["value"] == pytest.approx(105)
    assert "worth 140.0 · money 80 of 100" in run("portfolio").out


@pytest.mark.parametrize(
    ("word", "said"),
    [("money=lots", "lots"), ("money", "budget"), ("mony=3", "'money'"), ("money=-1", "below 0")],
)
def test_bad_budgets(scored: Path, run: Run, word: str, said: str) -> None:
    result = run("portfolio", "--budget", word)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_group(scored: Path, run: Run) -> None:
    """Rank sums 3, 3 and 6: W = 12 × 6 ÷ (4 × 24) = 0.75 (Kendall & Babington Smith 1939)."""
    found = run("group", "--json").json
    assert (found["participants"], found["ballots"]) == (2, 2)
    assert found["kendall_w"] == pytest.approx(0.75)
    cell = found["cells"][0]
    assert (cell["option"], cell["criterion"], cell["n"]) == ("lamps", "reach", 2)
    assert (cell["median"], cell["mean"], cell["iqr"]) == (3.5, 3.5, 0.5)
    assert cell["sd"] == pytest.approx(0.5**0.5)
    assert cell["disagreement"] is None
    assert {topic["option"] for topic in found["agenda"]} <= {"lamps", "ferry", "boats"}
    assert "Kendall's W, 2 ballots): 0.75" in run("group").out


def test_an_unknown_reader_is_answered_with_the_nearest(scored: Path, run: Run) -> None:
    for command in ("rank", "robustness", "portfolio", "group"):
        result = run("--as", "amena", command)
        assert (result.status, result.out) == (2, "")
        assert "'Amina'" in result.err


def test_a_round_that_is_not_there(scored: Path, run: Run) -> None:
    for number in ("0", "2", "-1"):
        result = run("--round", number, "rank")
        assert (result.status, result.out) == (2, "")
        assert f"no round {number}" in result.err


def test_a_broken_ballot_is_never_passed_over(scored: Path, run: Run) -> None:
    path = scored / "sessions/first/ballots/round-1/bilal.toml"
    path.write_text(path.read_text().replace("reach = 3", "reach = 33"))
    group = run("rank")
    assert (group.status, group.out) == (2, "")
    assert "bilal.toml" in group.err
    assert run("--as", "amina", "rank").status == 0
    assert run("--as", "bilal", "rank").status == 2


class TestBlind:
    """A blind round that is not revealed: one ballot for a participant, all for a facilitator."""

    @pytest.fixture(autouse=True)
    def _blind(self, root: Path) -> None:
        fill(Project.open(root), SCORES, blind=True, facilitators=["Dina"])

    @pytest.mark.parametrize("command", ["rank", "robustness", "portfolio", "group"])
    def test_nobody_named_sees_nothing(self, run: Run, command: str) -> None:
        result = run(command, "--json")
        assert (result.status, result.out) == (2, "")
        assert "blind" in result.err

    def test_a_participant_sees_the_own_ballot_alone(self, run: Run) -> None:
        assert order(run("--as", "bilal", "rank", "--json").json)[0] == "ferry"
        assert run("--as", "bilal", "portfolio").status == 0
        assert run("--as", "bilal", "group").status == 2
        hits = run("--as", "bilal", "search", "reach>=4", "--json").json["hits"]
        assert [hit["option"] for hit in hits] == ["ferry"]

    def test_a_facilitator_sees_the_group(self, run: Run) -> None:
        found = run("--as", "dina", "rank", "--json").json
        assert (found["participant"], order(found)[0]) == (None, "lamps")
        assert run("--as", "dina", "group", "--json").json["ballots"] == 2

    def test_once_revealed_all_see_all(self, run: Run) -> None:
        run("sessions", "round", "close")
        assert run("rank").status == 2
        run("sessions", "round", "reveal")
        assert run("rank").status == 0


def test_without_any_score_nothing_is_ranked(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {}})
    found = run("rank", "--json").json["ranking"]
    assert [row["rank"] for row in found] == [None, None, None]
    assert run("rank").status == 0
    assert run("rank", "--method", "topsis", "--json").json["ranking"][0]["value"] is None
    for command in ("robustness", "portfolio"):
        result = run(command)
        assert (result.status, result.out) == (2, "")
        assert "complete" in result.err


def test_a_verdict_needs_two_complete_options(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {"lamps": (4, 1)}})
    found = run("robustness", "--draws", "50", "--uncertain", "gaps", "--json").json
    assert (found["verdict"], found["crossovers"], found["flips"]) == (None, [], [])
    assert run("robustness", "--draws", "50", "--uncertain", "gaps").status == 0


def test_left_out_options_are_named_in_words(root: Path, run: Run) -> None:
    rows = {"lamps": (4, 1), "ferry": (5, 4), "boats": (5, None)}
    fill(Project.open(root), {"amina": rows})
    for command in (["robustness", "--draws", "50"], ["portfolio"]):
        assert "left out, cells without a score: Teach sailing" in run(*command).out


def test_discounted_options_stand_below_with_their_reason(root: Path, run: Run) -> None:
    path = root / "options.toml"
    path.write_text(path.read_text() + 'status = "discounted"\nreason = "Too wet"\n')
    fill(Project.open(root), {"amina": {"lamps": (4, 1), "ferry": (5, 4)}})
    assert "left out: Teach sailing in school (Too wet)" in run("rank").out
    assert len(run("rank", "--json").json["ranking"]) == 2


def test_bounds_of_single_weights_and_criteria_together(scored: Path, run: Run) -> None:
    found = run("robustness", "--draws", "400", "--between", "reach=70:90", "--json").json
    # lamps and ferry are equal where reach weighs 2/3: past it the ferry is always first
    assert found["between"] == {"reach": [70, 90]}
    assert found["acceptability"]["ferry"][0] == 1
    assert 0.7 <= found["central_weights"]["ferry"]["reach"] <= 0.9
    told = run("robustness", "--draws", "50", "--between", "reach=70:90", "--within", "30").out
    assert "Reach between 70 % and 90 %" in told
    assert "weights within 30 points of those in force" in told
    (together,) = run("robustness", "--draws", "50", "--together", "reach", "--json").json[
        "together"
    ]
    assert together["at"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--between", "reach"], "cost=10:40"),
        (["--between", "reach=1:x"], "'x'"),
        (["--between", "reach=60:20"], "lower first"),
        (["--between", "reech=20:60"], "'reech'"),
        (["--between", "reach=0:10", "--between", "burden=0:10"], "no weights keep"),
        (["--together", "reach,burden"], "must leave some out"),
    ],
)
def test_limits_that_make_no_sense(scored: Path, run: Run, arguments: list[str], said: str) -> None:
    result = run("robustness", *arguments)
    assert (result.status, result.out) == (2, "")
    assert said in result.err


def test_too_few_options_is_one_sentence_each(root: Path, run: Run) -> None:
    fill(Project.open(root), {"amina": {}})
    assert "error: no option is complete." in run("robustness").err
    fill_one = ["score", "lamps", "reach", "3"], ["score", "lamps", "burden", "3"]
    for words in fill_one:
        assert run(*words, "--as", "amina").status == 0
    assert "error: only one option is complete." in run("robustness").err


def test_the_only_option_is_compared_with_nothing(root: Path, run: Run) -> None:
    path = root / "options.toml"
    path.write_text(path.read_text().partition("[options.ferry]")[0])
    fill(Project.open(root), {"amina": {"lamps": (4, 1)}})
    for words in ([], ["--uncertain", "gaps"]):
        assert "error: there is only one option." in run("robustness", *words).err
    assert run("rank").status == 0


def test_an_open_option_ahead_of_all_is_told_of(root: Path, run: Run) -> None:
    # reach weighs 60: the boats have 60 already, lamps and ferry 50 each
    rows = {"lamps": (3, 3), "ferry": (3, 3), "boats": (5, None)}
    fill(Project.open(root), {"amina": rows})
    assert [row["rank"] for row in run("rank", "--json").json["ranking"]] == [2, 2, None]
    for command in ("rank", "robustness"):
        told = " ".join(run(command).out.split())
        assert "Teach sailing in school, still open, is ahead" in told
        assert "share first place among the options with every score." in told


def test_portfolio_tells_of_its_baseline_and_what_counts_twice(scored: Path, run: Run) -> None:
    path = scored / "sessions/first/options.toml"
    text = path.read_text().replace('title = "Teach sailing in school"', "reference = true\n\\g<0>")
    path.write_text(text.replace("\\g<0>", 'title = "Teach sailing in school"'))
    found = run("portfolio", "--json").json
    assert found["baseline"] == "boats"
    assert found["value"] == pytest.approx(72.5 + 67.5 - 2 * 32.5)
    # for 20 lamps are worth 40; the ferry costs more and is worth less
    assert found["efficient"] == {"money": ["lamps"]}
    assert "above that of the reference: Teach sailing in school." in run("portfolio").out
    session = scored / "sessions/first/session.toml"
    session.write_text(session.read_text().replace('title = "Burden"', 'title = "Money it takes"'))
    (warning,) = run("portfolio", "--json").json["warnings"]
    assert warning.startswith("Money it takes and the budget of money")
    assert f"note: {warning}" in " ".join(run("portfolio").out.split())


def test_a_methods_parameters_are_frozen_into_the_session(root: Path, run: Run) -> None:
    with (root / "criteria.toml").open("a") as file:
        file.write("\n[methods.vikor]\nv = 0.9\n")
    fill(Project.open(root), SCORES)
    assert "[methods.vikor]\nv = 0.9" in (root / "sessions/first/session.toml").read_text()
    assert run("rank", "--method", "vikor", "--json").json["parameters"] == {"v": 0.9}
    given = run("rank", "--method", "vikor", "--parameter", "v=0.2", "--json").json
    assert given["parameters"] == {"v": 0.2}
