"""The line at the bottom of the bilingual view in which one types what to search for."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, Span, line_width, to_text


class _Label(Widget):
    """Some spans, as wide as they are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    DEFAULT_CSS = "_Label { width: 2; height: 1; }"

    def __init__(self, line: Line = ()) -> None:
        super().__init__()
        self.line = line

    def show(self, line: Line) -> None:
        """Show other spans."""
        self.line = line
        self.styles.width = line_width(line)
        self.refresh()

    def render(self) -> Text:
        """Draw them."""
        return to_text(self, [self.line])


class SearchPrompt(Horizontal):
    """Says what is typed, at every character; which keys end it."""

    DEFAULT_CSS = """
    SearchPrompt { dock: bottom; height: 1; }
    SearchPrompt Input { width: 1fr; height: 1; border: none; padding: 0; }
    SearchPrompt Input:focus { border: none; }
    """

    class Typed(Message):
        """What is to be searched for has changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Moved(Message):
        """The match before (-1) or after (+1) is wanted."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Ended(Message):
        """The prompt is done with. `is_kept`: its matches stay marked; `is_left`: something else has the keyboard."""

        def __init__(self, *, is_kept: bool, is_left: bool = False) -> None:
            super().__init__()
            self.is_kept = is_kept
            self.is_left = is_left

    def __init__(self, text: str = "") -> None:
        """Begin with `text`, which the first character replaces."""
        super().__init__()
        self._input = Input(text, select_on_focus=True)
        # A blinking cursor would keep an idle screen busy.
        self._input.cursor_blink = False
        self._count = _Label()

    def compose(self) -> ComposeResult:
        """A slash, what is typed, and how much was found."""
        yield _Label((Span("/ ", "key"),))
        yield self._input
        yield self._count

    def on_mount(self) -> None:
        """Take the keyboard."""
        self._input.focus()

    @property
    def count(self) -> str:
        """What is said of how much was found."""
        return "".join(span.text for span in self._count.line).strip()

    def show_count(self, line: Line) -> None:
        """Say how much was found."""
        self._count.show(line)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(self.Ended(is_kept=bool(event.value.strip())))

    def on_key(self, event: events.Key) -> None:
        """Move between matches, or end."""
        if event.key in ("up", "down"):
            self.post_message(self.Moved(-1 if event.key == "up" else 1))
        elif event.key == "escape":
            self.post_message(self.Ended(is_kept=False))
        else:
            return
        event.stop()
        event.prevent_default()

    def on_descendant_blur(self) -> None:
        """Whoever goes elsewhere has ended it; not who only looks at another window."""
        if self.app.app_focus:
            self.post_message(self.Ended(is_kept=True, is_left=True))
