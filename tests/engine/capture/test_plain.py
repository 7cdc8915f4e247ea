"""Plain text arrives as it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.capture.plain import PlainDecoder
from engine.source import BlockEnd, SourceEvent, TextDelta, TurnEnd, TurnStart


def decode(raw: bytes, sizes: list[int]) -> list[SourceEvent]:
    decoder = PlainDecoder()
    events: list[SourceEvent] = []
    for size in sizes:
        events += decoder.feed(raw[:size], 0.0)
        raw = raw[size:]
    return events + decoder.feed(raw, 0.0) + decoder.finish(0.0)


def text_of(events: list[SourceEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


@given(st.text(), st.lists(st.integers(0, 5), max_size=30))
def test_any_pieces_give_the_text(text: str, sizes: list[int]) -> None:
    expected = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert text_of(decode(text.encode("utf-8", "surrogatepass"), sizes)) == expected


def test_a_character_that_is_cut_waits_for_its_rest() -> None:
    decoder = PlainDecoder()
    raw = "日本".encode()
    assert text_of(decoder.feed(raw[:4], 0.0)) == "日"
    assert text_of(decoder.feed(raw[4:], 0.0)) == "本"


def test_the_block_and_the_turn_end_with_the_input() -> None:
    kinds = [type(event) for event in decode(b"Hello. How", [6])]
    assert kinds == [TurnStart, TextDelta, TextDelta, BlockEnd, TurnEnd]


def test_nothing_says_nothing() -> None:
    assert decode(b"", []) == []


def test_bytes_that_are_no_utf8_do_not_stop_the_rest() -> None:
    assert text_of(decode(b"one \xff\xfe two \xe6", [])) == "one \ufffd\ufffd two \ufffd"
