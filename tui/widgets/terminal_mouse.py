"""The mouse over the terminal pane: the program's where it asked for it, else for selecting, links and looking back."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual import events
from textual.timer import Timer

from tui.terminal.emulator import Emulator
from tui.terminal.keys import KeyEncoder
from tui.terminal.mouse import MouseAction, MouseButton, MouseEncoder
from tui.terminal.paint import link_at
from tui.terminal.pointer import Pointer
from tui.terminal.selection import Selection

WHEEL_LINES = 3
AUTOSCROLL_S = 0.05
"""One line as often as this, while a selection is dragged out of the pane."""

_LEFT = 1
_BUTTONS = {1: MouseButton.LEFT, 2: MouseButton.MIDDLE, 3: MouseButton.RIGHT}
_WHEEL_KEYS = {MouseButton.WHEEL_UP: "up", MouseButton.WHEEL_DOWN: "down"}


class MousePane(Protocol):
    """What the mouse needs of the pane that it moves over; a Textual widget has the last three."""

    @property
    def is_running(self) -> bool:
        """Whether a program runs there."""
        ...

    @property
    def rows_in_view(self) -> range:
        """The terminal's rows that the pane shows."""
        ...

    def cell_under(self, event: events.MouseEvent) -> tuple[int, int]:
        """Column and row of the terminal; outside of it while the mouse is captured."""
        ...

    def write(self, data: bytes) -> bool:
        """Send `data` to the program; never blocks. False when it does not take it."""
        ...

    def send_keys(self, data: bytes) -> None:
        """Send what a key makes."""
        ...

    def expect_answer(self) -> None:
        """What the program says next is to be drawn at once."""
        ...

    def redraw(self) -> None:
        """Draw what has changed, now."""
        ...

    def scroll_lines(self, lines: int) -> None:
        """Look further up (negative) or down through what scrolled off the screen."""
        ...

    def copy(self, text: str) -> None:
        """Give `text` to the clipboard."""
        ...

    def open_link(self, uri: str) -> None:
        """Show what `uri` names."""
        ...

    def capture_mouse(self) -> None:
        """Hear of the mouse wherever it goes."""
        ...

    def release_mouse(self) -> None:
        """No longer."""
        ...

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` every `interval` seconds."""
        ...


class PaneMouse:
    """What the mouse does in `pane`, whose terminal is `emulator`. The pane passes it its events."""

    def __init__(self, pane: MousePane, emulator: Emulator, keys: KeyEncoder, selection: Selection) -> None:
        self._pane = pane
        self._emulator = emulator
        self._keys = keys
        self._pointer = Pointer(selection)
        self._encoder = MouseEncoder(emulator)
        self._pressed_link = ""
        self._autoscroll: Timer | None = None

    def press(self, event: events.MouseDown) -> None:
        """Select, or pass the press on, and keep the mouse until it is released."""
        is_ours = event.shift or not (self._pane.is_running and self._emulator.modes.mouse)
        x, y = self._pane.cell_under(event)
        link = link_at(self._emulator.row(y), x)
        if event.button == _LEFT and (is_ours or (link and event.ctrl)):
            event.stop()
            self._pane.capture_mouse()
            self._pressed_link = link
            self._pointer.press(x, y, time.monotonic())
            self._pane.redraw()
        elif self._send(event, MouseAction.PRESS, _BUTTONS.get(event.button, MouseButton.NONE)):
            self._pane.capture_mouse()

    def release(self, event: events.MouseUp) -> None:
        """Copy what was selected, open what was clicked, or pass the release on."""
        self._pane.release_mouse()
        self.stop()
        if not self._pointer.is_pressed:
            self._send(event, MouseAction.RELEASE, _BUTTONS.get(event.button, MouseButton.NONE))
        elif text := self._pointer.release():
            self._pane.copy(text)
        elif self._pressed_link:
            self._pane.open_link(self._pressed_link)
        self._pane.redraw()

    def move(self, event: events.MouseMove) -> None:
        """Select up to here, or pass the move on."""
        if not self._pointer.is_pressed:
            self._send(event, MouseAction.MOTION, _BUTTONS.get(event.button, MouseButton.NONE))
            return
        event.stop()
        x, y = self._pane.cell_under(event)
        self._pointer.move(x, y)
        self._drag_outside(x, y)
        self._pane.redraw()

    def turn_wheel(self, event: events.MouseEvent, button: MouseButton) -> None:
        """Pass the turn on, or look back, or turn it into the arrow keys."""
        event.stop()
        event.prevent_default()
        modes = self._emulator.modes
        if modes.mouse:
            self._send(event, MouseAction.PRESS, button)
        elif key := _WHEEL_KEYS.get(button):
            if not modes.alternate_screen:
                self._pane.scroll_lines(-WHEEL_LINES if key == "up" else WHEEL_LINES)
            elif modes.alternate_scroll:
                self._pane.send_keys(self._keys.encode(key) * WHEEL_LINES)

    def stop(self) -> None:
        """Scroll no more by itself."""
        if self._autoscroll is not None:
            self._autoscroll.stop()
            self._autoscroll = None

    def _send(self, event: events.MouseEvent, action: MouseAction, button: MouseButton) -> bool:
        """Return whether the program wanted to know."""
        x, y = self._pane.cell_under(event)
        data = self._encoder.encode(action, button, x, y, shift=event.shift, alt=event.meta, ctrl=event.ctrl)
        if data:
            event.stop()
            self._pane.expect_answer()
        return bool(data) and self._pane.write(data)

    def _drag_outside(self, x: int, y: int) -> None:
        """Scroll for as long as the mouse is above or below the pane."""
        shown = self._pane.rows_in_view
        lines = -1 if y < shown.start else 1 if y >= shown.stop else 0
        self.stop()
        if lines and not self._emulator.modes.alternate_screen:

            def scroll() -> None:
                self._emulator.scroll(lines)
                self._pointer.move(x, y)
                self._pane.redraw()

            self._autoscroll = self._pane.set_interval(AUTOSCROLL_S, scroll)
