"""What the pickers share: a list that is looked up beside the screen, a filter, a line of detail."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.background import on_own_thread
from tui.widgets.wrap import clean, fit, pad

LEAST_WIDTH = 40


class Choice(Protocol):
    """A line of a picker."""

    @property
    def id(self) -> str:
        """What the picker ends with when this is chosen."""
        ...

    @property
    def is_usable(self) -> bool:
        """Whether it can be chosen."""
        ...

    @property
    def words(self) -> str:
        """What the filter looks at."""
        ...


ChoiceT = TypeVar("ChoiceT", bound=Choice)


class Picker(ModalScreen[str | None], Generic[ChoiceT]):
    """Ends with the id of what was chosen, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "leave", show=False),
    ]
    what: ClassVar[str]
    """what is listed, in the plural"""
    hint: ClassVar[str]
    """the keys, below the list"""
    placeholder: ClassVar[str]
    """what can be typed into the filter"""
    is_ranked: ClassVar[bool] = False
    """the best match comes first and is what Enter chooses, so typing comes first"""

    def __init__(self, heading: str, current: str) -> None:
        super().__init__()
        self._heading = heading
        self._current = current
        self._choices: Sequence[ChoiceT] = ()
        self._shown: Sequence[ChoiceT] = ()
        self._problem = ""
        self._typed = ""
        self._asked = ""
        """id of the line whose question stands there"""
        self.is_looking = True
        """until the list is there"""

    @abstractmethod
    def look(self) -> Sequence[ChoiceT]:
        """Return every line. Called on a thread: it may wait for servers and drivers."""

    @abstractmethod
    def line(self, choice: ChoiceT, width: int) -> Text:
        """Draw a line."""

    @abstractmethod
    def detail(self, choice: ChoiceT) -> str:
        """Say what the line has no room for."""

    def question(self, choice: ChoiceT) -> str:
        """Return what Enter asks before it chooses, which a second Enter then does; empty: nothing."""
        return ""

    def compose(self) -> ComposeResult:
        """Lay out filter, list and detail."""
        with Vertical(id="picker") as frame:
            frame.border_title = self._heading
            frame.border_subtitle = self.hint
            yield self.make_filter()
            yield OptionList(id="picker-list")
            yield Static(id="picker-detail", markup=False)

    def make_filter(self) -> Input:
        """Make the filter's line."""
        # Selected on focus, the first letter would be gone with the second.
        return Input(placeholder=self.placeholder, select_on_focus=False, id="picker-filter")

    def on_mount(self) -> None:
        """Begin in the list, which is looked up meanwhile."""
        self._list = self.query_one(OptionList)
        self._filter = self.query_one(Input)
        (self._filter if self.is_ranked else self._list).focus()
        self.run_worker(self._look_up())

    def on_resize(self) -> None:
        """Make the lines anew for the width."""
        # Lines are cut to the width, so they are made when it is known.
        self.call_after_refresh(self.fill)

    def on_key(self, event: events.Key) -> None:
        """Letters filter, arrows move, wherever the keyboard is."""
        in_list = self.focused is self._list
        if self.takes(event.key, in_list):
            pass
        elif in_list and event.is_printable and event.character:
            self._filter.focus()
            self._filter.insert_text_at_cursor(event.character)
        elif not in_list and event.key in ("up", "down"):
            self._list.focus()
            self._list.action_cursor_down() if event.key == "down" else self._list.action_cursor_up()
        else:
            return
        event.stop()
        event.prevent_default()

    def takes(self, key: str, in_list: bool) -> bool:
        """Act on a key of this picker's own."""
        return False

    @on(Input.Changed)
    def fill(self) -> None:
        """Show the lines that the filter lets through; the highlighted one stays so."""
        typed = self._filter.value
        kept = None if self.is_ranked and typed != self._typed else self.highlighted
        self._typed = typed
        self._shown = self.matching(typed)
        width = max(self._list.scrollable_content_region.width, LEAST_WIDTH)
        self._list.clear_options()
        self._list.add_options(Option(self.line(choice, width)) for choice in self._shown)
        ids = [choice.id for choice in self._shown]
        wanted = next((i for i in (kept.id if kept else None, self._current) if i in ids), None)
        self._list.highlighted = ids.index(wanted) if wanted is not None else (0 if ids else None)
        self._show_detail()

    def matching(self, typed: str) -> Sequence[ChoiceT]:
        """The lines that the filter lets through: those with every word that was typed."""
        words = typed.casefold().split()
        return [choice for choice in self._choices if all(word in choice.words.casefold() for word in words)]

    @property
    def highlighted(self) -> ChoiceT | None:
        """The line that Enter chooses."""
        index = self._list.highlighted
        return self._shown[index] if index is not None and index < len(self._shown) else None

    @on(OptionList.OptionHighlighted)
    def _move(self) -> None:
        choice = self.highlighted
        if choice is None or choice.id != self._asked:
            self._asked = ""
        self._show_detail()

    def _show_detail(self) -> None:
        self.query_one("#picker-detail", Static).update(Text(clean(self._detail())))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _choose(self) -> None:
        choice = self.highlighted
        if choice is None or not choice.is_usable:
            return
        if self.question(choice) and self._asked != choice.id:
            self._asked = choice.id
            self._show_detail()
        else:
            self.dismiss(choice.id)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    async def _look_up(self) -> None:
        try:
            self._choices = await on_own_thread(self.look)
        except Exception as error:  # whatever a server or a driver comes up with: the screen goes on
            self._problem = f"The {self.what} cannot be listed: {error}"
        self.is_looking = False
        self.fill()

    def _detail(self) -> str:
        choice = self.highlighted
        if choice is not None:
            return self.question(choice) if choice.id == self._asked else self.detail(choice)
        if self.is_looking:
            return f"looking for {self.what} …"
        return self._problem or f"None of the {self.what} matches; Backspace widens the filter."


def fetch_question(size_bytes: int, licence: str, *, is_non_commercial: bool) -> str:
    """Ask whether weights are to be fetched, under these terms."""
    size = f"Fetch {megabytes(size_bytes)}" if size_bytes else "Fetch the weights, whose size the hub tells"
    if is_non_commercial:
        terms = f"Licence: {licence}, for non-commercial use only. Enter again says that yours is, and fetches"
    else:
        terms = f"Licence: {licence or 'unknown'}. Enter again fetches"
    return f"{size}? {terms}; what works now goes on until it is here."


def megabytes(size_bytes: int) -> str:
    """A size for a person: `404 MB`, `2.5 GB`."""
    return f"{size_bytes / 1e6:.0f} MB" if size_bytes < 1e9 else f"{size_bytes / 1e9:.1f} GB"


def cell(text: str, width: int) -> str:
    """Fill a column of `width` cells, with a gap after it."""
    return pad(fit(clean(text), width - 1), width)
