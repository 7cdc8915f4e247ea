"""What runs in the pane while it is measured. Each is a few lines for a bare interpreter, so that it starts fast."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

CLAUDE_VERSION = "2.1.328"
READY = "PANE-READY"
FLOOD_END = "FLOOD-END"
FLOOD_KEY = b"\r"
ECHO_KEYS = "abcdefghijklmnopqrstuvwxyz"

_STAMP = """
import sys, time
with open(sys.argv[1], "w") as stamp:
    stamp.write(repr(time.monotonic()))
print("{ready}", flush=True)
sys.stdin.read()
"""

_PANE = """
import os, subprocess, sys, tty
tty.setcbreak(0)
os.write(1, b"{ready}\\r\\n")
while key := os.read(0, 1):
    if key in b"\\r\\n":
        subprocess.run(["cat", sys.argv[1]])
        os.write(1, b"\\x1b[0m\\x1b[2J\\x1b[H{end}")
    else:
        os.write(1, b"\\x1b[H" + key)
"""

_STREAMING_PANE = """
import itertools, os, select, sys, time, tty
tty.setcbreak(0)
text = itertools.cycle(open(sys.argv[1]).read())
os.write(1, b"{ready}")
began, sent, next_at, row, line = time.monotonic(), 0, time.monotonic(), 3, ""
while True:
    if select.select([0], [], [], max(0.0, next_at - time.monotonic()))[0]:
        key = os.read(0, 1)
        if not key:
            break
        os.write(1, b"\\x1b[H" + key)
        continue
    next_at = time.monotonic() + {tick_s}
    due = int((time.monotonic() - began) * {rate}) - sent
    sent += due
    for character in itertools.islice(text, due):
        if character != "\\n":
            line += character
        if character == "\\n" or len(line) == 70:
            os.write(1, f"\\x1b[{{row}}H{{line}}\\x1b[K".encode())
            row, line = row + 1 if row < 24 else 3, ""
    if due:
        os.write(1, f"\\x1b[{{row}}H{{line}}\\x1b[K".encode())
"""


def write_claude(path: Path, stamp: Path) -> None:
    """Make a program named claude that writes the `time.monotonic()` of its first byte to `stamp`, and stays.

    It says which version it is, like the real one; our sources ask.
    """
    path.write_text(
        "#!/bin/sh\n"
        f'[ "$1" = --version ] && exec echo "{CLAUDE_VERSION} (Claude Code)"\n'
        f"exec {shlex.join(_command(_STAMP, stamp))}\n"
    )
    path.chmod(0o755)


def pane(flood: Path) -> list[str]:
    """A program that shows each key in the corner, and `cat`s the file `flood` on Enter."""
    return _command(_PANE, flood)


def streaming_pane(text: Path, characters_per_s: float, tick_s: float) -> list[str]:
    """A program that shows each key in the corner, and below it the file `text`, over and over, a piece each tick."""
    return _command(_STREAMING_PANE, text, rate=characters_per_s, tick_s=tick_s)


def _command(code: str, argument: Path, **values: object) -> list[str]:
    # -S -E: without site and environment; nothing of the interpreter's own start is to be measured.
    return [sys.executable, "-S", "-E", "-c", code.format(ready=READY, end=FLOOD_END, **values), str(argument)]


def write_flood(path: Path, size_bytes: int) -> int:
    """Write lines of coloured text, as compilers and test runners print them; return how many bytes."""
    palette = b"".join(
        b"\x1b[%dm%06d \x1b[1;38;5;%dm%s\x1b[0m \x1b[38;2;%d;200;90mpassed in %d ms\x1b[0m\n"
        % (31 + n % 7, n, 16 + n % 216, b"tests/terminal/test_case.py::test_name " * (1 + n % 2), n % 256, n % 977)
        for n in range(2000)
    )
    with path.open("wb") as file:
        for _ in range(-(-size_bytes // len(palette))):
            file.write(palette)
        return file.tell()
