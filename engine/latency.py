"""Rolling latency of every stage: the last value, p50 and p95 over the last sentences."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from itertools import islice
from math import ceil

from engine.events import StageStats

STAGES = (
    "capture_ms",
    "segment_ms",
    "confirm_ms",
    "translate_first_ms",
    "translate_ms",
    "synth_first_ms",
    "queue_ms",
    "first_sound_ms",
)
WINDOW = 200
"""How many sentences the percentiles look back on."""
RECENT = 20
"""How many single values are told: what a sparkline draws."""


class LatencyBoard:
    """Takes one stage's milliseconds at a time and answers with statistics."""

    def __init__(self, window: int = WINDOW) -> None:
        self._values: dict[str, deque[float]] = {stage: deque(maxlen=window) for stage in STAGES}
        self._stats: dict[str, StageStats] = {}
        """of the stages that nothing was added to since"""

    def record(self, stage: str, value_ms: float | None) -> None:
        """Add a measurement; None (the step did not happen) is ignored. Raises KeyError on an unknown stage."""
        if value_ms is not None:
            self._values[stage].append(value_ms)
            self._stats.pop(stage, None)

    def values(self, stage: str) -> list[float]:
        """The measurements of a stage, oldest first, ms."""
        return list(self._values[stage])

    def snapshot(self) -> dict[str, StageStats]:
        """Statistics of the stages that have been measured. Only what changed since the last time is computed."""
        for stage, values in self._values.items():
            if values and stage not in self._stats:
                self._stats[stage] = _stats(values)
        return {stage: self._stats[stage] for stage in STAGES if stage in self._stats}


def _stats(values: Sequence[float]) -> StageStats:
    recent = tuple(islice(values, max(0, len(values) - RECENT), None))
    return StageStats(values[-1], percentile(values, 50), percentile(values, 95), len(values), recent)


def percentile(values: Iterable[float], percent: float) -> float:
    """Return the nearest-rank percentile. Raises ValueError when there are no values."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]
