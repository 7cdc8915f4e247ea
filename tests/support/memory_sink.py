"""A sink that keeps what it is given; its time is the sound's own, so that tests are exact."""

from __future__ import annotations

import threading

import numpy as np

from engine.protocols import AudioChunk, Samples

PATIENCE_S = 20.0


class MemorySink:
    """Takes everything at once; when `stepped`, only as many blocks as `let` allows. Times start at 0."""

    def __init__(self, sample_rate: int = 48_000, *, stepped: bool = False, is_live: bool = False) -> None:
        self.sample_rate = sample_rate
        self.is_live = is_live
        self.underflows = 0
        self.trouble: str | None = None
        self.delay_s = 0.0
        """added to the times given from now on: the device stood still so long"""
        self.drops_s = 0.0
        """what `stop` says was dropped"""
        self.stops: list[int] = []
        """how many samples had been written at each `stop`"""
        self.rests = 0
        self.is_closed = False
        self._stepped = stepped
        self._allowed = 0
        self._blocks: list[Samples] = []
        self._changed = threading.Condition()

    @property
    def samples(self) -> Samples:
        """Everything so far, shape (n,)."""
        with self._changed:
            return np.concatenate([np.zeros(0, dtype=np.float32), *self._blocks])

    def let(self, blocks: int) -> None:
        """Allow so many blocks more, and wait until they have come."""
        with self._changed:
            self._allowed += blocks
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: self._allowed == 0, PATIENCE_S):
                raise AssertionError(f"{self._allowed} of {blocks} blocks did not come")

    def wait_for_room(self) -> bool:
        """True when another block is allowed."""
        with self._changed:
            return not self._stepped or self._changed.wait_for(lambda: self._allowed > 0, 0.01)

    def write(self, chunk: AudioChunk) -> float:
        """Keep a copy; the time is where in the sound it is."""
        assert chunk.sample_rate == self.sample_rate
        assert chunk.samples.dtype == np.float32
        with self._changed:
            start = sum(len(block) for block in self._blocks) / self.sample_rate + self.delay_s
            self._blocks.append(chunk.samples.copy())
            self._allowed = max(0, self._allowed - 1)
            self._changed.notify_all()
            return start

    def idle(self) -> None:
        """Count it."""
        self.rests += 1

    def stop(self) -> float:
        """Note where."""
        self.stops.append(len(self.samples))
        return self.drops_s

    def close(self) -> None:
        """Note it."""
        self.is_closed = True
