"""What is seen of an emulator: its rows painted, each kept until it changes, with selection and cursor over them."""

from __future__ import annotations

from collections.abc import Callable

from rich.style import Style
from textual.strip import Strip

from tui.terminal.emulator import CursorShape, Emulator
from tui.terminal.paint import Painter, cluster_at, restyled, with_cursor


class Picture:
    """The rows of `emulator` as strips. `selection_style` is asked for when something is selected."""

    def __init__(self, emulator: Emulator, selection_style: Callable[[], Style]) -> None:
        self._emulator = emulator
        self._selection_style = selection_style
        self._painter = Painter(Style.null(), ())
        self._strips: dict[int, Strip] = {}
        self._cursor_row = 0

    def take_changes(self) -> set[int]:
        """Read what has changed since the last call; return the rows to draw, among them those of the cursor."""
        changed = set(self._emulator.take_dirty())
        for row in changed:
            self._strips.pop(row, None)
        cursor_row = self._emulator.cursor.y
        changed |= {self._cursor_row, cursor_row}
        self._cursor_row = cursor_row
        return changed

    def forget(self) -> None:
        """Paint all rows anew."""
        self._strips.clear()

    def strip(self, row: int, base: Style, *, is_focused: bool) -> Strip:
        """Return a row over `base`, the theme's colours; it is as wide as the terminal."""
        if base != self._painter.base or self._painter.palette is not self._emulator.palette:
            self._painter = Painter(base, self._emulator.palette)
            self._strips.clear()
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._painter.paint(self._emulator.row(row))
        return self._with_cursor(self._with_selection(strip, row), row, is_focused=is_focused)

    def _with_selection(self, strip: Strip, row: int) -> Strip:
        selected = self._emulator.selected(row)
        if selected is None:
            return strip
        runs = self._emulator.row(row)
        start, _ = cluster_at(runs, selected[0])
        last, width = cluster_at(runs, selected[1])
        return restyled(strip, start, min(last + width, strip.cell_length), self._selection_style())

    def _with_cursor(self, strip: Strip, row: int, *, is_focused: bool) -> Strip:
        cursor = self._emulator.cursor
        if row != cursor.y or not cursor.visible or not cursor.in_view or cursor.x >= strip.cell_length:
            return strip
        start, width = cluster_at(self._emulator.row(row), cursor.x)
        return with_cursor(strip, start, width, cursor.shape if is_focused else CursorShape.HOLLOW)
