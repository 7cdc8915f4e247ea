"""The voice picker: every voice, with what one needs to know to choose it, and a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input

from engine.catalog import VoiceRow
from engine.events import Health
from engine.protocols import SpeechEngineInfo, Voice
from tui.screens.picker import Picker, cell, fetch_question, megabytes
from tui.widgets.wrap import clean, fit

HEALTH_LOOK_S = 0.5
_STATE = {Health.OPEN: "set aside", Health.HALF_OPEN: "being tried again"}
_STATE_DETAIL = {
    Health.OPEN: "set aside after a failure",
    Health.HALF_OPEN: "being tried again after a failure",
}


@dataclass(frozen=True, slots=True)
class VoiceChoice:
    """A line of the picker. An engine without voices here has a line too, saying why."""

    id: str
    name: str
    gender: str
    where: str
    licence: str
    unavailable: str | None
    language: str = ""
    """where it is not Japanese"""
    question: str = ""
    """where its weights have to be fetched first"""
    size_bytes: int = 0
    """what would be fetched"""

    @property
    def is_usable(self) -> bool:
        """Whether it can speak here."""
        return self.unavailable is None

    @property
    def words(self) -> str:
        """What the filter looks at."""
        return " ".join((self.id, self.name, self.gender, self.where, self.language, self.licence))

    @property
    def is_here(self) -> bool:
        """Whether it can speak at once."""
        return self.is_usable and not self.question


def choices(
    voices: Sequence[Voice], infos: Sequence[SpeechEngineInfo], missing: Sequence[VoiceRow] = ()
) -> list[VoiceChoice]:
    """The voices that can speak first, then those to be fetched, then those that cannot; in the engines' order."""
    reasons = {info.id: info.unavailable for info in infos}
    lines = [
        VoiceChoice(v.id, v.name, v.gender, _where(v.offline), v.licence, reasons.get(v.engine), _foreign(v.language))
        for v in voices
    ]
    lines += [_to_be_fetched(row) for row in missing]
    with_voices = {voice.engine for voice in voices} | {row.runtime for row in missing}
    lines += [
        VoiceChoice(f"{info.id}:", "", "", _where(info.offline), info.licence, info.unavailable or "no voices")
        for info in infos
        if info.id not in with_voices
    ]
    return sorted(lines, key=lambda line: (line.unavailable is not None, bool(line.question)))


def _to_be_fetched(row: VoiceRow) -> VoiceChoice:
    question = fetch_question(row.size_bytes, row.licence, is_non_commercial=row.is_non_commercial)
    if row.credit:
        question = f"{question} To be named where its sound is used: {row.credit}"
    foreign = _foreign(row.language)
    return VoiceChoice(row.id, row.name, row.gender, "offline", row.licence, None, foreign, question, row.size_bytes)


def _where(offline: bool) -> str:
    return "offline" if offline else "cloud"


def _foreign(language: str) -> str:
    return "" if language.partition("-")[0] == "ja" else language


class VoiceFilter(Input):
    """The filter's line. Space is for the preview: no voice's name needs one."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space":
            event.prevent_default()  # of the line itself; the screen still gets the key


@dataclass(frozen=True, slots=True)
class VoiceSource:
    """Where the picker has its knowledge from, and who says a sample."""

    voices: Callable[[], Sequence[Voice]]
    """may wait for servers"""
    infos: Callable[[], Sequence[SpeechEngineInfo]]
    """may wait for servers"""
    health: Callable[[], Mapping[str, Health]]
    """the voices that do not work now"""
    preview: Callable[[str], None]
    missing: Callable[[], Sequence[VoiceRow]] = lambda: ()
    """voices whose weights would have to be fetched"""


class VoicesScreen(Picker[VoiceChoice]):
    """Ends with the id of the chosen voice, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "leave", show=False)]
    what = "voices"
    hint = "Enter choose · p or Space preview · type to filter · Esc leave"
    placeholder = "Type to filter: name, engine, female, offline …"

    def __init__(self, source: VoiceSource, current: str, heading: str = "Voice") -> None:
        super().__init__(heading, current)
        self._source = source
        self._health = dict(source.health())

    def on_mount(self) -> None:
        """Follow the voices' health while the picker is open."""
        self.set_interval(HEALTH_LOOK_S, self.show_health)

    def look(self) -> Sequence[VoiceChoice]:
        """Ask every engine."""
        return choices(self._source.voices(), self._source.infos(), self._source.missing())

    def make_filter(self) -> Input:
        """Make the filter's line, which leaves Space alone."""
        return VoiceFilter(placeholder=self.placeholder, select_on_focus=False, id="picker-filter")

    def takes(self, key: str, in_list: bool) -> bool:
        """Space previews everywhere, p in the list."""
        is_preview = key == "space" or (key == "p" and in_list)
        choice = self.highlighted
        if is_preview and choice is not None and choice.is_here:
            self._source.preview(choice.id)
        return is_preview

    def show_health(self) -> None:
        """Draw the lines anew when a voice failed or came back."""
        if (health := dict(self._source.health())) != self._health:
            self._health = health
            self.fill()

    def is_missing(self, voice_id: str) -> bool:
        """Whether the weights of a voice that was listed have to be fetched first."""
        return any(choice.id == voice_id and choice.question for choice in self._choices)

    def question(self, choice: VoiceChoice) -> str:
        """Whether to fetch the weights, where they are not here."""
        return choice.question

    def line(self, choice: VoiceChoice, width: int) -> Text:
        """Draw a line: sign, id, gender, where it speaks, and what is left."""
        state = self._state(choice)
        sign = "×" if choice.unavailable else "●" if choice.id == self._current else "!" if state else " "
        id_width = min(max(len(c.id) for c in self._choices) + 2, max(width - 42, 16))
        line = f"{sign} {cell(choice.id, id_width)}{cell(choice.gender, 8)}{cell(choice.where, 9)}"
        fetched = f"↓ {megabytes(choice.size_bytes)} to fetch" if choice.question else ""
        rest = choice.unavailable or " · ".join(filter(None, (state, fetched, choice.language, choice.licence)))
        style = "dim" if choice.unavailable or state else ""
        return Text(line + fit(clean(rest), max(width - id_width - 20, 4)), style, no_wrap=True)

    def detail(self, choice: VoiceChoice) -> str:
        """Say why it cannot be used, or how it is and what it costs."""
        if choice.unavailable:
            return choice.unavailable
        state = _STATE_DETAIL.get(self._health.get(choice.id, Health.CLOSED), "")
        name = "" if choice.name in choice.id else choice.name
        terms = f"licence: {choice.licence or 'unknown'}"
        parts = [choice.id, name, state, choice.where, choice.language, terms]
        if choice.where == "cloud":
            parts.append("the Japanese text leaves this machine")
        return " · ".join(filter(None, parts))

    def _state(self, choice: VoiceChoice) -> str:
        return _STATE.get(self._health.get(choice.id, Health.CLOSED), "")
