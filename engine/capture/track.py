"""One of several sources as the merger sees it: what it has said that another may have said too."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.capture.said import letters
from engine.source import BlockEnd, SourceEvent, TextDelta, TurnEnd, TurnStart

Heard = TextDelta | BlockEnd | TurnStart | TurnEnd


@dataclass(slots=True)
class Line:
    """One line of a block, as far as it has come."""

    delta: TextDelta
    """Its text so far, and when it began to come."""
    is_complete: bool = False
    passed_on: int = 0
    """How many of its characters were passed on; above 0 the line is new."""

    @property
    def letters(self) -> str:
        """Its letters and digits."""
        return letters(self.delta.text)


@dataclass(slots=True)
class Track:
    """One source."""

    name: str
    is_exact: bool
    """False where it is read off the screen: without markdown, tables drawn as boxes."""
    entries: list[Line | Heard] = field(default_factory=list)
    """What may or may not have been said by another source."""
    cursor: int = 0
    """How far what was said is known to be said by this source too."""
    said_block: str | None = None
    """Its block in which the last line was that had been said."""
    remainder: str = ""
    """What followed the last letter of that line."""
    was_said: bool = True
    """Whether its last line had been said by another source."""
    heard_at: float = float("-inf")
    asides: list[SourceEvent] = field(default_factory=list)
    """What is not of the text, from before any source was followed."""

    def add(self, event: Heard) -> None:
        """Take what it says, line by line."""
        self.heard_at = event.received_at
        if isinstance(event, TextDelta):
            for piece in event.text.splitlines(keepends=True):
                self._add_piece(replace(event, text=piece))
            return
        if self.entries and isinstance(last := self.entries[-1], Line):
            last.is_complete = True
        self.entries.append(event)

    def _add_piece(self, piece: TextDelta) -> None:
        last = self.entries[-1] if self.entries else None
        is_complete = piece.text.endswith("\n")
        if isinstance(last, Line) and not last.is_complete:
            if last.delta.block == piece.block:
                last.delta = replace(last.delta, text=last.delta.text + piece.text)
                last.is_complete = is_complete
                return
            last.is_complete = True
        self.entries.append(Line(piece, is_complete))
