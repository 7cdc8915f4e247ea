"""Reads the steps of one of Claude's loops, the main one or a subagent's."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.capture import mod_events as mod
from engine.capture.blocks import BlockStream
from engine.capture.reconcile import Missing, find_missing
from engine.capture.shown_tools import prose_of
from engine.source import OldText, Remark, SourceEvent, TextDelta

ToMonotonic = Callable[[float], float]


def wall_clock_to_monotonic(wall_s: float) -> float:
    """Seconds of `time.time()` as seconds of `time.monotonic()`; measured anew each time, as the clock may be set."""
    return wall_s - (time.time() - time.monotonic())


class LoopDecoder:
    """Turns what happens within steps into text and ends of blocks."""

    def __init__(self, to_monotonic: ToMonotonic) -> None:
        self._to_monotonic = to_monotonic
        self._step: tuple[str, int] | None = None
        self._blocks = BlockStream("")
        self._delivered: dict[str, list[str]] = {}
        """What was passed on of the step's visible text, by block."""
        self._is_step_over = False

    @property
    def is_open(self) -> bool:
        """True while a block has text and no end."""
        return self._blocks.is_open

    def decode(self, event: mod.StepEvent, received_at: float) -> list[SourceEvent]:
        """What an event of a step means."""
        events = self._enter(event, received_at)
        match event:
            case mod.StepStart():
                # The same step once more means that its request was sent again.
                self._blocks.restart()
                self._is_step_over = False
            case mod.Edge():
                self._blocks.edge()
            case mod.Tool():
                events += self.end_block(received_at)
            case mod.Text() | mod.Thinking():
                events += self._text(event, received_at)
            case mod.StepEnd():
                events += self._end_step(event, received_at)
        return events

    def late_end(self, event: mod.StepEnd, received_at: float) -> list[SourceEvent]:
        """The end of the last step came after its turn was over: what is missing is shown, and no longer spoken."""
        if (event.turn_id, event.step) != self._step or self._is_step_over:
            return []
        self._is_step_over = True
        missing = self._find_missing(event)
        return [_remark(missing.text, received_at), OldText(missing.text, received_at)] if missing else []

    def end_block(self, received_at: float) -> list[SourceEvent]:
        """End the open block, if there is one."""
        return self._blocks.end(received_at)

    def _enter(self, event: mod.StepEvent, received_at: float) -> list[SourceEvent]:
        step = (event.turn_id, event.step)
        if step == self._step:
            return []
        events = self.end_block(received_at)
        self._step = step
        self._blocks = BlockStream(f"{event.turn_id}/{event.step}")
        self._delivered = {}
        self._is_step_over = False
        return events

    def _text(self, event: mod.Text | mod.Thinking, received_at: float) -> list[SourceEvent]:
        kind = "text" if isinstance(event, mod.Text) else "thinking"
        events = self._blocks.text(event.index, kind, event.text, received_at, self._sent_at(event, received_at))
        if kind == "text":
            for passed in events:
                if isinstance(passed, TextDelta):
                    self._delivered.setdefault(passed.block, []).append(passed.text)
        return events

    def _end_step(self, event: mod.StepEnd, received_at: float) -> list[SourceEvent]:
        if self._is_step_over:
            return []
        self._is_step_over = True
        events: list[SourceEvent] = []
        if event.answer and not self._blocks.has_text:
            # The CLI can fall back to a request that does not stream; then the result is all there is.
            events = self._blocks.text(0, "text", event.answer, received_at, self._sent_at(event, received_at))
        elif missing := self._find_missing(event):
            events = [_remark(missing.text, received_at)]
            events += self._blocks.add(missing.text, received_at, continues=missing.continues)
        for prose in prose_of(event.shown):
            events += self._blocks.add(prose, received_at, continues=False)
        return events + self.end_block(received_at)

    def _find_missing(self, event: mod.StepEnd) -> Missing | None:
        return find_missing(event.answer, "\n\n".join("".join(pieces) for pieces in self._delivered.values()))

    def _sent_at(self, event: mod.StepEvent, received_at: float) -> float | None:
        # The two clocks are read at different moments, so an event may seem to arrive before it was sent.
        return None if event.t is None else min(self._to_monotonic(event.t / 1000), received_at)


def _remark(missing: str, received_at: float) -> Remark:
    what = f"{len(missing)} characters of Claude's answer were lost on the way; its final text has them."
    return Remark("text_recovered", what, received_at)
