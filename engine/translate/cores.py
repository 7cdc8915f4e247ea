"""How many threads to use."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

_MOST = 8
"""Small models are bound by memory: more threads than this make them slower."""


def physical_cores() -> int:
    """Real cores this process may use; on Apple silicon the fast ones. At least 1."""
    if platform.system() == "Darwin":
        return _fast_cores_of_macos() or os.cpu_count() or 1
    return len(_sibling_groups(sorted(os.sched_getaffinity(0)))) or 1


def choose_threads(asked: int, cores: int) -> int:
    """`asked`, or for 0 all cores but one, which the voice and the screen need; both where there are only two."""
    if asked > 0:
        return asked
    return max(1, min(_MOST, cores if cores <= 2 else cores - 1))


def _sibling_groups(logical: list[int]) -> set[str]:
    return {_siblings(number) for number in logical}


def _siblings(number: int) -> str:
    try:
        return Path(f"/sys/devices/system/cpu/cpu{number}/topology/thread_siblings_list").read_text()
    except OSError:
        return str(number)


def _fast_cores_of_macos() -> int:
    for name in ("hw.perflevel0.physicalcpu", "hw.physicalcpu"):
        try:
            return int(subprocess.check_output(["sysctl", "-n", name], stderr=subprocess.DEVNULL))
        except (OSError, ValueError, subprocess.CalledProcessError):
            continue
    return 0
