"""The measurements. Each runs the app in a window, and the same thing without the app where there is such a thing."""

from __future__ import annotations

import json
import os
import random
import shlex
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tui.bench import programs
from tui.bench.cpu import cpu_seconds, descendants
from tui.bench.window import BenchError, Window

ECHO_PAUSE_S = (0.03, 0.06)
"""Between two keys; not a multiple of a frame, so that keys fall anywhere in it."""
STARTS_BUDGET_S, LEAST_STARTS = 10.0, 3
"""A busy machine gets fewer starts, so that the whole stays under a minute."""
READY_TIMEOUT_S = 10.0
FLOOD_TIMEOUT_S = 30.0
FLOOD_LOOK_S = 0.005
SETTLE_S = 1.0
LEADER = b"\x1d"
HINT_MARK = " and then "


@dataclass(slots=True)
class Samples:
    """What was measured, in the unit that each name ends in; with the app, and without it."""

    echo_ms: list[float] = field(default_factory=list)
    bare_echo_ms: list[float] = field(default_factory=list)
    flood_s: list[float] = field(default_factory=list)
    emulator_flood_s: list[float] = field(default_factory=list)
    flooded_key_ms: list[float] = field(default_factory=list)
    """our own key during the flood, until what it shows is on the screen"""
    idle_app_percent: float = 0.0
    idle_workers_percent: float = 0.0
    first_paint_ms: list[float] = field(default_factory=list)
    first_byte_ms: list[float] = field(default_factory=list)
    """the program's first byte, from the start of the app"""
    bare_first_byte_ms: list[float] = field(default_factory=list)
    first_output_ms: list[float] = field(default_factory=list)
    """until that byte is on the screen"""
    flood_bytes: int = 0
    idle_s: float = 0.0
    models: str = ""
    """what the engine had loaded while it idled"""


@dataclass(frozen=True, slots=True)
class Plan:
    """How often, and how much."""

    starts: int = 7
    keys: int = 60
    floods: int = 9
    flood_bytes: int = 20_000_000
    idle_s: float = 10.0


def app_command(child: Sequence[str], events: Path) -> list[str]:
    """The companion around `child`, writing the engine's events to a file."""
    # As the installed script does; `-m` would bring in modules of its own.
    script = "import sys; from tui.cli import main; sys.exit(main())"
    return [sys.executable, "-c", script, "--events", str(events), "--sink", "null", "--command", shlex.join(child)]


def measure(plan: Plan, folder: Path) -> Samples:
    """Run everything once; `folder` is for files of our own. Raises BenchError."""
    samples, env = Samples(), outer_environment(os.environ)
    # As after an installation: bytecode is written, and the program's version is known.
    _measure_start(Samples(), env, folder)
    starts_until = time.monotonic() + STARTS_BUDGET_S
    for number in range(plan.starts):
        if number < LEAST_STARTS or time.monotonic() < starts_until:
            _measure_start(samples, env, folder)
    flood = folder / "flood.txt"
    samples.flood_bytes = programs.write_flood(flood, plan.flood_bytes)
    pane = programs.pane(flood)
    with Window(pane, env) as window:
        _await_pane(window)
        samples.bare_echo_ms += _echo(window, plan.keys)
        samples.emulator_flood_s += [_bare_flood(window) for _ in range(plan.floods)]
    events = folder / "events.jsonl"
    with Window(app_command(pane, events), env) as window:
        _await_pane(window)
        samples.models = _await_models(window, events)
        _idle(window, samples, plan.idle_s)
        samples.echo_ms += _echo(window, plan.keys)
        samples.flood_s += [_flood(window) for _ in range(plan.floods)]
        samples.flooded_key_ms += _keys_during_flood(window)
    return samples


def outer_environment(env: Mapping[str, str]) -> dict[str, str]:
    """The environment of a plain window, whatever the one around us says."""
    # Without bytecode each start would compile every module that was changed since it was installed.
    strange = ("CLAUDE", "ANTHROPIC", "TMUX", "TEXTUAL", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in env.items() if not name.startswith(strange)}
    return kept | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def is_whole_frame(rows: Sequence[str]) -> bool:
    """Whether the screen has its panes and its last line: what stays of the app when nothing happens."""
    return bool(rows[-1].strip()) and any("English → 日本語" in row or "│" in row for row in rows)


def _measure_start(samples: Samples, env: Mapping[str, str], folder: Path) -> None:
    stamp = folder / "stamp"
    program = folder / "claude"
    if not program.exists():
        programs.write_claude(program, stamp)
    with Window([str(program)], env) as window:
        _await_pane(window)
        samples.bare_first_byte_ms.append(_since(window.started_at, _stamped(stamp)))
    stamp.unlink()
    with Window(app_command([str(program)], folder / "start.jsonl"), env) as window:
        samples.first_paint_ms.append(_since(window.started_at, window.wait_until(is_whole_frame, "the first frame")))
        samples.first_output_ms.append(_since(window.started_at, _await_pane(window)))
        samples.first_byte_ms.append(_since(window.started_at, _stamped(stamp)))
    stamp.unlink()


def _await_pane(window: Window) -> float:
    return window.wait_until(lambda rows: any(programs.READY in row for row in rows), "the program's first words")


def _await_models(window: Window, events: Path) -> str:
    """Let translator and voice load, for a while; say what came of it."""
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline:
        window.rest(0.1)
        for line in events.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["event"] == "ready":
                window.rest(SETTLE_S)
                return f"{event['translator']} and {event['voice']} loaded"
    return "models still loading"


def _idle(window: Window, samples: Samples, seconds: float) -> None:
    workers = [pid for pid, command in descendants(window.pid).items() if programs.READY not in command]
    began_at, app, work = time.monotonic(), cpu_seconds(window.pid), sum(map(cpu_seconds, workers))
    window.rest(seconds)
    took_s = time.monotonic() - began_at
    samples.idle_app_percent = (cpu_seconds(window.pid) - app) / took_s * 100
    samples.idle_workers_percent = (sum(map(cpu_seconds, workers)) - work) / took_s * 100
    samples.idle_s = took_s


def _echo(window: Window, keys: int) -> list[float]:
    """Milliseconds from each key until its cell is drawn."""
    pauses, delays = random.Random(1), []
    for number in range(keys):
        key = programs.ECHO_KEYS[number % len(programs.ECHO_KEYS)]
        window.rest(pauses.uniform(*ECHO_PAUSE_S))
        pressed_at = window.press(key.encode())
        delays.append(_since(pressed_at, window.wait_until(partial(_shows_key, key), f"the key {key}")))
    return delays


def _shows_key(key: str, rows: Sequence[str]) -> bool:
    return rows[0].startswith(key)


def _bare_flood(window: Window) -> float:
    """Seconds from Enter until the emulator alone has taken everything."""
    began_at = window.press(programs.FLOOD_KEY)
    return window.feed_until(programs.FLOOD_END.encode(), FLOOD_TIMEOUT_S) - began_at


def _flood(window: Window) -> float:
    """Seconds from Enter until the last line is on the screen."""
    began_at = _begin_flood(window)
    return window.wait_until(_has_flood_ended, "the flood's end", FLOOD_TIMEOUT_S, FLOOD_LOOK_S) - began_at


def _keys_during_flood(window: Window) -> list[float]:
    """Milliseconds from each of our own keys until what it shows is seen, while everything pours in."""
    _begin_flood(window)
    delays = []
    while (delay := _press_leader(window)) is not None:
        delays.append(delay)
    return delays


def _begin_flood(window: Window) -> float:
    window.press(b"0")  # Then the end mark of the flood before is gone from the corner.
    window.wait_until(lambda rows: rows[0].startswith("0"), "the pane")
    return window.press(programs.FLOOD_KEY)


def _has_flood_ended(rows: Sequence[str]) -> bool:
    return rows[0].startswith(programs.FLOOD_END)


def _press_leader(window: Window) -> float | None:
    """Show our own keys and hide them again; ms until they are shown, None once the flood is over."""
    pressed_at = window.press(LEADER)
    shown_at = window.wait_until(_shows_hint, "our own keys")
    window.press(LEADER)  # once more: it goes to the program, which does not listen now
    window.wait_until(lambda rows: not _shows_hint(rows), "our own keys gone")
    return None if _has_flood_ended(window.emulator.text()) else _since(pressed_at, shown_at)


def _shows_hint(rows: Sequence[str]) -> bool:
    return any(HINT_MARK in row for row in rows)


def _stamped(stamp: Path) -> float:
    text = stamp.read_text()
    if not text:
        raise BenchError("the program wrote no time")
    return float(text)


def _since(start: float, end: float) -> float:
    return (end - start) * 1000
