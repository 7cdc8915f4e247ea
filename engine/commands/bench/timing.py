"""Doing the same thing several times, but not for long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_RUNS = 9
ENOUGH_S = 12.0
"""After so long one run more is only begun where there are not yet two."""
PATIENCE_MS = 10_000.0
"""A first run that took longer counts: the next one would not be much faster, and time is short."""


@dataclass(frozen=True, slots=True)
class Run:
    """One sentence."""

    first_ms: float
    """to the first phrase"""
    whole_ms: float
    pieces: int
    """written; 0 where nobody counts them"""


def repeat(run: Callable[[], Run], clock: Callable[[], float] = time.perf_counter) -> Iterator[Run]:
    """Yield runs; the first one pays for start-up and is left out, unless it took long."""
    begin = clock()
    first = run()
    if first.whole_ms > PATIENCE_MS:
        yield first
        return
    for number in range(MOST_RUNS):
        if number >= 2 and clock() - begin > ENOUGH_S:
            return
        yield run()
