"""Phrases to sound, one after the other; another voice takes over from one that fails."""

from __future__ import annotations

import time
from contextlib import aclosing

from engine.events import Level, Notice
from engine.pipeline.sounding import Sounding
from engine.pipeline.tally import Tally
from engine.pipeline.utterance import Utterance
from engine.pipeline.voices import FALLBACK_VOICE, VoiceClient
from engine.protocols import SpeechError
from engine.worker import WorkerDied, WorkerError

LIVES = 3
"""How often a phrase is given to a voice that dies under it."""


class Pronouncer:
    """Makes the sound of utterances."""

    def __init__(self, tally: Tally, voices: VoiceClient, sounding: Sounding) -> None:
        self._tally = tally
        self._voices = voices
        self._sounding = sounding

    async def pronounce(self, utterance: Utterance, rate: float) -> None:
        """Synthesise phrase by phrase into the player. Raises SpeechError or WorkerError when no voice can."""
        index = 0
        try:
            while (phrase := await utterance.phrases.get(index)) is not None:
                utterance.handed_at = utterance.handed_at or time.monotonic()
                try:
                    await self._make_sound(utterance, phrase, rate)
                except (SpeechError, WorkerError) as error:
                    self._fall_back(utterance, error)
                    continue
                index += 1
        finally:
            self._sounding.end(utterance)

    async def _make_sound(self, utterance: Utterance, phrase: str, rate: float) -> None:
        for life in range(1, LIVES + 1):
            is_heard = False
            try:
                async with aclosing(self._voices.synthesize(phrase, utterance.voice, rate)) as chunks:
                    async for chunk in chunks:
                        is_heard = True
                        self._sounding.write(utterance, chunk)
                return
            except WorkerDied:
                # What was already handed to the player is not said twice.
                if is_heard:
                    return
                if life == LIVES:
                    raise

    def _fall_back(self, utterance: Utterance, error: Exception) -> None:
        """Switch this utterance to the voice that always works, or raise when that is the one that failed."""
        if utterance.voice == FALLBACK_VOICE:
            raise error
        self._tally.emit(
            Notice(Level.WARNING, "voice_failed", f"{utterance.voice}: {error}. {FALLBACK_VOICE} speaks instead.")
        )
        utterance.voice = FALLBACK_VOICE
        if utterance.sentence and utterance.is_live:
            utterance.sentence.voice = FALLBACK_VOICE
