"""How much processor time a process and its children have used."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

NANOSECONDS = 1e9


def cpu_seconds(pid: int) -> float:
    """Seconds that the threads of `pid` have run. Threads that have ended may be missing; 0.0 for no such process."""
    tasks = Path(f"/proc/{pid}/task")
    if not tasks.parent.exists():
        return _ps_seconds(pid)
    total = 0
    for task in tasks.glob("*/schedstat"):
        with suppress(OSError, ValueError):
            total += int(task.read_text().split()[0])
    return total / NANOSECONDS


def descendants(pid: int) -> dict[int, str]:
    """The processes below `pid`: their command lines by process id."""
    children: dict[int, list[int]] = {}
    commands: dict[int, str] = {}
    listing = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,command="], capture_output=True, text=True, check=True
    )
    for line in listing.stdout.splitlines():
        own, parent, command = [*line.split(None, 2), ""][:3]
        children.setdefault(int(parent), []).append(int(own))
        commands[int(own)] = command
    found: dict[int, str] = {}
    waiting = list(children.get(pid, []))
    while waiting:
        child = waiting.pop()
        found[child] = commands[child]
        waiting += children.get(child, [])
    return found


def _ps_seconds(pid: int) -> float:
    listing = subprocess.run(["ps", "-o", "cputime=", "-p", str(pid)], capture_output=True, text=True, check=False)
    seconds = 0.0
    for part in listing.stdout.strip().replace("-", ":").split(":"):
        seconds = seconds * 60 + float(part or 0)
    return seconds
