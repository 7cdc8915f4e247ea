"""The commands about sound, with what they toggle. It knows the engine and no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.events import GaugesChanged, Health
from engine.settings import Speech
from tui.control import EngineControl

RATE_STEP = 0.1
MIN_RATE = 0.5
MAX_RATE = 3.0


@dataclass(slots=True)
class VoiceControl:
    """What was last asked of the engine, corrected by what the engine says."""

    engine: EngineControl
    is_muted: bool = False
    is_paused: bool = False
    rate: float = 1.0
    voice: str = ""
    health: Mapping[str, Health] = field(default_factory=dict)
    """the voices that do not work now, by id"""
    device: str = ""
    """the sound device that is used; empty is the system's choice"""

    @classmethod
    def of(cls, engine: EngineControl, speech: Speech) -> VoiceControl:
        """Begin with the settings."""
        return cls(engine, is_muted=speech.muted, rate=speech.rate, voice=speech.voice)

    def learn(self, gauges: GaugesChanged) -> None:
        """Take over what the engine says."""
        self.is_muted, self.is_paused, self.rate = gauges.is_muted, gauges.is_paused, gauges.rate
        self.voice = gauges.voice or self.voice
        self.health, self.device = gauges.voice_health, gauges.sound_device

    def toggle_mute(self) -> None:
        """Mute or unmute."""
        self.is_muted = not self.is_muted
        self.engine.set_muted(self.is_muted)

    def toggle_pause(self) -> None:
        """Pause or go on."""
        self.is_paused = not self.is_paused
        self.engine.set_paused(self.is_paused)

    def change_rate(self, steps: int) -> None:
        """Faster (positive) or slower, kept to what is allowed."""
        self.rate = round(min(max(self.rate + steps * RATE_STEP, MIN_RATE), MAX_RATE), 2)
        self.engine.set_rate(self.rate)

    def choose(self, voice_id: str) -> None:
        """Another voice, from the next sentence on."""
        self.voice = voice_id
        self.engine.set_voice(voice_id)
