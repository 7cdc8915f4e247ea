"""Many values a second, of which only some are acted on, and the last one always."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Throttle(Generic[Value]):
    """Calls `act` at once, then at most once in `interval_s` with the newest value. Use it on the event loop."""

    def __init__(self, act: Callable[[Value], None], interval_s: float) -> None:
        self._act = act
        self._interval_s = interval_s
        self._handle: asyncio.TimerHandle | None = None
        self._waiting: list[Value] = []

    def give(self, value: Value) -> None:
        """Act on `value` now, or soon unless a newer one comes."""
        if self._handle is not None:
            self._waiting = [value]
            return
        self._handle = asyncio.get_running_loop().call_later(self._interval_s, self._go_on)
        self._act(value)

    def finish(self) -> None:
        """Act now on what still waits: nothing more comes."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        waiting, self._waiting = self._waiting, []
        for value in waiting:
            self._act(value)

    def _go_on(self) -> None:
        self._handle = None
        waiting, self._waiting = self._waiting, []
        for value in waiting:
            self.give(value)
