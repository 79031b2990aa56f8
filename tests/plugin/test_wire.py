"""Frames: whatever is sent arrives, and nothing else is taken for a message."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluator.model import Brief, Option
from evaluator.plugin import wire
from evaluator.plugin.wire import Ask, Done, Load, Said, Source


@given(st.text(st.characters(exclude_categories=["Cs"])), st.binary(), st.integers(1, 7))
def test_a_message_arrives_whole_in_pieces_of_any_size(text: str, data: bytes, size: int) -> None:
    sent = Load(Source(text, files={"a.py": data}), wire.Limits())
    stream = io.BytesIO(wire.frame(sent) + wire.frame(sent))
    for _ in range(2):
        body = wire.read_frame(lambda count: stream.read(min(count, size)))
        assert wire.decode_request.decode(body) == sent
    assert wire.read_frame(stream.read) is None


@given(st.data())
def test_a_frame_cut_anywhere_is_an_error_and_never_a_message(data: st.DataObject) -> None:
    whole = wire.frame(Said("cost", "boats", fault="x" * 50))
    end = data.draw(st.integers(1, len(whole) - 1))
    with pytest.raises(ValueError, match="cut short"):
        wire.read_frame(io.BytesIO(whole[:end]).read)


def test_a_frame_that_claims_too_much_is_refused_before_it_is_read() -> None:
    with pytest.raises(ValueError, match="4294967295 bytes"):
        wire.read_frame(io.BytesIO(b"\xff\xff\xff\xff").read, wire.MAX_ANSWER)


@given(st.binary(max_size=60))
def test_noise_is_no_answer(noise: bytes) -> None:
    try:
        answer = wire.decode_answer.decode(noise)
    except (ValueError, RecursionError):
        return
    assert isinstance(answer, Done | Said | wire.Loaded | wire.Failed)


def test_what_msgpack_can_not_hold_is_sent_all_the_same() -> None:
    odd = {"n": 1 << 80, "deep": [{"s": "\ud800"}], "yes": True, "small": -5}
    option = Option("one", "One", extra=odd, resources={"money": 1 << 70})
    brief = wire.portable_brief(Brief("", (option, Option("two", "Two"))))
    sent = wire.decode_request.decode(wire.encode(Ask((), (), brief)))
    assert isinstance(sent, Ask)
    assert sent.brief.options[0].extra == {
        "n": float(1 << 80), "deep": [{"s": "?"}], "yes": True, "small": -5,
    }  # fmt: skip
    assert sent.brief.options[0].resources == {"money": float(1 << 70)}
    assert sent.brief.options[1] == Option("two", "Two")
