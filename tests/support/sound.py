"""Sound made up for tests, and what a player said about it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.audio.player import Dropped, Finished, Player, PlayerEvent
from engine.protocols import AudioChunk

PATIENCE_S = 20.0


class Listener:
    """Keeps a player's events and waits for them."""

    def __init__(self) -> None:
        self.events: list[PlayerEvent] = []
        self._changed = threading.Condition()

    def __call__(self, event: PlayerEvent) -> None:
        """Take an event."""
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition`, looked at after each event, is true."""
        with self._changed:
            if not self._changed.wait_for(condition, PATIENCE_S):
                raise AssertionError(f"it did not come to that: {self.events}")

    def wait_for_finals(self, count: int) -> None:
        """Wait for so many utterances to be over."""
        self.wait_for(lambda: len(self.finals) >= count)

    @property
    def finals(self) -> list[Finished | Dropped]:
        """The final events so far."""
        return [event for event in self.events if isinstance(event, Finished | Dropped)]

    @property
    def finished(self) -> list[int]:
        """The utterances that were played to their end, in that order."""
        return [event.utterance for event in self.events if isinstance(event, Finished)]


def noise(seconds: float, rate: int = 48_000, seed: int = 1) -> AudioChunk:
    """Samples that are all different and all louder than -40 dBFS."""
    rng = np.random.default_rng(seed)
    return AudioChunk(rng.uniform(0.1, 0.9, round(seconds * rate)).astype(np.float32), rate)


def level(seconds: float, value: float = 0.5, rate: int = 48_000) -> AudioChunk:
    """One value all along: what is left of it shows the gain."""
    return AudioChunk(np.full(round(seconds * rate), value, dtype=np.float32), rate)


def tone(seconds: float, rate: int = 48_000, hertz: float = 440.0) -> AudioChunk:
    """A sine at half of full scale."""
    t = np.arange(round(seconds * rate)) / rate
    return AudioChunk((0.5 * np.sin(2 * np.pi * hertz * t)).astype(np.float32), rate)


def about(value: float | list[float], *, abs: float | None = None) -> Any:
    """`pytest.approx`, that may stand for a float in an event."""
    return pytest.approx(value, abs=abs)


def say(player: Player, utterance: int, *chunks: AudioChunk, first: bool = False) -> None:
    """Begin, write and end an utterance."""
    player.begin(utterance, first=first)
    for chunk in chunks:
        player.write(utterance, chunk)
    player.end(utterance)
