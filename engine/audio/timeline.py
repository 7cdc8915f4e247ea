"""Where in all the sound so far a block is: what subtitles go by."""

from __future__ import annotations


class Timeline:
    """In a file, the place in it. On a device, which is silent between, the time since the first sound."""

    def __init__(self, rate: int, *, is_live: bool) -> None:
        self._rate = rate
        self._is_live = is_live
        self._written = 0
        self._began_at: float | None = None

    def book(self, count: int, handed_at: float) -> float:
        """Note a block of `count` samples that was handed over at `handed_at`; return its start, seconds."""
        if self._began_at is None:
            self._began_at = handed_at
        start_s = handed_at - self._began_at if self._is_live else self._written / self._rate
        self._written += count
        return start_s
