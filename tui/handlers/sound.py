"""What is heard: mute, pause, skip, silence, replay, speed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.control import EngineControl
from tui.voice_control import VoiceControl


@dataclass(frozen=True, slots=True)
class SoundHandlers:
    """`selected` gives the selected sentence's id; without one it says what to do, and gives None."""

    engine: EngineControl
    control: VoiceControl
    selected: Callable[[], int | None]

    def mute(self) -> None:
        """Mute or unmute."""
        self.control.toggle_mute()

    def pause(self) -> None:
        """Pause, or go on."""
        self.control.toggle_pause()

    def skip(self) -> None:
        """Skip the sentence that is sounding."""
        self.engine.skip()

    def stop(self) -> None:
        """Silence, and skip what waits."""
        self.engine.stop()

    def replay_last(self) -> None:
        """Say the last spoken sentence again."""
        self.engine.replay()

    def replay_selected(self) -> None:
        """Say the selected sentence again."""
        if (selected := self.selected()) is not None:
            self.engine.replay(selected)

    def slower(self) -> None:
        """Speak slower."""
        self.control.change_rate(-1)

    def faster(self) -> None:
        """Speak faster."""
        self.control.change_rate(+1)
