"""Cuts the silence off both ends of an utterance, also when it arrives in pieces."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator
from contextlib import aclosing

import numpy as np

from engine.protocols import AudioChunk, Samples, SpeechError

THRESHOLD = 0.01
"""-40 dBFS: what is quieter counts as silence."""
LEAD_S = 0.020
"""Kept before the first loud sample, so that a soft consonant is not cut."""
TAIL_S = 0.030
"""Kept after the last loud sample, so that a voiceless ending (です, ます) is not cut."""
FADE_S = 0.003
"""Length of the ramps at the cuts; a hard cut clicks."""


class SilenceTrimmer:
    """Trims one utterance. Feed its pieces in order, then call `finish`; what they return is the trimmed sound."""

    def __init__(self, sample_rate: int, lead_s: float = LEAD_S, tail_s: float = TAIL_S) -> None:
        """`tail_s` may be `math.inf`, which keeps all the silence at the end."""
        self._lead = round(lead_s * sample_rate)
        self._tail = None if math.isinf(tail_s) else round(tail_s * sample_rate)
        self._fade = max(1, round(FADE_S * sample_rate))
        self._held = np.zeros(0, np.float32)
        self._has_started = False

    def feed(self, samples: Samples) -> Samples:
        """Take the next piece, return what can be played now: silence is held back until sound follows it."""
        sound = np.concatenate([self._held, samples])
        loud = np.flatnonzero(np.abs(sound) > THRESHOLD)
        if not len(loud):
            self._held = sound if self._has_started else sound[max(0, len(sound) - self._lead) :]
            return sound[:0]
        start = 0
        if not self._has_started:
            start = max(0, int(loud[0]) - self._lead)
            sound = _fade_in(sound[start:], self._fade)
            self._has_started = True
        end = int(loud[-1]) + 1 - start
        self._held = sound[end:]
        return sound[:end]

    def finish(self) -> Samples:
        """Return the short tail that is kept; empty when nothing was loud."""
        if not self._has_started:
            return self._held[:0]
        return _fade_in(self._held[: self._tail][::-1], self._fade)[::-1]


def trim(samples: Samples, sample_rate: int, tail_s: float = TAIL_S) -> Samples:
    """Return a whole utterance without the silence at its ends; empty when it is all silence."""
    trimmer = SilenceTrimmer(sample_rate, tail_s=tail_s)
    return np.concatenate([trimmer.feed(samples), trimmer.finish()])


async def trim_chunks(chunks: AsyncGenerator[AudioChunk, None]) -> AsyncGenerator[AudioChunk, None]:
    """Yield the chunks of one utterance without the silence at its ends; closes `chunks` in the end."""
    trimmer: SilenceTrimmer | None = None
    sample_rate = 0
    async with aclosing(chunks):
        async for chunk in chunks:
            if trimmer is None:
                sample_rate = chunk.sample_rate
                trimmer = SilenceTrimmer(sample_rate)
            if len(samples := trimmer.feed(chunk.samples)):
                yield AudioChunk(samples, sample_rate)
    if trimmer is not None and len(samples := trimmer.finish()):
        yield AudioChunk(samples, sample_rate)


async def trim_heard(
    chunks: AsyncGenerator[AudioChunk, None], silence: SpeechError
) -> AsyncGenerator[AudioChunk, None]:
    """As `trim_chunks`. Raises `silence` when nothing is left: a voice that was asked to speak has not."""
    has_sound = False
    async with aclosing(trim_chunks(chunks)) as trimmed:
        async for chunk in trimmed:
            has_sound = True
            yield chunk
    if not has_sound:
        raise silence


def _fade_in(samples: Samples, length: int) -> Samples:
    faded = samples.copy()
    ramp = np.linspace(0.0, 1.0, min(length, len(faded)), dtype=np.float32)
    faded[: len(ramp)] *= ramp
    return faded
