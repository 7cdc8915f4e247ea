"""How fast the translator writes, in characters of its translations."""

from __future__ import annotations

from collections import deque

LOOK_BACK = 20
"""So many sentences count: the pace now, without the jumps of short ones."""


class PaceMeter:
    """Takes one translation at a time. Used on the engine's loop only."""

    def __init__(self) -> None:
        self._done: deque[tuple[int, float]] = deque(maxlen=LOOK_BACK)

    def record(self, characters: int, seconds: float) -> None:
        """Book a translation: how long it is, and the time from the asking to its last character."""
        self._done.append((characters, seconds))

    @property
    def characters_per_s(self) -> float | None:
        """Over the last sentences; None before the first."""
        seconds = sum(seconds for _, seconds in self._done)
        return sum(characters for characters, _ in self._done) / seconds if seconds > 0 else None
