"""Keeps what libraries print off the screen.

Textual draws on stderr. Sound libraries print there too, and `import sounddevice` even points descriptor 2 at nothing
for a moment, in which frames would be lost. So the screen gets a descriptor of its own, and descriptor 2 a log file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO, cast


@contextmanager
def screen_apart_from_stderr(log_path: Path) -> Iterator[None]:
    """Until the block ends, `sys.__stderr__` is the terminal by another descriptor, and descriptor 2 the log.

    Where the log cannot be written, what libraries print is lost.
    """
    log = _open_log(log_path)
    sys.stderr.flush()
    screen = os.fdopen(os.dup(2), "w", encoding="utf-8")
    before = sys.__stderr__
    os.dup2(log, 2)
    os.close(log)
    _set_dunder_stderr(screen)
    try:
        yield
    finally:
        screen.flush()
        sys.stderr.flush()
        os.dup2(screen.fileno(), 2)
        _set_dunder_stderr(before)
        screen.close()


def _open_log(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError:
        return os.open(os.devnull, os.O_WRONLY)


def _set_dunder_stderr(file: TextIO | None) -> None:
    # Textual's driver takes its file from there, and offers no other way to give it one.
    cast("dict[str, object]", vars(sys))["__stderr__"] = file
