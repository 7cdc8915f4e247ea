"""The two lists of the history screen: sessions, and sentences in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from engine.history.recall import to_sentence
from engine.history.records import SessionRecord
from tui.screens.history_items import Items, title_of, when
from tui.widgets.look import FOUND, Look
from tui.widgets.marks import Mark
from tui.widgets.row import Row
from tui.widgets.row_layout import row_lines, separator_lines
from tui.widgets.row_list import RowList
from tui.widgets.search import Pattern
from tui.widgets.spans import Line, Span
from tui.widgets.wrap import clean, fit

MOST_LAID_OUT = 500
"""Rows whose lines are kept."""
COMING: list[Line] = [(Span("  …", "faint"),), ()]
"""Stands for a sentence that is still being read."""


class SessionList(RowList):
    """Two lines a session: when, how many sentences and where; then the first prompt."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sessions: Sequence[SessionRecord] = ()
        self._hits: Mapping[int, int] = {}

    def put(self, sessions: Sequence[SessionRecord], hits: Mapping[int, int] | None = None) -> None:
        """Show other sessions; `hits` says how many sentences of each a search has found, by id."""
        self.sessions, self._hits = list(sessions), hits or {}
        self.show(len(sessions))

    def more(self, sessions: Sequence[SessionRecord]) -> None:
        """Add sessions at the end."""
        self.sessions = [*self.sessions, *sessions]
        self.changed(len(self.sessions))

    @property
    def session(self) -> SessionRecord | None:
        """The highlighted one."""
        return self.sessions[self.highlighted] if self.highlighted is not None else None

    def row(self, index: int, width: int) -> list[Line]:
        """Lay a session out."""
        session = self.sessions[index]
        hits = self._hits.get(session.id)
        count = f"{hits} of {session.sentences}" if hits is not None else f"{session.sentences}"
        noun = "sentence" if session.sentences == 1 else "sentences"
        folder = f" · {PurePath(session.folder).name}" if session.folder else ""
        about = fit(clean(f" · {count} {noun}{folder}"), max(width - 18, 0))
        return [
            (Span("  "), Span(when(session), "label"), Span(about, "dim")),
            (Span("  "), Span(fit(clean(title_of(session)), width - 3), "english")),
        ]


@dataclass(frozen=True, slots=True)
class FoundLook(Look):
    """Marks every word of a search for itself."""

    words: tuple[Pattern, ...] = ()

    def found_in(self, text: str, sentence_id: int) -> list[Mark]:
        """Marks where a sentence's text has one of the words."""
        return sorted(Mark(start, end, FOUND) for word in self.words for start, end in word.find(text))


class SentenceList(RowList):
    """Sentences as the bilingual view shows them; what a search looks for is marked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.items: Items | None = None
        self._look = Look()
        self._laid_out_rows: dict[tuple[int, int], list[Line]] = {}

    def put(self, items: Items | None, words: str = "", highlighted: int | None = None) -> None:
        """Show other sentences; `words` are marked in them."""
        self.items = items
        self._look = FoundLook(words=tuple(Pattern(word) for word in words.split()))
        self._laid_out_rows = {}
        self.show(len(items) if items else 0, highlighted)

    def arrived(self) -> None:
        """Sentences that were being read are there."""
        self.changed()

    def row(self, index: int, width: int) -> list[Line]:
        """Lay a sentence out, with what stands above it."""
        lines = self._laid_out_rows.get((index, width))
        if lines is None:
            lines = self._lay_out(index, width)
            if lines is not COMING:
                self._keep((index, width), lines)
        return lines

    def _lay_out(self, index: int, width: int) -> list[Line]:
        item = self.items.get(index) if self.items else None
        if item is None:
            return COMING
        above = separator_lines(item.heading, item.heading_time, width)[1:] if item.heading else []
        return [*above, *row_lines(Row(to_sentence(item.sentence)), width, self._look), ()]

    def _keep(self, key: tuple[int, int], lines: list[Line]) -> None:
        if len(self._laid_out_rows) >= MOST_LAID_OUT:
            del self._laid_out_rows[next(iter(self._laid_out_rows))]
        self._laid_out_rows[key] = lines
