"""Whether a translator or a voice is to be relied on: a circuit that opens on failure and closes again by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.events import Health


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long something that failed is left alone: longer after every failed attempt, up to a limit."""

    first_s: float
    longest_s: float

    def after(self, attempts: int) -> float:
        """Seconds to wait after so many failed attempts, from 1."""
        return min(self.longest_s, self.first_s * 2.0 ** (min(attempts, 30) - 1))


class Circuit:
    """Closed: in use. Open: left alone until `retry_in_s` is 0. Half open: being tried again."""

    def __init__(self, back_off: BackOff, clock: Callable[[], float] = time.monotonic) -> None:
        self.health = Health.CLOSED
        self.reason = ""
        """why it is not closed"""
        self._back_off = back_off
        self._clock = clock
        self._attempts = 0
        self._until = 0.0
        self._closed_at = clock()

    @property
    def is_closed(self) -> bool:
        """True when it may be used."""
        return self.health is Health.CLOSED

    @property
    def retry_in_s(self) -> float:
        """Seconds until it may be tried again."""
        return max(0.0, self._until - self._clock())

    @property
    def is_due(self) -> bool:
        """True when it is open and may be tried again now."""
        return self.health is Health.OPEN and self.retry_in_s == 0.0

    def open(self, reason: str) -> None:
        """It failed: leave it alone for a while; longer when it has hardly worked since it failed last."""
        last_s = self._back_off.after(self._attempts) if self._attempts else 0.0
        has_held = self.is_closed and self._clock() - self._closed_at > last_s
        self._attempts = 1 if has_held else self._attempts + 1
        self.reason = reason
        self.health = Health.OPEN
        self._until = self._clock() + self._back_off.after(self._attempts)

    def try_again(self) -> None:
        """It is being tried again."""
        self.health = Health.HALF_OPEN

    def close(self) -> None:
        """It works."""
        self.health = Health.CLOSED
        self.reason = ""
        self._closed_at = self._clock()
