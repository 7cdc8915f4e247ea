"""A place in an emulator that keys move, what is marked from there, and the links that it finds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from tui.terminal.emulator import Emulator
from tui.terminal.links_in_row import cells, links_in
from tui.terminal.selection import Selection, Unit

ALL_LINES = 1_000_000
"""More than anybody keeps."""


class Marker:
    """The place is shown as a selection of one cell; what is marked, as the selection from where it began.

    `rows` are the terminal's rows that can be seen; `scroll` looks further up (negative) or down, and reads them anew.
    """

    def __init__(
        self, emulator: Emulator, selection: Selection, rows: Callable[[], range], scroll: Callable[[int], None]
    ) -> None:
        self._emulator = emulator
        self._selection = selection
        self._rows = rows
        self._scroll = scroll
        self._x = self._y = 0
        self._unit: Unit | None = None
        """what is marked; None while nothing is"""

    def begin(self) -> None:
        """Start at the program's cursor, or at the last row while it is out of view."""
        self._unit = None
        cursor, rows = self._emulator.cursor, self._rows()
        self._x, self._y = (cursor.x, cursor.y) if cursor.in_view else (0, rows.stop - 1)
        self._put(self._x, self._y)

    def move(self, columns: int, lines: int) -> None:
        """Go some cells on in the row, and some rows down."""
        in_row = self._columns()
        # The program may have put wide characters there meanwhile.
        at = bisect_right(in_row, self._x) - 1 + columns
        self._put(in_row[min(max(at, 0), len(in_row) - 1)], self._y + lines)

    def page(self, direction: int) -> None:
        """Go a screen up (-1) or down (1)."""
        self.move(0, direction * max(1, len(self._rows()) - 1))

    def to_edge(self, direction: int) -> None:
        """Go to the row's first cell (-1), or to the last that is not blank (1)."""
        written = [x for x, text in cells(self._emulator.row(self._y)) if text.strip()]
        self._put(written[-1] if direction > 0 and written else 0, self._y)

    def to_end(self, direction: int) -> None:
        """Go to the first line that is kept (-1), or to the last one (1)."""
        self._scroll(direction * ALL_LINES)
        rows = self._rows()
        self._put(0, rows.start if direction < 0 else rows.stop - 1)

    def mark(self, unit: Unit) -> None:
        """Mark from here on by cells, words or lines; the same unit again marks no more."""
        self._unit = None if self._unit is unit else unit
        if self._unit is not None:
            self._selection.start(self._x, self._y, self._unit)
        self._show()

    @property
    def has_mark(self) -> bool:
        """Whether something is marked, more than the place itself."""
        return self._unit is not None

    @property
    def text(self) -> str:
        """What is marked; the one cell of the place while nothing is."""
        return self._selection.text()

    @property
    def link(self) -> str:
        """The link at the place, or empty."""
        links = links_in(self._emulator.row(self._y))
        return next((link.uri for link in links if link.x <= self._x < link.stop), "")

    def to_link(self, direction: int) -> bool:
        """Go to the next link (1) or the one before (-1) among the rows in view; False when there is none."""
        here = (self._y, self._x)
        places = [(y, link.x) for y in self._rows() for link in links_in(self._emulator.row(y))]
        further = [place for place in places if (place > here if direction > 0 else place < here)]
        if not further:
            return False
        y, x = further[0 if direction > 0 else -1]
        self._put(x, y)
        return True

    def _columns(self) -> list[int]:
        return [x for x, _ in cells(self._emulator.row(self._y))]

    def _put(self, x: int, y: int) -> None:
        """Be at a cell, scrolling there where it is out of view."""
        rows = self._rows()
        beyond = y - rows.start if y < rows.start else max(0, y - rows.stop + 1)
        if beyond:
            self._scroll(beyond)
        self._y = min(max(y, rows.start), rows.stop - 1)
        self._x = max((column for column in self._columns() if column <= max(x, 0)), default=0)
        self._show()

    def _show(self) -> None:
        if self._unit is None:
            self._selection.start(self._x, self._y)
        self._selection.extend(self._x, self._y)
