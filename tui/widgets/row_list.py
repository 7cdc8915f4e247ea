"""A list of rows of any height, drawn from its top row down: what is out of view costs nothing."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, span_style, to_strip

WHEEL_LINES = 3
BAR, THUMB = "│", "┃"
HERE = "▌"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a row."""

    index: int
    line: int


class RowList(Widget, can_focus=True):
    """Shows `count` rows and highlights one. A subclass says how a row looks."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES | {"row-list--here", "row-list--here-faint"}
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1)", show=False),
        Binding("pageup", "page(-1)", show=False),
        Binding("home,g", "first", show=False),
        Binding("end,G", "last", show=False),
        Binding("enter", "choose", show=False),
    ]

    class Highlighted(Message):
        """Another row is highlighted now, by the person."""

        def __init__(self, rows: RowList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

    class Chosen(Message):
        """Enter was pressed on the highlighted row, or it was clicked twice."""

        def __init__(self, rows: RowList, index: int) -> None:
            super().__init__()
            self.rows = rows
            self.index = index

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.count = 0
        """how many rows there are"""
        self.highlighted: int | None = None
        self._top = Place(0, 0)
        """what is drawn first"""
        self._window: list[Place] | None = None
        """what is in the window, line by line; None: to be found out"""

    @abstractmethod
    def row(self, index: int, width: int) -> list[Line]:
        """Lay a row out: one line at least, at most `width` cells each, the first cell of each left free."""

    def show(self, count: int, highlighted: int | None = None) -> None:
        """Show `count` rows, from the first on, or with one highlighted that is then in view."""
        self.count, self._top = count, Place(0, 0)
        self.highlighted = highlighted if highlighted is not None else (0 if count else None)
        self._bring_into_view()
        self._redraw()

    def changed(self, count: int | None = None) -> None:
        """Draw anew: rows look otherwise than before, or there are more."""
        self.count = self.count if count is None else count
        self._bring_into_view()
        self._redraw()

    def highlight(self, index: int) -> None:
        """Highlight a row and bring it into view; tells nobody."""
        self.highlighted = index
        self._bring_into_view()
        self._redraw()

    # What the person does

    def action_move(self, step: int) -> None:
        """Highlight the row `step` further."""
        self._go((self.highlighted or 0) + step)

    def action_page(self, direction: int) -> None:
        """Go on by as many rows as are in view."""
        self._go((self.highlighted or 0) + direction * max(self._rows_in_window - 1, 1))

    def action_first(self) -> None:
        """Go to the first row."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last row."""
        self._go(self.count - 1)

    def action_choose(self) -> None:
        """Tell that the highlighted row is wanted."""
        if self.highlighted is not None:
            self.post_message(self.Chosen(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        """Highlight what is under the mouse; twice chooses it."""
        places, y = self._places(), event.y - self.gutter.top
        if not 0 <= y < len(places):
            return
        self._go(places[y].index)
        if event.chain == 2:
            self.action_choose()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the highlight stays where it is."""
        event.stop()
        self._scroll(-WHEEL_LINES)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the highlight stays where it is."""
        event.stop()
        self._scroll(WHEEL_LINES)

    def on_resize(self) -> None:
        """Keep the highlighted row in view."""
        self._bring_into_view()
        self._redraw()

    def on_focus(self) -> None:
        """Show that the keyboard is here."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that it is no longer."""
        self.refresh()

    # Drawing

    def render_line(self, y: int) -> Strip:
        """Draw one line of the window."""
        width, places = self.size.width, self._places()
        if y >= len(places):
            return Strip.blank(width, self.rich_style)
        place, base = places[y], self.rich_style
        line = self._rows_lines(place.index)[place.line]
        is_here = bool(line) and place.index == self.highlighted
        if is_here:
            name = "row-list--here" if self.has_focus else "row-list--here-faint"
            base += self.get_component_rich_style(name, partial=True)
        strip = to_strip(self, line, width - 1, base)
        if is_here:
            strip = Strip.join([Strip([Segment(HERE, base + span_style(self, "key"))]), strip.crop(1, width - 1)])
        return Strip.join([strip, self._bar(y)])

    def _bar(self, y: int) -> Strip:
        """Where the window is in the whole, by rows: nobody knows how many lines there are."""
        shown = self._rows_in_window
        if shown >= self.count:
            return Strip.blank(1, self.rich_style)
        height = self.size.height
        thumb = max(height * shown // self.count, 1)
        first = round(min(self._top.index / (self.count - shown), 1.0) * (height - thumb))
        is_thumb = first <= y < first + thumb
        style = self.rich_style + span_style(self, "dim" if is_thumb else "faint")
        return Strip([Segment(THUMB if is_thumb else BAR, style)])

    def _rows_lines(self, index: int) -> list[Line]:
        return self.row(index, max(self.size.width - 1, 4)) or [()]

    # Where things are

    @property
    def _rows_in_window(self) -> int:
        return len({place.index for place in self._places()})

    def _places(self) -> list[Place]:
        if self._window is None:
            self._window = list(self._laid_out())
        return self._window

    def _laid_out(self) -> Iterator[Place]:
        index, line = self._top.index, self._top.line
        room = self.size.height
        while room > 0 and index < self.count:
            height = len(self._rows_lines(index))
            for number in range(line, min(height, line + room)):
                yield Place(index, number)
            room -= max(height - line, 0)
            index, line = index + 1, 0

    def _go(self, index: int) -> None:
        if not self.count:
            return
        index = min(max(index, 0), self.count - 1)
        is_other = index != self.highlighted
        self.highlight(index)
        if is_other:
            self.post_message(self.Highlighted(self, index))

    def _bring_into_view(self) -> None:
        height = self.size.height
        if not height or not self.count:
            return
        if self.highlighted is not None:
            self.highlighted = min(self.highlighted, self.count - 1)
            if self.highlighted <= self._top.index:
                self._top = Place(self.highlighted, 0)
            elif not self._is_above_bottom(self.highlighted):
                self._top = self._top_for(self.highlighted)
        self._top = self._no_further_than_the_end(self._top)

    def _is_above_bottom(self, index: int) -> bool:
        """Whether a row below the window's top ends in the window."""
        if index - self._top.index >= self.size.height:
            return False
        lines = sum(len(self._rows_lines(row)) for row in range(self._top.index, index + 1))
        return lines - self._top.line <= self.size.height

    def _top_for(self, bottom: int) -> Place:
        """What is first in a window that ends with the row `bottom`; a row higher than the window is first itself."""
        room, index = self.size.height, bottom
        while True:
            lines = len(self._rows_lines(index))
            if lines >= room:
                return Place(index, 0 if index == bottom else lines - room)
            room -= lines
            if index == 0:
                return Place(0, 0)
            index -= 1

    def _scroll(self, lines: int) -> None:
        index, line = self._top.index, self._top.line + lines
        while line < 0 and index > 0:
            index -= 1
            line += len(self._rows_lines(index))
        while index < self.count - 1 and line >= (height := len(self._rows_lines(index))):
            line -= height
            index += 1
        if self.count:
            self._top = self._no_further_than_the_end(Place(index, max(line, 0)))
            self._redraw()

    def _no_further_than_the_end(self, top: Place) -> Place:
        # So many rows fill the window, whatever their heights.
        is_far = top.index + self.size.height < self.count
        return top if is_far else min(top, self._top_for(self.count - 1))

    def _redraw(self) -> None:
        self._window = None
        self.refresh()
