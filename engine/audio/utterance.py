"""One utterance's sound on its way to the sink: resampled as it comes, taken in small blocks."""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

import numpy as np

from engine.audio.player_events import Heard
from engine.protocols import AudioChunk, Samples

_NOTHING: Samples = np.zeros(0, dtype=np.float32)


class StreamResampler:
    """Brings chunks of any rate to `rate`, seamlessly; a new rate in mid-stream starts a new filter."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._from: int | None = None
        self._filter: Any = None

    def push(self, chunk: AudioChunk) -> Samples:
        """Return what can be given out now, shape (n,)."""
        samples = np.asarray(chunk.samples, dtype=np.float32)
        before = self.flush() if chunk.sample_rate != self._from else _NOTHING
        self._from = chunk.sample_rate
        if chunk.sample_rate == self._rate:
            after = samples
        else:
            if self._filter is None:
                import soxr

                self._filter = soxr.ResampleStream(chunk.sample_rate, self._rate, 1, dtype="float32")
            after = self._filter.resample_chunk(samples)
        return np.concatenate((before, after)) if len(before) else after

    def flush(self) -> Samples:
        """Return what the filter still holds; it is done after that."""
        if self._filter is None:
            return _NOTHING
        rest: Samples = self._filter.resample_chunk(_NOTHING, last=True)
        self._filter = None
        return rest


class Utterance:
    """The state of one utterance. The player's lock guards all but `resampler`, which `writing` guards."""

    def __init__(self, number: int, rate: int, *, is_first: bool) -> None:
        self.number = number
        self.is_first = is_first
        """a replay: goes before those that are not"""
        self.resampler = StreamResampler(rate)
        self.writing = threading.Lock()
        self.is_ended = False
        self.is_heard = False
        """a sample above -40 dBFS was handed over"""
        self.is_starved = False
        """it was sounding, and its next samples were not there yet"""
        self.played = 0
        """samples handed to the sink"""
        self.end_t: float | None = None
        """when the last of them is handed to the device"""
        self.heard: Heard | None = None
        """from the first of them to the last; None before the first"""
        self.queued = 0
        """samples waiting here"""
        self._blocks: deque[Samples] = deque()
        self._marks: deque[tuple[int, int]] = deque()

    @property
    def is_done(self) -> bool:
        """Nothing waits here and nothing will come."""
        return self.is_ended and not self.queued

    def append(self, samples: Samples, mark: int | None = None) -> None:
        """Add `samples`, shape (n,), at the sink's rate; `mark` is reached with the first of them."""
        if mark is not None:
            self._marks.append((self.played + self.queued, mark))
        if len(samples):
            self._blocks.append(samples)
            self.queued += len(samples)

    def take_reached(self) -> list[int]:
        """Remove and return the marks up to what was played."""
        reached = []
        while self._marks and self._marks[0][0] < self.played:
            reached.append(self._marks.popleft()[1])
        return reached

    def take(self, count: int) -> Samples:
        """Remove and return the next samples, shape (n,), n <= `count`; fewer only when no more are waiting."""
        parts: list[Samples] = []
        while count and self._blocks:
            block = self._blocks.popleft()
            parts.append(block[:count])
            if len(block) > count:
                self._blocks.appendleft(block[count:])
            count -= len(parts[-1])
        taken = parts[0] if len(parts) == 1 else np.concatenate(parts or [_NOTHING])
        self.queued -= len(taken)
        return taken
