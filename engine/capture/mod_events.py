"""The mod's events as typed values; the wire form is described in `mod/hooks/register.ts`."""

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


Event = SessionStart | TurnStart | TurnComplete | StepStart | StepEnd | Edge | Tool | Text | Thinking


def parse(raw: Mapping[str, Any]) -> Event | None:
    """Check one event; None for a kind that is not known or a value of the wrong type."""
    try:
        return msgspec.convert(raw, Event)  # type: ignore[no-any-return]
    except msgspec.ValidationError:
        return None
