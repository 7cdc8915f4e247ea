"""Records a session for `--record`: what the program draws, what the capture sources say, and the pane's size."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from engine.recording.writer import RecordingWriter
from engine.source import SourceEvent

if TYPE_CHECKING:
    from tui.widgets.terminal import TerminalView


class SessionRecorder:
    """Use it on the app's loop. What it cannot write is told once, and the session goes on without it."""

    def __init__(self, path: Path, program: str, on_trouble: Callable[[str], None] = lambda _: None) -> None:
        """Raises OSError when the file cannot be made."""
        columns, rows = os.get_terminal_size()
        self._path = path
        self._writer: RecordingWriter | None = RecordingWriter(path, columns=columns, rows=rows, program=program)
        self._size = (0, 0)
        self._terminal: TerminalView | None = None
        self.on_trouble = on_trouble

    def watch(self, terminal: TerminalView) -> None:
        """Record what this terminal's program draws from now on."""
        self._terminal = terminal
        terminal.on_output = self._take_bytes

    def take_event(self, event: SourceEvent) -> None:
        """Record what a source says."""
        self._write(lambda writer: writer.take_event(event))

    def close(self) -> None:
        """Put the file in its place, without secrets."""
        self._write(lambda writer: writer.close())
        self._writer = None

    def _take_bytes(self, data: bytes, _: float) -> None:
        if self._terminal is not None:
            size = (self._terminal.emulator.cols, self._terminal.emulator.rows)
            if size != self._size:
                self._size = size
                self._write(lambda writer: writer.take_size(*size))
        self._write(lambda writer: writer.take_bytes(data))

    def _write(self, act: Callable[[RecordingWriter], None]) -> None:
        if self._writer is None:
            return
        try:
            act(self._writer)
        except OSError as error:
            self._writer = None
            self.on_trouble(f"{self._path} cannot be written: {error.strerror or error}. Nothing more is recorded.")
