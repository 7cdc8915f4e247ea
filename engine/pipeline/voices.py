"""The voices as the pipeline sees them: local ones in one worker process, cloud ones on the engine's loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from pathlib import Path

from engine.audio.cache import AudioCache
from engine.events import Level, Notice
from engine.glossary import Glossary
from engine.protocols import AsyncSpeechEngine, AudioChunk, ProgressFn, SpeechError
from engine.settings import Speech
from engine.speech import voices as catalog
from engine.speech.manners import Manners
from engine.worker import Patience, RemoteError, Worker, WorkerError, WorkerSpec, WorkerState

NO_VOICE = "none"
FALLBACK_VOICE = "openjtalk:mei"
LOCAL_PATIENCE = Patience(30.0, 30.0)
WARM_PATIENCE = Patience(120.0)
CLOUD_DEADLINE_S = 8.0


def speech_spec(voice_id: str) -> WorkerSpec:
    """Return the worker that hosts the local voices, warmed with this one."""
    return WorkerSpec("speech", "engine.speech.host:create", {"voice": voice_id})


class VoiceClient:
    """Turns phrases into sound with whichever voice is asked for; remembers what it has made."""

    def __init__(
        self,
        settings: Speech,
        glossary: Glossary,
        log_folder: Path,
        on_progress: ProgressFn,
        notify: Callable[[Notice], None],
    ) -> None:
        self._settings = settings
        self._manners = Manners(settings, glossary)
        self._log_folder = log_folder
        self._on_progress = on_progress
        self._notify = notify
        self._worker: Worker | None = None
        self._starting = asyncio.Lock()
        self._remote: dict[str, AsyncSpeechEngine] = {}
        self._cache = AudioCache()

    @property
    def pid(self) -> int | None:
        """The process id of the worker that holds the local voices."""
        return self._worker.pid if self._worker else None

    async def warm(self, voice_id: str) -> None:
        """Bring a voice up so that its first sentence is quick. Raises SpeechError or WorkerError."""
        if voice_id == NO_VOICE:
            return
        catalog.find_voice(voice_id, self._settings)
        if not catalog.is_local(voice_id):
            self._remote_engine(voice_id)
            return
        worker = await self._local(voice_id)
        async for _ in worker.stream("warm", voice_id, patience=WARM_PATIENCE):
            pass

    async def synthesize(self, phrase: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield sound for a phrase. Raises SpeechError or WorkerError."""
        phrase = self._manners.apply(phrase)
        key = (voice_id, rate, phrase)
        if known := self._cache.get(key):
            for chunk in known:
                yield chunk
            return
        made: list[AudioChunk] = []
        async with aclosing(self._fresh(phrase, voice_id, rate)) as chunks:
            async for chunk in chunks:
                made.append(chunk)
                yield chunk
        self._cache.put(key, made)

    async def close(self) -> None:
        """End the worker and close connections."""
        for engine in self._remote.values():
            await engine.close()
        if self._worker:
            await self._worker.close()

    async def _fresh(self, phrase: str, voice_id: str, rate: float) -> AsyncGenerator[AudioChunk, None]:
        if not catalog.is_local(voice_id):
            chunks = (
                self._remote_engine(voice_id)
                .synthesize(phrase, catalog.find_voice(voice_id, self._settings), rate)
                .__aiter__()
            )
            while (chunk := await _next_in_time(anext(chunks, None))) is not None:
                yield chunk
            return
        worker = await self._local(voice_id)
        try:
            async with aclosing(worker.stream("synthesize", phrase, voice_id, rate, patience=LOCAL_PATIENCE)) as items:
                async for chunk in items:
                    yield chunk
        except RemoteError as error:
            raise SpeechError(error.code or "failed", str(error)) from error

    def _remote_engine(self, voice_id: str) -> AsyncSpeechEngine:
        engine_id = voice_id.partition(":")[0]
        if engine_id not in self._remote:
            self._remote[engine_id] = catalog.create_async(engine_id, self._settings)
        return self._remote[engine_id]

    async def _local(self, voice_id: str) -> Worker:
        async with self._starting:
            if self._worker is None:
                worker = Worker(
                    speech_spec(voice_id),
                    log_path=self._log_folder / "speech.log",
                    on_progress=self._on_progress,
                    on_state=self._tell_state,
                )
                try:
                    await worker.start()
                except WorkerError:
                    await worker.close()
                    raise
                self._worker = worker
        return self._worker

    def _tell_state(self, state: WorkerState, detail: str) -> None:
        if state is WorkerState.RESTARTING:
            self._notify(Notice(Level.WARNING, "speech_restarting", f"The {detail}"))


async def _next_in_time(pending: object) -> AudioChunk | None:
    try:
        chunk: AudioChunk | None = await asyncio.wait_for(pending, CLOUD_DEADLINE_S)  # type: ignore[arg-type]
    except TimeoutError:
        raise SpeechError("slow", f"The voice sent nothing for {CLOUD_DEADLINE_S:.0f} s") from None
    return chunk
