"""What a source says, for tests that wait for it."""

from __future__ import annotations

import asyncio

from engine.source import SourceEvent


class Collected:
    """`take` is for the source; use it on the loop that the source runs on."""

    def __init__(self) -> None:
        self.events: list[SourceEvent] = []
        self._changed = asyncio.Event()

    def take(self, event: SourceEvent) -> None:
        """Keep an event."""
        self.events.append(event)
        self._changed.set()

    async def until(self, count: int) -> None:
        """Return when so many events have come."""
        while len(self.events) < count:
            self._changed.clear()
            await self._changed.wait()
