"""The line between the panes: says what the view below it is, shows who has the keyboard, and can be dragged."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.layouts import Layout, is_split
from tui.widgets.kept_lines import KeptLines

VERTICAL, HORIZONTAL = "│║┃", "─═━"
"""thin, the same while the view has the keyboard, and heavy"""
GRIP = 3
"""Cells in the middle that are drawn heavier: here one can take hold, as along the whole line."""


class Divider(KeptLines, Widget):
    """One column between panes side by side; one line, with a title, above the view in the other layouts."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"divider--title", "divider--grip"}
    DEFAULT_CSS = """
    Divider { background: $background; color: $panel; }
    Divider .divider--title, Divider .divider--grip { color: $st-text-dim; }
    Divider.-lit, Divider.-lit .divider--title, Divider.-lit .divider--grip { color: $accent; text-style: bold; }
    Divider.-movable:hover, Divider.-movable:hover .divider--grip { color: $primary; }
    Divider.-dragged, Divider.-dragged .divider--grip { color: $primary; }
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
        self.update_classes(
            {
                "-side": direction is Layout.SIDE,
                "-stacked": direction is Layout.STACKED,
                "-movable": is_split(direction),
            }
        )

    def watch_is_lit(self, is_lit: bool) -> None:
        """Show who has the keyboard."""
        self.set_class(is_lit, "-lit")

    def render_line(self, y: int) -> Strip:
        """Draw one row of it."""
        if self.direction is Layout.SIDE:
            return Strip(self._segments(self._line(VERTICAL, self.size.height)[y]), 1)
        width = self.size.width
        title = f" {self._title} "
        line = self._line(HORIZONTAL, width)
        end = 1 + cell_len(title)
        if width < end + GRIP:
            return Strip(self._segments(line), width)
        titled = Segment(title, self.get_component_rich_style("divider--title"))
        return Strip([*self._segments(line[:1]), titled, *self._segments(line[end:])], width)

    def _line(self, signs: str, length: int) -> str:
        """Heavy in its middle, where one can move it; all heavy while it is held."""
        thin, heavy = signs[1 if self.is_lit else 0], signs[2]
        if not is_split(self.direction):
            return thin * length
        if self._is_held or length <= GRIP:
            return heavy * length
        before = (length - GRIP) // 2
        return thin * before + heavy * GRIP + thin * (length - GRIP - before)

    def _segments(self, line: str) -> list[Segment]:
        grip = self.get_component_rich_style("divider--grip")
        heavy = (VERTICAL[2], HORIZONTAL[2])
        return [
            Segment("".join(signs), grip if is_heavy else self.rich_style)
            for is_heavy, signs in groupby(line, key=lambda sign: sign in heavy)
        ]

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
