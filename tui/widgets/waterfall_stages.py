"""Where a sentence's milliseconds went: each stage from when to when, counted from its last character."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from engine.sentence import Timings


class Stage(StrEnum):
    """The stages, in the order in which a sentence goes through them."""

    CAPTURE = "capture"
    SEGMENT = "segment"
    TRANSLATE = "translate"
    WAIT = "wait"
    SYNTH = "synth"
    QUEUE = "queue"


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage's time in ms, 0 being when the sentence's last character left Claude."""

    stage: Stage
    start_ms: float
    end_ms: float
    whole_ms: float | None = None
    """when all of it was done, where the next stage needs only a first part of it: it goes on beside the others"""

    @property
    def length_ms(self) -> float:
        """How long the next stage had to wait for it."""
        return self.end_ms - self.start_ms


def bars(timings: Timings) -> list[Bar]:
    """The stages that have been measured. Each is from and to the moments that docs/latency.md says.

    The sentence is there and may be taken back yet: that it cannot any more is the segment bar's whole. The first
    Japanese phrase goes to the voice while the rest is written: the last character is the translate bar's whole.
    """
    here_ms = timings.capture_ms or 0.0
    found: list[Bar] = []
    if timings.capture_ms is not None:
        found.append(Bar(Stage.CAPTURE, 0.0, here_ms))
    if timings.segment_ms is None:
        return found
    committed_ms = here_ms + timings.segment_ms
    confirmed_ms = None if timings.confirm_ms is None else here_ms + timings.confirm_ms
    found.append(Bar(Stage.SEGMENT, here_ms, committed_ms, confirmed_ms))
    phrase_ms = None if timings.translate_first_ms is None else committed_ms + timings.translate_first_ms
    whole_ms = None if timings.translate_ms is None else committed_ms + timings.translate_ms
    first_ms = whole_ms if phrase_ms is None else phrase_ms
    if first_ms is not None:
        found.append(Bar(Stage.TRANSLATE, committed_ms, first_ms, whole_ms))
    return [*found, *_sound(timings, first_ms)]


def _sound(timings: Timings, first_ms: float | None) -> list[Bar]:
    """The stages of the voice, counted back from the moment at which it was heard."""
    if timings.first_sound_ms is None or timings.queue_ms is None:
        return []
    heard_ms = timings.first_sound_ms
    sample_ms = heard_ms - timings.queue_ms
    handed_ms = sample_ms - (timings.synth_first_ms or 0.0)
    found: list[Bar] = []
    # The voice may have been at work for the sentence before, or the sentence not yet certain.
    if first_ms is not None and handed_ms > first_ms:
        found.append(Bar(Stage.WAIT, first_ms, handed_ms))
    if timings.synth_first_ms is not None:
        found.append(Bar(Stage.SYNTH, handed_ms, sample_ms))
    return [*found, Bar(Stage.QUEUE, sample_ms, heard_ms)]


def end_ms(stages: list[Bar]) -> float:
    """When the last of them was over."""
    return max((max(bar.end_ms, bar.whole_ms or 0.0) for bar in stages), default=0.0)
