"""What the app and its workers take of the machine's memory: looked at now and then, never while nothing happens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from engine.events import Usage

PROC = Path("/proc")
EVERY_S = 1.0
EVERY_PS_S = 5.0
"""Where there is no /proc a program has to be started to know: more seldom."""
MB = 1_000_000

Resident = Callable[[Iterable[int]], dict[int, int]]


class UsageMeter:
    """`now` is what was seen last. Used on the engine's loop only."""

    def __init__(self, resident: Resident | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """`resident` gives bytes by process id; None takes /proc, or `ps` where there is none."""
        self.now = Usage()
        has_proc = PROC.joinpath("self", "statm").exists()
        self._resident = resident or (resident_by_proc if has_proc else resident_by_ps)
        self._every_s = EVERY_S if resident or has_proc else EVERY_PS_S
        self._clock = clock
        self._seen: object = None
        self._looked_at = float("-inf")

    async def look(self, workers: Mapping[str, int | None], gpu_bytes: int | None, happened: int) -> None:
        """Measure the app and the `workers` ("translator", "speech": process ids).

        Nothing is done when `happened`, a count of what the engine did, and the processes are as they were, nor when
        the last look was just now.
        """
        seen = (happened, gpu_bytes, *workers.items())
        now = self._clock()
        if seen == self._seen or now - self._looked_at < self._every_s:
            return
        self._seen, self._looked_at = seen, now
        pids = {"app": os.getpid(), **{name: pid for name, pid in workers.items() if pid is not None}}
        resident = await asyncio.to_thread(self._resident, pids.values())
        taken = {name: round(resident[pid] / MB) for name, pid in pids.items() if pid in resident}
        gpu_mb = None if gpu_bytes is None else round(gpu_bytes / MB)
        self.now = Usage(taken.get("app"), taken.get("translator"), taken.get("speech"), gpu_mb)


def resident_by_proc(pids: Iterable[int]) -> dict[int, int]:
    """Bytes of resident memory by process id; without those that are gone."""
    page = os.sysconf("SC_PAGE_SIZE")
    found: dict[int, int] = {}
    for pid in pids:
        try:
            found[pid] = int(PROC.joinpath(str(pid), "statm").read_text().split()[1]) * page
        except (OSError, ValueError, IndexError):
            continue
    return found


def resident_by_ps(pids: Iterable[int]) -> dict[int, int]:
    """As `resident_by_proc`, from `ps`: for macOS."""
    wanted = ",".join(map(str, pids))
    try:
        listing = subprocess.run(
            ["ps", "-o", "pid=,rss=", "-p", wanted], capture_output=True, text=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    rows = (line.split() for line in listing.stdout.splitlines())
    return {int(row[0]): int(row[1]) * 1024 for row in rows if len(row) == 2 and "".join(row).isdigit()}
