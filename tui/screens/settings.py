"""The settings screen: every setting of the schema, what counts and why; changed here, and kept in the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.settings import SettingsError
from tui.screens.setting_editor import Known, SettingEditor
from tui.screens.settings_lines import by_section, detail_lines, entry_line, matching, typed_value
from tui.settings_control import Entry, SettingsControl
from tui.widgets.links import Links
from tui.widgets.spans import COMPONENT_CLASSES as SPAN_CLASSES
from tui.widgets.spans import Line, span_style
from tui.widgets.wrap import clean, wrap

PLAIN = "plain"
"""The role of text that takes the list's own colour."""
DETAIL_LINES = 4
LINKS = (
    ("edit", "Enter", "change"),
    ("reset", "Del", "default"),
    ("turn", "← →", "other value"),
    ("leave", "Esc", "leave"),
)

KnownValues = Callable[[str], Callable[[], Sequence[Known]] | None]
"""For a setting's name: what lists the values that are known for it, where something does. It may wait for servers."""


class SettingsScreen(ModalScreen[None]):
    """Over the main screen until it is closed. What is changed here counts at once where that can be."""

    COMPONENT_CLASSES: ClassVar[set[str]] = SPAN_CLASSES
    CSS = """
    SettingsScreen { align: center middle; background: $background 60%; }
    #settings {
        width: 96%;
        max-width: 110;
        height: 94%;
        background: $surface;
        border: round $accent;
        border-title-color: $accent;
        border-title-style: bold;
        padding: 0 1;
    }
    #settings-filter, #settings-filter:focus { height: 1; border: none; padding: 0; background: $surface; }
    #settings-filter:focus { background: $panel; }
    #settings-list, #settings-list:focus {
        height: 1fr;
        scrollbar-gutter: stable;
        scrollbar-size-vertical: 1;
        scrollbar-color: $panel;
        scrollbar-background: $surface;
        border: none;
        background: $surface;
        background-tint: transparent;
        padding: 0;
    }
    #settings-list > .option-list--option-highlighted {
        background: $st-text-lit-background;
        color: $st-text-lit;
        text-style: none;
    }
    #settings-detail { height: 5; color: $foreground; border-top: solid $panel; }
    #settings-links { color: $st-text-dim; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("ctrl+c", "leave", show=False),
        Binding("delete", "reset", show=False, priority=True),
        Binding("ctrl+r", "reset", show=False),
    ]

    def __init__(self, control: SettingsControl, known: KnownValues) -> None:
        super().__init__()
        self._control = control
        self._known = known
        self._entries: Sequence[Entry] = ()
        self._said = ""
        """what became of the last change; shown until another setting is looked at"""

    def compose(self) -> ComposeResult:
        """Lay out filter, list and detail."""
        with Vertical(id="settings") as frame:
            frame.border_title = f"Settings · {clean(str(self._control.path))}"
            yield Input(
                placeholder="Type to filter: name, section, a word …", select_on_focus=False, id="settings-filter"
            )
            yield OptionList(id="settings-list")
            yield Static(id="settings-detail", markup=False)
            yield Links(LINKS, id="settings-links")

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list = self.query_one(OptionList)
        self._filter = self.query_one(Input)
        self._list.focus()
        self.app.theme_changed_signal.subscribe(self, lambda _: self.fill())
        self.reload()

    def on_resize(self) -> None:
        """Make the lines anew for the width."""
        self.call_after_refresh(self.fill)

    def reload(self) -> None:
        """Look the values up, and show them."""
        self._entries = self._control.entries()
        self.fill()

    @on(Input.Changed)
    def fill(self) -> None:
        """Show the settings that the filter lets through, under their sections; the highlighted one stays so."""
        kept = self.entry.field.name if self.entry else ""
        width = max(self._list.scrollable_content_region.width, 40)
        self._list.clear_options()
        for heading, entries in by_section(matching(self._entries, self._filter.value)):
            self._list.add_option(Option(Text(heading, span_style(self, "heading-english")), disabled=True))
            for entry in entries:
                self._list.add_option(Option(self._text(entry_line(entry, width)), id=entry.field.name))
        self._highlight(kept)
        self._show_detail()

    @property
    def entry(self) -> Entry | None:
        """The setting that is highlighted."""
        index = self._list.highlighted
        name = self._list.get_option_at_index(index).id if index is not None else None
        return next((entry for entry in self._entries if entry.field.name == name), None)

    # Keys and clicks

    def on_key(self, event: events.Key) -> None:
        """Letters filter, arrows move and turn, wherever the keyboard is."""
        in_list = self.focused is self._list
        if in_list and event.key == "space":
            self.action_edit()
        elif in_list and event.key in ("left", "right"):
            self._turn(+1 if event.key == "right" else -1)
        elif in_list and event.is_printable and event.character:
            self._filter.focus()
            self._filter.insert_text_at_cursor(event.character)
        elif not in_list and event.key in ("up", "down"):
            self._list.focus()
        else:
            return
        event.stop()
        event.prevent_default()

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def action_edit(self) -> None:
        """Change the highlighted setting: what is on or off turns over, the rest is asked for."""
        entry = self.entry
        if entry is None:
            return
        if entry.field.type is bool:
            self._save(entry, typed_value(not entry.value))
            return
        name = entry.field.name

        def typed(text: str | None) -> None:
            if text is not None:
                self._save(entry, text)

        self.app.push_screen(SettingEditor(entry, partial(self._control.wrong, name), self._known(name)), typed)

    def action_reset(self) -> None:
        """Let the default count again. In the filter's line, Delete is for its text."""
        if self.focused is self._filter and self._filter.value[self._filter.cursor_position :]:
            self._filter.action_delete_right()
        elif entry := self.entry:
            self._change(entry, lambda: self._control.reset(entry.field.name), "the default again")

    def action_leave(self) -> None:
        """Back to the main screen."""
        self.dismiss()

    @on(Links.Chosen)
    def _clicked(self, message: Links.Chosen) -> None:
        if message.name == "turn":
            self._turn(+1)
        else:
            getattr(self, f"action_{message.name}")()

    @on(OptionList.OptionHighlighted)
    def _look_at_another(self) -> None:
        self._said = ""
        self._show_detail()

    # Inside

    def _turn(self, step: int) -> None:
        """The next value, where there are a few."""
        entry = self.entry
        if entry is None:
            return
        if entry.field.type is bool:
            self._save(entry, typed_value(not entry.value))
        elif choices := entry.field.choices:
            place = choices.index(entry.value) if entry.value in choices else -1
            self._save(entry, choices[(place + step) % len(choices)])

    def _save(self, entry: Entry, text: str) -> None:
        self._change(entry, lambda: self._control.save(entry.field.name, text), "")

    def _change(self, entry: Entry, change: Callable[[], None], how: str) -> None:
        try:
            change()
        except SettingsError as error:
            self._said = f"✖ {error}. Nothing was changed."
        else:
            counts = "counts now" if entry.is_live else "counts from the next start"
            later = f"; {entry.source} goes before it at the next start" if entry.is_overridden else ""
            self._said = f"{entry.field.key}: {how + ', ' if how else ''}kept in the file, {counts}{later}."
        said = self._said
        self.reload()
        self._said = said
        self._show_detail()

    def _highlight(self, name: str) -> None:
        ids = [option.id for option in self._list.options]
        wanted = ids.index(name) if name in ids else next((i for i, known in enumerate(ids) if known), None)
        with self.prevent(OptionList.OptionHighlighted):
            self._list.highlighted = wanted

    def _show_detail(self) -> None:
        entry = self.entry
        lines = detail_lines(entry) if entry else ["No setting matches; Backspace widens the filter."]
        if self._control.problem:
            lines = [f"✖ {self._control.problem}", *lines]
        if self._said:
            lines = [self._said, *lines]
        width = max(self.query_one("#settings-detail").size.width, 30)
        wrapped = [line for text in lines for line in wrap(clean(text), width)]
        self.query_one("#settings-detail", Static).update(Text("\n".join(wrapped[:DETAIL_LINES])))

    def _text(self, line: Line) -> Text:
        text = Text(no_wrap=True)
        for span in line:
            text.append(span.text, None if span.role == PLAIN else span_style(self, span.role))
        return text
