"""Documents: the published digest, the lines of keys, what is refused."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluator.errors import EvaluatorError
from evaluator.store.documents import digest, dump, parse

BALLOT = """\
schema = 1
kind = "ballot"
participant = "amina"
round = 1
updated = 2026-11-23T14:31:09Z

[weights]                        # only where this participant weighs otherwise
cost = 40

[scores.border-markets]
cost = 3
china-sensitivity = 2
feasibility = "abstain"

[notes.border-markets]
option = "Depends on the crossing being open"
cost = "18 markets were announced"

[accepted.border-markets]
cost = "Slowest step named: building"

[confidence.border-markets]
cost = 0.7

[end]
digest = "8cc78b034e471501"
"""


def test_digest_of_the_documented_ballot() -> None:
    document = tomllib.loads(BALLOT)
    assert digest(document) == document["end"]["digest"]


def test_three_and_three_point_zero_differ() -> None:
    assert digest({"a": 3}) != digest({"a": 3.0})


def test_every_key_has_its_line() -> None:
    source = parse(BALLOT.encode(), "b.toml")
    lines = BALLOT.splitlines()
    for path, starts in [
        (("round",), "round ="),
        (("weights", "cost"), "cost = 40"),
        (("scores", "border-markets"), "[scores.border-markets]"),
        (("scores", "border-markets", "feasibility"), "feasibility"),
        (("confidence", "border-markets", "cost"), "cost = 0.7"),
    ]:
        line = source.line(path)
        assert line is not None
        assert lines[line - 1].startswith(starts)


def test_lines_behind_long_texts_and_lists() -> None:
    text = 'a = """\n[x]\nb = 1\n"""\nlist = [\n  "]",\n  2,\n]\n[t]\n"quoted key".c = 3\n'
    source = parse(text.encode(), "t.toml")
    assert source.line(("list",)) == 5
    assert source.line(("t", "quoted key", "c")) == 10
    assert source.line(("b",)) is None


@pytest.mark.parametrize(
    ("data", "line", "says"),
    [
        (b"a = 1\na = 2\n", 2, "overwrite"),
        (b"a = [" + b"[" * 2000 + b"]" * 2000 + b"]", 1, "nested too deeply"),
        (b"a" + b".a" * 5000 + b" = 1", 1, "nested too deeply"),
        (b"\xff\xfea", 1, "UTF-8"),
        (b"a = 1\n\xc0\xaf", 2, "UTF-8"),
        (b"\0\0\0", None, "NUL"),
        (b"a = nan\n", 1, "no number"),
        (b"a = 0x" + b"f" * 5000, 1, "too many digits"),
        ("a = “x”\n".encode(), 1, "straight quotes"),
        (b"<<<<<<< HEAD\na = 1\n", 1, "merge"),
    ],
)
def test_refused(data: bytes, line: int | None, says: str) -> None:
    with pytest.raises(EvaluatorError) as caught:
        parse(data, "bad.toml")
    problem = caught.value.problems[0]
    assert problem.file == "bad.toml"
    assert problem.line == line
    assert says in str(problem)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_document_or_a_problem(data: bytes) -> None:
    try:
        source = parse(data, "any.toml")
    except EvaluatorError:
        return
    assert all(source.line((key,)) is not None for key in source.document)


_TEXT = st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"]), max_size=40)
_SCALARS = st.one_of(
    _TEXT,
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
)
_KEYS = _TEXT.filter(lambda key: key not in ("", "kind", "end"))
_DOCUMENTS = st.dictionaries(
    _KEYS,
    st.one_of(_SCALARS, st.lists(_SCALARS, max_size=3), st.dictionaries(_KEYS, _SCALARS)),
)


@given(_DOCUMENTS)
@settings(max_examples=200)
def test_written_reads_back(document: dict[str, object]) -> None:
    again = parse(dump({"kind": "x", **document}), "x.toml").document
    assert again.pop("end")["digest"] == digest(again)
    assert again.pop("kind") == "x"
    assert again == document


def test_line_ends_inside_texts_become_lf() -> None:
    again = parse(dump({"kind": "x", "a": "one\r\ntwo\rthree"}), "x.toml").document
    assert again["a"] == "one\ntwo\nthree"
