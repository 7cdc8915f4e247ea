"""One native terminal: fed with bytes, asked for values."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

from tui.terminal.ghostty import check, ffi, init_sized, lib, union_function

_GRID_REFERENCE = "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyGridRef*)"


class NativeTerminal:
    """A terminal of `cols` x `rows` cells that keeps `scrollback` earlier lines. Freed with its last reference."""

    def __init__(self, cols: int, rows: int, scrollback: int) -> None:
        pointer = ffi.new("GhosttyTerminal*")
        check(lib.ghostty_terminal_new(ffi.NULL, pointer, cols, rows), "terminal_new")
        self.handle: Any = pointer[0]
        """what the library's functions take"""
        self._free = weakref.finalize(self, lib.ghostty_terminal_free, self.handle)
        self._callbacks: list[Any] = []
        self._error: BaseException | None = None
        self.set(lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_LINES, ffi.new("size_t*", scrollback))

    def feed(self, data: bytes) -> None:
        """Take what the program wrote. Raises what a callback raised meanwhile."""
        lib.ghostty_terminal_vt_write(self.handle, data, len(data))
        error, self._error = self._error, None
        if error is not None:
            raise error

    def resize(self, cols: int, rows: int, cell_width: int, cell_height: int) -> None:
        """Change the size in cells; a cell's is in pixels."""
        check(lib.ghostty_terminal_resize(self.handle, cols, rows, cell_width, cell_height), "resize")

    def get(self, key: str, ctype: str = "uint16_t") -> Any:
        """Return one value; `key` is the end of GHOSTTY_TERMINAL_DATA_…, in small letters."""
        out = ffi.new(f"{ctype}*")
        check(lib.ghostty_terminal_get(self.handle, getattr(lib, f"GHOSTTY_TERMINAL_DATA_{key.upper()}"), out), key)
        return out[0]

    def mode(self, number: int) -> bool:
        """Whether a DEC private mode is set."""
        config = ffi.new("GhosttyTerminalModeConfig*", {"mode": number})
        check(lib.ghostty_terminal_get(self.handle, lib.GHOSTTY_TERMINAL_DATA_MODE, config), "mode")
        return bool(config.value)

    def set(self, option: int, value: Any) -> None:
        """Set one of GHOSTTY_TERMINAL_OPT_…"""
        check(lib.ghostty_terminal_set(self.handle, option, value), "terminal_set")

    def call_back(self, option: int, ctype: str, function: Callable[..., Any]) -> None:
        """Have `function` called for one of GHOSTTY_TERMINAL_OPT_…; what it raises, `feed` raises."""
        callback = ffi.callback(ctype, function, onerror=self._failed)
        self.set(option, callback)
        self._callbacks.append(callback)

    def reference(self, x: int, y: int) -> Any:
        """A reference to a cell of the viewport; good until the terminal changes."""
        find = union_function("ghostty_terminal_grid_ref", _GRID_REFERENCE)
        point = ffi.new("GhosttyPointS*")
        point.tag = lib.GHOSTTY_POINT_TAG_VIEWPORT
        point.value.x, point.value.y = x, y
        reference = init_sized("GhosttyGridRef")
        check(find(self.handle, point[0], reference), "grid_ref")
        return reference

    def _failed(self, kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if self._error is None:
            self._error = error
