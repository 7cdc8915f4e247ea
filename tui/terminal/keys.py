"""Keys, as Textual names them, to the bytes that a program in a terminal expects."""

from __future__ import annotations

import unicodedata
from typing import Any

from textual.keys import KEY_TO_UNICODE_NAME, REPLACED_KEYS

from tui.terminal.emulator import Emulator
from tui.terminal.ghostty import check, ffi, lib

_MODIFIERS = {"shift": 1, "ctrl": 2, "alt": 4, "super": 8, "hyper": 8, "meta": 8}
_SHIFT, _CTRL, _ALT, _SUPER = 1, 2, 4, 8
_LONGEST = 128

_NAMED = {
    "enter": "ENTER",
    "tab": "TAB",
    "backspace": "BACKSPACE",
    "escape": "ESCAPE",
    "space": "SPACE",
    "up": "ARROW_UP",
    "down": "ARROW_DOWN",
    "left": "ARROW_LEFT",
    "right": "ARROW_RIGHT",
    "home": "HOME",
    "end": "END",
    "pageup": "PAGE_UP",
    "pagedown": "PAGE_DOWN",
    "insert": "INSERT",
    "delete": "DELETE",
    "kp_begin": "NUMPAD_BEGIN",
    **{f"f{number}": f"F{number}" for number in range(1, 26)},
}
_PUNCTUATION = {
    "`": "BACKQUOTE",
    "\\": "BACKSLASH",
    "[": "BRACKET_LEFT",
    "]": "BRACKET_RIGHT",
    ",": "COMMA",
    "=": "EQUAL",
    "-": "MINUS",
    ".": "PERIOD",
    "'": "QUOTE",
    ";": "SEMICOLON",
    "/": "SLASH",
    " ": "SPACE",
}
_KEYPAD = {"decimal": ".", "divide": "/", "multiply": "*", "subtract": "-", "add": "+", "equal": "=", "separator": ","}
_ALIASES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x1b": "escape", "\x7f": "backspace", "newline": "ctrl+j"}
_CONTROL = {" ": 0, "@": 0, "2": 0, "[": 27, "3": 27, "\\": 28, "4": 28, "]": 29, "5": 29, "^": 30, "6": 30, "~": 30}
_CONTROL |= {"_": 31, "/": 31, "7": 31, "-": 31, "8": 127, "?": 127}


class KeyEncoder:
    """Makes the bytes of a key, following the modes that the program set in `emulator`."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._encoder = ffi.new("GhosttyKeyEncoder*")
        check(lib.ghostty_key_encoder_new(ffi.NULL, self._encoder), "key_encoder_new")
        self._free_encoder = ffi.gc(self._encoder[0], lib.ghostty_key_encoder_free)
        self._event = ffi.new("GhosttyKeyEvent*")
        check(lib.ghostty_key_event_new(ffi.NULL, self._event), "key_event_new")
        self._free_event = ffi.gc(self._event[0], lib.ghostty_key_event_free)
        lib.ghostty_key_event_set_action(self._event[0], lib.GHOSTTY_KEY_ACTION_PRESS)
        self._buffer = ffi.new("char[]", _LONGEST)
        self._length = ffi.new("size_t*")

    def encode(self, key: str, character: str | None = None) -> bytes:
        """Return the bytes of Textual's `key` and its `character`; empty when the key says nothing to a program."""
        modifiers, name = _split(key)
        is_legacy = not self._emulator.kitty_flags
        text = _text(name, character, modifiers)
        if is_legacy:
            if modifiers & _SUPER:
                return b""
            if text and not modifiers & (_CTRL | _ALT):
                return text.encode("utf-8", "replace")
            if name in ("enter", "tab") and modifiers & (_SHIFT | _CTRL):
                return _legacy_return_or_tab(name, modifiers)
        data = self._ask(name, modifiers, text)
        if is_legacy and text and modifiers & _CTRL and data.startswith(b"\x1b[") and data.endswith((b"u", b"~")):
            return _legacy_control(text, modifiers)
        return data

    def _ask(self, name: str, modifiers: int, text: str) -> bytes:
        encoder, event = self._encoder[0], self._event[0]
        lib.ghostty_key_encoder_setopt_from_terminal(encoder, self._emulator.handle)
        as_alt = ffi.new("GhosttyOptionAsAlt*", lib.GHOSTTY_OPTION_AS_ALT_TRUE)
        lib.ghostty_key_encoder_setopt(encoder, lib.GHOSTTY_KEY_ENCODER_OPT_MACOS_OPTION_AS_ALT, as_alt)
        lib.ghostty_key_event_set_key(event, _ghostty_key(name, text))
        lib.ghostty_key_event_set_mods(event, modifiers)
        utf8 = text.encode("utf-8", "replace")
        borrowed = ffi.new("char[]", utf8)  # The event keeps the pointer, not the text.
        lib.ghostty_key_event_set_utf8(event, borrowed, len(utf8))
        lib.ghostty_key_event_set_unshifted_codepoint(event, ord(text.lower()) if len(text.lower()) == 1 else 0)
        check(
            lib.ghostty_key_encoder_encode(encoder, event, self._buffer, _LONGEST, self._length), "key_encoder_encode"
        )
        data: bytes = ffi.buffer(self._buffer, self._length[0])[:]
        return data


def _split(key: str) -> tuple[int, str]:
    """The modifiers and the name of what is pressed with them."""
    *names, name = key.split("+") if key != "+" else ["+"]
    if alias := _ALIASES.get(name):
        *more, name = alias.split("+")
        names += more
    modifiers = 0
    for modifier in names:
        modifiers |= _MODIFIERS.get(modifier, 0)
    return modifiers, name


def _text(name: str, character: str | None, modifiers: int) -> str:
    """What the key types without ctrl and alt; empty when it types nothing."""
    if name in _NAMED:
        return " " if name == "space" else ""
    # Not `isprintable`: an ideographic space or the joiner inside an emoji is text as well.
    if character and not any(unicodedata.category(one) in ("Cc", "Cs") for one in character):
        return character
    text = _character_of(name)
    return text.upper() if modifiers & _SHIFT and len(text.upper()) == 1 else text


def _character_of(name: str) -> str:
    if len(name) == 1:
        return name
    if name in _KEYPAD:
        return _KEYPAD[name]
    original = REPLACED_KEYS.get(name, name)
    try:
        return unicodedata.lookup(KEY_TO_UNICODE_NAME.get(original, original.replace("_", " ")))
    except KeyError:
        return ""


def _ghostty_key(name: str, text: str) -> Any:
    known = _NAMED.get(name) or _PUNCTUATION.get(text)
    if known is None and len(text) == 1 and text.isascii() and text.isalnum():
        known = f"DIGIT_{text}" if text.isdigit() else text.upper()
    return getattr(lib, f"GHOSTTY_KEY_{known or 'UNIDENTIFIED'}")


def _legacy_return_or_tab(name: str, modifiers: int) -> bytes:
    """What old terminals send; shift+enter is a new line in Claude Code only as ESC CR, which alt+enter is too."""
    if name == "tab":
        return b"\x1b[Z" if modifiers & _SHIFT else b"\t"
    return b"\x1b\r" if modifiers & (_SHIFT | _ALT) else b"\r"


def _legacy_control(text: str, modifiers: int) -> bytes:
    """ctrl with a character, where the encoder would send what only new programs understand."""
    upper = text.upper()
    if len(upper) == 1 and "A" <= upper <= "Z":
        data = bytes([ord(upper) - 64])
    elif text in _CONTROL:
        data = bytes([_CONTROL[text]])
    else:
        data = text.encode("utf-8", "replace")
    return b"\x1b" + data if modifiers & _ALT else data
