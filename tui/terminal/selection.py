"""What is selected in an emulator: it stays on its text while that scrolls or flows into another width."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from tui.terminal.emulator import Emulator
from tui.terminal.ghostty import check, ffi, init_sized, lib, read_text, union_function

_WORD_ENDS = " \t'\"`│|:;,()[]{}<>$、。，．・：；！？…「」『』（）［］｛｝【】〈〉《》　"

_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
"""What must not get into a clipboard: pasted elsewhere, it would press keys."""


class Unit(IntEnum):
    """What a selection grows by."""

    CELL = 1
    WORD = 2
    LINE = 3
    """a whole line as it was written, however many rows it takes"""


class Selection:
    """The selection of `emulator`. Columns and rows are those of its viewport; those outside are kept inside."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator
        self._anchor: Any = None
        self._unit = Unit.CELL
        self._word_ends = ffi.new("uint32_t[]", [ord(character) for character in _WORD_ENDS])

    @property
    def is_active(self) -> bool:
        """Whether something is selected."""
        return self._stored() is not None

    def start(self, x: int, y: int, unit: Unit = Unit.CELL) -> None:
        """Begin at a cell. A word or line is selected at once, a cell only when `extend` follows."""
        self.clear()
        self._anchor = self._track(x, y)
        self._unit = unit
        if unit is not Unit.CELL:
            self.extend(x, y)

    def extend(self, x: int, y: int) -> None:
        """Select from where it began to a cell, both included. Does nothing when what it began on is gone."""
        anchor = init_sized("GhosttyGridRef")
        if self._anchor is None or lib.ghostty_tracked_grid_ref_snapshot(self._anchor[0], anchor):
            return
        first, last = self._unit_at(anchor[0]), self._unit_at(self._reference(x, y))
        if self._order(first, last) == lib.GHOSTTY_SELECTION_ORDER_REVERSE:
            first, last = last, first
        whole = init_sized("GhosttySelection")
        whole.start, whole.end = first.start, last.end
        self._emulator.select(whole)

    def finish(self) -> None:
        """Keep what is selected, and forget where it began."""
        self._anchor = None

    def clear(self) -> None:
        """Select nothing."""
        self._anchor = None
        self._emulator.select(ffi.NULL)

    def text(self) -> str:
        """What is selected, as it was written: soft-wrapped rows joined, no blanks at the ends of lines."""
        selection = self._stored()
        if selection is None:
            return ""
        options = init_sized("GhosttyTerminalSelectionFormatOptions")
        options.emit = lib.GHOSTTY_FORMATTER_FORMAT_PLAIN
        options.unwrap, options.trim, options.selection = True, True, selection
        handle = self._emulator.handle
        format_into = lib.ghostty_terminal_selection_format_buf
        text = read_text(lambda buffer, size, used: format_into(handle, options[0], buffer, size, used), "selection")
        return "\n".join(line.translate(_CONTROLS).rstrip() for line in text.split("\n"))

    def _stored(self) -> Any:
        selection = init_sized("GhosttySelection")
        data = lib.GHOSTTY_TERMINAL_DATA_SELECTION
        return None if lib.ghostty_terminal_get(self._emulator.handle, data, selection) else selection

    def _inside(self, x: int, y: int) -> tuple[int, int]:
        return min(max(x, 0), self._emulator.cols - 1), min(max(y, 0), self._emulator.rows - 1)

    def _reference(self, x: int, y: int) -> Any:
        return self._emulator.reference(*self._inside(x, y))[0]

    def _track(self, x: int, y: int) -> Any:
        track = union_function(
            "ghostty_terminal_grid_ref_track",
            "GhosttyResult(*)(GhosttyTerminal, GhosttyPointS, GhosttyTrackedGridRef*)",
        )
        point = ffi.new("GhosttyPointS*")
        point.tag = lib.GHOSTTY_POINT_TAG_VIEWPORT
        point.value.x, point.value.y = self._inside(x, y)
        out = ffi.new("GhosttyTrackedGridRef*")
        check(track(self._emulator.handle, point[0], out), "grid_ref_track")
        return ffi.gc(out, lambda owned: lib.ghostty_tracked_grid_ref_free(owned[0]))

    def _unit_at(self, reference: Any) -> Any:
        found = init_sized("GhosttySelection")
        if self._unit is Unit.WORD:
            words = init_sized("GhosttyTerminalSelectWordOptions")
            words.ref, words.boundary_codepoints = reference, self._word_ends
            words.boundary_codepoints_len = len(self._word_ends)
            is_found = not lib.ghostty_terminal_select_word(self._emulator.handle, words, found)
        elif self._unit is Unit.LINE:
            lines = init_sized("GhosttyTerminalSelectLineOptions")
            lines.ref = reference
            is_found = not lib.ghostty_terminal_select_line(self._emulator.handle, lines, found)
        else:
            is_found = False
        if not is_found:  # A cell, or a blank where there is neither word nor line.
            found.start = found.end = reference
        return found

    def _order(self, first: Any, last: Any) -> int:
        both = init_sized("GhosttySelection")
        both.start, both.end = first.start, last.end
        order = ffi.new("GhosttySelectionOrder*")
        check(lib.ghostty_terminal_selection_order(self._emulator.handle, both, order), "selection_order")
        return int(order[0])
