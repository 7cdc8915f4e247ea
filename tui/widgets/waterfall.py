"""The waterfall: where the milliseconds of one sentence went. It is opened and put away by a key."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.widget import Widget

from tui.layouts import is_low
from tui.widgets.row import Row
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, to_text
from tui.widgets.waterfall_layout import FULL_LINES, SHORT_LINES, waterfall_lines


class Waterfall(Widget):
    """Explains a sentence; fewer lines where the window is low."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "Waterfall { height: 8; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._row: Row | None = None
        self._is_gone = False
        self._lines: list[Line] = []

    def show(self, row: Row | None, *, is_gone: bool = False) -> None:
        """Explain this sentence as it stands now; nothing is drawn when the lines are as they were.

        `is_gone`: there is no row because it is too old.
        """
        self._row, self._is_gone = row, is_gone
        lines = waterfall_lines(row, self.size.width, self.size.height, is_gone=is_gone)
        if lines != self._lines:
            self._lines = lines
            self.refresh()

    def fit_window(self, height: int) -> None:
        """Take the lines that the window can spare."""
        self.styles.height = SHORT_LINES if is_low(height) else FULL_LINES

    def on_resize(self, event: events.Resize) -> None:
        """Draw it for the new width."""
        self.show(self._row, is_gone=self._is_gone)

    def render(self) -> Text:
        """Draw the lines."""
        return to_text(self, self._lines)
