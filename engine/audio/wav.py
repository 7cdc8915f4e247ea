"""The sink that writes a WAV file, faster than real time."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np

from engine.audio.errors import SinkError
from engine.protocols import AudioChunk, Samples


class WavSink:
    """Writes int16 mono. The header is right after every write, so that a killed program leaves a file that plays.

    The last block is held back until the next comes, so that `stop` has something to fade.
    Raises SinkError (wav_file) when `path` cannot be written.
    """

    def __init__(self, path: Path, sample_rate: int = 48_000) -> None:
        self._path = path
        self._sample_rate = sample_rate
        self._held: Samples = np.zeros(0, dtype=np.float32)
        self._trouble: str | None = None
        self._closed = False
        try:
            self._raw = path.open("wb")
        except OSError as error:
            raise SinkError("wav_file", f"Cannot write the WAV file {path}: {error.strerror or error}") from error
        self._file = wave.open(self._raw, "wb")  # noqa: SIM115 - open for as long as the sink is
        self._file.setnchannels(1)
        self._file.setsampwidth(2)
        self._file.setframerate(sample_rate)
        self._write(b"")

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self._sample_rate

    @property
    def is_live(self) -> bool:
        """A file takes sound as fast as it comes."""
        return False

    @property
    def underflows(self) -> int:
        """None: a file does not run dry."""
        return 0

    @property
    def trouble(self) -> str | None:
        """Why the file could not be written any further, or None."""
        return self._trouble

    def wait_for_room(self) -> bool:
        """Return at once: there is room as long as the disk has."""
        return True

    def write(self, chunk: AudioChunk) -> float:
        """Append the sound. Returns now."""
        self._flush()
        self._held = chunk.samples
        return time.monotonic()

    def idle(self) -> None:
        """Bring everything into the file."""
        self._flush()

    def stop(self) -> float:
        """Fade the last block out; nothing is dropped."""
        self._held = self._held * np.linspace(1.0, 0.0, len(self._held), dtype=np.float32)
        self._flush()
        return 0.0

    def close(self) -> None:
        """Complete the file."""
        if self._closed:
            return
        self._flush()
        self._closed = True
        try:
            self._file.close()
            self._raw.close()
        except (OSError, wave.Error) as error:
            self._give_up(error)

    def _flush(self) -> None:
        samples, self._held = self._held, self._held[:0]
        if self._trouble or self._closed or not len(samples):
            return
        self._write((np.clip(samples, -1.0, 1.0) * 32767).round().astype("<i2").tobytes())

    def _write(self, data: bytes) -> None:
        try:
            self._file.writeframes(data)
        except (OSError, wave.Error) as error:
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._trouble = f"Cannot write the WAV file {self._path}: {getattr(error, 'strerror', None) or error}"
