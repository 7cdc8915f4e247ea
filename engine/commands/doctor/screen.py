"""The terminal that the companion would draw on."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Iterator

from engine.commands.doctor.check import Finding, Patient, note, ok

LEAST_COLUMNS, LEAST_ROWS = 80, 24
_POSITION = re.compile(rb"\x1b\[\d+;(\d+)R")
_PATIENCE_S = 2.0


def terminal(patient: Patient) -> Iterator[Finding]:
    """Its size, its name, its colours, and how wide it draws ○."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield note("terminal", "none here: streamtts-tui needs one, `streamtts speak` does not")
        return
    columns, rows = os.get_terminal_size(sys.stdout.fileno())
    name = os.environ.get("TERM", "")
    detail = f"{columns}x{rows}, TERM={name or 'unset'}, {_colours(name)}"
    if columns < LEAST_COLUMNS or rows < LEAST_ROWS:
        yield note("terminal", detail, f"make the window at least {LEAST_COLUMNS}x{LEAST_ROWS}")
    elif name in ("", "dumb"):
        yield note("terminal", detail, "set TERM to what your terminal is, such as xterm-256color")
    else:
        yield ok("terminal", detail)
    yield from _ambiguous(patient)


def _colours(name: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if os.environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in name else "16 colours, as far as TERM tells"


def _ambiguous(patient: Patient) -> Iterator[Finding]:
    width = _width_of("○")
    is_set = patient.settings.screen.ambiguous_wide
    if width is None:
        yield note("character width", "this terminal does not tell where its cursor is")
    elif (width == 2) is is_set:
        yield ok("character width", f"○ is {width} wide, as screen.ambiguous_wide says")
    else:
        wanted = str(width == 2).lower()
        yield note("character width", f"○ is {width} wide here", f"streamtts config set screen.ambiguous_wide {wanted}")


def _width_of(character: str) -> int | None:
    """Print it and ask the terminal where the cursor is then."""
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    try:
        tty.setcbreak(descriptor)
        os.write(sys.stdout.fileno(), f"\r{character}\x1b[6n".encode())
        answer, deadline = b"", time.monotonic() + _PATIENCE_S
        while b"R" not in answer and (left := deadline - time.monotonic()) > 0:
            if select.select([descriptor], [], [], left)[0]:
                answer += os.read(descriptor, 64)
    finally:
        os.write(sys.stdout.fileno(), b"\r\x1b[K")
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
    found = _POSITION.search(answer)
    return int(found[1]) - 1 if found else None
