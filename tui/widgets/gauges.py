"""The gauges: where the milliseconds go, who translates and speaks, and how far the voice is behind."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.reactive import reactive
from textual.widget import Widget

from engine.events import GaugesChanged, SourceChanged
from tui.widgets.gauge_layout import GaugeState, gauge_lines
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import to_text


class Gauges(Widget):
    """Two lines, three where the window is wide."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "Gauges { height: 2; }"

    state: reactive[GaugeState] = reactive(GaugeState())

    def show(self, event: GaugesChanged | SourceChanged) -> None:
        """Show what the engine says now."""
        if isinstance(event, GaugesChanged):
            self.state = replace(self.state, gauges=event)
        else:
            self.state = replace(self.state, source=event)

    def on_resize(self, event: events.Resize) -> None:
        """Take as many lines as the width asks for."""
        self.styles.height = len(gauge_lines(self.state, event.size.width))

    def render(self) -> Text:
        """Draw the gauges."""
        return to_text(self, gauge_lines(self.state, self.size.width))
