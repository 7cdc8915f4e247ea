"""`bench --screen`: the app in a window, measured while Claude's text streams and the voice speaks."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tui.bench import programs
from tui.bench.cpu import cpu_seconds
from tui.bench.measure import outer_environment
from tui.bench.stand_ins import PAIRS
from tui.bench.streaming import EARLY_ROW, LATE_ROW, ROWS, STREAM
from tui.bench.window import BenchError, Window

WARM_S = 4.0
"""Until text streams, the window is full of it, and the voice speaks."""
KEY_PAUSE_S = (0.05, 0.09)
ROWS_TIMEOUT_S = 60.0


@dataclass(slots=True)
class ScreenSamples:
    """What was measured, in the unit that each name ends in."""

    frame_ms: list[float] = field(default_factory=list)
    """from the beginning of a frame until the terminal has been given it"""
    frame_cpu_ms: list[float] = field(default_factory=list)
    key_ms: list[float] = field(default_factory=list)
    """from a key until its cell is drawn"""
    cpu_percent: float = 0.0
    """of the whole app, engine and voice's threads with it"""
    seconds: float = 0.0
    early_row_ms: list[float] = field(default_factory=list)
    """processor time for one row more, after ten rows"""
    late_row_ms: list[float] = field(default_factory=list)
    """and after ten thousand"""
    width_ms: list[float] = field(default_factory=list)
    """processor time for another width, with ten thousand rows"""


@dataclass(frozen=True, slots=True)
class ScreenPlan:
    """How long, and how many keys."""

    seconds: float = 12.0
    keys: int = 100


def measure(plan: ScreenPlan, folder: Path) -> ScreenSamples:
    """Run everything once; `folder` is for files of our own. Raises BenchError."""
    samples, env = ScreenSamples(), outer_environment(os.environ)
    began, ended = _measure_stream(samples, plan, env, folder / "stream.json")
    for ended_at, wall_ms, cpu_ms in _result(folder / "stream.json")["frames"]:
        if began <= ended_at <= ended:
            samples.frame_ms.append(wall_ms)
            samples.frame_cpu_ms.append(cpu_ms)
    with _window(ROWS, env, folder / "rows.json") as window:
        _await_end(window, folder / "rows.json", ROWS_TIMEOUT_S)
    costs = _result(folder / "rows.json")["costs_ms"]
    samples.early_row_ms, samples.late_row_ms = costs[str(EARLY_ROW)], costs[str(LATE_ROW)]
    samples.width_ms = costs["width"]
    return samples


def _measure_stream(
    samples: ScreenSamples, plan: ScreenPlan, env: Mapping[str, str], file: Path
) -> tuple[float, float]:
    """Watch it stream, then type into it; return the `time.monotonic()` of the watching's beginning and end."""
    with _window(STREAM, env, file) as window:
        window.wait_until(_shows_japanese, "the first Japanese")
        window.rest(WARM_S)
        began, cpu = time.monotonic(), cpu_seconds(window.pid)
        window.rest(plan.seconds)
        ended = time.monotonic()
        samples.seconds = ended - began
        samples.cpu_percent = (cpu_seconds(window.pid) - cpu) / samples.seconds * 100
        samples.key_ms += _type(window, plan.keys)
    return began, ended


def _window(load: str, env: Mapping[str, str], file: Path) -> Window:
    return Window([sys.executable, "-P", "-m", "tui.bench.streaming", load, str(file)], env)


def _shows_japanese(rows: Sequence[str]) -> bool:
    return any(PAIRS[0][1][:4] in row for row in rows)


def _type(window: Window, keys: int) -> list[float]:
    """Milliseconds from each key until its cell is drawn."""
    pauses, delays = random.Random(1), []
    for number in range(keys):
        key = programs.ECHO_KEYS[number % len(programs.ECHO_KEYS)]
        window.rest(pauses.uniform(*KEY_PAUSE_S))
        pressed_at = window.press(key.encode())
        seen_at = window.wait_until(partial(_shows_key, key), f"the key {key}")
        delays.append((seen_at - pressed_at) * 1000)
    return delays


def _shows_key(key: str, rows: Sequence[str]) -> bool:
    return rows[0].startswith(key)


def _await_end(window: Window, file: Path, timeout_s: float) -> None:
    """Take what the program draws until it has ended and written its file."""
    deadline = time.monotonic() + timeout_s
    with suppress(BenchError):  # it ends
        while time.monotonic() < deadline:
            window.rest(0.1)
    if not file.exists():
        raise BenchError(f"the rows were not done within {timeout_s:.0f} s")


def _result(file: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BenchError("the app that was measured did not end as it should") from error
    return found
