"""A translator and a voice for measurements of sound: both answer at once, and every sample tells its sentence."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Sequence

import numpy as np

from engine.protocols import (
    AsyncSpeechEngine,
    AudioChunk,
    Pair,
    ProgressFn,
    SpeechEngineInfo,
    SpeechError,
    TranslatorInfo,
    Voice,
)

TRANSLATOR_ID = "http:openai"
"""As the engine knows the stand-in: a translator on its loop, without a process."""
VOICE_ID = "bench:marked"
SAMPLE_RATE = 48_000
MARKS = 4_096
"""So many sentences in a row have levels of their own."""
_LOWEST = 0.25
_STEP = 1 / 8_192
"""A power of two: levels are exact in float32."""


def english(number: int) -> str:
    """A sentence for the stand-ins."""
    return f"This is sentence number {number} of the measurement."


def level(number: int) -> float:
    """The value of every sample of a sentence."""
    return _LOWEST + number % MARKS * _STEP


def mark(value: float) -> int:
    """The sentence's number, modulo MARKS, from the value of a sample. Raises ValueError when it is of none."""
    number = (value - _LOWEST) / _STEP
    if number != int(number) or not 0 <= number < MARKS:
        raise ValueError(f"no sentence has the level {value}")
    return int(number)


class MarkedTranslator:
    """Gives a short Japanese sentence with the number of the English one."""

    info = TranslatorInfo(TRANSLATOR_ID, "bench", "cpu", True, "MIT")

    async def load(self, progress: ProgressFn) -> None:
        """Nothing to load."""

    async def translate(self, english: str, context: Sequence[Pair], again: bool) -> AsyncGenerator[str, None]:
        """Yield the sentence."""
        yield f"測定の文の番号{number_in(english)}です。"

    async def close(self) -> None:
        """Nothing to close."""


class MarkedEngine:
    """Speaks a steady level, `seconds` for each sentence; the level is the sentence's number."""

    info = SpeechEngineInfo("bench", offline=True, licence="MIT")

    def __init__(self, seconds: float) -> None:
        self._count = round(seconds * SAMPLE_RATE)

    def voices(self) -> Sequence[Voice]:
        """The one voice."""
        return [Voice(VOICE_ID, "bench", "marked")]

    async def synthesize(self, japanese: str, voice: Voice, rate: float) -> AsyncGenerator[AudioChunk, None]:
        """Yield the level; nothing for a phrase without a number."""
        if re.search(r"\d", japanese):
            yield AudioChunk(np.full(self._count, level(number_in(japanese)), np.float32), SAMPLE_RATE)

    async def close(self) -> None:
        """Nothing to close."""


class OneVoice:
    """The catalog with an engine's first voice alone."""

    def __init__(self, engine: AsyncSpeechEngine) -> None:
        self._engine = engine
        self._voice = engine.voices()[0]

    def find(self, voice_id: str) -> Voice:
        """Return the voice. Raises SpeechError for any other."""
        if voice_id != self._voice.id:
            raise SpeechError("unknown_voice", f"There is no voice {voice_id!r} in this measurement")
        return self._voice

    def all(self) -> Sequence[Voice]:
        """The voice."""
        return self._engine.voices()

    def is_local(self, voice_id: str) -> bool:
        """It is on the loop."""
        return False

    def create(self, engine_id: str) -> AsyncSpeechEngine:
        """Return the engine."""
        return self._engine


def number_in(text: str) -> int:
    """The first number in a text, which must have one."""
    found = re.search(r"\d+", text)
    assert found is not None, f"no number in {text!r}"
    return int(found[0])
