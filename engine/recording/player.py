"""Plays steps with their own timing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable

from engine.recording.steps import Step, at
from engine.source import SourceEvent

MOST_PAUSE_S = 3.0
"""Longer ones, in which somebody thought or a tool ran, are cut to this."""


async def play(
    steps: Iterable[Step],
    on_event: Callable[[SourceEvent], None],
    on_tty: Callable[[bytes], None] = lambda _: None,
    *,
    on_size: Callable[[tuple[int, int]], None] = lambda _: None,
    speed: float = 1.0,
    before_event: Callable[[], object] = lambda: None,
) -> None:
    """Play to the end, `speed` times as fast; 0 is as fast as it can be taken. Cancel it to stop.

    `before_event` may block for a moment, to slow a fast play down.
    """
    began, played_s, before = time.monotonic(), 0.0, 0.0
    for step in steps:
        if speed > 0:
            played_s += min(MOST_PAUSE_S, max(0.0, step.t - before)) / speed
            before = max(before, step.t)
            # Measured against the start, so that late steps are caught up with.
            await asyncio.sleep(max(0.0, began + played_s - time.monotonic()))
        if step.size is not None:
            on_size(step.size)
        if step.tty is not None:
            on_tty(step.tty)
        if step.event is not None:
            before_event()
            on_event(at(step.event, time.monotonic()))
