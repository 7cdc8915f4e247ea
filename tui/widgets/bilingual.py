"""The bilingual view: one row a sentence, English and Japanese together, following the end while Claude writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual import events
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

from engine.events import PhraseStarted, TranslationChanged
from engine.sentence import Kind, Sentence
from tui.widgets import highlight
from tui.widgets.block_layout import is_foldable
from tui.widgets.line_painter import LinePainter, ShownLine
from tui.widgets.look import Look
from tui.widgets.row_scroll import RowEvent, RowScroll
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span
from tui.widgets.wrap import wrap

EMPTY_TEXT = "What Claude writes appears here, sentence by sentence, in English and in Japanese."


class BilingualView(RowScroll, can_focus=True):
    """One line-API widget for all rows. Changes are gathered; `commit` draws them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES | {"bilingual--lit", "bilingual--selected"}
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        self._painter = LinePainter(self)
        super().__init__(id=id)
        self.sounding: int | None = None
        """id of the sentence that the voice is saying"""
        self.empty_text = EMPTY_TEXT
        """what an empty view says"""

    def add_turn(self, prompt: str, time: str | None = None, *, is_old: bool = False) -> None:
        """Begin a turn; `time` is shown when it is given. An old one belongs to what was said before."""
        self.rows.add_separator(prompt, time, is_old=is_old)

    def add_note(self, text: str) -> None:
        """Add a remark between rows."""
        self.rows.add_note(text)

    def add_sentence(self, sentence: Sentence) -> None:
        """Add a row; the sentence is copied."""
        self.rows.add_sentence(sentence)

    def set_draft(self, kind: Kind, text: str) -> None:
        """Show the English being written under the last row."""
        if kind is Kind.CODE and text:
            highlight.prepare()
        self.rows.set_draft(kind, text)

    def apply(self, event: RowEvent) -> None:
        """Change the row that the event is about. One that is not in memory will be read back as it is then."""
        row = self.rows.row(event.id)
        if row is None:
            self.older.keep(event)
            return
        if isinstance(event, TranslationChanged):
            row.apply_translation(event)
        elif isinstance(event, PhraseStarted):
            row.apply_phrase(event)
        else:
            row.apply_speech(event)
            if row.is_sounding:
                self.sounding = event.id
            elif self.sounding == event.id:
                self.sounding = None
        self.rows.touch(event.id)

    @property
    def look(self) -> Look:
        """How the rows are shown."""
        return self.rows.look

    def show_as(self, look: Look) -> None:
        """Show the rows in another way."""
        self.rows.show_as(look)
        self.commit()

    def read_anew(self, texts: Collection[str]) -> None:
        """Show the readings of these Japanese texts, which are known now."""
        for row in self.rows.rows():
            if row.sentence.ja in texts:
                self.rows.touch(row.sentence.id)
        self.commit()

    def block_to_fold(self) -> int | None:
        """The selected sentence, if it is a long block; else the last long block; None where there is none."""
        rows = list(self.rows.rows())
        selected = [row for row in rows if row.sentence.id == self.selected]
        found = (row.sentence.id for row in (*selected, *reversed(rows)) if is_foldable(row.sentence))
        return next(found, None)

    def fold(self, sentence_id: int) -> None:
        """Fold a long block, or show it whole."""
        row = self.rows.row(sentence_id)
        if row is not None:
            row.is_unfolded = not row.is_unfolded
            self.rows.touch(sentence_id)
            self.commit()

    def on_click(self, event: events.Click) -> None:
        """Unfold a long block where it says how much more there is."""
        y = self.line_under(event)
        if y is None:
            return
        place = self.rows.place_at(y)
        entry = self.rows.entry(place.entry)
        is_last_line = place.line == entry.height - 1
        if entry.row is not None and is_last_line and not entry.row.is_unfolded and is_foldable(entry.row.sentence):
            self.fold(entry.row.sentence.id)

    def render_line(self, y: int) -> Strip:
        """One line of the window, as it was at the last commit."""
        return self._strip(y, self.scrollable_content_region.width)

    def draw_lines(self, crop: Region, filters: tuple[LineFilter, ...]) -> list[Strip]:
        """All lines that are asked for: while text streams, most are the same strips as in the frame before."""
        if self.styles.gutter.totals != (0, 0) or crop.column_span != (0, self.outer_size.width):
            return super().draw_lines(crop, filters)
        return [self._strip(y, crop.width, filters) for y in crop.line_range]

    def _strip(self, y: int, width: int, filters: tuple[LineFilter, ...] = ()) -> Strip:
        if self.rows.is_empty:
            return self._painter.strip(ShownLine(self._empty_line(y, width)), width, filters)
        return self._painter.strip(self.shown[y] if y < len(self.shown) else ShownLine(()), width, filters)

    def notify_style_update(self) -> None:
        """Another theme: every line is painted anew."""
        super().notify_style_update()
        self._painter.forget()

    def _empty_line(self, y: int, width: int) -> Line:
        lines = wrap(self.empty_text, max(width - 8, 8))
        number = y - max((self.size.height - len(lines)) // 2, 0)
        if not 0 <= number < len(lines):
            return ()
        return (Span(" " * ((width - len(lines[number])) // 2)), Span(lines[number], "dim"))
