"""Open JTalk with the voice Mei: everything is inside the wheel, so it always works, offline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from engine.protocols import AudioChunk, Samples, SpeechEngineInfo, Voice
from engine.speech.availability import missing_module
from engine.speech.clean import is_speakable
from engine.speech.reading import Reader
from engine.speech.trim import TAIL_S, trim

LICENCE = "MIT; voice HTS Voice Mei CC BY 3.0, MMDAgent Project Team, Nagoya Institute of Technology"
_FULL_SCALE = 32768.0
_WARM_UP = "warming、準備ができました。"
"""One word is English, so that its reader is warm too."""


class OpenJTalk:
    """Speaks phrase by phrase, so that the first is heard while the rest is made."""

    def __init__(self, reader: Reader | None = None) -> None:
        self._reader = reader

    @property
    def info(self) -> SpeechEngineInfo:
        """Who speaks, and whether it can here."""
        unavailable = missing_module(["pyopenjtalk"], "pyopenjtalk-plus")
        return SpeechEngineInfo("openjtalk", offline=True, licence=LICENCE, unavailable=unavailable)

    def voices(self) -> Sequence[Voice]:
        """The one voice that is bundled."""
        if self.info.unavailable:
            return []
        return [Voice("openjtalk:mei", "openjtalk", "Mei", gender="female", licence="CC-BY-3.0")]

    def load(self, voice: Voice | None = None) -> None:
        """Load the dictionary and the voice; the first sentence would pay for it otherwise (about 0.6 s)."""
        for _ in self.synthesize(_WARM_UP, self.voices()[0], 1.0):
            pass

    def synthesize(self, japanese: str, voice: Voice, rate: float) -> Iterator[AudioChunk]:
        """Yield one chunk a phrase, 48 kHz, each but the last with the pause that follows it.

        Nothing when the text holds nothing to say. `rate` 0.5 to 3.0.
        """
        import pyopenjtalk

        text = self._read(japanese)
        if not is_speakable(text):
            return
        slices = slice_at_pauses(pyopenjtalk.extract_fullcontext(text))
        for index, labels in enumerate(slices):
            wave, sample_rate = pyopenjtalk.synthesize(labels, speed=rate)
            # The pause at the end of a phrase is the speaker's own; behind the last one the player leaves its gap.
            tail_s = TAIL_S if index == len(slices) - 1 else math.inf
            if len(samples := trim(_to_samples(wave), sample_rate, tail_s=tail_s)):
                yield AudioChunk(samples, sample_rate)

    def close(self) -> None:
        """Nothing to free: the dictionary and the voice live as long as the process."""

    def _read(self, japanese: str) -> str:
        if self._reader is None:
            self._reader = Reader()
        return self._reader.read(japanese)


def slice_at_pauses(labels: Sequence[str]) -> list[list[str]]:
    """Cut full-context labels into phrases, each but the last with the pause (`pau`) that follows it.

    The silence around it all is left out: it would be trimmed, and making it takes a quarter of a phrase's time. Each
    label names its neighbours, so a phrase still begins and ends as it does beside silence.
    """
    edges = [index for index, label in enumerate(labels) if "-pau+" in label]
    starts, ends = [1, *(edge + 1 for edge in edges)], [*(edge + 1 for edge in edges), len(labels) - 1]
    return [
        list(labels[start:end])
        for start, end in zip(starts, ends, strict=True)
        if any(map(_is_sound, labels[start:end]))
    ]


def _is_sound(label: str) -> bool:
    return "-pau+" not in label


def _to_samples(wave: NDArray[np.float64]) -> Samples:
    # The synthesiser counts in 16-bit steps and goes beyond them on loud vowels.
    return np.clip(wave / _FULL_SCALE, -1.0, 1.0).astype(np.float32)
