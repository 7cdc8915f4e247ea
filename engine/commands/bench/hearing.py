"""What a device is handed, sample by sample, and when: the ear of the measurements."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.audio.portaudio import BLOCK_S, Fill
from engine.protocols import AudioChunk, Samples


@dataclass(slots=True)
class Span:
    """Samples of one value in a row."""

    value: float
    start: int
    """index of its first sample, from the first that the device took"""
    count: int


class Ear:
    """Keeps what was handed over as spans of one value, and when each block was. One thread writes, others read."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._starts: list[tuple[int, float]] = []
        """of each block: its first sample's index, and when it was handed over (`time.monotonic()`)"""
        self._heard = 0

    def take(self, samples: Samples, at: float | None) -> None:
        """Book a block, shape (n,), that was handed over at `at`; None where nobody will ask when."""
        if at is not None:
            self._starts.append((self._heard, at))
        edges = np.flatnonzero(np.diff(samples)) + 1
        for start, end in zip([0, *edges.tolist()], [*edges.tolist(), len(samples)], strict=True):
            value, last = float(samples[start]), self.spans[-1] if self.spans else None
            if last is not None and last.value == value:
                last.count += end - start
            elif end > start:
                self.spans.append(Span(value, self._heard + start, end - start))
        self._heard += len(samples)

    @property
    def is_silent(self) -> bool:
        """Whether the last sample was."""
        return not self.spans or self.spans[-1].value == 0.0

    def first_silence_after(self, moment: float, rate: int) -> float | None:
        """When the first silent sample after `moment` was handed over, place in its block counted; None: not yet."""
        for span in list(self.spans):
            if span.value == 0.0 and self._when(span.start + span.count - 1, rate) >= moment:
                return max(moment, self._when(span.start, rate))
        return None

    def _when(self, index: int, rate: int) -> float:
        start, at = self._starts[bisect_right(self._starts, index, key=lambda block: block[0]) - 1]
        return at + (index - start) / rate


class PacedDevice:
    """Stands for PortAudio: asks for 10 ms of sound every 10 ms, on a thread of its own, and gives it to an ear.

    It has the latency in hand with which it was opened: served later than that, it has run dry.
    """

    def __init__(self, ear: Ear | None) -> None:
        """`ear` None: nobody listens."""
        self._ear = ear
        self.worst_delay_s = 0.0
        """the longest that a call came too late"""

    def start(self, device_name: str, sample_rate: int, fill: Fill, latency_s: float) -> PacedStream:
        """Start asking."""
        return PacedStream(partial(self._run, latency_s), sample_rate, fill)

    def restart(self) -> None:
        """It is always there."""

    def _run(self, latency_s: float, sample_rate: int, fill: Fill, is_active: Callable[[], bool]) -> None:
        block = np.zeros(round(sample_rate * BLOCK_S), np.float32)
        due = time.monotonic()
        while is_active():
            delay = time.monotonic() - due
            if delay < 0:
                time.sleep(-delay)
                delay = 0.0
            self.worst_delay_s = max(self.worst_delay_s, delay)
            # For an ear it never runs dry: the sink would open a second stream, and the ear hear both.
            ran_dry = delay > latency_s and self._ear is None
            at = time.monotonic()
            fill(block, ran_dry)
            if self._ear:
                self._ear.take(block, at)
            due = (at if ran_dry else due) + BLOCK_S


class PacedStream:
    """A running one."""

    def __init__(self, run: Callable[[int, Fill, Callable[[], bool]], None], sample_rate: int, fill: Fill) -> None:
        self.is_active = True
        arguments = (sample_rate, fill, lambda: self.is_active)
        self._thread = threading.Thread(target=run, args=arguments, name="paced-device", daemon=True)
        self._thread.start()

    def close(self, *, play_out: bool) -> None:
        """End it."""
        self.is_active = False
        self._thread.join()


class FastSink:
    """Takes sound as fast as it comes and gives it to an ear: for order and memory, not for time."""

    sample_rate = 48_000
    is_live = False
    underflows = 0
    trouble: str | None = None

    def __init__(self, ear: Ear) -> None:
        self._ear = ear

    def wait_for_room(self) -> bool:
        """Give room always."""
        return True

    def write(self, chunk: AudioChunk) -> float:
        """Take it."""
        self._ear.take(chunk.samples, None)
        return time.monotonic()

    def idle(self) -> None:
        """Nothing follows for now."""

    def stop(self) -> float:
        """Nothing waits here."""
        return 0.0

    def close(self) -> None:
        """Nothing to free."""
