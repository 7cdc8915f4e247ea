"""A small window to change one setting: a choice, or a text that is checked while it is typed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.background import on_own_thread
from tui.screens.settings_lines import allowed, typed_value
from tui.settings_control import Entry
from tui.widgets.links import Links
from tui.widgets.wrap import clean, fit, pad

LINKS = (("keep", "Enter", "keep it"), ("default", "Ctrl+R", "the default"), ("leave", "Esc", "leave"))
_VALUE_WIDTH = 30


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is known for a setting, and a word about it."""

    value: str
    about: str = ""


class SettingEditor(ModalScreen[str | None]):
    """Ends with what was typed or chosen, which is allowed; or None."""

    CSS = """
    SettingEditor { align: center middle; background: $background 60%; }
    #setting-editor {
        width: 80%;
        max-width: 90;
        height: auto;
        max-height: 90%;
        background: $surface;
        border: round $accent;
        border-title-color: $accent;
        border-title-style: bold;
        padding: 0 1;
    }
    #setting-about { height: auto; color: $foreground; margin-bottom: 1; }
    #setting-value, #setting-value:focus { height: 1; border: none; padding: 0; background: $panel; }
    #setting-choices, #setting-choices:focus {
        height: auto;
        max-height: 12;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-color: $panel;
        scrollbar-background: $surface;
        border: none;
        background: $surface;
        background-tint: transparent;
        padding: 0;
    }
    #setting-choices > .option-list--option-highlighted {
        background: $st-text-lit-background;
        color: $st-text-lit;
        text-style: none;
    }
    #setting-message { height: auto; color: $st-text-dim; margin-bottom: 1; }
    #setting-message.-wrong { color: $error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "leave", show=False),
        Binding("ctrl+r", "default", show=False),
    ]

    def __init__(
        self, entry: Entry, wrong: Callable[[str], str], known: Callable[[], Sequence[Known]] | None = None
    ) -> None:
        """`wrong` says what is wrong with a text, or nothing; `known` lists values to choose from, and may wait."""
        super().__init__()
        self._entry = entry
        self._wrong = wrong
        self._look = known
        self._choices = [Known(choice) for choice in entry.field.choices]
        self._shown: Sequence[Known] = ()
        self.is_looking = known is not None
        """until the values are there"""

    def compose(self) -> ComposeResult:
        """Lay out what there is to choose or to type."""
        field = self._entry.field
        with Vertical(id="setting-editor") as frame:
            frame.border_title = field.name
            yield Static(Text(clean(field.meta.description or "")), id="setting-about", markup=False)
            if not field.choices:
                # Selected: what is typed takes its place.
                yield Input(typed_value(self._entry.value), id="setting-value")
            if field.choices or self._look is not None:
                yield OptionList(id="setting-choices")
            yield Static(id="setting-message", markup=False)
            yield Links(LINKS)

    def on_mount(self) -> None:
        """Begin where one types; where one only chooses, in the list."""
        self._input = next(iter(self.query(Input)), None)
        self._list = next(iter(self.query(OptionList)), None)
        (self._input or self._list or self).focus()
        self._fill()
        if self._look is not None:
            self.run_worker(self._look_up(self._look))

    def on_key(self, event: events.Key) -> None:
        """The arrows lead from the text into the list, and back from its top."""
        if self._input is None or self._list is None:
            return
        if event.key == "down" and self.focused is self._input:
            self._list.focus()
        elif event.key == "up" and self.focused is self._list and self._list.highlighted in (0, None):
            self._input.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._fill()

    @on(Input.Submitted)
    def _keep_typed(self) -> None:
        if self._input is not None and not self._wrong(self._input.value):
            self.dismiss(self._input.value)

    @on(OptionList.OptionSelected)
    def _chosen(self, message: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[message.option_index].value)

    @on(Links.Chosen)
    def _clicked(self, message: Links.Chosen) -> None:
        getattr(self, f"action_{message.name}")()

    def action_keep(self) -> None:
        """Take what is typed, or highlighted."""
        if self._list is not None and self.focused is self._list:
            self._list.action_select()
        else:
            self._keep_typed()

    def action_default(self) -> None:
        """Take the default."""
        self.dismiss(typed_value(self._entry.field.default))

    def action_leave(self) -> None:
        """Take nothing."""
        self.dismiss(None)

    async def _look_up(self, look: Callable[[], Sequence[Known]]) -> None:
        try:
            self._choices = list(await on_own_thread(look))
        except Exception as error:  # whatever a server or a driver comes up with: one can still type
            self.query_one("#setting-message", Static).update(Text(clean(f"Nothing can be listed: {error}")))
        self.is_looking = False
        self._fill()

    def _fill(self) -> None:
        if self._list is not None:
            self._fill_list(self._list)
        text = self._input.value if self._input is not None else ""
        wrong = self._wrong(text) if self._input is not None else ""
        may_be = allowed(self._entry.field)
        message = (
            f"✖ {wrong}. It may be {may_be or 'any text'}."
            if wrong
            else "looking for what there is …"
            if self.is_looking
            else may_be
        )
        shown = self.query_one("#setting-message", Static)
        shown.set_class(bool(wrong), "-wrong")
        shown.update(Text(clean(message)))

    def _fill_list(self, options: OptionList) -> None:
        typed = self._input.value if self._input is not None else ""
        # What stands there already is no filter.
        words = [] if typed == typed_value(self._entry.value) else typed.casefold().split()
        self._shown = [c for c in self._choices if all(w in f"{c.value} {c.about}".casefold() for w in words)]
        width = max(options.scrollable_content_region.width, 30)
        options.clear_options()
        options.add_options(Option(self._line(choice, width)) for choice in self._shown)
        values = [choice.value for choice in self._shown]
        current = typed_value(self._entry.value)
        options.highlighted = values.index(current) if current in values else (0 if values else None)

    def _line(self, choice: Known, width: int) -> Text:
        sign = "●" if choice.value == typed_value(self._entry.value) else " "
        value = clean(choice.value) or "—"
        if not choice.about:
            return Text(f"{sign} {fit(value, width - 2)}", no_wrap=True)
        about = fit(clean(choice.about), max(width - _VALUE_WIDTH - 2, 4))
        return Text(f"{sign} {pad(fit(value, _VALUE_WIDTH - 1), _VALUE_WIDTH)}{about}", no_wrap=True)
