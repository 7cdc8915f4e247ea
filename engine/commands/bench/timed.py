"""What `bench --first-sound` measures of one way from a sentence to its first sound."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timed:
    """One sentence, ms."""

    translate_ms: float
    """to what is spoken first: the phrase, or the sentence"""
    synthesize_ms: float
    """from there to its first audible sample; to the last one of a sentence that is played as a whole"""
    rest_ms: float = 0.0
    """what the engine adds: segmenting, queueing"""

    @property
    def first_sound_ms(self) -> float:
        """All of it."""
        return self.translate_ms + self.synthesize_ms + self.rest_ms


@dataclass(slots=True)
class Measured:
    """One way's runs."""

    label: str
    weights: str
    voice: str
    runs: list[Timed] = field(default_factory=list)
    elsewhere_ms: float | None = None
    elsewhere_best_ms: float | None = None
