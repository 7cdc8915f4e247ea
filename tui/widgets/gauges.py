"""The gauges: where the milliseconds go, who translates and speaks, and how far the voice is behind."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.widget import Widget

from engine.events import GaugesChanged, SourceChanged
from tui.layouts import gauge_height
from tui.widgets.gauge_items import GaugeState
from tui.widgets.gauge_layout import compact_lines
from tui.widgets.kept_lines import KeptLines
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, to_text


class Gauges(KeptLines, Widget):
    """One to three lines, by the window's size; all figures on request. Drawn only when a line has changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "Gauges { height: 2; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.state = GaugeState()
        self.is_full = False
        self._window = (80, 24)
        self._lines: list[Line] = []

    def show(self, event: GaugesChanged | SourceChanged) -> None:
        """Show what the engine says now."""
        if isinstance(event, GaugesChanged):
            self.state = replace(self.state, gauges=event)
        else:
            self.state = replace(self.state, source=event)
        self._update()

    def toggle_full(self) -> None:
        """Show every figure, or the few that fit."""
        self.is_full = not self.is_full
        self._update()

    def fit_window(self, width: int, height: int) -> None:
        """Take the lines that a window of this size can spare."""
        self._window = (width, height)
        self._update()

    def on_resize(self, event: events.Resize) -> None:
        """Draw them for the new width."""
        self._update()

    def render(self) -> Text:
        """Draw the gauges."""
        return to_text(self, self._lines)

    def _update(self) -> None:
        width, height = self._window
        lines = self._all(width) if self.is_full else compact_lines(self.state, width, height)
        self.styles.height = len(lines) if self.is_full else gauge_height(width, height)
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def _all(self, width: int) -> list[Line]:
        # Not before somebody wants it: the start does not wait for it.
        from tui.widgets.gauge_table import table_lines

        return table_lines(self.state, width)
