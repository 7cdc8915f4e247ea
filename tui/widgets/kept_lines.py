"""Keeps what a widget has drawn. Textual asks every widget of a screen for its lines at every frame, changed or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Container
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip

if TYPE_CHECKING:
    from textual.widget import Widget
else:
    Widget = object  # Textual takes the style of the first base that is a widget, which must be the real one.


class KeptLines(Widget):
    """Put it before the other bases of a widget that is always on the main screen: frames are drawn faster."""

    _kept: tuple[Region, tuple[LineFilter, ...], list[Strip]] | None = None
    """what was asked for last, and the answer; None: something is to be drawn anew"""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The widget's lines."""
        filters = tuple(self.get_line_filters())
        if self._kept is not None and self._kept[:2] == (crop, filters):
            return self._kept[2]
        strips = self.draw_lines(crop, filters)
        self._kept = (crop, filters, strips)
        return strips

    def draw_lines(self, crop: Region, filters: tuple[LineFilter, ...]) -> list[Strip]:
        """Draw them; `filters` are what every strip must have gone through."""
        return super().render_lines(crop)

    def _set_dirty(self, *regions: Region) -> None:
        # Everything that is to be drawn anew comes through here: a refresh, another size, another style.
        self._kept = None
        super()._set_dirty(*regions)


class Room(KeptLines, Container):
    """Room for other widgets."""
