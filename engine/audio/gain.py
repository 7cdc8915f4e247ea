"""Loudness without clicks."""

from __future__ import annotations

import numpy as np

from engine.protocols import Samples


class Gain:
    """A factor that moves to its target in a straight line: from full to nothing in `ramp` samples."""

    def __init__(self, ramp: int) -> None:
        self._step = 1.0 / ramp
        self.value = 1.0
        """The factor now."""
        self.target = 1.0
        """Where it is going, 0.0 to 1.0."""

    def snap(self) -> None:
        """Go there at once: right when nothing sounds."""
        self.value = self.target

    def apply(self, samples: Samples) -> Samples:
        """Return `samples`, shape (n,), times the factor, which moves on by n samples."""
        if self.value == self.target:
            return samples if self.value == 1.0 else samples * np.float32(self.value)
        way = np.arange(1, len(samples) + 1) * self._step
        if self.target > self.value:
            factors = np.minimum(self.value + way, self.target)
        else:
            factors = np.maximum(self.value - way, self.target)
        self.value = float(factors[-1]) if len(samples) else self.value
        # Sums of steps miss the target by a rounding error, which would keep a pause from ever being silent.
        if abs(self.value - self.target) < self._step / 2:
            self.value = self.target
        faded: Samples = samples * factors.astype(np.float32)
        return faded
