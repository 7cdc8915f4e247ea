"""The few milliseconds of sound between the player's thread and the sound callback."""

from __future__ import annotations

import numpy as np

from engine.protocols import Samples


class SampleRing:
    """A fixed ring of float32 samples: one thread writes and drops, one reads; neither ever waits.

    Positions only grow, and each has one writer, so that there is nothing to lock.
    """

    def __init__(self, capacity: int, fade: int) -> None:
        self._data: Samples = np.zeros(capacity, dtype=np.float32)
        self._ramp: Samples = np.linspace(1.0, 0.0, fade, dtype=np.float32)
        self._written = 0
        self._read = 0
        self._dropped_to = 0

    @property
    def waiting(self) -> int:
        """Samples that the reader has not passed yet."""
        return self._written - self._read

    @property
    def ahead(self) -> int:
        """Samples that are still to be heard: what was dropped counts with its fade only."""
        dropped = self._dropped_to - self._read
        if dropped <= 0:
            return self.waiting
        return self._written - self._dropped_to + min(dropped, len(self._ramp))

    @property
    def is_dropped(self) -> bool:
        """Whether nothing was written since the last `drop`."""
        return self._dropped_to == self._written

    def write(self, samples: Samples) -> None:
        """Append `samples`, shape (n,). Raises BufferError when they do not fit."""
        count = len(samples)
        if self.waiting + count > len(self._data):
            raise BufferError(f"{count} samples do not fit behind {self.waiting} in a ring of {len(self._data)}")
        start = self._written % len(self._data)
        head = min(count, len(self._data) - start)
        self._data[start : start + head] = samples[:head]
        self._data[: count - head] = samples[head:]
        self._written += count

    def drop(self) -> int:
        """Have the reader fade out and skip what is waiting. Returns how many samples it will skip."""
        first = max(self._read, self._dropped_to)
        self._dropped_to = self._written
        return max(0, self._written - first - len(self._ramp))

    def read_into(self, out: Samples) -> int:
        """Fill `out`, shape (n,), with what is waiting and then silence. Returns how many samples were waiting."""
        faded = self._fade_into(out) if self._read < self._dropped_to else 0
        count = faded + self._copy_into(out[faded:])
        out[count:] = 0.0
        return count

    def _fade_into(self, out: Samples) -> int:
        dropped_to = self._dropped_to
        count = min(len(out), len(self._ramp), dropped_to - self._read)
        self._copy_into(out[:count])
        # Fewer samples than the ramp has: a steeper ramp, rather than a step.
        out[:count] *= self._ramp if count == len(self._ramp) else np.linspace(1.0, 0.0, count, dtype=np.float32)
        self._read = dropped_to
        return count

    def _copy_into(self, out: Samples) -> int:
        count = min(len(out), self.waiting)
        start = self._read % len(self._data)
        head = min(count, len(self._data) - start)
        out[:head] = self._data[start : start + head]
        out[head:count] = self._data[: count - head]
        self._read += count
        return count
