"""What subagents write, for those who want to hear it."""

from __future__ import annotations

from dataclasses import replace

from engine.capture import mod_events as mod
from engine.capture.loop_decoder import LoopDecoder, ToMonotonic
from engine.source import SourceEvent, TextDelta

MOST_SUBAGENTS = 64
UNNAMED = "subagent"


class Subagents:
    """Collects each subagent's text into whole blocks: several write at once, and only one can be read aloud."""

    def __init__(self, to_monotonic: ToMonotonic) -> None:
        self._to_monotonic = to_monotonic
        self._loops: dict[str, LoopDecoder] = {}
        self._drafts: dict[str, list[SourceEvent]] = {}
        self._whole: list[SourceEvent] = []
        self._names: dict[str, str] = {}

    def name(self, agent: str, name: str) -> None:
        """Learn of what kind subagent `agent` is."""
        if len(self._names) >= MOST_SUBAGENTS:
            del self._names[next(iter(self._names))]
        self._names[agent] = name

    def take(self, agent: str, event: mod.LoopEvent, received_at: float) -> None:
        """Read one event of subagent `agent`."""
        loop = self._loop(agent)
        if isinstance(event, mod.StepEvent):
            self._collect(agent, loop.decode(event, received_at))
        elif isinstance(event, mod.TurnComplete):
            self._collect(agent, loop.end_block(received_at))
            self._forget(agent)

    def release(self) -> list[SourceEvent]:
        """The blocks that are complete."""
        whole, self._whole = self._whole, []
        return whole

    def _loop(self, agent: str) -> LoopDecoder:
        if agent not in self._loops and len(self._loops) >= MOST_SUBAGENTS:
            self._forget(next(iter(self._loops)))
        return self._loops.setdefault(agent, LoopDecoder(self._to_monotonic))

    def _forget(self, agent: str) -> None:
        self._loops.pop(agent, None)
        self._drafts.pop(agent, None)

    def _collect(self, agent: str, events: list[SourceEvent]) -> None:
        draft = self._drafts.get(agent, []) + events
        ended = max((i for i, event in enumerate(draft, start=1) if not isinstance(event, TextDelta)), default=0)
        speaker = self._names.get(agent) or UNNAMED
        self._whole += [
            replace(event, speaker=speaker) if isinstance(event, TextDelta) else event for event in draft[:ended]
        ]
        self._drafts[agent] = draft[ended:]
