"""Everything that has to do with which voice speaks, in one place: the catalog, the sound, the health, the language."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Event, Level, Notice
from engine.glossary import Glossary
from engine.pipeline.fetching import fetch
from engine.pipeline.load import Load
from engine.pipeline.parts import Parts
from engine.pipeline.sound_store import SoundStore
from engine.pipeline.voice_choice import NO_VOICE, sample_for, speaks, stand_ins, voice_for
from engine.pipeline.voice_health import FAILED, VoiceHealth
from engine.pipeline.voices import VoiceClient, VoiceParts
from engine.protocols import ProgressFn, SpeechError
from engine.settings import Settings, Speech
from engine.worker import WorkerError

LANGUAGE = "voice_language"


class VoiceDesk:
    """The voices of one run."""

    def __init__(
        self,
        settings: Settings,
        glossary: Glossary,
        parts: Parts,
        on_progress: ProgressFn,
        emit: Callable[[Event], None],
    ) -> None:
        speech, self._language = settings.speech, settings.translate.to
        self._log_folder = parts.log_folder
        self._on_progress = on_progress
        self._emit = emit
        self._fallback = speech.fallback
        self._find_voices = parts.voices
        self._catalog = parts.voices(speech)
        self.store: SoundStore = SoundStore(parts.sounds_folder, settings.audio.cache_mb, speech)
        self.client = VoiceClient(
            speech,
            glossary,
            VoiceParts(
                self._catalog,
                self.store,
                parts.log_folder,
                on_progress,
                emit,
                parts.voice_patience,
                parts.make_speech_spec,
            ),
        )
        others = stand_ins(self._catalog, speech.fallback, self._language)
        self.health = VoiceHealth(others, parts.voice_back_off, self.client.probe, emit)

    def renew(self, speech: Speech, glossary: Glossary) -> None:
        """Go by these settings from the next phrase on; the voice at work stays."""
        self._fallback = speech.fallback
        self._catalog = self._find_voices(speech)
        self.client.renew(speech, glossary, self._catalog)
        self.set_language(self._language)

    def set_language(self, language: str) -> None:
        """Have this language (ISO 639) spoken; `choose` tells the voice for it."""
        self._language = language
        self.health.stand_ins = stand_ins(self._catalog, self._fallback, language)

    def speaks(self, voice_id: str) -> bool:
        """Whether a voice speaks the language that is translated into."""
        return speaks(self._catalog, voice_id, self._language)

    def choose(self, wanted: str) -> str:
        """Return the voice to begin with: the wanted one, or one that speaks the language where that one does not."""
        voice = voice_for(self._catalog, wanted, self.health.stand_ins, self._language)
        if voice == NO_VOICE != wanted:
            silent = f"No voice here speaks the language {self._language!r}: translations are shown, not spoken."
            self._emit(Notice(Level.WARNING, LANGUAGE, silent))
        elif voice != wanted:
            instead = f"{wanted} does not speak the language {self._language!r}: {voice} does, and speaks."
            self._emit(Notice(Level.INFO, LANGUAGE, instead))
        return voice

    async def warm_first(self, voice_id: str) -> tuple[str, str | None]:
        """Warm the first voice, or the next best; return it, and what was wrong with the first, if anything was."""
        problem = None
        for candidate in dict.fromkeys((voice_id, *self.health.stand_ins)):
            try:
                await self.client.warm(candidate)
            except (SpeechError, WorkerError) as error:
                problem = problem or f"{candidate}: {error}"
            else:
                return candidate, problem
        return NO_VOICE, problem

    async def fetch(self, voice_id: str) -> bool:
        """Bring a voice's weights in where they are missing; say why when that fails."""
        load = Load(self._on_progress)
        try:
            await fetch(voice_id, self._log_folder, load.step)
        except (WorkerError, OSError) as error:
            self._emit(Notice(Level.ERROR, FAILED, f"{voice_id}: {error}"))
            return False
        finally:
            load.end()
        return True

    async def prepare(self, voice_id: str) -> bool:
        """Make a voice ready that the user wants from now on; say why when it cannot be."""
        if not self.speaks(voice_id):
            problem = f"{voice_id} does not speak the language {self._language!r}."
            self._emit(Notice(Level.ERROR, LANGUAGE, problem))
            return False
        try:
            await self.client.warm(voice_id)
        except (SpeechError, WorkerError) as error:
            self._emit(Notice(Level.ERROR, FAILED, f"{voice_id}: {error}"))
            return False
        self.health.forgive(voice_id)
        return True

    def sample(self, voice_id: str) -> str:
        """What a voice says of itself."""
        return sample_for(self._catalog, voice_id)

    async def close(self) -> None:
        """End the worker, close connections."""
        await self.health.close()
        await self.client.close()
