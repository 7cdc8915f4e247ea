"""What an export is made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from engine.history.records import SentenceRecord, SessionRecord, TurnRecord


@dataclass(frozen=True, slots=True)
class Span:
    """When a sentence sounds, seconds from the start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Material:
    """A session, and when its sentences sound. `sentences` reads them anew each time: a session may be long."""

    session: SessionRecord
    turns: Mapping[int, TurnRecord]
    sentences: Callable[[], Iterable[SentenceRecord]]
    audio: str = ""
    """the sound's file name, seen from the export; empty without one"""
    spans: Mapping[int, Span] = field(default_factory=dict)
    """by sentence number: where each is in that sound"""

    @property
    def title(self) -> str:
        """One line for a person."""
        return " ".join(self.session.title.split())[:100] or f"Session {self.session.id}"

    @property
    def date(self) -> str:
        """When it began, local time."""
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(self.session.started_at))

    def by_turn(self) -> Iterator[tuple[TurnRecord | None, SentenceRecord]]:
        """The sentences in order; the turn stands with the first sentence of each, else None."""
        turn = 0
        for sentence in self.sentences():
            is_new = sentence.turn != turn
            turn = sentence.turn
            yield (self.turns.get(turn) if is_new else None), sentence

    def span(self, sentence: SentenceRecord) -> Span | None:
        """When it sounds: in the sound of this export, else when it sounded in the session; None if it never did."""
        if self.spans or self.audio:
            return self.spans.get(sentence.number)
        if sentence.sounded_at is None or sentence.audio_s <= 0:
            return None
        start_s = max(0.0, sentence.sounded_at - self.session.started_at)
        return Span(start_s, start_s + sentence.audio_s)
