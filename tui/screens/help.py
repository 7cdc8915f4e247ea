"""The help screen: keys, marks, figures and notices, searched by typing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from engine.events import Notice
from tui.actions import find_action
from tui.keymap import Keymap
from tui.screens.help_page import page, page_lines
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import to_text

_CLOSING = frozenset(("escape", "enter", "ctrl+c"))
_SCROLLING = frozenset(("up", "down", "pageup", "pagedown", "home", "end"))


class HelpPage(Widget):
    """The page, as long as it is."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    DEFAULT_CSS = "HelpPage { height: auto; }"

    wanted: reactive[str] = reactive("", layout=True)
    """the words that the search asks for"""

    def __init__(self, keymap: Keymap, in_view: bool, notices: Sequence[Notice]) -> None:
        super().__init__()
        self._keymap = keymap
        self._in_view = in_view
        self._notices = notices

    def render(self) -> Text:
        """Draw the page."""
        sections = page(self._keymap, self._in_view, self._notices, self.size.width or self.app.size.width)
        return to_text(self, page_lines(sections, self.wanted))


class HelpSearch(Input):
    """The line that is typed into. Keys that scroll or close are the screen's."""

    async def _on_key(self, event: events.Key) -> None:
        screen = self.screen
        if isinstance(screen, HelpScreen) and screen.takes(event.key):
            event.stop()
            event.prevent_default()


class HelpScreen(ModalScreen[None]):
    """Over the main screen until it is closed."""

    def __init__(self, keymap: Keymap, in_view: bool, notices: Sequence[Notice]) -> None:
        """`in_view`: the keys of the bilingual view worked when this was opened; they come first then."""
        super().__init__()
        self._page = HelpPage(keymap, in_view, notices)
        self._own_keys = keymap.keys(find_action("help"))

    def compose(self) -> ComposeResult:
        """Lay out the frame."""
        with Vertical(id="help") as frame:
            frame.border_title = "Help"
            frame.border_subtitle = "type to search · ↑ ↓ PgUp PgDn scroll · Esc closes"
            yield HelpSearch(placeholder="Type to search: mute, f5, replay …", select_on_focus=False, id="help-search")
            with VerticalScroll(id="help-scroll", can_focus=False):
                yield self._page

    def on_mount(self) -> None:
        """Take what is typed."""
        self.query_one(HelpSearch).focus()

    @on(Input.Changed)
    def _search(self, message: Input.Changed) -> None:
        self._page.wanted = message.value
        self.query_one("#help-scroll").scroll_home(animate=False)

    def takes(self, key: str) -> bool:
        """Scroll or close on a key that is for that; what opens the help closes it, too."""
        is_typing = bool(self.query_one(HelpSearch).value)
        own = self._own_keys.everywhere if is_typing else (*self._own_keys.everywhere, *self._own_keys.view)
        if key in _CLOSING or key in own:
            self.dismiss()
        elif key in _SCROLLING:
            self._scroll(key)
        else:
            return False
        return True

    def _scroll(self, key: str) -> None:
        scroll = self.query_one("#help-scroll")
        move = {
            "up": scroll.scroll_up,
            "down": scroll.scroll_down,
            "pageup": scroll.scroll_page_up,
            "pagedown": scroll.scroll_page_down,
            "home": scroll.scroll_home,
            "end": scroll.scroll_end,
        }
        move[key](animate=False)
