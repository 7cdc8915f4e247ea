"""What the hooks' calls mean, in whatever order they come."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.capture.hook_decoder import HookDecoder
from engine.capture.hook_order import MOST_ENTRIES, HookOrder
from engine.source import BlockEnd, Remark, SourceEvent, TextDelta, TurnEnd, TurnStart
from tests.support.recordings import heard, lines, served


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
