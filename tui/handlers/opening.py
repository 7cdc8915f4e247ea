"""Opens screens, and does what was chosen in them. A screen is imported when it is wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import App

from tui.control import EngineControl
from tui.voice_control import VoiceControl

if TYPE_CHECKING:
    from engine.catalog import VoiceRow


@dataclass(frozen=True, slots=True)
class OpeningHandlers:
    """`say` shows a notice, by code and message; `selected` gives the selected sentence's id, or says what to do."""

    app: App[int]
    engine: EngineControl
    control: VoiceControl
    say: Callable[[str, str], None]
    selected: Callable[[], int | None]

    def voice(self) -> None:
        """Another voice, from the next sentence on."""

        def chosen(voice_id: str, is_missing: bool) -> None:
            if is_missing:
                self.engine.set_voice(voice_id, fetch=True)
                self.say("voice", f"Voice: {voice_id}, as soon as it is here; {self.control.voice} speaks until then.")
            else:
                self.choose_voice(voice_id)

        self._open_voices("Voice", chosen, self.engine.missing_voices)

    def choose_voice(self, voice_id: str) -> None:
        """Take a voice that is here."""
        self.control.choose(voice_id)
        self.say("voice", f"Voice: {voice_id}, from the next sentence on.")

    def replay_in_voice(self) -> None:
        """Say the selected sentence again, in a voice that is only for this once."""
        sentence_id = self.selected()
        if sentence_id is not None:
            self._open_voices("Say it again in …", lambda voice, _: self.engine.replay(sentence_id, voice=voice))

    def device(self) -> None:
        """Another sound device; the engine says in a notice whether it can be used."""
        from tui.screens.devices import DevicesScreen

        def chosen(device_name: str | None) -> None:
            if device_name is not None:
                self.engine.set_device(device_name)

        self.app.push_screen(DevicesScreen(self.engine.output_devices, self.control.device), chosen)

    def _open_voices(
        self, heading: str, chosen: Callable[[str, bool], None], missing: Callable[[], Sequence[VoiceRow]] = tuple
    ) -> None:
        """Open the picker; `chosen` gets the voice, and whether its weights have to be fetched first."""
        from tui.screens.voices import VoiceSource, VoicesScreen

        engine = self.engine
        source = VoiceSource(engine.voices, engine.engine_infos, lambda: self.control.health, engine.preview, missing)
        screen = VoicesScreen(source, self.control.voice, heading)

        def ended(voice_id: str | None) -> None:
            if voice_id is not None:
                chosen(voice_id, screen.is_missing(voice_id))

        self.app.push_screen(screen, ended)
