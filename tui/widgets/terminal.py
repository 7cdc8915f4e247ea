"""The terminal pane: a program in a pty, drawn by Textual, with every key, paste and mouse move passed through."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.geometry import Size
from textual.message import Message

from tui.terminal.keys import KeyEncoder
from tui.terminal.mouse import FOCUS_GAINED, FOCUS_LOST, MouseButton
from tui.terminal.outer import adapt_key_parser
from tui.terminal.paste import encode_paste
from tui.terminal.program import Program
from tui.terminal.pty import PtyProcess
from tui.widgets.spans import Line
from tui.widgets.terminal_display import TerminalDisplay
from tui.widgets.terminal_marking import Marking, marking_keys
from tui.widgets.terminal_mouse import PaneMouse

_COPY_KEYS = frozenset({"ctrl+shift+c", "ctrl+C", "super+c"})
_SCROLL_KEYS = {"shift+pageup": -1, "shift+pagedown": 1}


class TerminalView(TerminalDisplay, can_focus=True):
    """A terminal. `start` runs a program in it; `feed` draws bytes without one."""

    class Exited(Message):
        """The program has ended; what it drew last stays."""

        def __init__(self, status: int) -> None:
            super().__init__()
            self.status = status
            """exit code, or 128 + the signal"""

    class MarkingChanged(Message, namespace="terminal_view"):
        """Marking with the keyboard has begun, or is over."""

    def __init__(self, *, id: str | None = None, offer_key: Callable[[events.Key], bool] = lambda key: False) -> None:
        """`offer_key(key)` is given every key before the program, and takes it by saying True.

        It acts at once: keys that follow quickly must meet the state that this one has left.
        """
        super().__init__(id=id)
        self._offer_key = offer_key
        self.on_output: Callable[[bytes, float], None] | None = None
        """called with each read of the program's output and its `time.monotonic()`"""
        self._program = Program(self._emulator, self._received, self._ended)
        self._emulator.events.on_reply = self._reply
        self._keys = KeyEncoder(self._emulator)
        self._mouse = PaneMouse(self, self._emulator, self._keys, self._selection)
        self._marking = Marking(self, self._emulator, self._selection, lambda: self.post_message(self.MarkingChanged()))
        self._pinned_size: Size | None = None

    @property
    def process(self) -> PtyProcess | None:
        """The program, also after it has ended; None before `start`."""
        return self._program.process

    @property
    def is_running(self) -> bool:
        """Whether a program runs here."""
        return self._program.is_running

    @property
    def is_marking(self) -> bool:
        """Whether keys mark text here instead of going to the program."""
        return self._marking.is_on

    @property
    def marking_keys(self) -> Line:
        """Which keys do what while somebody marks."""
        return marking_keys()

    def begin_marking(self) -> None:
        """Have keys mark text, copy it and open links, until Escape."""
        self._marking.begin()

    # The program

    def start(self, argv: Sequence[str], env: Mapping[str, str], cwd: str) -> None:
        """Run a program here, at the pane's size. Raises `PtyError` when it cannot be started."""
        self._program.start(argv, env, cwd, self._pane_size())

    def adopt(self, process: PtyProcess) -> None:
        """Take over a program that already runs, with what it has said up to now."""
        # Before its first layout the pane has no size: the program keeps its own. One more change of size and back
        # within a moment would make Claude draw for a size that is no more.
        self._program.adopt(process, self._pane_size())

    def write(self, data: bytes) -> bool:
        """Send `data` to the program; never blocks. False when there is none, or it does not read any more."""
        return self._program.write(data)

    def send_keys(self, data: bytes) -> None:
        """Send what a key makes, and look at what becomes of it."""
        if not data:
            return
        self._emulator.scroll_to_end()
        self._selection.clear()
        self.expect_answer()
        if not self.write(data):
            self.app.bell()

    async def terminate(self) -> int | None:
        """End the program, politely first. Returns its status, None when there was none."""
        return await self._program.terminate()

    def _received(self, data: bytes, at: float) -> None:
        try:
            if self.on_output is not None:
                self.on_output(data, at)
            self.feed(data)
        except Exception as error:
            # We are called by the event loop, which would only log it.
            self.call_later(_raise, error)

    def _ended(self, status: int) -> None:
        self.redraw()
        self.post_message(self.Exited(status))

    def _reply(self, data: bytes) -> None:
        self.write(data)

    # Its size

    def pin_size(self, cols: int, rows: int) -> None:
        """Keep the terminal at this size, whatever the pane's: for recordings. A smaller pane shows the last rows."""
        self._pinned_size = Size(cols, rows)
        self._fit()

    def on_resize(self) -> None:
        """Pass the new size on."""
        self._fit()

    def _pane_size(self) -> tuple[int, int] | None:
        """Columns and rows that the program should have; None while the pane is not laid out."""
        size = self._pinned_size or self.size
        return (size.width, size.height) if size.width > 0 and size.height > 0 else None

    def _fit(self) -> None:
        size = self._pane_size()
        if size is not None:
            self._program.resize(*size)
            self._picture.forget()
            self.redraw()

    # Coming and going

    def on_mount(self) -> None:
        """Get ready for keys."""
        adapt_key_parser()

    async def on_unmount(self) -> None:
        """Leave no program behind."""
        await self.terminate()

    def on_focus(self) -> None:
        """Tell the program, when it wants to know, and show the cursor."""
        self._focus_changed(FOCUS_GAINED)

    def on_blur(self) -> None:
        """Tell the program, when it wants to know, and dim the cursor."""
        self._mouse.stop()
        self._marking.end()
        self._focus_changed(FOCUS_LOST)

    def _focus_changed(self, report: bytes) -> None:
        if self._emulator.modes.focus:
            self.write(report)
        self.redraw()

    # Keys and mouse

    def on_key(self, event: events.Key) -> None:
        """Give the key to the program, unless it is the app's."""
        if self._marking.take(event.key):
            event.stop()
            event.prevent_default()
            return
        if not self.is_running:
            if self._take_key(event.key):
                event.stop()
            return
        event.stop()
        event.prevent_default()
        if self._marking.is_on and event.key != "ctrl+c":
            if not event.is_printable:
                self._offer_key(event)
            return  # the keyboard marks: nothing is typed or deleted by mistake
        if not self._offer_key(event) and not self._take_key(event.key):
            self.send_keys(self._keys.encode(event.key, event.character))

    def on_paste(self, event: events.Paste) -> None:
        """Give pasted text to the program."""
        if not self.is_running:
            return
        event.stop()
        event.prevent_default()
        self._marking.end()
        self.send_keys(encode_paste(event.text, bracketed=self._emulator.modes.bracketed_paste))

    def _take_key(self, key: str) -> bool:
        """Scroll or copy where that is what the key is for; False leaves it to the program."""
        if key in _SCROLL_KEYS and not self._emulator.modes.alternate_screen:
            self.scroll_lines(_SCROLL_KEYS[key] * max(1, self.size.height - 1))
        elif key in _COPY_KEYS and self._selection.is_active:
            self.copy(self._selection.text())
        else:
            return False
        return True

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        """Say that the program takes the key, so that the footer does not promise otherwise."""
        return self.is_running

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Pass the event on."""
        self._marking.end()
        self._mouse.press(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Pass the event on."""
        self._mouse.release(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pass the event on."""
        self._mouse.move(event)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Pass the event on."""
        self._mouse.turn_wheel(event, MouseButton.WHEEL_UP)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Pass the event on."""
        self._mouse.turn_wheel(event, MouseButton.WHEEL_DOWN)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pass the event on."""
        self._mouse.turn_wheel(event, MouseButton.WHEEL_LEFT)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pass the event on."""
        self._mouse.turn_wheel(event, MouseButton.WHEEL_RIGHT)


def _raise(error: Exception) -> None:
    raise error
