"""The report of a workshop: what it must tell, whom it must not name, what nobody may run in it."""

from __future__ import annotations

import html.parser
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt

from evaluator.api import Report
from evaluator.model import Participant
from evaluator.project import Project
from evaluator.report import build
from evaluator.workshop import Workshop
from evaluator.writers import markdown
from evaluator.writers.appendix import ABOUT
from evaluator.writers.report import write_html, write_markdown

HOSTILE = "<script>alert(1)</script> <img src=x onerror=y> [a](javascript:b) | *x* `y`"


@pytest.fixture
def panel(root: Path) -> Workshop:
    """Two rounds of five people, with all that a report may tell."""
    project = Project.open(root)
    made = project.begin("Panel", blind=True, participants=list("ABCDE"), facilitators=["Farah"])
    made.set_participant("a", Participant("Amina", organisation="Port office", expertise="ferries"))
    made.act_as("farah")
    for option, reach, burden in (
        ("lamps", "5 5 4 1 1", "2 2 3 2 2"),
        ("ferry", "4 4 4 4 4", "4 5 4 4 -"),
        ("boats", "2 1 2 3 2", "3 3 3 3 3"),
    ):
        made.score_room(option, "reach", reach)
        made.score_room(option, "burden", burden)
    made.note("lamps", "reach", f"Dark quay {HOSTILE}", participant="a")
    made.note("lamps", "reach", "Nobody walks there", participant="d")
    made.recuse("boats", "Runs the sailing school", participant="e")
    made.close_round()
    made.reveal_round()
    made.mark("lamps", "reach", note="The quay, not the hill", revote=True)
    made.open_round()
    for who in "abc":
        made.act_as(who)
        made.keep_all()
    made.score("lamps", "reach", 4, participant="d")
    made.dissent("lamps", "Light pollution was not weighed", participant="d")
    made.act_as("farah")
    made.close_round()
    made.reveal_round()
    made.state_minority("e", "The question was the wrong one")
    made.describe("sponsor", "The harbour council")
    made.save()
    return made


Told = Callable[..., Report]


@pytest.fixture
def told(panel: Workshop, root: Path) -> Told:
    def made(as_: str | None = "farah", **session: object) -> Report:
        if session:
            panel.set_session(**session)
            panel.save()
        return build(Project.open(root), panel, panel.ranking(), as_=as_)

    return made


def lines(report: Report) -> list[str]:
    return [re.sub(r"\\(.)", r"\1", line) for line in write_markdown(report).decode().splitlines()]


def row(found: list[str], first: str) -> str:
    return next(line for line in found if line.startswith(f"| {first} |"))


def test_all_its_parts_are_there_in_order(told: Told) -> None:
    heads = [line[3:] for line in lines(told()) if line.startswith("## ")]
    # nobody who answered round 2 abstained or stepped back, so of that there is no word
    assert heads == [
        "Panel", "Method and rounds", "Criteria", "Ranking", "Agreement",
        "Where judgements differ, with the arguments", "Changes between rounds",
        "Who would rank otherwise", "Dissent", "How firm the first place is", "Appendix: methods",
    ]  # fmt: skip


def test_recusals_and_abstentions_in_the_round_in_view(told: Told, panel: Workshop) -> None:
    panel.look_at_round(1)
    found = lines(told())
    assert "- E stepped back from Teach sailing in school: Runs the sailing school" in found
    assert "- Run a night ferry to the island, Burden: 1" in found
    assert "- Teach sailing in school, Reach: 1" in found


def test_response_agreement_and_changes(told: Told) -> None:
    found = lines(told())
    # e recused from boats (2 cells), and abstained on the burden of the ferry
    rounds_ = [line for line in found if line.startswith(("| 1 |", "| 2 |"))]
    assert rounds_[0].endswith("| 5 of 5 | 100 % | 3 |")
    assert rounds_[1].endswith("| 4 of 5 | 80 % | 0 |")
    said = next(line for line in found if line.startswith("From round 1 to round 2"))
    assert "1 of 4 people who answered both changed 1 score, 1 of these towards" in said
    assert "1 did not answer again" in said


def test_the_orders_taken_as_votes(told: Told) -> None:
    group = told().analyses["group"]
    # own orders by the session's weights: a and b lamps, ferry, boats; c and d the same
    assert group["borda"] == {
        "points": {"lamps": 8.0, "ferry": 4.0, "boats": 0.0},
        "wins": {"lamps": 2, "ferry": 1, "boats": 0},
        "condorcet": "lamps",
        "n": 4,
    }
    assert group["alpha_n"] == {"reach": 12, "burden": 12}
    # burden, rows of options: 2 2 3 2, 4 5 4 4, 3 3 3 3
    assert group["icc"]["burden"]["n"] == 3
    assert group["icc"]["burden"]["judges"] == 4
    said = next(line for line in lines(told()) if line.startswith("Taken as votes, 4 ballots"))
    assert "8, for Put lamps along the harbour" in said
    assert "wins against every other option" in said


def test_the_arguments_stand_with_their_scores(told: Told) -> None:
    found = lines(told())
    at = found.index("### Put lamps along the harbour — Reach")
    part = found[at : at + 8]
    # round 2: 5 5 4 4, median 4.5, quartiles 4 and 5
    assert "Median 4.5, interquartile range 1, n = 4: too few to tell." in part[2]
    assert "- Discussion: The quay, not the hill" in part
    assert "- Marked for another vote." in part
    assert "- D (4): Nobody walks there" in part
    assert any(line.startswith("- Amina (5): Dark quay") for line in part)


def test_how_many_cells_show_disagreement(told: Told) -> None:
    # four ballots in round 2 are too few for the rule of IPRAS, so no cell is called torn
    said = "Cells with disagreement by the rule of consensus: 0 of 6; too few ballots to tell in 6."
    assert f"{said} What is worth most comes first." in lines(told())


def test_the_plain_export_tells_of_dissent_too(told: Told) -> None:
    text = markdown.write(told()).decode()
    part = text[text.index("## Dissent") : text.index("## How this was made")]
    assert "Light pollution was not weighed" in part
    assert "The question was the wrong one" in part


def test_cells_without_an_argument_stand_in_one_table(told: Told) -> None:
    found = lines(told())
    at = found.index("### Of which no argument was written down")
    table = [line for line in found[at : at + 12] if line.startswith("|")]
    # round 2, burden of the ferry 4 5 4 4: median 4, quartiles 4 and 4.25
    cell = next(line for line in table if "Run a night ferry" in line)
    assert cell.startswith("| Run a night ferry to the island | Burden | 4 | 0.25 | 4 |")
    assert "No argument was written down" not in "\n".join(found)


def test_who_was_asked_is_counted_in_one_way(told: Told) -> None:
    """Five were asked for a ballot, four gave one in round 2; the facilitator is not among them."""
    assert "4 of 5 ballots" in lines(told())[4]
    page = markdown.write(told()).decode()
    assert "4 of 5 ballots" in page
    assert "Answered in round 2: 4 of 5" in page


def test_a_draft_of_a_closed_round_is_not_said_to_be_open(told: Told) -> None:
    closed = msgspec.structs.replace(told(), final=False)
    assert lines(closed)[4].endswith("· draft*")
    assert lines(told())[4].endswith("· final*")


def test_a_sampled_share_tells_its_seed_and_error(told: Told) -> None:
    said = next(line for line in lines(told()) if line.startswith("Share of 10,000 weightings"))
    assert "(seed 1)" in said
    assert re.search(r"standard error of a figure is at most [0-9.]+ points", said)


def test_medians_and_weighted_people_are_said_to_be_such(told: Told, panel: Workshop) -> None:
    panel.set_participant("b", Participant("B", weight=2))
    group = msgspec.structs.replace(panel.session.group, combine="median")
    report = told(group=group)
    page = markdown.write(report).decode()
    assert "Medians of the scores given, to be read only; values are medians of values" in page
    how = "median of the values of those who scored it, people weighted as the table of people says"
    assert f"Group's cell: {how}" in page
    assert any(how in line for line in lines(report))
    assert "| B | participant | " in page
    assert "| 2 | yes |" in page


def test_dissent_and_the_appendix(told: Told) -> None:
    found = lines(told())
    assert "- D, on Put lamps along the harbour: Light pollution was not weighed" in found
    assert "- E, minority statement: The question was the wrong one" in found
    assert "The harbour council. 0 of 6 people declared" in row(
        found, "Sponsor and conflicts of interest"
    )
    assert "Not recorded." in row(found, "Limits")
    assert "fixed when round 1 opened" in row(found, "Consensus rule")
    assert "hidden from other panellists" in row(found, "Anonymity")
    report = told()
    assert report.digest
    assert report.digest in row(found, "Digest of the session")
    for item in ABOUT.values():
        assert row(found, item)


def test_an_anonymous_session_names_nobody(told: Told) -> None:
    report = told(anonymous=True)
    for text in (write_markdown(report).decode(), write_html(report).decode()):
        for name in ("Amina", "Farah", "Port office", "ferries"):
            assert name not in text
        assert "P4, on Put lamps along the harbour" in text
        assert "P5, minority statement" in text


def test_whoever_may_not_see_all_gets_nobodys_scores(told: Told, panel: Workshop) -> None:
    rounds_ = panel.session.rounds
    hidden = {**rounds_, 2: msgspec.structs.replace(rounds_[2], revealed=None)}
    panel.set_session(rounds=hidden)
    panel.save()
    report = build(
        Project.open(panel.folder.root), panel, panel.ranking("a"), participant="a", as_="a"
    )
    text = write_markdown(report).decode()
    assert "Nobody walks there" not in text
    assert "Light pollution" not in text
    assert "Where judgements differ" not in text


class Page(html.parser.HTMLParser):
    """Tags and attributes of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_nothing_in_it_is_run_or_loaded(told: Told) -> None:
    text = write_html(told()).decode()
    page = Page()
    page.feed(text)
    assert not page.tags & {"script", "img", "a", "iframe", "link", "object"}
    assert not {name for name in page.attributes if name.startswith("on")} | (
        page.attributes & {"src", "href"}
    )
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert "@media print" in text
    assert "onerror=y>" not in text


def test_markdown_takes_no_words_for_markup(told: Told) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(write_markdown(told()).decode())
    inside = [child for token in tokens for child in token.children or ()]
    assert not any(
        child.type in ("html_inline", "link_open", "image", "code_inline") for child in inside
    )
    assert any("<script>" in child.content for child in inside)


def test_every_figure_of_every_cell_has_its_n(told: Told) -> None:
    found = lines(told())
    at = found.index("### Every cell")
    cells = [
        line.split(" | ") for line in found[at:] if line.startswith(("| Put", "| Run", "| Teach"))
    ]
    assert len(cells) == 6
    assert [row_[5] for row_ in cells] == ["4"] * 6
