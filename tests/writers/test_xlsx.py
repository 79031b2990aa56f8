"""The workbook: live weights, stored values, text that stays text."""

from __future__ import annotations

import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evaluator.analysis import ranking as additive
from evaluator.analysis import table as tables
from evaluator.api import Ballot, Option, Report
from evaluator.writers import xlsx
from tests.writers.conftest import HOSTILE, replaced
from tests.writers.formulas import Workbook

IDS = ("lamps", "ferry", "boats", "bridge")
RANKING_ID, FIRST, LAST = 9, 3, 6  # columns and lines of the sheets


@pytest.fixture
def data(report: Report) -> bytes:
    return xlsx.write(report)


def shown(book: Workbook, options: int = len(IDS)) -> list[tuple[object, ...]]:
    """(rank, best, worst, value, id) of each line of the ranking."""
    return [
        tuple(book.value("Ranking", row, column) for column in (1, 2, 3, 5, RANKING_ID))
        for row in range(2, 2 + options)
    ]


def reckoned(report: Report, weights: dict[str, float]) -> list[tuple[object, ...]]:
    """The same from the additive ranking itself."""
    counting = [option for option in report.options if option.counts]
    criteria = report.session.criteria
    table = tables.of_group(list(report.ballots.values()), counting, criteria)
    found = additive.rank(table, additive.shares(weights, criteria))
    return [
        (
            row.rank if row.rank is not None else "",
            row.rank_best,
            row.rank_worst,
            pytest.approx(row.value) if row.value is not None else "",
            row.option,
        )
        for row in found.rows
    ]


def test_stored_values_are_those_of_the_ranking(report: Report, data: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Ranking"]
    found = [
        tuple("" if value is None else value for value in row)
        for row in sheet.iter_rows(min_row=2, max_row=5, values_only=True)
    ]
    wanted = reckoned(report, report.session.weights)
    assert [(r[0], r[1], r[2], r[4], r[RANKING_ID - 1]) for r in found] == wanted
    assert found[0][3] == "Put lamps along the harbour"


def test_every_formula_gives_what_is_stored(data: bytes) -> None:
    book = Workbook(io.BytesIO(data))
    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    formulas = 0
    for sheet in book.book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    formulas += 1
                    kept = stored[sheet.title][cell.coordinate].value
                    now = book.value(sheet.title, cell.row, cell.column)
                    assert (kept if kept is not None else "") == (
                        pytest.approx(now) if isinstance(now, float) else now
                    ), f"{sheet.title}!{cell.coordinate}"
    assert formulas == 3 + 3 + 4 * 8 + 4 * 10


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).filter(any))
def test_other_weights_give_what_the_ranking_gives(
    report: Report, data: bytes, weights: tuple[int, int, int]
) -> None:
    book = Workbook(io.BytesIO(data))
    for row, weight in enumerate(weights, 2):
        book.put("Weights", f"B{row}", weight)
    wanted = reckoned(report, dict(zip(report.session.criteria, weights, strict=True)))
    assert shown(book) == wanted


def test_each_line_of_the_ranking_names_its_line_in_values(data: bytes) -> None:
    book = Workbook(io.BytesIO(data))
    for row in range(2, 6):
        line = book.value("Ranking", row, RANKING_ID + 1)
        assert book.value("Values", int(line), 1) == book.value("Ranking", row, 4)


def test_no_formula_compares_an_option_with_every_other(data: bytes) -> None:
    """What SUMPRODUCT takes is one line of Values: its time grows with the options, no faster."""
    for row in openpyxl.load_workbook(io.BytesIO(data))["Values"].iter_rows(min_row=FIRST):
        for cell in row:
            if cell.data_type == "f" and "SUMPRODUCT" in cell.value:
                assert re.findall(r"[A-Z]+([0-9]+):", cell.value) == [str(cell.row)]


def test_equals_share_a_rank_and_stand_in_file_order(data: bytes) -> None:
    """Lamps and ferry are equal; the bridge, still open, is worth more than both already."""
    book = Workbook(io.BytesIO(data))
    ranks = [(row[0], row[-1]) for row in shown(book)]
    assert ranks[:2] == [(2, "lamps"), (2, "ferry")]
    assert ranks[3] == ("", "bridge")


def test_the_chart_follows_the_ranking(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        chart = parts.read("xl/charts/chart1.xml").decode()
    assert "<c:f>Ranking!$D$2:$D$5</c:f>" in chart
    for column in "FGH":
        assert f"<c:f>Ranking!${column}$2:${column}$5</c:f>" in chart


def test_text_is_never_a_formula(data: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book["Values"]["A5"]
    assert cell.data_type == "s"
    assert cell.value == HOSTILE.replace("\x1b", "␛").replace("\u202e", "‹202E›")
    texts = [c.value for row in book["Report"].iter_rows() for c in row if c.value is not None]
    assert all(c.data_type != "f" for row in book["Report"].iter_rows() for c in row)
    assert any(HOSTILE[:10] in str(text) for text in texts)


def test_a_text_too_long_for_a_cell_is_cut_where_all_can_see(report: Report) -> None:
    ballot = report.ballots["amina"]
    ballot.notes["lamps"] = {"reach": "x" * 40_000}
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))
    longest = max(
        (str(c.value) for row in book["Report"].iter_rows() for c in row if c.value), key=len
    )
    assert len(longest) == 32_767
    assert longest.endswith("…")


def test_values_without_ballots_come_from_contributions_and_scores(report: Report) -> None:
    """Lamps: jobs 75 of a curve 0 → 0, 100 → 60, weight 0: 45; reach (3 - 1) × 25 = 50."""
    found = xlsx.values(replaced(report, ballots={}))
    assert found["lamps"] == pytest.approx((50, 50, 45))
    assert found["bridge"][2] is None
    assert xlsx.values(report)["lamps"] == pytest.approx((50, 50, 45))


def test_another_method_is_set_down_as_it_is(make: Callable[..., Report]) -> None:
    report = make(method="topsis")
    book = openpyxl.load_workbook(io.BytesIO(xlsx.write(report)))
    assert book.sheetnames == ["Ranking", "Scores", "Report"]
    assert book["Ranking"]["C1"].value == "Score (topsis)"
    assert all(c.data_type != "f" for row in book["Ranking"].iter_rows() for c in row)


def test_the_weighted_table_looks_scores_up(report: Report) -> None:
    """After the contributions: the scores, which follow the order as well."""
    data = xlsx.write(replaced(report, table="weighted"))
    stored = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["Ranking"]
    assert [stored.cell(1, column).value for column in (9, 10, 11)] == [
        "Reach, score", "Burden, score", "Jobs, score",
    ]  # fmt: skip
    book = Workbook(io.BytesIO(data))
    book.put("Weights", "B2", 0)
    scores = {row.option: list(row.scores.values()) for row in report.ranking.rows}
    for row in range(2, 6):
        found = [book.value("Ranking", row, column) for column in (9, 10, 11)]
        wanted = scores[book.value("Ranking", row, 12)]
        assert found == [score if score is not None else "" for score in wanted]


WEIGHTINGS = ({}, {"reach": 5}, {"reach": 0, "jobs": 7}, {"reach": 1, "burden": 1, "jobs": 1})


def by_libreoffice(data: bytes, folder: Path, weights: dict[int, float]) -> list[tuple[Any, ...]]:
    """The rows of the ranking, reckoned anew, with other weights in lines of Weights."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for row, weight in weights.items():
        book["Weights"][f"B{row}"] = weight
    book.save(folder / "in.xlsx")
    subprocess.run(
        [office, "--headless", f"-env:UserInstallation={(folder / 'user').as_uri()}",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML",
         "--outdir", folder / "out", folder / "in.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    sheet = openpyxl.load_workbook(folder / "out" / "in.xlsx", data_only=True)["Ranking"]
    return [
        tuple("" if row[at] is None else row[at] for at in (0, 1, 2, 4, RANKING_ID - 1))
        for row in sheet.iter_rows(min_row=2, values_only=True)
    ]


@pytest.mark.parametrize("weights", WEIGHTINGS)
def test_libreoffice_reckons_the_same(
    data: bytes, report: Report, tmp_path: Path, weights: dict[str, float]
) -> None:
    lines = {n: weights[id] for n, id in enumerate(report.session.criteria, 2) if id in weights}
    found = by_libreoffice(data, tmp_path, lines)
    assert found == reckoned(report, {**report.session.weights, **weights})


@pytest.fixture
def crowd(report: Report) -> Report:
    """Sixty options of which many are equal, and a tenth of the cells open."""
    dice = random.Random(8)
    options = tuple(Option(f"o{n}", f"Option {n}") for n in range(60))
    scales = {"reach": (1, 3, 5), "burden": (2, 4), "jobs": (0, 50, 100)}
    scores = {
        option.id: {id: dice.choice(of) for id, of in scales.items() if dice.random() > 0.1}
        for option in options
    }
    ballots = {"amina": Ballot("amina", 1, scores=scores)}
    criteria = report.session.criteria
    table = tables.of_group(list(ballots.values()), options, criteria)
    ranking = additive.rank(table, report.ranking.shares)
    found = {"options": options, "ballots": ballots, "ranking": ranking}
    return replaced(report, **found, spreads={}, analyses={})


def test_many_equals_and_gaps_are_ranked_as_they_are(crowd: Report, tmp_path: Path) -> None:
    ranks = [row.rank for row in crowd.ranking.rows]
    assert None in ranks
    assert len(set(ranks)) < 20
    data = xlsx.write(crowd)
    other = {"reach": 3, "burden": 3, "jobs": 2}
    book = Workbook(io.BytesIO(data))
    for row, weight in enumerate(other.values(), 2):
        book.put("Weights", f"B{row}", weight)
    assert shown(book, 60) == reckoned(crowd, other)
    assert by_libreoffice(data, tmp_path, {2: 3, 3: 3, 4: 2}) == reckoned(crowd, other)
