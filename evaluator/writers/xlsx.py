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
from xlsxwriter.worksheet import Worksheet

from evaluator.api import Placing, Report
from evaluator.writers.html import COLOURS
from evaluator.writers.story import Bars, Grid, Heading, Items, Strips, Text, remarks
from evaluator.writers.table import values
from evaluator.writers.text import xml_text

_MOST: Final = 32_767  # characters that a cell can hold
_FIRST: Final = 2  # the first line (from 0) of Values that holds an option
_NEAR: Final = "1E-9"  # two overall values closer than this are equal
_DRAWN: Final = 40  # options in the chart
_LINE: Final = 132  # characters across the sheet of text
_HEIGHT: Final = 15  # points of a line of text


# From 0, the worst, to 100, the best; blank cells stay white.
_HEAT: Final = {
    "type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0,
    "max_value": 100, "min_color": "#ffffff", "max_color": "#80b9d9",
}  # fmt: skip


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


class _Worksheet(Worksheet):
    """A sheet whose formulas are written as they are.

    The library looks through each for functions younger than the format, of which ours have none:
    for ten thousand options that takes most of the time.
    """

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula.removeprefix("=")


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
        self.rank = book.add_format({"align": "center"})
        self.id = book.add_format({"indent": 1, "font_color": "#7f7f7f"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.big = book.add_format({"bold": True, "font_size": 14, "valign": "top"})
        self.title = book.add_format({"bold": True, "valign": "vcenter"})
        self.right = book.add_format({"align": "right", "valign": "top"})
        self.rows = self._rows()

    def _rows(self) -> list[_Row]:
        found = values(self.report)
        order = {option.id: n for n, option in enumerate(self.report.options)}
        rows = [
            _Row(placing, place, found[placing.option])
            for place, placing in enumerate(self.report.ranking.rows, 1)
        ]
        return sorted(rows, key=lambda row: order[row.placing.option])

    def _sheet(self, name: str, heads: Sequence[str], widths: Iterable[float]) -> Any:
        sheet = self.book.add_worksheet(name, worksheet_class=_Worksheet)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        for column, text in enumerate(heads):
            sheet.write_string(0, column, xml_text(text, _MOST), self.head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _text(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        sheet.write_string(row, column, xml_text(text, _MOST), style)

    # -- the live sheets

    def live(self) -> None:
        """Ranking, Weights and Values, tied together by formulas."""
        count = len(self.criteria)
        weighted = self.report.table == "weighted"
        given = [f"{title}, score" for title in self.titles] if weighted else []
        ranking = self._sheet(
            "Ranking",
            ("Rank", "Best", "Worst", "Option", "Value", *self.titles, *given, "Id"),
            (6, 6, 6, 60, 8, *[13] * (count + len(given)), 24),
        )
        weights = self._weights()
        self._values()
        self._ranking(ranking)
        self._chart(weights)

    def _weights(self) -> Any:
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
        return sheet

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
        sheet.freeze_panes(_FIRST, 1)
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
            self._text(sheet, n + _FIRST, count + 7, row.placing.option, self.id)
        sheet.conditional_format(_FIRST, 1, _FIRST + len(self.rows) - 1, count, _HEAT)

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
        if self.report.table == "weighted":
            points += [self._given(at, n, row) for n in range(1, len(self.criteria) + 1)]
        return [
            (where_whole("Best"), placing.rank, self.rank),
            (f"={named('Best')}", placing.rank_best, self.rank),
            (f"={named('Worst')}", placing.rank_worst, self.rank),
            (f"={cell('A')}", xml_text(placing.title, _MOST), self.wrap),
            (where_whole("Low"), placing.value, self.one),
            *points,
            (f"={cell(xl_col_to_name(len(self.criteria) + 7))}", placing.option, self.id),
        ]

    def _given(self, at: str, column: int, row: _Row) -> tuple[str, Any, Any]:
        """The score of one cell, looked up in Scores."""
        letters = xl_col_to_name(column)
        one = f"INDEX(Scores!${letters}$2:${letters}${len(self.rows) + 1},{at})"
        score = list(row.placing.scores.values())[column - 1]
        return f'=IF({one}="","",{one})', score, None

    def _chart(self, sheet: Any) -> None:
        """Stacked bars of the contributions, in the order of the ranking, beside the weights."""
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        last = min(len(self.rows), _DRAWN)
        for place, column in enumerate(range(5, 5 + len(self.titles))):
            chart.add_series(
                {
                    "name": ["Ranking", 0, column],
                    "categories": ["Ranking", 1, 3, last, 3],
                    "values": ["Ranking", 1, column, last, column],
                    "gap": 40,
                    "fill": {"color": COLOURS[place % len(COLOURS)]},
                }
            )
        small = {"size": 9}
        chart.set_y_axis({"reverse": True, "num_font": small})
        chart.set_x_axis({"min": 0, "max": 100, "num_font": small, "label_position": "high"})
        said = f", the first {last} options" * (last < len(self.rows))
        chart.set_title({"name": f"Overall value{said}", "name_font": {"size": 12}})
        chart.set_legend({"position": "top"})
        chart.set_size({"width": 1000, "height": 140 + 26 * last})
        sheet.insert_chart(0, 5, chart)

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
            self._text(sheet, n, 3, row.option, self.id)

    def scores(self) -> None:
        """Scores as given; of a group their means."""
        count = len(self.criteria)
        sheet = self._sheet("Scores", ("Option", *self.titles, "Id"), (60, *[12] * count, 24))
        for n, row in enumerate(self.rows, 1):
            self._text(sheet, n, 0, row.placing.title)
            for column, score in enumerate(row.placing.scores.values(), 1):
                if score is not None:
                    sheet.write_number(n, column, score)
            self._text(sheet, n, count + 1, row.placing.option, self.id)

    def story(self) -> None:
        """Everything else a report tells, as lines of text and small tables."""
        columns = 6
        sheet = self._sheet("Report", (), [22] * columns)
        sheet.hide_gridlines(2)
        sheet.freeze_panes(0, 0)
        n = 0
        for block in remarks(self.report):
            if isinstance(block, Grid):
                n = self._grid(sheet, n, block, columns)
            elif not isinstance(block, Bars | Strips):
                n = self._lines(sheet, n, block, columns)
            n += not isinstance(block, Heading)

    def _lines(self, sheet: Any, n: int, block: Heading | Text | Items, columns: int) -> int:
        """Lines across the sheet, as high as their text needs; answers the next free row."""
        heading = isinstance(block, Heading)
        style = self.wrap
        if isinstance(block, Heading):
            style = self.big if block.level == 1 else self.title
        for line in block.lines if isinstance(block, Items) else (block.text,):
            text = xml_text(f"• {line}" if isinstance(block, Items) else line, _MOST)
            sheet.merge_range(n, 0, n, columns - 1, "", style)
            sheet.write_string(n, 0, text, style)
            sheet.set_row(n, _HEIGHT * (1.4 if heading else _rows_of(text, _LINE)))
            n += 1
        return n

    def _grid(self, sheet: Any, n: int, grid: Grid, columns: int) -> int:
        """A small table; the first column of the sheet holds what does not fit its columns."""
        for place, row in enumerate((grid.head, *grid.rows)):
            lines = 1
            for column, text in enumerate(row):
                style = self.wrap if column not in grid.right else self.right
                self._text(sheet, n, column, text, style if place else self.head)
                lines = max(lines, _rows_of(text, _LINE // columns))
            sheet.set_row(n, _HEIGHT * lines)
            n += 1
        return n


def _rows_of(text: str, characters: int) -> int:
    """How many lines a text needs, near enough, where each holds so many characters."""
    return min(25, sum(len(line) // characters + 1 for line in text.split("\n")))
