"""A transcript gives each block of prose whole, once."""

from __future__ import annotations

import json
from typing import Any

from engine.capture.transcript import TranscriptDecoder
from engine.source import BlockEnd, SessionChange, SessionChanged, SourceEvent, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard


def decode(*lines: dict[str, Any], size: int = 1000) -> list[SourceEvent]:
    raw = "".join(json.dumps(line) + "\n" for line in lines).encode()
    decoder = TranscriptDecoder()
    events = [event for at in range(0, len(raw), size) for event in decoder.feed(raw[at : at + size], 0.0)]
    return events + decoder.finish(0.0)


def assistant(uuid: str, *content: dict[str, Any], **extra: Any) -> dict[str, Any]:
    message = {"id": "msg_1", "role": "assistant", "content": list(content)}
    return {"type": "assistant", "uuid": uuid, "isSidechain": False, "message": message, **extra}


def user(content: Any, **extra: Any) -> dict[str, Any]:
    return {"type": "user", "isSidechain": False, "message": {"role": "user", "content": content}, **extra}


def text(value: str) -> dict[str, Any]:
    return {"type": "text", "text": value}


TOOL_RESULT = user([{"type": "tool_result", "tool_use_id": "x", "content": "secret file"}])
TOOL_USE = {"type": "tool_use", "id": "x", "name": "Read", "input": {}}
SESSION = (
    {"type": "mode", "mode": "normal", "sessionId": "s"},
    user("Why?"),
    {"type": "attachment", "attachment": {"type": "date"}, "isSidechain": False},
    assistant("u1", text("Let me look.")),
    assistant("u2", TOOL_USE),
    TOOL_RESULT,
    assistant("u3", {"type": "thinking", "thinking": "Prose."}, thinkingDisplay="updates"),
    assistant("u4", {"type": "thinking", "thinking": "Reasoning."}),
    assistant("u5", text("Because.")),
    user("And now?"),
    assistant("u6", text("Now as well.")),
)


def test_every_block_is_heard_in_order() -> None:
    assert heard(decode(*SESSION)) == ["Let me look.", "Prose.", "Because.", "Now as well."]
    assert heard(decode(*SESSION, size=3)) == heard(decode(*SESSION))


def test_prompts_begin_turns_and_results_of_tools_do_not() -> None:
    events = decode(*SESSION)
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["Why?", "And now?"]
    assert [event.turn for event in events if isinstance(event, TurnEnd)] == ["turn-1", "turn-2"]
    assert isinstance(events[-1], TurnEnd)


def test_each_text_is_a_block_that_ends() -> None:
    events = decode(assistant("u1", text("One."), text("Two.")))
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TextDelta, BlockEnd, TurnEnd]
    assert len({event.block for event in events if isinstance(event, TextDelta)}) == 2


def test_a_line_that_comes_twice_is_heard_once() -> None:
    assert heard(decode(*SESSION, *SESSION[1:9])) == heard(decode(*SESSION))


def test_subagents_and_the_programs_own_notes_are_left_out() -> None:
    theirs = assistant("u1", text("Theirs.")) | {"isSidechain": True}
    note = user("Caveat: the messages below …", isMeta=True)
    assert decode(theirs, note) == []


def test_odd_lines_say_nothing() -> None:
    decoder = TranscriptDecoder()
    assert decoder.feed(b'{"type":"assistant"}\n{"type":"user","message":[]}\nnot json\n{}\n', 0.0) == []
    assert decoder.broken == 1


def test_the_line_after_an_answer_ends_the_turn() -> None:
    decoder = TranscriptDecoder()
    lines = (user("Why?"), assistant("u1", text("So.")), {"type": "system", "subtype": "turn_duration", "isMeta": True})
    raw = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert decoder.feed(raw, 0.0)[-1] == TurnEnd("turn-1", 0.0)
    assert decoder.finish(0.0) == []


def test_esc_ends_the_turn_and_is_no_prompt() -> None:
    events = decode(user("Why?"), assistant("u1", text("Bec")), user([text("[Request interrupted by user]")]))
    assert events[-1] == TurnEnd("turn-1", 0.0, aborted=True)
    assert len([event for event in events if isinstance(event, TurnStart)]) == 1


def test_errors_of_the_api_are_not_claudes_words() -> None:
    assert heard(decode(user("Why?"), assistant("u1", text("API Error: 529"), isApiErrorMessage=True))) == []


def test_an_error_of_the_api_ends_the_turn() -> None:
    decoder = TranscriptDecoder()
    error = assistant("u2", text("API Error: Connection lost mid-response."), isApiErrorMessage=True)
    lines = (user("Why?"), assistant("u1", text("Because.")), error)
    raw = "".join(json.dumps(line) + "\n" for line in lines).encode()
    assert decoder.feed(raw, 0.0)[-1] == TurnEnd("turn-1", 0.0)


def test_a_prompt_that_was_written_after_its_answer_begins_no_turn() -> None:
    events = decode(
        assistant("u1", text("Because."), timestamp="2026-11-20T08:36:32.608Z"),
        {"type": "system", "subtype": "turn_duration", "uuid": "u2"},
        user("Why?", uuid="u0", timestamp="2026-11-20T08:36:32.194Z"),
        user("And now?", uuid="u3", timestamp="2026-11-20T08:36:40.000Z"),
        assistant("u4", text("Now as well."), timestamp="2026-11-20T08:36:41.000Z"),
    )
    assert heard(events) == ["Because.", "Now as well."]
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["", "And now?"]
    assert [event.turn for event in events if isinstance(event, TurnEnd)] == ["turn-1", "turn-2"]


def test_compaction_separates_within_a_turn_that_goes_on() -> None:
    boundary = {"type": "system", "subtype": "compact_boundary", "uuid": "b", "isSidechain": False}
    summary = user("This session is being continued from a previous conversation that ran out of context.", uuid="s")
    events = decode(user("Why?"), assistant("u1", text("So.")), boundary, summary, assistant("u2", text("And so.")))
    assert [event.change for event in events if isinstance(event, SessionChanged)] == [SessionChange.COMPACTED]
    assert [event.prompt for event in events if isinstance(event, TurnStart)] == ["Why?"]
    assert heard(events) == ["So.", "And so."]
