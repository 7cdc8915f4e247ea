"""Whose key is it, and what does it do."""

from __future__ import annotations

import pytest

from tui.key_router import Act, KeyRouter, Outcome, Pass, SendLeader, Swallow
from tui.keymap import Keymap, Keys, LeaderError, leader_bytes

LEADER = "ctrl+right_square_bracket"


def act_id(outcome: Outcome) -> str | None:
    return outcome.action.id if isinstance(outcome, Act) else None


@pytest.mark.parametrize(
    "key", ["a", "q", "m", "space", "enter", "escape", "tab", "shift+tab", "up", "ctrl+r", "ctrl+c"]
)
def test_while_claude_has_the_keyboard_its_keys_are_its_own(key: str) -> None:
    router = KeyRouter()
    assert not router.takes(key)
    assert router.route(key, in_view=False) == Pass()


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+p", "ctrl+d", "ctrl+o", "ctrl+backslash"])
def test_keys_that_frameworks_like_to_take_stay_with_claude(key: str) -> None:
    assert not KeyRouter().takes(key)


@pytest.mark.parametrize(("key", "action"), [("f1", "help"), ("f2", "mute"), ("f9", "voice"), ("f12", "stop")])
def test_function_keys_work_everywhere(key: str, action: str) -> None:
    router = KeyRouter()
    assert router.takes(key)
    assert act_id(router.route(key, in_view=False)) == action
    assert act_id(router.route(key, in_view=True)) == action


@pytest.mark.parametrize(
    ("key", "action"),
    [("space", "pause"), ("m", "mute"), ("j", "select_next"), ("down", "select_next"), ("G", "follow"), ("q", "quit")],
)
def test_plain_keys_work_in_the_view(key: str, action: str) -> None:
    assert act_id(KeyRouter().route(key, in_view=True)) == action


def test_the_leader_and_a_letter_act_once() -> None:
    router = KeyRouter()
    assert router.takes(LEADER)
    assert router.route(LEADER, in_view=False) == Swallow()
    assert router.takes("m")
    assert act_id(router.route("m", in_view=False)) == "mute"
    assert not router.takes("m")


def test_the_leader_twice_goes_to_claude() -> None:
    router = KeyRouter()
    router.route(LEADER, in_view=False)
    assert router.route(LEADER, in_view=False) == SendLeader()
    assert not router.is_pending


def test_an_unknown_key_after_the_leader_does_nothing_and_ends_the_wait() -> None:
    router = KeyRouter()
    router.route(LEADER, in_view=False)
    assert router.route("escape", in_view=False) == Swallow()
    assert router.route("z", in_view=False) == Pass()


def test_ctrl_c_is_claudes_even_after_the_leader() -> None:
    router = KeyRouter()
    router.route(LEADER, in_view=False)
    assert not router.takes("ctrl+c")
    assert not router.is_pending


def test_another_leader() -> None:
    router = KeyRouter(Keymap("ctrl+g"))
    assert not router.takes(LEADER)
    assert router.takes("ctrl+g")


def test_keys_of_ones_own_take_the_place_of_the_registrys() -> None:
    router = KeyRouter(Keymap(changed={"mute": Keys(("ctrl+f2",), ("1", "2"), ("0",)), "skip": Keys()}))
    assert act_id(router.route("ctrl+f2", in_view=False)) == "mute"
    assert act_id(router.route("0", in_view=True)) == "mute"
    router.route(LEADER, in_view=False)
    assert act_id(router.route("2", in_view=False)) == "mute"
    for key in ("f2", "f3", "m", "s"):
        assert not router.takes(key)
        assert router.route(key, in_view=True) == Pass()


def test_a_key_does_the_same_in_terminals_that_tell_it_from_another() -> None:
    router = KeyRouter(Keymap(changed={"mute": Keys(("ctrl+@",))}))
    assert router.takes("ctrl+space")
    assert act_id(router.route("ctrl+space", in_view=False)) == "mute"
    assert act_id(router.route("ctrl+i", in_view=True)) == act_id(router.route("tab", in_view=True)) == "focus"


@pytest.mark.parametrize(
    ("key", "sent"), [(LEADER, b"\x1d"), ("ctrl+a", b"\x01"), ("ctrl+backslash", b"\x1c"), ("ctrl+underscore", b"\x1f")]
)
def test_what_the_leader_is_for_claude(key: str, sent: bytes) -> None:
    assert leader_bytes(key) == sent


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+m", "x", "f5", "ctrl+", "alt+a"])
def test_keys_that_cannot_be_the_leader_are_refused_with_what_can(key: str) -> None:
    with pytest.raises(LeaderError, match=r"cannot be the leader; use ctrl\+ and a letter"):
        leader_bytes(key)
