"""What the speech worker process hosts: the local engines, each made when it is first needed and then kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, cast

from engine.protocols import AudioChunk, Progress, ProgressFn, SpeechEngine, SpeechEngineInfo, Voice
from engine.speech.voices import NO_VOICE, create_local, find_voice


class LocalEngine(SpeechEngine, Protocol):
    """A speech engine that can be warmed up."""

    def load(self, voice: Voice) -> None:
        """Load what the voice needs and speak once into nothing. Raises SpeechError."""
        ...


class SpeechHost:
    """Speaks with whichever local voice is asked for."""

    def __init__(self, voice: str) -> None:
        """`voice` is the voice id to be ready with; `none` starts with no engine at all."""
        self._voice = voice
        self._engines: dict[str, LocalEngine] = {}

    @property
    def info(self) -> SpeechEngineInfo:
        """The engine of the voice it was started with."""
        if self._voice == NO_VOICE:
            return SpeechEngineInfo(NO_VOICE, offline=True, licence="")
        return self._engine(self._voice).info

    def load(self, progress: ProgressFn) -> None:
        """Load and warm the engine of the first voice.

        Raises SpeechError: `unknown_voice`, `unavailable`, `not_local`, or what the engine says.
        """
        if self._voice == NO_VOICE:
            return
        what = f"Loading the voice {self._voice}"
        progress(Progress(what, 0.0, 1.0, "voice"))
        self._load(self._voice)
        progress(Progress(what, 1.0, 1.0, "voice"))

    def synthesize(self, japanese: str, voice_id: str, rate: float) -> Iterator[AudioChunk]:
        """Yield the sound of a phrase or a sentence, phrase by phrase; nothing for the voice `none`.

        Raises SpeechError as `load` does. Closing the iterator stops between two phrases.
        """
        if voice_id == NO_VOICE:
            return
        yield from self._engine(voice_id).synthesize(japanese, find_voice(voice_id), rate)

    def warm(self, voice_id: str) -> Iterator[str]:
        """Load and warm another voice's engine; yield its id once it is ready."""
        if voice_id != NO_VOICE:
            self._load(voice_id)
        yield voice_id

    def close(self) -> None:
        """Free every engine."""
        while self._engines:
            self._engines.popitem()[1].close()

    def _load(self, voice_id: str) -> None:
        voice = find_voice(voice_id)
        self._engine(voice_id).load(voice)

    def _engine(self, voice_id: str) -> LocalEngine:
        engine_id = voice_id.partition(":")[0]
        if engine_id not in self._engines:
            self._engines[engine_id] = cast(LocalEngine, create_local(engine_id))
        return self._engines[engine_id]


def create(voice: str) -> SpeechHost:
    """Make the host for the worker."""
    return SpeechHost(voice)
