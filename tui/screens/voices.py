"""The voice picker: every voice, with what one needs to know to choose it, and a preview."""

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

from engine.protocols import SpeechEngineInfo, Voice
from tui.widgets.wrap import clean, fit, pad


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the picker. An engine without voices here has a line too, saying why."""

    id: str
    name: str
    gender: str
    where: str
    licence: str
    unavailable: str | None

    def matches(self, words: str) -> bool:
        """Whether every word is somewhere in the line."""
        haystack = " ".join((self.id, self.name, self.gender, self.where, self.licence)).casefold()
        return all(word in haystack for word in words.casefold().split())


def choices(voices: Sequence[Voice], infos: Sequence[SpeechEngineInfo]) -> list[Choice]:
    """The usable voices first, each group in the engine's order."""
    reasons = {info.id: info.unavailable for info in infos}
    lines = [
        Choice(v.id, v.name, v.gender, "offline" if v.offline else "cloud", v.licence, reasons.get(v.engine))
        for v in voices
    ]
    with_voices = {voice.engine for voice in voices}
    lines += [
        Choice(
            f"{info.id}:", "", "", "offline" if info.offline else "cloud", info.licence, info.unavailable or "no voices"
        )
        for info in infos
        if info.id not in with_voices
    ]
    return sorted(lines, key=lambda line: line.unavailable is not None)


def _without_voices(info: SpeechEngineInfo) -> Choice:
    where = "offline" if info.offline else "cloud"
    return Choice(f"{info.id}:", "", "", where, info.licence, info.unavailable or "it has no voices here")


class VoiceFilter(Input):
    """The filter's line. Space is for the preview: no voice's name needs one."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.prevent_default()  # of the line itself; the screen still gets the key


class VoicesScreen(ModalScreen[str | None]):
    """Ends with the id of the chosen voice, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("f9", "leave", show=False),
        Binding("ctrl+c", "leave", show=False),
    ]

    def __init__(
        self,
        voices: Sequence[Voice],
        infos: Sequence[SpeechEngineInfo],
        current: str,
        preview: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._choices = choices(voices, infos)
        self._current = current
        self._preview = preview

    def compose(self) -> ComposeResult:
        """Lay out filter, list and detail."""
        with Vertical(id="voices") as frame:
            frame.border_title = "Voice"
            frame.border_subtitle = "Enter choose · p or Space preview · type to filter · Esc leave"
            yield VoiceFilter(placeholder="Type to filter: name, engine, female, offline …", id="voice-filter")
            yield OptionList(id="voice-list")
            yield Static(id="voice-detail", markup=False)

    def on_mount(self) -> None:
        """Begin in the list."""
        self._list = self.query_one(OptionList)
        self._filter = self.query_one(Input)
        self._list.focus()

    def on_resize(self) -> None:
        """Make the lines anew for the width."""
        # Lines are cut to the width, so they are made when it is known.
        self.call_after_refresh(self._fill)

    def on_key(self, event: events.Key) -> None:
        """Space previews everywhere; p and the letters do so, or filter, by where the keyboard is."""
        in_list = self.focused is self._list
        if event.key == "space" or (event.key == "p" and in_list):
            self._say_sample()
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

    @on(Input.Changed)
    def _fill(self) -> None:
        kept = self._highlighted()
        shown = [choice for choice in self._choices if choice.matches(self._filter.value)]
        width = max(self._list.scrollable_content_region.width, 40)
        self._list.clear_options()
        self._list.add_options(Option(self._line(choice, width), id=choice.id) for choice in shown)
        ids = [choice.id for choice in shown]
        wanted = next((i for i in (kept.id if kept else None, self._current) if i in ids), None)
        self._list.highlighted = ids.index(wanted) if wanted else (0 if ids else None)
        self._show_detail()

    @on(OptionList.OptionHighlighted)
    def _show_detail(self) -> None:
        self.query_one("#voice-detail", Static).update(Text(clean(_detail(self._highlighted()))))

    @on(OptionList.OptionSelected)
    @on(Input.Submitted)
    def _choose(self) -> None:
        choice = self._highlighted()
        if choice is not None and choice.unavailable is None:
            self.dismiss(choice.id)

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def _say_sample(self) -> None:
        choice = self._highlighted()
        if choice is not None and choice.unavailable is None:
            self._preview(choice.id)

    def _highlighted(self) -> Choice | None:
        index = self._list.highlighted
        if index is None:
            return None
        option_id = self._list.get_option_at_index(index).id
        return next((choice for choice in self._choices if choice.id == option_id), None)

    def _line(self, choice: Choice, width: int) -> Text:
        sign = "×" if choice.unavailable else "●" if choice.id == self._current else " "
        id_width = min(max(len(c.id) for c in self._choices) + 2, max(width - 42, 16))
        line = f"{sign} {_cell(choice.id, id_width)}{_cell(choice.gender, 8)}{_cell(choice.where, 9)}"
        rest = clean(choice.unavailable or choice.licence)
        return Text(line + fit(rest, max(width - id_width - 20, 4)), "dim" if choice.unavailable else "", no_wrap=True)


def _cell(text: str, width: int) -> str:
    return pad(fit(clean(text), width - 1), width)


def _detail(choice: Choice | None) -> str:
    """What the line has no room for."""
    if choice is None:
        return "No voice matches; Backspace widens the filter."
    if choice.unavailable:
        return choice.unavailable
    parts = [choice.id, choice.where, f"licence: {choice.licence or 'unknown'}"]
    if choice.where == "cloud":
        parts.append("the Japanese text leaves this machine")
    return " · ".join(parts)
