"""What is wanted often: done at once as a rule, and so many times a second where it is wanted all the time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

A_SECOND = 12.0
"""As often as Claude Code itself draws: more of it nobody sees in a text that grows."""
AT_ONCE = 25.0
"""So many may come in a row without waiting."""


class Pace:
    """Calls `act` soon after each `request`, on the event loop; one call answers all the requests before it."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act
        self._allowed, self._counted_at = AT_ONCE, time.monotonic()
        self._handle: asyncio.TimerHandle | None = None

    def request(self) -> None:
        """Act now, or in a moment where it was done all the time lately."""
        if self._handle is not None:
            return
        now = time.monotonic()
        self._allowed = min(self._allowed + (now - self._counted_at) * A_SECOND, AT_ONCE)
        self._counted_at = now
        if self._allowed >= 1.0:
            self._allowed -= 1.0
            self._act()
        else:
            wait_s = (1.0 - self._allowed) / A_SECOND
            self._handle = asyncio.get_running_loop().call_later(wait_s, self._act_later)

    def cancel(self) -> None:
        """Forget what was asked for."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _act_later(self) -> None:
        self._handle = None
        self._allowed, self._counted_at = 0.0, time.monotonic()
        self._act()
