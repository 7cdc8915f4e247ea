"""What the hooks' calls mean, in whatever order they come."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.capture.hook_decoder import HookDecoder
from engine.capture.hook_order import MOST_ENTRIES, HookOrder
from engine.source import (
    Attention,
    AttentionEnd,
    AttentionKind,
    BlockEnd,
    Remark,
    SourceEvent,
    TextDelta,
    TurnEnd,
    TurnStart,
)
from tests.support.recordings import heard, lines, served
from tests.support.sample_answers import QUESTION, QUESTION_TEXT


class Hooks:
    """Order and decoder together, as the source uses them."""

    def __init__(self) -> None:
        self.order = HookOrder()
        self.decoder = HookDecoder()
        self.events: list[SourceEvent] = []

    def call(self, *calls: dict[str, Any]) -> Hooks:
        for call in calls:
            self._decode(self.order.push(call))
        return self

    def give_up(self) -> Hooks:
        self._decode(self.order.give_up())
        return self

    def _decode(self, items: list[Any]) -> None:
        for item in items:
            self.events += self.decoder.decode(item, 1.0)

    @property
    def text(self) -> list[str]:
        return heard(self.events)

    @property
    def attentions(self) -> list[str | None]:
        """What is told of: the detail of each that begins, None for each that ends."""
        told = [event for event in self.events if isinstance(event, Attention | AttentionEnd)]
        return [event.detail if isinstance(event, Attention) else None for event in told]

    @property
    def turns(self) -> list[SourceEvent]:
        return [event for event in self.events if isinstance(event, TurnStart | TurnEnd)]


def piece(message: str, index: int, text: str, *, final: bool = False, turn: str = "T") -> dict[str, Any]:
    return {
        "hook_event_name": "MessageDisplay",
        "turn_id": turn,
        "message_id": message,
        "index": index,
        "final": final,
        "delta": text,
    }


def prompt(text: str = "hello", name: str = "P") -> dict[str, Any]:
    return {"hook_event_name": "UserPromptSubmit", "prompt_id": name, "prompt": text}


STOP = {"hook_event_name": "Stop", "prompt_id": "P"}


def recorded() -> list[dict[str, Any]]:
    return [line["body"] for line in lines("messagedisplay-http", "hooks.jsonl")]


def test_a_recorded_session_says_what_the_server_sent() -> None:
    hooks = Hooks().call(*recorded())
    assert hooks.text == served("messagedisplay-http")
    assert [type(event) for event in hooks.turns] == [TurnStart, TurnEnd]
    assert not hooks.order.is_waiting


@given(st.randoms(use_true_random=False), st.integers(0, 6))
def test_calls_in_flight_at_once_and_calls_that_come_twice_change_nothing(chance: random.Random, twice: int) -> None:
    """At most three calls are in flight, so each comes at most two places too early."""
    plain = Hooks().call(*recorded())
    calls = recorded()
    for _ in range(twice):
        at = chance.randrange(len(calls))
        calls.insert(at + 1, calls[at])
    order = sorted(range(len(calls)), key=lambda place: place + chance.uniform(0, 2.9))
    # The prompt's call is awaited before Claude answers, so it alone cannot be overtaken.
    order.remove(0)
    hooks = Hooks().call(calls[0], *[calls[place] for place in order]).give_up()
    assert hooks.text == plain.text
    assert hooks.order.lost == 0


def test_a_turn_with_two_messages() -> None:
    hooks = Hooks().call(
        prompt(),
        piece("a", 0, "I look.\n", final=True),
        piece("b", 0, "It is "),
        piece("b", 1, "good.", final=True),
        STOP,
    )
    assert hooks.text == ["I look.\n", "It is good."]
    assert hooks.events[0] == TurnStart("P", 1.0, "hello")
    assert hooks.events[-1] == TurnEnd("P", 1.0)
    assert isinstance(hooks.events[-2], BlockEnd)


def test_the_end_of_a_turn_waits_for_text_that_is_late() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One. "), STOP)
    assert len(hooks.turns) == 1
    hooks.call(piece("a", 1, "Two.", final=True))
    assert hooks.text == ["One. Two."]
    assert isinstance(hooks.events[-1], TurnEnd)


def test_a_piece_that_never_comes_is_given_up_and_counted() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One. "), piece("a", 2, "Three.", final=True), STOP)
    assert hooks.order.is_waiting
    hooks.give_up()
    assert hooks.text == ["One. Three."]
    assert hooks.order.lost == 1
    assert isinstance(hooks.events[-1], TurnEnd)
    assert hooks.call(piece("a", 1, "Two. ")).text == ["One. Three."]


def test_esc_is_noticed_with_the_next_prompt() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One. \n"), prompt("again", "Q")).give_up()
    assert hooks.turns == [TurnStart("P", 1.0, "hello"), TurnEnd("P", 1.0, aborted=True), TurnStart("Q", 1.0, "again")]
    # The same words in a new turn are said again.
    hooks.call(piece("b", 0, "One. \n", turn="U", final=True))
    assert hooks.text == ["One. \n", "One. \n"]


def test_a_prompt_taken_up_between_two_messages_interrupts_nothing() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One.", final=True), prompt("and this", "Q"))
    assert hooks.turns[1] == TurnEnd("P", 1.0)


def test_a_retry_is_heard_once() -> None:
    hooks = Hooks().call(
        prompt(),
        piece("a", 0, "One. Two. \n"),
        piece("b", 0, "One. Two. \nThree. "),
        piece("b", 1, "Four.", final=True),
    )
    hooks.give_up()
    assert "".join(hooks.text) == "One. Two. \nThree. Four."
    assert hooks.order.lost == 0


def test_a_failed_turn_ends() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One. \n"), {"hook_event_name": "StopFailure", "prompt_id": "P"})
    hooks.give_up()
    assert hooks.events[-1] == TurnEnd("P", 1.0)


def test_text_without_a_prompt_begins_a_turn() -> None:
    hooks = Hooks().call(piece("a", 0, "On I go.", final=True))
    assert hooks.turns == [TurnStart("T", 1.0)]


def test_calls_that_make_no_sense_are_left_out() -> None:
    hooks = (
        Hooks()
        .call(
            prompt(),
            piece("a", 0, "One."),
            {"hook_event_name": "MessageDisplay"},
            piece("a", 1, "x") | {"delta": 7},
            piece("a", -1, "x"),
            {"hook_event_name": "Later", "delta": "x"},
            {},
            STOP | {"agent_id": "sub"},
        )
        .give_up()
    )
    assert hooks.text == ["One."]
    assert hooks.order.ignored == 3
    assert not any(isinstance(event, TurnEnd) for event in hooks.events)


def test_what_is_held_back_is_bounded() -> None:
    hooks = Hooks()
    for number in range(MOST_ENTRIES * 3):
        hooks.call(piece(f"m{number}", 0, f"{number} "))
    deltas = [event for event in hooks.events if isinstance(event, TextDelta)]
    assert len(deltas) > MOST_ENTRIES


def stop(message: str) -> dict[str, Any]:
    return STOP | {"last_assistant_message": message}


def test_an_answer_that_was_not_displayed_is_taken_from_the_end_of_the_turn() -> None:
    hooks = Hooks().call(prompt(), stop("All of it. At once."))
    assert hooks.text == ["All of it. At once."]
    assert [event.code for event in hooks.events if isinstance(event, Remark)] == ["text_recovered"]
    assert isinstance(hooks.events[-1], TurnEnd)


def test_what_was_recovered_is_not_said_again_when_it_comes_after_all() -> None:
    hooks = Hooks().call(prompt(), stop("One. Two."), piece("a", 0, "One. "), piece("a", 1, "Two.", final=True))
    assert hooks.text == ["One. Two."]
    assert len(hooks.turns) == 2
    hooks.call(prompt("next", "Q"), piece("b", 0, "One.", final=True), STOP)
    assert hooks.text == ["One. Two.", "One."]


def test_an_answer_that_was_displayed_is_said_once() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "I look.\n", final=True), piece("b", 0, "It is good.", final=True))
    hooks.call(stop("It is good."))
    assert hooks.text == ["I look.\n", "It is good."]
    assert not [event for event in hooks.events if isinstance(event, Remark)]


def asks(tool: str = "Bash", agent: str | None = None, **arguments: Any) -> dict[str, Any]:
    call = {"hook_event_name": "PermissionRequest", "tool_name": tool, "tool_input": arguments}
    return call | ({"agent_id": agent} if agent else {})


TOUCH = asks(command="touch it", description="make a file")
NOTE = {"hook_event_name": "Notification", "notification_type": "permission_prompt", "message": "Claude needs you"}
IDLE = NOTE | {"notification_type": "idle_prompt", "message": "Claude is waiting for your input"}


def test_a_permission_is_told_once_and_ends_with_the_next_message() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "I make it.\n", final=True), TOUCH, NOTE, NOTE)
    assert hooks.attentions == ["Bash: touch it"]
    hooks.call(piece("b", 0, "Made.", final=True), STOP)
    assert hooks.attentions == ["Bash: touch it", None]


def test_the_end_of_the_turn_and_the_next_prompt_end_it_too() -> None:
    assert Hooks().call(prompt(), TOUCH, STOP).attentions == ["Bash: touch it", None]
    assert Hooks().call(prompt(), TOUCH, prompt("no, wait", "Q")).attentions == ["Bash: touch it", None]


def test_the_same_that_is_asked_again_is_told_again() -> None:
    assert Hooks().call(prompt(), TOUCH, TOUCH).attentions == ["Bash: touch it", None, "Bash: touch it"]


def test_a_dialog_within_a_message_does_not_end_it() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "One.\n"), TOUCH).give_up()
    assert hooks.attentions == ["Bash: touch it"]
    hooks.call(piece("a", 1, "Two.", final=True), STOP)
    assert "".join(hooks.text) == "One.\nTwo."
    assert hooks.order.lost == 0


def test_a_question_is_heard_after_the_words_before_it() -> None:
    hooks = Hooks().call(prompt(), piece("a", 0, "I must"), asks("AskUserQuestion", questions=[QUESTION]))
    hooks.call(piece("a", 1, " ask.", final=True))
    assert hooks.text == ["I must ask.", QUESTION_TEXT]
    (asked,) = [event for event in hooks.events if isinstance(event, Attention)]
    assert asked.kind is AttentionKind.QUESTION


def test_a_subagent_that_asks_is_told_and_goes_on_asking_when_claude_goes_on() -> None:
    hooks = Hooks().call(prompt(), TOUCH | {"agent_id": "a"}, piece("a", 0, "I go on.", final=True), STOP)
    assert hooks.attentions == ["Bash: touch it"]
    assert hooks.call(prompt("next", "Q")).attentions == ["Bash: touch it", None]


def test_waiting_for_input_is_told_once_until_the_next_prompt() -> None:
    hooks = Hooks().call(prompt(), STOP, IDLE, IDLE, prompt("next", "Q"), STOP, IDLE)
    waiting = "Claude is waiting for your input"
    assert hooks.attentions == [waiting, None, waiting]


def test_notes_that_make_no_sense_are_left_out() -> None:
    broken = [{"hook_event_name": name} for name in ("Notification", "PermissionRequest")]
    hooks = Hooks().call(*broken, NOTE | {"message": 7}, TOUCH | {"tool_input": [1], "agent_id": 7})
    assert all(isinstance(event, Attention | AttentionEnd) for event in hooks.events)
