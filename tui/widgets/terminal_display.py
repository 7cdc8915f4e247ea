"""What a terminal shows, drawn by Textual: rows, the cursor, what is selected, and words in the corner."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from engine.capture.screen_view import ScreenView, WatchedScreen
from tui.terminal.emulator import Emulator, EmulatorEvents, Rgb
from tui.terminal.outward import Outward
from tui.terminal.pacing import FLOOD_BYTES, DrawClock
from tui.terminal.paint import with_mark
from tui.terminal.picture import Picture
from tui.terminal.selection import Selection
from tui.widgets.kept_lines import KeptLines
from tui.widgets.outer_window import OuterWindow
from tui.widgets.terminal_corner import Corner

DEFAULT_SIZE = (80, 24)
"""Columns and rows until there is a layout."""


class TerminalDisplay(KeptLines, Widget):
    """Draws an emulator. `feed` takes what a program writes."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"terminal--selection", "terminal--mark"}
    DEFAULT_CSS = """
    TerminalDisplay {
        width: 1fr;
        height: 1fr;
        background: $background;
        color: $foreground;
    }
    TerminalDisplay .terminal--selection { background: $primary 50%; }
    TerminalDisplay .terminal--mark { background: $accent; color: $background; }
    """

    class TitleChanged(Message, namespace="terminal_view"):
        """The program set the window's title."""

        def __init__(self, title: str) -> None:
            super().__init__()
            self.title = title

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._emulator = Emulator(*DEFAULT_SIZE)
        self._outward = Outward()
        self._emulator.events = EmulatorEvents(
            on_title=self._outward.title, on_bell=self._outward.bell, on_clipboard=self._outward.copied
        )
        self._selection = Selection(self._emulator)
        self._picture = Picture(self._emulator, self._selection_style)
        self._corner = Corner(self, self._emulator, self.redraw)
        self._mark = ""
        self._base = Style.null()
        self._clock = DrawClock(self._flush)
        self._watched = WatchedScreen()
        self._outer: OuterWindow | None = None

    @property
    def emulator(self) -> Emulator:
        """The emulator that is drawn."""
        return self._emulator

    @property
    def selected_text(self) -> str:
        """What is selected; empty when nothing is."""
        return self._selection.text()

    @property
    def rows_in_view(self) -> range:
        """The terminal's rows that the pane shows: the last ones, for a pinned size that does not fit."""
        top = max(0, self._emulator.rows - self.size.height)
        return range(top, top + self.size.height)

    def cell_under(self, event: events.MouseEvent) -> tuple[int, int]:
        """Column and row of the terminal; outside of it while the mouse is captured."""
        offset = event.get_content_offset_capture(self)
        return offset.x, offset.y + self.rows_in_view.start

    def feed(self, data: bytes) -> None:
        """Draw `data` as if a program had written it."""
        self._emulator.feed(data)
        self._clock.request(is_held=self._emulator.is_held, is_flood=len(data) >= FLOOD_BYTES)

    def expect_answer(self) -> None:
        """What the program says next is drawn at once."""
        self._clock.expect_answer()

    def set_palette(self, colors: Sequence[str | Rgb]) -> None:
        """Set the 16 (up to 256) colours that programs choose by number: CSS colours or (red, green, blue)."""
        self._emulator.set_palette([Color.parse(color).rgb if isinstance(color, str) else color for color in colors])
        self._clock.request(is_held=self._emulator.is_held)

    def show_to(self, watched: WatchedScreen) -> None:
        """Let the program's screen be read there, and say so after each repaint."""
        self._watched = watched
        watched.attach(self._view_of_screen)

    def scroll_lines(self, lines: int) -> None:
        """Look further up (negative) or down through what scrolled off the screen."""
        self._emulator.scroll(lines)
        self.redraw()

    def copy(self, text: str) -> None:
        """Give `text` to the clipboards, and say so in the corner."""
        if self._outer is not None and text:
            self._outer.copy(text)
            self._corner.say("Copied")

    def open_link(self, uri: str) -> None:
        """Open a link in the user's browser, or say why not."""
        if self._outer is not None:
            self._corner.say(self._outer.open_link(uri))

    def tell(self, text: str) -> None:
        """Say something short in the corner."""
        self._corner.say(text)

    def notify_style_update(self) -> None:
        """The theme may have changed: the program may ask, or has asked to be told."""
        super().notify_style_update()
        if self.is_mounted:
            self._follow_theme()

    def _view_of_screen(self) -> ScreenView | None:
        """The program's screen; None while the user looks at earlier lines."""
        emulator = self._emulator
        if emulator.lines_below:
            return None
        return ScreenView(emulator.text(), emulator.cols, emulator.cursor.y, emulator.is_held)

    def _follow_theme(self) -> None:
        style = self.rich_style
        if style.color and style.color.triplet and style.bgcolor and style.bgcolor.triplet:
            foreground, background = style.color.triplet, style.bgcolor.triplet
            self._emulator.set_default_colors(
                (foreground.red, foreground.green, foreground.blue), (background.red, background.green, background.blue)
            )

    # Events of the screen

    def on_mount(self) -> None:
        """Get ready for colours, and for what the program says to the window around us."""
        self._outer = OuterWindow(self.app)
        self._follow_theme()

    async def on_unmount(self) -> None:
        """Leave the window as it was."""
        self._clock.cancel()
        if self._outer is not None:
            await self._outer.close()

    # Drawing

    def redraw(self) -> None:
        """Draw what has changed, now."""
        self._clock.draw_now()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows; what they share is looked up once."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the pane."""
        row = y + self.rows_in_view.start
        if row >= self._emulator.rows:
            return Strip.blank(self.size.width, self._base)
        strip = self._picture.strip(row, self._base, is_focused=self.has_focus)
        strip = strip.adjust_cell_length(self.size.width, self._base)
        if y > 0 or not self._mark:
            return strip
        return with_mark(strip, self._mark, self.get_component_rich_style("terminal--mark"))

    def _selection_style(self) -> Style:
        return self.get_component_rich_style("terminal--selection").background_style

    def _flush(self) -> None:
        """Read what changed and have it drawn."""
        shown = self.rows_in_view
        changed = self._picture.take_changes()
        mark = self._corner.text
        if mark != self._mark:
            self._mark = mark
            changed.add(shown.start)
        self._pass_outward()
        self._watched.drawn()
        regions = _regions((row - shown.start for row in sorted(changed)), self.size)
        if not self.is_mounted or not regions:
            return
        self.refresh(*regions)
        cursor = self._emulator.cursor
        if self.has_focus and cursor.in_view:
            # Input methods open their window at the outer terminal's cursor.
            self.app.cursor_position = self.content_region.offset + Offset(cursor.x, cursor.y - shown.start)

    def _pass_outward(self) -> None:
        said = self._outward.take(time.monotonic())
        for title in said.titles:
            self.post_message(self.TitleChanged(title))
        if self._outer is not None:
            self._outer.pass_on(said)


def _regions(rows: Iterable[int], size: Size) -> list[Region]:
    """The rows that are in view as few regions as possible."""
    regions: list[Region] = []
    for row in rows:
        if not 0 <= row < size.height:
            continue
        if regions and regions[-1].bottom == row:
            last = regions.pop()
            regions.append(Region(0, last.y, size.width, last.height + 1))
        else:
            regions.append(Region(0, row, size.width, 1))
    return regions
