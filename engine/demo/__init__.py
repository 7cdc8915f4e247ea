"""A recorded session of Claude Code, for where there is no account and no network; `engine.recording` plays it.

It was recorded from the real CLI with an answer written for it, by `tests/tools/record_demo.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

ModEvent = Mapping[str, Any]


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
