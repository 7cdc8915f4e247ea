"""What Claude waits for: each prompt is told once, and taken back when it is answered."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.capture.shown_tools import PLAN_TOOL, QUESTION_TOOL
from engine.source import Attention, AttentionEnd, AttentionKind, SourceEvent

MOST_OPEN = 32
MOST_OF_AIM = 200
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
    """Keeps what is unanswered. `agent` is the subagent that asks, None for Claude itself."""

    def __init__(self, source: str) -> None:
        """`source` tells the keys from those of other sources."""
        self._source = source
        self._numbers = itertools.count(1)
        self._open: list[_Open] = []

    def permission(self, tool: str, what: str, agent: str | None, received_at: float) -> list[SourceEvent]:
        """A tool waits for the user; `what` tells it from the others of the same step."""
        kind = _KINDS.get(tool, AttentionKind.PERMISSION)
        return self._begin(kind, agent, tool, _detail(tool, what), received_at)

    def note(self, kind: str, message: str, received_at: float) -> list[SourceEvent]:
        """Claude Code's own notification; it comes seconds after the prompt that it is about."""
        if kind in _PERMISSION_NOTES:
            is_known = any(one.kind is not AttentionKind.INPUT for one in self._open)
            return [] if is_known else self._begin(AttentionKind.PERMISSION, None, "", message, received_at)
        if kind in _INPUT_NOTES:
            return self._begin(AttentionKind.INPUT, None, "", message, received_at)
        return []

    def tool_ended(self, tool: str, what: str, agent: str | None, received_at: float) -> list[SourceEvent]:
        """The tool has run, so that it was allowed."""
        detail = _detail(tool, what)
        ended = [one for one in self._open if (one.agent, one.tool, one.detail) == (agent, tool, detail)]
        return self._end(ended, received_at)

    def progress(self, agent: str | None, received_at: float) -> list[SourceEvent]:
        """The loop went on, so that nothing in it waits any more."""
        return self._end([one for one in self._open if one.agent == agent], received_at)

    def end_all(self, received_at: float) -> list[SourceEvent]:
        """Nothing waits any more."""
        return self._end(self._open, received_at)

    def _begin(
        self, kind: AttentionKind, agent: str | None, tool: str, detail: str, received_at: float
    ) -> list[SourceEvent]:
        new = _Open(f"{self._source}-attention-{next(self._numbers)}", kind, agent, tool, detail)
        if any((one.kind, one.agent, one.tool, one.detail) == (kind, agent, tool, detail) for one in self._open):
            return []
        ended = self._end(self._open[: max(0, len(self._open) - MOST_OPEN + 1)], received_at)
        self._open.append(new)
        return [*ended, Attention(new.key, kind, received_at, detail)]

    def _end(self, ended: list[_Open], received_at: float) -> list[SourceEvent]:
        self._open = [one for one in self._open if one not in ended]
        return [AttentionEnd(one.key, received_at) for one in ended]


def aim_of(arguments: Mapping[str, Any]) -> str:
    """What a call of a tool is about, for a person: its main argument."""
    values = (arguments.get(name) for name in ("command", "file_path", "url", "description"))
    return next((value[:MOST_OF_AIM] for value in values if isinstance(value, str)), "")


def _detail(tool: str, what: str) -> str:
    return f"{tool}: {what}" if what else tool
