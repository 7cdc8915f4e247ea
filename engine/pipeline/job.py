"""A sentence on its way through the stages, and the phrases that one stage hands to the next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from engine.events import Event
from engine.sentence import Sentence
from engine.text.policy import Handling


class Phrases:
    """Japanese phrases as they come, read by index so that a second reader (a replay) sees them all."""

    def __init__(self) -> None:
        self._items: list[str] = []
        self._is_complete = False
        self._taken = 0
        self._news = asyncio.Event()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def text(self) -> str:
        """All phrases so far."""
        return "".join(self._items)

    def span(self, index: int) -> tuple[int, int]:
        """Where phrase `index`, which must be there, stands in `text`: its first character, and one after its last."""
        start = sum(map(len, self._items[:index]))
        return start, start + len(self._items[index])

    @property
    def was_read(self) -> bool:
        """True once the voice has taken a phrase: what it has taken cannot be unsaid."""
        return self._taken > 0

    def add(self, phrase: str) -> None:
        """Append a phrase and wake the readers."""
        self._items.append(phrase)
        self._wake()

    def complete(self) -> None:
        """No more phrases will come."""
        self._is_complete = True
        self._wake()

    def forget_unread(self) -> None:
        """Drop what the voice has not taken yet."""
        del self._items[self._taken :]

    async def get(self, index: int) -> str | None:
        """Return phrase `index`, waiting for it; None when the phrases end before it."""
        while index >= len(self._items):
            if self._is_complete:
                return None
            await self._news.wait()
        self._taken = max(self._taken, index + 1)
        return self._items[index]

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


@dataclass(eq=False)
class Job:
    """A committed sentence with what the stages need to know of it. Times are `time.monotonic()` seconds."""

    sentence: Sentence
    handling: Handling
    committed_at: float
    ended_at: float
    """when the engine had its last character"""
    left_claude_at: float
    """when that character left Claude; `ended_at` where the source does not say"""
    phrases: Phrases = field(default_factory=Phrases)
    confirmed: asyncio.Event = field(default_factory=asyncio.Event)
    is_taken_back: bool = False
    failure: str | None = None
    """why there is no Japanese"""
    held_events: list[Event] = field(default_factory=list)
    """what happened before the sentence was confirmed, to be told then"""

    def take_back(self) -> None:
        """It was no sentence after all: release whoever waits for it."""
        self.is_taken_back = True
        self.confirmed.set()
        self.phrases.complete()
