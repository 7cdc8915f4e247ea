"""Streams that would fill the memory of a careless terminal. As a program: feed one, and say how memory grew."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator

TOTAL_BYTES = 64 << 20
CHUNK = 65_536


def endless(head: bytes, body: bytes) -> Iterator[bytes]:
    """Something that is begun and never ends."""
    yield head
    yield from itertools.repeat(body * (CHUNK // len(body)), TOTAL_BYTES // CHUNK)


def repeated(sequence: bytes, total: int = TOTAL_BYTES) -> Iterator[bytes]:
    """One sequence again and again."""
    yield from itertools.repeat(sequence * (CHUNK // len(sequence)), total // CHUNK)


def numbered(template: str, count: int) -> Iterator[bytes]:
    """A sequence that is new each time."""
    for start in range(0, count, 500):
        yield "".join(template.format(number, number % 256) for number in range(start, start + 500)).encode()


BOMBS: dict[str, Callable[[], Iterator[bytes]]] = {
    "title": lambda: endless(b"\x1b]0;", b"A"),
    "clipboard": lambda: endless(b"\x1b]52;c;", b"QUJD"),
    "link": lambda: endless(b"\x1b]8;;", b"A"),
    "colours": lambda: endless(b"\x1b]4;", b"1;#aabbcc;"),
    "picture-file": lambda: endless(b"\x1b]1337;File=inline=1:", b"QUJD"),
    "device-control": lambda: endless(b"\x1bP", b"A"),
    "sixel": lambda: endless(b"\x1bPq", b"#0!9~"),
    "terminfo": lambda: endless(b"\x1bP+q", b"4141;"),
    "tmux": lambda: endless(b"\x1bP1000p", b"%output %1 a\n"),
    "application": lambda: endless(b"\x1b_", b"A"),
    "kitty-picture": lambda: endless(b"\x1b_Ga=T,f=32,s=9999,v=9999;", b"QUJD"),
    "kitty-pieces": lambda: repeated(b"\x1b_Gm=1,a=T,f=32,s=9999,v=9999;" + b"QUJD" * 1000 + b"\x1b\\"),
    "privacy": lambda: endless(b"\x1b^", b"A"),
    "parameters": lambda: endless(b"\x1b[", b"1;2:3;"),
    "huge-numbers": lambda: repeated(
        b"\x1b[99999999999999999999A\x1b[9999999999L\x1b[999999999P\x1b[999999999@", 8 << 20
    ),
    "keyboard-stack": lambda: repeated(b"\x1b[>31u", 8 << 20),
    "title-stack": lambda: repeated(b"\x1b]0;" + b"t" * 200 + b"\x07\x1b[22;0t", 8 << 20),
    "screens": lambda: repeated(b"\x1b7\x1b[?1049hx\x1b[?1049l", 8 << 20),
    "new-links": lambda: numbered("\x1b]8;;http://x/{0}/" + "q" * 200 + "\x1b\\a\x1b]8;;\x1b\\", 100_000),
    "new-colours": lambda: numbered("\x1b[38;2;{0};{1};{1};48;5;{1}ma", 500_000),
    "combining-marks": lambda: itertools.chain([b"a"], repeated("\u0301".encode(), 8 << 20)),
    "crowded-cells": lambda: repeated(("a" + "\u0301" * 60).encode(), 2 << 20),
    "one-line": lambda: repeated(b"A"),
    "wide-line": lambda: repeated("日本".encode()),
    "not-utf-8": lambda: repeated(b"\xff\xf0\x9f\xed\xa0\x80\xc0\xaf"),
    "zeros": lambda: repeated(b"\x00"),
}


def main(name: str) -> None:
    """Feed a bomb, drawing at times as the pane does, then reset the terminal as a person would."""
    import psutil

    from tui.terminal.emulator import Emulator
    from tui.terminal.selection import Selection

    emulator, process = Emulator(100, 40), psutil.Process()
    before = most = process.memory_info().rss
    for number, piece in enumerate(BOMBS[name]()):
        emulator.feed(piece)
        if number % 16 == 0:
            emulator.take_dirty()
            most = max(most, process.memory_info().rss)
    selection = Selection(emulator)
    selection.start(0, 0)
    selection.extend(99, 39)
    selection.text()
    most = max(most, process.memory_info().rss)
    emulator.feed("\x1b\\\x1bcstill 日本".encode())
    emulator.take_dirty()
    print(json.dumps({"grown_mb": (most - before) / (1 << 20), "text": emulator.text()[0]}))


if __name__ == "__main__":
    main(sys.argv[1])
