"""Turns the mod's events into what the pipeline reads."""

from __future__ import annotations

from engine.capture import mod_events as mod
from engine.capture.loop_decoder import LoopDecoder, ToMonotonic, wall_clock_to_monotonic
from engine.capture.mod_order import ModEvent
from engine.capture.subagents import Subagents
from engine.source import SourceEvent, SourceStatus, TurnEnd, TurnStart

SOURCE = "mod"


class ModDecoder:
    """Events in, in order; source events out.

    Subagents are left out unless asked for; then their blocks come whole, between those of the main loop.
    `to_monotonic` maps seconds of the mod's wall clock to seconds of `time.monotonic()`.
    """

    def __init__(self, *, include_subagents: bool = False, to_monotonic: ToMonotonic = wall_clock_to_monotonic) -> None:
        self._main = LoopDecoder(to_monotonic)
        self._subagents = Subagents(to_monotonic) if include_subagents else None
        self._turn: str | None = None
        self.ignored = 0
        """Events that were not understood."""

    def decode(self, raw: ModEvent, received_at: float) -> list[SourceEvent]:
        """What one event means; `received_at` is seconds of `time.monotonic()`."""
        event = mod.parse(raw)
        if event is None:
            self.ignored += 1
            return []
        if not isinstance(event, mod.LoopEvent):
            return [SourceStatus(SOURCE, True)]
        if event.agent_id is None:
            return self._main_loop(event, received_at)
        if self._subagents is not None:
            self._subagents.take(event.agent_id, event, received_at)
        return self._release()

    def _main_loop(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        if isinstance(event, mod.TurnComplete):
            return self._end_turn(received_at, aborted=event.reason == "aborted")
        events = self._begin_turn(event, received_at)
        if isinstance(event, mod.StepEvent) and event.turn_id == self._turn:
            events += self._main.decode(event, received_at)
        return events + self._release()

    def _begin_turn(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        """A turn begins with its start event, or with its first text if that one was lost."""
        if event.turn_id == self._turn or not isinstance(event, mod.TurnStart | mod.Text | mod.Thinking):
            return []
        events = self._end_turn(received_at, aborted=False)
        self._turn = event.turn_id
        prompt = event.prompt if isinstance(event, mod.TurnStart) else ""
        return [*events, TurnStart(event.turn_id, received_at, prompt)]

    def _end_turn(self, received_at: float, *, aborted: bool) -> list[SourceEvent]:
        if self._turn is None:
            return []
        turn, self._turn = self._turn, None
        events = self._main.end_block(received_at) + self._release()
        return [*events, TurnEnd(turn, received_at, aborted)]

    def _release(self) -> list[SourceEvent]:
        """What subagents have said, as soon as no block of the main loop is open."""
        if self._subagents is None or self._main.is_open:
            return []
        return self._subagents.release()
