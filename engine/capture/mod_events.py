"""The mod's events as typed values; the wire form is described in the mods' `hooks/register.ts`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct


class ModStruct(Struct, frozen=True, rename="camel", tag_field="ev", kw_only=True):
    """What every event has."""

    t: float | None = None
    """When the mod had it: milliseconds of the wall clock."""


class SessionStart(ModStruct, frozen=True, kw_only=True, tag="session.start"):
    """The mod is loaded and its socket works."""


class SessionChange(ModStruct, frozen=True, kw_only=True, tag="session.change"):
    """Another conversation; `source` is startup, resume, fork, clear or compact."""

    source: str


class OldMessage(Struct, frozen=True):
    """A message of the conversation that is gone on with."""

    role: str
    text: str


class OldMessages(ModStruct, frozen=True, kw_only=True, tag="old"):
    """What was said before; follows a `SessionChange`."""

    messages: list[OldMessage]


class Permission(ModStruct, frozen=True, kw_only=True, tag="permission"):
    """A tool waits for the user's word."""

    tool: str
    what: str = ""
    """Its main argument: a command, a path."""
    agent_id: str | None = None


class ToolEnd(ModStruct, frozen=True, kw_only=True, tag="tool.end"):
    """A tool has run."""

    tool: str
    what: str = ""
    """As in its `Permission`."""
    agent_id: str | None = None


class Notification(ModStruct, frozen=True, kw_only=True, tag="notification"):
    """Claude Code notifies the user; `kind` is permission_prompt, idle_prompt …"""

    kind: str
    message: str = ""


class AgentStart(ModStruct, frozen=True, kw_only=True, tag="agent.start"):
    """A subagent begins; `name` is its kind."""

    agent_id: str
    name: str = ""


class PromptQueued(ModStruct, frozen=True, kw_only=True, tag="prompt.queued"):
    """The user has typed a prompt while a turn runs."""

    prompt: str


class PromptDelivered(ModStruct, frozen=True, kw_only=True, tag="prompt.delivered"):
    """A queued prompt was given to the model within the turn; `text` has it, with words around it."""

    text: str


class LoopEvent(ModStruct, frozen=True, kw_only=True):
    """Something of the main loop or a subagent's."""

    turn_id: str
    agent_id: str | None = None
    """The subagent whose loop it is; None on the main loop."""


class TurnStart(LoopEvent, frozen=True, kw_only=True, tag="turn.start"):
    """A prompt was taken."""

    prompt: str = ""


class TurnComplete(LoopEvent, frozen=True, kw_only=True, tag="turn.complete"):
    """The turn is over; `reason` is answer, aborted, refusal or error."""

    reason: str = "answer"


class StepEvent(LoopEvent, frozen=True, kw_only=True):
    """Something of one model request."""

    step: int
    """Position of the model request in its turn, from 0."""


class StepStart(StepEvent, frozen=True, kw_only=True, tag="step.start"):
    """A request is about to be sent."""


class StepEnd(StepEvent, frozen=True, kw_only=True, tag="step.end"):
    """The response is complete; `answer` is its visible text."""

    answer: str = ""
    stop_reason: Any = None
    """tool_use when the turn goes on as soon as its tools have run."""
    shown: Any = None
    """The tools whose arguments are prose for the user; see `engine.capture.shown_tools`."""


class Edge(StepEvent, frozen=True, kw_only=True, tag="edge"):
    """A block's edge or a retry; text of the same block after it means that the text starts again."""


class Tool(StepEvent, frozen=True, kw_only=True, tag="tool"):
    """A call of a tool begins."""

    index: int


class Text(StepEvent, frozen=True, kw_only=True, tag="text"):
    """A piece of a text block."""

    index: int
    """Position of the block in the response."""
    text: str


class Thinking(StepEvent, frozen=True, kw_only=True, tag="thinking"):
    """A piece of a thinking block; what has text here is prose between tool calls, meant for the user."""

    index: int
    text: str


Event = (
    SessionStart
    | SessionChange
    | OldMessages
    | Permission
    | ToolEnd
    | Notification
    | AgentStart
    | PromptQueued
    | PromptDelivered
    | TurnStart
    | TurnComplete
    | StepStart
    | StepEnd
    | Edge
    | Tool
    | Text
    | Thinking
)


def parse(raw: Mapping[str, Any]) -> Event | None:
    """Check one event; None for a kind that is not known or a value of the wrong type."""
    try:
        return msgspec.convert(raw, Event)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return None
