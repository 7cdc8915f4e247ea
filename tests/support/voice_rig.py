"""The speech stage without an engine around it: stand-in voices on the loop, and a sink in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.audio.player import Player, PlayerEvent
from engine.events import Event, Notice
from engine.glossary import NO_GLOSSARY
from engine.pipeline.health import BackOff
from engine.pipeline.job import Job
from engine.pipeline.sound_store import SoundStore
from engine.pipeline.speaking import SpeakStage
from engine.pipeline.tally import Tally
from engine.pipeline.voice_choice import stand_ins
from engine.pipeline.voice_health import VoiceHealth
from engine.pipeline.voices import VoiceClient, VoiceParts, VoicePatience, speech_spec
from engine.protocols import AudioChunk, SpeechEngineInfo, SpeechError, Voice
from engine.sentence import Kind, Sentence
from engine.settings import Speech
from engine.text.policy import Handling
from engine.worker import Patience
from tests.support.memory_sink import MemorySink
from tests.support.translation_rig import until

T = TypeVar("T")
RATE = 24_000
CHOSEN, SECOND, LAST = "cloud:chosen", "cloud:second", "openjtalk:mei"
SPOKEN = Handling(True, None, True, None)

Piece = AudioChunk | Exception | None
Script = Callable[[str], Sequence[Piece]]
"""What a voice makes of a text: sound; an exception is raised, None hangs."""


def sound(seconds: float = 0.1, level: float = 0.5) -> AudioChunk:
    """A little sound."""
    return AudioChunk(np.full(round(RATE * seconds), level, dtype=np.float32), RATE)


def speaks_well(_text: str) -> Sequence[Piece]:
    """A voice that works."""
    return (sound(), sound())


def always(*pieces: Piece) -> Script:
    """The same whatever is asked for."""
    return lambda _text: pieces


class StandInEngine:
    """One voice; `asked` has what it was to say, in order."""

    def __init__(self, voice_id: str, script: Script = speaks_well, language: str = "ja") -> None:
        engine, _, name = voice_id.partition(":")
        self.info = SpeechEngineInfo(engine, offline=False, licence="")
        self.voice = Voice(voice_id, engine, name, language=language)
        self.script = script
        self.asked: list[str] = []

    def voices(self) -> Sequence[Voice]:
        return [self.voice]

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        self.asked.append(japanese)
        for piece in self.script(japanese):
            if isinstance(piece, Exception):
                raise piece
            if piece is None:
                await asyncio.Event().wait()
            else:
                yield piece

    async def close(self) -> None:
        pass


class StandInCatalog:
    """Stand-ins by the id of their voice; each is an engine of its own."""

    def __init__(self, engines: Sequence[StandInEngine]) -> None:
        self.by_id = {engine.voice.id: engine for engine in engines}

    def find(self, voice_id: str) -> Voice:
        if voice_id not in self.by_id:
            raise SpeechError("unknown_voice", f"There is no voice {voice_id}")
        return self.by_id[voice_id].voice

    def all(self) -> Sequence[Voice]:
        return [engine.voice for engine in self.by_id.values()]

    def is_local(self, _voice_id: str) -> bool:
        return False

    def create(self, engine_id: str) -> Dispatcher:
        return Dispatcher(self, engine_id)


class Dispatcher:
    """The engine that several voices belong to."""

    def __init__(self, catalog: StandInCatalog, engine_id: str) -> None:
        self.info = SpeechEngineInfo(engine_id, offline=False, licence="")
        self._catalog = catalog

    def voices(self) -> Sequence[Voice]:
        return self._catalog.all()

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        return self._catalog.by_id[voice.id].synthesize(japanese, voice, rate)

    async def close(self) -> None:
        pass


class VoiceRig:
    """The speech stage on the running loop."""

    def __init__(
        self,
        folder: Path,
        *engines: StandInEngine,
        fallback: str = "",
        back_off: BackOff | None = None,
        patience_s: float = 30.0,
        cache_mb: int = 0,
    ) -> None:
        self.events: list[Event] = []
        self.sink = MemorySink(RATE)
        catalog = StandInCatalog(engines)
        self.engines = catalog.by_id
        patience = Patience(patience_s, patience_s, patience_s * 100)
        parts = VoiceParts(
            catalog,
            SoundStore(folder / "sounds", cache_mb, Speech()),
            folder,
            lambda _: None,
            self.events.append,
            VoicePatience(patience, patience, patience),
            speech_spec,
        )
        loop = asyncio.get_running_loop()

        def pass_on(event: PlayerEvent) -> None:
            loop.call_soon_threadsafe(lambda: self.stage.on_player(event))

        self.player = Player(self.sink, pass_on, gap_ms=0)
        self.tally = Tally(self.events.append)
        self.voices = VoiceClient(Speech(), NO_GLOSSARY, parts)
        self.health = VoiceHealth(
            stand_ins(catalog, fallback, "ja"),
            back_off or BackOff(3600.0, 3600.0),
            self.voices.probe,
            self.events.append,
        )
        self.stage = SpeakStage(self.tally, self.voices, self.health, self.player, CHOSEN, 1.0)
        self._task = asyncio.create_task(self.stage.run())

    def put(self, *phrases: str) -> Job:
        """Queue a sentence of these phrases."""
        now = time.monotonic()
        number = self.tally.sentences_in + 1
        job = Job(Sentence(number, Kind.PROSE, "A sentence."), SPOKEN, now, now, now)
        self.tally.add(job)
        job.confirmed.set()
        for phrase in phrases:
            job.phrases.add(phrase)
        job.phrases.complete()
        self.stage.put(job)
        return job

    async def say(self, *phrases: str) -> Job:
        """Queue a sentence and wait for its end."""
        job = self.put(*phrases)
        await until(lambda: job.sentence.state.is_final)
        return job

    def notices(self, code: str) -> list[str]:
        """The messages of the notices with this code."""
        return [event.message for event in self.events if isinstance(event, Notice) and event.code == code]

    async def close(self) -> None:
        """End everything."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self.health.close()
        await self.voices.close()
        await asyncio.to_thread(self.player.close)
