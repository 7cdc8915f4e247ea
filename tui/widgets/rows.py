"""Everything the bilingual view shows, in order. However many there are, one more or one changed costs the same.

An entry is laid out when it is looked at; until then its height is what it was, or a guess. Only so many rows are in
memory: of older ones the place and the height are left, and they are restored from the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.sentence import Kind, Sentence
from tui.widgets.entries import PAGE_ENTRIES, RELEASED_LINE, Draw, Entry, Page, Place
from tui.widgets.look import Look
from tui.widgets.row import Row
from tui.widgets.row_layout import draft_lines, note_lines, row_lines, separator_lines
from tui.widgets.spans import Line
from tui.widgets.tops import Tops

MOST_HELD = 1024
"""Rows in memory where the others can be read back."""
SPARE = 4 * PAGE_ENTRIES
"""So many fewer are left when some are released: it is not done again for each new one."""
NEWEST_HELD = 256
"""So many at the end are always in memory."""
MOST_PLACES = 50_000
"""More entries are dropped from the top: their places take memory, too."""
MOST_KEPT = 5_000
"""More rows are dropped from the top where they cannot be read back."""
IN_THE_HISTORY = "— what was said before is in the history —"
NOT_KEPT = "— older sentences are not kept: there is no history to read them from —"

NO_LONGER_THERE = "— the history no longer has what was said here —"


@dataclass(slots=True)
class Rows:
    """The entries and where each begins."""

    width: int = 80
    look: Look = field(default_factory=Look)
    """how rows are shown; `show_as` changes it"""
    is_recorded: bool = False
    """whether rows can be read back"""
    _pages: list[Page] = field(default_factory=list)
    _tops: Tops = field(default_factory=Tops)
    _by_id: dict[int, Entry] = field(default_factory=dict)
    _held: int = 0
    """rows in memory"""
    _head: Entry | None = None
    """says what has gone from the top"""
    _draft: Entry = field(default_factory=lambda: Entry(0, lambda width: [], height=0))
    """the English that is being written; it is not counted as one of the entries"""

    # --- what there is ---

    def add_sentence(self, sentence: Sentence) -> None:
        """Append a sentence's row."""
        entry = self._append(None)
        entry.sentence_id = sentence.id
        self._by_id[sentence.id] = entry
        self._fill_entry(entry, sentence)

    def add_separator(self, prompt: str, time: str | None, *, is_old: bool = False) -> None:
        """Append the line that begins a turn."""
        self._append(lambda width: separator_lines(prompt, time, width, is_old=is_old))

    def add_note(self, text: str) -> None:
        """Append a remark."""
        self._append(lambda width: note_lines(text, width))

    def set_draft(self, kind: Kind, text: str) -> None:
        """Show the English that is being written; empty text shows none."""
        if text.strip():
            self._draft.draw = lambda width: draft_lines(kind, text, width, self.look)
            self._draft.lines = None
        else:
            self._draft = Entry(self._draft.number, lambda width: [], height=0)

    def row(self, sentence_id: int) -> Row | None:
        """A sentence's row; None when it is not in memory, or never came."""
        entry = self._by_id.get(sentence_id)
        return entry.row if entry else None

    def touch(self, sentence_id: int) -> None:
        """The row changed and must be drawn again."""
        self._by_id[sentence_id].lines = None

    def rows(self) -> Iterator[Row]:
        """The rows in memory, from the top."""
        return (entry.row for page in self._pages for entry in page.entries if entry.row is not None)

    def ids(self) -> Iterator[int]:
        """Sentence ids from the top, also of rows that are not in memory."""
        return iter(self._by_id)

    def neighbour(self, sentence_id: int | None, step: int) -> int | None:
        """The sentence `step` rows from another one, kept inside; the last one when there is none to start from."""
        start = self._by_id.get(sentence_id) if sentence_id is not None else None
        if start is None:
            return next(reversed(self._by_id), None)
        found, number, one = start, start.number, 1 if step > 0 else -1
        for _ in range(abs(step)):
            number += one
            while self.first_number <= number < self.end_number and self.entry(number).sentence_id is None:
                number += one
            if not self.first_number <= number < self.end_number:
                break
            found = self.entry(number)
        return found.sentence_id

    # --- how it looks ---

    def resize(self, width: int) -> None:
        """Lay everything out for another width, as soon as it is looked at."""
        self.width = width
        for page in self._pages:
            if not page.is_released:
                page.lay_out_again()
        self._draft.lines = None
        if self._head:
            self._head.lines = None

    def show_as(self, look: Look) -> None:
        """Lay everything out in another way, as soon as it is looked at."""
        self.look = look
        self.resize(self.width)

    # --- entries by number, the line at the top and the draft with them ---

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return self.top_number == self.end_number and not self.lay_out(self.end_number)

    @property
    def first_number(self) -> int:
        """The first entry's number."""
        return self._pages[0].number * PAGE_ENTRIES if self._pages else 0

    @property
    def top_number(self) -> int:
        """The first number of all: of the line that says what has gone, where there is one."""
        return self.first_number - (self._head is not None)

    @property
    def end_number(self) -> int:
        """The draft's number, after the last entry's."""
        return self.first_number + len(self) if self._pages else 0

    def __len__(self) -> int:
        return (len(self._pages) - 1) * PAGE_ENTRIES + len(self._pages[-1].entries) if self._pages else 0

    def entry(self, number: int) -> Entry:
        """An entry. The number is one of `top_number` to `end_number`."""
        index = number - self.first_number
        if index < 0 and self._head is not None:
            return self._head
        if number >= self.end_number:
            return self._draft
        return self._pages[index // PAGE_ENTRIES].entries[index % PAGE_ENTRIES]

    def number_of(self, sentence_id: int) -> int | None:
        """The number of a sentence's entry."""
        entry = self._by_id.get(sentence_id)
        return entry.number if entry else None

    def lay_out(self, number: int) -> int:
        """Lay an entry out if it is not; return its height."""
        entry = self.entry(number)
        if entry.lines is None and entry.draw is not None:
            entry.lines = entry.draw(self.width)
            if len(entry.lines) != entry.height:
                entry.height = len(entry.lines)
                self._height_changed(number)
        return entry.height

    # --- lines ---

    @property
    def height(self) -> int:
        """Lines in all, the draft too."""
        return self._head_height + self._tops.of(self._pages)[-1] + self._draft.height

    def line(self, y: int) -> tuple[Line, Row | None]:
        """Line `y`, and the row it belongs to."""
        place = self.place_at(y)
        entry = self.entry(place.entry)
        return entry.line(place.line), entry.row

    def top(self, number: int) -> int:
        """First line of an entry."""
        index = number - self.first_number
        if index < 0:
            return 0
        if number >= self.end_number:
            return self._head_height + self._tops.of(self._pages)[-1]
        page = self._pages[index // PAGE_ENTRIES]
        tops = self._tops.of(self._pages)
        return self._head_height + tops[index // PAGE_ENTRIES] + page.tops.of(page.entries)[index % PAGE_ENTRIES]

    def place_at(self, y: int) -> Place:
        """The place of line `y`; lines after the last belong to the draft."""
        y -= self._head_height
        if y < 0:
            return Place(self.top_number, y + self._head_height)
        tops = self._tops.of(self._pages)
        if y >= tops[-1]:
            return Place(self.end_number, y - tops[-1])
        page_index = self._tops.index_at(self._pages, y)
        page, line = self._pages[page_index], y - tops[page_index]
        index = page.tops.index_at(page.entries, line)
        return Place(page.entries[index].number, line - page.tops.of(page.entries)[index])

    # --- what is in memory ---

    def trim(self, first: int, last: int) -> None:
        """Keep memory bounded. The entries from number `first` to `last` are looked at, and stay if they can."""
        if self.is_recorded and self._held > MOST_HELD:
            self._release(first, last)
        most_held = self._held if self.is_recorded else MOST_KEPT
        while len(self) > MOST_PLACES or self._held > most_held:
            self._drop_page()

    def released(self, first: int, last: int) -> list[Page]:
        """The pages with released rows among the entries from number `first` to `last`."""
        begin = max(first - self.first_number, 0) // PAGE_ENTRIES
        end = max(last - self.first_number, 0) // PAGE_ENTRIES
        return [page for page in self._pages[begin : end + 1] if page.is_released]

    def restore(self, page: Page, sentences: Iterable[Sentence], why_not: str = NO_LONGER_THERE) -> None:
        """Give a released page its rows back; where the first that is not there was stands `why_not`."""
        index = page.number - self._pages[0].number
        if not page.is_released or index < 0:  # restored, or dropped, meanwhile
            return
        page.is_released = False
        found = {sentence.id: sentence for sentence in sentences}
        missing = []
        for entry in page.entries:
            if entry.sentence_id is None:
                continue
            if sentence := found.get(entry.sentence_id):
                self._fill_entry(entry, sentence)
            else:
                missing.append(entry)
        for entry in missing:
            entry.draw = lambda width: [RELEASED_LINE]
        if missing:
            missing[0].draw = lambda width: note_lines(why_not, width)

    def _release(self, first: int, last: int) -> None:
        pages = self._releasable(first, last)
        # What is farthest from what is looked at goes first.
        pages.sort(key=lambda page: -abs(page.number * PAGE_ENTRIES - first))
        for page in pages:
            if self._held <= MOST_HELD - SPARE:
                break
            self._held -= sum(entry.row is not None for entry in page.entries)
            page.release()

    def _releasable(self, first: int, last: int) -> list[Page]:
        newest = (self.end_number - NEWEST_HELD) // PAGE_ENTRIES
        looked_at = range(first // PAGE_ENTRIES - 1, last // PAGE_ENTRIES + 2)
        return [
            page
            for page in self._pages
            if not page.is_released and page.number < newest and page.number not in looked_at and page.is_settled
        ]

    def _drop_page(self) -> None:
        page = self._pages.pop(0)
        for entry in page.entries:
            self._held -= entry.row is not None
            if entry.sentence_id is not None:
                del self._by_id[entry.sentence_id]
        self._tops.changed(0)
        text = IN_THE_HISTORY if self.is_recorded else NOT_KEPT
        self._head = Entry(self.first_number - 1, lambda width: note_lines(text, width), height=1)

    # --- inside ---

    def _append(self, draw: Draw | None) -> Entry:
        if not self._pages or self._pages[-1].is_full:
            self._pages.append(Page(self._pages[-1].number + 1 if self._pages else 0))
        entry = Entry(self.end_number, draw)
        self._pages[-1].append(entry)
        self._tops.changed(len(self._pages) - 1)
        return entry

    def _fill_entry(self, entry: Entry, sentence: Sentence) -> None:
        row = Row.of(sentence)
        entry.row, entry.draw = row, lambda width: row_lines(row, width, self.look)
        self._held += 1

    def _height_changed(self, number: int) -> None:
        index = number - self.first_number
        if index >= 0 and number < self.end_number:
            page_index = index // PAGE_ENTRIES
            self._pages[page_index].tops.changed(index % PAGE_ENTRIES)
            self._tops.changed(page_index)

    @property
    def _head_height(self) -> int:
        return self._head.height if self._head else 0
