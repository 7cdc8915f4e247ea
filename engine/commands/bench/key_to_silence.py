"""From a key to silence, and the gap between two sentences, on a device whose every sample is known."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.audio.device import DeviceSink
from engine.commands.bench.hearing import Ear, PacedDevice
from engine.commands.bench.marked_run import marked_engine, say, wait_until
from engine.commands.bench.stand_ins import SAMPLE_RATE, mark
from engine.pipeline import Engine

TRIES = 20
LONG_S = 4.0
"""A sentence that is still sounding when the key comes."""
SHORT_S = 0.25
SENTENCES = 30


@dataclass(frozen=True, slots=True)
class Silence:
    """Milliseconds from the call of each command to the first silent sample handed to the device."""

    stop_ms: list[float]
    skip_ms: list[float]
    mute_ms: list[float]

    @property
    def all_ms(self) -> list[float]:
        """Of every command."""
        return [*self.stop_ms, *self.skip_ms, *self.mute_ms]


def measure_silence(tries: int = TRIES) -> Silence:
    """Press each key `tries` times in mid-sentence, at random moments. Raises BenchError when silence does not come."""
    ear = Ear()
    numbers = itertools.count(1)
    times: dict[str, list[float]] = {"stop": [], "skip": [], "mute": []}
    sink = DeviceSink(backend=PacedDevice(ear))
    with marked_engine(sink, LONG_S, 100, lambda _: None) as engine:
        for key in [key for key in times for _ in range(tries)]:
            say(engine, next(numbers), begins_turn=True)
            wait_until(lambda: not ear.is_silent, "sound")
            time.sleep(random.uniform(0.05, 0.1))
            times[key].append(_press(engine, key, ear))
            engine.stop()
            wait_until(lambda: engine.waiting == 0 and ear.is_silent, "the end of the sentences")
            engine.set_muted(False)
    return Silence(times["stop"], times["skip"], times["mute"])


def _press(engine: Engine, key: str, ear: Ear) -> float:
    keys: dict[str, Callable[[], None]] = {
        "stop": engine.stop,
        "skip": engine.skip,
        "mute": lambda: engine.set_muted(True),
    }
    pressed_at = time.monotonic()
    keys[key]()
    wait_until(lambda: ear.first_silence_after(pressed_at, SAMPLE_RATE) is not None, f"silence after {key}")
    silent_at = ear.first_silence_after(pressed_at, SAMPLE_RATE)
    assert silent_at is not None, "it was there a moment ago"
    return (silent_at - pressed_at) * 1000


def measure_gaps(gap_ms: int, sentences: int = SENTENCES) -> list[float]:
    """The silence between sentences of which the next was always ready, ms, in the order of the sentences."""
    ear = Ear()
    with marked_engine(DeviceSink(backend=PacedDevice(ear)), SHORT_S, gap_ms, lambda _: None) as engine:
        for number in range(1, sentences + 1):
            say(engine, number)
        engine.drain()
        wait_until(lambda: ear.is_silent, "the end of the sentences")
    return gaps(ear)


def gaps(ear: Ear) -> list[float]:
    """The silent stretches between two sentences, ms."""
    heard = [span for span in ear.spans if span.value != 0.0]
    return [
        (after.start - before.start - before.count) / SAMPLE_RATE * 1000
        for before, after in itertools.pairwise(heard)
        if mark(before.value) != mark(after.value)
    ]
