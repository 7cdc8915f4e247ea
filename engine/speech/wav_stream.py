"""WAV to samples while it arrives.

Servers that stream cannot know the length, so what the header says of it is ignored.
"""

from __future__ import annotations

import struct
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocols import AudioChunk, Samples, SpeechError

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_MOST_HEADER_BYTES = 65_536
"""More than this before the first sample is no WAV that a voice makes."""
_LEAST_BYTES = 2_400
"""At least so much sound a chunk: 50 ms of 24 kHz, 16 bits."""


class WavReader:
    """Takes the bytes of one WAV in pieces cut anywhere and gives mono samples."""

    def __init__(self) -> None:
        self._bytes = b""
        self._format: _Format | None = None

    @property
    def sample_rate(self) -> int:
        """Hz; 0 before the header is whole."""
        return self._format.sample_rate if self._format else 0

    def feed(self, data: bytes) -> Samples:
        """Return the samples that have become whole. Raises SpeechError (`bad_audio`) when this is no WAV."""
        self._bytes += data
        if self._format is None:
            self._format, self._bytes = _read_header(self._bytes)
            if self._format is None:
                return np.zeros(0, np.float32)
        whole = len(self._bytes) // self._format.frame_bytes * self._format.frame_bytes
        frames, self._bytes = self._bytes[:whole], self._bytes[whole:]
        return self._format.to_mono(frames)


class _Format:
    """How the samples are stored."""

    def __init__(self, raw: bytes) -> None:
        kind, self._channels, self.sample_rate, _, _, self._bits = struct.unpack("<HHIIHH", raw[:16])
        if kind == _EXTENSIBLE and len(raw) >= 26:
            kind = struct.unpack("<H", raw[24:26])[0]
        self._is_float = kind == _FLOAT
        if (kind, self._bits) not in {(_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32)} or not self._channels:
            raise bad_audio(f"a WAV of kind {kind} with {self._bits} bits")
        self.frame_bytes = self._channels * self._bits // 8

    def to_mono(self, frames: bytes) -> Samples:
        if self._is_float:
            samples = np.frombuffer(frames, "<f4").astype(np.float32)
        elif self._bits == 24:
            # Three bytes a sample: widened to four, with the sign in the highest one.
            padded = np.zeros((len(frames) // 3, 4), np.uint8)
            padded[:, 1:] = np.frombuffer(frames, np.uint8).reshape(-1, 3)
            samples = _scaled(padded.view("<i4").ravel(), 32)
        else:
            samples = _scaled(np.frombuffer(frames, f"<i{self._bits // 8}"), self._bits)
        mono: Samples = samples.reshape(-1, self._channels).mean(axis=1, dtype=np.float32)
        return mono


def _scaled(counts: NDArray[Any], bits: int) -> Samples:
    return (counts / np.float64(2 ** (bits - 1))).astype(np.float32)


def _read_header(data: bytes) -> tuple[_Format | None, bytes]:
    """Return the format and what follows the header; no format while the header is not whole."""
    if not b"RIFF".startswith(data[:4]) or (len(data) >= 12 and data[8:12] != b"WAVE"):
        raise bad_audio("no WAV")
    at, wave_format = 12, None
    while len(data) >= at + 8:
        name, size = struct.unpack("<4sI", data[at : at + 8])
        if name == b"data":
            if wave_format is None:
                raise bad_audio("a WAV without a format")
            return wave_format, data[at + 8 :]
        if name == b"fmt " and size >= 16 and len(data) >= at + 8 + size:
            wave_format = _Format(data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
        if at > _MOST_HEADER_BYTES:
            raise bad_audio("a WAV without sound")
    return None, data


def bad_audio(what: str) -> SpeechError:
    """Return the error for an answer that holds no sound that can be read."""
    return SpeechError("bad_audio", f"The voice's answer is {what}, not sound that can be read; try another voice")


async def decode_wav_stream(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[AudioChunk, None]:
    """Yield mono sound as the WAV arrives; `pieces` is closed in the end. Raises SpeechError (`bad_audio`)."""
    reader = WavReader()
    async with aclosing(gather(pieces, _LEAST_BYTES)) as gathered:
        async for piece in gathered:
            if len(samples := reader.feed(piece)):
                yield AudioChunk(samples, reader.sample_rate)
    if not reader.sample_rate:
        raise bad_audio("a WAV that breaks off")


async def gather(pieces: AsyncGenerator[bytes, None], least: int) -> AsyncGenerator[bytes, None]:
    """Yield the same bytes in pieces of at least `least`, but for the last one; `pieces` is closed in the end."""
    held = b""
    async with aclosing(pieces):
        async for piece in pieces:
            held += piece
            if len(held) >= least:
                yield held
                held = b""
    if held:
        yield held
