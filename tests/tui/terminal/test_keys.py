from __future__ import annotations

import pytest

from tui.terminal.emulator import Emulator
from tui.terminal.keys import KeyEncoder

PLAIN_KEYS = {
    "enter": b"\r",
    "tab": b"\t",
    "shift+tab": b"\x1b[Z",
    "backspace": b"\x7f",
    "escape": b"\x1b",
    "space": b" ",
    "shift+enter": b"\x1b\r",
    "alt+enter": b"\x1b\r",
    "shift+\r": b"\x1b\r",
    "ctrl+enter": b"\r",
    "ctrl+tab": b"\t",
    "alt+backspace": b"\x1b\x7f",
    "alt+space": b"\x1b ",
    "insert": b"\x1b[2~",
    "delete": b"\x1b[3~",
    "pageup": b"\x1b[5~",
    "pagedown": b"\x1b[6~",
    "ctrl+delete": b"\x1b[3;5~",
    "shift+pagedown": b"\x1b[6;2~",
    "ctrl+left": b"\x1b[1;5D",
    "alt+left": b"\x1b[1;3D",
    "shift+right": b"\x1b[1;2C",
    "ctrl+shift+up": b"\x1b[1;6A",
    "alt+ctrl+shift+down": b"\x1b[1;8B",
    "ctrl+home": b"\x1b[1;5H",
    "shift+end": b"\x1b[1;2F",
    "ctrl+space": b"\x00",
    "ctrl+@": b"\x00",
    "ctrl+at": b"\x00",
    "ctrl+j": b"\n",
    "ctrl+m": b"\r",
    "ctrl+i": b"\t",
    "ctrl+left_square_bracket": b"\x1b",
    "ctrl+backslash": b"\x1c",
    "ctrl+right_square_bracket": b"\x1d",
    "ctrl+circumflex_accent": b"\x1e",
    "ctrl+underscore": b"\x1f",
    "ctrl+slash": b"\x1f",
    "ctrl+shift+a": b"\x01",
    "ctrl+1": b"1",
    "alt+x": b"\x1bx",
    "alt+shift+x": b"\x1bX",
    "alt+1": b"\x1b1",
    "alt+comma": b"\x1b,",
    "alt+é": "\x1bé".encode(),
    "ctrl+alt+a": b"\x1b\x01",
    "f1": b"\x1bOP",
    "f2": b"\x1bOQ",
    "f3": b"\x1bOR",
    "f4": b"\x1bOS",
    "f5": b"\x1b[15~",
    "f6": b"\x1b[17~",
    "f7": b"\x1b[18~",
    "f8": b"\x1b[19~",
    "f9": b"\x1b[20~",
    "f10": b"\x1b[21~",
    "f11": b"\x1b[23~",
    "f12": b"\x1b[24~",
    "shift+f1": b"\x1b[1;2P",
    "ctrl+f5": b"\x1b[15;5~",
    "left_square_bracket": b"[",
    "plus": b"+",
    "minus": b"-",
    "backslash": b"\\",
    "at": b"@",
    "multiply": b"*",
    "a": b"a",
    "Z": b"Z",
    "super+a": b"",
    "left_shift": b"",
    "caps_lock": b"",
    "media_play": b"",
    "<ignore>": b"",
}
MODE_KEYS = {
    "up": (b"\x1b[A", b"\x1bOA"),
    "down": (b"\x1b[B", b"\x1bOB"),
    "right": (b"\x1b[C", b"\x1bOC"),
    "left": (b"\x1b[D", b"\x1bOD"),
    "home": (b"\x1b[H", b"\x1bOH"),
    "end": (b"\x1b[F", b"\x1bOF"),
}


@pytest.fixture
def emulator() -> Emulator:
    return Emulator(20, 4)


@pytest.fixture
def keys(emulator: Emulator) -> KeyEncoder:
    return KeyEncoder(emulator)


@pytest.mark.parametrize(("key", "data"), PLAIN_KEYS.items())
def test_keys(keys: KeyEncoder, key: str, data: bytes) -> None:
    assert keys.encode(key) == data


@pytest.mark.parametrize(("key", "data"), PLAIN_KEYS.items())
def test_keys_that_application_mode_leaves_alone(emulator: Emulator, keys: KeyEncoder, key: str, data: bytes) -> None:
    emulator.feed(b"\x1b[?1h\x1b=")
    assert keys.encode(key) == data


@pytest.mark.parametrize(("key", "normal", "application"), [(key, *both) for key, both in MODE_KEYS.items()])
def test_cursor_keys_follow_application_mode(
    emulator: Emulator, keys: KeyEncoder, key: str, normal: bytes, application: bytes
) -> None:
    assert keys.encode(key) == normal
    emulator.feed(b"\x1b[?1h")
    assert keys.encode(key) == application
    emulator.feed(b"\x1b[?1l")
    assert keys.encode(key) == normal


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz")
def test_ctrl_and_alt_with_every_letter(keys: KeyEncoder, letter: str) -> None:
    assert keys.encode(f"ctrl+{letter}") == bytes([ord(letter) - 96])
    assert keys.encode(f"ctrl+{letter}", chr(ord(letter) - 96)) == bytes([ord(letter) - 96])
    assert keys.encode(f"alt+{letter}", letter) == b"\x1b" + letter.encode()


@pytest.mark.parametrize("character", [chr(code) for code in range(0x20, 0x7F)])
def test_every_printable_character(keys: KeyEncoder, character: str) -> None:
    assert keys.encode(character, character) == character.encode()


@pytest.mark.parametrize("text", ["あ", "日", "ー", "ｱ", "é", "ß", "€", "👍", "「"])
def test_text_of_an_input_method(keys: KeyEncoder, text: str) -> None:
    assert keys.encode(text, text) == text.encode()


def test_the_new_protocol_when_the_program_asks_for_it(emulator: Emulator, keys: KeyEncoder) -> None:
    emulator.feed(b"\x1b[>1u")
    assert keys.encode("shift+enter") == b"\x1b[13;2u"
    assert keys.encode("ctrl+a", "\x01") == b"\x1b[97;5u"
    assert keys.encode("escape", "\x1b") == b"\x1b[27u"
    assert keys.encode("a", "a") == b"a"
    emulator.feed(b"\x1b[<u")
    assert keys.encode("shift+enter") == b"\x1b\r"
