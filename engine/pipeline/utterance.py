"""One speaking of a sentence: the live one, a replay, or a preview of a voice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from engine.pipeline.job import Phrases
from engine.sentence import Sentence


class Purpose(Enum):
    """Why it is spoken; only LIVE decides a sentence's final state."""

    LIVE = auto()
    REPLAY = auto()
    PREVIEW = auto()
    ANNOUNCEMENT = auto()


@dataclass(eq=False)
class Utterance:
    """What the player knows by `id`. Times are `time.monotonic()` seconds."""

    id: int
    sentence: Sentence | None
    """None for a preview and an announcement"""
    phrases: Phrases
    voice: str
    purpose: Purpose
    is_begun: bool = False
    """the player has it"""
    is_started: bool = False
    """it sounds, or has sounded"""
    was_speaker_idle: bool = False
    """nothing sounded when its first sample came into being"""
    handed_at: float | None = None
    """its first phrase was handed to the voice"""
    first_sample_at: float | None = None
    """its first sample above -40 dBFS existed"""
    end_reason: str = "skipped"
    """why it was dropped, when it is"""


@dataclass(frozen=True, slots=True)
class Aside:
    """An utterance that is not a live sentence, and the task that makes its sound."""

    utterance: Utterance
    task: asyncio.Task[None]
    drop: Callable[[int], None]
    """makes the player forget an utterance"""

    @property
    def is_waiting(self) -> bool:
        """True until it begins to sound or is dropped."""
        if self.utterance.is_started or self.task.cancelled():
            return False
        return self.utterance.is_begun or not self.task.done()

    def withdraw(self) -> None:
        """Do not say it, unless it sounds already."""
        if self.utterance.is_started:
            return
        self.task.cancel()
        if self.utterance.is_begun:
            self.drop(self.utterance.id)
