"""What a window shows that is too small for the panes."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

from tui.layouts import MIN_HEIGHT, MIN_WIDTH


class TooSmall(Widget):
    """A plain message with the size that is needed."""

    ALLOW_SELECT = False

    def render(self) -> Text:
        """Draw the message."""
        size = self.app.size
        return Text(
            f"This window is {size.width} × {size.height}.\n"
            f"streamtts needs at least {MIN_WIDTH} × {MIN_HEIGHT}.\n\n"
            "Claude keeps running; make the window larger."
        )
