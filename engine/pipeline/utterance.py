"""One speaking of a sentence: the live one, a replay, or a preview of a voice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from engine.pipeline.job import Job, Phrases
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
    job: Job | None
    """None for what is no sentence of this run"""
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
    audio_s: float = 0.0
    """how much sound the player was given"""
    phrase: int | None = None
    """index of the phrase that sounds"""
    phrase_to_begin: int | None = None
    """index of the phrase whose first sound is still to come"""
    failure: str | None = None
    """why not all of it could be said"""
    end_reason: str = "skipped"
    """why it was dropped, when it is"""

    @property
    def sentence(self) -> Sentence | None:
        """What it says; None for what is no sentence of this run."""
        return self.job.sentence if self.job else None

    @property
    def is_live(self) -> bool:
        """True when its end is the sentence's end."""
        return self.purpose is Purpose.LIVE
