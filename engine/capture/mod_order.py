"""Puts the mod's numbered events in order, once each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SOURCE = "mod"
ModEvent = Mapping[str, Any]
MOST_WAITING = 1024
"""Events held back behind a gap; more than this and the gap is given up at once."""
MOST_RUNS = 16
"""Loads of the mod that are remembered."""


@dataclass(slots=True)
class _Run:
    """One load of the mod, which counts from 0."""

    next_seq: int = 0
    waiting: dict[int, ModEvent] = field(default_factory=dict)


@dataclass(slots=True)
class EventOrder:
    """Holds events that came too early until the missing ones are there, or until `give_up` says not to wait."""

    lost: int = 0
    """Numbers that never came."""
    duplicates: int = 0
    _runs: dict[str, _Run] = field(default_factory=dict)

    @property
    def is_waiting(self) -> bool:
        """True while events are held back behind a gap."""
        return any(run.waiting for run in self._runs.values())

    def push(self, event: ModEvent) -> list[ModEvent]:
        """Take an event; return those whose turn it is, in order. An event without a number is passed on at once."""
        seq = event.get("seq")
        if not isinstance(seq, int):
            return [event]
        run = self._run(str(event.get("run", "")))
        if seq < run.next_seq or seq in run.waiting:
            self.duplicates += 1
            return []
        run.waiting[seq] = event
        ready = self._ready(run)
        while len(run.waiting) > MOST_WAITING:
            ready += self._skip_gap(run)
        return ready

    def give_up(self) -> list[ModEvent]:
        """Stop waiting for what is missing; return everything held back, in order."""
        given = []
        for run in self._runs.values():
            while run.waiting:
                given += self._skip_gap(run)
        return given

    def _run(self, name: str) -> _Run:
        if name not in self._runs and len(self._runs) >= MOST_RUNS:
            del self._runs[next(iter(self._runs))]
        return self._runs.setdefault(name, _Run())

    def _skip_gap(self, run: _Run) -> list[ModEvent]:
        first = min(run.waiting)
        self.lost += first - run.next_seq
        run.next_seq = first
        return self._ready(run)

    def _ready(self, run: _Run) -> list[ModEvent]:
        ready = []
        while (event := run.waiting.pop(run.next_seq, None)) is not None:
            ready.append(event)
            run.next_seq += 1
        return ready
