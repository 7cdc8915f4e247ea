"""What the player says. Times are seconds of `time.monotonic()`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Started:
    """An utterance can be heard. Not sent for one that is never louder than -40 dBFS."""

    utterance: int
    t: float
    """when its first sample above -40 dBFS was, or will be, handed to the device: at most some 50 ms ahead"""


@dataclass(frozen=True, slots=True)
class Reached:
    """The sound that was given with a mark is being handed to the device."""

    utterance: int
    mark: int


@dataclass(frozen=True, slots=True)
class Heard:
    """The time between the first and the last sample of an utterance, seconds: in a file the place in it, on a device
    from the first sound on."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Finished:
    """An utterance was played to its end. Final."""

    utterance: int
    t: float
    """when its last sample was, or will be, handed to the device"""
    audio_s: float
    """seconds of its sound that were played; 0.0 when it had none"""
    heard: Heard | None = field(default=None, compare=False)
    """None when it had no sound"""


@dataclass(frozen=True, slots=True)
class Dropped:
    """An utterance was dropped, or stopped, before its end. Final."""

    utterance: int
    audio_s: float
    """seconds of its sound that were played before"""
    heard: Heard | None = field(default=None, compare=False)
    """None when nothing of it was played"""


@dataclass(frozen=True, slots=True)
class SinkLost:
    """Nothing can be heard any more; utterances run on at the same pace."""

    message: str
    """for a person"""


@dataclass(frozen=True, slots=True)
class SinkBack:
    """Sound can be heard again."""


PlayerEvent = Started | Reached | Finished | Dropped | SinkLost | SinkBack
