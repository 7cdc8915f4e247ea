"""One sentence's whole story: its English, its Japanese, its state, and where its milliseconds went."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a piece of markdown is; decides whether it is translated and how it is read aloud."""

    PROSE = "prose"
    HEADING = "heading"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    CODE = "code"
    RULE = "rule"


class State(StrEnum):
    """Where a sentence stands. The last four are final: every sentence ends in exactly one of them."""

    WAITING = "waiting"
    TRANSLATING = "translating"
    TRANSLATED = "translated"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    SKIPPED = "skipped"
    MUTED = "muted"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """True for spoken, skipped, muted and failed."""
        return self in (State.SPOKEN, State.SKIPPED, State.MUTED, State.FAILED)


class Guard(StrEnum):
    """What the guard said of a translation."""

    OK = "ok"
    RETRIED = "retried"
    ENGLISH = "english"


@dataclass(slots=True)
class Timings:
    """Milliseconds of each step, as the design page defines them; None where the step did not happen."""

    capture_ms: float | None = None
    """Last character left Claude -> the engine had it. None when the source does not say when it sent."""
    segment_ms: float | None = None
    """The engine had the last character -> work on the sentence began."""
    confirm_ms: float | None = None
    """The engine had the last character -> the sentence could no longer be taken back."""
    translate_first_ms: float | None = None
    """Committed -> first Japanese phrase."""
    translate_ms: float | None = None
    """Committed -> last Japanese character."""
    synth_first_ms: float | None = None
    """First phrase handed to the voice -> first sample above -40 dBFS exists."""
    queue_ms: float | None = None
    """That sample exists -> it is handed to the sound device."""
    first_sound_ms: float | None = None
    """Last character of the sentence -> that sample is handed to the device."""


@dataclass(slots=True)
class Sentence:
    """A committed sentence. `id` counts from 1 in the order of the text; `turn` counts the user's prompts."""

    id: int
    kind: Kind
    en: str
    """Plain English, markdown stripped, as shown and translated."""
    markdown: str = ""
    """The source as Claude wrote it."""
    turn: int = 0
    level: int = 0
    """Heading level 1-6, or list depth from 1; 0 for the rest."""
    ordinal: str = ""
    """The number of an ordered list item as written (`1.`), else empty."""
    language: str = ""
    """The info string of a code fence, else empty."""
    lines: int = 1
    """Lines of code or rows of a table."""
    speaker: str = ""
    """Whose words they are: empty for Claude itself, else a subagent's kind."""
    is_old: bool = False
    """It was said before, or came too late: shown, neither translated nor spoken."""
    ja: str = ""
    state: State = State.WAITING
    reason: str | None = None
    translator: str | None = None
    guard: Guard | None = None
    voice: str | None = None
    audio_s: float = 0.0
    timings: Timings = field(default_factory=Timings)
