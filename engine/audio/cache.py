"""Sound already made, so that a replay or a stock phrase costs no synthesis. Bounded, least recently used first out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from engine.protocols import AudioChunk

CacheKey = tuple[str, float, str]
"""voice id, rate, text"""

DEFAULT_LIMIT_S = 300.0


class AudioCache:
    """Keeps at most `limit_s` seconds of sound in memory. Not thread-safe."""

    def __init__(self, limit_s: float = DEFAULT_LIMIT_S) -> None:
        self._limit_s = limit_s
        self._entries: OrderedDict[CacheKey, tuple[AudioChunk, ...]] = OrderedDict()
        self._held_s = 0.0

    def get(self, key: CacheKey) -> tuple[AudioChunk, ...] | None:
        """Return the chunks of a key, or None."""
        if key in self._entries:
            self._entries.move_to_end(key)
        return self._entries.get(key)

    def put(self, key: CacheKey, chunks: Sequence[AudioChunk]) -> None:
        """Keep the chunks of a key; silence and what is longer than the whole cache are not kept."""
        length_s = _length_s(chunks)
        if not 0 < length_s <= self._limit_s:
            return
        self._forget(key)
        self._entries[key] = tuple(chunks)
        self._held_s += length_s
        while self._held_s > self._limit_s:
            self._forget(next(iter(self._entries)))

    def _forget(self, key: CacheKey) -> None:
        if key in self._entries:
            self._held_s -= _length_s(self._entries.pop(key))


def _length_s(chunks: Sequence[AudioChunk]) -> float:
    return sum(chunk.duration_s for chunk in chunks)
