from __future__ import annotations

import numpy as np

from engine.audio.cache import AudioCache
from engine.protocols import AudioChunk


def sound(seconds: float) -> list[AudioChunk]:
    return [AudioChunk(np.zeros(round(seconds * 100), dtype=np.float32), 100)]


def test_what_was_made_is_found_again_and_only_by_its_whole_key() -> None:
    cache = AudioCache()
    made = sound(1)
    cache.put(("mei", 1.0, "はい。"), made)
    assert cache.get(("mei", 1.0, "はい。")) == tuple(made)
    assert cache.get(("mei", 1.1, "はい。")) is None


def test_the_least_recently_used_goes_first_and_the_bound_holds() -> None:
    cache = AudioCache(limit_s=3.0)
    for text in ("a", "b", "c"):
        cache.put(("mei", 1.0, text), sound(1))
    cache.get(("mei", 1.0, "a"))
    cache.put(("mei", 1.0, "d"), sound(1))
    assert [cache.get(("mei", 1.0, text)) is not None for text in "abcd"] == [True, False, True, True]


def test_silence_and_what_is_longer_than_the_cache_are_not_kept() -> None:
    cache = AudioCache(limit_s=3.0)
    cache.put(("mei", 1.0, "long"), sound(4))
    cache.put(("mei", 1.0, "nothing"), [])
    assert cache.get(("mei", 1.0, "long")) is None
    assert cache.get(("mei", 1.0, "nothing")) is None


def test_the_same_key_again_counts_once() -> None:
    cache = AudioCache(limit_s=2.0)
    for _ in range(5):
        cache.put(("mei", 1.0, "a"), sound(1))
    cache.put(("mei", 1.0, "b"), sound(1))
    assert cache.get(("mei", 1.0, "a")) is not None
