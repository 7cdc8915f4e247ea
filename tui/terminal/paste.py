"""Pasted text, made safe for the program that gets it."""

from __future__ import annotations

from tui.terminal.ghostty import check, ffi, lib


def encode_paste(text: str, *, bracketed: bool) -> bytes:
    """Return pasted `text` as a program gets it.

    Control characters become spaces, so that text can neither end the paste early (ESC[201~) nor press keys.
    Without brackets a line end is a carriage return, as if typed.
    """
    raw = text.encode("utf-8", "replace")
    data = ffi.new("char[]", raw)
    size = len(raw) + 64
    buffer, length = ffi.new("char[]", size), ffi.new("size_t*")
    check(lib.ghostty_paste_encode(data, len(raw), bracketed, buffer, size, length), "paste_encode")
    encoded: bytes = ffi.buffer(buffer, length[0])[:]
    return encoded
