"""Fuzzy search: how often the wanted option comes first, and how long a key takes.

The sixteen bundled options are hidden among others, made here with a fixed seed: sentences of the
invented briefs, recombined, with every eighth word or so replaced by one of the bundled options'
own words, so that the words looked for stand in other titles and texts too.

Right means: the wanted option comes first. "query" is a whole query asked for the first time,
"key" one more letter of it, with a screenful of spans. The baselines are rapidfuzz's
`process.extract` with `WRatio` over titles and with `partial_ratio` over all text.

    python -m bench.search
"""

from __future__ import annotations

import json
import random
import re
import statistics
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from evaluator.model import Option
from evaluator.search import Index, fold
from evaluator.search.words import STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).parent.parent
SEED = 2024
SIZES = (16, 1_000, 10_000)
SHOWN = 40  # hits a screen asks for


class Query(msgspec.Struct, frozen=True):
    """What somebody types, and the options that are meant."""

    q: str
    want: tuple[str, ...]
    top: int
    kind: str = ""


def bundled() -> list[Option]:
    """The sixteen options that come with the program."""
    path = ROOT / "evaluator/examples/us_pakistan_2024.toml"
    tables = tomllib.loads(path.read_text(encoding="utf-8"))["options"]
    return [msgspec.convert({"id": id_, **table}, Option) for id_, table in tables.items()]


def queries() -> list[Query]:
    """The labelled queries."""
    text = (ROOT / "tests/data/queries.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text)["query"], list[Query])


def hidden(options: Sequence[Option], size: int, seed: int = SEED) -> list[Option]:
    """`options` spread among others, `size` in all."""
    rng = random.Random(seed)
    items = json.loads((ROOT / "tests/data/briefs/synthetic/items.json").read_text("utf-8"))
    texts = [text for brief in items.values() for text in brief]
    sentences = [s for text in texts for s in re.split(r"(?<=[.;!?])\s+", text) if s.count(" ") > 4]
    words = [word for option in options for word in _own_words(option)]
    tags = [tag for option in options for tag in option.tags]
    taken = {option.title for option in options}
    made: list[Option] = []
    while len(made) < size - len(options):
        text = " ".join(_mixed(rng, s, words) for s in rng.sample(sentences, rng.randint(2, 4)))
        title = " ".join(text.split()[: rng.randint(7, 11)])
        if title not in taken:
            taken.add(title)
            slug = "-".join(re.findall(r"[a-z0-9]+", title.lower())[:4])[:50]
            id_ = f"{slug}-{len(made) + 1}"
            chosen = tuple(sorted(set(rng.sample(tags, 2))))
            made.append(Option(id=id_, title=title, text=text, tags=chosen))
    for option in options:
        made.insert(rng.randint(0, len(made)), option)
    return made


def _own_words(option: Option) -> list[str]:
    text = " ".join((option.title, option.summary, option.text, *option.keywords, *option.actors))
    return [word for word in re.findall(r"[^\W\d_][\w-]*[^\W_]", text) if fold(word) not in STOP]


def _mixed(rng: random.Random, sentence: str, words: list[str]) -> str:
    return " ".join(rng.choice(words) if rng.random() < 1 / 8 else w for w in sentence.split())


class Row(msgspec.Struct, frozen=True):
    """One size: share answered first, and times in milliseconds as (median, 95th percentile)."""

    size: int
    right: float
    build: float
    query: tuple[float, float]
    key: tuple[float, float]
    titles: tuple[float, float]
    whole: tuple[float, float]


def run(sizes: Sequence[int] = SIZES) -> list[Row]:
    """Measure every size, the baselines in the same run."""
    options, asked = bundled(), queries()
    Index(options).search("wake rapidfuzz")
    return [_row(hidden(options, size), asked) for size in sizes]


def measure() -> list[str]:
    """The lines to print."""
    rows = run()
    lines = [
        "search: share of queries with the wanted option first; ms as median / p95",
        f"{'options':>8} {'first':>6} {'build':>6} {'query':>13} {'key':>13}"
        + "".join(f" {peer:>20}" for peer in ("WRatio titles", "partial_ratio text")),
    ]
    for row in rows:
        query, key = (f"{a:.2f} / {b:.2f}" for a, b in (row.query, row.key))
        peers = (f"{share:.0%}, {ms:.1f} ms" for share, ms in (row.titles, row.whole))
        lines.append(
            f"{row.size:>8,} {row.right:>6.0%} {row.build:>6.0f} {query:>13} {key:>13}"
            + "".join(f" {peer:>20}" for peer in peers)
        )
    last = rows[-1]
    lines.append(
        f"at {last.size:,}: a query takes {last.query[0] / last.whole[1]:.2f} of partial_ratio,"
        f" a key {last.key[1] / 10:.2f} of 10 ms (p95)"
    )
    return lines


def _row(options: list[Option], asked: list[Query]) -> Row:
    began = time.perf_counter()
    index = Index(options)
    build = 1000 * (time.perf_counter() - began)
    right, spent = _ask(lambda text: [hit.option for hit in index.search(text, SHOWN)], asked)
    return Row(
        size=len(options),
        right=right,
        build=build,
        query=_middle(spent),
        key=_middle(_typed(Index(options), asked)),
        titles=_baseline(options, asked, "WRatio", [o.title for o in options]),
        whole=_baseline(options, asked, "partial_ratio", [_all_text(o) for o in options]),
    )


def _ask(find: Callable[[str], Sequence[str]], asked: list[Query]) -> tuple[float, list[float]]:
    right, spent = 0, []
    for query in asked:
        began = time.perf_counter()
        found = find(query.q)
        spent.append(1000 * (time.perf_counter() - began))
        right += bool(found) and found[0] in query.want
    return right / len(asked), spent


def _typed(index: Index, asked: list[Query]) -> list[float]:
    spent = []
    for query in asked:
        for letters in range(1, len(query.q) + 1):
            began = time.perf_counter()
            index.search(query.q[:letters], SHOWN)
            spent.append(1000 * (time.perf_counter() - began))
    return spent


def _middle(spent: list[float]) -> tuple[float, float]:
    return statistics.median(spent), statistics.quantiles(spent, n=20)[-1]


def _all_text(option: Option) -> str:
    lists = (*option.keywords, *option.tags, *option.actors)
    return " ".join((option.title, *lists, option.summary, option.text))


def _baseline(
    options: list[Option], asked: list[Query], scorer: str, texts: list[str]
) -> tuple[float, float]:
    from rapidfuzz import fuzz, process, utils

    ready = [utils.default_process(text) for text in texts]

    def find(text: str) -> list[str]:
        typed = utils.default_process(text)
        found = process.extract(typed, ready, scorer=getattr(fuzz, scorer), limit=SHOWN)
        return [options[place].id for _, _, place in found]

    right, spent = _ask(find, asked)
    return right, statistics.median(spent)


if __name__ == "__main__":
    print("\n".join(measure()))
