"""Sound to test with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from engine.protocols import AudioChunk, Samples

DATA = Path(__file__).parents[2] / "data" / "speech"


@pytest.fixture
def tones() -> bytes:
    """MP3, 24 kHz: 0.3 s silence, 1.0 s of 220 Hz, 0.2 s silence, 0.3 s of 440 Hz, 0.5 s silence."""
    return (DATA / "tones.mp3").read_bytes()


@pytest.fixture
def short_tone() -> bytes:
    """MP3, 24 kHz: 0.1 s silence, 0.4 s of 330 Hz, 0.1 s silence."""
    return (DATA / "short.mp3").read_bytes()


@pytest.fixture
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a proxy of the machine out of the way."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


class Sound:
    """What a voice gave, joined."""

    def __init__(self, chunks: Iterable[AudioChunk]) -> None:
        self.chunks = list(chunks)
        assert len({chunk.sample_rate for chunk in self.chunks}) == 1
        self.sample_rate = self.chunks[0].sample_rate
        self.samples: Samples = np.concatenate([chunk.samples for chunk in self.chunks])
        loud = np.flatnonzero(np.abs(self.samples) > 0.01)
        assert len(loud), "the sound is silent"
        self.leading_s = float(loud[0]) / self.sample_rate
        self.trailing_s = float(len(self.samples) - 1 - loud[-1]) / self.sample_rate

    @property
    def duration_s(self) -> float:
        return len(self.samples) / self.sample_rate

    def assert_is_speech(self, least_s: float, most_s: float) -> None:
        """Check type, level, ends and length."""
        assert self.samples.dtype == np.float32
        assert self.samples.ndim == 1
        assert 0.1 < np.abs(self.samples).max() <= 1.0
        assert self.leading_s < 0.04
        assert self.trailing_s < 0.05
        assert least_s < self.duration_s < most_s
