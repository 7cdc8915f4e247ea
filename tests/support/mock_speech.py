"""A speech worker for tests: a tone for any text, and a process that ends over some."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from engine.protocols import AudioChunk, ProgressFn, SpeechEngineInfo
from engine.worker import WorkerSpec

RATE = 24_000


class MockSpeech:
    """`die-once` in a text ends the process in mid-phrase the first time, `die-always` every time."""

    def __init__(self, marker: Path) -> None:
        self.info = SpeechEngineInfo("mock", offline=True, licence="")
        self._marker = marker

    def load(self, progress: ProgressFn) -> None:
        pass

    def warm(self, voice_id: str) -> Iterator[str]:
        yield voice_id

    def synthesize(self, japanese: str, voice_id: str, rate: float) -> Iterator[AudioChunk]:
        tone = np.full(RATE // 10, 0.5, dtype=np.float32)
        if "die-always" in japanese:
            os._exit(139)
        yield AudioChunk(tone, RATE)
        if "die-once" in japanese and not self._marker.exists():
            self._marker.touch()
            os._exit(139)
        yield AudioChunk(tone, RATE)

    def close(self) -> None:
        pass


def create(marker: str) -> MockSpeech:
    return MockSpeech(Path(marker))


def make_spec(folder: Path) -> Callable[[str], WorkerSpec]:
    """Return what `Parts.make_speech_spec` wants."""
    options = {"marker": str(folder / "voice-crashed")}
    return lambda _voice_id: WorkerSpec("speech", "tests.support.mock_speech:create", options)
