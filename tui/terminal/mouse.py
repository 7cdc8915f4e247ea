"""What the mouse does and where the focus is, as a program in a terminal expects it."""

from __future__ import annotations

from enum import IntEnum

from tui.terminal.emulator import Emulator
from tui.terminal.ghostty import check, ffi, init_sized, lib

_LONGEST = 128
FOCUS_GAINED = b"\x1b[I"
FOCUS_LOST = b"\x1b[O"


class MouseAction(IntEnum):
    """What the mouse did."""

    PRESS = 0
    RELEASE = 1
    MOTION = 2


class MouseButton(IntEnum):
    """Which button; a turn of the wheel is a press of one of the last four."""

    NONE = 0
    LEFT = 1
    RIGHT = 2
    MIDDLE = 3
    WHEEL_UP = 4
    WHEEL_DOWN = 5
    WHEEL_LEFT = 6
    WHEEL_RIGHT = 7


class MouseEncoder:
    """Makes the bytes of what the mouse does, in the form that the program asked for in `emulator`."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._encoder = ffi.new("GhosttyMouseEncoder*")
        check(lib.ghostty_mouse_encoder_new(ffi.NULL, self._encoder), "mouse_encoder_new")
        self._free_encoder = ffi.gc(self._encoder[0], lib.ghostty_mouse_encoder_free)
        self._event = ffi.new("GhosttyMouseEvent*")
        check(lib.ghostty_mouse_event_new(ffi.NULL, self._event), "mouse_event_new")
        self._free_event = ffi.gc(self._event[0], lib.ghostty_mouse_event_free)
        self._size = init_sized("GhosttyMouseEncoderSize")
        self._size.cell_width = self._size.cell_height = 1
        self._buffer = ffi.new("char[]", _LONGEST)
        self._length = ffi.new("size_t*")

    def encode(
        self,
        action: MouseAction,
        button: MouseButton,
        x: int,
        y: int,
        *,
        shift: bool = False,
        alt: bool = False,
        ctrl: bool = False,
    ) -> bytes:
        """Return the bytes; empty when the program did not ask for this. `x` and `y` are cells, kept inside."""
        encoder, event = self._encoder[0], self._event[0]
        self._follow_terminal(is_pressed=button != MouseButton.NONE and action != MouseAction.RELEASE)
        lib.ghostty_mouse_event_set_action(event, action)
        if button == MouseButton.NONE:
            lib.ghostty_mouse_event_clear_button(event)
        else:
            lib.ghostty_mouse_event_set_button(event, button)
        lib.ghostty_mouse_event_set_mods(event, shift | ctrl << 1 | alt << 2)
        x = min(max(x, 0), self._size.screen_width - 1)
        y = min(max(y, 0), self._size.screen_height - 1)
        lib.ghostty_mouse_event_set_position(event, {"x": x + 0.5, "y": y + 0.5})
        check(
            lib.ghostty_mouse_encoder_encode(encoder, event, self._buffer, _LONGEST, self._length),
            "mouse_encoder_encode",
        )
        data: bytes = ffi.buffer(self._buffer, self._length[0])[:]
        return data

    def _follow_terminal(self, *, is_pressed: bool) -> None:
        encoder = self._encoder[0]
        lib.ghostty_mouse_encoder_setopt_from_terminal(encoder, self._emulator.handle)
        self._size.screen_width, self._size.screen_height = self._emulator.cols, self._emulator.rows
        lib.ghostty_mouse_encoder_setopt(encoder, lib.GHOSTTY_MOUSE_ENCODER_OPT_SIZE, self._size)
        lib.ghostty_mouse_encoder_setopt(
            encoder, lib.GHOSTTY_MOUSE_ENCODER_OPT_ANY_BUTTON_PRESSED, ffi.new("bool*", is_pressed)
        )
