"""The line between the panes: says what the view below it is, shows who has the keyboard, and can be dragged."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.layouts import Layout, is_split

GRIP = 3
"""Cells in the middle that are drawn heavier: here one can take hold, as along the whole line."""


class Divider(Widget):
    """One column between panes side by side; one line, with a title, above the view in the other layouts."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"divider--title"}
    DEFAULT_CSS = """
    Divider { background: $background; color: $panel; }
    Divider .divider--title { color: $st-text-dim; }
    Divider.-lit, Divider.-lit .divider--title { color: $accent; text-style: bold; }
    Divider.-movable:hover, Divider.-dragged { color: $primary; }
    Divider.-side.-movable { pointer: ew-resize; }
    Divider.-stacked.-movable { pointer: ns-resize; }
    """

    class Dragged(Message):
        """The mouse holds the divider, and is here now."""

        def __init__(self, x: int, y: int) -> None:
            super().__init__()
            self.x, self.y = x, y
            """cell of the window"""

    class Released(Message):
        """The mouse has let go of it."""

    class Reset(Message):
        """A double click: it should go back to where it was at first."""

    direction: reactive[Layout] = reactive(Layout.STACKED)
    """the layout that is shown"""
    is_lit: reactive[bool] = reactive(False)
    """whether the view has the keyboard"""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._is_held = False

    def watch_direction(self, direction: Layout) -> None:
        """Look as the layout wants it."""
        self.set_class(direction is Layout.SIDE, "-side")
        self.set_class(direction is Layout.STACKED, "-stacked")
        self.set_class(is_split(direction), "-movable")

    def watch_is_lit(self, is_lit: bool) -> None:
        """Show who has the keyboard."""
        self.set_class(is_lit, "-lit")

    def render_line(self, y: int) -> Strip:
        """Draw one row of it."""
        style = self.rich_style
        if self.direction is Layout.SIDE:
            return Strip([Segment(_line("│┃", self.size.height, self._is_held)[y], style)], 1)
        width = self.size.width
        title = f" {self._title} "
        line = _line("─━", width, self._is_held) if is_split(self.direction) else "─" * width
        room = width - cell_len(title) - 1
        if room < GRIP:
            return Strip([Segment(line, style)], width)
        return Strip(self._titled(line, title, style), width)

    def _titled(self, line: str, title: str, style: Style) -> list[Segment]:
        end = 1 + cell_len(title)
        return [Segment(line[:1], style), Segment(title, self._title_style), Segment(line[end:], style)]

    @property
    def _title_style(self) -> Style:
        return self.get_component_rich_style("divider--title")

    # The mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold of it."""
        event.stop()
        if event.button == 1 and is_split(self.direction):
            self._hold(True)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go where the mouse goes."""
        if self._is_held:
            event.stop()
            self.post_message(self.Dragged(event.screen_x, event.screen_y))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go of it."""
        if self._is_held:
            event.stop()
            self._hold(False)
            self.post_message(self.Released())

    def on_click(self, event: events.Click) -> None:
        """Twice: put it back."""
        event.stop()
        if event.chain == 2:
            self.post_message(self.Reset())

    def _hold(self, is_held: bool) -> None:
        self._is_held = is_held
        self.capture_mouse(is_held)
        self.set_class(is_held, "-dragged")
        self.refresh()


def _line(signs: str, length: int, is_held: bool) -> str:
    """A thin line with a heavy grip in its middle; all heavy while it is held."""
    thin, heavy = signs[0], signs[1]
    if is_held or length <= GRIP:
        return heavy * length
    before = (length - GRIP) // 2
    return thin * before + heavy * GRIP + thin * (length - GRIP - before)
