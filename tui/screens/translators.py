"""The translator picker: every translator, with what one needs to know to choose it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from engine.events import Health
from tui.screens.picker import Picker, cell, fetch_question, megabytes
from tui.widgets.wrap import clean, fit

if TYPE_CHECKING:
    from engine.translate.options import TranslatorOption

HEALTH_LOOK_S = 0.5
AUTO = "auto"
_ID_WIDTH = 28
_STATE = {Health.OPEN: "set aside", Health.HALF_OPEN: "being tried again"}
_STATE_DETAIL = {
    Health.OPEN: "set aside after failures, tried again by itself",
    Health.HALF_OPEN: "being tried again after failures",
}


@dataclass(frozen=True, slots=True)
class TranslatorChoice:
    """A line of the picker."""

    option: TranslatorOption

    @property
    def id(self) -> str:
        """What the engine is told."""
        return self.option.id

    @property
    def is_usable(self) -> bool:
        """Whether it can translate here, if need be after its weights were fetched."""
        return self.option.unavailable is None

    @property
    def words(self) -> str:
        """What the filter looks at."""
        option = self.option
        where = "here" if option.is_here else "fetch"
        non_commercial = "non-commercial" if option.is_non_commercial else ""
        return " ".join((option.id, option.name, option.licence, option.device, where, non_commercial))


@dataclass(frozen=True, slots=True)
class TranslatorSource:
    """Where the picker has its knowledge from."""

    options: Callable[[], Sequence[TranslatorOption]]
    """may wait for the hub"""
    health: Callable[[], Mapping[str, Health]]
    """those that do not work now"""
    at_work: Callable[[], str]
    """the one that translates now"""


class TranslatorsScreen(Picker[TranslatorChoice]):
    """Ends with the id of the chosen translator, or None."""

    what = "translators"
    hint = "Enter choose · type to filter · Esc leave"
    placeholder = "Type to filter: name, runtime, here, licence …"

    def __init__(self, source: TranslatorSource, wanted: str) -> None:
        """`wanted` is what was chosen: an id, or auto."""
        super().__init__("Translator", wanted)
        self._source = source
        self._state = self._now()

    def on_mount(self) -> None:
        """Follow what the engine says while the picker is open."""
        self.set_interval(HEALTH_LOOK_S, self.show_state)

    def look(self) -> Sequence[TranslatorChoice]:
        """Look through the table, the settings and the models folder."""
        return [TranslatorChoice(option) for option in self._source.options()]

    def show_state(self) -> None:
        """Draw the lines anew when a translator failed, came back or took over."""
        if (state := self._now()) != self._state:
            self._state = state
            self.fill()

    def question(self, choice: TranslatorChoice) -> str:
        """Whether to fetch the weights, where they are not here."""
        option = choice.option
        if option.is_here:
            return ""
        return fetch_question(option.size_bytes, option.licence, is_non_commercial=option.is_non_commercial)

    def line(self, choice: TranslatorChoice, width: int) -> Text:
        """Draw a line: sign, id, where its weights are, device, and what is left."""
        option = choice.option
        state = self._health_of(choice)
        id_width = min(max(len(c.id) for c in self._choices) + 2, _ID_WIDTH, max(width - 40, 16))
        line = f"{self._sign(choice)} {cell(option.id, id_width)}"
        if option.id == AUTO:
            rest = " · ".join(filter(None, ("chosen" if self._current == AUTO else "", option.quality)))
            return Text(line + fit(clean(rest), max(width - id_width - 3, 4)), no_wrap=True)
        line += f"{cell(_where(option), 10)}{cell(option.device, 8)}"
        terms = f"{'non-commercial, ' if option.is_non_commercial else ''}{option.licence}"
        rest = option.unavailable or " · ".join(filter(None, (state, _speed(option), terms)))
        style = "dim" if option.unavailable or state else ""
        return Text(line + fit(clean(rest), max(width - id_width - 21, 4)), style, no_wrap=True)

    def detail(self, choice: TranslatorChoice) -> str:
        """Say why it cannot be used, or what it is, how good, how fast and under which licence."""
        option = choice.option
        if option.unavailable:
            return f"{option.id}: {option.unavailable}"
        if option.id == AUTO:
            return f"{option.name}: {option.quality}"
        state = _STATE_DETAIL.get(self._source.health().get(option.id, Health.CLOSED), "")
        terms = f"licence: {option.licence}{', non-commercial use only' if option.is_non_commercial else ''}"
        size = f"{megabytes(option.size_bytes)} to fetch" if option.size_bytes and not option.is_here else ""
        return " · ".join(filter(None, (option.name, state, size, _figures(option), option.quality, terms)))

    def _sign(self, choice: TranslatorChoice) -> str:
        if choice.option.unavailable:
            return "×"
        if choice.id == self._source.at_work():
            return "●"
        if self._health_of(choice):
            return "!"
        return "○" if choice.id == self._current else " "

    def _health_of(self, choice: TranslatorChoice) -> str:
        return _STATE.get(self._source.health().get(choice.id, Health.CLOSED), "")

    def _now(self) -> tuple[str, dict[str, Health]]:
        return self._source.at_work(), dict(self._source.health())


def _where(option: TranslatorOption) -> str:
    if option.runtime == "http":
        return "server"
    if option.is_here:
        return "here"
    return f"↓ {megabytes(option.size_bytes)}" if option.size_bytes else "↓ fetch"


def _speed(option: TranslatorOption) -> str:
    return f"{option.measured.first_phrase_ms:.0f} ms" if option.measured else ""


def _figures(option: TranslatorOption) -> str:
    if option.measured is None:
        return ""
    one = option.measured
    quality = "" if one.chrf is None else f", chrF {one.chrf:.0f}"
    return f"measured here: first phrase {one.first_phrase_ms:.0f} ms, sentence {one.sentence_ms:.0f} ms{quality}"
