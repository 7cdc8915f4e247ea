"""What the blocks of a markdown text are cut into, before it becomes events."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.sentence import Kind


@dataclass(frozen=True, slots=True)
class Piece:
    """One finished sentence, code block, table or rule."""

    kind: Kind
    en: str
    markdown: str
    ended_at: float
    end: int = -1
    """where it ended in the running text; -1 for what is no running text"""
    level: int = 0
    ordinal: str = ""
    language: str = ""
    lines: int = 1


@dataclass(slots=True)
class SourceLine:
    """A line as it came: its parts and when each was had."""

    parts: list[tuple[str, float]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(text for text, _ in self.parts)

    @property
    def ended_at(self) -> float:
        """When its last character that is no white space was had."""
        return next((now for text, now in reversed(self.parts) if not text.isspace()), 0.0)

    def after(self, start: int) -> list[tuple[str, float]]:
        """The parts from the character with index `start` on."""
        kept = []
        for text, now in self.parts:
            if len(text) > start:
                kept.append((text[start:], now))
            start = max(start - len(text), 0)
        return kept
