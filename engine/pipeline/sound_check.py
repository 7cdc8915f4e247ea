"""The one place where sound from a voice is looked at: what comes out is mono float32, finite and within full scale."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.protocols import AudioChunk, Samples, SpeechError

AUDIBLE = 0.003
"""-50 dBFS: a phrase that is never louder is silence."""
_LOWEST_HZ, _HIGHEST_HZ = 4_000, 384_000
_MUST_SOUND = re.compile(r"[0-9A-Za-zぁ-ゖァ-ヺ一-鿿]")
_LONGEST_S = 20.0
_LONGEST_PER_CHARACTER_S = 2.0
"""Slower than anybody speaks at half speed: the voice will not stop."""


class SoundCheck:
    """Checks the sound of one phrase. Silence at the beginning is held back until something can be heard."""

    def __init__(self, phrase: str) -> None:
        self._must_sound = _MUST_SOUND.search(phrase) is not None
        self._left_s = _LONGEST_S + _LONGEST_PER_CHARACTER_S * len(phrase)
        self._held: list[AudioChunk] = []
        self._is_heard = False

    def take(self, chunk: AudioChunk) -> list[AudioChunk]:
        """Return what can be passed on now. Raises SpeechError: `bad_sound` for what is no sound."""
        checked = _checked(chunk)
        self._left_s -= checked.duration_s
        if self._left_s < 0:
            raise SpeechError("bad_sound", "The voice does not come to an end")
        self._is_heard = self._is_heard or bool(np.max(np.abs(checked.samples), initial=0.0) > AUDIBLE)
        self._held.append(checked)
        if not self._is_heard:
            return []
        released, self._held = self._held, []
        return released

    def end(self) -> None:
        """The phrase is over. Raises SpeechError: `silent` when nothing of it could be heard, but should have been."""
        if self._must_sound and not self._is_heard:
            raise SpeechError("silent", "The voice gave only silence")


def _checked(chunk: AudioChunk) -> AudioChunk:
    if not _LOWEST_HZ <= chunk.sample_rate <= _HIGHEST_HZ:
        raise SpeechError("bad_sound", f"The voice gave sound of {chunk.sample_rate} Hz")
    samples = _mono(np.asarray(chunk.samples))
    if not np.all(np.isfinite(samples)):
        raise SpeechError("bad_sound", "The voice gave sound with values that are no numbers")
    if np.max(np.abs(samples), initial=0.0) > 1.0:
        samples = np.clip(samples, -1.0, 1.0)
    return AudioChunk(samples, chunk.sample_rate)


def _mono(samples: NDArray[Any]) -> Samples:
    """Whole numbers become fractions of full scale; several channels, in either order, their mean."""
    if np.issubdtype(samples.dtype, np.signedinteger):
        samples = samples / -float(np.iinfo(samples.dtype).min)
    if samples.ndim == 2:
        # Nobody has more channels than samples, but for the shortest of chunks.
        channels = 0 if samples.shape[0] < samples.shape[1] else 1
        samples = samples.mean(axis=channels)
    if samples.ndim != 1 or not np.issubdtype(samples.dtype, np.floating):
        raise SpeechError("bad_sound", f"The voice gave sound of a shape {samples.shape} that cannot be played")
    mono: Samples = samples.astype(np.float32, copy=False)
    return mono
