"""A recorded session of Claude Code, to be played where there is no account and no network.

It was recorded from the real CLI with an answer written for it, by `tests/tools/record_demo.py`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import groupby
from typing import Any

from engine.capture.mod_decoder import ModDecoder
from engine.source import SourceEvent

ModEvent = Mapping[str, Any]
OnBytes = Callable[[bytes], None]
OnModEvents = Callable[[Sequence[ModEvent]], None]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at `t` seconds: bytes come out of the terminal, or the mod sends an event."""

    t: float
    data: bytes | None = None
    mod_event: ModEvent | None = None


@dataclass(frozen=True, slots=True)
class DemoSession:
    """The recording, for a terminal of `cols` by `rows` cells."""

    cols: int
    rows: int
    prompt: str
    steps: tuple[Step, ...]

    @property
    def duration_s(self) -> float:
        """How long it plays."""
        return self.steps[-1].t

    @property
    def markdown(self) -> str:
        """Claude's answer, as it was written."""
        events = [step.mod_event for step in self.steps if step.mod_event is not None]
        return "".join(event["text"] for event in events if event["ev"] == "text")


def load() -> DemoSession:
    """Read the recording from the package."""
    folder = resources.files(__package__)
    raw = (folder / "tty.raw").read_bytes()
    head, *lines = (folder / "session.jsonl").read_text(encoding="utf-8").splitlines()
    offset = 0
    steps = []
    for line in map(json.loads, lines):
        length = line.get("bytes", 0)
        data = raw[offset : offset + length] if length else None
        steps.append(Step(line["t"], data, line.get("mod")))
        offset += length
    header = json.loads(head)
    return DemoSession(header["cols"], header["rows"], header["prompt"], tuple(steps))


async def play(
    session: DemoSession,
    on_bytes: OnBytes,
    on_mod_events: OnModEvents,
    *,
    speed: float = 1.0,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Play the recording with its own timing, `speed` times as fast (0: no waiting); cancel it to stop.

    Events carry the time at which they are played (`t`, milliseconds of the wall clock), as the mod's own do, so that
    delays are measured from there.
    """
    started_at = clock()
    for t, steps in groupby(session.steps, key=lambda step: step.t):
        # Measured against the start, so that late steps are caught up with.
        await sleep(max(0.0, started_at + t / speed - clock()) if speed else 0.0)
        together = list(steps)
        data = b"".join(step.data for step in together if step.data is not None)
        if data:
            on_bytes(data)
        now_ms = time.time() * 1000
        events = [{**step.mod_event, "t": now_ms} for step in together if step.mod_event is not None]
        if events:
            on_mod_events(events)


async def play_through(
    session: DemoSession, on_bytes: OnBytes, feed: Callable[[SourceEvent], None], *, speed: float = 1.0
) -> None:
    """Play as `play` does, with the mod's events decoded on the way, as a capture source would feed them."""
    decoder = ModDecoder()

    def take(events: Sequence[ModEvent]) -> None:
        received_at = time.monotonic()
        for event in events:
            for decoded in decoder.decode(event, received_at):
                feed(decoded)

    await play(session, on_bytes, take, speed=speed)
