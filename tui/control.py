"""What the screen needs from outside: the engine's commands, and the program to run in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.audio.devices import OutputDevice
    from engine.catalog import VoiceRow
    from engine.events import Event
    from engine.protocols import SpeechEngineInfo, Voice
    from engine.settings import Settings
    from engine.source import SourceEvent
    from engine.translate.options import TranslatorOption


class EngineControl(Protocol):
    """The engine as the screen sees it. Every command may be called from any thread and returns at once.

    What lists things may wait for servers and drivers: it is called on a thread of its own.
    """

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """Call `callback` on the engine's thread for every event; returns what ends it."""
        ...

    def start(self) -> None:
        """Start the engine's thread and load the models."""
        ...

    def close(self, timeout_s: float = 2.0) -> None:
        """Silence, and end the thread and the workers."""
        ...

    def feed(self, event: SourceEvent) -> None:
        """Take what a capture source says."""
        ...

    def stop(self) -> None:
        """Silence now; everything waiting is skipped."""
        ...

    def skip(self) -> None:
        """Skip the sentence that is sounding."""
        ...

    def set_muted(self, muted: bool) -> None:
        """Mute or unmute."""
        ...

    def set_paused(self, paused: bool) -> None:
        """Pause or go on."""
        ...

    def set_ducked(self, ducked: bool) -> None:
        """Speak softly, or as loud as before."""
        ...

    def set_rate(self, rate: float) -> None:
        """Set the speed of speech; 1.0 is normal."""
        ...

    def set_voice(self, voice_id: str, *, fetch: bool = False) -> None:
        """Change the voice from the next sentence on; with `fetch`, its weights are brought in first."""
        ...

    def apply(self, settings: Settings, names: Collection[str] = ()) -> None:
        """Go by other settings: where they differ from those before, and in `names` (`section.key`) in any case."""
        ...

    def set_translator(self, translator_id: str) -> None:
        """Change the translator from the next sentence on; its weights are brought in first, the old one works on."""
        ...

    def replay(self, sentence_id: int | None = None, voice: str | None = None) -> None:
        """Say a sentence again before the live ones; None is the last spoken."""
        ...

    def say_again(self, japanese: str) -> None:
        """Say a text of an earlier session before the live sentences."""
        ...

    def preview(self, voice_id: str) -> None:
        """Say a short sample in that voice, before everything else."""
        ...

    def set_device(self, device_name: str) -> None:
        """Let the sound go to another device; "" is the system's choice. A notice says whether it does."""
        ...

    def output_devices(self) -> Sequence[OutputDevice]:
        """Every device that sound can go to. Asks drivers: it can take a second."""
        ...

    def voices(self) -> Sequence[Voice]:
        """Every voice that can be chosen. Asks servers: it can take a second."""
        ...

    def missing_voices(self) -> Sequence[VoiceRow]:
        """Voices that could be chosen once their weights are fetched."""
        ...

    def translators(self) -> Sequence[TranslatorOption]:
        """What can be given to `set_translator`, `auto` first. Asks the hub: it can take seconds."""
        ...

    def engine_infos(self) -> Sequence[SpeechEngineInfo]:
        """Every speech engine, also the ones that cannot be used here. Asks servers: it can take a second."""
        ...


@dataclass(frozen=True, slots=True)
class Launch:
    """The program in the terminal pane."""

    argv: Sequence[str]
    env: Mapping[str, str]
    cwd: str | None = None
    session_id: str | None = None
    """the conversation's id, where we know it"""
    is_claude: bool = True
    """whether the program takes Claude Code's arguments, so that its text can be captured"""
    program_words: int = 1
    """how many words of `argv` name the program; our arguments come after them"""

    @property
    def name(self) -> str:
        """The program as it is called in messages."""
        return "Claude" if self.is_claude else PurePath(self.argv[0]).name


@dataclass(frozen=True, slots=True)
class Demo:
    """Play a recorded session instead of running a program."""

    speed: float = 1.0
    """1.0 is the recorded timing, 0 no waiting"""
    what: str = ""
    """what `engine.recording.open_recorded` takes; empty: the session that comes with streamtts"""
