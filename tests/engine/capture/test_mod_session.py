"""What happens around the text: lost pieces, prompts within a turn, /clear, --resume, what Claude waits for."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.capture.mod_decoder import ModDecoder
from engine.capture.mod_order import EventOrder
from engine.source import (
    Attention,
    AttentionEnd,
    AttentionKind,
    BlockEnd,
    OldText,
    Remark,
    SessionChange,
    SessionChanged,
    SourceEvent,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from tests.support.recordings import heard, lines

Raw = dict[str, Any]
AT: Raw = {"turnId": "T", "step": 0}
START: Raw = {"ev": "turn.start", "turnId": "T", "prompt": "please"}
COMPLETE: Raw = {"ev": "turn.complete", "turnId": "T", "reason": "answer"}
BASH: Raw = {"ev": "permission", "tool": "Bash", "what": "make test"}
ENDED: Raw = {"ev": "tool.end", "tool": "Bash", "what": "make test"}


def decode(*events: Mapping[str, Any], **options: Any) -> list[SourceEvent]:
    decoder = ModDecoder(to_monotonic=lambda wall_s: wall_s, **options)
    return [out for at, event in enumerate(events) for out in decoder.decode(event, float(at))]


def text(content: str, index: int = 0, **more: Any) -> Raw:
    return {"ev": "text", **AT, "index": index, "text": content, **more}


def step_end(answer: str, **more: Any) -> Raw:
    return {"ev": "step.end", **AT, "answer": answer, **more}


def kinds(events: list[SourceEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


# -- the final answer ----------------------------------------------------------------------------------------------


def test_a_lost_end_goes_on_in_its_block_with_a_remark() -> None:
    events = decode(START, text("It is do"), step_end("It is done. All of it."), COMPLETE)
    assert heard(events) == ["It is done. All of it."]
    assert [event.code for event in events if isinstance(event, Remark)] == ["text_recovered"]
    assert kinds(events) == ["TurnStart", "TextDelta", "Remark", "TextDelta", "BlockEnd", "TurnEnd"]


def test_a_lost_middle_is_a_block_of_its_own() -> None:
    events = decode(START, text("One. "), text("Three."), step_end("One. Two. Three."), COMPLETE)
    assert heard(events) == ["One. Three.", "Two. "]


def test_an_end_that_is_told_twice_is_heard_once() -> None:
    end = step_end("One. Two.")
    assert heard(decode(START, text("One."), end, end, COMPLETE, end)) == ["One. Two."]


def test_narration_is_no_part_of_the_answer() -> None:
    thought = {"ev": "thinking", **AT, "index": 0, "text": "I look at it."}
    events = decode(START, thought, text("Done.", 1), step_end("Done."), COMPLETE)
    assert heard(events) == ["I look at it.", "Done."]
    assert "Remark" not in kinds(events)


def test_an_end_after_its_turn_is_shown_and_not_spoken() -> None:
    late = step_end("One. Two.")
    events = decode(START, {"ev": "step.start", **AT}, text("One."), COMPLETE, late, late)
    assert heard(events) == ["One."]
    assert kinds(events)[-3:] == ["TurnEnd", "Remark", "OldText"]
    assert events[-1] == OldText(" Two.", 4.0)


def test_a_second_attempt_is_its_answer_and_nothing_is_missing() -> None:
    first = [text("It is done. The old way was"), {"ev": "edge", **AT}]
    second = "It is done. The new way is better."
    events = decode(START, *first, text(second), step_end(second), COMPLETE)
    assert heard(events) == ["It is done. The old way was", "The new way is better."]
    assert "Remark" not in kinds(events)


@pytest.mark.parametrize("name", ["reply", "narration", "reconnect", "steady-stream", "subagent", "tool-permission"])
def test_the_recorded_answers_miss_nothing(name: str) -> None:
    recorded = lines(name, "mod.jsonl")
    assert any(event["ev"] == "step.end" for event in recorded)
    assert "Remark" not in kinds(decode(*recorded))


@pytest.mark.parametrize("seed", range(5))
def test_pieces_that_never_come_are_made_good(seed: int) -> None:
    recorded = lines("steady-stream", "mod.jsonl")
    chance = random.Random(seed)
    kept = [event for event in recorded if event["ev"] != "text" or chance.random() > 0.05]
    assert len(kept) < len(recorded)
    order = EventOrder()
    ordered = [ready for event in kept for ready in order.push(event)] + order.give_up()
    shown = "".join("".join(heard(decode(*ordered))).split())
    answers = [event["answer"] for event in recorded if event["ev"] == "step.end"]
    paragraphs = [line for answer in answers for line in answer.splitlines() if line.strip()]
    sentences = [part for line in paragraphs for part in line.split(". ")]
    assert sentences
    assert [sentence for sentence in sentences if "".join(sentence.split()) not in shown] == []


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_after_a_restart_at_any_place_nothing_is_missing(data: st.DataObject) -> None:
    answer = data.draw(st.text(alphabet="ab .\n`", min_size=1, max_size=40))
    broken_at = data.draw(st.integers(1, len(answer)))
    events = decode(START, text(answer[:broken_at]), {"ev": "edge", **AT}, text(answer), step_end(answer), COMPLETE)
    assert "".join(heard(events)) == answer
    assert "Remark" not in kinds(events)


# -- questions and plans -------------------------------------------------------------------------------------------


def test_a_question_is_heard_after_the_text_before_it() -> None:
    options = [{"label": "Red", "description": "A warm colour"}]
    shown = [{"name": "AskUserQuestion", "input": {"questions": [{"question": "Which?", "options": options}]}}]
    tool = {"ev": "tool", **AT, "index": 1, "name": "AskUserQuestion"}
    events = decode(START, text("I must ask."), tool, step_end("I must ask.", shown=shown), COMPLETE)
    assert heard(events) == ["I must ask.", "Which?\n\n- **Red**: A warm colour\n"]
    assert kinds(events)[1:6] == ["TextDelta", "BlockEnd", "TextDelta", "BlockEnd", "TurnEnd"]


def test_a_plan_is_heard() -> None:
    shown = [{"name": "ExitPlanMode", "input": {"plan": "# The plan\n\n1. Do it."}}]
    assert heard(decode(START, step_end("", shown=shown))) == ["# The plan\n\n1. Do it."]


@pytest.mark.parametrize("shown", [3, "x", {}, [1], [{"name": "ExitPlanMode", "input": 5}]])
def test_arguments_that_make_no_sense_cost_nothing_else(shown: object) -> None:
    events = decode(START, text("Done."), step_end("Done.", shown=shown), COMPLETE)
    assert heard(events) == ["Done."]
    assert kinds(events) == ["TurnStart", "TextDelta", "BlockEnd", "TurnEnd"]


# -- prompts -------------------------------------------------------------------------------------------------------


def test_a_prompt_that_is_delivered_within_a_turn_begins_another() -> None:
    queued = {"ev": "prompt.queued", "prompt": "and the tests?"}
    delivered = {"ev": "prompt.delivered", "text": "The user sent a new message:\nand the tests?\n\nAnswer it."}
    more = {"ev": "text", "turnId": "T", "step": 1, "index": 0, "text": "The tests pass."}
    events = decode(START, text("It builds."), queued, delivered, more, COMPLETE)
    assert [(e.turn, e.prompt) for e in events if isinstance(e, TurnStart)] == [
        ("T", "please"),
        ("T+1", "and the tests?"),
    ]
    assert [e.turn for e in events if isinstance(e, TurnEnd)] == ["T", "T+1"]
    assert heard(events) == ["It builds.", "The tests pass."]
    assert kinds(events)[2:5] == ["BlockEnd", "TurnEnd", "TurnStart"]


def test_a_prompt_that_waits_for_the_end_of_the_turn_begins_its_own_once() -> None:
    queued = {"ev": "prompt.queued", "prompt": "next"}
    following = {"ev": "turn.start", "turnId": "U", "prompt": "next"}
    delivered = {"ev": "prompt.delivered", "text": "next"}
    events = decode(START, queued, COMPLETE, following, delivered)
    assert [e.prompt for e in events if isinstance(e, TurnStart)] == ["please", "next"]


def test_a_delivery_that_nobody_typed_changes_nothing() -> None:
    assert kinds(decode(START, {"ev": "prompt.delivered", "text": "A reminder."})) == ["TurnStart"]


def test_a_background_task_that_ends_is_told_by_its_summary() -> None:
    prompt = '<task-notification>\n<summary>Agent "short task" finished</summary>\n<result>No.</result>'
    (start,) = decode(START | {"prompt": prompt})
    assert isinstance(start, TurnStart)
    assert start.prompt == 'Agent "short task" finished'


# -- the conversation ----------------------------------------------------------------------------------------------


def change(source: str) -> Raw:
    return {"ev": "session.change", "source": source}


def old(*messages: tuple[str, str]) -> Raw:
    return {"ev": "old", "messages": [{"role": role, "text": said} for role, said in messages]}


def test_the_start_of_a_session_is_no_change() -> None:
    assert decode(change("startup")) == []


def test_clear_ends_the_turn_and_separates() -> None:
    events = decode(START, text("Hello."), change("clear"))
    assert kinds(events)[2:] == ["BlockEnd", "TurnEnd", "SessionChanged"]
    assert events[-1] == SessionChanged(SessionChange.CLEARED, 2.0)


def test_compaction_separates_within_a_turn_that_goes_on() -> None:
    events = decode(START, text("Hello."), change("compact"), text("Good day.", 1), COMPLETE)
    assert kinds(events) == [
        *("TurnStart", "TextDelta", "BlockEnd", "SessionChanged"),
        *("TextDelta", "BlockEnd", "TurnEnd"),
    ]


@pytest.mark.parametrize("source", ["resume", "fork"])
def test_what_was_said_before_comes_before_the_separator(source: str) -> None:
    said = old(("user", "why?"), ("assistant", "Because."), ("assistant", " "), ("user", "<command-name>/x"))
    assert decode(change(source), said) == [
        OldText("why?", 1.0, is_prompt=True),
        OldText("Because.", 1.0),
        SessionChanged(SessionChange.RESUMED, 1.0),
    ]


def test_old_messages_that_come_late_twice_or_unasked_are_left_out() -> None:
    said = old(("assistant", "Because."))
    assert kinds(decode(change("resume"), START, said)) == ["TurnStart"]
    assert kinds(decode(change("resume"), said, said)) == ["OldText", "SessionChanged"]
    assert decode(said) == []


def test_only_the_last_fifty_are_shown() -> None:
    said = old(*(("assistant", f"Message {n}.") for n in range(80)))
    events = [event for event in decode(change("resume"), said) if isinstance(event, OldText)]
    assert [event.text for event in events] == [f"Message {n}." for n in range(30, 80)]


# -- what Claude waits for -----------------------------------------------------------------------------------------


def attentions(*events: Raw) -> list[tuple[AttentionKind, str]]:
    return [(event.kind, event.detail) for event in decode(*events) if isinstance(event, Attention)]


def test_a_permission_is_told_and_ends_with_its_tool() -> None:
    told, ended = decode(BASH, ENDED)
    assert told == Attention("mod-attention-1", AttentionKind.PERMISSION, 0.0, "Bash: make test")
    assert ended == AttentionEnd("mod-attention-1", 1.0)


def test_another_call_of_the_same_tool_is_no_answer() -> None:
    assert kinds(decode(BASH, ENDED | {"what": "git status"})) == ["Attention"]


@pytest.mark.parametrize(
    ("tool", "kind"),
    [
        ("AskUserQuestion", AttentionKind.QUESTION),
        ("ExitPlanMode", AttentionKind.PLAN),
        ("Bash", AttentionKind.PERMISSION),
    ],
)
def test_what_a_tool_waits_for(tool: str, kind: AttentionKind) -> None:
    assert attentions({"ev": "permission", "tool": tool}) == [(kind, tool)]


@pytest.mark.parametrize(
    "answer",
    [{"ev": "step.start", **AT, "step": 1}, COMPLETE, {"ev": "turn.start", "turnId": "U", "prompt": "no, wait"}],
)
def test_a_loop_that_goes_on_waits_no_more(answer: Raw) -> None:
    assert kinds(decode(BASH, answer))[:2] == ["Attention", "AttentionEnd"]


def test_the_end_of_the_step_that_asks_is_no_answer() -> None:
    asked = decode(START, text("Let me."), BASH, {"ev": "tool", **AT, "index": 1, "name": "Bash"}, step_end("Let me."))
    assert "AttentionEnd" not in kinds(asked)


def test_a_turn_that_ends_where_a_tool_should_have_run_was_interrupted() -> None:
    asked = [START, text("Let me."), step_end("Let me.", stopReason="tool_use")]
    more = {"ev": "text", "turnId": "T", "step": 1, "index": 0, "text": "Done."}
    for events, aborted in (([*asked, COMPLETE], True), ([*asked, more, COMPLETE], False)):
        (end,) = [event for event in decode(*events) if isinstance(event, TurnEnd)]
        assert end.aborted is aborted


def test_the_notification_of_a_prompt_that_was_told_is_silent() -> None:
    note = {"ev": "notification", "kind": "permission_prompt", "message": "Claude needs your permission"}
    assert attentions(BASH, note, note) == [(AttentionKind.PERMISSION, "Bash: make test")]
    assert attentions(note, note) == [(AttentionKind.PERMISSION, "Claude needs your permission")]


def test_waiting_for_input_is_told_once_until_the_next_prompt() -> None:
    note = {"ev": "notification", "kind": "idle_prompt", "message": "Claude is waiting for your input"}
    told = (AttentionKind.INPUT, "Claude is waiting for your input")
    assert attentions(note, note) == [told]
    assert attentions(note, START, COMPLETE, note) == [told, told]


@pytest.mark.parametrize("kind", ["auth_success", "plugin_notification", "", "something_new"])
def test_other_notifications_are_nobodys_business(kind: str) -> None:
    assert decode({"ev": "notification", "kind": kind, "message": "x"}) == []


def test_a_subagents_prompt_ends_with_the_subagents_own_step() -> None:
    asked = BASH | {"agentId": "a"}
    assert "AttentionEnd" not in kinds(decode(asked, {"ev": "step.start", **AT}))
    assert "AttentionEnd" in kinds(decode(asked, {"ev": "step.start", **AT, "agentId": "a"}))


def test_a_flood_of_prompts_is_bounded() -> None:
    events = decode(*(BASH | {"what": f"command {n}"} for n in range(500)))
    assert kinds(events).count("Attention") - kinds(events).count("AttentionEnd") == 32


# -- subagents -----------------------------------------------------------------------------------------------------


def test_a_subagents_words_carry_its_kind() -> None:
    recorded = lines("subagent", "mod.jsonl")
    agent = next(event["agentId"] for event in recorded if event.get("agentId"))
    named = decode({"ev": "agent.start", "agentId": agent, "name": "Explore"}, *recorded, include_subagents=True)
    speakers = {event.speaker for event in named if isinstance(event, TextDelta)}
    assert speakers == {"", "Explore"}
    unnamed = decode(*recorded, include_subagents=True)
    assert {event.speaker for event in unnamed if isinstance(event, TextDelta)} == {"", "subagent"}


# -- bad input -----------------------------------------------------------------------------------------------------

NAMES = ["session.change", "old", "permission", "tool.end", "notification", "agent.start", "prompt.queued"]
NAMES += ["prompt.delivered", "turn.start", "turn.complete", "step.start", "step.end", "edge", "tool", "text", "new"]
VALUES = st.none() | st.integers(0, 2) | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
EVENTS = st.fixed_dictionaries(
    {"ev": st.sampled_from(NAMES)},
    optional={
        "turnId": st.sampled_from(["T", "U"]),
        "step": st.integers(0, 2),
        "index": st.integers(0, 2),
        "agentId": st.sampled_from(["a", "b"]),
        "text": st.text(max_size=8),
        "answer": st.text(max_size=8),
        "prompt": st.text(max_size=8),
        "source": st.sampled_from(["resume", "clear", "compact", "x"]),
        "tool": st.sampled_from(["Bash", "AskUserQuestion"]),
        "kind": st.sampled_from(["idle_prompt", "permission_prompt", "x"]),
        "messages": VALUES,
        "shown": VALUES,
    },
)


@given(st.lists(EVENTS, max_size=30))
@settings(max_examples=150, deadline=None)
def test_events_in_any_order_never_break_it(events: list[Raw]) -> None:
    decoded = decode(*events, include_subagents=True)
    open_turns = 0
    for event in decoded:
        open_turns += isinstance(event, TurnStart) - isinstance(event, TurnEnd)
        assert open_turns in (0, 1)
    begun = {event.block for event in decoded if isinstance(event, TextDelta)}
    assert {event.block for event in decoded if isinstance(event, BlockEnd)} <= begun
