"""Many sentences in one run: is each heard once, in order, and does the memory stay the same?"""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.commands.bench.hearing import Ear, FastSink
from engine.commands.bench.marked_run import Ends, marked_engine, say, wait_until
from engine.commands.bench.stand_ins import MARKS, mark

SENTENCE_S = 0.5
"""Long enough that the sound kept for replays reaches its limit (5 minutes) within a third of 2,000 sentences."""
MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class Many:
    """What became of them."""

    sentences: int
    lost: int
    doubled: int
    is_in_order: bool
    rss_start_mb: float
    """after the first tenth: by then everything is loaded"""
    rss_half_mb: float
    rss_end_mb: float


def measure(count: int) -> Many:
    """Say `count` sentences as fast as they go. Raises BenchError when they do not come to an end."""
    ear, ends = Ear(), Ends()
    rss: list[float] = []
    with marked_engine(FastSink(ear), SENTENCE_S, 10, ends.take) as engine:
        for number in range(count):
            if number in (count // 10, count // 2):
                rss.append(rss_mb())
            wait_until(lambda number=number: number - ends.live < MOST_WAITING, "room")  # type: ignore[misc]
            say(engine, number)
        engine.drain()
        rss.append(rss_mb())
    return judge(ear, count, rss)


def judge(ear: Ear, count: int, rss: Sequence[float]) -> Many:
    """Compare what was heard with sentences 0 to `count` - 1."""
    wanted = [number % MARKS for number in range(count)]
    heard = [mark(span.value) for span in ear.spans if span.value != 0.0]
    missing, surplus = Counter(wanted) - Counter(heard), Counter(heard) - Counter(wanted)
    return Many(count, missing.total(), surplus.total(), heard == wanted, rss[0], rss[len(rss) // 2], rss[-1])


def rss_mb() -> float:
    """Memory of this process now, MB."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    shown = subprocess.run(["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=False)
    return int(shown.stdout or 0) * 1024 / 1e6
