"""How people write keys, and how Textual names them."""

from __future__ import annotations

import pytest
from textual.keys import _character_to_key

from tui.key_names import KeyNameError, key_sign, parse_key


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("Ctrl+]", "ctrl+right_square_bracket"),
        ("C-x", "ctrl+x"),
        ("^X", "ctrl+x"),
        ("Ctrl+G", "ctrl+g"),
        ("Alt+P", "alt+p"),
        ("Option+t", "alt+t"),
        ("Shift+Alt+p", "alt+shift+p"),
        ("shift+g", "G"),
        ("G", "G"),
        ("PgUp", "pageup"),
        ("Page Down", "pagedown"),
        ("Esc", "escape"),
        ("Return", "enter"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("+", "plus"),
        ("ctrl++", "ctrl+plus"),
        ("C--", "ctrl+minus"),
        ("<", "less_than_sign"),
        ("F2", "f2"),
        ("shift+F2", "shift+f2"),
        ("shift+tab", "shift+tab"),
        ("Ctrl+Space", "ctrl+@"),
        ("↑", "up"),
        ("あ", "あ"),
    ],
)
def test_common_spellings(spelled: str, key: str) -> None:
    assert parse_key(spelled) == key


@pytest.mark.parametrize(
    ("spelled", "key"),
    [("ctrl+m", "enter"), ("ctrl+i", "tab"), ("ctrl+h", "backspace"), ("Ctrl+[", "escape")],
)
def test_what_terminals_cannot_tell_apart_is_one_key(spelled: str, key: str) -> None:
    assert parse_key(spelled) == key


@pytest.mark.parametrize("code", range(0x20, 0x7F))
def test_every_character_is_called_what_textual_calls_it_and_shown_as_itself(code: int) -> None:
    character = chr(code)
    name = "space" if character == " " else _character_to_key(character)
    assert parse_key(character if character != " " else "space") == parse_key(name) == name
    assert key_sign(name) == (character if character != " " else "Space")


@pytest.mark.parametrize(
    "key",
    [*(f"f{number}" for number in range(1, 25)), "up", "left", "home", "insert", "ctrl+right_square_bracket", "ctrl+@"],
)
def test_what_is_shown_can_be_written(key: str) -> None:
    assert parse_key(key_sign(key)) == key


@pytest.mark.parametrize(
    ("spelled", "reason"),
    [
        ("", "no key is named"),
        ("pgupp", "did you mean pgup"),
        ("cmd+k", "terminals do not send cmd"),
        ("foo+k", "there is no 'foo' to hold"),
        ("ctrl+", "no key is called this"),
        ("f25", "no key is called this"),
        ("shift+1", "without Shift"),
        ("alt+,", "only with letters"),
    ],
)
def test_what_is_no_key_is_told(spelled: str, reason: str) -> None:
    with pytest.raises(KeyNameError, match=reason):
        parse_key(spelled)
