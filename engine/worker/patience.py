"""How long to wait for an answer that comes in pieces."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for the first item, for each that follows, and for all of them together."""

    first_s: float = 30.0
    next_s: float = 30.0
    total_s: float = 600.0


class Watch:
    """Runs from the moment it is made; says how long the next item may take."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._end = time.monotonic() + patience.total_s
        self._limit_s = patience.first_s

    def left_s(self) -> float:
        """Seconds from now in which the next item has to come; 0 when time is up."""
        return max(0.0, min(self._limit_s, self._end - time.monotonic()))

    def tick(self) -> None:
        """An item came."""
        self._limit_s = self._patience.next_s


async def next_in_time(items: AsyncIterator[T], watch: Watch) -> T | None:
    """Return the next item, None at the end. Raises TimeoutError, after which `items` must be closed."""
    # No task per item (wait_for): the generator's own clean-up has to run in the task that uses it.
    async with asyncio.timeout(watch.left_s()):
        item = await anext(items, None)
    watch.tick()
    return item
