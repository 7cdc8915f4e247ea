"""Sound as bytes, as servers send it."""

from __future__ import annotations

import struct

import numpy as np

from engine.protocols import Samples


def tone(seconds: float, sample_rate: int, frequency: float = 220.0) -> Samples:
    """A sine at half of full scale."""
    at = np.arange(round(seconds * sample_rate)) / sample_rate
    return (0.5 * np.sin(2 * np.pi * frequency * at)).astype(np.float32)


def pcm_bytes(samples: Samples) -> bytes:
    """16 bits, little-endian."""
    return (samples * 32767).astype("<i2").tobytes()


def wav_bytes(samples: Samples, sample_rate: int, *, kind: int = 1, bits: int = 16, channels: int = 1) -> bytes:
    """A WAV; `kind` 1 is whole numbers, 3 floats. Every channel is the same."""
    frames = np.repeat(samples, channels)
    if kind == 3:
        data = frames.astype("<f4").tobytes()
    elif bits == 24:
        data = np.frombuffer((frames * (2**31 - 256)).astype("<i4").tobytes(), np.uint8).reshape(-1, 4)[:, 1:].tobytes()
    else:
        data = (frames.astype(np.float64) * (2 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()
    frame = channels * bits // 8
    head = struct.pack("<4sIHHIIHH", b"fmt ", 16, kind, channels, sample_rate, sample_rate * frame, frame, bits)
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(body)) + body
