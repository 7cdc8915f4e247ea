"""Whether a source was heard at all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.source import SourceEvent, SourceStatus

TIMEOUT_S = 3.0


class Handshake:
    """Tells once that a source is heard, or that it should have been. Runs on the loop that `expect` is called on."""

    def __init__(self, source: str, missing: str, on_event: Callable[[SourceEvent], None]) -> None:
        """`missing` says, for a person, why the source may not be heard."""
        self._source = source
        self._missing = missing
        self._on_event = on_event
        self._timer: asyncio.TimerHandle | None = None
        self.is_made = False
        """True once the source was heard."""

    def expect(self, timeout_s: float) -> None:
        """Tell that the source is missing if nothing is heard within `timeout_s`."""
        if not self.is_made and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(timeout_s, self._miss)

    def make(self) -> None:
        """The source was heard."""
        if not self.is_made:
            self.is_made = True
            self.cancel()
            self._on_event(SourceStatus(self._source, True))

    def cancel(self) -> None:
        """Expect nothing any more; safe to call twice."""
        timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()

    def _miss(self) -> None:
        self._timer = None
        self._on_event(SourceStatus(self._source, False, self._missing))
