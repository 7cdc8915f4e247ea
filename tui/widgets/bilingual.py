"""The bilingual view: one row a sentence, English and Japanese together, following the end while Claude writes."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.events import PhraseStarted, SpeechChanged, TranslationChanged
from engine.sentence import Kind, Sentence
from tui.widgets.row import Row
from tui.widgets.rows import Rows
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, span_style, to_strip
from tui.widgets.wrap import wrap

WHEEL_LINES = 3
EMPTY_TEXT = "What Claude writes appears here, sentence by sentence, in English and in Japanese."


class BilingualView(ScrollView, can_focus=True):
    """One line-API widget for all rows. Changes are gathered; `commit` draws them."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES | {"bilingual--lit", "bilingual--selected"}
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    BilingualView {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """

    class FollowChanged(Message):
        """The view began to follow the end, or stopped."""

        def __init__(self, is_following: bool) -> None:
            super().__init__()
            self.is_following = is_following

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = Rows()
        self.selected: int | None = None
        """id of the selected sentence"""
        self.sounding: int | None = None
        """id of the sentence that the voice is saying"""
        self.empty_text = EMPTY_TEXT
        """what an empty view says"""
        self.is_following = True
        self._is_placing = False

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
        self.rows.set_draft(kind, text)

    def apply(self, event: TranslationChanged | SpeechChanged | PhraseStarted) -> None:
        """Change the row that the event is about; a row that was dropped is none of our business."""
        row = self.rows.row(event.id)
        if row is None:
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

    def commit(self) -> None:
        """Draw what has changed since the last commit, and keep the view where it should be."""
        height = self.rows.height
        dropped, self.rows.dropped_lines = self.rows.dropped_lines, 0
        self.virtual_size = Size(self.rows.width, height)
        if self.is_following:
            self._place(height)
        elif dropped:
            self._place(self.scroll_y - dropped)
        self.refresh()

    def follow(self) -> None:
        """Drop the selection, go to the end and stay there."""
        self.selected = None
        self._set_following(True)
        self.commit()

    def select(self, sentence_id: int | None) -> None:
        """Select a row and bring it into view; None drops the selection."""
        self.selected = sentence_id
        span = self.rows.span_of(sentence_id) if sentence_id is not None else None
        if span is not None:
            self._set_following(False)
            self._show(*span)
        self.refresh()

    def move_selection(self, step: int) -> None:
        """Select the row `step` further; from no selection, the last row."""
        self.select(self.rows.neighbour(self.selected, step))

    def scroll_lines(self, count: int) -> None:
        """Scroll without a selection; reaching the end follows again."""
        self._place(self.scroll_y + count)
        self._set_following(self.selected is None and self._is_at_end())

    def page(self, direction: int) -> None:
        """Scroll a window's height, less a line to keep one's place."""
        self.scroll_lines(direction * max(self.scrollable_content_region.height - 1, 1))

    def first(self) -> None:
        """Select the first sentence and show the top."""
        self.select(next(self.rows.ids(), None))
        self._place(0)

    def is_in_view(self, sentence_id: int) -> bool:
        """Whether a row's beginning can be seen."""
        span = self.rows.span_of(sentence_id)
        top = self.scroll_offset.y
        return span is not None and top <= span[0] < top + self.scrollable_content_region.height

    @property
    def lines_below(self) -> int:
        """Lines under the window's last one."""
        return max(self.max_scroll_y - self.scroll_offset.y, 0)

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        width = self.scrollable_content_region.width
        if not self.rows.entries and not self.rows.draft:
            return self._paint(self._empty_line(y, width), None, width)
        line, row = self.rows.line(y + self.scroll_offset.y)
        return self._paint(line, row, width)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the new width."""
        width = self.scrollable_content_region.width
        if width > 0 and width != self.rows.width:
            self.rows.resize(width)
        self.commit()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll at once: an animation would be cut short by the next commit while following."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(-WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; at the end, follow again."""
        event.stop()
        event.prevent_default()
        self.scroll_lines(WHEEL_LINES)

    def on_click(self, event: events.Click) -> None:
        """Select the row under the mouse."""
        y = event.y - self.gutter.top + self.scroll_offset.y
        row = self.rows.line(y)[1] if y < self.rows.height else None
        if row is not None:
            self.select(row.sentence.id)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice the user's own scrolling, and stop or go on following."""
        super().watch_scroll_y(old_value, new_value)
        if not self._is_placing and round(old_value) != round(new_value):
            self._set_following(self.selected is None and self._is_at_end())

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

    def _show(self, top: int, height: int) -> None:
        window = self.scrollable_content_region.height
        if top < self.scroll_y:
            self._place(top)
        elif top + height > self.scroll_y + window:
            self._place(min(top, top + height - window))

    def _place(self, y: float) -> None:
        """Scroll there at once, without taking it for the user's doing."""
        self._is_placing = True
        try:
            self.scroll_to(y=y, animate=False, force=True)
        finally:
            self._is_placing = False

    def _is_at_end(self) -> bool:
        return self.scroll_y >= self.max_scroll_y

    def _set_following(self, is_following: bool) -> None:
        if is_following != self.is_following:
            self.is_following = is_following
            self.post_message(self.FollowChanged(is_following))
