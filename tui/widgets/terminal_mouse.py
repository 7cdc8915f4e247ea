"""The mouse over the terminal pane: the program's where it asked for it, else for selecting, links and looking back."""

from __future__ import annotations

import time

from textual import events
from textual.timer import Timer
from textual.widget import Widget

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


class TerminalMouse(Widget):
    """What `TerminalView` does with the mouse. The pane itself, below, is the view's."""

    def __init__(self, emulator: Emulator, keys: KeyEncoder, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._emulator = emulator
        self._keys = keys
        self._selection = Selection(emulator)
        self._pointer = Pointer(self._selection)
        self._mouse = MouseEncoder(emulator)
        self._pressed_link = ""
        self._autoscroll: Timer | None = None

    # The pane

    @property
    def is_running(self) -> bool:
        """Whether a program runs here."""
        raise NotImplementedError

    def write(self, data: bytes) -> bool:
        """Send `data` to the program; never blocks. False when there is none, or it does not read any more."""
        raise NotImplementedError

    def redraw(self) -> None:
        """Draw what has changed, now."""
        raise NotImplementedError

    def scroll_lines(self, lines: int) -> None:
        """Look further up (negative) or down through what scrolled off the screen."""
        raise NotImplementedError

    def _type(self, data: bytes) -> None:
        """Send what a key makes."""
        raise NotImplementedError

    def _expect_answer(self) -> None:
        """What the program says next is to be drawn at once."""
        raise NotImplementedError

    def _top(self) -> int:
        """The terminal's row in the first row of the pane."""
        raise NotImplementedError

    def _copy(self, text: str) -> None:
        raise NotImplementedError

    def _open_link(self, uri: str) -> None:
        raise NotImplementedError

    # Events

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Select, or pass the press on, and keep the mouse until it is released."""
        is_ours = event.shift or not (self.is_running and self._emulator.modes.mouse)
        link = self._link_under(event)
        if event.button == _LEFT and (is_ours or (link and event.ctrl)):
            event.stop()
            self.capture_mouse()
            self._pressed_link = link
            self._pointer.press(*self._cell_under(event), time.monotonic())
            self.redraw()
        elif self._send_mouse(event, MouseAction.PRESS, _BUTTONS.get(event.button, MouseButton.NONE)):
            self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Copy what was selected, open what was clicked, or pass the release on."""
        self.release_mouse()
        self._stop_autoscroll()
        if not self._pointer.is_pressed:
            self._send_mouse(event, MouseAction.RELEASE, _BUTTONS.get(event.button, MouseButton.NONE))
        elif text := self._pointer.release():
            self._copy(text)
        elif self._pressed_link:
            self._open_link(self._pressed_link)
        self.redraw()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select up to here, or pass the move on."""
        if not self._pointer.is_pressed:
            self._send_mouse(event, MouseAction.MOTION, _BUTTONS.get(event.button, MouseButton.NONE))
            return
        event.stop()
        x, y = self._cell_under(event)
        self._pointer.move(x, y)
        self._drag_outside(x, y)
        self.redraw()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Turn the wheel."""
        self._turn_wheel(event, MouseButton.WHEEL_UP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Turn the wheel."""
        self._turn_wheel(event, MouseButton.WHEEL_DOWN)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Turn the wheel."""
        self._turn_wheel(event, MouseButton.WHEEL_LEFT)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Turn the wheel."""
        self._turn_wheel(event, MouseButton.WHEEL_RIGHT)

    # What they do

    def _send_mouse(self, event: events.MouseEvent, action: MouseAction, button: MouseButton) -> bool:
        """Return whether the program wanted to know."""
        x, y = self._cell_under(event)
        data = self._mouse.encode(action, button, x, y, shift=event.shift, alt=event.meta, ctrl=event.ctrl)
        if data:
            event.stop()
            self._expect_answer()
        return bool(data) and self.write(data)

    def _cell_under(self, event: events.MouseEvent) -> tuple[int, int]:
        offset = event.get_content_offset_capture(self)
        return offset.x, offset.y + self._top()

    def _link_under(self, event: events.MouseEvent) -> str:
        x, y = self._cell_under(event)
        return link_at(self._emulator.row(y), x)

    def _drag_outside(self, x: int, y: int) -> None:
        """Scroll for as long as the mouse is above or below the pane."""
        top = self._top()
        lines = -1 if y < top else 1 if y >= top + self.size.height else 0
        self._stop_autoscroll()
        if lines and not self._emulator.modes.alternate_screen:

            def scroll() -> None:
                self._emulator.scroll(lines)
                self._pointer.move(x, y)
                self.redraw()

            self._autoscroll = self.set_interval(AUTOSCROLL_S, scroll)

    def _stop_autoscroll(self) -> None:
        if self._autoscroll is not None:
            self._autoscroll.stop()
            self._autoscroll = None

    def _turn_wheel(self, event: events.MouseEvent, button: MouseButton) -> None:
        event.stop()
        event.prevent_default()
        modes = self._emulator.modes
        if modes.mouse:
            self._send_mouse(event, MouseAction.PRESS, button)
        elif key := _WHEEL_KEYS.get(button):
            if not modes.alternate_screen:
                self.scroll_lines(-WHEEL_LINES if key == "up" else WHEEL_LINES)
            elif modes.alternate_scroll:
                self._type(self._keys.encode(key) * WHEEL_LINES)
