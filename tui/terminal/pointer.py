"""The left button over an emulator: a drag selects cells, a double click words, a triple click lines."""

from __future__ import annotations

from tui.terminal.selection import Selection, Unit

CLICK_CHAIN_S = 0.4
"""Presses on one cell that follow each other as quickly as this count together."""


class Pointer:
    """Turns presses, moves and releases of the left button into a selection."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._is_pressed = False
        self._pressed_at = float("-inf")
        self._cell = (-1, -1)
        self._clicks = 0

    @property
    def is_pressed(self) -> bool:
        """Whether the button is down."""
        return self._is_pressed

    def press(self, x: int, y: int, at_s: float) -> None:
        """The button went down over a cell of the viewport, at a monotonic time."""
        follows = (x, y) == self._cell and at_s - self._pressed_at <= CLICK_CHAIN_S
        self._clicks = self._clicks % len(Unit) + 1 if follows else 1
        self._cell, self._pressed_at = (x, y), at_s
        self._is_pressed = True
        self._selection.start(x, y, Unit(self._clicks))

    def move(self, x: int, y: int) -> None:
        """The mouse is over another cell. Within the first cell nothing is selected: a hand is never quite still."""
        if self._is_pressed and ((x, y) != self._cell or self._selection.is_active):
            self._selection.extend(x, y)

    def release(self) -> str:
        """The button went up. Returns the text that was selected; empty after a plain click."""
        if not self._is_pressed:
            return ""
        self._is_pressed = False
        self._selection.finish()
        return self._selection.text()
