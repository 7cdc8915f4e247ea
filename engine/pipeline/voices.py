"""The voices as the pipeline sees them: local ones in one worker process, others as coroutines on the engine's loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from engine.events import Event, Level, Notice
from engine.glossary import Glossary
from engine.pipeline.load import Load
from engine.pipeline.resuming import is_speakable
from engine.pipeline.sound_check import SoundCheck
from engine.pipeline.sound_store import SoundStore
from engine.pipeline.voice_choice import FALLBACK_VOICE, NO_VOICE, VoiceCatalog
from engine.protocols import AsyncSpeechEngine, AudioChunk, Progress, ProgressFn, SpeechError
from engine.settings import Speech
from engine.speech.clean import clean
from engine.speech.manners import Manners
from engine.worker import (
    Patience,
    RemoteError,
    Watch,
    Worker,
    WorkerError,
    WorkerSpec,
    WorkerState,
    next_in_time,
)

__all__ = ["FALLBACK_VOICE", "NO_VOICE", "VoiceClient", "VoicePatience", "speech_spec"]

WARM_PATIENCE = Patience(120.0)
TELL_AFTER_S = 0.3
"""A voice that takes longer to load says so."""
_LOCAL = Patience(first_s=20.0, next_s=20.0, total_s=120.0)
_SERVER = Patience(first_s=15.0, next_s=10.0, total_s=120.0)
_CLOUD = Patience(first_s=6.0, next_s=4.0, total_s=60.0)
PROBES = {"ja": "はい。"}
_ANY_PROBE = "OK."


@dataclass(frozen=True, slots=True)
class VoicePatience:
    """How long to wait for a phrase's first sound, and for what follows, by where the voice is."""

    local: Patience = _LOCAL
    """in our worker: a slow machine needs seconds for a neural voice"""
    server: Patience = _SERVER
    """a server of one's own, which may speak on a CPU as well"""
    cloud: Patience = _CLOUD


def speech_spec(voice_id: str) -> WorkerSpec:
    """Return the worker that hosts the local voices, warmed with this one."""
    return WorkerSpec("speech", "engine.speech.host:create", {"voice": voice_id})


@dataclass(frozen=True, slots=True)
class VoiceParts:
    """What voices need of the rest."""

    catalog: VoiceCatalog
    store: SoundStore
    log_folder: Path
    on_progress: ProgressFn
    emit: Callable[[Event], None]
    patience: VoicePatience
    make_spec: Callable[[str], WorkerSpec]


class VoiceClient:
    """Turns phrases into checked sound with whichever voice is asked for; remembers what it has made."""

    def __init__(self, settings: Speech, glossary: Glossary, parts: VoiceParts) -> None:
        self._manners = Manners(settings, glossary)
        self._parts = parts
        self._worker: Worker | None = None
        self._starting = asyncio.Lock()
        self._remote: dict[str, AsyncSpeechEngine] = {}
        self._left_behind: list[AsyncSpeechEngine] = []

    @property
    def pid(self) -> int | None:
        """The process id of the worker that holds the local voices."""
        return self._worker.pid if self._worker else None

    async def warm(self, voice_id: str) -> None:
        """Bring a voice up so that its first sentence is quick. Raises SpeechError or WorkerError."""
        if voice_id == NO_VOICE:
            return
        self._parts.catalog.find(voice_id)
        if not self._parts.catalog.is_local(voice_id):
            self._remote_engine(voice_id)
            return
        worker = await self._local(voice_id)
        load = Load(self._parts.on_progress)
        what = Progress(f"Loading the voice {voice_id}", 0, None)
        # One that is loaded already answers at once: nothing is shown for that.
        telling = asyncio.get_running_loop().call_later(TELL_AFTER_S, load.step, what)
        try:
            async for _ in worker.stream("warm", voice_id, patience=WARM_PATIENCE):
                pass
        finally:
            telling.cancel()
            load.end()

    def renew(self, settings: Speech, glossary: Glossary, catalog: VoiceCatalog) -> None:
        """Speak with these settings from the next phrase on."""
        self._manners = Manners(settings, glossary)
        self._parts = replace(self._parts, catalog=catalog)
        self._parts.store.settings = settings
        # A phrase in hand may still be coming from one of them: they are closed at the end.
        self._left_behind.extend(self._remote.values())
        self._remote.clear()

    async def synthesize(self, phrase: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield sound for a phrase; nothing for one that holds nothing to say. Raises SpeechError or WorkerError."""
        text = self._manners.apply(phrase)
        if not is_speakable(clean(text)):
            return
        if known := await self._parts.store.get(voice_id, rate, text):
            for chunk in known:
                yield chunk
            return
        made: list[AudioChunk] = []
        async with aclosing(self._checked(text, voice_id, rate)) as chunks:
            async for chunk in chunks:
                made.append(chunk)
                yield chunk
        self._parts.store.put(voice_id, rate, text, made)

    async def probe(self, voice_id: str) -> None:
        """Say a word into nothing. Raises SpeechError or WorkerError when the voice does not work."""
        language = self._parts.catalog.find(voice_id).language.partition("-")[0]
        async with aclosing(self._checked(PROBES.get(language, _ANY_PROBE), voice_id, 1.0)) as chunks:
            async for _ in chunks:
                pass

    async def close(self) -> None:
        """End the worker and close connections."""
        await self._parts.store.close()
        for engine in (*self._remote.values(), *self._left_behind):
            await engine.close()
        # A start that was broken off has a process to end, too.
        async with self._starting:
            if self._worker:
                await self._worker.close()

    async def _checked(self, text: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        check = SoundCheck(text)
        make = self._from_worker if self._parts.catalog.is_local(voice_id) else self._from_network
        async with aclosing(make(text, voice_id, rate)) as chunks:
            async for chunk in chunks:
                for checked in check.take(chunk):
                    yield checked
        check.end()

    async def _from_worker(self, text: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        worker = await self._local(voice_id)
        patience = self._parts.patience.local
        try:
            async with aclosing(worker.stream("synthesize", text, voice_id, rate, patience=patience)) as items:
                async for chunk in items:
                    yield chunk
        except RemoteError as error:
            raise SpeechError(error.code or "failed", str(error)) from error

    async def _from_network(self, text: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        engine = self._remote_engine(voice_id)
        patience = self._parts.patience.server if engine.info.offline else self._parts.patience.cloud
        watch = Watch(patience)
        chunks = aiter(engine.synthesize(text, self._parts.catalog.find(voice_id), rate))
        try:
            while (chunk := await next_in_time(chunks, watch)) is not None:
                yield chunk
        except TimeoutError:
            raise SpeechError("slow", "The voice did not answer in time") from None
        except SpeechError:
            raise
        except Exception as error:
            # Whatever an engine did not expect of its service must cost the voice, not the sentence.
            raise SpeechError("failed", f"{type(error).__name__}: {error}") from error
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    def _remote_engine(self, voice_id: str) -> AsyncSpeechEngine:
        engine_id = voice_id.partition(":")[0]
        if engine_id not in self._remote:
            self._remote[engine_id] = self._parts.catalog.create(engine_id)
        return self._remote[engine_id]

    async def _local(self, voice_id: str) -> Worker:
        async with self._starting:
            if self._worker and self._worker.state in (WorkerState.FAILED, WorkerState.CLOSED):
                # It was given up after several lives; whoever asks now has waited long enough for another one.
                worker, self._worker = self._worker, None
                await worker.close()
            if self._worker is None:
                self._worker = await self._start(voice_id)
        return self._worker

    async def _start(self, voice_id: str) -> Worker:
        load = Load(self._parts.on_progress)

        def tell(state: WorkerState, detail: str) -> None:
            load.end()
            if state is WorkerState.RESTARTING:
                self._parts.emit(Notice(Level.WARNING, "speech_restarting", f"The {detail}"))

        worker = Worker(
            self._parts.make_spec(voice_id),
            log_path=self._parts.log_folder / "speech.log",
            on_progress=load.step,
            on_state=tell,
        )
        try:
            async with asyncio.timeout(WARM_PATIENCE.first_s):
                await worker.start()
        except (WorkerError, OSError) as error:
            await worker.close()
            if isinstance(error, WorkerError):
                raise
            raise SpeechError("failed", f"The voice could not start: {error}") from error
        return worker
