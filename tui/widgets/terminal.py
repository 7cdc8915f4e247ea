"""The terminal pane: a program in a pty, drawn by Textual, with every key, paste and mouse move passed through."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.color import Color
from textual.geometry import Offset, Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from engine.capture.screen_view import ScreenView, WatchedScreen
from tui.terminal.emulator import CursorShape, Emulator, EmulatorEvents, Rgb
from tui.terminal.keys import KeyEncoder
from tui.terminal.mouse import FOCUS_GAINED, FOCUS_LOST
from tui.terminal.outer import adapt_key_parser
from tui.terminal.outward import Outward
from tui.terminal.pacing import FLOOD_BYTES, DrawClock
from tui.terminal.paint import Painter, cluster_at, restyled, with_cursor, with_mark
from tui.terminal.paste import encode_paste
from tui.terminal.pty import PtyProcess
from tui.widgets.outer_window import OuterWindow
from tui.widgets.terminal_mouse import TerminalMouse

DEFAULT_SIZE = Size(80, 24)
SAID_S = 1.5

_COPY_KEYS = frozenset({"ctrl+shift+c", "ctrl+C", "super+c"})
_SCROLL_KEYS = {"shift+pageup": -1, "shift+pagedown": 1}


class TerminalView(TerminalMouse, can_focus=True):
    """A terminal. `start` runs a program in it; `feed` draws bytes without one."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"terminal--selection", "terminal--mark"}
    DEFAULT_CSS = """
    TerminalView {
        width: 1fr;
        height: 1fr;
        background: $background;
        color: $foreground;
    }
    TerminalView .terminal--selection { background: $primary 50%; }
    TerminalView .terminal--mark { background: $accent; color: $background; }
    """

    class Exited(Message):
        """The program has ended; what it drew last stays."""

        def __init__(self, status: int) -> None:
            super().__init__()
            self.status = status
            """exit code, or 128 + the signal"""

    class TitleChanged(Message):
        """The program set the window's title."""

        def __init__(self, title: str) -> None:
            super().__init__()
            self.title = title

    def __init__(self, *, id: str | None = None, offer_key: Callable[[str], bool] = lambda key: False) -> None:
        """`offer_key(key)` is given every key (by Textual's name) before the program, and takes it by saying True.

        It acts at once: keys that follow quickly must meet the state that this one has left.
        """
        emulator = Emulator(DEFAULT_SIZE.width, DEFAULT_SIZE.height)
        super().__init__(emulator, KeyEncoder(emulator), id=id)
        self._offer_key = offer_key
        self.on_output: Callable[[bytes, float], None] | None = None
        """called with each read of the program's output and its `time.monotonic()`"""
        self._outward = Outward()
        self._emulator.events = EmulatorEvents(
            on_reply=self._reply,
            on_title=self._outward.title,
            on_bell=self._outward.bell,
            on_clipboard=self._outward.copied,
        )
        self._painter = Painter(Style.null(), ())
        self._base = Style.null()
        self._strips: dict[int, Strip] = {}
        self._process: PtyProcess | None = None
        self._pinned_size: Size | None = None
        self._clock = DrawClock(self._flush)
        self._watched = WatchedScreen()
        self._cursor_row = 0
        self._outer: OuterWindow | None = None
        self._said = ""
        self._unsay_timer: Timer | None = None
        self._mark = ""

    @property
    def emulator(self) -> Emulator:
        """The emulator behind the pane."""
        return self._emulator

    @property
    def process(self) -> PtyProcess | None:
        """The program, also after it has ended; None before `start`."""
        return self._process

    @property
    def is_running(self) -> bool:
        """Whether a program runs here."""
        return self._process is not None and self._process.is_alive

    def start(self, argv: Sequence[str], env: Mapping[str, str], cwd: str) -> None:
        """Run a program here, at the pane's size. Raises `PtyError` when it cannot be started."""
        size = self._pane_size() or DEFAULT_SIZE
        self._emulator.resize(size.width, size.height)
        self._process = PtyProcess(
            argv, env=env, cwd=cwd, cols=size.width, rows=size.height, on_data=self._received, on_exit=self._ended
        )

    def adopt(self, process: PtyProcess) -> None:
        """Take over a program that already runs, with what it has said up to now."""
        # Before its first layout the pane has no size: the program keeps its own. One more change of size and back
        # within a moment would make Claude draw for a size that is no more.
        size = self._pane_size() or Size(*process.size)
        self._emulator.resize(size.width, size.height)
        if process.size != (size.width, size.height):
            process.resize(size.width, size.height)
        self._process = process
        process.attach(self._received, self._ended)

    def feed(self, data: bytes) -> None:
        """Draw `data` as if a program had written it."""
        self._emulator.feed(data)
        self._clock.request(is_held=self._emulator.is_held, is_flood=len(data) >= FLOOD_BYTES)

    def write(self, data: bytes) -> bool:
        """Send `data` to the program; never blocks. False when there is none, or it does not read any more."""
        return self._process is not None and self._process.write(data)

    async def terminate(self) -> int | None:
        """End the program, politely first. Returns its status, None when there was none."""
        return await self._process.terminate() if self._process is not None else None

    def pin_size(self, cols: int, rows: int) -> None:
        """Keep the terminal at this size, whatever the pane's: for recordings. A smaller pane shows the last rows."""
        self._pinned_size = Size(cols, rows)
        self._fit()

    def set_palette(self, colors: Sequence[str | Rgb]) -> None:
        """Set the 16 (up to 256) colours that programs choose by number: CSS colours or (red, green, blue)."""
        self._emulator.set_palette([Color.parse(color).rgb if isinstance(color, str) else color for color in colors])
        self._clock.request(is_held=self._emulator.is_held)

    @property
    def selected_text(self) -> str:
        """What is selected with the mouse; empty when nothing is."""
        return self._selection.text()

    def show_to(self, watched: WatchedScreen) -> None:
        """Let the program's screen be read there, and say so after each repaint."""
        self._watched = watched
        watched.attach(self._view_of_screen)

    def _view_of_screen(self) -> ScreenView | None:
        """The program's screen; None while the user looks at earlier lines."""
        emulator = self._emulator
        if emulator.lines_below:
            return None
        return ScreenView(emulator.text(), emulator.cols, emulator.cursor.y, emulator.is_held)

    def redraw(self) -> None:
        """Draw what has changed, now."""
        self._clock.draw_now()

    def scroll_lines(self, lines: int) -> None:
        """Look further up (negative) or down through what scrolled off the screen."""
        self._emulator.scroll(lines)
        self._clock.draw_now()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw rows; what they share is looked up once."""
        self._base = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one row of the pane."""
        base = self._base
        if base != self._painter.base or self._painter.palette is not self._emulator.palette:
            self._painter = Painter(base, self._emulator.palette)
            self._strips.clear()
        row = y + self._top()
        if row >= self._emulator.rows:
            return Strip.blank(self.size.width, base)
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._painter.paint(self._emulator.row(row))
        strip = self._draw_cursor(self._draw_selection(strip, row), row).adjust_cell_length(self.size.width, base)
        if y > 0 or not self._mark:
            return strip
        return with_mark(strip, self._mark, self.get_component_rich_style("terminal--mark"))

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Say that the program takes the key, so that the footer does not promise otherwise."""
        return self.is_running

    def notify_style_update(self) -> None:
        """The theme may have changed: the program may ask, or has asked to be told."""
        super().notify_style_update()
        if self.is_mounted:
            self._follow_theme()

    # Events of the screen

    def on_mount(self) -> None:
        """Get ready for keys and colours."""
        adapt_key_parser()
        self._outer = OuterWindow(self.app)
        self._follow_theme()

    async def on_unmount(self) -> None:
        """Leave no program behind."""
        self._clock.cancel()
        await self.terminate()
        if self._outer is not None:
            await self._outer.close()

    def on_resize(self) -> None:
        """Pass the new size on."""
        self._fit()

    def on_key(self, event: events.Key) -> None:
        """Give the key to the program, unless it is the app's."""
        if not self.is_running:
            if self._take_key(event.key):
                event.stop()
            return
        event.stop()
        event.prevent_default()
        if not self._offer_key(event.key) and not self._take_key(event.key):
            self._type(self._keys.encode(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        """Give pasted text to the program."""
        if not self.is_running:
            return
        event.stop()
        event.prevent_default()
        self._type(encode_paste(event.text, bracketed=self._emulator.modes.bracketed_paste))

    def on_focus(self) -> None:
        """Tell the program, when it wants to know, and show the cursor."""
        self._focus_changed(FOCUS_GAINED)

    def on_blur(self) -> None:
        """Tell the program, when it wants to know, and dim the cursor."""
        self._stop_autoscroll()
        self._focus_changed(FOCUS_LOST)

    # What the program does

    def _received(self, data: bytes, at: float) -> None:
        try:
            if self.on_output is not None:
                self.on_output(data, at)
            self.feed(data)
        except Exception as error:
            # We are called by the event loop, which would only log it.
            self.call_later(_raise, error)

    def _ended(self, status: int) -> None:
        self._clock.draw_now()
        self.post_message(self.Exited(status))

    def _reply(self, data: bytes) -> None:
        self.write(data)

    def _pass_outward(self) -> None:
        said = self._outward.take(time.monotonic())
        for title in said.titles:
            self.post_message(self.TitleChanged(title))
        if self._outer is None:
            return
        if said.titles:
            self._outer.show_title(said.titles[-1])
        if said.bell:
            self._outer.ring()
        if said.copied is not None:
            self._outer.copy(said.copied)

    # Input

    def _type(self, data: bytes) -> None:
        if not data:
            return
        self._emulator.scroll_to_end()
        self._selection.clear()
        self._clock.expect_answer()
        if not self.write(data):
            self.app.bell()

    def _expect_answer(self) -> None:
        self._clock.expect_answer()

    def _take_key(self, key: str) -> bool:
        """Scroll or copy where that is what the key is for; False leaves it to the program."""
        if key in _SCROLL_KEYS and not self._emulator.modes.alternate_screen:
            self.scroll_lines(_SCROLL_KEYS[key] * max(1, self.size.height - 1))
        elif key in _COPY_KEYS and self._selection.is_active:
            self._copy(self._selection.text())
        else:
            return False
        return True

    def _copy(self, text: str) -> None:
        if self._outer is not None and text:
            self._outer.copy(text)
            self._say("Copied")

    def _open_link(self, uri: str) -> None:
        if self._outer is not None:
            self._say(self._outer.open_link(uri))

    def _say(self, what: str) -> None:
        """Show a word or two in the corner of the pane for a moment."""
        self._said = what
        if self._unsay_timer is not None:
            self._unsay_timer.stop()
        if what:
            self._unsay_timer = self.set_timer(SAID_S, partial(self._say, ""))
        self._clock.draw_now()

    def _focus_changed(self, report: bytes) -> None:
        if self._emulator.modes.focus:
            self.write(report)
        self._clock.draw_now()

    # Drawing

    def _pane_size(self) -> Size | None:
        """The size that the program should have; None while the pane is not laid out."""
        size = self._pinned_size or self.size
        return size if size.width > 0 and size.height > 0 else None

    def _fit(self) -> None:
        size = self._pane_size()
        if size is None:
            return
        if (size.width, size.height) != (self._emulator.cols, self._emulator.rows):
            self._emulator.resize(size.width, size.height)
            if self._process is not None:
                self._process.resize(size.width, size.height)
        self._strips.clear()
        self._clock.draw_now()

    def _top(self) -> int:
        """The first row that is shown; above 0 only for a pinned size that does not fit."""
        return max(0, self._emulator.rows - self.size.height)

    def _follow_theme(self) -> None:
        style = self.rich_style
        if style.color and style.color.triplet and style.bgcolor and style.bgcolor.triplet:
            foreground, background = style.color.triplet, style.bgcolor.triplet
            self._emulator.set_default_colors(
                (foreground.red, foreground.green, foreground.blue), (background.red, background.green, background.blue)
            )

    def _flush(self) -> None:
        """Read what changed and have it drawn."""
        changed = set(self._emulator.take_dirty())
        for row in changed:
            self._strips.pop(row, None)
        cursor = self._emulator.cursor
        changed |= {self._cursor_row, cursor.y}
        self._cursor_row = cursor.y
        top = self._top()
        mark = self._mark_text()
        if mark != self._mark:
            self._mark = mark
            changed.add(top)
        self._pass_outward()
        self._watched.drawn()
        regions = _regions((row - top for row in sorted(changed)), self.size)
        if not self.is_mounted or not regions:
            return
        self.refresh(*regions)
        if self.has_focus and cursor.in_view:
            # Input methods open their window at the outer terminal's cursor.
            self.app.cursor_position = self.content_region.offset + Offset(cursor.x, cursor.y - top)

    def _mark_text(self) -> str:
        """What stands in the corner: what was just said, or that there is more below."""
        if self._said:
            return f" {self._said} "
        below = self._emulator.lines_below
        return f" {below} lines below, Shift+PageDown " if below else ""

    def _draw_selection(self, strip: Strip, row: int) -> Strip:
        selected = self._emulator.selected(row)
        if selected is None:
            return strip
        runs = self._emulator.row(row)
        start, _ = cluster_at(runs, selected[0])
        last, width = cluster_at(runs, selected[1])
        background = self.get_component_rich_style("terminal--selection").background_style
        return restyled(strip, start, min(last + width, strip.cell_length), background)

    def _draw_cursor(self, strip: Strip, row: int) -> Strip:
        cursor = self._emulator.cursor
        if row != cursor.y or not cursor.visible or not cursor.in_view or cursor.x >= strip.cell_length:
            return strip
        start, width = cluster_at(self._emulator.row(row), cursor.x)
        return with_cursor(strip, start, width, cursor.shape if self.has_focus else CursorShape.HOLLOW)


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


def _raise(error: Exception) -> None:
    raise error
