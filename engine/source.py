"""What capture sources say, already in order and exactly once: the words between capture and the pipeline.

Times are seconds of `time.monotonic()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next characters of one block of markdown."""

    block: str
    """Names the block (turn, step, index); a new name means that the block before it has ended."""
    text: str
    received_at: float
    """When the engine had the text."""
    sent_at: float | None = None
    """When it left Claude, on the same clock; None where the source cannot say."""
    speaker: str = ""
    """Whose words they are: empty for Claude itself, else a subagent's kind."""


@dataclass(frozen=True, slots=True)
class BlockEnd:
    """The block has ended: what is unfinished in it is a sentence now."""

    block: str
    received_at: float


@dataclass(frozen=True, slots=True)
class TurnStart:
    """The user's prompt was taken; `turn` is the source's own name for it."""

    turn: str
    received_at: float
    prompt: str = ""


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """Claude has finished or was stopped (Esc); unspoken drafts are flushed."""

    turn: str
    received_at: float
    aborted: bool = False


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """A source came up, went quiet or was lost."""

    source: str
    """mod, hook, screen, transcript, stream-json or text"""
    connected: bool
    detail: str = ""


class AttentionKind(StrEnum):
    """What Claude wants of the user."""

    PERMISSION = "permission"
    QUESTION = "question"
    PLAN = "plan"
    """A plan waits for approval."""
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Attention:
    """Claude waits for the user; told once for each time."""

    key: str
    """Names what it waits for, until `AttentionEnd` with the same key."""
    kind: AttentionKind
    received_at: float
    detail: str = ""
    """What it is about, for a person: `Bash: make test`."""


@dataclass(frozen=True, slots=True)
class AttentionEnd:
    """The user has answered, or there is nothing to answer any more."""

    key: str
    received_at: float


class SessionChange(StrEnum):
    """What became of the conversation."""

    CLEARED = "cleared"
    COMPACTED = "compacted"
    RESUMED = "resumed"


@dataclass(frozen=True, slots=True)
class SessionChanged:
    """The conversation begins anew, became shorter, or is an earlier one."""

    change: SessionChange
    received_at: float


@dataclass(frozen=True, slots=True)
class OldText:
    """A whole message that is shown and never spoken: it was said before, or it comes too late."""

    text: str
    received_at: float
    is_prompt: bool = False
    """The user's words, not Claude's."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a person should know about the text."""

    code: str
    """Short and stable: `text_recovered`."""
    message: str
    received_at: float


SourceEvent = (
    TextDelta
    | BlockEnd
    | TurnStart
    | TurnEnd
    | SourceStatus
    | Attention
    | AttentionEnd
    | SessionChanged
    | OldText
    | Remark
)
