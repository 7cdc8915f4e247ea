from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from tui.terminal.emulator import Emulator
from tui.terminal.keys import KeyEncoder
from tui.terminal.outer import adapt_key_parser


def _keys(data: str) -> list[events.Key]:
    parser = XTermParser()
    tokens = [*parser.feed(data), *parser.feed("")]
    return [token for token in tokens if isinstance(token, events.Key)]


@pytest.mark.parametrize(
    "data",
    ["\x1b\r", "\x1b\x7f", "\x1bb", "\x1bf", "\x1bd", "\x1b1", "\x1b9", "\x1b.", "\x1b/", "\x1b-", "\x1b ", "\x1b<"],
)
def test_alt_keys_of_an_old_terminal_reach_the_program_as_they_came(data: str) -> None:
    adapt_key_parser()
    (key,) = _keys(data)
    assert key.key.startswith("alt+")
    assert KeyEncoder(Emulator(20, 4)).encode(key.key, key.character) == data.encode()


@pytest.mark.parametrize(("data", "key"), [("\x1b[A", "up"), ("\x1bOP", "f1"), ("\r", "enter"), ("b", "b")])
def test_other_keys_stay_what_they_are(data: str, key: str) -> None:
    adapt_key_parser()
    assert [event.key for event in _keys(data)] == [key]


@pytest.mark.parametrize("text", ["日本", "日本語を入力しました。ありがとう"])
def test_what_an_input_method_commits_comes_whole_in_the_new_protocol(text: str) -> None:
    adapt_key_parser()
    codes = ":".join(str(ord(character)) for character in text)
    assert "".join(event.character or "" for event in _keys(f"\x1b[0;;{codes}u")) == text
