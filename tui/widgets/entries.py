"""What stands in the bilingual view one below the other: entries, in pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from tui.widgets.row import Row
from tui.widgets.spans import Line, Span
from tui.widgets.tops import Tops

PAGE_ENTRIES = 64
GUESSED_LINES = 2
"""What an entry is taken for until it is laid out."""
RELEASED_LINE: Line = (Span(" … ", "faint"),)

Draw = Callable[[int], list[Line]]
"""lines at a width"""


class Place(NamedTuple):
    """A line that stays the same one when something above it grows, shrinks or goes."""

    entry: int
    """an entry's number"""
    line: int
    """which of its lines"""


@dataclass(slots=True)
class Entry:
    """A row, a separator or a remark. A row can be released: its place and its height are all that is left then."""

    number: int
    """counts on, and stays the same when entries before it go"""
    draw: Draw | None
    """None: released"""
    sentence_id: int | None = None
    """None: no row"""
    row: Row | None = None
    lines: list[Line] | None = None
    """None: not laid out, or not as it is now"""
    height: int = GUESSED_LINES
    """lines when it was last laid out"""

    @property
    def is_settled(self) -> bool:
        """Whether it stays as it is, so that it can be read back."""
        return self.row is None or (self.row.sentence.state.is_final and not self.row.is_replaying)

    def line(self, number: int) -> Line:
        """One of its lines; of a released row, a sign that there is one."""
        if self.lines is not None:
            return self.lines[number] if number < len(self.lines) else ()
        return RELEASED_LINE if number == 0 else ()

    def release(self) -> None:
        """Forget the row."""
        self.draw = self.row = self.lines = None


@dataclass(slots=True)
class Page:
    """`PAGE_ENTRIES` entries in a row; the last page may have fewer."""

    number: int
    entries: list[Entry] = field(default_factory=list)
    is_released: bool = False
    tops: Tops = field(default_factory=Tops)

    @property
    def height(self) -> int:
        """Lines in all."""
        return self.tops.of(self.entries)[-1]

    @property
    def is_full(self) -> bool:
        """Whether nothing can be added."""
        return len(self.entries) == PAGE_ENTRIES

    @property
    def is_settled(self) -> bool:
        """Whether it stays as it is."""
        return self.is_full and all(entry.is_settled for entry in self.entries)

    @property
    def sentence_ids(self) -> list[int]:
        """Its sentences, in order."""
        return [entry.sentence_id for entry in self.entries if entry.sentence_id is not None]

    def append(self, entry: Entry) -> None:
        """Add an entry at the end."""
        self.tops.changed(len(self.entries))
        self.entries.append(entry)

    def lay_out_again(self) -> None:
        """What the entries look like is another thing now; until it is asked for, their heights stay."""
        for entry in self.entries:
            entry.lines = None

    def release(self) -> None:
        """Forget its rows. Separators and remarks are small, and not all of them are in the history: they stay."""
        for entry in self.entries:
            if entry.sentence_id is not None:
                entry.release()
                self.is_released = True
