"""The registry: every action has a key, no key does two things, and everything that shows keys shows these."""

from __future__ import annotations

from collections import Counter

import pytest

from tui.actions import ACTIONS, Action
from tui.key_names import key_sign
from tui.keymap import Keymap, Keys
from tui.screens.help_page import page, page_lines
from tui.widgets.action_bar import bar_items, hint_lines
from tui.widgets.spans import plain

KEYMAP = Keymap()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_key_and_a_help_line(action: Action) -> None:
    assert action.function_key or action.leader_key or action.view_keys
    assert action.label
    assert action.help


@pytest.mark.parametrize("kind", ["function_key", "leader_key", "view_keys"])
def test_no_key_does_two_things(kind: str) -> None:
    keys = [getattr(action, kind) for action in ACTIONS]
    flat = [key for entry in keys for key in ([entry] if isinstance(entry, str) else entry) if key]
    assert [key for key, count in Counter(flat).items() if count > 1] == []


@pytest.mark.parametrize("in_view", [False, True])
def test_help_shows_every_action_with_all_its_keys(in_view: bool) -> None:
    lines = plain(page_lines(page(KEYMAP, in_view=in_view, notices=[], width=160)))
    for action in ACTIONS:
        (line,) = [line for line in lines if line.endswith(f" {action.help}")]
        for key in (action.function_key, action.leader_key, *action.view_keys):
            assert key_sign(key) in line


def test_the_hint_after_the_leader_shows_every_leader_key() -> None:
    hint = " ".join(plain(hint_lines(KEYMAP, 80)))
    for action in ACTIONS:
        if action.leader_key:
            assert f"{key_sign(action.leader_key)} {action.label}" in hint
    assert "Ctrl+] send it to Claude" in hint


def test_the_bar_shows_the_keys_that_work_where_the_keyboard_is() -> None:
    in_claude = {action.id: plain([line])[0] for action, line in bar_items(KEYMAP, in_view=False) if action}
    in_view = {action.id: plain([line])[0] for action, line in bar_items(KEYMAP, in_view=True) if action}
    assert in_claude["mute"] == "F2 Mute"
    assert in_view["mute"] == "m Mute"
    assert in_claude["quit"] == "Ctrl+] q Quit"


def test_bar_and_hint_show_the_keys_of_ones_own() -> None:
    keymap = Keymap("ctrl+g", {"mute": Keys(("ctrl+f12",), ("0",), ("M",)), "skip": Keys(), "quit": Keys()})
    in_claude = [plain([line])[0] for _, line in bar_items(keymap, in_view=False)]
    in_view = [plain([line])[0] for _, line in bar_items(keymap, in_view=True)]
    assert in_claude.index("Ctrl+F12 Mute") > in_claude.index("F10 Layout")
    assert "M Mute" in in_view
    assert in_claude[-3:] == ["Skip", "Quit", "Ctrl+G more"]
    hint = " ".join(plain(hint_lines(keymap, 80)))
    assert "0 Mute" in hint
    assert " s Skip" not in hint
    assert "Ctrl+G send it to Claude" in hint


@pytest.mark.parametrize(
    ("key", "sign"),
    [("ctrl+right_square_bracket", "Ctrl+]"), ("f10", "F10"), ("space", "Space"), ("G", "G"), ("question_mark", "?")],
)
def test_keys_are_written_as_people_write_them(key: str, sign: str) -> None:
    assert key_sign(key) == sign
