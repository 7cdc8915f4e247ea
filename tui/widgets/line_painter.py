"""Paints the lines of rows. What was painted once is not painted again, wherever it stands in the window then."""

from __future__ import annotations

from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.spans import Line, span_style, to_strip

MOST_PAINTED = 1024
"""Some windows full of lines."""


class ShownLine(NamedTuple):
    """A line in the window, and what makes it look different there."""

    line: Line
    is_lit: bool = False
    """its row is being spoken"""
    is_selected: bool = False


class LinePainter:
    """Paints for one widget."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._painted: LRUCache[tuple[ShownLine, int, tuple[LineFilter, ...]], Strip] = LRUCache(MOST_PAINTED)
        self._base: Style | None = None

    def forget(self) -> None:
        """The colours are others now."""
        self._base = None
        self._painted.clear()

    def strip(self, shown: ShownLine, width: int, filters: tuple[LineFilter, ...] = ()) -> Strip:
        """The line, `width` cells wide, through the filters. The same line is the same strip, which keeps its cuts."""
        key = (shown, width, filters)
        painted = self._painted.get(key)
        if painted is None:
            painted = self._paint(shown, width)
            for line_filter in filters:
                painted = painted.apply_filter(line_filter, self._widget.background_colors[1])
            self._painted[key] = painted
        return painted

    def _paint(self, shown: ShownLine, width: int) -> Strip:
        if self._base is None:
            self._base = self._widget.rich_style
        base, line, is_selected = self._base, shown.line, shown.is_selected
        if line and shown.is_lit:
            base += self._widget.get_component_rich_style("bilingual--lit", partial=True)
        elif line and is_selected:
            base += self._widget.get_component_rich_style("bilingual--selected", partial=True)
        strip = to_strip(self._widget, line, width, base)
        if line and is_selected:
            bar = Strip([Segment("▌", base + span_style(self._widget, "key"))])
            strip = Strip.join([bar, strip.crop(1, width)])
        return strip
