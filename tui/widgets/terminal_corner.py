"""The words in the corner of the terminal pane: what was just done, or that there is more below."""

from __future__ import annotations

from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from tui.terminal.emulator import Emulator

SAID_S = 1.5


class Corner:
    """`text` says what is to stand there now; `on_change` is called when a word comes or its time is over."""

    def __init__(self, pane: Widget, emulator: Emulator, on_change: Callable[[], None]) -> None:
        self._pane = pane
        self._emulator = emulator
        self._on_change = on_change
        self._said = ""
        self._timer: Timer | None = None

    @property
    def text(self) -> str:
        """Empty when nothing is to stand there."""
        if self._said:
            return f" {self._said} "
        below = self._emulator.lines_below
        return f" {below} lines below, Shift+PageDown " if below else ""

    def say(self, what: str) -> None:
        """Show a word or two for a moment."""
        self._said = what
        if self._timer is not None:
            self._timer.stop()
        if what:
            self._timer = self._pane.set_timer(SAID_S, self._unsay)
        self._on_change()

    def _unsay(self) -> None:
        self.say("")
