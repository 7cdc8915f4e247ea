"""Turns the mod's events into what the pipeline reads."""

from __future__ import annotations

from collections import deque

from engine.capture import mod_events as mod
from engine.capture.attentions import Attentions
from engine.capture.loop_decoder import LoopDecoder, ToMonotonic, wall_clock_to_monotonic
from engine.capture.mod_order import SOURCE, ModEvent
from engine.capture.old_text import MOST_OLD_MESSAGES
from engine.capture.prompts import for_person, is_typed
from engine.capture.subagents import Subagents
from engine.source import (
    OldText,
    SessionChange,
    SessionChanged,
    SourceEvent,
    SourceStatus,
    TurnEnd,
    TurnStart,
)

MOST_QUEUED = 64
_RESUMED = ("resume", "fork")


class ModDecoder:
    """Events in, in order; source events out.

    Subagents are left out unless asked for; then their blocks come whole, between those of the main loop.
    `to_monotonic` maps seconds of the mod's wall clock to seconds of `time.monotonic()`.
    """

    def __init__(self, *, include_subagents: bool = False, to_monotonic: ToMonotonic = wall_clock_to_monotonic) -> None:
        self._main = LoopDecoder(to_monotonic)
        self._subagents = Subagents(to_monotonic) if include_subagents else None
        self._attentions = Attentions(SOURCE)
        self._turn: str | None = None
        """The turn's id as the mod has it."""
        self._turn_name = ""
        """As it is passed on: a prompt that is delivered within a turn begins another one."""
        self._turns = 0
        self._waits_after: int | None = None
        """The step that wants tools to run, while no other one has followed."""
        self._queued: deque[str] = deque(maxlen=MOST_QUEUED)
        self._wants_old = False
        self.ignored = 0
        """Events that were not understood."""

    def decode(self, raw: ModEvent, received_at: float) -> list[SourceEvent]:
        """What one event means; `received_at` is seconds of `time.monotonic()`."""
        event = mod.parse(raw)
        match event:
            case None:
                self.ignored += 1
                return []
            case mod.LoopEvent():
                return self._progress(event, received_at) + self._loop(event, received_at)
            case mod.Permission():
                return self._attentions.permission(event.tool, event.what, event.agent_id, received_at)
            case mod.Notification():
                return self._attentions.note(event.kind, event.message, received_at)
            case mod.ToolEnd():
                return self._attentions.tool_ended(event.tool, event.what, event.agent_id, received_at)
            case mod.AgentStart() if self._subagents is not None:
                self._subagents.name(event.agent_id, event.name)
            case mod.PromptQueued():
                self._queued.append(event.prompt)
            case mod.PromptDelivered():
                return self._deliver(event, received_at)
            case mod.SessionChange():
                return self._change_session(event, received_at)
            case mod.OldMessages():
                return self._old(event, received_at)
            case mod.SessionStart():
                return [SourceStatus(SOURCE, True)]
        return []

    # -- the loops -------------------------------------------------------------------------------------------------

    def _progress(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        """A loop that goes on waits for nobody. The end of a step says nothing: a tool asks before it."""
        if isinstance(event, mod.StepStart | mod.TurnStart | mod.TurnComplete):
            return self._attentions.progress(event.agent_id, received_at)
        return []

    def _loop(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        if event.agent_id is None:
            return self._main_loop(event, received_at)
        if self._subagents is not None:
            self._subagents.take(event.agent_id, event, received_at)
        return self._release()

    def _main_loop(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        if isinstance(event, mod.TurnComplete):
            # A turn that ends where a tool should have run was stopped there: the user refused it.
            return self._end_turn(received_at, aborted=event.reason == "aborted" or self._waits_after is not None)
        events = self._begin_turn(event, received_at)
        if isinstance(event, mod.StepEvent):
            if event.turn_id == self._turn:
                self._waits_after = self._step_that_waits(event)
                events += self._main.decode(event, received_at)
            elif isinstance(event, mod.StepEnd):
                events += self._main.late_end(event, received_at)
        return events + self._release()

    def _step_that_waits(self, event: mod.StepEvent) -> int | None:
        """The step after which the loop waits for tools now.

        A dialog may come, and be refused, before the message that asks for the tool has ended.
        """
        match event:
            case mod.Tool():
                return event.step
            case mod.StepEnd(stop_reason=str(reason)):
                return event.step if reason == "tool_use" else None
        return self._waits_after if event.step == self._waits_after and not isinstance(event, mod.StepStart) else None

    def _begin_turn(self, event: mod.LoopEvent, received_at: float) -> list[SourceEvent]:
        """A turn begins with its start event, or with its first text if that one was lost."""
        if event.turn_id == self._turn or not isinstance(event, mod.TurnStart | mod.Text | mod.Thinking):
            return []
        prompt = event.prompt if isinstance(event, mod.TurnStart) else ""
        events = self._end_turn(received_at, aborted=False)
        self._turn = event.turn_id
        self._wants_old, self._waits_after = False, None
        if prompt in self._queued:
            self._queued.remove(prompt)
        return events + self._start(event.turn_id, for_person(prompt), received_at)

    def _deliver(self, event: mod.PromptDelivered, received_at: float) -> list[SourceEvent]:
        """A queued prompt was given to the model within the turn: what follows answers it."""
        prompt = next((queued for queued in self._queued if queued and queued in event.text), None)
        if prompt is None or self._turn is None:
            return []
        self._queued.remove(prompt)
        events = self._main.end_block(received_at) + self._release()
        self._turns += 1
        ended = TurnEnd(self._turn_name, received_at)
        return [*events, ended, *self._start(f"{self._turn}+{self._turns}", prompt, received_at)]

    def _start(self, name: str, prompt: str, received_at: float) -> list[SourceEvent]:
        self._turn_name = name
        return [TurnStart(name, received_at, prompt)]

    def _end_turn(self, received_at: float, *, aborted: bool) -> list[SourceEvent]:
        if self._turn is None:
            return []
        self._turn = None
        events = self._main.end_block(received_at) + self._release()
        return [*events, TurnEnd(self._turn_name, received_at, aborted)]

    def _release(self) -> list[SourceEvent]:
        """What subagents have said, as soon as no block of the main loop is open."""
        if self._subagents is None or self._main.is_open:
            return []
        return self._subagents.release()

    # -- the conversation ------------------------------------------------------------------------------------------

    def _change_session(self, event: mod.SessionChange, received_at: float) -> list[SourceEvent]:
        if event.source == "compact":
            # It may happen in the middle of a turn, which goes on.
            return [*self._main.end_block(received_at), SessionChanged(SessionChange.COMPACTED, received_at)]
        self._wants_old = event.source in _RESUMED
        self._queued.clear()
        events = self._end_turn(received_at, aborted=False)
        if event.source == "clear":
            events.append(SessionChanged(SessionChange.CLEARED, received_at))
        return events

    def _old(self, event: mod.OldMessages, received_at: float) -> list[SourceEvent]:
        """What was said before; worth showing only until the conversation goes on."""
        if not self._wants_old:
            return []
        self._wants_old = False
        old = [_old_text(message, received_at) for message in event.messages[-MOST_OLD_MESSAGES:]]
        return [*(text for text in old if text), SessionChanged(SessionChange.RESUMED, received_at)]


def _old_text(message: mod.OldMessage, received_at: float) -> OldText | None:
    is_prompt = message.role != "assistant"
    if not message.text.strip() or (is_prompt and not is_typed(message.text)):
        return None
    return OldText(message.text, received_at, is_prompt)
