"""What Claude waits for: each prompt is told once, and taken back when it is answered."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from engine.capture import mod_events as mod
from engine.capture.shown_tools import PLAN_TOOL, QUESTION_TOOL
from engine.source import Attention, AttentionEnd, AttentionKind, SourceEvent

MOST_OPEN = 32
_KINDS = {QUESTION_TOOL: AttentionKind.QUESTION, PLAN_TOOL: AttentionKind.PLAN}
_PERMISSION_NOTES = ("permission_prompt", "worker_permission_prompt")
_INPUT_NOTES = ("idle_prompt", "agent_needs_input", "elicitation_dialog")


@dataclass(frozen=True, slots=True)
class _Open:
    key: str
    kind: AttentionKind
    agent: str | None
    tool: str
    detail: str


class Attentions:
    """Keeps what is unanswered."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._open: list[_Open] = []

    def permission(self, event: mod.Permission, received_at: float) -> list[SourceEvent]:
        """A tool waits for the user."""
        kind = _KINDS.get(event.tool, AttentionKind.PERMISSION)
        return self._begin(kind, event.agent_id, event.tool, _detail(event.tool, event.what), received_at)

    def note(self, event: mod.Notification, received_at: float) -> list[SourceEvent]:
        """Claude Code's own notification; it comes seconds after the prompt that it is about."""
        if event.kind in _PERMISSION_NOTES:
            is_known = any(one.kind is not AttentionKind.INPUT for one in self._open)
            return [] if is_known else self._begin(AttentionKind.PERMISSION, None, "", event.message, received_at)
        if event.kind in _INPUT_NOTES:
            return self._begin(AttentionKind.INPUT, None, "", event.message, received_at)
        return []

    def tool_ended(self, event: mod.ToolEnd, received_at: float) -> list[SourceEvent]:
        """The tool has run, so that it was allowed."""
        detail = _detail(event.tool, event.what)
        ended = [one for one in self._open if (one.agent, one.tool, one.detail) == (event.agent_id, event.tool, detail)]
        return self._end(ended, received_at)

    def progress(self, agent: str | None, received_at: float) -> list[SourceEvent]:
        """The loop went on, so that nothing in it waits any more."""
        return self._end([one for one in self._open if one.agent == agent], received_at)

    def _begin(
        self, kind: AttentionKind, agent: str | None, tool: str, detail: str, received_at: float
    ) -> list[SourceEvent]:
        new = _Open(f"attention-{next(self._numbers)}", kind, agent, tool, detail)
        if any((one.kind, one.agent, one.tool, one.detail) == (kind, agent, tool, detail) for one in self._open):
            return []
        ended = self._end(self._open[: max(0, len(self._open) - MOST_OPEN + 1)], received_at)
        self._open.append(new)
        return [*ended, Attention(new.key, kind, received_at, detail)]

    def _end(self, ended: list[_Open], received_at: float) -> list[SourceEvent]:
        self._open = [one for one in self._open if one not in ended]
        return [AttentionEnd(one.key, received_at) for one in ended]


def _detail(tool: str, what: str) -> str:
    return f"{tool}: {what}" if what else tool
