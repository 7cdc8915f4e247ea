"""The bilingual view: one row a sentence, English and Japanese together, following the end while Claude writes."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip

from engine.events import PhraseStarted, TranslationChanged
from engine.sentence import Kind, Sentence
from tui.widgets import highlight
from tui.widgets.block_layout import is_foldable
from tui.widgets.look import Look
from tui.widgets.row import Row
from tui.widgets.row_scroll import RowEvent, RowScroll
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, span_style, to_strip
from tui.widgets.wrap import wrap

EMPTY_TEXT = "What Claude writes appears here, sentence by sentence, in English and in Japanese."


class BilingualView(RowScroll, can_focus=True):
    """One line-API widget for all rows. Changes are gathered; `commit` draws them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES | {"bilingual--lit", "bilingual--selected"}
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
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

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        width = self.scrollable_content_region.width
        if self.rows.is_empty:
            return self._paint(self._empty_line(y, width), None, width)
        line, row = self.rows.line(y + self.scroll_offset.y)
        return self._paint(line, row, width)

    def _paint(self, line: Line, row: Row | None, width: int) -> Strip:
        base = self.rich_style
        is_selected = row is not None and row.sentence.id == self.selected
        if line and row is not None and row.is_sounding:
            base += self.get_component_rich_style("bilingual--lit", partial=True)
        elif line and is_selected:
            base += self.get_component_rich_style("bilingual--selected", partial=True)
        strip = to_strip(self, line, width, base)
        if line and is_selected:
            bar = Strip([Segment("▌", base + span_style(self, "key"))])
            strip = Strip.join([bar, strip.crop(1, width)])
        return strip

    def _empty_line(self, y: int, width: int) -> Line:
        lines = wrap(self.empty_text, max(width - 8, 8))
        number = y - max((self.size.height - len(lines)) // 2, 0)
        if not 0 <= number < len(lines):
            return ()
        return (Span(" " * ((width - len(lines[number])) // 2)), Span(lines[number], "dim"))
