"""A line of things that can be clicked, each with the key that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, to_text

GAP = "   "


class Links(Widget):
    """One line. A link is its name, the sign of its key, and what it says."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    ALLOW_SELECT = False
    DEFAULT_CSS = "Links { height: 1; }"

    class Chosen(Message):
        """A link was clicked."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, links: Sequence[tuple[str, str, str]], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._links = links

    def show(self, links: Sequence[tuple[str, str, str]]) -> None:
        """Show others."""
        if links != self._links:
            self._links = links
            self.refresh()

    def render(self) -> Text:
        """Draw the links that fit."""
        line: Line = ()
        for number, (_, key, label) in enumerate(self._links):
            line = (*line, Span(GAP if number else ""), Span(key, "key"), Span(f" {label}", "label"))
        text = to_text(self, [line])
        text.truncate(max(self.size.width, 1), overflow="ellipsis")
        return text

    def on_click(self, event: events.Click) -> None:
        """Find the link that was clicked."""
        start = 0
        for name, key, label in self._links:
            end = start + cell_len(f"{key} {label}")
            if start <= event.x < end:
                self.post_message(self.Chosen(name))
            start = end + len(GAP)
