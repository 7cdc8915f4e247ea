"""The sink without sound: takes samples at the clock's pace and forgets them."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.protocols import AudioChunk

LEAD_S = 0.04
"""How far ahead of the clock sound may be handed over."""
PATIENCE_S = 0.05
"""How long `wait_for_room` waits at most."""


class NullSink:
    """Behaves as a device that nobody hears. `clock` gives seconds, `sleep` takes seconds."""

    def __init__(
        self,
        sample_rate: int = 48_000,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sample_rate = sample_rate
        self._clock = clock
        self._sleep = sleep
        self._played_out_at = clock()

    @property
    def sample_rate(self) -> int:
        """Hz."""
        return self._sample_rate

    @property
    def is_live(self) -> bool:
        """It keeps the clock's pace."""
        return True

    @property
    def underflows(self) -> int:
        """None: nobody can hear one."""
        return 0

    @property
    def trouble(self) -> str | None:
        """None: silence is what it is for."""
        return None

    def wait_for_room(self) -> bool:
        """Sleep until at most `LEAD_S` is ahead of the clock; False when that takes longer than `PATIENCE_S`."""
        excess = self._played_out_at - self._clock() - LEAD_S
        if excess > 0:
            self._sleep(min(excess, PATIENCE_S))
        return excess <= PATIENCE_S

    def write(self, chunk: AudioChunk) -> float:
        """Let the sound's time pass. Returns when its first sample is due."""
        due = max(self._clock(), self._played_out_at)
        self._played_out_at = due + chunk.duration_s
        return due

    def idle(self) -> None:
        """Do nothing: it cannot run dry."""

    def stop(self) -> float:
        """Forget what is ahead of the clock."""
        now = self._clock()
        dropped = max(0.0, self._played_out_at - now)
        self._played_out_at = now
        return dropped

    def close(self) -> None:
        """Do nothing: it holds nothing."""
