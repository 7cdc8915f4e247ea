"""Scrolls rows: what is looked at stays in its place, or the end is followed."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from engine.events import PhraseStarted, SpeechChanged, TranslationChanged
from tui.widgets import places
from tui.widgets.entries import PAGE_ENTRIES, Place
from tui.widgets.kept_lines import KeptLines
from tui.widgets.line_painter import ShownLine
from tui.widgets.older_rows import Archive, OlderRows
from tui.widgets.rows import Rows

WHEEL_LINES = 3
THUMB_STEPS = 2
"""So many places of the thumb in a cell are told apart; it is drawn finer than that, but nobody sees it move."""
FETCHED_AHEAD = PAGE_ENTRIES // 2
"""Older rows are fetched when one is so near to what is looked at."""

RowEvent = TranslationChanged | SpeechChanged | PhraseStarted


class RowScroll(KeptLines, ScrollView):
    """Keeps the place by entry and line, not by number of lines: what is above may grow, come back, or go."""

    DEFAULT_CSS = """
    RowScroll {
        overflow-x: hidden;
        overflow-y: scroll;
        scrollbar-size-vertical: 1;
    }
    """

    selected: reactive[int | None] = reactive(None, repaint=False)
    """id of the selected sentence"""

    class FollowChanged(Message):
        """The view began to follow the end, or stopped."""

        def __init__(self, is_following: bool) -> None:
            super().__init__()
            self.is_following = is_following

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = Rows()
        self.is_following = True
        self.older = OlderRows[RowEvent](self.rows, self._restored)
        self._top = Place(0, 0)
        """where the window begins"""
        self._is_placing = False
        self._thumb = (0, 0, 0)
        """the scrollbar as it was drawn"""
        self.shown: list[ShownLine] = []
        """the window's lines, as they were at the last commit"""

    def apply(self, event: RowEvent) -> None:
        """Change the row that the event is about."""
        raise NotImplementedError

    def keep_in(self, archive: Archive | None) -> None:
        """Rows that have gone from memory can be read back from there; None: from nowhere."""
        self.older.archive = archive

    def commit(self) -> None:
        """Draw what has changed since the last commit, and keep the view where it should be."""
        window, archive = self._window_height, self.older.archive
        self.rows.is_recorded = archive is not None and archive.is_recording
        if self.is_following:
            self._top = places.at_end(self.rows, window)
        else:
            self._top = places.filling(self.rows, self._top, window)
        last = places.last_shown(self.rows, self._top, window)
        self.rows.trim(self._top.entry, last)
        self._top = places.filling(self.rows, self._top, window)
        self._scroll_to_line(self.rows.top(self._top.entry) + self._top.line, self.rows.height)
        self.older.want(self.rows.released(self._top.entry - FETCHED_AHEAD, last + FETCHED_AHEAD))
        self._draw(self._lines_in_window())

    def follow(self) -> None:
        """Drop the selection, go to the end and stay there."""
        self.selected = None
        self._set_following(True)
        self.commit()

    def select(self, sentence_id: int | None) -> None:
        """Select a row and bring it into view; None drops the selection."""
        self.selected = sentence_id
        number = self.rows.number_of(sentence_id) if sentence_id is not None else None
        if number is not None:
            self._set_following(False)
            self._top = places.showing(self.rows, self._top, self._window_height, number)
        self.commit()

    def move_selection(self, step: int) -> None:
        """Select the row `step` further; from no selection, the last row."""
        self.select(self.rows.neighbour(self.selected, step))

    def scroll_lines(self, count: int) -> None:
        """Scroll without a selection; reaching the end follows again."""
        self._look_from(places.moved(self.rows, self._top, count))

    def page(self, direction: int) -> None:
        """Scroll a window's height, less a line to keep one's place."""
        self.scroll_lines(direction * max(self._window_height - 1, 1))

    def first(self) -> None:
        """Select the first sentence and show the top."""
        self.select(next(self.rows.ids(), None))
        self._look_from(Place(self.rows.top_number, 0))

    def is_in_view(self, sentence_id: int) -> bool:
        """Whether a row's beginning can be seen."""
        number, top = self.rows.number_of(sentence_id), self.scroll_offset.y
        return number is not None and top <= self.rows.top(number) < top + self._window_height

    @property
    def lines_below(self) -> int:
        """Lines under the window's last one; about, as not every row is laid out."""
        return max(self.max_scroll_y - self.scroll_offset.y, 0)

    def on_resize(self, event: events.Resize) -> None:
        """Lay the rows out for the new width; the row at the top stays there."""
        width = self.scrollable_content_region.width
        if width > 0 and width != self.rows.width:
            self.rows.resize(width)
        self.commit()

    def on_unmount(self) -> None:
        """Fetch nothing more."""
        self.older.close()

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
        y = self.line_under(event)
        row = self.rows.line(y)[1] if y is not None else None
        if row is not None:
            self.select(row.sentence.id)

    def line_under(self, event: events.MouseEvent) -> int | None:
        """The line under the mouse, of all lines; None beside them."""
        y = event.y - self.gutter.top + self.scroll_offset.y
        return y if 0 <= y < self.rows.height else None

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice the user's own scrolling, as with the scrollbar, and stop or go on following."""
        if not self._is_placing and round(old_value) != round(new_value):
            self._look_from(places.moved(self.rows, self._top, round(new_value) - round(old_value)))

    @property
    def _window_height(self) -> int:
        return self.scrollable_content_region.height

    def _look_from(self, place: Place) -> None:
        """The user looks elsewhere: the window begins at `place`, or above it where the rows end too soon."""
        self._top = places.filling(self.rows, place, self._window_height)
        is_at_end = self._top == places.at_end(self.rows, self._window_height)
        self._set_following(self.selected is None and is_at_end)
        self.commit()

    def _lines_in_window(self) -> list[ShownLine]:
        """What is to be seen from the place at the top on."""
        shown: list[ShownLine] = []
        number, skipped = self._top
        while len(shown) < self._window_height and number <= self.rows.end_number:
            entry = self.rows.entry(number)
            row = entry.row
            is_lit = row is not None and row.is_sounding
            is_selected = entry.sentence_id is not None and entry.sentence_id == self.selected
            shown += [ShownLine(entry.line(line), is_lit, is_selected) for line in range(skipped, entry.height)]
            number, skipped = number + 1, 0
        return shown[: self._window_height]

    def _draw(self, shown: list[ShownLine]) -> None:
        """Have the lines drawn that are others than before; a whole frame takes several times as long."""
        before, self.shown = self.shown, shown
        if not shown or len(before) != len(shown):
            self.refresh()
            return
        width = self.scrollable_content_region.width
        changed = [y for y, (old, new) in enumerate(zip(before, shown, strict=True)) if old != new]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _restored(self, news: Sequence[RowEvent]) -> None:
        for event in news:
            self.apply(event)
        self.commit()

    def _scroll_to_line(self, y: int, height: int) -> None:
        """Scroll there at once, without taking it for the user's doing; there are `height` lines in all."""
        # Set the usual way, the size would lay the whole screen out again at every new line.
        self.set_reactive(Widget.virtual_size, Size(self.rows.width, height))
        self._is_placing = True
        try:
            self.scroll_target_y = self.scroll_y = y
        finally:
            self._is_placing = False
        self._move_thumb(height)

    def _move_thumb(self, height: int) -> None:
        """Draw the scrollbar anew where that can be seen: at most lines it cannot."""
        bar, window = self.vertical_scrollbar, self._window_height
        bar.set_reactive(ScrollBar.window_virtual_size, height)
        bar.set_reactive(ScrollBar.position, self.scroll_y)
        thumb = max(1.0, window * window / max(height, 1))
        start = (window - thumb) * self.scroll_y / max(height - window, 1)
        seen = (window, round(start * THUMB_STEPS), round(thumb * THUMB_STEPS))
        if seen != self._thumb:
            self._thumb = seen
            bar.refresh()

    def _set_following(self, is_following: bool) -> None:
        if is_following != self.is_following:
            self.is_following = is_following
            self.post_message(self.FollowChanged(is_following))
