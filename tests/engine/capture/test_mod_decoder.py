"""The mod's events become exactly the text of the answers."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.capture.mod_decoder import ModDecoder
from engine.capture.mod_order import EventOrder, ModEvent
from engine.source import BlockEnd, SourceEvent, SourceStatus, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard, lines, served

NARRATION = "The file has one line of text. I will now read it again to be sure."
SUBAGENT = "Hello from the fake model. This is a short reply."


def decode(events: Sequence[ModEvent], **options: Any) -> list[SourceEvent]:
    decoder = ModDecoder(to_monotonic=lambda wall_s: wall_s, **options)
    decoded = [out for at, event in enumerate(events) for out in decoder.decode(event, float(at))]
    assert decoder.ignored == 0
    return decoded


def in_turn(*events: dict[str, Any], reason: str = "answer") -> list[dict[str, Any]]:
    """The events of one step, with what stands around them."""
    at = {"turnId": "T", "step": 0}
    stepped = [at | event for event in events]
    end = {"ev": "turn.complete", "turnId": "T", "reason": reason}
    return [{"ev": "turn.start", "turnId": "T"}, {"ev": "step.start", **at}, *stepped, end]


def text(content: str, index: int = 0, ev: str = "text") -> dict[str, Any]:
    return {"ev": ev, "index": index, "text": content}


EDGE = {"ev": "edge"}


@pytest.mark.parametrize("name", ["steady-stream", "tool-permission"])
def test_every_block_arrives_exactly(name: str) -> None:
    assert heard(decode(lines(name, "mod.jsonl"))) == served(name)


@pytest.mark.parametrize("name", ["reply", "narration"])
def test_prose_that_arrives_as_thinking_is_heard_in_its_place(name: str) -> None:
    first, last = served(name)
    assert heard(decode(lines(name, "mod.jsonl"))) == [first, NARRATION, last]


def test_a_text_that_starts_again_is_heard_once() -> None:
    dropped, whole = served("reconnect")
    assert whole.startswith(dropped)
    assert heard(decode(lines("reconnect", "mod.jsonl"))) == [whole]


def test_esc_ends_the_block_and_the_turn() -> None:
    events = decode(lines("interrupted", "mod.jsonl"))
    (said,) = heard(events)
    assert said
    assert served("interrupted")[0].startswith(said)
    assert isinstance(events[-2], BlockEnd)
    assert isinstance(events[-1], TurnEnd)
    assert events[-1].aborted


@pytest.mark.parametrize(
    "after",
    [
        [],
        [{"ev": "step.end", "answer": "I look.", "stopReason": None}],
        [{"ev": "step.end", "answer": "I look.", "stopReason": "tool_use"}],
    ],
    ids=["before-the-message-ended", "message-cut-off", "message-complete"],
)
def test_a_tool_that_is_refused_interrupts_the_turn(after: list[dict[str, Any]]) -> None:
    events = decode(in_turn(text("I look."), EDGE, {"ev": "tool", "index": 1, "name": "Bash"}, *after))
    assert isinstance(events[-1], TurnEnd)
    assert events[-1].aborted


def test_a_turn_that_ends_with_an_answer_is_not_interrupted() -> None:
    events = decode(in_turn(text("Done."), {"ev": "step.end", "answer": "Done.", "stopReason": "end_turn"}))
    assert isinstance(events[-1], TurnEnd)
    assert not events[-1].aborted


def test_subagents_are_left_out() -> None:
    said = heard(decode(lines("subagent", "mod.jsonl")))
    blocks = served("subagent")
    # The subagent's reply and the last turn's are the same words; the server sent them twice.
    assert blocks.count(SUBAGENT) == 2
    blocks.remove(SUBAGENT)
    assert said == blocks


def test_subagents_come_whole_when_asked_for() -> None:
    events = decode(lines("subagent", "mod.jsonl"), include_subagents=True)
    assert sorted(heard(events)) == sorted(served("subagent"))
    assert_no_interleaving(events)


def assert_no_interleaving(events: list[SourceEvent]) -> None:
    blocks = [event.block for event in events if isinstance(event, TextDelta)]
    changes = [block for at, block in enumerate(blocks) if at == 0 or blocks[at - 1] != block]
    assert len(changes) == len(set(changes))


@pytest.mark.parametrize("name", ["reply", "reconnect", "interrupted", "subagent", "tool-permission"])
def test_each_block_and_turn_ends_once(name: str) -> None:
    events = decode(lines(name, "mod.jsonl"))
    begun = {event.block for event in events if isinstance(event, TextDelta)}
    ended = [event.block for event in events if isinstance(event, BlockEnd)]
    assert sorted(ended) == sorted(begun)
    started = [event.turn for event in events if isinstance(event, TurnStart)]
    assert started == [event.turn for event in events if isinstance(event, TurnEnd)]


def test_a_tool_ends_the_text_before_it() -> None:
    events = decode(in_turn(text("Let me look."), {"ev": "tool", "index": 1, "name": "Read"}))
    assert [type(event) for event in events[:3]] == [TurnStart, TextDelta, BlockEnd]


def test_the_session_start_says_that_the_source_is_there() -> None:
    assert decode([{"ev": "session.start", "surface": "terminal"}]) == [SourceStatus("mod", True)]


def test_the_prompt_comes_with_the_turn() -> None:
    (start,) = decode([{"ev": "turn.start", "turnId": "T", "prompt": "why?"}])
    assert start == TurnStart("T", 0.0, "why?")


def test_times_are_on_the_engine_clock_and_never_later_than_the_arrival() -> None:
    decoder = ModDecoder(to_monotonic=lambda wall_s: wall_s - 1000.0)
    events = in_turn(text("a") | {"t": 1_005_000}, text("b") | {"t": 1_009_000}, text("c"))
    deltas = [out for event in events for out in decoder.decode(event, 7.0) if isinstance(out, TextDelta)]
    assert [(delta.sent_at, delta.received_at) for delta in deltas] == [(5.0, 7.0), (7.0, 7.0), (None, 7.0)]


def test_a_different_second_attempt_goes_on_as_a_new_block_from_its_sentence() -> None:
    first = [text("It is done. The old way was"), EDGE, EDGE]
    second = [text("It is do"), text("ne. The new way"), text(" is better.")]
    events = decode(in_turn(*first, *second))
    assert heard(events) == ["It is done. The old way was", "The new way is better."]


def test_a_second_attempt_that_differs_inside_code_repeats_the_code_block() -> None:
    first = [text("Run this.\n\n```sh\nmake test\nmake de"), EDGE]
    events = decode(in_turn(*first, text("Run this.\n\n```sh\nmake test\nmake all\n```\n")))
    assert heard(events)[1] == "```sh\nmake test\nmake all\n```\n"


def test_a_restart_repeats_the_blocks_before_the_broken_one() -> None:
    first = [text("One.", 0, "thinking"), text("Two and ", 1), EDGE]
    second = [text("One.", 0, "thinking"), EDGE, text("Two", 1), text(" and three.", 1)]
    assert heard(decode(in_turn(*first, *second))) == ["One.", "Two and three."]


def test_a_connection_that_drops_twice_is_heard_once() -> None:
    attempts = [text("One two"), EDGE, text("One"), EDGE, text("One two three."), EDGE]
    assert heard(decode(in_turn(*attempts))) == ["One two three."]


def test_the_same_step_sent_again_is_heard_once() -> None:
    again = {"ev": "step.start"}
    assert heard(decode(in_turn(text("One two"), again, text("One two three.")))) == ["One two three."]


def test_an_answer_that_was_not_streamed_is_heard_from_its_result() -> None:
    events = decode(in_turn({"ev": "step.end", "answer": "All at once."}))
    assert heard(events) == ["All at once."]
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TurnEnd]


def test_a_turn_whose_start_was_lost_still_begins_and_ends() -> None:
    events = decode(in_turn(text("Hello."))[1:])
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TurnEnd]


def test_a_turn_that_begins_before_the_end_of_the_last_ends_it() -> None:
    events = decode([*in_turn(text("Hello."))[:-1], {"ev": "turn.start", "turnId": "U"}])
    assert [type(event) for event in events] == [TurnStart, TextDelta, BlockEnd, TurnEnd, TurnStart]


def test_what_comes_after_esc_begins_no_turn() -> None:
    late = {"ev": "step.end", "turnId": "T", "step": 0, "answer": "Hel"}
    events = decode([*in_turn(text("Hel"), reason="aborted"), late])
    assert isinstance(events[-1], TurnEnd)


@pytest.mark.parametrize(
    "broken",
    [{}, {"ev": "new.kind"}, {"ev": "text"}, {"ev": "text", "turnId": 1, "step": 0, "index": 0, "text": "x"}],
)
def test_an_event_that_is_not_understood_is_counted(broken: dict[str, Any]) -> None:
    decoder = ModDecoder()
    assert decoder.decode(broken, 0.0) == []
    assert decoder.ignored == 1


@pytest.mark.parametrize("name", ["reply", "reconnect", "steady-stream", "subagent"])
def test_twice_and_out_of_order_gives_the_same(name: str) -> None:
    events = lines(name, "mod.jsonl")
    mixed = events + events
    chance = random.Random(1)
    window = 20
    mixed = [event for _, event in sorted(enumerate(mixed), key=lambda pair: pair[0] + chance.uniform(0, window))]
    assert mixed != events + events
    order = EventOrder()
    ordered = [ready for event in mixed for ready in order.push(event)] + order.give_up()
    assert heard(decode(ordered)) == heard(decode(events))
    assert order.lost == 0
    assert order.duplicates == len(events)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_restart_at_any_place_in_any_pieces_repeats_nothing(data: st.DataObject) -> None:
    answer = data.draw(st.text(alphabet="ab .\n`", min_size=1, max_size=40))
    broken_at = data.draw(st.integers(1, len(answer)))
    first = pieces(answer[:broken_at], data)
    second = pieces(answer, data)
    assert "".join(heard(decode(in_turn(*first, EDGE, *second)))) == answer


def pieces(content: str, data: st.DataObject) -> list[dict[str, Any]]:
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, len(content) - 1)), max_size=6)))
    edges = [0, *[cut for cut in cuts if cut < len(content)], len(content)]
    return [text(content[a:b]) for a, b in itertools.pairwise(edges)]
