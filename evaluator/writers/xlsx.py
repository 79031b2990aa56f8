"""A workbook with live weights: change a weight, and shares, values, ranks, order and chart follow.

Every formula also stores the value it has now, so that programs which do not reckon show it too.
Text goes into typed text cells and is never taken for a formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from evaluator.analysis import table as tables
from evaluator.api import Placing, Report
from evaluator.writers.story import Bars, Grid, Heading, Items, Text, story
from evaluator.writers.text import xml_text

_MOST: Final = 32_767  # characters that a cell can hold
_FIRST: Final = 2  # the first line (from 0) of Values that holds an option
_NEAR: Final = "1E-9"  # two overall values closer than this are equal


class _Row(msgspec.Struct, frozen=True):
    """One option in file order: its values 0–100 (None: open) and where it stands now."""

    placing: Placing
    place: int
    values: tuple[float | None, ...]


def write(report: Report) -> bytes:
    """The workbook; the same bytes for the same report."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    made = report.date or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    title = xml_text(report.session.title, 250)
    book.set_properties({"title": title, "created": made.replace(tzinfo=None), "author": ""})
    sheets = _Sheets(report, book)
    if report.ranking.method == "additive" and report.ranking.rows:
        sheets.live()
    else:
        sheets.fixed()
    sheets.scores()
    sheets.story()
    book.close()
    return out.getvalue()


def values(report: Report) -> dict[str, tuple[float | None, ...]]:
    """The values 0–100 behind a ranking, by option.

    From the ballots, where they are those that were ranked; else from contribution ÷ share, and
    where a share is 0 from the score.
    """
    criteria = report.session.criteria
    counting = [option for option in report.options if option.counts]
    found = tables.of_group(list(report.ballots.values()), counting, criteria)
    ranked = {row.option: tuple(row.scores.values()) for row in report.ranking.rows}
    if found.scores == ranked:
        return found.values
    rows = report.ranking.rows
    return {row.option: tuple(_value(report, row, id) for id in criteria) for row in rows}


def _value(report: Report, row: Placing, id: str) -> float | None:
    points, score = row.contributions[id], row.scores[id]
    if score is None:
        return None
    share = report.ranking.shares[id]
    if points is not None and share > 0:
        return points / share
    return report.session.criteria[id].value(score)


class _Sheets:
    """The workbook's sheets, written one after the other."""

    def __init__(self, report: Report, book: Any) -> None:
        self.report = report
        self.book = book
        self.criteria = report.session.criteria
        self.titles = [xml_text(criterion.title) for criterion in self.criteria.values()]
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        self.input = book.add_format({"bg_color": "#fff2cc", "border": 1})
        self.one = book.add_format({"num_format": "0.0"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.rows = self._rows()

    def _rows(self) -> list[_Row]:
        found = values(self.report)
        order = [option.id for option in self.report.options]
        rows = [
            _Row(placing, place, found[placing.option])
            for place, placing in enumerate(self.report.ranking.rows, 1)
        ]
        return sorted(rows, key=lambda row: order.index(row.placing.option))

    def _sheet(self, name: str, heads: Sequence[str], widths: Iterable[float]) -> Any:
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, text in enumerate(heads):
            sheet.write_string(0, column, xml_text(text, _MOST), self.head)
        sheet.freeze_panes(1, 0)
        return sheet

    def _text(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        sheet.write_string(row, column, xml_text(text, _MOST), style)

    # -- the live sheets

    def live(self) -> None:
        """Ranking, Weights and Values, tied together by formulas."""
        count = len(self.criteria)
        ranking = self._sheet(
            "Ranking",
            ("Rank", "Best", "Worst", "Option", "Value", *self.titles, "Id"),
            (6, 6, 6, 60, 8, *[12] * count, 24),
        )
        self._weights()
        self._values()
        self._ranking(ranking)
        self._chart(ranking)

    def _weights(self) -> None:
        sheet = self._sheet("Weights", ("Criterion", "Weight", "Share", "Better"), (30, 10, 10, 10))
        last = len(self.criteria) + 1
        for n, (id, criterion) in enumerate(self.criteria.items(), 1):
            self._text(sheet, n, 0, criterion.title)
            sheet.write_number(n, 1, self._weight(id), self.input)
            formula = f"=B{n + 1}/SUM($B$2:$B${last})"
            sheet.write_formula(n, 2, formula, self.share, self.report.ranking.shares[id])
            self._text(sheet, n, 3, criterion.better)
        said = "Change a yellow cell: shares, values, ranks, order and chart follow."
        self._text(sheet, last + 1, 0, said)

    def _weight(self, id: str) -> float:
        """The raw weight in force; where shares are not the session's, the share in percent."""
        raw = self.report.session.weights
        total = float(sum(raw.get(name, 10) for name in self.criteria))
        share = self.report.ranking.shares
        if all(abs(raw.get(n, 10) / total - share[n]) < 1e-12 for n in self.criteria):
            return float(raw.get(id, 10))
        return 100 * share[id]

    def _values(self) -> None:
        """Options in file order: values, bounds, ranks, and the place each takes."""
        heads = ("Option", *self.titles, "Low", "High", "Complete", "Best", "Worst", "Place", "Id")
        count = len(self.criteria)
        sheet = self._sheet("Values", heads, (60, *[12] * count, *[9] * 6, 24))
        self._text(sheet, 1, 0, "Share")
        for column, id in enumerate(self.criteria, 1):
            share = self.report.ranking.shares[id]
            sheet.write_formula(1, column, f"=Weights!$C${column + 1}", self.share, share)
        for n, row in enumerate(self.rows):
            self._text(sheet, n + _FIRST, 0, row.placing.title)
            for column, value in enumerate(row.values, 1):
                if value is not None:
                    sheet.write_number(n + _FIRST, column, value, self.one)
            for column, (formula, now, style) in enumerate(self._formulas(n, row), count + 1):
                sheet.write_formula(n + _FIRST, column, formula, style, now)
            self._text(sheet, n + _FIRST, count + 7, row.placing.option)

    def _formulas(self, n: int, row: _Row) -> list[tuple[str, float | None, Any]]:
        """Low, high, complete, best and worst rank, and place, of the option in line `n`.

        The rules are those of the additive ranking: an open cell counts 0 in `low` and 100 in
        `high`; only more than 1e-9 sets two values apart; equals stand in file order.
        """
        count, placing = len(self.criteria), row.placing
        last = xl_col_to_name(count)
        cells = f"$B{n + _FIRST + 1}:${last}{n + _FIRST + 1}"
        shares = f"$B$2:${last}$2"
        low, high, whole, best = (
            self._own(name, n) for name in ("Low", "High", "Complete", "Best")
        )
        lows, highs, wholes, bests = map(self._all, ("Low", "High", "Complete", "Best"))
        before = f"(ROW({wholes})<ROW())"
        ahead = f"{wholes}*(({bests}<{best})+({bests}={best})*{before})"
        open_ahead = f"SUM({wholes})+1+SUMPRODUCT((1-{wholes})*{before})"
        above = f"1+SUMPRODUCT(--({highs}>{low}+{_NEAR}))"
        return [
            (f"=SUMPRODUCT({cells},{shares})", placing.low, self.one),
            (f'={low}+100*SUMPRODUCT(({cells}="")*{shares})', placing.high, self.one),
            (f"=IF(COUNT({cells})={count},1,0)", int(placing.complete), None),
            (f"=1+SUMPRODUCT(--({lows}>{high}+{_NEAR}))", placing.rank_best, None),
            (f"={above}-IF({high}>{low}+{_NEAR},1,0)", placing.rank_worst, None),
            (f"=IF({whole}=1,1+SUMPRODUCT({ahead}),{open_ahead})", row.place, None),
        ]

    def _column(self, name: str) -> str:
        """The letters of a column of Values."""
        offset = ("Low", "High", "Complete", "Best", "Worst", "Place").index(name)
        return xl_col_to_name(len(self.criteria) + 1 + offset)

    def _own(self, name: str, n: int) -> str:
        return f"${self._column(name)}{n + _FIRST + 1}"

    def _all(self, name: str) -> str:
        return self._range(self._column(name))

    def _range(self, letters: str) -> str:
        """A column of Values over all options."""
        return f"${letters}${_FIRST + 1}:${letters}${_FIRST + len(self.rows)}"

    def _ranking(self, sheet: Any) -> None:
        """Options in order of place, each cell looked up in Values."""
        by_place = {row.place: row for row in self.rows}
        for n in range(1, len(self.rows) + 1):
            row = by_place[n]
            for column, (formula, now, style) in enumerate(self._looked_up(row)):
                sheet.write_formula(n, column, formula, style, "" if now is None else now)

    def _looked_up(self, row: _Row) -> list[tuple[str, Any, Any]]:
        placing = row.placing
        at = f"MATCH(ROW()-1,Values!{self._all('Place')},0)"

        def cell(letters: str) -> str:
            return f"INDEX(Values!{self._range(letters)},{at})"

        def named(name: str) -> str:
            return cell(self._column(name))

        def where_whole(name: str) -> str:
            return f'=IF({named("Complete")}=1,{named(name)},"")'

        points = []
        for column, id in enumerate(self.criteria, 1):
            letters = xl_col_to_name(column)
            one = cell(letters)
            formula = f'=IF({one}="","",{one}*Values!${letters}$2)'
            points.append((formula, placing.contributions[id], self.one))
        return [
            (where_whole("Best"), placing.rank, None),
            (f"={named('Best')}", placing.rank_best, None),
            (f"={named('Worst')}", placing.rank_worst, None),
            (f"={cell('A')}", xml_text(placing.title, _MOST), self.wrap),
            (where_whole("Low"), placing.value, self.one),
            *points,
            (f"={cell(xl_col_to_name(len(self.criteria) + 7))}", placing.option, None),
        ]

    def _chart(self, sheet: Any) -> None:
        """Stacked bars of the contributions, in the order of the ranking."""
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        last = len(self.rows)
        for column in range(5, 5 + len(self.titles)):
            chart.add_series(
                {
                    "name": ["Ranking", 0, column],
                    "categories": ["Ranking", 1, 3, last, 3],
                    "values": ["Ranking", 1, column, last, column],
                    "gap": 40,
                }
            )
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"min": 0, "max": 100})
        chart.set_title({"name": "Overall value"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 900, "height": 120 + 26 * last})
        sheet.insert_chart(1, len(self.criteria) + 7, chart)

    # -- the sheets without formulas

    def fixed(self) -> None:
        """The ranking by a method whose values can't be reckoned in a cell."""
        heads = ("Rank", "Option", f"Score ({self.report.ranking.method})", "Id")
        sheet = self._sheet("Ranking", heads, (6, 60, 18, 24))
        for n, row in enumerate(self.report.ranking.rows, 1):
            if row.rank is not None:
                sheet.write_number(n, 0, row.rank)
            self._text(sheet, n, 1, row.title, self.wrap)
            if row.value is not None:
                sheet.write_number(n, 2, row.value)
            self._text(sheet, n, 3, row.option)

    def scores(self) -> None:
        """Scores as given; of a group their means."""
        count = len(self.criteria)
        sheet = self._sheet("Scores", ("Option", *self.titles, "Id"), (60, *[12] * count, 24))
        for n, row in enumerate(self.rows, 1):
            self._text(sheet, n, 0, row.placing.title)
            for column, score in enumerate(row.placing.scores.values(), 1):
                if score is not None:
                    sheet.write_number(n, column, score)
            self._text(sheet, n, count + 1, row.placing.option)

    def story(self) -> None:
        """Everything else a report tells, as lines of text."""
        sheet = self._sheet("Report", (), (60, *[24] * 6))
        n = 0
        for block in story(self.report):
            if isinstance(block, Bars):
                continue
            for cells, style in _lines(block):
                for column, text in enumerate(cells):
                    self._text(sheet, n, column, text, self.head if style else self.wrap)
                n += 1
            n += 1


def _lines(block: Heading | Text | Items | Grid) -> list[tuple[tuple[str, ...], bool]]:
    """The rows of a block, and whether they stand out."""
    if isinstance(block, Heading):
        return [((block.text,), True)]
    if isinstance(block, Text):
        return [((block.text,), False)]
    if isinstance(block, Items):
        return [((line,), False) for line in block.lines]
    return [(block.head, True), *((row, False) for row in block.rows)]
