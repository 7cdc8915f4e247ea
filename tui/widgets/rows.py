"""Everything the bilingual view shows, in order, with each entry's lines kept for the current width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from engine.sentence import Kind, Sentence
from tui.widgets.row import Row
from tui.widgets.row_layout import draft_lines, note_lines, row_lines, separator_lines
from tui.widgets.spans import Line

MAX_ENTRIES = 5000
"""More are dropped from the top, `DROP_ENTRIES` at a time; the history keeps them."""
DROP_ENTRIES = 500


@dataclass(slots=True)
class Entry:
    """A row, a separator or a remark."""

    draw: Callable[[int], list[Line]]
    """its lines at a width"""
    row: Row | None = None
    lines: list[Line] | None = None
    """None: to be drawn again"""


@dataclass(slots=True)
class Rows:
    """The entries and where each begins. Only what changed is laid out again."""

    width: int = 80
    entries: list[Entry] = field(default_factory=list)
    draft: list[Line] = field(default_factory=list)
    dropped_lines: int = 0
    """lines that went from the top since this was last read"""
    _tops: list[int] = field(default_factory=lambda: [0])
    """first line of each entry, and one more for the end"""
    _stale_from: int = 0
    _by_id: dict[int, Entry] = field(default_factory=dict)
    _draft: tuple[Kind, str] = (Kind.PROSE, "")

    def add_sentence(self, sentence: Sentence) -> None:
        """Append a sentence's row."""
        row = Row.of(sentence)
        entry = Entry(lambda width: row_lines(row, width), row)
        self._by_id[sentence.id] = entry
        self._append(entry)

    def add_separator(self, prompt: str, time: str | None, *, is_old: bool = False) -> None:
        """Append the line that begins a turn."""
        self._append(Entry(lambda width: separator_lines(prompt, time, width, is_old=is_old)))

    def add_note(self, text: str) -> None:
        """Append a remark."""
        self._append(Entry(lambda width: note_lines(text, width)))

    def set_draft(self, kind: Kind, text: str) -> None:
        """Show the English that is being written; empty text shows none."""
        self._draft = (kind, text)
        self.draft = draft_lines(kind, text, self.width) if text.strip() else []

    def row(self, sentence_id: int) -> Row | None:
        """A sentence's row; None when it was dropped or never came."""
        entry = self._by_id.get(sentence_id)
        return entry.row if entry else None

    def touch(self, sentence_id: int) -> None:
        """The row changed and must be drawn again."""
        entry = self._by_id[sentence_id]
        entry.lines = None
        # Rows change near the end: looking from there is short.
        for index in range(len(self.entries) - 1, -1, -1):
            if self.entries[index] is entry:
                self._stale_from = min(self._stale_from, index)
                return

    def resize(self, width: int) -> None:
        """Lay everything out for another width."""
        self.width = width
        self._stale_from = 0
        for entry in self.entries:
            entry.lines = None
        self.set_draft(*self._draft)

    @property
    def height(self) -> int:
        """Lines in all, the draft too."""
        self._settle()
        return self._tops[-1] + len(self.draft)

    def line(self, y: int) -> tuple[Line, Row | None]:
        """Line `y`, and the row it belongs to."""
        self._settle()
        end = self._tops[-1]
        if y >= end:
            return (self.draft[y - end] if y - end < len(self.draft) else ()), None
        index = bisect_right(self._tops, y) - 1
        entry = self.entries[index]
        assert entry.lines is not None
        return entry.lines[y - self._tops[index]], entry.row

    def span_of(self, sentence_id: int) -> tuple[int, int] | None:
        """First line and number of lines of a row."""
        self._settle()
        entry = self._by_id.get(sentence_id)
        if entry is None:
            return None
        index = next(i for i in range(len(self.entries) - 1, -1, -1) if self.entries[i] is entry)
        return self._tops[index], self._tops[index + 1] - self._tops[index]

    def ids(self) -> Iterator[int]:
        """Sentence ids from the top."""
        return iter(self._by_id)

    def neighbour(self, sentence_id: int | None, step: int) -> int | None:
        """The sentence `step` rows from another one, kept inside; the last one when there is none to start from."""
        ids = list(self._by_id)
        if not ids:
            return None
        if sentence_id not in self._by_id:
            return ids[-1]
        return ids[min(max(ids.index(sentence_id) + step, 0), len(ids) - 1)]

    def _append(self, entry: Entry) -> None:
        self.entries.append(entry)
        if len(self.entries) > MAX_ENTRIES:
            self._drop()

    def _drop(self) -> None:
        self._settle()
        self.dropped_lines += self._tops[DROP_ENTRIES]
        for entry in self.entries[:DROP_ENTRIES]:
            if entry.row is not None:
                self._by_id.pop(entry.row.sentence.id, None)
        del self.entries[:DROP_ENTRIES]
        self._stale_from = 0

    def _settle(self) -> None:
        """Lay out what is new or changed, and count lines from the first change on."""
        del self._tops[self._stale_from + 1 :]
        for index in range(self._stale_from, len(self.entries)):
            entry = self.entries[index]
            if entry.lines is None:
                entry.lines = entry.draw(self.width)
            self._tops.append(self._tops[index] + len(entry.lines))
        self._stale_from = len(self.entries)
