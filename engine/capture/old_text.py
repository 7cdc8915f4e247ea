"""What was said in a conversation before it was gone on with: shown, never spoken."""

from __future__ import annotations

from collections.abc import Sequence

from engine.capture.prompts import for_person, is_typed
from engine.source import OldText, SourceEvent, TextDelta, TurnStart

MOST_OLD_MESSAGES = 50


def old_text(events: Sequence[SourceEvent], received_at: float) -> list[OldText]:
    """The last prompts and blocks of text among `events`, as old text."""
    said = (_old(event, received_at) for event in events)
    return [text for text in said if text is not None][-MOST_OLD_MESSAGES:]


def _old(event: SourceEvent, received_at: float) -> OldText | None:
    if isinstance(event, TurnStart) and event.prompt and is_typed(event.prompt):
        return OldText(for_person(event.prompt), received_at, is_prompt=True)
    if isinstance(event, TextDelta) and event.text.strip():
        return OldText(event.text, received_at)
    return None
