"""What can go wrong with sound."""

from __future__ import annotations


class SinkError(Exception):
    """A sink cannot be opened. The message says what happened and what to do.

    `code` is short and stable: no_portaudio, no_sound_device, unknown_sound_device, silent_sound_device,
    wav_file, bad_sink.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class QueueFullError(Exception):
    """More sound was handed to the player than it holds: the caller must wait until some was played."""
