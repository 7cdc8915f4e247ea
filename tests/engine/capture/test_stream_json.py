"""Claude's stream-json lines, the API's own events and whole messages give the text once."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from engine.capture.json_lines import MOST_LINE_BYTES
from engine.capture.stream_json import StreamJsonDecoder
from engine.source import BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard, lines, served

Line = Mapping[str, Any]


def recorded(name: str) -> list[Line]:
    return [json.loads(line["line"]) for line in lines(name, "stream.jsonl")]


def decode(raw: bytes | Iterable[Line], size: int = 1 << 20) -> list[SourceEvent]:
    if not isinstance(raw, bytes):
        raw = "".join(json.dumps(line) + "\n" for line in raw).encode()
    decoder = StreamJsonDecoder()
    events = []
    for start in range(0, len(raw), size):
        events += decoder.feed(raw[start : start + size], float(start))
    return events + decoder.finish(float(len(raw)))


def delta(text: str, index: int = 0, kind: str = "text") -> Line:
    return {"type": "content_block_delta", "index": index, "delta": {"type": f"{kind}_delta", kind: text}}


def start(message: str = "m1") -> Line:
    return {"type": "message_start", "message": {"id": message}}


def stop(reason: str = "end_turn") -> list[Line]:
    return [{"type": "message_delta", "delta": {"stop_reason": reason}}, {"type": "message_stop"}]


def wrap(event: Line, **extra: Any) -> Line:
    return {"type": "stream_event", "event": event, "parent_tool_use_id": None, **extra}


def record(text: str, message: str = "m1", **extra: Any) -> Line:
    content = [{"type": "text", "text": text}]
    return {"type": "assistant", "message": {"id": message, "content": content}, "parent_tool_use_id": None, **extra}


INIT: Line = {"type": "system", "subtype": "init"}
RESULT: Line = {"type": "result", "subtype": "success", "is_error": False, "result": "One."}


@pytest.mark.parametrize("name", ["print-many-turns", "print-permission"])
def test_recorded_sessions_are_heard_exactly(name: str) -> None:
    assert heard(decode(recorded(name))) == served(name)


@pytest.mark.parametrize("name", ["print-many-turns", "print-permission"])
def test_without_partial_messages_the_records_are_heard(name: str) -> None:
    assert heard(decode(line for line in recorded(name) if line["type"] != "stream_event")) == served(name)


def test_any_pieces_give_the_same() -> None:
    expected = served("print-permission")
    for size in (1, 7, random.Random(3).randint(100, 5000)):
        assert heard(decode(recorded("print-permission"), size)) == expected


def test_each_turn_begins_and_ends_once() -> None:
    turns = [event for event in decode(recorded("print-many-turns")) if isinstance(event, TurnStart | TurnEnd)]
    assert [(type(event), event.turn) for event in turns] == [
        (TurnStart, "turn-1"),
        (TurnEnd, "turn-1"),
        (TurnStart, "turn-2"),
        (TurnEnd, "turn-2"),
    ]


def test_a_block_ends_with_its_stop_before_the_message_does() -> None:
    events = decode([INIT, *map(wrap, [start(), delta("One."), {"type": "content_block_stop", "index": 0}])])
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TurnEnd]


def test_bare_events_of_the_api_end_their_turn_with_the_message() -> None:
    call, answer = [start("m1"), delta("Let me look."), *stop("tool_use")], [start("m2"), delta("Done."), *stop()]
    events = decode([*call, *answer, start("m3"), delta("Next."), *stop()])
    assert heard(events) == ["Let me look.", "Done.", "Next."]
    assert [type(event) for event in events] == [
        *[TurnStart, TextDelta, BlockEnd, TextDelta, BlockEnd, TurnEnd],
        *[TurnStart, TextDelta, BlockEnd, TurnEnd],
    ]


def test_server_sent_events_are_taken_as_they_are() -> None:
    events = [start(), delta("Hel"), delta("lo."), {"type": "ping"}, *stop()]
    raw = "".join(f"event: {event['type']}\r\ndata: {json.dumps(event)}\r\n\r\n" for event in events)
    assert heard(decode((raw + "data: [DONE]\n").encode())) == ["Hello."]


@pytest.mark.parametrize("whole", [{}, {"type": "message"}, {"type": "message", "role": "assistant"}])
def test_whole_messages_are_heard(whole: dict[str, Any]) -> None:
    blocks = [{"type": "text", "text": "One."}, {"type": "tool_use", "id": "x"}, {"type": "text", "text": "Two."}]
    events = decode([{**whole, "content": blocks}, {**whole, "content": [{"type": "text", "text": "Three."}]}])
    assert heard(events) == ["One.", "Two.", "Three."]
    assert sum(isinstance(event, BlockEnd) for event in events) == 3


def test_what_the_user_says_is_not_heard() -> None:
    assert decode([{"role": "user", "content": "hello"}, {"type": "user", "message": {"content": "hello"}}]) == []


def test_thinking_is_heard_only_where_it_is_prose() -> None:
    shown = [wrap(delta("Prose.", 0, "thinking"), thinking_display="updates")]
    hidden = [wrap(delta("Reasoning.", 1, "thinking")), wrap(delta("Answer.", 2))]
    assert heard(decode([INIT, wrap(start()), *shown, *hidden])) == ["Prose.", "Answer."]
    block = [{"type": "thinking", "thinking": "Prose."}]
    prose = {"type": "assistant", "message": {"id": "m2", "content": block}, "thinking_display": "updates"}
    reasoning = {"type": "assistant", "message": {"id": "m3", "content": block}}
    assert heard(decode([prose, reasoning])) == ["Prose."]


def test_subagents_are_left_out() -> None:
    theirs = [
        {**wrap(delta("Theirs.")), "parent_tool_use_id": "toolu_1"},
        {**record("Theirs.", "m9"), "parent_tool_use_id": "toolu_1"},
    ]
    assert heard(decode([INIT, wrap(start()), wrap(delta("Mi")), *theirs, wrap(delta("ne."))])) == ["Mine."]


def test_a_record_that_comes_twice_is_heard_once() -> None:
    assert heard(decode([record("One.", uuid="u1"), record("One.", uuid="u1"), record("One.", uuid="u2")])) == [
        "One.",
        "One.",
    ]


def test_a_message_that_breaks_off_and_comes_again_is_heard_once() -> None:
    broken, again = [start("m1"), delta("One. Tw")], [start("m2"), delta("One. T"), delta("wo."), *stop()]
    assert heard(decode([*broken, *again])) == ["One. Two."]


def test_a_message_that_was_stopped_is_not_taken_for_a_broken_one() -> None:
    stopped = [INIT, wrap(start("m1")), wrap(delta("Sure! One")), {**RESULT, "is_error": True}]
    events = decode([*stopped, INIT, wrap(start("m2")), wrap(delta("Sure! Two."))])
    assert heard(events) == ["Sure! One", "Sure! Two."]
    assert [event.aborted for event in events if isinstance(event, TurnEnd)] == [True, False]


def test_a_lone_result_is_heard() -> None:
    assert heard(decode([RESULT])) == ["One."]


@pytest.mark.parametrize("before", [[INIT, record("One.")], [INIT, record("One."), RESULT], [INIT, RESULT]])
def test_a_result_that_repeats_is_not_heard(before: list[Line]) -> None:
    assert heard(decode([*before, RESULT])) == ["One."]


def test_an_error_is_told() -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    assert decode([error]) == [SourceStatus("stream-json", True, "Overloaded")]


@pytest.mark.parametrize(
    "line",
    [
        {"type": "new_kind", "text": "x"},
        {"type": "system", "subtype": "status"},
        {"type": "control_request", "request": {"subtype": "can_use_tool"}},
        {"type": "stream_event"},
        {"type": "stream_event", "event": {"type": "content_block_delta"}},
        {
            "type": "stream_event",
            "event": {"type": "content_block_delta", "index": "0", "delta": {"type": "text_delta"}},
        },
        {"type": "stream_event", "event": {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta"}}},
        {"type": "assistant", "message": {"content": [None, 1, {"type": "text", "text": None}]}},
        {"type": "assistant"},
        {"type": ["a list"]},
        {"content": 5},
    ],
)
def test_lines_of_other_kinds_and_shapes_say_nothing(line: Line) -> None:
    assert decode([line]) == []


def test_broken_lines_are_counted_and_cost_nothing_else() -> None:
    decoder = StreamJsonDecoder()
    good = json.dumps(record("One.")).encode()
    broken = [b'{"type":"ass', b"\xff\xfe\x00", b"[1]", b"5", b"null", b"[" * 100_000]
    events = decoder.feed(b"\n".join([*broken, b"", good, b""]), 0.0)
    assert heard(events) == ["One."]
    assert decoder.broken == len(broken)


def test_a_line_without_end_does_not_grow_for_ever() -> None:
    decoder = StreamJsonDecoder()
    for _ in range(3):
        assert decoder.feed(b"x" * (MOST_LINE_BYTES // 2), 0.0) == []
    events = decoder.feed(b"\n" + json.dumps(record("One.")).encode() + b"\n", 0.0)
    assert heard(events) == ["One."]
    assert decoder.broken == 1


def test_the_last_line_may_lack_its_end() -> None:
    assert heard(decode(json.dumps(record("One.")).encode())) == ["One."]
