"""The report as one HTML page: no script, nothing loaded from elsewhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from evaluator.api import Report
from evaluator.writers.story import Bars, Block, Grid, Heading, Items, Text, story
from evaluator.writers.text import number, xml_text

# Dark enough for a white page and light enough for a dark one; told apart by colour-blind eyes.
_COLOURS: Final = (
    "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a7a00", "#7f7f7f",
)  # fmt: skip
_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 1.6em 0 .5em; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .95em; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; }
th, td { text-align: left; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
blockquote { margin: 1rem 0; padding-left: 1rem; border-left: 3px solid #8886; }
.lead { font-weight: 600; }
.state, .key { color: #777; }
.bar { display: flex; height: .9rem; background: #8882; }
.row { display: grid; grid-template-columns: 18rem 1fr 3rem; gap: .6rem; align-items: center; }
.row span:last-child { text-align: right; }
.key i { display: inline-block; width: .8em; height: .8em; margin: 0 .3em 0 1em; }
@media print {
  body { margin: 0; max-width: none; font-size: 10.5pt; }
  h1, h2, h3 { break-after: avoid; }
  tr, li, .row { break-inside: avoid; }
  thead { display: table-header-group; }
  .bar, .key i { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def write(report: Report) -> bytes:
    """The whole report as one page."""
    return page(report.session.title, story(report))


def page(title: str, blocks: Iterable[Block]) -> bytes:
    """Blocks as one page."""
    body = "\n".join(line for block in blocks for line in _lines(block))
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
    return escape(xml_text(text), quote=True)


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
    else:
        yield from _bars(block)


def _table(grid: Grid) -> Iterator[str]:
    yield "<table>"
    yield f"<thead>{_row('th', grid.head, grid)}</thead>"
    yield "<tbody>"
    yield from (_row("td", row, grid) for row in grid.rows)
    yield "</tbody>\n</table>"


def _row(tag: str, cells: tuple[str, ...], grid: Grid) -> str:
    figure = dict.fromkeys(grid.right, ' class="n"')
    made = (f"<{tag}{figure.get(n, '')}>{_safe(cell)}</{tag}>" for n, cell in enumerate(cells))
    return f"<tr>{''.join(made)}</tr>"


def _bars(block: Bars) -> Iterator[str]:
    keys = (
        f'<i style="background:{_colour(n)}"></i>{_safe(name)}'
        for n, name in enumerate(block.names)
    )
    yield f'<p class="key">{"".join(keys)}</p>'
    for bar in block.bars:
        parts = "".join(
            f'<b style="width:{part:.3f}%;background:{_colour(n)}"></b>'
            for n, part in enumerate(bar.parts)
        )
        label = f"<span>{_safe(bar.label)}</span>"
        value = f"<span>{number(bar.value)}</span>"
        drawn = f'<div class="bar" aria-hidden="true">{parts}</div>'
        yield f'<div class="row">{label}{drawn}{value}</div>'


def _colour(place: int) -> str:
    return _COLOURS[place % len(_COLOURS)]
