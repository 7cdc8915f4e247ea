"""Opens screens, and does what was chosen in them. A screen is imported when it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import App

from tui.control import EngineControl
from tui.voice_control import VoiceControl


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

        def chosen(voice_id: str | None) -> None:
            if voice_id is not None:
                self.control.choose(voice_id)
                self.say("voice", f"Voice: {voice_id}, from the next sentence on.")

        self._open_voices("Voice", chosen)

    def replay_in_voice(self) -> None:
        """Say the selected sentence again, in a voice that is only for this once."""
        sentence_id = self.selected()
        if sentence_id is None:
            return

        def chosen(voice_id: str | None) -> None:
            if voice_id is not None:
                self.engine.replay(sentence_id, voice=voice_id)

        self._open_voices("Say it again in …", chosen)

    def device(self) -> None:
        """Another sound device; the engine says in a notice whether it can be used."""
        from tui.screens.devices import DevicesScreen

        def chosen(device_name: str | None) -> None:
            if device_name is not None:
                self.engine.set_device(device_name)

        self.app.push_screen(DevicesScreen(self.engine.output_devices, self.control.device), chosen)

    def _open_voices(self, heading: str, chosen: Callable[[str | None], None]) -> None:
        from tui.screens.voices import VoiceSource, VoicesScreen

        engine = self.engine
        source = VoiceSource(engine.voices, engine.engine_infos, lambda: self.control.health, engine.preview)
        self.app.push_screen(VoicesScreen(source, self.control.voice, heading), chosen)
