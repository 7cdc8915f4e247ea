"""What capture sources say, already in order and exactly once: the words between capture and the pipeline.

Times are seconds of `time.monotonic()`.
"""

from __future__ import annotations

from dataclasses import dataclass


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


SourceEvent = TextDelta | BlockEnd | TurnStart | TurnEnd | SourceStatus
