"""The report as one HTML page: no script, nothing loaded from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import accumulate, repeat
from typing import Final

from evaluator.api import Report
from evaluator.progress import Progress, counted
from evaluator.writers.story import Bars, Block, Grid, Heading, Items, Strip, Text, extent, story
from evaluator.writers.table import layout
from evaluator.writers.text import number, typeset, xml_text

# Dark enough for a white page and light enough for a dark one; told apart by colour-blind eyes.
COLOURS: Final = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00", "#7f7f7f",
)  # fmt: skip
_SHADE: Final = "0 114 178"  # of a heat map; 0–100 becomes its strength
_STRONGEST: Final = 0.5
_WHOLE: Final = 12  # lines up to which a drawing or table is kept on one page
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 1.6em 0 .5em; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .92em; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .5rem; overflow-wrap: break-word; }
th, td { text-align: left; vertical-align: top; }
p, li, td { white-space: pre-line; }
th { vertical-align: bottom; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
th.u span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 16em; }
th.u span { text-align: left; line-height: 1.1; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid #8886; }
.lead { font-weight: 600; }
.state, .key { color: #777; }
.row { display: grid; grid-template-columns: min(19rem, 40%) 1fr 3rem; gap: .6rem; }
.row { align-items: center; }
.row { line-height: 1.2; margin: .35rem 0; font-size: .92em; }
.row span:last-child { text-align: right; font-variant-numeric: tabular-nums; }
.row svg { width: 100%; height: .9rem; background: #8882; overflow: visible; }
.row rect { stroke: Canvas; stroke-width: 1.5px; vector-effect: non-scaling-stroke; }
.key i { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 0; }
.key span { margin-right: 1.2em; white-space: nowrap; }
@page { margin: 15mm 14mm; @bottom-right { content: counter(page) " / " counter(pages); } }
@page { @bottom-right { font: 8pt system-ui, sans-serif; color: #777; } }
@media print {
  body { margin: 0; padding: 0; max-width: none; font-size: 10pt; line-height: 1.35; }
  h1 { margin-top: 0; }
  h1, h2, h3, p:has(+ table, + div, + ul) { break-after: avoid; }
  tr, .row, .whole { break-inside: avoid; }
  .key, .row:nth-child(-n+3) { break-after: avoid; }
  .row:nth-last-child(-n+2) { break-before: avoid; }
  p, li { orphans: 3; widows: 3; }
  li:first-child, li:nth-last-child(2) { break-after: avoid; }
  tbody tr:first-child, tbody tr:nth-last-child(2) { break-after: avoid; }
  thead { display: table-header-group; }
  td, .row svg, .key i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write(report: Report, progress: Progress | None = None) -> bytes:
    """The whole report as one page."""
    return page(report.session.title, story(report), progress)


def page(title: str, blocks: Iterable[Block], progress: Progress | None = None) -> bytes:
    """Blocks as one page."""
    told = list(blocks)
    lines = (line for block in told for line in _lines(block))
    body = "\n".join(counted(lines, extent(told), progress))
    made = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )
    return made.encode("utf-8", "replace")


def _safe(text: str) -> str:
    return typeset(escape(xml_text(text), quote=True))


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level}>{_safe(block.text)}</h{block.level}>"
    elif isinstance(block, Text):
        tag = "blockquote" if block.kind == "question" else "p"
        kind = f' class="{block.kind}"' if block.kind in ("lead", "state") else ""
        yield f"<{tag}{kind}>{_safe(block.text)}</{tag}>"
    elif isinstance(block, Items):
        yield "<ul>"
        yield from (f"<li>{_safe(line)}</li>" for line in block.lines)
        yield "</ul>"
    elif isinstance(block, Grid):
        yield from _table(block)
    elif isinstance(block, Bars):
        yield from _bars(block)
    else:
        yield f"<h3>{_safe(block.heading)}</h3>\n<p>{_safe(block.said)}</p>"
        yield f"<div{_whole(len(block.strips))}>"
        yield from (_strip(strip) for strip in block.strips)
        yield "</div>"


def _whole(lines: int) -> str:
    """The class of what no page break cuts, as long as it is short."""
    return ' class="whole"' * (lines <= _WHOLE)


def _table(grid: Grid) -> Iterator[str]:
    set_ = layout(grid.head, grid.rows, grid.right)
    about = _whole(2 * len(grid.rows))
    small = f";font-size:{0.92 * set_.scale:.2f}em" if set_.scale < 1 else ""
    yield f'<table{about} style="width:{100 * set_.width:.1f}%{small}">'
    yield "".join(f'<col style="width:{100 * n / set_.width:.1f}%">' for n in set_.sizes)
    figures = [' class="n"' if n in grid.right else "" for n in range(len(grid.head))]
    heads = [' class="n u"' if n in set_.upright else kind for n, kind in enumerate(figures)]
    yield f"<thead>{_row('th', heads, grid.head)}</thead>"
    yield "<tbody>"
    shades = grid.shades or ((),) * len(grid.rows)
    rows = zip(grid.rows, shades, strict=True)
    yield from (_row("td", figures, row, shade) for row, shade in rows)
    yield "</tbody>\n</table>"


def _row(
    tag: str, about: Sequence[str], cells: Sequence[str], shades: Sequence[float | None] = ()
) -> str:
    looks = map(_shade, shades) if shades else repeat("")
    before, after = (">", "</td>") if tag == "td" else ("><span>", "</span></th>")
    made = (
        f"<{tag}{kind}{look}{before}{_safe(cell)}{after}"
        for kind, look, cell in zip(about, looks, cells, strict=False)
    )
    return f"<tr>{''.join(made)}</tr>"


def _shade(value: float | None) -> str:
    if value is None:
        return ""
    return f' style="background:rgb({_SHADE} / {_STRONGEST * value / 100:.2f})"'


def _bars(block: Bars) -> Iterator[str]:
    keys = (
        f'<span><i style="background:{_colour(n)}"></i>{_safe(name)}</span>'
        for n, name in enumerate(block.names)
    )
    yield f"<div{_whole(len(block.bars))}>"
    yield f'<p class="key">From the left: {"".join(keys)}</p>'
    for bar in block.bars:
        starts = accumulate(bar.parts, initial=0.0)
        parts = "".join(
            f'<rect x="{start:.3f}" width="{part:.3f}" height="10" fill="{_colour(n)}"/>'
            for n, (start, part) in enumerate(zip(starts, bar.parts, strict=False))
        )
        yield _drawn(bar.label, parts, bar.value)
    yield "</div>"
    if block.said:
        yield f"<p>{_safe(block.said)}</p>"


def _strip(strip: Strip) -> str:
    """Dots of one option's ballots on a line from 0 to 100; the group's value is a stroke."""
    dots = "".join(
        f'<line x1="{at:.3f}" x2="{at:.3f}" y1="5" y2="5" stroke="{COLOURS[0]}" '
        'stroke-width="9" stroke-opacity="0.6" stroke-linecap="round" '
        'vector-effect="non-scaling-stroke"/>'
        for at in strip.ballots
    )
    mark = (
        f'<line x1="{strip.value:.3f}" x2="{strip.value:.3f}" y1="0" y2="10" '
        f'stroke="{COLOURS[5]}" stroke-width="2" vector-effect="non-scaling-stroke"/>'
    )
    return _drawn(strip.label, dots + mark, strip.value)


def _drawn(label: str, inside: str, value: float) -> str:
    """One line of a drawing: what it is of, a field 100 wide, and the figure."""
    field = '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    said = f"<span>{_safe(label)}</span>"
    return f'<div class="row">{said}{field}{inside}</svg><span>{number(value)}</span></div>'


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]
