"""The terminal emulator: bytes of a program in, rows of styled text, a cursor and replies out."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from tui.terminal.cells import PLAIN, RowReader, Run
from tui.terminal.ghostty import check, ffi, init_sized, lib
from tui.terminal.native import NativeTerminal

SCROLLBACK_LINES = 10_000
SCROLLBACK_BYTES = 32 << 20
"""What the earlier lines may take, whatever is in them."""
COMMAND_BYTES = 1 << 20
"""What an application command (APC) may hold; nobody sends us pictures that we cannot draw."""
CELL_PIXELS = (8, 16)
"""What we say a cell measures: nobody knows, but programs ask."""
CLIPBOARD_LIMIT = 1 << 20

Rgb = tuple[int, int, int]


class CursorShape(IntEnum):
    """How the program wants the cursor drawn."""

    BAR = 0
    BLOCK = 1
    UNDERLINE = 2
    HOLLOW = 3


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the cursor is, in cells of the viewport."""

    x: int
    y: int
    visible: bool
    shape: CursorShape
    in_view: bool = True
    """False while the user looks at earlier lines"""


@dataclass(frozen=True, slots=True)
class Modes:
    """What the program asked of its terminal."""

    alternate_screen: bool
    bracketed_paste: bool
    """2004"""
    mouse: bool
    """any of 9, 1000, 1002, 1003"""
    focus: bool
    """1004"""
    synchronized: bool
    """2026: nothing is to be drawn now"""
    alternate_scroll: bool
    """1007: the wheel is arrow keys on the alternate screen"""
    color_scheme: bool
    """2031: wants to know when dark becomes light"""


@dataclass(slots=True)
class EmulatorEvents:
    """What the emulator calls while it is fed; replace the ones you need."""

    on_reply: Callable[[bytes], None] = lambda data: None
    """bytes to write back to the program"""
    on_title: Callable[[str], None] = lambda title: None
    on_bell: Callable[[], None] = lambda: None
    on_clipboard: Callable[[str], None] = lambda text: None
    """the program copied text (OSC 52)"""


class Emulator:
    """A terminal of `cols` x `rows` cells. Not thread-safe: feed and read it on one thread."""

    def __init__(self, cols: int, rows: int, *, scrollback: int = SCROLLBACK_LINES) -> None:
        self.events = EmulatorEvents()
        self._terminal = NativeTerminal(max(cols, 1), max(rows, 1), scrollback)
        self._handle = self._terminal.handle
        self._is_dark = True
        self._is_held = False
        self._install()
        self._state = _owned("GhosttyRenderState", lib.ghostty_render_state_new, lib.ghostty_render_state_free)
        self._iterator = _owned(
            "GhosttyRenderStateRowIterator",
            lib.ghostty_render_state_row_iterator_new,
            lib.ghostty_render_state_row_iterator_free,
        )
        self._reader = RowReader(self._terminal)
        self._cursor = init_sized("GhosttyRenderStateCursor")
        self._palette: tuple[Rgb, ...] = ()
        self._rows: list[tuple[Run, ...]] = []
        self._selected: dict[int, tuple[int, int]] = {}
        self._has_selection = False
        self.take_dirty()

    @property
    def handle(self) -> Any:
        """The native terminal, for the encoders that follow its modes."""
        return self._handle

    @property
    def cols(self) -> int:
        """Width in cells."""
        return int(self._terminal.get("cols"))

    @property
    def rows(self) -> int:
        """Height in cells."""
        return int(self._terminal.get("rows"))

    @property
    def is_held(self) -> bool:
        """Whether the program is in the middle of a synchronized update (2026)."""
        return self._is_held

    @property
    def modes(self) -> Modes:
        """What the program asked of its terminal."""
        mode = self._terminal.mode
        screen = self._terminal.get("active_screen", "GhosttyTerminalScreen")
        return Modes(
            alternate_screen=screen == lib.GHOSTTY_TERMINAL_SCREEN_ALTERNATE,
            bracketed_paste=mode(2004),
            mouse=bool(self._terminal.get("mouse_tracking", "bool")),
            focus=mode(1004),
            synchronized=mode(2026),
            alternate_scroll=mode(1007),
            color_scheme=mode(2031),
        )

    @property
    def kitty_flags(self) -> int:
        """The kitty keyboard flags that the program set; 0 is the old protocol."""
        return int(self._terminal.get("kitty_keyboard_flags", "uint8_t"))

    @property
    def title(self) -> str:
        """The window title that the program set."""
        out = self._terminal.get("title", "GhosttyString")
        return _text(out)

    @property
    def palette(self) -> Sequence[Rgb]:
        """The 256 colours as they are now, as of the last `take_dirty`."""
        return self._palette

    @property
    def cursor(self) -> Cursor:
        """The cursor, as of the last `take_dirty`."""
        cursor = self._cursor
        return Cursor(
            x=cursor.viewport_x - (1 if cursor.wide_tail else 0),
            y=cursor.viewport_y,
            visible=cursor.visible,
            shape=CursorShape(cursor.visual_style),
            in_view=cursor.viewport_has_value,
        )

    @property
    def lines_below(self) -> int:
        """How many lines are below what is looked at; 0 when the program's own screen is."""
        bar = self._terminal.get("scrollbar", "GhosttyTerminalScrollbar")
        return max(0, int(bar.total) - int(bar.offset) - int(bar.len))

    def feed(self, data: bytes) -> None:
        """Take what the program wrote; calls `events` on the way."""
        self._terminal.feed(data)

    def resize(self, cols: int, rows: int) -> None:
        """Change the size in cells; the main screen's lines flow into the new width."""
        self._terminal.resize(max(cols, 1), max(rows, 1), *CELL_PIXELS)

    def take_dirty(self) -> Sequence[int]:
        """Read what changed since the last call and return its rows, in order; a new size makes all of them new."""
        state = self._state[0]
        check(lib.ghostty_render_state_update(state, self._handle), "render_state_update")
        dirty = ffi.new("GhosttyRenderStateDirty*")
        check(lib.ghostty_render_state_get(state, lib.GHOSTTY_RENDER_STATE_DATA_DIRTY, dirty), "dirty")
        check(lib.ghostty_render_state_get(state, lib.GHOSTTY_RENDER_STATE_DATA_CURSOR, self._cursor), "cursor")
        if dirty[0] == lib.GHOSTTY_RENDER_STATE_DIRTY_FALSE:
            return ()
        if dirty[0] == lib.GHOSTTY_RENDER_STATE_DIRTY_FULL:
            self._rows = [()] * self.rows
            self._selected.clear()
            self._read_palette()
        changed = self._read_rows()
        check(lib.ghostty_render_state_clean(state), "clean")
        return changed

    def row(self, y: int) -> tuple[Run, ...]:
        """Row `y` as runs whose widths add up to `cols`, as of the last `take_dirty`."""
        return self._rows[y] if 0 <= y < len(self._rows) else (Run(" " * self.cols, self.cols, PLAIN),)

    def selected(self, y: int) -> tuple[int, int] | None:
        """First and last selected column of row `y`, as of the last `take_dirty`; None when nothing is selected."""
        return self._selected.get(y)

    def select(self, selection: Any) -> None:
        """Select a native range, or nothing (NULL). `Selection` makes the ranges."""
        if selection or self._has_selection:
            self._has_selection = bool(selection)
            self._terminal.set(lib.GHOSTTY_TERMINAL_OPT_SELECTION, selection)

    def reference(self, x: int, y: int) -> Any:
        """A native reference to a cell of the viewport; good until the terminal changes."""
        return self._terminal.reference(x, y)

    def text(self) -> list[str]:
        """The rows as of the last `take_dirty`, without trailing blanks."""
        return ["".join(run.text for run in runs).rstrip() for runs in self._rows]

    def set_palette(self, colors: Sequence[Rgb]) -> None:
        """Set the first colours of the palette (16 or up to 256); the program may still change them (OSC 4)."""
        palette = ffi.new("GhosttyColorRgb[256]")
        lib.ghostty_color_palette_default(palette)
        for index, (red, green, blue) in enumerate(colors[:256]):
            palette[index].r, palette[index].g, palette[index].b = red, green, blue
        self._terminal.set(lib.GHOSTTY_TERMINAL_OPT_COLOR_PALETTE, palette)

    def set_default_colors(self, foreground: Rgb, background: Rgb) -> None:
        """Say what the terminal's own colours are: programs ask, to choose between dark and light."""
        for option, color in (
            (lib.GHOSTTY_TERMINAL_OPT_COLOR_FOREGROUND, foreground),
            (lib.GHOSTTY_TERMINAL_OPT_COLOR_BACKGROUND, background),
        ):
            self._terminal.set(option, ffi.new("GhosttyColorRgb*", dict(zip("rgb", color, strict=True))))
        is_dark = _is_dark(background)
        if is_dark != self._is_dark:
            self._is_dark = is_dark
            if self.modes.color_scheme:
                self.events.on_reply(b"\x1b[?997;%dn" % (1 if is_dark else 2))

    def scroll(self, lines: int) -> None:
        """Look `lines` further down (up when negative) through what scrolled off the main screen."""
        self._scroll(lib.GHOSTTY_SCROLL_VIEWPORT_DELTA, lines)

    def scroll_to_end(self) -> None:
        """Look at what the program writes now."""
        self._scroll(lib.GHOSTTY_SCROLL_VIEWPORT_BOTTOM, 0)

    def _scroll(self, tag: int, lines: int) -> None:
        # cffi cannot pass a union by value. This struct of pyghostty has the size and alignment of the real one.
        behavior = ffi.new("GhosttyPointS*")
        ffi.buffer(behavior)[:] = struct.pack("=iiqq", tag, 0, lines, 0)
        function = ffi.addressof(lib, "ghostty_terminal_scroll_viewport")
        ffi.cast("void(*)(GhosttyTerminal, GhosttyPointS)", function)(self._handle, behavior[0])

    def _read_rows(self) -> list[int]:
        iterator = self._iterator
        check(
            lib.ghostty_render_state_get(self._state[0], lib.GHOSTTY_RENDER_STATE_DATA_ROW_ITERATOR, iterator), "rows"
        )
        y = ffi.new("uint16_t*")
        changed = []
        while lib.ghostty_render_state_row_iterator_next_dirty(iterator[0], y):
            self._rows[y[0]] = self._reader.read(iterator[0], y[0])
            self._read_selected(iterator[0], y[0])
            changed.append(int(y[0]))
        return changed

    def _read_selected(self, row: Any, y: int) -> None:
        self._selected.pop(y, None)
        if self._has_selection:
            columns = init_sized("GhosttyRenderStateRowSelection")
            data = lib.GHOSTTY_RENDER_STATE_ROW_DATA_SELECTION
            if not lib.ghostty_render_state_row_get(row, data, columns):
                self._selected[y] = (columns.start_x, columns.end_x)

    def _read_palette(self) -> None:
        palette = ffi.new("GhosttyColorRgb[256]")
        data = lib.GHOSTTY_RENDER_STATE_DATA_COLOR_PALETTE
        check(lib.ghostty_render_state_get(self._state[0], data, palette), "palette")
        raw: bytes = ffi.buffer(palette)[:]
        self._palette = tuple((raw[at], raw[at + 1], raw[at + 2]) for at in range(0, len(raw), 3))

    def _install(self) -> None:
        """Hook up the callbacks, and set what does not change."""
        hooks = (
            ("GhosttyTerminalWritePtyFn", lib.GHOSTTY_TERMINAL_OPT_WRITE_PTY, self._replied),
            ("GhosttyTerminalTitleChangedFn", lib.GHOSTTY_TERMINAL_OPT_TITLE_CHANGED, self._title_changed),
            ("GhosttyTerminalBellFn", lib.GHOSTTY_TERMINAL_OPT_BELL, self._rang),
            ("GhosttyTerminalRenderHoldFn", lib.GHOSTTY_TERMINAL_OPT_RENDER_HOLD, self._held),
            ("GhosttyTerminalSizeFn", lib.GHOSTTY_TERMINAL_OPT_SIZE, self._size_asked),
            ("GhosttyTerminalColorSchemeFn", lib.GHOSTTY_TERMINAL_OPT_COLOR_SCHEME, self._scheme_asked),
            ("GhosttyTerminalClipboardWriteFn", lib.GHOSTTY_TERMINAL_OPT_CLIPBOARD_WRITE, self._copied),
        )
        for ctype, option, function in hooks:
            self._terminal.call_back(option, ctype, function)
        self._terminal.set(lib.GHOSTTY_TERMINAL_OPT_CLIPBOARD_WRITE_MAX_BYTES, ffi.new("size_t*", CLIPBOARD_LIMIT))
        self._terminal.set(lib.GHOSTTY_TERMINAL_OPT_SCROLLBACK_MAX_BYTES, ffi.new("size_t*", SCROLLBACK_BYTES))
        for option in (lib.GHOSTTY_TERMINAL_OPT_APC_MAX_BYTES, lib.GHOSTTY_TERMINAL_OPT_APC_MAX_BYTES_KITTY):
            self._terminal.set(option, ffi.new("size_t*", COMMAND_BYTES))
        # We cannot draw pictures, and a program that asks must hear so.
        self._terminal.set(lib.GHOSTTY_TERMINAL_OPT_KITTY_IMAGE_STORAGE_LIMIT, ffi.new("uint64_t*", 0))
        # Whole emoji in two cells, as Claude Code and the terminals of today count them.
        self._terminal.set(
            lib.GHOSTTY_TERMINAL_OPT_MODE_DEFAULT,
            ffi.new("GhosttyTerminalModeConfig*", {"mode": 2027, "value": True}),
        )

    def _replied(self, terminal: Any, userdata: Any, data: Any, length: int) -> None:
        self.events.on_reply(ffi.buffer(data, length)[:])

    def _title_changed(self, terminal: Any, userdata: Any) -> None:
        self.events.on_title(self.title)

    def _rang(self, terminal: Any, userdata: Any) -> None:
        self.events.on_bell()

    def _held(self, terminal: Any, userdata: Any, held: bool) -> None:
        self._is_held = held

    def _size_asked(self, terminal: Any, userdata: Any, out: Any) -> bool:
        out.columns, out.rows = self.cols, self.rows
        out.cell_width, out.cell_height = CELL_PIXELS
        return True

    def _scheme_asked(self, terminal: Any, userdata: Any, out: Any) -> bool:
        out[0] = lib.GHOSTTY_COLOR_SCHEME_DARK if self._is_dark else lib.GHOSTTY_COLOR_SCHEME_LIGHT
        return True

    def _copied(self, terminal: Any, userdata: Any, write: Any) -> None:
        for index in range(write.contents_len):
            content = write.contents[index]
            if _text(content.mime).startswith("text/plain"):
                self.events.on_clipboard(_text(content.data))
                break
        reply = init_sized("GhosttyClipboardWriteReply")
        reply.result = lib.GHOSTTY_CLIPBOARD_WRITE_RESULT_SUCCESS
        write.reply(write, reply)


def _owned(ctype: str, create: Any, free: Any) -> Any:
    """A pointer to a new native object that is freed with it."""
    pointer = ffi.new(f"{ctype}*")
    check(create(ffi.NULL, pointer), ctype)
    return ffi.gc(pointer, lambda owned: free(owned[0]))


def _text(string: Any) -> str:
    return ffi.buffer(string.ptr, string.len)[:].decode("utf-8", "replace") if string.len else ""


def _is_dark(color: Rgb) -> bool:
    red, green, blue = color
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue < 128
