"""Search: what people type finds what they mean; filters; spans; nothing typed can crash it."""

import importlib.util
import math
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import evaluator
from evaluator.model import Option
from evaluator.search import Facts, Filter, Hit, Index, Span, fold, needs_scores, split_query
from evaluator.search.words import STOP, find, places, vocabulary_of

HERE = Path(__file__).parent
EXAMPLE = Path(evaluator.__file__).parent / "examples" / "us_pakistan_2024.toml"
QUERIES = tomllib.loads((HERE / "data" / "queries.toml").read_text(encoding="utf-8"))["query"]


def example() -> list[Option]:
    tables = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))["options"]
    return [msgspec.convert({"id": id_, **table}, Option) for id_, table in tables.items()]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(example())


def ids(hits: list[Hit]) -> list[str]:
    return [hit.option for hit in hits]


def shown(option: Option, spans: tuple[Span, ...], notes: str = "") -> list[str]:
    """What the spans mark, as `field: text`."""
    said = []
    for span in spans:
        content = notes if span.field == "notes" else getattr(option, span.field)
        text = content if span.index is None else content[span.index]
        said.append(f"{span.field}: {text[span.start : span.end]}")
    return said


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query["q"])
def test_what_people_type_finds_what_they_mean(index: Index, query: dict) -> None:
    best = ids(index.search(query["q"]))[: query["top"]]
    assert set(best) & set(query["want"])


def test_ten_thousand_others_hide_few_of_them() -> None:
    path = HERE.parent / "bench" / "search.py"
    spec = importlib.util.spec_from_file_location("bench_search", path)
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    options = bench.hidden(example(), 10_000)
    assert len({option.id for option in options}) == 10_000
    crowd = Index(options)
    found = [bool(set(ids(crowd.search(q["q"], 1))) & set(q["want"])) for q in QUERIES]
    assert sum(found) >= 0.9 * len(QUERIES)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("minral", "minerals-partnership"),
        ("imf_", "imf-leverage"),
        ("I.M.F.", "imf-leverage"),
        ("IMF", "imf-leverage"),
        ("ïmf", "imf-leverage"),
        ("lawenforcement", "civilian-law-enforcement"),
        ("midlevel", "officials-training"),
        ("alqaida", "counterterrorism-dialogue"),
        ("the iran of the", "iran-border-calm"),
    ],
)
def test_other_ways_to_write_it(index: Index, query: str, first: str) -> None:
    assert ids(index.search(query))[0] == first


@pytest.mark.parametrize("query", ["zzqqzzqq", "qwertyuiop", "blockchain", "!!", '"', "20249"])
def test_no_hit(index: Index, query: str) -> None:
    assert index.search(query) == []
    assert index.problems(query) == []


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "tag:"])
def test_an_empty_query_gives_everything_in_file_order(index: Index, query: str) -> None:
    hits = index.search(query)
    assert ids(hits) == [option.id for option in example()]
    assert {(hit.score, hit.matches) for hit in hits} == {(100.0, ())}


def test_a_hopelessly_long_query_is_answered(index: Index) -> None:
    assert index.search("x" * 100_000) == []
    assert ids(index.search("iran " + "b" * 99_995)) == ["iran-border-calm"]
    assert index.search("q w " * 25_000) == index.search("q w " * 50_000)
    assert index.problems("tag:" + "y" * 100_000)[0].startswith("no option has the tag 'yyyy")


# Scores, worked out by hand.


def score(query: str, *options: Option) -> dict[str, float]:
    return {hit.option: hit.score for hit in Index(options).search(query)}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("copper", 90.0),  # a title's word is worth 0.9
        ("cop", 90 * 0.92**2),  # its beginning counts 0.92, squared
        ("coper", 90 * (1 - 1 / 6) ** 2),  # one edit, six letters in the longer word
        ("cpoper", 90 * (1 - 1 / 6) ** 2),  # neighbours swapped are one edit
        ("cpper", 90 * (1 - 1 / 6) ** 2),
        ("coopr", None),  # two edits of six: less alike than 0.7
    ],
)
def test_likeness(query: str, expected: float | None) -> None:
    found = score(query, Option("a", "Copper mining"), Option("b", "Clean water"))
    assert found == ({} if expected is None else {"a": pytest.approx(expected, abs=0.01)})


def test_a_doubtful_word_begins_alike() -> None:
    case = Option("a", "Case")
    assert score("cafe", case) == {"a": pytest.approx(90 * (1 - 1 / 4) ** 2, abs=0.01)}
    assert score("base", case) == {}


def test_fields_add_up() -> None:
    title = Option("a", "Copper mining")
    both = Option("b", "Copper mining", keywords=("copper",))
    part = Option("c", "Mining", keywords=("copper ore",))
    text = Option("d", "Mining", text="Copper first")
    expected = {"b": 100 * (1 - 0.1 * 0.06), "a": 90.0, "c": 87.0, "d": 58.0}
    assert score("copper", title, both, part, text) == pytest.approx(expected, abs=0.01)
    assert list(score("copper", title, both, part, text)) == ["b", "a", "c", "d"]


def test_a_text_that_repeats_the_title_adds_nothing() -> None:
    assert score("copper", Option("x", "Copper mining", text="Copper mining helps")) == {"x": 90.0}


def test_rare_words_weigh_more() -> None:
    options = (Option("a", "Trade copper"), Option("b", "Trade fish"), Option("c", "Trade salt"))
    common, rare = math.log(1 + 3 / 3), math.log(1 + 3 / 1)
    # "trade" alone is ln 2 of ln 2 + ln 4: a third, less than half of what "a" has.
    assert score("trade copper", *options) == {"a": 90.0}
    # A word that nothing has weighs as one that one option has.
    share = pytest.approx(90 * common / (common + rare), abs=0.01)
    assert score("trade unheard", *options) == {"a": share, "b": share, "c": share}


def test_equals_stand_in_file_order() -> None:
    options = [Option(f"o{n}", "Copper") for n in (3, 1, 2)]
    assert ids(Index(options).search("copper")) == ["o3", "o1", "o2"]


def test_what_is_meant_for_sure_leaves_out_what_is_merely_like_it() -> None:
    options = [Option("a", "The border"), Option("b", "An order")]
    assert ids(Index(options).search("border")) == ["a"]
    assert ids(Index(options).search("bordr")) == ["a"]


def test_numbers_are_not_guessed_at() -> None:
    assert score("20245", Option("a", "Plan of 20246")) == {}


def test_one_letter_finds_words_that_begin_with_it() -> None:
    options = [Option("a", "Copper"), Option("b", "Water", text="copper")]
    assert ids(Index(options).search("c")) == ["a", "b"]
    options = [Option("a", "Copper"), Option("b", "Water", text="clean")]
    assert ids(Index(options).search("c")) == ["a"]


def test_stop_words_count_where_nothing_else_is_asked() -> None:
    options = [Option("a", "What to do with it"), Option("b", "Water")]
    assert ids(Index(options).search("what")) == ["a"]
    assert ids(Index(options).search("what water")) == ["b"]


def test_any_script() -> None:
    options = [Option("a", "重要鉱物の輸出"), Option("b", "पानी की योजना"), Option("c", "Łódź")]
    index = Index(options)
    assert ids(index.search("鉱物")) == ["a"]
    assert shown(options[0], index.search("鉱物")[0].matches) == ["title: 鉱", "title: 物"]
    assert ids(index.search("योजना")) == ["b"]
    assert ids(index.search("łodz")) == ["c"]


# Spans.


@pytest.mark.parametrize(
    ("title", "query", "marked"),
    [
        ("Kept: café society", "CAFE", ["title: café"]),
        ("Kept: cafe\u0301 society", "café", ["title: cafe\u0301"]),
        ("Die Straße hier", "strasse", ["title: Straße"]),
        ("Straßenbau", "stras", ["title: Straßenbau"]),  # letters that can't be counted off
        ("The ﬁsh market", "fish", ["title: ﬁsh"]),
        ("İstanbul talks", "istanbul", ["title: İstanbul"]),
        ("Technology", "tech", ["title: Tech"]),
        ("The U.S. view", "us", ["title: U.S"]),
        ("Climate-proof roads", "climateproof", ["title: Climate-proof"]),
        ("Climate-proof roads", "climate", ["title: Climate"]),
        ("Blue economies", "blueecono", ["title: Blue", "title: economies"]),
        ("Copper, coppers and copers", "copper", ["title: Copper", "title: copper"]),
        ("Copper", "coper", ["title: Copper"]),
        ("A\u00adB soft\u00adly spoken", "softly", ["title: soft\u00adly"]),
    ],
)
def test_spans_point_into_the_text_as_it_is_written(
    title: str, query: str, marked: list[str]
) -> None:
    option = Option("x", title)
    assert shown(option, Index([option]).spans(query, "x")) == marked


def test_spans_name_field_and_entry() -> None:
    option = Option(
        "copper-pact",
        "A copper pact",
        summary="On copper.",
        text="Copper",
        section="Copper",
        tags=("trade", "copper"),
        actors=("Copper Board",),
        keywords=("zinc", "copper ore"),
    )
    index = Index([option], Facts(notes={"copper-pact": "is copper scarce?"}))
    assert index.search("copper")[0].matches == (
        Span("title", None, 2, 8),
        Span("keywords", 1, 0, 6),
        Span("actors", 0, 0, 6),
        Span("tags", 1, 0, 6),
        Span("summary", None, 3, 9),
        Span("id", None, 0, 6),
        Span("section", None, 0, 6),
        Span("notes", None, 3, 9),
        Span("text", None, 0, 6),
    )
    assert index.spans("copper", "unknown") == ()


def test_limit_and_ranked_agree_with_search(index: Index) -> None:
    hits = index.search("trade china")
    assert index.search("trade china", limit=1) == hits[:1]
    assert index.ranked("trade china") == [(hit.option, hit.score) for hit in hits]
    assert index.spans("trade china", hits[0].option) == hits[0].matches


# Filters.

OPTIONS = (
    Option("a", "Copper", tags=("climate", "trade"), actors=("DFC",)),
    Option("b", "Water", tags=("climate-law",), actors=("Karachi Port Authority",)),
    Option("c", "Fish", tags=("Climat",), status="discounted", reason="late"),
    Option("d", "Salt", tags=("trade",), status="preferred"),
)
FACTS = Facts(
    values={
        "a": {"cost": 2, "china-sensitivity": 1.0},
        "b": {"cost": 2.0000000001, "china-sensitivity": None},
        "d": {"cost": 4.5, "china-sensitivity": 3},
    },
    ranks={"a": 2, "b": None, "d": 1},
    contested=frozenset({"d", "gone"}),
    notes={"a": "Ask the ministry of énergie", "d": "later"},
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag:climate", "a"),
        ("tag:climate-law", "b"),
        ("TAG:Trade", "ad"),
        ("tag:clim", "abc"),
        ("tag:climat", "c"),
        ("tag:trade tag:climate", "a"),
        ("actor:dfc", "a"),
        ("actor:port", "b"),
        ('actor:"karachi port"', "b"),
        ("is:open", "ab"),
        ("is:discounted", "c"),
        ("is:preferred", "d"),
        ("is:forward", ""),
        ("is:contested", "d"),
        ("is:gap", "b"),
        ("cost<=2", "ab"),
        ("cost <= 2", "ab"),
        ("cost=2", "ab"),
        ("cost==2", "ab"),
        ("cost<2", ""),
        ("cost>2", "d"),
        ("cost≥4,5", "d"),
        ("cost>=-1", "abd"),
        ("china-sensitivity<3", "a"),
        ("rank<=1", "d"),
        ("rank>1", "a"),
        ("note:energie", "a"),
        ("note:nergie", ""),
        ("note:later is:preferred", "d"),
        ("copper tag:trade", "a"),
        ("tag:trade copper", "a"),
        ("copper is:preferred", ""),
        ("tag:trade cost<", "ad"),  # still being typed
    ],
)
def test_filters(query: str, found: str) -> None:
    assert "".join(ids(Index(OPTIONS, FACTS).search(query))) == found


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("tga:climate", "no filter 'tga'; did you mean 'tag'?"),
        ("-tag:climate", "no filter '-tag'; did you mean 'tag'?"),
        ("cots<=2", "no filter 'cots'; did you mean 'cost'?"),
        (
            "xyzzy=1",
            "no filter 'xyzzy'; there are tag, actor, is, note, rank, cost, china-sensitivity",
        ),
        ("tag:climte", "no option has the tag 'climte'; did you mean 'climate'?"),
        ("actor:zzz", "no option has the actor 'zzz'"),
        ("is:opne", "no filter 'is:opne'; did you mean 'is:open'?"),
        (
            "is:zzz",
            "no filter 'is:zzz'; there are open, forward, preferred, discounted, contested, gap",
        ),
        ("cost<=two", "'cost<=two': 'two' is no number"),
        ("cost<=nan", "'cost<=nan': 'nan' is no number"),
        ("cost<=1e999", "'cost<=1e999': '1e999' is no number"),
        ("rank<=-5", "'rank<=-5': ranks begin at 1"),
        ("cost:2", "'cost:2': write cost<=2, with <=, <, >=, > or ="),
        ("tag=trade", "'tag=trade': write tag:word"),
        ("tag:", "'tag:' wants a word after the colon"),
        ("cost>", "'cost>' wants a number"),
    ],
)
def test_a_mistyped_filter_says_so(query: str, problem: str) -> None:
    index = Index(OPTIONS, FACTS)
    assert index.problems(query) == [problem]
    being_typed = "wants" in problem
    assert ids(index.search(query)) == (["a", "b", "c", "d"] if being_typed else [])


@pytest.mark.parametrize("query", ["cost<=2", "rank<5", "is:contested", "is:gap", "note:x"])
def test_what_only_a_session_knows(query: str) -> None:
    index = Index(OPTIONS, criteria=("cost",))
    assert needs_scores(query, ["cost"])
    assert index.problems(query) == [
        f"'{query}' asks for what only a session knows, and there is none"
    ]
    assert index.search(query) == []


@pytest.mark.parametrize(
    "query", ["cots<=2", "tag:climate", "is:open", "cost", "rank", "http://x.org", "note this", ""]
)
def test_what_needs_no_session(query: str) -> None:
    assert not needs_scores(query, ["cost"])


def test_gaps_may_be_given() -> None:
    given_ = msgspec.structs.replace(FACTS, gaps=frozenset({"a"}))
    assert ids(Index(OPTIONS, given_).search("is:gap")) == ["a"]


def test_other_facts_over_the_same_options() -> None:
    index = Index(OPTIONS, FACTS)
    assert ids(index.search("copper is:contested")) == []
    other = index.with_facts(msgspec.structs.replace(FACTS, contested=frozenset({"a"})))
    assert ids(other.search("copper is:contested")) == ["a"]
    assert ids(index.search("copper is:contested")) == []
    assert ids(other.search("ministry")) == ["a"]
    assert ids(other.with_facts(None).search("ministry")) == []


def test_a_query_taken_apart() -> None:
    assert split_query('Blue  tag:"human rights" ÉCO blue rank<=5 https://x.org so: rank<=5') == (
        ("blue", "eco", "https", "x", "org", "so"),
        (Filter("tag", ":", "human rights"), Filter("rank", "<=", "5")),
    )


# Whatever is typed, over whatever options.

WORDS = st.text("abcdé-.' ßﬁ鉱U\u0301", max_size=12) | st.text(max_size=8)
LISTS = st.lists(WORDS, max_size=3).map(tuple)
OPTION_LISTS = st.lists(
    st.builds(
        Option,
        id=st.just("x"),
        title=WORDS,
        summary=WORDS,
        text=WORDS,
        section=WORDS,
        tags=LISTS,
        actors=LISTS,
        keywords=LISTS,
    ),
    max_size=5,
).map(lambda found: [msgspec.structs.replace(o, id=f"o-{n}") for n, o in enumerate(found)])
SPOKEN = ["tag:", "is:gap", "cost<=", "cost<=2", "rank>", "note:a", "-is:open", "<", ":", '"']
TYPED = st.lists(WORDS | st.sampled_from(SPOKEN), max_size=5).map(" ".join)


@settings(deadline=None)
@given(OPTION_LISTS, TYPED, st.booleans())
def test_nothing_typed_crashes_it(options: list[Option], query: str, scored: bool) -> None:
    notes = {option.id: option.title[::-1] for option in options}
    facts = Facts(values={o.id: {"cost": 1} for o in options}, notes=notes) if scored else None
    index = Index(options, facts)
    hits = index.search(query)
    assert all(problem for problem in index.problems(query))
    assert isinstance(needs_scores(query, ["cost"]), bool)
    assert len({hit.option for hit in hits}) == len(hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    by_id = {option.id: option for option in options}
    for hit in hits:
        assert 0 < hit.score <= 100
        assert bool(hit.matches) == bool(split_query(query)[0])
        for span, text in zip(
            hit.matches, shown(by_id[hit.option], hit.matches, notes[hit.option]), strict=True
        ):
            assert 0 <= span.start < span.end
            assert len(text) == len(span.field) + 2 + span.end - span.start


@settings(deadline=None)
@given(OPTION_LISTS, st.lists(TYPED, min_size=1, max_size=4))
def test_the_answer_does_not_depend_on_what_was_asked_before(
    options: list[Option], queries: list[str]
) -> None:
    used = Index(options)
    for query in queries:
        used.search(query)
    for query in queries:
        assert used.search(query) == Index(options).search(query)


@settings(deadline=None)
@given(OPTION_LISTS, st.data())
def test_an_option_is_found_at_every_letter_of_its_words(
    options: list[Option], data: st.DataObject
) -> None:
    titles = [(o.id, word) for o in options for word in split_query(o.title)[0]]
    words = [(id_, word) for id_, word in titles if len(word) > 1 and word not in STOP]
    if words:
        option, word = data.draw(st.sampled_from(words))
        index = Index(options)
        for letters in range(1, len(word) + 1):
            assert option in ids(index.search(word[:letters]))


@settings(deadline=None)
@given(st.text())
def test_folding_is_stable_and_has_a_way_back(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    there = list(places(text))
    assert len(there) == len(folded) + 1
    assert there == sorted(there)
    assert all(folded[n] in fold(text[at]) for n, at in enumerate(there[:-1]))


def test_search_is_loaded_lightly() -> None:
    code = (
        "import sys; from evaluator.search import Index; from evaluator.model import Option;"
        "assert 'rapidfuzz' not in sys.modules, 'rapidfuzz at import';"
        "assert Index([Option('a', 'Copper')]).search('coper')[0].option == 'a';"
        "assert 'numpy' not in sys.modules, 'numpy in a search'"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@given(st.text(alphabet="aus.-–' 1½éZ中かß_·/", max_size=12))
@settings(max_examples=400)
def test_every_word_of_a_text_is_found_where_it_stands(text: str) -> None:
    folded = fold(text)
    for word in vocabulary_of(folded):
        spans = find(folded, word)
        assert spans
        for start, end in spans:
            said = folded[start:end]
            assert said == word or said.translate(str.maketrans("", "", "-–.")) == word


def test_an_abbreviation_beside_another_script_is_marked() -> None:
    (hit,) = Index([Option("a", "the U.S.中 pact")]).search("us")
    assert hit.matches == (Span("title", None, 4, 7),)


def test_spans_that_overlap_are_made_one() -> None:
    # ½ folds to 1⁄2: the words are 1 and 22, and the sign belongs to both
    (hit,) = Index([Option("a", "in ½2 of them")]).search("1 22")
    assert hit.matches == (Span("title", None, 3, 5),)


def test_two_words_written_as_one_must_stand_together() -> None:
    index = Index([Option("a", "Run a night ferry"), Option("b", "Put up a lamp post")])
    assert ids(index.search("nightferry")) == ["a"]
    assert ids(index.search("nightlamp")) == []
