"""A workbook with live weights: change a weight, and shares, values, ranks, order and chart follow.

Every formula also stores the value it has now, so that programs which do not reckon show it too.
Text goes into typed text cells and is never taken for a formula.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from evaluator.api import Placing, Report
from evaluator.progress import Progress, counted, part
from evaluator.writers.html import COLOURS
from evaluator.writers.story import Bars, Grid, Heading, Items, Strips, Text, remarks
from evaluator.writers.table import of_session, values
from evaluator.writers.text import xml_text

T = TypeVar("T")
_MOST: Final = 32_767  # characters that a cell can hold
_FIRST: Final = 2  # the first line (from 0) of Values that holds an option
_NEAR: Final = "1E-9"  # two overall values closer than this are equal
_RECKONED: Final = ("Low", "High", "Complete", "Best", "Worst", "Order", "Lows", "Highs")
_DRAWN: Final = 40  # options in the chart
_HEIGHT: Final = 15  # points of a line of text
_LINES: Final = 3  # of a title, at most
_LETTER: Final = 5.5  # points of a letter in an upright head
_TALLEST: Final = 150  # points of a head
_ABREAST: Final = 6  # criteria whose heads find room side by side
# The sheet of text: a column for names, then narrow ones that a table's columns take some of each.
_COLUMNS: Final = (44, *[9] * 11)
_MERGED: Final = 200  # rows of a table up to which cells of several columns are made one


# From 0, the worst, to 100, the best; blank cells stay white.
_HEAT: Final = {
    "type": "2_color_scale", "min_type": "num", "max_type": "num", "min_value": 0,
    "max_value": 100, "min_color": "#ffffff", "max_color": "#80b9d9",
}  # fmt: skip


class _Column(NamedTuple):
    """A column of a sheet: its head, its width in characters, and whether it holds figures."""

    head: str
    width: int
    figures: bool = True


_ID: Final = _Column("Id", 24, figures=False)


class _Row(msgspec.Struct, frozen=True):
    """One option: its line in Values (from 1), its values 0–100 (None: open), where it stands."""

    placing: Placing
    line: int
    values: tuple[float | None, ...]


def write(report: Report, progress: Progress | None = None) -> bytes:
    """The workbook; the same bytes for the same report."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    made = report.date or dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
    title = xml_text(report.session.title, 250)
    book.set_properties({"title": title, "created": made.replace(tzinfo=None), "author": ""})
    sheets = _Sheets(report, book, progress)
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

    The library looks through each for functions younger than the format, of which ours have none,
    and searches every number and style for what XML must not hold: for ten thousand options that
    takes most of the time.
    """

    def _prepare_formula(self, formula: str, *_: object) -> str:
        return formula

    def _xml_formula_element(
        self, formula: str, result: Any, attributes: Iterable[tuple[str, Any]] = ()
    ) -> None:
        about = "".join(f' {name}="{value}"' for name, value in attributes)
        shown = escape(result, quote=False) if isinstance(result, str) else result
        out: Any = self.fh
        out.write(f"<c{about}><f>{escape(formula, quote=False)}</f><v>{shown}</v></c>")


class _Sheets:
    """The workbook's sheets, written one after the other."""

    def __init__(self, report: Report, book: Any, progress: Progress | None = None) -> None:
        self.report = report
        self.progress = progress
        self.book = book
        self.criteria = report.session.criteria
        self.titles = [xml_text(criterion.title) for criterion in self.criteria.values()]
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"}
        self.head = book.add_format({**head, "align": "left", "indent": 1})
        self.figures = book.add_format({**head, "align": "right"})
        self.upright = book.add_format({**head, "rotation": 90})
        self.narrow = len(self.titles) > _ABREAST
        longest = max((len(row.title) for row in report.ranking.rows), default=0)
        self.option = _Column("Option", max(20, min(60, longest)), figures=False)
        self.input = book.add_format({"bg_color": "#fff2cc", "border": 1})
        self.one = book.add_format({"num_format": "0.0", "valign": "vcenter"})
        self.share = book.add_format({"num_format": "0.0%"})
        self.rank = book.add_format({"align": "right", "valign": "vcenter"})
        self.name = book.add_format({"indent": 1, "valign": "vcenter"})
        self.named = book.add_format({"indent": 1, "valign": "vcenter", "text_wrap": True})
        self.id = book.add_format({"indent": 1, "valign": "vcenter", "font_color": "#7f7f7f"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.big = book.add_format({"bold": True, "font_size": 14, "valign": "top"})
        self.title = book.add_format({"bold": True, "valign": "vcenter"})
        self.right = book.add_format({"align": "right", "valign": "top"})
        self.rows = self._rows()
        # What ranks are multiplied with so that a line's number fits behind them.
        self.step = 10 ** len(str(len(self.rows) + _FIRST))

    def _rows(self) -> list[_Row]:
        """The options in file order."""
        found = values(self.report)
        ranked = {row.option: row for row in self.report.ranking.rows}
        placings = [ranked[o.id] for o in self.report.options if o.id in ranked]
        return [
            _Row(placing, line, found[placing.option])
            for line, placing in enumerate(placings, _FIRST + 1)
        ]

    def _sheet(self, name: str, columns: Sequence[_Column]) -> Any:
        sheet = self.book.add_worksheet(name, worksheet_class=_Worksheet)
        height: float = _HEIGHT
        for place, (head, width, figures) in enumerate(columns):
            sheet.set_column(place, place, width)
            upright = figures and self.narrow and len(head) > width
            style = self.upright if upright else self.figures if figures else self.head
            self._text(sheet, 0, place, head, style)
            lines = _LETTER * len(head) if upright else _HEIGHT * _rows_of(head, width)
            height = max(height, min(_TALLEST, lines))
        sheet.set_row(0, height)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return sheet

    def _criteria(self, more: str = "") -> list[_Column]:
        """The criteria as columns of figures."""
        return [_Column(f"{title}{more}", 8 if self.narrow else 13) for title in self.titles]

    def _counted(self, lines: Iterable[T], first: int, last: int) -> Iterator[T]:
        """The lines of a sheet, which is the part from `first` to `last` percent of the work."""
        return counted(lines, len(self.rows), part(self.progress, first, last))

    def _text(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        sheet.write_string(row, column, xml_text(text, _MOST), style)

    # -- the live sheets

    def live(self) -> None:
        """Ranking, Weights and Values, tied together by formulas."""
        given = self._criteria(", score") if self.report.table == "weighted" else []
        shown = [
            *(_Column(name, 6) for name in ("Rank", "Best", "Worst")),
            self.option, _Column("Value", 8), *self._criteria(), *given,
        ]  # fmt: skip
        ranking = self._sheet("Ranking", [*shown, _ID, _Column("Line", 7)])
        ranking.print_area(0, 0, len(self.rows), len(shown) - 1)
        # Options change their lines: each line is as high as the longest title needs.
        lines = max(_rows_of(row.placing.title, self.option.width) for row in self.rows)
        ranking.set_default_row(_HEIGHT * min(_LINES, lines))
        weights = self._weights()
        self._name()
        self._values()
        self._ranking(ranking)
        self._chart(weights)

    def _weights(self) -> Any:
        named = _Column("Criterion", 30, figures=False)
        better = _Column("Better", 10, figures=False)
        sheet = self._sheet("Weights", [named, _Column("Weight", 10), _Column("Share", 10), better])
        last = len(self.criteria) + 1
        for n, (id, criterion) in enumerate(self.criteria.items(), 1):
            self._text(sheet, n, 0, criterion.title, self.name)
            sheet.write_number(n, 1, self._weight(id), self.input)
            formula = f"B{n + 1}/SUM($B$2:$B${last})"
            sheet.write_formula(n, 2, formula, self.share, self.report.ranking.shares[id])
            self._text(sheet, n, 3, criterion.better, self.name)
        said = "Change a yellow cell: shares, values, ranks, order and chart follow."
        self._text(sheet, last + 1, 0, said, self.name)
        return sheet

    def _weight(self, id: str) -> float:
        """The raw weight in force; where shares are not the session's, the share in percent."""
        if of_session(self.report):
            return float(self.report.session.weights.get(id, 10))
        return 100 * self.report.ranking.shares[id]

    def _values(self) -> None:
        """Options in file order: values, bounds, ranks, and what the order is made from."""
        count = len(self.criteria)
        reckoned = [_Column(name, 9) for name in _RECKONED]
        columns = [self.option, *self._criteria(), *reckoned[:-2], _ID, *reckoned[-2:]]
        sheet = self._sheet("Values", columns)
        sheet.print_area(0, 0, len(self.rows) + 1, count + 5)
        sheet.set_column(count + 8, count + 9, 9, None, {"hidden": True})
        sheet.freeze_panes(_FIRST, 1)
        self._text(sheet, 1, 0, "Share", self.name)
        for column, id in enumerate(self.criteria, 1):
            share = self.report.ranking.shares[id]
            sheet.write_formula(1, column, f"Weights!$C${column + 1}", self.share, share)
        lows, highs = (
            sorted(getattr(row.placing, name) for row in self.rows) for name in ("low", "high")
        )
        formulas = [
            (self._place(name), formula, self.one if name in ("Low", "High") else None)
            for name, formula in zip(_RECKONED, self._formulas(), strict=True)
        ]
        rows = zip(self.rows, lows, highs, strict=True)
        for row, low, high in self._counted(rows, 0, 20):
            n = row.line - 1
            self._text(sheet, n, 0, row.placing.title, self.name)
            for column, value in enumerate(row.values, 1):
                if value is not None:
                    sheet.write_number(n, column, value, self.one)
            now = (*self._now(row), low, high)
            for (column, formula, look), value in zip(formulas, now, strict=True):
                sheet.write_formula(n, column, formula.replace("#", str(row.line)), look, value)
            self._text(sheet, n, count + 7, row.placing.option, self.id)
        sheet.conditional_format(_FIRST, 1, _FIRST + len(self.rows) - 1, count, _HEAT)

    def _place(self, name: str) -> int:
        """The number (from 0) of a reckoned column of Values; Id stands before the last two."""
        at = _RECKONED.index(name)
        return len(self.criteria) + 1 + at + (at > 5)

    def _now(self, row: _Row) -> tuple[float | None, ...]:
        """What the formulas of an option's line come to now, but for the columns in order."""
        placing = row.placing
        rank = placing.rank_best if placing.complete else len(self.rows) + 1
        order = rank * self.step + row.line
        return (
            placing.low, placing.high, int(placing.complete), placing.rank_best,
            placing.rank_worst, order,
        )  # fmt: skip

    def _formulas(self) -> tuple[str, ...]:
        """Of an option's line in Values, in the order of `_RECKONED`; # is the line's number.

        The rules are those of the additive ranking: an open cell counts 0 in `low` and 100 in
        `high`; only more than 1e-9 sets two values apart; equals stand in file order. Ranks are
        looked up among all lows and all highs in rising order, where a spreadsheet halves its way
        through: to compare each option with each takes a minute at ten thousand.
        """
        count = len(self.criteria)
        last = xl_col_to_name(count)
        cells = f"$B#:${last}#"
        low, high, whole, best = (f"{self._letters(name)}#" for name in _RECKONED[:4])
        past, least, nth = len(self.rows) + 1, f"{low}+{_NEAR}", f"ROW()-{_FIRST}"
        return (
            f"SUMPRODUCT({cells},Shares)",
            f'{low}+100*SUMPRODUCT(({cells}="")*Shares)',
            f"IF(COUNT({cells})={count},1,0)",
            f"{past}-MATCH({high}+{_NEAR},Lows,1)",
            f"{past}-IF(INDEX(Highs,1)>{least},0,MATCH({least},Highs,1))-IF({high}>{least},1,0)",
            f"IF({whole}=1,{best},{past})*{self.step}+ROW()",
            f"SMALL(Low,{nth})",
            f"SMALL(High,{nth})",
        )

    def _letters(self, name: str) -> str:
        """The letters of a reckoned column of Values."""
        return xl_col_to_name(self._place(name))

    def _name(self) -> None:
        """Names what formulas speak of: the shares, and columns of Values over all options."""
        first, last = _FIRST + 1, _FIRST + len(self.rows)
        self.book.define_name("Shares", f"=Values!$B$2:${xl_col_to_name(len(self.criteria))}$2")
        for name in ("Low", "High", "Order", "Lows", "Highs"):
            letters = self._letters(name)
            self.book.define_name(name, f"=Values!${letters}${first}:${letters}${last}")

    def _ranking(self, sheet: Any) -> None:
        """Options in order, each cell taken from the line of Values that the last one names."""
        lines = {row.placing.option: row.line for row in self.rows}
        columns = self._looked_up()
        rows = enumerate(self.report.ranking.rows, 1)
        for n, placing in self._counted(rows, 20, 45):
            now = self._shown(placing, lines[placing.option])
            for place, ((formula, style), value) in enumerate(zip(columns, now, strict=True)):
                text = formula.replace("#", str(n + 1))
                sheet.write_formula(n, place, text, style, "" if value is None else value)

    def _looked_up(self) -> list[tuple[str, Any]]:
        """The formulas of a line of Ranking, with their looks; # is the line's number."""
        weighted = self.report.table == "weighted"
        count = len(self.criteria)
        at = f"${xl_col_to_name(5 + count * (1 + weighted) + 1)}#"

        def cell(letters: str, sheet: str = "Values") -> str:
            return f"INDEX({sheet}!${letters}:${letters},{at})"

        def named(name: str) -> str:
            return cell(self._letters(name))

        letters = [xl_col_to_name(column) for column in range(1, count + 1)]
        points = [f'IF({cell(x)}="","",{cell(x)}*Values!${x}$2)' for x in letters]
        scores = [f"INDEX(Scores!${x}:${x},{at}-1)" for x in letters if weighted]
        return [
            ('IF($E#="","",$B#)', self.rank),
            (named("Best"), self.rank),
            (named("Worst"), self.rank),
            (cell("A"), self.named),
            (f'IF({named("Complete")}=1,{named("Low")},"")', self.one),
            *((formula, self.one) for formula in points),
            *((f'IF({score}="","",{score})', None) for score in scores),
            (cell(xl_col_to_name(count + 7)), self.id),
            (f"MOD(SMALL(Order,ROW()-1),{self.step})", self.id),
        ]

    def _shown(self, placing: Placing, line: int) -> tuple[Any, ...]:
        """What a line of Ranking shows now."""
        given = placing.scores.values() if self.report.table == "weighted" else ()
        title = xml_text(placing.title, _MOST)
        return (
            placing.rank, placing.rank_best, placing.rank_worst, title, placing.value,
            *placing.contributions.values(), *given, placing.option, line,
        )  # fmt: skip

    def _chart(self, sheet: Any) -> None:
        """Stacked bars of the contributions, in the order of the ranking, next to the weights."""
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
                    "border": {"color": "#ffffff", "width": 0.75},
                }
            )
        small = {"size": 9}
        chart.set_y_axis({"reverse": True, "num_font": small})
        chart.set_x_axis({"min": 0, "max": 100, "num_font": small, "label_position": "high"})
        said = f", the first {last} options" * (last < len(self.rows))
        chart.set_title({"name": f"Overall value{said}", "name_font": {"size": 12}})
        chart.set_legend({"position": "top"})
        chart.set_size({"width": 1000, "height": 140 + 26 * last})
        beside, below = (0, 5), (len(self.titles) + 4, 0)
        sheet.insert_chart(*(beside if self.narrow else below), chart)

    # -- the sheets without formulas

    def fixed(self) -> None:
        """The ranking by a method whose values can't be reckoned in a cell."""
        score = _Column(f"Score ({self.report.ranking.method})", 18)
        sheet = self._sheet("Ranking", [_Column("Rank", 6), self.option, score, _ID])
        for n, row in enumerate(self.report.ranking.rows, 1):
            if row.rank is not None:
                sheet.write_number(n, 0, row.rank)
            self._text(sheet, n, 1, row.title, self.named)
            if row.value is not None:
                sheet.write_number(n, 2, row.value)
            self._text(sheet, n, 3, row.option, self.id)

    def scores(self) -> None:
        """Scores as given; of a group their means or medians."""
        count = len(self.criteria)
        sheet = self._sheet("Scores", [self.option, *self._criteria(), _ID])
        sheet.print_area(0, 0, len(self.rows), count)
        for n, row in self._counted(enumerate(self.rows, 1), 45, 55):
            self._text(sheet, n, 0, row.placing.title, self.name)
            for column, score in enumerate(row.placing.scores.values(), 1):
                if score is not None:
                    sheet.write_number(n, column, score)
            self._text(sheet, n, count + 1, row.placing.option, self.id)

    def story(self) -> None:
        """Everything else a report tells, as lines of text and small tables."""
        sheet = self._sheet("Report", [_Column("", width, figures=False) for width in _COLUMNS])
        sheet.hide_gridlines(2)
        sheet.freeze_panes(0, 0)
        n = 0
        for block in remarks(self.report):
            if isinstance(block, Grid):
                n = self._grid(sheet, n, block)
            elif not isinstance(block, Bars | Strips):
                n = self._lines(sheet, n, block)
            n += not isinstance(block, Heading)

    def _lines(self, sheet: Any, n: int, block: Heading | Text | Items) -> int:
        """Lines across the sheet, as high as their text needs; answers the next free row."""
        heading = isinstance(block, Heading)
        style = self.wrap
        if isinstance(block, Heading):
            style = self.big if block.level == 1 else self.title
        for line in block.lines if isinstance(block, Items) else (block.text,):
            text = xml_text(f"• {line}" if isinstance(block, Items) else line, _MOST)
            sheet.merge_range(n, 0, n, len(_COLUMNS) - 1, "", style)
            sheet.write_string(n, 0, text, style)
            sheet.set_row(n, _HEIGHT * (1.4 if heading else _rows_of(text, sum(_COLUMNS))))
            n += 1
        return n

    def _grid(self, sheet: Any, n: int, grid: Grid) -> int:
        """A table: figures take one of the narrow columns each, words share the others."""
        words = [place for place in range(1, len(grid.head)) if place not in grid.right]
        left = len(_COLUMNS) - 1 - len(grid.right)
        span = max(1, left // len(words)) if words and len(grid.rows) <= _MERGED else 1
        for row in (grid.head, *grid.rows):
            column, lines = 0, 1
            for place, text in enumerate(row):
                style = self._style(grid, place, head=row is grid.head)
                wide = span if place in words else 1
                if wide > 1:
                    sheet.merge_range(n, column, n, column + wide - 1, "", style)
                self._text(sheet, n, column, text, style)
                room = sum(_COLUMNS[column : column + wide]) or _COLUMNS[-1]
                lines = max(lines, _rows_of(text, room))
                column += wide
            sheet.set_row(n, _HEIGHT * lines)
            n += 1
        return n

    def _style(self, grid: Grid, place: int, *, head: bool) -> Any:
        if place in grid.right:
            return self.figures if head else self.right
        return self.head if head else self.wrap


def _rows_of(text: str, width: float) -> int:
    """How many lines a text needs, near enough, in so many figures' width: letters are narrower."""
    characters = int(1.1 * width)
    return min(25, sum(max(0, len(line) - 1) // characters + 1 for line in text.split("\n")))
